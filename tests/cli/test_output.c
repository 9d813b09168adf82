/* SPDX-License-Identifier: Apache-2.0 */
/* What people see: the table, the progress line, texts on a terminal, the folders of the groups. */
#include "support/cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/console.h"
#include "cli/folders.h"
#include "cli/progress.h"
#include "cli/table.h"
#include "support/sample_result.h"

#define MAX_TEXT 65536
#define MAX_PATH 256

static int set_up(void **state)
{
    static struct ica_result result;
    ica_console_start();
    ica_sample_result_init(&result);
    *state = &result;
    return 0;
}

static int tear_down(void **state)
{
    ica_result_clear(*state);
    return 0;
}

static void test_table(void **state)
{
    static const struct ica_console wide = {.columns = 100};
    static const struct ica_console narrow = {.columns = 60, .colours = true};
    struct ica_buffer text;
    ica_buffer_init(&text, MAX_TEXT);
    assert_int_equal(ica_table_write(*state, &wide, &text, NULL), ICA_OK);
    ica_assert_golden("reports/sample.table", text.data, text.size);
    ica_buffer_clear(&text);
    assert_int_equal(ica_table_write(*state, &narrow, &text, NULL), ICA_OK);
    ica_assert_golden("reports/sample-narrow.table", text.data, text.size);
    ica_buffer_clear(&text);
}

static void test_table_fits_every_width(void **state)
{
    for (size_t columns = 56; columns < 200; columns++) {
        const struct ica_console console = {.columns = columns};
        struct ica_buffer text;
        ica_buffer_init(&text, MAX_TEXT);
        assert_int_equal(ica_table_write(*state, &console, &text, NULL), ICA_OK);
        char *rest = (char *)text.data;
        for (char *line = strsep(&rest, "\n"); line; line = strsep(&rest, "\n")) {
            if (ica_text_columns(line) > columns) {
                print_error("%zu columns: %s\n", columns, line);
                fail();
            }
        }
        ica_buffer_clear(&text);
    }
}

static void assert_console(const char *text, size_t columns, const char *expected)
{
    struct ica_buffer out;
    ica_buffer_init(&out, MAX_TEXT);
    assert_int_equal(ica_console_append(&out, text, columns, NULL), ICA_OK);
    assert_string_equal(ica_buffer_text(&out), expected);
    assert_true(ica_text_columns(ica_buffer_text(&out)) <= columns);
    ica_buffer_clear(&out);
}

static void test_texts_on_a_terminal(void **state)
{
    (void)state;
    assert_console("plain", 5, "plain");
    assert_console("plain", 4, "pla\xE2\x80\xA6");
    assert_console("plain", 0, "");
    assert_console("\x1b[31mred\a", 20, "\xEF\xBF\xBD[31mred\xEF\xBF\xBD");
    assert_console("c1 \xC2\x9B"
                   "31m",
                   20,
                   "c1 \xEF\xBF\xBD"
                   "31m"); /* CSI in one character */
    assert_console("bad \xFF\xC3", 20, "bad \xEF\xBF\xBD\xEF\xBF\xBD");
    assert_console("\xE7\x8A\xAC\xE7\x8A\xAC", 3, "\xE7\x8A\xAC\xE2\x80\xA6"); /* wide */
    assert_int_equal(ica_text_columns("e\xCC\x81"), 1);                        /* combining */
}

static void test_progress_line(void **state)
{
    (void)state;
    char line[128];
    ica_progress_format(line, sizeof line, 100, "embedding", 50, 200, 0.1);
    assert_string_equal(line, "embedding  [######------------------] 50 of 200");
    ica_progress_format(line, sizeof line, 100, "embedding", 50, 200, 10);
    assert_string_equal(line, "embedding  [######------------------] 50 of 200, 5.0/s, 0:30 left");
    ica_progress_format(line, sizeof line, 60, "clustering", 1, 1000000, 1.5);
    assert_string_equal(line, "clustering 1 of 1000000, 0.7/s, 99:00:00 left");
    ica_progress_format(line, sizeof line, 100, "describing", 3, 3, 1);
    assert_string_equal(line, "describing [########################] 3 of 3, 3.0/s, 0:00 left");
    ica_progress_format(line, sizeof line, 100, "describing", 0, 0, 1);
    assert_string_equal(line, "describing 0 of 0");
    ica_progress_format(line, 12, 100, "embedding", 50, 200, 10);
    assert_string_equal(line, "embedding  ");
}

static void assert_folder_name(const char *description, size_t n_clusters, size_t c,
                               const char *expected)
{
    struct ica_cluster clusters[3] = {0};
    struct ica_description descriptions[3] = {0};
    (void)snprintf(descriptions[c].text, sizeof descriptions[c].text, "%s", description);
    const struct ica_result result = {
        .clustering = {.n_clusters = n_clusters, .clusters = clusters},
        .descriptions = descriptions,
    };
    char name[ICA_FOLDER_NAME_SIZE];
    ica_folder_name(&result, c, name);
    assert_string_equal(name, expected);
}

