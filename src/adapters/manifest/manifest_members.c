/* SPDX-License-Identifier: Apache-2.0 */
#include "adapters/manifest/manifest_members.h"

#include <stdio.h>
#include <string.h>

enum ica_status ica_member_wrong(const struct ica_manifest_text *manifest, const char *member,
                                 const char *wanted)
{
    return ica_error_set(manifest->err, ICA_EINVALID, "%.200s: \"%s\" must be %s.", manifest->path,
                         member, wanted);
}

enum ica_status ica_member_text(const struct ica_manifest_text *manifest, const json_t *object,
                                const char *member, char *out, size_t size)
{
    const json_t *value = json_object_get(object, member);
    const char *text = json_string_value(value);
    size_t length = json_string_length(value);
    bool is_clean = text && length > 0 && length < size && strlen(text) == length;
    for (size_t i = 0; is_clean && i < length; i++) {
        is_clean = (unsigned char)text[i] >= ' ' && text[i] != 0x7F;
    }
    if (!is_clean) {
        char wanted[80];
        (void)snprintf(wanted, sizeof wanted, "a text of 1 to %zu bytes without control characters",
                       size - 1);
        return ica_member_wrong(manifest, member, wanted);
    }
    memcpy(out, text, length + 1);
    return ICA_OK;
}

enum ica_status ica_member_optional(const struct ica_manifest_text *manifest, const json_t *object,
                                    const char *member, char *out, size_t size)
{
    out[0] = 0;
    return json_object_get(object, member) ? ica_member_text(manifest, object, member, out, size)
                                           : ICA_OK;
}

enum ica_status ica_member_size(const struct ica_manifest_text *manifest, const json_t *object,
                                const char *member, uint64_t min, uint64_t max, uint64_t *out)
{
    const json_t *value = json_object_get(object, member);
    json_int_t number = json_integer_value(value);
    if (!json_is_integer(value) || number < (json_int_t)min || number > (json_int_t)max) {
        char wanted[80];
        (void)snprintf(wanted, sizeof wanted, "a whole number from %llu to %llu",
                       (unsigned long long)min, (unsigned long long)max);
        return ica_member_wrong(manifest, member, wanted);
    }
    *out = (uint64_t)number;
    return ICA_OK;
}

enum ica_status ica_member_word(const struct ica_manifest_text *manifest, const json_t *object,
                                const char *member, const struct ica_choice *choices,
                                bool is_needed, int *out)
{
    const json_t *value = json_object_get(object, member);
    const char *text = json_string_value(value);
    if (!value && !is_needed) {
        return ICA_OK;
    }
    if (text && ica_choice_find(choices, text, out)) {
        return ICA_OK;
    }
    char wanted[96];
    size_t used = 0;
    for (const struct ica_choice *choice = choices; choice->name && used < sizeof wanted;
         choice++) {
        int length = snprintf(wanted + used, sizeof wanted - used, "%s\"%s\"",
                              choice == choices ? "" : " or ", choice->name);
        used += length > 0 ? (size_t)length : 0;
    }
    return ica_member_wrong(manifest, member, wanted);
}

enum ica_status ica_member_bool(const struct ica_manifest_text *manifest, const char *member,
                                bool *out)
{
    const json_t *value = json_object_get(manifest->root, member);
    if (value && !json_is_boolean(value)) {
        return ica_member_wrong(manifest, member, "true or false");
    }
    *out = json_is_true(value);
    return ICA_OK;
}
