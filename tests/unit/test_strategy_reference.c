/* SPDX-License-Identifier: Apache-2.0 */
/* The strategies agglomerative and kmeans against SciPy and scikit-learn: the cases that
 * tools/make_strategy_cases.py has made. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "domain/clustering/agglomerative/agglomerative.h"
#include "domain/clustering/kmeans/spherical_kmeans.h"
#include "support/cmocka_all.h"
#include "support/npy.h"

#define MAX_PATH  1024
#define N_CASES   6
#define TOLERANCE 1e-9
#define FLOATS    1e-7 /* of complete linkage, which keeps distances as floats */

static const char *const linkage_names[] = {
    [ICA_LINKAGE_AVERAGE] = "average",
    [ICA_LINKAGE_COMPLETE] = "complete",
    [ICA_LINKAGE_WARD] = "ward",
};

struct fixture {
    struct npy npy;
    float *values;
    struct ica_cosine_distance rows;
    json_t *expected;
};

static void load(struct fixture *f, int number)
{
    char path[MAX_PATH];
    (void)snprintf(path, sizeof path, "%s/strategies/%02d.npy", ICA_TEST_DATA, number);
    assert_true(npy_read(&f->npy, path));
    f->values = npy_floats(&f->npy);
    assert_non_null(f->values);
    assert_int_equal(
        ica_cosine_distance_init(&f->rows, f->values, f->npy.n_rows, f->npy.n_columns, NULL, NULL),
        ICA_OK);
    (void)snprintf(path, sizeof path, "%s/strategies/%02d.json", ICA_TEST_DATA, number);
    f->expected = json_load_file(path, 0, NULL);
    assert_true(json_is_object(f->expected));
}

static void unload(struct fixture *f)
{
    json_decref(f->expected);
    ica_cosine_distance_clear(&f->rows);
    free(f->values);
    npy_clear(&f->npy);
}

static const json_t *expected_of(const struct fixture *f, const char *what, int linkage)
{
    return json_object_get(json_object_get(f->expected, what), linkage_names[linkage]);
}

static void check_heights(const struct fixture *f, int linkage)
{
    size_t n = f->rows.base.n;
    size_t n_twins;
    const json_t *heights = expected_of(f, "heights", linkage);
    struct ica_edge *edges = calloc(n, sizeof *edges);
    assert_non_null(edges);
    assert_int_equal(ica_agglomerative_tree(&f->rows, (enum ica_linkage)linkage, NULL, NULL, edges,
                                            &n_twins, NULL),
                     ICA_OK);
    assert_int_equal(n_twins, 0);
    assert_int_equal(json_array_size(heights), n - 1);
    for (size_t i = 0; i + 1 < n; i++) {
        double height = json_real_value(json_array_get(heights, i));
        double tolerance = linkage == ICA_LINKAGE_COMPLETE ? FLOATS : TOLERANCE;
        assert_true(fabs(edges[i].weight - height) <= tolerance * (1 + height));
    }
    free(edges);
}

static int are_together(const struct ica_partition *partition, size_t i, size_t j)
{
    return partition->labels[i] == partition->labels[j] && partition->labels[i] != ICA_NOISE;
}

/* An image alone is noise here and has a label of its own there. */
static void check_labels(const struct ica_partition *partition, const json_t *labels)
{
    assert_int_equal(json_array_size(labels), partition->n);
    for (size_t i = 0; i < partition->n; i++) {
        for (size_t j = 0; j < i; j++) {
            assert_int_equal(are_together(partition, i, j),
                             json_integer_value(json_array_get(labels, i)) ==
                                 json_integer_value(json_array_get(labels, j)));
        }
    }
}

static void check_cut(const struct fixture *f, const struct ica_agglomerative_options *options,
                      const json_t *labels)
{
    char reason[ICA_MAX_REASON];
    struct ica_partition partition;
    assert_int_equal(ica_agglomerative_run(&f->rows, options, NULL, NULL, &partition, reason,
                                           sizeof reason, NULL),
                     ICA_OK);
    check_labels(&partition, labels);
    ica_partition_clear(&partition);
}

