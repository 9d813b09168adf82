/* SPDX-License-Identifier: Apache-2.0 */
/* Finding files in real folders, and reading them. */
#include "support/cmocka_all.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file_io.h"
#include "cli/walk.h"

#define MAX_PATH  256
#define MAX_LINES 1024

/* Each test works in an empty folder of its own, which is its current one. */
static int set_up(void **state)
{
    static char folder[MAX_PATH];
    (void)snprintf(folder, sizeof folder, "/tmp/ica-walk-XXXXXX");
    assert_non_null(mkdtemp(folder));
    assert_int_equal(chdir(folder), 0);
    *state = folder;
    return 0;
}

static int tear_down(void **state)
{
    char command[MAX_PATH + 32];
    assert_int_equal(chdir("/"), 0);
    (void)snprintf(command, sizeof command, "rm -rf '%s'", (const char *)*state);
    return system(command);
}

static void make_file(const char *path, const char *content)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(content, 1, strlen(content), file), strlen(content));
    assert_int_equal(fclose(file), 0);
}

/* Walk the paths (up to NULL) and write what was found into `lines`, one per line: the path, "*" if
 * it counts as named, and the failure if there is one. */
static enum ica_status walk(bool recursive, size_t max_files, char *const paths[],
                            char lines[MAX_LINES])
{
    const struct ica_walk_options options = {.recursive = recursive, .max_files = max_files};
    struct ica_found_list list = {0};
    struct ica_error err = {0};
    size_t n_paths = 0;
    while (paths[n_paths]) {
        n_paths++;
    }
    enum ica_status status = ica_walk(&options, paths, n_paths, &list, &err);
    size_t used = 0;
    lines[0] = 0;
    for (size_t i = 0; i < list.n_items; i++) {
        const struct ica_found *found = &list.items[i];
        int length = snprintf(lines + used, MAX_LINES - used, "%s%s%s%s\n", found->path,
                              found->named ? "*" : "", found->failure ? " " : "",
                              found->failure ? found->failure->text : "");
        assert_true(length > 0 && used + (size_t)length < MAX_LINES);
        used += (size_t)length;
    }
    ica_found_list_clear(&list);
    return status;
}

static void assert_walk(bool recursive, char *const paths[], const char *expected)
{
    char lines[MAX_LINES];
    assert_int_equal(walk(recursive, 100, paths, lines), ICA_OK);
    assert_string_equal(lines, expected);
}

static void test_order_and_names(void **state)
{
    (void)state;
    assert_int_equal(mkdir("photos", 0777), 0);
    assert_int_equal(mkdir("photos/b", 0777), 0);
    assert_int_equal(mkdir("photos/.hidden", 0777), 0);
    make_file("photos/c.JPEG", "");
    make_file("photos/a.txt", "");
    make_file("photos/B.png", "");
    make_file("photos/.d.jpg", "");
    make_file("photos/b/x.avif", "");
    make_file("photos/.hidden/y.jpg", "");
    assert_walk(false, (char *[]){"photos", NULL}, "photos/B.png*\nphotos/a.txt\nphotos/c.JPEG*\n");
    assert_walk(true, (char *[]){"photos//", NULL},
                "photos/B.png*\nphotos/a.txt\nphotos/b/x.avif*\nphotos/c.JPEG*\n");
    assert_walk(false, (char *[]){"photos/a.txt", "./photos/b/", "photos/.d.jpg", NULL},
                "photos/a.txt*\n./photos/b/x.avif*\nphotos/.d.jpg*\n");
}

static void test_what_is_missing_is_an_item(void **state)
{
    (void)state;
    assert_int_equal(symlink("nowhere", "broken.jpg"), 0);
    assert_walk(false, (char *[]){"no.jpg", ".", NULL},
                "no.jpg* No such file or directory.\n./broken.jpg* No such file or directory.\n");
}

static void test_link_loops_end(void **state)
{
    (void)state;
    assert_int_equal(mkdir("a", 0777), 0);
    assert_int_equal(mkdir("a/b", 0777), 0);
    assert_int_equal(symlink("..", "a/b/up"), 0);
    assert_int_equal(symlink("self", "a/self"), 0);
    assert_int_equal(symlink("a", "again"), 0);
    make_file("a/b/x.jpg", "");
    assert_walk(true, (char *[]){"a", "again", NULL},
                "a/b/x.jpg*\na/self* Too many levels of symbolic links.\n");
}

