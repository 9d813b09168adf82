/* SPDX-License-Identifier: Apache-2.0 */
/* Threads that take the next number from a counter until none is left. */
#include "support/test_threads.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

struct loop {
    void (*body)(void *context, size_t i);
    void *context;
    size_t count;
    atomic_size_t next;
};

static void *work(void *argument)
{
    struct loop *loop = argument;
    for (;;) {
        size_t i = atomic_fetch_add(&loop->next, 1);
        if (i >= loop->count) {
            return NULL;
        }
        loop->body(loop->context, i);
    }
}

static void run(struct ica_parallel *self, size_t count, void (*body)(void *context, size_t i),
                void *context)
{
    pthread_t threads[TEST_THREADS_MAX];
    struct loop loop = {.body = body, .context = context, .count = count};
    for (size_t i = 0; i < self->n_workers; i++) {
        if (pthread_create(&threads[i], NULL, work, &loop) != 0) {
            abort();
        }
    }
    for (size_t i = 0; i < self->n_workers; i++) {
        pthread_join(threads[i], NULL);
    }
}

struct ica_parallel test_threads(size_t n_threads)
{
    return (struct ica_parallel){.run = run, .n_workers = n_threads};
}
