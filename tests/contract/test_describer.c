/* SPDX-License-Identifier: Apache-2.0 */
/* The describer port's promises, kept by every adapter; and the shipped tables of "concepts". */
#include "ports/describer.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "adapters/concepts/concepts_describer.h"
#include "base/memory.h"
#include "base/text.h"
#include "support/cmocka_all.h"
#include "support/npy.h"

#define CONCEPTS   ICA_DATA_DIR "/concepts"
#define N_CLASSES  1000
#define N_CLUSTERS 40
#define PER_GROUP  6
#define N_ROWS     (N_CLUSTERS * PER_GROUP)

struct fixture {
    struct ica_describer *describer;
    float *probabilities;
    struct ica_colour_shares colours[N_ROWS];
    size_t members[N_ROWS];
    struct ica_cluster clusters[N_CLUSTERS];
    struct ica_description out[N_CLUSTERS];
    enum ica_language language;
};

/* Clusters of all kinds: every third is sure of one class, every third torn between a few, every
 * third knows nothing; some share all they have, so that only a number tells them apart. */
static void fill(struct fixture *fixture)
{
    for (size_t row = 0; row < N_ROWS; row++) {
        size_t cluster = row / PER_GROUP;
        float *p = fixture->probabilities + row * N_CLASSES;
        float sure = cluster % 3 == 0 ? 0.9F : cluster % 3 == 1 ? 0.6F : 0.0F;
        for (size_t c = 0; c < N_CLASSES; c++) {
            p[c] = (1 - sure) / N_CLASSES;
        }
        p[cluster * 37 / 2 % N_CLASSES] += sure / 2;
        p[(cluster * 37 / 2 + (cluster % 3 == 1 ? row * 13 : 0)) % N_CLASSES] += sure / 2;
        fixture->colours[row].share[cluster % 4] = 1;
        fixture->members[row] = row;
        fixture->clusters[cluster].members = &fixture->members[cluster * PER_GROUP];
        fixture->clusters[cluster].n_members = cluster % 5 == 4 ? 1 : PER_GROUP;
    }
}

static int set_up(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    struct ica_error err = {0};
    *state = fixture;
    fixture->probabilities = ica_array_new((size_t)N_ROWS * N_CLASSES, sizeof(float));
    if (ica_concepts_describer_open(&fixture->describer, CONCEPTS, &err) != ICA_OK) {
        print_error("%s\n", err.text);
        return 1;
    }
    fill(fixture);
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    ica_describer_destroy(fixture->describer);
    free(fixture->probabilities);
    free(fixture);
    return 0;
}

static void describe(struct fixture *fixture, size_t n_clusters)
{
    struct ica_features features = {
        .n = N_ROWS,
        .n_classes = N_CLASSES,
        .probabilities = fixture->probabilities,
    };
    struct ica_clustering clustering = {
        .n = N_ROWS,
        .n_clusters = n_clusters,
        .clusters = fixture->clusters,
    };
    const struct ica_describe_request request = {
        .features = &features,
        .colours = fixture->colours,
        .clustering = &clustering,
        .language = fixture->language,
    };
    assert_int_equal(ica_describer_describe(fixture->describer, &request, NULL, fixture->out, NULL),
                     ICA_OK);
}

static void test_texts_are_there_and_differ(void **state)
{
    struct fixture *fixture = *state;
    describe(fixture, N_CLUSTERS);
    for (size_t i = 0; i < N_CLUSTERS; i++) {
        const char *text = fixture->out[i].text;
        assert_true(text[0] != '\0' && strlen(text) < ICA_MAX_DESCRIPTION);
        assert_true(ica_text_is_utf8(text, strlen(text)));
        for (size_t j = 0; j < i; j++) {
            assert_string_not_equal(text, fixture->out[j].text);
        }
    }
}

static void test_figures_are_shares(void **state)
{
    struct fixture *fixture = *state;
    describe(fixture, N_CLUSTERS);
    for (size_t i = 0; i < N_CLUSTERS; i++) {
        const struct ica_description *d = &fixture->out[i];
        assert_true(d->score >= 0 && d->score <= 1);
        assert_true(d->n_evidence <= ICA_MAX_EVIDENCE);
        for (size_t k = 0; k < d->n_evidence; k++) {
            assert_true(d->evidence[k].concept[0] != '\0');
            assert_true(d->evidence[k].weight >= 0 && d->evidence[k].weight <= 1);
        }
    }
}

static void test_the_same_again(void **state)
{
    struct fixture *fixture = *state;
    describe(fixture, N_CLUSTERS);
    struct ica_description first[N_CLUSTERS];
    memcpy(first, fixture->out, sizeof(first));
    describe(fixture, N_CLUSTERS);
    for (size_t i = 0; i < N_CLUSTERS; i++) {
        assert_string_equal(first[i].text, fixture->out[i].text);
        assert_true(first[i].score == fixture->out[i].score);
    }
}

/* A cluster's own words do not depend on the other clusters, only what sets it apart does. */
static void test_alone_or_among_others(void **state)
{
    struct fixture *fixture = *state;
    describe(fixture, N_CLUSTERS);
    double score = fixture->out[0].score;
    describe(fixture, 1);
    assert_true(fixture->out[0].score == score);
}

static bool refuse(void *context, const char *stage, size_t done, size_t total)
{
    (void)stage;
    (void)done;
    (void)total;
    ++*(size_t *)context;
    return false;
}

