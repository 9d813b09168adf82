/* SPDX-License-Identifier: Apache-2.0 */
/* The model catalogue: the project's own manifests, and wrong ones. */
#include "support/cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "adapters/manifest/manifest_catalogue.h"
#include "domain/model_preset.h"

static void test_own_manifests_are_right(void **state)
{
    (void)state;
    struct ica_model_catalogue *catalogue;
    struct ica_error err = {0};
    enum ica_status status =
        ica_manifest_catalogue_open(&catalogue, ICA_MODELS_DIR, NULL, ICA_WEIGHTS_DIR, &err);
    assert_string_equal(err.text, "");
    assert_int_equal(status, ICA_OK);
    assert_true(catalogue->n_entries >= 3);
    const struct ica_catalogue_entry *entry = ica_catalogue_find(catalogue, "efficientnet-lite0");
    assert_non_null(entry);
    const struct ica_model *lite0 = &entry->model;
    assert_true(entry->package.needs_convert);
    assert_int_equal(lite0->crop.size, 224);
    assert_int_equal(lite0->crop.short_side, 256);
    assert_int_equal(lite0->dim, 1280);
    assert_int_equal(lite0->n_classes, 1000);
    ica_manifest_catalogue_close(catalogue);
}

/* What is not complete can be pulled by a known preset, and its addresses are safe. */
static void test_own_promises_can_be_kept(void **state)
{
    (void)state;
    struct ica_model_catalogue *catalogue;
    size_t n_promises = 0;
    assert_int_equal(
        ica_manifest_catalogue_open(&catalogue, ICA_MODELS_DIR, NULL, ICA_WEIGHTS_DIR, NULL),
        ICA_OK);
    for (size_t i = 0; i < catalogue->n_entries; i++) {
        const struct ica_catalogue_entry *entry = &catalogue->entries[i];
        if (entry->package.is_complete) {
            continue;
        }
        n_promises++;
        const struct ica_model_preset *preset = ica_model_preset_find(entry->package.preset);
        assert_non_null(preset);
        assert_true(ica_model_package_is_pullable(&entry->package));
        assert_true(!entry->package.text_graph[0] || preset->context > 0);
        for (size_t k = 0; k < entry->package.n_files; k++) {
            assert_memory_equal(entry->package.files[k].url, "https://", 8);
            assert_true(entry->package.is_unverified || entry->package.files[k].sha256[0]);
        }
    }
    assert_true(n_promises >= 13);
    ica_manifest_catalogue_close(catalogue);
}

