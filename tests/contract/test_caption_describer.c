/* SPDX-License-Identifier: Apache-2.0 */
/* The describer that looks at pictures, with made-up pictures and a captioner that reads them. */
#include "support/cmocka_all.h"

#include <stdio.h>
#include <string.h>

#include "application/describing/caption_describer.h"
#include "domain/stages.h"
#include "support/test_monitor.h"

#define N        12
#define SIDE     4
#define MAX_LOOK 64

/* The picture of row r has r in all its samples. */
struct album {
    struct ica_pictures base;
    enum ica_status failures[N]; /* of the rows that cannot be had */
    size_t n_asked;
    size_t asked[MAX_LOOK];
};

static enum ica_status get(struct ica_pictures *self, size_t row,
                           const struct ica_picture_size *size, struct ica_pixels *out,
                           struct ica_error *err)
{
    struct album *album = (struct album *)self;
    assert_int_equal(size->crop.size, SIDE);
    assert_int_equal(size->crop.rule, ICA_RESIZE_STRETCH);
    assert_true(row < N && album->n_asked < MAX_LOOK);
    album->asked[album->n_asked++] = row;
    if (album->failures[row]) {
        return ica_error_set(err, album->failures[row], "Picture %zu is gone.", row);
    }
    assert_int_equal(ica_pixels_init(out, SIDE, SIDE, ICA_PIXELS_RGB, err), ICA_OK);
    memset(out->samples, (int)row, (size_t)SIDE * SIDE * ICA_PIXELS_RGB);
    return ICA_OK;
}

/* Knows a text for each row, and notes how many pictures it gets at once. */
struct reader {
    struct ica_captioner base;
    const char *texts[N];
    char batches[64];
    size_t n_beams;
    enum ica_status status; /* to return */
};

static enum ica_status caption(struct ica_captioner *self, size_t n,
                               const struct ica_pixels pictures[], size_t n_beams,
                               const struct ica_monitor *monitor, struct ica_caption out[],
                               struct ica_error *err)
{
    struct reader *reader = (struct reader *)self;
    size_t used = strlen(reader->batches);
    (void)snprintf(reader->batches + used, sizeof reader->batches - used, "%zu ", n);
    reader->n_beams = n_beams;
    if (reader->status) {
        return ica_error_set(err, reader->status, "The model is ill.");
    }
    for (size_t i = 0; i < n; i++) {
        const char *text = reader->texts[pictures[i].samples[0]];
        (void)snprintf(out[i].text, sizeof out[i].text, "%s", text);
        if (!ica_monitor_step(monitor, ICA_STAGE_DESCRIBING, i + 1, n)) {
            return ica_error_set(err, ICA_ECANCELLED, "Cancelled.");
        }
    }
    return ICA_OK;
}

static const struct ica_captioner_ops reader_ops = {.name = "reader", .caption = caption};

/* Rows 0 to 4, 5 to 8, 9 and 10, 11. */
struct answer {
    struct album album;
    struct reader reader;
    struct ica_describer *describer;
    struct ica_cluster clusters[4];
    size_t members[N];
    struct ica_clustering clustering;
    struct ica_describe_request request;
    struct ica_description out[4];
};

static int set_up(void **state)
{
    static struct answer answer;
    answer = (struct answer){
        .album = {.base = {.get = get}},
        .reader =
            {
                .base =
                    {
                        .ops = &reader_ops,
                        .crop = {.short_side = SIDE, .size = SIDE, .rule = ICA_RESIZE_STRETCH},
                        .max_pictures = 4,
                    },
                .texts = {"a red shoe on a table", "row 1", "a red shoe", "row 3",
                          "a pair of shoes", "there is a dog", "a cat", "row 7", "row 8", "a hat",
                          "a hat", "a bus"},
            },
        .members = {2, 0, 4, 3, 1, 6, 5, 8, 7, 10, 9, 11},
    };
    static const size_t sizes[] = {5, 4, 2, 1};
    size_t begin = 0;
    for (size_t c = 0; c < 4; c++) {
        struct ica_cluster *cluster = &answer.clusters[c];
        *cluster = (struct ica_cluster){
            .members = answer.members + begin,
            .n_members = sizes[c],
            .medoid = answer.members[begin],
            .n_representatives = sizes[c] < 3 ? sizes[c] : 3,
        };
        memcpy(cluster->representatives, cluster->members,
               cluster->n_representatives * sizeof(size_t));
        begin += sizes[c];
    }
    answer.clustering =
        (struct ica_clustering){.n = N, .n_clusters = 4, .clusters = answer.clusters};
    answer.request = (struct ica_describe_request){.clustering = &answer.clustering,
                                                   .pictures = &answer.album.base};
    const struct ica_caption_describer_options options = ica_caption_describer_options_default();
    assert_int_equal(
        ica_caption_describer_open(&answer.describer, &answer.reader.base, &options, NULL), ICA_OK);
    *state = &answer;
    return 0;
}

