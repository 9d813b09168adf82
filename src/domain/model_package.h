/* SPDX-License-Identifier: Apache-2.0 */
/* What a model comes in: the files, where they are from, and whether their contents are known. */
#ifndef ICA_DOMAIN_MODEL_PACKAGE_H
#define ICA_DOMAIN_MODEL_PACKAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "domain/model.h"

#define ICA_MAX_MODEL_FILES      32
#define ICA_MAX_MODEL_FILE_NAME  128
#define ICA_MAX_MODEL_URL        512
#define ICA_MAX_MODEL_FILE_BYTES (UINT64_C(1) << 40)

/* A file of the model; it lies in the model's own folder. */
struct ica_model_file {
    char name[ICA_MAX_MODEL_FILE_NAME];
    uint64_t size_bytes;              /* 0 when it is not known yet */
    char sha256[ICA_SHA256_HEX_SIZE]; /* lower-case hex; "" when it is not known yet */
    char url[ICA_MAX_MODEL_URL];      /* where it can be had; "" when nowhere */
};

struct ica_model_package {
    char title[128];
    char source[256];                         /* where the weights are from, for people */
    char preset[32];                          /* whose preprocessing it uses; "" for its own */
    char class_set[32];                       /* what the classes are; "" without any */
    char graph[ICA_MAX_MODEL_FILE_NAME];      /* one of `files` */
    char weights[ICA_MAX_MODEL_FILE_NAME];    /* one of `files`; the graph where it holds them */
    char text_graph[ICA_MAX_MODEL_FILE_NAME]; /* one of `files`; "" without a text tower */
    char tokenizer[ICA_MAX_MODEL_FILE_NAME];  /* likewise */
    bool is_unverified; /* addresses or hashes were never tried by whoever wrote them down */
    bool is_complete;   /* tensors, dimension and hashes are known; else a pull finds them */
    bool needs_convert; /* made from a package of Python by tools/setup.sh */
    size_t n_files;
    struct ica_model_file files[ICA_MAX_MODEL_FILES];
};

/* The file of that name; NULL if it is none of the package. */
const struct ica_model_file *ica_model_package_find(const struct ica_model_package *package,
                                                    const char *name);

/* Whether each file says where it can be had. */
bool ica_model_package_is_pullable(const struct ica_model_package *package);

/* Bytes of all files, as far as they are known. */
uint64_t ica_model_package_bytes(const struct ica_model_package *package);

/* Whether a model may be called that: 1 to 63 letters, digits, '.', '_' and '-', no dot first. */
bool ica_model_name_is_plain(const char *name);

/* Whether a file may be called that: no path, nothing hidden, no control character. */
bool ica_model_file_name_is_plain(const char *name);

#endif
