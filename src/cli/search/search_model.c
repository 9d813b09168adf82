/* SPDX-License-Identifier: Apache-2.0 */
/* Which model a search or an index works with. */
#include "cli/search/search_model.h"

#include <stdio.h>
#include <string.h>

#include "cli/settings.h"

#define EXAMPLE_MODEL "clip-vit-b-32" /* that reads words */

struct choice {
    const struct ica_model_catalogue *catalogue;
    char preferred[ICA_MAX_MODEL_NAME];
    bool words;
    const char *best;
    int rank; /* of the best; higher is better */
};

static void consider(struct choice *choice, const struct ica_catalogue_entry *entry, bool indexed)
{
    const struct ica_model *model = &entry->model;
    bool will_do = entry->installed && !entry->problem && (!choice->words || *model->text.input);
    int rank = 1 + (strcmp(model->name, choice->preferred) == 0) + (indexed ? 2 : 0);
    if (will_do && rank > choice->rank) {
        choice->best = model->name;
        choice->rank = rank;
    }
}

static enum ica_status consider_indexed(void *context, const char *folder,
                                        const struct ica_index_generation *generation,
                                        struct ica_error *err)
{
    struct choice *choice = context;
    (void)folder;
    (void)err;
    for (size_t i = 0; i < choice->catalogue->n_entries; i++) {
        const struct ica_catalogue_entry *entry = &choice->catalogue->entries[i];
        if (strcmp(entry->model.name, generation->model.name) == 0) {
            consider(choice, entry, true);
        }
    }
    return ICA_OK;
}

enum ica_status ica_search_model_choose(const struct ica_models *models,
                                        struct ica_image_index *index, const char *folder,
                                        const char *wanted, bool words, const char **out,
                                        struct ica_error *err)
{
    struct choice choice = {.catalogue = models->catalogue, .words = words};
    enum ica_status status = ICA_OK;
    *out = wanted;
    if (*wanted) {
        return ICA_OK;
    }
    if (models->tools.store) {
        status = ica_model_store_load_default(models->tools.store, choice.preferred, err);
    }
    if (!choice.preferred[0]) {
        (void)snprintf(choice.preferred, sizeof choice.preferred, "%s", ICA_DEFAULT_MODEL);
    }
    for (size_t i = 0; i < choice.catalogue->n_entries; i++) {
        consider(&choice, &choice.catalogue->entries[i], false);
    }
    if (!status) {
        status = ica_image_index_list(index, folder, consider_indexed, &choice, err);
    }
    *out = choice.best;
    if (status || choice.best) {
        return status;
    }
    return words ? ica_error_set(err, ICA_ENOTFOUND,
                                 "No model that reads words is installed: `image-cluster-ai models "
                                 "pull " EXAMPLE_MODEL "` gets one. With --image FILE, any model "
                                 "will do.")
                 : ica_error_set(err, ICA_ENOTFOUND,
                                 "No model is installed: `image-cluster-ai models` lists them.");
}
