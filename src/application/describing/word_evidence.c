/* SPDX-License-Identifier: Apache-2.0 */
#include "application/describing/word_evidence.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "domain/probabilities.h"
#include "domain/vectors/dot.h"
#include "domain/vectors/unit_length.h"

static size_t n_looked_at(const struct ica_cluster *cluster)
{
    return ica_size_min(cluster->n_members, ICA_WORD_EVIDENCE_IMAGES);
}

static enum ica_status reserve(struct ica_word_evidence *evidence,
                               const struct ica_describe_request *request, size_t n_phrases,
                               struct ica_error *err)
{
    const struct ica_clustering *from = request->clustering;
    size_t dim = request->features->dim;
    size_t n = 0;
    size_t n_embeddings;
    size_t n_probabilities;
    for (size_t c = 0; c < from->n_clusters; c++) {
        n += n_looked_at(&from->clusters[c]);
    }
    if (!ica_size_multiply(n, dim, &n_embeddings) ||
        !ica_size_multiply(n, n_phrases, &n_probabilities)) {
        return ica_error_nomem(err, "the words");
    }
    evidence->embeddings = ica_array_new(n_embeddings, sizeof *evidence->embeddings);
    evidence->probabilities = ica_array_new(n_probabilities, sizeof *evidence->probabilities);
    evidence->colours = ica_array_new(n, sizeof *evidence->colours);
    evidence->clusters = ica_array_new(from->n_clusters, sizeof *evidence->clusters);
    evidence->members = ica_array_new(n, sizeof *evidence->members);
    if (!evidence->embeddings || !evidence->probabilities || !evidence->colours ||
        !evidence->clusters || !evidence->members) {
        return ica_error_nomem(err, "the words");
    }
    evidence->features = (struct ica_features){
        .n = n,
        .dim = dim,
        .embeddings = evidence->embeddings,
        .n_classes = n_phrases,
        .probabilities = evidence->probabilities,
    };
    evidence->clustering = (struct ica_clustering){
        .n = n, .n_clusters = from->n_clusters, .clusters = evidence->clusters};
    return ICA_OK;
}

/* One image's probabilities. An image whose vector is zero fits each phrase as well as another. */
static void compare(const float *vector, size_t dim, const float *phrases, size_t n_phrases,
                    double scale, float *unit, float *probabilities)
{
    bool has_direction = ica_unit_length(vector, dim, unit);
    for (size_t i = 0; i < n_phrases; i++) {
        double cosine = has_direction ? ica_dot(unit, phrases + i * dim, dim) : 0.0;
        probabilities[i] = (float)(scale * cosine);
    }
    ica_probabilities_from_logits(probabilities, n_phrases);
}

enum ica_status ica_word_evidence_init(struct ica_word_evidence *evidence,
                                       const struct ica_describe_request *request,
                                       const float *phrases, size_t n_phrases, double scale,
                                       struct ica_error *err)
{
    const struct ica_features *features = request->features;
    size_t dim = features->dim;
    size_t place = 0;
    float *unit = ica_array_new(dim, sizeof *unit);
    enum ica_status status =
        unit ? reserve(evidence, request, n_phrases, err) : ica_error_nomem(err, "the words");
    for (size_t c = 0; c < request->clustering->n_clusters && !status; c++) {
        const struct ica_cluster *from = &request->clustering->clusters[c];
        struct ica_cluster *to = &evidence->clusters[c];
        *to = (struct ica_cluster){.members = evidence->members + place,
                                   .n_members = n_looked_at(from)};
        for (size_t i = 0; i < to->n_members; i++, place++) {
            size_t row = from->members[i * from->n_members / to->n_members];
            memcpy(evidence->embeddings + place * dim, features->embeddings + row * dim,
                   dim * sizeof(float));
            evidence->colours[place] = request->colours[row];
            compare(features->embeddings + row * dim, dim, phrases, n_phrases, scale, unit,
                    evidence->probabilities + place * n_phrases);
            to->members[i] = place;
        }
        to->medoid = to->members[0];
    }
    free(unit);
    return status;
}

void ica_word_evidence_clear(struct ica_word_evidence *evidence)
{
    free(evidence->embeddings);
    free(evidence->probabilities);
    free(evidence->colours);
    free(evidence->clusters);
    free(evidence->members);
    *evidence = (struct ica_word_evidence){0};
}
