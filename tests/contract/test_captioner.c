/* SPDX-License-Identifier: Apache-2.0 */
/* The captioner port: BLIP against what the transformers library makes of the same pictures with
 * the same weights, and models that are damaged. The weights are random and few
 * (tools/export_blip.py
 * --random tiny): parity is what counts, not sense. */
#include "support/cmocka_all.h"

#include <jansson.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "adapters/blip/blip_captioner.h"
#include "adapters/openvino/openvino_inference.h"
#include "base/sha256.h"
#include "domain/caption/vocabulary.h"
#include "domain/stages.h"
#include "support/test_monitor.h"

#define FOLDER     ICA_TEST_DATA "/blip"
#define SIDE       48
#define CELL       16
#define N_PICTURES 50
#define MAX_BATCH  16
#define N_CALLERS  4

/* As tools/export_blip.py draws it. */
static void draw(struct ica_pixels *picture, uint32_t number)
{
    assert_int_equal(ica_pixels_init(picture, SIDE, SIDE, ICA_PIXELS_RGB, NULL), ICA_OK);
    uint8_t colours[27];
    uint32_t noise = number * 2654435761u + 1;
    for (size_t i = 0; i < sizeof colours; i++) {
        noise = noise * 1664525 + 1013904223;
        colours[i] = (uint8_t)(noise >> 24);
    }
    for (uint32_t y = 0; y < SIDE; y++) {
        uint8_t *row = ica_pixels_row(picture, y);
        for (uint32_t x = 0; x < SIDE; x++) {
            uint32_t cell = y / CELL * (SIDE / CELL) + x / CELL;
            for (uint32_t channel = 0; channel < ICA_PIXELS_RGB; channel++) {
                row[x * ICA_PIXELS_RGB + channel] =
                    (uint8_t)(colours[cell * ICA_PIXELS_RGB + channel] +
                              (7 * x + 13 * y + number) % 32);
            }
        }
    }
}

struct fixture {
    struct ica_inference *engine;
    struct ica_captioner *captioner;
    struct ica_pixels pictures[N_PICTURES];
    json_t *reference;
    size_t n_beams; /* that the reference was made with */
};

static int set_up(void **state)
{
    static struct fixture fixture;
    fixture = (struct fixture){0};
    struct ica_error err = {0};
    assert_int_equal(ica_openvino_inference_open(&fixture.engine, &err), ICA_OK);
    const struct ica_blip_config config = {.engine = fixture.engine,
                                           .folder = FOLDER,
                                           .device = "cpu",
                                           .n_threads = 2,
                                           .max_pictures = MAX_BATCH,
                                           .exact = true};
    enum ica_status status = ica_blip_captioner_open(&fixture.captioner, &config, &err);
    assert_string_equal(err.text, "");
    assert_int_equal(status, ICA_OK);
    for (uint32_t i = 0; i < N_PICTURES; i++) {
        draw(&fixture.pictures[i], i);
    }
    fixture.reference = json_load_file(FOLDER "/reference.json", 0, NULL);
    assert_non_null(fixture.reference);
    fixture.n_beams = (size_t)json_integer_value(json_object_get(fixture.reference, "n_beams"));
    *state = &fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    ica_captioner_destroy(fixture->captioner);
    ica_inference_destroy(fixture->engine);
    for (uint32_t i = 0; i < N_PICTURES; i++) {
        ica_pixels_clear(&fixture->pictures[i]);
    }
    json_decref(fixture->reference);
    return 0;
}

/* The caption of picture `number` is that of the reference, token by token, and so is its text. */
static void check(const struct fixture *fixture, const char *kind, size_t number,
                  const struct ica_caption *caption)
{
    const json_t *expected = json_array_get(json_object_get(fixture->reference, kind), number);
    const json_t *ids = json_object_get(expected, "ids");
    assert_int_equal(caption->tokens.n, json_array_size(ids));
    for (size_t i = 0; i < caption->tokens.n; i++) {
        if (caption->tokens.ids[i] != json_integer_value(json_array_get(ids, i))) {
            fail_msg("%s, picture %zu: token %zu is %u", kind, number, i, caption->tokens.ids[i]);
        }
    }
    assert_string_equal(caption->text, json_string_value(json_object_get(expected, "text")));
}

