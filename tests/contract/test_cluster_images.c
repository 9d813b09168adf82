/* SPDX-License-Identifier: Apache-2.0 */
/* The use case "cluster images" on the in-memory adapters, with and without threads. */
#include "support/cmocka_all.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "adapters/memory/memory_decoder.h"
#include "adapters/memory/memory_embedder.h"
#include "adapters/memory/serial_executor.h"
#include "adapters/system_clock/system_clock.h"
#include "adapters/threads/thread_executor.h"
#include "application/runs/cluster_images.h"

#define SIDE 8

static struct ica_describer *const no_describers[] = {NULL};

struct fixture {
    struct ica_engine engine;
    struct ica_run_options options;
    struct ica_grouping_options grouping;
    struct ica_error err;
};

static int set_up(void **state, struct ica_executor *executor)
{
    struct fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    f->engine.executor = executor;
    f->engine.clock = &ica_system_clock;
    f->engine.describers = no_describers;
    assert_int_equal(ica_memory_decoder_open(&f->engine.decoder, NULL), ICA_OK);
    assert_int_equal(ica_memory_embedder_open(&f->engine.embedder, SIDE, NULL), ICA_OK);
    f->options = (struct ica_run_options){.max_images = ICA_MAX_IMAGES};
    f->grouping = ica_grouping_options_default();
    f->grouping.describer = ICA_NO_DESCRIBER;
    f->grouping.clustering.strategy = ICA_STRATEGY_POC;
    *state = f;
    return 0;
}

static int set_up_serial(void **state)
{
    struct ica_executor *executor;
    assert_int_equal(ica_serial_executor_open(&executor, 2, NULL), ICA_OK);
    return set_up(state, executor);
}

static int set_up_threads(void **state)
{
    struct ica_executor *executor;
    assert_int_equal(ica_thread_executor_open(&executor, 3, 2, NULL), ICA_OK);
    return set_up(state, executor);
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    ica_executor_destroy(f->engine.executor);
    ica_embedder_destroy(f->engine.embedder);
    ica_decoder_destroy(f->engine.decoder);
    free(f);
    return 0;
}

static enum ica_status add(struct ica_run *run, const char *name, const char *content,
                           struct ica_error *err)
{
    struct ica_buffer file;
    ica_buffer_init(&file, 1024);
    assert_int_equal(ica_buffer_append_text(&file, content, NULL), ICA_OK);
    enum ica_status status = ica_run_add(run, name, strlen(name), &file, err);
    ica_buffer_clear(&file);
    return status;
}

/* Two reds, two blues, and files that cannot be read: everything ends up where it belongs. */
static void test_groups_and_errors(void **state)
{
    struct fixture *f = *state;
    struct ica_run *run;
    struct ica_result result = {0};
    assert_int_equal(ica_run_open(&run, &f->engine, &f->options, NULL, &f->err), ICA_OK);
    assert_int_equal(add(run, "r1", "rgb 250 0 0", &f->err), ICA_OK);
    assert_int_equal(add(run, "text", "hello", &f->err), ICA_OK);
    assert_int_equal(add(run, "b1", "rgb 0 0 250", &f->err), ICA_OK);
    assert_int_equal(add(run, "r1", "rgb 240 2 0", &f->err), ICA_OK);
    assert_int_equal(add(run, "bad", "rgb 1 2", &f->err), ICA_OK);
    assert_int_equal(add(run, "b2", "rgb 0 3 240", &f->err), ICA_OK);
    const struct ica_error gone = {.status = ICA_ENOTFOUND, .text = "It vanished."};
    assert_int_equal(ica_run_reject(run, "gone", 4, &gone, &f->err), ICA_OK);
    assert_int_equal(ica_run_counts(run).received, 7);
    assert_int_equal(ica_run_finish(run, &f->grouping, &result, &f->err), ICA_OK);
    ica_run_close(run);

    assert_int_equal(result.n_images, 4);
    assert_string_equal(result.images[2].id, "r1 (2)");
    const struct ica_membership *m = result.clustering.memberships;
    assert_int_equal(result.clustering.n_clusters, 2);
    assert_int_equal(m[0].cluster, m[2].cluster);
    assert_int_equal(m[1].cluster, m[3].cluster);
    assert_int_not_equal(m[0].cluster, m[1].cluster);
    assert_int_equal(result.n_errors, 3);
    assert_string_equal(result.errors[0].id, "text");
    assert_int_equal(result.errors[0].status, ICA_EFORMAT);
    assert_string_equal(result.errors[1].id, "bad");
    assert_int_equal(result.errors[1].status, ICA_ECORRUPT);
    assert_string_equal(result.errors[2].reason, "It vanished.");
    assert_string_equal(result.describer, "none");
    assert_string_equal(result.model.name, "memory");
    ica_result_clear(&result);
}

