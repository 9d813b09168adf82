/* SPDX-License-Identifier: Apache-2.0 */
/* Texts for clusters of made-up probabilities over eight classes. */
#include "domain/description/concept_text.h"

#include <string.h>

#include "domain/stages.h"
#include "support/cmocka_all.h"
#include "support/test_monitor.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define N_CLASSES    8
#define MAX_ROWS     64
#define MAX_CLUSTERS 8

enum { PUG, CORGI, POODLE, TABBY, SIAMESE, TSHIRT, COAT, HAMMER };

static const struct ica_wordnet_row tree[] = {
    {"n-pug", "", PUG},     {"n-corgi", "", CORGI},     {"n-poodle", "", POODLE},
    {"n-tabby", "", TABBY}, {"n-siamese", "", SIAMESE}, {"n-tshirt", "", TSHIRT},
    {"n-coat", "", COAT},   {"n-hammer", "", HAMMER},
};

static const struct ica_name_row names[] = {
    {"n-pug", "pug", "pugs", "", ICA_CONCEPT_FINE, false},
    {"n-corgi", "corgi", "corgis", "", ICA_CONCEPT_FINE, false},
    {"n-poodle", "poodle", "poodles", "", ICA_CONCEPT_FINE, false},
    {"n-tabby", "tabby", "tabbies", "", ICA_CONCEPT_FINE, false},
    {"n-siamese", "Siamese cat", "Siamese cats", "", ICA_CONCEPT_FINE, false},
    {"n-tshirt", "T-shirt", "T-shirts", "", ICA_CONCEPT_BASIC, false},
    {"n-coat", "coat", "coats", "", ICA_CONCEPT_BASIC, false},
    {"n-hammer", "hammer", "hammers", "", ICA_CONCEPT_BASIC, false},
    {"+", "dog", "dogs", "pug, corgi, poodle", ICA_CONCEPT_BASIC, false},
    {"+", "cat", "cats", "tabby, Siamese cat", ICA_CONCEPT_BASIC, false},
    {"+", "pet", "pets", "dog, cat", ICA_CONCEPT_BROAD, false},
    {"+", "item of clothing", "clothes", "T-shirt, coat", ICA_CONCEPT_BROAD, true},
};

struct answer {
    struct ica_taxonomy taxonomy;
    float probabilities[MAX_ROWS * N_CLASSES];
    struct ica_colour_shares colours[MAX_ROWS];
    size_t members[MAX_ROWS];
    struct ica_cluster clusters[MAX_CLUSTERS];
    size_t n_rows;
    size_t n_clusters;
    struct ica_description out[MAX_CLUSTERS];
};

static int set_up(void **state)
{
    static struct answer answer;
    answer = (struct answer){0};
    *state = &answer;
    return (int)ica_taxonomy_init(&answer.taxonomy, tree, COUNT(tree), names, COUNT(names), NULL);
}

static int tear_down(void **state)
{
    ica_taxonomy_clear(&((struct answer *)*state)->taxonomy);
    return 0;
}

static void begin_cluster(struct answer *answer)
{
    answer->clusters[answer->n_clusters++].members = &answer->members[answer->n_rows];
}

/* `n` images in the last cluster with `sure` on one class, the rest spread evenly over all. */
static void add(struct answer *answer, size_t n, size_t class_index, float sure,
                enum ica_colour_term colour)
{
    struct ica_cluster *cluster = &answer->clusters[answer->n_clusters - 1];
    for (size_t i = 0; i < n; i++) {
        size_t row = answer->n_rows++;
        assert_true(row < MAX_ROWS);
        for (size_t c = 0; c < N_CLASSES; c++) {
            answer->probabilities[row * N_CLASSES + c] =
                (1 - sure) / N_CLASSES + (c == class_index ? sure : 0);
        }
        answer->colours[row].share[colour] = 1;
        answer->members[row] = row;
        cluster->n_members++;
    }
}

static enum ica_status describe(struct answer *answer, const struct ica_monitor *monitor)
{
    struct ica_features features = {
        .n = answer->n_rows,
        .n_classes = N_CLASSES,
        .probabilities = answer->probabilities,
    };
    struct ica_clustering clustering = {
        .n = answer->n_rows,
        .n_clusters = answer->n_clusters,
        .clusters = answer->clusters,
    };
    return ica_concept_text_describe(&answer->taxonomy, &features, answer->colours, &clustering,
                                     monitor, answer->out, NULL);
}

