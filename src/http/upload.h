/* SPDX-License-Identifier: Apache-2.0 */
/* The body of POST /cluster-images on its way into a run. Holds one file at a time. */
#ifndef ICA_HTTP_UPLOAD_H
#define ICA_HTTP_UPLOAD_H

#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"
#include "http/header_value.h"
#include "http/service.h"

struct ica_http_upload;

/* Begin a body with this Content-Type, sent over `socket`: when its client hangs up, or the service
 * closes, the run is cancelled. ICA_EINVALID (no boundary), ICA_EBUSY (too many runs at once),
 * ICA_ENOMEM. */
enum ica_status ica_http_upload_open(struct ica_http_upload **out,
                                     const struct ica_http_service *service,
                                     struct ica_slice content_type, int socket,
                                     struct ica_error *err) ICA_MUST_CHECK;

/* Take the next bytes of the body; waits while the workers are behind. A file over the limit is
 * left out and reported; ICA_EINVALID (malformed, too many images), ICA_ETOOLARGE (a part's
 * headers), ICA_ECANCELLED and ICA_ENOMEM end the upload. */
enum ica_status ica_http_upload_feed(struct ica_http_upload *upload, const uint8_t *bytes,
                                     size_t size, struct ica_error *err) ICA_MUST_CHECK;

/* The body is over: group the images and append the answer's JSON to `answer`. ICA_EINVALID (the
 * body ended early, no image), what the run fails with, ICA_ETOOLARGE (the answer). */
enum ica_status ica_http_upload_finish(struct ica_http_upload *upload, struct ica_buffer *answer,
                                       struct ica_error *err) ICA_MUST_CHECK;

/* The number that the last failure was about, e.g. the most images per request; 0 = none. */
uint64_t ica_http_upload_limit(const struct ica_http_upload *upload);

/* Cancel what is left of the run and release everything. */
void ica_http_upload_close(struct ica_http_upload *upload);

#endif
