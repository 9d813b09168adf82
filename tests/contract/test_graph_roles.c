/* SPDX-License-Identifier: Apache-2.0 */
/* What becomes of a graph's inputs and outputs, as exporters declare them. */
#include "support/cmocka_all.h"

#include <stdio.h>
#include <string.h>

#include "application/models/graph_roles.h"

#define ANY ICA_DYNAMIC

static struct ica_graph_info info;
static struct ica_model model;
static struct ica_error err;

static struct ica_graph_value value(const char *name, enum ica_element element, size_t rank,
                                    int64_t a, int64_t b, int64_t c, int64_t d)
{
    struct ica_graph_value made = {.element = element, .rank = rank, .sides = {a, b, c, d}};
    (void)snprintf(made.name, sizeof made.name, "%s", name);
    return made;
}

static void input(struct ica_graph_value made)
{
    info.inputs[info.n_inputs++] = made;
}

static void output(struct ica_graph_value made)
{
    info.outputs[info.n_outputs++] = made;
}

static int reset(void **state)
{
    (void)state;
    info = (struct ica_graph_info){0};
    model = (struct ica_model){0};
    err = (struct ica_error){0};
    return 0;
}

static enum ica_status find(const char *preset)
{
    return ica_graph_find_image(&info, ica_model_preset_find(preset), &model, &err);
}

static void pixels(int64_t n, int64_t channels, int64_t height, int64_t width)
{
    input(value("pixel_values", ICA_ELEMENT_F32, 4, n, channels, height, width));
}

static void test_vision_tower(void **state)
{
    (void)state;
    pixels(ANY, 3, 224, 224);
    output(value("last_hidden_state", ICA_ELEMENT_F32, 3, ANY, 50, 768, 0));
    output(value("image_embeds", ICA_ELEMENT_F32, 2, ANY, 512, 0, 0));
    assert_int_equal(find("clip"), ICA_OK);
    assert_string_equal(model.input.name, "pixel_values");
    assert_int_equal(model.input.layout, ICA_LAYOUT_NCHW);
    assert_true(model.input.is_float);
    assert_string_equal(model.embedding_output, "image_embeds");
    assert_int_equal(model.dim, 512);
    assert_int_equal(model.pooling, ICA_POOLING_NONE);
    assert_int_equal(model.crop.size, 224);
    assert_int_equal(model.n_classes, 0);
}

/* Exporters of transformers leave every side open. */
static void test_everything_open(void **state)
{
    (void)state;
    pixels(ANY, ANY, ANY, ANY);
    output(value("last_hidden_state", ICA_ELEMENT_F32, 3, ANY, ANY, 384, 0));
    assert_int_equal(find("dinov2"), ICA_OK);
    assert_int_equal(model.crop.size, 224);
    assert_int_equal(model.crop.short_side, 256);
    assert_int_equal(model.pooling, ICA_POOLING_FIRST);
    assert_int_equal(model.dim, 384);
}

static void test_size_that_is_wished(void **state)
{
    (void)state;
    pixels(ANY, 3, ANY, ANY);
    output(value("y", ICA_ELEMENT_F32, 2, ANY, ANY, 0, 0));
    model.crop.size = 448;
    model.dim = 384;
    assert_int_equal(find("dinov2"), ICA_OK);
    assert_int_equal(model.crop.size, 448);
    assert_int_equal(model.crop.short_side, 512);
    assert_int_equal(model.dim, 384);
}

static void test_channels_last(void **state)
{
    (void)state;
    input(value("image", ICA_ELEMENT_U8, 4, 1, 260, 260, 3));
    output(value("logits", ICA_ELEMENT_F32, 2, 1, 1000, 0, 0));
    output(value("features", ICA_ELEMENT_F32, 2, 1, 1280, 0, 0));
    assert_int_equal(find("imagenet"), ICA_OK);
    assert_int_equal(model.input.layout, ICA_LAYOUT_NHWC);
    assert_false(model.input.is_float);
    assert_string_equal(model.embedding_output, "features");
    assert_string_equal(model.logits_output, "logits");
    assert_int_equal(model.n_classes, 1000);
    assert_int_equal(model.crop.size, 260);
}

