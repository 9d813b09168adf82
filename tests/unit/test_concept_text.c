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
    {"n-pug", "pug", "pugs", "", ICA_CONCEPT_FINE, false, NULL},
    {"n-corgi", "corgi", "corgis", "", ICA_CONCEPT_FINE, false, NULL},
    {"n-poodle", "poodle", "poodles", "", ICA_CONCEPT_FINE, false, NULL},
    {"n-tabby", "tabby", "tabbies", "", ICA_CONCEPT_FINE, false, NULL},
    {"n-siamese", "Siamese cat", "Siamese cats", "", ICA_CONCEPT_FINE, false, NULL},
    {"n-tshirt", "T-shirt", "T-shirts", "", ICA_CONCEPT_BASIC, false, NULL},
    {"n-coat", "coat", "coats", "", ICA_CONCEPT_BASIC, false, NULL},
    {"n-hammer", "hammer", "hammers", "", ICA_CONCEPT_BASIC, false, NULL},
    {"+", "dog", "dogs", "pug, corgi, poodle", ICA_CONCEPT_BASIC, false, NULL},
    {"+", "cat", "cats", "tabby, Siamese cat", ICA_CONCEPT_BASIC, false, NULL},
    {"+", "pet", "pets", "dog, cat", ICA_CONCEPT_BROAD, false, NULL},
    {"+", "item of clothing", "clothes", "T-shirt, coat", ICA_CONCEPT_BROAD, true, NULL},
};

#define SAME(word)                                                                                 \
    {                                                                                              \
        word, word, word, word                                                                     \
    }

static const struct ica_wording english = {
    .adjectives_before = true,
    .and_ = "and",
    .with = "with",
    .such_as = "such as",
    .perhaps = "perhaps",
    .partly = "partly",
    .article = SAME("a"),
    .article_before_vowel = "an",
    .assorted = SAME("assorted"),
    .similar = SAME("similar"),
    .colours =
        {
#define FORMS(name, text) [ICA_COLOUR_##name] = SAME(text),
            ICA_COLOUR_MAP(FORMS)
#undef FORMS
        },
    .item = {.singular = "item", .plural = "items"},
    .picture = {.singular = "picture", .plural = "pictures"},
};

struct answer {
    struct ica_lexicon lexicon;
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
    answer.lexicon.wording = english;
    *state = &answer;
    return (int)ica_taxonomy_init(&answer.lexicon.taxonomy, tree, COUNT(tree), names, COUNT(names),
                                  NULL);
}

