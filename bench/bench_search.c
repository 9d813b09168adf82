/* SPDX-License-Identifier: Apache-2.0 */
/* Seconds of a search over random vectors in an index on disk.
 *     bench_search FILE [N_IMAGES [DIM]]
 * FILE is made, 100,000 images of 1280 numbers if not said otherwise, and left there. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#include "adapters/sqlite/sqlite_index.h"
#include "application/search/image_search.h"
#include "base/memory.h"
#include "domain/vectors/unit_length.h"
#include "support/test_random.h"

#define CHUNK    128
#define N_ROUNDS 5
#define FOLDER   "/bench"

static double now(void)
{
    struct timespec time;
    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static void draw(struct test_random *random, float *row, size_t dim)
{
    for (size_t i = 0; i < dim; i++) {
        row[i] = (float)(test_random_double(random) - 0.5);
    }
    (void)ica_unit_length(row, dim, row);
}

/* Write all images, some at a time, and let searches see them. */
static enum ica_status fill(struct ica_image_index *index, const struct ica_model *model, size_t n,
                            float *rows, struct ica_error *err)
{
    static char paths[CHUNK][24];
    struct ica_index_file files[CHUNK] = {0};
    struct test_random random = {.state = 1};
    int64_t generation = 0;
    enum ica_status status = ica_image_index_begin(index, FOLDER, model, &generation, err);
    for (size_t done = 0; done < n && !status; done += CHUNK) {
        size_t count = ica_size_min(CHUNK, n - done);
        for (size_t i = 0; i < count; i++) {
            (void)snprintf(paths[i], sizeof paths[i], "%09zu.jpg", done + i);
            draw(&random, rows + i * model->dim, model->dim);
            files[i].path = paths[i];
            files[i].vector = rows + i * model->dim;
        }
        status = ica_image_index_write(index, generation, count, files, 0, NULL, err);
    }
    return status ? status : ica_image_index_promote(index, generation, err);
}

static enum ica_status search(struct ica_image_index *index, const struct ica_search_query *query,
                              struct ica_error *err)
{
    const struct ica_search_options options = {.limit = 20, .threshold = -1, .recursive = true};
    enum ica_status status = ICA_OK;
    for (int round = 0; round < N_ROUNDS && !status; round++) {
        struct ica_search_hits hits = {0};
        double start = now();
        status = ica_search_folder(query, &options, index, FOLDER, 0, &hits, err);
        (void)printf("%zu images: %.3f s\n", hits.n_searched, now() - start);
        ica_search_hits_clear(&hits);
    }
    return status;
}

int main(int argc, char *argv[])
{
    struct ica_error err = {0};
    size_t n = argc > 2 ? strtoul(argv[2], NULL, 10) : 100000;
    struct ica_model model = {.name = "random", .version = "1", .weights_sha256 = "0"};
    model.dim = argc > 3 ? strtoul(argv[3], NULL, 10) : 1280;
    float *rows = ica_array_new(CHUNK, model.dim * sizeof *rows);
    struct ica_image_index *index = NULL;
    if (argc < 2 || !rows || model.dim == 0 || model.dim > ICA_MAX_DIM) {
        (void)fprintf(stderr, "usage: bench_search FILE [N_IMAGES [DIM]]\n");
        free(rows);
        return 2;
    }
    enum ica_status status = ica_sqlite_index_open(&index, argv[1], &err);
    if (!status) {
        status = fill(index, &model, n, rows, &err);
    }
    const struct ica_search_query query = {.model = model, .vector = rows};
    if (!status) {
        status = search(index, &query, &err);
    }
    struct rusage usage = {0};
    (void)getrusage(RUSAGE_SELF, &usage);
    (void)printf("peak memory %ld MB\n", usage.ru_maxrss / 1024);
    if (status) {
        (void)fprintf(stderr, "%s\n", err.text);
    }
    ica_image_index_destroy(index);
    free(rows);
    return status != ICA_OK;
}
