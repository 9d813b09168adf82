/* SPDX-License-Identifier: Apache-2.0 */
/* Figures of the families' published preprocessing: DINOv2 (facebookresearch/dinov2, transforms.py,
 * and its processor of transformers), CLIP (openai/CLIP, clip.py), SigLIP and SigLIP 2 (processors
 * of transformers), MobileCLIP (apple/ml-mobileclip, configs), ImageNet (torchvision's
 * references). */
#include "domain/model_preset.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Of samples from 0 to 1, as the sources give them. */
#define MEAN(r, g, b)                                                                              \
    {                                                                                              \
        (r) * 255.0F, (g)*255.0F, (b)*255.0F                                                       \
    }
#define SCALE(r, g, b)                                                                             \
    {                                                                                              \
        1 / ((r)*255.0F), 1 / ((g)*255.0F), 1 / ((b)*255.0F)                                       \
    }

#define IMAGENET_MEAN  MEAN(0.485F, 0.456F, 0.406F)
#define IMAGENET_SCALE SCALE(0.229F, 0.224F, 0.225F)
#define CLIP_MEAN      MEAN(0.48145466F, 0.4578275F, 0.40821073F)
#define CLIP_SCALE     SCALE(0.26862954F, 0.26130258F, 0.27577711F)
#define HALF_MEAN      MEAN(0.5F, 0.5F, 0.5F)
#define HALF_SCALE     SCALE(0.5F, 0.5F, 0.5F)

#define BICUBIC_DOWN  .filter = ICA_FILTER_BICUBIC, .rounding = ICA_ROUND_DOWN
#define BILINEAR_DOWN .filter = ICA_FILTER_BILINEAR, .rounding = ICA_ROUND_DOWN

const struct ica_model_preset ica_model_presets[] = {
    {.name = "dinov2",
     .title = "DINOv2, with registers or without: 256 bicubic, cut to 224, ImageNet's mean",
     .crop = {.short_side = 256, .size = 224, BICUBIC_DOWN},
     .mean = IMAGENET_MEAN,
     .scale = IMAGENET_SCALE,
     .hints = "dinov2|dino_v2|dino-v2"},
    {.name = "dinov2-poc",
     .title = "DINOv2 as the proof of concept fed it: 224 bilinear, cut to 224, mean 0.5",
     .crop = {.short_side = 224, .size = 224, BILINEAR_DOWN},
     .mean = HALF_MEAN,
     .scale = HALF_SCALE,
     .hints = "dinov2-poc"},
    {.name = "clip",
     .title = "CLIP and OpenCLIP: 224 bicubic, cut to 224, CLIP's mean",
     .crop = {.short_side = 224, .size = 224, BICUBIC_DOWN},
     .mean = CLIP_MEAN,
     .scale = CLIP_SCALE,
     .context = 77,
     .hints = "clip"},
    {.name = "siglip",
     .title = "SigLIP: stretched to 224, bicubic, mean 0.5",
     .crop = {.short_side = 224, .size = 224, .rule = ICA_RESIZE_STRETCH, BICUBIC_DOWN},
     .mean = HALF_MEAN,
     .scale = HALF_SCALE,
     .context = 64,
     .hints = "siglip"},
    {.name = "siglip2",
     .title = "SigLIP 2 of fixed size: stretched to 224, bilinear, mean 0.5",
     .crop = {.short_side = 224, .size = 224, .rule = ICA_RESIZE_STRETCH, BILINEAR_DOWN},
     .mean = HALF_MEAN,
     .scale = HALF_SCALE,
     .context = 64,
     .hints = "siglip2|siglip-2|siglip_2"},
    {.name = "mobileclip",
     .title = "MobileCLIP: 256 bilinear, cut to 256, samples from 0 to 1",
     .crop = {.short_side = 256, .size = 256, BILINEAR_DOWN},
     .scale = SCALE(1.0F, 1.0F, 1.0F),
     .context = 77,
     .hints = "mobileclip|mobile_clip|mobile-clip"},
    {.name = "imagenet",
     .title = "classifiers of torchvision: 256 bilinear, cut to 224, ImageNet's mean",
     .crop = {.short_side = 256, .size = 224, BILINEAR_DOWN},
     .mean = IMAGENET_MEAN,
     .scale = IMAGENET_SCALE,
     .has_classes = true,
     .hints = "imagenet|resnet|mobilenet|convnext|efficientnet"},
};

const size_t ica_n_model_presets = sizeof ica_model_presets / sizeof *ica_model_presets;

const struct ica_model_preset *ica_model_preset_find(const char *name)
{
    for (size_t i = 0; i < ica_n_model_presets; i++) {
        if (strcmp(ica_model_presets[i].name, name) == 0) {
            return &ica_model_presets[i];
        }
    }
    return NULL;
}

static char to_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool contains(const char *text, const char *part, size_t length)
{
    for (; *text; text++) {
        size_t same = 0;
        while (same < length && text[same] && to_lower(text[same]) == part[same]) {
            same++;
        }
        if (same == length) {
            return true;
        }
    }
    return false;
}

/* Length of the preset's longest hint that `name` contains; 0 for none. */
static size_t hint_length(const struct ica_model_preset *preset, const char *name)
{
    size_t best = 0;
    for (const char *hint = preset->hints; *hint;) {
        size_t length = strcspn(hint, "|");
        if (length > best && contains(name, hint, length)) {
            best = length;
        }
        hint += length + (hint[length] == '|');
    }
    return best;
}

const struct ica_model_preset *ica_model_preset_guess(const char *name)
{
    const struct ica_model_preset *best = NULL;
    size_t best_length = 0;
    for (size_t i = 0; i < ica_n_model_presets; i++) {
        size_t length = hint_length(&ica_model_presets[i], name);
        if (length > best_length) {
            best_length = length;
            best = &ica_model_presets[i];
        }
    }
    return best;
}

void ica_model_preset_list(char *text, size_t size)
{
    size_t used = 0;
    text[0] = 0;
    for (size_t i = 0; i < ica_n_model_presets && used < size; i++) {
        int length = snprintf(text + used, size - used, "%s%s", i > 0 ? ", " : "",
                              ica_model_presets[i].name);
        used += length > 0 ? (size_t)length : 0;
    }
}

enum ica_status ica_model_preset_apply(const struct ica_model_preset *preset, size_t size,
                                       struct ica_model *model, struct ica_error *err)
{
    if (size < ICA_MIN_MODEL_SIDE || size > ICA_MAX_MODEL_SIDE) {
        return ica_error_set(err, ICA_EINVALID,
                             "The model's input has a side of %zu pixels; %d to %d are possible.",
                             size, ICA_MIN_MODEL_SIDE, ICA_MAX_MODEL_SIDE);
    }
    const struct ica_crop *crop = &preset->crop;
    model->crop = *crop;
    model->crop.size = (uint32_t)size;
    model->crop.short_side = (uint32_t)((size * crop->short_side + crop->size / 2) / crop->size);
    memcpy(model->input.mean, preset->mean, sizeof preset->mean);
    memcpy(model->input.scale, preset->scale, sizeof preset->scale);
    return ICA_OK;
}
