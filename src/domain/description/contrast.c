/* SPDX-License-Identifier: Apache-2.0 */
/* Where texts are equal, the drafts of these clusters get more to say, step by step: a colour that
 * most members show, a narrower concept ("shoes such as sandals") or a companion ("dogs with
 * balls"), a colour even of things that are just "household items", a colour that part of them has.
 *
 * A narrower concept need not be what most members show: it is what this cluster shows clearly more
 * of than the clusters that it must be told from. Of several clusters that could say the same the
 * one with the strongest claim says it, and each says one thing at most. A claim weighs support
 * times the logarithm of its ratio to the others' support, as a term of a class is weighed by
 * c-TF-IDF (Grootendorst, "BERTopic", 2022). Only what a draft says changes from step to step, so
 * the outcome depends on the clusters and their order alone. */
#include "domain/description/contrast.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "domain/clustering/index_sort.h"
#include "domain/description/distinct_texts.h"
#include "domain/stages.h"

#define NARROWER_SUPPORT  0.15 /* least support of a narrower concept that is mentioned */
#define NARROWER_LIFT     1.5  /* ... and how many times the mean of the other clusters */
#define GUESS_SUPPORT     0.25 /* least support of what a single image may show */
#define COMPANION_SUPPORT 0.12
#define COMPANION_LIFT    2.0 /* times that of any other cluster */
#define PARTLY_SHARE      0.20
#define PARTLY_LIFT       1.4
#define LEAST_RIVAL       0.01 /* so that what no other cluster shows has a finite weight */
#define MONITOR_STEP      64
#define MAX_CLAIMS        (SIZE_MAX / sizeof(struct claim))

/* What some clusters show of one topic, which is a concept or a colour. */
struct rivals {
    double sum;
    double first;
    double second;
};

/* What a draft could say. */
struct claim {
    size_t draft;
    uint32_t topic;
    double weight; /* > 0 */
};

struct contrast {
    const struct ica_lexicon *lexicon;
    const struct ica_monitor *monitor;
    struct ica_draft *drafts;
    struct ica_description *out;
    size_t n;
    size_t *order;         /* n: clusters sorted by text */
    struct rivals *rivals; /* one per topic */
    bool *taken;           /* one per topic */
    size_t n_topics;
    struct claim *claims;
    size_t n_claims;
    size_t capacity;
    bool out_of_memory;
};

/* ---- Claims -----------------------------------------------------------------------------------
 */

static void add_rival(struct rivals *rivals, double support)
{
    rivals->sum += support;
    if (support > rivals->first) {
        rivals->second = rivals->first;
        rivals->first = support;
    } else if (support > rivals->second) {
        rivals->second = support;
    }
}

static double mean_of_others(const struct rivals *rivals, double support, size_t n)
{
    double mean = (rivals->sum - support) / (double)(n - 1);
    return mean > LEAST_RIVAL ? mean : LEAST_RIVAL;
}

static double most_of_others(const struct rivals *rivals, double support)
{
    double most = support < rivals->first ? rivals->first : rivals->second;
    return most > LEAST_RIVAL ? most : LEAST_RIVAL;
}

static void add_claim(struct contrast *contrast, size_t draft, uint32_t topic, double support,
                      double others)
{
    if (!ica_array_reserve((void **)&contrast->claims, &contrast->capacity, contrast->n_claims + 1,
                           MAX_CLAIMS, sizeof *contrast->claims)) {
        contrast->out_of_memory = true;
        return;
    }
    contrast->claims[contrast->n_claims++] = (struct claim){
        .draft = draft,
        .topic = topic,
        .weight = support * log(support / others),
    };
}

/* The weightiest first; of equals that of the earlier cluster. */
static int compare_claims(const void *left, const void *right)
{
    const struct claim *a = left;
    const struct claim *b = right;
    if (a->weight != b->weight) {
        return a->weight > b->weight ? -1 : 1;
    }
    if (a->draft != b->draft) {
        return a->draft < b->draft ? -1 : 1;
    }
    return a->topic < b->topic ? -1 : a->topic > b->topic;
}