static int tear_down(void **state)
{
    ica_taxonomy_clear(&((struct answer *)*state)->lexicon.taxonomy);
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
    return ica_concept_text_describe(&answer->lexicon, NULL, &features, answer->colours,
                                     &clustering, monitor, answer->out, NULL);
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

static void test_one_of_two_is_not_the_group(void **state)
{
    struct answer *answer = *state;
    begin_cluster(answer);
    add(answer, 1, COAT, 0.99F, ICA_COLOUR_RED);
    add(answer, 1, COAT, 0.99F, ICA_COLOUR_GREY);
    expect_texts(answer, (const char *const[]){"coats"});
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

/* What is seen a little in one cluster and hardly in the others sets it apart; of two clusters that
 * could say the same, the one with more of it does. */
static void test_the_strongest_claim_is_granted(void **state)
{
    struct answer *answer = *state;
    begin_cluster(answer);
    add(answer, 5, COAT, 0.9F, ICA_COLOUR_BLACK); /* clothes, a few of them coats */
    add(answer, 5, TSHIRT, 0.9F, ICA_COLOUR_BLACK);
    begin_cluster(answer);
    add(answer, 6, COAT, 0.9F, ICA_COLOUR_BLACK);
    add(answer, 4, TSHIRT, 0.9F, ICA_COLOUR_BLACK);
    assert_int_equal(describe(answer, NULL), ICA_OK);
    assert_string_not_equal(answer->out[0].text, answer->out[1].text);
}

static void test_part_of_a_colour_sets_apart(void **state)
{
    struct answer *answer = *state;
    static const enum ica_colour_term parts[] = {ICA_COLOUR_RED, ICA_COLOUR_GREEN};
    for (size_t i = 0; i < 2; i++) {
        begin_cluster(answer);
        add(answer, 7, COAT, 0.9F, ICA_COLOUR_BLUE);
        for (size_t m = 0; m < 7; m++) { /* the same blue, and another colour beside it */
            struct ica_colour_shares *shares = &answer->colours[i * 7 + m];
            *shares = (struct ica_colour_shares){0};
            shares->share[ICA_COLOUR_BLUE] = 0.55F;
            shares->share[ICA_COLOUR_GREY] = 0.23F;
            shares->share[parts[i]] = 0.22F;
        }
    }
    expect_texts(answer,
                 (const char *const[]){"blue coats, partly red", "blue coats, partly green"});
}

/* Adjectives follow the noun and agree with it. */
static void test_another_language(void **state)
{
    struct answer *answer = *state;
    struct ica_wording *wording = &answer->lexicon.wording;
    *wording = (struct ica_wording){
        .and_ = "y",
        .and_before_i = "e",
        .with = "con",
        .such_as = "como",
        .partly = "en parte",
        .assorted = {"variado", "variada", "variados", "variadas"},
        .similar = {"parecido", "parecida", "parecidos", "parecidas"},
        .item = {"objeto", "objetos", "", ICA_GENDER_MASCULINE},
        .picture = {"foto", "fotos", "", ICA_GENDER_FEMININE},
    };
    wording->colours[ICA_COLOUR_BLACK] = (struct ica_forms){"negro", "negra", "negros", "negras"};
    wording->colours[ICA_COLOUR_RED] = (struct ica_forms){"rojo", "roja", "rojos", "rojas"};
    for (size_t i = 0; i < answer->lexicon.taxonomy.n_concepts; i++) {
        struct ica_noun *name = &answer->lexicon.taxonomy.concepts[i].name;
        if (strcmp(name->singular, "T-shirt") == 0) {
            *name = (struct ica_noun){"camiseta", "camisetas", "", ICA_GENDER_FEMININE};
        } else if (strcmp(name->singular, "item of clothing") == 0) {
            *name = (struct ica_noun){"ropa", "ropa", "", ICA_GENDER_FEMININE};
        }
    }
    begin_cluster(answer);
    add(answer, 6, TSHIRT, 0.95F, ICA_COLOUR_BLACK);
    begin_cluster(answer);
    add(answer, 6, PUG, 0.01F, ICA_COLOUR_RED);
    begin_cluster(answer);
    add(answer, 1, PUG, 0.01F, ICA_COLOUR_BLACK);
    begin_cluster(answer);
    add(answer, 6, TSHIRT, 0, ICA_COLOUR_RED);
    for (size_t row = answer->n_rows - 6; row < answer->n_rows; row++) { /* both in each image */
        float *p = answer->probabilities + row * N_CLASSES;
        memset(p, 0, N_CLASSES * sizeof *p);
        p[TSHIRT] = p[COAT] = 0.5F;
    }
    expect_texts(answer, (const char *const[]){"camisetas negras", "objetos rojos variados",
                                               "foto negra", "ropa roja"});
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
    assert_int_equal(ica_concept_text_describe(&answer->lexicon, NULL, &features, answer->colours,
                                               &clustering, NULL, answer->out, NULL),
                     ICA_OK);
    assert_string_equal(answer->out[0].text, "similar red pictures");
    assert_string_equal(answer->out[1].text, "green picture");
    features.n_classes = 3;
    features.probabilities = answer->probabilities;
    assert_int_equal(ica_concept_text_describe(&answer->lexicon, NULL, &features, answer->colours,
                                               &clustering, NULL, answer->out, NULL),
                     ICA_EMODEL);
}

/* While the drafts are written, and in each of the five steps that tell the equal ones apart. */
static void test_cancellation(void **state)
{
    struct answer *answer = *state;
    begin_cluster(answer);
    add(answer, 5, PUG, 0.9F, ICA_COLOUR_RED);
    begin_cluster(answer);
    add(answer, 5, PUG, 0.9F, ICA_COLOUR_RED);
    for (size_t looks = 0; looks < 7; looks++) {
        struct test_countdown countdown = {ICA_STAGE_DESCRIBING, looks};
        struct ica_monitor monitor = {.step = test_count_down, .context = &countdown};
        assert_int_equal(describe(answer, &monitor), looks < 6 ? ICA_ECANCELLED : ICA_OK);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_strong_evidence_is_specific),
        TEST(test_one_of_two_is_not_the_group),
        TEST(test_the_strongest_claim_is_granted),
        TEST(test_part_of_a_colour_sets_apart),
        TEST(test_another_language),
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
