/* SPDX-License-Identifier: Apache-2.0 */
/* An answer as a stream of server-sent events: the progress of a run, and then its result or what
 * went wrong. */
#ifndef ICA_HTTP_EVENT_STREAM_H
#define ICA_HTTP_EVENT_STREAM_H

#include <stddef.h>
#include <sys/types.h>

#include "base/error.h"
#include "http/progress.h"
#include "http/upload.h"

struct ica_http_stream;

/* Finish the run of `upload`, whose body is over, in a thread of the stream's own, which takes it
 * and closes it as soon as the run is over; on failure it stays the caller's. `began_s` is when the
 * request came. ICA_ENOMEM, also when the system gives no thread. */
enum ica_status ica_http_stream_open(struct ica_http_stream **out, struct ica_http_service *service,
                                     struct ica_http_upload *upload, double began_s,
                                     struct ica_error *err) ICA_MUST_CHECK;

/* Wait for something to send, or for so long that a sign of life is due, and put up to `max_bytes`
 * of it into `bytes`. Returns how many; 0 when all was sent; -1 when the rest cannot be. */
ssize_t ica_http_stream_read(struct ica_http_stream *stream, char *bytes, size_t max_bytes);

/* Cancel what is not finished, and release everything. */
void ica_http_stream_close(struct ica_http_stream *stream);

#endif
