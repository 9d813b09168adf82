/* SPDX-License-Identifier: Apache-2.0 */
/* The web client's files and those that explain the API, served from within the program. */
#ifndef ICA_HTTP_STATIC_FILES_H
#define ICA_HTTP_STATIC_FILES_H

#include <stdbool.h>

#include "http/embedded.h"
#include "http/reply.h"

/* The file at `path`, or NULL: /openapi.json, /docs and what lies below it and, if
 * `has_web_client`, that one's files, "/" being index.html. */
const struct ica_embedded_file *ica_static_file_find(const char *path, bool has_web_client);

/* Reply with the file, or with 304 if the client has it already. */
enum MHD_Result ica_static_file_reply(struct ica_http_request *request,
                                      const struct ica_embedded_file *file);

#endif
