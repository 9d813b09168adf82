/* SPDX-License-Identifier: Apache-2.0 */
/* Ids of the images of one run: the names as given, made valid UTF-8 and unique. */
#ifndef ICA_DOMAIN_IMAGE_IMAGE_ID_H
#define ICA_DOMAIN_IMAGE_IMAGE_ID_H

#include <stddef.h>
#include <stdint.h>

/* A set of the ids given out so far (open addressing). Zero-initialised is empty. */
struct ica_image_ids {
    struct ica_image_id_slot *slots; /* owned table */
    size_t capacity;
    size_t count;
};

struct ica_image_id_slot {
    char *id;      /* owned; NULL = free */
    size_t number; /* the last number that was tried for a further image of this name */
};

/* Free the set; ids that were returned stay with their owners. */
void ica_image_ids_clear(struct ica_image_ids *ids);

/* Make the id for the next image from its `size` bytes of name: "image" when the name is empty; the
 * second of the same name becomes "name (2).ext", the third "name (3).ext". Returned owned; NULL
 * when memory is short. */
char *ica_image_ids_add(struct ica_image_ids *ids, const char *name, size_t size);

#endif
