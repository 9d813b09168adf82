/* SPDX-License-Identifier: Apache-2.0 */
/* The use cases "bring an index up to date" and "search", on in-memory adapters and a real index.
 */
#include "application/search/image_search.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "adapters/memory/memory_decoder.h"
#include "adapters/memory/memory_embedder.h"
#include "adapters/sqlite/sqlite_index.h"
#include "adapters/system_clock/system_clock.h"
#include "adapters/threads/thread_executor.h"
#include "application/search/index_update.h"
#include "base/text.h"
#include "support/cmocka_all.h"

#define SIDE      8
#define MAX_FILES 400
#define PHOTOS    "/photos"

static struct ica_describer *const no_describers[] = {NULL};

/* ---- A folder in memory -----------------------------------------------------------------------
 */

struct memory_file {
    char path[32];
    char content[32];
    int64_t mtime_ns;
    bool no_name; /* its name promises nothing */
    enum ica_status failure;
};

struct memory_folder {
    struct ica_image_folder base;
    struct memory_file files[MAX_FILES]; /* by path */
    size_t n_files;
    size_t n_read; /* whole files */
};

static enum ica_status list_files(struct ica_image_folder *self, struct ica_folder_files *out,
                                  struct ica_error *err)
{
    (void)err;
    struct memory_folder *folder = (struct memory_folder *)self;
    out->items = calloc(folder->n_files + 1, sizeof *out->items);
    assert_non_null(out->items);
    for (size_t i = 0; i < folder->n_files; i++) {
        const struct memory_file *file = &folder->files[i];
        if (strchr(file->path, '/') && !self->recursive) {
            continue;
        }
        struct ica_folder_file *item = &out->items[out->n_items++];
        *item = (struct ica_folder_file){
            .path = ica_text_copy(file->path),
            .size_bytes = strlen(file->content),
            .mtime_ns = file->mtime_ns,
            .named = !file->no_name,
        };
        if (file->failure) {
            item->failure = calloc(1, sizeof *item->failure);
            (void)ica_error_set(item->failure, file->failure, "It cannot be had.");
        }
    }
    return ICA_OK;
}

static enum ica_status read_file(struct ica_image_folder *self, const char *path, size_t max_bytes,
                                 struct ica_buffer *out, struct ica_error *err)
{
    struct memory_folder *folder = (struct memory_folder *)self;
    folder->n_read += max_bytes == 0;
    for (size_t i = 0; i < folder->n_files; i++) {
        if (strcmp(folder->files[i].path, path) == 0) {
            return ica_buffer_append_text(out, folder->files[i].content, err);
        }
    }
    return ica_error_set(err, ICA_ENOTFOUND, "It is gone.");
}

static struct memory_file *put(struct memory_folder *folder, const char *path, const char *content)
{
    assert_true(folder->n_files < MAX_FILES);
    struct memory_file *file = &folder->files[folder->n_files++];
    *file = (struct memory_file){.mtime_ns = 1};
    (void)snprintf(file->path, sizeof file->path, "%s", path);
    (void)snprintf(file->content, sizeof file->content, "%s", content);
    return file;
}

/* ---- Words in memory --------------------------------------------------------------------------
 */

/* "R G B" is what a picture of that colour gives, in the space of the memory embedder. */
static enum ica_status embed_words(struct ica_text_embedder *self, size_t n,
                                   const char *const texts[], float *vectors, struct ica_error *err)
{
    (void)err;
    for (size_t i = 0; i < n; i++) {
        int colour[3] = {0};
        assert_int_equal(sscanf(texts[i], "%d %d %d", &colour[0], &colour[1], &colour[2]), 3);
        for (size_t k = 0; k < self->model.dim; k++) {
            vectors[i * self->model.dim + k] = (float)colour[k % 3] / 255;
        }
    }
    return ICA_OK;
}

static const struct ica_text_embedder_ops words_ops = {.embed = embed_words};

/* ---- The fixture ------------------------------------------------------------------------------
 */

struct fixture {
    char path[64];
    struct ica_image_index *index;
    struct ica_engine engine;
    struct ica_text_embedder words;
    struct memory_folder folder;
    struct ica_monitor monitor;
    size_t steps_left; /* until the monitor cancels */
    size_t last_done;
    size_t last_total;
    char told[128];
    struct ica_index_summary summary;
    struct ica_search_hits hits;
    struct ica_error err;
};

static bool step(void *context, const char *stage, size_t done, size_t total)
{
    struct fixture *f = context;
    assert_string_equal(stage, "embedding");
    assert_true(done <= total);
    f->last_done = done;
    f->last_total = total;
    return f->steps_left-- > 0;
}

