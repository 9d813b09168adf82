/* SPDX-License-Identifier: Apache-2.0 */
/* Holds a lexicon per language, which never changes after opening; all the work is
 * domain/description/concept_text.c's. */
#include "adapters/concepts/concepts_describer.h"

#include <stdio.h>
#include <stdlib.h>

#include "adapters/concepts/concept_tables.h"
#include "domain/description/concept_text.h"

#define MAX_PATH_BYTES 4096

struct concepts_describer {
    struct ica_describer base;
    struct ica_lexicon lexicons[ICA_LANGUAGE_COUNT];
};

static enum ica_status describe(struct ica_describer *self,
                                const struct ica_describe_request *request,
                                const struct ica_monitor *monitor, struct ica_description *out,
                                struct ica_error *err)
{
    const struct concepts_describer *describer = (const struct concepts_describer *)self;
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
    free(describer);
}

static const struct ica_describer_ops ops = {
    .name = "concepts",
    .describe = describe,
    .destroy = destroy,
};

static enum ica_status read_lexicon(struct ica_lexicon *lexicon, enum ica_language language,
                                    const char *data_dir, struct ica_error *err)
{
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
    return ica_concept_tables_read(lexicon, &paths, err);
}

enum ica_status ica_concepts_describer_open(struct ica_describer **out, const char *data_dir,
                                            struct ica_error *err)
{
    *out = NULL;
    struct concepts_describer *describer = calloc(1, sizeof *describer);
    if (!describer) {
        return ica_error_nomem(err, "the describer");
    }
    describer->base.ops = &ops;
    enum ica_status status = ICA_OK;
    for (int i = 0; i < ICA_LANGUAGE_COUNT && !status; i++) {
        status = read_lexicon(&describer->lexicons[i], (enum ica_language)i, data_dir, err);
    }
    if (status) {
        destroy(&describer->base);
        return status;
    }
    *out = &describer->base;
    return ICA_OK;
}
