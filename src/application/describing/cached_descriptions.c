/* SPDX-License-Identifier: Apache-2.0 */
/* A describer behind a cache.
 *
 * The vector that the model makes of an image depends on the image alone, to the last bit, so it
 * stands for the content: its hash is a member's, and the sorted hashes of the members are the
 * cluster's, whatever their order. */
#include "application/describing/cached_descriptions.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* The clusters that are not in the cache, as a clustering of their own. */
struct missing {
    struct ica_description_key *keys; /* one per cluster of the request */
    size_t *clusters;                 /* which of them are missing */
    size_t n;
    struct ica_cluster *asked; /* borrow the members */
    struct ica_description *answers;
};

static int compare_keys(const void *a, const void *b)
{
    return strcmp(((const struct ica_description_key *)a)->text,
                  ((const struct ica_description_key *)b)->text);
}

static struct ica_description_key key_of_image(const struct ica_features *features, size_t row)
{
    struct ica_sha256 hash;
    struct ica_description_key key;
    ica_sha256_init(&hash);
    ica_sha256_add(&hash, features->embeddings + row * features->dim,
                   features->dim * sizeof *features->embeddings);
    ica_sha256_text(&hash, key.text);
    return key;
}

/* The key of a cluster; `members` has room for those of its members. */
static void make_key(const struct ica_describer *describer,
                     const struct ica_describe_request *request, const struct ica_cluster *cluster,
                     struct ica_description_key *members, struct ica_description_key *key)
{
    for (size_t m = 0; m < cluster->n_members; m++) {
        members[m] = key_of_image(request->features, cluster->members[m]);
    }
    qsort(members, cluster->n_members, sizeof *members, compare_keys);
    struct ica_sha256 hash;
    const char *language = ica_language_code(request->language);
    ica_sha256_init(&hash);
    ica_sha256_add(&hash, describer->ops->name, strlen(describer->ops->name) + 1);
    ica_sha256_add(&hash, language, strlen(language) + 1);
    ica_sha256_add(&hash, members, cluster->n_members * sizeof *members);
    ica_sha256_text(&hash, key->text);
}

static enum ica_status look_up(struct ica_description_cache *cache,
                               const struct ica_describer *describer,
                               const struct ica_describe_request *request, struct missing *missing,
                               struct ica_description *out, struct ica_error *err)
{
    const struct ica_clustering *clustering = request->clustering;
    size_t n_most = 1;
    for (size_t c = 0; c < clustering->n_clusters; c++) {
        size_t n = clustering->clusters[c].n_members;
        n_most = n > n_most ? n : n_most;
    }
    struct ica_description_key *members = ica_array_new(n_most, sizeof *members);
    missing->keys = ica_array_new(clustering->n_clusters, sizeof *missing->keys);
    missing->clusters = ica_array_new(clustering->n_clusters, sizeof *missing->clusters);
    missing->asked = ica_array_new(clustering->n_clusters, sizeof *missing->asked);
    missing->answers = ica_array_new(clustering->n_clusters, sizeof *missing->answers);
    if (!members || !missing->keys || !missing->clusters || !missing->asked || !missing->answers) {
        free(members);
        return ica_error_nomem(err, "the descriptions");
    }
    for (size_t c = 0; c < clustering->n_clusters; c++) {
        make_key(describer, request, &clustering->clusters[c], members, &missing->keys[c]);
        if (!ica_description_cache_find(cache, &missing->keys[c], &out[c])) {
            missing->asked[missing->n] = clustering->clusters[c];
            missing->clusters[missing->n++] = c;
        }
    }
    free(members);
    return ICA_OK;
}

static enum ica_status ask(struct ica_description_cache *cache, struct ica_describer *describer,
                           const struct ica_describe_request *request,
                           const struct ica_monitor *monitor, const struct missing *missing,
                           struct ica_description *out, struct ica_error *err)
{
    const struct ica_clustering clustering = {
        .n = request->clustering->n,
        .n_clusters = missing->n,
        .clusters = missing->asked,
        .near_duplicates = request->clustering->near_duplicates,
    };
    struct ica_describe_request of_missing = *request;
    of_missing.clustering = &clustering;
    enum ica_status status =
        ica_describer_describe(describer, &of_missing, monitor, missing->answers, err);
    for (size_t i = 0; i < missing->n && !status; i++) {
        size_t c = missing->clusters[i];
        out[c] = missing->answers[i];
        if (out[c].text[0]) {
            ica_description_cache_keep(cache, &missing->keys[c], &out[c]);
        }
    }
    return status;
}

enum ica_status ica_describe_cached(struct ica_description_cache *cache,
                                    struct ica_describer *describer,
                                    const struct ica_describe_request *request,
                                    const struct ica_monitor *monitor, struct ica_description *out,
                                    struct ica_error *err)
{
    struct missing missing = {0};
    enum ica_status status = look_up(cache, describer, request, &missing, out, err);
    if (!status && missing.n > 0) {
        status = ask(cache, describer, request, monitor, &missing, out, err);
    }
    free(missing.keys);
    free(missing.clusters);
    free(missing.asked);
    free(missing.answers);
    return status;
}
