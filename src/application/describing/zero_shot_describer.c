/* SPDX-License-Identifier: Apache-2.0 */
#include "application/describing/zero_shot_describer.h"

#include <stdio.h>
#include <stdlib.h>

#include "application/describing/phrase_vectors.h"
#include "application/describing/word_evidence.h"
#include "domain/description/distinct_texts.h"
#include "domain/stages.h"

/* CLIP's temperature as it was trained: at most 100, and there in the published models. */
#define SCALE 100.0

struct zero_shot {
    struct ica_describer base;
    struct ica_zero_shot_config config;
    const struct ica_phrases *phrases; /* the user's, or the classes */
    struct ica_phrase_vectors *vectors;
};

/* ---- The user's phrases -----------------------------------------------------------------------
 */

/* Put `phrase` where its weight belongs; the weakest falls out. */
static void note_evidence(struct ica_description *out, const char *phrase, double weight)
{
    size_t place = out->n_evidence;
    while (place > 0 && out->evidence[place - 1].weight < weight) {
        place--;
    }
    if (place >= ICA_MAX_EVIDENCE) {
        return;
    }
    out->n_evidence += out->n_evidence < ICA_MAX_EVIDENCE;
    for (size_t i = out->n_evidence - 1; i > place; i--) {
        out->evidence[i] = out->evidence[i - 1];
    }
    (void)snprintf(out->evidence[place].concept, sizeof out->evidence[place].concept, "%s", phrase);
    out->evidence[place].weight = weight;
}

/* The phrase with the highest mean probability over the cluster's images. */
static void name_cluster(const struct ica_word_evidence *evidence,
                         const struct ica_phrases *phrases, const struct ica_cluster *cluster,
                         struct ica_description *out)
{
    for (size_t i = 0; i < phrases->n; i++) {
        double sum = 0.0;
        for (size_t m = 0; m < cluster->n_members; m++) {
            sum += (double)evidence->probabilities[cluster->members[m] * phrases->n + i];
        }
        note_evidence(out, phrases->texts[i], sum / (double)cluster->n_members);
    }
    (void)snprintf(out->text, sizeof out->text, "%s", out->evidence[0].concept);
    out->score = out->evidence[0].weight;
}

static enum ica_status name_clusters(const struct ica_word_evidence *evidence,
                                     const struct ica_phrases *phrases,
                                     const struct ica_monitor *monitor, struct ica_description *out,
                                     struct ica_error *err)
{
    size_t n = evidence->clustering.n_clusters;
    for (size_t c = 0; c < n; c++) {
        name_cluster(evidence, phrases, &evidence->clusters[c], &out[c]);
        if (!ica_monitor_step(monitor, ICA_STAGE_DESCRIBING, c + 1, n)) {
            return ica_error_set(err, ICA_ECANCELLED, "The description was cancelled.");
        }
    }
    return ica_texts_number(out, n, err);
}

/* ---- Either -----------------------------------------------------------------------------------
 */

static enum ica_status name_concepts(struct zero_shot *describer,
                                     const struct ica_word_evidence *evidence,
                                     const struct ica_describe_request *request,
                                     const struct ica_monitor *monitor, struct ica_description *out,
                                     struct ica_error *err)
{
    struct ica_describe_request of_evidence = *request;
    of_evidence.features = &evidence->features;
    of_evidence.colours = evidence->colours;
    of_evidence.clustering = &evidence->clustering;
    return ica_describer_describe(describer->config.concepts, &of_evidence, monitor, out, err);
}

static enum ica_status describe(struct ica_describer *self,
                                const struct ica_describe_request *request,
                                const struct ica_monitor *monitor, struct ica_description *out,
                                struct ica_error *err)
{
    struct zero_shot *describer = (struct zero_shot *)self;
    struct ica_word_evidence evidence = {0};
    const float *vectors = NULL;
    struct ica_text_embedder *text = ica_model_set_text(describer->config.models, request->model);
    if (!text) {
        return ica_error_set(err, ICA_EUNAVAILABLE, "Model %s reads no words.",
                             request->model->name);
    }
    enum ica_status status =
        ica_phrase_vectors_get(describer->vectors, text, monitor, &vectors, err);
    if (!status) {
        status =
            ica_word_evidence_init(&evidence, request, vectors, describer->phrases->n, SCALE, err);
    }
    if (!status) {
        status = describer->phrases == describer->config.phrases
                     ? name_clusters(&evidence, describer->phrases, monitor, out, err)
                     : name_concepts(describer, &evidence, request, monitor, out, err);
    }
    ica_word_evidence_clear(&evidence);
    return status;
}

static void destroy(struct ica_describer *self)
{
    struct zero_shot *describer = (struct zero_shot *)self;
    ica_phrase_vectors_close(describer->vectors);
    free(describer);
}

static const struct ica_describer_ops ops = {
    .name = ICA_ZERO_SHOT,
    .reads_words = true,
    .describe = describe,
    .destroy = destroy,
};

enum ica_status ica_zero_shot_describer_open(struct ica_describer **out,
                                             const struct ica_zero_shot_config *config,
                                             struct ica_error *err)
{
    struct zero_shot *describer = calloc(1, sizeof *describer);
    *out = NULL;
    if (!describer) {
        return ica_error_nomem(err, "the describer");
    }
    describer->base.ops = &ops;
    describer->config = *config;
    describer->phrases = config->phrases->n > 0 ? config->phrases : config->classes;
    enum ica_status status =
        ica_phrase_vectors_open(&describer->vectors, describer->phrases, config->cache, err);
    if (status) {
        free(describer);
        return status;
    }
    *out = &describer->base;
    return ICA_OK;
}
