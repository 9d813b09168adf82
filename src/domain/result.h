/* SPDX-License-Identifier: Apache-2.0 */
/* What one run gives: the groups, their descriptions, and what could not be read. */
#ifndef ICA_DOMAIN_RESULT_H
#define ICA_DOMAIN_RESULT_H

#include <stddef.h>

#include "base/buffer.h"
#include "base/error.h"
#include "domain/clustering/clustering.h"
#include "domain/description/description.h"
#include "domain/description/words/language.h"
#include "domain/image/image.h"
#include "domain/model.h"

/* An image that was read; its index is its row in the clustering. */
struct ica_result_image {
    char *id;      /* owned, valid UTF-8, unique within the result */
    size_t source; /* which of the files that were added it is, counting those in errors */
    struct ica_image_info info;
    struct ica_buffer thumbnail; /* JPEG, empty unless asked for */
};

/* An image that could not be read. */
struct ica_result_error {
    char *id; /* owned, valid UTF-8 */
    enum ica_status status;
    char reason[ICA_MAX_ERROR_TEXT]; /* a full sentence, valid UTF-8 */
};

/* Seconds of wall time per stage; reading, decoding and embedding overlap and count as one. */
struct ica_timings {
    double embed_s;
    double cluster_s;
    double describe_s;
    double total_s;
};

struct ica_result {
    size_t n_images;
    struct ica_result_image *images; /* in the order they were added */
    size_t n_errors;
    struct ica_result_error *errors;           /* in the order they were added */
    struct ica_clustering clustering;          /* rows are images[] */
    struct ica_description *descriptions;      /* one per cluster */
    struct ica_description *node_descriptions; /* one per node of clustering.hierarchy */
    double granularity;                        /* that was asked for */
    double duplicate_threshold;                /* the same */
    char describer[32];                        /* that was asked for: "concepts", "none" */
    enum ica_language language;                /* of the descriptions */
    struct ica_model model;
    struct ica_timings timings;
};

/* Free everything and return to all zero. */
void ica_result_clear(struct ica_result *result);

#endif
