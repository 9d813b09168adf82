/* SPDX-License-Identifier: Apache-2.0 */
#include "domain/model_package.h"

#include <string.h>

const struct ica_model_file *ica_model_package_find(const struct ica_model_package *package,
                                                    const char *name)
{
    for (size_t i = 0; i < package->n_files; i++) {
        if (strcmp(package->files[i].name, name) == 0) {
            return &package->files[i];
        }
    }
    return NULL;
}

bool ica_model_package_is_pullable(const struct ica_model_package *package)
{
    for (size_t i = 0; i < package->n_files; i++) {
        if (!package->files[i].url[0]) {
            return false;
        }
    }
    return package->n_files > 0;
}

uint64_t ica_model_package_bytes(const struct ica_model_package *package)
{
    uint64_t total = 0; /* at most ICA_MAX_MODEL_FILES * ICA_MAX_MODEL_FILE_BYTES */
    for (size_t i = 0; i < package->n_files; i++) {
        total += package->files[i].size_bytes;
    }
    return total;
}

bool ica_model_name_is_plain(const char *name)
{
    static const char allowed[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
    size_t length = strlen(name);
    return length > 0 && length < ICA_MAX_MODEL_NAME && name[0] != '.' && name[0] != '-' &&
           strspn(name, allowed) == length;
}

bool ica_model_file_name_is_plain(const char *name)
{
    if (!*name || name[0] == '.' || strlen(name) >= ICA_MAX_MODEL_FILE_NAME) {
        return false;
    }
    for (; *name; name++) {
        if ((unsigned char)*name < ' ' || *name == 0x7F || *name == '/' || *name == '\\') {
            return false;
        }
    }
    return true;
}
