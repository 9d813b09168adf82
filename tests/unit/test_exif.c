/* SPDX-License-Identifier: Apache-2.0 */
/* EXIF blocks, right and wrong, in both byte orders. */
#include "support/cmocka_all.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "domain/image/exif.h"

#define TAG_ORIENTATION        0x0112
#define TAG_DATE_TIME          0x0132
#define TAG_EXIF_DIRECTORY     0x8769
#define TAG_DATE_TIME_ORIGINAL 0x9003

enum { ASCII = 2, SHORT = 3, LONG = 4 };

/* A block under construction. */
struct block {
    uint8_t bytes[256];
    size_t size;
    bool big_endian;
};

static void put(struct block *block, size_t at, size_t count, uint32_t value)
{
    for (size_t i = 0; i < count; i++) {
        size_t shift = 8 * (block->big_endian ? count - 1 - i : i);
        block->bytes[at + i] = (uint8_t)(value >> shift);
    }
    block->size = at + count > block->size ? at + count : block->size;
}

static void put_header(struct block *block)
{
    memset(block->bytes, block->big_endian ? 'M' : 'I', 2);
    put(block, 2, 2, 42);
    put(block, 4, 4, 8);
}

/* Entry `index` of the directory at `directory`. */
static void put_entry(struct block *block, size_t directory, size_t index, uint32_t tag,
                      uint32_t type, uint32_t value)
{
    size_t at = directory + 2 + index * 12;
    put(block, at, 2, tag);
    put(block, at + 2, 2, type);
    put(block, at + 4, 4, type == ASCII ? 20 : 1);
    put(block, at + 8, 4, 0);
    put(block, at + 8, type == SHORT ? 2 : 4, value);
}

static void put_date(struct block *block, size_t at, const char *date)
{
    memcpy(block->bytes + at, date, ICA_TAKEN_AT_SIZE);
    block->size = at + ICA_TAKEN_AT_SIZE;
}

/* First directory at 8: orientation 6, a date of change, and a second one with the true date. */
static struct block full_block(bool big_endian)
{
    struct block block = {.big_endian = big_endian};
    put_header(&block);
    put(&block, 8, 2, 3);
    put_entry(&block, 8, 0, TAG_ORIENTATION, SHORT, 6);
    put_entry(&block, 8, 1, TAG_DATE_TIME, ASCII, 100);
    put_entry(&block, 8, 2, TAG_EXIF_DIRECTORY, LONG, 60);
    put(&block, 60, 2, 2);
    put_entry(&block, 60, 0, TAG_DATE_TIME_ORIGINAL, ASCII, 120);
    put_entry(&block, 60, 1, TAG_ORIENTATION, SHORT, 3); /* does not count here */
    put_date(&block, 100, "2022:02:02 02:02:02");
    put_date(&block, 120, "2021:03:04 05:06:07");
    return block;
}

/* Read a copy of exactly `size` bytes, so that sanitizers see reads beyond it. */
static struct ica_image_info read_copy(const uint8_t *bytes, size_t size)
{
    struct ica_image_info info = {.orientation = 77, .taken_at = "old"};
    uint8_t *copy = malloc(size ? size : 1);
    assert_non_null(copy);
    memcpy(copy, bytes, size);
    ica_exif_read(copy, size, &info);
    free(copy);
    return info;
}

static void test_reads_both_byte_orders(void **state)
{
    (void)state;
    for (int big_endian = 0; big_endian <= 1; big_endian++) {
        struct block block = full_block(big_endian);
        struct ica_image_info info = read_copy(block.bytes, block.size);
        assert_int_equal(info.orientation, 6);
        assert_string_equal(info.taken_at, "2021:03:04 05:06:07");
    }
}

static void test_skips_the_prefix(void **state)
{
    (void)state;
    struct block block = full_block(true);
    uint8_t prefixed[6 + sizeof block.bytes] = "Exif";
    memcpy(prefixed + 6, block.bytes, block.size);
    assert_int_equal(read_copy(prefixed, 6 + block.size).orientation, 6);
}

static void test_every_truncation_is_safe(void **state)
{
    (void)state;
    struct block block = full_block(false);
    for (size_t size = 0; size < block.size; size++) {
        struct ica_image_info info = read_copy(block.bytes, size);
        assert_true(info.orientation == 1 || info.orientation == 6);
        assert_true(strlen(info.taken_at) == 0 || strlen(info.taken_at) == 19);
    }
}

static void test_every_changed_byte_is_safe(void **state)
{
    (void)state;
    for (size_t at = 0; at < full_block(true).size; at++) {
        struct block block = full_block(true);
        for (unsigned value = 0; value < 256; value += 5) {
            block.bytes[at] = (uint8_t)value;
            struct ica_image_info info = read_copy(block.bytes, block.size);
            assert_in_range(info.orientation, 1, 8);
        }
    }
}

static void test_wrong_values_leave_the_default(void **state)
{
    (void)state;
    static const uint32_t wrong[] = {0, 9, 65535};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct block block = full_block(false);
        put_entry(&block, 8, 0, TAG_ORIENTATION, SHORT, wrong[i]);
        assert_int_equal(read_copy(block.bytes, block.size).orientation, 1);
    }
    struct block block = full_block(false);
    put_entry(&block, 8, 0, TAG_ORIENTATION, ASCII, 6);
    put_date(&block, 100, "    :  :     :  :  ");
    put_date(&block, 120, "2021:03:04 05:06:xx");
    struct ica_image_info info = read_copy(block.bytes, block.size);
    assert_int_equal(info.orientation, 1);
    assert_string_equal(info.taken_at, "");
}

static void test_date_as_iso(void **state)
{
    (void)state;
    char date[ICA_TAKEN_AT_SIZE];
    ica_image_date(&(struct ica_image_info){.taken_at = "2024:05:01 10:20:30"}, date);
    assert_string_equal(date, "2024-05-01T10:20:30");
    ica_image_date(&(struct ica_image_info){0}, date);
    assert_string_equal(date, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads_both_byte_orders),
        cmocka_unit_test(test_skips_the_prefix),
        cmocka_unit_test(test_every_truncation_is_safe),
        cmocka_unit_test(test_every_changed_byte_is_safe),
        cmocka_unit_test(test_wrong_values_leave_the_default),
        cmocka_unit_test(test_date_as_iso),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
