/* SPDX-License-Identifier: Apache-2.0 */
/* Greedy and beam search over a language of five tokens whose probabilities depend on the token
 * before: small enough to know the answer by hand. */
#include "domain/caption/generation.h"

#include <math.h>
#include <string.h>

#include "support/cmocka_all.h"

enum { BEGIN, END, A, B, C, N_TOKENS };

#define MAX_ROWS 16

/* Checks what it is asked: each row must continue the row that it says, by one token. */
struct table {
    struct ica_token_model base;
    const double (*next)[N_TOKENS]; /* probabilities after each token */
    size_t n_rows;
    struct ica_token_row rows[MAX_ROWS];
    float logits[MAX_ROWS * N_TOKENS];
    size_t n_steps;
    enum ica_status status; /* of the step number `failing_step`, if that is not 0 */
    size_t failing_step;
    float poison; /* instead of a score of that step */
};

static enum ica_status step(struct ica_token_model *self, size_t position, const uint32_t *tokens,
                            const size_t *parents, const float **logits, struct ica_error *err)
{
    struct table *table = (struct table *)self;
    struct ica_token_row before[MAX_ROWS];
    assert_int_equal(position, table->n_steps);
    memcpy(before, table->rows, sizeof before);
    for (size_t i = 0; i < table->n_rows; i++) {
        struct ica_token_row *row = &table->rows[i];
        if (position > 0) {
            assert_true(parents[i] < table->n_rows);
            *row = before[parents[i]];
        }
        assert_true(tokens[i] < N_TOKENS);
        row->ids[row->n++] = tokens[i];
        for (size_t token = 0; token < N_TOKENS; token++) {
            /* A constant more: these are scores, no probabilities yet. */
            table->logits[i * N_TOKENS + token] =
                (float)(log(table->next[tokens[i]][token]) + 3.5 + (double)i);
        }
    }
    table->n_steps++;
    if (table->failing_step == table->n_steps) {
        table->logits[N_TOKENS * table->n_rows - 1] = table->poison;
        if (table->status) {
            return ica_error_set(err, table->status, "Asked to fail.");
        }
    }
    *logits = table->logits;
    return ICA_OK;
}

static void table_init(struct table *table, const double next[][N_TOKENS], size_t n_rows)
{
    *table = (struct table){
        .base = {.step = step, .n_tokens = N_TOKENS}, .next = next, .n_rows = n_rows};
}

static void check_row(const struct ica_token_row *row, const uint32_t *ids, size_t n)
{
    assert_int_equal(row->n, n);
    assert_memory_equal(row->ids, ids, n * sizeof *ids);
}

#define CHECK(row, ...)                                                                            \
    do {                                                                                           \
        const uint32_t ids[] = {__VA_ARGS__};                                                      \
        check_row(row, ids, sizeof ids / sizeof *ids);                                             \
    } while (0)

/* A is likelier than B at first, but leads nowhere; B ends at once. */
static const double trap[][N_TOKENS] = {
    [BEGIN] = {1e-9, 1e-9, 0.55, 0.44, 0.01}, [END] = {0.2, 0.2, 0.2, 0.2, 0.2},
    [A] = {1e-9, 0.20, 0.26, 0.27, 0.27},     [B] = {1e-9, 0.96, 0.01, 0.02, 0.01},
    [C] = {1e-9, 0.30, 0.20, 0.20, 0.30},
};

static void test_greedy_takes_the_best_each_time(void **state)
{
    (void)state;
    struct table table;
    struct ica_token_row rows[2];
    const struct ica_generation_options options = {
        .n_beams = 1, .max_length = 20, .begin = BEGIN, .end = END};
    table_init(&table, trap, 2);
    assert_int_equal(ica_generate(&table.base, &options, 2, rows, NULL), ICA_OK);
    CHECK(&rows[0], BEGIN, A, B, END); /* of the equal B and C the first */
    CHECK(&rows[1], BEGIN, A, B, END);
    assert_int_equal(table.n_steps, 3); /* and no further */
}

/* log .44 + log .96 over two tokens, -0.431, is better than all that begins with A. */
static void test_beams_find_the_better_one(void **state)
{
    (void)state;
    const struct ica_generation_options options = {
        .n_beams = 2, .max_length = 20, .begin = BEGIN, .end = END};
    for (size_t n = 1; n <= 4; n++) {
        struct table table;
        struct ica_token_row rows[4];
        table_init(&table, trap, 2 * n);
        assert_int_equal(ica_generate(&table.base, &options, n, rows, NULL), ICA_OK);
        for (size_t i = 0; i < n; i++) {
            CHECK(&rows[i], BEGIN, B, END);
        }
    }
}

