/* SPDX-License-Identifier: Apache-2.0 */
/* What the classes of the concept tables are called. */
#ifndef ICA_ADAPTERS_CONCEPTS_CLASS_NAMES_H
#define ICA_ADAPTERS_CONCEPTS_CLASS_NAMES_H

#include "domain/description/words/phrases.h"

/* Append the usual English name of each class to `phrases`, in the order of their indices, from the
 * tables in `data_dir`. ICA_EMODEL (a table is missing or wrong), ICA_ENOMEM. */
enum ica_status ica_class_names_read(const char *data_dir, struct ica_phrases *phrases,
                                     struct ica_error *err) ICA_MUST_CHECK;

#endif