typedef void say_fn(struct ica_draft *draft, uint32_t topic);

/* Grant the weightiest claims, so that each draft says one thing and each thing is said once. */
static void grant_claims(struct contrast *contrast, say_fn *say)
{
    if (contrast->n_claims == 0) {
        return;
    }
    qsort(contrast->claims, contrast->n_claims, sizeof *contrast->claims, compare_claims);
    memset(contrast->taken, 0, contrast->n_topics * sizeof *contrast->taken);
    for (size_t i = 0; i < contrast->n_claims; i++) {
        const struct claim *claim = &contrast->claims[i];
        struct ica_draft *draft = &contrast->drafts[claim->draft];
        bool has_said = draft->narrower != ICA_NO_CONCEPT || draft->companion != ICA_NO_CONCEPT ||
                        draft->partly != ICA_COLOUR_COUNT;
        if (!contrast->taken[claim->topic] && !has_said) {
            contrast->taken[claim->topic] = true;
            say(draft, claim->topic);
        }
    }
}

/* ---- Concepts ---------------------------------------------------------------------------------
 */

static void find_rival_concepts(struct contrast *contrast, const size_t *same, size_t n)
{
    memset(contrast->rivals, 0, contrast->n_topics * sizeof *contrast->rivals);
    contrast->n_claims = 0;
    for (size_t k = 0; k < n; k++) {
        const struct ica_cluster_concepts *concepts = &contrast->drafts[same[k]].concepts;
        for (size_t c = 0; c < concepts->n_candidates; c++) {
            add_rival(&contrast->rivals[concepts->candidates[c].concept],
                      (double)concepts->candidates[c].support);
        }
    }
}

static void claim_narrower(struct contrast *contrast, size_t i, size_t n)
{
    const struct ica_taxonomy *taxonomy = &contrast->lexicon->taxonomy;
    const struct ica_draft *draft = &contrast->drafts[i];
    const struct ica_concept *said = ica_draft_concept(draft, taxonomy);
    double least = draft->single ? GUESS_SUPPORT : NARROWER_SUPPORT;
    for (size_t c = 0; said && c < draft->concepts.n_candidates; c++) {
        const struct ica_concept_candidate *candidate = &draft->concepts.candidates[c];
        const struct ica_concept *inner = &taxonomy->concepts[candidate->concept];
        bool next_level = inner->level <= ICA_CONCEPT_BASIC &&
                          (said->level == ICA_CONCEPT_BASIC || inner->level == ICA_CONCEPT_BASIC);
        double support = (double)candidate->support;
        double others = mean_of_others(&contrast->rivals[candidate->concept], support, n);
        if (inner != said && next_level && support >= least && support >= NARROWER_LIFT * others &&
            ica_concept_covers(said, inner)) {
            add_claim(contrast, i, candidate->concept, support, others);
        }
    }
}

static void say_narrower(struct ica_draft *draft, uint32_t topic)
{
    draft->narrower = topic;
}

static void add_narrower(struct contrast *contrast, const size_t *same, size_t n)
{
    find_rival_concepts(contrast, same, n);
    for (size_t k = 0; k < n; k++) {
        claim_narrower(contrast, same[k], n);
    }
    grant_claims(contrast, say_narrower);
}

/* Things of one kind are rather mistaken for each other than seen together. */
static bool are_of_one_kind(const struct ica_taxonomy *taxonomy, const struct ica_concept *a,
                            const struct ica_concept *b)
{
    for (size_t i = 0; i < taxonomy->n_concepts; i++) {
        const struct ica_concept *kind = &taxonomy->concepts[i];
        if (ica_concept_covers(kind, a) && ica_concept_overlaps(kind, b)) {
            return true;
        }
    }
    return false;
}

