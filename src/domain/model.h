/* SPDX-License-Identifier: Apache-2.0 */
/* A model as its manifest describes it. Every result carries name, version and weights' hash;
 * vectors of different models are never compared. */
#ifndef ICA_DOMAIN_MODEL_H
#define ICA_DOMAIN_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "domain/image/resize.h"

#define ICA_MAX_MODEL_NAME    64
#define ICA_MAX_MODEL_VERSION 32
#define ICA_MAX_MODEL_TENSOR  64
#define ICA_MIN_MODEL_SIDE    8
#define ICA_MAX_MODEL_SIDE    2048
#define ICA_MAX_DIM           65536
#define ICA_MAX_CLASSES       65536
#define ICA_SHA256_HEX_SIZE   65

enum ica_input_layout {
    ICA_LAYOUT_NHWC, /* a pixel's samples beside each other */
    ICA_LAYOUT_NCHW, /* a plane per channel */
};

/* How the pixels of a square become the numbers of the graph's input. */
struct ica_model_input {
    char name[ICA_MAX_MODEL_TENSOR];
    enum ica_input_layout layout;
    bool is_bgr;
    bool is_float; /* else 8-bit samples as they are, and the graph normalises itself */
    /* Per channel in RGB order, for samples of 0 to 255: (sample - mean) * scale */
    float mean[3];
    float scale[3];
};

/* How an output becomes one vector per image. */
enum ica_pooling {
    ICA_POOLING_NONE,  /* it is one: [n, dim] */
    ICA_POOLING_FIRST, /* the first token of [n, tokens, dim], the class token of a ViT */
    ICA_POOLING_MEAN,  /* the mean of all tokens of [n, tokens, dim] */
};

/* The text tower of a model that reads words: vectors of the same space as the images'. */
struct ica_text_tower {
    char input[ICA_MAX_MODEL_TENSOR];  /* token ids; "" when the model has no such tower */
    char mask[ICA_MAX_MODEL_TENSOR];   /* 1 for a token, 0 for padding; "" when there is none */
    char output[ICA_MAX_MODEL_TENSOR]; /* dim numbers per text */
    size_t context;                    /* tokens that it reads; a shorter text is filled up */
    bool is_32_bit;                    /* ids and mask are 32-bit numbers, else 64-bit ones */
};

struct ica_model {
    char name[ICA_MAX_MODEL_NAME];            /* "efficientnet-lite2" */
    char version[ICA_MAX_MODEL_VERSION];      /* "1" */
    char licence[64];                         /* SPDX expression */
    char weights_sha256[ICA_SHA256_HEX_SIZE]; /* lower-case hex */
    struct ica_crop crop; /* resize rule; what is seen is a square of crop.size */
    struct ica_model_input input;
    size_t dim;       /* numbers per embedding, > 0 */
    size_t n_classes; /* class logits of the same pass, or 0 */
    enum ica_pooling pooling;
    char embedding_output[ICA_MAX_MODEL_TENSOR];
    char logits_output[ICA_MAX_MODEL_TENSOR]; /* "" when n_classes is 0 */
    struct ica_text_tower text;
};

/* Whether `name` is the model's name, with or without its version: NAME or NAME@VERSION. */
bool ica_model_is_called(const struct ica_model *model, const char *name);

/* Whether vectors of the two may be compared: same name, version and weights. */
bool ica_model_is_same(const struct ica_model *a, const struct ica_model *b);

#endif
