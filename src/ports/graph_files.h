/* SPDX-License-Identifier: Apache-2.0 */
/* Port: graph files. Which further files a graph's file needs: the weights that it keeps elsewhere.
 * Thread-safe. */
#ifndef ICA_PORTS_GRAPH_FILES_H
#define ICA_PORTS_GRAPH_FILES_H

#include <stddef.h>

#include "base/error.h"
#include "domain/model_package.h"

#define ICA_MAX_GRAPH_FILES 24

/* All lie in the graph's own folder. */
struct ica_graph_files {
    size_t n_names;
    char names[ICA_MAX_GRAPH_FILES][ICA_MAX_MODEL_FILE_NAME];
};

struct ica_graph_reader {
    /* Fill `out` with what the graph at `path` needs beside itself; each is there and large enough.
     * ICA_ENOTFOUND (the graph or one of them is missing: it is named), ICA_EMODEL (no graph of a
     * known format, or a damaged one), ICA_EINVALID (one of them lies elsewhere, or is too short),
     * ICA_ETOOLARGE (more than ICA_MAX_GRAPH_FILES). */
    enum ica_status (*list)(struct ica_graph_reader *self, const char *path,
                            struct ica_graph_files *out, struct ica_error *err);
};

static inline enum ica_status ica_graph_files_list(struct ica_graph_reader *self, const char *path,
                                                   struct ica_graph_files *out,
                                                   struct ica_error *err)
{
    return self->list(self, path, out, err);
}

#endif