static void claim_companion(struct contrast *contrast, size_t i)
{
    const struct ica_taxonomy *taxonomy = &contrast->lexicon->taxonomy;
    const struct ica_draft *draft = &contrast->drafts[i];
    const struct ica_concept *said = ica_draft_concept(draft, taxonomy);
    if (!said || said->level > ICA_CONCEPT_BASIC) {
        return;
    }
    for (size_t c = 0; c < draft->concepts.n_candidates; c++) {
        const struct ica_concept_candidate *candidate = &draft->concepts.candidates[c];
        const struct ica_concept *other = &taxonomy->concepts[candidate->concept];
        double support = (double)candidate->support;
        double others = most_of_others(&contrast->rivals[candidate->concept], support);
        if (support >= COMPANION_SUPPORT && support >= COMPANION_LIFT * others &&
            other->level <= ICA_CONCEPT_BASIC && !are_of_one_kind(taxonomy, said, other)) {
            add_claim(contrast, i, candidate->concept, support, others);
        }
    }
}

static void say_companion(struct ica_draft *draft, uint32_t topic)
{
    draft->companion = topic;
}

static void add_companion(struct contrast *contrast, const size_t *same, size_t n)
{
    find_rival_concepts(contrast, same, n);
    for (size_t k = 0; k < n; k++) {
        claim_companion(contrast, same[k]);
    }
    grant_claims(contrast, say_companion);
}

/* ---- Colours ----------------------------------------------------------------------------------
 */

static bool same_colours(const struct ica_colour_words *a, const struct ica_colour_words *b)
{
    return a->n_terms == b->n_terms && (a->n_terms == 0 || a->terms[0] == b->terms[0]);
}

static void use_weak_colours(struct contrast *contrast, const size_t *same, size_t n)
{
    const struct ica_draft *first = &contrast->drafts[same[0]];
    bool differ = false;
    for (size_t k = 1; k < n; k++) {
        differ |= !same_colours(&first->weak_colours, &contrast->drafts[same[k]].weak_colours);
    }
    if (!differ || first->colours.n_terms > 0) {
        return;
    }
    for (size_t k = 0; k < n; k++) {
        contrast->drafts[same[k]].colours = contrast->drafts[same[k]].weak_colours;
    }
}

/* To what has no name, and to things of which the colour is said anyway. */
static void add_colours(struct contrast *contrast, const size_t *same, size_t n)
{
    if (ica_draft_has_colour(&contrast->drafts[same[0]], &contrast->lexicon->taxonomy)) {
        use_weak_colours(contrast, same, n);
    }
}

static bool is_vague(const struct contrast *contrast, const struct ica_draft *draft)
{
    const struct ica_concept *concept = ica_draft_concept(draft, &contrast->lexicon->taxonomy);
    return concept && concept->level == ICA_CONCEPT_VAGUE;
}

/* To a name that says next to nothing. */
static void add_colours_if_vague(struct contrast *contrast, const size_t *same, size_t n)
{
    if (is_vague(contrast, &contrast->drafts[same[0]])) {
        use_weak_colours(contrast, same, n);
    }
}

static void say_partly(struct ica_draft *draft, uint32_t topic)
{
    draft->partly = (enum ica_colour_term)topic;
}

static void claim_colours(struct contrast *contrast, size_t i, size_t n)
{
    const struct ica_draft *draft = &contrast->drafts[i];
    for (uint32_t t = 0; t < ICA_COLOUR_COUNT; t++) {
        bool is_said = false;
        for (size_t k = 0; k < draft->colours.n_terms; k++) {
            is_said |= draft->colours.terms[k] == (enum ica_colour_term)t;
        }
        double share = (double)draft->mean_colours[t];
        double others = mean_of_others(&contrast->rivals[t], share, n);
        if (!is_said && share >= PARTLY_SHARE && share >= PARTLY_LIFT * others) {
            add_claim(contrast, i, t, share, others);
        }
    }
}

