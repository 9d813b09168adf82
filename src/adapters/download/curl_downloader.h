/* SPDX-License-Identifier: Apache-2.0 */
/* The port of downloads on libcurl: HTTPS only, but for servers on this machine. Proxies and
 * certificates are those that the environment names, as for curl's own program. */
#ifndef ICA_ADAPTERS_DOWNLOAD_CURL_DOWNLOADER_H
#define ICA_ADAPTERS_DOWNLOAD_CURL_DOWNLOADER_H

#include <stdint.h>

#include "ports/download.h"

struct ica_curl_downloader_config {
    const char *agent;   /* "image-cluster-ai/1.2"; borrowed */
    uint32_t connect_s;  /* wait so long for a connection; > 0 */
    uint32_t silence_s;  /* and for the next byte; > 0 */
    uint32_t n_attempts; /* of a transfer that breaks off after it has brought something; > 0 */
};

/* ICA_ENOMEM. */
enum ica_status ica_curl_downloader_open(struct ica_downloader **out,
                                         const struct ica_curl_downloader_config *config,
                                         struct ica_error *err) ICA_MUST_CHECK;

#endif
