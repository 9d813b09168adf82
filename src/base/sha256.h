/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-256 (FIPS 180-4), to tell whether a file is the one that was meant. */
#ifndef ICA_BASE_SHA256_H
#define ICA_BASE_SHA256_H

#include <stddef.h>
#include <stdint.h>

#define ICA_SHA256_TEXT_SIZE 65

struct ica_sha256 {
    uint32_t state[8];
    uint64_t n_bytes;
    uint8_t block[64]; /* what is not hashed yet */
};

void ica_sha256_init(struct ica_sha256 *hash);

void ica_sha256_add(struct ica_sha256 *hash, const void *bytes, size_t size);

/* Write the hash of all that was added as 64 hexadecimal digits in lower case. Nothing may be added
 * afterwards. */
void ica_sha256_text(struct ica_sha256 *hash, char text[ICA_SHA256_TEXT_SIZE]);

#endif