static void add_partial_colours(struct contrast *contrast, const size_t *same, size_t n)
{
    const struct ica_draft *first = &contrast->drafts[same[0]];
    if (first->single ||
        !(is_vague(contrast, first) || ica_draft_has_colour(first, &contrast->lexicon->taxonomy))) {
        return;
    }
    memset(contrast->rivals, 0, ICA_COLOUR_COUNT * sizeof *contrast->rivals);
    contrast->n_claims = 0;
    for (size_t k = 0; k < n; k++) {
        for (size_t t = 0; t < ICA_COLOUR_COUNT; t++) {
            add_rival(&contrast->rivals[t], (double)contrast->drafts[same[k]].mean_colours[t]);
        }
    }
    for (size_t k = 0; k < n; k++) {
        claim_colours(contrast, same[k], n);
    }
    grant_claims(contrast, say_partly);
}

/* ---- Steps ------------------------------------------------------------------------------------
 */

/* A way to tell apart the `n` clusters at `same`, two or more, whose texts are equal. */
typedef void step_fn(struct contrast *contrast, const size_t *same, size_t n);

static step_fn *const steps[] = {
    add_colours, add_narrower, add_companion, add_colours_if_vague, add_partial_colours,
};

static int compare_texts(const void *context, size_t a, size_t b)
{
    const struct ica_description *out = context;
    return strcmp(out[a].text, out[b].text);
}

static void write_texts(const struct contrast *contrast)
{
    for (size_t i = 0; i < contrast->n; i++) {
        ica_draft_write(&contrast->drafts[i], contrast->lexicon, contrast->out[i].text);
    }
}

static enum ica_status take_step(struct contrast *contrast, step_fn *step, struct ica_error *err)
{
    ica_index_fill(contrast->order, contrast->n);
    if (!ica_index_sort(contrast->order, contrast->n, compare_texts, contrast->out)) {
        return ica_error_nomem(err, "the descriptions");
    }
    size_t n_sets = 0;
    for (size_t start = 0, end; start < contrast->n; start = end) {
        end = start + 1;
        while (end < contrast->n &&
               compare_texts(contrast->out, contrast->order[start], contrast->order[end]) == 0) {
            end++;
        }
        if (end - start > 1) {
            step(contrast, contrast->order + start, end - start);
            if (contrast->out_of_memory) {
                return ica_error_nomem(err, "the descriptions");
            }
            if (n_sets++ % MONITOR_STEP == 0 &&
                !ica_monitor_step(contrast->monitor, ICA_STAGE_DESCRIBING, contrast->n,
                                  contrast->n)) {
                return ica_error_set(err, ICA_ECANCELLED, "The description was cancelled.");
            }
        }
    }
    write_texts(contrast);
    return ICA_OK;
}

static enum ica_status contrast_init(struct contrast *contrast, struct ica_error *err)
{
    size_t n_concepts = contrast->lexicon->taxonomy.n_concepts;
    contrast->n_topics = n_concepts > ICA_COLOUR_COUNT ? n_concepts : ICA_COLOUR_COUNT;
    contrast->order = ica_array_new(contrast->n, sizeof *contrast->order);
    contrast->rivals = ica_array_new(contrast->n_topics, sizeof *contrast->rivals);
    contrast->taken = ica_array_new(contrast->n_topics, sizeof *contrast->taken);
    if (!contrast->order || !contrast->rivals || !contrast->taken) {
        return ica_error_nomem(err, "the descriptions");
    }
    return ICA_OK;
}

enum ica_status ica_drafts_tell_apart(struct ica_draft *drafts, size_t n,
                                      const struct ica_lexicon *lexicon,
                                      const struct ica_monitor *monitor,
                                      struct ica_description *out, struct ica_error *err)
{
    struct contrast contrast = {
        .lexicon = lexicon,
        .monitor = monitor,
        .drafts = drafts,
        .out = out,
        .n = n,
    };
    enum ica_status status = contrast_init(&contrast, err);
    if (!status) {
        write_texts(&contrast);
    }
    for (size_t i = 0; !status && i < sizeof steps / sizeof *steps; i++) {
        status = take_step(&contrast, steps[i], err);
    }
    if (!status) {
        status = ica_texts_number(out, n, err);
    }
    free(contrast.order);
    free(contrast.rivals);
    free(contrast.taken);
    free(contrast.claims);
    return status;
}
