/* SPDX-License-Identifier: Apache-2.0 */
/* Building the everyday concepts. WordNet is a directed acyclic graph, not a tree (a piano is a
 * keyboard, a percussion and a stringed instrument), and the table of names adds edges of its own
 * (a T-shirt is a top). So each class is carried upwards along all edges, and each concept ends
 * with the set of classes below it; the graph itself is not needed afterwards. A cycle does no
 * harm. */
#include "domain/description/taxonomy.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "domain/clustering/index_sort.h"

#define NO_EDGE   SIZE_MAX
#define MAX_EDGES (ICA_MAX_TAXONOMY_ROWS * 16)

struct key {
    const char *text; /* an id or a singular */
    size_t node;
};

struct edge {
    size_t parent;
    size_t next; /* of the same child, or NO_EDGE */
};

/* Nodes are the WordNet rows, then the name rows (those with a WordNet id only as an alias). */
struct graph {
    size_t n_nodes;
    size_t n_wordnet;
    size_t *first_edge; /* n_nodes */
    struct edge *edges;
    size_t n_edges;
    size_t capacity;
    struct key *keys;
    size_t n_keys;
    size_t n_classes;
    size_t *class_nodes; /* n_classes */
    size_t *name_nodes;  /* one per name row */
    uint64_t *sets;      /* n_nodes x words: the classes below each node */
    size_t words;
};

static void graph_clear(struct graph *graph)
{
    free(graph->first_edge);
    free(graph->edges);
    free(graph->keys);
    free(graph->class_nodes);
    free(graph->name_nodes);
    free(graph->sets);
}

static int compare_keys(const void *a, const void *b)
{
    return strcmp(((const struct key *)a)->text, ((const struct key *)b)->text);
}

static const struct key *find_key(const struct graph *graph, const char *text)
{
    struct key wanted = {.text = text};
    return bsearch(&wanted, graph->keys, graph->n_keys, sizeof *graph->keys, compare_keys);
}

static enum ica_status check_keys_unique(const struct graph *graph, struct ica_error *err)
{
    for (size_t i = 1; i < graph->n_keys; i++) {
        if (strcmp(graph->keys[i - 1].text, graph->keys[i].text) == 0) {
            return ica_error_set(err, ICA_EMODEL, "The concept \"%s\" is there twice.",
                                 graph->keys[i].text);
        }
    }
    return ICA_OK;
}

/* Each class index from 0 on must be there exactly once. */
static enum ica_status index_classes(struct graph *graph, const struct ica_wordnet_row *wordnet,
                                     size_t n_wordnet, struct ica_error *err)
{
    for (size_t i = 0; i < n_wordnet; i++) {
        graph->n_classes += wordnet[i].class_index != ICA_NO_CLASS;
    }
    if (graph->n_classes == 0 || graph->n_classes > ICA_MAX_TAXONOMY_CLASSES) {
        return ica_error_set(err, ICA_EMODEL, "The concept tree has %zu classes.",
                             graph->n_classes);
    }
    graph->class_nodes = ica_array_new(graph->n_classes, sizeof *graph->class_nodes);
    if (!graph->class_nodes) {
        return ica_error_nomem(err, "the concept tree");
    }
    memset(graph->class_nodes, 0xff, graph->n_classes * sizeof *graph->class_nodes);
    for (size_t i = 0; i < n_wordnet; i++) {
        int32_t class_index = wordnet[i].class_index;
        if (class_index == ICA_NO_CLASS) {
            continue;
        }
        if (class_index < 0 || (size_t)class_index >= graph->n_classes ||
            graph->class_nodes[class_index] != SIZE_MAX) {
            return ica_error_set(err, ICA_EMODEL, "The class index %d of \"%s\" is wrong.",
                                 (int)class_index, wordnet[i].id);
        }
        graph->class_nodes[class_index] = i;
    }
    return ICA_OK;
}

static enum ica_status index_names(struct graph *graph, const struct ica_wordnet_row *wordnet,
                                   const struct ica_name_row *names, size_t n_names,
                                   struct ica_error *err)
{
    for (size_t i = 0; i < graph->n_wordnet; i++) {
        graph->keys[graph->n_keys++] = (struct key){.text = wordnet[i].id, .node = i};
    }
    qsort(graph->keys, graph->n_keys, sizeof *graph->keys, compare_keys);
    for (size_t i = 0; i < n_names; i++) {
        graph->name_nodes[i] = graph->n_wordnet + i;
        if (strcmp(names[i].id, "+") != 0) {
            const struct key *key = find_key(graph, names[i].id);
            if (!key) {
                return ica_error_set(err, ICA_EMODEL, "\"%s\" has the unknown id %s.",
                                     names[i].singular, names[i].id);
            }
            graph->name_nodes[i] = key->node;
        }
    }
    for (size_t i = 0; i < n_names; i++) {
        graph->keys[graph->n_keys++] =
            (struct key){.text = names[i].singular, .node = graph->name_nodes[i]};
    }
    qsort(graph->keys, graph->n_keys, sizeof *graph->keys, compare_keys);
    return check_keys_unique(graph, err);
}

static enum ica_status add_edge(struct graph *graph, size_t child, size_t parent,
                                struct ica_error *err)
{
    if (graph->n_edges == MAX_EDGES) {
        return ica_error_set(err, ICA_EMODEL, "The concept tree has over %d connections.",
                             MAX_EDGES);
    }
    if (!ica_array_reserve((void **)&graph->edges, &graph->capacity, graph->n_edges + 1, MAX_EDGES,
                           sizeof *graph->edges)) {
        return ica_error_nomem(err, "the concept tree");
    }
    graph->edges[graph->n_edges] =
        (struct edge){.parent = parent, .next = graph->first_edge[child]};
    graph->first_edge[child] = graph->n_edges++;
    return ICA_OK;
}

