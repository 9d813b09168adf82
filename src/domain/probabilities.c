/* SPDX-License-Identifier: Apache-2.0 */
/* Class probabilities. */
#include "domain/probabilities.h"

#include <math.h>

void ica_probabilities_from_logits(float *logits, size_t n)
{
    float top = logits[0];
    for (size_t i = 1; i < n; i++) {
        top = logits[i] > top ? logits[i] : top;
    }
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        double e = exp((double)logits[i] - (double)top);
        logits[i] = (float)e;
        sum += e;
    }
    for (size_t i = 0; i < n; i++) {
        logits[i] = (float)((double)logits[i] / sum);
    }
}