static void tell(void *context, const char *path, const struct ica_error *reason)
{
    struct fixture *f = context;
    assert_true(reason->text[0] != 0);
    size_t used = strlen(f->told);
    (void)snprintf(f->told + used, sizeof f->told - used, "%s;", path);
}

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    (void)snprintf(f->path, sizeof f->path, "/tmp/ica-search-XXXXXX");
    assert_non_null(mkdtemp(f->path));
    (void)snprintf(f->path + strlen(f->path), 16, "/index.db");
    assert_int_equal(ica_sqlite_index_open(&f->index, f->path, NULL), ICA_OK);
    f->engine.clock = &ica_system_clock;
    f->engine.describers = no_describers;
    assert_int_equal(ica_thread_executor_open(&f->engine.executor, 2, 2, NULL), ICA_OK);
    assert_int_equal(ica_memory_decoder_open(&f->engine.decoder, NULL), ICA_OK);
    assert_int_equal(ica_memory_embedder_open(&f->engine.embedder, SIDE, NULL), ICA_OK);
    f->words = (struct ica_text_embedder){.ops = &words_ops, .model = f->engine.embedder->model};
    f->folder.base = (struct ica_image_folder){
        .path = PHOTOS,
        .recursive = true,
        .max_file_bytes = 1024,
        .list = list_files,
        .read = read_file,
    };
    f->monitor = (struct ica_monitor){.step = step, .context = f};
    f->steps_left = SIZE_MAX;
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    static const char *const endings[] = {"-wal", "-shm", ""};
    struct fixture *f = *state;
    ica_search_hits_clear(&f->hits);
    ica_image_index_destroy(f->index);
    ica_executor_destroy(f->engine.executor);
    ica_embedder_destroy(f->engine.embedder);
    ica_decoder_destroy(f->engine.decoder);
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        char path[80];
        (void)snprintf(path, sizeof path, "%s%s", f->path, endings[i]);
        (void)unlink(path);
    }
    *strrchr(f->path, '/') = 0;
    (void)rmdir(f->path);
    free(f);
    return 0;
}

static enum ica_status update(struct fixture *f)
{
    const struct ica_index_update work = {
        .index = f->index,
        .engine = &f->engine,
        .folder = &f->folder.base,
        .monitor = &f->monitor,
        .tell = tell,
        .tell_context = f,
    };
    f->folder.n_read = 0;
    f->told[0] = 0;
    return ica_index_update_run(&work, &f->summary, &f->err);
}

static void assert_summary(const struct fixture *f, size_t kept, size_t embedded, size_t failed,
                           size_t gone)
{
    assert_int_equal(f->summary.n_kept, kept);
    assert_int_equal(f->summary.n_embedded, embedded);
    assert_int_equal(f->summary.n_failed, failed);
    assert_int_equal(f->summary.n_gone, gone);
}

static enum ica_status search(struct fixture *f, const char *words, size_t limit, double threshold)
{
    const struct ica_search_options options = {
        .limit = limit,
        .threshold = threshold,
        .recursive = f->folder.base.recursive,
    };
    struct ica_search_query query = {0};
    ica_search_hits_clear(&f->hits);
    enum ica_status status = ica_search_query_words(&query, &f->words, words, &f->err);
    if (!status) {
        status = ica_search_folder(&query, &options, f->index, PHOTOS, 0, &f->hits, &f->err);
    }
    ica_search_hits_sort(&f->hits);
    ica_search_query_clear(&query);
    return status;
}

static void assert_hits(struct fixture *f, const char *words, size_t limit, double threshold,
                        const char *expected)
{
    char found[256] = "";
    assert_int_equal(search(f, words, limit, threshold), ICA_OK);
    for (size_t i = 0; i < f->hits.n_items; i++) {
        size_t used = strlen(found);
        (void)snprintf(found + used, sizeof found - used, "%s ", f->hits.items[i].path);
    }
    assert_string_equal(found, expected);
}

static void put_colours(struct fixture *f)
{
    (void)put(&f->folder, "a.jpg", "rgb 250 0 0");
    (void)put(&f->folder, "b.jpg", "rgb 0 0 250");
    (void)put(&f->folder, "c.jpg", "rgb 250 60 0");
    (void)put(&f->folder, "d.jpg", "rgb 250 0 0");
}

/* ---- The tests --------------------------------------------------------------------------------
 */

