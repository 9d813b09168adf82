/* SPDX-License-Identifier: Apache-2.0 */
/* Which files a graph needs: the small graphs of tests/data/graphs, and bytes that are none. */
#include "support/cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "adapters/onnx/onnx_graph_files.h"
#include "adapters/onnx/onnx_scan.h"
#include "base/buffer.h"
#include "base/file_io.h"

#define GRAPHS ICA_TEST_DATA "/graphs/"

static struct ica_graph_files files;
static struct ica_error err;

static enum ica_status list(const char *path)
{
    err = (struct ica_error){0};
    return ica_graph_files_list(&ica_onnx_graph_reader, path, &files, &err);
}

static enum ica_status scan(const void *bytes, size_t size, struct ica_onnx_summary *summary)
{
    /* A copy of exactly that size, so that a sanitizer sees what is read behind it. */
    char *copy = malloc(size + 1);
    assert_non_null(copy);
    memcpy(copy, bytes, size);
    FILE *file = fmemopen(copy, size ? size : 1, "r");
    assert_non_null(file);
    err = (struct ica_error){0};
    enum ica_status status = ica_onnx_scan(file, size, summary, &err);
    assert_int_equal(fclose(file), 0);
    free(copy);
    return status;
}

static void test_graph_with_its_weights(void **state)
{
    (void)state;
    assert_int_equal(list(GRAPHS "clip-vision.onnx"), ICA_OK);
    assert_int_equal(files.n_names, 0);
}

static void test_weights_beside(void **state)
{
    (void)state;
    assert_int_equal(list(GRAPHS "external.onnx"), ICA_OK);
    assert_int_equal(files.n_names, 1);
    assert_string_equal(files.names[0], "external.onnx_data");
}

static void test_weights_elsewhere(void **state)
{
    (void)state;
    assert_int_equal(list(GRAPHS "outside.onnx"), ICA_EINVALID);
    assert_non_null(strstr(err.text, "../outside.bin"));
    assert_int_equal(list(GRAPHS "absolute.onnx"), ICA_EINVALID);
    assert_non_null(strstr(err.text, "/outside.bin"));
}

static void copy_to(const char *from, const char *folder, const char *name, size_t size)
{
    struct ica_buffer bytes;
    char path[256];
    ica_buffer_init(&bytes, 1 << 20);
    assert_int_equal(ica_file_read(from, &bytes, NULL), ICA_OK);
    assert_true(size <= bytes.size);
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    assert_int_equal(ica_file_replace(path, bytes.data, size ? size : bytes.size, NULL), ICA_OK);
    ica_buffer_clear(&bytes);
}

/* Missing, too short, a link that leads out, a link that stays. */
static void test_weights_that_are_not_right(void **state)
{
    (void)state;
    char folder[] = "/tmp/ica-graphs-XXXXXX";
    char graph[64];
    char weights[64];
    char other[64];
    assert_non_null(mkdtemp(folder));
    (void)snprintf(graph, sizeof graph, "%s/g.onnx", folder);
    (void)snprintf(weights, sizeof weights, "%s/external.onnx_data", folder);
    (void)snprintf(other, sizeof other, "%s/real", folder);
    copy_to(GRAPHS "external.onnx", folder, "g.onnx", 0);
    assert_int_equal(list(graph), ICA_ENOTFOUND);
    assert_non_null(strstr(err.text, "external.onnx_data"));
    copy_to(GRAPHS "external.onnx_data", folder, "external.onnx_data", 95);
    assert_int_equal(list(graph), ICA_EINVALID);
    assert_non_null(strstr(err.text, "96"));
    assert_int_equal(unlink(weights), 0);
    assert_int_equal(symlink(GRAPHS "external.onnx_data", weights), 0);
    assert_int_equal(list(graph), ICA_EINVALID);
    assert_non_null(strstr(err.text, "link"));
    assert_int_equal(unlink(weights), 0);
    copy_to(GRAPHS "external.onnx_data", folder, "real", 0);
    assert_int_equal(symlink("real", weights), 0);
    assert_int_equal(list(graph), ICA_OK);
    assert_int_equal(unlink(weights) | unlink(other) | unlink(graph) | rmdir(folder), 0);
}

