/* SPDX-License-Identifier: Apache-2.0 */
#include "adapters/manifest/manifest_catalogue.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "base/text.h"

/* The catalogue while it is read. */
struct reading {
    struct ica_model_catalogue *catalogue;
    const char *manifests_dir;
    const char *store_dir; /* NULL: there is none */
    const char *weights_dir;
    struct ica_error *err;
};

/* Owned "folder/name"; NULL when memory is short. */
static char *join(const char *folder, const char *name)
{
    char *path = NULL;
    return asprintf(&path, "%s/%s", folder, name) < 0 ? NULL : path;
}

static void entry_clear(struct ica_catalogue_entry *entry)
{
    free(entry->manifest_path);
    free(entry->folder);
    free(entry->graph_path);
    free(entry->text_graph_path);
    free(entry->tokenizer_path);
    free(entry->problem);
}

/* ---- Where the files are ----------------------------------------------------------------------
 */

static bool has_file(const char *folder, const struct ica_model_file *file)
{
    struct stat info;
    char *path = join(folder, file->name);
    bool is_there = path && !stat(path, &info) && S_ISREG(info.st_mode) &&
                    (!file->size_bytes || (uint64_t)info.st_size == file->size_bytes);
    free(path);
    return is_there;
}

static bool has_all_files(const char *folder, const struct ica_model_package *package)
{
    for (size_t i = 0; i < package->n_files; i++) {
        if (!has_file(folder, &package->files[i])) {
            return false;
        }
    }
    return package->n_files > 0;
}

/* The first folder that has all files, or else the last of them. */
static enum ica_status find_folder(const struct reading *reading, struct ica_catalogue_entry *entry)
{
    const char *const roots[] = {reading->store_dir, entry->in_store ? NULL : reading->weights_dir};
    for (size_t i = 0; i < 2; i++) {
        char *folder = roots[i] ? join(roots[i], entry->model.name) : NULL;
        if (roots[i] && !folder) {
            return ica_error_nomem(reading->err, "the catalogue");
        }
        if (folder) {
            free(entry->folder);
            entry->folder = folder;
        }
        if (folder && has_all_files(folder, &entry->package)) {
            entry->installed = entry->package.is_complete;
            return ICA_OK;
        }
    }
    return ICA_OK;
}

/* Owned path of a file that plays a role; NULL for a role that nobody plays. */
static enum ica_status place(const struct reading *reading, const char *folder, const char *name,
                             char **out)
{
    *out = *name ? join(folder, name) : NULL;
    return *name && !*out ? ica_error_nomem(reading->err, "the catalogue") : ICA_OK;
}

static enum ica_status find_files(const struct reading *reading, struct ica_catalogue_entry *entry)
{
    enum ica_status status = find_folder(reading, entry);
    if (!status) {
        status = place(reading, entry->folder, entry->package.graph, &entry->graph_path);
    }
    if (!status) {
        status = place(reading, entry->folder, entry->package.text_graph, &entry->text_graph_path);
    }
    if (!status) {
        status = place(reading, entry->folder, entry->package.tokenizer, &entry->tokenizer_path);
    }
    return status;
}

/* ---- Manifests --------------------------------------------------------------------------------
 */

static enum ica_status read_built_in(const struct reading *reading, const char *name,
                                     struct ica_catalogue_entry *entry)
{
    entry->manifest_path = join(reading->manifests_dir, name);
    if (!entry->manifest_path) {
        return ica_error_nomem(reading->err, "the catalogue");
    }
    enum ica_status status =
        ica_manifest_read(entry->manifest_path, &entry->model, &entry->package, reading->err);
    return status ? status : find_files(reading, entry);
}

/* What is wrong with a model of the store is its own affair: the others can be used. */
static enum ica_status note_problem(struct ica_catalogue_entry *entry, const char *name,
                                    const char *text, struct ica_error *err)
{
    entry->model = (struct ica_model){0};
    entry->package = (struct ica_model_package){0};
    (void)snprintf(entry->model.name, sizeof entry->model.name, "%s", name);
    entry->problem = ica_text_copy(text);
    return entry->problem ? ICA_OK : ica_error_nomem(err, "the catalogue");
}

static enum ica_status read_stored(const struct reading *reading, const char *name,
                                   struct ica_catalogue_entry *entry)
{
    struct ica_error failure = {0};
    entry->in_store = true;
    entry->folder = join(reading->store_dir, name);
    entry->manifest_path = entry->folder ? join(entry->folder, ICA_STORE_MANIFEST) : NULL;
    if (!entry->manifest_path) {
        return ica_error_nomem(reading->err, "the catalogue");
    }
    enum ica_status status =
        ica_manifest_read(entry->manifest_path, &entry->model, &entry->package, &failure);
    if (status == ICA_ENOMEM) {
        return ica_error_nomem(reading->err, "the catalogue");
    }
    if (!status && strcmp(entry->model.name, name) != 0) {
        status =
            ica_error_set(&failure, ICA_EINVALID, "%.200s: \"name\" must be that of the folder.",
                          entry->manifest_path);
    }
    if (status) {
        return note_problem(entry, name, failure.text, reading->err);
    }
    return find_files(reading, entry);
}

