/* SPDX-License-Identifier: Apache-2.0 */
/* The graph of concepts while a taxonomy is built: which classes are below which concept. */
#ifndef ICA_DOMAIN_DESCRIPTION_CONCEPTS_CONCEPT_GRAPH_H
#define ICA_DOMAIN_DESCRIPTION_CONCEPTS_CONCEPT_GRAPH_H

#include "domain/description/concepts/taxonomy.h"

struct ica_concept_key {
    const char *text; /* an id or a singular */
    size_t node;
};

struct ica_concept_edge {
    size_t parent;
    size_t next; /* of the same child, or NO_EDGE */
};

/* Nodes are the WordNet rows, then the name rows (those with a WordNet id only as an alias). */
struct ica_concept_graph {
    size_t n_nodes;
    size_t n_wordnet;
    size_t *first_edge; /* n_nodes */
    struct ica_concept_edge *edges;
    size_t n_edges;
    size_t capacity;
    struct ica_concept_key *keys;
    size_t n_keys;
    size_t n_classes;
    size_t *class_nodes; /* n_classes */
    size_t *name_nodes;  /* one per name row */
    uint64_t *sets;      /* n_nodes x words: the classes below each node */
    size_t words;
};

/* Build the all-zero `*graph` from the rows; its keys borrow their texts. It is to be cleared
 * whatever is returned. ICA_EMODEL (as ica_taxonomy_init()), ICA_ENOMEM. */
enum ica_status ica_concept_graph_build(struct ica_concept_graph *graph,
                                        const struct ica_wordnet_row *wordnet, size_t n_wordnet,
                                        const struct ica_name_row *names, size_t n_names,
                                        struct ica_error *err) ICA_MUST_CHECK;

/* The classes below a name row's concept: graph->words words of 64 bits. */
const uint64_t *ica_concept_graph_set(const struct ica_concept_graph *graph, size_t name_row);

void ica_concept_graph_clear(struct ica_concept_graph *graph);

#endif
