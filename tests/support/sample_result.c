/* SPDX-License-Identifier: Apache-2.0 */
/* A small result made by hand. */
#include "support/sample_result.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "support/cmocka_all.h"

#define N_IMAGES   7
#define N_CLUSTERS 4
#define N_ERRORS   2
#define MAX_GOLDEN (1024 * 1024)

static const struct {
    const char *id;
    struct ica_image_info info;
    struct ica_membership membership;
} images[N_IMAGES] = {
    {"shop/boot.jpg",
     {.format = "jpeg", .width = 4000, .height = 3000, .taken_at = "2024:05:01 10:20:30"},
     {.cluster = 0, .nearest = 1, .probability = 1, .outlier_score = 0.05}},
    {"shop/=HYPERLINK(\"x\").jpg",
     {.format = "jpeg", .width = 600, .height = 800},
     {.cluster = 0, .nearest = 1, .probability = 0.123456789012, .outlier_score = 0.25}},
    {"shop/sub/<b>&'quoted', \"name\".png",
     {.format = "png", .width = 1, .height = 20000},
     {.cluster = 0, .nearest = 2, .probability = 0.5, .outlier_score = 1}},
    {"shop/\xF0\x9F\x90\x95 hund.webp",
     {.format = "webp", .width = 640, .height = 480},
     {.cluster = 1, .nearest = 0, .probability = 1, .outlier_score = 0}},
    {"shop/hund.webp",
     {.format = "webp", .width = 640, .height = 480},
     {.cluster = 1, .nearest = 0, .probability = 0.75, .outlier_score = 0.1}},
    {"shop/a\xEF\xBF\xBD"
     "b.gif",
     {.format = "gif", .width = 16, .height = 16},
     {.cluster = 2, .nearest = ICA_NOISE, .probability = 0.2, .outlier_score = 0}},
    {"shop/last.heic",
     {.format = "heif", .width = 4032, .height = 3024, .taken_at = "2023:12:24 18:00:00"},
     {.cluster = 3, .nearest = 1, .probability = 0, .outlier_score = 0.9, .noise = 1}},
};

static const struct ica_description descriptions[N_CLUSTERS] = {
    {.text = "black & brown <shoes>",
     .score = 0.875,
     .evidence = {{"shoe", 0.875}, {"boot", 0.5}},
     .n_evidence = 2},
    {.text = "dogs", .score = 0.9, .evidence = {{"dog", 0.9}}, .n_evidence = 1},
    {.text = ""},
    {.text = "castle", .score = 1.0 / 3, .evidence = {{"castle", 1.0 / 3}}, .n_evidence = 1},
};

static void fill_cluster(struct ica_result *result, size_t c)
{
    struct ica_cluster *cluster = &result->clustering.clusters[c];
    cluster->members = ica_array_new(N_IMAGES, sizeof *cluster->members);
    assert_non_null(cluster->members);
    for (size_t i = 0; i < N_IMAGES; i++) {
        if (images[i].membership.cluster == (int32_t)c) {
            cluster->members[cluster->n_members++] = i;
        }
    }
    cluster->medoid = cluster->members[0];
    cluster->persistence = 0.5 / (double)(c + 1);
    cluster->unclustered = c == N_CLUSTERS - 1;
}

static void add_error(struct ica_result *result, const char *id, enum ica_status status,
                      const char *reason)
{
    struct ica_result_error *error = &result->errors[result->n_errors++];
    error->id = ica_text_copy(id);
    error->status = status;
    (void)snprintf(error->reason, sizeof error->reason, "%s", reason);
}

void ica_sample_result_init(struct ica_result *result)
{
    *result = (struct ica_result){
        .n_images = N_IMAGES,
        .images = ica_array_new(N_IMAGES, sizeof *result->images),
        .errors = ica_array_new(N_ERRORS, sizeof *result->errors),
        .descriptions = ica_array_new(N_CLUSTERS, sizeof *result->descriptions),
        .describer = "concepts",
        .model = {.name = "test-model", .version = "3", .weights_sha256 = "00ff"},
        .timings = {.embed_s = 0.25, .cluster_s = 0.125, .describe_s = 0.0625, .total_s = 0.4375},
        .clustering =
            {
                .n = N_IMAGES,
                .memberships = ica_array_new(N_IMAGES, sizeof(struct ica_membership)),
                .n_clusters = N_CLUSTERS,
                .clusters = ica_array_new(N_CLUSTERS, sizeof(struct ica_cluster)),
                .strategy = "auto",
                .reason = "Chosen by hand, as an example of what a reason may look like when it is "
                          "a longer sentence.",
            },
    };
    for (size_t i = 0; i < N_IMAGES; i++) {
        result->images[i].id = ica_text_copy(images[i].id);
        result->images[i].source = i + 1; /* the first file is one of the errors */
        result->images[i].info = images[i].info;
        ica_buffer_init(&result->images[i].thumbnail, 16);
        result->clustering.memberships[i] = images[i].membership;
    }
    assert_int_equal(ica_buffer_append(&result->images[0].thumbnail, "\xFF\xD8\xFF\xD9", 4, NULL),
                     ICA_OK);
    memcpy(result->descriptions, descriptions, sizeof descriptions);
    for (size_t c = 0; c < N_CLUSTERS; c++) {
        fill_cluster(result, c);
    }
    add_error(result, "shop/notes.jpg", ICA_EFORMAT, "This is no image that the program knows.");
    add_error(result, "-cut,\n.png", ICA_ECORRUPT, "The file ends early.");
}

void ica_assert_golden(const char *name, const void *bytes, size_t size)
{
    char path[512];
    (void)snprintf(path, sizeof path, "%s/%s", ICA_TEST_DATA, name);
    bool update = getenv("ICA_TEST_UPDATE") != NULL;
    FILE *file = fopen(path, update ? "wb" : "rb");
    assert_non_null(file);
    if (update) {
        assert_int_equal(fwrite(bytes, 1, size, file), size);
        assert_int_equal(fclose(file), 0);
        return;
    }
    char *expected = malloc(MAX_GOLDEN);
    assert_non_null(expected);
    size_t expected_size = fread(expected, 1, MAX_GOLDEN, file);
    (void)fclose(file);
    bool same = size == expected_size && memcmp(expected, bytes, size) == 0;
    if (!same) {
        print_error("Differs from %s (ICA_TEST_UPDATE=1 writes it anew):\n%.*s\n", path, (int)size,
                    (const char *)bytes);
    }
    free(expected);
    assert_true(same);
}
