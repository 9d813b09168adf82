/* SPDX-License-Identifier: Apache-2.0 */
/* The describing part of the use case: texts for the clusters and for the hierarchy above and below
 * them. */
#ifndef ICA_APPLICATION_DESCRIBE_RESULT_H
#define ICA_APPLICATION_DESCRIBE_RESULT_H

#include "application/run_features.h"
#include "base/parallel.h"
#include "domain/result.h"
#include "ports/describer.h"

/* Fill the descriptions of a result that is clustered, and the describer's name; without a
 * `describer` (NULL) all texts stay empty. ICA_ECANCELLED, ICA_ENOMEM, ICA_EMODEL. */
enum ica_status ica_describe_result(struct ica_describer *describer,
                                    const struct ica_run_features *features,
                                    const struct ica_monitor *monitor, struct ica_result *result,
                                    struct ica_error *err) ICA_MUST_CHECK;

#endif
