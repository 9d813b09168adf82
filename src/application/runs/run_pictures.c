/* SPDX-License-Identifier: Apache-2.0 */
/* The pictures port over the files of a run. */
#include "application/runs/run_pictures.h"

#include "base/buffer.h"

/* A decoder always makes the picture for a model; where only the other one is wanted, this. */
static const struct ica_crop smallest = {.short_side = 1, .size = 1};

static enum ica_status decode(const struct ica_run_pictures *pictures,
                              const struct ica_buffer *file, const struct ica_picture_size *size,
                              struct ica_pixels *out, struct ica_error *err)
{
    bool for_model = size->crop.size > 0;
    const struct ica_decode_request request = {
        .bytes = file->data,
        .size_bytes = file->size,
        .crop = for_model ? size->crop : smallest,
        .exact = for_model && pictures->exact,
        .thumbnail_side = for_model ? 0 : size->max_side,
    };
    struct ica_decoded decoded = {0};
    enum ica_status status = ica_decoder_decode(pictures->decoder, &request, &decoded, err);
    if (!status) {
        struct ica_pixels *wanted = for_model ? &decoded.model : &decoded.thumbnail;
        *out = *wanted;
        *wanted = (struct ica_pixels){0};
    }
    ica_decoded_clear(&decoded);
    return status;
}

static enum ica_status get(struct ica_pictures *self, size_t row,
                           const struct ica_picture_size *size, struct ica_pixels *out,
                           struct ica_error *err)
{
    const struct ica_run_pictures *pictures = (const struct ica_run_pictures *)self;
    struct ica_buffer file;
    ica_buffer_init(&file, pictures->files->max_file_bytes);
    enum ica_status status =
        ica_file_source_read(pictures->files, pictures->result->images[row].source, &file, err);
    if (!status) {
        status = decode(pictures, &file, size, out, err);
    }
    ica_buffer_clear(&file);
    return status;
}

void ica_run_pictures_init(struct ica_run_pictures *pictures, struct ica_decoder *decoder,
                           struct ica_file_source *files, const struct ica_result *result,
                           bool exact)
{
    *pictures = (struct ica_run_pictures){
        .base = {.get = get},
        .decoder = decoder,
        .files = files,
        .result = result,
        .exact = exact,
    };
}
