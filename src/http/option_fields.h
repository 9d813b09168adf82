/* SPDX-License-Identifier: Apache-2.0 */
/* The fields of a form that say how to group: one table of names, types and limits. */
#ifndef ICA_HTTP_OPTION_FIELDS_H
#define ICA_HTTP_OPTION_FIELDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "application/runs/cluster_images.h"
#include "base/choice.h"
#include "base/error.h"
#include "http/header_value.h"

#define ICA_MAX_HTTP_OPTION_BYTES 1024 /* of a value */

/* What the fields may set. Choices hold a value of the enum that is named. */
struct ica_http_options {
    int strategy; /* enum ica_strategy */
    double granularity;
    uint64_t min_cluster_size;
    uint64_t min_samples;
    int selection; /* enum ica_selection */
    double epsilon;
    int neighbours; /* enum ica_neighbour_search */
    uint64_t clusters;
    uint64_t seed;
    int linkage; /* enum ica_linkage */
    double distance_threshold;
    int noise; /* enum ica_noise_policy */
    double duplicate_threshold;
    const char *describer;         /* static */
    struct ica_embedder *embedder; /* of the engine's models; NULL: the engine's own */
    int language;                  /* enum ica_language */
    int name_is_text;              /* bool */
    int thumbnails;                /* enum ica_thumbnails */
    unsigned given;                /* bit i: row i of the table was set by a field */
};

struct ica_http_field;

/* What counts without any field: no thumbnails, and the server's own settings. Borrows the
 * describer's name. */
void ica_http_options_init(struct ica_http_options *options,
                           const struct ica_grouping_options *defaults, bool name_is_text);

/* The field of that name, or NULL. */
const struct ica_http_field *ica_http_field_find(struct ica_slice name);

const char *ica_http_field_name(const struct ica_http_field *field);

/* ICA_EINVALID: there is no field `name`, valid UTF-8; the message names those that there are. */
enum ica_status ica_http_field_unknown(const char *name, struct ica_error *err);

/* Set a field from its text, valid UTF-8. What describers and which model there are, `engine`
 * knows. ICA_EINVALID with a message that names the field and what is allowed. */
enum ica_status ica_http_field_set(const struct ica_http_field *field, const char *value,
                                   const struct ica_engine *engine,
                                   struct ica_http_options *options,
                                   struct ica_error *err) ICA_MUST_CHECK;

/* The options as the use case takes them. */
struct ica_grouping_options ica_http_options_grouping(const struct ica_http_options *options);

#endif
