/* SPDX-License-Identifier: Apache-2.0 */
/* What a captioning model says of one picture. */
#ifndef ICA_DOMAIN_CAPTION_CAPTION_H
#define ICA_DOMAIN_CAPTION_CAPTION_H

#include "domain/caption/generation.h"

#define ICA_MAX_CAPTION 256

struct ica_caption {
    struct ica_token_row tokens;
    char text[ICA_MAX_CAPTION]; /* "a dog running on the beach" */
};

#endif
