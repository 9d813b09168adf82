/* SPDX-License-Identifier: Apache-2.0 */
/* Port: file source. Gives the content of a run's files once more, to whoever must look at some of
 * the pictures after all of them were read. Thread-safe. */
#ifndef ICA_PORTS_FILE_SOURCE_H
#define ICA_PORTS_FILE_SOURCE_H

#include <stddef.h>

#include "base/buffer.h"
#include "base/error.h"

struct ica_file_source {
    /* Append the content of the file that was added to the run as number `file`, from 0 on, to the
     * empty `out`. ICA_ENOTFOUND, ICA_EIO, ICA_ETOOLARGE, ICA_ENOMEM. */
    enum ica_status (*read)(struct ica_file_source *self, size_t file, struct ica_buffer *out,
                            struct ica_error *err);

    size_t max_file_bytes; /* no file is larger */
};

static inline enum ica_status ica_file_source_read(struct ica_file_source *self, size_t file,
                                                   struct ica_buffer *out, struct ica_error *err)
{
    return self->read(self, file, out, err);
}

#endif