/* All pictures, in batches of any size. */
static void check_all(const struct fixture *fixture, const char *kind, size_t n_beams,
                      uint32_t seed)
{
    size_t n;
    for (size_t begin = 0; begin < N_PICTURES; begin += n) {
        struct ica_caption captions[MAX_BATCH];
        struct ica_error err = {0};
        seed = seed * 1664525 + 1013904223;
        n = seed ? 1 + (seed >> 16) % MAX_BATCH : MAX_BATCH;
        n = n < N_PICTURES - begin ? n : N_PICTURES - begin;
        enum ica_status status = ica_captioner_caption(
            fixture->captioner, n, fixture->pictures + begin, n_beams, NULL, captions, &err);
        assert_string_equal(err.text, "");
        assert_int_equal(status, ICA_OK);
        for (size_t i = 0; i < n; i++) {
            check(fixture, kind, begin + i, &captions[i]);
        }
    }
}

static void test_greedy_is_as_transformers(void **state)
{
    for (uint32_t seed = 0; seed < 3; seed++) {
        check_all(*state, "greedy", 1, seed);
    }
}

static void test_beams_are_as_transformers(void **state)
{
    const struct fixture *fixture = *state;
    assert_true(fixture->n_beams > 1);
    for (uint32_t seed = 0; seed < 3; seed++) {
        check_all(fixture, "beams", fixture->n_beams, seed);
    }
}

/* Else the two tests above would prove little. */
static void test_reference_varies(void **state)
{
    const struct fixture *fixture = *state;
    const json_t *greedy = json_object_get(fixture->reference, "greedy");
    const json_t *beams = json_object_get(fixture->reference, "beams");
    size_t n_short = 0;
    size_t n_equal = 0;
    for (size_t i = 0; i < N_PICTURES; i++) {
        const json_t *ids = json_object_get(json_array_get(greedy, i), "ids");
        n_short += json_array_size(ids) < 20;
        n_equal += json_equal(ids, json_object_get(json_array_get(beams, i), "ids")) != 0;
        n_equal += i > 0 && json_equal(ids, json_object_get(json_array_get(greedy, i - 1), "ids"));
    }
    assert_true(n_short >= 5 && n_short <= N_PICTURES - 5);
    assert_true(n_equal < N_PICTURES / 2);
}

/* Rows of any pieces are the text that transformers' tokenizer makes of them. */
static void test_pieces_are_as_transformers(void **state)
{
    const struct fixture *fixture = *state;
    char content[4096];
    FILE *file = fopen(FOLDER "/vocabulary.txt", "rb");
    assert_non_null(file);
    size_t size = fread(content, 1, sizeof content, file);
    assert_int_equal(fclose(file), 0);
    size_t n_lines = 0;
    for (size_t i = 0; i < size; i++) {
        n_lines += content[i] == '\n';
    }
    struct ica_vocabulary vocabulary = {0};
    assert_int_equal(ica_vocabulary_init(&vocabulary, content, size, n_lines, NULL), ICA_OK);
    for (size_t i = 0; i < n_lines; i++) {
        vocabulary.special[i] = vocabulary.pieces[i][0] == '[';
    }
    const json_t *rows = json_object_get(fixture->reference, "pieces");
    assert_int_equal(json_array_size(rows), 50);
    for (size_t i = 0; i < json_array_size(rows); i++) {
        const json_t *list = json_object_get(json_array_get(rows, i), "ids");
        uint32_t ids[64];
        char text[256];
        assert_true(json_array_size(list) <= 64);
        for (size_t j = 0; j < json_array_size(list); j++) {
            ids[j] = (uint32_t)json_integer_value(json_array_get(list, j));
        }
        ica_vocabulary_decode(&vocabulary, ids, json_array_size(list), text, sizeof text);
        assert_string_equal(text,
                            json_string_value(json_object_get(json_array_get(rows, i), "text")));
    }
    ica_vocabulary_clear(&vocabulary);
}

