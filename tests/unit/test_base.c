/* SPDX-License-Identifier: Apache-2.0 */
/* base/: errors, buffers, arrays, texts. */
#include "support/cmocka_all.h"

#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"

static void test_error_keeps_status_and_text(void **state)
{
    (void)state;
    struct ica_error err = {0};
    assert_int_equal(ica_error_set(&err, ICA_ECORRUPT, "Row %d is bad.", 7), ICA_ECORRUPT);
    assert_string_equal(err.text, "Row 7 is bad.");
    assert_int_equal(ica_error_prefix(&err, ICA_ECORRUPT, "%s: ", "a.jpg"), ICA_ECORRUPT);
    assert_string_equal(err.text, "a.jpg: Row 7 is bad.");
    assert_int_equal(ica_error_set(NULL, ICA_EIO, "nobody listens"), ICA_EIO);
}

static void test_error_text_is_cut(void **state)
{
    (void)state;
    char text[ICA_MAX_ERROR_TEXT * 2];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = 0;
    struct ica_error err = {0};
    (void)ica_error_set(&err, ICA_EIO, "%s", text);
    assert_int_equal(strlen(err.text), ICA_MAX_ERROR_TEXT - 2);
    (void)ica_error_prefix(&err, ICA_EIO, "%s", text);
    assert_int_equal(strlen(err.text), ICA_MAX_ERROR_TEXT - 2);
    (void)ica_error_set(&err, ICA_EIO, "%.509s\xC3\xA9", text); /* cut within its last character */
    assert_int_equal(strlen(err.text), 509);
    assert_true(ica_text_is_utf8(err.text, strlen(err.text)));
}

static void test_each_status_has_text_and_codes(void **state)
{
    (void)state;
    for (int i = 0; i < ICA_STATUS_COUNT; i++) {
        assert_string_not_equal(ica_status_text((enum ica_status)i), "");
        assert_in_range(ica_status_http((enum ica_status)i), 200, 599);
        assert_in_range(ica_status_exit((enum ica_status)i), 0, 9);
    }
}

static void test_buffer_stops_at_its_maximum(void **state)
{
    (void)state;
    struct ica_buffer buffer;
    ica_buffer_init(&buffer, 5);
    assert_string_equal(ica_buffer_text(&buffer), "");
    assert_int_equal(ica_buffer_append_text(&buffer, "abc", NULL), ICA_OK);
    assert_int_equal(ica_buffer_append_text(&buffer, "def", NULL), ICA_ETOOLARGE);
    assert_int_equal(ica_buffer_printf(&buffer, NULL, "%d", 12), ICA_OK);
    assert_string_equal(ica_buffer_text(&buffer), "abc12");
    assert_int_equal(ica_buffer_printf(&buffer, NULL, "!"), ICA_ETOOLARGE);
    struct ica_buffer other;
    ica_buffer_init(&other, 0);
    ica_buffer_move(&other, &buffer);
    assert_int_equal(buffer.size, 0);
    assert_string_equal(ica_buffer_text(&other), "abc12");
    ica_buffer_clear(&other);
    ica_buffer_clear(&buffer);
}

static void test_arrays_check_sizes(void **state)
{
    (void)state;
    size_t product = 1;
    assert_false(ica_size_multiply(SIZE_MAX / 2, 3, &product));
    assert_int_equal(product, 1);
    assert_true(ica_size_multiply(0, SIZE_MAX, &product));
    assert_int_equal(product, 0);
    assert_null(ica_array_new(SIZE_MAX / 2, 8));
    int *array = NULL;
    size_t capacity = 0;
    assert_true(ica_array_reserve((void **)&array, &capacity, 17, 40, sizeof *array));
    assert_in_range(capacity, 17, 40);
    assert_true(ica_array_reserve((void **)&array, &capacity, 40, 40, sizeof *array));
    assert_int_equal(capacity, 40);
    assert_false(ica_array_reserve((void **)&array, &capacity, 41, 40, sizeof *array));
    free(array);
}

static void assert_utf8_copy(const char *bytes, size_t size, const char *expected)
{
    char *copy = ica_text_copy_utf8(bytes, size);
    assert_string_equal(copy, expected);
    assert_true(ica_text_is_utf8(copy, strlen(copy)));
    free(copy);
}

