/* SPDX-License-Identifier: Apache-2.0 */
/* Groups are described in words that the model's own text tower reads. The model here is made for
 * the test: its text tower points a word in the direction of the word's last letter, a to d. */
#include "support/cmocka_all.h"

#include <stdlib.h>
#include <string.h>

#include "adapters/system_clock/system_clock.h"
#include "application/describing/zero_shot_describer.h"
#include "domain/stages.h"
#include "support/test_monitor.h"

#define DIM 4
#define N   6

static size_t n_texts; /* that the tower has read */

/* ---- An engine, a network and a tokenizer -----------------------------------------------------
 */

struct ica_network_run {
    const struct ica_tensor *input;
    const struct ica_tensor *output;
};

static struct ica_network_run run_of_test;

static enum ica_status begin(struct ica_network *self, size_t n_inputs,
                             const struct ica_tensor inputs[], size_t n_outputs,
                             const struct ica_tensor outputs[], struct ica_network_run **out,
                             struct ica_error *err)
{
    (void)self;
    (void)err;
    assert_int_equal(n_inputs, 1);
    assert_int_equal(n_outputs, 1);
    run_of_test = (struct ica_network_run){.input = inputs, .output = outputs};
    *out = &run_of_test;
    return ICA_OK;
}

static enum ica_status end(struct ica_network *self, struct ica_network_run *run,
                           struct ica_error *err)
{
    (void)self;
    (void)err;
    int64_t id = run->input->element == ICA_ELEMENT_I32 ? *(const int32_t *)run->input->data
                                                        : *(const int64_t *)run->input->data;
    float *vector = run->output->data;
    for (int64_t i = 0; i < DIM; i++) {
        vector[i] = id == i ? 2.0F : 0.1F;
    }
    n_texts++;
    return ICA_OK;
}

static void leave_network(struct ica_network *self)
{
    (void)self;
}

static const struct ica_network_ops network_ops = {
    .begin = begin, .end = end, .destroy = leave_network};
static struct ica_network network = {.ops = &network_ops};

static enum ica_status open_network(struct ica_inference *self,
                                    const struct ica_network_config *config,
                                    struct ica_network **out, struct ica_error *err)
{
    (void)self;
    (void)err;
    assert_string_equal(config->graph_path, "text.onnx");
    *out = &network;
    return ICA_OK;
}

static const struct ica_inference_ops engine_ops = {.open = open_network};
static struct ica_inference engine = {.ops = &engine_ops};

static enum ica_status encode(struct ica_tokenizer *self, const char *text, size_t size,
                              size_t max_ids, int64_t ids[], size_t *n_ids, struct ica_error *err)
{
    (void)self;
    (void)max_ids;
    (void)err;
    assert_true(strncmp(text, "a photo of a ", 13) == 0 || strcmp(text, "photo") == 0);
    ids[0] = (text[size - 1] - 'a') % DIM;
    *n_ids = 1;
    return ICA_OK;
}

static void leave_tokenizer(struct ica_tokenizer *self)
{
    (void)self;
}

static const struct ica_tokenizer_ops tokenizer_ops = {.encode = encode,
                                                       .destroy = leave_tokenizer};
static struct ica_tokenizer tokenizer = {.ops = &tokenizer_ops};

static enum ica_status open_tokenizer(struct ica_tokenizer **out, const char *path,
                                      struct ica_error *err)
{
    (void)err;
    assert_string_equal(path, "tokenizer.json");
    *out = &tokenizer;
    return ICA_OK;
}

/* ---- A describer of concepts that says which class is the most probable ----------------------
 */

