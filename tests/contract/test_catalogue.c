/* SPDX-License-Identifier: Apache-2.0 */
/* The model catalogue: the project's own manifests, and wrong ones. */
#include "support/cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "adapters/manifest/manifest_catalogue.h"

static void test_own_manifests_are_right(void **state)
{
    (void)state;
    struct ica_model_catalogue *catalogue;
    struct ica_error err = {0};
    enum ica_status status =
        ica_manifest_catalogue_open(&catalogue, ICA_MODELS_DIR, ICA_WEIGHTS_DIR, &err);
    assert_string_equal(err.text, "");
    assert_int_equal(status, ICA_OK);
    assert_true(catalogue->n_entries >= 3);
    const struct ica_model *lite0 = &catalogue->entries[0].model;
    assert_string_equal(lite0->name, "efficientnet-lite0");
    assert_int_equal(lite0->crop.size, 224);
    assert_int_equal(lite0->crop.short_side, 256);
    assert_int_equal(lite0->dim, 1280);
    assert_int_equal(lite0->n_classes, 1000);
    ica_manifest_catalogue_close(catalogue);
}

static void test_missing_folder(void **state)
{
    (void)state;
    struct ica_model_catalogue *catalogue;
    struct ica_error err = {0};
    assert_int_equal(ica_manifest_catalogue_open(&catalogue, "/nowhere", "/nowhere", &err),
                     ICA_ENOTFOUND);
    assert_null(catalogue);
    assert_non_null(strstr(err.text, "/nowhere"));
}

#define HASH "0000000000000000000000000000000000000000000000000000000000000000"
#define GOOD_HEAD                                                                                  \
    "{\"name\":\"m\",\"version\":\"1\",\"licence\":\"MIT\",\"input\":\"image\","                   \
    "\"embedding_output\":\"pooled\",\"graph\":\"g.xml\",\"weights\":\"g.bin\","
#define GOOD_SIZES SIZES PIXELS
#define SIZES      "\"input_size\":32,\"resize_side\":40,\"dimension\":16,"
#define PIXELS                                                                                     \
    "\"input_layout\":\"NHWC\",\"input_type\":\"u8\",\"channel_order\":\"RGB\","                   \
    "\"resize_filter\":\"bicubic\",\"normalisation\":\"graph\","
#define GOOD_FILES                                                                                 \
    "\"files\":[{\"name\":\"g.xml\",\"size\":1,\"sha256\":\"" HASH "\"},"                          \
    "{\"name\":\"g.bin\",\"size\":1,\"sha256\":\"" HASH "\"}]}"

/* Open a catalogue of the one manifest `text`. */
static enum ica_status open_one(const char *text, struct ica_model_catalogue **out,
                                struct ica_error *err)
{
    char folder[] = "/tmp/ica-[test]*-XXXXXX" /* what a shell takes for a pattern */;
    char path[64];
    assert_non_null(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/m.json", folder);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
    enum ica_status status = ica_manifest_catalogue_open(out, folder, folder, err);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(folder), 0);
    return status;
}

static void test_files_that_are_not_there(void **state)
{
    (void)state;
    struct ica_model_catalogue *catalogue;
    struct ica_error err = {0};
    assert_int_equal(open_one(GOOD_HEAD GOOD_SIZES GOOD_FILES, &catalogue, &err), ICA_OK);
    assert_int_equal(catalogue->n_entries, 1);
    assert_false(catalogue->entries[0].installed);
    assert_int_equal(catalogue->entries[0].model.n_classes, 0);
    ica_manifest_catalogue_close(catalogue);
}

/* Each member that says how pixels reach the model has one supported value, and must be there. */
static void test_preprocessing_that_is_not_supported(void **state)
{
    (void)state;
    static const char *const values[] = {"NHWC", "u8", "RGB", "bicubic", "graph"};
    static const char *const members[] = {"input_layout", "input_type", "channel_order",
                                          "resize_filter", "normalisation"};
    static const char good[] = GOOD_HEAD GOOD_SIZES GOOD_FILES;
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        for (int whole = 0; whole < 2; whole++) {
            char text[sizeof good];
            memcpy(text, good, sizeof good);
            char *member = strstr(text, members[i]);
            *(whole ? member : strstr(member, values[i])) = 'X';
            struct ica_model_catalogue *catalogue;
            struct ica_error err = {0};
            assert_int_equal(open_one(text, &catalogue, &err), ICA_EINVALID);
            assert_null(catalogue);
            assert_non_null(strstr(err.text, members[i]));
            assert_non_null(strstr(err.text, values[i]));
        }
    }
}

static void test_wrong_manifests(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *named; /* what the message must name */
    } cases[] = {
        {"", "m.json"},
        {"{\"name\":", "m.json"},
        {"[]", "name"},
        {"{\"name\":\"../m\"}", "name"},
        {GOOD_HEAD "\"input_size\":-1,\"resize_side\":40,\"dimension\":16," GOOD_FILES,
         "input_size"},
        {GOOD_HEAD "\"input_size\":32,\"resize_side\":16,\"dimension\":16," GOOD_FILES,
         "resize_side"},
        {GOOD_HEAD "\"input_size\":32,\"resize_side\":40,\"dimension\":99999999999," GOOD_FILES,
         "dimension"},
        {GOOD_HEAD GOOD_SIZES "\"files\":[]}", "files"},
        {GOOD_HEAD GOOD_SIZES "\"files\":[{\"name\":\"../g.xml\",\"size\":1,\"sha256\":\"" HASH
                              "\"}]}",
         "files[].name"},
        {GOOD_HEAD GOOD_SIZES "\"files\":[{\"name\":\"g.xml\",\"size\":1,\"sha256\":\"12\"}]}",
         "sha256"},
        {GOOD_HEAD GOOD_SIZES "\"files\":[{\"name\":\"g.xml\",\"size\":0,\"sha256\":\"" HASH
                              "\"}]}",
         "size"},
        {GOOD_HEAD GOOD_SIZES "\"files\":[{\"name\":\"x\",\"size\":1,\"sha256\":\"" HASH "\"}]}",
         "graph"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct ica_model_catalogue *catalogue;
        struct ica_error err = {0};
        assert_int_equal(open_one(cases[i].text, &catalogue, &err), ICA_EINVALID);
        assert_null(catalogue);
        assert_non_null(strstr(err.text, cases[i].named));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_own_manifests_are_right),
        cmocka_unit_test(test_missing_folder),
        cmocka_unit_test(test_files_that_are_not_there),
        cmocka_unit_test(test_preprocessing_that_is_not_supported),
        cmocka_unit_test(test_wrong_manifests),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
