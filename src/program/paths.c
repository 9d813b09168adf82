/* SPDX-License-Identifier: Apache-2.0 */
/* Where the program's own files are. */
#include "program/paths.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file_io.h"

enum ica_status ica_path_join(char path[ICA_MAX_PATH], const char *folder, const char *name,
                              struct ica_error *err)
{
    int length = snprintf(path, ICA_MAX_PATH, "%s%s%s", folder, *name ? "/" : "", name);
    if (length < 0 || length >= ICA_MAX_PATH) {
        return ica_error_set(err, ICA_EINVALID, "The path %.100s... is too long.", folder);
    }
    return ICA_OK;
}

enum ica_status ica_path_data_dir(char path[ICA_MAX_PATH], const char *wanted,
                                  struct ica_error *err)
{
    if (*wanted) {
        return ica_path_join(path, wanted, "", err);
    }
    char program[ICA_MAX_PATH];
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    if (length <= 0) {
        return ica_error_set(err, ICA_EIO,
                             "The program cannot find its own folder (%s): give --data-dir.",
                             strerror(errno));
    }
    program[length] = 0;
    *strrchr(program, '/') = 0;
    return ica_path_join(path, program, "../share/image-cluster-ai", err);
}

/* `wanted`, or `name` among the user's data if that is ""; `option` is what else the user can give.
 */
static enum ica_status find_user_data(char path[ICA_MAX_PATH], const char *wanted, const char *name,
                                      const char *option, struct ica_error *err)
{
    const char *base = getenv("XDG_DATA_HOME");
    const char *home = getenv("HOME");
    char folder[ICA_MAX_PATH];
    if (*wanted) {
        return ica_path_join(path, wanted, "", err);
    }
    enum ica_status status = ICA_OK;
    if (base && *base) {
        status = ica_path_join(folder, base, "image-cluster-ai", err);
    } else if (home && *home) {
        status = ica_path_join(folder, home, ".local/share/image-cluster-ai", err);
    } else {
        return ica_error_set(err, ICA_EINVALID, "There is no home for %s: give %s.", name, option);
    }
    return status ? status : ica_path_join(path, folder, name, err);
}

enum ica_status ica_path_own_concepts(char path[ICA_MAX_PATH], const char *wanted,
                                      struct ica_error *err)
{
    return find_user_data(path, wanted, "own-concepts.json", "--own-concepts FILE", err);
}

enum ica_status ica_path_model_store(char path[ICA_MAX_PATH], const char *wanted,
                                     struct ica_error *err)
{
    return find_user_data(path, wanted, "models", "--models-dir DIR", err);
}

enum ica_status ica_path_index(char path[ICA_MAX_PATH], const char *wanted, struct ica_error *err)
{
    return find_user_data(path, wanted, "index.db", "--index FILE", err);
}

static bool find_cache_dir(char path[ICA_MAX_PATH], const char *wanted)
{
    const char *base = getenv("XDG_CACHE_HOME");
    const char *home = getenv("HOME");
    if (*wanted) {
        return ica_path_join(path, wanted, "", NULL) == ICA_OK;
    }
    if (base && *base) {
        return ica_path_join(path, base, "image-cluster-ai", NULL) == ICA_OK;
    }
    return home && *home && ica_path_join(path, home, ".cache/image-cluster-ai", NULL) == ICA_OK;
}

/* Make a folder and those above it; false if it cannot be written to. */
static bool make_folders(char *path)
{
    ica_file_make_folders(path);
    return (mkdir(path, 0777) == 0 || errno == EEXIST) && access(path, W_OK) == 0;
}

void ica_path_cache_dir(char path[ICA_MAX_PATH], const char *wanted)
{
    if (!find_cache_dir(path, wanted) || !make_folders(path)) {
        path[0] = 0;
    }
}
