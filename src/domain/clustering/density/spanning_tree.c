/* SPDX-License-Identifier: Apache-2.0 */
/* Prim's algorithm on the complete graph of mutual reachability distances (Campello, Moulavi,
 * Sander 2013): the tree grows by the nearest row outside it, and only the distances from the row
 * that has just entered are looked at: bounds of them first, then those that may matter. O(n^2)
 * bounds and O(n) memory beside them.
 *
 * Where each step asked for one row of bounds, it would read all other rows from memory to use each
 * of them once. So a step whose bounds are not at hand asks for those of the rows most likely to
 * enter next as well, the ones nearest to the tree. They wait in one of a few slots; the result is
 * the same as without. */
#include "domain/clustering/density/spanning_tree.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/memory.h"
#include "domain/clustering/cancellation.h"

#define SLOTS_PER_ROW_AHEAD 8
#define CHUNK               256 /* columns of one parallel task */
#define STEPS_PER_LOOK      64  /* between two looks at the monitor */
#define NO_SLOT             SIZE_MAX

/* A row outside the tree. */
struct open_row {
    double weight; /* of the best edge into the tree */
    size_t source; /* that edge's other end */
    size_t slot;   /* where the row's bounds wait, or NO_SLOT */
    bool twins;    /* the best edge's rows are the same */
};

struct prim {
    const struct ica_distance *distance;
    const double *cores;
    struct ica_parallel *parallel;
    size_t n;
    struct open_row *rows; /* n */
    size_t *open;          /* rows outside the tree, ascending */
    size_t n_open;
    double *slots; /* n_slots x n bounds */
    size_t n_slots;
    size_t *free_slots;
    size_t n_free;
};

/* Rows whose bounds to all open rows are wanted. */
struct request {
    struct prim *prim;
    size_t rows[ICA_DISTANCE_BLOCK_ROWS];
    size_t n_rows;
};

static void fetch_chunk(void *context, size_t i)
{
    const struct request *request = context;
    struct prim *prim = request->prim;
    const size_t *columns = prim->open + i * CHUNK;
    size_t rest = prim->n_open - i * CHUNK;
    size_t n_columns = rest < CHUNK ? rest : CHUNK;
    double bounds[ICA_DISTANCE_BLOCK_ROWS * CHUNK];
    ica_distance_bounds(prim->distance, request->rows, request->n_rows, columns, n_columns, bounds);
    for (size_t r = 0; r < request->n_rows; r++) {
        double *slot = prim->slots + prim->rows[request->rows[r]].slot * prim->n;
        for (size_t c = 0; c < n_columns; c++) {
            slot[columns[c]] = bounds[r * n_columns + c];
        }
    }
}

/* Insert `row` into the request where it is among the nearest; rows[0] stays. */
static void offer(struct request *request, size_t max_rows, size_t row)
{
    const struct open_row *rows = request->prim->rows;
    size_t at = request->n_rows;
    if (at == max_rows) {
        if (at == 1 || rows[request->rows[at - 1]].weight <= rows[row].weight) {
            return;
        }
        at--;
    } else {
        request->n_rows++;
    }
    for (; at > 1 && rows[request->rows[at - 1]].weight > rows[row].weight; at--) {
        request->rows[at] = request->rows[at - 1];
    }
    request->rows[at] = row;
}

/* Bring the bounds of `current`, and of the rows nearest to the tree, into slots. */
static void fetch(struct prim *prim, size_t current)
{
    size_t max_rows = prim->distance->look_ahead;
    struct request request = {.prim = prim, .rows = {current}, .n_rows = 1};
    if (prim->n_free < max_rows) {
        for (size_t i = 0; i < prim->n_open; i++) {
            prim->rows[prim->open[i]].slot = NO_SLOT;
        }
        for (prim->n_free = 0; prim->n_free < prim->n_slots; prim->n_free++) {
            prim->free_slots[prim->n_free] = prim->n_free;
        }
    }
    for (size_t i = 0; i < prim->n_open; i++) {
        if (prim->rows[prim->open[i]].slot == NO_SLOT) {
            offer(&request, max_rows, prim->open[i]);
        }
    }
    for (size_t r = 0; r < request.n_rows; r++) {
        prim->rows[request.rows[r]].slot = prim->free_slots[--prim->n_free];
    }
    ica_parallel_run(max_rows > 1 ? prim->parallel : NULL, (prim->n_open + CHUNK - 1) / CHUNK,
                     fetch_chunk, &request);
}

