/* SPDX-License-Identifier: Apache-2.0 */
/* Telling images from other files: the decoder says whether it knows such files. */
#include "application/search/image_content.h"

bool ica_is_no_image(const struct ica_engine *engine, const uint8_t *head, size_t size)
{
    struct ica_decoded decoded = {0};
    const struct ica_decode_request request = {
        .bytes = head,
        .size_bytes = size,
        .crop = engine->embedder->model.crop,
    };
    bool other = ica_decoder_decode(engine->decoder, &request, &decoded, NULL) == ICA_EFORMAT;
    ica_decoded_clear(&decoded);
    return other;
}
