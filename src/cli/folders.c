/* SPDX-License-Identifier: Apache-2.0 */
/* Sorting the images into folders. All names are relative to descriptors of folders that were just
 * made, and files are only ever created, so nothing outside of them can be touched. */
#include "cli/folders.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file_io.h"
#include "base/text.h"
#include "cli/interrupt.h"
#include "domain/image/image_id.h"

#define UNCLUSTERED    "unclustered"
#define MAX_TEXT_BYTES 120 /* names of files have at most 255 */
#define CHUNK_BYTES    (64 * 1024)

enum ica_status ica_folders_prepare(const char *path, struct ica_error *err)
{
    if (mkdir(path, 0777) == 0) {
        return ICA_OK;
    }
    DIR *folder = errno == EEXIST ? opendir(path) : NULL;
    if (!folder) {
        enum ica_status status = ica_error_set_errno(err, errno);
        return ica_error_prefix(err, status, "Folder %.300s: ", path);
    }
    bool empty = true;
    for (struct dirent *entry = readdir(folder); entry && empty; entry = readdir(folder)) {
        empty = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
    }
    (void)closedir(folder);
    return empty ? ICA_OK
                 : ica_error_set(err, ICA_EINVALID,
                                 "Folder %.300s is not empty: name a new or an empty one.", path);
}

/* Digits of the largest group's number, at least two. */
static int number_width(size_t n_clusters)
{
    int width = 2;
    for (size_t largest = n_clusters - 1; largest >= 100; largest /= 10) {
        width++;
    }
    return width;
}

void ica_folder_name(const struct ica_result *result, size_t c, char name[ICA_FOLDER_NAME_SIZE])
{
    if (result->clustering.clusters[c].unclustered) {
        (void)snprintf(name, ICA_FOLDER_NAME_SIZE, UNCLUSTERED);
        return;
    }
    const char *text = result->descriptions[c].text;
    (void)snprintf(name, ICA_FOLDER_NAME_SIZE, "%0*zu%s%.*s",
                   number_width(result->clustering.n_clusters), c, *text ? " " : "",
                   (int)ica_text_cut(text, MAX_TEXT_BYTES), text);
    for (char *p = name; *p; p++) {
        bool unsafe = (unsigned char)*p < ' ' || *p == 0x7f || strchr("/\\:*?\"<>|", *p);
        *p = unsafe ? '_' : *p;
    }
}

/* Make the folder `name` if it is not there yet and open it; -1 on failure. */
static int open_folder(int parent, const char *name)
{
    if (mkdirat(parent, name, 0777) && errno != EEXIST) {
        return -1;
    }
    return openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

static enum ica_status copy_bytes(int from, int to, struct ica_error *err)
{
    uint8_t chunk[CHUNK_BYTES];
    enum ica_status status = ICA_OK;
    for (ssize_t got = 1; got > 0 && !status;) {
        got = read(from, chunk, sizeof chunk);
        if (got > 0) {
            status = ica_file_write_all(to, chunk, (size_t)got, err);
        } else if (got < 0 && errno == EINTR) {
            got = 1;
        } else if (got < 0) {
            status = ica_error_set_errno(err, errno);
        }
    }
    return status;
}

static enum ica_status copy_file(const char *file, int folder, const char *name,
                                 struct ica_error *err)
{
    struct stat facts;
    int to = -1;
    int from = open(file, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (from >= 0 && fstat(from, &facts) == 0) {
        to = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
    }
    enum ica_status status = to >= 0 ? copy_bytes(from, to, err) : ica_error_set_errno(err, errno);
    if (!status) {
        /* The date of the photo matters to people; a file system that cannot keep it is fine. */
        (void)futimens(to, (const struct timespec[]){facts.st_atim, facts.st_mtim});
    }
    if (to >= 0 && close(to) && !status) {
        status = ica_error_set_errno(err, errno);
    }
    if (from >= 0) {
        (void)close(from);
    }
    return status;
}

static enum ica_status link_file(const char *file, int folder, const char *name,
                                 struct ica_error *err)
{
    char *target = realpath(file, NULL);
    bool failed = !target || symlinkat(target, folder, name);
    enum ica_status status = failed ? ica_error_set_errno(err, errno) : ICA_OK;
    free(target);
    return status;
}

/* Put one file into `folder`, under a name that `taken` does not have. */
static enum ica_status place(const char *file, bool link, int folder, struct ica_image_ids *taken,
                             struct ica_error *err)
{
    const char *slash = strrchr(file, '/');
    const char *base = slash ? slash + 1 : file;
    char *name = ica_image_ids_add(taken, base, strlen(base));
    if (!name) {
        return ica_error_nomem(err, "a file name");
    }
    enum ica_status status =
        link ? link_file(file, folder, name, err) : copy_file(file, folder, name, err);
    free(name);
    return status ? ica_error_prefix(err, status, "%.300s: ", file) : ICA_OK;
}

/* Fill the folder of the groups `first` to `end` - 1. */
static enum ica_status fill(int root, bool link, const struct ica_result *result, size_t first,
                            size_t end, const char *const files[], struct ica_error *err)
{
    char name[ICA_FOLDER_NAME_SIZE];
    ica_folder_name(result, first, name);
    int folder = open_folder(root, name);
    if (folder < 0) {
        enum ica_status status = ica_error_set_errno(err, errno);
        return ica_error_prefix(err, status, "Folder %s: ", name);
    }
    struct ica_image_ids taken = {0};
    enum ica_status status = ICA_OK;
    for (size_t c = first; c < end && !status; c++) {
        const struct ica_cluster *cluster = &result->clustering.clusters[c];
        for (size_t m = 0; m < cluster->n_members && !status; m++) {
            status = ica_interrupted()
                         ? ica_error_set(err, ICA_ECANCELLED, "The work was cancelled.")
                         : place(files[result->images[cluster->members[m]].source], link, folder,
                                 &taken, err);
        }
    }
    ica_image_ids_clear(&taken);
    (void)close(folder);
    return status;
}

enum ica_status ica_folders_fill(const char *path, bool link, const struct ica_result *result,
                                 const char *const files[], struct ica_error *err)
{
    int root = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (root < 0) {
        enum ica_status status = ica_error_set_errno(err, errno);
        return ica_error_prefix(err, status, "Folder %.300s: ", path);
    }
    const struct ica_clustering *clustering = &result->clustering;
    enum ica_status status = ICA_OK;
    for (size_t c = 0; c < clustering->n_clusters && !status;) {
        size_t end = clustering->clusters[c].unclustered ? clustering->n_clusters : c + 1;
        status = fill(root, link, result, c, end, files, err);
        c = end;
    }
    (void)close(root);
    return status;
}

enum ica_status ica_folder_fill(const char *path, bool link, const char *const files[], size_t n,
                                struct ica_error *err)
{
    struct ica_image_ids taken = {0};
    enum ica_status status = ICA_OK;
    int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0) {
        status = ica_error_set_errno(err, errno);
        return ica_error_prefix(err, status, "Folder %.300s: ", path);
    }
    for (size_t i = 0; i < n && !status; i++) {
        status = ica_interrupted() ? ica_error_set(err, ICA_ECANCELLED, "The work was cancelled.")
                                   : place(files[i], link, folder, &taken, err);
    }
    ica_image_ids_clear(&taken);
    (void)close(folder);
    return status;
}