static void test_deep_folders(void **state)
{
    char path[MAX_PATH] = "d";
    for (size_t depth = 0; depth < 100; depth++) {
        assert_int_equal(mkdir(path, 0777), 0);
        (void)snprintf(path + strlen(path), sizeof path - strlen(path), "/d");
    }
    make_file(path, "");
    char expected[MAX_PATH + 2];
    (void)snprintf(expected, sizeof expected, "%s\n", path);
    assert_walk(true, (char *[]){"d", NULL}, expected);
    (void)state;
}

static void test_unreadable_folder(void **state)
{
    (void)state;
    assert_int_equal(chmod(".", 0755), 0);
    assert_int_equal(mkdir("closed", 0), 0);
    make_file("x.jpg", "");
    uid_t user = geteuid();
    if (user == 0) {
        assert_int_equal(seteuid(65534), 0); /* nothing is closed to root */
    }
    char lines[MAX_LINES];
    enum ica_status status = walk(true, 100, (char *[]){".", NULL}, lines);
    assert_int_equal(seteuid(user), 0);
    assert_int_equal(status, ICA_OK);
    assert_string_equal(lines, "./closed* Permission denied.\n./x.jpg*\n");
}

static void test_other_things_are_skipped(void **state)
{
    (void)state;
    assert_int_equal(mkfifo("pipe", 0666), 0);
    assert_walk(true, (char *[]){".", NULL}, "");
    assert_walk(true, (char *[]){"pipe", NULL}, "pipe*\n");
    struct ica_buffer content;
    struct ica_error err = {0};
    ica_buffer_init(&content, 10);
    assert_int_equal(ica_file_read("pipe", &content, &err), ICA_EINVALID); /* does not wait */
}

static void test_limit(void **state)
{
    (void)state;
    char lines[MAX_LINES];
    make_file("1", "");
    make_file("2", "");
    assert_int_equal(walk(false, 2, (char *[]){".", NULL}, lines), ICA_OK);
    assert_int_equal(walk(false, 1, (char *[]){".", NULL}, lines), ICA_EINVALID);
}

static void test_reading_is_bounded(void **state)
{
    (void)state;
    struct ica_error err = {0};
    struct ica_buffer content;
    make_file("five", "12345");
    ica_buffer_init(&content, 4);
    assert_int_equal(ica_file_read("five", &content, &err), ICA_ETOOLARGE);
    assert_non_null(strstr(err.text, "5 bytes"));
    assert_int_equal(ica_file_read_head("five", 3, &content, &err), ICA_OK);
    assert_string_equal(ica_buffer_text(&content), "123");
    ica_buffer_clear(&content);
    ica_buffer_init(&content, 5);
    assert_int_equal(ica_file_read("five", &content, &err), ICA_OK);
    assert_string_equal(ica_buffer_text(&content), "12345");
    ica_buffer_clear(&content);
    assert_int_equal(ica_file_read("none", &content, &err), ICA_ENOTFOUND);
    /* Files that do not tell their size, or grow, are held to the limit too. */
    assert_int_equal(ica_file_read("/proc/self/maps", &content, &err), ICA_ETOOLARGE);
    ica_buffer_clear(&content);
}

static void test_replacing_is_all_or_nothing(void **state)
{
    (void)state;
    struct ica_error err = {0};
    struct ica_buffer content;
    make_file("page", "old");
    assert_int_equal(ica_file_replace("page", "new", 3, &err), ICA_OK);
    ica_buffer_init(&content, 10);
    assert_int_equal(ica_file_read("page", &content, &err), ICA_OK);
    assert_string_equal(ica_buffer_text(&content), "new");
    ica_buffer_clear(&content);
    assert_int_equal(mkdir("folder", 0777), 0);
    assert_int_not_equal(ica_file_replace("folder", "new", 3, &err), ICA_OK);
    assert_int_equal(ica_file_replace("none/page", "new", 3, &err), ICA_ENOTFOUND);
    assert_walk(false, (char *[]){".", NULL}, "./page\n"); /* nothing is left behind */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_order_and_names, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_what_is_missing_is_an_item, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_link_loops_end, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_deep_folders, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_unreadable_folder, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_other_things_are_skipped, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_limit, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_reading_is_bounded, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_replacing_is_all_or_nothing, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("walk", tests, NULL, NULL);
}
