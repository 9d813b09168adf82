/* SPDX-License-Identifier: Apache-2.0 */
/* Hierarchies in tests. */
#include "support/test_hierarchy.h"

#include <stdlib.h>
#include <string.h>

#include "support/cmocka_all.h"

struct test_rows test_rows_new(size_t n)
{
    struct test_rows rows = {.n = n, .values = calloc(n * TEST_ROWS_DIM, sizeof(float))};
    assert_non_null(rows.values);
    return rows;
}

struct test_rows test_rows_random(size_t n, size_t n_groups, double spread,
                                  struct test_random *random)
{
    struct test_rows rows = test_rows_new(n);
    struct test_rows centres = test_rows_new(n_groups);
    for (size_t i = 0; i < n_groups * TEST_ROWS_DIM; i++) {
        centres.values[i] = (float)test_random_normal(random);
    }
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < TEST_ROWS_DIM; k++) {
            rows.values[i * TEST_ROWS_DIM + k] = centres.values[i % n_groups * TEST_ROWS_DIM + k] +
                                                 (float)(spread * test_random_normal(random));
        }
    }
    free(centres.values);
    return rows;
}

size_t *test_hierarchy_cut(const struct ica_hierarchy *h, size_t n_merges)
{
    size_t *groups = calloc(h->n, sizeof *groups);
    size_t *parents = calloc(2 * h->n, sizeof *parents);
    assert_true(groups && parents);
    for (size_t node = 0; node < 2 * h->n; node++) {
        parents[node] = node;
    }
    for (size_t i = 0; i < n_merges; i++) {
        parents[h->merges[i].left] = h->n + i;
        parents[h->merges[i].right] = h->n + i;
    }
    for (size_t node = h->n + n_merges; node-- > 0;) {
        parents[node] = parents[parents[node]]; /* higher nodes know theirs already */
    }
    memcpy(groups, parents, h->n * sizeof *groups);
    free(parents);
    return groups;
}

void test_hierarchy_check_merges(const struct ica_hierarchy *h)
{
    bool *used = calloc(2 * h->n, sizeof *used);
    assert_non_null(used);
    for (size_t i = 0; i + 1 < h->n; i++) {
        const struct ica_merge *m = h->merges + i;
        assert_true(m->left < h->n + i && m->right < h->n + i && m->left != m->right);
        assert_false(used[m->left] || used[m->right]);
        used[m->left] = used[m->right] = true;
        size_t left = m->left < h->n ? 1 : h->merges[m->left - h->n].size;
        size_t right = m->right < h->n ? 1 : h->merges[m->right - h->n].size;
        assert_int_equal(m->size, left + right);
        assert_true(m->height >= (i ? m[-1].height : 0) && m->height <= 1);
    }
    assert_true(h->n < 2 || h->merges[h->n - 2].height == 1 || h->merges[h->n - 2].height == 0);
    free(used);
}

const struct ica_hierarchy_node *test_hierarchy_find_node(const struct ica_hierarchy *h,
                                                          size_t node)
{
    for (size_t i = 0; i < h->n_nodes; i++) {
        if (h->nodes[i].node == node) {
            return h->nodes + i;
        }
    }
    return NULL;
}

void test_hierarchy_check_levels(const struct ica_hierarchy *h)
{
    bool *seen = calloc(2 * h->n, sizeof *seen);
    assert_non_null(seen);
    bool has_chosen = false;
    for (size_t l = 0; l < h->n_levels; l++) {
        size_t n_groups = h->levels[l];
        assert_true(n_groups >= 1 && n_groups <= h->n);
        assert_true(l == 0 || h->levels[l - 1] < n_groups);
        has_chosen |= n_groups == h->n - h->n_chosen;
        size_t *groups = test_hierarchy_cut(h, h->n - n_groups);
        for (size_t i = 0; i < h->n; i++) {
            seen[groups[i]] = true;
            assert_true(groups[i] < h->n || test_hierarchy_find_node(h, groups[i]));
        }
        free(groups);
    }
    assert_true(has_chosen);
    for (size_t i = 0; i < h->n_nodes; i++) {
        const struct ica_hierarchy_node *node = h->nodes + i;
        size_t *groups = test_hierarchy_cut(h, node->node - h->n + 1);
        assert_true(i == 0 || node[-1].node < node->node);
        assert_true(seen[node->node]);
        assert_int_equal(node->size, h->merges[node->node - h->n].size);
        for (size_t m = 0; m < node->size; m++) {
            assert_int_equal(groups[node->members[m]], node->node);
            groups[node->members[m]] = SIZE_MAX; /* none twice */
        }
        free(groups);
    }
    free(seen);
}

void test_hierarchy_check_same(const struct ica_hierarchy *result, const size_t *order,
                               const struct ica_hierarchy *expected)
{
    size_t n = result->n;
    assert_int_equal(n, expected->n);
    assert_int_equal(result->n_chosen, expected->n_chosen);
    for (size_t i = 0; i + 1 < n; i++) {
        const struct ica_merge *a = result->merges + i;
        const struct ica_merge *b = expected->merges + i;
        assert_int_equal(a->left < n ? order[a->left] : a->left, b->left);
        assert_int_equal(a->right < n ? order[a->right] : a->right, b->right);
        assert_true(a->height == b->height);
    }
    assert_int_equal(result->n_nodes, expected->n_nodes);
    for (size_t i = 0; i < result->n_nodes; i++) {
        const struct ica_hierarchy_node *a = result->nodes + i;
        assert_int_equal(a->node, expected->nodes[i].node);
        for (size_t m = 0; m < a->size; m++) {
            assert_int_equal(order[a->members[m]], expected->nodes[i].members[m]);
        }
    }
}
