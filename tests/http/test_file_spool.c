/* SPDX-License-Identifier: Apache-2.0 */
/* Files that a request keeps on disk. */
#include "http/file_spool.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "support/cmocka_all.h"

#define MAX_FILE_BYTES 100000

static void assert_file(struct ica_file_source *files, size_t file, const void *bytes, size_t size)
{
    struct ica_buffer content;
    ica_buffer_init(&content, files->max_file_bytes);
    assert_int_equal(ica_file_source_read(files, file, &content, NULL), ICA_OK);
    assert_int_equal(content.size, size);
    if (size > 0) {
        assert_memory_equal(content.data, bytes, size);
    }
    ica_buffer_clear(&content);
}

static void test_files_come_back(void **state)
{
    (void)state;
    static uint8_t large[MAX_FILE_BYTES];
    for (size_t i = 0; i < sizeof large; i++) {
        large[i] = (uint8_t)(i * 7 % 251);
    }
    struct ica_file_spool spool = {0};
    assert_int_equal(ica_file_spool_open(&spool, MAX_FILE_BYTES, NULL), ICA_OK);
    struct ica_file_source *files = ica_file_spool_files(&spool);
    assert_non_null(files);
    assert_int_equal(ica_file_spool_add(&spool, "first", 5, NULL), ICA_OK);
    assert_int_equal(ica_file_spool_add(&spool, NULL, 0, NULL), ICA_OK);
    assert_int_equal(ica_file_spool_add(&spool, large, sizeof large, NULL), ICA_OK);
    assert_file(files, 2, large, sizeof large);
    assert_file(files, 0, "first", 5);
    assert_file(files, 1, "", 0);
    struct ica_buffer content;
    ica_buffer_init(&content, MAX_FILE_BYTES);
    assert_int_equal(ica_file_source_read(files, 3, &content, NULL), ICA_ENOTFOUND);
    ica_buffer_clear(&content);
    ica_buffer_init(&content, 4);
    assert_int_equal(ica_file_source_read(files, 0, &content, NULL), ICA_ETOOLARGE);
    ica_buffer_clear(&content);
    ica_file_spool_close(&spool);
}

static void test_what_is_not_open_keeps_nothing(void **state)
{
    (void)state;
    struct ica_file_spool spool = {0};
    assert_null(ica_file_spool_files(&spool));
    assert_int_equal(ica_file_spool_add(&spool, "first", 5, NULL), ICA_OK);
    ica_file_spool_close(&spool);
}

static void test_no_folder_is_an_error(void **state)
{
    (void)state;
    const char *before = getenv("TMPDIR");
    char *saved = before ? strdup(before) : NULL;
    struct ica_file_spool spool = {0};
    struct ica_error err = {0};
    assert_int_equal(setenv("TMPDIR", "/nowhere/at/all", 1), 0);
    assert_int_equal(ica_file_spool_open(&spool, MAX_FILE_BYTES, &err), ICA_EIO);
    assert_non_null(strstr(err.text, "/nowhere/at/all"));
    assert_null(ica_file_spool_files(&spool));
    assert_int_equal(saved ? setenv("TMPDIR", saved, 1) : unsetenv("TMPDIR"), 0);
    free(saved);
}

/* What was kept before the disk was full can still be read. */
static void test_a_full_disk_keeps_what_it_has(void **state)
{
    (void)state;
    static const uint8_t large[20000];
    struct rlimit before;
    struct ica_file_spool spool = {0};
    assert_int_equal(ica_file_spool_open(&spool, MAX_FILE_BYTES, NULL), ICA_OK);
    assert_int_equal(ica_file_spool_add(&spool, "first", 5, NULL), ICA_OK);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    const struct rlimit small = {.rlim_cur = 10000, .rlim_max = before.rlim_max};
    assert_true(signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    enum ica_status status = ica_file_spool_add(&spool, large, sizeof large, NULL);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(status, ICA_EIO);
    assert_int_equal(ica_file_spool_add(&spool, "third", 5, NULL), ICA_OK);
    assert_file(ica_file_spool_files(&spool), 0, "first", 5);
    struct ica_buffer content;
    ica_buffer_init(&content, MAX_FILE_BYTES);
    for (size_t file = 1; file < 3; file++) {
        assert_int_equal(ica_file_source_read(&spool.base, file, &content, NULL), ICA_ENOTFOUND);
    }
    ica_file_spool_close(&spool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_files_come_back),
        cmocka_unit_test(test_a_full_disk_keeps_what_it_has),
        cmocka_unit_test(test_what_is_not_open_keeps_nothing),
        cmocka_unit_test(test_no_folder_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
