/* SPDX-License-Identifier: Apache-2.0 */
/* The web client's files, served from within the program. */
#ifndef ICA_HTTP_STATIC_FILES_H
#define ICA_HTTP_STATIC_FILES_H

#include "http/embedded.h"
#include "http/reply.h"

/* The file at `path` ("/" is index.html), or NULL. */
const struct ica_embedded_file *ica_static_file_find(const char *path);

/* Reply with the file, or with 304 if the client has it already. */
enum MHD_Result ica_static_file_reply(struct ica_http_request *request,
                                      const struct ica_embedded_file *file);

#endif
