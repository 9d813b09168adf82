/* SPDX-License-Identifier: Apache-2.0 */
/* Files of tokenizers as anyone may have written them: what is not known is refused with a sentence
 * that names the file and the member, and nothing takes for ever. */
#include "adapters/tokenizer_json/tokenizer_json.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/file_io.h"
#include "support/cmocka_all.h"

#define SLOW "{\"Regex\": \"a*a*a*a*a*a*a*a*b\"}"

/* Open a tokenizer with this JSON. */
static enum ica_status open_text(const char *json, struct ica_tokenizer **out,
                                 struct ica_error *err)
{
    char path[] = "/tmp/ica-tokenizer-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(ica_file_write_all(fd, json, strlen(json), NULL), ICA_OK);
    (void)close(fd);
    enum ica_status status = ica_tokenizer_json_open(out, path, err);
    if (status) {
        assert_non_null(strstr(err->text, path));
    }
    (void)unlink(path);
    return status;
}

/* The file whose member `name` is `value`; the others are those of a good small one. */
static enum ica_status open_with(const char *name, const char *value, struct ica_tokenizer **out,
                                 struct ica_error *err)
{
    static const char *const members[][2] = {
        {"added_tokens", "[{\"id\": 4, \"content\": \"<x>\", \"special\": true}]"},
        {"normalizer", "null"},
        {"pre_tokenizer",
         "{\"type\": \"Metaspace\", \"replacement\": \"_\", \"prepend_scheme\": \"first\"}"},
        {"post_processor", "null"},
        {"padding", "null"},
        {"truncation", "null"},
        {"model", "{\"type\": \"BPE\", \"vocab\": {\"a\": 0, \"b\": 1, \"_\": 2, \"_a\": 3, "
                  "\"<x>\": 4}, \"merges\": [[\"_\", \"a\"]]}"},
    };
    struct ica_buffer json;
    ica_buffer_init(&json, 65536);
    assert_int_equal(ica_buffer_append_text(&json, "{\"version\": \"1.0\"", NULL), ICA_OK);
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        bool is_other = strcmp(members[i][0], name) == 0;
        assert_int_equal(ica_buffer_printf(&json, NULL, ", \"%s\": %s", members[i][0],
                                           is_other ? value : members[i][1]),
                         ICA_OK);
    }
    assert_int_equal(ica_buffer_append_text(&json, "}", NULL), ICA_OK);
    enum ica_status status = open_text(ica_buffer_text(&json), out, err);
    ica_buffer_clear(&json);
    return status;
}

static void expect_ids(struct ica_tokenizer *tokenizer, const char *text, const char *expected)
{
    int64_t ids[ICA_MAX_CONTEXT];
    size_t n;
    char found[256] = "";
    assert_int_equal(
        ica_tokenizer_encode(tokenizer, text, strlen(text), ICA_MAX_CONTEXT, ids, &n, NULL),
        ICA_OK);
    for (size_t i = 0; i < n; i++) {
        size_t used = strlen(found);
        (void)snprintf(found + used, sizeof found - used, "%s%lld", i ? " " : "",
                       (long long)ids[i]);
    }
    assert_string_equal(found, expected);
}

/* The prefix of the text's first piece alone; the ids are the reference's. */
static void test_metaspace_at_the_beginning(void **state)
{
    (void)state;
    struct ica_tokenizer *tokenizer;
    struct ica_error err;
    assert_int_equal(open_with("", "", &tokenizer, &err), ICA_OK);
    expect_ids(tokenizer, "ab a", "3 1 3");
    expect_ids(tokenizer, "<x>a", "4 0");
    expect_ids(tokenizer, "a<x>a", "3 4 0");
    expect_ids(tokenizer, " a", "3");
    expect_ids(tokenizer, "_a", "3");
    expect_ids(tokenizer, "ba<x>", "2 1 0 4");
    expect_ids(tokenizer, "", "");
    ica_tokenizer_destroy(tokenizer);
}

static void test_limit_of_the_file(void **state)
{
    (void)state;
    struct ica_tokenizer *tokenizer;
    struct ica_error err;
    assert_int_equal(
        open_with("truncation", "{\"direction\": \"Right\", \"max_length\": 2}", &tokenizer, &err),
        ICA_OK);
    expect_ids(tokenizer, "aaaa", "3 0");
    ica_tokenizer_destroy(tokenizer);
}

/* A pattern that can be tried in very many ways ends with a sentence. */
static void test_slow_patterns_end(void **state)
{
    (void)state;
    static char text[20000];
    struct ica_tokenizer *tokenizer;
    struct ica_error err;
    int64_t ids[ICA_MAX_CONTEXT];
    size_t n;
    assert_int_equal(open_with("pre_tokenizer",
                               "{\"type\": \"Split\", \"behavior\": \"Removed\", \"pattern\": " SLOW
                               "}",
                               &tokenizer, &err),
                     ICA_OK);
    memset(text, 'a', sizeof text);
    assert_int_equal(ica_tokenizer_encode(tokenizer, text, sizeof text, 64, ids, &n, &err),
                     ICA_ETOOLARGE);
    assert_non_null(strstr(err.text, "shorten"));
    ica_tokenizer_destroy(tokenizer);
}

