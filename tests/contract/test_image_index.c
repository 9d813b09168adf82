/* SPDX-License-Identifier: Apache-2.0 */
/* The image index port's promises, kept by SQLite. */
#include "ports/image_index.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "adapters/sqlite/sqlite_index.h"
#include "base/buffer.h"
#include "base/file_io.h"
#include "support/cmocka_all.h"

#define DIM    5
#define FOLDER "/photos/caf\xc3\xa9 \xff"

static const float row[DIM] = {0.1F, -0.2F, 0.3F, 1e-30F, 0.75F};

struct fixture {
    char folder[64];
    char path[128]; /* in a folder that is not there yet */
    struct ica_image_index *index;
};

static void reopen(struct fixture *fixture)
{
    struct ica_error err = {0};
    ica_image_index_destroy(fixture->index);
    assert_int_equal(ica_sqlite_index_open(&fixture->index, fixture->path, &err), ICA_OK);
}

static int set_up(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    *state = fixture;
    (void)snprintf(fixture->folder, sizeof fixture->folder, "/tmp/ica-index-XXXXXX");
    if (!mkdtemp(fixture->folder)) {
        return 1;
    }
    (void)snprintf(fixture->path, sizeof fixture->path, "%s/new/index.db", fixture->folder);
    reopen(fixture);
    return 0;
}

static int tear_down(void **state)
{
    static const char *const endings[] = {"", "-wal", "-shm"};
    struct fixture *fixture = *state;
    char path[160];
    ica_image_index_destroy(fixture->index);
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        (void)snprintf(path, sizeof path, "%s%s", fixture->path, endings[i]);
        (void)unlink(path);
    }
    (void)snprintf(path, sizeof path, "%s/new", fixture->folder);
    (void)rmdir(path);
    (void)rmdir(fixture->folder);
    free(fixture);
    return 0;
}

static struct ica_model model_of(const char *name, const char *version, const char *weights)
{
    struct ica_model model = {.dim = DIM};
    (void)snprintf(model.name, sizeof model.name, "%s", name);
    (void)snprintf(model.version, sizeof model.version, "%s", version);
    (void)snprintf(model.weights_sha256, sizeof model.weights_sha256, "%s", weights);
    return model;
}

static int64_t begin(struct fixture *fixture, const char *folder, const char *name,
                     const char *version)
{
    int64_t id = 0;
    const struct ica_model model = model_of(name, version, "ab12");
    assert_int_equal(ica_image_index_begin(fixture->index, folder, &model, &id, NULL), ICA_OK);
    assert_true(id > 0);
    return id;
}

static void put(struct fixture *fixture, int64_t generation, const char *path, const char *reason)
{
    const struct ica_index_file file = {
        .path = path,
        .size_bytes = strlen(path),
        .mtime_ns = -7,
        .reason = reason,
        .vector = reason ? NULL : row,
    };
    struct ica_error err = {0};
    assert_int_equal(ica_image_index_write(fixture->index, generation, 1, &file, 0, NULL, &err),
                     ICA_OK);
}

/* "FOLDER model@version weights dim current images failed; " of each generation */
static enum ica_status note_generation(void *context, const char *folder,
                                       const struct ica_index_generation *g, struct ica_error *err)
{
    return ica_buffer_printf(context, err, "%s %s@%s %s %zu %s %zu %zu; ", folder, g->model.name,
                             g->model.version, g->model.weights_sha256, g->model.dim,
                             g->is_current ? "current" : "next", g->n_images, g->n_failed);
}

/* "path size mtime reason vector; " of each file */
static enum ica_status note_file(void *context, const struct ica_index_file *file,
                                 struct ica_error *err)
{
    bool is_row = file->vector && memcmp(file->vector, row, sizeof row) == 0;
    return ica_buffer_printf(context, err, "%s %zu %d %s %s; ", file->path,
                             (size_t)file->size_bytes, (int)file->mtime_ns,
                             file->reason ? file->reason : "-", is_row ? "row" : "-");
}

