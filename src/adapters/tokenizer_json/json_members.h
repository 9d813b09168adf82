/* SPDX-License-Identifier: Apache-2.0 */
/* Members of a tokenizer.json, checked for type and range. */
#ifndef ICA_ADAPTERS_TOKENIZER_JSON_JSON_MEMBERS_H
#define ICA_ADAPTERS_TOKENIZER_JSON_JSON_MEMBERS_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

#define ICA_MAX_TOKENIZER_STEPS 16      /* of a Sequence, nested ones counted in */
#define ICA_MAX_TOKENIZER_DEPTH 8       /* of Sequences in one another */
#define ICA_MAX_TOKEN_ID        4194303 /* the largest vocabularies known have 262,144 tokens */

/* While a file is read. */
struct ica_token_reader {
    const char *path; /* for messages */
    struct ica_error *err;
};

/* The name in "type"; "" if there is none. */
const char *ica_token_type(const json_t *object);

/* ICA_EINVALID: `member` must be `wanted`. */
enum ica_status ica_token_wrong(const struct ica_token_reader *reader, const char *member,
                                const char *wanted);

/* ICA_EUNAVAILABLE: `found` in `member` is nothing that this program knows; `known` lists it. */
enum ica_status ica_token_unknown(const struct ica_token_reader *reader, const char *member,
                                  const char *found, const char *known);

/* A member that may be absent or null, and is `fallback` then. ICA_EINVALID. */
enum ica_status ica_token_flag(const struct ica_token_reader *reader, const json_t *object,
                               const char *member, bool fallback, bool *out) ICA_MUST_CHECK;

/* A token's id, from 0 to ICA_MAX_TOKEN_ID. ICA_EINVALID. */
enum ica_status ica_token_id(const struct ica_token_reader *reader, const json_t *value,
                             const char *member, uint32_t *out) ICA_MUST_CHECK;

/* Call `read` for each step of `node`: for what a Sequence holds in `list`, else for itself. At
 * most ICA_MAX_TOKENIZER_STEPS; null has none. What `read` says, ICA_EINVALID. */
enum ica_status ica_token_steps(const struct ica_token_reader *reader, const json_t *node,
                                const char *member, const char *list,
                                enum ica_status (*read)(const struct ica_token_reader *reader,
                                                        const json_t *step, void *context),
                                void *context) ICA_MUST_CHECK;

#endif
