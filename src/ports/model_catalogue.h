/* SPDX-License-Identifier: Apache-2.0 */
/* Port: model catalogue. The models that the program knows by manifest, and where their files are.
 * Read once at start; thread-safe afterwards. */
#ifndef ICA_PORTS_MODEL_CATALOGUE_H
#define ICA_PORTS_MODEL_CATALOGUE_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "domain/model.h"
#include "domain/model_package.h"

struct ica_catalogue_entry {
    struct ica_model model;
    struct ica_model_package package;
    /* Owned by the catalogue; a file is where it lies or, if it is missing, where it should. */
    char *manifest_path;
    char *folder;          /* that holds the files */
    char *graph_path;      /* the file that the engine reads */
    char *text_graph_path; /* NULL without a text tower */
    char *tokenizer_path;  /* likewise */
    char *problem;         /* why a manifest of the store cannot be used, or NULL */
    bool in_store;         /* its manifest is one of the store, else one of the program */
    bool installed;        /* complete, and all files are there with the sizes it gives */
};

struct ica_model_catalogue {
    struct ica_catalogue_entry *entries; /* by name */
    size_t n_entries;
};

/* The entry of that name; NULL if there is none. */
static inline const struct ica_catalogue_entry *
ica_catalogue_find(const struct ica_model_catalogue *catalogue, const char *name)
{
    for (size_t i = 0; i < catalogue->n_entries; i++) {
        if (strcmp(catalogue->entries[i].model.name, name) == 0) {
            return &catalogue->entries[i];
        }
    }
    return NULL;
}

#endif
