/* SPDX-License-Identifier: Apache-2.0 */
/* Groups of images that are known by the mean of their unit vectors and by their size, and what it
 * costs to join two of them by Ward's method. A single image is such a group too. */
#ifndef ICA_DOMAIN_CLUSTERING_HIERARCHY_MEANS_H
#define ICA_DOMAIN_CLUSTERING_HIERARCHY_MEANS_H

#include <stddef.h>

#include "base/error.h"
#include "domain/vectors/cosine_distance.h"

struct ica_means {
    /* Between groups of sizes v and w: the squared length between their means times v w / (v + w),
     * which is the cosine distance where both are single images. */
    struct ica_distance base;
    struct ica_cosine_distance directions; /* owned; its rows are borrowed, or in `vectors` */
    float *vectors;                        /* owned: means of two images and more */
    double *lengths;                       /* owned, n: of the means; 0 to 1 */
    double *weights;                       /* owned, n: images */
};

/* Each row a group of its own. Borrows the rows' values until the clear. ICA_ENOMEM. */
enum ica_status ica_means_init_rows(struct ica_means *means, const struct ica_cosine_distance *rows,
                                    struct ica_error *err) ICA_MUST_CHECK;

/* Larger groups: group g has the `parts` members[begins[g]] to members[begins[g + 1] - 1], one or
 * more. Borrows what `parts` borrows. ICA_ENOMEM. */
enum ica_status ica_means_init_groups(struct ica_means *means, const struct ica_means *parts,
                                      const size_t *members, const size_t *begins, size_t n_groups,
                                      struct ica_error *err) ICA_MUST_CHECK;

/* sum[k] += factor times the unit vector in the direction of mean i; nothing for a mean of 0. */
void ica_means_add_direction(const struct ica_means *means, size_t i, double factor, double *sum);

/* Accepts an all-zero struct. */
void ica_means_clear(struct ica_means *means);

#endif