/* Connect `node` with each item of `list`; they are its parents if `upwards`, else its members. */
static enum ica_status add_edges(struct graph *graph, size_t node, const char *list,
                                 const char *separator, bool upwards, struct ica_error *err)
{
    size_t separator_size = strlen(separator);
    while (*list) {
        const char *end = strstr(list, separator);
        size_t size = end ? (size_t)(end - list) : strlen(list);
        char item[ICA_MAX_CONCEPT_NAME];
        const struct key *key = NULL;
        if (size < sizeof item) {
            memcpy(item, list, size);
            item[size] = '\0';
            key = find_key(graph, item);
        }
        if (!key) {
            return ica_error_set(err, ICA_EMODEL, "The concept tree lacks \"%.*s\".",
                                 (int)(size < 64 ? size : 64), list);
        }
        enum ica_status status =
            upwards ? add_edge(graph, node, key->node, err) : add_edge(graph, key->node, node, err);
        if (status) {
            return status;
        }
        list += end ? size + separator_size : size;
    }
    return ICA_OK;
}

/* Put `class_index` into the set of every node that can be reached upwards from its own. */
static void carry_up(struct graph *graph, size_t class_index, size_t *stack)
{
    uint64_t bit = UINT64_C(1) << (class_index % 64);
    size_t word = class_index / 64;
    size_t depth = 0;
    stack[depth++] = graph->class_nodes[class_index];
    graph->sets[stack[0] * graph->words + word] |= bit;
    while (depth > 0) {
        size_t node = stack[--depth];
        for (size_t e = graph->first_edge[node]; e != NO_EDGE; e = graph->edges[e].next) {
            size_t parent = graph->edges[e].parent;
            uint64_t *set = &graph->sets[parent * graph->words + word];
            if (!(*set & bit)) { /* so each node is pushed once at most */
                *set |= bit;
                stack[depth++] = parent;
            }
        }
    }
}

static enum ica_status graph_build(struct graph *graph, const struct ica_wordnet_row *wordnet,
                                   size_t n_wordnet, const struct ica_name_row *names,
                                   size_t n_names, struct ica_error *err)
{
    graph->n_wordnet = n_wordnet;
    graph->n_nodes = n_wordnet + n_names;
    enum ica_status status = index_classes(graph, wordnet, n_wordnet, err);
    if (status) {
        return status;
    }
    graph->words = (graph->n_classes + 63) / 64;
    graph->first_edge = ica_array_new(graph->n_nodes, sizeof *graph->first_edge);
    graph->keys = ica_array_new(graph->n_nodes, sizeof *graph->keys);
    graph->name_nodes = ica_array_new(n_names, sizeof *graph->name_nodes);
    graph->sets = ica_array_new(graph->n_nodes * graph->words, sizeof *graph->sets);
    size_t *stack = ica_array_new(graph->n_nodes, sizeof *stack);
    if (!graph->first_edge || !graph->keys || !graph->name_nodes || !graph->sets || !stack) {
        status = ica_error_nomem(err, "the concept tree");
        goto out;
    }
    memset(graph->first_edge, 0xff, graph->n_nodes * sizeof *graph->first_edge); /* NO_EDGE */
    status = index_names(graph, wordnet, names, n_names, err);
    for (size_t i = 0; !status && i < n_wordnet; i++) {
        status = add_edges(graph, i, wordnet[i].parents, "|", true, err);
    }
    for (size_t i = 0; !status && i < n_names; i++) {
        status = add_edges(graph, graph->name_nodes[i], names[i].members, ", ", false, err);
    }
    for (size_t i = 0; !status && i < graph->n_classes; i++) {
        carry_up(graph, i, stack);
    }
out:
    free(stack);
    return status;
}

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
    const struct graph *graph;
    const struct ica_name_row *names;
};

static const uint64_t *set_of(const struct candidates *candidates, size_t row)
{
    const struct graph *graph = candidates->graph;
    return &graph->sets[graph->name_nodes[row] * graph->words];
}

static int compare_sets(const struct candidates *candidates, size_t a, size_t b)
{
    return memcmp(set_of(candidates, a), set_of(candidates, b),
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
static enum ica_status choose_rows(const struct graph *graph, const struct ica_name_row *names,
                                   size_t n_names, bool *best, struct ica_error *err)
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

static enum ica_status collect_concepts(struct ica_taxonomy *taxonomy, const struct graph *graph,
                                        const struct ica_name_row *names, size_t n_names,
                                        const bool *best, struct ica_error *err)
{
    size_t n_entries = 0;
    for (size_t i = 0; i < n_names; i++) {
        n_entries += count_bits(&graph->sets[graph->name_nodes[i] * graph->words], graph->words);
    }
    taxonomy->n_classes = graph->n_classes;
    taxonomy->concepts = ica_array_new(n_names, sizeof *taxonomy->concepts);
    taxonomy->classes = ica_array_new(n_entries, sizeof *taxonomy->classes);
    if (!taxonomy->concepts || !taxonomy->classes) {
        return ica_error_nomem(err, "the concepts");
    }
    uint16_t *free_classes = taxonomy->classes;
    for (size_t i = 0; i < n_names; i++) {
        const uint64_t *set = &graph->sets[graph->name_nodes[i] * graph->words];
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
    struct graph graph = {0};
    bool *best = ica_array_new(n_names, sizeof *best);
    enum ica_status status = best ? graph_build(&graph, wordnet, n_wordnet, names, n_names, err)
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
    graph_clear(&graph);
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
