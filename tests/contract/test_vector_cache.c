/* SPDX-License-Identifier: Apache-2.0 */
/* Contract of the vector cache, for the one in files. */
#include "support/cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "adapters/vector_files/vector_files.h"

#define N   3
#define DIM 2

struct fixture {
    char folder[64];
    struct ica_vector_cache *cache;
    float rows[N * DIM];
    char key[ICA_SHA256_TEXT_SIZE];
};

static int set_up(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    char below[96];
    (void)snprintf(fixture->folder, sizeof fixture->folder, "/tmp/ica-vectors-XXXXXX");
    if (!mkdtemp(fixture->folder)) {
        return 1;
    }
    (void)snprintf(below, sizeof below, "%s/not/yet", fixture->folder);
    for (size_t i = 0; i < N * DIM; i++) {
        fixture->rows[i] = (float)i / 8;
    }
    memset(fixture->key, 'a', sizeof fixture->key - 1);
    *state = fixture;
    return ica_vector_files_open(&fixture->cache, below, NULL) != ICA_OK;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    char command[128];
    ica_vector_cache_destroy(fixture->cache);
    (void)snprintf(command, sizeof command, "rm -rf %s", fixture->folder);
    int result = system(command);
    free(fixture);
    return result;
}

static void test_what_was_saved_comes_back(void **state)
{
    struct fixture *f = *state;
    float rows[N * DIM] = {0};
    assert_int_equal(ica_vector_cache_load(f->cache, f->key, N, DIM, rows, NULL), ICA_ENOTFOUND);
    assert_int_equal(ica_vector_cache_save(f->cache, f->key, N, DIM, f->rows, NULL), ICA_OK);
    assert_int_equal(ica_vector_cache_load(f->cache, f->key, N, DIM, rows, NULL), ICA_OK);
    assert_memory_equal(rows, f->rows, sizeof rows);
}

static void test_other_shapes_and_keys_are_not_there(void **state)
{
    struct fixture *f = *state;
    float rows[2 * N * DIM];
    char other[ICA_SHA256_TEXT_SIZE];
    memcpy(other, f->key, sizeof other);
    other[0] = 'b';
    assert_int_equal(ica_vector_cache_save(f->cache, f->key, N, DIM, f->rows, NULL), ICA_OK);
    assert_int_equal(ica_vector_cache_load(f->cache, f->key, DIM, N, rows, NULL), ICA_ENOTFOUND);
    assert_int_equal(ica_vector_cache_load(f->cache, f->key, N, 2 * DIM, rows, NULL),
                     ICA_ENOTFOUND);
    assert_int_equal(ica_vector_cache_load(f->cache, other, N, DIM, rows, NULL), ICA_ENOTFOUND);
}

/* Each byte of the file in turn is another one. */
static void test_a_damaged_file_is_as_good_as_none(void **state)
{
    struct fixture *f = *state;
    float rows[N * DIM];
    char path[256];
    assert_int_equal(ica_vector_cache_save(f->cache, f->key, N, DIM, f->rows, NULL), ICA_OK);
    (void)snprintf(path, sizeof path, "%s/not/yet/words-%s.f32", f->folder, f->key);
    FILE *file = fopen(path, "r+b");
    assert_non_null(file);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    long size = ftell(file);
    for (long at = 0; at < size; at += 7) {
        assert_int_equal(fseek(file, at, SEEK_SET), 0);
        int byte = fgetc(file);
        assert_int_equal(fseek(file, at, SEEK_SET), 0);
        assert_true(fputc(byte ^ 1, file) != EOF && fflush(file) == 0);
        assert_int_equal(ica_vector_cache_load(f->cache, f->key, N, DIM, rows, NULL),
                         ICA_ENOTFOUND);
        assert_int_equal(fseek(file, at, SEEK_SET), 0);
        assert_true(fputc(byte, file) != EOF && fflush(file) == 0);
    }
    assert_int_equal(ica_vector_cache_load(f->cache, f->key, N, DIM, rows, NULL), ICA_OK);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(truncate(path, size - 1), 0);
    assert_int_equal(ica_vector_cache_load(f->cache, f->key, N, DIM, rows, NULL), ICA_ENOTFOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_what_was_saved_comes_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_other_shapes_and_keys_are_not_there, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_a_damaged_file_is_as_good_as_none, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
