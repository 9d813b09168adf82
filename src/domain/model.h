/* SPDX-License-Identifier: Apache-2.0 */
/* A model as its manifest describes it. Every result carries name, version and weights' hash;
 * vectors of different models are never compared. */
#ifndef ICA_DOMAIN_MODEL_H
#define ICA_DOMAIN_MODEL_H

#include <stddef.h>
#include <stdint.h>

#include "domain/image/resize.h"

#define ICA_MAX_MODEL_NAME  64
#define ICA_MAX_TENSOR_NAME 64
#define ICA_MAX_MODEL_SIDE  2048
#define ICA_MAX_DIM         65536
#define ICA_MAX_CLASSES     65536
#define ICA_SHA256_HEX_SIZE 65

struct ica_model {
    char name[ICA_MAX_MODEL_NAME];            /* "efficientnet-lite2" */
    char version[32];                         /* "1" */
    char licence[64];                         /* SPDX expression */
    char weights_sha256[ICA_SHA256_HEX_SIZE]; /* lower-case hex */
    struct ica_crop crop; /* resize rule; the input is crop.size x crop.size RGB */
    size_t dim;           /* numbers per embedding, > 0 */
    size_t n_classes;     /* class logits of the same pass, or 0 */
    /* Names within the graph */
    char input[ICA_MAX_TENSOR_NAME];
    char embedding_output[ICA_MAX_TENSOR_NAME];
    char logits_output[ICA_MAX_TENSOR_NAME]; /* "" when n_classes is 0 */
};

#endif
