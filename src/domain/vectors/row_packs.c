/* SPDX-License-Identifier: Apache-2.0 */
#include "domain/vectors/row_packs.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum ica_status ica_row_packs_init(struct ica_row_packs *packs, size_t n_packs, size_t dim,
                                   struct ica_error *err)
{
    *packs = (struct ica_row_packs){.depth = ica_pack_depth(dim), .n_packs = n_packs};
    size_t pack_bytes = packs->depth * ICA_PACK_ROWS * sizeof(float);
    packs->memory = ica_array_new(n_packs + 1, pack_bytes); /* one more, to align the first */
    if (!packs->memory) {
        return ica_error_nomem(err, "packed rows");
    }
    size_t past = (uintptr_t)packs->memory % ICA_PACK_ALIGNMENT;
    packs->first = (float *)((char *)packs->memory + (past ? ICA_PACK_ALIGNMENT - past : 0));
    return ICA_OK;
}

void ica_row_pack_fill(const struct ica_product_kernel *kernel,
                       const struct ica_cosine_distance *rows, const uint32_t *which, size_t n,
                       float *pack)
{
    size_t dim = rows->dim;
    const float *sources[ICA_PACK_ROWS];
    double scales[ICA_PACK_ROWS];
    float *last = pack + dim * ICA_PACK_ROWS;
    if (n < ICA_PACK_ROWS) {
        memset(pack, 0, ica_pack_depth(dim) * ICA_PACK_ROWS * sizeof *pack);
    }
    for (size_t r = 0; r < n; r++) {
        double squared = rows->squared_norms[which[r]];
        sources[r] = rows->rows[which[r]];
        scales[r] = squared > 0 ? 1 / sqrt(squared) : 0;
        last[r] = squared > 0 ? 0 : 1;
    }
    kernel->pack(sources, scales, n, dim, pack);
}

void ica_row_packs_clear(struct ica_row_packs *packs)
{
    free(packs->memory);
    *packs = (struct ica_row_packs){0};
}
