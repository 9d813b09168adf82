/* SPDX-License-Identifier: Apache-2.0 */
/* For NEON: 24 of 32 registers hold sums. */
#define KERNEL_NAME    ica_product_neon
#define KERNEL_PACK    ica_pack_neon
#define KERNEL_LANES   4
#define KERNEL_ROWS    8
#define KERNEL_VECTORS 3

#include "domain/vectors/product_vectors.h"

#include "domain/vectors/product_body.h"
