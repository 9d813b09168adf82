/* SPDX-License-Identifier: Apache-2.0 */
/* The concepts of WordNet are no tree: some have several parents (a piano is a keyboard instrument
 * and a stringed instrument), and the table of names adds edges of its own (a T-shirt is a top). So
 * each class is carried upwards along all edges, and each concept ends with the set of classes
 * below it; the edges themselves are not needed afterwards. A cycle does no harm. */
#include "domain/description/concepts/concept_graph.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

#define NO_EDGE   SIZE_MAX
#define MAX_EDGES (ICA_MAX_TAXONOMY_ROWS * 16)

void ica_concept_graph_clear(struct ica_concept_graph *graph)
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
    return strcmp(((const struct ica_concept_key *)a)->text,
                  ((const struct ica_concept_key *)b)->text);
}

static const struct ica_concept_key *find_key(const struct ica_concept_graph *graph,
                                              const char *text)
{
    struct ica_concept_key wanted = {.text = text};
    return bsearch(&wanted, graph->keys, graph->n_keys, sizeof *graph->keys, compare_keys);
}

static enum ica_status check_keys_unique(const struct ica_concept_graph *graph,
                                         struct ica_error *err)
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
static enum ica_status index_classes(struct ica_concept_graph *graph,
                                     const struct ica_wordnet_row *wordnet, size_t n_wordnet,
                                     struct ica_error *err)
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

static enum ica_status index_names(struct ica_concept_graph *graph,
                                   const struct ica_wordnet_row *wordnet,
                                   const struct ica_name_row *names, size_t n_names,
                                   struct ica_error *err)
{
    for (size_t i = 0; i < graph->n_wordnet; i++) {
        graph->keys[graph->n_keys++] = (struct ica_concept_key){.text = wordnet[i].id, .node = i};
    }
    qsort(graph->keys, graph->n_keys, sizeof *graph->keys, compare_keys);
    for (size_t i = 0; i < n_names; i++) {
        graph->name_nodes[i] = graph->n_wordnet + i;
        if (strcmp(names[i].id, "+") != 0) {
            const struct ica_concept_key *key = find_key(graph, names[i].id);
            if (!key) {
                return ica_error_set(err, ICA_EMODEL, "\"%s\" has the unknown id %s.",
                                     names[i].singular, names[i].id);
            }
            graph->name_nodes[i] = key->node;
        }
    }
    for (size_t i = 0; i < n_names; i++) {
        graph->keys[graph->n_keys++] =
            (struct ica_concept_key){.text = names[i].singular, .node = graph->name_nodes[i]};
    }
    qsort(graph->keys, graph->n_keys, sizeof *graph->keys, compare_keys);
    return check_keys_unique(graph, err);
}

static enum ica_status add_edge(struct ica_concept_graph *graph, size_t child, size_t parent,
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
        (struct ica_concept_edge){.parent = parent, .next = graph->first_edge[child]};
    graph->first_edge[child] = graph->n_edges++;
    return ICA_OK;
}

/* Connect `node` with each item of `list`; they are its parents if `upwards`, else its members. */
static enum ica_status add_edges(struct ica_concept_graph *graph, size_t node, const char *list,
                                 const char *separator, bool upwards, struct ica_error *err)
{
    size_t separator_size = strlen(separator);
    while (*list) {
        const char *end = strstr(list, separator);
        size_t size = end ? (size_t)(end - list) : strlen(list);
        char item[ICA_MAX_CONCEPT_NAME];
        const struct ica_concept_key *key = NULL;
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
static void carry_up(struct ica_concept_graph *graph, size_t class_index, size_t *stack)
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

enum ica_status ica_concept_graph_build(struct ica_concept_graph *graph,
                                        const struct ica_wordnet_row *wordnet, size_t n_wordnet,
                                        const struct ica_name_row *names, size_t n_names,
                                        struct ica_error *err)
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

const uint64_t *ica_concept_graph_set(const struct ica_concept_graph *graph, size_t name_row)
{
    return &graph->sets[graph->name_nodes[name_row] * graph->words];
}
