/* SPDX-License-Identifier: Apache-2.0 */
/* Parts of a result as JSON values. Each function returns a new reference, or NULL when memory is
 * short. */
#ifndef ICA_ADAPTERS_JSON_JSON_VALUES_H
#define ICA_ADAPTERS_JSON_JSON_VALUES_H

#include <jansson.h>
#include <stdbool.h>

#include "base/buffer.h"
#include "base/error.h"
#include "domain/result.h"

/* {"name", "image_ids", "description", ...} of cluster `c`. */
json_t *ica_json_cluster(const struct ica_result *result, size_t c, bool name_is_text);

/* {"id", "cluster", "probability", ...} of image `i`; with its thumbnail if that is wanted and
 * there is one. */
json_t *ica_json_image(const struct ica_result *result, size_t i, bool thumbnail);

/* [id, ...] of set `s` of the near-duplicates. */
json_t *ica_json_duplicate_set(const struct ica_result *result, size_t s);

/* {"file", "reason", "code"} of error `e`. */
json_t *ica_json_error(const struct ica_result *result, size_t e);

/* [left, right, height, size] of merge `m` of the hierarchy. */
json_t *ica_json_merge(const struct ica_result *result, size_t m);

/* {"node", "medoid", "description"} of node `i` of the hierarchy. */
json_t *ica_json_node(const struct ica_result *result, size_t i);

/* {"id", "name", "version", "weights_sha256"} */
json_t *ica_json_model(const struct ica_model *model);

json_t *ica_json_timings(const struct ica_timings *timings);

/* A number; null for what JSON cannot say. */
json_t *ica_json_real(double value);

/* Append `value`, which may be NULL for lack of memory and is released, as compact JSON. */
enum ica_status ica_json_append(struct ica_buffer *out, json_t *value,
                                struct ica_error *err) ICA_MUST_CHECK;

#endif
