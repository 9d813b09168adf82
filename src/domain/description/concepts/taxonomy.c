/* SPDX-License-Identifier: Apache-2.0 */
/* From the graph of concepts to those that may be said, each with the classes below it. */
#include "domain/description/concepts/taxonomy.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "domain/clustering/index_sort.h"
#include "domain/description/concepts/concept_graph.h"

static size_t count_bits(const uint64_t *set, size_t words)
{
    size_t count = 0;
    for (size_t i = 0; i < words; i++) {
        count += (size_t)__builtin_popcountll(set[i]);
    }
    return count;
}

/* Which of two concepts of the same classes is said: lower is better. */
static unsigned preference(enum ica_concept_level level)
{
    switch (level) {
    case ICA_CONCEPT_BASIC:
        return 0;
    case ICA_CONCEPT_BROAD:
        return 1;
    case ICA_CONCEPT_FINE:
        return 2;
    case ICA_CONCEPT_VAGUE:
        return 3;
    default:
        return 4;
    }
}

/* The rows that may be said, and their place in the graph. */
struct candidates {
    const struct ica_concept_graph *graph;
    const struct ica_name_row *names;
};

static int compare_sets(const struct candidates *candidates, size_t a, size_t b)
{
    return memcmp(ica_concept_graph_set(candidates->graph, a),
                  ica_concept_graph_set(candidates->graph, b),
                  candidates->graph->words * sizeof(uint64_t));
}

/* Rows of the same classes are neighbours, the one that is said first. */
static int compare_candidates(const void *context, size_t a, size_t b)
{
    const struct candidates *candidates = context;
    int order = compare_sets(candidates, a, b);
    return order ? order
                 : (int)preference(candidates->names[a].level) -
                       (int)preference(candidates->names[b].level);
}

/* Fill `best` with which rows are said: of those with the same classes, which no evidence can tell
 * apart, the first by preference. */
static enum ica_status choose_rows(const struct ica_concept_graph *graph,
                                   const struct ica_name_row *names, size_t n_names, bool *best,
                                   struct ica_error *err)
{
    const struct candidates candidates = {.graph = graph, .names = names};
    size_t *order = ica_array_new(n_names, sizeof *order);
    if (!order) {
        return ica_error_nomem(err, "the concepts");
    }
    ica_index_fill(order, n_names);
    if (!ica_index_sort(order, n_names, compare_candidates, &candidates)) {
        free(order);
        return ica_error_nomem(err, "the concepts");
    }
    for (size_t k = 0; k < n_names; k++) {
        best[order[k]] = k == 0 || compare_sets(&candidates, order[k - 1], order[k]) != 0;
    }
    free(order);
    return ICA_OK;
}

static bool copy_name(char to[ICA_MAX_CONCEPT_NAME], const char *from)
{
    size_t size = strlen(from) + 1;
    if (size == 1 || size > ICA_MAX_CONCEPT_NAME) {
        return false;
    }
    memcpy(to, from, size);
    return true;
}

static enum ica_status add_concept(struct ica_taxonomy *taxonomy, const struct ica_name_row *name,
                                   const uint64_t *set, uint16_t *classes, struct ica_error *err)
{
    struct ica_concept *concept = &taxonomy->concepts[taxonomy->n_concepts++];
    if (name->translation) {
        concept->name = *name->translation;
    } else if (!copy_name(concept->name.singular, name->singular) ||
               !copy_name(concept->name.plural, name->plural)) {
        return ica_error_set(err, ICA_EMODEL, "The names of \"%.60s\" are empty or too long.",
                             name->singular);
    }
    concept->level = name->level;
    concept->colour = name->colour;
    concept->classes = classes;
    for (size_t c = 0; c < taxonomy->n_classes; c++) {
        if (set[c / 64] >> (c % 64) & 1) {
            classes[concept->n_classes++] = (uint16_t)c;
        }
    }
    return ICA_OK;
}

