/* SPDX-License-Identifier: Apache-2.0 */
/* Presets: how the pictures of known families of models are prepared. A graph says what it takes,
 * but not how the pixels it was trained on were made; that is known by family only. */
#ifndef ICA_DOMAIN_MODEL_PRESET_H
#define ICA_DOMAIN_MODEL_PRESET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "domain/model.h"

struct ica_model_preset {
    const char *name;
    const char *title;    /* which models it is for */
    struct ica_crop crop; /* at the size the family is trained with */
    float mean[3];        /* as struct ica_model_input: RGB, samples of 0 to 255 */
    float scale[3];
    size_t context;    /* tokens its text tower reads; 0 where the family has none */
    bool has_classes;  /* an output of 1000 numbers holds ImageNet's classes */
    const char *hints; /* lower-case parts of names that tell the family, between '|' */
};

extern const struct ica_model_preset ica_model_presets[];
extern const size_t ica_n_model_presets;

/* The preset of that name; NULL if there is none. */
const struct ica_model_preset *ica_model_preset_find(const char *name);

/* The preset whose family `name`, of a file or a model, tells; NULL when it tells none. The longest
 * hint wins: "mobileclip" is no "clip". */
const struct ica_model_preset *ica_model_preset_guess(const char *name);

/* All names with ", " between them, cut at `size`. */
void ica_model_preset_list(char *text, size_t size);

/* Give `model` the preset's way from picture to numbers for an input of `size` pixels; another size
 * than the family's keeps the proportion of resized side to cut. ICA_EINVALID (the size is out of
 * bounds). */
enum ica_status ica_model_preset_apply(const struct ica_model_preset *preset, size_t size,
                                       struct ica_model *model,
                                       struct ica_error *err) ICA_MUST_CHECK;

#endif
