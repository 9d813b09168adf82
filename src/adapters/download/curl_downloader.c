/* SPDX-License-Identifier: Apache-2.0 */
#include "adapters/download/curl_downloader.h"

#include <stdlib.h>
#include <string.h>

#include "adapters/download/transfer.h"

struct curl_downloader {
    struct ica_downloader base;
    struct ica_curl_downloader_config config;
};

/* The part is whole: is it the file that was meant? What is not is of no use later. */
static enum ica_status check_content(struct ica_part_file *part, struct ica_model_file *file,
                                     struct ica_error *err)
{
    char sha256[ICA_SHA256_TEXT_SIZE];
    ica_sha256_text(&part->hash, sha256);
    bool is_whole = part->size > 0 && (!file->size_bytes || part->size == file->size_bytes);
    if (!is_whole) {
        ica_part_file_discard(part);
        return ica_error_set(err, ICA_EMODEL,
                             "%s came with %llu bytes instead of %llu: it is another file than the "
                             "manifest means.",
                             file->name, (unsigned long long)part->size,
                             (unsigned long long)file->size_bytes);
    }
    if (file->sha256[0] && strcmp(file->sha256, sha256) != 0) {
        ica_part_file_discard(part);
        return ica_error_set(
            err, ICA_EMODEL,
            "%s came with the SHA-256 %s instead of %s: it is another file than the "
            "manifest means, and was removed.",
            file->name, sha256, file->sha256);
    }
    file->size_bytes = part->size;
    memcpy(file->sha256, sha256, sizeof file->sha256);
    return ICA_OK;
}

/* A part as long as the file is whole already: it was interrupted just before its end. */
static enum ica_status bring(const struct curl_downloader *self,
                             const struct ica_download *download, const struct ica_model_file *file,
                             struct ica_part_file *part, struct ica_error *err)
{
    struct ica_transfer transfer = {
        .config = &self->config, .download = download, .file = file, .part = part};
    if (file->size_bytes && part->size == file->size_bytes && file->sha256[0]) {
        return ICA_OK;
    }
    if (file->size_bytes && part->size < file->size_bytes) {
        enum ica_status status = ica_part_file_reserve(part, file->size_bytes - part->size, err);
        if (status) {
            return status;
        }
    }
    bool again = true;
    enum ica_status status = ICA_OK;
    for (uint32_t i = 0; again && i < self->config.n_attempts; i++) {
        status = ica_transfer_run(&transfer, &again, err);
    }
    return status;
}

static enum ica_status fetch(struct ica_downloader *self, const struct ica_download *download,
                             struct ica_model_file *file, struct ica_error *err)
{
    struct ica_part_file part;
    enum ica_status status = ica_transfer_check_url(file->url, err);
    if (status) {
        return status;
    }
    status = ica_part_file_open(&part, download->path, err);
    if (!status) {
        status = bring((const struct curl_downloader *)self, download, file, &part, err);
    }
    if (!status) {
        status = check_content(&part, file, err);
    }
    if (!status) {
        status = ica_part_file_finish(&part, err);
    }
    ica_part_file_close(&part);
    return status;
}

static void destroy(struct ica_downloader *self)
{
    curl_global_cleanup();
    free(self);
}

static const struct ica_downloader_ops ops = {.fetch = fetch, .destroy = destroy};

enum ica_status ica_curl_downloader_open(struct ica_downloader **out,
                                         const struct ica_curl_downloader_config *config,
                                         struct ica_error *err)
{
    *out = NULL;
    struct curl_downloader *self = calloc(1, sizeof *self);
    if (!self || curl_global_init(CURL_GLOBAL_DEFAULT)) {
        free(self);
        return ica_error_nomem(err, "downloads");
    }
    self->base.ops = &ops;
    self->config = *config;
    *out = &self->base;
    return ICA_OK;
}
