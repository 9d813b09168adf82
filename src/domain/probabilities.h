/* SPDX-License-Identifier: Apache-2.0 */
/* Class probabilities. */
#ifndef ICA_DOMAIN_PROBABILITIES_H
#define ICA_DOMAIN_PROBABILITIES_H

#include <stddef.h>

/* Turn `n` > 0 finite class logits into probabilities that sum to 1, in place (softmax). The sum is
 * taken in double and in order. */
void ica_probabilities_from_logits(float *logits, size_t n);

#endif