static int tear_down(void **state)
{
    struct answer *answer = *state;
    ica_describer_destroy(answer->describer);
    return 0;
}

static enum ica_status describe(struct answer *answer, const struct ica_monitor *monitor,
                                struct ica_error *err)
{
    memset(answer->out, 0, sizeof answer->out);
    return ica_describer_describe(answer->describer, &answer->request, monitor, answer->out, err);
}

static void check_asked(const struct answer *answer, const size_t *rows, size_t n)
{
    assert_int_equal(answer->album.n_asked, n);
    assert_memory_equal(answer->album.asked, rows, n * sizeof *rows);
}

#define CHECK_ASKED(answer, ...)                                                                   \
    do {                                                                                           \
        static const size_t rows[] = {__VA_ARGS__};                                                \
        check_asked(answer, rows, sizeof rows / sizeof *rows);                                     \
    } while (0)

static void test_representatives_speak(void **state)
{
    struct answer *answer = *state;
    assert_string_equal(answer->describer->ops->name, "reader");
    assert_true(answer->describer->ops->looks_at_pictures);
    assert_int_equal(describe(answer, NULL, NULL), ICA_OK);
    CHECK_ASKED(answer, 2, 0, 4, 6, 5, 8, 10, 9, 11);
    assert_string_equal(answer->reader.batches, "4 4 1 ");
    assert_int_equal(answer->reader.n_beams, 1);
    assert_string_equal(answer->out[0].text, "a red shoe");
    assert_true(answer->out[0].score > 1 / 3.0 && answer->out[0].score < 1);
    assert_string_equal(answer->out[1].text, "a cat"); /* the medoid's, as all differ */
    assert_string_equal(answer->out[2].text, "a hat");
    assert_float_equal((float)answer->out[2].score, 1.0f, 1e-6f);
    assert_string_equal(answer->out[3].text, "a bus");
    for (size_t c = 0; c < 4; c++) {
        assert_string_equal(answer->out[c].note, "");
    }
}

/* Rows 0, 4 and 10 look alike: one of them is looked at, whatever clusters they are in. */
static void test_near_duplicates_are_looked_at_once(void **state)
{
    struct answer *answer = *state;
    size_t alike[] = {4, 0, 10};
    struct ica_duplicate_set set = {.members = alike, .n_members = 3};
    answer->clustering.near_duplicates = (struct ica_near_duplicates){.n_sets = 1, .sets = &set};
    assert_int_equal(describe(answer, NULL, NULL), ICA_OK);
    CHECK_ASKED(answer, 2, 4, 6, 5, 8, 9, 11);
    assert_string_equal(answer->out[2].text, "a pair of shoes");
}

static void test_joined_as_the_proof_of_concept(void **state)
{
    struct answer *answer = *state;
    size_t alike[] = {0, 1};
    struct ica_duplicate_set set = {.members = alike, .n_members = 2};
    answer->clustering.near_duplicates = (struct ica_near_duplicates){.n_sets = 1, .sets = &set};
    answer->request.joined_captions = true;
    assert_int_equal(describe(answer, NULL, NULL), ICA_OK);
    CHECK_ASKED(answer, 0, 1, 2, 5, 6, 7, 9, 10, 11);
    assert_string_equal(answer->out[0].text, "a red shoe on a table / row 1 / a red shoe");
    assert_string_equal(answer->out[1].text, "there is a dog / a cat / row 7");
    assert_string_equal(answer->out[2].text, "a hat / a hat");
    assert_string_equal(answer->out[3].text, "a bus");
}

static void test_pictures_that_are_gone(void **state)
{
    struct answer *answer = *state;
    answer->album.failures[2] = ICA_EUNAVAILABLE;
    answer->album.failures[9] = ICA_ECORRUPT;
    answer->album.failures[10] = ICA_ENOTFOUND;
    assert_int_equal(describe(answer, NULL, NULL), ICA_OK);
    assert_string_equal(answer->reader.batches, "4 2 ");
    assert_string_equal(answer->out[0].text, "a red shoe on a table"); /* of those that are left */
    assert_string_equal(answer->out[0].note, "");
    assert_string_equal(answer->out[2].text, "");
    assert_string_equal(answer->out[2].note, "Picture 10 is gone.");
    assert_string_equal(answer->out[3].text, "a bus");
    answer->album.failures[11] = ICA_ENOMEM;
    struct ica_error err = {0};
    assert_int_equal(describe(answer, NULL, &err), ICA_ENOMEM);
    assert_string_equal(err.text, "Picture 11 is gone.");
}

