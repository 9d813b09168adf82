/* SPDX-License-Identifier: Apache-2.0 */
/* Contract of the embedder port, for the in-memory one and for each installed model on OpenVINO. */
#include "support/cmocka_all.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "adapters/manifest/manifest_catalogue.h"
#include "adapters/memory/memory_embedder.h"
#include "adapters/openvino/openvino_inference.h"
#include "application/models/network_embedder.h"

#define N_IMAGES  5
#define N_CALLERS 6

static int open_memory(void **state)
{
    return ica_memory_embedder_open((struct ica_embedder **)state, 32, NULL) != ICA_OK;
}

static enum ica_status open_network(struct ica_embedder **out, const struct ica_model *model,
                                    const char *graph_path, struct ica_error *err)
{
    const struct ica_network_config config = {
        .graph_path = graph_path, .device = "cpu", .n_streams = 2, .n_threads = 2};
    struct ica_inference *engine;
    assert_int_equal(ica_openvino_inference_open(&engine, NULL), ICA_OK);
    enum ica_status status = ica_network_embedder_open(out, engine, model, &config, err);
    ica_inference_destroy(engine);
    return status;
}

/* The first installed model; without one, the tests of it are skipped. */
static int open_openvino(void **state)
{
    struct ica_model_catalogue *catalogue;
    struct ica_embedder *embedder = NULL;
    struct ica_error err = {0};
    assert_int_equal(
        ica_manifest_catalogue_open(&catalogue, ICA_MODELS_DIR, NULL, ICA_WEIGHTS_DIR, &err),
        ICA_OK);
    for (size_t i = 0; i < catalogue->n_entries && !embedder; i++) {
        const struct ica_catalogue_entry *entry = &catalogue->entries[i];
        if (entry->installed && open_network(&embedder, &entry->model, entry->graph_path, &err)) {
            fail_msg("%s", err.text);
        }
    }
    ica_manifest_catalogue_close(catalogue);
    *state = embedder;
    return 0;
}

static int destroy(void **state)
{
    ica_embedder_destroy(*state);
    return 0;
}

/* Pictures that differ: stripes of different colours and widths. */
static void draw(struct ica_pixels images[N_IMAGES], uint32_t side)
{
    for (uint32_t i = 0; i < N_IMAGES; i++) {
        images[i] = (struct ica_pixels){0};
        assert_int_equal(ica_pixels_init(&images[i], side, side, ICA_PIXELS_RGB, NULL), ICA_OK);
        for (uint32_t y = 0; y < side; y++) {
            uint8_t *row = ica_pixels_row(&images[i], y);
            for (uint32_t x = 0; x < side; x++) {
                row[3 * x] = (uint8_t)(x * (i + 1));
                row[3 * x + 1] = (uint8_t)(y * (N_IMAGES - i));
                row[3 * x + 2] = (uint8_t)(60 * i);
            }
        }
    }
}

static void clear(struct ica_pixels images[N_IMAGES])
{
    for (int i = 0; i < N_IMAGES; i++) {
        ica_pixels_clear(&images[i]);
    }
}

/* What one call for all images gives. */
struct rows {
    float *vectors;
    float *logits;
};

static struct rows embed_all(struct ica_embedder *embedder,
                             const struct ica_pixels images[N_IMAGES])
{
    struct rows rows = {
        .vectors = calloc(N_IMAGES * embedder->model.dim, sizeof(float)),
        .logits = calloc(N_IMAGES * embedder->model.n_classes, sizeof(float)),
    };
    struct ica_error err = {0};
    assert_int_equal(
        ica_embedder_embed(embedder, N_IMAGES, images, rows.vectors, rows.logits, &err), ICA_OK);
    return rows;
}

static void rows_free(struct rows *rows)
{
    free(rows->vectors);
    free(rows->logits);
}

static void test_rows_are_finite_and_differ(void **state)
{
    struct ica_embedder *embedder = *state;
    if (!embedder) {
        print_message("skipped: no model is installed\n");
        skip();
    }
    struct ica_pixels images[N_IMAGES];
    draw(images, embedder->model.crop.size);
    struct rows rows = embed_all(embedder, images);
    size_t dim = embedder->model.dim;
    for (size_t i = 0; i < N_IMAGES * dim; i++) {
        assert_true(isfinite(rows.vectors[i]));
    }
    for (size_t i = 1; i < N_IMAGES; i++) {
        assert_memory_not_equal(rows.vectors, rows.vectors + i * dim, dim * sizeof(float));
    }
    rows_free(&rows);
    clear(images);
}

