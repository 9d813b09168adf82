/* SPDX-License-Identifier: Apache-2.0 */
/* The describer that looks at some pictures of each cluster and says what the captions of these
 * have in common. It has the name of its captioner. */
#ifndef ICA_APPLICATION_DESCRIBING_CAPTION_DESCRIBER_H
#define ICA_APPLICATION_DESCRIBING_CAPTION_DESCRIBER_H

#include <stddef.h>

#include "ports/captioner.h"
#include "ports/describer.h"

#define ICA_MAX_CAPTIONED_PICTURES     ICA_MAX_REPRESENTATIVES
#define ICA_DEFAULT_CAPTIONED_PICTURES 3

struct ica_caption_describer_options {
    size_t pictures_per_cluster; /* 1 to ICA_MAX_CAPTIONED_PICTURES */
    size_t n_beams;              /* see ports/captioner.h */
};

/* Greedy captions of three pictures, as the proof of concept made them. */
struct ica_caption_describer_options ica_caption_describer_options_default(void);

/* `captioner` is borrowed and must outlive the describer. Texts are English whatever language the
 * request wants, as captions are. ICA_EINVALID, ICA_ENOMEM. */
enum ica_status ica_caption_describer_open(struct ica_describer **out,
                                           struct ica_captioner *captioner,
                                           const struct ica_caption_describer_options *options,
                                           struct ica_error *err) ICA_MUST_CHECK;

#endif
