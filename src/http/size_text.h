/* SPDX-License-Identifier: Apache-2.0 */
/* Sizes in words, for the messages about limits. */
#ifndef ICA_HTTP_SIZE_TEXT_H
#define ICA_HTTP_SIZE_TEXT_H

#include <stdint.h>

struct ica_size_text {
    char text[32];
};

/* "32 MiB" where the size is a multiple of a unit, else "1234567 bytes". */
struct ica_size_text ica_size_text(uint64_t size_bytes);

#endif
