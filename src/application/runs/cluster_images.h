/* SPDX-License-Identifier: Apache-2.0 */
/* Use case: many images in, described groups out.
 *
 * A run is opened, fed one file after another, and finished:
 *
 *     ica_run_open -> ica_run_add ... ica_run_add -> ica_run_finish -> ica_run_close
 *
 * Files are decoded and embedded on the executor's workers while the next ones come in; each file's
 * bytes are released as soon as it is decoded. How to group them need be known only at the end. A
 * file that cannot be read becomes an entry of `errors` in the result and disturbs no other. A run
 * belongs to one thread at a time. */
#ifndef ICA_APPLICATION_RUNS_CLUSTER_IMAGES_H
#define ICA_APPLICATION_RUNS_CLUSTER_IMAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "application/models/model_set.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/parallel.h"
#include "domain/clustering/clustering.h"
#include "domain/description/concepts/own_concepts.h"
#include "domain/result.h"
#include "ports/clock.h"
#include "ports/concept_store.h"
#include "ports/decoder.h"
#include "ports/describer.h"
#include "ports/description_cache.h"
#include "ports/embedder.h"
#include "ports/encoder.h"
#include "ports/executor.h"
#include "ports/file_source.h"

/* The ports that runs work with; all borrowed, all thread-safe. */
struct ica_engine {
    struct ica_decoder *decoder;
    struct ica_embedder *embedder; /* of runs that choose no other */
    struct ica_model_set *models;  /* what they may choose from; NULL: nothing */
    struct ica_executor *executor;
    struct ica_clock *clock;
    const struct ica_encoder *encoder;
    /* NULL after the last. The first looks at no pictures: it describes what the others cannot. */
    struct ica_describer *const *describers;
    /* Looks at images for models without classes; NULL: they are described by their colours. */
    struct ica_embedder *classifier;
    struct ica_description_cache *descriptions; /* NULL: nothing is remembered */
    struct ica_concept_store *own_concepts;     /* NULL: the user can teach none */
};

#define ICA_MAX_IMAGES 1000000
/* As a describer's name: */
#define ICA_NO_DESCRIBER   "none" /* leave the groups without a text */
#define ICA_AUTO_DESCRIBER "auto" /* the model's own words where it reads any, else the first */

enum ica_thumbnails {
    ICA_THUMBNAILS_UNSET, /* none */
    ICA_THUMBNAILS_NONE,
    ICA_THUMBNAILS_FOREIGN, /* of formats that browsers do not show */
    ICA_THUMBNAILS_ALL,
};

/* What a run must know before its first file. */
struct ica_run_options {
    size_t max_images; /* 1 to ICA_MAX_IMAGES */
    /* Files that no worker has begun may take so much memory before add waits, one of them whatever
     * its size; 0 = there may be two per worker. */
    size_t max_waiting_bytes;
    bool exact_pixels; /* models see what PyTorch's transforms would make, see ports/decoder.h */
    enum ica_thumbnails thumbnails;
    uint32_t thumbnail_side; /* the longer one */
    /* For describers that look at pictures; borrowed. NULL: the files are gone once they are read,
     * and such a describer can describe nothing. */
    struct ica_file_source *files;
};

/* What it must know at the end. */
struct ica_grouping_options {
    struct ica_clustering_options clustering;
    const char *describer;      /* name of one of the engine's, or one of the above; borrowed */
    enum ica_language language; /* of the descriptions */
};

/* How far a run is with its files; those that cannot be read count as well. */
struct ica_run_counts {
    size_t received;
    size_t decoded;
    size_t embedded;
};

struct ica_run;

/* The defaults: automatic strategy, automatic describer, no hierarchy. */
struct ica_grouping_options ica_grouping_options_default(void);

/* The engine's describer of that name for images of `model`; `*out` is NULL for ICA_NO_DESCRIBER.
 * ICA_EINVALID (there is none, or it needs a model that reads words). */