/* An embedder that fails to give numbers for pictures whose first sample is POISON. */
#define POISON 13

struct poisoned_embedder {
    struct ica_embedder base;
    struct ica_embedder *real;
    bool in_logits; /* and not in the vector */
};

static enum ica_status embed_poisoned(struct ica_embedder *self, size_t n,
                                      const struct ica_pixels images[], float *vectors,
                                      float *logits, struct ica_error *err)
{
    const struct poisoned_embedder *embedder = (const struct poisoned_embedder *)self;
    enum ica_status status = ica_embedder_embed(embedder->real, n, images, vectors, logits, err);
    for (size_t i = 0; i < n && !status; i++) {
        if (images[i].samples[0] == POISON && embedder->in_logits) {
            logits[i * self->model.n_classes] = INFINITY;
        } else if (images[i].samples[0] == POISON) {
            vectors[(i + 1) * self->model.dim - 1] = NAN;
        }
    }
    return status;
}

/* What the model cannot compute becomes the error of that file alone. */
static void test_numbers_that_are_not_finite(void **state)
{
    struct fixture *f = *state;
    const struct ica_embedder_ops ops = {.name = "poisoned", .embed = embed_poisoned};
    struct poisoned_embedder embedder = {
        .base = {.ops = &ops, .model = f->engine.embedder->model},
        .real = f->engine.embedder,
    };
    struct ica_engine engine = f->engine;
    engine.embedder = &embedder.base;
    for (int round = 0; round < 2; round++) {
        struct ica_run *run;
        struct ica_result result = {0};
        embedder.in_logits = round == 1;
        assert_int_equal(ica_run_open(&run, &engine, &f->options, NULL, &f->err), ICA_OK);
        assert_int_equal(add(run, "red", "rgb 250 0 0", &f->err), ICA_OK);
        assert_int_equal(add(run, "poison", "rgb 13 0 0", &f->err), ICA_OK);
        assert_int_equal(add(run, "blue", "rgb 0 0 250", &f->err), ICA_OK);
        assert_int_equal(ica_run_finish(run, &f->grouping, &result, &f->err), ICA_OK);
        ica_run_close(run);
        assert_int_equal(result.n_images, 2);
        assert_int_equal(result.n_errors, 1);
        assert_string_equal(result.errors[0].id, "poison");
        assert_int_equal(result.errors[0].status, ICA_EMODEL);
        assert_non_null(strstr(result.errors[0].reason, "finite"));
        ica_result_clear(&result);
    }
}

static void test_no_file_and_no_readable_file(void **state)
{
    struct fixture *f = *state;
    struct ica_run *run;
    struct ica_result result = {0};
    assert_int_equal(ica_run_open(&run, &f->engine, &f->options, NULL, &f->err), ICA_OK);
    assert_int_equal(ica_run_finish(run, &f->grouping, &result, &f->err), ICA_EINVALID);
    ica_run_close(run);
    assert_int_equal(ica_run_open(&run, &f->engine, &f->options, NULL, &f->err), ICA_OK);
    assert_int_equal(add(run, "a.txt", "hello", &f->err), ICA_OK);
    assert_int_equal(add(run, "b.txt", "rgb", &f->err), ICA_OK);
    assert_int_equal(ica_run_finish(run, &f->grouping, &result, &f->err), ICA_EFORMAT);
    assert_non_null(strstr(f->err.text, "a.txt"));
    assert_int_equal(result.n_images, 0);
    ica_run_close(run);
}

