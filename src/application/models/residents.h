/* SPDX-License-Identifier: Apache-2.0 */
/* What is large and can be had again - the networks of models - stays in memory only as far as
 * there is room: it is loaded when it is first used, unloaded when it was idle for long, or when
 * another one needs its place. Thread-safe. */
#ifndef ICA_APPLICATION_MODELS_RESIDENTS_H
#define ICA_APPLICATION_MODELS_RESIDENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "ports/clock.h"

struct ica_residents;

enum ica_residence {
    ICA_RESIDENCE_ABSENT,
    ICA_RESIDENCE_LOADING, /* by a thread that does not hold the lock */
    ICA_RESIDENCE_PRESENT,
};

/* Something that can be loaded: embedded in the caller's struct. The caller sets the first part
 * before it joins, the rest is the residents' own. */
struct ica_resident {
    const char *name; /* for messages; borrowed */
    uint64_t bytes;   /* of memory that it takes while it is loaded, about */
    /* One thread at a time, and never while somebody uses it. A failed load leaves it absent. */
    enum ica_status (*load)(struct ica_resident *self, struct ica_error *err);
    void (*unload)(struct ica_resident *self);

    enum ica_residence residence;
    size_t n_users;
    double idle_since_s;
    struct ica_resident *next;
};

struct ica_residents_config {
    uint64_t max_bytes; /* of all that are loaded together; 0 = no limit */
    double idle_s;      /* unload what nobody used for so long; 0 = never */
    struct ica_clock *clock;
};

/* ICA_ENOMEM. */
enum ica_status ica_residents_open(struct ica_residents **out,
                                   const struct ica_residents_config *config,
                                   struct ica_error *err) ICA_MUST_CHECK;

/* Let `resident` be one of them; it must stay where it is until it leaves. */
void ica_residents_join(struct ica_residents *residents, struct ica_resident *resident);

/* Unload it, and forget it. Nobody may use it. */
void ica_residents_leave(struct ica_residents *residents, struct ica_resident *resident);

/* Load `resident` unless it is there, and keep it until it is released; waits while another thread
 * loads it, or until there is room: what was used in the last half second is spared for 5 s. A
 * thread may hold one at a time: one that waits for room with another in its hands could wait for
 * itself. What load fails with, or ICA_ETOOLARGE (it is larger than all may be). */
enum ica_status ica_residents_acquire(struct ica_residents *residents,
                                      struct ica_resident *resident,
                                      struct ica_error *err) ICA_MUST_CHECK;

void ica_residents_release(struct ica_residents *residents, struct ica_resident *resident);

/* Unload what has been idle for too long; to be called now and then. */
void ica_residents_unload_idle(struct ica_residents *residents);

/* Whether it is in memory now; it may not be a moment later. */
bool ica_residents_is_loaded(struct ica_residents *residents, const struct ica_resident *resident);

/* All must have left. `residents` may be NULL. */
void ica_residents_close(struct ica_residents *residents);

#endif
