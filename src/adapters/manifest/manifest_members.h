/* SPDX-License-Identifier: Apache-2.0 */
/* Members of a manifest, checked for type and range. Messages name the file and the member. */
#ifndef ICA_ADAPTERS_MANIFEST_MANIFEST_MEMBERS_H
#define ICA_ADAPTERS_MANIFEST_MANIFEST_MEMBERS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/choice.h"
#include "base/error.h"

/* One manifest while it is read. */
struct ica_manifest_text {
    const char *path; /* for messages */
    json_t *root;
    struct ica_error *err;
};

/* ICA_EINVALID: `member` must be what `wanted` says. */
enum ica_status ica_member_wrong(const struct ica_manifest_text *manifest, const char *member,
                                 const char *wanted);

/* A text that fits `size`, is not empty and holds no control character. */
enum ica_status ica_member_text(const struct ica_manifest_text *manifest, const json_t *object,
                                const char *member, char *out, size_t size) ICA_MUST_CHECK;

/* The same, but "" where the member is missing. */
enum ica_status ica_member_optional(const struct ica_manifest_text *manifest, const json_t *object,
                                    const char *member, char *out, size_t size) ICA_MUST_CHECK;

enum ica_status ica_member_size(const struct ica_manifest_text *manifest, const json_t *object,
                                const char *member, uint64_t min, uint64_t max,
                                uint64_t *out) ICA_MUST_CHECK;

/* One of the words; what `*out` holds already where the member is missing and may be. */
enum ica_status ica_member_word(const struct ica_manifest_text *manifest, const json_t *object,
                                const char *member, const struct ica_choice *choices,
                                bool is_needed, int *out) ICA_MUST_CHECK;

/* Of the manifest itself; false where it is missing. */
enum ica_status ica_member_bool(const struct ica_manifest_text *manifest, const char *member,
                                bool *out) ICA_MUST_CHECK;

#endif
