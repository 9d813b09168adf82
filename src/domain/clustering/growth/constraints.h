/* SPDX-License-Identifier: Apache-2.0 */
/* What users have decided about pairs of images: these two belong together, those two do not.
 * Merging clusters, splitting them, pinning an image, naming a cluster: all of it comes down to
 * such pairs. */
#ifndef ICA_DOMAIN_CLUSTERING_GROWTH_CONSTRAINTS_H
#define ICA_DOMAIN_CLUSTERING_GROWTH_CONSTRAINTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "domain/clustering/growth/cluster_ids.h"

enum ica_link_kind {
    ICA_LINK_UNSET,
    ICA_MUST_LINK,   /* in one cluster */
    ICA_CANNOT_LINK, /* in two clusters, or one or both in none */
};

/* A decision about two rows. */
struct ica_link {
    enum ica_link_kind kind;
    size_t a;
    size_t b;
};

/* The decisions about a set, thought to their end: rows that must be in one cluster are a unit, and
 * so are all rows of a cluster that there is. Starts all zero. */
struct ica_constraints {
    size_t n; /* rows */
    size_t n_units;
    size_t *units;        /* owned, n: unit of each row; units are numbered by their lowest row */
    int64_t *clusters;    /* owned, n_units: id of the unit's cluster; ICA_NO_CLUSTER */
    size_t *apart_begins; /* owned, n_units + 1: in `apart` */
    size_t *apart;        /* owned: per unit, ascending, those that it must not join */
};

/* Think through `n_links` links of `n` rows, of which clusters[i] is the id of the cluster that row
 * i is in, at least 0, or ICA_NO_CLUSTER. ICA_EINVALID if a link is none (a row is not below `n`,
 * its kind is not known, a row is to be apart from itself) or contradicts the others or the
 * clusters: the message names the two rows, and `*culprit`, which may be NULL, receives the link.
 * ICA_ENOMEM. `*out` is empty then. */
enum ica_status ica_constraints_init(struct ica_constraints *out, const struct ica_link *links,
                                     size_t n_links, const int64_t *clusters, size_t n,
                                     struct ica_link *culprit,
                                     struct ica_error *err) ICA_MUST_CHECK;

/* Accepts an all-zero struct. */
void ica_constraints_clear(struct ica_constraints *constraints);

#endif
