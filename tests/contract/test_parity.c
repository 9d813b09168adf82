/* SPDX-License-Identifier: Apache-2.0 */
/* Vectors of models of known families equal PyTorch's, from the picture on: resizing, normalising,
 * the graph. The models are tiny and their weights random (tools/export_models.py --tiny). */
#include "support/cmocka_all.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "adapters/manifest/manifest_catalogue.h"
#include "adapters/openvino/openvino_inference.h"
#include "application/models/network_embedder.h"
#include "domain/vectors/dot.h"

#define MIN_COSINE_F32  0.9999
#define MIN_COSINE_BF16 0.999
#define MAX_DIM         64
#define N_STREAMS       2

struct fixture {
    struct ica_model_catalogue *catalogue;
    struct ica_inference *engine;
};

static int set_up(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    struct ica_error err = {0};
    *state = fixture;
    if (ica_manifest_catalogue_open(&fixture->catalogue, ICA_MODELS_DIR, ICA_TEST_DATA "/models",
                                    "/nowhere", &err) ||
        ica_openvino_inference_open(&fixture->engine, &err)) {
        print_message("%s\n", err.text);
        return 1;
    }
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    ica_inference_destroy(fixture->engine);
    ica_manifest_catalogue_close(fixture->catalogue);
    free(fixture);
    return 0;
}

/* The picture of that number, as tools/export_models.py draws it: nine plain fields with a texture
 * over them. */
static void draw(struct ica_pixels *picture, uint32_t number, uint32_t width, uint32_t height)
{
    uint32_t noise = number * 2654435761U + 1;
    uint32_t colours[27];
    for (int i = 0; i < 27; i++) {
        noise = noise * 1664525U + 1013904223U;
        colours[i] = noise >> 24;
    }
    assert_int_equal(ica_pixels_init(picture, width, height, ICA_PIXELS_RGB, NULL), ICA_OK);
    for (uint32_t y = 0; y < height; y++) {
        for (uint32_t x = 0; x < width; x++) {
            const uint32_t *colour = colours + 3 * (3 * y / height * 3 + 3 * x / width);
            for (uint32_t c = 0; c < 3; c++) {
                ica_pixels_row(picture, y)[3 * x + c] =
                    (uint8_t)(colour[c] + (7 * x + 13 * y + number) % 32);
            }
        }
    }
}

static double cosine(const json_t *expected, const float *found, size_t dim)
{
    float row[MAX_DIM];
    assert_int_equal(json_array_size(expected), dim);
    for (size_t i = 0; i < dim; i++) {
        row[i] = (float)json_number_value(json_array_get(expected, i));
    }
    return ica_dot(row, found, dim) / sqrt(ica_dot(row, row, dim) * ica_dot(found, found, dim));
}

static uint32_t number_of(const json_t *picture, const char *member)
{
    return (uint32_t)json_integer_value(json_object_get(picture, member));
}

static void compare_pictures(struct ica_embedder *embedder, const json_t *pictures,
                             double min_cosine)
{
    size_t dim = embedder->model.dim;
    assert_true(dim <= MAX_DIM && json_array_size(pictures) > 4);
    for (size_t i = 0; i < json_array_size(pictures); i++) {
        const json_t *expected = json_array_get(pictures, i);
        struct ica_pixels picture = {0};
        struct ica_pixels square = {0};
        struct ica_error err = {0};
        float vector[MAX_DIM];
        draw(&picture, number_of(expected, "number"), number_of(expected, "width"),
             number_of(expected, "height"));
        assert_int_equal(ica_resize_crop(&picture, 1, embedder->model.crop, &square, &err), ICA_OK);
        assert_int_equal(ica_embedder_embed(embedder, 1, &square, vector, NULL, &err), ICA_OK);
        double found = cosine(json_object_get(expected, "embedding"), vector, dim);
        if (found < min_cosine) {
            fail_msg("%s, picture %zu: cosine %.6f", embedder->model.name, i, found);
        }
        ica_pixels_clear(&square);
        ica_pixels_clear(&picture);
    }
}