static void test_missing_folder(void **state)
{
    (void)state;
    struct ica_model_catalogue *catalogue;
    struct ica_error err = {0};
    assert_int_equal(ica_manifest_catalogue_open(&catalogue, "/nowhere", NULL, "/nowhere", &err),
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

#define FLOATS                                                                                     \
    "\"input_layout\":\"NCHW\",\"input_type\":\"f32\",\"channel_order\":\"BGR\","                  \
    "\"resize_filter\":\"bilinear\",\"normalisation\":\"program\","
#define PROMISE_HEAD                                                                               \
    "{\"name\":\"m\",\"version\":\"1\",\"licence\":\"MIT\",\"preset\":\"clip\",\"input_size\":"    \
    "224,"                                                                                         \
    "\"dimension\":512,\"graph\":\"g.onnx\","

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
    enum ica_status status = ica_manifest_catalogue_open(out, folder, NULL, folder, err);
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

static void test_everything_that_can_be_said(void **state)
{
    (void)state;
    struct ica_model_catalogue *catalogue;
    struct ica_error err = {0};
    enum ica_status status = open_one(
        GOOD_HEAD SIZES FLOATS
        "\"resize_rule\":\"crop\",\"resize_rounding\":\"down\",\"mean\":[1,2,3],\"scale\":0.5,"
        "\"embedding_pooling\":\"first\",\"title\":\"T\",\"source\":\"S\","
        "\"text\":{\"graph\":\"g.xml\",\"tokenizer\":\"g.bin\",\"input\":\"i\","
        "\"mask_input\":\"k\",\"output\":\"o\",\"context\":77}," GOOD_FILES,
        &catalogue, &err);
    assert_string_equal(err.text, "");
    assert_int_equal(status, ICA_OK);
    const struct ica_model *model = &catalogue->entries[0].model;
    assert_true(model->input.is_float && model->input.is_bgr);
    assert_int_equal(model->input.layout, ICA_LAYOUT_NCHW);
    assert_int_equal(model->crop.filter, ICA_FILTER_BILINEAR);
    assert_int_equal(model->crop.rounding, ICA_ROUND_DOWN);
    assert_true(model->input.mean[2] == 3.0F && model->input.scale[0] == 0.5F);
    assert_int_equal(model->pooling, ICA_POOLING_FIRST);
    assert_string_equal(model->text.mask, "k");
    assert_int_equal(model->text.context, 77);
    assert_non_null(catalogue->entries[0].text_graph_path);
    assert_non_null(catalogue->entries[0].tokenizer_path);
    ica_manifest_catalogue_close(catalogue);
}

static void test_promise(void **state)
{
    (void)state;
    struct ica_model_catalogue *catalogue;
    struct ica_error err = {0};
    assert_int_equal(open_one(PROMISE_HEAD
                              "\"files\":[{\"name\":\"g.onnx\",\"url\":\"https://x/g\"}]}",
                              &catalogue, &err),
                     ICA_OK);
    assert_false(catalogue->entries[0].package.is_complete);
    assert_false(catalogue->entries[0].installed);
    assert_int_equal(catalogue->entries[0].model.dim, 512);
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

/* The samples of a picture are given to such a graph as they are. */
static void test_8_bit_input_is_as_pictures_are(void **state)
{
    (void)state;
    static const char good[] = GOOD_HEAD GOOD_SIZES GOOD_FILES;
    static const char *const changes[][2] = {{"\"NHWC\"", "\"NCHW\""}, {"\"RGB\"", "\"BGR\""}};
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        char text[sizeof good];
        struct ica_model_catalogue *catalogue;
        struct ica_error err = {0};
        memcpy(text, good, sizeof good);
        memcpy(strstr(text, changes[i][0]), changes[i][1], strlen(changes[i][1]));
        assert_int_equal(open_one(text, &catalogue, &err), ICA_EINVALID);
        assert_non_null(strstr(err.text, "NHWC"));
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
        {GOOD_HEAD PIXELS "\"input_size\":-1,\"resize_side\":40,\"dimension\":16," GOOD_FILES,
         "input_size"},
        {GOOD_HEAD PIXELS "\"input_size\":32,\"resize_side\":16,\"dimension\":16," GOOD_FILES,
         "resize_side"},
        {GOOD_HEAD PIXELS
         "\"input_size\":32,\"resize_side\":40,\"dimension\":99999999999," GOOD_FILES,
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
        {GOOD_HEAD GOOD_SIZES "\"files\":[{\"name\":\"g.xml\",\"size\":1e3,\"sha256\":\"" HASH
                              "\"}]}",
         "size"},
        {GOOD_HEAD GOOD_SIZES "\"files\":[{\"name\":\"g.xml\",\"size\":99999999999999,"
                              "\"sha256\":\"" HASH "\"}]}",
         "size"},
        {GOOD_HEAD GOOD_SIZES "\"files\":[{\"name\":\"manifest.json\",\"size\":1,\"sha256\":\"" HASH
                              "\"}]}",
         "files[].name"},
        {GOOD_HEAD GOOD_SIZES "\"title\":7," GOOD_FILES, "title"},
        {GOOD_HEAD GOOD_SIZES "\"title\":\"a\\u001b[0m\"," GOOD_FILES, "title"},
        {GOOD_HEAD GOOD_SIZES "\"unverified\":\"no\"," GOOD_FILES, "unverified"},
        {GOOD_HEAD GOOD_SIZES "\"resize_rule\":\"zoom\"," GOOD_FILES, "resize_rule"},
        {GOOD_HEAD GOOD_SIZES "\"resize_rounding\":1," GOOD_FILES, "resize_rounding"},
        {GOOD_HEAD GOOD_SIZES "\"pad_colour\":[0,0,256]," GOOD_FILES, "pad_colour"},
        {GOOD_HEAD GOOD_SIZES "\"embedding_pooling\":\"last\"," GOOD_FILES, "embedding_pooling"},
        {GOOD_HEAD GOOD_SIZES "\"text\":[]," GOOD_FILES, "text"},
        {GOOD_HEAD GOOD_SIZES "\"text\":{\"graph\":\"t\",\"tokenizer\":\"g.bin\"}," GOOD_FILES,
         "text.graph"},
        {GOOD_HEAD GOOD_SIZES "\"text\":{\"graph\":\"g.xml\",\"tokenizer\":\"g.bin\","
                              "\"input\":\"i\",\"output\":\"o\",\"context\":100000}," GOOD_FILES,
         "context"},
        {GOOD_HEAD SIZES FLOATS "\"mean\":[1,2],\"scale\":1," GOOD_FILES, "mean"},
        {GOOD_HEAD SIZES FLOATS "\"mean\":0,\"scale\":1e300," GOOD_FILES, "scale"},
        {GOOD_HEAD SIZES FLOATS "\"mean\":0," GOOD_FILES, "scale"},
        {PROMISE_HEAD "\"files\":[{\"name\":\"g.onnx\"}]}", "size"},
        {PROMISE_HEAD "\"files\":[{\"name\":\"g.onnx\",\"size\":1,\"sha256\":\"" HASH "\"}]}",
         "url"},
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
        cmocka_unit_test(test_own_promises_can_be_kept),
        cmocka_unit_test(test_missing_folder),
        cmocka_unit_test(test_everything_that_can_be_said),
        cmocka_unit_test(test_promise),
        cmocka_unit_test(test_files_that_are_not_there),
        cmocka_unit_test(test_preprocessing_that_is_not_supported),
        cmocka_unit_test(test_8_bit_input_is_as_pictures_are),
        cmocka_unit_test(test_wrong_manifests),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
