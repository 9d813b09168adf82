/* SPDX-License-Identifier: Apache-2.0 */
/* The tokenizer port from a tokenizer.json as Hugging Face's library `tokenizers` writes it. Gives
 * the ids that library gives, or refuses the file: whatever may change them and is not known here
 * is an error at opening. Not read: "decoder", "model_max_length" and what is in other files. */
#ifndef ICA_ADAPTERS_TOKENIZER_JSON_TOKENIZER_JSON_H
#define ICA_ADAPTERS_TOKENIZER_JSON_TOKENIZER_JSON_H

#include "ports/tokenizer.h"

#define ICA_MAX_TOKENIZER_FILE_BYTES ((size_t)64 << 20)

/* Read the file `path`; it is not needed afterwards. Models are BPE and Unigram. Padding is the id
 * in "padding", else that of an added token <pad> or [PAD], else the mark of the end, else 0;
 * always after the text. "truncation" may set a limit below the caller's. ICA_ENOTFOUND and what
 * else the system says, ICA_EINVALID, ICA_EUNAVAILABLE (a part that is not supported),
 * ICA_ETOOLARGE, ICA_ENOMEM. `*out` must be destroyed. */
enum ica_status ica_tokenizer_json_open(struct ica_tokenizer **out, const char *path,
                                        struct ica_error *err) ICA_MUST_CHECK;

#endif
