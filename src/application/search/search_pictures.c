/* SPDX-License-Identifier: Apache-2.0 */
/* Small pictures of what a search has found. */
#include "application/search/search_pictures.h"

#include "base/memory.h"
#include "domain/stages.h"

#define MAX_PICTURE_BYTES ((size_t)256 << 10)
#define PICTURES_AT_ONCE  32 /* between two looks at the monitor */

struct painting {
    const struct ica_engine *engine;
    struct ica_file_source *files;
    struct ica_buffer *jpegs;
    uint32_t side;
    size_t first;
};

static void paint(void *context, size_t i)
{
    const struct painting *painting = context;
    struct ica_buffer *jpeg = &painting->jpegs[painting->first + i];
    struct ica_decoded decoded = {0};
    struct ica_buffer content;
    ica_buffer_init(&content, painting->files->max_file_bytes);
    if (ica_file_source_read(painting->files, painting->first + i, &content, NULL) == ICA_OK) {
        const struct ica_decode_request request = {
            .bytes = content.data,
            .size_bytes = content.size,
            .crop = painting->engine->embedder->model.crop,
            .thumbnail_side = painting->side,
        };
        if (ica_decoder_decode(painting->engine->decoder, &request, &decoded, NULL) == ICA_OK &&
            painting->engine->encoder->encode(&decoded.thumbnail, jpeg, NULL)) {
            ica_buffer_clear(jpeg);
        }
    }
    ica_decoded_clear(&decoded);
    ica_buffer_clear(&content);
}

enum ica_status ica_search_pictures_make(struct ica_buffer jpegs[], size_t n,
                                         const struct ica_engine *engine,
                                         struct ica_file_source *files, uint32_t side,
                                         const struct ica_monitor *monitor, struct ica_error *err)
{
    struct painting painting = {.engine = engine, .files = files, .jpegs = jpegs, .side = side};
    for (size_t i = 0; i < n; i++) {
        ica_buffer_init(&jpegs[i], MAX_PICTURE_BYTES);
    }
    for (; painting.first < n; painting.first += PICTURES_AT_ONCE) {
        if (!ica_monitor_step(monitor, ICA_STAGE_DESCRIBING, painting.first, n)) {
            return ica_error_set(err, ICA_ECANCELLED, "The work was cancelled.");
        }
        ica_parallel_run(&engine->executor->parallel,
                         ica_size_min(PICTURES_AT_ONCE, n - painting.first), paint, &painting);
    }
    return ICA_OK;
}
