/* SPDX-License-Identifier: Apache-2.0 */
/* A set of images that grows: clusters keep their ids, their members and what users have decided,
 * while new images come in. To cluster such a set anew instead, and keep the ids where clusters
 * persist, there is cluster_ids.h. */
#ifndef ICA_DOMAIN_CLUSTERING_GROWTH_GROWTH_H
#define ICA_DOMAIN_CLUSTERING_GROWTH_GROWTH_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/parallel.h"
#include "domain/clustering/growth/constraints.h"
#include "domain/features.h"

/* What is known, and what comes. All of it is borrowed. */
struct ica_growth_input {
    struct ica_features features; /* of the known images, then of the new ones */
    size_t n_known;
    /* n_known: id of each known image's cluster, from 0 to next_id - 1; ICA_NO_CLUSTER */
    const int64_t *clusters;
    int64_t next_id;              /* above every id that was ever used */
    const struct ica_link *links; /* rows of `features` */
    size_t n_links;
};

enum ica_growth_change {
    ICA_GROWTH_UNSET,
    ICA_GROWTH_KEPT,   /* a known image, where it was: in its cluster, or in none */
    ICA_GROWTH_JOINED, /* is now in a cluster that there was */
    ICA_GROWTH_BORN,   /* is in a new cluster */
    ICA_GROWTH_ALONE,  /* a new image that fits nowhere */
};

/* Starts all zero. */
struct ica_growth {
    size_t n;                        /* known and new images */
    int64_t *clusters;               /* owned, n: id of the cluster, or ICA_NO_CLUSTER */
    enum ica_growth_change *changes; /* owned, n */
    size_t n_born;                   /* clusters: input.next_id to next_id - 1 */
    int64_t next_id;                 /* of the next time */
};

/* Put the new images into the clusters where they fit, and let clusters be born of new images and
 * of known ones that are in none. Fill the all-zero `*out`.
 *
 * A known image that is in a cluster stays there, and without new images nothing at all changes but
 * what `links` demand. They are obeyed: images that must be together are, be it in a new cluster,
 * and images that must not be together are not. An image that is the same as one of a cluster joins
 * it. A new cluster has two images or more, and one of them is new or was decided upon. New ids go
 * by size, larger clusters first, then by content. The order of the new images makes no difference,
 * nor does the number of threads.
 *
 * ICA_EINVALID (a value that is not finite; an id that is out of range; links that contradict each
 * other or the clusters: the message names the two images and `*culprit`, which may be NULL,
 * receives the link), ICA_ECANCELLED, ICA_ENOMEM; `*out` is empty then. */
enum ica_status ica_growth_run(const struct ica_growth_input *input, struct ica_parallel *parallel,
                               const struct ica_monitor *monitor, struct ica_growth *out,
                               struct ica_link *culprit, struct ica_error *err) ICA_MUST_CHECK;

/* Free everything and return to all zero. */
void ica_growth_clear(struct ica_growth *growth);

#endif
