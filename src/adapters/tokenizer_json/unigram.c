/* SPDX-License-Identifier: Apache-2.0 */
#include "adapters/tokenizer_json/unigram.h"

#include <math.h>
#include <stdlib.h>

#include "adapters/tokenizer_json/unicode.h"
#include "base/memory.h"

#define UNKNOWN_PENALTY 10.0 /* below the least likely token, as SentencePiece has it */
#define MAX_SCORE       1e9

/* ---- Reading ----------------------------------------------------------------------------------
 */

static enum ica_status read_vocabulary(struct ica_unigram *model,
                                       const struct ica_token_reader *reader, const json_t *list)
{
    size_t n = json_array_size(list);
    if (n == 0 || n > ICA_MAX_TOKENS) {
        return ica_token_wrong(reader, "vocab", "a list of 1 to 1000000 tokens with their scores");
    }
    model->scores = ica_array_new(n, sizeof *model->scores);
    if (!model->scores) {
        return ica_error_nomem(reader->err, "the tokenizer");
    }
    enum ica_status status = ICA_OK;
    for (size_t i = 0; i < n && !status; i++) {
        const json_t *pair = json_array_get(list, i);
        const json_t *token = json_array_get(pair, 0);
        const json_t *score = json_array_get(pair, 1);
        if (!json_is_string(token) || !json_is_number(score) ||
            fabs(json_number_value(score)) > MAX_SCORE) {
            return ica_token_wrong(reader, "vocab", "a list of pairs of a token and its score");
        }
        model->scores[i] = json_number_value(score);
        model->min_score = i == 0 ? model->scores[0] : fmin(model->min_score, model->scores[i]);
        status = ica_token_vocabulary_refuse(
            reader, ica_token_table_add(&model->vocabulary.table, json_string_value(token),
                                        json_string_length(token), (uint32_t)i, reader->err));
    }
    return status ? status : ica_token_table_sort(&model->vocabulary.table, reader->err);
}

enum ica_status ica_unigram_read(struct ica_unigram *model, const struct ica_token_reader *reader,
                                 const json_t *node)
{
    enum ica_status status = read_vocabulary(model, reader, json_object_get(node, "vocab"));
    if (status) {
        return status;
    }
    /* Without it there are texts that have no ids at all. */
    struct ica_token_vocabulary *vocabulary = &model->vocabulary;
    status = ica_token_id(reader, json_object_get(node, "unk_id"), "unk_id", &vocabulary->unknown);
    if (!status && vocabulary->unknown >= vocabulary->table.n) {
        status = ica_token_wrong(reader, "unk_id", "the number of a token in \"vocab\"");
    }
    vocabulary->has_unknown = true;
    status = status ? status
                    : ica_token_flag(reader, node, "fuse_unk", true, &vocabulary->fuses_unknown);
    return status ? status : ica_token_vocabulary_read_bytes(vocabulary, reader, node);
}

void ica_unigram_clear(struct ica_unigram *model)
{
    ica_token_table_clear(&model->vocabulary.table);
    free(model->scores);
    *model = (struct ica_unigram){0};
}

/* ---- Encoding ---------------------------------------------------------------------------------
 */

/* The best way to cut all that is before a place. */
struct path {
    double score;
    uint32_t id;   /* its last token */
    uint32_t size; /* bytes of that; 0 while there is no way yet */
};

static void improve(struct path *path, double score, uint32_t id, size_t size)
{
    if (path->size == 0 || score > path->score) {
        *path = (struct path){.score = score, .id = id, .size = (uint32_t)size};
    }
}

/* Fill paths[1] to paths[size]. */
static void find_paths(const struct ica_unigram *model, const char *piece, size_t size,
                       struct path paths[])
{
    size_t n_bytes;
    for (size_t at = 0; at < size; at += n_bytes) {
        double so_far = paths[at].score;
        bool has_one_character = false;
        (void)ica_unicode_next(piece + at, size - at, &n_bytes);
        struct ica_token_walk walk =
            ica_token_walk_begin(&model->vocabulary.table, piece + at, size - at);
        const struct ica_token_entry *entry;
        while ((entry = ica_token_walk_next(&walk))) {
            improve(&paths[at + entry->size], model->scores[entry->id] + so_far, entry->id,
                    entry->size);
            has_one_character = has_one_character || entry->size == n_bytes;
        }
        if (!has_one_character) {
            improve(&paths[at + n_bytes], model->min_score - UNKNOWN_PENALTY + so_far,
                    model->vocabulary.unknown, n_bytes);
        }
    }
}

/* The ids of one part of the best way: fused unknown characters are looked up once more. */
static void add_part(const struct ica_unigram *model, const char *text, size_t size,
                     struct ica_token_ids *ids)
{
    const struct ica_token_vocabulary *vocabulary = &model->vocabulary;
    const struct ica_token_entry *entry = ica_token_table_find(&vocabulary->table, text, size);
    if (entry || !ica_token_vocabulary_has_bytes(vocabulary, text, size)) {
        ica_token_ids_add(ids, entry ? entry->id : vocabulary->unknown);
        return;
    }
    for (size_t i = 0; i < size; i++) {
        ica_token_ids_add(ids, vocabulary->byte_tokens[(unsigned char)text[i]]);
    }
}

enum ica_status ica_unigram_encode(const struct ica_unigram *model, const char *piece, size_t size,
                                   struct ica_token_ids *ids, struct ica_error *err)
{
    const struct ica_token_vocabulary *vocabulary = &model->vocabulary;
    struct path *paths = ica_array_new(size + 1, sizeof *paths);
    uint32_t *ends = ica_array_new(size + 1, sizeof *ends);
    if (!paths || !ends) {
        free(paths);
        free(ends);
        return ica_error_nomem(err, "the tokens of a text");
    }
    find_paths(model, piece, size, paths);
    size_t n = 0;
    for (size_t end = size; end > 0; end -= paths[end].size) {
        ends[n++] = (uint32_t)end;
    }
    for (size_t start = 0; n > 0 && !ica_token_ids_is_full(ids);) {
        size_t end = ends[--n];
        bool is_unknown = paths[end].id == vocabulary->unknown;
        while (is_unknown && vocabulary->fuses_unknown && n > 0 &&
               paths[ends[n - 1]].id == vocabulary->unknown) {
            end = ends[--n];
        }
        add_part(model, piece + start, end - start, ids);
        start = end;
    }
    free(paths);
    free(ends);
    return ICA_OK;
}
