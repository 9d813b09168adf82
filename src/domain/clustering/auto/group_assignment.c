/* SPDX-License-Identifier: Apache-2.0 */
/* Each image is compared with all of the sample, in blocks that share the reading of it; one task
 * takes one block. */
#include "domain/clustering/auto/group_assignment.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "domain/clustering/cancellation.h"

#define BLOCK_ROWS ICA_PAIR_MODEL_BLOCK
#define WAVE       4 /* blocks per worker between two looks at the monitor */

struct assignment {
    const struct ica_pair_model *model;
    const size_t *groups;
    size_t n_groups;
    double *sizes; /* per group */
    const size_t *images;
    size_t n_images;
    struct ica_group_match *matches;
    /* This wave */
    size_t first_block;
    double *log_odds; /* per block of the wave, BLOCK_ROWS x n */
    double *rest;     /* the same */
    double *alike;    /* per block of the wave, n */
    float *contexts;  /* per block of the wave, BLOCK_ROWS x n_landmarks */
    double *means;    /* per block of the wave, n_groups */
};

static struct ica_group_match best_group(const double *means, size_t n_groups)
{
    struct ica_group_match match = {.own = -1};
    for (size_t g = 0; g < n_groups; g++) {
        if (means[g] > match.own) {
            match.next = fmax(match.own, 0);
            match.own = means[g];
            match.group = g;
        } else {
            match.next = fmax(match.next, means[g]);
        }
    }
    return match;
}

static void assign_block(void *context, size_t i)
{
    const struct assignment *a = context;
    const struct ica_pair_set *set = &a->model->set;
    size_t n = set->n;
    size_t first = (a->first_block + i) * BLOCK_ROWS;
    size_t n_rows = a->n_images - first < BLOCK_ROWS ? a->n_images - first : BLOCK_ROWS;
    double *log_odds = a->log_odds + i * BLOCK_ROWS * n;
    double *means = a->means + i * a->n_groups;
    const struct ica_pair_room room = {
        .rest = a->rest + i * BLOCK_ROWS * n,
        .alike = a->alike + i * n,
        .contexts = a->contexts + i * BLOCK_ROWS * set->n_landmarks,
    };
    ica_pair_model_compare(a->model, a->images + first, n_rows, log_odds, &room);
    for (size_t r = 0; r < n_rows; r++) {
        memset(means, 0, a->n_groups * sizeof *means);
        for (size_t j = 0; j < n; j++) {
            means[a->groups[j]] += 1 / (1 + exp(-log_odds[r * n + j]));
        }
        for (size_t g = 0; g < a->n_groups; g++) {
            means[g] /= a->sizes[g];
        }
        a->matches[first + r] = best_group(means, a->n_groups);
    }
}

enum ica_status ica_group_assignment(const struct ica_pair_model *model, const size_t *groups,
                                     size_t n_groups, const size_t *images, size_t n_images,
                                     struct ica_parallel *parallel,
                                     const struct ica_monitor *monitor, size_t first_step,
                                     size_t total_steps, struct ica_group_match *matches,
                                     struct ica_error *err)
{
    size_t n_blocks = (n_images + BLOCK_ROWS - 1) / BLOCK_ROWS;
    size_t wave = WAVE * (parallel ? parallel->n_workers : 1);
    size_t n = model->set.n;
    enum ica_status status = ICA_OK;
    struct assignment a = {
        .model = model,
        .groups = groups,
        .n_groups = n_groups,
        .sizes = ica_array_new(n_groups, sizeof *a.sizes),
        .images = images,
        .n_images = n_images,
        .matches = matches,
        .log_odds = ica_array_new(wave * BLOCK_ROWS, n * sizeof *a.log_odds),
        .rest = ica_array_new(wave * BLOCK_ROWS, n * sizeof *a.rest),
        .alike = ica_array_new(wave, n * sizeof *a.alike),
        .contexts = ica_array_new(wave * BLOCK_ROWS, model->set.n_landmarks * sizeof *a.contexts),
        .means = ica_array_new(wave, n_groups * sizeof *a.means),
    };
    if (!a.sizes || !a.log_odds || !a.rest || !a.alike || !a.contexts || !a.means) {
        status = ica_error_nomem(err, "assigning images");
        goto out;
    }
    for (size_t j = 0; j < n; j++) {
        a.sizes[groups[j]]++;
    }
    for (; a.first_block < n_blocks; a.first_block += wave) {
        status =
            ica_clustering_look(monitor, first_step + a.first_block * BLOCK_ROWS, total_steps, err);
        if (status) {
            goto out;
        }
        size_t rest = n_blocks - a.first_block;
        ica_parallel_run(parallel, rest < wave ? rest : wave, assign_block, &a);
    }
out:
    free(a.means);
    free(a.contexts);
    free(a.alike);
    free(a.rest);
    free(a.log_odds);
    free(a.sizes);
    return status;
}
