/* SPDX-License-Identifier: Apache-2.0 */
/* The tokenizer port's promises, kept by tokenizer.json: the ids of the library that writes these
 * files, for 10,000 texts and tokenizers of each kind (tools/make_tokenizer_cases.py). */
#include "ports/tokenizer.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "adapters/tokenizer_json/tokenizer_json.h"
#include "base/buffer.h"
#include "base/file_io.h"
#include "support/cmocka_all.h"
#include "support/test_threads.h"

#define DATA           ICA_TEST_DATA "/tokenizers/"
#define N_TEXTS        10000
#define EVERY_WITH_IDS 33
#define MAX_TEXT       8192

static const char *const names[] = {"clip", "gpt", "gemma", "siglip", "roberta"};
#define N_NAMES (sizeof names / sizeof *names)

struct texts {
    json_t *pieces;
    struct ica_buffer numbers; /* the file texts.txt */
    const char *lines[N_TEXTS];
};

static struct texts texts;

static struct ica_tokenizer *open_tokenizer(const char *name)
{
    char path[512];
    struct ica_error err = {0};
    struct ica_tokenizer *tokenizer = NULL;
    (void)snprintf(path, sizeof path, DATA "%s.json", name);
    if (ica_tokenizer_json_open(&tokenizer, path, &err)) {
        fail_msg("%s", err.text);
    }
    return tokenizer;
}

static int load_texts(void **state)
{
    (void)state;
    texts.pieces = json_load_file(DATA "pieces.json", JSON_ALLOW_NUL, NULL);
    ica_buffer_init(&texts.numbers, (size_t)1 << 20);
    if (!texts.pieces || ica_file_read(DATA "texts.txt", &texts.numbers, NULL)) {
        return 1;
    }
    const char *line = ica_buffer_text(&texts.numbers);
    for (size_t i = 0; i < N_TEXTS; i++) {
        texts.lines[i] = line;
        line = strchr(line, '\n');
        if (!line++) {
            return 1;
        }
    }
    return *line != 0;
}

static int free_texts(void **state)
{
    (void)state;
    json_decref(texts.pieces);
    ica_buffer_clear(&texts.numbers);
    return 0;
}

/* Text number `i`; its size in bytes. */
static size_t text_at(size_t i, char out[MAX_TEXT])
{
    size_t size = 0;
    const char *at = texts.lines[i];
    while (*at != '\n') {
        char *end;
        const json_t *piece = json_array_get(texts.pieces, strtoul(at, &end, 10));
        size_t n = json_string_length(piece);
        if (!piece || size + n > MAX_TEXT) {
            fail_msg("text %zu is damaged", i);
        }
        memcpy(out + size, json_string_value(piece), n);
        size += n;
        at = end;
    }
    return size;
}

static uint32_t hash_of(const int64_t *ids, size_t n)
{
    uint32_t hash = 0x811C9DC5U;
    for (size_t i = 0; i < n; i++) {
        for (unsigned shift = 0; shift < 32; shift += 8) {
            hash = (hash ^ ((uint32_t)ids[i] >> shift & 0xFF)) * 0x01000193U;
        }
    }
    return hash;
}

static uint32_t hash_of_text(struct ica_tokenizer *tokenizer, size_t i)
{
    char text[MAX_TEXT];
    int64_t ids[ICA_MAX_CONTEXT];
    size_t n = 0;
    size_t size = text_at(i, text);
    enum ica_status status =
        ica_tokenizer_encode(tokenizer, text, size, ICA_MAX_CONTEXT, ids, &n, NULL);
    return status ? 0 : hash_of(ids, n);
}

static void read_hashes(const char *name, uint32_t hashes[N_TEXTS])
{
    char path[512];
    (void)snprintf(path, sizeof path, DATA "%s.hashes.txt", name);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    for (size_t i = 0; i < N_TEXTS; i++) {
        char line[16];
        assert_non_null(fgets(line, sizeof line, file));
        hashes[i] = (uint32_t)strtoul(line, NULL, 16);
    }
    (void)fclose(file);
}