static void compare_texts(struct ica_network *network, const struct ica_model *model,
                          const json_t *texts)
{
    assert_true(json_array_size(texts) > 4);
    for (size_t i = 0; i < json_array_size(texts); i++) {
        const json_t *ids = json_object_get(json_array_get(texts, i), "ids");
        int64_t numbers[64];
        float vector[MAX_DIM];
        size_t n = json_array_size(ids);
        assert_int_equal(n, model->text.context);
        assert_true(n <= 64);
        for (size_t t = 0; t < n; t++) {
            numbers[t] = json_integer_value(json_array_get(ids, t));
        }
        const struct ica_tensor input = {.name = model->text.input,
                                         .element = ICA_ELEMENT_I64,
                                         .rank = 2,
                                         .sides = {1, n},
                                         .data = numbers};
        const struct ica_tensor output = {.name = model->text.output,
                                          .element = ICA_ELEMENT_F32,
                                          .rank = 2,
                                          .sides = {1, model->dim},
                                          .data = vector};
        assert_int_equal(ica_network_run(network, 1, &input, 1, &output, NULL), ICA_OK);
        const json_t *expected = json_object_get(json_array_get(texts, i), "embedding");
        assert_true(cosine(expected, vector, model->dim) >= MIN_COSINE_F32);
    }
}

static json_t *read_reference(const char *name)
{
    char path[512];
    (void)snprintf(path, sizeof path, ICA_TEST_DATA "/models/%s/reference.json", name);
    json_t *reference = json_load_file(path, 0, NULL);
    assert_non_null(reference);
    return reference;
}

static const struct ica_catalogue_entry *find(const struct fixture *fixture, const char *name)
{
    const struct ica_catalogue_entry *entry = ica_catalogue_find(fixture->catalogue, name);
    assert_non_null(entry);
    if (entry->problem) {
        fail_msg("%s", entry->problem);
    }
    return entry;
}

static struct ica_network_config config_of(const char *graph_path, enum ica_precision precision)
{
    return (struct ica_network_config){
        .graph_path = graph_path,
        .device = "cpu",
        .precision = precision,
        .n_streams = N_STREAMS,
        .n_threads = N_STREAMS,
    };
}

static void check_images(const struct fixture *fixture, const char *name,
                         enum ica_precision precision, double min_cosine)
{
    const struct ica_catalogue_entry *entry = find(fixture, name);
    const struct ica_network_config config = config_of(entry->graph_path, precision);
    struct ica_embedder *embedder;
    struct ica_error err = {0};
    if (ica_network_embedder_open(&embedder, fixture->engine, &entry->model, &config, &err)) {
        fail_msg("%s", err.text);
    }
    json_t *reference = read_reference(name);
    compare_pictures(embedder, json_object_get(reference, "pictures"), min_cosine);
    json_decref(reference);
    ica_embedder_destroy(embedder);
}

static void check_words(const struct fixture *fixture, const char *name)
{
    const struct ica_catalogue_entry *entry = find(fixture, name);
    struct ica_network *network;
    char path[512];
    (void)snprintf(path, sizeof path, ICA_TEST_DATA "/models/%s/text.onnx", name);
    const struct ica_network_config config = config_of(path, ICA_PRECISION_F32);
    assert_int_equal(ica_inference_open(fixture->engine, &config, &network, NULL), ICA_OK);
    json_t *reference = read_reference(name);
    compare_texts(network, &entry->model, json_object_get(reference, "texts"));
    json_decref(reference);
    ica_network_destroy(network);
}

static void test_dinov2(void **state)
{
    check_images(*state, "dinov2-tiny", ICA_PRECISION_F32, MIN_COSINE_F32);
}

static void test_clip(void **state)
{
    check_images(*state, "clip-tiny", ICA_PRECISION_F32, MIN_COSINE_F32);
    check_words(*state, "clip-tiny");
}

static void test_siglip(void **state)
{
    check_images(*state, "siglip-tiny", ICA_PRECISION_F32, MIN_COSINE_F32);
    check_words(*state, "siglip-tiny");
}

/* Where the processor does not compute in it, the engine takes what it has. */
static void test_bfloat16(void **state)
{
    check_images(*state, "dinov2-tiny", ICA_PRECISION_BF16, MIN_COSINE_BF16);
    check_images(*state, "clip-tiny", ICA_PRECISION_BF16, MIN_COSINE_BF16);
    check_images(*state, "siglip-tiny", ICA_PRECISION_BF16, MIN_COSINE_BF16);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_dinov2, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_clip, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_siglip, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_bfloat16, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
