/* SPDX-License-Identifier: Apache-2.0 */
/* Contract of the executor port, for threads and for the serial one. */
#include "support/cmocka_all.h"

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#include "adapters/memory/serial_executor.h"
#include "adapters/threads/thread_executor.h"

#define MAX_LANES   2
#define MAX_PENDING 4
#define FOREVER_MS  60000

static int open_serial(void **state)
{
    return ica_serial_executor_open((struct ica_executor **)state, MAX_LANES, NULL) != ICA_OK;
}

static int open_one_thread(void **state)
{
    return ica_thread_executor_open((struct ica_executor **)state, 1, MAX_LANES, MAX_PENDING,
                                    NULL) != ICA_OK;
}

static int open_four_threads(void **state)
{
    return ica_thread_executor_open((struct ica_executor **)state, 4, MAX_LANES, MAX_PENDING,
                                    NULL) != ICA_OK;
}

static int destroy(void **state)
{
    ica_executor_destroy(*state);
    return 0;
}

static void count_up(void *argument)
{
    atomic_fetch_add((atomic_size_t *)argument, 1);
}

static void test_every_task_runs_once(void **state)
{
    struct ica_executor *executor = *state;
    struct ica_lane *lane;
    atomic_size_t count = 0;
    assert_int_equal(ica_executor_lane_open(executor, &lane, NULL), ICA_OK);
    for (int i = 0; i < 1000; i++) {
        assert_true(ica_executor_submit(executor, lane, count_up, &count, FOREVER_MS));
    }
    assert_true(ica_executor_wait(executor, lane, FOREVER_MS));
    assert_int_equal(atomic_load(&count), 1000);
    ica_executor_lane_close(executor, lane);
}

static void test_close_waits(void **state)
{
    struct ica_executor *executor = *state;
    struct ica_lane *lane;
    atomic_size_t count = 0;
    assert_int_equal(ica_executor_lane_open(executor, &lane, NULL), ICA_OK);
    for (int i = 0; i < MAX_PENDING; i++) {
        assert_true(ica_executor_submit(executor, lane, count_up, &count, FOREVER_MS));
    }
    ica_executor_lane_close(executor, lane);
    assert_int_equal(atomic_load(&count), MAX_PENDING);
}

static void test_lanes_are_bounded(void **state)
{
    struct ica_executor *executor = *state;
    struct ica_lane *lanes[MAX_LANES];
    struct ica_lane *one_more;
    struct ica_error err = {0};
    for (int i = 0; i < MAX_LANES; i++) {
        assert_int_equal(ica_executor_lane_open(executor, &lanes[i], NULL), ICA_OK);
    }
    assert_int_equal(ica_executor_lane_open(executor, &one_more, &err), ICA_EBUSY);
    assert_null(one_more);
    assert_string_not_equal(err.text, "");
    ica_executor_lane_close(executor, lanes[0]);
    assert_int_equal(ica_executor_lane_open(executor, &lanes[0], NULL), ICA_OK);
    for (int i = 0; i < MAX_LANES; i++) {
        ica_executor_lane_close(executor, lanes[i]);
    }
}

static void mark(void *context, size_t i)
{
    atomic_fetch_add((atomic_size_t *)context + i, 1);
}

static void test_loop_visits_each_index_once(void **state)
{
    struct ica_executor *executor = *state;
    atomic_size_t visits[333] = {0};
    for (int round = 0; round < 20; round++) {
        ica_parallel_run(&executor->parallel, 333, mark, visits);
    }
    for (int i = 0; i < 333; i++) {
        assert_int_equal(atomic_load(&visits[i]), 20);
    }
    ica_parallel_run(&executor->parallel, 0, mark, visits);
}

/* A gate that tasks wait at, to hold the workers of the thread executor. */
struct gate {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    bool open;
    size_t n_waiting;
    char order[16]; /* which lane's task ran, in turn */
    size_t n_order;
};

static void wait_at_gate(void *argument)
{
    struct gate *gate = argument;
    (void)pthread_mutex_lock(&gate->mutex);
    gate->n_waiting++;
    (void)pthread_cond_broadcast(&gate->changed);
    while (!gate->open) {
        (void)pthread_cond_wait(&gate->changed, &gate->mutex);
    }
    (void)pthread_mutex_unlock(&gate->mutex);
}

static void note(struct gate *gate, char lane)
{
    (void)pthread_mutex_lock(&gate->mutex);
    gate->order[gate->n_order++] = lane;
    (void)pthread_mutex_unlock(&gate->mutex);
}

static void note_large(void *argument)
{
    note(argument, 'L');
}

static void note_small(void *argument)
{
    note(argument, 's');
}

static void open_gate(struct gate *gate)
{
    (void)pthread_mutex_lock(&gate->mutex);
    gate->open = true;
    (void)pthread_cond_broadcast(&gate->changed);
    (void)pthread_mutex_unlock(&gate->mutex);
}

static void wait_until_held(struct gate *gate)
{
    (void)pthread_mutex_lock(&gate->mutex);
    while (gate->n_waiting == 0) {
        (void)pthread_cond_wait(&gate->changed, &gate->mutex);
    }
    (void)pthread_mutex_unlock(&gate->mutex);
}

#define CLOSED_GATE                                                                                \
    {                                                                                              \
        .mutex = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER                    \
    }

/* With its only worker held, a full lane refuses and a wait times out; then both lanes are served
 * in turn although the large one queued all its tasks first. */
static void test_queue_is_bounded_and_lanes_take_turns(void **state)
{
    struct ica_executor *executor = *state;
    struct gate gate = CLOSED_GATE;
    struct ica_lane *large;
    struct ica_lane *small;
    assert_int_equal(ica_executor_lane_open(executor, &large, NULL), ICA_OK);
    assert_int_equal(ica_executor_lane_open(executor, &small, NULL), ICA_OK);
    assert_true(ica_executor_submit(executor, large, wait_at_gate, &gate, FOREVER_MS));
    wait_until_held(&gate);
    for (int i = 0; i < MAX_PENDING; i++) {
        assert_true(ica_executor_submit(executor, large, note_large, &gate, 0));
    }
    assert_false(ica_executor_submit(executor, large, note_large, &gate, 5));
    assert_false(ica_executor_wait(executor, large, 5));
    assert_true(ica_executor_submit(executor, small, note_small, &gate, 0));
    assert_true(ica_executor_submit(executor, small, note_small, &gate, 0));
    open_gate(&gate);
    ica_executor_lane_close(executor, large);
    ica_executor_lane_close(executor, small);
    assert_memory_equal(gate.order, "sLsLLL", 6);
}

#define SUITE(setup)                                                                               \
    cmocka_unit_test_setup_teardown(test_every_task_runs_once, setup, destroy),                    \
        cmocka_unit_test_setup_teardown(test_close_waits, setup, destroy),                         \
        cmocka_unit_test_setup_teardown(test_lanes_are_bounded, setup, destroy),                   \
        cmocka_unit_test_setup_teardown(test_loop_visits_each_index_once, setup, destroy)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SUITE(open_serial),
        SUITE(open_one_thread),
        SUITE(open_four_threads),
        cmocka_unit_test_setup_teardown(test_queue_is_bounded_and_lanes_take_turns, open_one_thread,
                                        destroy),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
