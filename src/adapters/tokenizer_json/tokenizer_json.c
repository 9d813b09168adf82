/* SPDX-License-Identifier: Apache-2.0 */
/* A text goes through the parts in the file's order: tokens found in it as it is; what is between
 * them normalised; tokens found in that; what is between those cut into pieces; pieces encoded by
 * the model; marks around all. */
#include "adapters/tokenizer_json/tokenizer_json.h"

#include <stdlib.h>
#include <string.h>

#include "adapters/tokenizer_json/added_tokens.h"
#include "adapters/tokenizer_json/byte_pairs.h"
#include "adapters/tokenizer_json/marks.h"
#include "adapters/tokenizer_json/pre_tokenizer.h"
#include "adapters/tokenizer_json/unicode.h"
#include "adapters/tokenizer_json/unigram.h"
#include "base/file_io.h"
#include "base/memory.h"

struct tokenizer {
    struct ica_tokenizer base;
    struct ica_added_tokens plain;      /* found before normalising */
    struct ica_added_tokens normalised; /* found after it */
    struct ica_normaliser normaliser;
    struct ica_pre_tokenizer pre_tokenizer;
    bool is_unigram; /* else byte pairs */
    struct ica_byte_pairs byte_pairs;
    struct ica_unigram unigram;
    struct ica_marks marks;
    size_t max_ids; /* by the file */
};

/* While a text is encoded. */
struct run {
    const struct tokenizer *tokenizer;
    struct ica_buffer normalised;
    struct ica_pieces pieces;
    struct ica_token_ids ids;
    struct ica_error *err;
};

/* ---- Encoding ---------------------------------------------------------------------------------
 */

/* A text without added tokens, normalised. */
static enum ica_status encode_words(struct run *run, const char *text, size_t size, bool is_first)
{
    const struct tokenizer *tokenizer = run->tokenizer;
    enum ica_status status = ica_pre_tokenizer_apply(&tokenizer->pre_tokenizer, text, size,
                                                     is_first, &run->pieces, run->err);
    for (size_t i = 0; i < run->pieces.n && !status && !ica_token_ids_is_full(&run->ids); i++) {
        const struct ica_piece *piece = &run->pieces.items[i];
        const char *start = ica_buffer_text(&run->pieces.text) + piece->start;
        size_t n_bytes = piece->end - piece->start;
        status = tokenizer->is_unigram
                     ? ica_unigram_encode(&tokenizer->unigram, start, n_bytes, &run->ids, run->err)
                     : ica_byte_pairs_encode(&tokenizer->byte_pairs, start, n_bytes, &run->ids,
                                             run->err);
    }
    return status;
}

/* A text without those added tokens that are found before normalising. */
static enum ica_status encode_section(struct run *run, const char *section, size_t section_size,
                                      bool is_first)
{
    const struct tokenizer *tokenizer = run->tokenizer;
    enum ica_status status = ica_normaliser_apply(&tokenizer->normaliser, &run->normalised, section,
                                                  section_size, run->err);
    const char *text = ica_buffer_text(&run->normalised);
    size_t size = status ? 0 : run->normalised.size;
    for (size_t at = 0; at < size && !status && !ica_token_ids_is_full(&run->ids);) {
        struct ica_text_part parts[2];
        size_t n = ica_added_tokens_next(&tokenizer->normalised, text, size, at, parts);
        for (size_t i = 0; i < n && !status; i++) {
            const struct ica_text_part *part = &parts[i];
            if (part->is_token) {
                ica_token_ids_add(&run->ids, part->id);
            } else {
                status = encode_words(run, text + part->start, part->end - part->start,
                                      is_first && part->start == 0);
            }
            at = part->end;
        }
    }
    return status;
}

static enum ica_status encode_text(struct run *run, const char *text, size_t size)
{
    enum ica_status status = ICA_OK;
    for (size_t at = 0; at < size && !status && !ica_token_ids_is_full(&run->ids);) {
        struct ica_text_part parts[2];
        size_t n = ica_added_tokens_next(&run->tokenizer->plain, text, size, at, parts);
        for (size_t i = 0; i < n && !status; i++) {
            const struct ica_text_part *part = &parts[i];
            if (part->is_token) {
                ica_token_ids_add(&run->ids, part->id);
            } else {
                status = encode_section(run, text + part->start, part->end - part->start,
                                        part->start == 0);
            }
            at = part->end;
        }
    }
    return status;
}