static void test_files_are_refused(void **state)
{
    (void)state;
#define BPE(rest)      "{\"type\": \"BPE\", " rest "}"
#define UNIGRAM(rest)  "{\"type\": \"Unigram\", \"vocab\": " rest "}"
#define REPLACE(rest)  "{\"type\": \"Replace\", \"content\": \"\", \"pattern\": " rest "}"
#define CHARSMAP(rest) "{\"type\": \"Precompiled\", \"precompiled_charsmap\": \"" rest "\"}"
    static const struct {
        const char *member;
        const char *value;
        enum ica_status status;
        const char *said;
    } cases[] = {
        {"model", "null", ICA_EINVALID, "\"model\""},
        {"model", "{\"type\": \"WordPiece\"}", ICA_EUNAVAILABLE, "WordPiece"},
        {"model", "{\"type\": \"BPE\"}", ICA_EINVALID, "vocab"},
        {"model", BPE("\"vocab\": []"), ICA_EINVALID, "vocab"},
        {"model", BPE("\"vocab\": {}"), ICA_EINVALID, "merges"},
        {"model", BPE("\"vocab\": {\"a\": 1, \"b\": 1}"), ICA_EINVALID, "number 1"},
        {"model", BPE("\"vocab\": {\"a\": -1}"), ICA_EINVALID, "vocab"},
        {"model", BPE("\"vocab\": {\"a\": 4194304}"), ICA_EINVALID, "4194303"},
        {"model", BPE("\"vocab\": {\"a\": 1e300}"), ICA_EINVALID, "vocab"},
        {"model", BPE("\"vocab\": {\"a\": 0}, \"merges\": [\"a a\"]"), ICA_EINVALID, "merge 1"},
        {"model", BPE("\"vocab\": {\"a\": 0}, \"merges\": [7]"), ICA_EINVALID, "merge 1"},
        {"model", BPE("\"vocab\": {}, \"unk_token\": \"u\""), ICA_EINVALID, "unk_token"},
        {"model", BPE("\"vocab\": {}, \"dropout\": 0.1"), ICA_EINVALID, "dropout"},
        {"model", BPE("\"vocab\": {}, \"continuing_subword_prefix\": \"##\""), ICA_EINVALID,
         "continuing_subword_prefix"},
        {"model", BPE("\"vocab\": {}, \"byte_fallback\": 1"), ICA_EINVALID, "byte_fallback"},
        {"model", UNIGRAM("[], \"unk_id\": 0"), ICA_EINVALID, "vocab"},
        {"model", UNIGRAM("[[\"a\"]], \"unk_id\": 0"), ICA_EINVALID, "vocab"},
        {"model", UNIGRAM("[[\"a\", 1], [\"a\", 2]], \"unk_id\": 0"), ICA_EINVALID, "twice"},
        {"model", UNIGRAM("[[\"a\", 1]], \"unk_id\": null"), ICA_EINVALID, "unk_id"},
        {"model", UNIGRAM("[[\"a\", 1]], \"unk_id\": 1"), ICA_EINVALID, "unk_id"},
        {"model", UNIGRAM("[[\"a\", 1e300]], \"unk_id\": 0"), ICA_EINVALID, "vocab"},
        {"normalizer", "7", ICA_EUNAVAILABLE, "normalizer"},
        {"normalizer", "{\"type\": \"BertNormalizer\"}", ICA_EUNAVAILABLE, "BertNormalizer"},
        {"normalizer", "{\"type\": \"Sequence\"}", ICA_EINVALID, "normalizers"},
        {"normalizer", "{\"type\": \"Lowercase\"}", ICA_EUNAVAILABLE, "first"},
        {"normalizer", CHARSMAP("!!!!"), ICA_EINVALID, "base64"},
        {"normalizer", CHARSMAP("/////w=="), ICA_EINVALID, "damaged"},
        {"normalizer", CHARSMAP(""), ICA_EINVALID, "damaged"},
        {"normalizer", REPLACE("1"), ICA_EINVALID, "pattern"},
        {"normalizer", REPLACE("{\"String\": \"\"}"), ICA_EINVALID, "pattern"},
        {"normalizer", REPLACE("{\"Regex\": \"a*\"}"), ICA_EUNAVAILABLE, "a*"},
        {"normalizer", REPLACE("{\"Regex\": \"(a|b)\"}"), ICA_EUNAVAILABLE, "(a|b)"},
        {"normalizer", REPLACE("{\"Regex\": \"a+?\"}"), ICA_EUNAVAILABLE, "a+?"},
        {"normalizer", REPLACE("{\"Regex\": \"[a\"}"), ICA_EUNAVAILABLE, "[a"},
        {"normalizer", REPLACE("{\"Regex\": \"a{9,2}\"}"), ICA_EUNAVAILABLE, "a{9,2}"},
        {"normalizer", REPLACE("{\"Regex\": \"a|\"}"), ICA_EUNAVAILABLE, "a|"},
        {"normalizer", REPLACE("{\"Regex\": \"\\\\w\"}"), ICA_EUNAVAILABLE, "\\w"},
        {"pre_tokenizer", "{\"type\": \"Digits\"}", ICA_EUNAVAILABLE, "Digits"},
        {"pre_tokenizer", "{\"type\": \"Metaspace\", \"replacement\": \"__\"}", ICA_EINVALID,
         "replacement"},
        {"pre_tokenizer", "{\"type\": \"Split\", \"pattern\": 1, \"behavior\": \"Cut\"}",
         ICA_EINVALID, "behavior"},
        {"post_processor", "{\"type\": \"TemplateProcessing\", \"single\": []}", ICA_EINVALID,
         "single"},
        {"post_processor",
         "{\"type\": \"RobertaProcessing\", \"sep\": [\"a\", -5], \"cls\": [\"a\", 0]}",
         ICA_EINVALID, "sep"},
        {"added_tokens", "{}", ICA_EINVALID, "added_tokens"},
        {"added_tokens", "[{\"id\": 0, \"content\": \"b\"}]", ICA_EINVALID, "added token"},
        {"added_tokens", "[{\"id\": 9, \"content\": \"\"}]", ICA_EINVALID, "added_tokens"},
        {"added_tokens", "[{\"id\": 9, \"content\": \"z\", \"single_word\": true}]", ICA_EINVALID,
         "single_word"},
        {"added_tokens", "[{\"id\": 9, \"content\": \"z\"}, {\"id\": 8, \"content\": \"z\"}]",
         ICA_EINVALID, "different"},
        {"truncation", "{\"max_length\": 0}", ICA_EINVALID, "max_length"},
        {"truncation", "{\"max_length\": 9, \"direction\": \"Left\"}", ICA_EUNAVAILABLE, "Right"},
        {"padding", "{\"pad_id\": \"0\"}", ICA_EINVALID, "pad_id"},
        {"padding", "{\"pad_id\": 0, \"direction\": \"Left\"}", ICA_EUNAVAILABLE, "Right"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct ica_tokenizer *tokenizer;
        struct ica_error err = {0};
        enum ica_status status = open_with(cases[i].member, cases[i].value, &tokenizer, &err);
        if (status != cases[i].status || tokenizer || !strstr(err.text, cases[i].said)) {
            fail_msg("%s: %s\ngives status %d: %s", cases[i].member, cases[i].value, (int)status,
                     err.text);
        }
    }
}

/* Sequences within Sequences, as deep as the parser goes. */
static void test_deep_files_are_refused(void **state)
{
    (void)state;
    struct ica_tokenizer *tokenizer;
    struct ica_error err;
    struct ica_buffer value;
    ica_buffer_init(&value, 32768);
    for (size_t i = 0; i < 500; i++) {
        assert_int_equal(
            ica_buffer_append_text(&value, "{\"type\": \"Sequence\", \"normalizers\": [", NULL),
            ICA_OK);
    }
    for (size_t i = 0; i < 500; i++) {
        assert_int_equal(ica_buffer_append_text(&value, "]}", NULL), ICA_OK);
    }
    assert_int_equal(open_with("normalizer", ica_buffer_text(&value), &tokenizer, &err),
                     ICA_EINVALID);
    assert_non_null(strstr(err.text, "at most 8 deep"));
    ica_buffer_clear(&value);
}

static void test_what_is_no_file(void **state)
{
    (void)state;
    struct ica_tokenizer *tokenizer;
    struct ica_error err;
    assert_int_equal(open_text("{\"model\": ", &tokenizer, &err), ICA_EINVALID);
    assert_int_equal(open_text("[]", &tokenizer, &err), ICA_EINVALID);
    assert_int_equal(ica_tokenizer_json_open(&tokenizer, "/nowhere/tokenizer.json", &err),
                     ICA_ENOTFOUND);
    assert_non_null(strstr(err.text, "/nowhere/tokenizer.json"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_metaspace_at_the_beginning), cmocka_unit_test(test_limit_of_the_file),
        cmocka_unit_test(test_slow_patterns_end),          cmocka_unit_test(test_files_are_refused),
        cmocka_unit_test(test_deep_files_are_refused),     cmocka_unit_test(test_what_is_no_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
