/* SPDX-License-Identifier: Apache-2.0 */
/* What a run may be told before, while and after its files come: which thumbnails are wanted, and
 * how many files may wait. */
#include "support/cmocka_all.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "adapters/memory/memory_embedder.h"
#include "adapters/system_clock/system_clock.h"
#include "adapters/threads/thread_executor.h"
#include "application/runs/cluster_images.h"

#define SIDE       8
#define N_WORKERS  2
#define MAX_AHEAD  ((size_t)1 << 20)
#define FILE_BYTES ((size_t)200 << 10)

/* A decoder that knows two formats, "foreign" and any other, and waits while the gate is closed. */
static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static atomic_size_t n_exact; /* pictures that were wanted exact */

static enum ica_status decode(struct ica_decoder *self, const struct ica_decode_request *request,
                              struct ica_decoded *out, struct ica_error *err)
{
    (void)self;
    (void)pthread_mutex_lock(&gate);
    (void)pthread_mutex_unlock(&gate);
    atomic_fetch_add(&n_exact, request->exact);
    out->info.format = "test";
    out->info.foreign = request->size_bytes >= 7 && memcmp(request->bytes, "foreign", 7) == 0;
    bool wanted = request->thumbnail_side && (out->info.foreign || !request->foreign_only);
    enum ica_status status = ica_pixels_init(&out->model, SIDE, SIDE, ICA_PIXELS_RGB, err);
    if (!status && wanted) {
        status = ica_pixels_init(&out->thumbnail, 1, 1, ICA_PIXELS_RGB, err);
    }
    return status;
}

static enum ica_status encode(const struct ica_pixels *pixels, struct ica_buffer *out,
                              struct ica_error *err)
{
    (void)pixels;
    return ica_buffer_append_text(out, "picture", err);
}

static const struct ica_decoder_ops decoder_ops = {.decode = decode};
static struct ica_decoder decoder = {.ops = &decoder_ops};
static const struct ica_encoder encoder = {.encode = encode};
static struct ica_describer *const no_describers[] = {NULL};
static struct ica_engine engine = {
    .decoder = &decoder,
    .encoder = &encoder,
    .clock = &ica_system_clock,
    .describers = no_describers,
};

static int set_up(void **state)
{
    (void)state;
    return ica_memory_embedder_open(&engine.embedder, SIDE, NULL) ||
           ica_thread_executor_open(&engine.executor, N_WORKERS, 1, NULL);
}

static int tear_down(void **state)
{
    (void)state;
    ica_executor_destroy(engine.executor);
    ica_embedder_destroy(engine.embedder);
    return 0;
}

static struct ica_run *open_run(const struct ica_run_options *options,
                                const struct ica_monitor *monitor)
{
    struct ica_run *run;
    assert_int_equal(ica_run_open(&run, &engine, options, monitor, NULL), ICA_OK);
    return run;
}

/* Add a file of `size` bytes that begins with `text`. */
static enum ica_status add(struct ica_run *run, const char *text, size_t size)
{
    static const char zeros[FILE_BYTES];
    struct ica_buffer file;
    ica_buffer_init(&file, FILE_BYTES);
    assert_int_equal(ica_buffer_append_text(&file, text, NULL), ICA_OK);
    assert_int_equal(ica_buffer_append(&file, zeros, size - strlen(text), NULL), ICA_OK);
    enum ica_status status = ica_run_add(run, text, strlen(text), &file, NULL);
    ica_buffer_clear(&file);
    return status;
}

static struct ica_result finish(struct ica_run *run)
{
    struct ica_grouping_options grouping = ica_grouping_options_default();
    struct ica_result result = {0};
    grouping.describer = ICA_NO_DESCRIBER;
    assert_int_equal(ica_run_finish(run, &grouping, &result, NULL), ICA_OK);
    ica_run_close(run);
    return result;
}

/* Which of two images, the first in a foreign format, have a thumbnail: "foreign", "native". */
static void assert_thumbnails(const struct ica_result *result, bool foreign, bool native)
{
    assert_int_equal(result->n_images, 2);
    assert_int_equal(result->images[0].thumbnail.size > 0, foreign);
    assert_int_equal(result->images[1].thumbnail.size > 0, native);
}

