/* SPDX-License-Identifier: Apache-2.0 */
#include "domain/model.h"

#include <string.h>

bool ica_model_is_called(const struct ica_model *model, const char *name)
{
    size_t size = strlen(model->name);
    return strncmp(name, model->name, size) == 0 &&
           (name[size] == 0 || (name[size] == '@' && strcmp(name + size + 1, model->version) == 0));
}

bool ica_model_is_same(const struct ica_model *a, const struct ica_model *b)
{
    return strcmp(a->name, b->name) == 0 && strcmp(a->version, b->version) == 0 &&
           strcmp(a->weights_sha256, b->weights_sha256) == 0;
}
