/* SPDX-License-Identifier: Apache-2.0 */
/* Where the program's own files are. An installed program and one in a build folder look the same:
 * PREFIX/bin/image-cluster-ai and PREFIX/share/image-cluster-ai/{models,concepts,weights}. */
#ifndef ICA_PROGRAM_PATHS_H
#define ICA_PROGRAM_PATHS_H

#include "base/error.h"

#define ICA_MAX_PATH 4096

/* "folder/name", or `folder` where `name` is "". ICA_EINVALID if that is too long. */
enum ica_status ica_path_join(char path[ICA_MAX_PATH], const char *folder, const char *name,
                              struct ica_error *err) ICA_MUST_CHECK;

/* The folder of manifests, concepts and weights: `wanted`, or the one beside the program if that is
 * "". ICA_EIO (the program cannot find itself), ICA_EINVALID. */
enum ica_status ica_path_data_dir(char path[ICA_MAX_PATH], const char *wanted,
                                  struct ica_error *err) ICA_MUST_CHECK;

/* The file of the user's own concepts: `wanted`, or the one among the user's data if that is "".
 * ICA_EINVALID (there is no folder for the user's data). */
enum ica_status ica_path_own_concepts(char path[ICA_MAX_PATH], const char *wanted,
                                      struct ica_error *err) ICA_MUST_CHECK;

/* The user's store of models: `wanted`, or the one among the user's data if that is "".
 * ICA_EINVALID (there is no folder for the user's data). */
enum ica_status ica_path_model_store(char path[ICA_MAX_PATH], const char *wanted,
                                     struct ica_error *err) ICA_MUST_CHECK;

/* The file of the index of embedded images, likewise. */
enum ica_status ica_path_index(char path[ICA_MAX_PATH], const char *wanted,
                               struct ica_error *err) ICA_MUST_CHECK;

/* The folder for compiled models: `wanted`, or the user's cache folder if that is ""; made if need
 * be. "" when there is none to be had, which costs a few tenths of a second per start. */
void ica_path_cache_dir(char path[ICA_MAX_PATH], const char *wanted);

#endif
