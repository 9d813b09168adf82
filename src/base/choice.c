/* SPDX-License-Identifier: Apache-2.0 */
/* The words that a setting may be. */
#include "base/choice.h"

#include <string.h>

bool ica_choice_find(const struct ica_choice *choices, const char *name, int *out)
{
    for (; choices->name; choices++) {
        if (strcmp(choices->name, name) == 0) {
            *out = choices->value;
            return true;
        }
    }
    return false;
}
