/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzz target: a tokenizer.json, and a text for it: what follows the last line break. Whatever they
 * are, a tokenizer that opens gives no more ids than were asked for. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "adapters/tokenizer_json/tokenizer_json.h"

#define MAX_IDS 24

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void encode(struct ica_tokenizer *tokenizer, const char *text, size_t size)
{
    int64_t *ids = malloc(MAX_IDS * sizeof *ids);
    size_t n = 0;
    if (ids && ica_tokenizer_encode(tokenizer, text, size, MAX_IDS, ids, &n, NULL) == ICA_OK &&
        n > MAX_IDS) {
        abort();
    }
    free(ids);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *end = size ? memrchr(data, '\n', size) : NULL;
    size_t file_size = end ? (size_t)(end - data) : size;
    int fd = memfd_create("tokenizer", MFD_CLOEXEC);
    if (fd < 0 || write(fd, data, file_size) != (ssize_t)file_size) {
        abort();
    }
    char path[64];
    struct ica_tokenizer *tokenizer;
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    if (ica_tokenizer_json_open(&tokenizer, path, NULL) == ICA_OK) {
        if (end) {
            encode(tokenizer, (const char *)end + 1, size - file_size - 1);
        }
        encode(tokenizer, (const char *)data, size);
        ica_tokenizer_destroy(tokenizer);
    }
    (void)close(fd);
    return 0;
}
