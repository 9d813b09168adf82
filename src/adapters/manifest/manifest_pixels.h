/* SPDX-License-Identifier: Apache-2.0 */
/* What a manifest says of how pictures become the numbers of the graph's input. */
#ifndef ICA_ADAPTERS_MANIFEST_MANIFEST_PIXELS_H
#define ICA_ADAPTERS_MANIFEST_MANIFEST_PIXELS_H

#include "adapters/manifest/manifest_members.h"
#include "domain/model.h"

/* ICA_EINVALID. */
enum ica_status ica_manifest_read_crop(const struct ica_manifest_text *manifest,
                                       struct ica_crop *crop) ICA_MUST_CHECK;
enum ica_status ica_manifest_read_input(const struct ica_manifest_text *manifest,
                                        struct ica_model_input *input) ICA_MUST_CHECK;

#endif
