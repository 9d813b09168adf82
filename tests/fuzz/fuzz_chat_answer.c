/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzz target: what a captioning server answers, and what its model says. Whatever it is, only
 * short lines of valid UTF-8 without control characters come of it. */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "adapters/openai/chat_request.h"
#include "base/text.h"
#include "domain/caption/caption_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_line(const char *line, size_t room)
{
    bool good = strnlen(line, room) < room && ica_text_is_utf8(line, strlen(line));
    for (; good && *line; line++) {
        good = (unsigned char)*line >= ' ' && *line != 0x7F;
    }
    if (!good) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ica_buffer body;
    struct ica_chat_answer answer;
    ica_buffer_init(&body, size);
    if (ica_buffer_append(&body, data, size, NULL) == ICA_OK) {
        ica_chat_answer_read(&body, &answer);
        check_line(answer.text, sizeof answer.text);
        check_line(answer.told, sizeof answer.told);
        ica_caption_text_clean((const char *)data, size, answer.text);
        check_line(answer.text, sizeof answer.text);
    }
    ica_buffer_clear(&body);
    return 0;
}
