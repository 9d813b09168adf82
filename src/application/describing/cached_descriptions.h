/* SPDX-License-Identifier: Apache-2.0 */
/* A describer behind a cache: only clusters that were never described are described. */
#ifndef ICA_APPLICATION_DESCRIBING_CACHED_DESCRIPTIONS_H
#define ICA_APPLICATION_DESCRIBING_CACHED_DESCRIPTIONS_H

#include "ports/describer.h"
#include "ports/description_cache.h"

/* As ica_describer_describe(). A description is that of the same members, known by what the model
 * at hand sees in them, in the same language, by the same describer; after a merge or a split it is
 * made anew. What a describer could not describe is not remembered. Its texts may not depend on the
 * other clusters of a request. */
enum ica_status ica_describe_cached(struct ica_description_cache *cache,
                                    struct ica_describer *describer,
                                    const struct ica_describe_request *request,
                                    const struct ica_monitor *monitor, struct ica_description *out,
                                    struct ica_error *err) ICA_MUST_CHECK;

#endif
