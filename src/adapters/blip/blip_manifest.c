/* SPDX-License-Identifier: Apache-2.0 */
/* The manifest may have been edited by hand or belong to other files: every member is checked for
 * type and range before it is used. */
#include "adapters/blip/blip_manifest.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define READ_BYTES ((size_t)1 << 20)

static const char *const names[ICA_BLIP_FILES] = {
    [ICA_BLIP_VISION] = "vision.xml",         [ICA_BLIP_VISION_WEIGHTS] = "vision.bin",
    [ICA_BLIP_DECODER] = "decoder.xml",       [ICA_BLIP_DECODER_WEIGHTS] = "decoder.bin",
    [ICA_BLIP_VOCABULARY] = "vocabulary.txt",
};

/* While a manifest is read. */
struct reader {
    const char *path; /* for messages */
    const char *folder;
    struct ica_error *err;
};

static enum ica_status wrong(const struct reader *reader, const char *member, const char *wanted)
{
    return ica_error_set(reader->err, ICA_EINVALID, "%s: \"%s\" must be %s.", reader->path, member,
                         wanted);
}

static enum ica_status read_size(const struct reader *reader, const json_t *object,
                                 const char *member, size_t min, size_t max, size_t *out)
{
    const json_t *value = json_object_get(object, member);
    json_int_t number = json_integer_value(value);
    if (!json_is_integer(value) || number < (json_int_t)min || number > (json_int_t)max) {
        char wanted[64];
        (void)snprintf(wanted, sizeof wanted, "a whole number from %zu to %zu", min, max);
        return wrong(reader, member, wanted);
    }
    *out = (size_t)number;
    return ICA_OK;
}

static enum ica_status read_token(const struct reader *reader, const json_t *root,
                                  const char *member, size_t n_tokens, uint32_t *out)
{
    size_t token = 0;
    enum ica_status status = read_size(reader, root, member, 0, n_tokens - 1, &token);
    if (!status) {
        *out = (uint32_t)token;
    }
    return status;
}

/* How pixels reach the model: each member has one value that is supported. */
static enum ica_status check_pixels(const struct reader *reader, const json_t *root)
{
    static const char *const members[][2] = {
        {"input_layout", "NHWC"},     {"input_type", "u8"},       {"channel_order", "RGB"},
        {"resize_filter", "bicubic"}, {"resize_rule", "stretch"}, {"normalisation", "graph"},
    };
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        const char *value = json_string_value(json_object_get(root, members[i][0]));
        if (!value || strcmp(value, members[i][1]) != 0) {
            char wanted[32];
            (void)snprintf(wanted, sizeof wanted, "\"%s\"", members[i][1]);
            return wrong(reader, members[i][0], wanted);
        }
    }
    return ICA_OK;
}

static enum ica_status read_special(const struct reader *reader, const json_t *root,
                                    struct ica_blip_manifest *manifest)
{
    const json_t *list = json_object_get(root, "special_tokens");
    if (!json_is_array(list) || json_array_size(list) > ICA_MAX_BLIP_SPECIAL_TOKENS) {
        return wrong(reader, "special_tokens", "a list of at most 256 tokens");
    }
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *value = json_array_get(list, i);
        json_int_t token = json_integer_value(value);
        if (!json_is_integer(value) || token < 0 || (uint64_t)token >= manifest->n_tokens) {
            return wrong(reader, "special_tokens", "a list of tokens of the vocabulary");
        }
        manifest->special[manifest->n_special++] = (uint32_t)token;
    }
    return ICA_OK;
}

