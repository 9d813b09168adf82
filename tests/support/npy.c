/* SPDX-License-Identifier: Apache-2.0 */
/* A .npy file: magic, version, length of the header, a Python dictionary as text, raw values. */
#include "support/npy.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_HEADER 1024
#define MAX_VALUES ((size_t)1 << 28)

static bool read_header(FILE *file, char header[MAX_HEADER + 1])
{
    unsigned char start[10];
    if (fread(start, 1, sizeof(start), file) != sizeof(start) ||
        memcmp(start, "\x93NUMPY\x01", 7) != 0) {
        return false;
    }
    size_t length = start[8] + (size_t)start[9] * 256;
    if (length > MAX_HEADER || fread(header, 1, length, file) != length) {
        return false;
    }
    header[length] = '\0';
    return true;
}

static bool read_shape(struct npy *out, const char *header)
{
    const char *shape = strstr(header, "'shape': (");
    return shape && strstr(header, "'fortran_order': False") &&
           sscanf(shape, "'shape': (%zu, %zu)", &out->n_rows, &out->n_columns) == 2 &&
           out->n_columns > 0 && out->n_rows <= MAX_VALUES / out->n_columns;
}

static bool read_values(struct npy *out, FILE *file, bool wide)
{
    size_t count = out->n_rows * out->n_columns;
    size_t width = wide ? sizeof(double) : sizeof(float);
    void *raw = calloc(count, width);
    out->values = calloc(count, sizeof *out->values);
    bool done = raw && out->values && fread(raw, width, count, file) == count;
    for (size_t i = 0; done && i < count; i++) {
        out->values[i] = wide ? ((double *)raw)[i] : (double)((float *)raw)[i];
    }
    free(raw);
    return done;
}

bool npy_read(struct npy *out, const char *path)
{
    char header[MAX_HEADER + 1];
    *out = (struct npy){0};
    FILE *file = fopen(path, "rb");
    if (!file) {
        return false;
    }
    bool done = read_header(file, header) && read_shape(out, header);
    bool wide = done && strstr(header, "'<f8'");
    done = done && (wide || strstr(header, "'<f4'")) && read_values(out, file, wide);
    fclose(file);
    if (!done) {
        npy_clear(out);
    }
    return done;
}

float *npy_floats(const struct npy *npy)
{
    size_t count = npy->n_rows * npy->n_columns;
    float *floats = calloc(count ? count : 1, sizeof *floats);
    for (size_t i = 0; floats && i < count; i++) {
        floats[i] = (float)npy->values[i];
    }
    return floats;
}

void npy_clear(struct npy *npy)
{
    free(npy->values);
    *npy = (struct npy){0};
}
