/* SPDX-License-Identifier: Apache-2.0 */
/* WordPieces and the texts they make. */
#include "domain/caption/vocabulary.h"

#include <string.h>

#include "support/cmocka_all.h"

static const char pieces[] = "[SEP]\na\ndog\n##s\n'\ns\n.\n,\nn't\n##ball\nfoot\n\xC3\xA9\n";

enum { SEP, A, DOG, PLURAL, APOSTROPHE, S, DOT, COMMA, NOT, BALL, FOOT, ACCENT, N_PIECES };

static int set_up(void **state)
{
    static struct ica_vocabulary vocabulary;
    *state = &vocabulary;
    int status = (int)ica_vocabulary_init(&vocabulary, pieces, sizeof pieces - 1, N_PIECES, NULL);
    if (!status) {
        vocabulary.special[SEP] = true;
    }
    return status;
}

static int tear_down(void **state)
{
    ica_vocabulary_clear(*state);
    return 0;
}

#define CHECK(expected, ...)                                                                       \
    do {                                                                                           \
        static const uint32_t ids[] = {__VA_ARGS__};                                               \
        char text[64];                                                                             \
        ica_vocabulary_decode(*state, ids, sizeof ids / sizeof *ids, text, sizeof text);           \
        assert_string_equal(text, expected);                                                       \
    } while (0)

static void test_pieces_become_words(void **state)
{
    CHECK("a dog", A, DOG);
    CHECK("dogs footballs", DOG, PLURAL, FOOT, BALL, PLURAL);
    CHECK("##s dog", PLURAL, DOG); /* there is no word before it */
    CHECK("dog", SEP, DOG, SEP);
    CHECK("a dogs", A, SEP, DOG, SEP, PLURAL);
    CHECK("dog \xC3\xA9", DOG, ACCENT);
    CHECK("", SEP);
    CHECK("dog", DOG, N_PIECES, 4000000000u); /* not in the vocabulary */
}

static void test_blanks_before_punctuation_go(void **state)
{
    CHECK("a dog, a foot.", A, DOG, COMMA, A, FOOT, DOT);
    CHECK("dog's foot", DOG, APOSTROPHE, S, FOOT);
    CHECK("dogn't", DOG, NOT);
    CHECK(".,", DOT, COMMA);
}

static void test_long_texts_are_cut(void **state)
{
    static const uint32_t ids[] = {DOG, ACCENT, DOG};
    static const char *const expected[] = {"", "d", "do", "dog", "dog ", "dog ", "dog \xC3\xA9"};
    for (size_t size = 1; size <= 7; size++) {
        char text[8];
        memset(text, 'x', sizeof text);
        ica_vocabulary_decode(*state, ids, 3, text, size);
        assert_string_equal(text, expected[size - 1]);
        assert_int_equal(text[size], 'x');
    }
}

static void test_wrong_vocabularies(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t size;
        size_t n;
        const char *named;
    } cases[] = {
        {"a\nb\n", 4, 3, "line 3"},
        {"a\nb\nc\n", 6, 2, "more than 2"},
        {"a\n\nb\n", 5, 3, "line 2"},
        {"a\n\xFF\n", 4, 2, "line 2"},
        {"a\0b\nc\n", 6, 2, "line 1"},
        {"a\n", 2, 0, "no 0"},
        {"a", 1, ICA_MAX_VOCABULARY + 1, "pieces"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct ica_vocabulary vocabulary = {0};
        struct ica_error err = {0};
        assert_int_equal(
            ica_vocabulary_init(&vocabulary, cases[i].text, cases[i].size, cases[i].n, &err),
            ICA_EINVALID);
        assert_null(vocabulary.text);
        if (!strstr(err.text, cases[i].named)) {
            fail_msg("\"%s\" does not say \"%s\"", err.text, cases[i].named);
        }
    }
    struct ica_vocabulary last = {0}; /* without a newline at the end */
    assert_int_equal(ica_vocabulary_init(&last, "a\nb", 3, 2, NULL), ICA_OK);
    assert_string_equal(last.pieces[1], "b");
    ica_vocabulary_clear(&last);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_pieces_become_words, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_blanks_before_punctuation_go, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_long_texts_are_cut, set_up, tear_down),
        cmocka_unit_test(test_wrong_vocabularies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
