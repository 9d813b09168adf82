/* SPDX-License-Identifier: Apache-2.0 */
/* WordPiece backwards (Wu et al. 2016, "Google's Neural Machine Translation System"), with the
 * clean-up that the transformers library makes after it, in the same order. */
#include "domain/caption/vocabulary.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

#define CONTINUATION "##"

static enum ica_status split(struct ica_vocabulary *vocabulary, size_t size, struct ica_error *err)
{
    char *line = vocabulary->text;
    char *end = vocabulary->text + size;
    for (size_t i = 0; i < vocabulary->n; i++) {
        size_t length = strcspn(line, "\n");
        bool last = line + length == end;
        if (length == 0 || length > ICA_MAX_PIECE_BYTES || !ica_text_is_utf8(line, length) ||
            (!last && line[length] != '\n')) {
            return ica_error_set(err, ICA_EINVALID,
                                 "The vocabulary's line %zu of %zu is no piece of text.", i + 1,
                                 vocabulary->n);
        }
        line[length] = 0;
        vocabulary->pieces[i] = line;
        line += last ? length : length + 1;
    }
    if (line != end) {
        return ica_error_set(err, ICA_EINVALID, "The vocabulary has more than %zu lines.",
                             vocabulary->n);
    }
    return ICA_OK;
}

enum ica_status ica_vocabulary_init(struct ica_vocabulary *vocabulary, const char *text,
                                    size_t size, size_t n, struct ica_error *err)
{
    if (n == 0 || n > ICA_MAX_VOCABULARY || size > n * (ICA_MAX_PIECE_BYTES + 1)) {
        return ica_error_set(err, ICA_EINVALID, "A vocabulary of %zu bytes has no %zu pieces.",
                             size, n);
    }
    *vocabulary = (struct ica_vocabulary){
        .text = ica_array_new(size + 1, 1),
        .pieces = ica_array_new(n, sizeof *vocabulary->pieces),
        .special = ica_array_new(n, sizeof *vocabulary->special),
        .n = n,
    };
    enum ica_status status;
    if (!vocabulary->text || !vocabulary->pieces || !vocabulary->special) {
        status = ica_error_nomem(err, "the vocabulary");
    } else {
        memcpy(vocabulary->text, text, size);
        status = split(vocabulary, size, err);
    }
    if (status) {
        ica_vocabulary_clear(vocabulary);
    }
    return status;
}

void ica_vocabulary_clear(struct ica_vocabulary *vocabulary)
{
    free(vocabulary->text);
    free(vocabulary->pieces);
    free(vocabulary->special);
    *vocabulary = (struct ica_vocabulary){0};
}

/* Replace each `from` in `text` by the shorter `to`. */
static void replace(char *text, const char *from, const char *to)
{
    size_t n_from = strlen(from);
    size_t n_to = strlen(to);
    char *out = text;
    for (const char *in = text; *in;) {
        if (strncmp(in, from, n_from) == 0) {
            memcpy(out, to, n_to);
            out += n_to;
            in += n_from;
        } else {
            *out++ = *in++;
        }
    }
    *out = 0;
}

static void clean_up(char *text)
{
    static const char *const pairs[][2] = {
        {" .", "."},     {" ?", "?"},   {" !", "!"},   {" ,", ","},     {" ' ", "'"},
        {" n't", "n't"}, {" 'm", "'m"}, {" 's", "'s"}, {" 've", "'ve"}, {" 're", "'re"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        replace(text, pairs[i][0], pairs[i][1]);
    }
}

void ica_vocabulary_decode(const struct ica_vocabulary *vocabulary, const uint32_t *ids, size_t n,
                           char *text, size_t size)
{
    size_t used = 0;
    for (size_t i = 0; i < n; i++) {
        if (ids[i] >= vocabulary->n || vocabulary->special[ids[i]]) {
            continue;
        }
        const char *piece = vocabulary->pieces[ids[i]];
        bool first = used == 0;
        if (!first && strncmp(piece, CONTINUATION, strlen(CONTINUATION)) == 0) {
            piece += strlen(CONTINUATION);
        } else if (!first && used + 1 < size) {
            text[used++] = ' ';
        }
        size_t length = ica_text_cut(piece, size - 1 - used);
        memcpy(text + used, piece, length);
        used += length;
        if (piece[length]) {
            break; /* no room for more */
        }
    }
    text[used] = 0;
    clean_up(text);
}