static enum ica_status describe_class(struct ica_describer *self,
                                      const struct ica_describe_request *request,
                                      const struct ica_monitor *monitor,
                                      struct ica_description *out, struct ica_error *err)
{
    (void)self;
    (void)monitor;
    (void)err;
    for (size_t c = 0; c < request->clustering->n_clusters; c++) {
        const struct ica_features *features = request->features;
        const float *p =
            features->probabilities + request->clustering->clusters[c].medoid * features->n_classes;
        size_t best = 0;
        for (size_t k = 1; k < features->n_classes; k++) {
            best = p[k] > p[best] ? k : best;
        }
        (void)snprintf(out[c].text, sizeof out[c].text, "class %zu", best);
    }
    return ICA_OK;
}

static const struct ica_describer_ops concepts_ops = {.name = "concepts",
                                                      .describe = describe_class};
static struct ica_describer concepts = {.ops = &concepts_ops};

/* ---- The tests --------------------------------------------------------------------------------
 */

struct fixture {
    struct ica_catalogue_entry entries[2];
    struct ica_model_catalogue catalogue;
    struct ica_model_set *models;
    struct ica_phrases classes;
    struct ica_phrases phrases;
    struct ica_describer *describer;
    float embeddings[N * DIM];
    struct ica_colour_shares colours[N];
    size_t rows[N];
    struct ica_cluster clusters[3];
    struct ica_features features;
    struct ica_clustering clustering;
    struct ica_describe_request request;
};

static void open_models(struct fixture *f, bool is_32_bit)
{
    f->entries[0] = (struct ica_catalogue_entry){
        .model =
            {.name = "reader",
             .version = "1",
             .dim = DIM,
             .text = {.input = "ids", .output = "vector", .context = 4, .is_32_bit = is_32_bit}},
        .text_graph_path = (char *)"text.onnx",
        .tokenizer_path = (char *)"tokenizer.json",
        .installed = true,
    };
    f->entries[1] = (struct ica_catalogue_entry){
        .model = {.name = "mute", .version = "1", .dim = DIM}, .installed = true};
    f->catalogue = (struct ica_model_catalogue){.entries = f->entries, .n_entries = 2};
    const struct ica_model_set_config config = {
        .catalogue = &f->catalogue,
        .engine = &engine,
        .open_tokenizer = open_tokenizer,
        .clock = &ica_system_clock,
        .device = "cpu",
        .n_streams = 1,
    };
    assert_int_equal(ica_model_set_open(&f->models, &config, NULL), ICA_OK);
}

/* Two images towards c, two towards a, two towards c again. */
static void make_clusters(struct fixture *f)
{
    static const size_t direction[N] = {2, 2, 0, 0, 2, 2};
    for (size_t i = 0; i < N; i++) {
        f->rows[i] = i;
        f->embeddings[i * DIM + direction[i]] = 5.0F;
    }
    for (size_t c = 0; c < 3; c++) {
        f->clusters[c] = (struct ica_cluster){.members = f->rows + 2 * c, .n_members = 2};
    }
    f->features = (struct ica_features){.n = N, .dim = DIM, .embeddings = f->embeddings};
    f->clustering = (struct ica_clustering){.n = N, .n_clusters = 3, .clusters = f->clusters};
    f->request = (struct ica_describe_request){
        .model = &f->entries[0].model,
        .features = &f->features,
        .colours = f->colours,
        .clustering = &f->clustering,
    };
}

static void set_up_with(struct fixture *f, const char *phrases, bool is_32_bit)
{
    static const char classes[] = "pizza\ncrab\nmusic\nbird\n";
    *f = (struct fixture){0};
    n_texts = 0;
    open_models(f, is_32_bit);
    make_clusters(f);
    assert_int_equal(ica_phrases_parse(&f->classes, classes, sizeof classes - 1, NULL), ICA_OK);
    if (phrases) {
        assert_int_equal(ica_phrases_parse(&f->phrases, phrases, strlen(phrases), NULL), ICA_OK);
    }
    const struct ica_zero_shot_config config = {
        .models = f->models,
        .concepts = &concepts,
        .classes = &f->classes,
        .phrases = &f->phrases,
    };
    assert_int_equal(ica_zero_shot_describer_open(&f->describer, &config, NULL), ICA_OK);
}