static void test_the_nearest_come_first(void **state)
{
    struct fixture *f = *state;
    put_colours(f);
    assert_int_equal(update(f), ICA_OK);
    assert_summary(f, 0, 4, 0, 0);
    assert_true(f->summary.is_new);
    assert_int_equal(f->last_done, 4);
    assert_int_equal(f->last_total, 4);
    assert_hits(f, "255 0 0", 10, -1, "a.jpg d.jpg c.jpg b.jpg ");
    assert_int_equal(f->hits.n_searched, 4);
    assert_true(f->hits.items[0].score > 0.99 && f->hits.items[0].score <= 1);
    assert_true(f->hits.items[0].score == f->hits.items[1].score);
    assert_hits(f, "0 0 255", 1, -1, "b.jpg ");
    assert_hits(f, "255 0 0", 2, -1, "a.jpg d.jpg ");
    assert_hits(f, "255 0 0", 10, 0.9, "a.jpg d.jpg c.jpg ");
    assert_int_equal(search(f, "  ", 10, -1), ICA_EINVALID);
    assert_int_equal(search(f, "255 0 0", 0, -1), ICA_EINVALID);
    assert_int_equal(search(f, "0 0 0", 10, -1), ICA_EMODEL);
}

static void test_an_image_finds_itself(void **state)
{
    struct fixture *f = *state;
    const struct ica_search_options options = {.limit = 1, .threshold = -1};
    struct ica_search_query query = {0};
    struct ica_buffer file;
    put_colours(f);
    assert_int_equal(update(f), ICA_OK);
    ica_buffer_init(&file, 64);
    assert_int_equal(ica_buffer_append_text(&file, "rgb 250 60 0", NULL), ICA_OK);
    assert_int_equal(ica_search_query_image(&query, &f->engine, "x.jpg", &file, NULL), ICA_OK);
    assert_int_equal(ica_search_folder(&query, &options, f->index, PHOTOS, 3, &f->hits, NULL),
                     ICA_OK);
    assert_int_equal(f->hits.n_items, 1);
    assert_string_equal(f->hits.items[0].path, "c.jpg");
    assert_int_equal(f->hits.items[0].folder, 3);
    assert_true(fabs(f->hits.items[0].score - 1) < 1e-6);
    ica_search_query_clear(&query);
    assert_int_equal(ica_buffer_append_text(&file, "no image", NULL), ICA_OK);
    assert_int_equal(ica_search_query_image(&query, &f->engine, "x.jpg", &file, &f->err),
                     ICA_EFORMAT);
    assert_non_null(strstr(f->err.text, "x.jpg: "));
    ica_search_query_clear(&query);
    ica_buffer_clear(&file);
}

static void test_only_what_changed_is_read(void **state)
{
    struct fixture *f = *state;
    put_colours(f);
    (void)put(&f->folder, "e.jpg", "rgb 1 2"); /* damaged */
    put(&f->folder, "f", "a text")->no_name = true;
    put(&f->folder, "g", "rgb 0 250 0")->no_name = true;
    put(&f->folder, "h.jpg", "")->failure = ICA_EDENIED;
    assert_int_equal(update(f), ICA_OK);
    assert_summary(f, 0, 5, 2, 0);
    assert_int_equal(f->folder.n_read, 6);
    assert_string_equal(f->told, "e.jpg;h.jpg;");
    assert_int_equal(update(f), ICA_OK);
    assert_summary(f, 7, 0, 1, 0); /* who may not read it now may do so later */
    assert_int_equal(f->folder.n_read, 0);
    assert_string_equal(f->told, "h.jpg;");
    assert_false(f->summary.is_new);
    f->folder.files[0].mtime_ns = 2;
    (void)snprintf(f->folder.files[0].content, 32, "rgb 0 250 9");
    (void)snprintf(f->folder.files[4].content, 32, "rgb 0 0 99");
    f->folder.n_files = 6; /* "g" and "h.jpg" are gone */
    assert_int_equal(update(f), ICA_OK);
    assert_summary(f, 4, 2, 0, 1);
    assert_hits(f, "0 0 255", 10, 0.9, "b.jpg e.jpg ");
    assert_hits(f, "0 255 0", 1, -1, "a.jpg ");
}

