/* SPDX-License-Identifier: Apache-2.0 */
/* The description cache in this process's memory: of a fixed size, gone when the process ends. */
#ifndef ICA_ADAPTERS_DESCRIPTION_MEMORY_DESCRIPTION_MEMORY_H
#define ICA_ADAPTERS_DESCRIPTION_MEMORY_DESCRIPTION_MEMORY_H

#include <stddef.h>

#include "base/error.h"
#include "ports/description_cache.h"

#define ICA_DEFAULT_DESCRIPTIONS_KEPT 4096
#define ICA_DESCRIPTION_WAYS          4

/* Remember up to `n` descriptions, ICA_DESCRIPTION_WAYS at least. ICA_ENOMEM. `*out` must be
 * destroyed. */
enum ica_status ica_description_memory_open(struct ica_description_cache **out, size_t n,
                                            struct ica_error *err) ICA_MUST_CHECK;

#endif
