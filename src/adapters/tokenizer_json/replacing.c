/* SPDX-License-Identifier: Apache-2.0 */
#include "adapters/tokenizer_json/replacing.h"

enum ica_status ica_pattern_read_member(struct ica_pattern *pattern,
                                        const struct ica_token_reader *reader, const json_t *step)
{
    const json_t *node = json_object_get(step, "pattern");
    const json_t *literal = json_object_get(node, "String");
    const json_t *expression = json_object_get(node, "Regex");
    if (json_is_string(literal)) {
        return ica_pattern_read_literal(pattern, json_string_value(literal),
                                        json_string_length(literal))
                   ? ICA_OK
                   : ica_token_wrong(reader, "pattern", "a text of 1 to 128 characters");
    }
    if (!json_is_string(expression)) {
        return ica_token_wrong(reader, "pattern", "an object with \"String\" or \"Regex\"");
    }
    return ica_pattern_read(pattern, json_string_value(expression), json_string_length(expression))
               ? ICA_OK
               : ica_token_unknown(reader, "pattern", json_string_value(expression),
                                   "alternatives of sequences of characters and classes with "
                                   "\\s \\S \\p{L} \\p{N}, quantified by + * ? {m,n}");
}

enum ica_status ica_pattern_check_steps(size_t steps_left, struct ica_error *err)
{
    return steps_left > 0
               ? ICA_OK
               : ica_error_set(err, ICA_ETOOLARGE,
                               "A pattern of the tokenizer takes too long for this text; "
                               "shorten the text.");
}

enum ica_status ica_pattern_replace(const struct ica_pattern *pattern, const char *content,
                                    struct ica_buffer *out, const char *text, size_t size,
                                    struct ica_error *err)
{
    enum ica_status status = ICA_OK;
    size_t steps_left = ICA_PATTERN_STEPS;
    size_t at = 0;
    size_t start;
    size_t end;
    while (!status && ica_pattern_find(pattern, text, size, at, &start, &end, &steps_left)) {
        status = ica_buffer_append(out, text + at, start - at, err);
        status = status ? status : ica_buffer_append_text(out, content, err);
        at = end;
    }
    status = status ? status : ica_pattern_check_steps(steps_left, err);
    return status ? status : ica_buffer_append(out, text + at, size - at, err);
}
