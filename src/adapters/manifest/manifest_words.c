/* SPDX-License-Identifier: Apache-2.0 */
#include "adapters/manifest/manifest_words.h"

#include "domain/model.h"

const struct ica_choice ica_manifest_layouts[] = {
    {"NHWC", ICA_LAYOUT_NHWC}, {"NCHW", ICA_LAYOUT_NCHW}, {0}};
const struct ica_choice ica_manifest_types[] = {{"u8", 0}, {"f32", 1}, {0}};
const struct ica_choice ica_manifest_id_types[] = {{"i64", 0}, {"i32", 1}, {0}};
const struct ica_choice ica_manifest_orders[] = {{"RGB", 0}, {"BGR", 1}, {0}};
const struct ica_choice ica_manifest_rules[] = {
    {"crop", ICA_RESIZE_CROP}, {"stretch", ICA_RESIZE_STRETCH}, {"pad", ICA_RESIZE_PAD}, {0}};
const struct ica_choice ica_manifest_filters[] = {
    {"bicubic", ICA_FILTER_BICUBIC}, {"bilinear", ICA_FILTER_BILINEAR}, {0}};
const struct ica_choice ica_manifest_roundings[] = {
    {"nearest", ICA_ROUND_NEAREST},
    {"down", ICA_ROUND_DOWN},
    {"all-down", ICA_ROUND_ALL_DOWN},
    {0},
};
const struct ica_choice ica_manifest_normalisations[] = {{"graph", 0}, {"program", 1}, {0}};
const struct ica_choice ica_manifest_poolings[] = {
    {"none", ICA_POOLING_NONE}, {"first", ICA_POOLING_FIRST}, {"mean", ICA_POOLING_MEAN}, {0}};

const char *ica_manifest_word(const struct ica_choice *choices, int value)
{
    while (choices->name && choices->value != value) {
        choices++;
    }
    return choices->name ? choices->name : "";
}
