/* SPDX-License-Identifier: Apache-2.0 */
/* The model store: what is put in is seen whole or not at all, by one writer at a time. */
#include "support/cmocka_all.h"

#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "adapters/manifest/file_model_store.h"
#include "adapters/manifest/manifest_catalogue.h"
#include "base/file_io.h"

/* A store in a new folder, and a file to put in. */
struct fixture {
    char folder[64];
    char store_path[128];
    char file_path[128];
    struct ica_model_store *store;
    struct ica_error err;
};

static int remove_one(const char *path, const struct stat *info, int type, struct FTW *place)
{
    (void)info;
    (void)type;
    (void)place;
    return remove(path);
}

static int setup(void **state)
{
    struct fixture *it = calloc(1, sizeof *it);
    assert_non_null(it);
    (void)snprintf(it->folder, sizeof it->folder, "/tmp/ica-store-XXXXXX");
    assert_non_null(mkdtemp(it->folder));
    (void)snprintf(it->store_path, sizeof it->store_path, "%s/deep/models", it->folder);
    (void)snprintf(it->file_path, sizeof it->file_path, "%s/g.onnx", it->folder);
    assert_int_equal(ica_file_replace(it->file_path, "abc", 3, NULL), ICA_OK);
    assert_int_equal(ica_file_model_store_open(&it->store, it->store_path, NULL), ICA_OK);
    *state = it;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *it = *state;
    ica_model_store_destroy(it->store);
    assert_int_equal(nftw(it->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
    free(it);
    return 0;
}

#define ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

static struct ica_model make_model(const char *name)
{
    struct ica_model model = {
        .version = "1",
        .licence = "MIT",
        .crop = {.short_side = 40, .size = 32, .rounding = ICA_ROUND_DOWN},
        .input = {.name = "x",
                  .layout = ICA_LAYOUT_NCHW,
                  .is_float = true,
                  .mean = {0.1F, 1.0F / 3, 255},
                  .scale = {1 / 0.229F, 2, 3}},
        .dim = 16,
        .pooling = ICA_POOLING_MEAN,
        .embedding_output = "y",
        .text = {.input = "ids", .output = "o", .context = 77},
    };
    (void)snprintf(model.name, sizeof model.name, "%s", name);
    return model;
}

/* Put one file and commit; the staging is ended in any case. */
static enum ica_status put_model(struct fixture *it, const char *name)
{
    struct ica_staging *staging;
    struct ica_model model = make_model(name);
    struct ica_model_package package = {.title = "T",
                                        .preset = "clip",
                                        .graph = "g.onnx",
                                        .text_graph = "g.onnx",
                                        .tokenizer = "g.onnx",
                                        .n_files = 1,
                                        .files = {{.name = "g.onnx", .url = "https://x/g"}}};
    it->err = (struct ica_error){0};
    enum ica_status status =
        ica_model_store_begin(it->store, name, ICA_STAGING_NEW, &staging, &it->err);
    if (status) {
        return status;
    }
    status =
        ica_model_store_put(it->store, staging, it->file_path, &package.files[0], NULL, &it->err);
    if (!status) {
        assert_string_equal(package.files[0].sha256, ABC);
        assert_int_equal(package.files[0].size_bytes, 3);
        memcpy(model.weights_sha256, ABC, sizeof ABC);
        status = ica_model_store_commit(it->store, staging, &model, &package, &it->err);
    }
    ica_model_store_end(it->store, staging);
    return status;
}

static struct ica_model_catalogue *open_catalogue(struct fixture *it)
{
    struct ica_model_catalogue *catalogue;
    enum ica_status status = ica_manifest_catalogue_open(&catalogue, ICA_MODELS_DIR, it->store_path,
                                                         ICA_WEIGHTS_DIR, &it->err);
    assert_string_equal(it->err.text, "");
    assert_int_equal(status, ICA_OK);
    return catalogue;
}

static void test_what_is_put_comes_back(void **state)
{
    struct fixture *it = *state;
    assert_int_equal(put_model(it, "mine"), ICA_OK);
    struct ica_model_catalogue *catalogue = open_catalogue(it);
    const struct ica_catalogue_entry *entry = ica_catalogue_find(catalogue, "mine");
    const struct ica_model wanted = make_model("mine");
    assert_non_null(entry);
    assert_true(entry->installed && entry->in_store && !entry->problem);
    assert_string_equal(entry->model.weights_sha256, ABC);
    assert_memory_equal(&entry->model.crop, &wanted.crop, sizeof wanted.crop);
    assert_memory_equal(entry->model.input.mean, wanted.input.mean, sizeof wanted.input.mean);
    assert_memory_equal(entry->model.input.scale, wanted.input.scale, sizeof wanted.input.scale);
    assert_int_equal(entry->model.input.layout, ICA_LAYOUT_NCHW);
    assert_int_equal(entry->model.pooling, ICA_POOLING_MEAN);
    assert_int_equal(entry->model.text.context, 77);
    assert_string_equal(entry->package.files[0].url, "https://x/g");
    ica_manifest_catalogue_close(catalogue);
}

static void test_names_that_are_taken_or_none(void **state)
{
    struct fixture *it = *state;
    assert_int_equal(put_model(it, "mine"), ICA_OK);
    assert_int_equal(put_model(it, "mine"), ICA_EINVALID);
    assert_non_null(strstr(it->err.text, "remove"));
    assert_int_equal(put_model(it, "../mine"), ICA_EINVALID);
    assert_int_equal(put_model(it, ""), ICA_EINVALID);
}

/* A failure, or an end of the process in the middle, leaves nothing to be seen, and the next writer
 * clears it away. */
static void test_nothing_is_seen_before_it_is_whole(void **state)
{
    struct fixture *it = *state;
    struct ica_staging *staging;
    struct stat info;
    char left[256];
    pid_t child = fork();
    if (child == 0) {
        struct ica_model_file file = {.name = "g.onnx"};
        if (!ica_model_store_begin(it->store, "half", ICA_STAGING_NEW, &staging, NULL) &&
            !ica_model_store_put(it->store, staging, it->file_path, &file, NULL, NULL)) {
            (void)raise(SIGKILL);
        }
        _exit(1);
    }
    int how;
    assert_int_equal(waitpid(child, &how, 0), child);
    assert_true(WIFSIGNALED(how));
    (void)snprintf(left, sizeof left, "%s/.new-half/g.onnx", it->store_path);
    assert_int_equal(stat(left, &info), 0);
    struct ica_model_catalogue *catalogue = open_catalogue(it);
    assert_null(ica_catalogue_find(catalogue, "half"));
    ica_manifest_catalogue_close(catalogue);
    assert_int_equal(put_model(it, "whole"), ICA_OK);
    assert_int_not_equal(stat(left, &info), 0);
}

static void test_one_writer_at_a_time(void **state)
{
    struct fixture *it = *state;
    struct ica_staging *staging;
    struct ica_model_store *other;
    assert_int_equal(ica_model_store_begin(it->store, "a", ICA_STAGING_NEW, &staging, NULL),
                     ICA_OK);
    assert_int_equal(ica_file_model_store_open(&other, it->store_path, NULL), ICA_OK);
    struct ica_staging *second;
    assert_int_equal(ica_model_store_begin(other, "b", ICA_STAGING_NEW, &second, &it->err),
                     ICA_EBUSY);
    assert_non_null(strstr(it->err.text, "Another"));
    assert_int_equal(ica_model_store_remove(other, "a", NULL), ICA_ENOTFOUND);
    ica_model_store_end(it->store, staging);
    assert_int_equal(ica_model_store_begin(other, "b", ICA_STAGING_NEW, &second, NULL), ICA_OK);
    ica_model_store_end(other, second);
    ica_model_store_destroy(other);
}

static void test_files_that_cannot_be_put(void **state)
{
    struct fixture *it = *state;
    struct ica_staging *staging;
    struct ica_model_file file = {.name = "g.onnx"};
    struct ica_model_file manifest = {.name = "manifest.json"};
    assert_int_equal(ica_model_store_begin(it->store, "a", ICA_STAGING_NEW, &staging, NULL),
                     ICA_OK);
    assert_int_equal(ica_model_store_put(it->store, staging, "/nowhere/g", &file, NULL, &it->err),
                     ICA_ENOTFOUND);
    assert_non_null(strstr(it->err.text, "/nowhere/g"));
    assert_int_equal(ica_model_store_put(it->store, staging, "/tmp", &file, NULL, &it->err),
                     ICA_EINVALID);
    assert_int_equal(ica_model_store_put(it->store, staging, it->file_path, &file, NULL, NULL),
                     ICA_OK);
    assert_int_equal(ica_model_store_put(it->store, staging, it->file_path, &file, NULL, &it->err),
                     ICA_EINVALID);
    assert_int_equal(
        ica_model_store_put(it->store, staging, it->file_path, &manifest, NULL, &it->err),
        ICA_EINVALID);
    ica_model_store_end(it->store, staging);
}

/* As on a full disk: the message names the file, and nothing is left. */
static void test_no_room(void **state)
{
    struct fixture *it = *state;
    assert_int_equal(put_model(it, "first"), ICA_OK); /* its folders are there then */
    pid_t child = fork();
    if (child == 0) {
        const struct rlimit none = {.rlim_cur = 1, .rlim_max = 1};
        (void)signal(SIGXFSZ, SIG_IGN);
        if (setrlimit(RLIMIT_FSIZE, &none)) {
            _exit(2);
        }
        enum ica_status status = put_model(it, "big");
        _exit(status == ICA_EIO && strstr(it->err.text, "g.onnx") ? 0 : 1);
    }
    int how;
    struct stat info;
    char left[256];
    assert_int_equal(waitpid(child, &how, 0), child);
    assert_int_equal(how, 0);
    (void)snprintf(left, sizeof left, "%s/.new-big", it->store_path);
    assert_int_not_equal(stat(left, &info), 0);
}

static bool stop(void *context, const char *stage, size_t done, size_t total)
{
    (void)context;
    (void)stage;
    return done < total;
}

static void test_cancelled(void **state)
{
    struct fixture *it = *state;
    const struct ica_monitor monitor = {.step = stop};
    struct ica_model_file file = {0};
    assert_int_equal(ica_model_store_hash(it->store, it->file_path, &file, &monitor, NULL),
                     ICA_ECANCELLED);
    assert_int_equal(ica_model_store_hash(it->store, it->file_path, &file, NULL, NULL), ICA_OK);
    assert_string_equal(file.sha256, ABC);
}

static void write_manifest(struct fixture *it, const char *name, const char *text)
{
    char path[256];
    (void)snprintf(path, sizeof path, "%s/%s/manifest.json", it->store_path, name);
    ica_file_make_folders(path);
    assert_int_equal(ica_file_replace(path, text, strlen(text), NULL), ICA_OK);
}

static void test_broken_manifests_hide_nobody(void **state)
{
    struct fixture *it = *state;
    assert_int_equal(put_model(it, "good"), ICA_OK);
    write_manifest(it, "broken", "{");
    write_manifest(it, "renamed", "{\"name\":\"other\"}");
    write_manifest(it, "bad name", "{}");
    struct ica_model_catalogue *catalogue = open_catalogue(it);
    static const char *const names[] = {"broken", "renamed"};
    for (size_t i = 0; i < 2; i++) {
        const struct ica_catalogue_entry *entry = ica_catalogue_find(catalogue, names[i]);
        assert_non_null(entry);
        assert_false(entry->installed);
        assert_non_null(strstr(entry->problem, names[i]));
    }
    assert_true(ica_catalogue_find(catalogue, "good")->installed);
    assert_null(ica_catalogue_find(catalogue, "bad name"));
    ica_manifest_catalogue_close(catalogue);
}

static void test_store_comes_before_the_program(void **state)
{
    struct fixture *it = *state;
    assert_int_equal(put_model(it, "efficientnet-lite0"), ICA_OK);
    struct ica_model_catalogue *catalogue = open_catalogue(it);
    const struct ica_catalogue_entry *entry = ica_catalogue_find(catalogue, "efficientnet-lite0");
    assert_true(entry->in_store && entry->installed);
    assert_int_equal(entry->model.dim, 16);
    size_t n = 0;
    for (size_t i = 0; i < catalogue->n_entries; i++) {
        n += strcmp(catalogue->entries[i].model.name, "efficientnet-lite0") == 0;
        assert_true(i == 0 || strcmp(catalogue->entries[i - 1].model.name,
                                     catalogue->entries[i].model.name) < 0);
    }
    assert_int_equal(n, 1);
    ica_manifest_catalogue_close(catalogue);
}

static void test_removing(void **state)
{
    struct fixture *it = *state;
    struct stat info;
    assert_int_equal(put_model(it, "mine"), ICA_OK);
    assert_int_equal(ica_model_store_remove(it->store, "..", &it->err), ICA_ENOTFOUND);
    assert_int_equal(ica_model_store_remove(it->store, "yours", &it->err), ICA_ENOTFOUND);
    assert_int_equal(ica_model_store_remove(it->store, "mine", &it->err), ICA_OK);
    assert_int_equal(ica_model_store_remove(it->store, "mine", &it->err), ICA_ENOTFOUND);
    assert_int_equal(stat(it->file_path, &info), 0);
    assert_int_equal(put_model(it, "mine"), ICA_OK);
}

static void test_default(void **state)
{
    struct fixture *it = *state;
    char name[ICA_MAX_MODEL_NAME];
    char path[256];
    assert_int_equal(ica_model_store_load_default(it->store, name, NULL), ICA_OK);
    assert_string_equal(name, "");
    assert_int_equal(ica_model_store_save_default(it->store, "mine", &it->err), ICA_OK);
    assert_int_equal(ica_model_store_load_default(it->store, name, NULL), ICA_OK);
    assert_string_equal(name, "mine");
    (void)snprintf(path, sizeof path, "%s/default", it->store_path);
    assert_int_equal(ica_file_replace(path, "../x\n", 5, NULL), ICA_OK);
    assert_int_equal(ica_model_store_load_default(it->store, name, &it->err), ICA_EINVALID);
    assert_string_equal(name, "");
    assert_int_equal(ica_model_store_save_default(it->store, "", NULL), ICA_OK);
    assert_int_equal(ica_model_store_load_default(it->store, name, NULL), ICA_OK);
}

int main(void)
{
#define STORE_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        STORE_TEST(test_what_is_put_comes_back),
        STORE_TEST(test_names_that_are_taken_or_none),
        STORE_TEST(test_nothing_is_seen_before_it_is_whole),
        STORE_TEST(test_one_writer_at_a_time),
        STORE_TEST(test_files_that_cannot_be_put),
        STORE_TEST(test_no_room),
        STORE_TEST(test_cancelled),
        STORE_TEST(test_broken_manifests_hide_nobody),
        STORE_TEST(test_store_comes_before_the_program),
        STORE_TEST(test_removing),
        STORE_TEST(test_default),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
