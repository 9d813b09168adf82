/* SPDX-License-Identifier: Apache-2.0 */
/* "post_processor" of a tokenizer.json: the marks before and after a text's ids. Known are
 * Sequence, TemplateProcessing, RobertaProcessing, BertProcessing and ByteLevel. Thread-safe once
 * read. */
#ifndef ICA_ADAPTERS_TOKENIZER_JSON_MARKS_H
#define ICA_ADAPTERS_TOKENIZER_JSON_MARKS_H

#include "adapters/tokenizer_json/json_members.h"

#define ICA_MAX_MARKS 2 /* in all: a text of two ids must have room for them */

/* Zero-initialise. */
struct ica_marks {
    uint32_t before[ICA_MAX_MARKS];
    uint32_t after[ICA_MAX_MARKS];
    size_t n_before;
    size_t n_after;
};

/* Read `node`, which may be null. ICA_EINVALID, ICA_EUNAVAILABLE. */
enum ica_status ica_marks_read(struct ica_marks *marks, const struct ica_token_reader *reader,
                               const json_t *node) ICA_MUST_CHECK;

#endif
