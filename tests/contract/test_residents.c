/* SPDX-License-Identifier: Apache-2.0 */
/* Loading on demand, within a budget, and unloading what is idle. */
#include "support/cmocka_all.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include "adapters/system_clock/system_clock.h"
#include "application/models/residents.h"

#define MIB         ((uint64_t)1 << 20)
#define N_THREADS   6
#define N_RESIDENTS 3
#define N_TURNS     200

struct thing {
    struct ica_resident base;
    atomic_int n_loads;
    atomic_int n_unloads;
    bool is_loaded; /* a race on it is found by the thread sanitizer */
    bool fails;
};

static double now_s;

static double tell_time(struct ica_clock *clock)
{
    (void)clock;
    return now_s;
}

static struct ica_clock clock_of_test = {.now_s = tell_time};

/* Each look at this one is a second later than the last. */
static double hurry(struct ica_clock *clock)
{
    static atomic_int seconds;
    (void)clock;
    return atomic_fetch_add(&seconds, 1);
}

static struct ica_clock hurrying_clock = {.now_s = hurry};

static enum ica_status load(struct ica_resident *self, struct ica_error *err)
{
    struct thing *thing = (struct thing *)self;
    (void)atomic_fetch_add(&thing->n_loads, 1);
    if (thing->fails) {
        return ica_error_set(err, ICA_EMODEL, "It is damaged.");
    }
    assert_false(thing->is_loaded);
    thing->is_loaded = true;
    return ICA_OK;
}

static void unload(struct ica_resident *self)
{
    struct thing *thing = (struct thing *)self;
    assert_true(thing->is_loaded);
    thing->is_loaded = false;
    (void)atomic_fetch_add(&thing->n_unloads, 1);
}

static struct thing make(const char *name, uint64_t bytes)
{
    return (struct thing){.base = {.name = name, .bytes = bytes, .load = load, .unload = unload}};
}

static struct ica_residents *open_by(struct ica_clock *clock, uint64_t max_bytes, double idle_s)
{
    struct ica_residents *residents;
    const struct ica_residents_config config = {
        .max_bytes = max_bytes, .idle_s = idle_s, .clock = clock};
    assert_int_equal(ica_residents_open(&residents, &config, NULL), ICA_OK);
    return residents;
}

static struct ica_residents *open_with(uint64_t max_bytes, double idle_s)
{
    return open_by(&clock_of_test, max_bytes, idle_s);
}

static void use(struct ica_residents *residents, struct thing *thing)
{
    assert_int_equal(ica_residents_acquire(residents, &thing->base, NULL), ICA_OK);
    assert_true(thing->is_loaded);
    ica_residents_release(residents, &thing->base);
}

struct pair {
    struct ica_residents *residents;
    struct thing *thing;
    atomic_bool is_done;
};

static void *use_other(void *argument)
{
    struct pair *pair = argument;
    use(pair->residents, pair->thing);
    atomic_store(&pair->is_done, true);
    return NULL;
}

static void test_loads_once_when_first_used(void **state)
{
    (void)state;
    struct ica_residents *residents = open_with(0, 0);
    struct thing thing = make("a", MIB);
    ica_residents_join(residents, &thing.base);
    assert_false(ica_residents_is_loaded(residents, &thing.base));
    use(residents, &thing);
    use(residents, &thing);
    assert_true(ica_residents_is_loaded(residents, &thing.base));
    assert_int_equal(thing.n_loads, 1);
    ica_residents_leave(residents, &thing.base);
    assert_int_equal(thing.n_unloads, 1);
    ica_residents_close(residents);
}

static void test_the_longest_idle_makes_room(void **state)
{
    (void)state;
    struct ica_residents *residents = open_with(2 * MIB, 0);
    struct thing things[] = {make("a", MIB), make("b", MIB), make("c", MIB)};
    for (size_t i = 0; i < 3; i++) {
        ica_residents_join(residents, &things[i].base);
    }
    now_s = 1;
    use(residents, &things[0]);
    now_s = 2;
    use(residents, &things[1]);
    now_s = 3;
    use(residents, &things[0]);
    use(residents, &things[2]);
    assert_true(ica_residents_is_loaded(residents, &things[0].base));
    assert_false(ica_residents_is_loaded(residents, &things[1].base));
    assert_true(ica_residents_is_loaded(residents, &things[2].base));
    for (size_t i = 0; i < 3; i++) {
        ica_residents_leave(residents, &things[i].base);
    }
    ica_residents_close(residents);
}

/* Between two images of one run, the model of another run has no place yet; after seconds it has.
 */
