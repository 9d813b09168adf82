/* SPDX-License-Identifier: Apache-2.0 */
/* The strategy that needs no parameter. For every two images a small fitted model says how likely
 * they belong together (pair_model.h); groups are joined by their average log-odds (linkage.h); and
 * the tree is cut where the groups are clearest (clear_cut.h).
 *
 * That takes memory for all pairs and time for all triples, so of a large set a sample is grouped,
 * every k-th image by content; each other image then joins the group that it most probably belongs
 * to. Those that fit nowhere are the set of the next round, until none is left. On 600 photos of 30
 * kinds of object, samples of 300 and 150 came within 0.01 of the adjusted Rand index of all.
 *
 * An image alone in its group counts as noise. */
#include "domain/clustering/auto_clustering.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "domain/clustering/canonical_order.h"
#include "domain/clustering/clear_cut.h"
#include "domain/clustering/clustering.h"
#include "domain/clustering/group_assignment.h"
#include "domain/clustering/linkage.h"
#include "domain/clustering/pair_model.h"

#define MAX_SAMPLE        2000
#define LEAST_PROBABILITY 0.25 /* of belonging to a group, for an image to join it */

/* What is known of an image. */
struct place {
    size_t group;
    double own;  /* mean probability of belonging together with the others of the group */
    double next; /* the largest such mean with another group */
};

struct rounds {
    const struct ica_distance *embeddings;
    const struct ica_distance *classes; /* or NULL */
    struct ica_parallel *parallel;
    const struct ica_monitor *monitor;
    size_t n;
    struct place *places; /* n */
    size_t n_groups;
    size_t *open; /* images without a group, ascending */
    size_t n_open;
};

static enum ica_status look_at_monitor(const struct rounds *rounds, struct ica_error *err)
{
    if (ica_monitor_step(rounds->monitor, "clustering", rounds->n - rounds->n_open, rounds->n)) {
        return ICA_OK;
    }
    return ica_error_set(err, ICA_ECANCELLED, "The clustering was cancelled.");
}

/* Every k-th of the open images goes into `sample`, the others stay. Returns how many went. */
static size_t take_sample(struct rounds *rounds, size_t *sample)
{
    size_t size = rounds->n_open < MAX_SAMPLE ? rounds->n_open : MAX_SAMPLE;
    size_t taken = 0;
    size_t kept = 0;
    for (size_t i = 0; i < rounds->n_open; i++) {
        if (taken < size && i == taken * rounds->n_open / size) {
            sample[taken++] = rounds->open[i];
        } else {
            rounds->open[kept++] = rounds->open[i];
        }
    }
    rounds->n_open = kept;
    return taken;
}

/* affinities[i * n + j] = the probability that i and j belong together, 0 where i is j. */
static void fill_affinities(const struct ica_distance_matrix *distances, double *affinities)
{
    size_t n = distances->base.n;
    for (size_t i = 0; i < n; i++) {
        for (size_t j = i + 1; j < n; j++) {
            double affinity = 1 / (1 + exp(*ica_distance_matrix_at(distances, i, j)));
            affinities[i * n + j] = affinity;
            affinities[j * n + i] = affinity;
        }
    }
}

/* From the pairs of a set to its groups. */
static enum ica_status cut_set(const struct ica_pair_model *model, struct ica_parallel *parallel,
                               struct ica_clear_cut *cut, struct ica_error *err)
{
    size_t n = model->n;
    struct ica_distance_matrix distances = {0};
    double *affinities = ica_array_new(n, n * sizeof *affinities);
    struct ica_edge *edges = ica_array_new(n, sizeof *edges);
    enum ica_status status;
    if (!affinities || !edges) {
        status = ica_error_nomem(err, "grouping images");
        goto out;
    }
    status = ica_distance_matrix_init(&distances, n, err);
    if (status) {
        goto out;
    }
    ica_pair_model_distances(model, parallel, &distances);
    fill_affinities(&distances, affinities);
    status = ica_average_linkage(&distances, edges, err);
    if (status) {
        goto out;
    }
    status = ica_clear_cut_init(cut, affinities, edges, n, err);
out:
    ica_distance_matrix_clear(&distances);
    free(edges);
    free(affinities);
    return status;
}

/* Number the groups of the cut from 0 as they come; `numbers` receives each image's. */
static void number_groups(const struct ica_clear_cut *cut, size_t *numbers)
{
    size_t next = 0;
    for (size_t i = 0; i < cut->n; i++) {
        numbers[i] = cut->groups[i] == i ? next++ : numbers[cut->groups[i]];
    }
}

/* Open images join the groups of the sample where they fit. A single image that is joined belongs
 * as much to those that join it as they do to it. */
