/* SPDX-License-Identifier: Apache-2.0 */
/* Telling images from other files by their first bytes. */
#ifndef ICA_APPLICATION_SEARCH_IMAGE_CONTENT_H
#define ICA_APPLICATION_SEARCH_IMAGE_CONTENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "application/runs/cluster_images.h"

/* Whether a file that begins with `size` bytes at `head` (ICA_CODEC_SNIFF_BYTES are enough) is of a
 * format that the engine's decoder does not know. */
bool ica_is_no_image(const struct ica_engine *engine, const uint8_t *head, size_t size);

#endif
