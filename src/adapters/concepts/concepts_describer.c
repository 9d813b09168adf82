/* SPDX-License-Identifier: Apache-2.0 */
/* Holds the taxonomy, which never changes after opening; all the work is domain/concept_text.c's.
 */
#include "adapters/concepts/concepts_describer.h"

#include <stdlib.h>

#include "adapters/concepts/concept_tables.h"
#include "base/buffer.h"
#include "domain/description/concept_text.h"

#define MAX_PATH_BYTES 4096

struct concepts_describer {
    struct ica_describer base;
    struct ica_taxonomy taxonomy;
};

static enum ica_status describe(struct ica_describer *self,
                                const struct ica_describe_request *request,
                                const struct ica_monitor *monitor, struct ica_description *out,
                                struct ica_error *err)
{
    const struct concepts_describer *describer = (const struct concepts_describer *)self;
    return ica_concept_text_describe(&describer->taxonomy, request->features, request->colours,
                                     request->clustering, monitor, out, err);
}

static void destroy(struct ica_describer *self)
{
    struct concepts_describer *describer = (struct concepts_describer *)self;
    ica_taxonomy_clear(&describer->taxonomy);
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
    struct ica_buffer tree_path;
    struct ica_buffer names_path;
    ica_buffer_init(&tree_path, MAX_PATH_BYTES);
    ica_buffer_init(&names_path, MAX_PATH_BYTES);
    struct concepts_describer *describer = calloc(1, sizeof *describer);
    enum ica_status status =
        describer ? ica_buffer_printf(&tree_path, err, "%s/imagenet-concepts.tsv", data_dir)
                  : ica_error_nomem(err, "the describer");
    if (!status) {
        status = ica_buffer_printf(&names_path, err, "%s/everyday-names.tsv", data_dir);
    }
    if (!status) {
        status = ica_concept_tables_read(&describer->taxonomy, ica_buffer_text(&tree_path),
                                         ica_buffer_text(&names_path), err);
    }
    if (!status) {
        describer->base.ops = &ops;
        *out = &describer->base;
        describer = NULL;
    }
    free(describer);
    ica_buffer_clear(&tree_path);
    ica_buffer_clear(&names_path);
    return status;
}
