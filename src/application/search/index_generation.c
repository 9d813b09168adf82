/* SPDX-License-Identifier: Apache-2.0 */
#include "application/search/index_generation.h"

#include <string.h>

struct wanted {
    const char *name;
    struct ica_index_generation *out;
};

static enum ica_status take_current(void *context, const char *folder,
                                    const struct ica_index_generation *generation,
                                    struct ica_error *err)
{
    const struct wanted *wanted = context;
    (void)folder;
    (void)err;
    if (generation->is_current && strcmp(generation->model.name, wanted->name) == 0) {
        *wanted->out = *generation;
    }
    return ICA_OK;
}

enum ica_status ica_index_find_current(struct ica_image_index *index, const char *folder,
                                       const struct ica_model *model,
                                       struct ica_index_generation *out, struct ica_error *err)
{
    struct wanted wanted = {.name = model->name, .out = out};
    *out = (struct ica_index_generation){0};
    return ica_image_index_list(index, folder, take_current, &wanted, err);
}

bool ica_index_is_of(const struct ica_index_generation *generation, const struct ica_model *model)
{
    return generation->id > 0 && ica_model_is_same(&generation->model, model) &&
           generation->model.dim == model->dim;
}
