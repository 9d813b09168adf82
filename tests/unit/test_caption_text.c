/* SPDX-License-Identifier: Apache-2.0 */
/* What is made of the answers of language models. */
#include "support/cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "domain/caption/caption_text.h"
#include "support/test_random.h"

static void test_answers(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"red shoes", "red shoes"},
        {"  red \t  shoes \n", "red shoes"},
        {"Red shoes.", "Red shoes"},
        {"\"Red shoes.\"", "Red shoes"},
        {"\xE2\x80\x9CRed shoes\xE2\x80\x9D", "Red shoes"},
        {"\xC2\xABsapatos vermelhos\xC2\xBB.", "sapatos vermelhos"},
        {"shoes of \"Hermes\".", "shoes of \"Hermes\""},
        {"dogs' toys", "dogs' toys"},
        {"**Red** shoes", "Red shoes"},
        {"# Red shoes", "Red shoes"},
        {"- red shoes\n- dogs\n", "red shoes"},
        {"1. red shoes\n2. dogs", "red shoes"},
        {"12 eggs", "12 eggs"},
        {"3.5 inch disks", "3.5 inch disks"},
        {"\n\n  \nred shoes\nThey are all red.", "red shoes"},
        {"```\nred shoes\n```", "red shoes"},
        {"```text\nred shoes\n```", "red shoes"},
        {"```red shoes```", "red shoes"},
        {"Here is a phrase:\n\n**Red shoes**\n", "Red shoes"},
        {"Red shoes:", "Red shoes"},
        {"<think>\nDogs? No.\n</think>\n\nred shoes", "red shoes"},
        {"<think>\nDogs? No, they", ""},
        {"red\x01 sho\x7F"
         "es",
         "red shoes"},
        {"red\xFF shoes\xC3", "red shoes"},
        {"red\xE2\x80\x8B sh\xE2\x80\xAEoes", "red shoes"}, /* no width; right to left */
        {"red\xC2\xA0shoes", "red shoes"},
        {"red shoes\xE2\x80\xA8"
         "dogs",
         "red shoes"},
        {"c\xC3\xA3"
         "es na praia",
         "c\xC3\xA3"
         "es na praia"},
        {"\xE7\x8A\xAC\xE3\x80\x82", "\xE7\x8A\xAC"},
        {"...", ""},
        {"\"\"", ""},
        {"?!", ""},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char out[ICA_MAX_DESCRIPTION];
        ica_caption_text_clean(cases[i][0], strlen(cases[i][0]), out);
        assert_string_equal(out, cases[i][1]);
    }
}

static void test_long_answers_are_cut_between_words(void **state)
{
    (void)state;
    char said[4000];
    char out[ICA_MAX_DESCRIPTION];
    size_t size = 0;
    while (size + 10 < sizeof said) {
        size += (size_t)snprintf(said + size, sizeof said - size, "word%zu, ", size);
    }
    ica_caption_text_clean(said, size, out);
    size_t length = strlen(out);
    assert_true(length < ICA_MAX_DESCRIPTION && length > ICA_MAX_DESCRIPTION - 16);
    assert_memory_equal(out, said, length);
    assert_int_equal(said[length], ','); /* a whole word, without the comma */
    memset(said, 'x', sizeof said);
    ica_caption_text_clean(said, sizeof said, out);
    assert_int_equal(strlen(out), ICA_MAX_DESCRIPTION - 1);
    for (size_t i = 0; i + 1 < sizeof said; i += 2) {
        memcpy(said + i, "\xC3\xA3", 2);
    }
    ica_caption_text_clean(said, sizeof said, out);
    assert_int_equal(strlen(out), (ICA_MAX_DESCRIPTION - 1) / 2 * 2);
}

/* Whatever comes: one line of valid UTF-8 without control characters. In memory of its own, so that
 * sanitizers see reads beyond the end. */
static void test_any_bytes(void **state)
{
    (void)state;
    static const char alphabet[] = "ab \n\t\"'`*<think></think>.:-1)\xC3\xA3\xE2\x80\x8B\xFF\x01";
    struct test_random random = {1};
    for (size_t round = 0; round < 20000; round++) {
        size_t size = test_random_below(&random, 200);
        char *said = malloc(size + !size);
        assert_non_null(said);
        for (size_t i = 0; i < size; i++) {
            said[i] = alphabet[test_random_below(&random, sizeof alphabet)];
        }
        char out[ICA_MAX_DESCRIPTION];
        ica_caption_text_clean(said, size, out);
        assert_true(ica_text_is_utf8(out, strlen(out)));
        for (const char *c = out; *c; c++) {
            assert_true((unsigned char)*c >= ' ' && *c != 0x7F);
        }
        free(said);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_answers),
        cmocka_unit_test(test_long_answers_are_cut_between_words),
        cmocka_unit_test(test_any_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
