/* SPDX-License-Identifier: Apache-2.0 */
/* k-means++ (Arthur, Vassilvitskii 2007, "k-means++: the advantages of careful seeding") in its
 * greedy form: the first seed is any row; each next one is drawn with a chance proportional to the
 * cosine distance from the row to the nearest seed so far, which is half the squared distance
 * between unit vectors; and of 2 + log k such draws the one is taken that leaves the least sum of
 * those distances. O(n dim k log k) time. */
#include "domain/clustering/kmeans/kmeans_seeding.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "domain/clustering/cancellation.h"

#define MAX_DRAWS   16
#define ROWS_A_TASK 64
#define LEAST       1e-12 /* distance at which rows count as different */

double ica_random_real(struct ica_random *random)
{
    random->state += UINT64_C(0x9E3779B97F4A7C15);
    uint64_t z = random->state;
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return (double)((z ^ (z >> 31)) >> 11) * 0x1p-53;
}

struct seeding {
    const struct ica_distance *rows;
    double *distances; /* per row: to the nearest seed */
    double *trials;    /* per draw and row: to the nearest seed with the draw among them */
    size_t draws[MAX_DRAWS];
    size_t n_draws;
};

/* What the draws change for some rows. */
static void try_rows(void *context, size_t task)
{
    const struct seeding *s = context;
    size_t columns[ROWS_A_TASK];
    double bounds[MAX_DRAWS * ROWS_A_TASK];
    size_t first = task * ROWS_A_TASK;
    size_t n = s->rows->n - first < ROWS_A_TASK ? s->rows->n - first : ROWS_A_TASK;
    for (size_t i = 0; i < n; i++) {
        columns[i] = first + i;
    }
    ica_distance_bounds(s->rows, s->draws, s->n_draws, columns, n, bounds);
    for (size_t d = 0; d < s->n_draws; d++) {
        double *trial = s->trials + d * s->rows->n + first;
        for (size_t i = 0; i < n; i++) {
            double distance = HUGE_VAL;
            if (bounds[d * n + i] < s->distances[first + i]) {
                ica_distance_block(s->rows, s->draws + d, 1, columns + i, 1, &distance);
            }
            trial[i] = fmin(distance, s->distances[first + i]);
        }
    }
}

/* A row by chance, in proportion to its distance. */
static size_t draw(const struct seeding *s, double total, struct ica_random *random)
{
    double left = ica_random_real(random) * total;
    size_t last = 0;
    for (size_t i = 0; i < s->rows->n; i++) {
        if (s->distances[i] > LEAST) {
            last = i;
            left -= s->distances[i];
            if (left < 0) {
                break;
            }
        }
    }
    return last;
}

static double sum(const double *values, size_t n)
{
    double total = 0;
    for (size_t i = 0; i < n; i++) {
        total += values[i] > LEAST ? values[i] : 0;
    }
    return total;
}

/* Take the best draw as a seed. Returns the sum of the distances that is left. */
static double take_best(struct seeding *s, struct ica_parallel *parallel, size_t *seed)
{
    size_t n = s->rows->n;
    size_t best = 0;
    double least = HUGE_VAL;
    ica_parallel_run(parallel, (n + ROWS_A_TASK - 1) / ROWS_A_TASK, try_rows, s);
    for (size_t d = 0; d < s->n_draws; d++) {
        double total = sum(s->trials + d * n, n);
        if (total < least) {
            least = total;
            best = d;
        }
    }
    memcpy(s->distances, s->trials + best * n, n * sizeof *s->distances);
    *seed = s->draws[best];
    return least;
}

enum ica_status ica_kmeans_seeds(const struct ica_distance *rows, size_t n_seeds,
                                 struct ica_random *random, struct ica_parallel *parallel,
                                 const struct ica_monitor *monitor, size_t n_done, size_t *seeds,
                                 size_t *n_found, struct ica_error *err)
{
    size_t n = rows->n;
    size_t n_draws = 2 + (size_t)log((double)n_seeds);
    n_draws = n_draws < MAX_DRAWS ? n_draws : MAX_DRAWS;
    struct seeding s = {
        .rows = rows,
        .distances = ica_array_new(n, sizeof *s.distances),
        .trials = ica_array_new(n, n_draws * sizeof *s.trials),
        .draws = {(size_t)(ica_random_real(random) * (double)n)},
        .n_draws = 1,
    };
    enum ica_status status = s.distances && s.trials ? ICA_OK : ica_error_nomem(err, "k-means");
    for (size_t i = 0; i < n && !status; i++) {
        s.distances[i] = HUGE_VAL;
    }
    *n_found = 0;
    for (double left = HUGE_VAL; !status && *n_found < n_seeds && left > 0;) {
        status = ica_clustering_look(monitor, n_done, n, err);
        if (status) {
            break;
        }
        for (size_t d = 0; d<n_draws && * n_found> 0; d++) {
            s.draws[d] = draw(&s, left, random);
            s.n_draws = n_draws;
        }
        left = take_best(&s, parallel, seeds + (*n_found)++);
    }
    free(s.trials);
    free(s.distances);
    return status;
}