/* ---- Folders ----------------------------------------------------------------------------------
 */

static int is_manifest(const struct dirent *file)
{
    const char *dot = strrchr(file->d_name, '.');
    return file->d_name[0] != '.' && dot && strcmp(dot, ".json") == 0;
}

static int is_model_folder(const struct dirent *file)
{
    return ica_model_name_is_plain(file->d_name);
}

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static void free_names(struct dirent **names, int n_names)
{
    for (int i = 0; i < n_names; i++) {
        free(names[i]);
    }
    free(names);
}

/* Make room for one more entry; NULL when there is none. */
static struct ica_catalogue_entry *append(const struct reading *reading, enum ica_status *status)
{
    struct ica_model_catalogue *catalogue = reading->catalogue;
    if (catalogue->n_entries >= ICA_MAX_MANIFESTS) {
        *status = ica_error_set(reading->err, ICA_ETOOLARGE,
                                "There are more than %d model manifests.", ICA_MAX_MANIFESTS);
        return NULL;
    }
    struct ica_catalogue_entry *entries =
        reallocarray(catalogue->entries, catalogue->n_entries + 1, sizeof *catalogue->entries);
    if (!entries) {
        *status = ica_error_nomem(reading->err, "the catalogue");
        return NULL;
    }
    catalogue->entries = entries;
    struct ica_catalogue_entry *entry = &entries[catalogue->n_entries++];
    *entry = (struct ica_catalogue_entry){0};
    return entry;
}

static enum ica_status read_all_built_in(const struct reading *reading)
{
    struct dirent **names = NULL;
    int n_names = scandir(reading->manifests_dir, &names, is_manifest, by_bytes);
    enum ica_status status = ICA_OK;
    if (n_names <= 0) {
        status = ica_error_set(reading->err, ICA_ENOTFOUND, "There are no model manifests in %s.",
                               reading->manifests_dir);
    }
    for (int i = 0; i < n_names && !status; i++) {
        struct ica_catalogue_entry *entry = append(reading, &status);
        if (entry) {
            status = read_built_in(reading, names[i]->d_name, entry);
        }
    }
    free_names(names, n_names);
    return status;
}

/* An entry for the model of the store, in the place of the program's one of the same name. */
static struct ica_catalogue_entry *take_place(const struct reading *reading, const char *name,
                                              enum ica_status *status)
{
    for (size_t i = 0; i < reading->catalogue->n_entries; i++) {
        struct ica_catalogue_entry *entry = &reading->catalogue->entries[i];
        if (strcmp(entry->model.name, name) == 0) {
            entry_clear(entry);
            *entry = (struct ica_catalogue_entry){0};
            return entry;
        }
    }
    return append(reading, status);
}

/* A folder without one holds weights of a model of the program, or belongs to a describer. */
static bool has_manifest(const char *store_dir, const char *name)
{
    struct stat info;
    char *folder = join(store_dir, name);
    char *path = folder ? join(folder, ICA_STORE_MANIFEST) : NULL;
    bool is_there = path && !stat(path, &info);
    free(path);
    free(folder);
    return is_there;
}

static enum ica_status read_store(const struct reading *reading)
{
    struct dirent **names = NULL;
    int n_names =
        reading->store_dir ? scandir(reading->store_dir, &names, is_model_folder, by_bytes) : 0;
    enum ica_status status = ICA_OK;
    for (int i = 0; i < n_names && !status; i++) {
        const char *name = names[i]->d_name;
        if (has_manifest(reading->store_dir, name)) {
            struct ica_catalogue_entry *entry = take_place(reading, name, &status);
            status = entry ? read_stored(reading, name, entry) : status;
        }
    }
    free_names(names, n_names);
    return status;
}

static int by_name(const void *a, const void *b)
{
    const struct ica_catalogue_entry *one = a;
    const struct ica_catalogue_entry *other = b;
    return strcmp(one->model.name, other->model.name);
}

enum ica_status ica_manifest_catalogue_open(struct ica_model_catalogue **out,
                                            const char *manifests_dir, const char *store_dir,
                                            const char *weights_dir, struct ica_error *err)
{
    *out = NULL;
    struct ica_model_catalogue *catalogue = calloc(1, sizeof *catalogue);
    if (!catalogue) {
        return ica_error_nomem(err, "the catalogue");
    }
    const struct reading reading = {
        .catalogue = catalogue,
        .manifests_dir = manifests_dir,
        .store_dir = store_dir,
        .weights_dir = weights_dir,
        .err = err,
    };
    enum ica_status status = read_all_built_in(&reading);
    if (!status) {
        status = read_store(&reading);
    }
    if (status) {
        ica_manifest_catalogue_close(catalogue);
        return status;
    }
    qsort(catalogue->entries, catalogue->n_entries, sizeof *catalogue->entries, by_name);
    *out = catalogue;
    return ICA_OK;
}

void ica_manifest_catalogue_close(struct ica_model_catalogue *catalogue)
{
    if (catalogue) {
        for (size_t i = 0; i < catalogue->n_entries; i++) {
            entry_clear(&catalogue->entries[i]);
        }
        free(catalogue->entries);
        free(catalogue);
    }
}