static enum ica_status join_groups(struct rounds *rounds, const struct ica_pair_model *model,
                                   const struct ica_clear_cut *cut, const size_t *numbers,
                                   struct ica_error *err)
{
    enum ica_status status;
    struct ica_group_match *matches = ica_array_new(rounds->n_open, sizeof *matches);
    double *joined = ica_array_new(cut->n_groups, 2 * sizeof *joined); /* how many, sum of own */
    if (!matches || !joined) {
        status = ica_error_nomem(err, "joining groups");
        goto out;
    }
    status = ica_group_assignment(model, numbers, cut->n_groups, rounds->open, rounds->n_open,
                                  rounds->parallel, rounds->monitor, rounds->n - rounds->n_open,
                                  rounds->n, matches, err);
    if (status) {
        goto out;
    }
    size_t kept = 0;
    for (size_t i = 0; i < rounds->n_open; i++) {
        const struct ica_group_match *match = matches + i;
        size_t image = rounds->open[i];
        if (match->own < LEAST_PROBABILITY) {
            rounds->open[kept++] = image;
            continue;
        }
        rounds->places[image] = (struct place){
            .group = rounds->n_groups + match->group,
            .own = match->own,
            .next = match->next,
        };
        joined[2 * match->group]++;
        joined[2 * match->group + 1] += match->own;
    }
    rounds->n_open = kept;
    for (size_t i = 0; i < cut->n; i++) {
        const double *join = joined + 2 * numbers[i];
        struct place *place = rounds->places + model->images[i];
        if (place->own == 0 && join[0] > 0) {
            place->own = join[1] / join[0];
        }
    }
out:
    free(joined);
    free(matches);
    return status;
}

static enum ica_status run_round(struct rounds *rounds, struct ica_error *err)
{
    struct ica_pair_model model = {0};
    struct ica_clear_cut cut = {0};
    size_t *sample = ica_array_new(MAX_SAMPLE, sizeof *sample);
    size_t *numbers = ica_array_new(MAX_SAMPLE, sizeof *numbers);
    enum ica_status status = look_at_monitor(rounds, err);
    if (status) {
        goto out;
    }
    if (!sample || !numbers) {
        status = ica_error_nomem(err, "a sample");
        goto out;
    }
    size_t size = take_sample(rounds, sample);
    if (size == 1) {
        rounds->places[sample[0]].group = rounds->n_groups++;
        goto out;
    }
    status = ica_pair_model_init(&model, rounds->embeddings, rounds->classes, sample, size,
                                 rounds->parallel, err);
    if (status) {
        goto out;
    }
    status = cut_set(&model, rounds->parallel, &cut, err);
    if (status) {
        goto out;
    }
    number_groups(&cut, numbers);
    for (size_t i = 0; i < size; i++) {
        rounds->places[sample[i]] = (struct place){
            .group = rounds->n_groups + numbers[i],
            .own = cut.own[i],
            .next = cut.next[i],
        };
    }
    if (rounds->n_open > 0) {
        status = join_groups(rounds, &model, &cut, numbers, err);
    }
    rounds->n_groups += cut.n_groups;
out:
    ica_clear_cut_clear(&cut);
    ica_pair_model_clear(&model);
    free(numbers);
    free(sample);
    return status;
}

/* The same image twice is one thing, in one group and with the same numbers. Without this, rounding
 * could tell the two apart, and a sample could hold one of them. */
static void level_twins(struct rounds *rounds, const struct ica_features *features,
                        const size_t *order)
{
    for (size_t i = 1; i < rounds->n; i++) {
        if (ica_canonical_compare(features, order[i - 1], order[i]) == 0) {
            rounds->places[i] = rounds->places[i - 1];
        }
    }
}

/* Label the groups of two and more; images alone become noise. The partition's numbers: the
 * probability is `own`; the outlier score is how far `own` falls behind the most typical image of
 * the group, or 1 - `next` for an image alone; the persistence of a group is how much more probable
 * it is, in the mean, than the next group. */
static enum ica_status fill_partition(const struct rounds *rounds, struct ica_partition *out,
                                      struct ica_error *err)
{
    size_t n_clusters = 0;
    size_t *sizes = ica_array_new(rounds->n_groups, sizeof *sizes);
    int32_t *labels = ica_array_new(rounds->n_groups, sizeof *labels);
    double *most = ica_array_new(rounds->n_groups, sizeof *most);
    enum ica_status status;
    if (!sizes || !labels || !most) {
        status = ica_error_nomem(err, "the clusters");
        goto out;
    }
    for (size_t i = 0; i < rounds->n; i++) {
        const struct place *place = rounds->places + i;
        sizes[place->group]++;
        most[place->group] = fmax(most[place->group], place->own);
    }
    for (size_t g = 0; g < rounds->n_groups; g++) {
        bool alone = sizes[g] < 2 && rounds->n > 1;
        labels[g] = alone ? ICA_NOISE : (int32_t)n_clusters++;
    }
    status = ica_partition_resize(out, n_clusters, err);
    if (status) {
        goto out;
    }
    for (size_t i = 0; i < rounds->n; i++) {
        const struct place *place = rounds->places + i;
        int32_t label = labels[place->group];
        out->labels[i] = label;
        if (label == ICA_NOISE) {
            out->outlier_scores[i] = 1 - place->next;
        } else if (sizes[place->group] > 1) {
            out->probabilities[i] = place->own;
            out->outlier_scores[i] = 1 - place->own / most[place->group];
            out->persistence[label] +=
                fmax(0, place->own - place->next) / (double)sizes[place->group];
        } else {
            out->probabilities[i] = 1; /* the only image of all */
            out->persistence[label] = 1;
        }
    }
out:
    free(most);
    free(labels);
    free(sizes);
    return status;
}

