/* SPDX-License-Identifier: Apache-2.0 */
/* Finding the generation of a folder's index that is of a model. */
#ifndef ICA_APPLICATION_SEARCH_INDEX_GENERATION_H
#define ICA_APPLICATION_SEARCH_INDEX_GENERATION_H

#include "ports/image_index.h"

/* The current generation of `folder` whose model has the name of `model`, be it the same or not;
 * with id 0 if there is none. Fails like the index. */
enum ica_status ica_index_find_current(struct ica_image_index *index, const char *folder,
                                       const struct ica_model *model,
                                       struct ica_index_generation *out,
                                       struct ica_error *err) ICA_MUST_CHECK;

/* Whether the generation's vectors may be compared with those of `model`. */
bool ica_index_is_of(const struct ica_index_generation *generation, const struct ica_model *model);

#endif
