/* SPDX-License-Identifier: Apache-2.0 */
/* Adapter of the describer port: everyday concepts from a classifier's probabilities, and colours.
 * Works offline and without a model of its own. */
#ifndef ICA_ADAPTERS_CONCEPTS_CONCEPTS_DESCRIBER_H
#define ICA_ADAPTERS_CONCEPTS_CONCEPTS_DESCRIBER_H

#include "ports/describer.h"

/* Read the tables of `data_dir` for English - those of another language are read when it is first
 * wanted, and what is wrong with them is told then - and open a describer that many threads may
 * share. ICA_EMODEL (a table is missing or wrong), ICA_ENOMEM. */
enum ica_status ica_concepts_describer_open(struct ica_describer **out, const char *data_dir,
                                            struct ica_error *err) ICA_MUST_CHECK;

#endif
