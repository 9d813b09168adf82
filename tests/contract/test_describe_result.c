/* SPDX-License-Identifier: Apache-2.0 */
/* The texts of a hierarchy: each level is described as a whole, the nearest to the chosen one
 * first, and each node keeps its first text. */
#include "support/cmocka_all.h"

#include <stdio.h>
#include <string.h>

#include "application/describing/describe_result.h"

#define N 6

/* A describer that notes how many clusters it is given, and writes that number and the rows of the
 * cluster into each text. */
struct scribe {
    struct ica_describer base;
    char calls[32];
    enum ica_status status; /* to return from the second call on */
};

static enum ica_status describe(struct ica_describer *self,
                                const struct ica_describe_request *request,
                                const struct ica_monitor *monitor, struct ica_description *out,
                                struct ica_error *err)
{
    struct scribe *scribe = (struct scribe *)self;
    size_t n = request->clustering->n_clusters;
    size_t used = strlen(scribe->calls);
    (void)snprintf(scribe->calls + used, sizeof scribe->calls - used, "%zu ", n);
    if (used > 0 && scribe->status) {
        return ica_error_set(err, scribe->status, "Asked to fail.");
    }
    assert_true(ica_monitor_step(monitor, "describing", n, n));
    for (size_t c = 0; c < n; c++) {
        const struct ica_cluster *cluster = &request->clustering->clusters[c];
        assert_int_equal(cluster->medoid, cluster->members[0]);
        assert_int_equal(out[c].n_evidence, 0);
        used = (size_t)snprintf(out[c].text, sizeof out[c].text, "%zu:", n);
        for (size_t m = 0; m < cluster->n_members; m++) {
            used += (size_t)snprintf(out[c].text + used, sizeof out[c].text - used, "%zu",
                                     cluster->members[m]);
        }
    }
    return ICA_OK;
}

static const struct ica_describer_ops ops = {.name = "scribe", .describe = describe};

/* Six rows: 0 1 | 2 | 3 4 | 5 at the chosen level of four clusters. Merges: 6 = 0 1, 7 = 3 4,
 * 8 = 6 2, 9 = 7 5, 10 = all. */
static const struct ica_merge merges[N - 1] = {
    {0, 1, 0.1, 2}, {3, 4, 0.2, 2}, {6, 2, 0.3, 3}, {7, 5, 0.4, 3}, {8, 9, 0.9, 6}};
static const size_t levels[] = {1, 2, 4, 5};
static size_t node_rows[][N] = {{0, 1}, {3, 4}, {0, 1, 2}, {3, 4, 5}, {0, 1, 2, 3, 4, 5}};
static const struct ica_hierarchy_node nodes[] = {
    {6, node_rows[0], 2}, {7, node_rows[1], 2},  {8, node_rows[2], 3},
    {9, node_rows[3], 3}, {10, node_rows[4], 6},
};
static size_t cluster_rows[][2] = {{0, 1}, {3, 4}, {2}, {5}};

/* A result that is clustered; the hierarchy and the clusters' members are borrowed from above. */
static void fill(struct ica_result *result)
{
    static struct ica_cluster clusters[4];
    static struct ica_membership memberships[N];
    for (size_t c = 0; c < 4; c++) {
        clusters[c] = (struct ica_cluster){
            .members = cluster_rows[c],
            .n_members = c < 2 ? 2 : 1,
            .medoid = cluster_rows[c][0],
        };
        for (size_t m = 0; m < clusters[c].n_members; m++) {
            memberships[cluster_rows[c][m]].cluster = (int32_t)c;
        }
    }
    *result = (struct ica_result){
        .clustering =
            {
                .n = N,
                .n_clusters = 4,
                .clusters = clusters,
                .memberships = memberships,
                .hierarchy =
                    {
                        .n = N,
                        .merges = (struct ica_merge *)merges,
                        .n_chosen = 2,
                        .n_levels = 4,
                        .levels = (size_t *)levels,
                        .n_nodes = 5,
                        .nodes = (struct ica_hierarchy_node *)nodes,
                    },
            },
    };
}

static void release(struct ica_result *result)
{
    result->clustering = (struct ica_clustering){0};
    ica_result_clear(result);
}

static const struct ica_run_features no_features;

static void test_each_node_has_the_text_of_the_nearest_level(void **state)
{
    (void)state;
    struct ica_result result;
    struct scribe scribe = {.base = {.ops = &ops}};
    const struct ica_describe_means means = {.describer = &scribe.base};
    fill(&result);
    assert_int_equal(ica_describe_result(&means, &no_features, NULL, &result, NULL), ICA_OK);
    /* Level 5 brings no node that level 4 has not. */
    assert_string_equal(scribe.calls, "4 2 1 ");
    assert_string_equal(result.describer, "scribe");
    static const char *const texts[] = {"4:01", "4:34", "2:012", "2:345", "1:012345"};
    for (size_t i = 0; i < 5; i++) {
        assert_string_equal(result.node_descriptions[i].text, texts[i]);
    }
    assert_string_equal(result.descriptions[2].text, "4:2");
    release(&result);
}