static void assert_generations(struct fixture *fixture, const char *folder, const char *expected)
{
    struct ica_buffer text;
    struct ica_error err = {0};
    ica_buffer_init(&text, 4096);
    assert_int_equal(ica_image_index_list(fixture->index, folder, note_generation, &text, &err),
                     ICA_OK);
    assert_string_equal(ica_buffer_text(&text), expected);
    ica_buffer_clear(&text);
}

static void assert_files(struct fixture *fixture, int64_t generation, const char *files,
                         const char *vectors)
{
    struct ica_buffer text;
    struct ica_error err = {0};
    ica_buffer_init(&text, 4096);
    assert_int_equal(ica_image_index_files(fixture->index, generation, note_file, &text, &err),
                     ICA_OK);
    assert_string_equal(ica_buffer_text(&text), files);
    ica_buffer_clear(&text);
    assert_int_equal(
        ica_image_index_vectors(fixture->index, generation, NULL, note_file, &text, &err), ICA_OK);
    assert_string_equal(ica_buffer_text(&text), vectors);
    ica_buffer_clear(&text);
}

static void test_files_come_back(void **state)
{
    struct fixture *fixture = *state;
    assert_generations(fixture, NULL, "");
    int64_t id = begin(fixture, FOLDER, "eye", "1");
    put(fixture, id, "b\xfe.jpg", NULL);
    put(fixture, id, "a/z.jpg", "It is damaged.");
    put(fixture, id, "note", "");
    reopen(fixture);
    assert_generations(fixture, NULL, FOLDER " eye@1 ab12 5 next 1 1; ");
    assert_files(fixture, id, "a/z.jpg 7 -7 It is damaged. -; b\xfe.jpg 6 -7 - -; note 4 -7  -; ",
                 "b\xfe.jpg 6 -7 - row; ");
    put(fixture, id, "a/z.jpg", NULL);
    put(fixture, id, "b\xfe.jpg", "Now it is damaged.");
    static const char *const gone[] = {"note", "never there"};
    assert_int_equal(ica_image_index_write(fixture->index, id, 0, NULL, 2, gone, NULL), ICA_OK);
    assert_files(fixture, id, "a/z.jpg 7 -7 - -; b\xfe.jpg 6 -7 Now it is damaged. -; ",
                 "a/z.jpg 7 -7 - row; ");
}

static void test_generations_are_swapped_at_a_stroke(void **state)
{
    struct fixture *fixture = *state;
    int64_t old = begin(fixture, "/a", "eye", "1");
    put(fixture, old, "x", NULL);
    assert_int_equal(ica_image_index_promote(fixture->index, old, NULL), ICA_OK);
    int64_t next = begin(fixture, "/a", "eye", "2");
    assert_true(next != old);
    assert_int_equal(begin(fixture, "/a", "eye", "2"), next); /* goes on */
    put(fixture, next, "x", NULL);
    put(fixture, next, "y", NULL);
    assert_generations(fixture, "/a", "/a eye@1 ab12 5 current 1 0; /a eye@2 ab12 5 next 2 0; ");
    assert_files(fixture, old, "x 1 -7 - -; ", "x 1 -7 - row; ");
    assert_int_equal(ica_image_index_promote(fixture->index, next, NULL), ICA_OK);
    assert_generations(fixture, "/a", "/a eye@2 ab12 5 current 2 0; ");
    assert_files(fixture, old, "", "");
    assert_int_equal(ica_image_index_promote(fixture->index, next, NULL), ICA_OK);
    assert_generations(fixture, "/a", "/a eye@2 ab12 5 current 2 0; ");
}

/* A generation that was given up is never mistaken for the one that came after it. */
static void test_a_dropped_generation_cannot_be_written(void **state)
{
    struct fixture *fixture = *state;
    struct ica_error err = {0};
    const struct ica_index_file file = {.path = "x", .vector = row};
    int64_t dropped = begin(fixture, "/a", "eye", "2");
    put(fixture, dropped, "x", NULL);
    int64_t third = begin(fixture, "/a", "eye", "3");
    assert_true(third != dropped);
    assert_int_equal(ica_image_index_write(fixture->index, dropped, 1, &file, 0, NULL, &err),
                     ICA_ENOTFOUND);
    assert_non_null(strstr(err.text, fixture->path));
    assert_int_equal(ica_image_index_promote(fixture->index, dropped, &err), ICA_ENOTFOUND);
    assert_generations(fixture, "/a", "/a eye@3 ab12 5 next 0 0; ");
}

