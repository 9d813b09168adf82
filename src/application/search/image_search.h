/* SPDX-License-Identifier: Apache-2.0 */
/* Use case: which images of an index are nearest to some words or to an image.
 *
 * The vectors pass by one after the other and the best are kept, so that memory depends on how many
 * are wanted and not on how many there are. Scores are cosines in double, added in a fixed order:
 * the same on every machine. */
#ifndef ICA_APPLICATION_SEARCH_IMAGE_SEARCH_H
#define ICA_APPLICATION_SEARCH_IMAGE_SEARCH_H

#include <stdbool.h>
#include <stddef.h>

#include "application/runs/cluster_images.h"
#include "ports/image_index.h"
#include "ports/text_embedder.h"

#define ICA_MAX_SEARCH_HITS 10000

/* What is looked for: a vector and the model that made it. */
struct ica_search_query {
    struct ica_model model;
    float *vector; /* owned; model.dim floats of length one */
};

struct ica_search_options {
    size_t limit;     /* 1 to ICA_MAX_SEARCH_HITS */
    double threshold; /* the least score, -1 to 1 */
    bool recursive;   /* also what lies in the folders of the folder */
};

struct ica_search_hit {
    size_t folder; /* as it was numbered by the caller */
    char *path;    /* owned; relative to the folder */
    double score;  /* cosine, -1 to 1 */
};

/* Starts all zero. */
struct ica_search_hits {
    struct ica_search_hit *items; /* owned */
    size_t n_items;
    size_t capacity;
    size_t n_searched; /* images that were compared */
};

/* Fill the all-zero `out`, to be cleared by the caller, with what the model makes of the words.
 * ICA_EINVALID (no words), ICA_EMODEL, ICA_ETOOLARGE, ICA_ENOMEM. */
enum ica_status ica_search_query_words(struct ica_search_query *out, struct ica_text_embedder *text,
                                       const char *words, struct ica_error *err) ICA_MUST_CHECK;

/* The same of an image, whose content moves out of `*file`; `name` is for messages. Fails like the
 * decoder where it cannot be read. */
enum ica_status ica_search_query_image(struct ica_search_query *out,
                                       const struct ica_engine *engine, const char *name,
                                       struct ica_buffer *file,
                                       struct ica_error *err) ICA_MUST_CHECK;

/* The same of an image that a generation of the index has, which is called `path` there.
 * ICA_ENOTFOUND, and what the index fails with. */
enum ica_status ica_search_query_stored(struct ica_search_query *out, struct ica_image_index *index,
                                        const struct ica_index_generation *generation,
                                        const char *path, struct ica_error *err) ICA_MUST_CHECK;

void ica_search_query_clear(struct ica_search_query *query);

/* Add the images of `folder` that are nearest to `hits`, where they are from folder number
 * `number`; those that are not among the best of all folders so far are dropped. ICA_ENOTFOUND (the
 * folder is not indexed with a model of that name), ICA_EINVALID (it is with another version of it:
 * vectors of different models are never compared), ICA_ECORRUPT, ICA_ENOMEM, and what the index
 * fails with. */
enum ica_status ica_search_folder(const struct ica_search_query *query,
                                  const struct ica_search_options *options,
                                  struct ica_image_index *index, const char *folder, size_t number,
                                  struct ica_search_hits *hits,
                                  struct ica_error *err) ICA_MUST_CHECK;

/* Put the best first; equal scores by folder, then by the bytes of the path. Nothing can be added
 * afterwards. */
void ica_search_hits_sort(struct ica_search_hits *hits);

void ica_search_hits_clear(struct ica_search_hits *hits);

#endif
