/* SPDX-License-Identifier: Apache-2.0 */
/* Where a codec puts its rows: an image that is shrunk by a whole factor while it is read, so that
 * a large picture never stands in memory at full size. */
#ifndef ICA_DOMAIN_IMAGE_RASTER_SINK_H
#define ICA_DOMAIN_IMAGE_RASTER_SINK_H

#include <stdbool.h>
#include <stdint.h>

#include "domain/image/pixels.h"

struct ica_raster_sink {
    struct ica_pixels raster; /* result: ceil(width / factor) x ceil(height / factor) */
    uint8_t *icc;             /* owned copy of the embedded colour profile, or NULL */
    size_t icc_bytes;
    /* Settings */
    uint32_t wanted_short_side; /* a codec that can scale by itself keeps at least this much */
    /* State */
    uint32_t width; /* of the rows that come in */
    uint32_t height;
    uint32_t factor;
    uint32_t rows_in;
    uint8_t *row;   /* one row for the codec to build, when it cannot be built in the raster */
    uint16_t *sums; /* the columns of up to `factor` rows, summed */
};

#define ICA_MAX_ICC_BYTES     (4u << 20)
#define ICA_MAX_SHRINK_FACTOR 256u /* so that a column's sum fits in 16 bits */

/* The whole factor by which a width x height picture is shrunk so that its shorter side keeps at
 * least `wanted_short_side` pixels: 1 to ICA_MAX_SHRINK_FACTOR. */
uint32_t ica_shrink_factor(uint32_t width, uint32_t height, uint32_t wanted_short_side);

/* A sink whose result keeps a shorter side of at least `wanted_short_side` (> 0) pixels where the
 * source has that many. Allocates nothing. */
void ica_raster_sink_init(struct ica_raster_sink *sink, uint32_t wanted_short_side);

/* Free everything. */
void ica_raster_sink_clear(struct ica_raster_sink *sink);

/* To be called once by the codec, when it knows the size of its rows (after its own scaling):
 * chooses the factor and allocates. ICA_ENOMEM, ICA_EINVALID (empty, or begun twice). */
enum ica_status ica_raster_sink_begin(struct ica_raster_sink *sink, uint32_t width, uint32_t height,
                                      enum ica_pixel_layout layout,
                                      struct ica_error *err) ICA_MUST_CHECK;

/* Room for width * layout samples in which the codec may build the next row. Valid until that row
 * is handed in; never NULL after begin. */
uint8_t *ica_raster_sink_next(struct ica_raster_sink *sink);

/* Take the next row from the top: width * layout samples, at ica_raster_sink_next() or elsewhere.
 * Rows beyond `height` are ignored. */
void ica_raster_sink_row(struct ica_raster_sink *sink, const uint8_t *samples);

/* The same for RGB rows that come as four samples per pixel, red, green, blue and alpha; the colour
 * is laid over white. `premultiplied` says whether alpha is already in the colour. */
void ica_raster_sink_rgba_row(struct ica_raster_sink *sink, const uint8_t *rgba,
                              bool premultiplied);

/* Keep a copy of the embedded ICC profile; one that is empty or over ICA_MAX_ICC_BYTES is ignored,
 * as is one for which there is no memory: the image is then read as sRGB. */
void ica_raster_sink_profile(struct ica_raster_sink *sink, const uint8_t *icc, size_t icc_bytes);

/* To be called once after the last row: ICA_ECORRUPT if rows are missing. */
enum ica_status ica_raster_sink_end(struct ica_raster_sink *sink,
                                    struct ica_error *err) ICA_MUST_CHECK;

#endif
