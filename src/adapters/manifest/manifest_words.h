/* SPDX-License-Identifier: Apache-2.0 */
/* The words of a manifest that stand for values of enums, for its reader and its writer. */
#ifndef ICA_ADAPTERS_MANIFEST_MANIFEST_WORDS_H
#define ICA_ADAPTERS_MANIFEST_MANIFEST_WORDS_H

#include "base/choice.h"

extern const struct ica_choice ica_manifest_layouts[];
extern const struct ica_choice ica_manifest_id_types[];       /* is_32_bit */
extern const struct ica_choice ica_manifest_types[];          /* is_float */
extern const struct ica_choice ica_manifest_orders[];         /* is_bgr */
extern const struct ica_choice ica_manifest_rules[];          /* enum ica_resize_rule */
extern const struct ica_choice ica_manifest_filters[];        /* enum ica_resize_filter */
extern const struct ica_choice ica_manifest_roundings[];      /* enum ica_side_rounding */
extern const struct ica_choice ica_manifest_normalisations[]; /* is_float */
extern const struct ica_choice ica_manifest_poolings[];       /* enum ica_pooling */

/* The first word that stands for `value`. */
const char *ica_manifest_word(const struct ica_choice *choices, int value);

#endif