static void test_folder_names(void **state)
{
    assert_folder_name("black shoes", 3, 1, "01 black shoes");
    assert_folder_name("", 3, 2, "02");
    assert_folder_name("../../etc/passwd", 3, 0, "00 .._.._etc_passwd");
    assert_folder_name("a\nb:c", 3, 0, "00 a_b_c");
    assert_folder_name("dogs", 100, 1, "01 dogs");
    assert_folder_name("dogs", 101, 1, "001 dogs");
    assert_folder_name("dogs", 1001, 1, "0001 dogs");
    char name[ICA_FOLDER_NAME_SIZE];
    ica_folder_name(*state, 3, name);
    assert_string_equal(name, "unclustered");
}

/* In a folder of its own: seven files of four groups, two with the same name, after one that could
 * not be read. */
static void fill(const struct ica_result *result, bool link, enum ica_status expected)
{
    const char *const files[] = {"in/bad.jpg", "in/a.jpg", "in/b.jpg", "in/sub/a.jpg",
                                 "in/d.jpg",   "in/e.jpg", "in/f.jpg", "in/g.jpg"};
    struct ica_error err = {0};
    assert_int_equal(ica_folders_prepare("out", &err), ICA_OK);
    assert_int_equal(ica_folders_fill("out", link, result, files, &err), expected);
    if (expected) {
        assert_non_null(strstr(err.text, "in/g.jpg")); /* names the file */
    }
}

static void make_file(const char *path)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_true(fputs(path, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void assert_content(const char *path, const char *expected)
{
    char text[64] = "";
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    (void)!fread(text, 1, sizeof text - 1, file);
    assert_int_equal(fclose(file), 0);
    assert_string_equal(text, expected);
}

static void enter_new_folder(char folder[MAX_PATH])
{
    (void)snprintf(folder, MAX_PATH, "/tmp/ica-folders-XXXXXX");
    assert_non_null(mkdtemp(folder));
    assert_int_equal(chdir(folder), 0);
    assert_int_equal(mkdir("in", 0777), 0);
    assert_int_equal(mkdir("in/sub", 0777), 0);
    static const char *const names[] = {"in/a.jpg", "in/b.jpg", "in/sub/a.jpg",
                                        "in/d.jpg", "in/e.jpg", "in/f.jpg"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        make_file(names[i]);
    }
}

static void leave_folder(const char *folder)
{
    char command[MAX_PATH + 32];
    assert_int_equal(chdir("/"), 0);
    (void)snprintf(command, sizeof command, "rm -rf '%s'", folder);
    assert_int_equal(system(command), 0);
}

static void test_folders_are_filled(void **state)
{
    for (int link = 0; link < 2; link++) {
        char folder[MAX_PATH];
        char target[MAX_PATH] = "";
        struct stat facts;
        enter_new_folder(folder);
        make_file("in/g.jpg");
        fill(*state, link, ICA_OK);
        assert_content("out/00 black & brown _shoes_/a.jpg", "in/a.jpg");
        assert_content("out/00 black & brown _shoes_/a (2).jpg", "in/sub/a.jpg");
        assert_content("out/01 dogs/e.jpg", "in/e.jpg");
        assert_content("out/02/f.jpg", "in/f.jpg");
        assert_content("out/unclustered/g.jpg", "in/g.jpg");
        assert_int_equal(lstat("out/01 dogs/e.jpg", &facts), 0);
        assert_int_equal(S_ISLNK(facts.st_mode), link);
        if (link) {
            assert_true(readlink("out/01 dogs/e.jpg", target, sizeof target - 1) > 0);
            assert_int_equal(target[0], '/');
        }
        leave_folder(folder);
    }
}

static void test_a_file_that_vanished_is_named(void **state)
{
    for (int link = 0; link < 2; link++) {
        char folder[MAX_PATH];
        enter_new_folder(folder);
        fill(*state, link, ICA_ENOTFOUND);
        leave_folder(folder);
    }
}

static void test_only_empty_folders_are_taken(void **state)
{
    (void)state;
    char folder[MAX_PATH];
    struct ica_error err = {0};
    enter_new_folder(folder);
    assert_int_equal(ica_folders_prepare("in", &err), ICA_EINVALID);
    assert_non_null(strstr(err.text, "not empty"));
    assert_int_equal(ica_folders_prepare("none/out", &err), ICA_ENOTFOUND);
    assert_int_equal(ica_folders_prepare("in/a.jpg", &err), ICA_ENOTFOUND);
    assert_int_equal(ica_folders_prepare("out", &err), ICA_OK);
    assert_int_equal(ica_folders_prepare("out", &err), ICA_OK);
    leave_folder(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table),
        cmocka_unit_test(test_table_fits_every_width),
        cmocka_unit_test(test_texts_on_a_terminal),
        cmocka_unit_test(test_progress_line),
        cmocka_unit_test(test_folder_names),
        cmocka_unit_test(test_folders_are_filled),
        cmocka_unit_test(test_a_file_that_vanished_is_named),
        cmocka_unit_test(test_only_empty_folders_are_taken),
    };
    return cmocka_run_group_tests_name("output", tests, set_up, tear_down);
}