static void test_models_are_side_by_side(void **state)
{
    struct fixture *fixture = *state;
    size_t n_removed;
    int64_t eye = begin(fixture, "/a", "eye", "1");
    int64_t ear = begin(fixture, "/a", "ear", "1");
    int64_t other = begin(fixture, "/a/b", "eye", "1");
    put(fixture, eye, "x", NULL);
    assert_int_equal(ica_image_index_promote(fixture->index, eye, NULL), ICA_OK);
    assert_int_equal(ica_image_index_promote(fixture->index, ear, NULL), ICA_OK);
    assert_int_equal(ica_image_index_promote(fixture->index, other, NULL), ICA_OK);
    assert_generations(fixture, NULL,
                       "/a ear@1 ab12 5 current 0 0; /a eye@1 ab12 5 current 1 0; "
                       "/a/b eye@1 ab12 5 current 0 0; ");
    assert_int_equal(ica_image_index_remove(fixture->index, "/a", "ear", &n_removed, NULL), ICA_OK);
    assert_int_equal(n_removed, 1);
    assert_int_equal(ica_image_index_remove(fixture->index, "/a/b", NULL, &n_removed, NULL),
                     ICA_OK);
    assert_int_equal(ica_image_index_remove(fixture->index, "/c", NULL, &n_removed, NULL), ICA_OK);
    assert_int_equal(n_removed, 0);
    assert_generations(fixture, NULL, "/a eye@1 ab12 5 current 1 0; ");
    assert_files(fixture, eye, "x 1 -7 - -; ", "x 1 -7 - row; ");
}

static void test_the_vector_of_one_file(void **state)
{
    static const char *const paths[] = {"x", "y.jpg", "a/x", "bad", "none"};
    static const int counts[] = {1, 1, 1, 0, 0};
    struct fixture *fixture = *state;
    int64_t id = begin(fixture, "/a", "eye", "1");
    for (size_t i = 0; i < 3; i++) {
        put(fixture, id, paths[i], NULL);
    }
    put(fixture, id, "bad", "It is damaged.");
    for (size_t i = 0; i < 5; i++) {
        struct ica_buffer text;
        char start[16];
        ica_buffer_init(&text, 4096);
        (void)snprintf(start, sizeof start, "%s ", paths[i]);
        assert_int_equal(
            ica_image_index_vectors(fixture->index, id, paths[i], note_file, &text, NULL), ICA_OK);
        const char *found = ica_buffer_text(&text);
        assert_int_equal(strncmp(found, start, strlen(start)) == 0, counts[i]);
        assert_ptr_equal(strchr(found, ';'), strrchr(found, ';')); /* one at most */
        ica_buffer_clear(&text);
    }
}

static enum ica_status stop(void *context, const struct ica_index_file *file, struct ica_error *err)
{
    (void)file;
    ++*(int *)context;
    return ica_error_set(err, ICA_ECANCELLED, "Enough.");
}

static void test_visitors_can_stop(void **state)
{
    struct fixture *fixture = *state;
    int n = 0;
    int64_t id = begin(fixture, "/a", "eye", "1");
    put(fixture, id, "x", NULL);
    put(fixture, id, "y", NULL);
    assert_int_equal(ica_image_index_files(fixture->index, id, stop, &n, NULL), ICA_ECANCELLED);
    assert_int_equal(ica_image_index_vectors(fixture->index, id, NULL, stop, &n, NULL),
                     ICA_ECANCELLED);
    assert_int_equal(n, 2);
    put(fixture, id, "z", NULL); /* and nothing is left locked */
}