static void test_thumbnails_are_as_wanted(void **state)
{
    (void)state;
    static const struct {
        enum ica_thumbnails at_first;
        enum ica_thumbnails at_last;
        bool foreign;
        bool native;
    } cases[] = {
        {ICA_THUMBNAILS_UNSET, ICA_THUMBNAILS_UNSET, false, false},
        {ICA_THUMBNAILS_NONE, ICA_THUMBNAILS_NONE, false, false},
        {ICA_THUMBNAILS_FOREIGN, ICA_THUMBNAILS_FOREIGN, true, false},
        {ICA_THUMBNAILS_ALL, ICA_THUMBNAILS_ALL, true, true},
        {ICA_THUMBNAILS_ALL, ICA_THUMBNAILS_FOREIGN, true, false},
        {ICA_THUMBNAILS_ALL, ICA_THUMBNAILS_NONE, false, false},
        {ICA_THUMBNAILS_FOREIGN, ICA_THUMBNAILS_NONE, false, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct ica_run_options options = {.max_images = ICA_MAX_IMAGES};
        options.thumbnails = cases[i].at_first;
        options.thumbnail_side = 320;
        struct ica_run *run = open_run(&options, NULL);
        assert_int_equal(add(run, "foreign", 7), ICA_OK);
        assert_int_equal(add(run, "native", 6), ICA_OK);
        ica_run_limit_thumbnails(run, cases[i].at_last);
        struct ica_result result = finish(run);
        assert_thumbnails(&result, cases[i].foreign, cases[i].native);
        ica_result_clear(&result);
    }
}

/* Cancels a run that has to wait: that one more file is in the run than its queue takes shows when
 * the monitor is asked about it for the second time. */
struct patience {
    struct ica_monitor monitor;
    size_t asked; /* about the same number of files */
    size_t total;
};

static bool step(void *context, const char *stage, size_t done, size_t total)
{
    (void)stage;
    (void)done;
    struct patience *patience = context;
    patience->asked = total == patience->total ? patience->asked + 1 : 1;
    patience->total = total;
    return patience->asked < 3;
}

/* How many files can be added while no worker gets on. */
static size_t count_until_it_waits(size_t max_waiting_bytes, size_t file_bytes)
{
    struct ica_run_options options = {.max_images = ICA_MAX_IMAGES};
    struct patience patience = {.monitor = {.step = step, .context = &patience}};
    options.max_waiting_bytes = max_waiting_bytes;
    (void)pthread_mutex_lock(&gate);
    struct ica_run *run = open_run(&options, &patience.monitor);
    size_t n = 0;
    while (add(run, "x", file_bytes) == ICA_OK) {
        n++;
    }
    struct ica_run_counts counts = ica_run_counts(run);
    assert_int_equal(counts.received, n + 1);
    assert_int_equal(counts.decoded, 0);
    assert_int_equal(counts.embedded, 0);
    (void)pthread_mutex_unlock(&gate);
    ica_run_close(run);
    return n;
}

static void test_few_files_wait_unless_bytes_are_counted(void **state)
{
    (void)state;
    size_t few = count_until_it_waits(0, 100);
    assert_in_range(few, 2 * N_WORKERS, 3 * N_WORKERS);
    assert_true(count_until_it_waits(MAX_AHEAD, 100) > 10 * few);
    size_t large = count_until_it_waits(MAX_AHEAD, FILE_BYTES);
    assert_in_range(large, 3, 5 + N_WORKERS);
    assert_in_range(count_until_it_waits(1, FILE_BYTES), 1, 1 + N_WORKERS);
}

static void test_counts(void **state)
{
    (void)state;
    const struct ica_run_options options = {.max_images = ICA_MAX_IMAGES};
    const struct ica_error reason = {.status = ICA_EIO, .text = "It is gone."};
    struct ica_run *run = open_run(&options, NULL);
    assert_int_equal(ica_run_counts(run).received, 0);
    assert_int_equal(add(run, "a", 1), ICA_OK);
    assert_int_equal(ica_run_reject(run, "b", 1, &reason, NULL), ICA_OK);
    assert_int_equal(ica_run_counts(run).received, 2);
    struct ica_grouping_options grouping = ica_grouping_options_default();
    struct ica_result result = {0};
    grouping.describer = ICA_NO_DESCRIBER;
    assert_int_equal(ica_run_finish(run, &grouping, &result, NULL), ICA_OK);
    struct ica_run_counts counts = ica_run_counts(run);
    assert_int_equal(counts.decoded, 2);
    assert_int_equal(counts.embedded, 2);
    ica_run_close(run);
    ica_result_clear(&result);
}

static void test_pixels_are_exact_if_wanted(void **state)
{
    (void)state;
    for (int exact = 0; exact <= 1; exact++) {
        const struct ica_run_options options = {.max_images = ICA_MAX_IMAGES,
                                                .exact_pixels = exact};
        atomic_store(&n_exact, 0);
        struct ica_run *run = open_run(&options, NULL);
        assert_int_equal(add(run, "a", 1), ICA_OK);
        assert_int_equal(add(run, "b", 1), ICA_OK);
        struct ica_result result = finish(run);
        assert_int_equal(atomic_load(&n_exact), exact ? 2 : 0);
        ica_result_clear(&result);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_thumbnails_are_as_wanted),
        cmocka_unit_test(test_few_files_wait_unless_bytes_are_counted),
        cmocka_unit_test(test_counts),
        cmocka_unit_test(test_pixels_are_exact_if_wanted),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