/* Remembers that the steps never fall and end with the total. */
struct watch {
    struct ica_monitor monitor;
    size_t done;
    size_t total;
};

static bool step(void *context, const char *stage, size_t done, size_t total)
{
    struct watch *watch = context;
    assert_string_equal(stage, "describing");
    assert_true(done >= watch->done && done <= total);
    watch->done = done;
    watch->total = total;
    return true;
}

static void test_progress_is_of_all_levels(void **state)
{
    (void)state;
    struct ica_result result;
    struct scribe scribe = {.base = {.ops = &ops}};
    const struct ica_describe_means means = {.describer = &scribe.base};
    struct watch watch = {.monitor = {.step = step, .context = &watch}};
    fill(&result);
    assert_int_equal(ica_describe_result(&means, &no_features, &watch.monitor, &result, NULL),
                     ICA_OK);
    assert_int_equal(watch.total, 1 + 2 + 4 + 5);
    release(&result);
}

static void test_failures_and_no_describer(void **state)
{
    (void)state;
    struct ica_result result;
    struct ica_error err = {0};
    struct scribe scribe = {.base = {.ops = &ops}, .status = ICA_ECANCELLED};
    const struct ica_describe_means means = {.describer = &scribe.base};
    const struct ica_describe_means nobody = {0};
    fill(&result);
    assert_int_equal(ica_describe_result(&means, &no_features, NULL, &result, &err),
                     ICA_ECANCELLED);
    assert_string_equal(scribe.calls, "4 2 ");
    release(&result);
    fill(&result);
    assert_int_equal(ica_describe_result(&nobody, &no_features, NULL, &result, &err), ICA_OK);
    assert_string_equal(result.describer, "none");
    assert_string_equal(result.node_descriptions[4].text, "");
    release(&result);
}

/* Looks at pictures; describes the first cluster, says why not the second, and is silent on the
 * others. */
static enum ica_status look(struct ica_describer *self, const struct ica_describe_request *request,
                            const struct ica_monitor *monitor, struct ica_description *out,
                            struct ica_error *err)
{
    const struct scribe *scribe = (const struct scribe *)self;
    (void)request;
    (void)monitor;
    (void)snprintf(out[0].text, sizeof out[0].text, "a photo of shoes");
    (void)snprintf(out[1].note, sizeof out[1].note, "The picture is gone.");
    return scribe->status ? ica_error_set(err, scribe->status, "No such server.") : ICA_OK;
}

static const struct ica_describer_ops onlooker_ops = {
    .name = "onlooker", .looks_at_pictures = true, .describe = look};

static void test_others_describe_what_an_onlooker_cannot(void **state)
{
    (void)state;
    struct ica_result result;
    struct scribe onlooker = {.base = {.ops = &onlooker_ops}};
    struct scribe scribe = {.base = {.ops = &ops}};
    const struct ica_describe_means means = {
        .describer = &onlooker.base,
        .fallback = &scribe.base,
        .language = ICA_LANGUAGE_PT,
    };
    fill(&result);
    assert_int_equal(ica_describe_result(&means, &no_features, NULL, &result, NULL), ICA_OK);
    assert_string_equal(result.describer, "onlooker");
    assert_int_equal(result.language, ICA_LANGUAGE_PT);
    assert_string_equal(result.descriptions[0].text, "a photo of shoes");
    assert_string_equal(result.descriptions[0].note, "");
    assert_string_equal(result.descriptions[1].text, "4:34");
    assert_string_equal(result.descriptions[1].note, "The picture is gone.");
    /* The other levels would take too long to look at. */
    assert_string_equal(scribe.calls, "4 2 1 ");
    assert_string_equal(result.node_descriptions[0].text, "a photo of shoes");
    assert_string_equal(result.node_descriptions[4].text, "1:012345");
    release(&result);
}

static void test_others_describe_all_when_an_onlooker_fails(void **state)
{
    (void)state;
    struct ica_result result;
    struct scribe onlooker = {.base = {.ops = &onlooker_ops}, .status = ICA_EUNAVAILABLE};
    struct scribe scribe = {.base = {.ops = &ops}};
    const struct ica_describe_means means = {
        .describer = &onlooker.base,
        .fallback = &scribe.base,
    };
    fill(&result);
    assert_int_equal(ica_describe_result(&means, &no_features, NULL, &result, NULL), ICA_OK);
    for (size_t i = 0; i < 4; i++) {
        assert_string_equal(result.descriptions[i].note, "No such server.");
    }
    assert_string_equal(result.descriptions[0].text, "4:01");
    release(&result);
    onlooker.status = ICA_ECANCELLED;
    fill(&result);
    assert_int_equal(ica_describe_result(&means, &no_features, NULL, &result, NULL),
                     ICA_ECANCELLED);
    release(&result);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_others_describe_what_an_onlooker_cannot),
        cmocka_unit_test(test_others_describe_all_when_an_onlooker_fails),
        cmocka_unit_test(test_each_node_has_the_text_of_the_nearest_level),
        cmocka_unit_test(test_progress_is_of_all_levels),
        cmocka_unit_test(test_failures_and_no_describer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
