/* SPDX-License-Identifier: Apache-2.0 */
/* Each cluster gets a draft: the concepts to say and the colours that fit. Then the drafts are told
 * apart. */
#include "domain/description/concept_text.h"

#include <stdlib.h>

#include "base/memory.h"
#include "domain/description/contrast.h"
#include "domain/stages.h"

#define MONITOR_STEP 64

static enum ica_status look_at_monitor(const struct ica_monitor *monitor, size_t done, size_t total,
                                       struct ica_error *err)
{
    if (done % MONITOR_STEP != 0 || ica_monitor_step(monitor, ICA_STAGE_DESCRIBING, done, total)) {
        return ICA_OK;
    }
    return ica_error_set(err, ICA_ECANCELLED, "The description was cancelled.");
}

static void match_own(const struct ica_own_concepts *own, const struct ica_features *features,
                      const struct ica_cluster *cluster, struct ica_draft *draft)
{
    size_t match = own ? ica_own_concepts_match(own, features, cluster, &draft->own_share)
                       : ICA_NO_OWN_CONCEPT;
    draft->own = match == ICA_NO_OWN_CONCEPT ? NULL : own->items[match].name;
}

static enum ica_status begin_drafts(struct ica_draft *drafts, const struct ica_taxonomy *taxonomy,
                                    const struct ica_own_concepts *own,
                                    const struct ica_features *features,
                                    const struct ica_colour_shares *colours,
                                    const struct ica_clustering *clustering,
                                    const struct ica_monitor *monitor, struct ica_error *err)
{
    struct ica_concept_pool pool = {0};
    enum ica_status status = ica_concept_pool_init(&pool, taxonomy, err);
    for (size_t i = 0; !status && i < clustering->n_clusters; i++) {
        const struct ica_cluster *cluster = &clustering->clusters[i];
        match_own(own, features, cluster, &drafts[i]);
        drafts[i].has_classes = features->n_classes != 0;
        if (drafts[i].has_classes) {
            ica_concept_pool_weigh(&pool, features, cluster, &drafts[i].concepts);
        }
        ica_draft_begin(&drafts[i], taxonomy, cluster, colours);
        status = look_at_monitor(monitor, i, clustering->n_clusters, err);
    }
    ica_concept_pool_clear(&pool);
    return status;
}

enum ica_status ica_concept_text_describe(const struct ica_lexicon *lexicon,
                                          const struct ica_own_concepts *own,
                                          const struct ica_features *features,
                                          const struct ica_colour_shares *colours,
                                          const struct ica_clustering *clustering,
                                          const struct ica_monitor *monitor,
                                          struct ica_description *out, struct ica_error *err)
{
    const struct ica_taxonomy *taxonomy = &lexicon->taxonomy;
    size_t n = clustering->n_clusters;
    if (features->n_classes != 0 && features->n_classes != taxonomy->n_classes) {
        return ica_error_set(err, ICA_EMODEL, "The model knows %zu classes, the concept tree %zu.",
                             features->n_classes, taxonomy->n_classes);
    }
    struct ica_draft *drafts = ica_array_new(n, sizeof *drafts);
    if (!drafts) {
        return ica_error_nomem(err, "the descriptions");
    }
    enum ica_status status =
        begin_drafts(drafts, taxonomy, own, features, colours, clustering, monitor, err);
    for (size_t i = 0; !status && i < n; i++) {
        out[i] = (struct ica_description){0};
        ica_draft_explain(&drafts[i], taxonomy, &out[i]);
    }
    if (!status) {
        status = ica_drafts_tell_apart(drafts, n, lexicon, monitor, out, err);
    }
    free(drafts);
    return status;
}