static void explain(const struct rounds *rounds, const struct ica_partition *partition,
                    char *reason, size_t reason_size)
{
    size_t n_grouped = 0;
    double own = 0;
    double next = 0;
    for (size_t i = 0; i < partition->n; i++) {
        if (partition->labels[i] != ICA_NOISE) {
            n_grouped++;
            own += rounds->places[i].own;
            next += rounds->places[i].next;
        }
    }
    if (partition->n == 1) {
        snprintf(reason, reason_size, "A single image is a group of its own.");
    } else if (n_grouped == 0) {
        snprintf(reason, reason_size,
                 "None of the %zu images clearly belongs together with another.", partition->n);
    } else if (partition->n_clusters == 1 && n_grouped == partition->n) {
        snprintf(reason, reason_size,
                 "All %zu images make one group: any two belong together with a probability of "
                 "%.0f %%, and no division of them would be clearer.",
                 partition->n, 100 * own / (double)n_grouped);
    } else {
        char counted[64];
        snprintf(counted, sizeof(counted), n_grouped == partition->n ? "All %zu" : "%zu of %zu",
                 n_grouped, partition->n);
        snprintf(
            reason, reason_size,
            "%s images fell into %zu group%s, the clearest division found: an image belongs to "
            "its own group with a probability of %.0f %% in the mean, to the next one with "
            "%.0f %%.",
            counted, partition->n_clusters, partition->n_clusters == 1 ? "" : "s",
            100 * own / (double)n_grouped, 100 * next / (double)n_grouped);
    }
}

static enum ica_status run_rounds(struct rounds *rounds, struct ica_error *err)
{
    rounds->places = ica_array_new(rounds->n, sizeof *rounds->places);
    rounds->open = ica_array_new(rounds->n, sizeof *rounds->open);
    if (!rounds->places || !rounds->open) {
        return ica_error_nomem(err, "grouping images");
    }
    for (; rounds->n_open < rounds->n; rounds->n_open++) {
        rounds->open[rounds->n_open] = rounds->n_open;
    }
    enum ica_status status = ICA_OK;
    while (!status && rounds->n_open > 0) {
        status = run_round(rounds, err);
    }
    return status;
}

/* Square roots of the class probabilities: rows whose cosine is the Bhattacharyya coefficient. */
static float *root_probabilities(const struct ica_features *features)
{
    float *roots = ica_array_new(features->n, features->n_classes * sizeof *roots);
    for (size_t i = 0; roots && i < features->n * features->n_classes; i++) {
        roots[i] = sqrtf(fmaxf(0, features->probabilities[i]));
    }
    return roots;
}

enum ica_status ica_auto_clustering_run(const struct ica_features *features, const size_t *order,
                                        const struct ica_cosine_distance *rows,
                                        struct ica_parallel *parallel,
                                        const struct ica_monitor *monitor,
                                        struct ica_partition *out, char *reason, size_t reason_size,
                                        struct ica_error *err)
{
    bool has_classes = features->n_classes > 0;
    struct ica_cosine_distance classes = {0};
    float *roots = NULL;
    struct rounds rounds = {
        .embeddings = &rows->base,
        .classes = has_classes ? &classes.base : NULL,
        .parallel = parallel,
        .monitor = monitor,
        .n = features->n,
    };
    enum ica_status status = ica_partition_init(out, features->n, err);
    if (status) {
        return status;
    }
    if (has_classes) {
        roots = root_probabilities(features);
        status = roots ? ica_cosine_distance_init(&classes, roots, features->n, features->n_classes,
                                                  order, err)
                       : ica_error_nomem(err, "class probabilities");
        if (status) {
            goto out;
        }
    }
    status = run_rounds(&rounds, err);
    if (status) {
        goto out;
    }
    level_twins(&rounds, features, order);
    status = fill_partition(&rounds, out, err);
    if (!status) {
        explain(&rounds, out, reason, reason_size);
    }
out:
    free(rounds.open);
    free(rounds.places);
    ica_cosine_distance_clear(&classes);
    free(roots);
    if (status) {
        ica_partition_clear(out);
    }
    return status;
}
