/* SPDX-License-Identifier: Apache-2.0 */
/* For any processor: vectors of four floats, which each compiler maps to what there is. */
#define KERNEL_NAME    ica_product_plain
#define KERNEL_PACK    ica_pack_plain
#define KERNEL_LANES   4
#define KERNEL_ROWS    4
#define KERNEL_VECTORS 2

#include "domain/vectors/product_vectors.h"

#include "domain/vectors/product_body.h"
