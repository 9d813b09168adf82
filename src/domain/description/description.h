/* SPDX-License-Identifier: Apache-2.0 */
/* The short text of a cluster and what it rests on. */
#ifndef ICA_DOMAIN_DESCRIPTION_DESCRIPTION_H
#define ICA_DOMAIN_DESCRIPTION_DESCRIPTION_H

#include <stddef.h>

#define ICA_MAX_DESCRIPTION 320 /* the captions of three pictures */
#define ICA_MAX_EVIDENCE    5
#define ICA_MAX_NOTE        200

struct ica_evidence {
    char concept[64]; /* in the singular: "running shoe" */
    double weight;    /* support in the cluster, [0, 1] */
};

struct ica_description {
    char text[ICA_MAX_DESCRIPTION]; /* "black shoes", "assorted items"; "" when not described */
    double score;                   /* support of the text in the cluster, [0, 1] */
    struct ica_evidence evidence[ICA_MAX_EVIDENCE]; /* strongest first */
    size_t n_evidence;
    /* Why the describer that was asked for did not write this text, as a full sentence; "" if it
     * did. */
    char note[ICA_MAX_NOTE];
};

#endif
