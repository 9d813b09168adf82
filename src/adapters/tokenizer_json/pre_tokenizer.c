/* SPDX-License-Identifier: Apache-2.0 */
#include "adapters/tokenizer_json/pre_tokenizer.h"

#include <stdlib.h>
#include <string.h>

#include "adapters/tokenizer_json/replacing.h"
#include "adapters/tokenizer_json/unicode.h"
#include "base/memory.h"

#define MAX_REPLACEMENT 5 /* bytes of a character and the 0 after it */

/* The words of GPT-2, which ByteLevel cuts by unless told otherwise. */
#define WORDS "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+"

enum prepending { PREPEND_NEVER, PREPEND_FIRST, PREPEND_ALWAYS };

struct ica_pre_tokenizer_step {
    bool is_cut;   /* by the pattern */
    bool is_space; /* what Metaspace does: spaces become `replacement` */
    bool is_bytes; /* what ByteLevel does: bytes become characters, after the cut */
    bool is_inverted;
    enum ica_split_behaviour behaviour;
    enum prepending prepending;        /* of `replacement`, to pieces that do not begin with it */
    char replacement[MAX_REPLACEMENT]; /* of spaces */
    struct ica_pattern pattern;
};

/* While one step is done. */
struct work {
    const struct ica_pre_tokenizer_step *step;
    struct ica_pieces out;
    struct ica_split_part *parts; /* owned */
    size_t n_parts;
    size_t capacity;
    size_t pattern_steps_left;
    struct ica_error *err;
};

/* ---- Steps ------------------------------------------------------------------------------------
 */

static enum ica_status add_part(struct work *work, size_t start, size_t end, bool is_match)
{
    if (start == end) {
        return ICA_OK;
    }
    if (!ica_array_reserve((void **)&work->parts, &work->capacity, work->n_parts + 1,
                           work->out.text.max_bytes, sizeof *work->parts)) {
        return ica_error_nomem(work->err, "the pieces of a text");
    }
    work->parts[work->n_parts++] = (struct ica_split_part){
        .piece = {start, end}, .is_match = is_match != work->step->is_inverted};
    return ICA_OK;
}

/* Cut [start, end) of the text that is made. */
static enum ica_status cut(struct work *work, size_t start, size_t end)
{
    const char *text = ica_buffer_text(&work->out.text);
    enum ica_status status = ICA_OK;
    size_t found;
    size_t found_end;
    size_t at = start;
    work->n_parts = 0;
    while (!status && ica_pattern_find(&work->step->pattern, text, end, at, &found, &found_end,
                                       &work->pattern_steps_left)) {
        status = add_part(work, at, found, false);
        status = status ? status : add_part(work, found, found_end, true);
        at = found_end;
    }
    status = status ? status : ica_pattern_check_steps(work->pattern_steps_left, work->err);
    status = status ? status : add_part(work, at, end, false);
    return status ? status
                  : ica_pieces_add_parts(&work->out, work->step->behaviour, work->parts,
                                         work->n_parts, work->err);
}

/* Copy a piece with its spaces replaced. */
static enum ica_status append_spaces(struct work *work, const char *text, size_t size)
{
    const char *replacement = work->step->replacement;
    enum ica_status status = ICA_OK;
    for (size_t at = 0; at < size && !status;) {
        const char *space = memchr(text + at, ' ', size - at);
        size_t n = space ? (size_t)(space - (text + at)) : size - at;
        status = ica_buffer_append(&work->out.text, text + at, n, work->err);
        if (space && !status) {
            status = ica_buffer_append_text(&work->out.text, replacement, work->err);
            n++;
        }
        at += n;
    }
    return status;
}

static enum ica_status append_piece(struct work *work, const char *text, size_t size, bool is_first)
{
    const struct ica_pre_tokenizer_step *step = work->step;
    size_t n = strlen(step->replacement);
    bool prepends =
        step->prepending == PREPEND_ALWAYS || (step->prepending == PREPEND_FIRST && is_first);
    bool begins_so = (size >= n && memcmp(text, step->replacement, n) == 0) ||
                     (step->is_space && text[0] == ' ');
    enum ica_status status =
        prepends && !begins_so
            ? ica_buffer_append_text(&work->out.text, step->replacement, work->err)
            : ICA_OK;
    if (status) {
        return status;
    }
    return step->is_space ? append_spaces(work, text, size)
                          : ica_buffer_append(&work->out.text, text, size, work->err);
}

