/* SPDX-License-Identifier: Apache-2.0 */
#include "domain/model.h"

#include <string.h>

bool ica_model_is_same(const struct ica_model *a, const struct ica_model *b)
{
    return strcmp(a->name, b->name) == 0 && strcmp(a->version, b->version) == 0 &&
           strcmp(a->weights_sha256, b->weights_sha256) == 0;
}
