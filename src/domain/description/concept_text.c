/* SPDX-License-Identifier: Apache-2.0 */
/* Each cluster gets a draft: the concepts to say and the colours that fit. Drafts become texts, and
 * where texts are equal, the drafts of these clusters get more, step by step: a colour that most
 * members show, a narrower concept ("shoes such as sandals") or a companion ("dogs with balls")
 * that the others show much less of, a colour even of things that are just "household items", at
 * the very end a number. Only what a draft says changes from step to step, so the outcome depends
 * on the clusters and their order alone. */
#include "domain/description/concept_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "domain/clustering/index_sort.h"
#include "domain/description/cluster_concepts.h"
#include "domain/description/colour_words.h"
#include "domain/description/distinct_texts.h"
#include "domain/stages.h"

#define NO_CONCEPT        UINT32_MAX
#define NARROWER_SUPPORT  0.25 /* least support of a narrower concept that is mentioned */
#define NARROWER_LIFT     1.5  /* ... and how many times that of any other cluster */
#define COMPANION_SUPPORT 0.12
#define COMPANION_LIFT    2.0
#define MONITOR_STEP      64

struct draft {
    struct ica_cluster_concepts concepts;
    struct ica_colour_words colours;
    struct ica_colour_words weak_colours;
    uint32_t narrower;  /* or NO_CONCEPT */
    uint32_t companion; /* or NO_CONCEPT */
    bool single;        /* one image: singular */
};

/* The greatest and the second greatest support that a concept has among some clusters. */
struct top_two {
    float first;
    float second;
};

struct writer {
    const struct ica_taxonomy *taxonomy;
    size_t n;
    struct draft *drafts;        /* n */
    struct ica_description *out; /* n; borrowed */
    size_t *order;               /* n: clusters sorted by text */
    struct top_two *tops;        /* one per concept */
    bool has_classes;
    const struct ica_monitor *monitor;
};

/* Looks at every MONITOR_STEP-th cluster `i` of a loop; `done` drafts are ready. */
static enum ica_status look_at_monitor(const struct writer *writer, size_t i, size_t done,
                                       struct ica_error *err)
{
    if (i % MONITOR_STEP != 0 ||
        ica_monitor_step(writer->monitor, ICA_STAGE_DESCRIBING, done, writer->n)) {
        return ICA_OK;
    }
    return ica_error_set(err, ICA_ECANCELLED, "The description was cancelled.");
}

static const char *name_of(const struct writer *writer, uint32_t concept, bool single)
{
    const struct ica_concept *c = &writer->taxonomy->concepts[concept];
    return single ? c->singular : c->plural;
}

static const struct ica_concept *only_concept(const struct writer *writer,
                                              const struct draft *draft)
{
    return draft->concepts.n_chosen == 1 ? &writer->taxonomy->concepts[draft->concepts.chosen[0]]
                                         : NULL;
}

/* A text in the making. Names are so short (ICA_MAX_CONCEPT_NAME) that nothing is cut off, but for
 * the third concept of a mixed cluster, which is left out where it does not fit. */
struct line {
    char *text;
    size_t size;
};

static size_t room_of(const struct line *line)
{
    return line->size - 1 - strlen(line->text);
}

static void put(struct line *line, const char *words)
{
    size_t used = strlen(line->text);
    size_t length = strnlen(words, line->size - 1 - used);
    memcpy(line->text + used, words, length);
    line->text[used + length] = '\0';
}

static void put_colours(struct line *line, const struct ica_colour_words *words)
{
    for (size_t i = 0; i < words->n_terms; i++) {
        put(line, i > 0 ? "and " : "");
        put(line, ica_colour_term_text(words->terms[i]));
        put(line, " ");
    }
}

/* "cats", "cats and dogs", "birds, cats and dogs". */
static void put_concepts(const struct writer *writer, const struct draft *draft, struct line *line)
{
    size_t n = draft->concepts.n_chosen;
    const char *names[ICA_MAX_CHOSEN_CONCEPTS];
    size_t length = 0;
    for (size_t i = 0; i < n; i++) {
        names[i] = name_of(writer, draft->concepts.chosen[i], draft->single);
        length += strlen(names[i]);
    }
    if (n == 3 && length + strlen(",  and  (1000000)") > room_of(line)) {
        n = 2;
    }
    for (size_t i = 0; i < n; i++) {
        put(line, i == 0 ? "" : i + 1 == n ? " and " : ", ");
        put(line, names[i]);
    }
}