static void test_no_picture_at_all(void **state)
{
    struct answer *answer = *state;
    struct ica_error err = {0};
    for (size_t i = 0; i < N; i++) {
        answer->album.failures[i] = ICA_EUNAVAILABLE;
    }
    assert_int_equal(describe(answer, NULL, NULL), ICA_OK);
    assert_string_equal(answer->reader.batches, "");
    for (size_t c = 0; c < 4; c++) {
        assert_string_equal(answer->out[c].text, "");
        assert_non_null(strstr(answer->out[c].note, "is gone."));
    }
    answer->request.pictures = NULL;
    assert_int_equal(describe(answer, NULL, &err), ICA_EUNAVAILABLE);
    assert_non_null(strstr(err.text, "reader"));
}

static void test_no_words(void **state)
{
    struct answer *answer = *state;
    answer->reader.texts[11] = "";
    assert_int_equal(describe(answer, NULL, NULL), ICA_OK);
    assert_string_equal(answer->out[3].text, "");
    assert_string_not_equal(answer->out[3].note, "");
}

static void test_failing_captioner(void **state)
{
    struct answer *answer = *state;
    static const enum ica_status statuses[][2] = {
        {ICA_EMODEL, ICA_EMODEL},         {ICA_ENOTFOUND, ICA_EMODEL}, {ICA_EINVALID, ICA_EMODEL},
        {ICA_ECANCELLED, ICA_ECANCELLED}, {ICA_ENOMEM, ICA_ENOMEM},
    };
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
        struct ica_error err = {0};
        answer->album.n_asked = 0;
        answer->reader.status = statuses[i][0];
        assert_int_equal(describe(answer, NULL, &err), statuses[i][1]);
        assert_string_equal(err.text, "The model is ill.");
    }
}

/* Steps never fall, and end with all clusters. */
struct watch {
    size_t done;
};

static bool watch_step(void *context, const char *stage, size_t done, size_t total)
{
    struct watch *watch = context;
    assert_string_equal(stage, ICA_STAGE_DESCRIBING);
    assert_int_equal(total, 4);
    assert_true(done >= watch->done && done <= total);
    watch->done = done;
    return true;
}

static void test_progress_and_cancellation(void **state)
{
    struct answer *answer = *state;
    struct watch watch = {0};
    const struct ica_monitor monitor = {.step = watch_step, .context = &watch};
    assert_int_equal(describe(answer, &monitor, NULL), ICA_OK);
    assert_int_equal(watch.done, 4);
    size_t left = 0;
    enum ica_status status = ICA_ECANCELLED;
    for (; status == ICA_ECANCELLED; left++) {
        struct test_countdown countdown = {.stage = ICA_STAGE_DESCRIBING, .left = left};
        const struct ica_monitor cancelling = {.step = test_count_down, .context = &countdown};
        answer->album.n_asked = 0;
        answer->reader.batches[0] = 0;
        status = describe(answer, &cancelling, NULL);
    }
    assert_int_equal(status, ICA_OK);
    assert_true(left > 18); /* before each picture is fetched and after each is seen */
}

static void test_options(void **state)
{
    struct answer *answer = *state;
    static const struct ica_caption_describer_options wrong[] = {
        {.pictures_per_cluster = 0, .n_beams = 1},
        {.pictures_per_cluster = ICA_MAX_CAPTIONED_PICTURES + 1, .n_beams = 1},
        {.pictures_per_cluster = 1, .n_beams = 0},
        {.pictures_per_cluster = 1, .n_beams = ICA_MAX_BEAMS + 1},
    };
    struct ica_describer *describer;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_int_equal(
            ica_caption_describer_open(&describer, &answer->reader.base, &wrong[i], NULL),
            ICA_EINVALID);
        assert_null(describer);
    }
    const struct ica_caption_describer_options one = {.pictures_per_cluster = 1, .n_beams = 3};
    assert_int_equal(ica_caption_describer_open(&describer, &answer->reader.base, &one, NULL),
                     ICA_OK);
    answer->clusters[3].n_representatives = 0; /* as where nobody chose any */
    assert_int_equal(ica_describer_describe(describer, &answer->request, NULL, answer->out, NULL),
                     ICA_OK);
    CHECK_ASKED(answer, 2, 6, 10, 11);
    assert_int_equal(answer->reader.n_beams, 3);
    ica_describer_destroy(describer);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_representatives_speak),
        TEST(test_near_duplicates_are_looked_at_once),
        TEST(test_joined_as_the_proof_of_concept),
        TEST(test_pictures_that_are_gone),
        TEST(test_no_picture_at_all),
        TEST(test_no_words),
        TEST(test_failing_captioner),
        TEST(test_progress_and_cancellation),
        TEST(test_options),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
