/* SPDX-License-Identifier: Apache-2.0 */
/* The strategy that needs no parameter. For every two images a small fitted model says how likely
 * they belong together, and the groups follow from that (sample_grouping.h).
 *
 * That takes O(s^2) memory, and O(s^2) to O(s^3) time, for s images, so of a large set a sample is
 * grouped, every k-th image by content; each other image then joins the group that it most probably
 * belongs to. Those that fit nowhere are the set of the next round, until none is left.
 *
 * Where there are more groups than a sample has images, most images of it are alone, and gather the
 * rest of their group; groups that were not met yet come in later rounds.
 *
 * A round is linear in the n images: O(s n dim) time and O(n) memory beside the sample's. Images
 * that all fit need one round; but among n unrelated ones each round would settle its sample alone,
 * and all rounds together would be quadratic. So there are MAX_ROUNDS at most: a set of up to
 * MAX_ROUNDS samples (100,000 images) is always finished, and in a larger one what then still
 * fits nowhere is left alone, without having been compared with all others.
 *
 * An image alone in its group counts as noise. */
#include "domain/clustering/auto/auto_clustering.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/memory.h"
#include "domain/clustering/auto/clear_cut.h"
#include "domain/clustering/auto/group_assignment.h"
#include "domain/clustering/auto/pair_model.h"
#include "domain/clustering/auto/placement.h"
#include "domain/clustering/auto/sample_grouping.h"
#include "domain/clustering/cancellation.h"
#include "domain/clustering/clustering.h"

#define MAX_ROUNDS        50
#define LEAST_PROBABILITY 0.25 /* of belonging to a group, for an image to join it */

/* The same where it is so many times more probable than that of any other group. */
#define LEAST_CLEAR_PROBABILITY 0.01
#define CLEAR                   10

struct rounds {
    const struct ica_distance *embeddings;
    const struct ica_distance *classes; /* or NULL */
    struct ica_parallel *parallel;
    const struct ica_monitor *monitor;
    size_t sample_size;
    size_t n;
    struct ica_placement found;
    size_t *open; /* images without a group, ascending */
    size_t n_open;
    struct ica_edge *edges; /* owned: the tree of all images, where one round has seen them all */
};

static enum ica_status look_at_monitor(const struct rounds *rounds, struct ica_error *err)
{
    return ica_clustering_look(rounds->monitor, rounds->n - rounds->n_open, rounds->n, err);
}

/* Every k-th of the open images goes into `sample`, the others stay. Returns how many went. */
static size_t take_sample(struct rounds *rounds, size_t *sample)
{
    size_t size = ica_size_min(rounds->n_open, rounds->sample_size);
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

/* Number the groups of the cut from 0 as they come; `numbers` receives each image's. */
static void number_groups(const struct ica_clear_cut *cut, size_t *numbers)
{
    size_t next = 0;
    for (size_t i = 0; i < cut->n; i++) {
        numbers[i] = cut->groups[i] == i ? next++ : numbers[cut->groups[i]];
    }
}

/* A group of which the sample holds one untypical image only is not probable for the others of its
 * kind, but still far more so than what is not their kind. */
static bool fits(const struct ica_group_match *match)
{
    return match->own >= LEAST_PROBABILITY ||
           (match->own >= LEAST_CLEAR_PROBABILITY && match->own >= CLEAR * match->next);
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
        if (!fits(match)) {
            rounds->open[kept++] = image;
            continue;
        }
        rounds->found.places[image] = (struct ica_place){
            .group = rounds->found.n_groups + match->group,
            .own = match->own,
            .next = match->next,
        };
        joined[2 * match->group]++;
        joined[2 * match->group + 1] += match->own;
    }
    rounds->n_open = kept;
    for (size_t i = 0; i < cut->n; i++) {
        const double *join = joined + 2 * numbers[i];
        struct ica_place *place = rounds->found.places + model->set.images[i];
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
    struct ica_edge *edges = NULL;
    size_t most = ica_size_min(rounds->n_open, rounds->sample_size);
    size_t *sample = ica_array_new(most, sizeof *sample);
    size_t *numbers = ica_array_new(most, sizeof *numbers);
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
        rounds->found.places[sample[0]].group = rounds->found.n_groups++;
        goto out;
    }
    const struct ica_sample_input input = {
        .embeddings = rounds->embeddings,
        .classes = rounds->classes,
        .images = sample,
        .n = size,
        .step = rounds->n - rounds->n_open,
        .total_steps = rounds->n,
    };
    status = ica_sample_group(&input, rounds->parallel, rounds->monitor, &model, &cut, &edges, err);
    if (status) {
        goto out;
    }
    if (size == rounds->n) {
        rounds->edges = edges;
        edges = NULL;
    }
    number_groups(&cut, numbers);
    for (size_t i = 0; i < size; i++) {
        rounds->found.places[sample[i]] = (struct ica_place){
            .group = rounds->found.n_groups + numbers[i],
            .own = cut.own[i],
            .next = cut.next[i],
        };
    }
    if (rounds->n_open > 0) {
        status = join_groups(rounds, &model, &cut, numbers, err);
    }
    rounds->found.n_groups += cut.n_groups;
out:
    free(edges);
    ica_clear_cut_clear(&cut);
    ica_pair_model_clear(&model);
    free(numbers);
    free(sample);
    return status;
}

static enum ica_status run_rounds(struct rounds *rounds, struct ica_error *err)
{
    enum ica_status status = ica_placement_init(&rounds->found, rounds->n, err);
    if (status) {
        return status;
    }
    rounds->open = ica_array_new(rounds->n, sizeof *rounds->open);
    if (!rounds->open) {
        return ica_error_nomem(err, "grouping images");
    }
    for (; rounds->n_open < rounds->n; rounds->n_open++) {
        rounds->open[rounds->n_open] = rounds->n_open;
    }
    for (size_t round = 0; !status && rounds->n_open > 0 && round < MAX_ROUNDS; round++) {
        status = run_round(rounds, err);
    }
    for (; !status && rounds->n_open > 0; rounds->found.n_given_up++) {
        rounds->found.places[rounds->open[--rounds->n_open]] =
            (struct ica_place){.group = rounds->found.n_groups++};
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
                                        const struct ica_cosine_distance *rows, size_t sample_size,
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
        .sample_size = sample_size,
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
    status = ica_placement_level_twins(&rounds.found, features, order, err);
    if (status) {
        goto out;
    }
    status = ica_placement_fill(&rounds.found, out, err);
    if (!status) {
        ica_placement_explain(&rounds.found, out, reason, reason_size);
        out->edges = rounds.edges;
        rounds.edges = NULL;
    }
out:
    free(rounds.edges);
    free(rounds.open);
    ica_placement_clear(&rounds.found);
    ica_cosine_distance_clear(&classes);
    free(roots);
    if (status) {
        ica_partition_clear(out);
    }
    return status;
}
