/* SPDX-License-Identifier: Apache-2.0 */
/* Adapter of the describer port: asks a server that speaks OpenAI's protocol (POST
 * /v1/chat/completions with images) what the representatives of each cluster have in common. The
 * pictures leave this program, as JPEG files in the request. */
#ifndef ICA_ADAPTERS_OPENAI_OPENAI_DESCRIBER_H
#define ICA_ADAPTERS_OPENAI_OPENAI_DESCRIBER_H

#include <stddef.h>
#include <stdint.h>

#include "ports/clock.h"
#include "ports/describer.h"
#include "ports/encoder.h"

#define ICA_MAX_OPENAI_IMAGES   8
#define ICA_MAX_OPENAI_PARALLEL 32

/* Texts are copied; encoder and clock are borrowed, and have to outlive the describer. */
struct ica_openai_config {
    const char *url;    /* "http://localhost:8080/v1" */
    const char *model;  /* "" leaves it to the server */
    const char *key;    /* "" for none; at most 8 KiB without control characters */
    const char *prompt; /* a template with {language} and {images}; "" for the usual one */
    const struct ica_encoder *encoder; /* makes JPEG files */
    struct ica_clock *clock;
    size_t n_images;        /* of a cluster at most, 1 to ICA_MAX_OPENAI_IMAGES */
    uint32_t image_side;    /* the longer one, at most */
    size_t n_parallel;      /* requests under way at once, 1 to ICA_MAX_OPENAI_PARALLEL */
    uint32_t timeout_ms;    /* of one request */
    size_t n_retries;       /* of one cluster */
    uint32_t first_wait_ms; /* before the first retry; later ones wait longer */
    size_t budget;          /* requests of one call of describe, retries included */
};

/* Open a describer that many threads may share. Nothing is sent. ICA_EINVALID (the address is
 * none), ICA_ENOMEM. */
enum ica_status ica_openai_describer_open(struct ica_describer **out,
                                          const struct ica_openai_config *config,
                                          struct ica_error *err) ICA_MUST_CHECK;

#endif
