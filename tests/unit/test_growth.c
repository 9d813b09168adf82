/* SPDX-License-Identifier: Apache-2.0 */
/* Growing sets: what fits joins, new kinds are born, ids and decisions stay; the same for any order
 * of the new images and any number of threads; odd input. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "domain/clustering/growth/growth.h"
#include "domain/stages.h"
#include "support/cmocka_all.h"
#include "support/test_monitor.h"
#include "support/test_random.h"
#include "support/test_rounds.h"
#include "support/test_threads.h"

#define DIM     16
#define CLASSES 5
#define NONE    ICA_NO_CLUSTER
#define MUST(x, y)                                                                                 \
    {                                                                                              \
        ICA_MUST_LINK, x, y                                                                        \
    }
#define APART(x, y)                                                                                \
    {                                                                                              \
        ICA_CANNOT_LINK, x, y                                                                      \
    }

/* Owned rows, and a known part. */
struct set {
    struct ica_growth_input input;
    float *embeddings;
    float *probabilities;
    int64_t *clusters;
};

static struct set set_new(size_t n, size_t n_known)
{
    struct set set = {
        .embeddings = calloc(n * DIM + 1, sizeof(float)),
        .probabilities = calloc(n * CLASSES + 1, sizeof(float)),
        .clusters = calloc(n_known + 1, sizeof(int64_t)),
    };
    assert_true(set.embeddings && set.probabilities && set.clusters);
    set.input = (struct ica_growth_input){
        .features = {n, DIM, set.embeddings, CLASSES, set.probabilities},
        .n_known = n_known,
        .clusters = set.clusters,
        .next_id = 100,
    };
    return set;
}

static void set_clear(struct set *set)
{
    free(set->embeddings);
    free(set->probabilities);
    free(set->clusters);
}

/* An image of `kind`: near the direction of its own axis. */
static void draw(struct set *set, size_t row, size_t kind, double spread,
                 struct test_random *random)
{
    for (size_t k = 0; k < DIM; k++) {
        double value = (k == kind % DIM ? 3 : 0) + spread * test_random_normal(random);
        set->embeddings[row * DIM + k] = (float)value;
    }
    for (size_t c = 0; c < CLASSES; c++) {
        set->probabilities[row * CLASSES + c] = c == kind % CLASSES ? 0.96F : 0.01F;
    }
}

static void copy(struct set *to, size_t row, const struct set *from, size_t other)
{
    memcpy(to->embeddings + row * DIM, from->embeddings + other * DIM, DIM * sizeof(float));
    memcpy(to->probabilities + row * CLASSES, from->probabilities + other * CLASSES,
           CLASSES * sizeof(float));
}

static struct ica_growth grow(const struct set *set, struct ica_parallel *parallel)
{
    struct ica_growth result;
    struct ica_error error = {0};
    enum ica_status status = ica_growth_run(&set->input, parallel, NULL, &result, NULL, &error);
    assert_string_equal(error.text, "");
    assert_int_equal(status, ICA_OK);
    return result;
}

/* Everything that growth.h promises of a single result. */
static void check_form(const struct set *set, const struct ica_growth *result)
{
    const struct ica_growth_input *input = &set->input;
    size_t *sizes = calloc(result->n_born + 1, sizeof *sizes);
    assert_non_null(sizes);
    assert_int_equal(result->n, input->features.n);
    assert_int_equal(result->next_id, input->next_id + (int64_t)result->n_born);
    for (size_t i = 0; i < result->n; i++) {
        int64_t before = i < input->n_known ? input->clusters[i] : NONE;
        int64_t id = result->clusters[i];
        assert_true(before == NONE || id == before);
        assert_true(id >= NONE && id < result->next_id);
        if (i < input->n_known && id == before) {
            assert_int_equal(result->changes[i], ICA_GROWTH_KEPT);
        } else if (id == NONE) {
            assert_int_equal(result->changes[i], ICA_GROWTH_ALONE);
        } else {
            assert_int_equal(result->changes[i],
                             id < input->next_id ? ICA_GROWTH_JOINED : ICA_GROWTH_BORN);
        }
        if (id >= input->next_id) {
            sizes[id - input->next_id]++;
        }
    }
    for (size_t b = 0; b < result->n_born; b++) {
        assert_true(sizes[b] >= 2);
        assert_true(b == 0 || sizes[b] <= sizes[b - 1]);
    }
    for (size_t l = 0; l < input->n_links; l++) {
        int64_t a = result->clusters[input->links[l].a];
        int64_t b = result->clusters[input->links[l].b];
        if (input->links[l].kind == ICA_MUST_LINK) {
            assert_true(a == b && (a != NONE || input->links[l].a == input->links[l].b));
        } else {
            assert_true(a != b || a == NONE);
        }
    }
    free(sizes);
}

