/* SPDX-License-Identifier: Apache-2.0 */
#include "adapters/tokenizer_json/json_members.h"

#include <string.h>

/* While Sequences are unfolded. */
struct unfolding {
    const char *member;
    const char *list;
    enum ica_status (*read)(const struct ica_token_reader *reader, const json_t *step,
                            void *context);
    void *context;
    size_t n_nodes;
};

const char *ica_token_type(const json_t *object)
{
    const char *type = json_string_value(json_object_get(object, "type"));
    return type ? type : "";
}

enum ica_status ica_token_wrong(const struct ica_token_reader *reader, const char *member,
                                const char *wanted)
{
    return ica_error_set(reader->err, ICA_EINVALID, "%.200s: \"%s\" must be %s.", reader->path,
                         member, wanted);
}

enum ica_status ica_token_unknown(const struct ica_token_reader *reader, const char *member,
                                  const char *found, const char *known)
{
    return ica_error_set(reader->err, ICA_EUNAVAILABLE,
                         "%.150s: \"%.60s\" in \"%s\" is not supported. Supported: %s.",
                         reader->path, found, member, known);
}

enum ica_status ica_token_flag(const struct ica_token_reader *reader, const json_t *object,
                               const char *member, bool fallback, bool *out)
{
    const json_t *value = json_object_get(object, member);
    if (value && !json_is_null(value) && !json_is_boolean(value)) {
        return ica_token_wrong(reader, member, "true or false");
    }
    *out = json_is_boolean(value) ? json_is_true(value) : fallback;
    return ICA_OK;
}

enum ica_status ica_token_id(const struct ica_token_reader *reader, const json_t *value,
                             const char *member, uint32_t *out)
{
    json_int_t id = json_integer_value(value);
    if (!json_is_integer(value) || id < 0 || id > ICA_MAX_TOKEN_ID) {
        return ica_token_wrong(reader, member, "a token's number, from 0 to 4194303");
    }
    *out = (uint32_t)id;
    return ICA_OK;
}

static enum ica_status unfold(const struct ica_token_reader *reader, const json_t *node,
                              size_t depth, struct unfolding *unfolding)
{
    if (depth > ICA_MAX_TOKENIZER_DEPTH || ++unfolding->n_nodes > 2 * ICA_MAX_TOKENIZER_STEPS) {
        return ica_token_wrong(reader, unfolding->member,
                               "a sequence of at most 16 steps, at most 8 deep");
    }
    if (strcmp(ica_token_type(node), "Sequence") != 0) {
        return unfolding->read(reader, node, unfolding->context);
    }
    const json_t *list = json_object_get(node, unfolding->list);
    if (!json_is_array(list)) {
        return ica_token_wrong(reader, unfolding->list, "a list");
    }
    enum ica_status status = ICA_OK;
    for (size_t i = 0; i < json_array_size(list) && !status; i++) {
        status = unfold(reader, json_array_get(list, i), depth + 1, unfolding);
    }
    return status;
}

enum ica_status ica_token_steps(const struct ica_token_reader *reader, const json_t *node,
                                const char *member, const char *list,
                                enum ica_status (*read)(const struct ica_token_reader *reader,
                                                        const json_t *step, void *context),
                                void *context)
{
    struct unfolding unfolding = {.member = member, .list = list, .read = read, .context = context};
    return !node || json_is_null(node) ? ICA_OK : unfold(reader, node, 0, &unfolding);
}
