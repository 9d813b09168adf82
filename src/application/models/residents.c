/* SPDX-License-Identifier: Apache-2.0 */
/* Loading takes from tenths of a second to seconds, so the lock is not held meanwhile: the state
 * "loading" keeps the place. Unloading is quick and done under the lock.
 *
 * Two runs whose models do not fit together would push out each other's at every image, for in
 * between a model is idle. So one that was used a moment ago is left alone, unless somebody has
 * waited for long: then the two take turns of seconds. */
#include "application/models/residents.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "base/log.h"

#define MOMENT_S    0.5 /* idle for less is between two images */
#define LONG_WAIT_S 5.0
#define POLL_NS     50000000

struct ica_residents {
    struct ica_residents_config config;
    pthread_mutex_t mutex;
    pthread_cond_t changed; /* one became present, absent or idle */
    /* Guarded by mutex */
    struct ica_resident *first;
    uint64_t used_bytes; /* of those that are present or loading */
};

enum ica_status ica_residents_open(struct ica_residents **out,
                                   const struct ica_residents_config *config, struct ica_error *err)
{
    struct ica_residents *residents = calloc(1, sizeof *residents);
    *out = residents;
    if (!residents) {
        return ica_error_nomem(err, "the models");
    }
    residents->config = *config;
    (void)pthread_mutex_init(&residents->mutex, NULL);
    (void)pthread_cond_init(&residents->changed, NULL);
    return ICA_OK;
}

void ica_residents_join(struct ica_residents *residents, struct ica_resident *resident)
{
    (void)pthread_mutex_lock(&residents->mutex);
    resident->residence = ICA_RESIDENCE_ABSENT;
    resident->n_users = 0;
    resident->next = residents->first;
    residents->first = resident;
    (void)pthread_mutex_unlock(&residents->mutex);
}

/* With the lock held; nobody uses it. */
static void unload(struct ica_residents *residents, struct ica_resident *resident)
{
    ica_log(ICA_LOG_INFO, "models", "unloading %s", resident->name);
    resident->unload(resident);
    resident->residence = ICA_RESIDENCE_ABSENT;
    residents->used_bytes -= resident->bytes;
    (void)pthread_cond_broadcast(&residents->changed);
}

static bool is_idle(const struct ica_resident *resident)
{
    return resident->residence == ICA_RESIDENCE_PRESENT && resident->n_users == 0;
}

void ica_residents_leave(struct ica_residents *residents, struct ica_resident *resident)
{
    (void)pthread_mutex_lock(&residents->mutex);
    if (is_idle(resident)) {
        unload(residents, resident);
    }
    struct ica_resident **link = &residents->first;
    while (*link && *link != resident) {
        link = &(*link)->next;
    }
    if (*link) {
        *link = resident->next;
    }
    (void)pthread_mutex_unlock(&residents->mutex);
}

/* The one that nobody has used for the longest time, and not after `latest_s`; NULL if there is
 * none. */
static struct ica_resident *find_idle(const struct ica_residents *residents, double latest_s)
{
    struct ica_resident *oldest = NULL;
    for (struct ica_resident *r = residents->first; r; r = r->next) {
        if (is_idle(r) && r->idle_since_s <= latest_s &&
            (!oldest || r->idle_since_s < oldest->idle_since_s)) {
            oldest = r;
        }
    }
    return oldest;
}

/* With the lock held, which is released meanwhile: until something changes, or a little later. */
static void wait_a_little(struct ica_residents *residents)
{
    struct timespec until;
    (void)clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += POLL_NS;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    (void)pthread_cond_timedwait(&residents->changed, &residents->mutex, &until);
}

static bool fits(const struct ica_residents *residents, const struct ica_resident *resident)
{
    uint64_t max_bytes = residents->config.max_bytes;
    return max_bytes == 0 ||
           (resident->bytes <= max_bytes && residents->used_bytes <= max_bytes - resident->bytes);
}

