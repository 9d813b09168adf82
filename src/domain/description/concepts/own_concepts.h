/* SPDX-License-Identifier: Apache-2.0 */
/* Concepts that a user teaches by examples: a prototype among the embeddings of one model, and how
 * near an image must be to be one. After nearest class mean classification (Mensink et al., 2013,
 * and "Prototypical networks", Snell et al., 2017), with rejection. */
#ifndef ICA_DOMAIN_DESCRIPTION_CONCEPTS_OWN_CONCEPTS_H
#define ICA_DOMAIN_DESCRIPTION_CONCEPTS_OWN_CONCEPTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "domain/clustering/clustering.h"
#include "domain/features.h"
#include "domain/model.h"

#define ICA_MAX_OWN_NAME     64 /* bytes with the final 0 */
#define ICA_MAX_OWN_CONCEPTS 1000
#define ICA_MIN_EXAMPLES     3
#define ICA_NO_OWN_CONCEPT   SIZE_MAX

struct ica_own_concept {
    char name[ICA_MAX_OWN_NAME]; /* valid UTF-8, without control characters */
    /* The model that it was learnt with: it says nothing of the vectors of others. */
    char model_name[ICA_MAX_MODEL_NAME];
    char weights_sha256[ICA_SHA256_HEX_SIZE];
    size_t n_examples;
    double threshold; /* least cosine similarity to the prototype, [-1, 1] */
    size_t dim;
    float *prototype; /* owned; dim numbers, of length 1 */
};

/* Starts all zero. */
struct ica_own_concepts {
    struct ica_own_concept *items; /* owned */
    size_t n;
};

/* ICA_EINVALID with a reason that names the limit if `name` cannot be a concept's name. */
enum ica_status ica_own_name_check(const char *name, struct ica_error *err) ICA_MUST_CHECK;

/* Learn the all-zero `*concept` from examples, all rows of `features`, which come from `model`. The
 * prototype is the mean of the unit vectors; the threshold follows from how similar each example is
 * to the prototype of the others. ICA_EINVALID (fewer than ICA_MIN_EXAMPLES, a bad name),
 * ICA_ENOMEM. */
enum ica_status ica_own_concept_learn(struct ica_own_concept *concept, const char *name,
                                      const struct ica_features *features,
                                      const struct ica_model *model,
                                      struct ica_error *err) ICA_MUST_CHECK;

/* Whether the concept was learnt with `model`. */
bool ica_own_concept_fits(const struct ica_own_concept *concept, const struct ica_model *model);

/* Put `*concept`, which is moved out, into the list, in the place of one of the same name and model
 * if there is one; the list stays in the order of the names. ICA_EINVALID (too many), ICA_ENOMEM.
 */
enum ica_status ica_own_concepts_put(struct ica_own_concepts *list, struct ica_own_concept *concept,
                                     struct ica_error *err) ICA_MUST_CHECK;

/* Take every concept of that name out; returns how many there were. */
size_t ica_own_concepts_remove(struct ica_own_concepts *list, const char *name);

/* The concept that at least half of the members of `cluster` are nearest to and near enough, among
 * those of as many dimensions as the features have; `*share` is the part of the members. Of a large
 * cluster some members are asked. ICA_NO_OWN_CONCEPT if there is none. */
size_t ica_own_concepts_match(const struct ica_own_concepts *list,
                              const struct ica_features *features,
                              const struct ica_cluster *cluster, double *share);

void ica_own_concept_clear(struct ica_own_concept *concept);
void ica_own_concepts_clear(struct ica_own_concepts *list);

#endif
