/* SPDX-License-Identifier: Apache-2.0 */
/* The files of web/ and of api/, compiled into the program by cmake/Embed.cmake. */
#ifndef ICA_HTTP_EMBEDDED_H
#define ICA_HTTP_EMBEDDED_H

#include <stddef.h>

struct ica_embedded_bytes {
    const unsigned char *bytes;
    size_t size;
};

struct ica_embedded_file {
    const char *name; /* "index.html", "js/app.js"; NULL after the last file */
    struct ica_embedded_bytes plain;
    struct ica_embedded_bytes gzip; /* the same compressed; empty where that is not smaller */
};

extern const struct ica_embedded_file ica_web_files[];
extern const struct ica_embedded_file ica_api_files[];

#endif