static void set_up(struct fixture *f, const char *phrases)
{
    set_up_with(f, phrases, false);
}

static void tear_down(struct fixture *f)
{
    ica_describer_destroy(f->describer);
    ica_model_set_close(f->models);
    ica_phrases_clear(&f->classes);
    ica_phrases_clear(&f->phrases);
}

static void test_classes_are_named_by_concepts(void **state)
{
    (void)state;
    struct fixture f;
    struct ica_description out[3] = {0};
    set_up(&f, NULL);
    assert_int_equal(ica_describer_describe(f.describer, &f.request, NULL, out, NULL), ICA_OK);
    assert_string_equal(out[0].text, "class 2");
    assert_string_equal(out[1].text, "class 0");
    assert_string_equal(out[2].text, "class 2");
    assert_int_equal(n_texts, 1 + 4); /* the self-test's word, then the classes */
    assert_int_equal(ica_describer_describe(f.describer, &f.request, NULL, out, NULL), ICA_OK);
    assert_int_equal(n_texts, 1 + 4);
    tear_down(&f);
}

static void test_phrases_of_the_user_are_said_as_they_are(void **state)
{
    (void)state;
    struct fixture f;
    struct ica_description out[3] = {0};
    set_up(&f, "my picnic\nan opera\na bulb");
    assert_int_equal(ica_describer_describe(f.describer, &f.request, NULL, out, NULL), ICA_OK);
    assert_string_equal(out[0].text, "my picnic");
    assert_string_equal(out[1].text, "an opera");
    assert_string_equal(out[2].text, "my picnic (2)");
    assert_true(out[0].score > 0.99 && out[0].score <= 1);
    assert_int_equal(out[0].n_evidence, 3);
    assert_true(out[0].evidence[0].weight >= out[0].evidence[1].weight);
    tear_down(&f);
}

static void test_ids_of_32_bits(void **state)
{
    (void)state;
    struct fixture f;
    struct ica_description out[3] = {0};
    set_up_with(&f, NULL, true);
    assert_int_equal(ica_describer_describe(f.describer, &f.request, NULL, out, NULL), ICA_OK);
    assert_string_equal(out[0].text, "class 2");
    assert_string_equal(out[1].text, "class 0");
    tear_down(&f);
}

static void test_a_model_without_words_is_told_of(void **state)
{
    (void)state;
    struct fixture f;
    struct ica_description out[3] = {0};
    struct ica_error err = {0};
    set_up(&f, NULL);
    f.request.model = &f.entries[1].model;
    assert_int_equal(ica_describer_describe(f.describer, &f.request, NULL, out, &err),
                     ICA_EUNAVAILABLE);
    assert_non_null(strstr(err.text, "mute"));
    tear_down(&f);
}

/* What was begun is forgotten, and the next call begins anew. */
static void test_reading_can_be_cancelled(void **state)
{
    (void)state;
    struct fixture f;
    struct ica_description out[3] = {0};
    struct test_countdown countdown = {.stage = ICA_STAGE_DESCRIBING, .left = 0};
    const struct ica_monitor monitor = {.step = test_count_down, .context = &countdown};
    set_up(&f, NULL);
    assert_int_equal(ica_describer_describe(f.describer, &f.request, &monitor, out, NULL),
                     ICA_ECANCELLED);
    assert_int_equal(ica_describer_describe(f.describer, &f.request, NULL, out, NULL), ICA_OK);
    assert_string_equal(out[1].text, "class 0");
    tear_down(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_classes_are_named_by_concepts),
        cmocka_unit_test(test_phrases_of_the_user_are_said_as_they_are),
        cmocka_unit_test(test_ids_of_32_bits),
        cmocka_unit_test(test_a_model_without_words_is_told_of),
        cmocka_unit_test(test_reading_can_be_cancelled),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