static enum ica_status encode(struct ica_tokenizer *self, const char *text, size_t size,
                              size_t max_ids, int64_t ids[], size_t *n_ids, struct ica_error *err)
{
    const struct tokenizer *tokenizer = (const struct tokenizer *)self;
    const struct ica_marks *marks = &tokenizer->marks;
    *n_ids = 0;
    if (size > ICA_MAX_TOKEN_TEXT) {
        return ica_error_set(err, ICA_ETOOLARGE,
                             "A text for the model may have at most %d bytes; shorten it.",
                             ICA_MAX_TOKEN_TEXT);
    }
    max_ids = ica_size_min(max_ids, tokenizer->max_ids);
    struct ica_buffer valid;
    struct run run = {.tokenizer = tokenizer, .err = err};
    run.ids = (struct ica_token_ids){.ids = ids + marks->n_before,
                                     .max = max_ids - marks->n_before - marks->n_after};
    ica_buffer_init(&valid, ICA_MAX_NORMALISED_BYTES);
    ica_buffer_init(&run.normalised, ICA_MAX_NORMALISED_BYTES);
    ica_pieces_init(&run.pieces, 2 * ICA_MAX_NORMALISED_BYTES);
    enum ica_status status = ica_unicode_read(&valid, text, size, err);
    status = status ? status : encode_text(&run, ica_buffer_text(&valid), valid.size);
    ica_buffer_clear(&valid);
    ica_buffer_clear(&run.normalised);
    ica_pieces_clear(&run.pieces);
    if (status) {
        return status;
    }
    for (size_t i = 0; i < marks->n_before; i++) {
        ids[i] = marks->before[i];
    }
    *n_ids = marks->n_before + run.ids.n;
    for (size_t i = 0; i < marks->n_after; i++) {
        ids[(*n_ids)++] = marks->after[i];
    }
    return ICA_OK;
}

static void destroy(struct ica_tokenizer *self)
{
    struct tokenizer *tokenizer = (struct tokenizer *)self;
    ica_added_tokens_clear(&tokenizer->plain);
    ica_added_tokens_clear(&tokenizer->normalised);
    ica_normaliser_clear(&tokenizer->normaliser);
    ica_pre_tokenizer_clear(&tokenizer->pre_tokenizer);
    ica_byte_pairs_clear(&tokenizer->byte_pairs);
    ica_unigram_clear(&tokenizer->unigram);
    free(tokenizer);
}

static const struct ica_tokenizer_ops ops = {.encode = encode, .destroy = destroy};

/* ---- Reading ----------------------------------------------------------------------------------
 */

/* A model's type was not written before 2022; one with merges is BPE. */
static enum ica_status read_model(struct tokenizer *tokenizer,
                                  const struct ica_token_reader *reader, const json_t *node)
{
    const char *type = ica_token_type(node);
    if (strcmp(type, "Unigram") == 0) {
        tokenizer->is_unigram = true;
        return ica_unigram_read(&tokenizer->unigram, reader, node);
    }
    if (strcmp(type, "BPE") == 0 || (!*type && json_object_get(node, "merges"))) {
        return ica_byte_pairs_read(&tokenizer->byte_pairs, reader, node);
    }
    return ica_token_unknown(reader, "model", type, "BPE, Unigram");
}

static enum ica_status check_right(const struct ica_token_reader *reader, const json_t *node,
                                   const char *member)
{
    const char *direction = json_string_value(json_object_get(node, "direction"));
    return !direction || strcmp(direction, "Right") == 0
               ? ICA_OK
               : ica_error_set(reader->err, ICA_EUNAVAILABLE,
                               "%.200s: \"direction\" in \"%s\" must be \"Right\"; others are not "
                               "supported.",
                               reader->path, member);
}

static enum ica_status read_truncation(struct tokenizer *tokenizer,
                                       const struct ica_token_reader *reader, const json_t *node)
{
    const json_t *length = json_object_get(node, "max_length");
    tokenizer->max_ids = ICA_MAX_CONTEXT;
    if (!node || json_is_null(node)) {
        return ICA_OK;
    }
    if (!json_is_integer(length) || json_integer_value(length) < ICA_MAX_MARKS) {
        return ica_token_wrong(reader, "max_length", "a whole number from 2 on");
    }
    if (json_integer_value(length) < ICA_MAX_CONTEXT) {
        tokenizer->max_ids = (size_t)json_integer_value(length);
    }
    return check_right(reader, node, "truncation");
}

