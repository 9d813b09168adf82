/* SPDX-License-Identifier: Apache-2.0 */
/* Which model a search or an index works with. */
#ifndef ICA_CLI_SEARCH_SEARCH_MODEL_H
#define ICA_CLI_SEARCH_SEARCH_MODEL_H

#include "cli/program.h"
#include "ports/image_index.h"

/* Put the name of the model, borrowed from `wanted` or the catalogue, into `*out`: `wanted` unless
 * that is "", or of the installed models that will do (with `words`, those that read them) the
 * first of these: the store's default model, if `folder` is indexed with it; another one that it is
 * indexed with; the default model; any. ICA_ENOTFOUND (none will do; the message says how to get
 * one), and what the index and the store fail with. */
enum ica_status ica_search_model_choose(const struct ica_models *models,
                                        struct ica_image_index *index, const char *folder,
                                        const char *wanted, bool words, const char **out,
                                        struct ica_error *err) ICA_MUST_CHECK;

#endif