/* Ten each of kinds 0 and 1 in clusters 7 and 3, two of kind 2 in none; then four of kind 0, five
 * of kind 2, and one of kind 3. */
static struct set simple_set(void)
{
    struct test_random random = {50};
    struct set set = set_new(32, 22);
    for (size_t i = 0; i < 32; i++) {
        size_t kind = i < 20 ? i % 2 : i < 22 ? 2 : i < 26 ? 0 : i < 31 ? 2 : 3;
        draw(&set, i, kind, 0.15, &random);
        if (i < 22) {
            set.clusters[i] = i < 20 ? (i % 2 ? 3 : 7) : NONE;
        }
    }
    return set;
}

static void test_joined_born_and_alone(void **state)
{
    struct set set = simple_set();
    struct ica_growth result = grow(&set, NULL);
    (void)state;
    check_form(&set, &result);
    assert_int_equal(result.n_born, 1);
    for (size_t i = 20; i < 31; i++) {
        bool is_kind_0 = i >= 22 && i < 26;
        assert_int_equal(result.clusters[i], is_kind_0 ? 7 : 100);
        assert_int_equal(result.changes[i], is_kind_0 ? ICA_GROWTH_JOINED : ICA_GROWTH_BORN);
    }
    assert_int_equal(result.clusters[31], NONE);
    assert_int_equal(result.changes[31], ICA_GROWTH_ALONE);
    ica_growth_clear(&result);
    set_clear(&set);
}

static void test_decisions(void **state)
{
    static const struct ica_link links[] = {MUST(31, 1), APART(22, 0), APART(23, 25), MUST(23, 2),
                                            APART(30, 20)};
    struct set set = simple_set();
    (void)state;
    set.input.links = links;
    set.input.n_links = sizeof links / sizeof links[0];
    struct ica_growth result = grow(&set, NULL);
    check_form(&set, &result);
    assert_int_equal(result.clusters[31], 3); /* pinned, though it does not fit */
    assert_true(result.clusters[22] != 7);    /* kept out, though it does */
    assert_true(result.clusters[25] != 7);
    assert_int_equal(result.clusters[23], 7);
    assert_true(result.clusters[30] != result.clusters[20]);
    ica_growth_clear(&result);
    set_clear(&set);
}

/* Nothing new: nothing changes but what was decided. */
static void test_nothing_new(void **state)
{
    static const struct ica_link links[] = {MUST(20, 21)};
    struct set set = simple_set();
    (void)state;
    set.input.features.n = 22;
    struct ica_growth result = grow(&set, NULL);
    check_form(&set, &result);
    assert_memory_equal(result.clusters, set.clusters, 22 * sizeof *set.clusters);
    assert_int_equal(result.n_born, 0);
    ica_growth_clear(&result);
    set.input.links = links;
    set.input.n_links = 1;
    result = grow(&set, NULL);
    check_form(&set, &result);
    assert_memory_equal(result.clusters, set.clusters, 20 * sizeof *set.clusters);
    assert_int_equal(result.clusters[20], 100);
    assert_int_equal(result.n_born, 1);
    ica_growth_clear(&result);
    set_clear(&set);
}

static void test_contradictions_and_bad_input(void **state)
{
    static const struct ica_link links[] = {APART(22, 0), MUST(22, 1), MUST(0, 22)};
    struct set set = simple_set();
    struct ica_growth result;
    struct ica_error error = {0};
    struct ica_link culprit = {0};
    (void)state;
    set.input.links = links;
    set.input.n_links = 3;
    assert_int_equal(ica_growth_run(&set.input, NULL, NULL, &result, &culprit, &error),
                     ICA_EINVALID);
    assert_non_null(strstr(error.text, "Images 0 and 22"));
    assert_int_equal(culprit.kind, ICA_MUST_LINK);
    assert_null(result.clusters);
    set.input.n_links = 0;
    set.clusters[4] = 100;
    assert_int_equal(ica_growth_run(&set.input, NULL, NULL, &result, NULL, &error), ICA_EINVALID);
    assert_non_null(strstr(error.text, "Image 4 is in cluster 100"));
    set.clusters[4] = -2;
    assert_int_equal(ica_growth_run(&set.input, NULL, NULL, &result, NULL, &error), ICA_EINVALID);
    set.clusters[4] = 7;
    set.embeddings[25 * DIM + 3] = NAN;
    assert_int_equal(ica_growth_run(&set.input, NULL, NULL, &result, NULL, &error), ICA_EINVALID);
    assert_non_null(strstr(error.text, "Number 3 of image 25"));
    set.embeddings[25 * DIM + 3] = 0;
    set.input.n_known = 33;
    assert_int_equal(ica_growth_run(&set.input, NULL, NULL, &result, NULL, &error), ICA_EINVALID);
    set.input.n_known = 22;
    set.input.next_id = INT64_MAX;
    assert_int_equal(ica_growth_run(&set.input, NULL, NULL, &result, NULL, &error), ICA_EINVALID);
    set_clear(&set);
}

