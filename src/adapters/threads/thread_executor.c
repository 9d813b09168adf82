/* SPDX-License-Identifier: Apache-2.0 */
/* The executor port on POSIX threads.
 *
 * Open lanes form a ring. A worker that looks for work starts at the ring's cursor, takes one task
 * from the first lane that has any, and leaves the cursor behind that lane, so that lanes are
 * served in turn. One mutex guards the ring and all queues; tasks run outside of it and last
 * milliseconds, so it is never contended for long. */
#include "adapters/threads/thread_executor.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#include "base/memory.h"

#define WORKER_STACK_BYTES ((size_t)1 << 20)

struct ica_lane {
    struct ica_lane *next; /* ring */
    struct ica_lane *previous;
    struct ica_task *first; /* queue; NULL: empty */
    struct ica_task *last;  /* has no meaning when it is empty */
    size_t queued_cost;
    size_t max_queued_cost;
    size_t n_running;
    bool counted; /* takes one of max_lanes */
};

struct thread_executor {
    struct ica_executor base;
    /* Settings */
    size_t max_lanes;
    /* Threads */
    pthread_t *threads;
    size_t n_threads;
    /* State, guarded by mutex */
    pthread_mutex_t mutex;
    pthread_cond_t work;     /* a task was queued, or stop */
    pthread_cond_t progress; /* a task was taken or ended */
    struct ica_lane *cursor; /* NULL: no lane is open */
    size_t n_lanes;          /* counted ones */
    bool stop;
};

static struct thread_executor *downcast(struct ica_executor *self)
{
    return (struct thread_executor *)self;
}

/* The lane whose turn it is, or NULL when all queues are empty. */
static struct ica_lane *next_lane(struct thread_executor *executor)
{
    struct ica_lane *lane = executor->cursor;
    if (!lane) {
        return NULL;
    }
    do {
        if (lane->first) {
            executor->cursor = lane->next;
            return lane;
        }
        lane = lane->next;
    } while (lane != executor->cursor);
    return NULL;
}

/* Take the first task out of a queue. Returned by value: its memory is the caller's again as soon
 * as it runs. */
static struct ica_task dequeue(struct ica_lane *lane)
{
    struct ica_task task = *lane->first;
    lane->first = task.next;
    lane->queued_cost -= task.cost;
    return task;
}

static void enqueue(struct ica_lane *lane, struct ica_task *task)
{
    task->next = NULL;
    *(lane->first ? &lane->last->next : &lane->first) = task;
    lane->last = task;
    lane->queued_cost += task->cost;
}

static bool has_room(const struct ica_lane *lane, size_t cost)
{
    return !lane->first || (lane->queued_cost <= lane->max_queued_cost &&
                            cost <= lane->max_queued_cost - lane->queued_cost);
}

static void *work(void *argument)
{
    struct thread_executor *executor = argument;
    (void)pthread_mutex_lock(&executor->mutex);
    while (!executor->stop) {
        struct ica_lane *lane = next_lane(executor);
        if (!lane) {
            (void)pthread_cond_wait(&executor->work, &executor->mutex);
            continue;
        }
        struct ica_task task = dequeue(lane);
        lane->n_running++;
        (void)pthread_cond_broadcast(&executor->progress);
        (void)pthread_mutex_unlock(&executor->mutex);
        task.run(task.argument);
        (void)pthread_mutex_lock(&executor->mutex);
        lane->n_running--;
        (void)pthread_cond_broadcast(&executor->progress);
    }
    (void)pthread_mutex_unlock(&executor->mutex);
    return NULL;
}

static struct timespec deadline_after(unsigned timeout_ms)
{
    struct timespec at;
    (void)clock_gettime(CLOCK_MONOTONIC, &at);
    at.tv_sec += timeout_ms / 1000;
    at.tv_nsec += (long)(timeout_ms % 1000) * 1000000;
    if (at.tv_nsec >= 1000000000) {
        at.tv_sec++;
        at.tv_nsec -= 1000000000;
    }
    return at;
}

