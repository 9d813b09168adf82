/* SPDX-License-Identifier: Apache-2.0 */
/* The transitive closure of "must be together" by union-find, starting from the clusters that there
 * are; then each "must not be together" is one about two units. O((n + links) log n). */
#include "domain/clustering/growth/constraints.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/memory.h"
#include "domain/clustering/disjoint_sets.h"
#include "domain/clustering/index_sort.h"

struct closure {
    struct ica_disjoint_sets sets; /* of rows */
    int64_t *ids;                  /* per row, right for roots: of the set's cluster */
};

static enum ica_status blame(const struct ica_link *link, struct ica_link *culprit)
{
    if (culprit) {
        *culprit = *link;
    }
    return ICA_EINVALID;
}

static enum ica_status check_link(const struct ica_link *link, size_t n, struct ica_link *culprit,
                                  struct ica_error *err)
{
    if (link->kind != ICA_MUST_LINK && link->kind != ICA_CANNOT_LINK) {
        (void)ica_error_set(err, ICA_EINVALID,
                            "The decision about images %zu and %zu is not known.", link->a,
                            link->b);
        return blame(link, culprit);
    }
    if (link->a >= n || link->b >= n) {
        (void)ica_error_set(err, ICA_EINVALID,
                            "There is a decision about images %zu and %zu, but there are only %zu "
                            "images, counted from 0.",
                            link->a, link->b, n);
        return blame(link, culprit);
    }
    return ICA_OK;
}

static int compare_clusters(const void *context, size_t a, size_t b)
{
    const int64_t *clusters = context;
    return (clusters[a] > clusters[b]) - (clusters[a] < clusters[b]);
}

/* The rows of a cluster are together. `scratch` has room for n. */
static enum ica_status join_clusters(struct closure *closure, const int64_t *clusters,
                                     size_t *scratch, struct ica_error *err)
{
    size_t n = closure->sets.n;
    ica_index_fill(scratch, n);
    if (!ica_index_sort(scratch, n, compare_clusters, clusters)) {
        return ica_error_nomem(err, "decisions about images");
    }
    for (size_t i = 0; i < n; i++) {
        size_t row = scratch[i];
        closure->ids[row] = clusters[row] < 0 ? ICA_NO_CLUSTER : clusters[row];
        if (i > 0 && clusters[row] >= 0 && clusters[row] == clusters[scratch[i - 1]]) {
            (void)ica_disjoint_sets_join(&closure->sets, row, scratch[i - 1]);
        }
    }
    return ICA_OK;
}

static enum ica_status join_link(struct closure *closure, const struct ica_link *link,
                                 struct ica_link *culprit, struct ica_error *err)
{
    int64_t a = closure->ids[ica_disjoint_sets_root(&closure->sets, link->a)];
    int64_t b = closure->ids[ica_disjoint_sets_root(&closure->sets, link->b)];
    if (a != ICA_NO_CLUSTER && b != ICA_NO_CLUSTER && a != b) {
        (void)ica_error_set(err, ICA_EINVALID,
                            "Images %zu and %zu must be in one cluster, but belong to clusters "
                            "%" PRId64 " and %" PRId64 ".",
                            link->a, link->b, a, b);
        return blame(link, culprit);
    }
    (void)ica_disjoint_sets_join(&closure->sets, link->a, link->b);
    closure->ids[ica_disjoint_sets_root(&closure->sets, link->a)] = a != ICA_NO_CLUSTER ? a : b;
    return ICA_OK;
}

/* A link whose rows are in one unit, though they must not be. */
static enum ica_status refuse_apart(const struct ica_constraints *c, const struct ica_link *link,
                                    struct ica_link *culprit, struct ica_error *err)
{
    int64_t cluster = c->clusters[c->units[link->a]];
    if (link->a == link->b) {
        (void)ica_error_set(err, ICA_EINVALID, "Image %zu cannot be kept apart from itself.",
                            link->a);
    } else if (cluster == ICA_NO_CLUSTER) {
        (void)ica_error_set(err, ICA_EINVALID,
                            "Images %zu and %zu must not be in one cluster, but by other decisions "
                            "they must.",
                            link->a, link->b);
    } else {
        (void)ica_error_set(err, ICA_EINVALID,
                            "Images %zu and %zu must not be in one cluster, but both belong to "
                            "cluster %" PRId64 ".",
                            link->a, link->b, cluster);
    }
    return blame(link, culprit);
}

