/* SPDX-License-Identifier: Apache-2.0 */
/* Port: image folder. Lists the files of one folder and gives their content, so that an index of
 * its images can be kept. */
#ifndef ICA_PORTS_IMAGE_FOLDER_H
#define ICA_PORTS_IMAGE_FOLDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"

struct ica_folder_file {
    char *path; /* owned; relative to the folder */
    uint64_t size_bytes;
    int64_t mtime_ns; /* since the epoch */
    bool named;       /* its name says that it is an image: a failure is to be told */
    struct ica_error
        *failure; /* owned; why it, or the folder that it is, cannot be read; or NULL */
};

/* Zero-initialised is empty. */
struct ica_folder_files {
    struct ica_folder_file *items; /* by the bytes of their paths */
    size_t n_items;
    size_t capacity;
};

struct ica_image_folder {
    const char *path;      /* absolute and without links, so that a folder has one name */
    bool recursive;        /* with the folders in it; else only the files directly in it */
    size_t max_file_bytes; /* larger files are not read */

    /* Fill the all-zero `out`, to be cleared by the caller whatever is returned. The whole fails
     * only where the folder itself cannot be read: ICA_ENOTFOUND, ICA_EDENIED, ICA_EIO,
     * ICA_EINVALID (too many files), ICA_ECANCELLED, ICA_ENOMEM. */
    enum ica_status (*list)(struct ica_image_folder *self, struct ica_folder_files *out,
                            struct ica_error *err);

    /* Append the content of the file at `path`, or at most its first `max_bytes` bytes if that is
     * not 0. ICA_ENOTFOUND, ICA_EDENIED, ICA_EIO, ICA_ETOOLARGE, ICA_ENOMEM. */
    enum ica_status (*read)(struct ica_image_folder *self, const char *path, size_t max_bytes,
                            struct ica_buffer *out, struct ica_error *err);
};

static inline enum ica_status ica_image_folder_list(struct ica_image_folder *self,
                                                    struct ica_folder_files *out,
                                                    struct ica_error *err)
{
    return self->list(self, out, err);
}

static inline enum ica_status ica_image_folder_read(struct ica_image_folder *self, const char *path,
                                                    size_t max_bytes, struct ica_buffer *out,
                                                    struct ica_error *err)
{
    return self->read(self, path, max_bytes, out, err);
}

#endif
