/* SPDX-License-Identifier: Apache-2.0 */
/* Ids of images: unique, valid, as close to the given name as possible. */
#include "support/cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "domain/image/image_id.h"

static void assert_id(struct ica_image_ids *ids, const char *name, const char *expected)
{
    char *id = ica_image_ids_add(ids, name, strlen(name));
    assert_string_equal(id, expected);
    free(id);
}

static void test_same_name_is_numbered(void **state)
{
    (void)state;
    struct ica_image_ids ids = {0};
    assert_id(&ids, "a.jpg", "a.jpg");
    assert_id(&ids, "a.jpg", "a (2).jpg");
    assert_id(&ids, "a.jpg", "a (3).jpg");
    assert_id(&ids, "a (2).jpg", "a (2) (2).jpg");
    assert_id(&ids, "archive.d/photo", "archive.d/photo");
    assert_id(&ids, "archive.d/photo", "archive.d/photo (2)");
    assert_id(&ids, ".hidden", ".hidden");
    assert_id(&ids, ".hidden", ".hidden (2)");
    assert_id(&ids, "", "image");
    assert_id(&ids, "", "image (2)");
    ica_image_ids_clear(&ids);
}

static void test_names_are_kept_but_valid(void **state)
{
    (void)state;
    struct ica_image_ids ids = {0};
    assert_id(&ids, "../../etc/passwd", "../../etc/passwd");
    assert_id(&ids, "a\nb.jpg",
              "a\xEF\xBF\xBD"
              "b.jpg");
    assert_id(&ids, "a\xFF.jpg", "a\xEF\xBF\xBD.jpg");
    assert_id(&ids, "a\xFE.jpg", "a\xEF\xBF\xBD (2).jpg");
    ica_image_ids_clear(&ids);
}

static void test_many_ids_stay_unique(void **state)
{
    (void)state;
    struct ica_image_ids ids = {0};
    for (int i = 0; i < 5000; i++) {
        char name[32];
        (void)snprintf(name, sizeof name, "%d.jpg", i);
        assert_id(&ids, name, name);
    }
    for (int i = 2; i < 5000; i++) {
        char name[32];
        (void)snprintf(name, sizeof name, "7 (%d).jpg", i);
        assert_id(&ids, "7.jpg", name);
    }
    assert_int_equal(ids.count, 9998);
    ica_image_ids_clear(&ids);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same_name_is_numbered),
        cmocka_unit_test(test_names_are_kept_but_valid),
        cmocka_unit_test(test_many_ids_stay_unique),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