/* ---- Callers -----------------------------------------------------------------------------------
 */

struct caller {
    const struct fixture *fixture;
    struct ica_caption captions[2];
    enum ica_status status;
};

static void *call(void *context)
{
    struct caller *caller = context;
    caller->status = ica_captioner_caption(caller->fixture->captioner, 2, caller->fixture->pictures,
                                           1, NULL, caller->captions, NULL);
    return NULL;
}

static void test_many_callers_share_it(void **state)
{
    const struct fixture *fixture = *state;
    struct caller callers[N_CALLERS];
    pthread_t threads[N_CALLERS];
    for (int i = 0; i < N_CALLERS; i++) {
        callers[i] = (struct caller){.fixture = fixture};
        assert_int_equal(pthread_create(&threads[i], NULL, call, &callers[i]), 0);
    }
    for (int i = 0; i < N_CALLERS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_int_equal(callers[i].status, ICA_OK);
        check(fixture, "greedy", 0, &callers[i].captions[0]);
        check(fixture, "greedy", 1, &callers[i].captions[1]);
    }
}

static void test_cancellation(void **state)
{
    const struct fixture *fixture = *state;
    struct ica_caption captions[4];
    for (size_t left = 0; left < 12; left++) { /* among the pictures, then among the words */
        struct test_countdown countdown = {.stage = ICA_STAGE_DESCRIBING, .left = left};
        const struct ica_monitor monitor = {.step = test_count_down, .context = &countdown};
        struct ica_error err = {0};
        assert_int_equal(ica_captioner_caption(fixture->captioner, 4, fixture->pictures, 1,
                                               &monitor, captions, &err),
                         ICA_ECANCELLED);
        assert_string_not_equal(err.text, "");
    }
    assert_int_equal(
        ica_captioner_caption(fixture->captioner, 4, fixture->pictures, 1, NULL, captions, NULL),
        ICA_OK);
    check(fixture, "greedy", 3, &captions[3]);
}

static void test_wrong_requests(void **state)
{
    const struct fixture *fixture = *state;
    struct ica_caption caption;
    struct ica_pixels small = {0};
    assert_int_equal(ica_pixels_init(&small, SIDE, SIDE - 1, ICA_PIXELS_RGB, NULL), ICA_OK);
    struct ica_captioner *captioner = fixture->captioner;
    const struct ica_pixels *right = fixture->pictures;
    assert_int_equal(ica_captioner_caption(captioner, 1, &small, 1, NULL, &caption, NULL),
                     ICA_EINVALID);
    assert_int_equal(ica_captioner_caption(captioner, 0, right, 1, NULL, &caption, NULL),
                     ICA_EINVALID);
    assert_int_equal(
        ica_captioner_caption(captioner, MAX_BATCH + 1, right, 1, NULL, &caption, NULL),
        ICA_EINVALID);
    assert_int_equal(ica_captioner_caption(captioner, 1, right, 0, NULL, &caption, NULL),
                     ICA_EINVALID);
    assert_int_equal(
        ica_captioner_caption(captioner, 1, right, ICA_MAX_BEAMS + 1, NULL, &caption, NULL),
        ICA_EINVALID);
    ica_pixels_clear(&small);
    const struct ica_blip_config wrong[] = {
        {.folder = FOLDER, .device = "cpu", .n_threads = 0, .max_pictures = 1},
        {.folder = FOLDER, .device = "cpu", .n_threads = 1, .max_pictures = 0},
        {.folder = FOLDER,
         .device = "cpu",
         .n_threads = 1,
         .max_pictures = ICA_MAX_BLIP_PICTURES + 1},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_int_equal(ica_blip_captioner_open(&captioner, &wrong[i], NULL), ICA_EINVALID);
        assert_null(captioner);
    }
}

