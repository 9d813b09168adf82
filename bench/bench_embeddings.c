/* SPDX-License-Identifier: Apache-2.0 */
/* How close decoding, resizing and inference come to the reference, and whether grouping suffers.
 *
 * usage: bench_embeddings SHARED [MODEL]
 *
 * SHARED/reference/embeddings holds pooled features of the photos in SHARED/data that another
 * implementation computed from the same weights. Prints the mean cosine to them, and the mean
 * adjusted Rand index of the `auto` groups (true group: the folder) from either kind of embedding,
 * over the fixed draws and over each whole set. */
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "adapters/bmp/bmp_codec.h"
#include "adapters/jpeg/jpeg_codec.h"
#include "adapters/lcms/lcms_colour.h"
#include "adapters/local_decoder/local_decoder.h"
#include "adapters/manifest/manifest_catalogue.h"
#include "adapters/openvino/openvino_inference.h"
#include "application/models/network_embedder.h"
#include "base/buffer.h"
#include "base/memory.h"
#include "domain/clustering/clustering.h"
#include "support/npy.h"

#define MAX_PATH_TEXT  1024
#define MAX_FILE_BYTES ((size_t)64 << 20)
#define MAX_IMAGES     100000

static _Noreturn void die(const char *what, const char *detail)
{
    (void)fprintf(stderr, "bench_embeddings: %s: %s\n", what, detail);
    exit(1);
}

static void check(enum ica_status status, const struct ica_error *err)
{
    if (status) {
        die(ica_status_text(status), err->text);
    }
}

/* One set of photos under one kind of embedding. */
struct set {
    size_t n;
    char **names; /* "group/file.jpg" */
    float *embeddings;
    float *probabilities;
    size_t dim;
    size_t n_classes;
};

static char **read_names(const char *path, size_t *n)
{
    FILE *file = fopen(path, "r");
    if (!file) {
        die("cannot read", path);
    }
    char **names = ica_array_new(MAX_IMAGES, sizeof *names);
    char *line = NULL;
    size_t capacity = 0;
    for (*n = 0; *n < MAX_IMAGES && getline(&line, &capacity, file) > 0; ++*n) {
        line[strcspn(line, "\n")] = 0;
        names[*n] = strdup(line);
    }
    free(line);
    (void)fclose(file);
    return names;
}

static void softmax_rows(float *rows, size_t n, size_t width)
{
    for (float *row = rows; n-- > 0; row += width) {
        double top = -INFINITY;
        double sum = 0;
        for (size_t i = 0; i < width; i++) {
            top = fmax(top, (double)row[i]);
        }
        for (size_t i = 0; i < width; i++) {
            sum += exp((double)row[i] - top);
        }
        for (size_t i = 0; i < width; i++) {
            row[i] = (float)(exp((double)row[i] - top) / sum);
        }
    }
}

static float *read_matrix(const char *folder, const char *name, const char *model, const char *kind,
                          size_t *n_columns)
{
    char path[MAX_PATH_TEXT];
    struct npy npy;
    (void)snprintf(path, sizeof path, "%s/reference/embeddings/%s-%s.%s.npy", folder, name, model,
                   kind);
    if (!npy_read(&npy, path)) {
        die("cannot read", path);
    }
    *n_columns = npy.n_columns;
    float *values = npy_floats(&npy);
    npy_clear(&npy);
    return values;
}

static struct set read_reference(const char *shared, const char *name, const char *model)
{
    struct set set = {0};
    char path[MAX_PATH_TEXT];
    (void)snprintf(path, sizeof path, "%s/reference/embeddings/%s-%s.names.txt", shared, name,
                   model);
    set.names = read_names(path, &set.n);
    set.embeddings = read_matrix(shared, name, model, "emb", &set.dim);
    set.probabilities = read_matrix(shared, name, model, "logits", &set.n_classes);
    softmax_rows(set.probabilities, set.n, set.n_classes);
    return set;
}

static void read_file(const char *path, struct ica_buffer *out)
{
    struct ica_error err = {0};
    char block[65536];
    FILE *file = fopen(path, "rb");
    if (!file) {
        die("cannot read", path);
    }
    for (size_t n; (n = fread(block, 1, sizeof block, file)) > 0;) {
        check(ica_buffer_append(out, block, n, &err), &err);
    }
    (void)fclose(file);
}

