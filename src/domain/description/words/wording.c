/* SPDX-License-Identifier: Apache-2.0 */
/* How words agree. */
#include "domain/description/words/wording.h"

#include <string.h>

/* A noun without a plural of its own is a mass noun ("comida"), or one whose forms do not differ
 * ("paraguas"), all of which begin with a word in -s. */
static bool has_one_form(const struct ica_noun *noun)
{
    return strcmp(noun->singular, noun->plural) == 0;
}

static bool is_mass(const struct ica_noun *noun)
{
    size_t end = strcspn(noun->singular, " ");
    return has_one_form(noun) && !(end > 0 && noun->singular[end - 1] == 's');
}

const char *ica_noun_text(const struct ica_noun *noun, bool single)
{
    return single ? noun->singular : noun->plural;
}

const char *ica_forms_text(const struct ica_forms *forms, const struct ica_noun *noun, bool single)
{
    bool feminine = noun->gender == ICA_GENDER_FEMININE;
    bool plural = (!single || has_one_form(noun)) && !is_mass(noun);
    if (plural) {
        return feminine ? forms->feminine_plural : forms->masculine_plural;
    }
    return feminine ? forms->feminine : forms->masculine;
}

const char *ica_noun_article(const struct ica_wording *wording, const struct ica_noun *noun)
{
    if (has_one_form(noun)) {
        return "";
    }
    if (noun->article[0]) {
        return noun->article;
    }
    if (wording->article_before_vowel[0] && strchr("aeiou", noun->singular[0])) {
        return wording->article_before_vowel;
    }
    return ica_forms_text(&wording->article, noun, true);
}

/* As in "e iguanas", "e higos", but not "y hienas", where another sound is heard. */
static bool begins_with_i(const char *word)
{
    const char *sound = word[0] == 'h' ? word + 1 : word;
    return sound[0] == 'i' && (sound == word || (sound[1] != 'e' && sound[1] != 'a'));
}

const char *ica_wording_and(const struct ica_wording *wording, const char *next)
{
    return wording->and_before_i[0] && begins_with_i(next) ? wording->and_before_i : wording->and_;
}
