/* SPDX-License-Identifier: Apache-2.0 */
/* How users name the ways to group, on the command line as in a request. */
#ifndef ICA_APPLICATION_RUNS_GROUPING_CHOICES_H
#define ICA_APPLICATION_RUNS_GROUPING_CHOICES_H

#include "base/choice.h"

extern const struct ica_choice ica_strategy_choices[];     /* enum ica_strategy */
extern const struct ica_choice ica_selection_choices[];    /* enum ica_selection */
extern const struct ica_choice ica_linkage_choices[];      /* enum ica_linkage */
extern const struct ica_choice ica_neighbours_choices[];   /* enum ica_neighbour_search */
extern const struct ica_choice ica_noise_choices[];        /* enum ica_noise_policy */
extern const struct ica_choice ica_language_choices[];     /* enum ica_language */
extern const struct ica_choice ica_cluster_name_choices[]; /* bool: the name is the text */

#endif
