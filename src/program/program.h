/* SPDX-License-Identifier: Apache-2.0 */
/* The composition root: the only folder that names concrete adapters. It chooses and connects them
 * for the command that the command line asks for. */
#ifndef ICA_PROGRAM_PROGRAM_H
#define ICA_PROGRAM_PROGRAM_H

#include "application/models/model_set.h"
#include "application/search/library.h"
#include "cli/program.h"
#include "cli/search/image_folder.h"
#include "domain/description/words/phrases.h"
#include "http/server.h"
#include "ports/captioner.h"
#include "ports/download.h"
#include "ports/inference.h"
#include "ports/model_store.h"
#include "ports/vector_cache.h"
#include "program/paths.h"

#define ICA_MAX_DESCRIBERS 4

/* Everything that was opened; NULL or empty until then. */
struct program {
    struct ica_program base;
    struct ica_model_store *store; /* NULL where the user has no home */
    struct ica_model_catalogue *catalogue;
    struct ica_downloader *downloader;
    struct ica_executor *executor;
    struct ica_colour *colour;
    struct ica_decoder *decoder;
    struct ica_inference *inference;
    char cache_dir[ICA_MAX_PATH]; /* of compiled models; "" if there is none */
    struct ica_model_set *models;
    struct ica_embedder *embedder; /* one of the models */
    struct ica_concept_store *own_concepts;
    struct ica_description_cache *descriptions;
    struct ica_captioner *captioner;
    struct ica_phrases class_names;
    struct ica_phrases phrases; /* the user's */
    struct ica_vector_cache *word_vectors;
    struct ica_describer *describers[ICA_MAX_DESCRIBERS + 1]; /* NULL after the last */
    struct ica_image_index *index;
    struct ica_walked_folder library_folder;
    struct ica_library *library; /* NULL: the server keeps none */
    struct ica_http_server *server;
};

/* ---- For the command line; see cli/program.h --------------------------------------------------
 */

enum ica_status ica_program_open_engine(struct ica_program *self,
                                        const struct ica_settings *settings, struct ica_engine *out,
                                        struct ica_error *err);
enum ica_status ica_program_open_search(struct ica_program *self,
                                        const struct ica_settings *settings, const char *model,
                                        bool words, struct ica_search_engine *out,
                                        struct ica_error *err);
enum ica_status ica_program_open_index(struct ica_program *self,
                                       const struct ica_settings *settings,
                                       struct ica_image_index **out, struct ica_error *err);
enum ica_status ica_program_open_models(struct ica_program *self,
                                        const struct ica_settings *settings, bool with_engine,
                                        struct ica_models *out, struct ica_error *err);
enum ica_status ica_program_open_concepts(struct ica_program *self,
                                          const struct ica_settings *settings,
                                          struct ica_concept_store **out, struct ica_error *err);
enum ica_status ica_program_serve(struct ica_program *self, const struct ica_settings *settings,
                                  struct ica_error *err);

/* ---- Parts of the engine, in the order in which they are opened -------------------------------
 */

/* One engine computes all models; opened by whoever needs it first. */
enum ica_status ica_program_open_inference(struct program *program, struct ica_error *err);

/* How many work at once: as the settings say, or one per processor. */
size_t ica_program_n_threads(const struct ica_settings *settings);

enum ica_status ica_program_open_decoder(struct program *program,
                                         const struct ica_settings *settings,
                                         struct ica_error *err);

/* Concepts come first: they need no pictures. */
enum ica_status ica_program_open_describers(struct program *program,
                                            const struct ica_settings *settings, size_t n_threads,
                                            struct ica_error *err);

/* Who has no home can do without own concepts, unless they are what the command is about. */
enum ica_status ica_program_open_own_concepts(struct program *program,
                                              const struct ica_settings *settings,
                                              struct ica_error *err);

/* The catalogue and the models of it that are installed. */
enum ica_status ica_program_open_model_set(struct program *program,
                                           const struct ica_settings *settings, size_t n_threads,
                                           struct ica_error *err);

/* Where a model reads words there is a describer that uses them. */
enum ica_status ica_program_open_zero_shot(struct program *program,
                                           const struct ica_settings *settings,
                                           struct ica_error *err);

/* The model that looks at images unless another one is chosen is loaded before anybody waits. */
enum ica_status ica_program_choose_model(struct program *program,
                                         const struct ica_settings *settings,
                                         struct ica_error *err);

/* The installed model of that name; the message says why there is none. */
enum ica_status ica_program_find_model(struct program *program, const char *name,
                                       struct ica_embedder **out, struct ica_error *err);

/* The folder that the server keeps indexed, if the settings name one. */
enum ica_status ica_program_open_library(struct program *program,
                                         const struct ica_settings *settings,
                                         const struct ica_engine *engine, struct ica_error *err);

/* Of the installed models with a classifier the one that knows most: the one that sees most pixels.
 * NULL if there is none. */
struct ica_embedder *ica_program_find_classifier(struct ica_model_set *models);

/* The weights beside the program; those of the store come before them. */
enum ica_status ica_program_find_weights(char weights[ICA_MAX_PATH],
                                         const struct ica_settings *settings,
                                         struct ica_error *err);

#endif
