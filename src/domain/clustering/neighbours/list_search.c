/* SPDX-License-Identifier: Apache-2.0 */
/* Rows and others are packed in bands that fit into the second cache together; each band of rows
 * meets all bands of others. */
#include "domain/clustering/neighbours/list_search.h"

#include <stdlib.h>

#include "base/memory.h"
#include "domain/vectors/row_packs.h"

#define BAND_PACKS 4
#define BAND_ROWS  (BAND_PACKS * ICA_PACK_ROWS)
#define WAVE       4 /* tasks per worker that have packs at a time */

struct wave {
    const struct ica_list_search *search;
    const struct ica_list_task *tasks; /* of this wave */
    double error;
    struct ica_row_packs *packs; /* per task, 2 x BAND_PACKS: rows, then others */
};

/* Pack `n` rows into the packs from `first` on. */
static void pack_band(const struct ica_product_kernel *kernel,
                      const struct ica_cosine_distance *rows, const uint32_t *which, size_t n,
                      const struct ica_row_packs *packs, size_t first)
{
    for (size_t begin = 0; begin < n; begin += ICA_PACK_ROWS) {
        ica_row_pack_fill(kernel, rows, which + begin, ica_size_min(n - begin, ICA_PACK_ROWS),
                          ica_row_packs_at(packs, first + begin / ICA_PACK_ROWS));
    }
}

static bool any_reaches(const float *products, float limit)
{
    int reached = 0;
    for (size_t j = 0; j < ICA_PACK_ROWS; j++) {
        reached |= products[j] >= limit;
    }
    return reached != 0;
}

static void take_row(const struct ica_list_search *search, uint32_t row, const uint32_t *others,
                     size_t n_others, const float *products, double error)
{
    float limit = ica_neighbour_limit(search->lists, row, error);
    if (!any_reaches(products, limit)) {
        return;
    }
    for (size_t j = 0; j < n_others; j++) {
        bool itself = search->rows == search->others && others[j] == row;
        if (products[j] < limit || itself) {
            continue;
        }
        double distance = ica_cosine_distance_across(search->rows, row, search->others, others[j]);
        if (ica_neighbour_offer(search->lists, row, others[j], distance)) {
            limit = ica_neighbour_limit(search->lists, row, error);
        }
    }
}

static void take_bands(const struct wave *wave, const struct ica_row_packs *packs,
                       const uint32_t *rows, size_t n_rows, const uint32_t *others, size_t n_others)
{
    float products[ICA_PACK_ROWS * ICA_PACK_ROWS] __attribute__((aligned(ICA_PACK_ALIGNMENT)));
    for (size_t a = 0; a < n_rows; a += ICA_PACK_ROWS) {
        for (size_t b = 0; b < n_others; b += ICA_PACK_ROWS) {
            wave->search->kernel->multiply(ica_row_packs_at(packs, a / ICA_PACK_ROWS),
                                           ica_row_packs_at(packs, BAND_PACKS + b / ICA_PACK_ROWS),
                                           packs->depth, products);
            size_t n = ica_size_min(n_rows - a, ICA_PACK_ROWS);
            for (size_t i = 0; i < n; i++) {
                take_row(wave->search, rows[a + i], others + b,
                         ica_size_min(n_others - b, ICA_PACK_ROWS), products + i * ICA_PACK_ROWS,
                         wave->error);
            }
        }
    }
}

static void run_task(void *context, size_t i)
{
    const struct wave *wave = context;
    const struct ica_list_task *task = wave->tasks + i;
    const struct ica_row_packs *packs = wave->packs + i;
    for (size_t r = 0; r < task->n_rows; r += BAND_ROWS) {
        size_t n_rows = ica_size_min(task->n_rows - r, BAND_ROWS);
        pack_band(wave->search->kernel, wave->search->rows, task->rows + r, n_rows, packs, 0);
        for (size_t o = 0; o < task->n_others; o += BAND_ROWS) {
            size_t n_others = ica_size_min(task->n_others - o, BAND_ROWS);
            pack_band(wave->search->kernel, wave->search->others, task->others + o, n_others, packs,
                      BAND_PACKS);
            take_bands(wave, packs, task->rows + r, n_rows, task->others + o, n_others);
        }
    }
}

enum ica_status ica_list_search_run(const struct ica_list_search *search,
                                    const struct ica_list_task *tasks, size_t n_tasks,
                                    struct ica_error *err)
{
    size_t n_workers = search->parallel ? search->parallel->n_workers : 1;
    size_t n_packs = ica_size_min(WAVE * n_workers, n_tasks);
    struct wave wave = {
        .search = search,
        .error = ica_product_error(ica_pack_depth(search->rows->dim)),
        .packs = ica_array_new(n_packs, sizeof *wave.packs),
    };
    enum ica_status status = wave.packs ? ICA_OK : ica_error_nomem(err, "a search for neighbours");
    for (size_t i = 0; !status && i < n_packs; i++) {
        status = ica_row_packs_init(&wave.packs[i], 2 * BAND_PACKS, search->rows->dim, err);
    }
    for (size_t first = 0; !status && first < n_tasks; first += n_packs) {
        wave.tasks = tasks + first;
        ica_parallel_run(search->parallel, ica_size_min(n_tasks - first, n_packs), run_task, &wave);
    }
    for (size_t i = 0; wave.packs && i < n_packs; i++) {
        ica_row_packs_clear(&wave.packs[i]);
    }
    free(wave.packs);
    return status;
}
