/* SPDX-License-Identifier: Apache-2.0 */
/* A file is "ICAVECT1", the number of rows and their length as 64-bit numbers, the SHA-256 of the
 * floats as text, then the floats, all as this machine stores them: a cache is not carried about,
 * and a file that does not fit in every respect is as good as none. */
#include "adapters/vector_files/vector_files.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/file_io.h"
#include "base/memory.h"
#include "base/text.h"

static const char magic[8] = {'I', 'C', 'A', 'V', 'E', 'C', 'T', '1'};

struct head {
    char magic[sizeof magic];
    uint64_t n;
    uint64_t dim;
    char sha256[ICA_SHA256_TEXT_SIZE];
};

struct vector_files {
    struct ica_vector_cache base;
    char *folder; /* owned */
};

static char *path_of(const struct vector_files *files, const char *key)
{
    char *path = NULL;
    return asprintf(&path, "%s/words-%s.f32", files->folder, key) < 0 ? NULL : path;
}

/* False when the rows are too many for a file. */
static bool make_head(size_t n, size_t dim, const float *rows, struct head *head,
                      size_t *rows_bytes)
{
    size_t count;
    if (!ica_size_multiply(n, dim, &count) || !ica_size_multiply(count, sizeof *rows, rows_bytes) ||
        *rows_bytes > ICA_MAX_VECTOR_FILE_BYTES - sizeof *head) {
        return false;
    }
    struct ica_sha256 hash;
    *head = (struct head){.n = n, .dim = dim};
    memcpy(head->magic, magic, sizeof magic);
    ica_sha256_init(&hash);
    ica_sha256_add(&hash, rows, *rows_bytes);
    ica_sha256_text(&hash, head->sha256);
    return true;
}

static enum ica_status load(struct ica_vector_cache *self, const char key[ICA_SHA256_TEXT_SIZE],
                            size_t n, size_t dim, float *out, struct ica_error *err)
{
    const struct vector_files *files = (const struct vector_files *)self;
    char *path = path_of(files, key);
    struct ica_buffer content;
    struct head expected;
    size_t rows_bytes = 0;
    ica_buffer_init(&content, ICA_MAX_VECTOR_FILE_BYTES);
    enum ica_status status = path ? ica_file_read(path, &content, NULL) : ICA_ENOMEM;
    free(path);
    bool fits = !status && content.size > sizeof expected &&
                ica_size_multiply(n, dim * sizeof *out, &rows_bytes) &&
                content.size - sizeof expected == rows_bytes;
    if (fits) {
        const char *bytes = ica_buffer_text(&content);
        memcpy(out, bytes + sizeof expected, rows_bytes);
        fits = make_head(n, dim, out, &expected, &rows_bytes) &&
               memcmp(bytes, &expected, sizeof expected) == 0;
    }
    ica_buffer_clear(&content);
    return fits ? ICA_OK : ica_error_set(err, ICA_ENOTFOUND, "No such rows are kept.");
}

static enum ica_status save(struct ica_vector_cache *self, const char key[ICA_SHA256_TEXT_SIZE],
                            size_t n, size_t dim, const float *rows, struct ica_error *err)
{
    const struct vector_files *files = (const struct vector_files *)self;
    struct ica_buffer content;
    struct head head;
    size_t rows_bytes = 0;
    if (!make_head(n, dim, rows, &head, &rows_bytes)) {
        return ica_error_set(err, ICA_ETOOLARGE, "The rows are too many for the cache.");
    }
    ica_buffer_init(&content, ICA_MAX_VECTOR_FILE_BYTES);
    char *path = path_of(files, key);
    enum ica_status status = path ? ICA_OK : ica_error_nomem(err, "the cache");
    if (!status) {
        ica_file_make_folders(path);
        status = ica_buffer_append(&content, (const uint8_t *)&head, sizeof head, err);
    }
    if (!status) {
        status = ica_buffer_append(&content, (const uint8_t *)rows, rows_bytes, err);
    }
    if (!status) {
        status = ica_file_replace(path, ica_buffer_text(&content), content.size, err);
    }
    ica_buffer_clear(&content);
    free(path);
    return status;
}

static void destroy(struct ica_vector_cache *self)
{
    struct vector_files *files = (struct vector_files *)self;
    free(files->folder);
    free(files);
}

static const struct ica_vector_cache_ops ops = {.load = load, .save = save, .destroy = destroy};

enum ica_status ica_vector_files_open(struct ica_vector_cache **out, const char *folder,
                                      struct ica_error *err)
{
    struct vector_files *files = calloc(1, sizeof *files);
    *out = NULL;
    if (!files || !(files->folder = ica_text_copy(folder))) {
        free(files);
        return ica_error_nomem(err, "the cache");
    }
    files->base.ops = &ops;
    *out = &files->base;
    return ICA_OK;
}
