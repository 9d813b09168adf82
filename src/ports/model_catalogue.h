/* SPDX-License-Identifier: Apache-2.0 */
/* Port: model catalogue. The models that the program knows by manifest, and where their weights
 * are. Read once at start; thread-safe afterwards. */
#ifndef ICA_PORTS_MODEL_CATALOGUE_H
#define ICA_PORTS_MODEL_CATALOGUE_H

#include <stdbool.h>
#include <stddef.h>

#include "domain/model.h"

struct ica_catalogue_entry {
    struct ica_model model;
    char *graph_path; /* owned by the catalogue: the file that the engine reads */
    bool installed;   /* all files are there with the sizes that the manifest gives */
};

struct ica_model_catalogue {
    struct ica_catalogue_entry *entries; /* by name */
    size_t n_entries;
};

#endif