static enum ica_status read_numbers(const struct reader *reader, const json_t *root,
                                    struct ica_blip_manifest *manifest)
{
    const struct {
        const char *member;
        size_t min;
        size_t max;
        size_t *out;
    } numbers[] = {
        {"input_size", 8, ICA_MAX_BLIP_SIDE, &manifest->side},
        {"patches", 1, ICA_MAX_BLIP_PATCHES, &manifest->n_patches},
        {"layers", 1, ICA_MAX_BLIP_LAYERS, &manifest->n_layers},
        {"heads", 1, ICA_MAX_BLIP_HEADS, &manifest->n_heads},
        {"head_size", 1, ICA_MAX_BLIP_HEAD_SIZE, &manifest->head_size},
        {"vocabulary_size", 2 * ICA_MAX_BEAMS, 262144, &manifest->n_tokens},
        {"max_length", 2, ICA_MAX_CAPTION_TOKENS, &manifest->max_length},
    };
    enum ica_status status = ICA_OK;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers && !status; i++) {
        status = read_size(reader, root, numbers[i].member, numbers[i].min, numbers[i].max,
                           numbers[i].out);
    }
    if (!status) {
        status = read_token(reader, root, "begin_token", manifest->n_tokens, &manifest->begin);
    }
    if (!status) {
        status = read_token(reader, root, "end_token", manifest->n_tokens, &manifest->end);
    }
    return status ? status : read_special(reader, root, manifest);
}

static const json_t *find_file(const json_t *root, const char *name)
{
    const json_t *list = json_object_get(root, "files");
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *file = json_array_get(list, i);
        const char *found = json_string_value(json_object_get(file, "name"));
        if (found && strcmp(found, name) == 0) {
            return file;
        }
    }
    return NULL;
}

static enum ica_status read_file(const struct reader *reader, const json_t *root,
                                 enum ica_blip_file number, struct ica_blip_manifest *manifest)
{
    const char *name = names[number];
    const json_t *file = find_file(root, name);
    if (!file) {
        return ica_error_set(reader->err, ICA_EINVALID, "%s: \"files\" must name %s.", reader->path,
                             name);
    }
    size_t size_bytes = 0;
    size_t max_bytes =
        number == ICA_BLIP_VOCABULARY ? ICA_MAX_BLIP_VOCABULARY_FILE : ICA_MAX_BLIP_FILE_BYTES;
    enum ica_status status = read_size(reader, file, "size", 1, max_bytes, &size_bytes);
    if (status) {
        return status;
    }
    const char *sha256 = json_string_value(json_object_get(file, "sha256"));
    if (!sha256 || strlen(sha256) != ICA_SHA256_TEXT_SIZE - 1 ||
        strspn(sha256, "0123456789abcdef") != ICA_SHA256_TEXT_SIZE - 1) {
        return wrong(reader, "sha256", "64 hexadecimal digits in lower case");
    }
    memcpy(manifest->files[number].sha256, sha256, ICA_SHA256_TEXT_SIZE);
    manifest->files[number].size_bytes = size_bytes;
    char **path = &manifest->files[number].path;
    if (asprintf(path, "%s/%s", reader->folder, name) < 0) {
        *path = NULL;
        return ica_error_nomem(reader->err, "the captioning model");
    }
    struct stat info;
    if (stat(*path, &info) || !S_ISREG(info.st_mode)) {
        return ica_error_set(reader->err, ICA_ENOTFOUND, "The captioning model has no file %s.",
                             *path);
    }
    if ((size_t)info.st_size != size_bytes) {
        return ica_error_set(reader->err, ICA_EINVALID,
                             "%s is not the file that the captioning model was made with: it has "
                             "%zu bytes, not %zu.",
                             *path, (size_t)info.st_size, size_bytes);
    }
    return ICA_OK;
}

static enum ica_status read_root(const struct reader *reader, const json_t *root,
                                 struct ica_blip_manifest *manifest)
{
    const char *name = json_string_value(json_object_get(root, "name"));
    if (!name || !*name || strlen(name) >= sizeof manifest->name) {
        return wrong(reader, "name", "a text of fitting length");
    }
    memcpy(manifest->name, name, strlen(name) + 1);
    enum ica_status status = check_pixels(reader, root);
    if (!status) {
        status = read_numbers(reader, root, manifest);
    }
    for (int i = 0; i < ICA_BLIP_FILES && !status; i++) {
        status = read_file(reader, root, (enum ica_blip_file)i, manifest);
    }
    return status;
}

