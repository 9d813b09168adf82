/* SPDX-License-Identifier: Apache-2.0 */
/* How good and how fast descriptions by concepts are.
 *
 *     bench_descriptions EMBEDDINGS KEY SET... [--size N] [--groups N] [--seed N] [--verbose]
 *
 * For each SET, EMBEDDINGS/SET-lite2.logits.npy and .names.txt ("class/file" lines) are class
 * logits of known images. Random groups of N images of one class are described, one group at a
 * time, and judged with KEY (tests/data/descriptions/answer-key.tsv). Then one cluster of 1,000 is
 * timed. */
#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "adapters/concepts/concepts_describer.h"
#include "base/memory.h"
#include "base/text.h"
#include "support/npy.h"

#define MAX_LINE    2048
#define MAX_ANSWERS 512
#define MAX_GROUP   1000

enum verdict { RIGHT, PARENT, VAGUE, WRONG, N_VERDICTS };
static const char *const verdict_texts[] = {"right", "parent", "vague", "WRONG"};

struct answer {
    char set[32];
    char class_name[64];
    char words[3][768]; /* by verdict, separated by '|' */
};

struct key {
    struct answer answers[MAX_ANSWERS];
    size_t n;
};

struct image_set {
    struct npy logits;
    float *probabilities;
    char (*classes)[64]; /* one per row */
};

struct options {
    size_t size;
    size_t groups;
    uint64_t seed;
    bool verbose;
};

/* A row of pseudo-random numbers (xorshift64*), so that a seed means the same groups anywhere. */
static size_t draw(uint64_t *state, size_t below)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return (size_t)((*state * UINT64_C(2685821657736338717)) >> 33) % below;
}

static bool read_key(struct key *key, const char *path)
{
    FILE *file = fopen(path, "r");
    char line[MAX_LINE];
    while (file && key->n < MAX_ANSWERS && fgets(line, sizeof(line), file)) {
        struct answer *answer = &key->answers[key->n];
        char *fields[5] = {line};
        line[strcspn(line, "\n")] = '\0';
        for (size_t i = 1; i < 5 && fields[i - 1]; i++) {
            fields[i] = strchr(fields[i - 1], '\t');
            if (fields[i]) {
                *fields[i]++ = '\0';
            }
        }
        if (line[0] != '#' && fields[4]) {
            snprintf(answer->set, sizeof(answer->set), "%.31s", fields[0]);
            snprintf(answer->class_name, sizeof(answer->class_name), "%.63s", fields[1]);
            for (size_t i = 0; i < 3; i++) {
                snprintf(answer->words[i], sizeof(answer->words[i]), "%.767s", fields[2 + i]);
            }
            key->n++;
        }
    }
    if (file) {
        fclose(file);
    }
    return key->n > 0;
}

/* Whether `text` holds one of the words in `list`, not merely as a part of another word. */
static bool has_word(const char *text, const char *list)
{
    while (*list) {
        size_t size = strcspn(list, "|");
        for (const char *at = text; size > 0 && *at; at++) {
            if (strncasecmp(at, list, size) == 0 &&
                (at == text || !isalnum((unsigned char)at[-1])) &&
                !isalnum((unsigned char)at[size])) {
                return true;
            }
        }
        list += list[size] ? size + 1 : size;
    }
    return false;
}

static enum verdict judge(const struct key *key, const char *set, const char *class_name,
                          const char *text)
{
    enum verdict verdict = WRONG;
    for (size_t i = 0; i < key->n; i++) {
        const struct answer *answer = &key->answers[i];
        bool general = strcmp(answer->set, "*") == 0;
        if (general ||
            (strcmp(answer->set, set) == 0 && strcmp(answer->class_name, class_name) == 0)) {
            for (size_t v = 0; v < verdict; v++) {
                if (has_word(text, answer->words[v])) {
                    verdict = (enum verdict)v;
                }
            }
        }
    }
    return verdict;
}

