/* SPDX-License-Identifier: Apache-2.0 */
/* Telling apart the clusters of one answer: drafts that would give equal texts get more to say. */
#ifndef ICA_DOMAIN_DESCRIPTION_CONTRAST_H
#define ICA_DOMAIN_DESCRIPTION_CONTRAST_H

#include <stddef.h>

#include "base/error.h"
#include "base/parallel.h"
#include "domain/description/draft.h"

/* Complete the `n` drafts and write their texts into `out`. No two texts are equal then; at the
 * very end a number sees to it. `monitor` may be NULL. ICA_ECANCELLED, ICA_ENOMEM. */
enum ica_status ica_drafts_tell_apart(struct ica_draft *drafts, size_t n,
                                      const struct ica_lexicon *lexicon,
                                      const struct ica_monitor *monitor,
                                      struct ica_description *out,
                                      struct ica_error *err) ICA_MUST_CHECK;

#endif
