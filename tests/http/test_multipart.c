/* SPDX-License-Identifier: Apache-2.0 */
/* The multipart parser: whatever the chunks, the same events. */
#include "support/cmocka_all.h"

#include <stdlib.h>
#include <string.h>

#include "http/multipart.h"

#define CONTENT_TYPE  "multipart/form-data; boundary=XyZ"
#define LONG_BOUNDARY "01234567890123456789012345678901234567890123456789012345678901234567890"

/* What the parser told, as text: `<field|file name>content.` per part. */
struct transcript {
    struct ica_buffer text;
    size_t fail_at_part; /* part_begin number that fails; 0 = none */
    size_t n_parts;
};

static enum ica_status part_begin(void *context, const struct ica_multipart_part *part,
                                  struct ica_error *err)
{
    struct transcript *transcript = context;
    if (++transcript->n_parts == transcript->fail_at_part) {
        return ica_error_set(err, ICA_EBUSY, "Enough.");
    }
    return ica_buffer_printf(&transcript->text, err, "<%.*s|%.*s>", (int)part->field.size,
                             part->field.bytes, (int)part->file_name.size, part->file_name.bytes);
}

static enum ica_status part_data(void *context, const uint8_t *bytes, size_t size,
                                 struct ica_error *err)
{
    struct transcript *transcript = context;
    assert_true(size > 0);
    return ica_buffer_append(&transcript->text, bytes, size, err);
}

static enum ica_status part_end(void *context, struct ica_error *err)
{
    struct transcript *transcript = context;
    return ica_buffer_append_text(&transcript->text, ".", err);
}

static const struct ica_multipart_events events = {part_begin, part_data, part_end};

static struct ica_slice slice(const char *text)
{
    return (struct ica_slice){text, strlen(text)};
}

/* Feed `body` in chunks that end at `first`, `second` and its end. */
static enum ica_status parse(const char *content_type, const char *body, size_t size, size_t first,
                             size_t second, struct transcript *transcript)
{
    ica_buffer_init(&transcript->text, (size_t)1 << 20);
    struct ica_multipart parser;
    const size_t ends[] = {first, second, size};
    size_t start = 0;
    enum ica_status status =
        ica_multipart_init(&parser, slice(content_type), &events, transcript, NULL);
    for (size_t i = 0; i < 3 && !status; i++) {
        /* A copy of its own, so that a sanitizer sees a read beyond the chunk. */
        size_t n = ends[i] - start;
        uint8_t *chunk = malloc(n ? n : 1);
        assert_non_null(chunk);
        memcpy(chunk, body + start, n);
        status = ica_multipart_feed(&parser, chunk, n, NULL);
        free(chunk);
        start = ends[i];
    }
    if (!status) {
        status = ica_multipart_end(&parser, NULL);
    }
    ica_multipart_clear(&parser);
    return status;
}

static void assert_parsed(const char *body, const char *expected)
{
    struct transcript transcript = {0};
    size_t size = strlen(body);
    assert_int_equal(parse(CONTENT_TYPE, body, size, size, size, &transcript), ICA_OK);
    assert_string_equal(ica_buffer_text(&transcript.text), expected);
    ica_buffer_clear(&transcript.text);
}

static void assert_refused(const char *body, enum ica_status expected)
{
    struct transcript transcript = {0};
    size_t size = strlen(body);
    assert_int_equal(parse(CONTENT_TYPE, body, size, size, size, &transcript), expected);
    ica_buffer_clear(&transcript.text);
}

/* One part with this Content-Disposition gives `expected` ("field|file name"). */
static void assert_disposition(const char *disposition, const char *expected)
{
    char body[1024];
    char wanted[256];
    assert_true(snprintf(body, sizeof body,
                         "--XyZ\r\nContent-Disposition: %s\r\n\r\nx\r\n--XyZ--\r\n",
                         disposition) < (int)sizeof body);
    assert_true(snprintf(wanted, sizeof wanted, "<%s>x.", expected) < (int)sizeof wanted);
    assert_parsed(body, wanted);
}

static const char mixed_body[] =
    "preamble\r\n--XyZ \t\r\n"
    "content-disposition: form-data; name=\"files\"; filename=\"a\"\r\n"
    "Content-Type: image/jpeg\r\n\r\n"
    "\r\n--Xy\r\r\n--XyY\r\n-\r\n--\r\r\n-\r\n--XyZ\r\n"
    "Content-Disposition: form-data; name=files; filename=b.png\r\n\r\n"
    "\r\n--XyZ\r\n\r\nno headers\r\n\r\n--XyZ--\r\nepilogue --XyZ";

static const char mixed_events[] =
    "<files|a>\r\n--Xy\r\r\n--XyY\r\n-\r\n--\r\r\n-.<files|b.png>.<|>no headers\r\n.";

static void test_every_split_gives_the_same(void **state)
{
    (void)state;
    size_t size = sizeof mixed_body - 1;
    for (size_t first = 0; first <= size; first++) {
        for (size_t second = first; second <= size; second++) {
            struct transcript transcript = {0};
            assert_int_equal(parse(CONTENT_TYPE, mixed_body, size, first, second, &transcript),
                             ICA_OK);
            assert_string_equal(ica_buffer_text(&transcript.text), mixed_events);
            ica_buffer_clear(&transcript.text);
        }
    }
}