static void soften(const double *logits, size_t n, float *probabilities)
{
    double max = logits[0];
    double sum = 0;
    for (size_t i = 1; i < n; i++) {
        max = logits[i] > max ? logits[i] : max;
    }
    for (size_t i = 0; i < n; i++) {
        sum += exp(logits[i] - max);
    }
    for (size_t i = 0; i < n; i++) {
        probabilities[i] = (float)(exp(logits[i] - max) / sum);
    }
}

static bool read_set(struct image_set *set, const char *folder, const char *name)
{
    char path[1024];
    snprintf(path, sizeof(path), "%s/%s-lite2.logits.npy", folder, name);
    if (!npy_read(&set->logits, path)) {
        return false;
    }
    size_t n = set->logits.n_rows;
    set->probabilities = ica_array_new(n * set->logits.n_columns, sizeof(float));
    set->classes = ica_array_new(n, sizeof *set->classes);
    snprintf(path, sizeof(path), "%s/%s-lite2.names.txt", folder, name);
    FILE *file = fopen(path, "r");
    char line[MAX_LINE];
    size_t rows = 0;
    while (file && set->probabilities && set->classes && rows < n &&
           fgets(line, sizeof(line), file)) {
        line[strcspn(line, "/\n")] = '\0';
        snprintf(set->classes[rows], sizeof(set->classes[rows]), "%.63s", line);
        soften(set->logits.values + rows * set->logits.n_columns, set->logits.n_columns,
               set->probabilities + rows * set->logits.n_columns);
        rows++;
    }
    if (file) {
        fclose(file);
    }
    return rows == n;
}

static void clear_set(struct image_set *set)
{
    npy_clear(&set->logits);
    free(set->probabilities);
    free(set->classes);
    *set = (struct image_set){0};
}

/* Describe the rows `members` as one cluster. */
static void describe(struct ica_describer *describer, const struct image_set *set, size_t *members,
                     size_t n, struct ica_description *out)
{
    struct ica_features features = {
        .n = set->logits.n_rows,
        .n_classes = set->logits.n_columns,
        .probabilities = set->probabilities,
    };
    struct ica_colour_shares *colours = ica_array_new(features.n, sizeof *colours);
    struct ica_cluster cluster = {.members = members, .n_members = n};
    struct ica_clustering clustering = {.n = features.n, .n_clusters = 1, .clusters = &cluster};
    const struct ica_describe_request request = {
        .features = &features,
        .colours = colours,
        .clustering = &clustering,
    };
    struct ica_error err = {0};
    if (!colours || ica_describer_describe(describer, &request, NULL, out, &err) != ICA_OK) {
        fprintf(stderr, "%s\n", colours ? err.text : "out of memory");
        exit(1);
    }
    free(colours);
}

static void measure_class(struct ica_describer *describer, const struct key *key,
                          const struct image_set *set, const char *name, size_t first, size_t n,
                          const struct options *options, uint64_t *state, size_t totals[N_VERDICTS])
{
    size_t counts[N_VERDICTS] = {0};
    for (size_t g = 0; g < options->groups; g++) {
        size_t members[MAX_GROUP];
        for (size_t i = 0; i < n; i++) {
            members[i] = first + i;
        }
        for (size_t i = 0; i < options->size; i++) {
            size_t other = i + draw(state, n - i);
            size_t swap = members[i];
            members[i] = members[other];
            members[other] = swap;
        }
        struct ica_description description;
        describe(describer, set, members, options->size, &description);
        enum verdict verdict = judge(key, name, set->classes[first], description.text);
        counts[verdict]++;
        totals[verdict]++;
        if (options->verbose) {
            printf("    %-6s %s (%.2f)\n", verdict_texts[verdict], description.text,
                   description.score);
        }
    }
    printf("%-10s %-16s right %2zu  parent %2zu  vague %2zu  wrong %2zu\n", name,
           set->classes[first], counts[RIGHT], counts[PARENT], counts[VAGUE], counts[WRONG]);
}

