/* SPDX-License-Identifier: Apache-2.0 */
/* The describing part of the use case.
 *
 * A describer is given all clusters of one answer together, so that it can tell them apart. At each
 * level of the hierarchy other clusters stand beside one another, so each level is an answer of its
 * own. A node that is a cluster at several levels keeps the text of the one nearest to the chosen
 * level; at the chosen level itself the clusters have their texts already. A level that brings no
 * new node is left out. */
#include "application/describing/describe_result.h"

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "application/describing/cached_descriptions.h"
#include "application/describing/representative_scores.h"
#include "base/memory.h"
#include "base/text.h"
#include "domain/description/distinct_texts.h"
#include "domain/stages.h"

#define NO_NODE SIZE_MAX

/* Turns the steps of one call of the describer into a part of the whole. */
struct share {
    const struct ica_monitor *whole;
    size_t done; /* clusters of the calls before */
    size_t total;
};

static bool step(void *context, const char *stage, size_t done, size_t total)
{
    (void)total;
    const struct share *share = context;
    return ica_monitor_step(share->whole, stage, share->done + done, share->total);
}

/* Whether a describer does without classes; what it cannot describe others do. */
static bool is_by_other_means(const struct ica_describer *describer)
{
    return describer->ops->looks_at_pictures || describer->ops->reads_words;
}

/* Describe by what the run knows of its images, or by the `scores` of the representatives (NULL:
 * there are none). */
static enum ica_status describe(struct ica_describer *describer,
                                const struct ica_representative_scores *scores,
                                const struct ica_describe_request *request,
                                const struct ica_monitor *monitor, struct ica_description *out,
                                struct ica_error *err)
{
    return scores && !is_by_other_means(describer)
               ? ica_representative_scores_describe(scores, describer, request, monitor, out, err)
               : ica_describer_describe(describer, request, monitor, out, err);
}

/* The clusters of the level that is being looked at. */
struct levels {
    struct ica_describer *describer;
    const struct ica_model *model;
    const struct ica_representative_scores *scores;
    enum ica_language language;
    const struct ica_own_concepts *own_concepts;
    const struct ica_run_features *features;
    const struct ica_hierarchy *hierarchy;
    struct share *share;
    struct ica_description *out; /* one per node; borrowed */
    bool *described;             /* one per node */
    size_t *rows;                /* 0, 1, 2 ...: members of clusters that are a single image */
    size_t *node_of_merge;       /* index into hierarchy->nodes, or NO_NODE */
    bool *merged;                /* per node of the dendrogram: part of a larger one */
    /* At the level at hand, one each per cluster */
    struct ica_cluster *clusters; /* members are borrowed */
    size_t *nodes;                /* index into hierarchy->nodes; NO_NODE for a single image */
    struct ica_description *texts;
};

static void levels_clear(struct levels *levels)
{
    free(levels->described);
    free(levels->rows);
    free(levels->node_of_merge);
    free(levels->merged);
    free(levels->clusters);
    free(levels->nodes);
    free(levels->texts);
}

static enum ica_status levels_init(struct levels *levels, struct ica_error *err)
{
    const struct ica_hierarchy *hierarchy = levels->hierarchy;
    size_t n = hierarchy->n;
    size_t most = hierarchy->levels[hierarchy->n_levels - 1];
    levels->described = ica_array_new(hierarchy->n_nodes, sizeof *levels->described);
    levels->rows = ica_array_new(n, sizeof *levels->rows);
    levels->node_of_merge = ica_array_new(n, sizeof *levels->node_of_merge);
    levels->merged = ica_array_new(2 * n, sizeof *levels->merged);
    levels->clusters = ica_array_new(most, sizeof *levels->clusters);
    levels->nodes = ica_array_new(most, sizeof *levels->nodes);
    levels->texts = ica_array_new(most, sizeof *levels->texts);
    if (!levels->described || !levels->rows || !levels->node_of_merge || !levels->merged ||
        !levels->clusters || !levels->nodes || !levels->texts) {
        return ica_error_nomem(err, "the levels' descriptions");
    }
    for (size_t i = 0; i < n; i++) {
        levels->rows[i] = i;
        levels->node_of_merge[i] = NO_NODE;
    }
    for (size_t i = 0; i < hierarchy->n_nodes; i++) {
        levels->node_of_merge[hierarchy->nodes[i].node - n] = i;
    }
    return ICA_OK;
}