/* ", perhaps a bed": what a single image may show; what cannot be counted has no article. */
static void put_guess(struct line *line, const struct ica_concept *concept)
{
    bool countable = strcmp(concept->singular, concept->plural) != 0;
    bool vowel = strchr("aeiou", concept->singular[0]) != NULL;
    put(line, ", perhaps ");
    put(line, !countable ? "" : vowel ? "an " : "a ");
    put(line, concept->singular);
}

static void write_text(const struct writer *writer, size_t i)
{
    const struct draft *draft = &writer->drafts[i];
    bool named = draft->concepts.n_chosen > 0;
    char *text = writer->out[i].text;
    text[0] = '\0';
    struct line line = {.text = text, .size = sizeof writer->out[i].text};
    if (!named && !draft->single) {
        put(&line, writer->has_classes ? "assorted " : "similar ");
    }
    put_colours(&line, &draft->colours);
    if (named) {
        put_concepts(writer, draft, &line);
    } else {
        put(&line, draft->single ? "picture" : writer->has_classes ? "items" : "pictures");
    }
    if (draft->narrower != NO_CONCEPT && draft->single) {
        put_guess(&line, &writer->taxonomy->concepts[draft->narrower]);
    } else if (draft->narrower != NO_CONCEPT) {
        put(&line, " such as ");
        put(&line, name_of(writer, draft->narrower, false));
    } else if (draft->companion != NO_CONCEPT) {
        put(&line, " with ");
        put(&line, name_of(writer, draft->companion, false));
    }
}

static bool is_said(const struct draft *draft, uint32_t concept)
{
    for (size_t i = 0; i < draft->concepts.n_chosen; i++) {
        if (draft->concepts.chosen[i] == concept) {
            return true;
        }
    }
    return false;
}

/* The strongest concepts; one that merely contains a stronger one is left out unless it is said. */
static void write_evidence(const struct writer *writer, const struct draft *draft,
                           struct ica_description *out)
{
    const struct ica_concept *all = writer->taxonomy->concepts;
    const struct ica_concept *listed[ICA_MAX_EVIDENCE];
    for (size_t k = 0; k < draft->concepts.n_candidates && out->n_evidence < ICA_MAX_EVIDENCE;
         k++) {
        const struct ica_concept_candidate *candidate = &draft->concepts.candidates[k];
        bool repeats = false;
        for (size_t j = 0; j < out->n_evidence; j++) {
            repeats |= ica_concept_covers(&all[candidate->concept], listed[j]);
        }
        if (repeats && !is_said(draft, candidate->concept)) {
            continue;
        }
        struct ica_evidence *evidence = &out->evidence[out->n_evidence];
        listed[out->n_evidence++] = &all[candidate->concept];
        (void)snprintf(evidence->concept, sizeof evidence->concept, "%s",
                       all[candidate->concept].singular);
        evidence->weight = (double)candidate->support;
    }
}

static int compare_texts(const void *context, size_t a, size_t b)
{
    const struct ica_description *out = context;
    return strcmp(out[a].text, out[b].text);
}

static bool same_colours(const struct ica_colour_words *a, const struct ica_colour_words *b)
{
    return a->n_terms == b->n_terms && (a->n_terms == 0 || a->terms[0] == b->terms[0]);
}

static void use_weak_colours(struct writer *writer, const size_t *same, size_t n)
{
    const struct draft *first = &writer->drafts[same[0]];
    bool differ = false;
    for (size_t k = 1; k < n; k++) {
        differ |= !same_colours(&first->weak_colours, &writer->drafts[same[k]].weak_colours);
    }
    if (!differ || first->colours.n_terms > 0) {
        return;
    }
    for (size_t k = 0; k < n; k++) {
        writer->drafts[same[k]].colours = writer->drafts[same[k]].weak_colours;
    }
}