static void test_agglomerative(void **state)
{
    (void)state;
    for (int number = 0; number < N_CASES; number++) {
        struct fixture f;
        load(&f, number);
        for (int linkage = ICA_LINKAGE_AVERAGE; linkage <= ICA_LINKAGE_WARD; linkage++) {
            struct ica_agglomerative_options options = {.linkage = (enum ica_linkage)linkage};
            const json_t *distances = expected_of(&f, "distances", linkage);
            json_t *numbers = (json_t *)expected_of(&f, "numbers", linkage);
            const char *clusters;
            json_t *labels;
            check_heights(&f, linkage);
            options.threshold = json_number_value(json_object_get(distances, "threshold"));
            check_cut(&f, &options, json_object_get(distances, "labels"));
            options.threshold = -1;
            json_object_foreach(numbers, clusters, labels)
            {
                options.n_clusters = strtoul(clusters, NULL, 10);
                check_cut(&f, &options, labels);
            }
        }
        unload(&f);
    }
}

static int32_t label_of(const struct ica_partition *partition, size_t row, int32_t *next)
{
    return partition->labels[row] == ICA_NOISE ? (*next)++ : partition->labels[row];
}

/* The sum of the cosine distances from the rows to the mean direction of their group: a group's
 * share is its size less the length of the sum of its unit vectors. */
static double inertia_of(const struct fixture *f, const struct ica_partition *partition)
{
    size_t n = partition->n;
    size_t dim = f->rows.dim;
    double total = (double)n;
    double *sums = calloc(n * dim, sizeof *sums);
    int32_t next = (int32_t)partition->n_clusters;
    assert_non_null(sums);
    for (size_t i = 0; i < n; i++) {
        double *sum = sums + (size_t)label_of(partition, i, &next) * dim;
        for (size_t k = 0; k < dim; k++) {
            sum[k] += (double)f->rows.rows[i][k] / sqrt(f->rows.squared_norms[i]);
        }
    }
    for (size_t g = 0; g < n; g++) {
        double squared = 0;
        for (size_t k = 0; k < dim; k++) {
            squared += sums[g * dim + k] * sums[g * dim + k];
        }
        total -= sqrt(squared);
    }
    free(sums);
    return total;
}

/* Where both come to the same sum, the groups are the same; ours, of fewer restarts, may be a
 * little larger where groups are many and not clear. */
static void check_kmeans(const struct fixture *f, size_t n_clusters, const json_t *expected)
{
    char reason[ICA_MAX_REASON];
    struct ica_partition partition;
    struct ica_kmeans_options options = {.n_clusters = n_clusters};
    double best = json_number_value(json_object_get(expected, "inertia"));
    assert_int_equal(
        ica_kmeans_run(&f->rows, &options, NULL, NULL, &partition, reason, sizeof reason, NULL),
        ICA_OK);
    double inertia = inertia_of(f, &partition);
    print_message("%zu rows, %zu clusters: %.6f, scikit-learn %.6f\n", f->rows.base.n, n_clusters,
                  inertia, best);
    assert_true(inertia <= 1.03 * best + TOLERANCE);
    if (n_clusters <= 3 && f->rows.base.n <= 40) {
        assert_true(fabs(inertia - best) < TOLERANCE);
        check_labels(&partition, json_object_get(expected, "labels"));
    }
    ica_partition_clear(&partition);
}

static void test_kmeans(void **state)
{
    (void)state;
    for (int number = 0; number < N_CASES; number++) {
        struct fixture f;
        const char *clusters;
        json_t *expected;
        load(&f, number);
        json_object_foreach(json_object_get(f.expected, "kmeans"), clusters, expected)
        {
            check_kmeans(&f, strtoul(clusters, NULL, 10), expected);
        }
        unload(&f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_agglomerative),
        cmocka_unit_test(test_kmeans),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
