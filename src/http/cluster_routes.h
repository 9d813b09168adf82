/* SPDX-License-Identifier: Apache-2.0 */
/* POST /v1/cluster and POST /cluster-images: images in, groups out. */
#ifndef ICA_HTTP_CLUSTER_ROUTES_H
#define ICA_HTTP_CLUSTER_ROUTES_H

#include "http/reply.h"

/* Open the upload of POST /v1/cluster, which takes options, or refuse. */
void ica_http_cluster_begin(struct ica_http_request *request);

/* Open the upload of POST /cluster-images, which takes only images, or refuse. */
void ica_http_cluster_images_begin(struct ica_http_request *request);

/* The body is complete: group, and reply with the result or with a stream of events. */
enum MHD_Result ica_http_cluster_reply(struct ica_http_request *request);

/* Refuse a request that is larger than the service takes. */
void ica_http_refuse_size(struct ica_http_request *request);

/* Refuse for a failure of the upload. */
void ica_http_refuse_upload(struct ica_http_request *request, const struct ica_error *error);

/* The announced size of the body; 0 if there is none, or if only its end will tell. */
uint64_t ica_http_announced_bytes(const struct ica_http_request *request);

#endif