/* Nothing ends by itself: the longest length does it, and the means are compared. */
static void test_longest_length_ends(void **state)
{
    (void)state;
    static const double endless[][N_TOKENS] = {
        [BEGIN] = {1e-9, 1e-9, 0.5, 0.4, 0.1}, [END] = {0.2, 0.2, 0.2, 0.2, 0.2},
        [A] = {1e-9, 1e-9, 0.3, 0.3, 0.4},     [B] = {1e-9, 1e-9, 0.04, 0.95, 0.01},
        [C] = {1e-9, 1e-9, 0.3, 0.4, 0.3},
    };
    struct ica_token_row row;
    for (size_t length = 2; length <= 6; length++) {
        struct table table;
        struct ica_generation_options options = {
            .n_beams = 1, .max_length = length, .begin = BEGIN, .end = END};
        table_init(&table, endless, 1);
        assert_int_equal(ica_generate(&table.base, &options, 1, &row, NULL), ICA_OK);
        assert_int_equal(row.n, length);
        assert_int_equal(row.ids[1], A);
        assert_int_equal(table.n_steps, length - 1);
        options.n_beams = 3;
        table_init(&table, endless, 3);
        assert_int_equal(ica_generate(&table.base, &options, 1, &row, NULL), ICA_OK);
        assert_int_equal(row.n, length);
        assert_int_equal(row.ids[1], length == 2 ? A : B);
        assert_int_equal(table.n_steps, length - 1);
    }
}

/* A row that ended early keeps its place only while nothing better comes: the mean counts, not the
 * sum. */
static void test_longer_but_surer_wins(void **state)
{
    (void)state;
    static const double sure[][N_TOKENS] = {
        [BEGIN] = {1e-9, 0.45, 0.50, 0.03, 0.02}, [END] = {0.2, 0.2, 0.2, 0.2, 0.2},
        [A] = {1e-9, 1e-9, 0.01, 0.98, 0.01},     [B] = {1e-9, 0.01, 0.01, 0.01, 0.97},
        [C] = {1e-9, 0.97, 0.01, 0.01, 0.01},
    };
    struct table table;
    struct ica_token_row row;
    const struct ica_generation_options options = {
        .n_beams = 2, .max_length = 20, .begin = BEGIN, .end = END};
    table_init(&table, sure, 2);
    assert_int_equal(ica_generate(&table.base, &options, 1, &row, NULL), ICA_OK);
    CHECK(&row, BEGIN, A, B, C, END);
}

static void test_failures(void **state)
{
    (void)state;
    static const float poisons[] = {NAN, INFINITY, -INFINITY};
    struct ica_token_row rows[4];
    for (size_t n_beams = 1; n_beams <= 3; n_beams++) {
        struct table table;
        struct ica_error err = {0};
        const struct ica_generation_options options = {
            .n_beams = n_beams, .max_length = 20, .begin = BEGIN, .end = END};
        table_init(&table, trap, 2 * n_beams);
        table.failing_step = 2;
        table.status = ICA_ECANCELLED;
        assert_int_equal(ica_generate(&table.base, &options, 2, rows, &err), ICA_ECANCELLED);
        assert_string_equal(err.text, "Asked to fail.");
        for (size_t i = 0; i < 3; i++) {
            table_init(&table, trap, 2 * n_beams);
            table.failing_step = 2;
            table.poison = poisons[i];
            assert_int_equal(ica_generate(&table.base, &options, 2, rows, &err), ICA_EMODEL);
        }
    }
}

static void test_impossible_options(void **state)
{
    (void)state;
    static const struct ica_generation_options wrong[] = {
        {.n_beams = 0, .max_length = 20},
        {.n_beams = ICA_MAX_BEAMS + 1, .max_length = 20},
        {.n_beams = 1, .max_length = 1},
        {.n_beams = 1, .max_length = ICA_MAX_CAPTION_TOKENS + 1},
        {.n_beams = 1, .max_length = 20, .begin = N_TOKENS},
        {.n_beams = 1, .max_length = 20, .end = N_TOKENS},
        {.n_beams = N_TOKENS, .max_length = 20},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct table table;
        struct ica_token_row row;
        table_init(&table, trap, MAX_ROWS);
        assert_int_equal(ica_generate(&table.base, &wrong[i], 1, &row, NULL), ICA_EINVALID);
        assert_int_equal(table.n_steps, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_greedy_takes_the_best_each_time),
        cmocka_unit_test(test_beams_find_the_better_one),
        cmocka_unit_test(test_longest_length_ends),
        cmocka_unit_test(test_longer_but_surer_wins),
        cmocka_unit_test(test_failures),
        cmocka_unit_test(test_impossible_options),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
