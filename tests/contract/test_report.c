/* SPDX-License-Identifier: Apache-2.0 */
/* The report port: what every report must do, and each one's text to the last byte. */
#include "support/cmocka_all.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "adapters/csv/csv_report.h"
#include "adapters/gallery/gallery_report.h"
#include "adapters/json/json_report.h"
#include "base/text.h"
#include "support/sample_result.h"

#define MAX_REPORT (1024 * 1024)

static const struct ica_report_options no_options;

static const struct ica_report *const reports[] = {
    &ica_json_report,
    &ica_ndjson_report,
    &ica_csv_report,
    &ica_gallery_report,
};

#define N_REPORTS (sizeof reports / sizeof *reports)

static int set_up(void **state)
{
    static struct ica_result result;
    ica_sample_result_init(&result);
    *state = &result;
    return 0;
}

static int tear_down(void **state)
{
    ica_result_clear(*state);
    return 0;
}

static void write_report(const struct ica_report *report, const struct ica_result *result,
                         const struct ica_report_options *options, struct ica_buffer *out)
{
    struct ica_error err = {0};
    ica_buffer_init(out, MAX_REPORT);
    assert_int_equal(report->write(result, options, out, &err), ICA_OK);
}

static void test_text_is_as_recorded(void **state)
{
    for (size_t r = 0; r < N_REPORTS; r++) {
        char name[64];
        struct ica_buffer text;
        (void)snprintf(name, sizeof name, "reports/sample.%s", reports[r]->name);
        write_report(reports[r], *state, &no_options, &text);
        ica_assert_golden(name, text.data, text.size);
        ica_buffer_clear(&text);
    }
}

/* The document with all that may be asked for. */
static void test_full_document_is_as_recorded(void **state)
{
    const struct ica_report_options options = {.hierarchy = true, .thumbnails = true};
    struct ica_buffer text;
    write_report(&ica_json_report, *state, &options, &text);
    ica_assert_golden("reports/sample-full.json", text.data, text.size);
    ica_buffer_clear(&text);
}

static void test_report_is_appended(void **state)
{
    for (size_t r = 0; r < N_REPORTS; r++) {
        struct ica_buffer once;
        struct ica_buffer twice;
        write_report(reports[r], *state, &no_options, &once);
        write_report(reports[r], *state, &no_options, &twice);
        assert_int_equal(reports[r]->write(*state, &no_options, &twice, NULL), ICA_OK);
        assert_int_equal(twice.size, 2 * once.size);
        assert_memory_equal(twice.data + once.size, once.data, once.size);
        ica_buffer_clear(&once);
        ica_buffer_clear(&twice);
    }
}

/* A full buffer, at any byte, ends the report with its own status and nothing worse. */
static void test_a_full_buffer_is_told(void **state)
{
    for (size_t r = 0; r < N_REPORTS; r++) {
        struct ica_buffer whole;
        write_report(reports[r], *state, &no_options, &whole);
        for (size_t max = 0; max < whole.size; max += 1 + whole.size / 97) {
            struct ica_error err = {0};
            struct ica_buffer small;
            ica_buffer_init(&small, max);
            assert_int_equal(reports[r]->write(*state, &no_options, &small, &err), ICA_ETOOLARGE);
            assert_int_equal(err.status, ICA_ETOOLARGE);
            ica_buffer_clear(&small);
        }
        ica_buffer_clear(&whole);
    }
}

static void test_text_is_utf8(void **state)
{
    for (size_t r = 0; r < N_REPORTS; r++) {
        struct ica_buffer text;
        write_report(reports[r], *state, &no_options, &text);
        assert_true(ica_text_is_utf8(ica_buffer_text(&text), text.size));
        assert_null(memchr(text.data, 0, text.size));
        ica_buffer_clear(&text);
    }
}

static json_t *load(const struct ica_result *result, const struct ica_report_options *options)
{
    struct ica_buffer text;
    json_error_t error;
    write_report(&ica_json_report, result, options, &text);
    json_t *document =
        json_loadb(ica_buffer_text(&text), text.size, JSON_REJECT_DUPLICATES, &error);
    ica_buffer_clear(&text);
    assert_non_null(document);
    return document;
}

static json_t *cluster_name(json_t *document, size_t c)
{
    return json_object_get(json_array_get(json_object_get(document, "clusters"), c), "name");
}

static void test_json_names_are_numbers_or_texts(void **state)
{
    json_t *document = load(*state, &no_options);
    assert_int_equal(json_integer_value(cluster_name(document, 1)), 1);
    json_decref(document);

    const struct ica_report_options text = {.name_is_text = true};
    document = load(*state, &text);
    assert_string_equal(json_string_value(cluster_name(document, 1)), "dogs");
    assert_int_equal(json_integer_value(cluster_name(document, 2)), 2); /* it has no text */
    json_decref(document);
}

static void test_json_has_each_image_in_one_cluster(void **state)
{
    const struct ica_result *result = *state;
    json_t *document = load(result, &no_options);
    size_t total = 0;
    size_t c;
    json_t *cluster;
    json_array_foreach(json_object_get(document, "clusters"), c, cluster)
    {
        total += json_array_size(json_object_get(cluster, "image_ids"));
    }
    assert_int_equal(total, result->n_images);
    assert_int_equal(json_array_size(json_object_get(document, "images")), result->n_images);
    json_decref(document);
}

/* What a document cannot say is null, and a message cut within a character is mended. */
static void test_json_has_null_for_what_is_no_number(void **state)
{
    struct ica_result *result = *state;
    result->clustering.memberships[0].probability = NAN;
    json_t *document = load(result, &no_options);
    json_t *image = json_array_get(json_object_get(document, "images"), 0);
    assert_true(json_is_null(json_object_get(image, "probability")));
    json_decref(document);
}

static void test_json_has_null_for_a_hierarchy_that_is_none(void **state)
{
    struct ica_result *result = *state;
    const struct ica_report_options options = {.hierarchy = true};
    ica_hierarchy_clear(&result->clustering.hierarchy);
    json_t *document = load(result, &options);
    assert_true(json_is_null(json_object_get(document, "hierarchy")));
    json_decref(document);
}

static void test_names_differ(void **state)
{
    (void)state;
    for (size_t a = 0; a < N_REPORTS; a++) {
        for (size_t b = a + 1; b < N_REPORTS; b++) {
            assert_string_not_equal(reports[a]->name, reports[b]->name);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names_differ),
        cmocka_unit_test_setup_teardown(test_text_is_as_recorded, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_full_document_is_as_recorded, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_report_is_appended, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_full_buffer_is_told, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_text_is_utf8, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_json_names_are_numbers_or_texts, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_json_has_each_image_in_one_cluster, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_json_has_null_for_what_is_no_number, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_json_has_null_for_a_hierarchy_that_is_none, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests_name("report", tests, NULL, NULL);
}
