/* SPDX-License-Identifier: Apache-2.0 */
#include "adapters/tokenizer_json/normaliser.h"

#include <stdlib.h>
#include <string.h>

#include "adapters/tokenizer_json/charsmap.h"
#include "adapters/tokenizer_json/replacing.h"
#include "adapters/tokenizer_json/unicode.h"
#include "base/memory.h"
#include "base/text.h"

struct ica_normaliser_step {
    enum ica_status (*apply)(const struct ica_normaliser_step *step, struct ica_buffer *out,
                             const char *text, size_t size, struct ica_error *err);
    enum ica_normal_form form;
    bool strips_left;
    bool strips_right;
    char *content; /* owned; what is put instead, or before */
    struct ica_pattern pattern;
    struct ica_charsmap map;
};

/* ---- Steps ------------------------------------------------------------------------------------
 */

static enum ica_status apply_form(const struct ica_normaliser_step *step, struct ica_buffer *out,
                                  const char *text, size_t size, struct ica_error *err)
{
    return ica_unicode_normalise(out, step->form, text, size, err);
}

static enum ica_status apply_lower(const struct ica_normaliser_step *step, struct ica_buffer *out,
                                   const char *text, size_t size, struct ica_error *err)
{
    (void)step;
    return ica_unicode_lower(out, text, size, err);
}

static enum ica_status apply_strip_accents(const struct ica_normaliser_step *step,
                                           struct ica_buffer *out, const char *text, size_t size,
                                           struct ica_error *err)
{
    (void)step;
    enum ica_status status = ICA_OK;
    size_t n_bytes;
    for (size_t at = 0; at < size && !status; at += n_bytes) {
        if (!ica_unicode_is_mark(ica_unicode_next(text + at, size - at, &n_bytes))) {
            status = ica_buffer_append(out, text + at, n_bytes, err);
        }
    }
    return status;
}

static enum ica_status apply_strip(const struct ica_normaliser_step *step, struct ica_buffer *out,
                                   const char *text, size_t size, struct ica_error *err)
{
    size_t start = 0;
    size_t end = size;
    size_t n_bytes;
    while (step->strips_left && start < end &&
           ica_unicode_is_space(ica_unicode_next(text + start, end - start, &n_bytes))) {
        start += n_bytes;
    }
    while (step->strips_right && end > start) {
        size_t last = ica_unicode_last(text, end);
        if (!ica_unicode_is_space(ica_unicode_next(text + end - last, last, &n_bytes))) {
            break;
        }
        end -= last;
    }
    return ica_buffer_append(out, text + start, end - start, err);
}

static enum ica_status apply_prepend(const struct ica_normaliser_step *step, struct ica_buffer *out,
                                     const char *text, size_t size, struct ica_error *err)
{
    enum ica_status status = size ? ica_buffer_append_text(out, step->content, err) : ICA_OK;
    return status ? status : ica_buffer_append(out, text, size, err);
}

static enum ica_status apply_replace(const struct ica_normaliser_step *step, struct ica_buffer *out,
                                     const char *text, size_t size, struct ica_error *err)
{
    return ica_pattern_replace(&step->pattern, step->content, out, text, size, err);
}

static enum ica_status apply_charsmap(const struct ica_normaliser_step *step,
                                      struct ica_buffer *out, const char *text, size_t size,
                                      struct ica_error *err)
{
    return ica_charsmap_apply(&step->map, out, text, size, err);
}

/* ---- Reading ----------------------------------------------------------------------------------
 */

static enum ica_status read_content(struct ica_normaliser_step *step,
                                    const struct ica_token_reader *reader, const json_t *node,
                                    const char *member)
{
    const char *content = json_string_value(json_object_get(node, member));
    if (!content || strlen(content) > 64) {
        return ica_token_wrong(reader, member, "a text of at most 64 bytes");
    }
    step->content = ica_text_copy(content);
    return step->content ? ICA_OK : ica_error_nomem(reader->err, "the tokenizer");
}

static enum ica_status read_form(struct ica_normaliser_step *step,
                                 const struct ica_token_reader *reader, const json_t *node)
{
    static const char *const names[] = {[ICA_FORM_NFC] = "NFC",
                                        [ICA_FORM_NFD] = "NFD",
                                        [ICA_FORM_NFKC] = "NFKC",
                                        [ICA_FORM_NFKD] = "NFKD"};
    (void)reader;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(ica_token_type(node), names[i]) == 0) {
            step->form = (enum ica_normal_form)i;
        }
    }
    return ICA_OK;
}

