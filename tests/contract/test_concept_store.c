/* SPDX-License-Identifier: Apache-2.0 */
/* The concept store port's promises, kept by the file. */
#include "ports/concept_store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "adapters/concept_file/concept_file.h"
#include "support/cmocka_all.h"

#define DIM 4

struct fixture {
    char folder[64];
    char path[128]; /* in a folder that is not there yet */
    struct ica_concept_store *store;
};

static int set_up(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    *state = fixture;
    (void)snprintf(fixture->folder, sizeof fixture->folder, "/tmp/ica-concepts-XXXXXX");
    if (!mkdtemp(fixture->folder)) {
        return 1;
    }
    (void)snprintf(fixture->path, sizeof fixture->path, "%s/new/own.json", fixture->folder);
    return ica_concept_file_open(&fixture->store, fixture->path, NULL) != ICA_OK;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    char folder[160];
    (void)unlink(fixture->path);
    (void)snprintf(folder, sizeof folder, "%s/new", fixture->folder);
    (void)rmdir(folder);
    (void)rmdir(fixture->folder);
    ica_concept_store_destroy(fixture->store);
    free(fixture);
    return 0;
}

static void put(struct ica_own_concepts *list, const char *name, float first)
{
    struct ica_own_concept concept = {
        .model_name = "eye",
        .weights_sha256 = "abc",
        .n_examples = 7,
        .threshold = 0.25,
        .dim = DIM,
        .prototype = calloc(DIM, sizeof(float)),
    };
    (void)snprintf(concept.name, sizeof concept.name, "%s", name);
    concept.prototype[0] = first;
    concept.prototype[3] = -0.1F;
    assert_int_equal(ica_own_concepts_put(list, &concept, NULL), ICA_OK);
}

static void test_what_is_saved_comes_back(void **state)
{
    struct fixture *fixture = *state;
    struct ica_own_concepts saved = {0};
    struct ica_own_concepts loaded = {0};
    assert_int_equal(ica_concept_store_load(fixture->store, &loaded, NULL), ICA_OK);
    assert_int_equal(loaded.n, 0);
    put(&saved, "Caf\xc3\xa9 \"line\"", 0.333333343F);
    put(&saved, "alpha", 1.0F / 3);
    assert_int_equal(ica_concept_store_save(fixture->store, &saved, NULL), ICA_OK);
    assert_int_equal(ica_concept_store_load(fixture->store, &loaded, NULL), ICA_OK);
    assert_int_equal(loaded.n, 2);
    for (size_t i = 0; i < 2; i++) {
        assert_string_equal(loaded.items[i].name, saved.items[i].name);
        assert_string_equal(loaded.items[i].model_name, "eye");
        assert_string_equal(loaded.items[i].weights_sha256, "abc");
        assert_int_equal(loaded.items[i].n_examples, 7);
        assert_true(loaded.items[i].threshold == 0.25);
        assert_memory_equal(loaded.items[i].prototype, saved.items[i].prototype,
                            DIM * sizeof(float));
    }
    ica_own_concepts_clear(&saved);
    ica_own_concepts_clear(&loaded);
}

static void write_file(const struct fixture *fixture, const char *text)
{
    struct ica_own_concepts nothing = {0};
    assert_int_equal(ica_concept_store_save(fixture->store, &nothing, NULL), ICA_OK);
    FILE *file = fopen(fixture->path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

#define CONCEPT(members)                                                                           \
    "{\"format\":\"image-cluster-ai own concepts 1\",\"concepts\":[{" members "}]}"
#define GOOD "\"name\":\"x\",\"model\":\"m\",\"weights_sha256\":\"\",\"threshold\":0.5,"

static void test_damaged_files_are_named(void **state)
{
    struct fixture *fixture = *state;
    static const char *const texts[] = {
        "",
        "nonsense",
        "[]",
        "{\"format\":\"another\",\"concepts\":[]}",
        CONCEPT(""),
        CONCEPT(GOOD "\"examples\":-1,\"prototype\":[1]"),
        CONCEPT(GOOD "\"examples\":7,\"prototype\":[]"),
        CONCEPT(GOOD "\"examples\":7,\"prototype\":[\"1\"]"),
        CONCEPT(GOOD "\"examples\":7,\"prototype\":[1e30]"),
        CONCEPT("\"name\":\"\",\"model\":\"m\",\"weights_sha256\":\"\",\"threshold\":0.5,"
                "\"examples\":7,\"prototype\":[1]"),
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct ica_own_concepts loaded = {0};
        struct ica_error err = {0};
        write_file(fixture, texts[i]);
        assert_int_equal(ica_concept_store_load(fixture->store, &loaded, &err), ICA_ECORRUPT);
        assert_non_null(strstr(err.text, fixture->path));
        assert_int_equal(loaded.n, 0);
    }
    struct ica_own_concepts loaded = {0};
    write_file(fixture, CONCEPT(GOOD "\"examples\":7,\"prototype\":[1]"));
    assert_int_equal(ica_concept_store_load(fixture->store, &loaded, NULL), ICA_OK);
    assert_int_equal(loaded.n, 1);
    ica_own_concepts_clear(&loaded);
}

static void test_no_place_to_keep(void **state)
{
    (void)state;
    struct ica_concept_store *store;
    struct ica_own_concepts nothing = {0};
    struct ica_error err = {0};
    assert_int_equal(ica_concept_file_open(&store, "/proc/nowhere/own.json", NULL), ICA_OK);
    assert_int_not_equal(ica_concept_store_save(store, &nothing, &err), ICA_OK);
    assert_non_null(strstr(err.text, "/proc/nowhere/own.json"));
    ica_concept_store_destroy(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_what_is_saved_comes_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_damaged_files_are_named, set_up, tear_down),
        cmocka_unit_test(test_no_place_to_keep),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