static void test_what_cannot_be_seen_is_not_gone(void **state)
{
    struct fixture *f = *state;
    (void)put(&f->folder, "a.jpg", "rgb 250 0 0");
    (void)put(&f->folder, "deep/b.jpg", "rgb 0 0 250");
    (void)put(&f->folder, "deeper.jpg", "rgb 0 9 250");
    assert_int_equal(update(f), ICA_OK);
    f->folder.base.recursive = false;
    assert_hits(f, "0 0 255", 10, 0.9, "deeper.jpg ");
    assert_int_equal(update(f), ICA_OK);
    assert_summary(f, 2, 0, 0, 0);
    f->folder.base.recursive = true;
    (void)snprintf(f->folder.files[1].path, 32, "deep");
    f->folder.files[1].failure = ICA_EDENIED;
    assert_int_equal(update(f), ICA_OK);
    assert_summary(f, 2, 0, 1, 0);
    assert_hits(f, "0 0 255", 10, 0.9, "deep/b.jpg deeper.jpg ");
    f->folder.n_files = 1;
    assert_int_equal(update(f), ICA_OK);
    assert_summary(f, 1, 0, 0, 2);
}

static void put_many(struct fixture *f)
{
    for (int i = 0; i < 300; i++) {
        char path[32];
        char content[32];
        (void)snprintf(path, sizeof path, "%03d.jpg", i);
        (void)snprintf(content, sizeof content, "rgb %d 10 20", i % 256);
        (void)put(&f->folder, path, content);
    }
}

static void test_a_cancelled_update_goes_on(void **state)
{
    struct fixture *f = *state;
    put_many(f);
    f->steps_left = 200;
    assert_int_equal(update(f), ICA_ECANCELLED);
    assert_int_equal(search(f, "255 0 0", 1, -1), ICA_ENOTFOUND); /* it is not complete */
    f->steps_left = SIZE_MAX;
    assert_int_equal(update(f), ICA_OK);
    assert_summary(f, 128, 172, 0, 0);
    assert_true(f->summary.is_new);
    assert_hits(f, "255 10 20", 2, -1, "255.jpg 254.jpg ");
    assert_int_equal(f->hits.n_searched, 300);
}

/* While the vectors of a new version are made, the old ones answer; the two never meet. */
static void test_versions_are_swapped_when_complete(void **state)
{
    struct fixture *f = *state;
    struct ica_model *model = &f->engine.embedder->model;
    put_many(f);
    assert_int_equal(update(f), ICA_OK);
    (void)snprintf(model->version, sizeof model->version, "2");
    f->steps_left = 200;
    assert_int_equal(update(f), ICA_ECANCELLED);
    assert_hits(f, "255 10 20", 1, -1, "255.jpg "); /* the words are of version 1 still */
    f->words.model = *model;
    assert_int_equal(search(f, "255 10 20", 1, -1), ICA_EINVALID);
    assert_non_null(strstr(f->err.text, "memory@1"));
    assert_non_null(strstr(f->err.text, "memory@2"));
    f->steps_left = SIZE_MAX;
    assert_int_equal(update(f), ICA_OK);
    assert_hits(f, "255 10 20", 1, -1, "255.jpg ");
    assert_int_equal(f->hits.n_searched, 300);
    (void)snprintf(f->words.model.version, sizeof f->words.model.version, "1");
    assert_int_equal(search(f, "255 10 20", 1, -1), ICA_EINVALID);
    (void)snprintf(f->words.model.version, sizeof f->words.model.version, "2");
    (void)snprintf(f->words.model.weights_sha256, sizeof f->words.model.weights_sha256, "ab");
    assert_int_equal(search(f, "255 10 20", 1, -1), ICA_EINVALID);
}

static enum ica_status embed_nothing(struct ica_embedder *self, size_t n,
                                     const struct ica_pixels images[], float *vectors,
                                     float *logits, struct ica_error *err)
{
    (void)self;
    (void)n;
    (void)images;
    (void)vectors;
    (void)logits;
    return ica_error_set(err, ICA_EMODEL, "The model fails.");
}

/* A new version that is broken must not take the place of one that works. */
static void test_a_model_that_fails_replaces_nothing(void **state)
{
    struct fixture *f = *state;
    struct ica_embedder_ops broken = *f->engine.embedder->ops;
    const struct ica_embedder_ops *kept = f->engine.embedder->ops;
    put_colours(f);
    assert_int_equal(update(f), ICA_OK);
    (void)snprintf(f->engine.embedder->model.version, 8, "2");
    broken.embed = embed_nothing;
    f->engine.embedder->ops = &broken;
    assert_int_equal(update(f), ICA_EMODEL);
    assert_string_equal(f->err.text, "The model fails.");
    f->engine.embedder->ops = kept;
    assert_hits(f, "0 0 255", 1, -1, "b.jpg ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_the_nearest_come_first, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_an_image_finds_itself, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_only_what_changed_is_read, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_what_cannot_be_seen_is_not_gone, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_cancelled_update_goes_on, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_versions_are_swapped_when_complete, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_model_that_fails_replaces_nothing, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