/* With the lock held, until `resident` is present or its place is reserved for this thread. */
static void wait_for_place(struct ica_residents *residents, struct ica_resident *resident)
{
    double began_s = ica_clock_now_s(residents->config.clock);
    while (resident->residence == ICA_RESIDENCE_LOADING ||
           (resident->residence == ICA_RESIDENCE_ABSENT && !fits(residents, resident))) {
        double now_s = ica_clock_now_s(residents->config.clock);
        double latest_s = now_s - began_s >= LONG_WAIT_S ? now_s : now_s - MOMENT_S;
        struct ica_resident *idle =
            resident->residence == ICA_RESIDENCE_ABSENT ? find_idle(residents, latest_s) : NULL;
        if (idle) {
            unload(residents, idle);
        } else {
            wait_a_little(residents);
        }
    }
}

/* With the lock held; it is released while the load takes place. */
static enum ica_status load(struct ica_residents *residents, struct ica_resident *resident,
                            struct ica_error *err)
{
    resident->residence = ICA_RESIDENCE_LOADING;
    residents->used_bytes += resident->bytes;
    (void)pthread_mutex_unlock(&residents->mutex);
    ica_log(ICA_LOG_INFO, "models", "loading %s", resident->name);
    enum ica_status status = resident->load(resident, err);
    (void)pthread_mutex_lock(&residents->mutex);
    resident->residence = status ? ICA_RESIDENCE_ABSENT : ICA_RESIDENCE_PRESENT;
    if (status) {
        residents->used_bytes -= resident->bytes;
    }
    (void)pthread_cond_broadcast(&residents->changed);
    return status;
}

enum ica_status ica_residents_acquire(struct ica_residents *residents,
                                      struct ica_resident *resident, struct ica_error *err)
{
    uint64_t max_bytes = residents->config.max_bytes;
    enum ica_status status = ICA_OK;
    if (max_bytes && resident->bytes > max_bytes) {
        return ica_error_set(err, ICA_ETOOLARGE,
                             "Model %s needs about %llu MiB, more than all models may take (%llu "
                             "MiB): raise --model-memory.",
                             resident->name, (unsigned long long)(resident->bytes >> 20),
                             (unsigned long long)(max_bytes >> 20));
    }
    (void)pthread_mutex_lock(&residents->mutex);
    wait_for_place(residents, resident);
    if (resident->residence == ICA_RESIDENCE_ABSENT) {
        status = load(residents, resident, err);
    }
    resident->n_users += !status;
    (void)pthread_mutex_unlock(&residents->mutex);
    return status;
}

void ica_residents_release(struct ica_residents *residents, struct ica_resident *resident)
{
    (void)pthread_mutex_lock(&residents->mutex);
    if (--resident->n_users == 0) {
        resident->idle_since_s = ica_clock_now_s(residents->config.clock);
        (void)pthread_cond_broadcast(&residents->changed);
    }
    (void)pthread_mutex_unlock(&residents->mutex);
}

void ica_residents_unload_idle(struct ica_residents *residents)
{
    double idle_s = residents->config.idle_s;
    double now_s = ica_clock_now_s(residents->config.clock);
    (void)pthread_mutex_lock(&residents->mutex);
    for (struct ica_resident *r = residents->first; r && idle_s > 0; r = r->next) {
        if (is_idle(r) && now_s - r->idle_since_s >= idle_s) {
            unload(residents, r);
        }
    }
    (void)pthread_mutex_unlock(&residents->mutex);
}

bool ica_residents_is_loaded(struct ica_residents *residents, const struct ica_resident *resident)
{
    (void)pthread_mutex_lock(&residents->mutex);
    bool is_loaded = resident->residence == ICA_RESIDENCE_PRESENT;
    (void)pthread_mutex_unlock(&residents->mutex);
    return is_loaded;
}

void ica_residents_close(struct ica_residents *residents)
{
    if (residents) {
        (void)pthread_cond_destroy(&residents->changed);
        (void)pthread_mutex_destroy(&residents->mutex);
        free(residents);
    }
}
