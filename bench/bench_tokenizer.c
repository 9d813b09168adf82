/* SPDX-License-Identifier: Apache-2.0 */
/* Texts per second of a tokenizer.json in one thread.
 *     bench_tokenizer TOKENIZER.json TEXTS
 * TEXTS has one text per line. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "adapters/tokenizer_json/tokenizer_json.h"

#define CONTEXT  77
#define MAX_LINE 4096
#define N_ROUNDS 10

static double now(void)
{
    struct timespec time;
    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

/* Encode each line once; how many there are. */
static size_t encode_lines(struct ica_tokenizer *tokenizer, FILE *file)
{
    char line[MAX_LINE];
    int64_t ids[CONTEXT];
    size_t n_ids;
    size_t n_texts = 0;
    rewind(file);
    while (fgets(line, sizeof line, file)) {
        size_t size = strcspn(line, "\n");
        n_texts +=
            ica_tokenizer_encode(tokenizer, line, size, CONTEXT, ids, &n_ids, NULL) == ICA_OK;
    }
    return n_texts;
}

int main(int argc, char **argv)
{
    struct ica_tokenizer *tokenizer = NULL;
    struct ica_error err = {0};
    FILE *file = argc == 3 ? fopen(argv[2], "r") : NULL;
    if (!file) {
        (void)fprintf(stderr, "usage: bench_tokenizer TOKENIZER.json TEXTS\n");
        return 2;
    }
    double start = now();
    if (ica_tokenizer_json_open(&tokenizer, argv[1], &err)) {
        (void)fprintf(stderr, "%s\n", err.text);
        (void)fclose(file);
        return 1;
    }
    double opened = now();
    size_t n_texts = 0;
    for (int i = 0; i < N_ROUNDS; i++) {
        n_texts += encode_lines(tokenizer, file);
    }
    double seconds = now() - opened;
    (void)printf("opened in %.0f ms, %.0f texts per second\n", 1e3 * (opened - start),
                 (double)n_texts / seconds);
    ica_tokenizer_destroy(tokenizer);
    (void)fclose(file);
    return 0;
}
