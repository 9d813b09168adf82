/* SPDX-License-Identifier: Apache-2.0 */
/* The files of web/, compiled into the program by cmake/Embed.cmake. */
#ifndef ICA_HTTP_EMBEDDED_H
#define ICA_HTTP_EMBEDDED_H

#include <stddef.h>

struct ica_embedded_file {
    const char *name; /* "index.html"; NULL after the last file */
    const unsigned char *bytes;
    size_t size;
};

extern const struct ica_embedded_file ica_embedded_files[];

#endif