/* One at a time, in reverse, without logits: the same bits. */
static void test_row_depends_on_its_image_alone(void **state)
{
    struct ica_embedder *embedder = *state;
    if (!embedder) {
        skip();
    }
    struct ica_pixels images[N_IMAGES];
    draw(images, embedder->model.crop.size);
    struct rows rows = embed_all(embedder, images);
    size_t row_bytes = embedder->model.dim * sizeof(float);
    float *row = malloc(row_bytes);
    for (size_t i = N_IMAGES; i-- > 0;) {
        assert_int_equal(ica_embedder_embed(embedder, 1, &images[i], row, NULL, NULL), ICA_OK);
        assert_memory_equal(row, rows.vectors + i * embedder->model.dim, row_bytes);
    }
    free(row);
    rows_free(&rows);
    clear(images);
}

struct caller {
    struct ica_embedder *embedder;
    const struct ica_pixels *images;
    struct rows rows;
};

static void *call(void *argument)
{
    struct caller *caller = argument;
    caller->rows = embed_all(caller->embedder, caller->images);
    return NULL;
}

/* More callers than the engine has streams: all are served, with the same numbers. */
static void test_many_callers_share_it(void **state)
{
    struct ica_embedder *embedder = *state;
    if (!embedder) {
        skip();
    }
    struct ica_pixels images[N_IMAGES];
    draw(images, embedder->model.crop.size);
    struct rows alone = embed_all(embedder, images);
    struct caller callers[N_CALLERS];
    pthread_t threads[N_CALLERS];
    for (int i = 0; i < N_CALLERS; i++) {
        callers[i] = (struct caller){.embedder = embedder, .images = images};
        assert_int_equal(pthread_create(&threads[i], NULL, call, &callers[i]), 0);
    }
    for (int i = 0; i < N_CALLERS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_memory_equal(callers[i].rows.vectors, alone.vectors,
                            N_IMAGES * embedder->model.dim * sizeof(float));
        rows_free(&callers[i].rows);
    }
    rows_free(&alone);
    clear(images);
}

static void test_wrong_size_is_refused(void **state)
{
    struct ica_embedder *embedder = *state;
    if (!embedder) {
        skip();
    }
    struct ica_pixels images[N_IMAGES];
    struct ica_error err = {0};
    draw(images, embedder->model.crop.size + 1);
    float *row = calloc(embedder->model.dim, sizeof *row);
    assert_int_equal(ica_embedder_embed(embedder, 1, images, row, NULL, &err), ICA_EINVALID);
    assert_string_not_equal(err.text, "");
    free(row);
    clear(images);
}

static void test_missing_weights_are_named(void **state)
{
    (void)state;
    struct ica_embedder *embedder;
    struct ica_error err = {0};
    const struct ica_model model = {.name = "absent"};
    assert_int_equal(open_network(&embedder, &model, "/nowhere/model.xml", &err), ICA_ENOTFOUND);
    assert_null(embedder);
    assert_non_null(strstr(err.text, "absent"));
}

static void test_damaged_graph_is_an_error(void **state)
{
    (void)state;
    char path[] = "/tmp/ica-test-XXXXXX.xml";
    int file = mkstemps(path, 4);
    assert_true(file >= 0);
    assert_int_equal(write(file, "<net", 4), 4);
    assert_int_equal(close(file), 0);
    struct ica_embedder *embedder;
    struct ica_error err = {0};
    const struct ica_model model = {.name = "damaged"};
    assert_int_equal(open_network(&embedder, &model, path, &err), ICA_EMODEL);
    assert_null(embedder);
    assert_int_equal(unlink(path), 0);
}

#define SUITE(setup)                                                                               \
    cmocka_unit_test_setup_teardown(test_rows_are_finite_and_differ, setup, destroy),              \
        cmocka_unit_test_setup_teardown(test_row_depends_on_its_image_alone, setup, destroy),      \
        cmocka_unit_test_setup_teardown(test_many_callers_share_it, setup, destroy),               \
        cmocka_unit_test_setup_teardown(test_wrong_size_is_refused, setup, destroy)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SUITE(open_memory),
        SUITE(open_openvino),
        cmocka_unit_test(test_missing_weights_are_named),
        cmocka_unit_test(test_damaged_graph_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