static void test_limits_and_names_are_checked(void **state)
{
    struct fixture *f = *state;
    struct ica_run *run;
    struct ica_result result = {0};
    struct ica_describer *describer;
    f->grouping.describer = "nobody";
    assert_int_equal(ica_engine_find_describer(&f->engine, &f->engine.embedder->model, "nobody",
                                               &describer, &f->err),
                     ICA_EINVALID);
    f->options.max_images = 1;
    assert_int_equal(ica_run_open(&run, &f->engine, &f->options, NULL, &f->err), ICA_OK);
    assert_int_equal(add(run, "a", "rgb 1 1 1", &f->err), ICA_OK);
    assert_int_equal(add(run, "b", "rgb 1 1 1", &f->err), ICA_EINVALID);
    assert_non_null(strstr(f->err.text, "limit is 1"));
    assert_int_equal(ica_run_finish(run, &f->grouping, &result, &f->err), ICA_EINVALID);
    assert_non_null(strstr(f->err.text, "nobody"));
    ica_run_close(run);
}

static bool stop_at_third(void *context, const char *stage, size_t done, size_t total)
{
    (void)context;
    (void)stage;
    (void)done;
    return total < 3;
}

static void test_monitor_cancels(void **state)
{
    struct fixture *f = *state;
    const struct ica_monitor monitor = {.step = stop_at_third};
    struct ica_run *run;
    assert_int_equal(ica_run_open(&run, &f->engine, &f->options, &monitor, &f->err), ICA_OK);
    assert_int_equal(add(run, "a", "rgb 1 1 1", &f->err), ICA_OK);
    assert_int_equal(add(run, "b", "rgb 1 1 1", &f->err), ICA_OK);
    assert_int_equal(add(run, "c", "rgb 1 1 1", &f->err), ICA_ECANCELLED);
    ica_run_close(run);
}

/* Shuffling the files changes neither the groups nor a number. */
static void test_order_does_not_matter(void **state)
{
    enum { N = 30 };
    struct fixture *f = *state;
    struct ica_membership first[N];
    for (int round = 0; round < 3; round++) {
        struct ica_run *run;
        struct ica_result result = {0};
        assert_int_equal(ica_run_open(&run, &f->engine, &f->options, NULL, &f->err), ICA_OK);
        for (int k = 0; k < N; k++) {
            int i = (k * 7 + round * 11) % N; /* 7 and 30 share no factor: a permutation */
            char name[16];
            char content[32];
            (void)snprintf(name, sizeof name, "%02d", i);
            (void)snprintf(content, sizeof content, "rgb %d %d %d", i % 3 ? 200 + i : i,
                           i % 3 == 1 ? 100 + i : 3 * i % 40, i * 5);
            assert_int_equal(add(run, name, content, &f->err), ICA_OK);
        }
        assert_int_equal(ica_run_finish(run, &f->grouping, &result, &f->err), ICA_OK);
        ica_run_close(run);
        for (int row = 0; row < N; row++) {
            unsigned long i = strtoul(result.images[row].id, NULL, 10);
            const struct ica_membership *m = &result.clustering.memberships[row];
            if (round == 0) {
                first[i] = *m;
            }
            assert_int_equal(m->cluster, first[i].cluster);
            assert_true(m->probability == first[i].probability);
            assert_true(m->outlier_score == first[i].outlier_score);
        }
        ica_result_clear(&result);
    }
}

#define SUITE(setup)                                                                               \
    cmocka_unit_test_setup_teardown(test_groups_and_errors, setup, tear_down),                     \
        cmocka_unit_test_setup_teardown(test_numbers_that_are_not_finite, setup, tear_down),       \
        cmocka_unit_test_setup_teardown(test_no_file_and_no_readable_file, setup, tear_down),      \
        cmocka_unit_test_setup_teardown(test_limits_and_names_are_checked, setup, tear_down),      \
        cmocka_unit_test_setup_teardown(test_monitor_cancels, setup, tear_down),                   \
        cmocka_unit_test_setup_teardown(test_order_does_not_matter, setup, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {SUITE(set_up_serial), SUITE(set_up_threads)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
