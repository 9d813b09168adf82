/* SPDX-License-Identifier: Apache-2.0 */
/* {"format": "image-cluster-ai own concepts 1", "concepts": [{"name": ..., "model": ...,
 * "weights_sha256": ..., "examples": ..., "threshold": ..., "prototype": [...]}]}. The file may
 * have been written by anyone, so every member is checked for type and range before it is used. */
#include "adapters/concept_file/concept_file.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/file_io.h"
#include "base/memory.h"
#include "base/text.h"

#define MAX_FILE_BYTES ((size_t)256 << 20)
#define FORMAT         "image-cluster-ai own concepts 1"
#define FLOAT_DIGITS   9 /* that tell any two floats apart */
#define MAX_EXAMPLES   1000000000

struct concept_file {
    struct ica_concept_store base;
    char *path; /* owned */
};

/* ---- Reading ----------------------------------------------------------------------------------
 */

static bool read_text(const json_t *object, const char *member, char *out, size_t size)
{
    const char *text = json_string_value(json_object_get(object, member));
    if (!text || strlen(text) >= size) {
        return false;
    }
    memcpy(out, text, strlen(text) + 1);
    return true;
}

static bool read_prototype(const json_t *list, struct ica_own_concept *concept)
{
    size_t dim = json_array_size(list);
    if (dim == 0 || dim > ICA_MAX_DIM) {
        return false;
    }
    concept->dim = dim;
    concept->prototype = ica_array_new(dim, sizeof *concept->prototype);
    for (size_t k = 0; concept->prototype && k < dim; k++) {
        const json_t *number = json_array_get(list, k);
        if (!json_is_number(number) || fabs(json_number_value(number)) > 2) {
            return false;
        }
        concept->prototype[k] = (float)json_number_value(number);
    }
    return concept->prototype;
}

static bool read_concept(const json_t *object, struct ica_own_concept *concept)
{
    const json_t *threshold = json_object_get(object, "threshold");
    json_int_t examples = json_integer_value(json_object_get(object, "examples"));
    concept->threshold = json_number_value(threshold);
    concept->n_examples = (size_t)examples;
    return read_text(object, "name", concept->name, sizeof concept->name) &&
           ica_own_name_check(concept->name, NULL) == ICA_OK &&
           read_text(object, "model", concept->model_name, sizeof concept->model_name) &&
           read_text(object, "weights_sha256", concept->weights_sha256,
                     sizeof concept->weights_sha256) &&
           examples >= ICA_MIN_EXAMPLES && examples <= MAX_EXAMPLES && json_is_number(threshold) &&
           fabs(concept->threshold) <= 2 &&
           read_prototype(json_object_get(object, "prototype"), concept);
}

static enum ica_status read_list(const struct concept_file *file, const json_t *root,
                                 struct ica_own_concepts *out, struct ica_error *err)
{
    const json_t *list = json_object_get(root, "concepts");
    const char *format = json_string_value(json_object_get(root, "format"));
    if (!format || strcmp(format, FORMAT) != 0 || !json_is_array(list)) {
        return ica_error_set(err, ICA_ECORRUPT, "%.200s is no file of own concepts.", file->path);
    }
    enum ica_status status = ICA_OK;
    for (size_t i = 0; i < json_array_size(list) && !status; i++) {
        struct ica_own_concept concept = {0};
        if (!read_concept(json_array_get(list, i), &concept)) {
            status = ica_error_set(err, ICA_ECORRUPT, "%.200s: concept %zu is damaged.", file->path,
                                   i + 1);
        } else {
            status = ica_own_concepts_put(out, &concept, err);
        }
        ica_own_concept_clear(&concept);
    }
    return status;
}

static enum ica_status load(struct ica_concept_store *self, struct ica_own_concepts *out,
                            struct ica_error *err)
{
    const struct concept_file *file = (const struct concept_file *)self;
    struct ica_buffer text;
    ica_buffer_init(&text, MAX_FILE_BYTES);
    enum ica_status status = ica_file_read(file->path, &text, err);
    if (status) {
        ica_buffer_clear(&text);
        return status == ICA_ENOTFOUND
                   ? ICA_OK
                   : ica_error_prefix(err, status, "The own concepts in %.200s: ", file->path);
    }
    json_error_t fault;
    json_t *root = json_loadb(ica_buffer_text(&text), text.size, JSON_REJECT_DUPLICATES, &fault);
    ica_buffer_clear(&text);
    status = root ? read_list(file, root, out, err)
                  : ica_error_set(err, ICA_ECORRUPT, "%.200s, line %d: %.100s.", file->path,
                                  fault.line, fault.text);
    json_decref(root);
    if (status) {
        ica_own_concepts_clear(out);
    }
    return status;
}

/* ---- Writing ----------------------------------------------------------------------------------
 */

static json_t *write_concept(const struct ica_own_concept *concept)
{
    json_t *prototype = json_array();
    for (size_t k = 0; k < concept->dim; k++) {
        if (json_array_append_new(prototype, json_real((double)concept->prototype[k]))) {
            json_decref(prototype);
            return NULL;
        }
    }
    return json_pack("{s:s, s:s, s:s, s:I, s:f, s:o}",             //
                     "name", concept->name,                        //
                     "model", concept->model_name,                 //
                     "weights_sha256", concept->weights_sha256,    //
                     "examples", (json_int_t) concept->n_examples, //
                     "threshold", concept->threshold,              //
                     "prototype", prototype);
}

static enum ica_status save(struct ica_concept_store *self, const struct ica_own_concepts *concepts,
                            struct ica_error *err)
{
    const struct concept_file *file = (const struct concept_file *)self;
    json_t *list = json_array();
    json_t *root = json_pack("{s:s, s:o}", "format", FORMAT, "concepts", list);
    bool complete = root != NULL;
    for (size_t i = 0; i < concepts->n && complete; i++) {
        complete = json_array_append_new(list, write_concept(&concepts->items[i])) == 0;
    }
    char *text =
        complete ? json_dumps(root, JSON_COMPACT | JSON_REAL_PRECISION(FLOAT_DIGITS)) : NULL;
    json_decref(root);
    if (!text) {
        return ica_error_nomem(err, "the own concepts");
    }
    ica_file_make_folders(file->path);
    enum ica_status status = ica_file_replace(file->path, text, strlen(text), err);
    free(text);
    return status ? ica_error_prefix(err, status,
                                     "The own concepts cannot be kept in %.200s: ", file->path)
                  : ICA_OK;
}

static void destroy(struct ica_concept_store *self)
{
    struct concept_file *file = (struct concept_file *)self;
    free(file->path);
    free(file);
}

static const struct ica_concept_store_ops ops = {.load = load, .save = save, .destroy = destroy};

enum ica_status ica_concept_file_open(struct ica_concept_store **out, const char *path,
                                      struct ica_error *err)
{
    *out = NULL;
    struct concept_file *file = calloc(1, sizeof *file);
    char *copy = ica_text_copy(path);
    if (!file || !copy) {
        free(file);
        free(copy);
        return ica_error_nomem(err, "the store of concepts");
    }
    *file = (struct concept_file){.base = {.ops = &ops}, .path = copy};
    *out = &file->base;
    return ICA_OK;
}