/* Open a lane; one that is `counted` takes one of the max_lanes. */
static enum ica_status open_lane(struct thread_executor *executor, bool counted,
                                 size_t max_queued_cost, struct ica_lane **out,
                                 struct ica_error *err)
{
    *out = NULL;
    struct ica_lane *lane = calloc(1, sizeof *lane);
    if (!lane) {
        return ica_error_nomem(err, "a lane");
    }
    lane->max_queued_cost = max_queued_cost;
    lane->counted = counted;
    (void)pthread_mutex_lock(&executor->mutex);
    bool full = counted && executor->n_lanes >= executor->max_lanes;
    if (!full) {
        executor->n_lanes += counted;
        if (executor->cursor) {
            lane->next = executor->cursor;
            lane->previous = executor->cursor->previous;
            lane->previous->next = lane;
            lane->next->previous = lane;
        } else {
            lane->next = lane->previous = executor->cursor = lane;
        }
    }
    (void)pthread_mutex_unlock(&executor->mutex);
    if (full) {
        free(lane);
        return ica_error_set(err, ICA_EBUSY,
                             "All places for concurrent work are taken (%zu): try again soon.",
                             executor->max_lanes);
    }
    *out = lane;
    return ICA_OK;
}

static enum ica_status lane_open(struct ica_executor *self, size_t max_queued_cost,
                                 struct ica_lane **out, struct ica_error *err)
{
    return open_lane(downcast(self), true, max_queued_cost, out, err);
}

static bool submit(struct ica_executor *self, struct ica_lane *lane, struct ica_task *task,
                   unsigned timeout_ms)
{
    struct thread_executor *executor = downcast(self);
    struct timespec deadline = deadline_after(timeout_ms);
    (void)pthread_mutex_lock(&executor->mutex);
    int late = 0;
    while (!has_room(lane, task->cost) && !late) {
        late = pthread_cond_timedwait(&executor->progress, &executor->mutex, &deadline);
    }
    bool queued = has_room(lane, task->cost);
    if (queued) {
        enqueue(lane, task);
        (void)pthread_cond_signal(&executor->work);
    }
    (void)pthread_mutex_unlock(&executor->mutex);
    return queued;
}

static bool wait_for_lane(struct ica_executor *self, struct ica_lane *lane, unsigned timeout_ms)
{
    struct thread_executor *executor = downcast(self);
    struct timespec deadline = deadline_after(timeout_ms);
    (void)pthread_mutex_lock(&executor->mutex);
    int late = 0;
    while ((lane->first || lane->n_running) && !late) {
        late = pthread_cond_timedwait(&executor->progress, &executor->mutex, &deadline);
    }
    bool done = !lane->first && !lane->n_running;
    (void)pthread_mutex_unlock(&executor->mutex);
    return done;
}

static void lane_close(struct ica_executor *self, struct ica_lane *lane)
{
    struct thread_executor *executor = downcast(self);
    (void)pthread_mutex_lock(&executor->mutex);
    while (lane->first || lane->n_running) {
        (void)pthread_cond_wait(&executor->progress, &executor->mutex);
    }
    lane->previous->next = lane->next;
    lane->next->previous = lane->previous;
    if (executor->cursor == lane) {
        executor->cursor = lane->next == lane ? NULL : lane->next;
    }
    executor->n_lanes -= lane->counted;
    (void)pthread_mutex_unlock(&executor->mutex);
    free(lane);
}

/* A loop that several workers and the caller run through together. */
struct loop {
    void (*body)(void *context, size_t i);
    void *context;
    size_t count;
    atomic_size_t next;
};

static void run_loop(void *argument)
{
    struct loop *loop = argument;
    for (size_t i; (i = atomic_fetch_add(&loop->next, 1)) < loop->count;) {
        loop->body(loop->context, i);
    }
}