/* ---- Damaged models ----------------------------------------------------------------------------
 */

static const char *const files[] = {"blip.json",   "vision.xml",  "vision.bin",
                                    "decoder.xml", "decoder.bin", "vocabulary.txt"};

struct content {
    char *bytes; /* ends with a 0 */
    size_t size;
};

static struct content read_content(const char *folder, const char *name)
{
    char path[256];
    struct stat info;
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    assert_int_equal(fstat(fileno(file), &info), 0);
    struct content content = {.size = (size_t)info.st_size};
    content.bytes = calloc(1, content.size + 1);
    assert_non_null(content.bytes);
    assert_int_equal(fread(content.bytes, 1, content.size, file), content.size);
    assert_int_equal(fclose(file), 0);
    return content;
}

static void write_content(const char *folder, const char *name, const char *bytes, size_t size)
{
    char path[256];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

static void remove_copy(const char *folder)
{
    char path[256];
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        (void)snprintf(path, sizeof path, "%s/%s", folder, files[i]);
        (void)unlink(path);
    }
    assert_int_equal(rmdir(folder), 0);
}

/* A copy of the model whose folder name the caller gives a template for. */
static void make_copy(char *folder)
{
    assert_non_null(mkdtemp(folder));
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        struct content content = read_content(FOLDER, files[i]);
        write_content(folder, files[i], content.bytes, content.size);
        free(content.bytes);
    }
}

/* Open the model in `folder` and make a caption; what comes of it. */
static enum ica_status try_folder(const struct fixture *fixture, const char *folder, bool *opened,
                                  struct ica_error *err)
{
    const struct ica_blip_config config = {.engine = fixture->engine,
                                           .folder = folder,
                                           .device = "cpu",
                                           .n_threads = 1,
                                           .max_pictures = 1};
    struct ica_captioner *captioner;
    struct ica_caption caption;
    enum ica_status status = ica_blip_captioner_open(&captioner, &config, err);
    *opened = !status;
    if (!status) {
        status = ica_captioner_caption(captioner, 1, fixture->pictures, 1, NULL, &caption, err);
        ica_captioner_destroy(captioner);
    } else {
        assert_null(captioner);
    }
    return status;
}

static void check_refused(const struct fixture *fixture, const char *folder, bool at_open,
                          enum ica_status expected, const char *named)
{
    struct ica_error err = {0};
    bool opened;
    enum ica_status status = try_folder(fixture, folder, &opened, &err);
    bool says_which = status != ICA_EMODEL || strstr(err.text, "blip-random-tiny: ") == err.text;
    if (status != expected || opened == at_open || !says_which || !strstr(err.text, named)) {
        fail_msg("%s: status %d, opened %d, \"%s\"", named, status, opened, err.text);
    }
}

static void test_files_that_are_missing(void **state)
{
    assert_false(ica_blip_is_installed("/nowhere"));
    assert_true(ica_blip_is_installed(FOLDER));
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char folder[] = "/tmp/ica-test-XXXXXX";
        char path[256];
        make_copy(folder);
        (void)snprintf(path, sizeof path, "%s/%s", folder, files[i]);
        assert_int_equal(unlink(path), 0);
        check_refused(*state, folder, true, ICA_ENOTFOUND, i > 0 ? files[i] : folder);
        remove_copy(folder);
    }
}

/* A byte less shows at once; another byte when the model is read. */
static void test_files_that_are_damaged(void **state)
{
    for (size_t i = 1; i < sizeof files / sizeof *files; i++) {
        char folder[] = "/tmp/ica-test-XXXXXX";
        make_copy(folder);
        struct content content = read_content(folder, files[i]);
        write_content(folder, files[i], content.bytes, content.size - 1);
        check_refused(*state, folder, true, ICA_EINVALID, files[i]);
        content.bytes[content.size / 2] ^= 1;
        write_content(folder, files[i], content.bytes, content.size);
        check_refused(*state, folder, false, ICA_EINVALID, files[i]);
        free(content.bytes);
        remove_copy(folder);
    }
}

