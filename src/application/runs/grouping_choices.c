/* SPDX-License-Identifier: Apache-2.0 */
/* How users name the ways to group. */
#include "application/runs/grouping_choices.h"

#include "domain/clustering/clustering.h"
#include "domain/description/words/language.h"

const struct ica_choice ica_strategy_choices[] = {
    {"auto", ICA_STRATEGY_AUTO},
    {"hdbscan", ICA_STRATEGY_HDBSCAN},
    {"agglomerative", ICA_STRATEGY_AGGLOMERATIVE},
    {"kmeans", ICA_STRATEGY_KMEANS},
    {"poc", ICA_STRATEGY_POC},
    {0},
};

const struct ica_choice ica_selection_choices[] = {
    {"eom", ICA_SELECTION_EOM},
    {"leaf", ICA_SELECTION_LEAF},
    {0},
};

const struct ica_choice ica_linkage_choices[] = {
    {"average", ICA_LINKAGE_AVERAGE},
    {"complete", ICA_LINKAGE_COMPLETE},
    {"ward", ICA_LINKAGE_WARD},
    {0},
};

const struct ica_choice ica_neighbours_choices[] = {
    {"auto", ICA_NEIGHBOURS_AUTO},
    {"exact", ICA_NEIGHBOURS_EXACT},
    {"approximate", ICA_NEIGHBOURS_APPROXIMATE},
    {0},
};

const struct ica_choice ica_noise_choices[] = {
    {"singletons", ICA_NOISE_SINGLETONS},
    {"group", ICA_NOISE_GROUP},
    {"assign", ICA_NOISE_ASSIGN},
    {0},
};

const struct ica_choice ica_language_choices[] = {
    {"en", ICA_LANGUAGE_EN},
    {"pt", ICA_LANGUAGE_PT},
    {"es", ICA_LANGUAGE_ES},
    {0},
};

const struct ica_choice ica_cluster_name_choices[] = {{"number", false}, {"text", true}, {0}};