static void test_cancellation(void **state)
{
    struct fixture *fixture = *state;
    size_t calls = 0;
    struct ica_monitor monitor = {.step = refuse, .context = &calls};
    struct ica_features features = {
        .n = N_ROWS, .n_classes = N_CLASSES, .probabilities = fixture->probabilities};
    struct ica_clustering clustering = {
        .n = N_ROWS, .n_clusters = N_CLUSTERS, .clusters = fixture->clusters};
    const struct ica_describe_request request = {
        .features = &features,
        .colours = fixture->colours,
        .clustering = &clustering,
    };
    assert_int_equal(
        ica_describer_describe(fixture->describer, &request, &monitor, fixture->out, NULL),
        ICA_ECANCELLED);
    assert_int_equal(calls, 1);
}

/* Each language has its own words for the same clusters, and no two texts are equal in any. */
static void test_languages(void **state)
{
    struct fixture *fixture = *state;
    struct ica_description english[N_CLUSTERS];
    describe(fixture, N_CLUSTERS);
    memcpy(english, fixture->out, sizeof english);
    for (int language = 1; language < ICA_LANGUAGE_COUNT; language++) {
        fixture->language = (enum ica_language)language;
        test_texts_are_there_and_differ(state);
        size_t n_other = 0;
        for (size_t i = 0; i < N_CLUSTERS; i++) {
            n_other += strcmp(english[i].text, fixture->out[i].text) != 0;
        }
        assert_true(n_other > N_CLUSTERS * 3 / 4);
    }
    fixture->language = ICA_LANGUAGE_EN;
}

static void test_missing_tables(void **state)
{
    (void)state;
    struct ica_describer *describer = NULL;
    struct ica_error err = {0};
    assert_int_equal(ica_concepts_describer_open(&describer, ICA_DATA_DIR "/nowhere", &err),
                     ICA_EMODEL);
    assert_null(describer);
    assert_non_null(strstr(err.text, "nowhere/imagenet-concepts.tsv"));
}

/* Words of science or structure, of age, origin or gender have no place in the table of names. */
static void test_words_that_are_never_said(void **state)
{
    (void)state;
    static const char *const never[] = {
        "artifact", "artefact", "instrumentality", "placental", "chordate",  "vertebrate", "entity",
        "whole",    "matter",   "covering",        "commodity", "consumer",  "mammal",     "canine",
        "bovid",    "man",      "woman",           "men",       "women",     "boy",        "girl",
        "child",    "old man",  "groom",           "bride",     "arthropod", "ungulate",   "asian",
    };
    FILE *file = fopen(CONCEPTS "/everyday-names.tsv", "r");
    assert_non_null(file);
    char line[4096];
    while (fgets(line, sizeof(line), file)) {
        char *singular = strchr(line, '\t');
        singular = singular ? strchr(singular + 1, '\t') : NULL;
        char *plural = singular ? strchr(singular + 1, '\t') : NULL;
        if (line[0] == '#' || !plural || strstr(line, "\thidden\t")) {
            continue;
        }
        *plural = '\0';
        for (size_t i = 0; i < sizeof(never) / sizeof(never[0]); i++) {
            if (strcmp(singular + 1, never[i]) == 0) {
                fail_msg("\"%s\" is in the table", never[i]);
            }
        }
    }
    fclose(file);
}

/* Softmax of the reference logits of `PER_GROUP` photos of one kind into the first cluster. */
static bool load_group(struct fixture *fixture, const struct npy *logits, const char *names_path,
                       const char *kind)
{
    FILE *file = fopen(names_path, "r");
    char line[512];
    size_t n = 0;
    for (size_t row = 0; file && n < PER_GROUP && fgets(line, sizeof(line), file); row++) {
        if (strncmp(line, kind, strlen(kind)) != 0) {
            continue;
        }
        const double *x = logits->values + row * logits->n_columns;
        double sum = 0;
        for (size_t c = 0; c < N_CLASSES; c++) {
            sum += exp(x[c]);
        }
        for (size_t c = 0; c < N_CLASSES; c++) {
            fixture->probabilities[n * N_CLASSES + c] = (float)(exp(x[c]) / sum);
        }
        n++;
    }
    if (file) {
        fclose(file);
    }
    return n == PER_GROUP;
}

static void test_real_photos(void **state)
{
    struct fixture *fixture = *state;
    static const struct {
        const char *kind;
        const char *text;
    } cases[] = {
        {"dalmatian/", "dalmatians"},   {"umbrella/", "umbrellas"},
        {"binocular/", "binoculars"},   {"grand_piano/", "pianos"},
        {"bonsai/", "potted plants"},   {"tick/", "ticks"},
        {"windsor_chair/", "chairs"},   {"crayfish/", "crabs and lobsters"},
        {"brontosaurus/", "dinosaurs"},
    };
    const char *shared = getenv("ICA_TEST_SHARED");
    char path[1024];
    char names_path[1024];
    struct npy logits = {0};
    snprintf(path, sizeof(path), "%s/reference/embeddings/objects-lite2.logits.npy",
             shared ? shared : "");
    snprintf(names_path, sizeof(names_path), "%s/reference/embeddings/objects-lite2.names.txt",
             shared ? shared : "");
    if (!shared || !npy_read(&logits, path)) {
        print_message("no reference data (ICA_TEST_SHARED): skipped\n");
        skip();
    }
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_true(load_group(fixture, &logits, names_path, cases[i].kind));
        memset(fixture->colours, 0, sizeof(fixture->colours));
        describe(fixture, 1);
        if (!strstr(fixture->out[0].text, cases[i].text)) {
            fail_msg("%s: \"%s\"", cases[i].kind, fixture->out[0].text);
        }
    }
    npy_clear(&logits);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_texts_are_there_and_differ),
        TEST(test_figures_are_shares),
        TEST(test_the_same_again),
        TEST(test_alone_or_among_others),
        TEST(test_cancellation),
        TEST(test_languages),
        TEST(test_real_photos),
        cmocka_unit_test(test_missing_tables),
        cmocka_unit_test(test_words_that_are_never_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