static enum ica_status read_strip(struct ica_normaliser_step *step,
                                  const struct ica_token_reader *reader, const json_t *node)
{
    enum ica_status status = ica_token_flag(reader, node, "strip_left", true, &step->strips_left);
    return status ? status : ica_token_flag(reader, node, "strip_right", true, &step->strips_right);
}

static enum ica_status read_prepend(struct ica_normaliser_step *step,
                                    const struct ica_token_reader *reader, const json_t *node)
{
    return read_content(step, reader, node, "prepend");
}

static enum ica_status read_replace(struct ica_normaliser_step *step,
                                    const struct ica_token_reader *reader, const json_t *node)
{
    enum ica_status status = ica_pattern_read_member(&step->pattern, reader, node);
    return status ? status : read_content(step, reader, node, "content");
}

static enum ica_status read_charsmap(struct ica_normaliser_step *step,
                                     const struct ica_token_reader *reader, const json_t *node)
{
    const json_t *base64 = json_object_get(node, "precompiled_charsmap");
    if (!json_is_string(base64)) {
        return ica_token_wrong(reader, "precompiled_charsmap", "a table in base64");
    }
    enum ica_status status = ica_charsmap_read(&step->map, json_string_value(base64),
                                               json_string_length(base64), reader->err);
    return status ? ica_error_prefix(reader->err, status,
                                     "%.200s: \"precompiled_charsmap\": ", reader->path)
                  : ICA_OK;
}

static enum ica_status read_step(const struct ica_token_reader *reader, const json_t *node,
                                 void *context)
{
    static const struct {
        const char *type;
        enum ica_status (*apply)(const struct ica_normaliser_step *step, struct ica_buffer *out,
                                 const char *text, size_t size, struct ica_error *err);
        enum ica_status (*read)(struct ica_normaliser_step *step,
                                const struct ica_token_reader *reader, const json_t *node);
    } types[] = {
        {"NFC", apply_form, read_form},           {"NFD", apply_form, read_form},
        {"NFKC", apply_form, read_form},          {"NFKD", apply_form, read_form},
        {"Lowercase", apply_lower, NULL},         {"StripAccents", apply_strip_accents, NULL},
        {"Strip", apply_strip, read_strip},       {"Prepend", apply_prepend, read_prepend},
        {"Replace", apply_replace, read_replace}, {"Precompiled", apply_charsmap, read_charsmap},
    };
    struct ica_normaliser *normaliser = context;
    if (normaliser->n_steps == ICA_MAX_TOKENIZER_STEPS) {
        return ica_token_wrong(reader, "normalizer", "a sequence of at most 16 steps");
    }
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        if (strcmp(ica_token_type(node), types[i].type) == 0) {
            struct ica_normaliser_step *step = &normaliser->steps[normaliser->n_steps++];
            step->apply = types[i].apply;
            return types[i].read ? types[i].read(step, reader, node) : ICA_OK;
        }
    }
    return ica_token_unknown(reader, "normalizer", ica_token_type(node),
                             "Sequence, NFC, NFD, NFKC, NFKD, Lowercase, StripAccents, Strip, "
                             "Prepend, Replace, Precompiled");
}

enum ica_status ica_normaliser_read(struct ica_normaliser *normaliser,
                                    const struct ica_token_reader *reader, const json_t *node)
{
    normaliser->steps = ica_array_new(ICA_MAX_TOKENIZER_STEPS, sizeof *normaliser->steps);
    return normaliser->steps
               ? ica_token_steps(reader, node, "normalizer", "normalizers", read_step, normaliser)
               : ica_error_nomem(reader->err, "the tokenizer");
}

void ica_normaliser_clear(struct ica_normaliser *normaliser)
{
    for (size_t i = 0; i < normaliser->n_steps; i++) {
        free(normaliser->steps[i].content);
        ica_charsmap_clear(&normaliser->steps[i].map);
    }
    free(normaliser->steps);
    *normaliser = (struct ica_normaliser){0};
}

enum ica_status ica_normaliser_apply(const struct ica_normaliser *normaliser,
                                     struct ica_buffer *out, const char *text, size_t size,
                                     struct ica_error *err)
{
    struct ica_buffer before;
    ica_buffer_init(&before, out->max_bytes);
    ica_buffer_clear(out);
    enum ica_status status = ica_buffer_append(out, text, size, err);
    for (size_t i = 0; i < normaliser->n_steps && !status; i++) {
        const struct ica_normaliser_step *step = &normaliser->steps[i];
        ica_buffer_move(&before, out);
        status = step->apply(step, out, ica_buffer_text(&before), before.size, err);
    }
    ica_buffer_clear(&before);
    return status;
}
