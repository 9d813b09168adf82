/* SPDX-License-Identifier: Apache-2.0 */
/* Holds a lexicon per language, which is read when it is first wanted and never changes then; all
 * the work is domain/description/concept_text.c's. */
#include "adapters/concepts/concepts_describer.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "adapters/concepts/concept_tables.h"
#include "base/text.h"
#include "domain/description/concept_text.h"

#define MAX_PATH_BYTES 4096

struct concepts_describer {
    struct ica_describer base;
    char *data_dir; /* owned */
    pthread_mutex_t mutex;
    bool is_read[ICA_LANGUAGE_COUNT]; /* guarded by the mutex, as are those that are not read */
    struct ica_lexicon lexicons[ICA_LANGUAGE_COUNT];
};

static enum ica_status read_lexicon(struct concepts_describer *describer,
                                    enum ica_language language, struct ica_error *err)
{
    const char *data_dir = describer->data_dir;
    char tree[MAX_PATH_BYTES];
    char names[MAX_PATH_BYTES];
    char words[MAX_PATH_BYTES];
    (void)snprintf(tree, sizeof tree, "%s/imagenet-concepts.tsv", data_dir);
    (void)snprintf(names, sizeof names, "%s/everyday-names.tsv", data_dir);
    if (snprintf(words, sizeof words, "%s/words.%s.tsv", data_dir, ica_language_code(language)) >=
        (int)(sizeof words - sizeof "imagenet-concepts.tsv")) {
        return ica_error_set(err, ICA_EMODEL, "The path of the concept tables is too long.");
    }
    const struct ica_concept_paths paths = {.tree = tree, .names = names, .words = words};
    return ica_concept_tables_read(&describer->lexicons[language], &paths, err);
}

/* Read the lexicon unless that is done. After a failure the next call tries again. */
static enum ica_status want_lexicon(struct concepts_describer *describer,
                                    enum ica_language language, struct ica_error *err)
{
    enum ica_status status = ICA_OK;
    (void)pthread_mutex_lock(&describer->mutex);
    if (!describer->is_read[language]) {
        status = read_lexicon(describer, language, err);
        describer->is_read[language] = !status;
    }
    (void)pthread_mutex_unlock(&describer->mutex);
    return status;
}

static enum ica_status describe(struct ica_describer *self,
                                const struct ica_describe_request *request,
                                const struct ica_monitor *monitor, struct ica_description *out,
                                struct ica_error *err)
{
    struct concepts_describer *describer = (struct concepts_describer *)self;
    enum ica_status status = want_lexicon(describer, request->language, err);
    if (status) {
        return status;
    }
    return ica_concept_text_describe(&describer->lexicons[request->language], request->own_concepts,
                                     request->features, request->colours, request->clustering,
                                     monitor, out, err);
}

static void destroy(struct ica_describer *self)
{
    struct concepts_describer *describer = (struct concepts_describer *)self;
    for (size_t i = 0; i < ICA_LANGUAGE_COUNT; i++) {
        ica_taxonomy_clear(&describer->lexicons[i].taxonomy);
    }
    (void)pthread_mutex_destroy(&describer->mutex);
    free(describer->data_dir);
    free(describer);
}

static const struct ica_describer_ops ops = {
    .name = "concepts",
    .describe = describe,
    .destroy = destroy,
};

enum ica_status ica_concepts_describer_open(struct ica_describer **out, const char *data_dir,
                                            struct ica_error *err)
{
    *out = NULL;
    struct concepts_describer *describer = calloc(1, sizeof *describer);
    char *copy = ica_text_copy(data_dir);
    if (!describer || !copy || pthread_mutex_init(&describer->mutex, NULL)) {
        free(describer);
        free(copy);
        return ica_error_nomem(err, "the describer");
    }
    describer->base.ops = &ops;
    describer->data_dir = copy;
    enum ica_status status = want_lexicon(describer, ICA_LANGUAGE_EN, err);
    if (status) {
        destroy(&describer->base);
        return status;
    }
    *out = &describer->base;
    return ICA_OK;
}
