/* SPDX-License-Identifier: Apache-2.0 */
/* For AVX-512: 24 of 32 registers hold sums. */
#define KERNEL_NAME    ica_product_avx512
#define KERNEL_PACK    ica_pack_avx512
#define KERNEL_LANES   16
#define KERNEL_ROWS    8
#define KERNEL_VECTORS 3

#include "domain/vectors/product_vectors.h"

#include "domain/vectors/product_body.h"