/* Cut the dendrogram into `n_clusters`. Returns how many of them have no text yet. */
static size_t cut(struct levels *levels, size_t n_clusters)
{
    const struct ica_hierarchy *hierarchy = levels->hierarchy;
    size_t n_merges = hierarchy->n - n_clusters;
    size_t count = 0;
    size_t n_new = 0;
    memset(levels->merged, 0, 2 * hierarchy->n * sizeof *levels->merged);
    for (size_t i = 0; i < n_merges; i++) {
        levels->merged[hierarchy->merges[i].left] = true;
        levels->merged[hierarchy->merges[i].right] = true;
    }
    for (size_t id = 0; id < hierarchy->n + n_merges; id++) {
        if (levels->merged[id]) {
            continue;
        }
        struct ica_cluster *cluster = &levels->clusters[count];
        size_t index = id < hierarchy->n ? NO_NODE : levels->node_of_merge[id - hierarchy->n];
        *cluster = (struct ica_cluster){.members = &levels->rows[id], .n_members = 1};
        if (id >= hierarchy->n) {
            assert(index != NO_NODE); /* the hierarchy lists the clusters of all its levels */
            cluster->members = hierarchy->nodes[index].members;
            cluster->n_members = hierarchy->nodes[index].size;
            n_new += !levels->described[index];
        }
        cluster->medoid = cluster->members[0];
        levels->nodes[count++] = index;
    }
    return n_new;
}

/* The clusters of the chosen level are those that were described already. */
static void copy_chosen(struct levels *levels, const struct ica_result *result)
{
    size_t n_clusters = levels->hierarchy->n - levels->hierarchy->n_chosen;
    (void)cut(levels, n_clusters);
    for (size_t i = 0; i < n_clusters; i++) {
        size_t node = levels->nodes[i];
        if (node != NO_NODE) {
            int32_t cluster = result->clustering.memberships[levels->clusters[i].medoid].cluster;
            levels->out[node] = result->descriptions[cluster];
            levels->described[node] = true;
        }
    }
}

static enum ica_status describe_level(struct levels *levels, size_t n_clusters,
                                      struct ica_error *err)
{
    enum ica_status status = ICA_OK;
    if (cut(levels, n_clusters) > 0) {
        const struct ica_clustering clustering = {
            .n = levels->hierarchy->n,
            .n_clusters = n_clusters,
            .clusters = levels->clusters,
        };
        const struct ica_describe_request request = {
            .model = levels->model,
            .features = &levels->features->view,
            .colours = levels->features->colours,
            .clustering = &clustering,
            .language = levels->language,
            .own_concepts = levels->own_concepts,
        };
        const struct ica_monitor monitor = {.step = step, .context = levels->share};
        memset(levels->texts, 0, n_clusters * sizeof *levels->texts);
        status =
            describe(levels->describer, levels->scores, &request, &monitor, levels->texts, err);
    }
    for (size_t i = 0; i < n_clusters && !status; i++) {
        size_t node = levels->nodes[i];
        if (node != NO_NODE && !levels->described[node]) {
            levels->out[node] = levels->texts[i];
            levels->described[node] = true;
        }
    }
    levels->share->done += n_clusters;
    return status;
}

/* All levels, the nearest to the chosen one first; of two as near, the coarser. */
static enum ica_status describe_levels(struct levels *levels, const struct ica_result *result,
                                       struct ica_error *err)
{
    const struct ica_hierarchy *hierarchy = levels->hierarchy;
    size_t chosen = 0;
    while (hierarchy->levels[chosen] < result->clustering.n_clusters) {
        chosen++; /* it is among the levels */
    }
    copy_chosen(levels, result);
    enum ica_status status = ICA_OK;
    for (size_t away = 1; away < hierarchy->n_levels && !status; away++) {
        if (away <= chosen) {
            status = describe_level(levels, hierarchy->levels[chosen - away], err);
        }
        if (!status && away < hierarchy->n_levels - chosen) {
            status = describe_level(levels, hierarchy->levels[chosen + away], err);
        }
    }
    return status;
}

static enum ica_status describe_hierarchy(const struct ica_describe_means *means,
                                          const struct ica_representative_scores *scores,
                                          const struct ica_run_features *features,
                                          struct share *share, struct ica_result *result,
                                          struct ica_error *err)
{
    bool is_fallen_back = means->describer->ops->looks_at_pictures || *result->descriptions[0].note;
    struct levels levels = {
        .describer = is_fallen_back ? means->fallback : means->describer,
        .model = means->model,
        .scores = scores,
        .language = means->language,
        .own_concepts = means->own_concepts,
        .features = features,
        .hierarchy = &result->clustering.hierarchy,
        .share = share,
        .out = result->node_descriptions,
    };
    enum ica_status status = levels_init(&levels, err);
    if (!status) {
        status = describe_levels(&levels, result, err);
    }
    levels_clear(&levels);
    return status;
}

