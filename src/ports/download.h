/* SPDX-License-Identifier: Apache-2.0 */
/* Port: download. Brings files from the network and goes on where it was interrupted. Used from one
 * thread. */
#ifndef ICA_PORTS_DOWNLOAD_H
#define ICA_PORTS_DOWNLOAD_H

#include <stdint.h>

#include "base/error.h"
#include "base/parallel.h"
#include "domain/model_package.h"

struct ica_download {
    const char *path;                  /* where the file is to be; PATH.part until it is whole */
    uint64_t max_bytes;                /* more is refused; > 0 */
    const struct ica_monitor *monitor; /* told of bytes; the total is 0 while it is not known */
};

struct ica_downloader;

struct ica_downloader_ops {
    /* Bring `file->url` to `download->path`, and fill in size and hash; what `file` knows of them
     * already must come. What came of the file is kept when the transfer breaks off, and is used by
     * the next call. ICA_EINVALID (no address that may be used), ICA_EUNAVAILABLE (the network or
     * the server does not give it), ICA_EMODEL (another content than was promised), ICA_ETOOLARGE,
     * ICA_EIO (a full disk is named), ICA_ECANCELLED, ICA_ENOMEM. */
    enum ica_status (*fetch)(struct ica_downloader *self, const struct ica_download *download,
                             struct ica_model_file *file, struct ica_error *err);

    /* Releases everything, `self` included. */
    void (*destroy)(struct ica_downloader *self);
};

struct ica_downloader {
    const struct ica_downloader_ops *ops;
};

static inline enum ica_status ica_download_fetch(struct ica_downloader *self,
                                                 const struct ica_download *download,
                                                 struct ica_model_file *file, struct ica_error *err)
{
    return self->ops->fetch(self, download, file, err);
}

static inline void ica_downloader_destroy(struct ica_downloader *self)
{
    if (self) {
        self->ops->destroy(self);
    }
}

#endif
