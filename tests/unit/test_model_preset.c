/* SPDX-License-Identifier: Apache-2.0 */
/* Presets, and what a package of a model is. */
#include "support/cmocka_all.h"

#include <string.h>

#include "domain/model_package.h"
#include "domain/model_preset.h"

static void test_families_are_told_by_names(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        const char *preset; /* NULL: it tells none */
    } cases[] = {
        {"DINOv2-small.onnx", "dinov2"},
        {"dinov2-poc.onnx", "dinov2-poc"},
        {"clip-vit-b-32.onnx", "clip"},
        {"MobileCLIP_s0.onnx", "mobileclip"},
        {"siglip-base.onnx", "siglip"},
        {"siglip2-base.onnx", "siglip2"},
        {"resnet50.onnx", "imagenet"},
        {"model.onnx", NULL},
        {"", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct ica_model_preset *preset = ica_model_preset_guess(cases[i].name);
        if (cases[i].preset) {
            assert_non_null(preset);
            assert_string_equal(preset->name, cases[i].preset);
        } else {
            assert_null(preset);
        }
    }
}

/* Each is a rule that the resizer takes, at its own size and at others. */
static void test_presets_are_rules(void **state)
{
    (void)state;
    static const size_t sides[] = {ICA_MIN_MODEL_SIDE, 37, 224, 518, ICA_MAX_MODEL_SIDE};
    for (size_t i = 0; i < ica_n_model_presets; i++) {
        const struct ica_model_preset *preset = &ica_model_presets[i];
        assert_int_equal(ica_crop_check(preset->crop, NULL), ICA_OK);
        assert_ptr_equal(ica_model_preset_find(preset->name), preset);
        for (size_t k = 0; k < sizeof sides / sizeof *sides; k++) {
            struct ica_model model = {0};
            assert_int_equal(ica_model_preset_apply(preset, sides[k], &model, NULL), ICA_OK);
            assert_int_equal(model.crop.size, sides[k]);
            assert_int_equal(ica_crop_check(model.crop, NULL), ICA_OK);
        }
    }
    assert_null(ica_model_preset_find("dino"));
}

static void test_sizes_keep_the_proportion(void **state)
{
    (void)state;
    struct ica_model model = {0};
    struct ica_error err = {0};
    const struct ica_model_preset *dinov2 = ica_model_preset_find("dinov2");
    assert_int_equal(ica_model_preset_apply(dinov2, 448, &model, &err), ICA_OK);
    assert_int_equal(model.crop.short_side, 512);
    assert_int_equal(ica_model_preset_apply(dinov2, 5, &model, &err), ICA_EINVALID);
    assert_int_equal(ica_model_preset_apply(dinov2, 100000, &model, &err), ICA_EINVALID);
    assert_non_null(strstr(err.text, "100000"));
}

/* (sample - mean) * scale is what the families' own code computes from samples of 0 to 1. */
static void test_numbers_are_those_of_the_family(void **state)
{
    (void)state;
    const struct ica_model_preset *siglip = ica_model_preset_find("siglip");
    const struct ica_model_preset *mobileclip = ica_model_preset_find("mobileclip");
    const struct ica_model_preset *imagenet = ica_model_preset_find("imagenet");
    assert_true((255 - siglip->mean[0]) * siglip->scale[0] > 0.9999F);
    assert_true((0 - siglip->mean[2]) * siglip->scale[2] < -0.9999F);
    assert_true((255 - mobileclip->mean[1]) * mobileclip->scale[1] > 0.9999F);
    assert_true((0 - mobileclip->mean[1]) * mobileclip->scale[1] == 0.0F);
    float red = (127.5F - imagenet->mean[0]) * imagenet->scale[0];
    assert_true(red > 0.0655F && red < 0.0656F); /* (0.5 - 0.485) / 0.229 */
}

static void test_list_is_cut(void **state)
{
    (void)state;
    char text[200];
    char little[10];
    ica_model_preset_list(text, sizeof text);
    ica_model_preset_list(little, sizeof little);
    assert_string_equal(text, "dinov2, dinov2-poc, clip, siglip, siglip2, mobileclip, imagenet");
    assert_string_equal(little, "dinov2, d");
}

static void test_names(void **state)
{
    (void)state;
    static const char *const good[] = {"a", "DINOv2.1_x-y", "0"};
    static const char *const bad[] = {"", ".a", "-a", "a/b", "a b", "\xC3\xA4", "a\n"};
    char longest[ICA_MAX_MODEL_NAME + 1];
    memset(longest, 'a', sizeof longest);
    longest[ICA_MAX_MODEL_NAME] = 0;
    assert_false(ica_model_name_is_plain(longest));
    assert_true(ica_model_name_is_plain(longest + 1));
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_true(ica_model_name_is_plain(good[i]));
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(ica_model_name_is_plain(bad[i]));
    }
    assert_true(ica_model_file_name_is_plain("a b.onnx"));
    assert_false(ica_model_file_name_is_plain("../a"));
    assert_false(ica_model_file_name_is_plain(".part"));
    assert_false(ica_model_file_name_is_plain("a\x7F"));
}

static void test_packages(void **state)
{
    (void)state;
    struct ica_model_package package = {
        .n_files = 2,
        .files = {{.name = "a", .size_bytes = 5, .url = "https://x/a"}, {.name = "b"}}};
    assert_ptr_equal(ica_model_package_find(&package, "b"), &package.files[1]);
    assert_null(ica_model_package_find(&package, "c"));
    assert_int_equal(ica_model_package_bytes(&package), 5);
    assert_false(ica_model_package_is_pullable(&package));
    package.n_files = 1;
    assert_true(ica_model_package_is_pullable(&package));
    package.n_files = 0;
    assert_false(ica_model_package_is_pullable(&package));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_families_are_told_by_names),
        cmocka_unit_test(test_presets_are_rules),
        cmocka_unit_test(test_sizes_keep_the_proportion),
        cmocka_unit_test(test_numbers_are_those_of_the_family),
        cmocka_unit_test(test_list_is_cut),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_packages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
