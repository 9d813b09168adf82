/* SPDX-License-Identifier: Apache-2.0 */
/* What the captioning server's options name rather than hold: the key and the question. */
#ifndef ICA_CLI_OPENAI_TEXTS_H
#define ICA_CLI_OPENAI_TEXTS_H

#include "base/buffer.h"
#include "base/error.h"
#include "cli/settings.h"

struct ica_openai_texts {
    struct ica_buffer key;    /* empty: there is none */
    struct ica_buffer prompt; /* empty: not said */
};

/* Read the key from the file of --openai-key-file or else from the variable OPENAI_API_KEY, and the
 * question from the file of --openai-prompt. No message holds any of them. ICA_EINVALID (not what a
 * key or question can be), or as reading a file fails. To be cleared whatever is returned. */
enum ica_status ica_openai_texts_read(const struct ica_settings *settings,
                                      struct ica_openai_texts *texts,
                                      struct ica_error *err) ICA_MUST_CHECK;

/* Free both; nothing of the key stays in memory. */
void ica_openai_texts_clear(struct ica_openai_texts *texts);

#endif