/* The same photos through our own decoder and engine. */
static struct set embed_photos(const char *shared, const char *name, const struct set *reference,
                               struct ica_decoder *decoder, struct ica_embedder *embedder)
{
    struct set set = *reference;
    struct ica_error err = {0};
    set.embeddings = ica_array_new(set.n * set.dim, sizeof(float));
    set.probabilities = ica_array_new(set.n * set.n_classes, sizeof(float));
    for (size_t i = 0; i < set.n; i++) {
        char path[MAX_PATH_TEXT];
        struct ica_buffer file;
        struct ica_decoded decoded = {0};
        (void)snprintf(path, sizeof path, "%s/data/%s/%s", shared, name, set.names[i]);
        ica_buffer_init(&file, MAX_FILE_BYTES);
        read_file(path, &file);
        const struct ica_decode_request request = {
            .bytes = file.data, .size_bytes = file.size, .crop = embedder->model.crop};
        check(ica_decoder_decode(decoder, &request, &decoded, &err), &err);
        check(ica_embedder_embed(embedder, 1, &decoded.model, set.embeddings + i * set.dim,
                                 set.probabilities + i * set.n_classes, &err),
              &err);
        ica_decoded_clear(&decoded);
        ica_buffer_clear(&file);
    }
    softmax_rows(set.probabilities, set.n, set.n_classes);
    return set;
}

static double mean_cosine(const struct set *a, const struct set *b)
{
    double sum = 0;
    for (size_t i = 0; i < a->n; i++) {
        double ab = 0;
        double aa = 0;
        double bb = 0;
        for (size_t j = 0; j < a->dim; j++) {
            double x = (double)a->embeddings[i * a->dim + j];
            double y = (double)b->embeddings[i * a->dim + j];
            ab += x * y;
            aa += x * x;
            bb += y * y;
        }
        sum += ab / sqrt(aa * bb);
    }
    return sum / (double)a->n;
}

static double pairs(double n)
{
    return n * (n - 1) / 2;
}

static bool same_group(const char *a, const char *b)
{
    size_t length = strcspn(a, "/");
    return strncmp(a, b, length + 1) == 0;
}

/* Adjusted Rand index (Hubert and Arabie, 1985) by counting pairs. */
static double adjusted_rand_index(char *const names[], const struct ica_membership *found, size_t n)
{
    double both = 0;
    double in_truth = 0;
    double in_found = 0;
    for (size_t i = 0; i < n; i++) {
        for (size_t j = i + 1; j < n; j++) {
            bool truth = same_group(names[i], names[j]);
            bool together = found[i].cluster == found[j].cluster;
            both += truth && together;
            in_truth += truth;
            in_found += together;
        }
    }
    double expected = in_truth * in_found / pairs((double)n);
    double top = (in_truth + in_found) / 2;
    return top == expected ? 1 : (both - expected) / (top - expected);
}

/* Score the groups of the given rows of a set. */
static double score(const struct set *set, const size_t *rows, size_t n)
{
    struct ica_error err = {0};
    struct ica_clustering clustering = {0};
    const struct ica_clustering_options options = ica_clustering_options_default();
    float *embeddings = ica_array_new(n * set->dim, sizeof(float));
    float *probabilities = ica_array_new(n * set->n_classes, sizeof(float));
    char **names = ica_array_new(n, sizeof *names);
    for (size_t i = 0; i < n; i++) {
        memcpy(embeddings + i * set->dim, set->embeddings + rows[i] * set->dim,
               set->dim * sizeof(float));
        memcpy(probabilities + i * set->n_classes, set->probabilities + rows[i] * set->n_classes,
               set->n_classes * sizeof(float));
        names[i] = set->names[rows[i]];
    }
    const struct ica_features features = {
        .n = n,
        .dim = set->dim,
        .embeddings = embeddings,
        .n_classes = set->n_classes,
        .probabilities = probabilities,
    };
    check(ica_clustering_run(&features, &options, NULL, NULL, &clustering, &err), &err);
    double result = adjusted_rand_index(names, clustering.memberships, n);
    ica_clustering_clear(&clustering);
    free(embeddings);
    free(probabilities);
    free(names);
    return result;
}