/* To what has no name, and to things of which the colour is said anyway. */
static void add_colours(struct writer *writer, const size_t *same, size_t n)
{
    const struct draft *first = &writer->drafts[same[0]];
    const struct ica_concept *concept = only_concept(writer, first);
    if (first->concepts.n_chosen == 0 || (concept && concept->colour)) {
        use_weak_colours(writer, same, n);
    }
}

/* To a name that says next to nothing. */
static void add_colours_if_vague(struct writer *writer, const size_t *same, size_t n)
{
    const struct ica_concept *concept = only_concept(writer, &writer->drafts[same[0]]);
    if (concept && concept->level == ICA_CONCEPT_VAGUE) {
        use_weak_colours(writer, same, n);
    }
}

static void find_tops(struct writer *writer, const size_t *same, size_t n)
{
    memset(writer->tops, 0, writer->taxonomy->n_concepts * sizeof *writer->tops);
    for (size_t k = 0; k < n; k++) {
        const struct ica_cluster_concepts *concepts = &writer->drafts[same[k]].concepts;
        for (size_t c = 0; c < concepts->n_candidates; c++) {
            struct top_two *top = &writer->tops[concepts->candidates[c].concept];
            float support = concepts->candidates[c].support;
            if (support > top->first) {
                top->second = top->first;
                top->first = support;
            } else if (support > top->second) {
                top->second = support;
            }
        }
    }
}

/* Whether the cluster shows much more of the candidate than every other that find_tops() saw. */
static bool stands_out(const struct writer *writer, const struct ica_concept_candidate *candidate,
                       double least, double lift)
{
    const struct top_two *top = &writer->tops[candidate->concept];
    return (double)candidate->support >= least && candidate->support >= top->first &&
           (double)candidate->support >= lift * (double)top->second &&
           writer->taxonomy->concepts[candidate->concept].level <= ICA_CONCEPT_BASIC;
}

