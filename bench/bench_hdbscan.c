/* SPDX-License-Identifier: Apache-2.0 */
/* HDBSCAN on a matrix of float32 rows, as the strategy of that name runs it.
 *
 *     bench_hdbscan [-t THREADS] [-k MIN_CLUSTER_SIZE] [-s exact|approximate] [-l LABELS]
 * MATRIX.npy
 *
 * Prints one line: seconds, clusters, rows in none, estimated recall of the nearest neighbours, and
 * MB of memory at the peak and of the matrix. LABELS receives one label a line, -1 for noise. */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"
#include "domain/clustering/clustering.h"
#include "support/test_threads.h"

#define MAX_HEADER 65536
#define MB         (1024.0 * 1024.0)

struct matrix {
    float *values;
    size_t n;
    size_t dim;
};

struct settings {
    uint64_t threads;
    uint64_t min_cluster_size;
    enum ica_neighbour_search search;
    const char *labels;
    const char *matrix;
};

/* Version 1 of numpy's format, in C order, little-endian float32. */
static bool read_header(FILE *file, struct matrix *m)
{
    unsigned char head[10];
    static char header[MAX_HEADER];
    if (fread(head, 1, sizeof head, file) != sizeof head) {
        return false;
    }
    size_t size = head[8] + 256U * head[9];
    if (fread(header, 1, size, file) != size) {
        return false;
    }
    const char *shape = strstr(header, "'shape': (");
    return shape && strstr(header, "<f4") &&
           sscanf(shape, "'shape': (%zu, %zu)", &m->n, &m->dim) == 2 && m->n > 0 && m->dim > 0;
}

static bool read_matrix(const char *path, struct matrix *m)
{
    FILE *file = fopen(path, "rb");
    bool ok = file && read_header(file, m);
    if (ok) {
        m->values = calloc(m->n, m->dim * sizeof *m->values);
        ok = m->values && fread(m->values, m->dim * sizeof *m->values, m->n, file) == m->n;
    }
    if (file) {
        (void)fclose(file);
    }
    return ok;
}

static bool write_labels(const char *path, const struct ica_partition *partition)
{
    FILE *file = fopen(path, "w");
    for (size_t i = 0; file && i < partition->n; i++) {
        (void)fprintf(file, "%" PRId32 "\n", partition->labels[i]);
    }
    return file && fclose(file) == 0;
}

static double now(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static bool parse_settings(int argc, char **argv, struct settings *settings)
{
    int letter;
    bool ok = true;
    *settings = (struct settings){.threads = (uint64_t)sysconf(_SC_NPROCESSORS_ONLN),
                                  .min_cluster_size = ICA_DEFAULT_MIN_CLUSTER_SIZE};
    while (ok && (letter = getopt(argc, argv, "t:k:s:l:")) != -1) {
        switch (letter) {
        case 't':
            ok = ica_text_parse_uint(optarg, 1, TEST_THREADS_MAX, &settings->threads);
            break;
        case 'k':
            ok = ica_text_parse_uint(optarg, 2, 100000, &settings->min_cluster_size);
            break;
        case 's':
            settings->search =
                strcmp(optarg, "exact") == 0 ? ICA_NEIGHBOURS_EXACT : ICA_NEIGHBOURS_APPROXIMATE;
            break;
        case 'l':
            settings->labels = optarg;
            break;
        default:
            ok = false;
        }
    }
    settings->matrix = optind < argc ? argv[optind] : NULL;
    return ok && settings->matrix;
}

/* The largest memory of this program. getrusage() would tell the parent's where that is larger. */
static double peak_mb(void)
{
    char line[256];
    unsigned long kb = 0;
    FILE *status = fopen("/proc/self/status", "r");
    while (status && fgets(line, sizeof line, status) && sscanf(line, "VmHWM: %lu", &kb) != 1) {
    }
    if (status) {
        (void)fclose(status);
    }
    return (double)kb * 1024 / MB;
}

static void print_result(const struct ica_partition *partition, const struct matrix *m,
                         double seconds, double recall)
{
    size_t n_noise = 0;
    for (size_t i = 0; i < partition->n; i++) {
        n_noise += partition->labels[i] == ICA_NOISE;
    }
    printf("%.3f s, %zu clusters, %zu in none, recall %.4f, %.0f MB at the peak, %.0f MB of rows\n",
           seconds, partition->n_clusters, n_noise, recall, peak_mb(),
           (double)(m->n * m->dim * sizeof *m->values) / MB);
}

int main(int argc, char **argv)
{
    struct settings settings;
    struct matrix m = {0};
    struct ica_cosine_distance rows = {0};
    struct ica_partition partition = {0};
    struct ica_error err = {0};
    struct ica_neighbour_quality quality = {0};
    if (!parse_settings(argc, argv, &settings) || !read_matrix(settings.matrix, &m)) {
        (void)fprintf(stderr, "usage: bench_hdbscan [-t THREADS] [-k MIN_CLUSTER_SIZE] "
                              "[-s exact|approximate] [-l LABELS] MATRIX.npy (float32)\n");
        return 2;
    }
    struct ica_parallel parallel = test_threads((size_t)settings.threads);
    const struct ica_hdbscan_options options = {
        .min_cluster_size = (size_t)settings.min_cluster_size,
        .min_samples = (size_t)settings.min_cluster_size,
        .selection = ICA_SELECTION_EOM,
    };
    double begin = now();
    enum ica_status status = ica_cosine_distance_init(&rows, m.values, m.n, m.dim, NULL, &err);
    if (!status) {
        status = ica_hdbscan_run_rows(&rows, &options, settings.search, &parallel, NULL, &partition,
                                      &quality, &err);
    }
    if (!status) {
        print_result(&partition, &m, now() - begin, quality.recall);
        if (settings.labels && !write_labels(settings.labels, &partition)) {
            status = ica_error_set(&err, ICA_EIO, "The labels could not be written.");
        }
    }
    if (status) {
        (void)fprintf(stderr, "%s\n", err.text);
    }
    ica_partition_clear(&partition);
    ica_cosine_distance_clear(&rows);
    free(m.values);
    return status ? 1 : 0;
}
