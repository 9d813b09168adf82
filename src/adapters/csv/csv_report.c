/* SPDX-License-Identifier: Apache-2.0 */
/* The report port in CSV (RFC 4180). Spreadsheets run a text that begins with = + - or @ as a
 * formula, quoted or not; names come from outside, so such a text gets an apostrophe before it. */
#include "adapters/csv/csv_report.h"

#include <string.h>

#include "domain/image/exif.h"

static const char header[] = "path,cluster,description,probability,outlier_score,nearest_cluster,"
                             "margin,noise,format,width,height,taken_at,error,"
                             "duplicate_set,model,weights_sha256\r\n";

/* Append one field of text, quoted where RFC 4180 asks for it. */
static enum ica_status append_field(struct ica_buffer *out, const char *text, struct ica_error *err)
{
    const char *guard = *text && strchr("=+-@", *text) ? "'" : "";
    if (!strpbrk(text, ",\"\r\n")) {
        return ica_buffer_printf(out, err, "%s%s", guard, text);
    }
    enum ica_status status = ica_buffer_printf(out, err, "\"%s", guard);
    while (*text && !status) {
        size_t length = strcspn(text, "\"");
        status = ica_buffer_append(out, text, length, err);
        if (!status && text[length]) {
            status = ica_buffer_append_text(out, "\"\"", err);
        }
        text += length + (text[length] != 0);
    }
    return status ? status : ica_buffer_append_text(out, "\"", err);
}

/* Whose vectors the row rests on, and the end of the line. */
static enum ica_status append_model(const struct ica_model *model, struct ica_buffer *out,
                                    struct ica_error *err)
{
    return ica_buffer_printf(out, err, ",%s@%s,%s\r\n", model->name, model->version,
                             model->weights_sha256);
}

static enum ica_status append_facts(const struct ica_membership *membership,
                                    const struct ica_image_info *info, struct ica_buffer *out,
                                    struct ica_error *err)
{
    enum ica_status status = ica_buffer_printf(out, err, ",%.9g,%.9g,", membership->probability,
                                               membership->outlier_score);
    if (!status && membership->nearest != ICA_NOISE) {
        status =
            ica_buffer_printf(out, err, "%d,%.9g", (int)membership->nearest, membership->margin);
    } else if (!status) {
        status = ica_buffer_append_text(out, ",", err);
    }
    if (!status) {
        status = ica_buffer_printf(out, err, ",%d,%s,%u,%u,", membership->noise != 0, info->format,
                                   info->width, info->height);
    }
    char date[ICA_TAKEN_AT_SIZE];
    ica_image_date(info, date);
    if (!status) {
        status = ica_buffer_printf(out, err, "%s,,", date);
    }
    if (!status && membership->duplicate_set != ICA_NOISE) {
        status = ica_buffer_printf(out, err, "%d", (int)membership->duplicate_set);
    }
    return status;
}

static enum ica_status append_image(const struct ica_result *result, size_t i,
                                    struct ica_buffer *out, struct ica_error *err)
{
    const struct ica_membership *membership = &result->clustering.memberships[i];
    enum ica_status status = append_field(out, result->images[i].id, err);
    if (!status) {
        status = ica_buffer_printf(out, err, ",%d,", (int)membership->cluster);
    }
    if (!status) {
        status = append_field(out, result->descriptions[membership->cluster].text, err);
    }
    if (!status) {
        status = append_facts(membership, &result->images[i].info, out, err);
    }
    return status ? status : append_model(&result->model, out, err);
}

static enum ica_status append_error(const struct ica_result_error *error,
                                    const struct ica_model *model, struct ica_buffer *out,
                                    struct ica_error *err)
{
    enum ica_status status = append_field(out, error->id, err);
    if (!status) {
        status = ica_buffer_append_text(out, ",,,,,,,,,,,,", err);
    }
    if (!status) {
        status = append_field(out, error->reason, err);
    }
    if (!status) {
        status = ica_buffer_append_text(out, ",", err);
    }
    return status ? status : append_model(model, out, err);
}

static enum ica_status write_csv(const struct ica_result *result,
                                 const struct ica_report_options *options, struct ica_buffer *out,
                                 struct ica_error *err)
{
    (void)options;
    enum ica_status status = ica_buffer_append_text(out, header, err);
    for (size_t i = 0; i < result->n_images && !status; i++) {
        status = append_image(result, i, out, err);
    }
    for (size_t e = 0; e < result->n_errors && !status; e++) {
        status = append_error(&result->errors[e], &result->model, out, err);
    }
    return status;
}

const struct ica_report ica_csv_report = {
    .name = "csv",
    .write = write_csv,
};
