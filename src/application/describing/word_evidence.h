/* SPDX-License-Identifier: Apache-2.0 */
/* What the words of a model with a text tower say about the images of clusters: probabilities of
 * phrases instead of classes (zero-shot classification; Radford et al., "Learning transferable
 * visual models from natural language supervision", 2021). */
#ifndef ICA_APPLICATION_DESCRIBING_WORD_EVIDENCE_H
#define ICA_APPLICATION_DESCRIBING_WORD_EVIDENCE_H

#include "ports/describer.h"

/* Some images of each cluster, as a small set of their own. Starts all zero. */
struct ica_word_evidence {
    struct ica_features features; /* with n_classes = number of phrases */
    struct ica_colour_shares *colours;
    struct ica_clustering clustering; /* the same clusters, of these images */
    /* What those point to; owned */
    float *embeddings;
    float *probabilities;
    struct ica_cluster *clusters;
    size_t *members;
};

/* Look at up to ICA_WORD_EVIDENCE_IMAGES images of each cluster of `request`, evenly spread over
 * its members. `phrases` are n_phrases rows of length 1; `scale` is what the model multiplies a
 * cosine with before the softmax. ICA_ENOMEM. To be cleared whatever is returned. */
enum ica_status ica_word_evidence_init(struct ica_word_evidence *evidence,
                                       const struct ica_describe_request *request,
                                       const float *phrases, size_t n_phrases, double scale,
                                       struct ica_error *err) ICA_MUST_CHECK;

#define ICA_WORD_EVIDENCE_IMAGES 16

void ica_word_evidence_clear(struct ica_word_evidence *evidence);

#endif
