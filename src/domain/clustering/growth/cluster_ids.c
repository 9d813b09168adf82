/* SPDX-License-Identifier: Apache-2.0 */
/* A maximum-weight matching of old clusters and new ones, where the weight of a pair is the number
 * of rows that they share. Old clusters are placed one after another, each along the shortest
 * augmenting path (Kuhn 1955; Munkres 1957; with potentials as in Jonker, Volgenant 1987), and each
 * may also stay alone, at a place of its own that weighs nothing. Weights are whole numbers, so all
 * of it is exact. Only pairs that share rows are edges, and a search stops at the first free place,
 * so that the time for k clusters is nearer to k than to k^3: clusters share rows with few others.
 */
#include "domain/clustering/growth/cluster_ids.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/memory.h"
#include "domain/clustering/index_sort.h"

#define NOBODY SIZE_MAX

/* Old clusters are rows here, by id; columns are the new ones, then the rows' own places. */
struct matching {
    size_t n_old;
    size_t n_new;
    size_t *begins;          /* per row, and one more: in `columns` */
    size_t *columns;         /* of the edges */
    int64_t *weights;        /* of the edges */
    int64_t most;            /* the largest weight; an edge costs what it falls behind that */
    int64_t *row_potentials; /* per row */
    int64_t *column_potentials;
    size_t *mates;      /* per column: its row, or NOBODY */
    size_t *places;     /* per row: its column */
    int64_t *distances; /* per column: of the search */
    size_t *via;        /* per column: the row it was reached from, or NOBODY */
    bool *settled;      /* per column */
    size_t *reached;    /* columns */
    size_t n_reached;
};

/* What the overlaps are counted from. */
struct overlap {
    const int64_t *old_ids;
    const int32_t *labels;
    size_t *rows; /* that are and were in a cluster; sorted by id, then by label */
    size_t n_rows;
    int64_t *row_ids;  /* per old cluster that has such rows */
    size_t *old_sizes; /* per old cluster */
    size_t *new_sizes; /* per new one */
};

static int compare_rows(const void *context, size_t a, size_t b)
{
    const struct overlap *o = context;
    if (o->old_ids[a] != o->old_ids[b]) {
        return o->old_ids[a] < o->old_ids[b] ? -1 : 1;
    }
    return (o->labels[a] > o->labels[b]) - (o->labels[a] < o->labels[b]);
}

/* Sort the rows and count the old clusters. */
static bool sort_rows(struct overlap *o, size_t n, size_t n_new, size_t *n_old)
{
    for (size_t i = 0; i < n; i++) {
        if (o->old_ids[i] >= 0 && o->labels[i] >= 0 && (size_t)o->labels[i] < n_new) {
            o->rows[o->n_rows++] = i;
            o->new_sizes[o->labels[i]]++;
        }
    }
    if (!ica_index_sort(o->rows, o->n_rows, compare_rows, o)) {
        return false;
    }
    *n_old = 0;
    for (size_t i = 0; i < o->n_rows; i++) {
        int64_t id = o->old_ids[o->rows[i]];
        if (*n_old == 0 || id != o->row_ids[*n_old - 1]) {
            o->row_ids[(*n_old)++] = id;
        }
        o->old_sizes[*n_old - 1]++;
    }
    return true;
}

/* The edges: pairs that share more than half of the rows of one of them. */
static void list_edges(struct matching *m, const struct overlap *o)
{
    size_t n_edges = 0;
    size_t row = 0;
    for (size_t i = 0; i < o->n_rows;) {
        int64_t id = o->old_ids[o->rows[i]];
        int32_t label = o->labels[o->rows[i]];
        size_t shared = 0;
        for (; i < o->n_rows && o->old_ids[o->rows[i]] == id && o->labels[o->rows[i]] == label;
             i++) {
            shared++;
        }
        for (; o->row_ids[row] != id; row++) {
            m->begins[row + 1] = n_edges;
        }
        if (2 * shared > o->old_sizes[row] || 2 * shared > o->new_sizes[label]) {
            m->columns[n_edges] = (size_t)label;
            m->weights[n_edges++] = (int64_t)shared;
            m->most = (int64_t)shared > m->most ? (int64_t)shared : m->most;
        }
    }
    for (; row < m->n_old; row++) {
        m->begins[row + 1] = n_edges;
    }
}

static void reach(struct matching *m, size_t row, size_t column, int64_t cost, int64_t walked)
{
    int64_t distance = walked + cost - m->row_potentials[row] - m->column_potentials[column];
    if (m->via[column] == NOBODY) {
        m->reached[m->n_reached++] = column;
    } else if (m->settled[column] || distance >= m->distances[column]) {
        return;
    }
    m->distances[column] = distance;
    m->via[column] = row;
}

/* The nearest column that is not settled; the lowest of equal ones. */
static size_t nearest_column(const struct matching *m)
{
    size_t nearest = NOBODY;
    for (size_t i = 0; i < m->n_reached; i++) {
        size_t column = m->reached[i];
        if (m->settled[column]) {
            continue;
        }
        if (nearest == NOBODY || m->distances[column] < m->distances[nearest] ||
            (m->distances[column] == m->distances[nearest] && column < nearest)) {
            nearest = column;
        }
    }
    return nearest;
}

