/* SPDX-License-Identifier: Apache-2.0 */
/* The images that were looked at become a small set of their own: each has a place in it, and a
 * cluster has those of its members that are there. One that has none keeps a member without
 * evidence, so that it is described all the same. */
#include "application/describing/representative_scores.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "domain/probabilities.h"
#include "domain/stages.h"

#define NO_PLACE SIZE_MAX

static enum ica_status reserve(struct ica_representative_scores *scores,
                               const struct ica_describe_request *request, size_t n_classes,
                               struct ica_error *err)
{
    const struct ica_features *features = request->features;
    size_t n_most = request->clustering->n_clusters + 1;
    for (size_t c = 0; c < request->clustering->n_clusters; c++) {
        n_most += request->clustering->clusters[c].n_representatives;
    }
    scores->place_of_row = ica_array_new(features->n, sizeof *scores->place_of_row);
    scores->embeddings = ica_array_new(n_most, features->dim * sizeof(float));
    scores->probabilities = ica_array_new(n_most, n_classes * sizeof(float));
    scores->colours = ica_array_new(n_most, sizeof *scores->colours);
    if (!scores->place_of_row || !scores->embeddings || !scores->probabilities ||
        !scores->colours) {
        return ica_error_nomem(err, "the representatives");
    }
    for (size_t row = 0; row < features->n; row++) {
        scores->place_of_row[row] = NO_PLACE;
    }
    return ICA_OK;
}

/* Classify the picture of `row` into `probabilities`. */
static enum ica_status classify(struct ica_embedder *classifier, struct ica_pictures *pictures,
                                size_t row, float *vector, float *probabilities,
                                struct ica_error *err)
{
    struct ica_pixels pixels = {0};
    const struct ica_picture_size size = {.crop = classifier->model.crop};
    enum ica_status status = ica_pictures_get(pictures, row, &size, &pixels, err);
    if (!status) {
        status = ica_embedder_embed(classifier, 1, &pixels, vector, probabilities, err);
    }
    if (!status) {
        ica_probabilities_from_logits(probabilities, classifier->model.n_classes);
    }
    ica_pixels_clear(&pixels);
    return status;
}

/* Give the image of `row` the next place. */
static void place(struct ica_representative_scores *scores,
                  const struct ica_describe_request *request, size_t row)
{
    size_t dim = request->features->dim;
    memcpy(scores->embeddings + scores->n * dim, request->features->embeddings + row * dim,
           dim * sizeof(float));
    scores->colours[scores->n] = request->colours[row];
    scores->place_of_row[row] = scores->n++;
}

static enum ica_status look_at(struct ica_representative_scores *scores,
                               const struct ica_describe_request *request,
                               struct ica_embedder *classifier, const struct ica_cluster *cluster,
                               float *vector, struct ica_error *err)
{
    size_t n_classes = classifier->model.n_classes;
    for (size_t i = 0; i < cluster->n_representatives; i++) {
        size_t row = cluster->representatives[i];
        enum ica_status status = classify(classifier, request->pictures, row, vector,
                                          scores->probabilities + scores->n * n_classes, err);
        if (status == ICA_ENOMEM || status == ICA_EMODEL) {
            return status;
        }
        if (!status) {
            place(scores, request, row);
        }
    }
    return ICA_OK;
}

enum ica_status ica_representative_scores_init(struct ica_representative_scores *scores,
                                               const struct ica_describe_request *request,
                                               struct ica_embedder *classifier,
                                               const struct ica_monitor *monitor,
                                               struct ica_error *err)
{
    const struct ica_clustering *clustering = request->clustering;
    size_t n_classes = classifier->model.n_classes;
    float *vector = ica_array_new(classifier->model.dim, sizeof *vector);
    enum ica_status status = vector ? reserve(scores, request, n_classes, err)
                                    : ica_error_nomem(err, "the representatives");
    for (size_t c = 0; c < clustering->n_clusters && !status; c++) {
        status = look_at(scores, request, classifier, &clustering->clusters[c], vector, err);
        if (!status &&
            !ica_monitor_step(monitor, ICA_STAGE_DESCRIBING, 0, clustering->n_clusters)) {
            status = ica_error_set(err, ICA_ECANCELLED, "The description was cancelled.");
        }
    }
    free(vector);
    /* The last place is of no image: each class is as probable as another. */
    for (size_t k = 0; k < n_classes && !status; k++) {
        scores->probabilities[scores->n * n_classes + k] = 1.0F / (float)n_classes;
    }
    scores->features = (struct ica_features){
        .n = scores->n + 1,
        .dim = request->features->dim,
        .embeddings = scores->embeddings,
        .n_classes = n_classes,
        .probabilities = scores->probabilities,
    };
    return status;
}

/* Clusters of places instead of rows; both arrays are owned by the caller. */
static void condense(const struct ica_representative_scores *scores,
                     const struct ica_clustering *from, struct ica_cluster *clusters,
                     size_t *members)
{
    for (size_t c = 0; c < from->n_clusters; c++) {
        struct ica_cluster *to = &clusters[c];
        *to = (struct ica_cluster){.members = members};
        for (size_t m = 0; m < from->clusters[c].n_members; m++) {
            size_t place_of = scores->place_of_row[from->clusters[c].members[m]];
            if (place_of != NO_PLACE) {
                to->members[to->n_members++] = place_of;
            }
        }
        if (to->n_members == 0) {
            to->members[to->n_members++] = scores->n;
        }
        if (to->n_members == 1 && from->clusters[c].n_members > 1) {
            to->members[to->n_members++] = to->members[0]; /* it stands for several images */
        }
        to->medoid = to->members[0];
        members += to->n_members;
    }
}

enum ica_status ica_representative_scores_describe(const struct ica_representative_scores *scores,
                                                   struct ica_describer *describer,
                                                   const struct ica_describe_request *request,
                                                   const struct ica_monitor *monitor,
                                                   struct ica_description *out,
                                                   struct ica_error *err)
{
    const struct ica_clustering *from = request->clustering;
    struct ica_cluster *clusters = ica_array_new(from->n_clusters, sizeof *clusters);
    size_t *members = ica_array_new(scores->n + 2 * from->n_clusters, sizeof *members);
    enum ica_status status = ICA_OK;
    if (!clusters || !members) {
        status = ica_error_nomem(err, "the representatives");
    } else {
        condense(scores, from, clusters, members);
        struct ica_clustering condensed = {
            .n = scores->features.n, .n_clusters = from->n_clusters, .clusters = clusters};
        struct ica_describe_request of_places = *request;
        of_places.features = &scores->features;
        of_places.colours = scores->colours;
        of_places.clustering = &condensed;
        status = ica_describer_describe(describer, &of_places, monitor, out, err);
    }
    free(clusters);
    free(members);
    return status;
}

void ica_representative_scores_clear(struct ica_representative_scores *scores)
{
    free(scores->place_of_row);
    free(scores->embeddings);
    free(scores->probabilities);
    free(scores->colours);
    *scores = (struct ica_representative_scores){0};
}