static size_t row_of(const struct set *set, const char *name)
{
    for (size_t i = 0; i < set->n; i++) {
        if (strcmp(set->names[i], name) == 0) {
            return i;
        }
    }
    die("no such photo in the reference", name);
}

/* Mean scores over the fixed draws, of the reference and of our embeddings. */
static void score_draws(const json_t *draws, const struct set sets[2], double means[2])
{
    size_t rows[MAX_IMAGES];
    means[0] = means[1] = 0;
    for (size_t d = 0; d < json_array_size(draws); d++) {
        const json_t *draw = json_array_get(draws, d);
        size_t n = json_array_size(draw);
        for (size_t i = 0; i < n; i++) {
            rows[i] = row_of(&sets[0], json_string_value(json_array_get(draw, i)));
        }
        for (int k = 0; k < 2; k++) {
            means[k] += score(&sets[k], rows, n) / (double)json_array_size(draws);
        }
    }
}

static void compare(const char *shared, const char *name, const char *model,
                    struct ica_decoder *decoder, struct ica_embedder *embedder)
{
    char path[MAX_PATH_TEXT];
    (void)snprintf(path, sizeof path, "%s/data/draws.json", shared);
    json_t *draws = json_load_file(path, 0, NULL);
    if (!draws) {
        die("cannot read", path);
    }
    struct set sets[2];
    sets[0] = read_reference(shared, name, model);
    sets[1] = embed_photos(shared, name, &sets[0], decoder, embedder);
    double means[2];
    score_draws(json_object_get(draws, name), sets, means);
    size_t *rows = ica_array_new(sets[0].n, sizeof *rows);
    for (size_t i = 0; i < sets[0].n; i++) {
        rows[i] = i;
    }
    (void)printf("%-10s %4zu photos  mean cosine %.4f  draws: ARI %.3f (reference %.3f)  "
                 "whole: ARI %.3f (reference %.3f)\n",
                 name, sets[0].n, mean_cosine(&sets[0], &sets[1]), means[1], means[0],
                 score(&sets[1], rows, sets[1].n), score(&sets[0], rows, sets[0].n));
    free(rows);
    json_decref(draws);
}

int main(int argc, char *argv[])
{
    if (argc < 2) {
        die("usage", "bench_embeddings SHARED [MODEL]");
    }
    const char *model = argc > 2 ? argv[2] : "lite2";
    static const struct ica_codec *const codecs[] = {&ica_jpeg_codec, &ica_bmp_codec};
    const struct ica_decode_limits limits = {.max_pixels = ICA_DEFAULT_MAX_PIXELS,
                                             .max_decode_bytes = ICA_DEFAULT_MAX_DECODE_BYTES};
    struct ica_error err = {0};
    struct ica_model_catalogue *catalogue;
    struct ica_colour *colour;
    struct ica_decoder *decoder;
    struct ica_embedder *embedder = NULL;
    struct ica_inference *engine;
    check(ica_openvino_inference_open(&engine, &err), &err);
    check(ica_manifest_catalogue_open(&catalogue, ICA_MODELS_DIR, NULL, ICA_WEIGHTS_DIR, &err),
          &err);
    check(ica_lcms_colour_open(&colour, &err), &err);
    check(ica_local_decoder_open(&decoder, codecs, 2, colour, &limits, &err), &err);
    for (size_t i = 0; i < catalogue->n_entries; i++) {
        const struct ica_catalogue_entry *entry = &catalogue->entries[i];
        if (strstr(entry->model.name, model)) {
            const struct ica_network_config config = {
                .graph_path = entry->graph_path, .device = "cpu", .n_streams = 1, .n_threads = 1};
            check(ica_network_embedder_open(&embedder, engine, &entry->model, &config, &err), &err);
        }
    }
    if (!embedder) {
        die("no such model", model);
    }
    if (strcmp(model, "lite2") == 0) {
        compare(argv[1], "clothing", model, decoder, embedder);
    }
    compare(argv[1], "objects", model, decoder, embedder);
    ica_embedder_destroy(embedder);
    ica_inference_destroy(engine);
    ica_decoder_destroy(decoder);
    ica_colour_destroy(colour);
    ica_manifest_catalogue_close(catalogue);
    return 0;
}
