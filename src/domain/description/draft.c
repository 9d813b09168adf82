/* SPDX-License-Identifier: Apache-2.0 */
/* From what is to be said to the text. In English adjectives stand before their noun, "assorted
 * black items"; in Portuguese and Spanish behind it and agree with it, "itens pretos variados". */
#include "domain/description/draft.h"

#include <stdio.h>
#include <string.h>

void ica_draft_begin(struct ica_draft *draft, const struct ica_taxonomy *taxonomy,
                     const struct ica_cluster *cluster, const struct ica_colour_shares *colours)
{
    draft->narrower = ICA_NO_CONCEPT;
    draft->companion = ICA_NO_CONCEPT;
    draft->partly = ICA_COLOUR_COUNT;
    draft->single = cluster->n_members == 1;
    ica_colour_means(colours, cluster, draft->mean_colours);
    ica_colour_words_choose_weakly(colours, cluster, &draft->weak_colours);
    if (!draft->own && ica_draft_has_colour(draft, taxonomy)) {
        ica_colour_words_choose(colours, cluster, &draft->colours);
    }
}

const struct ica_concept *ica_draft_concept(const struct ica_draft *draft,
                                            const struct ica_taxonomy *taxonomy)
{
    return draft->concepts.n_chosen == 1 && !draft->own
               ? &taxonomy->concepts[draft->concepts.chosen[0]]
               : NULL;
}

bool ica_draft_has_colour(const struct ica_draft *draft, const struct ica_taxonomy *taxonomy)
{
    const struct ica_concept *concept = ica_draft_concept(draft, taxonomy);
    return draft->own || draft->concepts.n_chosen == 0 || (concept && concept->colour);
}

/* A text in the making. Names are so short (ICA_MAX_CONCEPT_NAME) that nothing is cut off, but for
 * the third concept of a mixed cluster, which is left out where it does not fit. */
struct line {
    char *text;
    size_t size;
    const struct ica_lexicon *lexicon;
    const struct ica_draft *draft;
};

static size_t room_of(const struct line *line)
{
    return line->size - 1 - strlen(line->text);
}

/* Append words, after a blank where something stands before them. */
static void put(struct line *line, const char *words)
{
    size_t used = strlen(line->text);
    if (*words) {
        (void)snprintf(line->text + used, line->size - used, "%s%s", used ? " " : "", words);
    }
}

static void put_comma(struct line *line)
{
    size_t used = strlen(line->text);
    (void)snprintf(line->text + used, line->size - used, ",");
}

static const struct ica_noun *noun_of(const struct line *line, uint32_t concept)
{
    return &line->lexicon->taxonomy.concepts[concept].name;
}

static void put_colours(struct line *line, const struct ica_noun *noun)
{
    const struct ica_wording *wording = &line->lexicon->wording;
    const struct ica_colour_words *words = &line->draft->colours;
    for (size_t i = 0; i < words->n_terms; i++) {
        const char *colour =
            ica_forms_text(&wording->colours[words->terms[i]], noun, line->draft->single);
        put(line, i > 0 ? ica_wording_and(wording, colour) : "");
        put(line, colour);
    }
}

/* A noun with what describes it; `general` may be NULL. */
static void put_described(struct line *line, const struct ica_noun *noun,
                          const struct ica_forms *general)
{
    bool single = line->draft->single;
    const char *adjective = general ? ica_forms_text(general, noun, single) : "";
    if (line->lexicon->wording.adjectives_before) {
        put(line, adjective);
        put_colours(line, noun);
        put(line, ica_noun_text(noun, single));
    } else {
        put(line, ica_noun_text(noun, single));
        put_colours(line, noun);
        put(line, adjective);
    }
}

/* "assorted black items", "similar pictures", "picture". */
static void put_unnamed(struct line *line)
{
    const struct ica_wording *wording = &line->lexicon->wording;
    const struct ica_draft *draft = line->draft;
    bool items = draft->has_classes && !draft->single;
    put_described(line, items ? &wording->item : &wording->picture,
                  draft->single        ? NULL
                  : draft->has_classes ? &wording->assorted
                                       : &wording->similar);
}

