/* SPDX-License-Identifier: Apache-2.0 */
/* The languages that descriptions are written in. */
#include "domain/description/words/language.h"

static const struct {
    const char *code;
    const char *name;
} languages[ICA_LANGUAGE_COUNT] = {
    [ICA_LANGUAGE_EN] = {"en", "English"},
    [ICA_LANGUAGE_PT] = {"pt", "Portuguese"},
    [ICA_LANGUAGE_ES] = {"es", "Spanish"},
};

const char *ica_language_code(enum ica_language language)
{
    return languages[language].code;
}

const char *ica_language_name(enum ica_language language)
{
    return languages[language].name;
}