static void measure_speed(struct ica_describer *describer, const struct image_set *set)
{
    size_t members[1000];
    for (size_t i = 0; i < 1000; i++) {
        members[i] = i % set->logits.n_rows;
    }
    double best_ms = INFINITY;
    for (size_t run = 0; run < 20; run++) {
        struct timespec start;
        struct timespec end;
        struct ica_description description;
        clock_gettime(CLOCK_MONOTONIC, &start);
        describe(describer, set, members, 1000, &description);
        clock_gettime(CLOCK_MONOTONIC, &end);
        double ms =
            (double)(end.tv_sec - start.tv_sec) * 1e3 + (double)(end.tv_nsec - start.tv_nsec) / 1e6;
        best_ms = ms < best_ms ? ms : best_ms;
    }
    printf("one cluster of 1,000 images: %.2f ms\n", best_ms);
}

static bool measure_set(struct ica_describer *describer, const struct key *key, const char *folder,
                        const char *name, const struct options *options, size_t totals[N_VERDICTS])
{
    struct image_set set = {0};
    bool ok = read_set(&set, folder, name);
    uint64_t state = options->seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
    for (size_t first = 0; ok && first < set.logits.n_rows;) {
        size_t n = 1;
        while (first + n < set.logits.n_rows && n < MAX_GROUP &&
               strcmp(set.classes[first + n], set.classes[first]) == 0) {
            n++;
        }
        if (n >= options->size) {
            measure_class(describer, key, &set, name, first, n, options, &state, totals);
        }
        first += n;
    }
    if (ok) {
        measure_speed(describer, &set);
    }
    clear_set(&set);
    return ok;
}

static bool parse_option(struct options *options, const char *name, const char *value)
{
    uint64_t number = 0;
    if (!value || !ica_text_parse_uint(value, 1, MAX_GROUP, &number)) {
        return false;
    }
    if (strcmp(name, "--size") == 0) {
        options->size = (size_t)number;
    } else if (strcmp(name, "--groups") == 0) {
        options->groups = (size_t)number;
    } else if (strcmp(name, "--seed") == 0) {
        options->seed = number;
    } else {
        return false;
    }
    return true;
}

int main(int argc, char **argv)
{
    struct options options = {.size = 6, .groups = 10, .seed = 1};
    static struct key key;
    size_t totals[N_VERDICTS] = {0};
    struct ica_describer *describer = NULL;
    struct ica_error err = {0};
    if (argc < 4 || !read_key(&key, argv[2])) {
        fprintf(stderr, "usage: bench_descriptions EMBEDDINGS KEY SET... [--size N] [--groups N] "
                        "[--seed N] [--verbose]\n");
        return 2;
    }
    if (ica_concepts_describer_open(&describer, ICA_DATA_DIR "/concepts", &err) != ICA_OK) {
        fprintf(stderr, "%s\n", err.text);
        return 1;
    }
    bool ok = true;
    for (int i = argc - 1; ok && i >= 3; i--) { /* options are the last arguments */
        if (strcmp(argv[i], "--verbose") == 0) {
            options.verbose = true;
        } else if (i > 3 && strncmp(argv[i - 1], "--", 2) == 0) {
            ok = parse_option(&options, argv[i - 1], argv[i]);
            i--;
        } else {
            ok = measure_set(describer, &key, argv[1], argv[i], &options, totals);
        }
    }
    size_t n = totals[RIGHT] + totals[PARENT] + totals[VAGUE] + totals[WRONG];
    for (size_t v = 0; ok && n > 0 && v < N_VERDICTS; v++) {
        printf("%s %.1f %%  ", verdict_texts[v], 100.0 * (double)totals[v] / (double)n);
    }
    printf("of %zu groups\n", n);
    ica_describer_destroy(describer);
    return ok ? 0 : 1;
}