enum ica_status ica_engine_find_describer(const struct ica_engine *engine,
                                          const struct ica_model *model, const char *name,
                                          struct ica_describer **out,
                                          struct ica_error *err) ICA_MUST_CHECK;

/* Open a run. `monitor` may be NULL; it hears of each of the stages "embedding", "clustering" and
 * "describing", in this order, from within add and finish, and may cancel there. ICA_EBUSY (too
 * many runs at once), ICA_ENOMEM. `*out` must be closed. */
enum ica_status ica_run_open(struct ica_run **out, const struct ica_engine *engine,
                             const struct ica_run_options *options,
                             const struct ica_monitor *monitor,
                             struct ica_error *err) ICA_MUST_CHECK;

/* Let `embedder`, one of the engine's models, look at the files. ICA_EINVALID (there were files
 * already). */
enum ica_status ica_run_set_embedder(struct ica_run *run, struct ica_embedder *embedder,
                                     struct ica_error *err) ICA_MUST_CHECK;

/* Add a file: `name` of `name_size` bytes (any bytes; see domain/image/image_id.h) and its content,
 * which is moved out of `*file`. Waits while the workers are behind. ICA_EINVALID (more than
 * max_images), ICA_ECANCELLED, ICA_ENOMEM end the run; a bad image does not. */
enum ica_status ica_run_add(struct ica_run *run, const char *name, size_t name_size,
                            struct ica_buffer *file, struct ica_error *err) ICA_MUST_CHECK;

/* Record a file whose content could not be had, for the `reason` given. Fails like add. */
enum ica_status ica_run_reject(struct ica_run *run, const char *name, size_t name_size,
                               const struct ica_error *reason,
                               struct ica_error *err) ICA_MUST_CHECK;

/* Want fewer thumbnails than before: files that are not decoded yet are spared the work, and what
 * was made already is left out of the result. */
void ica_run_limit_thumbnails(struct ica_run *run, enum ica_thumbnails thumbnails);

/* To be asked by the thread to which the run belongs, also from within its monitor. */
struct ica_run_counts ica_run_counts(const struct ica_run *run);

/* Wait for all files, group and describe them, and put the result into the all-zero `*result`,
 * owned by the caller. With no readable image at all it fails with the first file's status and a
 * message that names it. ICA_EINVALID (no file was added, unknown describer, what clustering
 * refuses), ICA_ECANCELLED, ICA_ENOMEM, ICA_EMODEL. To be called once. */
enum ica_status ica_run_finish(struct ica_run *run, const struct ica_grouping_options *options,
                               struct ica_result *result, struct ica_error *err) ICA_MUST_CHECK;

/* Wait for all files and learn from those that can be read the all-zero `*concept`, owned by the
 * caller. `*result` gets their images and errors, without groups. With no readable image at all it
 * fails like finish. ICA_EINVALID (too few images, a bad name), ICA_ECANCELLED, ICA_ENOMEM. To be
 * called once, instead of finish. */
enum ica_status ica_run_learn(struct ica_run *run, const char *name,
                              struct ica_own_concept *concept, struct ica_result *result,
                              struct ica_error *err) ICA_MUST_CHECK;

/* What became of the file that was added or rejected as number `file`, from 0 on: `vector`, the
 * model.dim floats that the model made of it, or NULL and the reason. Both are borrowed. What is
 * returned but ICA_OK ends the visit. */
typedef enum ica_status ica_run_visit(void *context, size_t file, const float *vector,
                                      const struct ica_error *failure, struct ica_error *err);

/* Wait for all files and show the `visit` each of them, in order; none is grouped. ICA_ECANCELLED,
 * or what the visit returns. To be called once, instead of finish. */
enum ica_status ica_run_embed(struct ica_run *run, ica_run_visit *visit, void *context,
                              struct ica_error *err) ICA_MUST_CHECK;

/* Cancel what is still queued, wait for what is being worked on, and release the run. */
void ica_run_close(struct ica_run *run);

#endif
