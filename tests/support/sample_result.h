/* SPDX-License-Identifier: Apache-2.0 */
/* A small result made by hand, with everything in it that a report has to cope with: names that
 * need quoting, an undescribed group, an image in no group, damaged files, numbers that are none.
 */
#ifndef ICA_TESTS_SUPPORT_SAMPLE_RESULT_H
#define ICA_TESTS_SUPPORT_SAMPLE_RESULT_H

#include "domain/result.h"

/* Six images in three groups and one alone; one of the thumbnails is there. To be cleared. */
void ica_sample_result_init(struct ica_result *result);

/* Compare `size` bytes with the file `name` of tests/data. With ICA_TEST_UPDATE set the file is
 * written instead. */
void ica_assert_golden(const char *name, const void *bytes, size_t size);

#endif
