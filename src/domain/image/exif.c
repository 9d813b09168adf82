/* SPDX-License-Identifier: Apache-2.0 */
/* A reader of the TIFF structure inside EXIF. Every offset in it comes from outside; all reads go
 * through `read_uint`, which refuses to leave the block. */
#include "domain/image/exif.h"

#include <stdbool.h>
#include <string.h>

#define TAG_ORIENTATION        0x0112
#define TAG_DATE_TIME          0x0132 /* last change */
#define TAG_EXIF_DIRECTORY     0x8769
#define TAG_DATE_TIME_ORIGINAL 0x9003 /* when the photo was taken */

#define TYPE_ASCII 2
#define TYPE_SHORT 3
#define TYPE_LONG  4

#define ENTRY_BYTES        12
#define VALUE_OFFSET       8   /* within an entry */
#define MAX_DIRECTORY_SIZE 512 /* entries; cameras write fewer than 100 */

struct block {
    const uint8_t *bytes;
    size_t size;
    bool big_endian;
};

/* The `count`-byte number (2 or 4) at `offset`; false if it is not inside the block. */
static bool read_uint(const struct block *block, size_t offset, size_t count, uint32_t *out)
{
    if (offset > block->size || block->size - offset < count) {
        return false;
    }
    uint32_t value = 0;
    for (size_t i = 0; i < count; i++) {
        value = value << 8 | block->bytes[offset + (block->big_endian ? i : count - 1 - i)];
    }
    *out = value;
    return true;
}

/* The number in the entry at `entry`; false if its type is not SHORT or LONG. */
static bool read_entry_uint(const struct block *block, size_t entry, uint32_t *out)
{
    uint32_t type;
    if (!read_uint(block, entry + 2, 2, &type) || (type != TYPE_SHORT && type != TYPE_LONG)) {
        return false;
    }
    return read_uint(block, entry + VALUE_OFFSET, type == TYPE_SHORT ? 2 : 4, out);
}

/* Copy the date in the entry at `entry` if it looks like "YYYY:MM:DD HH:MM:SS". */
static void read_entry_date(const struct block *block, size_t entry, char out[ICA_TAKEN_AT_SIZE])
{
    static const char shape[] = "dddd:dd:dd dd:dd:dd";
    uint32_t type;
    uint32_t offset;
    if (!read_uint(block, entry + 2, 2, &type) || type != TYPE_ASCII ||
        !read_uint(block, entry + VALUE_OFFSET, 4, &offset) || offset > block->size ||
        block->size - offset < sizeof shape - 1) {
        return;
    }
    const uint8_t *date = block->bytes + offset;
    for (size_t i = 0; i < sizeof shape - 1; i++) {
        bool fits = shape[i] == 'd' ? date[i] >= '0' && date[i] <= '9' : date[i] == shape[i];
        if (!fits) {
            return;
        }
    }
    memcpy(out, date, sizeof shape - 1);
    out[sizeof shape - 1] = '\0';
}

/* Read what we know from the directory at `offset`; returns the offset of the EXIF directory that
 * it points to, or 0. The original date, which stands there, replaces the date of change. */
static uint32_t read_directory(const struct block *block, uint32_t offset,
                               struct ica_image_info *info)
{
    uint32_t exif_directory = 0;
    uint32_t count;
    if (!read_uint(block, offset, 2, &count) || count > MAX_DIRECTORY_SIZE) {
        return 0;
    }
    for (uint32_t i = 0; i < count; i++) {
        size_t entry = (size_t)offset + 2 + (size_t)i * ENTRY_BYTES;
        uint32_t tag;
        uint32_t value;
        if (!read_uint(block, entry, 2, &tag)) {
            break;
        }
        if (tag == TAG_ORIENTATION && read_entry_uint(block, entry, &value) && value >= 1 &&
            value <= 8) {
            info->orientation = value;
        } else if (tag == TAG_EXIF_DIRECTORY && read_entry_uint(block, entry, &value)) {
            exif_directory = value;
        } else if (tag == TAG_DATE_TIME || tag == TAG_DATE_TIME_ORIGINAL) {
            read_entry_date(block, entry, info->taken_at);
        }
    }
    return exif_directory;
}

void ica_exif_read(const uint8_t *bytes, size_t size, struct ica_image_info *info)
{
    static const uint8_t prefix[] = {'E', 'x', 'i', 'f', 0, 0};
    info->orientation = ICA_ORIENTATION_UPRIGHT;
    info->taken_at[0] = '\0';
    if (size >= sizeof prefix && memcmp(bytes, prefix, sizeof prefix) == 0) {
        bytes += sizeof prefix;
        size -= sizeof prefix;
    }
    struct block block = {.bytes = bytes, .size = size};
    uint32_t magic;
    uint32_t offset;
    if (size < 2 || bytes[0] != bytes[1] || (bytes[0] != 'I' && bytes[0] != 'M')) {
        return;
    }
    block.big_endian = bytes[0] == 'M';
    if (!read_uint(&block, 2, 2, &magic) || magic != 42 || !read_uint(&block, 4, 4, &offset)) {
        return;
    }
    uint32_t exif_directory = read_directory(&block, offset, info);
    if (exif_directory) {
        unsigned orientation = info->orientation;
        (void)read_directory(&block, exif_directory, info);
        info->orientation = orientation; /* belongs to the first directory */
    }
}

void ica_image_date(const struct ica_image_info *info, char date[ICA_TAKEN_AT_SIZE])
{
    memcpy(date, info->taken_at, ICA_TAKEN_AT_SIZE);
    if (*date) {
        date[4] = date[7] = '-';
        date[10] = 'T';
    }
}
