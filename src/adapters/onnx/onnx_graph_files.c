/* SPDX-License-Identifier: Apache-2.0 */
#include "adapters/onnx/onnx_graph_files.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "adapters/onnx/onnx_scan.h"
#include "base/file_io.h"

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text);
    size_t end_length = strlen(end);
    return length > end_length && strcmp(text + length - end_length, end) == 0;
}

/* Owned path of `name` in the folder of `graph`; NULL when memory is short. */
static char *beside(const char *graph, const char *name)
{
    const char *slash = strrchr(graph, '/');
    int length = slash ? (int)(slash - graph) : 1;
    char *path = NULL;
    return asprintf(&path, "%.*s/%s", length, slash ? graph : ".", name) < 0 ? NULL : path;
}

/* Whether the file is really in the graph's folder: no symbolic link leads out of it. */
static bool is_inside(const char *graph, const char *path)
{
    char *folder = beside(graph, "");
    char *real_folder = folder ? realpath(folder, NULL) : NULL;
    char *real = realpath(path, NULL);
    size_t length = real_folder ? strlen(real_folder) : 0;
    bool is_root = length == 1;
    bool inside = real && real_folder && strncmp(real, real_folder, length) == 0 &&
                  (is_root || real[length] == '/') &&
                  !strchr(real + length + (is_root ? 0 : 1), '/');
    free(folder);
    free(real_folder);
    free(real);
    return inside;
}

static enum ica_status check_file(const char *graph, const char *name, uint64_t min_bytes,
                                  struct ica_error *err)
{
    struct stat info;
    char *path = beside(graph, name);
    enum ica_status status = ICA_OK;
    if (!path) {
        return ica_error_nomem(err, "a path");
    }
    if (stat(path, &info) || !S_ISREG(info.st_mode)) {
        status = ica_error_set(err, ICA_ENOTFOUND,
                               "%.150s needs its weights in %.100s, which is not beside it: put it "
                               "there.",
                               graph, name);
    } else if (!is_inside(graph, path)) {
        status = ica_error_set(err, ICA_EINVALID,
                               "%.150s needs its weights in %.100s, which is a link that leads out "
                               "of the folder: put the file itself there.",
                               graph, name);
    } else if ((uint64_t)info.st_size < min_bytes) {
        status = ica_error_set(err, ICA_EINVALID,
                               "%.150s needs %llu bytes of weights in %.100s, which has only %llu: "
                               "it is cut off or belongs to another graph.",
                               graph, (unsigned long long)min_bytes, name,
                               (unsigned long long)info.st_size);
    }
    free(path);
    return status;
}

static enum ica_status add_file(const char *graph, const char *name, uint64_t min_bytes,
                                struct ica_graph_files *out, struct ica_error *err)
{
    const char *plain = strncmp(name, "./", 2) == 0 ? name + 2 : name;
    if (!ica_model_file_name_is_plain(plain)) {
        return ica_error_set(err, ICA_EINVALID,
                             "%.150s keeps weights in \"%.150s\": only files beside the graph are "
                             "read.",
                             graph, name);
    }
    enum ica_status status = check_file(graph, plain, min_bytes, err);
    if (!status && out->n_names < ICA_MAX_GRAPH_FILES) {
        (void)snprintf(out->names[out->n_names++], ICA_MAX_MODEL_FILE_NAME, "%s", plain);
    }
    return status;
}

static enum ica_status list_onnx(const char *path, struct ica_graph_files *out,
                                 struct ica_error *err)
{
    struct stat info;
    FILE *file = fopen(path, "rbe");
    if (!file || fstat(fileno(file), &info)) {
        enum ica_status status = ica_error_set_errno(err, errno);
        if (file) {
            (void)fclose(file);
        }
        return ica_error_prefix(err, status, "%.200s: ", path);
    }
    struct ica_onnx_summary *summary = malloc(sizeof *summary);
    enum ica_status status = summary ? ICA_OK : ica_error_nomem(err, "a graph");
    if (!status) {
        uint64_t size = S_ISREG(info.st_mode) ? (uint64_t)info.st_size : 0;
        status = ica_onnx_scan(file, size, summary, err);
        status = status ? ica_error_prefix(err, status, "%.200s: ", path) : ICA_OK;
    }
    for (size_t i = 0; !status && i < summary->n_files; i++) {
        status = add_file(path, summary->files[i].location, summary->files[i].min_bytes, out, err);
    }
    free(summary);
    (void)fclose(file);
    return status;
}

/* The weights of model.xml are in model.bin. */
static enum ica_status list_ir(const char *path, struct ica_graph_files *out, struct ica_error *err)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    char weights[ICA_MAX_MODEL_FILE_NAME];
    int length = snprintf(weights, sizeof weights, "%.*s.bin", (int)(strlen(name) - 4), name);
    if (length < 0 || (size_t)length >= sizeof weights) {
        return ica_error_set(err, ICA_EINVALID, "The name %.200s is too long.", name);
    }
    return add_file(path, weights, 0, out, err);
}

static enum ica_status list(struct ica_graph_reader *self, const char *path,
                            struct ica_graph_files *out, struct ica_error *err)
{
    (void)self;
    *out = (struct ica_graph_files){0};
    if (ends_with(path, ".xml")) {
        return list_ir(path, out, err);
    }
    if (ends_with(path, ".onnx")) {
        return list_onnx(path, out, err);
    }
    return ica_error_set(err, ICA_EMODEL,
                         "%.200s is no graph that the engine reads: its name must end in .onnx or "
                         ".xml.",
                         path);
}

struct ica_graph_reader ica_onnx_graph_reader = {.list = list};
