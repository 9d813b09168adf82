/* SPDX-License-Identifier: Apache-2.0 */
/* Contract of the executor port, for threads and for the serial one. */
#include "support/cmocka_all.h"

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#include "adapters/memory/serial_executor.h"
#include "adapters/threads/thread_executor.h"

#define MAX_LANES  2
#define MAX_QUEUED 4
#define N_TASKS    1000
#define FOREVER_MS 60000

static int open_serial(void **state)
{
    return ica_serial_executor_open((struct ica_executor **)state, MAX_LANES, NULL) != ICA_OK;
}

static int open_one_thread(void **state)
{
    return ica_thread_executor_open((struct ica_executor **)state, 1, MAX_LANES, NULL) != ICA_OK;
}

static int open_four_threads(void **state)
{
    return ica_thread_executor_open((struct ica_executor **)state, 4, MAX_LANES, NULL) != ICA_OK;
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
    struct ica_task tasks[N_TASKS];
    atomic_size_t count = 0;
    assert_int_equal(ica_executor_lane_open(executor, MAX_QUEUED, &lane, NULL), ICA_OK);
    for (int i = 0; i < N_TASKS; i++) {
        tasks[i] = (struct ica_task){.run = count_up, .argument = &count, .cost = 1};
        assert_true(ica_executor_submit(executor, lane, &tasks[i], FOREVER_MS));
    }
    assert_true(ica_executor_wait(executor, lane, FOREVER_MS));
    assert_int_equal(atomic_load(&count), N_TASKS);
    ica_executor_lane_close(executor, lane);
}

static void test_close_waits(void **state)
{
    struct ica_executor *executor = *state;
    struct ica_lane *lane;
    struct ica_task tasks[MAX_QUEUED];
    atomic_size_t count = 0;
    assert_int_equal(ica_executor_lane_open(executor, MAX_QUEUED, &lane, NULL), ICA_OK);
    for (int i = 0; i < MAX_QUEUED; i++) {
        tasks[i] = (struct ica_task){.run = count_up, .argument = &count, .cost = 1};
        assert_true(ica_executor_submit(executor, lane, &tasks[i], FOREVER_MS));
    }
    ica_executor_lane_close(executor, lane);
    assert_int_equal(atomic_load(&count), MAX_QUEUED);
}

static void test_lanes_are_bounded(void **state)
{
    struct ica_executor *executor = *state;
    struct ica_lane *lanes[MAX_LANES];
    struct ica_lane *one_more;
    struct ica_error err = {0};
    for (int i = 0; i < MAX_LANES; i++) {
        assert_int_equal(ica_executor_lane_open(executor, MAX_QUEUED, &lanes[i], NULL), ICA_OK);
    }
    assert_int_equal(ica_executor_lane_open(executor, MAX_QUEUED, &one_more, &err), ICA_EBUSY);
    assert_null(one_more);
    assert_string_not_equal(err.text, "");
    ica_executor_lane_close(executor, lanes[0]);
    assert_int_equal(ica_executor_lane_open(executor, MAX_QUEUED, &lanes[0], NULL), ICA_OK);
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
    struct ica_task waiting = {.run = wait_at_gate, .argument = &gate, .cost = 1};
    struct ica_task large_tasks[MAX_QUEUED + 1];
    struct ica_task small_tasks[2];
    assert_int_equal(ica_executor_lane_open(executor, MAX_QUEUED, &large, NULL), ICA_OK);
    assert_int_equal(ica_executor_lane_open(executor, MAX_QUEUED, &small, NULL), ICA_OK);
    assert_true(ica_executor_submit(executor, large, &waiting, FOREVER_MS));
    wait_until_held(&gate);
    for (int i = 0; i < MAX_QUEUED + 1; i++) {
        large_tasks[i] = (struct ica_task){.run = note_large, .argument = &gate, .cost = 1};
        assert_int_equal(ica_executor_submit(executor, large, &large_tasks[i], 5), i < MAX_QUEUED);
    }
    assert_false(ica_executor_wait(executor, large, 5));
    for (int i = 0; i < 2; i++) {
        small_tasks[i] = (struct ica_task){.run = note_small, .argument = &gate, .cost = 1};
        assert_true(ica_executor_submit(executor, small, &small_tasks[i], 0));
    }
    open_gate(&gate);
    ica_executor_lane_close(executor, large);
    ica_executor_lane_close(executor, small);
    assert_memory_equal(gate.order, "sLsLLL", 6);
}

/* What is queued may cost so much together, and one task however much. */
static void test_queue_is_bounded_by_cost(void **state)
{
    struct ica_executor *executor = *state;
    struct gate gate = CLOSED_GATE;
    struct ica_lane *lane;
    struct ica_task waiting = {.run = wait_at_gate, .argument = &gate, .cost = SIZE_MAX};
    struct ica_task tasks[] = {
        {.run = note_large, .argument = &gate, .cost = 60},
        {.run = note_small, .argument = &gate, .cost = 40},
        {.run = note_small, .argument = &gate, .cost = 1},
        {.run = note_large, .argument = &gate, .cost = 101},
    };
    assert_int_equal(ica_executor_lane_open(executor, 100, &lane, NULL), ICA_OK);
    assert_true(ica_executor_submit(executor, lane, &waiting, FOREVER_MS));
    wait_until_held(&gate);
    assert_true(ica_executor_submit(executor, lane, &tasks[0], 0));
    assert_true(ica_executor_submit(executor, lane, &tasks[1], 0));
    assert_false(ica_executor_submit(executor, lane, &tasks[2], 5));
    assert_false(ica_executor_submit(executor, lane, &tasks[3], 5));
    open_gate(&gate);
    assert_true(ica_executor_submit(executor, lane, &tasks[3], FOREVER_MS));
    assert_true(ica_executor_submit(executor, lane, &tasks[2], FOREVER_MS));
    ica_executor_lane_close(executor, lane);
    assert_memory_equal(gate.order, "LsLs", 4);
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
        cmocka_unit_test_setup_teardown(test_queue_is_bounded_by_cost, open_one_thread, destroy),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
