/* SPDX-License-Identifier: Apache-2.0 */
/* Descriptions for a model without a classifier: another one looks at the representatives. */
#include "application/describing/representative_scores.h"

#include <stdlib.h>
#include <string.h>

#include "adapters/memory/memory_embedder.h"
#include "support/cmocka_all.h"

#define SIDE 16
#define N    6
#define DIM  2

/* Pictures of one grey each; those from `n_there` on are gone. */
struct album {
    struct ica_pictures base;
    size_t n_there;
    size_t n_looks;
};

static enum ica_status get(struct ica_pictures *self, size_t row,
                           const struct ica_picture_size *size, struct ica_pixels *out,
                           struct ica_error *err)
{
    struct album *album = (struct album *)self;
    album->n_looks++;
    if (row >= album->n_there) {
        return ica_error_set(err, ICA_ENOTFOUND, "It is gone.");
    }
    enum ica_status status =
        ica_pixels_init(out, size->crop.size, size->crop.size, ICA_PIXELS_RGB, err);
    if (!status) {
        memset(out->samples, (int)(40 * row), out->height * ica_pixels_row_bytes(out));
    }
    return status;
}

/* Checks what it is given, and writes how many members each cluster has. */
static enum ica_status describe(struct ica_describer *self,
                                const struct ica_describe_request *request,
                                const struct ica_monitor *monitor, struct ica_description *out,
                                struct ica_error *err)
{
    (void)self;
    (void)monitor;
    (void)err;
    const struct ica_features *features = request->features;
    assert_int_equal(features->n_classes, 3);
    assert_int_equal(features->dim, DIM);
    for (size_t c = 0; c < request->clustering->n_clusters; c++) {
        const struct ica_cluster *cluster = &request->clustering->clusters[c];
        for (size_t m = 0; m < cluster->n_members; m++) {
            assert_true(cluster->members[m] < features->n);
            const float *p = features->probabilities + cluster->members[m] * 3;
            assert_true(p[0] + p[1] + p[2] > 0.999F && p[0] + p[1] + p[2] < 1.001F);
        }
        out[c].n_evidence = cluster->n_members;
    }
    return ICA_OK;
}

static const struct ica_describer_ops ops = {.name = "counter", .describe = describe};

struct fixture {
    struct ica_embedder *classifier;
    struct album album;
    float embeddings[N * DIM];
    struct ica_colour_shares colours[N];
    size_t rows[N];
    struct ica_cluster clusters[2];
    struct ica_features features;
    struct ica_clustering clustering;
    struct ica_describe_request request;
};

/* Rows 0 to 3 and 4 to 5, with two and one representatives. */
static void set_up(struct fixture *fixture, size_t n_there)
{
    memset(fixture, 0, sizeof *fixture);
    assert_int_equal(ica_memory_embedder_open(&fixture->classifier, SIDE, NULL), ICA_OK);
    fixture->album = (struct album){.base = {.get = get}, .n_there = n_there};
    for (size_t i = 0; i < N; i++) {
        fixture->rows[i] = i;
    }
    fixture->clusters[0] = (struct ica_cluster){.members = fixture->rows, .n_members = 4};
    fixture->clusters[0].representatives[1] = 3;
    fixture->clusters[0].n_representatives = 2;
    fixture->clusters[1] = (struct ica_cluster){.members = fixture->rows + 4, .n_members = 2};
    fixture->clusters[1].representatives[0] = 5;
    fixture->clusters[1].n_representatives = 1;
    fixture->features =
        (struct ica_features){.n = N, .dim = DIM, .embeddings = fixture->embeddings};
    fixture->clustering =
        (struct ica_clustering){.n = N, .n_clusters = 2, .clusters = fixture->clusters};
    fixture->request = (struct ica_describe_request){
        .features = &fixture->features,
        .colours = fixture->colours,
        .clustering = &fixture->clustering,
        .pictures = &fixture->album.base,
    };
}

static void check(size_t n_there, size_t first, size_t second)
{
    struct fixture fixture;
    struct ica_representative_scores scores = {0};
    struct ica_describer describer = {.ops = &ops};
    struct ica_description out[2] = {0};
    set_up(&fixture, n_there);
    assert_int_equal(
        ica_representative_scores_init(&scores, &fixture.request, fixture.classifier, NULL, NULL),
        ICA_OK);
    assert_int_equal(fixture.album.n_looks, 3);
    assert_int_equal(
        ica_representative_scores_describe(&scores, &describer, &fixture.request, NULL, out, NULL),
        ICA_OK);
    assert_int_equal(out[0].n_evidence, first);
    assert_int_equal(out[1].n_evidence, second);
    ica_representative_scores_clear(&scores);
    ica_embedder_destroy(fixture.classifier);
}

static void test_clusters_have_what_was_looked_at(void **state)
{
    (void)state;
    check(N, 2, 2); /* the only one of the second stands for several */
}

static void test_pictures_that_are_gone(void **state)
{
    (void)state;
    check(5, 2, 2);
    check(0, 2, 2); /* no evidence, but still several images */
}

static bool refuse(void *context, const char *stage, size_t done, size_t total)
{
    (void)context;
    (void)stage;
    (void)done;
    (void)total;
    return false;
}

static void test_cancellation(void **state)
{
    (void)state;
    struct fixture fixture;
    struct ica_representative_scores scores = {0};
    const struct ica_monitor monitor = {.step = refuse};
    set_up(&fixture, N);
    assert_int_equal(ica_representative_scores_init(&scores, &fixture.request, fixture.classifier,
                                                    &monitor, NULL),
                     ICA_ECANCELLED);
    ica_representative_scores_clear(&scores);
    ica_embedder_destroy(fixture.classifier);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_clusters_have_what_was_looked_at),
        cmocka_unit_test(test_pictures_that_are_gone),
        cmocka_unit_test(test_cancellation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
