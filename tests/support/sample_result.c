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
     {.cluster = 0, .nearest = 1, .margin = 0.5, .probability = 1, .outlier_score = 0.05}},
    {"shop/=HYPERLINK(\"x\").jpg",
     {.format = "jpeg", .width = 600, .height = 800},
     {.cluster = 0,
      .nearest = 1,
      .margin = -0.25,
      .probability = 0.123456789012,
      .outlier_score = 0.25}},
    {"shop/sub/<b>&'quoted', \"name\".png",
     {.format = "png", .width = 1, .height = 20000},
     {.cluster = 0, .nearest = 2, .margin = 1.0 / 3, .probability = 0.5, .outlier_score = 1}},
    {"shop/\xF0\x9F\x90\x95 hund.webp",
     {.format = "webp", .width = 640, .height = 480},
     {.cluster = 1, .nearest = 0, .margin = 0.625, .probability = 1, .outlier_score = 0}},
    {"shop/hund.webp",
     {.format = "webp", .width = 640, .height = 480},
     {.cluster = 1, .nearest = 0, .margin = 0.125, .probability = 0.75, .outlier_score = 0.1}},
    {"shop/a\xEF\xBF\xBD"
     "b.gif",
     {.format = "gif", .width = 16, .height = 16},
     {.cluster = 2, .nearest = ICA_NOISE, .probability = 0.2, .outlier_score = 0}},
    {"shop/last.heic",
     {.format = "heif", .width = 4032, .height = 3024, .taken_at = "2023:12:24 18:00:00"},
     {.cluster = 3,
      .nearest = 1,
      .margin = 0.75,
      .probability = 0,
      .outlier_score = 0.9,
      .noise = 1}},
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

/* 0 1 2 | 3 4 | 5 | 6 are the clusters; 0 1 is a finer one. */
#define N_LEVELS 4
#define N_NODES  5
#define N_CHOSEN (N_IMAGES - N_CLUSTERS)

static const struct ica_merge merges[N_IMAGES - 1] = {
    {0, 1, 0.1, 2}, {3, 4, 0.25, 2},  {7, 2, 1.0 / 3, 3},
    {9, 8, 0.2, 5}, {10, 5, 0.75, 6}, {11, 6, 1.5, 7},
};
static const size_t levels[N_LEVELS] = {1, 2, 4, 5};
static const struct {
    size_t node;
    size_t size; /* its members are the first so many rows from `first` on */
    size_t first;
    const char *text;
} nodes[N_NODES] = {
    {7, 2, 0, "black <boots>"}, {8, 2, 3, "dogs"}, {9, 3, 0, "black & brown <shoes>"},
    {11, 6, 0, "things"},       {12, 7, 0, ""},
};

static void fill_hierarchy(struct ica_result *result)
{
    struct ica_hierarchy *hierarchy = &result->clustering.hierarchy;
    *hierarchy = (struct ica_hierarchy){
        .n = N_IMAGES,
        .merges = ica_array_new(N_IMAGES - 1, sizeof merges[0]),
        .n_chosen = N_CHOSEN,
        .n_levels = N_LEVELS,
        .levels = ica_array_new(N_LEVELS, sizeof levels[0]),
        .n_nodes = N_NODES,
        .nodes = ica_array_new(N_NODES, sizeof(struct ica_hierarchy_node)),
    };
    memcpy(hierarchy->merges, merges, sizeof merges);
    memcpy(hierarchy->levels, levels, sizeof levels);
    for (size_t i = 0; i < N_NODES; i++) {
        struct ica_hierarchy_node *node = &hierarchy->nodes[i];
        node->node = nodes[i].node;
        node->size = nodes[i].size;
        node->members = ica_array_new(node->size, sizeof *node->members);
        for (size_t m = 0; m < node->size; m++) {
            node->members[m] = nodes[i].first + m;
        }
        (void)snprintf(result->node_descriptions[i].text, sizeof result->node_descriptions[i].text,
                       "%s", nodes[i].text);
    }
}

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
    cluster->representatives[0] = cluster->medoid;
    cluster->representatives[1] = cluster->members[cluster->n_members - 1];
    cluster->n_representatives = cluster->n_members > 1 ? 2 : 1;
    cluster->persistence = 0.5 / (double)(c + 1);
    cluster->unclustered = c == N_CLUSTERS - 1;
}

/* The two dogs, and two of the shoes. */
static void fill_duplicates(struct ica_result *result)
{
    static const size_t sets[][2] = {{0, 2}, {4, 3}};
    struct ica_near_duplicates *found = &result->clustering.near_duplicates;
    found->n_sets = sizeof sets / sizeof sets[0];
    found->sets = ica_array_new(found->n_sets, sizeof *found->sets);
    assert_non_null(found->sets);
    for (size_t i = 0; i < N_IMAGES; i++) {
        result->clustering.memberships[i].duplicate_set = ICA_NOISE;
    }
    for (size_t s = 0; s < found->n_sets; s++) {
        struct ica_duplicate_set *set = &found->sets[s];
        set->n_members = 2;
        set->members = ica_array_new(2, sizeof *set->members);
        assert_non_null(set->members);
        for (size_t m = 0; m < 2; m++) {
            set->members[m] = sets[s][m];
            result->clustering.memberships[sets[s][m]].duplicate_set = (int32_t)s;
        }
    }
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
        .node_descriptions = ica_array_new(N_NODES, sizeof *result->node_descriptions),
        .granularity = -0.5,
        .duplicate_threshold = 0.125,
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
                .neighbours = {.recall = 1},
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
    fill_hierarchy(result);
    fill_duplicates(result);
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
