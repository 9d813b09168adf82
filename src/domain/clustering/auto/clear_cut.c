/* SPDX-License-Identifier: Apache-2.0 */
/* All n cuts of a dendrogram are tried, from n single images to one group. The clearness of a cut
 * is the sum of
 *
 *   - the mean silhouette (Rousseeuw 1987) on distances 1 - affinity, where an image alone counts 0
 *     and one group of all is compared with an imagined neighbour at affinity 1/2. Each image has
 *     another group at affinity LEAST_NEXT, so that among many strangers the least distant two are
 *     no clear group;
 *   - over all pairs of images, the mean of affinity - 1/2 where the pair shares a group, else 0;
 *   - WEIGHT_OF_AGREEMENT times the adjusted Rand index (Hubert and Arabie 1985) with the true
 *     groups, as far as the affinities let one expect it.
 *
 * The first alone prefers few large groups among images that have nothing in common, the second
 * alone depends on a good calibration of the affinities, the third alone makes groups too coarse.
 *
 * Each image keeps the sum of its affinities to each group, and which other group is nearest. A
 * merge adds one column of sums to another; the nearest group is looked for again only where the
 * merge touched it. About O(n^2 log n) for usual trees, O(n^3) at worst, in the caller's matrix. */
#include "domain/clustering/auto/clear_cut.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "domain/clustering/cancellation.h"
#include "domain/clustering/index_sort.h"

#define EVEN       0.5   /* affinity of images as likely together as apart */
#define LEAST_NEXT 0.25  /* affinity to images that are not there, but could be */
#define LEAST_GAIN 1e-12 /* a coarser cut must be better by more than rounding */
#define NONE       SIZE_MAX

#define WEIGHT_OF_AGREEMENT 0.15

#define JOINS_PER_LOOK 64 /* at the monitor */

struct search {
    size_t n;
    double *sums;   /* n x n: affinities of an image (row) to the images of a group (column) */
    size_t *groups; /* per image: its group, named by the lowest image */
    size_t *sizes;  /* per group */
    size_t *remain; /* groups that remain, ascending */
    size_t n_remain;
    size_t *nearest; /* per image: nearest other group, or NONE */
    double inside;   /* sum of the affinities of pairs that share a group */
    double n_inside; /* such pairs */
    double all;      /* sum of the affinities of all pairs */
};

static double mean_to_group(const struct search *s, size_t image, size_t group)
{
    return s->sums[image * s->n + group] / (double)s->sizes[group];
}

static double mean_to_own(const struct search *s, size_t image)
{
    size_t group = s->groups[image];
    size_t others = s->sizes[group] - 1;
    return others ? s->sums[image * s->n + group] / (double)others : 0;
}

static double mean_to_next(const struct search *s, size_t image)
{
    return s->nearest[image] == NONE ? 0 : mean_to_group(s, image, s->nearest[image]);
}

static void find_nearest(struct search *s, size_t image)
{
    double best = -1;
    s->nearest[image] = NONE;
    for (size_t i = 0; i < s->n_remain; i++) {
        size_t group = s->remain[i];
        if (group != s->groups[image] && mean_to_group(s, image, group) > best) {
            best = mean_to_group(s, image, group);
            s->nearest[image] = group;
        }
    }
}

/* Expected numbers of pairs stand for the unknown ones. */
static double expected_agreement(const struct search *s, double n_pairs)
{
    double chance = s->n_inside * s->all / n_pairs;
    double most = (s->n_inside + s->all) / 2;
    return most - chance > 1e-9 ? (s->inside - chance) / (most - chance) : 0;
}

static double clearness(const struct search *s)
{
    double n = (double)s->n;
    double n_pairs = n * (n - 1) / 2;
    double together = (s->inside - EVEN * s->n_inside) / n_pairs +
                      WEIGHT_OF_AGREEMENT * expected_agreement(s, n_pairs);
    if (s->n_remain == 1) {
        return fmax(0, 2 * s->inside / n_pairs - 1) + together;
    }
    double silhouettes = 0;
    for (size_t i = 0; i < s->n; i++) {
        if (s->sizes[s->groups[i]] > 1) {
            double own = 1 - mean_to_own(s, i);
            double next = 1 - fmax(mean_to_next(s, i), LEAST_NEXT);
            silhouettes += (next - own) / fmax(fmax(own, next), 1e-9);
        }
    }
    return silhouettes / n + together;
}