/* What belongs to things whose colour is named has its colour named. */
static void inherit_colour(struct ica_taxonomy *taxonomy)
{
    for (size_t i = 0; i < taxonomy->n_concepts; i++) {
        struct ica_concept *inner = &taxonomy->concepts[i];
        for (size_t j = 0; j < taxonomy->n_concepts && !inner->colour; j++) {
            const struct ica_concept *outer = &taxonomy->concepts[j];
            inner->colour = outer->colour && ica_concept_covers(outer, inner);
        }
    }
}

static enum ica_status collect_concepts(struct ica_taxonomy *taxonomy,
                                        const struct ica_concept_graph *graph,
                                        const struct ica_name_row *names, size_t n_names,
                                        const bool *best, struct ica_error *err)
{
    size_t n_entries = 0;
    for (size_t i = 0; i < n_names; i++) {
        n_entries += count_bits(ica_concept_graph_set(graph, i), graph->words);
    }
    taxonomy->n_classes = graph->n_classes;
    taxonomy->concepts = ica_array_new(n_names, sizeof *taxonomy->concepts);
    taxonomy->classes = ica_array_new(n_entries, sizeof *taxonomy->classes);
    if (!taxonomy->concepts || !taxonomy->classes) {
        return ica_error_nomem(err, "the concepts");
    }
    uint16_t *free_classes = taxonomy->classes;
    for (size_t i = 0; i < n_names; i++) {
        const uint64_t *set = ica_concept_graph_set(graph, i);
        size_t count = count_bits(set, graph->words);
        if (names[i].level == ICA_CONCEPT_HIDDEN || count == 0 || !best[i]) {
            continue;
        }
        enum ica_status status = add_concept(taxonomy, &names[i], set, free_classes, err);
        if (status) {
            return status;
        }
        free_classes += count;
    }
    inherit_colour(taxonomy);
    return ICA_OK;
}

enum ica_status ica_taxonomy_init(struct ica_taxonomy *taxonomy,
                                  const struct ica_wordnet_row *wordnet, size_t n_wordnet,
                                  const struct ica_name_row *names, size_t n_names,
                                  struct ica_error *err)
{
    if (n_wordnet > ICA_MAX_TAXONOMY_ROWS || n_names > ICA_MAX_TAXONOMY_ROWS) {
        return ica_error_set(err, ICA_EMODEL, "The concept tables have over %d rows.",
                             ICA_MAX_TAXONOMY_ROWS);
    }
    struct ica_concept_graph graph = {0};
    bool *best = ica_array_new(n_names, sizeof *best);
    enum ica_status status =
        best ? ica_concept_graph_build(&graph, wordnet, n_wordnet, names, n_names, err)
             : ica_error_nomem(err, "the concepts");
    if (!status) {
        status = choose_rows(&graph, names, n_names, best, err);
    }
    if (!status) {
        status = collect_concepts(taxonomy, &graph, names, n_names, best, err);
    }
    if (status) {
        ica_taxonomy_clear(taxonomy);
    }
    ica_concept_graph_clear(&graph);
    free(best);
    return status;
}

void ica_taxonomy_clear(struct ica_taxonomy *taxonomy)
{
    free(taxonomy->concepts);
    free(taxonomy->classes);
    *taxonomy = (struct ica_taxonomy){0};
}

static size_t count_common(const struct ica_concept *a, const struct ica_concept *b)
{
    size_t common = 0;
    for (size_t i = 0, j = 0; i < a->n_classes && j < b->n_classes;) {
        common += a->classes[i] == b->classes[j];
        if (a->classes[i] <= b->classes[j]) {
            i++;
        } else {
            j++;
        }
    }
    return common;
}

bool ica_concept_covers(const struct ica_concept *outer, const struct ica_concept *inner)
{
    return inner->n_classes <= outer->n_classes && count_common(outer, inner) == inner->n_classes;
}

bool ica_concept_overlaps(const struct ica_concept *a, const struct ica_concept *b)
{
    return count_common(a, b) > 0;
}