/* Whether the edge from `current`, no shorter than `bound`, may be better than what row `j` has. */
static bool may_improve(const struct prim *prim, size_t current, size_t j, double bound)
{
    const struct open_row *row = prim->rows + j;
    double weight = fmax(bound, fmax(prim->cores[current], prim->cores[j]));
    return weight < row->weight || (weight == row->weight && bound == 0 && !row->twins);
}

/* Offer up to CHUNK open rows their edges to `current`. */
static void relax_chunk(struct prim *prim, size_t current, const size_t *open, size_t n_open)
{
    const double *bounds = prim->slots + prim->rows[current].slot * prim->n;
    double distances[CHUNK];
    size_t hopeful[CHUNK];
    size_t n_hopeful = 0;
    for (size_t i = 0; i < n_open; i++) {
        if (may_improve(prim, current, open[i], bounds[open[i]])) {
            hopeful[n_hopeful++] = open[i];
        }
    }
    ica_distance_block(prim->distance, &current, 1, hopeful, n_hopeful, distances);
    for (size_t i = 0; i < n_hopeful; i++) {
        size_t j = hopeful[i];
        if (may_improve(prim, current, j, distances[i])) {
            prim->rows[j].weight = fmax(distances[i], fmax(prim->cores[current], prim->cores[j]));
            prim->rows[j].twins = distances[i] == 0;
            prim->rows[j].source = current;
        }
    }
}

static void relax(struct prim *prim, size_t current)
{
    for (size_t begin = 0; begin < prim->n_open; begin += CHUNK) {
        size_t rest = prim->n_open - begin;
        relax_chunk(prim, current, prim->open + begin, rest < CHUNK ? rest : CHUNK);
    }
    prim->free_slots[prim->n_free++] = prim->rows[current].slot;
}

/* Take the open row with the best edge out of the open ones. */
static size_t take_nearest(struct prim *prim)
{
    size_t nearest = 0;
    for (size_t i = 1; i < prim->n_open; i++) {
        const struct open_row *row = prim->rows + prim->open[i];
        const struct open_row *best = prim->rows + prim->open[nearest];
        if (row->weight < best->weight ||
            (row->weight == best->weight && row->twins && !best->twins)) {
            nearest = i;
        }
    }
    size_t row = prim->open[nearest];
    prim->n_open--;
    for (size_t i = nearest; i < prim->n_open; i++) {
        prim->open[i] = prim->open[i + 1];
    }
    return row;
}

static enum ica_status grow(struct prim *prim, const struct ica_monitor *monitor, size_t first_step,
                            size_t total_steps, struct ica_edge *edges, struct ica_error *err)
{
    size_t current = 0;
    for (size_t step = 0; step + 1 < prim->n; step++) {
        if (step % STEPS_PER_LOOK == 0) {
            enum ica_status status =
                ica_clustering_look(monitor, first_step + step, total_steps, err);
            if (status) {
                return status;
            }
        }
        if (prim->rows[current].slot == NO_SLOT) {
            fetch(prim, current);
        }
        relax(prim, current);
        current = take_nearest(prim);
        edges[step] = (struct ica_edge){
            .a = prim->rows[current].source,
            .b = current,
            .weight = prim->rows[current].weight,
            .twins = prim->rows[current].twins,
        };
    }
    return ICA_OK;
}

enum ica_status ica_spanning_tree(const struct ica_distance *distance, const double *cores,
                                  struct ica_parallel *parallel, const struct ica_monitor *monitor,
                                  size_t first_step, size_t total_steps, struct ica_edge *edges,
                                  struct ica_error *err)
{
    size_t n = distance->n;
    size_t n_slots = SLOTS_PER_ROW_AHEAD * distance->look_ahead;
    enum ica_status status;
    struct prim prim = {
        .distance = distance,
        .cores = cores,
        .parallel = parallel,
        .n = n,
        .rows = ica_array_new(n, sizeof *prim.rows),
        .open = ica_array_new(n, sizeof *prim.open),
        .slots = ica_array_new(n, n_slots * sizeof *prim.slots),
        .n_slots = n_slots,
        .free_slots = ica_array_new(n_slots, sizeof *prim.free_slots),
    };
    if (!prim.rows || !prim.open || !prim.slots || !prim.free_slots) {
        status = ica_error_nomem(err, "a spanning tree");
        goto out;
    }
    for (size_t i = 0; i < n; i++) {
        prim.rows[i] = (struct open_row){.weight = HUGE_VAL, .slot = NO_SLOT};
    }
    for (; prim.n_open + 1 < n; prim.n_open++) {
        prim.open[prim.n_open] = prim.n_open + 1;
    }
    status = grow(&prim, monitor, first_step, total_steps, edges, err);
out:
    free(prim.free_slots);
    free(prim.slots);
    free(prim.open);
    free(prim.rows);
    return status;
}