static void test_other_files(void **state)
{
    (void)state;
    assert_int_equal(list(GRAPHS "nowhere.onnx"), ICA_ENOTFOUND);
    assert_int_equal(list(ICA_TEST_DATA "/cli/help.txt"), ICA_EMODEL);
    assert_non_null(strstr(err.text, ".onnx"));
    assert_int_equal(list(ICA_TEST_DATA "/blip/vision.xml"), ICA_OK);
    assert_string_equal(files.names[0], "vision.bin");
}

/* Wherever it is cut off, a graph is none, or still one whose every file is known. */
static void test_cut_off(void **state)
{
    (void)state;
    struct ica_buffer bytes;
    struct ica_onnx_summary summary;
    ica_buffer_init(&bytes, 1 << 20);
    assert_int_equal(ica_file_read(GRAPHS "external.onnx", &bytes, NULL), ICA_OK);
    assert_int_equal(scan(bytes.data, bytes.size, &summary), ICA_OK);
    assert_int_equal(summary.ir_version, 8);
    assert_int_equal(summary.opset, 17);
    assert_int_equal(summary.n_files, 1);
    assert_int_equal(summary.files[0].min_bytes, 96);
    size_t n_refused = 0;
    for (size_t size = 0; size < bytes.size; size++) {
        n_refused += scan(bytes.data, size, &summary) == ICA_EMODEL;
    }
    assert_true(n_refused + 8 >= bytes.size); /* but between the fields behind the graph */
    ica_buffer_clear(&bytes);
}

static void test_bytes_that_are_no_graph(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t size;
    } cases[] = {
        {"", 0},
        {"<html>", 6},
        {"\x08\x08", 2},                                              /* no graph */
        {"\x3A\x00", 2},                                              /* no version */
        {"\x08\x08\x3A\x7F", 4},                                      /* longer than the file */
        {"\x08\x08\x3A\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01", 13}, /* 2^64 - 1 bytes */
        {"\x08\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 12},     /* a number without end */
        {"\x0B\x08", 2},                                              /* a group */
        {"\x08\x08\x3A\x05\x2A\x03\x70\x01\x00", 9},                  /* external, cut off */
        {"\x08\x08\x3A\x04\x2A\x02\x70\x01", 8},                      /* external, but where? */
    };
    struct ica_onnx_summary summary;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(scan(cases[i].bytes, cases[i].size, &summary), ICA_EMODEL);
        assert_string_not_equal(err.text, "");
    }
}

/* Graphs in attributes of nodes of graphs: g { node { attribute { g { ... } } } } */
static void test_nesting_is_bounded(void **state)
{
    (void)state;
    uint8_t bytes[4096];
    size_t at = sizeof bytes;
    struct ica_onnx_summary summary;
    for (size_t depth = 0; depth < 201; depth++) {
        static const uint8_t tags[] = {0x32, 0x2A, 0x0A}; /* attribute.g, node.attribute, node */
        size_t size = sizeof bytes - at;
        bytes[--at] = (uint8_t)(size >> 7);
        bytes[--at] = (uint8_t)(size | 0x80);
        bytes[--at] = tags[depth % 3];
    }
    size_t size = sizeof bytes - at;
    bytes[--at] = (uint8_t)(size >> 7);
    bytes[--at] = (uint8_t)(size | 0x80);
    bytes[--at] = 0x3A; /* the model's graph */
    assert_int_equal(scan(bytes + at, sizeof bytes - at, &summary), ICA_ETOOLARGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_graph_with_its_weights),
        cmocka_unit_test(test_weights_beside),
        cmocka_unit_test(test_weights_elsewhere),
        cmocka_unit_test(test_weights_that_are_not_right),
        cmocka_unit_test(test_other_files),
        cmocka_unit_test(test_cut_off),
        cmocka_unit_test(test_bytes_that_are_no_graph),
        cmocka_unit_test(test_nesting_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
