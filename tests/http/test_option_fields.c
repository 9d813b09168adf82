/* SPDX-License-Identifier: Apache-2.0 */
/* The option fields of a form: what each takes, and what is said of the rest. */
#include "support/cmocka_all.h"

#include <string.h>

#include "http/option_fields.h"

static const struct ica_describer_ops describer_ops = {.name = "concepts"};
static struct ica_describer describer = {.ops = &describer_ops};
static struct ica_describer *const describers[] = {&describer, NULL};
static struct ica_embedder embedder = {.model = {.name = "lite", .version = "2"}};
static const struct ica_engine engine = {.embedder = &embedder, .describers = describers};

static struct ica_http_options defaults(void)
{
    const struct ica_grouping_options grouping = ica_grouping_options_default();
    struct ica_http_options options;
    ica_http_options_init(&options, &grouping, false);
    return options;
}

static enum ica_status set(struct ica_http_options *options, const char *name, const char *value,
                           struct ica_error *err)
{
    const struct ica_http_field *field =
        ica_http_field_find((struct ica_slice){name, strlen(name)});
    assert_non_null(field);
    assert_string_equal(ica_http_field_name(field), name);
    return ica_http_field_set(field, value, &engine, options, err);
}

static void test_defaults_are_the_servers(void **state)
{
    (void)state;
    struct ica_grouping_options ours = ica_grouping_options_default();
    ours.clustering.strategy = ICA_STRATEGY_POC;
    ours.clustering.noise = ICA_NOISE_GROUP;
    ours.clustering.granularity = 0.5;
    ours.clustering.duplicate_threshold = 0.125;
    ours.describer = ICA_NO_DESCRIBER;
    struct ica_http_options options;
    ica_http_options_init(&options, &ours, true);
    assert_true(options.name_is_text);
    assert_int_equal(options.thumbnails, ICA_THUMBNAILS_UNSET);
    const struct ica_grouping_options grouping = ica_http_options_grouping(&options);
    assert_int_equal(grouping.clustering.strategy, ICA_STRATEGY_POC);
    assert_int_equal(grouping.clustering.noise, ICA_NOISE_GROUP);
    assert_true(grouping.clustering.granularity == 0.5);
    assert_true(grouping.clustering.duplicate_threshold == 0.125);
    assert_string_equal(grouping.describer, "none");
}

static void test_every_field_is_taken(void **state)
{
    (void)state;
    static const char *const given[][2] = {
        {"strategy", "hdbscan"},
        {"granularity", "-0.25"},
        {"min_cluster_size", "7"},
        {"min_samples", "3"},
        {"cluster_selection_method", "leaf"},
        {"cluster_selection_epsilon", "0.125"},
        {"neighbours", "exact"},
        {"clusters", "12"},
        {"seed", "4294967295"},
        {"linkage", "ward"},
        {"distance_threshold", "0.75"},
        {"noise", "assign"},
        {"duplicate_threshold", "0"},
        {"describer", "none"},
        {"model", "lite@2"},
        {"cluster_name", "text"},
        {"thumbnails", "foreign"},
    };
    struct ica_http_options options = defaults();
    for (size_t i = 0; i < sizeof given / sizeof given[0]; i++) {
        assert_int_equal(set(&options, given[i][0], given[i][1], NULL), ICA_OK);
    }
    assert_true(options.name_is_text);
    assert_int_equal(options.thumbnails, ICA_THUMBNAILS_FOREIGN);
    const struct ica_grouping_options grouping = ica_http_options_grouping(&options);
    assert_int_equal(grouping.clustering.strategy, ICA_STRATEGY_HDBSCAN);
    assert_true(grouping.clustering.granularity == -0.25);
    assert_int_equal(grouping.clustering.min_cluster_size, 7);
    assert_int_equal(grouping.clustering.min_samples, 3);
    assert_int_equal(grouping.clustering.selection, ICA_SELECTION_LEAF);
    assert_int_equal(grouping.clustering.neighbours, ICA_NEIGHBOURS_EXACT);
    assert_true(grouping.clustering.epsilon == 0.125);
    assert_int_equal(grouping.clustering.n_clusters, 12);
    assert_int_equal(grouping.clustering.seed, 4294967295);
    assert_int_equal(grouping.clustering.linkage, ICA_LINKAGE_WARD);
    assert_true(grouping.clustering.distance_threshold == 0.75);
    assert_int_equal(grouping.clustering.noise, ICA_NOISE_ASSIGN);
    assert_true(grouping.clustering.duplicate_threshold == 0);
    assert_string_equal(grouping.describer, "none");
}