/* Only scores: they are all there is to compare by. */
static void test_scores_alone(void **state)
{
    (void)state;
    pixels(1, 3, 224, 224);
    output(value("output", ICA_ELEMENT_F32, 2, 1, 1000, 0, 0));
    assert_int_equal(find("imagenet"), ICA_OK);
    assert_string_equal(model.embedding_output, "output");
    assert_int_equal(model.n_classes, 0);
}

static void test_output_that_is_named(void **state)
{
    (void)state;
    pixels(ANY, 3, 224, 224);
    output(value("a", ICA_ELEMENT_F32, 2, ANY, 10, 0, 0));
    output(value("b", ICA_ELEMENT_F32, 3, ANY, ANY, 20, 0));
    (void)snprintf(model.embedding_output, sizeof model.embedding_output, "b");
    assert_int_equal(find("clip"), ICA_OK);
    assert_int_equal(model.dim, 20);
    assert_int_equal(model.pooling, ICA_POOLING_FIRST);
    (void)snprintf(model.embedding_output, sizeof model.embedding_output, "c");
    assert_int_equal(find("clip"), ICA_EMODEL);
    assert_non_null(strstr(err.text, "a [?, 10]"));
}

static void assert_refused(const char *said)
{
    assert_int_equal(find("clip"), ICA_EMODEL);
    assert_non_null(strstr(err.text, said));
}

static void test_graphs_that_are_none_of_pictures(void **state)
{
    const struct ica_graph_value good = value("y", ICA_ELEMENT_F32, 2, ANY, 10, 0, 0);
    output(good);
    assert_refused("none");
    input(value("ids", ICA_ELEMENT_I64, 2, ANY, 77, 0, 0));
    assert_refused("ids [?, 77]");
    pixels(ANY, 3, 224, 224);
    assert_refused("vision_model");
    reset(state);
    output(good);
    pixels(8, 3, 224, 224);
    assert_refused("fixed number");
    reset(state);
    output(good);
    pixels(1, 3, 224, 112);
    assert_refused("square");
    reset(state);
    output(good);
    pixels(1, 3, 100000, 100000);
    assert_refused("square");
    reset(state);
    output(good);
    pixels(1, 1, 224, 224);
    assert_refused("no picture");
    reset(state);
    output(good);
    input(value("x", ICA_ELEMENT_OTHER, 4, 1, 3, 224, 224));
    assert_refused("type");
    reset(state);
    output(good);
    input(value("", ICA_ELEMENT_F32, 4, 1, 3, 224, 224));
    assert_refused("no name");
}

static void test_outputs_that_are_no_vectors(void **state)
{
    pixels(ANY, 3, 224, 224);
    assert_refused("none");
    output(value("map", ICA_ELEMENT_F32, 4, ANY, 10, 7, 7));
    output(value("half", ICA_ELEMENT_OTHER, 2, ANY, 10, 0, 0));
    assert_refused("map [?, 10, 7, 7]");
    reset(state);
    pixels(ANY, 3, 224, 224);
    output(value("y", ICA_ELEMENT_F32, 2, ANY, ANY, 0, 0));
    assert_refused("does not say how many");
    reset(state);
    pixels(ANY, 3, 224, 224);
    output(value("y", ICA_ELEMENT_F32, 2, ANY, 70000, 0, 0));
    assert_refused("too many");
}

/* Many long names are listed as far as there is room. */
static void test_long_lists_are_cut(void **state)
{
    (void)state;
    for (size_t i = 0; i < ICA_MAX_GRAPH_VALUES; i++) {
        input(value("a_rather_long_name_of_an_input_that_goes_on_and_on", ICA_ELEMENT_I64, 2, ANY,
                    ANY, 0, 0));
    }
    assert_refused("no picture");
}