static int compare_numbers(const void *context, size_t a, size_t b)
{
    (void)context;
    return (a > b) - (a < b);
}

/* List for each unit which ones it must not join. */
static enum ica_status list_apart(struct ica_constraints *c, const struct ica_link *links,
                                  size_t n_links, struct ica_link *culprit, struct ica_error *err)
{
    size_t *begins = c->apart_begins;
    for (size_t l = 0; l < n_links; l++) {
        if (links[l].kind == ICA_CANNOT_LINK) {
            if (c->units[links[l].a] == c->units[links[l].b]) {
                return refuse_apart(c, &links[l], culprit, err);
            }
            begins[c->units[links[l].a]]++;
            begins[c->units[links[l].b]]++;
        }
    }
    size_t total = 0;
    for (size_t u = 0; u < c->n_units; u++) {
        total += begins[u]; /* becomes the end, and by filling from there the begin */
        begins[u] = total;
    }
    begins[c->n_units] = total;
    c->apart = ica_array_new(total, sizeof *c->apart);
    if (!c->apart) {
        return ica_error_nomem(err, "decisions about images");
    }
    for (size_t l = 0; l < n_links; l++) {
        if (links[l].kind == ICA_CANNOT_LINK) {
            size_t a = c->units[links[l].a];
            size_t b = c->units[links[l].b];
            c->apart[--begins[a]] = b;
            c->apart[--begins[b]] = a;
        }
    }
    for (size_t u = 0; u < c->n_units; u++) {
        if (!ica_index_sort(c->apart + begins[u], begins[u + 1] - begins[u], compare_numbers,
                            NULL)) {
            return ica_error_nomem(err, "decisions about images");
        }
    }
    return ICA_OK;
}

static enum ica_status close_links(struct closure *closure, const struct ica_link *links,
                                   size_t n_links, const int64_t *clusters, size_t *scratch,
                                   struct ica_link *culprit, struct ica_error *err)
{
    enum ica_status status = join_clusters(closure, clusters, scratch, err);
    for (size_t l = 0; l < n_links && !status; l++) {
        status = check_link(&links[l], closure->sets.n, culprit, err);
        if (!status && links[l].kind == ICA_MUST_LINK) {
            status = join_link(closure, &links[l], culprit, err);
        }
    }
    return status;
}

static enum ica_status fill_units(struct ica_constraints *c, const struct closure *closure,
                                  struct ica_error *err)
{
    c->n_units = ica_disjoint_sets_number(&closure->sets, c->units);
    c->clusters = ica_array_new(c->n_units, sizeof *c->clusters);
    c->apart_begins = ica_array_new(c->n_units + 1, sizeof *c->apart_begins);
    if (!c->clusters || !c->apart_begins) {
        return ica_error_nomem(err, "decisions about images");
    }
    for (size_t i = 0; i < c->n; i++) {
        c->clusters[c->units[i]] = closure->ids[ica_disjoint_sets_root(&closure->sets, i)];
    }
    return ICA_OK;
}

enum ica_status ica_constraints_init(struct ica_constraints *out, const struct ica_link *links,
                                     size_t n_links, const int64_t *clusters, size_t n,
                                     struct ica_link *culprit, struct ica_error *err)
{
    struct closure closure = {.ids = ica_array_new(n, sizeof *closure.ids)};
    *out = (struct ica_constraints){.n = n, .units = ica_array_new(n, sizeof *out->units)};
    enum ica_status status = !closure.ids || !out->units
                                 ? ica_error_nomem(err, "decisions about images")
                                 : ica_disjoint_sets_init(&closure.sets, n, err);
    if (!status) {
        status = close_links(&closure, links, n_links, clusters, out->units, culprit, err);
    }
    if (!status) {
        status = fill_units(out, &closure, err);
    }
    if (!status) {
        status = list_apart(out, links, n_links, culprit, err);
    }
    ica_disjoint_sets_clear(&closure.sets);
    free(closure.ids);
    if (status) {
        ica_constraints_clear(out);
    }
    return status;
}

void ica_constraints_clear(struct ica_constraints *constraints)
{
    free(constraints->units);
    free(constraints->clusters);
    free(constraints->apart_begins);
    free(constraints->apart);
    *constraints = (struct ica_constraints){0};
}
