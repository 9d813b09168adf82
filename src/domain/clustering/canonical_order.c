/* SPDX-License-Identifier: Apache-2.0 */
/* An order of images by what they are. */
#include "domain/clustering/canonical_order.h"

#include "domain/clustering/index_sort.h"

static int compare_rows(const float *a, const float *b, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (a[i] != b[i]) {
            return a[i] < b[i] ? -1 : 1;
        }
    }
    return 0;
}

int ica_canonical_compare(const struct ica_features *features, size_t a, size_t b)
{
    size_t dim = features->dim;
    size_t n_classes = features->n_classes;
    int result = compare_rows(features->embeddings + a * dim, features->embeddings + b * dim, dim);
    if (result == 0 && n_classes > 0) {
        result = compare_rows(features->probabilities + a * n_classes,
                              features->probabilities + b * n_classes, n_classes);
    }
    return result;
}

static int compare_images(const void *context, size_t a, size_t b)
{
    return ica_canonical_compare(context, a, b);
}

enum ica_status ica_canonical_order(const struct ica_features *features, size_t *order,
                                    struct ica_error *err)
{
    ica_index_fill(order, features->n);
    return ica_index_sort(order, features->n, compare_images, features)
               ? ICA_OK
               : ica_error_nomem(err, "sorting images");
}
