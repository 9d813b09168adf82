/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/output_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file_io.h"
#include "base/text.h"

enum ica_status ica_output_file_check(const char *path, struct ica_error *err)
{
    struct stat facts;
    if (stat(path, &facts) == 0 && S_ISDIR(facts.st_mode)) {
        return ica_error_set(err, ICA_EINVALID, "It is a folder.");
    }
    char *folder = ica_text_copy(path);
    if (!folder) {
        return ica_error_nomem(err, "a path");
    }
    char *slash = strrchr(folder, '/');
    if (slash) {
        slash[slash == folder] = 0;
    }
    bool writable = access(slash ? folder : ".", W_OK | X_OK) == 0;
    enum ica_status status = writable ? ICA_OK : ica_error_set_errno(err, errno);
    free(folder);
    return status;
}
