/* SPDX-License-Identifier: Apache-2.0 */
/* Concepts that a user teaches by examples.
 *
 * The similarity of an example to the mean of all would count the example itself. So the threshold
 * is made of the similarities of each to the mean of the others: their mean, less some of their
 * standard deviation; the less, the fewer they are, for a few examples say little of how far the
 * concept reaches, and a wrong name is worse than none. */
#include "domain/description/concepts/own_concepts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "domain/vectors/dot.h"

#define MOST_DEVIATION 0.6 /* standard deviations below the mean, of very many examples */
#define MAX_MEMBERS    128 /* that are asked, evenly spaced */
#define MIN_SHARE      0.5

enum ica_status ica_own_name_check(const char *name, struct ica_error *err)
{
    size_t size = strlen(name);
    if (size == 0 || size >= ICA_MAX_OWN_NAME) {
        return ica_error_set(err, ICA_EINVALID,
                             "A concept's name has 1 to %d bytes, but \"%.40s\" has %zu.",
                             ICA_MAX_OWN_NAME - 1, name, size);
    }
    bool clean = ica_text_is_utf8(name, size) && name[0] != ' ' && name[size - 1] != ' ';
    for (size_t i = 0; i < size; i++) {
        clean &= (unsigned char)name[i] >= ' ' && name[i] != 0x7f;
    }
    return clean ? ICA_OK
                 : ica_error_set(err, ICA_EINVALID,
                                 "A concept's name is one line of UTF-8 without blanks around it.");
}

/* Add a row as a unit vector. */
static void add_unit(double *sum, const float *row, size_t dim)
{
    double length = sqrt(ica_dot(row, row, dim));
    for (size_t k = 0; k < dim && length > 0; k++) {
        sum[k] += (double)row[k] / length;
    }
}

/* Cosine of an example and the sum of the other examples' unit vectors. */
static double similarity_to_others(const double *sum, const float *row, size_t dim)
{
    double length = sqrt(ica_dot(row, row, dim));
    double product = 0;
    double others = 0;
    for (size_t k = 0; k < dim && length > 0; k++) {
        double own = (double)row[k] / length;
        double other = sum[k] - own;
        product += other * own;
        others += other * other;
    }
    return others > 0 ? product / sqrt(others) : 0;
}

static double find_threshold(const double *sum, const struct ica_features *features)
{
    double n = (double)features->n;
    double total = 0;
    double squares = 0;
    for (size_t i = 0; i < features->n; i++) {
        double s =
            similarity_to_others(sum, features->embeddings + i * features->dim, features->dim);
        total += s;
        squares += s * s;
    }
    double mean = total / n;
    double variance = (squares - n * mean * mean) / (n - 1);
    double deviation = variance > 0 ? sqrt(variance) : 0;
    return mean - MOST_DEVIATION * (1 - 2 / n) * deviation;
}

enum ica_status ica_own_concept_learn(struct ica_own_concept *concept, const char *name,
                                      const struct ica_features *features,
                                      const struct ica_model *model, struct ica_error *err)
{
    enum ica_status status = ica_own_name_check(name, err);
    if (status) {
        return status;
    }
    if (features->n < ICA_MIN_EXAMPLES) {
        return ica_error_set(err, ICA_EINVALID,
                             "\"%s\" has %zu readable %s: give at least %d examples, better ten or "
                             "more.",
                             name, features->n, features->n == 1 ? "image" : "images",
                             ICA_MIN_EXAMPLES);
    }
    size_t dim = features->dim;
    double *sum = ica_array_new(dim, sizeof *sum);
    concept->prototype = ica_array_new(dim, sizeof *concept->prototype);
    if (!sum || !concept->prototype) {
        free(sum);
        ica_own_concept_clear(concept);
        return ica_error_nomem(err, "a concept");
    }
    for (size_t i = 0; i < features->n; i++) {
        add_unit(sum, features->embeddings + i * dim, dim);
    }
    double length = 0;
    for (size_t k = 0; k < dim; k++) {
        length += sum[k] * sum[k];
    }
    length = sqrt(length);
    for (size_t k = 0; k < dim && length > 0; k++) {
        concept->prototype[k] = (float)(sum[k] / length);
    }
    concept->threshold = find_threshold(sum, features);
    free(sum);
    concept->dim = dim;
    concept->n_examples = features->n;
    memcpy(concept->name, name, strlen(name) + 1);
    memcpy(concept->model_name, model->name, sizeof concept->model_name);
    memcpy(concept->weights_sha256, model->weights_sha256, sizeof concept->weights_sha256);
    return ICA_OK;
}