static void test_text_becomes_valid_utf8(void **state)
{
    (void)state;
    assert_utf8_copy("caf\xC3\xA9 \xF0\x9F\x98\x80", 10, "caf\xC3\xA9 \xF0\x9F\x98\x80");
    assert_utf8_copy("a\xFFz", 3, "a\xEF\xBF\xBDz");
    assert_utf8_copy("\xC0\xAF", 2, "\xEF\xBF\xBD\xEF\xBF\xBD");                 /* overlong */
    assert_utf8_copy("\xED\xA0\x80", 3, "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"); /* surrogate */
    assert_utf8_copy("\xE2\x82", 2, "\xEF\xBF\xBD\xEF\xBF\xBD");                 /* cut short */
    assert_utf8_copy("a\nb\x00", 4,
                     "a\xEF\xBF\xBD"
                     "b\xEF\xBF\xBD");
    assert_utf8_copy("", 0, "");
}

static void test_cut_keeps_whole_characters(void **state)
{
    (void)state;
    assert_int_equal(ica_text_cut("abc", 5), 3);
    assert_int_equal(ica_text_cut("abc", 3), 3);
    assert_int_equal(ica_text_cut("abc", 2), 2);
    assert_int_equal(ica_text_cut("a\xE2\x82\xAC", 3), 1);
    assert_int_equal(ica_text_cut("", 0), 0);
}

static void test_numbers_are_checked(void **state)
{
    (void)state;
    uint64_t number = 99;
    assert_true(ica_text_parse_uint("0", 0, 5, &number));
    assert_int_equal(number, 0);
    const char *const bad_uints[] = {
        "", "-1", "+1", " 1", "1 ", "6", "1.0", "0x1", "99999999999999999999"};
    for (size_t i = 0; i < sizeof bad_uints / sizeof *bad_uints; i++) {
        assert_false(ica_text_parse_uint(bad_uints[i], 0, 5, &number));
    }
    assert_true(ica_text_parse_size("3K", 1 << 20, &number));
    assert_int_equal(number, 3072);
    assert_false(ica_text_parse_size("2M", 1 << 20, &number));
    assert_false(ica_text_parse_size("2X", 1 << 20, &number));
    double real = 7;
    assert_true(ica_text_parse_double("0.25", 0, 1, &real));
    assert_float_equal(real, 0.25, 0);
    assert_true(ica_text_parse_double("5e-324", 0, 1, &real));
    assert_true(real > 0);
    const char *const bad_doubles[] = {"",   "nan", "inf", "1e999",  "2",   "-0.5", "0.5x",
                                       "+1", " 1",  "-",   "0x1p-3", "0x1", "1e",   "."};
    for (size_t i = 0; i < sizeof bad_doubles / sizeof *bad_doubles; i++) {
        assert_false(ica_text_parse_double(bad_doubles[i], 0, 1, &real));
    }
}

static void test_base64_is_read_and_written(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {
        {"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"\xfb\xff\xfe?", "+//+Pw=="},
    };
    static const char *const wrong[] = {"Zg", "Zg=", "Z===", "====", "Zg==Zg==", "Z_8=", "Zm9v\n"};
    struct ica_buffer out;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        ica_buffer_init(&out, 16);
        assert_int_equal(
            ica_base64_append(&out, (const uint8_t *)pairs[i][0], strlen(pairs[i][0]), NULL),
            ICA_OK);
        assert_string_equal(ica_buffer_text(&out), pairs[i][1]);
        ica_buffer_clear(&out);
        assert_int_equal(ica_base64_read(&out, pairs[i][1], strlen(pairs[i][1]), NULL), ICA_OK);
        assert_string_equal(ica_buffer_text(&out), pairs[i][0]);
        ica_buffer_clear(&out);
    }
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        ica_buffer_init(&out, 16);
        assert_int_equal(ica_base64_read(&out, wrong[i], strlen(wrong[i]), NULL), ICA_EINVALID);
        ica_buffer_clear(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_error_keeps_status_and_text),
        cmocka_unit_test(test_error_text_is_cut),
        cmocka_unit_test(test_each_status_has_text_and_codes),
        cmocka_unit_test(test_buffer_stops_at_its_maximum),
        cmocka_unit_test(test_arrays_check_sizes),
        cmocka_unit_test(test_text_becomes_valid_utf8),
        cmocka_unit_test(test_cut_keeps_whole_characters),
        cmocka_unit_test(test_numbers_are_checked),
        cmocka_unit_test(test_base64_is_read_and_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
