/* SPDX-License-Identifier: Apache-2.0 */
/* Port: image index. Keeps the vectors of folders of images, so that an image is embedded once.
 *
 * A folder has generations: all vectors of one are of one model. Of the generations whose models
 * have the same name, one at most is current, which is complete and answers searches, and one at
 * most is next, which is being filled. A next generation becomes the current one at a stroke.
 *
 * Thread-safe: one call at a time has the index, the others wait their turn. What was changed by a
 * call that returned outlives the process, however that ends. A visitor that is called back must
 * not call the index. */
#ifndef ICA_PORTS_IMAGE_INDEX_H
#define ICA_PORTS_IMAGE_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "domain/model.h"

#define ICA_MAX_INDEX_PATH 4096 /* bytes of a path, its end included */

/* Of `model` only name, version, weights_sha256 and dim are kept; the rest is zero. */
struct ica_index_generation {
    int64_t id; /* > 0, never given twice; 0: there is none */
    struct ica_model model;
    bool is_current;
    size_t n_images; /* with a vector */
    size_t n_failed; /* that cannot be read */
};

/* A file of a generation. Paths are bytes as the file system has them, relative to the folder. */
struct ica_index_file {
    const char *path;
    uint64_t size_bytes;
    int64_t mtime_ns;    /* since the epoch */
    const char *reason;  /* why it has no vector: a sentence, "" for what is no image; or NULL */
    const float *vector; /* model.dim floats, unless there is a reason */
};

struct ica_image_index;

/* What is visited is borrowed for the call; what it returns but ICA_OK ends the visit and is
 * returned. */
typedef enum ica_status ica_index_visit_generation(void *context, const char *folder,
                                                   const struct ica_index_generation *generation,
                                                   struct ica_error *err);
typedef enum ica_status ica_index_visit_file(void *context, const struct ica_index_file *file,
                                             struct ica_error *err);

/* All fail with ICA_EBUSY (another process keeps the index locked), ICA_ECORRUPT (it is damaged),
 * ICA_EIO, ICA_ENOMEM, and what is named. A change that fails changes nothing. */
struct ica_image_index_ops {
    /* The generations of `folder`, or of all folders if it is NULL, by the bytes of the folder,
     * then by model and the current one first. */
    enum ica_status (*list)(struct ica_image_index *self, const char *folder,
                            ica_index_visit_generation *visit, void *context,
                            struct ica_error *err);

    /* The next generation of `folder` for `model`: the one that is being filled, or a new one. One
     * for another model of the same name is dropped. */
    enum ica_status (*begin)(struct ica_image_index *self, const char *folder,
                             const struct ica_model *model, int64_t *generation,
                             struct ica_error *err);

    /* The files of a generation, by the bytes of their paths; their vectors are not read. */
    enum ica_status (*files)(struct ica_image_index *self, int64_t generation,
                             ica_index_visit_file *visit, void *context, struct ica_error *err);

    /* The files that have a vector, with it, in any order; only that of `path` unless it is NULL.
     */
    enum ica_status (*vectors)(struct ica_image_index *self, int64_t generation, const char *path,
                               ica_index_visit_file *visit, void *context, struct ica_error *err);

    /* Put or replace `n` files and take the `n_gone` paths out. ICA_ENOTFOUND (the generation is
     * gone: another process has replaced it). */
    enum ica_status (*write)(struct ica_image_index *self, int64_t generation, size_t n,
                             const struct ica_index_file files[], size_t n_gone,
                             const char *const gone[], struct ica_error *err);

    /* Make the next generation the current one and drop the one that was. Nothing happens to one
     * that is current. ICA_ENOTFOUND as above. */
    enum ica_status (*promote)(struct ica_image_index *self, int64_t generation,
                               struct ica_error *err);

    /* Forget a folder; only the generations of the model of that name, unless it is NULL. ICA_OK
     * with 0 in `*n_removed` if there is nothing of the kind. */
    enum ica_status (*remove)(struct ica_image_index *self, const char *folder, const char *model,
                              size_t *n_removed, struct ica_error *err);

    /* Releases everything, `self` included. */
    void (*destroy)(struct ica_image_index *self);
};

struct ica_image_index {
    const struct ica_image_index_ops *ops;
};

static inline enum ica_status ica_image_index_list(struct ica_image_index *self, const char *folder,
                                                   ica_index_visit_generation *visit, void *context,
                                                   struct ica_error *err)
{
    return self->ops->list(self, folder, visit, context, err);
}

static inline enum ica_status ica_image_index_begin(struct ica_image_index *self,
                                                    const char *folder,
                                                    const struct ica_model *model,
                                                    int64_t *generation, struct ica_error *err)
{
    return self->ops->begin(self, folder, model, generation, err);
}

static inline enum ica_status ica_image_index_files(struct ica_image_index *self,
                                                    int64_t generation, ica_index_visit_file *visit,
                                                    void *context, struct ica_error *err)
{
    return self->ops->files(self, generation, visit, context, err);
}

static inline enum ica_status ica_image_index_vectors(struct ica_image_index *self,
                                                      int64_t generation, const char *path,
                                                      ica_index_visit_file *visit, void *context,
                                                      struct ica_error *err)
{
    return self->ops->vectors(self, generation, path, visit, context, err);
}

static inline enum ica_status ica_image_index_write(struct ica_image_index *self,
                                                    int64_t generation, size_t n,
                                                    const struct ica_index_file files[],
                                                    size_t n_gone, const char *const gone[],
                                                    struct ica_error *err)
{
    return self->ops->write(self, generation, n, files, n_gone, gone, err);
}

static inline enum ica_status ica_image_index_promote(struct ica_image_index *self,
                                                      int64_t generation, struct ica_error *err)
{
    return self->ops->promote(self, generation, err);
}

static inline enum ica_status ica_image_index_remove(struct ica_image_index *self,
                                                     const char *folder, const char *model,
                                                     size_t *n_removed, struct ica_error *err)
{
    return self->ops->remove(self, folder, model, n_removed, err);
}

static inline void ica_image_index_destroy(struct ica_image_index *self)
{
    if (self) {
        self->ops->destroy(self);
    }
}

#endif