static void remove_group(struct search *s, size_t group)
{
    size_t kept = 0;
    for (size_t i = 0; i < s->n_remain; i++) {
        if (s->remain[i] != group) {
            s->remain[kept++] = s->remain[i];
        }
    }
    s->n_remain = kept;
}

/* Group `b` becomes part of group `a`. */
static void join(struct search *s, size_t a, size_t b)
{
    for (size_t i = 0; i < s->n; i++) {
        double *sums = s->sums + i * s->n;
        if (s->groups[i] == b) {
            s->inside += sums[a];
            s->groups[i] = a;
        }
        sums[a] += sums[b];
    }
    s->n_inside += (double)s->sizes[a] * (double)s->sizes[b];
    s->sizes[a] += s->sizes[b];
    remove_group(s, b);
    for (size_t i = 0; i < s->n; i++) {
        if (s->groups[i] == a || s->nearest[i] == a || s->nearest[i] == b) {
            find_nearest(s, i);
        }
    }
}

static void remember(const struct search *s, struct ica_clear_cut *cut)
{
    cut->n_groups = s->n_remain;
    memcpy(cut->groups, s->groups, s->n * sizeof *cut->groups);
    for (size_t i = 0; i < s->n; i++) {
        cut->own[i] = mean_to_own(s, i);
        cut->next[i] = mean_to_next(s, i);
    }
}

static void begin(struct search *s)
{
    ica_index_fill(s->groups, s->n);
    ica_index_fill(s->remain, s->n);
    s->n_remain = s->n;
    for (size_t i = 0; i < s->n; i++) {
        s->sizes[i] = 1;
        for (size_t j = 0; j < i; j++) {
            s->all += s->sums[i * s->n + j];
        }
    }
    for (size_t i = 0; i < s->n; i++) {
        find_nearest(s, i);
    }
}

static enum ica_status try_cuts(struct search *s, const struct ica_edge *edges,
                                const struct ica_monitor *monitor, size_t step, size_t total_steps,
                                struct ica_clear_cut *cut, struct ica_error *err)
{
    begin(s);
    remember(s, cut);
    double best = 0; /* of single images: nothing is gained, nothing lost */
    for (size_t i = 0; i + 1 < s->n; i++) {
        if (i % JOINS_PER_LOOK == 0) {
            enum ica_status status = ica_clustering_look(monitor, step, total_steps, err);
            if (status) {
                return status;
            }
        }
        join(s, edges[i].a, edges[i].b);
        double now = clearness(s);
        if (now > best + LEAST_GAIN) {
            best = now;
            remember(s, cut);
        }
    }
    return ICA_OK;
}

enum ica_status ica_clear_cut_init(struct ica_clear_cut *cut, double *affinities,
                                   const struct ica_edge *edges, size_t n,
                                   const struct ica_monitor *monitor, size_t step,
                                   size_t total_steps, struct ica_error *err)
{
    *cut = (struct ica_clear_cut){
        .n = n,
        .groups = ica_array_new(n, sizeof *cut->groups),
        .own = ica_array_new(n, sizeof *cut->own),
        .next = ica_array_new(n, sizeof *cut->next),
    };
    struct search search = {
        .n = n,
        .sums = affinities,
        .groups = ica_array_new(n, sizeof *search.groups),
        .sizes = ica_array_new(n, sizeof *search.sizes),
        .remain = ica_array_new(n, sizeof *search.remain),
        .nearest = ica_array_new(n, sizeof *search.nearest),
    };
    enum ica_status status = ICA_OK;
    if (!cut->groups || !cut->own || !cut->next || !search.groups || !search.sizes ||
        !search.remain || !search.nearest) {
        status = ica_error_nomem(err, "cutting the tree");
    } else {
        status = try_cuts(&search, edges, monitor, step, total_steps, cut, err);
    }
    if (status) {
        ica_clear_cut_clear(cut);
    }
    free(search.nearest);
    free(search.remain);
    free(search.sizes);
    free(search.groups);
    return status;
}

void ica_clear_cut_clear(struct ica_clear_cut *cut)
{
    free(cut->groups);
    free(cut->own);
    free(cut->next);
    *cut = (struct ica_clear_cut){0};
}