static void test_bad_values_are_explained(void **state)
{
    (void)state;
    static const char *const cases[][3] = {
        {"strategy", "k-means", "one of auto, hdbscan, agglomerative, kmeans, poc"},
        {"strategy", "", "one of auto"},
        {"strategy", "AUTO", "one of auto"},
        {"granularity", "1.01", "a number from -1 to 1"},
        {"granularity", "nan", "a number from -1 to 1"},
        {"granularity", " 0", "a number from -1 to 1"},
        {"min_cluster_size", "1", "a whole number from 2 to 1000000"},
        {"min_cluster_size", "2.5", "a whole number"},
        {"min_samples", "-1", "a whole number from 0 to 1000"},
        {"cluster_selection_method", "best", "one of eom, leaf"},
        {"cluster_selection_epsilon", "3", "a number from 0 to 2"},
        {"neighbours", "some", "one of auto, exact, approximate"},
        {"clusters", "-1", "a whole number from 0 to 1000000"},
        {"clusters", "1000001", "a whole number from 0 to 1000000"},
        {"seed", "4294967296", "a whole number from 0 to 4294967295"},
        {"linkage", "single", "one of average, complete, ward"},
        {"distance_threshold", "-1.5", "a number from -1 to 100000"},
        {"distance_threshold", "nan", "a number from -1 to 100000"},
        {"noise", "drop", "one of singletons, group, assign"},
        {"duplicate_threshold", "0.51", "a number from 0 to 0.5"},
        {"describer", "poet", "one of concepts, none"},
        {"model", "lite@1", "one of lite"},
        {"model", "lit", "one of lite"},
        {"model", "lite2", "one of lite"},
        {"cluster_name", "both", "one of number, text"},
        {"thumbnails", "some", "one of none, foreign, all"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct ica_http_options options = defaults();
        struct ica_error err = {0};
        assert_int_equal(set(&options, cases[i][0], cases[i][1], &err), ICA_EINVALID);
        if (!strstr(err.text, cases[i][0]) || !strstr(err.text, cases[i][2])) {
            fail_msg("%s = \"%s\": %s", cases[i][0], cases[i][1], err.text);
        }
    }
}

static void test_each_field_once(void **state)
{
    (void)state;
    struct ica_http_options options = defaults();
    struct ica_error err = {0};
    assert_int_equal(set(&options, "model", "lite", &err), ICA_OK);
    assert_int_equal(set(&options, "noise", "group", &err), ICA_OK);
    assert_int_equal(set(&options, "noise", "group", &err), ICA_EINVALID);
    assert_non_null(strstr(err.text, "noise"));
    assert_non_null(strstr(err.text, "once"));
}

static void test_unknown_fields(void **state)
{
    (void)state;
    static const char *const names[] = {"",          "files", "Strategy",
                                        "strategy ", "strat", "max_images"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        assert_null(ica_http_field_find((struct ica_slice){names[i], strlen(names[i])}));
    }
    struct ica_error err = {0};
    assert_int_equal(ica_http_field_unknown("strat", &err), ICA_EINVALID);
    assert_non_null(strstr(err.text, "\"strat\""));
    assert_non_null(strstr(err.text, "one of strategy, granularity,"));
    assert_non_null(strstr(err.text, ", thumbnails."));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_defaults_are_the_servers),
        cmocka_unit_test(test_every_field_is_taken),
        cmocka_unit_test(test_bad_values_are_explained),
        cmocka_unit_test(test_each_field_once),
        cmocka_unit_test(test_unknown_fields),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
