/* SPDX-License-Identifier: Apache-2.0 */
/* The embedder port without a model: the mean colours of a grid of cells. For tests, and honest
 * enough to tell a red picture from a blue one. */
#ifndef ICA_ADAPTERS_MEMORY_MEMORY_EMBEDDER_H
#define ICA_ADAPTERS_MEMORY_MEMORY_EMBEDDER_H

#include "ports/embedder.h"

#define ICA_MEMORY_EMBEDDER_CELLS 4 /* per side */
#define ICA_MEMORY_EMBEDDER_DIM   (ICA_MEMORY_EMBEDDER_CELLS * ICA_MEMORY_EMBEDDER_CELLS * 3)

/* Open an embedder for images of `side` x `side` (at least ICA_MEMORY_EMBEDDER_CELLS) with
 * ICA_MEMORY_EMBEDDER_DIM numbers per row and three classes: red, green, blue. */
enum ica_status ica_memory_embedder_open(struct ica_embedder **out, uint32_t side,
                                         struct ica_error *err) ICA_MUST_CHECK;

#endif