static enum ica_status find_text(const char *preset)
{
    return ica_graph_find_text(&info, ica_model_preset_find(preset), &model, &err);
}

static void test_text_tower(void **state)
{
    model.dim = 512;
    input(value("attention_mask", ICA_ELEMENT_I64, 2, ANY, ANY, 0, 0));
    input(value("input_ids", ICA_ELEMENT_I64, 2, ANY, ANY, 0, 0));
    output(value("last_hidden_state", ICA_ELEMENT_F32, 3, ANY, ANY, 512, 0));
    output(value("text_embeds", ICA_ELEMENT_F32, 2, ANY, 512, 0, 0));
    assert_int_equal(find_text("clip"), ICA_OK);
    assert_string_equal(model.text.input, "input_ids");
    assert_string_equal(model.text.mask, "attention_mask");
    assert_string_equal(model.text.output, "text_embeds");
    assert_int_equal(model.text.context, 77);
    reset(state);
    model.dim = 768;
    input(value("input_ids", ICA_ELEMENT_I64, 2, 1, 64, 0, 0));
    output(value("pooler_output", ICA_ELEMENT_F32, 2, 1, 768, 0, 0));
    assert_int_equal(find_text("siglip"), ICA_OK);
    assert_string_equal(model.text.mask, "");
    assert_int_equal(model.text.context, 64);
}

static void test_text_towers_that_do_not_fit(void **state)
{
    model.dim = 512;
    output(value("text_embeds", ICA_ELEMENT_F32, 2, ANY, 512, 0, 0));
    assert_int_equal(find_text("clip"), ICA_EMODEL);
    input(value("ids", ICA_ELEMENT_F32, 2, ANY, 77, 0, 0));
    assert_int_equal(find_text("clip"), ICA_EMODEL);
    info.inputs[0].element = ICA_ELEMENT_I64;
    assert_int_equal(find_text("clip"), ICA_OK);
    assert_false(model.text.is_32_bit);
    info.inputs[0].element = ICA_ELEMENT_I32;
    assert_int_equal(find_text("clip"), ICA_OK);
    assert_true(model.text.is_32_bit);
    model.dim = 768;
    assert_int_equal(find_text("clip"), ICA_EMODEL);
    assert_non_null(strstr(err.text, "different models"));
    model.dim = 512;
    info.inputs[0].sides[1] = 100000;
    assert_int_equal(find_text("clip"), ICA_EMODEL);
    info.inputs[0].sides[1] = ANY;
    assert_int_equal(find_text("dinov2"), ICA_EMODEL); /* that family reads nothing */
    input(value("mask", ICA_ELEMENT_I64, 2, ANY, 77, 0, 0));
    assert_int_equal(find_text("clip"), ICA_EMODEL); /* of another type than the ids */
    info.n_inputs--;
    input(value("position_ids", ICA_ELEMENT_I32, 2, ANY, 77, 0, 0));
    assert_int_equal(find_text("clip"), ICA_EMODEL);
    (void)state;
}

int main(void)
{
#define ROLE_TEST(name) cmocka_unit_test_setup(name, reset)
    const struct CMUnitTest tests[] = {
        ROLE_TEST(test_vision_tower),
        ROLE_TEST(test_everything_open),
        ROLE_TEST(test_size_that_is_wished),
        ROLE_TEST(test_channels_last),
        ROLE_TEST(test_scores_alone),
        ROLE_TEST(test_output_that_is_named),
        ROLE_TEST(test_graphs_that_are_none_of_pictures),
        ROLE_TEST(test_outputs_that_are_no_vectors),
        ROLE_TEST(test_long_lists_are_cut),
        ROLE_TEST(test_text_tower),
        ROLE_TEST(test_text_towers_that_do_not_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