static void test_every_early_end_is_refused(void **state)
{
    (void)state;
    const char *closing = strstr(mixed_body, "--XyZ--");
    assert_non_null(closing);
    size_t complete = (size_t)(closing - mixed_body) + strlen("--XyZ--");
    for (size_t size = 0; size < complete; size++) {
        struct transcript transcript = {0};
        assert_int_equal(parse(CONTENT_TYPE, mixed_body, size, size, size, &transcript),
                         ICA_EINVALID);
        ica_buffer_clear(&transcript.text);
    }
}

static void test_file_names(void **state)
{
    (void)state;
    assert_disposition("form-data; name=\"files\"", "files|");
    assert_disposition("form-data; name=\"files\"; filename=\"\"", "files|");
    assert_disposition("FORM-DATA;NAME=files;FILENAME=a.jpg", "files|a.jpg");
    assert_disposition("form-data; filename=\"a.jpg\"; name=\"files\"", "files|a.jpg");
    assert_disposition("form-data; name=\"files\"; filename=\"../../etc/passwd\"",
                       "files|../../etc/passwd");
    assert_disposition("form-data; name=\"files\"; filename=\"a\\\"b\\\\c.jpg\"",
                       "files|a\"b\\c.jpg");
    assert_disposition("form-data; name=\"files\"; filename=\"C:\\dir\\a.jpg\"",
                       "files|C:\\dir\\a.jpg");
    assert_disposition("form-data; name=\"files\"; filename=\"a;b name=x.jpg\"",
                       "files|a;b name=x.jpg");
    assert_disposition("form-data; name=\"files\"; filename=\"a%22b%0D%0ac%20d%2x%.jpg%2\"",
                       "files|a\"b\r\nc%20d%2x%.jpg%2");
    assert_disposition("form-data; name=\"files\"; filename=\"\xF0\x9F\x8D\x8E \xFF.jpg\"",
                       "files|\xF0\x9F\x8D\x8E \xFF.jpg");
    assert_disposition("form-data; name=\"files\"; filename=\"plain\"; "
                       "filename*=UTF-8'en'%e2%82%AC%20rates",
                       "files|\xE2\x82\xAC rates");
    assert_disposition("form-data; name=\"files\"; filename*=broken; filename=plain",
                       "files|plain");
    assert_disposition("form-data; name=\"files\"; filename=\"never closed", "files|");
    assert_disposition("form-data; junk; =x; name = \"files\" ; filename = a.jpg ", "files|a.jpg");
    assert_disposition("form-data", "|");
}

static void test_malformed_bodies(void **state)
{
    (void)state;
    assert_refused("", ICA_EINVALID);
    assert_refused("no boundary at all", ICA_EINVALID);
    assert_refused("--XyZabc\r\n\r\nx\r\n--XyZ--", ICA_EINVALID);
    assert_refused("--XyZ\n\nx\r\n--XyZ--", ICA_EINVALID);
    assert_refused("--XyZ-\r\n\r\nx\r\n--XyZ--", ICA_EINVALID);
    assert_refused("--XyZ -\r\n\r\nx\r\n--XyZ--", ICA_EINVALID);
    assert_refused("--XyZ\r\nContent-Disposition: form-data\r\n--XyZ--\r\n", ICA_EINVALID);
    assert_parsed("--XyZ--", "");
    assert_parsed("\r\n--XyZ--\r\n", "");
}

static void test_long_headers_are_refused(void **state)
{
    (void)state;
    size_t size = ICA_MAX_MULTIPART_HEADER_BYTES + 100;
    char *body = malloc(size);
    assert_non_null(body);
    memset(body, 'x', size);
    memcpy(body, "--XyZ\r\n", 7);
    struct transcript transcript = {0};
    assert_int_equal(parse(CONTENT_TYPE, body, size, 10, size, &transcript), ICA_ETOOLARGE);
    ica_buffer_clear(&transcript.text);
    memset(body, ' ', size);
    memcpy(body, "--XyZ", 5);
    assert_int_equal(parse(CONTENT_TYPE, body, size, 10, size, &transcript), ICA_ETOOLARGE);
    ica_buffer_clear(&transcript.text);
    free(body);
}

static void test_boundaries(void **state)
{
    (void)state;
    const char *body = "--a b\r\n\r\nx\r\n--a b--";
    size_t size = strlen(body);
    struct transcript transcript = {0};
    assert_int_equal(parse("multipart/form-data; boundary=\"a b\"", body, size, 3, 9, &transcript),
                     ICA_OK);
    assert_string_equal(ica_buffer_text(&transcript.text), "<|>x.");
    ica_buffer_clear(&transcript.text);
    static const char *const bad[] = {
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=\"\"",
        "multipart/form-data; boundary=\"never closed",
        ("multipart/form-data; boundary=" LONG_BOUNDARY),
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct ica_multipart parser;
        assert_int_equal(ica_multipart_init(&parser, slice(bad[i]), &events, NULL, NULL),
                         ICA_EINVALID);
        ica_multipart_clear(&parser);
    }
}

static void test_an_event_can_end_the_parsing(void **state)
{
    (void)state;
    struct transcript transcript = {.fail_at_part = 2};
    size_t size = sizeof mixed_body - 1;
    assert_int_equal(parse(CONTENT_TYPE, mixed_body, size, size, size, &transcript), ICA_EBUSY);
    assert_int_equal(transcript.n_parts, 2);
    ica_buffer_clear(&transcript.text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_split_gives_the_same),
        cmocka_unit_test(test_every_early_end_is_refused),
        cmocka_unit_test(test_file_names),
        cmocka_unit_test(test_malformed_bodies),
        cmocka_unit_test(test_long_headers_are_refused),
        cmocka_unit_test(test_boundaries),
        cmocka_unit_test(test_an_event_can_end_the_parsing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