static void expect_texts(struct answer *answer, const char *const *texts)
{
    assert_int_equal(describe(answer, NULL), ICA_OK);
    for (size_t i = 0; i < answer->n_clusters; i++) {
        assert_string_equal(answer->out[i].text, texts[i]);
    }
}

static void test_strong_evidence_is_specific(void **state)
{
    struct answer *answer = *state;
    begin_cluster(answer);
    add(answer, 8, PUG, 0.95F, ICA_COLOUR_BLACK);
    expect_texts(answer, (const char *const[]){"pugs"});
    assert_true(answer->out[0].score > 0.9);
    assert_string_equal(answer->out[0].evidence[0].concept, "pug");
    assert_true(answer->out[0].n_evidence >= 1);
}

static void test_breeds_back_off_to_dogs(void **state)
{
    struct answer *answer = *state;
    begin_cluster(answer);
    add(answer, 3, PUG, 0.9F, ICA_COLOUR_BLACK);
    add(answer, 3, CORGI, 0.9F, ICA_COLOUR_BLACK);
    add(answer, 3, POODLE, 0.9F, ICA_COLOUR_BLACK);
    expect_texts(answer, (const char *const[]){"dogs"});
}

static void test_one_odd_image_does_not_decide(void **state)
{
    struct answer *answer = *state;
    begin_cluster(answer);
    add(answer, 9, TSHIRT, 0.9F, ICA_COLOUR_RED);
    add(answer, 1, HAMMER, 1.0F, ICA_COLOUR_GREY);
    expect_texts(answer, (const char *const[]){"red T-shirts"});
}

static void test_mixed_clusters_say_so(void **state)
{
    struct answer *answer = *state;
    begin_cluster(answer);
    add(answer, 3, TABBY, 0.9F, ICA_COLOUR_BROWN);
    add(answer, 5, CORGI, 0.9F, ICA_COLOUR_BROWN);
    expect_texts(answer, (const char *const[]){"dogs and cats"});
}

static void test_doubt_within_images_is_not_mixed(void **state)
{
    struct answer *answer = *state;
    begin_cluster(answer);
    add(answer, 6, PUG, 0.0F, ICA_COLOUR_BROWN);
    for (size_t row = 0; row < answer->n_rows; row++) { /* each image half dog, half cat */
        float *p = answer->probabilities + row * N_CLASSES;
        memset(p, 0, N_CLASSES * sizeof *p);
        p[CORGI] = 0.35F;
        p[PUG] = 0.15F;
        p[TABBY] = 0.35F;
        p[SIAMESE] = 0.15F;
    }
    assert_int_equal(describe(answer, NULL), ICA_OK);
    assert_null(strstr(answer->out[0].text, " and "));
}

static void test_no_evidence_no_words(void **state)
{
    struct answer *answer = *state;
    begin_cluster(answer);
    add(answer, 6, PUG, 0.01F, ICA_COLOUR_BLUE);
    add(answer, 6, PUG, 0.01F, ICA_COLOUR_WHITE);
    begin_cluster(answer);
    add(answer, 1, HAMMER, 0.3F, ICA_COLOUR_COUNT - 1);
    begin_cluster(answer);
    add(answer, 1, HAMMER, 0.999F, ICA_COLOUR_GREY);
    expect_texts(answer,
                 (const char *const[]){"assorted white and blue items", "brown picture", "hammer"});
    assert_true(answer->out[0].score == 0.0);
}

static void test_colour_only_of_coloured_things(void **state)
{
    struct answer *answer = *state;
    begin_cluster(answer);
    add(answer, 5, COAT, 0.9F, ICA_COLOUR_BLUE);
    begin_cluster(answer);
    add(answer, 5, HAMMER, 0.9F, ICA_COLOUR_BLUE);
    begin_cluster(answer);
    add(answer, 3, TSHIRT, 0.9F, ICA_COLOUR_RED);
    add(answer, 3, TSHIRT, 0.9F, ICA_COLOUR_GREEN);
    add(answer, 3, TSHIRT, 0.9F, ICA_COLOUR_BLUE);
    expect_texts(answer, (const char *const[]){"blue coats", "hammers", "T-shirts"});
}