static enum ica_status do_step(struct work *work, const struct ica_pieces *in, bool is_first)
{
    enum ica_status status = ICA_OK;
    ica_pieces_empty(&work->out);
    for (size_t i = 0; i < in->n && !status; i++) {
        size_t start = work->out.text.size;
        const struct ica_piece piece = in->items[i];
        status = append_piece(work, ica_buffer_text(&in->text) + piece.start,
                              piece.end - piece.start, is_first && piece.start == 0);
        if (!status) {
            status = work->step->is_cut
                         ? cut(work, start, work->out.text.size)
                         : ica_pieces_add(&work->out, start, work->out.text.size, work->err);
        }
    }
    return status;
}

/* Bytes that are no visible character of Latin-1 become the characters from U+0100 on, as GPT-2's
 * tokenizer has them. */
static uint32_t character_of_byte(unsigned byte)
{
    if ((byte >= '!' && byte <= '~') || (byte >= 0xA1 && byte != 0xAD)) {
        return byte;
    }
    return 0x100 + (byte <= ' ' ? byte : byte <= 0xA0 ? byte - 0x7F + 0x21 : 0x43);
}

static enum ica_status to_bytes(struct work *work, const struct ica_pieces *in)
{
    enum ica_status status = ICA_OK;
    ica_pieces_empty(&work->out);
    for (size_t i = 0; i < in->n && !status; i++) {
        size_t start = work->out.text.size;
        for (size_t k = in->items[i].start; k < in->items[i].end && !status; k++) {
            status =
                ica_unicode_append(&work->out.text, character_of_byte(in->text.data[k]), work->err);
        }
        status =
            status ? status : ica_pieces_add(&work->out, start, work->out.text.size, work->err);
    }
    return status;
}

static void swap(struct ica_pieces *a, struct ica_pieces *b)
{
    struct ica_pieces kept = *a;
    *a = *b;
    *b = kept;
}

enum ica_status ica_pre_tokenizer_apply(const struct ica_pre_tokenizer *pre_tokenizer,
                                        const char *text, size_t size, bool is_first,
                                        struct ica_pieces *pieces, struct ica_error *err)
{
    struct work work = {.pattern_steps_left = ICA_PATTERN_STEPS, .err = err};
    ica_pieces_init(&work.out, pieces->text.max_bytes);
    ica_pieces_empty(pieces);
    enum ica_status status = ica_buffer_append(&pieces->text, text, size, err);
    status = status ? status : ica_pieces_add(pieces, 0, size, err);
    for (size_t i = 0; i < pre_tokenizer->n_steps && !status; i++) {
        work.step = &pre_tokenizer->steps[i];
        status = do_step(&work, pieces, is_first);
        swap(pieces, &work.out);
        if (work.step->is_bytes && !status) {
            status = to_bytes(&work, pieces);
            swap(pieces, &work.out);
        }
    }
    ica_pieces_clear(&work.out);
    free(work.parts);
    return status;
}

/* ---- Reading ----------------------------------------------------------------------------------
 */

static enum ica_status read_split(struct ica_pre_tokenizer_step *step,
                                  const struct ica_token_reader *reader, const json_t *node)
{
    static const char *const behaviours[] = {
        [ICA_SPLIT_REMOVED] = "Removed",
        [ICA_SPLIT_ISOLATED] = "Isolated",
        [ICA_SPLIT_CONTIGUOUS] = "Contiguous",
        [ICA_SPLIT_MERGED_WITH_PREVIOUS] = "MergedWithPrevious",
        [ICA_SPLIT_MERGED_WITH_NEXT] = "MergedWithNext",
    };
    const char *behaviour = json_string_value(json_object_get(node, "behavior"));
    size_t i = 0;
    while (behaviour && i < sizeof behaviours / sizeof *behaviours &&
           strcmp(behaviour, behaviours[i]) != 0) {
        i++;
    }
    if (!behaviour || i == sizeof behaviours / sizeof *behaviours) {
        return ica_token_wrong(reader, "behavior",
                               "Removed, Isolated, Contiguous, MergedWithPrevious or "
                               "MergedWithNext");
    }
    step->behaviour = (enum ica_split_behaviour)i;
    step->is_cut = true;
    enum ica_status status = ica_token_flag(reader, node, "invert", false, &step->is_inverted);
    return status ? status : ica_pattern_read_member(&step->pattern, reader, node);
}

static enum ica_status read_byte_level(struct ica_pre_tokenizer_step *step,
                                       const struct ica_token_reader *reader, const json_t *node)
{
    bool prepends = false;
    enum ica_status status = ica_token_flag(reader, node, "add_prefix_space", true, &prepends);
    status = status ? status : ica_token_flag(reader, node, "use_regex", true, &step->is_cut);
    step->is_bytes = true;
    step->behaviour = ICA_SPLIT_ISOLATED;
    step->prepending = prepends ? PREPEND_ALWAYS : PREPEND_NEVER;
    step->replacement[0] = ' ';
    (void)ica_pattern_read(&step->pattern, WORDS, strlen(WORDS));
    return status;
}