/* Find a free column for the row, at the least cost of moving others. */
static size_t find_free_column(struct matching *m, size_t row)
{
    int64_t walked = 0;
    for (;;) {
        for (size_t e = m->begins[row]; e < m->begins[row + 1]; e++) {
            reach(m, row, m->columns[e], m->most - m->weights[e], walked);
        }
        reach(m, row, m->n_new + row, m->most, walked);
        size_t column = nearest_column(m);
        if (m->mates[column] == NOBODY) {
            return column;
        }
        m->settled[column] = true;
        walked = m->distances[column];
        row = m->mates[column];
    }
}

static void place_row(struct matching *m, size_t row)
{
    size_t column = find_free_column(m, row);
    int64_t walked = m->distances[column];
    m->row_potentials[row] += walked;
    for (size_t i = 0; i < m->n_reached; i++) {
        size_t other = m->reached[i];
        if (m->settled[other]) {
            m->row_potentials[m->mates[other]] += walked - m->distances[other];
            m->column_potentials[other] -= walked - m->distances[other];
        }
    }
    size_t moved;
    do {
        moved = m->via[column];
        size_t left = m->places[moved];
        m->mates[column] = moved;
        m->places[moved] = column;
        column = left;
    } while (moved != row);
    for (size_t i = 0; i < m->n_reached; i++) {
        m->via[m->reached[i]] = NOBODY;
        m->settled[m->reached[i]] = false;
    }
    m->n_reached = 0;
}

static enum ica_status match(struct matching *m, const struct overlap *o)
{
    size_t n_columns = m->n_new + m->n_old;
    enum ica_status status = ICA_ENOMEM;
    m->begins = ica_array_new(m->n_old + 1, sizeof *m->begins);
    m->columns = ica_array_new(o->n_rows, sizeof *m->columns);
    m->weights = ica_array_new(o->n_rows, sizeof *m->weights);
    m->row_potentials = ica_array_new(m->n_old, sizeof *m->row_potentials);
    m->column_potentials = ica_array_new(n_columns, sizeof *m->column_potentials);
    m->mates = ica_array_new(n_columns, sizeof *m->mates);
    m->places = ica_array_new(m->n_old, sizeof *m->places);
    m->distances = ica_array_new(n_columns, sizeof *m->distances);
    m->via = ica_array_new(n_columns, sizeof *m->via);
    m->settled = ica_array_new(n_columns, sizeof *m->settled);
    m->reached = ica_array_new(n_columns, sizeof *m->reached);
    if (m->begins && m->columns && m->weights && m->row_potentials && m->column_potentials &&
        m->mates && m->places && m->distances && m->via && m->settled && m->reached) {
        list_edges(m, o);
        for (size_t c = 0; c < n_columns; c++) {
            m->mates[c] = NOBODY;
            m->via[c] = NOBODY;
        }
        for (size_t row = 0; row < m->n_old; row++) {
            m->places[row] = NOBODY;
            place_row(m, row);
        }
        status = ICA_OK;
    }
    return status;
}

static void matching_clear(struct matching *m)
{
    free(m->begins);
    free(m->columns);
    free(m->weights);
    free(m->row_potentials);
    free(m->column_potentials);
    free(m->mates);
    free(m->places);
    free(m->distances);
    free(m->via);
    free(m->settled);
    free(m->reached);
}

static enum ica_status name_clusters(const struct matching *m, const struct overlap *o,
                                     int64_t *next_id, int64_t *ids, struct ica_error *err)
{
    int64_t next = *next_id;
    for (size_t c = 0; c < m->n_new; c++) {
        if (m->mates[c] != NOBODY) {
            ids[c] = o->row_ids[m->mates[c]];
        } else if (next < INT64_MAX) {
            ids[c] = next++;
        } else {
            return ica_error_set(err, ICA_EINVALID, "There are no ids left for new clusters.");
        }
    }
    *next_id = next;
    return ICA_OK;
}

enum ica_status ica_cluster_ids_carry_over(const int64_t *old_ids, const int32_t *labels, size_t n,
                                           size_t n_clusters, int64_t *next_id, int64_t *ids,
                                           struct ica_error *err)
{
    for (size_t i = 0; i < n; i++) {
        if (old_ids[i] >= *next_id) {
            return ica_error_set(err, ICA_EINVALID,
                                 "Image %zu is in cluster %" PRId64 ", but the next id is %" PRId64
                                 ".",
                                 i, old_ids[i], *next_id);
        }
    }
    struct matching m = {.n_new = n_clusters};
    struct overlap o = {
        .old_ids = old_ids,
        .labels = labels,
        .rows = ica_array_new(n, sizeof *o.rows),
        .row_ids = ica_array_new(n, sizeof *o.row_ids),
        .old_sizes = ica_array_new(n, sizeof *o.old_sizes),
        .new_sizes = ica_array_new(n_clusters, sizeof *o.new_sizes),
    };
    enum ica_status status = ICA_ENOMEM;
    if (o.rows && o.row_ids && o.old_sizes && o.new_sizes &&
        sort_rows(&o, n, n_clusters, &m.n_old)) {
        status = match(&m, &o);
    }
    status =
        status ? ica_error_nomem(err, "ids of clusters") : name_clusters(&m, &o, next_id, ids, err);
    matching_clear(&m);
    free(o.rows);
    free(o.row_ids);
    free(o.old_sizes);
    free(o.new_sizes);
    return status;
}
