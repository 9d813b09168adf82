/* SPDX-License-Identifier: Apache-2.0 */
/* The body of a request on its way into a run. Holds one file at a time. */
#ifndef ICA_HTTP_UPLOAD_H
#define ICA_HTTP_UPLOAD_H

#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"
#include "base/parallel.h"
#include "http/header_value.h"
#include "http/problem.h"
#include "http/service.h"

#define ICA_MAX_HTTP_ANSWER_BYTES ((size_t)256 << 20) /* of a result in JSON */

struct ica_http_upload;

/* What an endpoint wants of its bodies. */
struct ica_http_form {
    bool has_options; /* there are option fields, and the answer is the full one; else all parts but
                         the files are read over */
    bool is_ahead;    /* take the body faster than the workers follow, within bounds */
};

/* Begin a body with this Content-Type, sent over `socket`: when its client hangs up, or the service
 * closes, the run is cancelled. ICA_EINVALID (no boundary), ICA_EBUSY (too many runs at once),
 * ICA_ENOMEM. */
enum ica_status ica_http_upload_open(struct ica_http_upload **out, struct ica_http_service *service,
                                     struct ica_http_form form, struct ica_slice content_type,
                                     int socket, struct ica_error *err) ICA_MUST_CHECK;

/* Take the next bytes of the body; waits while the workers are behind. A file over the limit is
 * left out and reported; ICA_EINVALID (malformed, too many images, a wrong option), ICA_ETOOLARGE
 * (a part's headers), ICA_ECANCELLED and ICA_ENOMEM end the upload. */
enum ica_status ica_http_upload_feed(struct ica_http_upload *upload, const uint8_t *bytes,
                                     size_t size, struct ica_error *err) ICA_MUST_CHECK;

/* The body is over. ICA_EINVALID if it ended early. */
enum ica_status ica_http_upload_end(const struct ica_http_upload *upload,
                                    struct ica_error *err) ICA_MUST_CHECK;

/* Group the images and append the answer's JSON, one line, to `answer`. May be called in another
 * thread than the functions before. `monitor` (may be NULL) watches and may cancel. What the run
 * fails with, ICA_ETOOLARGE (the answer). */
enum ica_status ica_http_upload_finish(struct ica_http_upload *upload,
                                       const struct ica_monitor *monitor, struct ica_buffer *answer,
                                       struct ica_error *err) ICA_MUST_CHECK;

/* For the monitor: how far the files are. */
struct ica_run_counts ica_http_upload_counts(const struct ica_http_upload *upload);

/* What a failure of the upload is to its client. */
void ica_http_upload_explain(const struct ica_http_upload *upload, const struct ica_error *error,
                             struct ica_http_problem *problem);

/* Cancel what is left of the run and release everything. */
void ica_http_upload_close(struct ica_http_upload *upload);

#endif
