/* SPDX-License-Identifier: Apache-2.0 */
/* The product kernels that were compiled in, and the choice among them. */
#include "domain/vectors/product_kernel.h"

#include <float.h>

#include "domain/vectors/product_vectors.h"

static bool everywhere(void)
{
    return true;
}

static const struct ica_product_kernel plain = {
    .name = "plain",
    .usable = everywhere,
    .multiply = ica_product_plain,
    .pack = ica_pack_plain,
};

#if defined(__x86_64__)

static bool has_avx512(void)
{
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx512f");
}

static bool has_avx2(void)
{
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

static const struct ica_product_kernel avx512 = {
    .name = "avx512",
    .usable = has_avx512,
    .multiply = ica_product_avx512,
    .pack = ica_pack_avx512,
};

static const struct ica_product_kernel avx2 = {
    .name = "avx2",
    .usable = has_avx2,
    .multiply = ica_product_avx2,
    .pack = ica_pack_avx2,
};

const struct ica_product_kernel *const ica_product_kernels[] = {&avx512, &avx2, &plain};

#elif defined(__aarch64__)

static const struct ica_product_kernel neon = {
    .name = "neon",
    .usable = everywhere, /* every 64-bit ARM processor has it */
    .multiply = ica_product_neon,
    .pack = ica_pack_neon,
};

const struct ica_product_kernel *const ica_product_kernels[] = {&neon, &plain};

#else

const struct ica_product_kernel *const ica_product_kernels[] = {&plain};

#endif

const size_t ica_n_product_kernels = sizeof ica_product_kernels / sizeof ica_product_kernels[0];

const struct ica_product_kernel *ica_product_kernel_best(void)
{
    size_t i = 0;
    while (!ica_product_kernels[i]->usable()) {
        i++;
    }
    return ica_product_kernels[i];
}

double ica_product_error(size_t depth)
{
    /* Roundings by half a unit in the last place: of both factors, of each product, of each
     * addition. The sum of the terms' sizes is at most 1 (Cauchy-Schwarz), and a little more for
     * what rounding adds to the lengths and for terms of higher order. */
    return ((double)depth + 4) * (1 + 1e-3) * (double)(FLT_EPSILON / 2);
}
