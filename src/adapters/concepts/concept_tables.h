/* SPDX-License-Identifier: Apache-2.0 */
/* The concept describer's two tables as files. */
#ifndef ICA_ADAPTERS_CONCEPTS_CONCEPT_TABLES_H
#define ICA_ADAPTERS_CONCEPTS_CONCEPT_TABLES_H

#include "base/error.h"
#include "domain/description/taxonomy.h"

/* Read `tree_path` (imagenet-concepts.tsv) and `names_path` (everyday-names.tsv) and build the
 * all-zero `*taxonomy`. ICA_EMODEL (a file that is missing, too large or wrong; the text names the
 * file and, where it can, the line), ICA_ENOMEM. */
enum ica_status ica_concept_tables_read(struct ica_taxonomy *taxonomy, const char *tree_path,
                                        const char *names_path,
                                        struct ica_error *err) ICA_MUST_CHECK;

#endif