static void test_turns_are_longer_than_a_moment(void **state)
{
    (void)state;
    struct ica_residents *residents = open_by(&ica_system_clock, MIB, 0);
    struct thing things[] = {make("a", MIB), make("b", MIB)};
    ica_residents_join(residents, &things[0].base);
    ica_residents_join(residents, &things[1].base);
    struct pair pair = {.residents = residents, .thing = &things[1]};
    pthread_t other;
    use(residents, &things[0]);
    assert_int_equal(pthread_create(&other, NULL, use_other, &pair), 0);
    int n_uses = 0;
    while (!atomic_load(&pair.is_done)) { /* busy all the time, but for moments */
        use(residents, &things[0]);
        n_uses++;
        assert_int_equal(usleep(1000), 0);
    }
    assert_int_equal(pthread_join(other, NULL), 0);
    assert_true(n_uses > 10);
    assert_true(things[0].n_loads <= 3);
    ica_residents_leave(residents, &things[0].base);
    ica_residents_leave(residents, &things[1].base);
    ica_residents_close(residents);
}

static void test_too_large_a_one_is_refused(void **state)
{
    (void)state;
    struct ica_residents *residents = open_with(MIB, 0);
    struct thing thing = make("enormous", 2 * MIB);
    struct ica_error err = {0};
    ica_residents_join(residents, &thing.base);
    assert_int_equal(ica_residents_acquire(residents, &thing.base, &err), ICA_ETOOLARGE);
    assert_non_null(strstr(err.text, "enormous"));
    assert_int_equal(thing.n_loads, 0);
    ica_residents_leave(residents, &thing.base);
    ica_residents_close(residents);
}

static void test_idle_ones_are_unloaded_and_come_back(void **state)
{
    (void)state;
    struct ica_residents *residents = open_with(0, 60);
    struct thing thing = make("a", MIB);
    ica_residents_join(residents, &thing.base);
    now_s = 100;
    use(residents, &thing);
    now_s = 159;
    ica_residents_unload_idle(residents);
    assert_int_equal(thing.n_unloads, 0);
    assert_int_equal(ica_residents_acquire(residents, &thing.base, NULL), ICA_OK);
    now_s = 1000;
    ica_residents_unload_idle(residents); /* it is in use */
    assert_int_equal(thing.n_unloads, 0);
    ica_residents_release(residents, &thing.base);
    now_s = 1060;
    ica_residents_unload_idle(residents);
    assert_int_equal(thing.n_unloads, 1);
    use(residents, &thing);
    assert_int_equal(thing.n_loads, 2);
    ica_residents_leave(residents, &thing.base);
    ica_residents_close(residents);
}

static void test_a_failed_load_is_tried_again(void **state)
{
    (void)state;
    struct ica_residents *residents = open_with(MIB, 0);
    struct thing thing = make("a", MIB);
    struct ica_error err = {0};
    thing.fails = true;
    ica_residents_join(residents, &thing.base);
    assert_int_equal(ica_residents_acquire(residents, &thing.base, &err), ICA_EMODEL);
    assert_string_equal(err.text, "It is damaged.");
    thing.fails = false;
    use(residents, &thing); /* its place was given back */
    ica_residents_leave(residents, &thing.base);
    ica_residents_close(residents);
}

struct crowd {
    struct ica_residents *residents;
    struct thing things[N_RESIDENTS];
};

static void *work(void *argument)
{
    struct crowd *crowd = argument;
    for (int i = 0; i < N_TURNS; i++) {
        use(crowd->residents, &crowd->things[i % N_RESIDENTS]);
    }
    return NULL;
}

/* There is room for one only: they push each other out all the time. */
static void test_many_threads_share_little_room(void **state)
{
    (void)state;
    struct crowd crowd = {.residents = open_by(&hurrying_clock, MIB, 0)};
    pthread_t threads[N_THREADS];
    for (size_t i = 0; i < N_RESIDENTS; i++) {
        crowd.things[i] = make("a", MIB);
        ica_residents_join(crowd.residents, &crowd.things[i].base);
    }
    for (int i = 0; i < N_THREADS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, work, &crowd), 0);
    }
    for (int i = 0; i < N_THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
    for (size_t i = 0; i < N_RESIDENTS; i++) {
        ica_residents_leave(crowd.residents, &crowd.things[i].base);
        assert_int_equal(crowd.things[i].n_loads, crowd.things[i].n_unloads);
    }
    ica_residents_close(crowd.residents);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_loads_once_when_first_used),
        cmocka_unit_test(test_the_longest_idle_makes_room),
        cmocka_unit_test(test_turns_are_longer_than_a_moment),
        cmocka_unit_test(test_too_large_a_one_is_refused),
        cmocka_unit_test(test_idle_ones_are_unloaded_and_come_back),
        cmocka_unit_test(test_a_failed_load_is_tried_again),
        cmocka_unit_test(test_many_threads_share_little_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