static enum ica_status read_padding(struct tokenizer *tokenizer,
                                    const struct ica_token_reader *reader, const json_t *root)
{
    const json_t *node = json_object_get(root, "padding");
    const json_t *added = json_object_get(root, "added_tokens");
    const struct ica_marks *marks = &tokenizer->marks;
    uint32_t id = 0;
    enum ica_status status = ICA_OK;
    if (node && !json_is_null(node)) {
        status = ica_token_id(reader, json_object_get(node, "pad_id"), "pad_id", &id);
        status = status ? status : check_right(reader, node, "padding");
    } else if (!ica_added_tokens_id(added, "<pad>", &id) &&
               !ica_added_tokens_id(added, "[PAD]", &id) && marks->n_after > 0) {
        id = marks->after[marks->n_after - 1];
    }
    tokenizer->base.padding_id = id;
    return status;
}

/* In the reference, "first" asks whether a piece goes back to the text's first character, whatever
 * became of that: known here only of a text that nothing was done to. */
static enum ica_status check_first(const struct tokenizer *tokenizer,
                                   const struct ica_token_reader *reader)
{
    bool is_known = tokenizer->normaliser.n_steps == 0 && tokenizer->pre_tokenizer.n_steps == 1;
    return !tokenizer->pre_tokenizer.depends_on_place || is_known
               ? ICA_OK
               : ica_token_unknown(reader, "prepend_scheme", "first",
                                   "always, never, and first without a normalizer and other "
                                   "pre-tokenizers");
}

static enum ica_status read_root(struct tokenizer *tokenizer, const struct ica_token_reader *reader,
                                 const json_t *root)
{
    if (!json_is_object(json_object_get(root, "model"))) {
        return ica_token_wrong(reader, "model", "an object");
    }
    enum ica_status status = read_model(tokenizer, reader, json_object_get(root, "model"));
    status = status ? status
                    : ica_normaliser_read(&tokenizer->normaliser, reader,
                                          json_object_get(root, "normalizer"));
    status = status ? status
                    : ica_pre_tokenizer_read(&tokenizer->pre_tokenizer, reader,
                                             json_object_get(root, "pre_tokenizer"));
    status = status ? status : check_first(tokenizer, reader);
    status =
        status ? status
               : ica_marks_read(&tokenizer->marks, reader, json_object_get(root, "post_processor"));
    const struct ica_token_table *table = tokenizer->is_unigram
                                              ? &tokenizer->unigram.vocabulary.table
                                              : &tokenizer->byte_pairs.vocabulary.table;
    status = status ? status
                    : ica_added_tokens_read(&tokenizer->plain, &tokenizer->normalised, reader,
                                            json_object_get(root, "added_tokens"),
                                            &tokenizer->normaliser, table);
    status =
        status ? status : read_truncation(tokenizer, reader, json_object_get(root, "truncation"));
    return status ? status : read_padding(tokenizer, reader, root);
}

static enum ica_status read_file(struct tokenizer *tokenizer, const char *path,
                                 struct ica_error *err)
{
    struct ica_buffer text;
    ica_buffer_init(&text, ICA_MAX_TOKENIZER_FILE_BYTES);
    enum ica_status status = ica_file_read(path, &text, err);
    if (status) {
        ica_buffer_clear(&text);
        return ica_error_prefix(err, status, "The tokenizer %.200s: ", path);
    }
    const struct ica_token_reader reader = {.path = path, .err = err};
    json_error_t fault;
    json_t *root = json_loadb(ica_buffer_text(&text), text.size, JSON_REJECT_DUPLICATES, &fault);
    ica_buffer_clear(&text);
    status = root ? read_root(tokenizer, &reader, root)
                  : ica_error_set(err, ICA_EINVALID, "%.200s, line %d: this is no valid JSON (%s).",
                                  path, fault.line, fault.text);
    json_decref(root);
    return status;
}

enum ica_status ica_tokenizer_json_open(struct ica_tokenizer **out, const char *path,
                                        struct ica_error *err)
{
    *out = NULL;
    struct tokenizer *tokenizer = calloc(1, sizeof *tokenizer);
    if (!tokenizer) {
        return ica_error_nomem(err, "the tokenizer");
    }
    tokenizer->base.ops = &ops;
    enum ica_status status = read_file(tokenizer, path, err);
    if (status) {
        destroy(&tokenizer->base);
        return status;
    }
    *out = &tokenizer->base;
    return ICA_OK;
}
