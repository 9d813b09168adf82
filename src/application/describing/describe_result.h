/* SPDX-License-Identifier: Apache-2.0 */
/* The describing part of the use case: texts for the clusters and for the hierarchy above and below
 * them. */
#ifndef ICA_APPLICATION_DESCRIBING_DESCRIBE_RESULT_H
#define ICA_APPLICATION_DESCRIBING_DESCRIBE_RESULT_H

#include "application/runs/run_features.h"
#include "base/parallel.h"
#include "domain/result.h"
#include "ports/describer.h"
#include "ports/description_cache.h"
#include "ports/embedder.h"

/* How to describe; all borrowed. */
struct ica_describe_means {
    const struct ica_model *model;   /* whose embeddings the features are */
    struct ica_describer *describer; /* NULL: all texts stay empty */
    /* Looks at no pictures. Describes what `describer` cannot, and, if that one looks at pictures
     * or fails, all levels of the hierarchy but the chosen one. */
    struct ica_describer *fallback;
    struct ica_pictures *pictures; /* may be NULL */
    /* Looks at the representatives where the features have no classes; NULL: nobody does. */
    struct ica_embedder *classifier;
    struct ica_description_cache *cache; /* of a describer that looks at pictures; may be NULL */
    const struct ica_own_concepts *own_concepts; /* may be NULL */
    enum ica_language language;
    bool joined_captions; /* see ports/describer.h */
};

/* Fill the descriptions of a result that is clustered, and the describer's name. No two clusters
 * get the same text. ICA_ECANCELLED, ICA_ENOMEM, ICA_EMODEL. */
enum ica_status ica_describe_result(const struct ica_describe_means *means,
                                    const struct ica_run_features *features,
                                    const struct ica_monitor *monitor, struct ica_result *result,
                                    struct ica_error *err) ICA_MUST_CHECK;

#endif
