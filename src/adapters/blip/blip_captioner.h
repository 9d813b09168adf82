/* SPDX-License-Identifier: Apache-2.0 */
/* The captioner port: BLIP (Li et al. 2022, "BLIP: Bootstrapping Language-Image Pre-training for
 * Unified Vision-Language Understanding and Generation", arXiv 2201.12086) on an engine. */
#ifndef ICA_ADAPTERS_BLIP_BLIP_CAPTIONER_H
#define ICA_ADAPTERS_BLIP_BLIP_CAPTIONER_H

#include <stdbool.h>
#include <stddef.h>

#include "ports/captioner.h"
#include "ports/inference.h"

#define ICA_MAX_BLIP_PICTURES     64
#define ICA_DEFAULT_BLIP_PICTURES 8

/* BLIP-base takes 43 MB for each picture of a call, and as much again for each one that is computed
 * at once: one per thread. */
struct ica_blip_config {
    struct ica_inference *engine; /* borrowed as long as the captioner lives */
    const char *folder;           /* what tools/export_blip.py wrote */
    const char *device;           /* as struct ica_network_config has it; borrowed likewise */
    size_t n_threads;             /* > 0 */
    size_t max_pictures;          /* of one call, 1 to ICA_MAX_BLIP_PICTURES */
    bool exact; /* single precision, also where the processor is faster with less */
};

/* Whether there is a model in `folder`; it may be damaged. */
bool ica_blip_is_installed(const char *folder);

/* Read what the folder says of its model. The model itself is read at the first call of caption,
 * which then takes some seconds more: where nobody asks for captions it costs nothing. What is
 * wrong with names, numbers and sizes shows here; what is wrong with contents at the first call.
 * ICA_ENOTFOUND, ICA_EINVALID (the message names the file), ICA_ENOMEM. */
enum ica_status ica_blip_captioner_open(struct ica_captioner **out,
                                        const struct ica_blip_config *config,
                                        struct ica_error *err) ICA_MUST_CHECK;

#endif
