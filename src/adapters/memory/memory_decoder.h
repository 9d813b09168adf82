/* SPDX-License-Identifier: Apache-2.0 */
/* The decoder port without image files: reads "rgb R G B" (decimal, 0 to 255) as a picture of that
 * one colour. For tests. */
#ifndef ICA_ADAPTERS_MEMORY_MEMORY_DECODER_H
#define ICA_ADAPTERS_MEMORY_MEMORY_DECODER_H

#include "ports/decoder.h"

enum ica_status ica_memory_decoder_open(struct ica_decoder **out,
                                        struct ica_error *err) ICA_MUST_CHECK;

#endif