/* Clusters of all calls of the describer together. */
static size_t count_clusters(const struct ica_clustering *clustering)
{
    size_t total = clustering->hierarchy.n_levels ? 0 : clustering->n_clusters;
    for (size_t i = 0; i < clustering->hierarchy.n_levels; i++) {
        total += clustering->hierarchy.levels[i];
    }
    return total;
}

/* Describe by other means the clusters that got no text, all of them if `failure` says why. */
static enum ica_status fall_back(const struct ica_describe_means *means,
                                 const struct ica_representative_scores *scores,
                                 const struct ica_describe_request *request,
                                 const struct ica_error *failure, struct ica_description *out,
                                 struct ica_error *err)
{
    size_t n = request->clustering->n_clusters;
    struct ica_description *others = ica_array_new(n, sizeof *others);
    if (!others) {
        return ica_error_nomem(err, "the descriptions");
    }
    enum ica_status status = describe(means->fallback, scores, request, NULL, others, err);
    for (size_t i = 0; i < n && !status; i++) {
        if (failure->status || !out[i].text[0]) {
            const char *reason = failure->status ? failure->text : out[i].note;
            (void)snprintf(others[i].note, sizeof others[i].note, "%.*s",
                           (int)ica_text_cut(reason, sizeof others[i].note - 1), reason);
            out[i] = others[i];
        }
    }
    if (!status) {
        status = ica_texts_add_hints(out, others, n, err);
    }
    if (!status) {
        status = ica_texts_number(out, n, err);
    }
    free(others);
    return status;
}

static enum ica_status describe_chosen(const struct ica_describe_means *means,
                                       const struct ica_representative_scores *scores,
                                       const struct ica_describe_request *request,
                                       const struct ica_monitor *monitor,
                                       struct ica_description *out, struct ica_error *err)
{
    if (!is_by_other_means(means->describer)) {
        return describe(means->describer, scores, request, monitor, out, err);
    }
    struct ica_error failure = {0};
    failure.status =
        means->cache && !request->joined_captions /* these depend on the order of the images */
            ? ica_describe_cached(means->cache, means->describer, request, monitor, out, &failure)
            : ica_describer_describe(means->describer, request, monitor, out, &failure);
    if (failure.status == ICA_ECANCELLED || failure.status == ICA_ENOMEM) {
        return ica_error_set(err, failure.status, "%s", failure.text);
    }
    return fall_back(means, scores, request, &failure, out, err);
}

enum ica_status ica_describe_result(const struct ica_describe_means *means,
                                    const struct ica_run_features *features,
                                    const struct ica_monitor *monitor, struct ica_result *result,
                                    struct ica_error *err)
{
    const struct ica_clustering *clustering = &result->clustering;
    result->descriptions = ica_array_new(clustering->n_clusters, sizeof *result->descriptions);
    result->node_descriptions =
        ica_array_new(clustering->hierarchy.n_nodes, sizeof *result->node_descriptions);
    if (!result->descriptions || !result->node_descriptions) {
        return ica_error_nomem(err, "the descriptions");
    }
    (void)snprintf(result->describer, sizeof result->describer, "%s",
                   means->describer ? means->describer->ops->name : ICA_NO_DESCRIBER);
    result->language = means->language;
    struct share share = {.whole = monitor, .total = count_clusters(clustering)};
    if (!ica_monitor_step(monitor, ICA_STAGE_DESCRIBING, 0, share.total)) {
        return ica_error_set(err, ICA_ECANCELLED, "The description was cancelled.");
    }
    if (!means->describer) {
        return ICA_OK;
    }
    const struct ica_monitor part = {.step = step, .context = &share};
    const struct ica_describe_request request = {
        .model = means->model,
        .features = &features->view,
        .colours = features->colours,
        .clustering = clustering,
        .language = means->language,
        .own_concepts = means->own_concepts,
        .pictures = means->pictures,
        .joined_captions = means->joined_captions,
    };
    struct ica_representative_scores scores = {0};
    const struct ica_representative_scores *others = NULL;
    enum ica_status status = ICA_OK;
    if (features->view.n_classes == 0 && !means->describer->ops->reads_words && means->classifier &&
        means->pictures) {
        status = ica_representative_scores_init(&scores, &request, means->classifier, &part, err);
        others = &scores;
    }
    if (!status) {
        status = describe_chosen(means, others, &request, &part, result->descriptions, err);
    }
    share.done = clustering->n_clusters;
    if (!status && clustering->hierarchy.n_levels > 0) {
        status = describe_hierarchy(means, others, features, &share, result, err);
    }
    ica_representative_scores_clear(&scores);
    return status;
}
