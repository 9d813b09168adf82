/* SPDX-License-Identifier: Apache-2.0 */
/* One transfer: a request for what a part of a file still lacks, and the answer into it. */
#ifndef ICA_ADAPTERS_DOWNLOAD_TRANSFER_H
#define ICA_ADAPTERS_DOWNLOAD_TRANSFER_H

#include <curl/curl.h>
#include <stdbool.h>

#include "adapters/download/curl_downloader.h"
#include "adapters/download/part_file.h"

struct ica_transfer {
    const struct ica_curl_downloader_config *config;
    const struct ica_download *download;
    const struct ica_model_file *file;
    struct ica_part_file *part;
    CURL *curl;
    char etag[ICA_MAX_ETAG];  /* of the answer */
    uint64_t resumed_at;      /* first byte that was asked for */
    bool began;               /* the first bytes of the answer are here */
    bool was_insecure;        /* a redirection led to a server without TLS */
    struct ica_error failure; /* our own reason to break off; status 0: none */
};

/* Whether a file may be fetched from there: https, or http from this machine; no user, no password.
 * ICA_EINVALID, ICA_ENOMEM. */
enum ica_status ica_transfer_check_url(const char *url, struct ica_error *err) ICA_MUST_CHECK;

/* Run it once. `*again` says whether it broke off in a way that another attempt may mend. The
 * statuses are those of the port. */
enum ica_status ica_transfer_run(struct ica_transfer *transfer, bool *again,
                                 struct ica_error *err) ICA_MUST_CHECK;

#endif
