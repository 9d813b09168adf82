/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of words: the shipped ones are complete, and what is wrong in one is named. */
#include "adapters/concepts/wording_table.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "support/cmocka_all.h"

#define CONCEPTS ICA_DATA_DIR "/concepts"

/* Calls `look` with the level and the singular of each row of everyday-names.tsv. */
static void for_each_name(void (*look)(const char *level, const char *singular, void *context),
                          void *context)
{
    FILE *file = fopen(CONCEPTS "/everyday-names.tsv", "r");
    assert_non_null(file);
    char line[4096];
    while (fgets(line, sizeof line, file)) {
        char *fields[3] = {line};
        for (size_t i = 1; i < 3 && fields[i - 1]; i++) {
            fields[i] = strchr(fields[i - 1], '\t');
            fields[i] = fields[i] ? fields[i] + 1 : NULL;
        }
        if (line[0] != '#' && fields[2]) {
            fields[1][strcspn(fields[1], " \t")] = 0;
            fields[2][strcspn(fields[2], "\t")] = 0;
            look(fields[1], fields[2], context);
        }
    }
    (void)fclose(file);
}

static void check_translated(const char *level, const char *singular, void *context)
{
    bool wanted = strcmp(level, "fine") != 0 && strcmp(level, "hidden") != 0;
    if (wanted && !ica_translations_find(context, singular)) {
        fail_msg("\"%s\" has no translation", singular);
    }
}

/* Read the table of each language and hand it on. */
static void for_each_language(void (*look)(struct ica_translations *translations))
{
    static const char *const paths[] = {CONCEPTS "/words.pt.tsv", CONCEPTS "/words.es.tsv"};
    for (size_t i = 0; i < 2; i++) {
        struct ica_wording wording = {0};
        struct ica_translations translations = {0};
        assert_int_equal(ica_wording_table_read(&wording, &translations, paths[i], NULL), ICA_OK);
        look(&translations);
        ica_translations_clear(&translations);
    }
}

static void check_names(struct ica_translations *translations)
{
    for_each_name(check_translated, translations);
}

static void test_every_common_name_is_translated(void **state)
{
    (void)state;
    for_each_language(check_names);
}

static void mark_known(const char *level, const char *singular, void *context)
{
    (void)level;
    struct ica_translations *translations = context;
    const struct ica_noun *noun = ica_translations_find(translations, singular);
    for (size_t i = 0; noun && i < translations->n; i++) {
        if (&translations->items[i].noun == noun) {
            translations->items[i].noun.gender = ICA_GENDER_NONE;
        }
    }
}

static void check_translations(struct ica_translations *translations)
{
    for_each_name(mark_known, translations);
    for (size_t k = 0; k < translations->n; k++) {
        if (translations->items[k].noun.gender != ICA_GENDER_NONE) {
            fail_msg("no English name \"%s\"", translations->items[k].english);
        }
    }
}

/* A misspelt English name would never be found. */
static void test_every_translation_is_of_a_name(void **state)
{
    (void)state;
    for_each_language(check_translations);
}

/* Append `rows` to a copy of the English table and read it. */
static enum ica_status read_with(const char *rows, struct ica_error *err)
{
    char path[] = "/tmp/ica-words-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    FILE *to = fdopen(fd, "w");
    FILE *from = fopen(CONCEPTS "/words.en.tsv", "r");
    assert_true(to && from);
    char line[1024];
    while (fgets(line, sizeof line, from)) {
        (void)fputs(line, to);
    }
    (void)fputs(rows, to);
    (void)fclose(from);
    (void)fclose(to);
    struct ica_wording wording = {0};
    struct ica_translations translations = {0};
    enum ica_status status = ica_wording_table_read(&wording, &translations, path, err);
    ica_translations_clear(&translations);
    (void)unlink(path);
    return status;
}

static void test_what_is_wrong_is_named(void **state)
{
    (void)state;
    static const struct {
        const char *rows;
        const char *text;
    } cases[] = {
        {"colour\tbeige\tbeige\n", "no such word"},
        {"word\tbut\tbut\n", "no such word"},
        {"order\tadjectives\tbeside\n", "no such word"},
        {"name\tdog\tx\tdog\tdogs\n", "gender"},
        {"name\tdog\t\tdog\tdogs\n", "gender"},
        {"name\tdog\tn\tdog\n", "missing or too long"},
        {"name\tdog\tn\tdog\tdogsdogsdogsdogsdogsdogsdogsdogsdogsdogsdogs\n", "too long"},
        {"name\tdog\tn\tdog\tdogs\nname\tdog\tn\tdog\tdogs\n", "\"dog\" twice"},
        {"word\tand\ta word that is much longer than any\n", "too long"},
        {"word\tand\tand\t\t\t\t\tmore\n", "columns"},
    };
    assert_int_equal(read_with("name\tdog\tn\tdog\tdogs\n", NULL), ICA_OK);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct ica_error err = {0};
        assert_int_equal(read_with(cases[i].rows, &err), ICA_EMODEL);
        if (!strstr(err.text, cases[i].text)) {
            fail_msg("%s: %s", cases[i].rows, err.text);
        }
    }
}

static void test_a_missing_word_is_named(void **state)
{
    (void)state;
    char path[] = "/tmp/ica-words-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, "word\tand\tand\n", 13), 13);
    (void)close(fd);
    struct ica_wording wording = {0};
    struct ica_translations translations = {0};
    struct ica_error err = {0};
    assert_int_equal(ica_wording_table_read(&wording, &translations, path, &err), ICA_EMODEL);
    assert_non_null(strstr(err.text, "lacks the word \"with\""));
    ica_translations_clear(&translations);
    (void)unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_common_name_is_translated),
        cmocka_unit_test(test_every_translation_is_of_a_name),
        cmocka_unit_test(test_what_is_wrong_is_named),
        cmocka_unit_test(test_a_missing_word_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