static void test_small_sets(void **state)
{
    (void)state;
    for (size_t n = 0; n <= 3; n++) {
        for (size_t n_known = 0; n_known <= n; n_known++) {
            struct set set = set_new(n, n_known); /* all rows are zero */
            for (size_t i = 0; i < n_known; i++) {
                set.clusters[i] = i == 0 ? 9 : NONE;
            }
            struct ica_growth result = grow(&set, NULL);
            check_form(&set, &result);
            for (size_t i = n_known; i < n && n > 1; i++) { /* the same images */
                assert_int_equal(result.clusters[i], n_known > 0 ? 9 : 100);
            }
            ica_growth_clear(&result);
            set_clear(&set);
        }
    }
}

/* The same image twice: in the cluster of its twin, however loose that is, unless decided
 * otherwise; with a twin that was in no cluster it makes one. */
static void test_twins(void **state)
{
    static const struct ica_link links[] = {APART(22, 3)};
    struct set set = simple_set();
    (void)state;
    copy(&set, 3, &set, 31); /* a stranger in cluster 3 */
    copy(&set, 22, &set, 31);
    copy(&set, 20, &set, 30);
    struct ica_growth result = grow(&set, NULL);
    check_form(&set, &result);
    assert_int_equal(result.clusters[31], 3);
    assert_int_equal(result.clusters[22], 3);
    assert_true(result.clusters[20] >= 100 && result.clusters[20] == result.clusters[30]);
    ica_growth_clear(&result);
    set.input.links = links;
    set.input.n_links = 1;
    result = grow(&set, NULL);
    check_form(&set, &result);
    assert_int_equal(result.clusters[31], 3);
    assert_true(result.clusters[22] != 3);
    ica_growth_clear(&result);
    set_clear(&set);
}

/* Random sets, of kinds that are known in part; with `twins`, some images are the same. */
static struct set random_set(size_t n, size_t n_known, size_t n_kinds, bool twins,
                             struct test_random *random)
{
    struct set set = set_new(n, n_known);
    double spread = 0.1 + 0.8 * test_random_double(random);
    for (size_t i = 0; i < n; i++) {
        size_t kind = test_random_below(random, n_kinds);
        draw(&set, i, kind, spread, random);
        if (twins && i > 0 && test_random_below(random, 10) == 0) {
            copy(&set, i, &set, test_random_below(random, i));
        }
        if (twins && test_random_below(random, 40) == 0) {
            memset(set.embeddings + i * DIM, 0, DIM * sizeof(float));
        }
        if (i < n_known) {
            set.clusters[i] = kind >= n_kinds / 2 || test_random_below(random, 8) == 0
                                  ? NONE
                                  : (int64_t)(kind * 5);
        }
    }
    return set;
}

/* The known rows in another order, and so the new ones. */
static struct set shuffled_set(const struct set *set, struct ica_link *links, size_t *order,
                               struct test_random *random)
{
    size_t n = set->input.features.n;
    size_t n_known = set->input.n_known;
    struct set moved = set_new(n, n_known);
    test_random_shuffle(order, n_known, random);
    test_random_shuffle(order + n_known, n - n_known, random);
    for (size_t i = n_known; i < n; i++) {
        order[i] += n_known;
    }
    for (size_t i = 0; i < n; i++) {
        copy(&moved, order[i], set, i);
        if (i < n_known) {
            moved.clusters[order[i]] = set->clusters[i];
        }
    }
    for (size_t l = 0; l < set->input.n_links; l++) {
        links[l] = set->input.links[l];
        links[l].a = order[links[l].a];
        links[l].b = order[links[l].b];
    }
    moved.input.links = links;
    moved.input.n_links = set->input.n_links;
    return moved;
}