static void add_narrower(const struct writer *writer, struct draft *draft)
{
    const struct ica_concept *said = only_concept(writer, draft);
    for (size_t c = 0; said && c < draft->concepts.n_candidates; c++) {
        const struct ica_concept_candidate *candidate = &draft->concepts.candidates[c];
        const struct ica_concept *inner = &writer->taxonomy->concepts[candidate->concept];
        bool next_level = said->level == ICA_CONCEPT_BASIC || inner->level == ICA_CONCEPT_BASIC;
        if (inner != said && next_level && ica_concept_covers(said, inner) &&
            stands_out(writer, candidate, NARROWER_SUPPORT, NARROWER_LIFT)) {
            draft->narrower = candidate->concept;
            return;
        }
    }
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

static void add_companion(const struct writer *writer, struct draft *draft)
{
    const struct ica_concept *said = only_concept(writer, draft);
    if (!said || said->level > ICA_CONCEPT_BASIC || draft->narrower != NO_CONCEPT) {
        return;
    }
    for (size_t c = 0; c < draft->concepts.n_candidates; c++) {
        const struct ica_concept_candidate *candidate = &draft->concepts.candidates[c];
        if (stands_out(writer, candidate, COMPANION_SUPPORT, COMPANION_LIFT) &&
            !are_of_one_kind(writer->taxonomy, said,
                             &writer->taxonomy->concepts[candidate->concept])) {
            draft->companion = candidate->concept;
            return;
        }
    }
}

/* A way to tell apart clusters with the same text. */
struct step {
    /* For the `n` clusters at `same`, two or more. */
    void (*for_all)(struct writer *writer, const size_t *same, size_t n);
    /* Then for the draft of each of them; or NULL. */
    void (*for_each)(const struct writer *writer, struct draft *draft);
};

static const struct step steps[] = {
    {add_colours, NULL},
    {find_tops, add_narrower},
    {find_tops, add_companion},
    {add_colours_if_vague, NULL},
};

static enum ica_status take_step(struct writer *writer, const struct step *step, const size_t *same,
                                 size_t n, struct ica_error *err)
{
    step->for_all(writer, same, n);
    enum ica_status status = ICA_OK;
    for (size_t k = 0; step->for_each && !status && k < n; k++) {
        step->for_each(writer, &writer->drafts[same[k]]);
        status = look_at_monitor(writer, k, writer->n, err);
    }
    return status;
}

static enum ica_status tell_apart(struct writer *writer, const struct step *step,
                                  struct ica_error *err)
{
    ica_index_fill(writer->order, writer->n);
    if (!ica_index_sort(writer->order, writer->n, compare_texts, writer->out)) {
        return ica_error_nomem(err, "the descriptions");
    }
    enum ica_status status = ICA_OK;
    for (size_t start = 0; !status && start < writer->n;) {
        size_t end = start + 1;
        while (end < writer->n && strcmp(writer->out[writer->order[start]].text,
                                         writer->out[writer->order[end]].text) == 0) {
            end++;
        }
        if (end - start > 1) {
            status = take_step(writer, step, writer->order + start, end - start, err);
        }
        start = end;
    }
    for (size_t i = 0; i < writer->n; i++) {
        write_text(writer, i);
    }
    return status;
}

static void begin_draft(const struct writer *writer, const struct ica_cluster *cluster,
                        const struct ica_colour_shares *colours, struct draft *draft)
{
    draft->narrower = NO_CONCEPT;
    draft->companion = NO_CONCEPT;
    draft->single = cluster->n_members == 1;
    ica_colour_words_choose_weakly(colours, cluster, &draft->weak_colours);
    const struct ica_concept *concept = only_concept(writer, draft);
    if (draft->concepts.n_chosen == 0 || (concept && concept->colour)) {
        ica_colour_words_choose(colours, cluster, &draft->colours);
    }
}

static enum ica_status write_drafts(struct writer *writer, const struct ica_features *features,
                                    const struct ica_colour_shares *colours,
                                    const struct ica_clustering *clustering, struct ica_error *err)
{
    struct ica_concept_pool pool = {0};
    enum ica_status status = ica_concept_pool_init(&pool, writer->taxonomy, err);
    for (size_t i = 0; !status && i < writer->n; i++) {
        struct draft *draft = &writer->drafts[i];
        if (writer->has_classes) {
            ica_concept_pool_weigh(&pool, features, &clustering->clusters[i], &draft->concepts);
        }
        begin_draft(writer, &clustering->clusters[i], colours, draft);
        writer->out[i] = (struct ica_description){.score = draft->concepts.support};
        write_evidence(writer, draft, &writer->out[i]);
        write_text(writer, i);
        status = look_at_monitor(writer, i, i, err);
    }
    ica_concept_pool_clear(&pool);
    return status;
}

enum ica_status ica_concept_text_describe(const struct ica_taxonomy *taxonomy,
                                          const struct ica_features *features,
                                          const struct ica_colour_shares *colours,
                                          const struct ica_clustering *clustering,
                                          const struct ica_monitor *monitor,
                                          struct ica_description *out, struct ica_error *err)
{
    if (features->n_classes != 0 && features->n_classes != taxonomy->n_classes) {
        return ica_error_set(err, ICA_EMODEL, "The model knows %zu classes, the concept tree %zu.",
                             features->n_classes, taxonomy->n_classes);
    }
    struct writer writer = {
        .taxonomy = taxonomy,
        .n = clustering->n_clusters,
        .out = out,
        .drafts = ica_array_new(clustering->n_clusters, sizeof *writer.drafts),
        .order = ica_array_new(clustering->n_clusters, sizeof *writer.order),
        .tops = ica_array_new(taxonomy->n_concepts, sizeof *writer.tops),
        .has_classes = features->n_classes != 0,
        .monitor = monitor,
    };
    enum ica_status status = ICA_OK;
    if (!writer.drafts || !writer.order || !writer.tops) {
        status = ica_error_nomem(err, "the descriptions");
    } else {
        status = write_drafts(&writer, features, colours, clustering, err);
    }
    for (size_t i = 0; !status && i < sizeof steps / sizeof *steps; i++) {
        status = tell_apart(&writer, &steps[i], err);
    }
    if (!status) {
        status = ica_texts_number(out, writer.n, err);
    }
    free(writer.drafts);
    free(writer.order);
    free(writer.tops);
    return status;
}