bool ica_own_concept_fits(const struct ica_own_concept *concept, const struct ica_model *model)
{
    return concept->dim == model->dim && strcmp(concept->model_name, model->name) == 0 &&
           strcmp(concept->weights_sha256, model->weights_sha256) == 0;
}

static bool is_same(const struct ica_own_concept *a, const struct ica_own_concept *b)
{
    return strcmp(a->name, b->name) == 0 && strcmp(a->model_name, b->model_name) == 0 &&
           strcmp(a->weights_sha256, b->weights_sha256) == 0;
}

enum ica_status ica_own_concepts_put(struct ica_own_concepts *list, struct ica_own_concept *concept,
                                     struct ica_error *err)
{
    for (size_t i = 0; i < list->n; i++) {
        if (is_same(&list->items[i], concept)) {
            ica_own_concept_clear(&list->items[i]);
            list->items[i] = *concept;
            *concept = (struct ica_own_concept){0};
            return ICA_OK;
        }
    }
    if (list->n == ICA_MAX_OWN_CONCEPTS) {
        return ica_error_set(err, ICA_EINVALID, "There are %d own concepts, which is the most.",
                             ICA_MAX_OWN_CONCEPTS);
    }
    struct ica_own_concept *items = realloc(list->items, (list->n + 1) * sizeof *items);
    if (!items) {
        return ica_error_nomem(err, "the own concepts");
    }
    list->items = items;
    size_t at = list->n++;
    for (; at > 0 && strcmp(items[at - 1].name, concept->name) > 0; at--) {
        items[at] = items[at - 1];
    }
    items[at] = *concept;
    *concept = (struct ica_own_concept){0};
    return ICA_OK;
}

size_t ica_own_concepts_remove(struct ica_own_concepts *list, const char *name)
{
    size_t kept = 0;
    size_t n = list->n;
    for (size_t i = 0; i < n; i++) {
        if (strcmp(list->items[i].name, name) == 0) {
            ica_own_concept_clear(&list->items[i]);
        } else {
            list->items[kept++] = list->items[i];
        }
    }
    list->n = kept;
    return n - kept;
}

/* The concept that the image is nearest to, if near enough. */
static size_t find_nearest(const struct ica_own_concepts *list, const float *row, size_t dim)
{
    size_t best = ICA_NO_OWN_CONCEPT;
    double best_margin = 0;
    double length = sqrt(ica_dot(row, row, dim));
    for (size_t c = 0; c < list->n && length > 0; c++) {
        const struct ica_own_concept *concept = &list->items[c];
        if (concept->dim != dim) {
            continue;
        }
        double margin = ica_dot(row, concept->prototype, dim) / length - concept->threshold;
        if (margin >= 0 && (best == ICA_NO_OWN_CONCEPT || margin > best_margin)) {
            best = c;
            best_margin = margin;
        }
    }
    return best;
}

size_t ica_own_concepts_match(const struct ica_own_concepts *list,
                              const struct ica_features *features,
                              const struct ica_cluster *cluster, double *share)
{
    size_t counts[ICA_MAX_OWN_CONCEPTS] = {0};
    size_t best = ICA_NO_OWN_CONCEPT;
    size_t n = cluster->n_members < MAX_MEMBERS ? cluster->n_members : MAX_MEMBERS;
    *share = 0;
    if (!list || list->n == 0 || !features->embeddings) {
        return best;
    }
    for (size_t m = 0; m < n; m++) {
        size_t row = cluster->members[m * cluster->n_members / n];
        size_t nearest =
            find_nearest(list, features->embeddings + row * features->dim, features->dim);
        if (nearest != ICA_NO_OWN_CONCEPT) {
            counts[nearest]++;
            best = best == ICA_NO_OWN_CONCEPT || counts[nearest] > counts[best] ? nearest : best;
        }
    }
    if (best == ICA_NO_OWN_CONCEPT || (double)counts[best] < MIN_SHARE * (double)n) {
        return ICA_NO_OWN_CONCEPT;
    }
    *share = (double)counts[best] / (double)n;
    return best;
}

void ica_own_concept_clear(struct ica_own_concept *concept)
{
    free(concept->prototype);
    *concept = (struct ica_own_concept){0};
}

void ica_own_concepts_clear(struct ica_own_concepts *list)
{
    for (size_t i = 0; i < list->n; i++) {
        ica_own_concept_clear(&list->items[i]);
    }
    free(list->items);
    *list = (struct ica_own_concepts){0};
}
