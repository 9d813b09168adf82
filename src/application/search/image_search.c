/* SPDX-License-Identifier: Apache-2.0 */
/* Use case: search. The hits are a heap whose root is the worst of them while they are collected.
 */
#include "application/search/image_search.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "application/search/index_generation.h"
#include "base/memory.h"
#include "base/text.h"
#include "domain/vectors/dot.h"

struct collection {
    const struct ica_search_query *query;
    const struct ica_search_options *options;
    const char *folder;
    size_t number;
    struct ica_search_hits *hits;
};

/* Below 0 if `a` comes before `b`. */
static int compare_hits(const struct ica_search_hit *a, const struct ica_search_hit *b)
{
    if (a->score != b->score) {
        return a->score > b->score ? -1 : 1;
    }
    if (a->folder != b->folder) {
        return a->folder < b->folder ? -1 : 1;
    }
    return strcmp(a->path, b->path);
}

static int by_rank(const void *a, const void *b)
{
    return compare_hits(a, b);
}

static void swap(struct ica_search_hit *a, struct ica_search_hit *b)
{
    struct ica_search_hit kept = *a;
    *a = *b;
    *b = kept;
}

/* Put the last item where it belongs. */
static void sift_up(struct ica_search_hits *hits)
{
    for (size_t i = hits->n_items - 1; i > 0;) {
        size_t parent = (i - 1) / 2;
        if (compare_hits(&hits->items[i], &hits->items[parent]) <= 0) {
            return;
        }
        swap(&hits->items[i], &hits->items[parent]);
        i = parent;
    }
}

/* Put the first item where it belongs. */
static void sift_down(struct ica_search_hits *hits)
{
    for (size_t i = 0;;) {
        size_t worst = i;
        for (size_t child = 2 * i + 1; child <= 2 * i + 2 && child < hits->n_items; child++) {
            worst = compare_hits(&hits->items[child], &hits->items[worst]) > 0 ? child : worst;
        }
        if (worst == i) {
            return;
        }
        swap(&hits->items[i], &hits->items[worst]);
        i = worst;
    }
}

/* Keep a copy of `hit`, whose path is borrowed, if it is among the best. */
static enum ica_status offer(struct ica_search_hits *hits, size_t limit,
                             const struct ica_search_hit *hit, struct ica_error *err)
{
    bool is_full = hits->n_items >= limit;
    if (is_full && compare_hits(hit, &hits->items[0]) >= 0) {
        return ICA_OK;
    }
    struct ica_search_hit kept = *hit;
    kept.path = ica_text_copy(hit->path);
    if (!kept.path || !ica_array_reserve((void **)&hits->items, &hits->capacity, hits->n_items + 1,
                                         ICA_MAX_SEARCH_HITS + 1, sizeof *hits->items)) {
        free(kept.path);
        return ica_error_nomem(err, "the images that were found");
    }
    if (is_full) {
        free(hits->items[0].path);
        hits->items[0] = kept;
        sift_down(hits);
    } else {
        hits->items[hits->n_items++] = kept;
        sift_up(hits);
    }
    return ICA_OK;
}

static enum ica_status collect(void *context, const struct ica_index_file *file,
                               struct ica_error *err)
{
    struct collection *collection = context;
    const struct ica_search_query *query = collection->query;
    if (!collection->options->recursive && strchr(file->path, '/')) {
        return ICA_OK;
    }
    double score = ica_dot(query->vector, file->vector, query->model.dim);
    if (!isfinite(score)) {
        return ica_error_set(err, ICA_ECORRUPT,
                             "The index of %.200s holds no numbers for %.100s: `image-cluster-ai "
                             "index remove` forgets it, and the next search makes it anew.",
                             collection->folder, file->path);
    }
    score = fmax(-1, fmin(1, score)); /* lengths are one but for rounding */
    collection->hits->n_searched++;
    if (score < collection->options->threshold) {
        return ICA_OK;
    }
    const struct ica_search_hit hit = {
        .folder = collection->number,
        .path = (char *)file->path,
        .score = score,
    };
    return offer(collection->hits, collection->options->limit, &hit, err);
}

static enum ica_status check_generation(const struct ica_index_generation *current,
                                        const struct ica_model *model, const char *folder,
                                        struct ica_error *err)
{
    if (ica_index_is_of(current, model)) {
        return ICA_OK;
    }
    if (current->id == 0) {
        return ica_error_set(err, ICA_ENOTFOUND,
                             "Folder %.200s is not indexed with model %s yet: search it without "
                             "--no-update, which does that first.",
                             folder, model->name);
    }
    return ica_error_set(err, ICA_EINVALID,
                         "Folder %.200s is indexed with model %s@%s (weights %.12s), the search is "
                         "with %s@%s (weights %.12s): vectors of different models cannot be "
                         "compared. Search without --no-update, which embeds it anew.",
                         folder, current->model.name, current->model.version,
                         current->model.weights_sha256, model->name, model->version,
                         model->weights_sha256);
}

enum ica_status ica_search_folder(const struct ica_search_query *query,
                                  const struct ica_search_options *options,
                                  struct ica_image_index *index, const char *folder, size_t number,
                                  struct ica_search_hits *hits, struct ica_error *err)
{
    struct ica_index_generation current;
    struct collection collection = {
        .query = query,
        .options = options,
        .folder = folder,
        .number = number,
        .hits = hits,
    };
    if (options->limit == 0 || options->limit > ICA_MAX_SEARCH_HITS) {
        return ica_error_set(err, ICA_EINVALID, "A search gives 1 to %d images.",
                             ICA_MAX_SEARCH_HITS);
    }
    enum ica_status status = ica_index_find_current(index, folder, &query->model, &current, err);
    if (!status) {
        status = check_generation(&current, &query->model, folder, err);
    }
    return status ? status
                  : ica_image_index_vectors(index, current.id, NULL, collect, &collection, err);
}

void ica_search_hits_sort(struct ica_search_hits *hits)
{
    if (hits->n_items > 0) {
        qsort(hits->items, hits->n_items, sizeof *hits->items, by_rank);
    }
}

void ica_search_hits_clear(struct ica_search_hits *hits)
{
    for (size_t i = 0; i < hits->n_items; i++) {
        free(hits->items[i].path);
    }
    free(hits->items);
    *hits = (struct ica_search_hits){0};
}