static json_t *load_ids(const char *name)
{
    char path[512];
    (void)snprintf(path, sizeof path, DATA "%s.ids.json", name);
    json_t *lists = json_load_file(path, 0, NULL);
    assert_int_equal(json_array_size(lists), (N_TEXTS + EVERY_WITH_IDS - 1) / EVERY_WITH_IDS);
    return lists;
}

static void check_ids(const char *name, size_t i, const json_t *expected, const int64_t *ids,
                      size_t n)
{
    if (json_array_size(expected) != n) {
        fail_msg("%s, text %zu: %zu ids, not %zu", name, i, n, json_array_size(expected));
    }
    for (size_t k = 0; k < n; k++) {
        json_int_t id = json_integer_value(json_array_get(expected, k));
        if (id != ids[k]) {
            fail_msg("%s, text %zu: id %zu is %lld, not %lld", name, i, k, (long long)ids[k],
                     (long long)id);
        }
    }
}

static void test_ids_are_the_reference_s(void **state)
{
    (void)state;
    for (size_t k = 0; k < N_NAMES; k++) {
        struct ica_tokenizer *tokenizer = open_tokenizer(names[k]);
        json_t *lists = load_ids(names[k]);
        for (size_t i = 0; i < json_array_size(lists); i++) {
            char text[MAX_TEXT];
            int64_t ids[ICA_MAX_CONTEXT];
            size_t n;
            size_t size = text_at(i * EVERY_WITH_IDS, text);
            assert_int_equal(
                ica_tokenizer_encode(tokenizer, text, size, ICA_MAX_CONTEXT, ids, &n, NULL),
                ICA_OK);
            check_ids(names[k], i * EVERY_WITH_IDS, json_array_get(lists, i), ids, n);
        }
        json_decref(lists);
        ica_tokenizer_destroy(tokenizer);
    }
}

static void test_ten_thousand_texts(void **state)
{
    (void)state;
    static uint32_t hashes[N_TEXTS];
    for (size_t k = 0; k < N_NAMES; k++) {
        struct ica_tokenizer *tokenizer = open_tokenizer(names[k]);
        size_t n_wrong = 0;
        read_hashes(names[k], hashes);
        for (size_t i = 0; i < N_TEXTS; i++) {
            if (hash_of_text(tokenizer, i) != hashes[i]) {
                n_wrong++;
                print_error("%s: other ids for text %zu\n", names[k], i);
            }
        }
        assert_int_equal(n_wrong, 0);
        ica_tokenizer_destroy(tokenizer);
    }
}

/* Of a text that is too long its beginning is kept, and the marks around it. */
static void test_long_texts_keep_their_end_mark(void **state)
{
    (void)state;
    for (size_t k = 0; k < N_NAMES; k++) {
        struct ica_tokenizer *tokenizer = open_tokenizer(names[k]);
        int64_t whole[ICA_MAX_CONTEXT];
        int64_t cut[ICA_MAX_CONTEXT] = {0};
        size_t n_whole;
        size_t n;
        const char *text = "a photo of a dog, two cats and the world's largest mother-in-law";
        assert_int_equal(ica_tokenizer_encode(tokenizer, text, strlen(text), ICA_MAX_CONTEXT, whole,
                                              &n_whole, NULL),
                         ICA_OK);
        assert_true(n_whole > 16);
        for (size_t max = 2; max < n_whole; max++) {
            cut[max] = -7;
            assert_int_equal(
                ica_tokenizer_encode(tokenizer, text, strlen(text), max, cut, &n, NULL), ICA_OK);
            assert_int_equal(n, max);
            assert_memory_equal(cut, whole, (max - 1) * sizeof *cut);
            assert_int_equal(cut[max - 1], whole[n_whole - 1]);
            assert_int_equal(cut[max], -7);
        }
        ica_tokenizer_destroy(tokenizer);
    }
}

