/* SPDX-License-Identifier: Apache-2.0 */
#include "adapters/tokenizer_json/marks.h"

#include <string.h>

/* Put a step's marks around those that are there. */
static enum ica_status surround(struct ica_marks *marks, const struct ica_token_reader *reader,
                                const struct ica_marks *step)
{
    if (marks->n_before + marks->n_after + step->n_before + step->n_after > ICA_MAX_MARKS) {
        return ica_token_wrong(reader, "post_processor", "one that adds at most two tokens");
    }
    memmove(marks->before + step->n_before, marks->before, marks->n_before * sizeof(uint32_t));
    memcpy(marks->before, step->before, step->n_before * sizeof(uint32_t));
    memcpy(marks->after + marks->n_after, step->after, step->n_after * sizeof(uint32_t));
    marks->n_before += step->n_before;
    marks->n_after += step->n_after;
    return ICA_OK;
}

/* ["</s>", 2] in "cls" and "sep". */
static enum ica_status read_pair(struct ica_marks *marks, const struct ica_token_reader *reader,
                                 const json_t *node)
{
    struct ica_marks step = {.n_before = 1, .n_after = 1};
    enum ica_status status = ica_token_id(reader, json_array_get(json_object_get(node, "cls"), 1),
                                          "cls", &step.before[0]);
    status = status ? status
                    : ica_token_id(reader, json_array_get(json_object_get(node, "sep"), 1), "sep",
                                   &step.after[0]);
    return status ? status : surround(marks, reader, &step);
}

/* Add the ids that a template's special token stands for. */
static enum ica_status read_special(struct ica_marks *step, const struct ica_token_reader *reader,
                                    const json_t *node, const char *name, bool is_after)
{
    const json_t *tokens = json_object_get(node, "special_tokens");
    const json_t *ids = json_object_get(json_object_get(tokens, name), "ids");
    enum ica_status status =
        json_is_array(ids) ? ICA_OK
                           : ica_token_wrong(reader, "special_tokens",
                                             "an object with the ids of each token in \"single\"");
    for (size_t i = 0; i < json_array_size(ids) && !status; i++) {
        if (step->n_before + step->n_after == ICA_MAX_MARKS) {
            return ica_token_wrong(reader, "post_processor", "one that adds at most two tokens");
        }
        status = ica_token_id(reader, json_array_get(ids, i), "ids",
                              is_after ? &step->after[step->n_after++]
                                       : &step->before[step->n_before++]);
    }
    return status;
}

static enum ica_status read_template(struct ica_marks *marks, const struct ica_token_reader *reader,
                                     const json_t *node)
{
    struct ica_marks step = {0};
    const json_t *list = json_object_get(node, "single");
    size_t n_texts = 0;
    enum ica_status status = ICA_OK;
    for (size_t i = 0; i < json_array_size(list) && !status; i++) {
        const json_t *item = json_array_get(list, i);
        const json_t *special = json_object_get(item, "SpecialToken");
        const char *name = json_string_value(json_object_get(special, "id"));
        if (json_is_object(json_object_get(item, "Sequence"))) {
            n_texts++;
        } else if (name) {
            status = read_special(&step, reader, node, name, n_texts > 0);
        } else {
            status = ica_token_wrong(reader, "single", "a list of special tokens and a sequence");
        }
    }
    if (!status && n_texts != 1) {
        status = ica_token_wrong(reader, "single", "a list with one sequence");
    }
    return status ? status : surround(marks, reader, &step);
}

static enum ica_status read_step(const struct ica_token_reader *reader, const json_t *node,
                                 void *context)
{
    struct ica_marks *marks = context;
    const char *type = ica_token_type(node);
    if (strcmp(type, "ByteLevel") == 0) {
        return ICA_OK; /* it moves places in the text only */
    }
    if (strcmp(type, "RobertaProcessing") == 0 || strcmp(type, "BertProcessing") == 0) {
        return read_pair(marks, reader, node);
    }
    if (strcmp(type, "TemplateProcessing") == 0) {
        return read_template(marks, reader, node);
    }
    return ica_token_unknown(reader, "post_processor", type,
                             "Sequence, TemplateProcessing, RobertaProcessing, BertProcessing, "
                             "ByteLevel");
}

enum ica_status ica_marks_read(struct ica_marks *marks, const struct ica_token_reader *reader,
                               const json_t *node)
{
    return ica_token_steps(reader, node, "post_processor", "processors", read_step, marks);
}
