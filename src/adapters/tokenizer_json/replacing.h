/* SPDX-License-Identifier: Apache-2.0 */
/* A "pattern" of a tokenizer.json with what it does to a text. */
#ifndef ICA_ADAPTERS_TOKENIZER_JSON_REPLACING_H
#define ICA_ADAPTERS_TOKENIZER_JSON_REPLACING_H

#include "adapters/tokenizer_json/json_members.h"
#include "adapters/tokenizer_json/pattern.h"
#include "base/buffer.h"

/* Read {"String": ...} or {"Regex": ...} in the member "pattern" of `step`. ICA_EINVALID,
 * ICA_EUNAVAILABLE. */
enum ica_status ica_pattern_read_member(struct ica_pattern *pattern,
                                        const struct ica_token_reader *reader,
                                        const json_t *step) ICA_MUST_CHECK;

/* Append the text with `content` instead of each match. ICA_ETOOLARGE (also when the pattern takes
 * too long), ICA_ENOMEM. */
enum ica_status ica_pattern_replace(const struct ica_pattern *pattern, const char *content,
                                    struct ica_buffer *out, const char *text, size_t size,
                                    struct ica_error *err) ICA_MUST_CHECK;

/* ICA_ETOOLARGE if no steps are left. */
enum ica_status ica_pattern_check_steps(size_t steps_left, struct ica_error *err) ICA_MUST_CHECK;

#endif
