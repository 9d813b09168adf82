/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-256 against the examples of FIPS 180-4, and in pieces of all lengths. */
#include "base/sha256.h"

#include <string.h>

#include "support/cmocka_all.h"

static void check(const char *text, size_t piece, size_t times, const char *expected)
{
    struct ica_sha256 hash;
    char found[ICA_SHA256_TEXT_SIZE];
    ica_sha256_init(&hash);
    for (size_t i = 0; i < times; i++) {
        for (size_t done = 0; done < strlen(text); done += piece) {
            size_t left = strlen(text) - done;
            ica_sha256_add(&hash, text + done, left < piece ? left : piece);
        }
    }
    ica_sha256_text(&hash, found);
    assert_string_equal(found, expected);
}

static void test_examples(void **state)
{
    (void)state;
    check("", 1, 1, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    check("abc", 3, 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    check("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56, 1,
          "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    check("aaaaaaaaaa", 10, 100000,
          "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

static void test_pieces_of_all_lengths(void **state)
{
    (void)state;
    static char text[1001];
    char whole[ICA_SHA256_TEXT_SIZE];
    struct ica_sha256 hash;
    for (size_t length = 0; length < sizeof text - 1; length += 7) {
        memset(text, 0, sizeof text);
        for (size_t i = 0; i < length; i++) {
            text[i] = (char)('a' + i * i % 23);
        }
        ica_sha256_init(&hash);
        ica_sha256_add(&hash, text, length);
        ica_sha256_text(&hash, whole);
        for (size_t piece = 1; piece < 200; piece += 9) {
            check(text, piece, 1, whole);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_examples),
        cmocka_unit_test(test_pieces_of_all_lengths),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