/* Files of before 2024 have "add_prefix_space", later ones "prepend_scheme". */
static enum ica_status read_prepending(struct ica_pre_tokenizer_step *step,
                                       const struct ica_token_reader *reader, const json_t *node)
{
    static const char *const schemes[] = {
        [PREPEND_NEVER] = "never", [PREPEND_FIRST] = "first", [PREPEND_ALWAYS] = "always"};
    const json_t *scheme = json_object_get(node, "prepend_scheme");
    if (!scheme || json_is_null(scheme)) {
        bool prepends = true;
        enum ica_status status = ica_token_flag(reader, node, "add_prefix_space", true, &prepends);
        step->prepending = prepends ? PREPEND_ALWAYS : PREPEND_NEVER;
        return status;
    }
    for (size_t i = 0; json_is_string(scheme) && i < sizeof schemes / sizeof *schemes; i++) {
        if (strcmp(json_string_value(scheme), schemes[i]) == 0) {
            step->prepending = (enum prepending)i;
            return ICA_OK;
        }
    }
    return ica_token_wrong(reader, "prepend_scheme", "never, first or always");
}

static enum ica_status read_metaspace(struct ica_pre_tokenizer_step *step,
                                      const struct ica_token_reader *reader, const json_t *node)
{
    const char *replacement = json_string_value(json_object_get(node, "replacement"));
    size_t size = replacement ? strlen(replacement) : 0;
    size_t n_bytes = 0;
    if (size > 0) {
        (void)ica_unicode_next(replacement, size, &n_bytes);
    }
    if (size == 0 || size != n_bytes) {
        return ica_token_wrong(reader, "replacement", "one character");
    }
    memcpy(step->replacement, replacement, size + 1);
    (void)ica_pattern_read_literal(&step->pattern, replacement, size);
    step->is_space = true;
    step->behaviour = ICA_SPLIT_MERGED_WITH_NEXT;
    enum ica_status status = ica_token_flag(reader, node, "split", true, &step->is_cut);
    return status ? status : read_prepending(step, reader, node);
}

static enum ica_status read_whitespace_split(struct ica_pre_tokenizer_step *step,
                                             const struct ica_token_reader *reader,
                                             const json_t *node)
{
    (void)reader;
    (void)node;
    step->is_cut = ica_pattern_read(&step->pattern, "\\s", 2);
    step->behaviour = ICA_SPLIT_REMOVED;
    return ICA_OK;
}

static enum ica_status read_step(const struct ica_token_reader *reader, const json_t *node,
                                 void *context)
{
    static const struct {
        const char *type;
        enum ica_status (*read)(struct ica_pre_tokenizer_step *step,
                                const struct ica_token_reader *reader, const json_t *node);
    } types[] = {
        {"Split", read_split},
        {"ByteLevel", read_byte_level},
        {"Metaspace", read_metaspace},
        {"WhitespaceSplit", read_whitespace_split},
    };
    struct ica_pre_tokenizer *pre_tokenizer = context;
    if (pre_tokenizer->n_steps == ICA_MAX_TOKENIZER_STEPS) {
        return ica_token_wrong(reader, "pre_tokenizer", "a sequence of at most 16 steps");
    }
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        if (strcmp(ica_token_type(node), types[i].type) == 0) {
            struct ica_pre_tokenizer_step *step = &pre_tokenizer->steps[pre_tokenizer->n_steps++];
            enum ica_status status = types[i].read(step, reader, node);
            pre_tokenizer->depends_on_place |= step->prepending == PREPEND_FIRST;
            return status;
        }
    }
    return ica_token_unknown(reader, "pre_tokenizer", ica_token_type(node),
                             "Sequence, Split, ByteLevel, Metaspace, WhitespaceSplit");
}

enum ica_status ica_pre_tokenizer_read(struct ica_pre_tokenizer *pre_tokenizer,
                                       const struct ica_token_reader *reader, const json_t *node)
{
    pre_tokenizer->steps = ica_array_new(ICA_MAX_TOKENIZER_STEPS, sizeof *pre_tokenizer->steps);
    return pre_tokenizer->steps ? ica_token_steps(reader, node, "pre_tokenizer", "pretokenizers",
                                                  read_step, pre_tokenizer)
                                : ica_error_nomem(reader->err, "the tokenizer");
}

void ica_pre_tokenizer_clear(struct ica_pre_tokenizer *pre_tokenizer)
{
    free(pre_tokenizer->steps);
    *pre_tokenizer = (struct ica_pre_tokenizer){0};
}