static void parallel_run(struct ica_parallel *self, size_t count,
                         void (*body)(void *context, size_t i), void *context)
{
    struct thread_executor *executor =
        (struct thread_executor *)((char *)self - offsetof(struct ica_executor, parallel));
    struct loop loop = {.body = body, .context = context, .count = count};
    struct ica_lane *lane = NULL;
    struct ica_task tasks[ICA_MAX_THREADS];
    size_t n_others = executor->n_threads < count ? executor->n_threads : count;
    n_others = n_others > 0 ? n_others - 1 : 0;
    if (n_others && open_lane(executor, false, n_others, &lane, NULL) == ICA_OK) {
        for (size_t i = 0; i < n_others; i++) {
            tasks[i] = (struct ica_task){.run = run_loop, .argument = &loop, .cost = 1};
            (void)submit(&executor->base, lane, &tasks[i], 0);
        }
    }
    run_loop(&loop);
    if (lane) {
        lane_close(&executor->base, lane);
    }
}

static void destroy(struct ica_executor *self)
{
    struct thread_executor *executor = downcast(self);
    (void)pthread_mutex_lock(&executor->mutex);
    executor->stop = true;
    (void)pthread_cond_broadcast(&executor->work);
    (void)pthread_mutex_unlock(&executor->mutex);
    for (size_t i = 0; i < executor->n_threads; i++) {
        (void)pthread_join(executor->threads[i], NULL);
    }
    (void)pthread_cond_destroy(&executor->work);
    (void)pthread_cond_destroy(&executor->progress);
    (void)pthread_mutex_destroy(&executor->mutex);
    free(executor->threads);
    free(executor);
}

static const struct ica_executor_ops thread_ops = {
    .lane_open = lane_open,
    .submit = submit,
    .wait = wait_for_lane,
    .lane_close = lane_close,
    .destroy = destroy,
};

/* Start the workers; on failure those that run are stopped by destroy. */
static enum ica_status start(struct thread_executor *executor, size_t n_workers,
                             struct ica_error *err)
{
    pthread_attr_t attributes;
    (void)pthread_attr_init(&attributes);
    (void)pthread_attr_setstacksize(&attributes, WORKER_STACK_BYTES);
    int failed = 0;
    while (executor->n_threads < n_workers && !failed) {
        failed =
            pthread_create(&executor->threads[executor->n_threads], &attributes, work, executor);
        executor->n_threads += !failed;
    }
    (void)pthread_attr_destroy(&attributes);
    return failed ? ica_error_set(err, ICA_ENOMEM, "The system gives no thread number %zu of %zu.",
                                  executor->n_threads + 1, n_workers)
                  : ICA_OK;
}

enum ica_status ica_thread_executor_open(struct ica_executor **out, size_t n_workers,
                                         size_t max_lanes, struct ica_error *err)
{
    *out = NULL;
    if (n_workers == 0 || n_workers > ICA_MAX_THREADS || max_lanes == 0) {
        return ica_error_set(err, ICA_EINVALID, "Threads must be 1 to %d.", ICA_MAX_THREADS);
    }
    struct thread_executor *executor = calloc(1, sizeof *executor);
    pthread_t *threads = ica_array_new(n_workers, sizeof *threads);
    if (!executor || !threads) {
        free(executor);
        free(threads);
        return ica_error_nomem(err, "worker threads");
    }
    *executor = (struct thread_executor){
        .base = {.ops = &thread_ops, .parallel = {.run = parallel_run, .n_workers = n_workers}},
        .max_lanes = max_lanes,
        .threads = threads,
    };
    pthread_condattr_t monotonic;
    (void)pthread_condattr_init(&monotonic);
    (void)pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    (void)pthread_mutex_init(&executor->mutex, NULL);
    (void)pthread_cond_init(&executor->work, NULL);
    (void)pthread_cond_init(&executor->progress, &monotonic);
    (void)pthread_condattr_destroy(&monotonic);
    enum ica_status status = start(executor, n_workers, err);
    if (status) {
        destroy(&executor->base);
        return status;
    }
    *out = &executor->base;
    return ICA_OK;
}

size_t ica_thread_executor_default_workers(void)
{
    cpu_set_t usable;
    if (sched_getaffinity(0, sizeof usable, &usable)) {
        return 1;
    }
    int count = CPU_COUNT(&usable);
    return count < 1 ? 1 : count > ICA_MAX_THREADS ? ICA_MAX_THREADS : (size_t)count;
}
