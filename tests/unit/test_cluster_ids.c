/* SPDX-License-Identifier: Apache-2.0 */
/* Ids that stay: clusters that persist keep theirs, for any order of the rows; the pairing keeps as
 * many rows as any other would, which a search through all of them shows. */
#include <stdlib.h>
#include <string.h>

#include "domain/clustering/growth/cluster_ids.h"
#include "support/cmocka_all.h"
#include "support/test_random.h"

#define NONE ICA_NO_CLUSTER

static void check(const int64_t *old_ids, const int32_t *labels, size_t n, size_t n_clusters,
                  int64_t next_id, const int64_t *expected)
{
    struct ica_error error = {0};
    int64_t ids[16];
    int64_t next = next_id;
    size_t n_new = 0;
    assert_int_equal(ica_cluster_ids_carry_over(old_ids, labels, n, n_clusters, &next, ids, &error),
                     ICA_OK);
    assert_string_equal(error.text, "");
    for (size_t c = 0; c < n_clusters; c++) {
        assert_int_equal(ids[c], expected[c]);
        n_new += ids[c] >= next_id;
    }
    assert_int_equal(next, next_id + (int64_t)n_new);
}

static void test_persisting(void **state)
{
    (void)state;
    check((int64_t[]){7, 7, 7, 3, 3, NONE}, (int32_t[]){1, 1, 1, 0, 0, -1}, 6, 2, 8,
          (int64_t[]){3, 7});
    check((int64_t[]){7, 7, 3}, (int32_t[]){0, 0, 1}, 3, 4, 8, (int64_t[]){7, 3, 8, 9});
    check(NULL, NULL, 0, 0, 0, NULL);
    check(NULL, NULL, 0, 2, 5, (int64_t[]){5, 6});
    check((int64_t[]){0}, (int32_t[]){-1}, 1, 0, 1, NULL);
}

static void test_split_merged_and_new(void **state)
{
    (void)state;
    /* the larger part keeps the id */
    check((int64_t[]){4, 4, 4, 4, 4}, (int32_t[]){0, 0, 1, 1, 1}, 5, 2, 5, (int64_t[]){5, 4});
    /* the larger of two that merge gives it */
    check((int64_t[]){1, 1, 2, 2, 2}, (int32_t[]){0, 0, 0, 0, 0}, 5, 1, 3, (int64_t[]){2});
    /* out of noise, and out of rows from everywhere, comes something new */
    check((int64_t[]){NONE, NONE, 1, 1, 1, 2, 2, 2}, (int32_t[]){0, 0, 1, 1, 2, 2, 3, 3}, 8, 4, 9,
          (int64_t[]){9, 1, 10, 2});
    /* half is not more than half */
    check((int64_t[]){1, 1, 2, 2}, (int32_t[]){0, 1, 0, 1}, 4, 2, 3, (int64_t[]){3, 4});
}

/* Old 0 shares 3 with new 0 and 2 with new 1; old 1 shares 3 with new 0 alone. The greedy pair 0-0
 * would leave old 1 with nothing. */
static void test_more_than_greedy(void **state)
{
    (void)state;
    check((int64_t[]){0, 0, 0, 0, 0, 1, 1, 1}, (int32_t[]){0, 0, 0, 1, 1, 0, 0, 0}, 8, 2, 2,
          (int64_t[]){1, 0});
}

static void test_bad_ids(void **state)
{
    struct ica_error error = {0};
    int64_t next = 5;
    int64_t ids[2];
    (void)state;
    assert_int_equal(
        ica_cluster_ids_carry_over((int64_t[]){2, 5}, (int32_t[]){0, 0}, 2, 1, &next, ids, &error),
        ICA_EINVALID);
    assert_non_null(strstr(error.text, "Image 1 is in cluster 5"));
    next = INT64_MAX;
    assert_int_equal(ica_cluster_ids_carry_over(NULL, NULL, 0, 1, &next, ids, &error),
                     ICA_EINVALID);
    assert_non_null(strstr(error.text, "no ids left"));
}

#define MOST 5

/* Rows that old cluster `a` and new cluster `b` share. */
struct shares {
    size_t n_old;
    size_t n_new;
    size_t shared[MOST][MOST];
};

static size_t weight(const struct shares *s, size_t a, size_t b)
{
    size_t old_size = 0;
    size_t new_size = 0;
    for (size_t c = 0; c < s->n_new; c++) {
        old_size += s->shared[a][c];
    }
    for (size_t c = 0; c < s->n_old; c++) {
        new_size += s->shared[c][b];
    }
    size_t shared = s->shared[a][b];
    return 2 * shared > old_size || 2 * shared > new_size ? shared : 0;
}

/* The most rows that old clusters from `a` on can keep; bit b of `taken`: new cluster b is. */
static size_t best(const struct shares *s, size_t a, unsigned taken)
{
    if (a == s->n_old) {
        return 0;
    }
    size_t most = best(s, a + 1, taken);
    for (size_t b = 0; b < s->n_new; b++) {
        if (!(taken & 1u << b)) {
            size_t kept = weight(s, a, b) + best(s, a + 1, taken | 1u << b);
            most = kept > most ? kept : most;
        }
    }
    return most;
}

static void test_nothing_keeps_more(void **state)
{
    enum { N = 24 };
    struct test_random random = {30};
    (void)state;
    for (size_t round = 0; round < 3000; round++) {
        struct shares s = {.n_old = 1 + test_random_below(&random, MOST),
                           .n_new = 1 + test_random_below(&random, MOST)};
        int64_t old_ids[N];
        int32_t labels[N];
        int64_t moved_ids[N];
        int32_t moved_labels[N];
        size_t order[N];
        int64_t ids[MOST];
        int64_t again[MOST];
        int64_t next = MOST;
        size_t kept = 0;
        test_random_shuffle(order, N, &random);
        for (size_t i = 0; i < N; i++) {
            size_t a = test_random_below(&random, s.n_old);
            size_t b =
                test_random_below(&random, 3) ? a % s.n_new : test_random_below(&random, s.n_new);
            old_ids[i] = (int64_t)a;
            labels[i] = (int32_t)b;
            moved_ids[order[i]] = old_ids[i];
            moved_labels[order[i]] = labels[i];
            s.shared[a][b]++;
        }
        assert_int_equal(ica_cluster_ids_carry_over(old_ids, labels, N, s.n_new, &next, ids, NULL),
                         ICA_OK);
        for (size_t b = 0; b < s.n_new; b++) {
            for (size_t c = 0; c < b; c++) {
                assert_true(ids[b] != ids[c]);
            }
            assert_true(ids[b] >= MOST || weight(&s, (size_t)ids[b], b) > 0);
            kept += ids[b] < MOST ? s.shared[ids[b]][b] : 0;
        }
        assert_int_equal(kept, best(&s, 0, 0));
        next = MOST;
        assert_int_equal(
            ica_cluster_ids_carry_over(moved_ids, moved_labels, N, s.n_new, &next, again, NULL),
            ICA_OK);
        assert_memory_equal(ids, again, s.n_new * sizeof *ids);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_persisting),         cmocka_unit_test(test_split_merged_and_new),
        cmocka_unit_test(test_more_than_greedy),   cmocka_unit_test(test_bad_ids),
        cmocka_unit_test(test_nothing_keeps_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