static void test_equal_texts_are_told_apart(void **state)
{
    struct answer *answer = *state;
    begin_cluster(answer);
    add(answer, 4, PUG, 0.9F, ICA_COLOUR_BLACK); /* dogs, mostly pugs */
    add(answer, 4, CORGI, 0.9F, ICA_COLOUR_BLACK);
    begin_cluster(answer);
    add(answer, 4, POODLE, 0.9F, ICA_COLOUR_BLACK);
    add(answer, 4, CORGI, 0.9F, ICA_COLOUR_BLACK);
    begin_cluster(answer);
    add(answer, 5, COAT, 0.9F, ICA_COLOUR_BLUE);
    begin_cluster(answer);
    add(answer, 5, COAT, 0.9F, ICA_COLOUR_BLUE);
    expect_texts(answer, (const char *const[]){"dogs such as pugs", "dogs such as poodles",
                                               "blue coats", "blue coats (2)"});
}

static void test_weak_colours_tell_apart(void **state)
{
    struct answer *answer = *state;
    begin_cluster(answer);
    add(answer, 3, COAT, 0.9F, ICA_COLOUR_BLUE);
    add(answer, 1, COAT, 0.9F, ICA_COLOUR_RED);
    add(answer, 1, COAT, 0.9F, ICA_COLOUR_PINK);
    begin_cluster(answer);
    add(answer, 3, COAT, 0.9F, ICA_COLOUR_GREEN);
    add(answer, 1, COAT, 0.9F, ICA_COLOUR_RED);
    add(answer, 1, COAT, 0.9F, ICA_COLOUR_GREY);
    expect_texts(answer, (const char *const[]){"blue coats", "green coats"});
}

static void test_without_classes_colour_remains(void **state)
{
    struct answer *answer = *state;
    begin_cluster(answer);
    add(answer, 5, PUG, 1.0F, ICA_COLOUR_RED);
    begin_cluster(answer);
    add(answer, 1, PUG, 1.0F, ICA_COLOUR_GREEN);
    struct ica_features features = {.n = answer->n_rows};
    struct ica_clustering clustering = {
        .n = answer->n_rows, .n_clusters = 2, .clusters = answer->clusters};
    assert_int_equal(ica_concept_text_describe(&answer->taxonomy, &features, answer->colours,
                                               &clustering, NULL, answer->out, NULL),
                     ICA_OK);
    assert_string_equal(answer->out[0].text, "similar red pictures");
    assert_string_equal(answer->out[1].text, "green picture");
    features.n_classes = 3;
    features.probabilities = answer->probabilities;
    assert_int_equal(ica_concept_text_describe(&answer->taxonomy, &features, answer->colours,
                                               &clustering, NULL, answer->out, NULL),
                     ICA_EMODEL);
}

/* While the drafts are written, and in each step that tells the equal ones apart. */
static void test_cancellation(void **state)
{
    struct answer *answer = *state;
    begin_cluster(answer);
    add(answer, 5, PUG, 0.9F, ICA_COLOUR_RED);
    begin_cluster(answer);
    add(answer, 5, PUG, 0.9F, ICA_COLOUR_RED);
    for (size_t looks = 0; looks < 4; looks++) {
        struct test_countdown countdown = {ICA_STAGE_DESCRIBING, looks};
        struct ica_monitor monitor = {.step = test_count_down, .context = &countdown};
        assert_int_equal(describe(answer, &monitor), looks < 3 ? ICA_ECANCELLED : ICA_OK);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_strong_evidence_is_specific),
        TEST(test_breeds_back_off_to_dogs),
        TEST(test_one_odd_image_does_not_decide),
        TEST(test_mixed_clusters_say_so),
        TEST(test_doubt_within_images_is_not_mixed),
        TEST(test_no_evidence_no_words),
        TEST(test_colour_only_of_coloured_things),
        TEST(test_equal_texts_are_told_apart),
        TEST(test_weak_colours_tell_apart),
        TEST(test_without_classes_colour_remains),
        TEST(test_cancellation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