/* Replace `from`, which must be there, in the manifest of the copy. */
static void edit_manifest(const char *folder, const char *from, const char *to)
{
    struct content content = read_content(folder, "blip.json");
    char *place = strstr(content.bytes, from);
    assert_non_null(place);
    size_t before = (size_t)(place - content.bytes);
    char *edited = calloc(1, content.size + strlen(to) + 1);
    assert_non_null(edited);
    memcpy(edited, content.bytes, before);
    (void)snprintf(edited + before, content.size - before + strlen(to) + 1, "%s%s", to,
                   place + strlen(from));
    write_content(folder, "blip.json", edited, strlen(edited));
    free(edited);
    free(content.bytes);
}

/* Put `bytes` into file `name` of the copy, and their size and hash into the manifest. */
static void exchange(const char *folder, const char *name, const char *bytes, size_t size)
{
    struct content before = read_content(folder, name);
    char old_size[64];
    char new_size[64];
    char old_hash[ICA_SHA256_TEXT_SIZE];
    char new_hash[ICA_SHA256_TEXT_SIZE];
    struct ica_sha256 hash;
    ica_sha256_init(&hash);
    ica_sha256_add(&hash, before.bytes, before.size);
    ica_sha256_text(&hash, old_hash);
    ica_sha256_init(&hash);
    ica_sha256_add(&hash, bytes, size);
    ica_sha256_text(&hash, new_hash);
    (void)snprintf(old_size, sizeof old_size, "\"size\": %zu", before.size);
    (void)snprintf(new_size, sizeof new_size, "\"size\": %zu", size);
    write_content(folder, name, bytes, size);
    edit_manifest(folder, old_size, new_size);
    edit_manifest(folder, old_hash, new_hash);
    free(before.bytes);
}

