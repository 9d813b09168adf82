/* SPDX-License-Identifier: Apache-2.0 */
/* The words that a setting may be, and what they stand for. */
#ifndef ICA_BASE_CHOICE_H
#define ICA_BASE_CHOICE_H

#include <stdbool.h>

/* One word; a list of them ends with one that has no name. */
struct ica_choice {
    const char *name;
    int value;
};

/* Put what `name` stands for into `*out`; false, and nothing is changed, if it is not in the list.
 */
bool ica_choice_find(const struct ica_choice *choices, const char *name, int *out);

#endif
