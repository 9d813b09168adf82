/* SPDX-License-Identifier: Apache-2.0 */
/* The description cache port's promises, and a describer behind it. */
#include "application/describing/cached_descriptions.h"

#include <stdio.h>
#include <string.h>

#include "adapters/description_memory/description_memory.h"
#include "support/cmocka_all.h"

#define N   6
#define DIM 2

static struct ica_description_key key_of(unsigned number)
{
    struct ica_description_key key;
    (void)snprintf(key.text, sizeof key.text, "%08x%056x", number, number);
    return key;
}

static void keep(struct ica_description_cache *cache, unsigned number)
{
    const struct ica_description_key key = key_of(number);
    struct ica_description description = {0};
    (void)snprintf(description.text, sizeof description.text, "text %u", number);
    ica_description_cache_keep(cache, &key, &description);
}

static bool is_kept(struct ica_description_cache *cache, unsigned number)
{
    const struct ica_description_key key = key_of(number);
    struct ica_description description;
    char text[32];
    (void)snprintf(text, sizeof text, "text %u", number);
    return ica_description_cache_find(cache, &key, &description) &&
           strcmp(description.text, text) == 0;
}

static void test_the_longest_unused_is_forgotten(void **state)
{
    (void)state;
    struct ica_description_cache *cache;
    assert_int_equal(ica_description_memory_open(&cache, 4, NULL), ICA_OK);
    assert_false(is_kept(cache, 1));
    for (unsigned i = 1; i <= 4; i++) {
        keep(cache, i);
    }
    keep(cache, 2); /* again: takes no more room */
    assert_true(is_kept(cache, 1));
    keep(cache, 5);
    assert_false(is_kept(cache, 3));
    assert_true(is_kept(cache, 1) && is_kept(cache, 2) && is_kept(cache, 4) && is_kept(cache, 5));
    ica_description_cache_destroy(cache);
}

static void test_many(void **state)
{
    (void)state;
    struct ica_description_cache *cache;
    assert_int_equal(ica_description_memory_open(&cache, 1000, NULL), ICA_OK);
    for (unsigned i = 1; i <= 5000; i++) {
        keep(cache, i * 2654435761U);
        assert_true(is_kept(cache, i * 2654435761U));
    }
    ica_description_cache_destroy(cache);
}

/* Counts the clusters that it describes, and cannot describe single images. */
struct counter {
    struct ica_describer base;
    size_t n_described;
};

static enum ica_status describe(struct ica_describer *self,
                                const struct ica_describe_request *request,
                                const struct ica_monitor *monitor, struct ica_description *out,
                                struct ica_error *err)
{
    struct counter *counter = (struct counter *)self;
    (void)monitor;
    (void)err;
    for (size_t c = 0; c < request->clustering->n_clusters; c++) {
        const struct ica_cluster *cluster = &request->clustering->clusters[c];
        counter->n_described++;
        (void)snprintf(cluster->n_members > 1 ? out[c].text : out[c].note, 32, "of %zu images",
                       cluster->n_members);
    }
    return ICA_OK;
}

static const struct ica_describer_ops ops = {.name = "counter", .describe = describe};

/* Describe two clusters of `rows`: the first three and the other `n` - 3. Returns how many of them
 * the describer saw. */
static size_t ask(struct ica_description_cache *cache, size_t *rows, size_t n,
                  enum ica_language language)
{
    static const float embeddings[N * DIM] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
    struct counter counter = {.base = {.ops = &ops}};
    struct ica_description out[2] = {0};
    const struct ica_features features = {.n = N, .dim = DIM, .embeddings = embeddings};
    struct ica_cluster clusters[] = {
        {.members = rows, .n_members = 3},
        {.members = rows + 3, .n_members = n - 3},
    };
    const struct ica_clustering clustering = {.n = N, .n_clusters = 2, .clusters = clusters};
    const struct ica_describe_request request = {
        .features = &features, .clustering = &clustering, .language = language};
    assert_int_equal(ica_describe_cached(cache, &counter.base, &request, NULL, out, NULL), ICA_OK);
    assert_string_equal(out[0].text, "of 3 images");
    assert_string_equal(n == 4 ? out[1].note : out[1].text, n == 4   ? "of 1 images"
                                                            : n == 5 ? "of 2 images"
                                                                     : "of 3 images");
    return counter.n_described;
}

static void test_only_what_is_new_is_described(void **state)
{
    (void)state;
    struct ica_description_cache *cache;
    size_t rows[N] = {0, 1, 2, 3, 4, 5};
    size_t turned[N] = {2, 0, 1, 5, 4, 3};
    size_t other[N] = {0, 1, 3, 2, 4, 5};
    assert_int_equal(ica_description_memory_open(&cache, 100, NULL), ICA_OK);
    assert_int_equal(ask(cache, rows, 6, ICA_LANGUAGE_EN), 2);
    assert_int_equal(ask(cache, rows, 6, ICA_LANGUAGE_EN), 0);
    assert_int_equal(ask(cache, turned, 6, ICA_LANGUAGE_EN), 0);
    assert_int_equal(ask(cache, rows, 5, ICA_LANGUAGE_EN), 1); /* one image left the second */
    assert_int_equal(ask(cache, other, 6, ICA_LANGUAGE_EN), 2);
    assert_int_equal(ask(cache, rows, 6, ICA_LANGUAGE_ES), 2);
    assert_int_equal(ask(cache, rows, 4, ICA_LANGUAGE_EN), 1);
    assert_int_equal(ask(cache, rows, 4, ICA_LANGUAGE_EN), 1); /* a failure is not remembered */
    ica_description_cache_destroy(cache);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_longest_unused_is_forgotten),
        cmocka_unit_test(test_many),
        cmocka_unit_test(test_only_what_is_new_is_described),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