static enum ica_status load(const struct reader *reader, struct ica_blip_manifest *manifest)
{
    struct stat info;
    if (stat(reader->path, &info)) {
        return ica_error_set(reader->err, ICA_ENOTFOUND, "There is no captioning model in %s.",
                             reader->folder);
    }
    if (!S_ISREG(info.st_mode) || info.st_size > ICA_MAX_BLIP_MANIFEST_BYTES) {
        return ica_error_set(reader->err, ICA_EINVALID, "%s: a manifest has at most %d bytes.",
                             reader->path, ICA_MAX_BLIP_MANIFEST_BYTES);
    }
    json_error_t syntax;
    json_t *root = json_load_file(reader->path, JSON_REJECT_DUPLICATES, &syntax);
    if (!root) {
        return ica_error_set(reader->err, ICA_EINVALID, "%s, line %d: this is no valid JSON (%s).",
                             reader->path, syntax.line, syntax.text);
    }
    enum ica_status status = read_root(reader, root, manifest);
    json_decref(root);
    return status;
}

enum ica_status ica_blip_manifest_read(struct ica_blip_manifest *manifest, const char *folder,
                                       struct ica_error *err)
{
    char *path = NULL;
    if (asprintf(&path, "%s/%s", folder, ICA_BLIP_MANIFEST) < 0) {
        return ica_error_nomem(err, "the captioning model");
    }
    const struct reader reader = {.path = path, .folder = folder, .err = err};
    enum ica_status status = load(&reader, manifest);
    free(path);
    if (status) {
        ica_blip_manifest_clear(manifest);
    }
    return status;
}

/* Hash what is left of `file`. False if it cannot be read. */
static bool hash_file(FILE *file, struct ica_sha256 *hash, struct ica_buffer *content,
                      uint8_t *chunk, enum ica_status *status, struct ica_error *err)
{
    size_t size;
    while (*status == ICA_OK && (size = fread(chunk, 1, READ_BYTES, file)) > 0) {
        ica_sha256_add(hash, chunk, size);
        if (content) {
            *status = ica_buffer_append(content, chunk, size, err);
        }
    }
    return !ferror(file);
}

enum ica_status ica_blip_manifest_verify(const struct ica_blip_manifest *manifest,
                                         enum ica_blip_file file, struct ica_buffer *content,
                                         struct ica_error *err)
{
    const char *path = manifest->files[file].path;
    FILE *stream = fopen(path, "rb");
    if (!stream) {
        return ica_error_set(err, ICA_ENOTFOUND, "The captioning model's file %s cannot be read.",
                             path);
    }
    uint8_t *chunk = malloc(READ_BYTES);
    struct ica_sha256 hash;
    char text[ICA_SHA256_TEXT_SIZE];
    ica_sha256_init(&hash);
    enum ica_status status = chunk ? ICA_OK : ica_error_nomem(err, "the captioning model");
    if (chunk && !hash_file(stream, &hash, content, chunk, &status, err) && !status) {
        status = ica_error_set(err, ICA_ENOTFOUND, "The captioning model's file %s cannot be read.",
                               path);
    }
    ica_sha256_text(&hash, text);
    if (!status && strcmp(text, manifest->files[file].sha256) != 0) {
        status = ica_error_set(err, ICA_EINVALID,
                               "%s is not the file that the captioning model was made with: its "
                               "SHA-256 is another one.",
                               path);
    }
    free(chunk);
    (void)fclose(stream);
    return status;
}

void ica_blip_manifest_clear(struct ica_blip_manifest *manifest)
{
    for (int i = 0; i < ICA_BLIP_FILES; i++) {
        free(manifest->files[i].path);
    }
    *manifest = (struct ica_blip_manifest){0};
}
