/* SPDX-License-Identifier: Apache-2.0 */
/* `models show`: everything of one model, for people. */
#include <stdio.h>

#include "cli/console.h"
#include "cli/models/byte_progress.h"
#include "cli/models/models_json.h"
#include "cli/models/models_verbs.h"

/* "licence:      Apache-2.0"; nothing where there is no text. */
static enum ica_status append_line(struct ica_buffer *out, const char *label, const char *text,
                                   struct ica_error *err)
{
    if (!*text) {
        return ICA_OK;
    }
    enum ica_status status = ica_buffer_printf(out, err, "%-13s ", label);
    if (!status) {
        status = ica_console_append(out, text, SIZE_MAX, err);
    }
    return status ? status : ica_buffer_append_text(out, "\n", err);
}

static enum ica_status append_identity(const struct ica_catalogue_entry *entry,
                                       struct ica_buffer *out, struct ica_error *err)
{
    const struct {
        const char *label;
        const char *text;
    } lines[] = {
        {"name:", entry->model.name},
        {"title:", entry->package.title},
        {"version:", entry->model.version},
        {"licence:", entry->model.licence},
        {"source:", entry->package.source},
        {"installed:", ica_models_state(entry)},
        {"problem:", entry->problem ? entry->problem : ""},
        {"lies in:", entry->folder},
        {"manifest:", entry->manifest_path},
        {"preset:", entry->package.preset},
    };
    enum ica_status status = ICA_OK;
    for (size_t i = 0; i < sizeof lines / sizeof *lines && !status; i++) {
        status = append_line(out, lines[i].label, lines[i].text, err);
    }
    if (!status && entry->package.is_unverified) {
        status = append_line(out, "unverified:",
                             "addresses and hashes of this entry were never tried; what comes is "
                             "shown and has to be trusted",
                             err);
    }
    return status;
}

/* The whole way from picture to numbers in one sentence. */
static void describe_pixels(const struct ica_model *model, char *text, size_t size)
{
    const struct ica_crop *crop = &model->crop;
    const char *filter = crop->filter == ICA_FILTER_BILINEAR ? "bilinear" : "bicubic";
    char way[160];
    switch (crop->rule) {
    case ICA_RESIZE_STRETCH:
        (void)snprintf(way, sizeof way, "stretched to %u x %u (%s)", crop->size, crop->size,
                       filter);
        break;
    case ICA_RESIZE_PAD:
        (void)snprintf(way, sizeof way,
                       "longer side resized to %u (%s), the rest filled with colour %u, %u, %u",
                       crop->size, filter, crop->padding[0], crop->padding[1], crop->padding[2]);
        break;
    case ICA_RESIZE_CROP:
    default:
        (void)snprintf(way, sizeof way, "shorter side resized to %u (%s%s), centre cut to %u x %u",
                       crop->short_side, filter,
                       crop->rounding != ICA_ROUND_NEAREST ? ", longer side rounded down" : "",
                       crop->size, crop->size);
        break;
    }
    const float *mean = model->input.mean;
    const float *scale = model->input.scale;
    char numbers[160] = "the graph normalises the samples itself";
    if (model->input.is_float) {
        (void)snprintf(numbers, sizeof numbers,
                       "samples less %.6g, %.6g, %.6g times %.6g, %.6g, %.6g (red, green, blue)",
                       (double)mean[0], (double)mean[1], (double)mean[2], (double)scale[0],
                       (double)scale[1], (double)scale[2]);
    }
    (void)snprintf(text, size, "%s; %s; %s", way, model->input.is_bgr ? "BGR" : "RGB", numbers);
}

static enum ica_status append_tensors(const struct ica_catalogue_entry *entry,
                                      struct ica_buffer *out, struct ica_error *err)
{
    const struct ica_model *model = &entry->model;
    char text[512];
    if (!model->input.name[0]) {
        (void)snprintf(text, sizeof text,
                       "%u pixels, %zu numbers; tensors are found when it is pulled",
                       model->crop.size, model->dim);
        return append_line(out, "pictures:", entry->problem ? "" : text, err);
    }
    describe_pixels(model, text, sizeof text);
    enum ica_status status = append_line(out, "pictures:", text, err);
    if (!status) {
        (void)snprintf(text, sizeof text, "%s, %s %s", model->input.name,
                       model->input.layout == ICA_LAYOUT_NCHW ? "NCHW" : "NHWC",
                       model->input.is_float ? "f32" : "u8");
        status = append_line(out, "input:", text, err);
    }
    if (!status) {
        (void)snprintf(text, sizeof text, "%s, %zu numbers%s", model->embedding_output, model->dim,
                       model->pooling == ICA_POOLING_FIRST  ? " (the first token's)"
                       : model->pooling == ICA_POOLING_MEAN ? " (the mean of all tokens)"
                                                            : "");
        status = append_line(out, "embedding:", text, err);
    }
    if (!status && model->n_classes > 0) {
        (void)snprintf(text, sizeof text, "%s, %zu of %s", model->logits_output, model->n_classes,
                       entry->package.class_set[0] ? entry->package.class_set : "its own");
        status = append_line(out, "classes:", text, err);
    }
    if (!status && model->text.input[0]) {
        (void)snprintf(text, sizeof text, "%s (%zu tokens)%s%s to %s", model->text.input,
                       model->text.context, model->text.mask[0] ? " and " : "", model->text.mask,
                       model->text.output);
        status = append_line(out, "words:", text, err);
    }
    return status;
}

static enum ica_status append_files(const struct ica_catalogue_entry *entry, struct ica_buffer *out,
                                    struct ica_error *err)
{
    enum ica_status status = ICA_OK;
    for (size_t i = 0; i < entry->package.n_files && !status; i++) {
        const struct ica_model_file *file = &entry->package.files[i];
        char size[24] = "size unknown";
        if (file->size_bytes > 0) {
            ica_bytes_format(size, sizeof size, file->size_bytes);
        }
        status = append_line(out, i ? "" : "files:", file->name, err);
        if (!status) {
            status = ica_buffer_printf(out, err, "%-13s   %s, SHA-256 %s\n", "", size,
                                       file->sha256[0] ? file->sha256 : "unknown");
        }
        if (!status && file->url[0]) {
            status = ica_buffer_printf(out, err, "%-13s   ", "");
            status = status ? status : ica_console_append(out, file->url, SIZE_MAX, err);
            status = status ? status : ica_buffer_append_text(out, "\n", err);
        }
    }
    return status;
}

enum ica_status ica_models_show(struct ica_models_command *command, const char *name,
                                struct ica_error *err)
{
    const struct ica_catalogue_entry *entry = NULL;
    struct ica_buffer text;
    ica_buffer_init(&text, ICA_MAX_MODELS_TEXT);
    enum ica_status status = ica_models_find(command, name, &entry, err);
    if (!status && ica_models_want_json(command)) {
        status = ica_models_append_entry_json(command, entry, &text, err);
        return ica_models_print(&text, status, err);
    }
    if (!status) {
        status = append_identity(entry, &text, err);
    }
    if (!status) {
        status = append_tensors(entry, &text, err);
    }
    if (!status) {
        status = append_files(entry, &text, err);
    }
    return ica_models_print(&text, status, err);
}
