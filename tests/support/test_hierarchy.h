/* SPDX-License-Identifier: Apache-2.0 */
/* Hierarchies in tests: rows to make them of, and what holds for each. */
#ifndef ICA_TESTS_SUPPORT_TEST_HIERARCHY_H
#define ICA_TESTS_SUPPORT_TEST_HIERARCHY_H

#include "domain/clustering/hierarchy/hierarchy.h"
#include "support/test_random.h"

#define TEST_ROWS_DIM 8

struct test_rows {
    size_t n;
    float *values; /* owned, n x TEST_ROWS_DIM */
};

/* `n` rows of zeros. */
struct test_rows test_rows_new(size_t n);

/* `n` rows around `n_groups` centres, by turns. */
struct test_rows test_rows_random(size_t n, size_t n_groups, double spread,
                                  struct test_random *random);

/* An array to be freed: the group of each row after the first `n_merges`, named by its node. */
size_t *test_hierarchy_cut(const struct ica_hierarchy *h, size_t n_merges);

/* NULL if there is none. */
const struct ica_hierarchy_node *test_hierarchy_find_node(const struct ica_hierarchy *h,
                                                          size_t node);

/* The merges are a dendrogram, with heights from 0 to 1. */
void test_hierarchy_check_merges(const struct ica_hierarchy *h);

/* Every group of two and more at a level is a node, and no node is anything else. */
void test_hierarchy_check_levels(const struct ica_hierarchy *h);

/* Row i of `result` is row order[i] of `expected`. */
void test_hierarchy_check_same(const struct ica_hierarchy *result, const size_t *order,
                               const struct ica_hierarchy *expected);

#endif