/* Whoever wrote the manifest says that the files are right, but they are not. */
static void test_contents_that_do_not_fit(void **state)
{
    static const struct {
        const char *name;
        const char *bytes; /* NULL: half of what it has */
        enum ica_status status;
        const char *named;
    } cases[] = {
        {"vision.xml", "<net", ICA_EMODEL, "compiling"},
        {"decoder.xml", NULL, ICA_EMODEL, "compiling"},
        {"vision.bin", NULL, ICA_EMODEL, "compiling"},
        {"vocabulary.txt", "a\nb\n", ICA_EINVALID, "line 3"},
        {"vocabulary.txt", NULL, ICA_EINVALID, "vocabulary"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char folder[] = "/tmp/ica-test-XXXXXX";
        make_copy(folder);
        struct content content = read_content(folder, cases[i].name);
        const char *bytes = cases[i].bytes ? cases[i].bytes : content.bytes;
        size_t size = cases[i].bytes ? strlen(cases[i].bytes) : content.size / 2;
        exchange(folder, cases[i].name, bytes, size);
        check_refused(*state, folder, false, cases[i].status, cases[i].named);
        free(content.bytes);
        remove_copy(folder);
    }
}

static void test_numbers_that_do_not_fit(void **state)
{
    static const struct {
        const char *from;
        const char *to;
        bool at_open;
        enum ica_status status;
        const char *named;
    } cases[] = {
        {"\"layers\": 2", "\"layers\": -2", true, ICA_EINVALID, "layers"},
        {"\"layers\": 2", "\"layers\": 4000000000", true, ICA_EINVALID, "layers"},
        {"\"layers\": 2", "\"layers\": 2.5", true, ICA_EINVALID, "layers"},
        {"\"layers\": 2", "\"layers\": \"2\"", true, ICA_EINVALID, "layers"},
        {"\"layers\": 2", "\"lagers\": 2", true, ICA_EINVALID, "layers"},
        {"\"layers\": 2", "\"layers\": 3", false, ICA_EMODEL, "cross_4"},
        {"\"layers\": 2", "\"layers\": 1", false, ICA_EMODEL, ""},
        {"\"heads\": 4", "\"heads\": 0", true, ICA_EINVALID, "heads"},
        {"\"heads\": 4", "\"heads\": 8", false, ICA_EMODEL, "cross_0"},
        {"\"head_size\": 8", "\"head_size\": 257", true, ICA_EINVALID, "head_size"},
        {"\"patches\": 10", "\"patches\": 1000000000000", true, ICA_EINVALID, "patches"},
        {"\"patches\": 10", "\"patches\": 11", false, ICA_EMODEL, "cross_0"},
        {"\"input_size\": 48", "\"input_size\": 0", true, ICA_EINVALID, "input_size"},
        {"\"input_size\": 48", "\"input_size\": 100000", true, ICA_EINVALID, "input_size"},
        {"\"max_length\": 20", "\"max_length\": 1", true, ICA_EINVALID, "max_length"},
        {"\"max_length\": 20", "\"max_length\": 65", true, ICA_EINVALID, "max_length"},
        {"\"vocabulary_size\": 1", "\"vocabulary_size\": 9991", true, ICA_EINVALID,
         "vocabulary_size"},
        {"\"vocabulary_size\": 1", "\"vocabulary_size\": 9", false, ICA_EINVALID, "vocabulary"},
        {"\"begin_token\": ", "\"begin_token\": 9", true, ICA_EINVALID, "begin_token"},
        {"\"end_token\": ", "\"end_token\": -", true, ICA_EINVALID, "end_token"},
        {"\"special_tokens\": [", "\"special_tokens\": [-1, ", true, ICA_EINVALID, "special"},
        {"\"special_tokens\": [", "\"special_tokens\": [5000, ", true, ICA_EINVALID, "special"},
        {"\"special_tokens\": [", "\"special\": [", true, ICA_EINVALID, "special_tokens"},
        {"NHWC", "NCHW", true, ICA_EINVALID, "input_layout"},
        {"stretch", "crop", true, ICA_EINVALID, "resize_rule"},
        {"\"name\": \"decoder.bin\"", "\"name\": \"other.bin\"", true, ICA_EINVALID, "decoder.bin"},
        {"\"size\": ", "\"size\": -", true, ICA_EINVALID, "size"},
        {"\"sha256\": \"", "\"sha256\": \"x", true, ICA_EINVALID, "sha256"},
        {"{", "[", true, ICA_EINVALID, "blip.json"},
        {"{", "", true, ICA_EINVALID, "blip.json"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char folder[] = "/tmp/ica-test-XXXXXX";
        make_copy(folder);
        edit_manifest(folder, cases[i].from, cases[i].to);
        check_refused(*state, folder, cases[i].at_open, cases[i].status, cases[i].named);
        remove_copy(folder);
    }
}

static void test_long_manifest(void **state)
{
    char folder[] = "/tmp/ica-test-XXXXXX";
    make_copy(folder);
    char *blanks = malloc(70000);
    assert_non_null(blanks);
    memset(blanks, ' ', 70000);
    write_content(folder, "blip.json", blanks, 70000);
    check_refused(*state, folder, true, ICA_EINVALID, "65536");
    free(blanks);
    remove_copy(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_greedy_is_as_transformers),
        cmocka_unit_test(test_beams_are_as_transformers),
        cmocka_unit_test(test_reference_varies),
        cmocka_unit_test(test_pieces_are_as_transformers),
        cmocka_unit_test(test_many_callers_share_it),
        cmocka_unit_test(test_cancellation),
        cmocka_unit_test(test_wrong_requests),
        cmocka_unit_test(test_files_that_are_missing),
        cmocka_unit_test(test_files_that_are_damaged),
        cmocka_unit_test(test_contents_that_do_not_fit),
        cmocka_unit_test(test_numbers_that_do_not_fit),
        cmocka_unit_test(test_long_manifest),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