static void test_padding(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        int64_t id;
    } expected[] = {
        {"clip", 1038}, /* nothing said, no token for it: the mark of the end */
        {"gpt", 502},   /* nothing said: the token <pad> */
        {"gemma", 0},   /* as the file says */
        {"siglip", 1},  /* likewise, that of the end */
        {"roberta", 1},
    };
    for (size_t k = 0; k < sizeof expected / sizeof *expected; k++) {
        struct ica_tokenizer *tokenizer = open_tokenizer(expected[k].name);
        assert_int_equal(tokenizer->padding_id, expected[k].id);
        ica_tokenizer_destroy(tokenizer);
    }
}

/* What is no UTF-8 is read as U+FFFD, byte by byte. */
static void test_invalid_utf8(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {
        {"a\xff z", "a\xef\xbf\xbd z"},
        {"\xc3", "\xef\xbf\xbd"},
        {"\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"}, /* a surrogate */
        {"\xc0\xaf", "\xef\xbf\xbd\xef\xbf\xbd"},                 /* too long for a slash */
        {"\xf4\x90\x80\x80.", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd."},
    };
    for (size_t k = 0; k < N_NAMES; k++) {
        struct ica_tokenizer *tokenizer = open_tokenizer(names[k]);
        for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
            int64_t ids[2][ICA_MAX_CONTEXT];
            size_t n[2];
            for (size_t side = 0; side < 2; side++) {
                assert_int_equal(ica_tokenizer_encode(tokenizer, pairs[i][side],
                                                      strlen(pairs[i][side]), ICA_MAX_CONTEXT,
                                                      ids[side], &n[side], NULL),
                                 ICA_OK);
            }
            assert_int_equal(n[0], n[1]);
            assert_memory_equal(ids[0], ids[1], n[0] * sizeof ids[0][0]);
        }
        ica_tokenizer_destroy(tokenizer);
    }
}

/* The longest text of one letter is one word for the model; more is refused. */
static void test_the_longest_text(void **state)
{
    (void)state;
    static char text[ICA_MAX_TOKEN_TEXT + 1];
    memset(text, 'a', sizeof text);
    for (size_t k = 0; k < N_NAMES; k++) {
        struct ica_tokenizer *tokenizer = open_tokenizer(names[k]);
        int64_t ids[ICA_MAX_CONTEXT];
        size_t n;
        struct ica_error err = {0};
        assert_int_equal(
            ica_tokenizer_encode(tokenizer, text, ICA_MAX_TOKEN_TEXT, 64, ids, &n, &err), ICA_OK);
        assert_int_equal(n, 64);
        assert_int_equal(ica_tokenizer_encode(tokenizer, text, sizeof text, 64, ids, &n, &err),
                         ICA_ETOOLARGE);
        assert_non_null(strstr(err.text, "65536"));
        ica_tokenizer_destroy(tokenizer);
    }
}

struct shared {
    struct ica_tokenizer *tokenizer;
    uint32_t hashes[N_TEXTS / 10];
};

static void encode_one(void *context, size_t i)
{
    struct shared *shared = context;
    shared->hashes[i] = hash_of_text(shared->tokenizer, 10 * i);
}

static void test_threads_share_a_tokenizer(void **state)
{
    (void)state;
    static uint32_t hashes[N_TEXTS];
    static struct shared shared;
    struct ica_parallel threads = test_threads(4);
    for (size_t k = 0; k < N_NAMES; k++) {
        shared.tokenizer = open_tokenizer(names[k]);
        read_hashes(names[k], hashes);
        ica_parallel_run(&threads, N_TEXTS / 10, encode_one, &shared);
        for (size_t i = 0; i < N_TEXTS / 10; i++) {
            assert_int_equal(shared.hashes[i], hashes[10 * i]);
        }
        ica_tokenizer_destroy(shared.tokenizer);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ids_are_the_reference_s),
        cmocka_unit_test(test_ten_thousand_texts),
        cmocka_unit_test(test_long_texts_keep_their_end_mark),
        cmocka_unit_test(test_padding),
        cmocka_unit_test(test_invalid_utf8),
        cmocka_unit_test(test_the_longest_text),
        cmocka_unit_test(test_threads_share_a_tokenizer),
    };
    return cmocka_run_group_tests(tests, load_texts, free_texts);
}
