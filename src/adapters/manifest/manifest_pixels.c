/* SPDX-License-Identifier: Apache-2.0 */
#include "adapters/manifest/manifest_pixels.h"

#include <math.h>

#include "adapters/manifest/manifest_words.h"

#define MAX_NORMALISER 1e6 /* of a mean or scale: whatever is larger is a mistake */

/* One number for all channels, or a list of three. */
static enum ica_status read_channels(const struct ica_manifest_text *manifest, const char *member,
                                     float out[3])
{
    const json_t *value = json_object_get(manifest->root, member);
    for (size_t c = 0; c < 3; c++) {
        const json_t *number = json_is_array(value) ? json_array_get(value, c) : value;
        double real = json_number_value(number);
        bool is_list = json_is_array(value) && json_array_size(value) != 3;
        if (is_list || !json_is_number(number) || !(fabs(real) <= MAX_NORMALISER)) {
            return ica_member_wrong(manifest, member,
                                    "a number, or a list of three for red, green and blue");
        }
        out[c] = (float)real;
    }
    return ICA_OK;
}

static enum ica_status read_normalisation(const struct ica_manifest_text *manifest,
                                          struct ica_model_input *input)
{
    int is_float = 0;
    int by_program = 0;
    enum ica_status status = ica_member_word(manifest, manifest->root, "input_type",
                                             ica_manifest_types, true, &is_float);
    if (!status) {
        status = ica_member_word(manifest, manifest->root, "normalisation",
                                 ica_manifest_normalisations, true, &by_program);
    }
    if (!status && is_float != by_program) {
        status = ica_member_wrong(
            manifest, "normalisation",
            "\"graph\" where \"input_type\" is \"u8\", and \"program\" where it is "
            "\"f32\"");
    }
    if (!status && !by_program && (input->layout != ICA_LAYOUT_NHWC || input->is_bgr)) {
        status = ica_member_wrong(
            manifest, "input_layout",
            "\"NHWC\", and the channel order \"RGB\", where \"input_type\" is \"u8\"");
    }
    if (!status && by_program) {
        status = read_channels(manifest, "mean", input->mean);
    }
    if (!status && by_program) {
        status = read_channels(manifest, "scale", input->scale);
    }
    input->is_float = is_float != 0;
    return status;
}

static enum ica_status read_padding(const struct ica_manifest_text *manifest, uint8_t padding[3])
{
    const json_t *list = json_object_get(manifest->root, "pad_colour");
    for (size_t c = 0; list && c < 3; c++) {
        const json_t *number = json_array_get(list, c);
        json_int_t sample = json_integer_value(number);
        if (json_array_size(list) != 3 || !json_is_integer(number) || sample < 0 || sample > 255) {
            return ica_member_wrong(manifest, "pad_colour",
                                    "a list of three whole numbers from 0 to 255");
        }
        padding[c] = (uint8_t)sample;
    }
    return ICA_OK;
}

static enum ica_status read_sides(const struct ica_manifest_text *manifest, struct ica_crop *crop)
{
    uint64_t size = 0;
    uint64_t short_side = 0;
    enum ica_status status = ica_member_size(manifest, manifest->root, "input_size",
                                             ICA_MIN_MODEL_SIDE, ICA_MAX_MODEL_SIDE, &size);
    bool is_cut = crop->rule == ICA_RESIZE_CROP;
    if (!status && (is_cut || json_object_get(manifest->root, "resize_side"))) {
        status = ica_member_size(manifest, manifest->root, "resize_side", size,
                                 is_cut ? 2 * ICA_MAX_MODEL_SIDE : size, &short_side);
    }
    crop->size = (uint32_t)size;
    crop->short_side = (uint32_t)(short_side ? short_side : size);
    return status;
}

enum ica_status ica_manifest_read_crop(const struct ica_manifest_text *manifest,
                                       struct ica_crop *crop)
{
    int rule = ICA_RESIZE_CROP;
    int filter = ICA_FILTER_BICUBIC;
    int rounding = ICA_ROUND_NEAREST;
    enum ica_status status =
        ica_member_word(manifest, manifest->root, "resize_rule", ica_manifest_rules, false, &rule);
    if (!status) {
        status = ica_member_word(manifest, manifest->root, "resize_filter", ica_manifest_filters,
                                 true, &filter);
    }
    if (!status) {
        status = ica_member_word(manifest, manifest->root, "resize_rounding",
                                 ica_manifest_roundings, false, &rounding);
    }
    crop->rule = (enum ica_resize_rule)rule;
    crop->filter = (enum ica_resize_filter)filter;
    crop->rounding = (enum ica_side_rounding)rounding;
    if (!status) {
        status = read_sides(manifest, crop);
    }
    return status ? status : read_padding(manifest, crop->padding);
}

enum ica_status ica_manifest_read_input(const struct ica_manifest_text *manifest,
                                        struct ica_model_input *input)
{
    int layout = 0;
    int is_bgr = 0;
    enum ica_status status =
        ica_member_text(manifest, manifest->root, "input", input->name, sizeof input->name);
    if (!status) {
        status = ica_member_word(manifest, manifest->root, "input_layout", ica_manifest_layouts,
                                 true, &layout);
    }
    if (!status) {
        status = ica_member_word(manifest, manifest->root, "channel_order", ica_manifest_orders,
                                 true, &is_bgr);
    }
    input->layout = (enum ica_input_layout)layout;
    input->is_bgr = is_bgr != 0;
    return status ? status : read_normalisation(manifest, input);
}