static void check_invariance(const struct set *set, struct test_random *random)
{
    enum { MAX_LINKS = 8 };
    size_t n = set->input.features.n;
    size_t *order = calloc(n + 1, sizeof *order);
    struct ica_link links[MAX_LINKS];
    assert_non_null(order);
    struct ica_growth expected = grow(set, NULL);
    check_form(set, &expected);
    for (size_t n_threads = 1; n_threads <= TEST_THREADS_MAX; n_threads += 3) {
        struct ica_parallel threads = test_threads(n_threads);
        struct set moved = shuffled_set(set, links, order, random);
        struct ica_growth result = grow(&moved, &threads);
        check_form(&moved, &result);
        assert_int_equal(result.n_born, expected.n_born);
        for (size_t i = 0; i < n; i++) {
            assert_int_equal(result.clusters[order[i]], expected.clusters[i]);
            assert_int_equal(result.changes[order[i]], expected.changes[i]);
        }
        ica_growth_clear(&result);
        set_clear(&moved);
    }
    ica_growth_clear(&expected);
    free(order);
}

/* Only without twins is it clear which of them a decision is about. */
static void test_any_order_and_threads(void **state)
{
    struct test_random random = {51};
    size_t n_with_links = 0;
    (void)state;
    for (size_t round = 0; round < test_rounds(60); round++) {
        struct ica_link links[3];
        size_t n = 2 + test_random_below(&random, 70);
        struct set set = random_set(n, test_random_below(&random, n + 1), 2 + round % 9,
                                    round % 2 == 0, &random);
        struct ica_growth result;
        for (size_t l = 0; l < 3; l++) {
            links[l] = (struct ica_link){
                .kind = test_random_below(&random, 2) ? ICA_MUST_LINK : ICA_CANNOT_LINK,
                .a = test_random_below(&random, n),
                .b = test_random_below(&random, n),
            };
        }
        set.input.links = links;
        set.input.n_links = round % 2 ? 3 : 0;
        enum ica_status status = ica_growth_run(&set.input, NULL, NULL, &result, NULL, NULL);
        if (status) { /* these cannot all hold */
            assert_int_equal(status, ICA_EINVALID);
            set.input.n_links = 0;
        }
        ica_growth_clear(&result);
        n_with_links += set.input.n_links > 0;
        check_invariance(&set, &random);
        set_clear(&set);
    }
    assert_true(n_with_links > test_rounds(60) / 6);
}

/* More than a round, a sample and the images in no cluster that are looked at can hold. */
static void test_large_set(void **state)
{
    struct test_random random = {52};
    struct set set = set_new(2500, 1800);
    struct ica_parallel threads = test_threads(2);
    (void)state;
    for (size_t i = 0; i < 2500; i++) {
        draw(&set, i, i % 12, 0.15, &random);
        if (i < 1800) {
            set.clusters[i] = i % 12 < 8 ? (int64_t)(i % 12) : NONE;
        }
    }
    struct ica_growth result = grow(&set, &threads);
    check_form(&set, &result);
    for (size_t i = 1800; i < 2500; i++) {
        assert_true(i % 12 < 8 ? result.clusters[i] == (int64_t)(i % 12)
                               : result.clusters[i] >= 100);
    }
    assert_in_range(result.n_born, 4, 8);
    ica_growth_clear(&result);
    set_clear(&set);
}

static void test_cancellation(void **state)
{
    struct set set = simple_set();
    struct test_countdown countdown = {.stage = ICA_STAGE_CLUSTERING, .left = 0};
    const struct ica_monitor monitor = {.step = test_count_down, .context = &countdown};
    struct ica_growth result;
    (void)state;
    assert_int_equal(ica_growth_run(&set.input, NULL, &monitor, &result, NULL, NULL),
                     ICA_ECANCELLED);
    assert_null(result.clusters);
    set_clear(&set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_joined_born_and_alone),
        cmocka_unit_test(test_decisions),
        cmocka_unit_test(test_nothing_new),
        cmocka_unit_test(test_contradictions_and_bad_input),
        cmocka_unit_test(test_small_sets),
        cmocka_unit_test(test_twins),
        cmocka_unit_test(test_any_order_and_threads),
        cmocka_unit_test(test_large_set),
        cmocka_unit_test(test_cancellation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