/* A process that is killed in the middle of its work loses the call that it was in, no more. */
static void test_a_killed_writer_loses_nothing(void **state)
{
    struct fixture *fixture = *state;
    int told[2];
    assert_int_equal(pipe(told), 0);
    int64_t id = begin(fixture, "/a", "eye", "1");
    ica_image_index_destroy(fixture->index); /* not to be used on both sides of a fork */
    fixture->index = NULL;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct ica_image_index *index;
        bool good = ica_sqlite_index_open(&index, fixture->path, NULL) == ICA_OK;
        for (int i = 0; good; i++) {
            char path[16];
            const struct ica_index_file file = {.path = path, .vector = row};
            (void)snprintf(path, sizeof path, "%09d", i);
            good = ica_image_index_write(index, id, 1, &file, 0, NULL, NULL) == ICA_OK &&
                   write(told[1], &i, sizeof i) == sizeof i;
        }
        _exit(1);
    }
    (void)close(told[1]);
    int last = 0;
    while (last < 50) {
        assert_int_equal(read(told[0], &last, sizeof last), sizeof last);
    }
    assert_int_equal(kill(child, SIGKILL), 0);
    assert_int_equal(waitpid(child, NULL, 0), child);
    while (read(told[0], &last, sizeof last) == sizeof last) {
    }
    (void)close(told[0]);
    reopen(fixture);
    struct ica_buffer text;
    ica_buffer_init(&text, (size_t)1 << 24);
    assert_int_equal(ica_image_index_vectors(fixture->index, id, NULL, note_file, &text, NULL),
                     ICA_OK);
    char path[16];
    (void)snprintf(path, sizeof path, "%09d ", last);
    assert_non_null(strstr(ica_buffer_text(&text), path));
    assert_non_null(strstr(ica_buffer_text(&text), "000000000 0 0 - row; "));
    ica_buffer_clear(&text);
    put(fixture, id, "after", NULL);
}

static void test_two_processes_take_turns(void **state)
{
    struct fixture *fixture = *state;
    struct ica_image_index *other;
    int64_t id = begin(fixture, "/a", "eye", "1");
    assert_int_equal(ica_sqlite_index_open(&other, fixture->path, NULL), ICA_OK);
    put(fixture, id, "x", NULL);
    const struct ica_index_file file = {.path = "y", .vector = row};
    assert_int_equal(ica_image_index_write(other, id, 1, &file, 0, NULL, NULL), ICA_OK);
    ica_image_index_destroy(other);
    assert_files(fixture, id, "x 1 -7 - -; y 0 0 - -; ", "x 1 -7 - row; y 0 0 - row; ");
}

static void assert_refused(struct fixture *fixture, const char *path, enum ica_status expected,
                           const char *words)
{
    (void)fixture;
    struct ica_image_index *index;
    struct ica_error err = {0};
    assert_int_equal(ica_sqlite_index_open(&index, path, &err), expected);
    assert_null(index);
    assert_non_null(strstr(err.text, path));
    assert_non_null(strstr(err.text, words));
}

/* Change `n` bytes of the database's head, where SQLite keeps the numbers of versions
 * (sqlite.org/fileformat.html). */
static void patch(const struct fixture *fixture, long offset, const void *bytes, size_t n)
{
    FILE *file = fopen(fixture->path, "r+b");
    assert_non_null(file);
    assert_int_equal(fseek(file, offset, SEEK_SET), 0);
    assert_int_equal(fwrite(bytes, 1, n, file), n);
    assert_int_equal(fclose(file), 0);
}

static void test_what_is_no_index_is_refused(void **state)
{
    struct fixture *fixture = *state;
    static const char nonsense[] = "This is a text, and it is long enough to be no database.";
    static const unsigned char two[] = {0, 0, 0, 2};
    ica_image_index_destroy(fixture->index);
    fixture->index = NULL;
    patch(fixture, 60, two, sizeof two);
    assert_refused(fixture, fixture->path, ICA_EUNAVAILABLE, "newer version");
    patch(fixture, 68, two, sizeof two);
    assert_refused(fixture, fixture->path, ICA_ECORRUPT, "another program");
    patch(fixture, 0, nonsense, sizeof nonsense);
    assert_refused(fixture, fixture->path, ICA_ECORRUPT, "no index");
    assert_refused(fixture, "/proc/nowhere/index.db", ICA_EDENIED, "--index");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_files_come_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_generations_are_swapped_at_a_stroke, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_a_dropped_generation_cannot_be_written, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_models_are_side_by_side, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_the_vector_of_one_file, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_visitors_can_stop, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_killed_writer_loses_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_two_processes_take_turns, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_what_is_no_index_is_refused, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
