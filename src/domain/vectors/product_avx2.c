/* SPDX-License-Identifier: Apache-2.0 */
/* For AVX2 with fused multiply-add: 12 of 16 registers hold sums. */
#define KERNEL_NAME    ica_product_avx2
#define KERNEL_PACK    ica_pack_avx2
#define KERNEL_LANES   8
#define KERNEL_ROWS    4
#define KERNEL_VECTORS 3

#include "domain/vectors/product_vectors.h"

#include "domain/vectors/product_body.h"
