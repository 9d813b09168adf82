/* SPDX-License-Identifier: Apache-2.0 */
/* What one run gives. */
#include "domain/result.h"

#include <stdlib.h>

void ica_result_clear(struct ica_result *result)
{
    for (size_t i = 0; i < result->n_images; i++) {
        free(result->images[i].id);
        ica_buffer_clear(&result->images[i].thumbnail);
    }
    for (size_t i = 0; i < result->n_errors; i++) {
        free(result->errors[i].id);
    }
    free(result->images);
    free(result->errors);
    free(result->descriptions);
    free(result->node_descriptions);
    ica_clustering_clear(&result->clustering);
    *result = (struct ica_result){0};
}