/* "cats and dogs", "birds, cats and dogs". */
static void put_mixed(struct line *line)
{
    const struct ica_draft *draft = line->draft;
    size_t n = draft->concepts.n_chosen;
    const char *names[ICA_MAX_CHOSEN_CONCEPTS];
    size_t length = 0;
    for (size_t i = 0; i < n; i++) {
        names[i] = ica_noun_text(noun_of(line, draft->concepts.chosen[i]), draft->single);
        length += strlen(names[i]);
    }
    if (n == 3 && length + strlen(",  and  (1000000)") > room_of(line)) {
        n = 2;
    }
    for (size_t i = 0; i < n; i++) {
        if (i > 0 && i + 1 == n) {
            put(line, ica_wording_and(&line->lexicon->wording, names[i]));
        } else if (i > 0) {
            put_comma(line);
        }
        put(line, names[i]);
    }
}

/* ", perhaps a bed": what a single image may show. */
static void put_guess(struct line *line)
{
    const struct ica_wording *wording = &line->lexicon->wording;
    const struct ica_noun *noun = noun_of(line, line->draft->narrower);
    put_comma(line);
    put(line, wording->perhaps);
    put(line, ica_noun_article(wording, noun));
    put(line, noun->singular);
}

/* ", partly blue". */
static void put_partly(struct line *line)
{
    const struct ica_wording *wording = &line->lexicon->wording;
    const struct ica_draft *draft = line->draft;
    const struct ica_noun *noun = draft->concepts.n_chosen > 0 && !draft->own
                                      ? noun_of(line, draft->concepts.chosen[0])
                                  : draft->has_classes ? &wording->item
                                                       : &wording->picture;
    put_comma(line);
    put(line, wording->partly);
    put(line, ica_forms_text(&wording->colours[draft->partly], noun, draft->single));
}

static void put_contrast(struct line *line)
{
    const struct ica_wording *wording = &line->lexicon->wording;
    const struct ica_draft *draft = line->draft;
    if (draft->narrower != ICA_NO_CONCEPT && draft->single) {
        put_guess(line);
    } else if (draft->narrower != ICA_NO_CONCEPT) {
        put(line, wording->such_as);
        put(line, noun_of(line, draft->narrower)->plural);
    } else if (draft->companion != ICA_NO_CONCEPT) {
        put(line, wording->with);
        put(line, noun_of(line, draft->companion)->plural);
    } else if (draft->partly != ICA_COLOUR_COUNT) {
        put_partly(line);
    }
}

void ica_draft_write(const struct ica_draft *draft, const struct ica_lexicon *lexicon,
                     char text[ICA_MAX_DESCRIPTION])
{
    struct line line = {
        .text = text,
        .size = ICA_MAX_DESCRIPTION,
        .lexicon = lexicon,
        .draft = draft,
    };
    text[0] = '\0';
    if (draft->own) {
        put(&line, draft->own);
    } else if (draft->concepts.n_chosen == 0) {
        put_unnamed(&line);
    } else if (draft->concepts.n_chosen == 1) {
        put_described(&line, noun_of(&line, draft->concepts.chosen[0]), NULL);
    } else {
        put_mixed(&line);
    }
    put_contrast(&line);
}

static bool is_said(const struct ica_draft *draft, uint32_t concept)
{
    for (size_t i = 0; i < draft->concepts.n_chosen; i++) {
        if (draft->concepts.chosen[i] == concept) {
            return true;
        }
    }
    return false;
}

static void list_evidence(struct ica_description *out, const char *concept, double weight)
{
    struct ica_evidence *evidence = &out->evidence[out->n_evidence++];
    (void)snprintf(evidence->concept, sizeof evidence->concept, "%s", concept);
    evidence->weight = weight;
}

void ica_draft_explain(const struct ica_draft *draft, const struct ica_taxonomy *taxonomy,
                       struct ica_description *out)
{
    const struct ica_concept *all = taxonomy->concepts;
    const struct ica_concept *listed[ICA_MAX_EVIDENCE];
    size_t n_listed = 0;
    out->score = draft->own ? draft->own_share : draft->concepts.support;
    if (draft->own) {
        list_evidence(out, draft->own, draft->own_share);
    }
    for (size_t k = 0; k < draft->concepts.n_candidates && out->n_evidence < ICA_MAX_EVIDENCE;
         k++) {
        const struct ica_concept_candidate *candidate = &draft->concepts.candidates[k];
        bool repeats = false;
        for (size_t j = 0; j < n_listed; j++) {
            repeats |= ica_concept_covers(&all[candidate->concept], listed[j]);
        }
        if (repeats && !is_said(draft, candidate->concept)) {
            continue;
        }
        listed[n_listed++] = &all[candidate->concept];
        list_evidence(out, all[candidate->concept].name.singular, (double)candidate->support);
    }
}
