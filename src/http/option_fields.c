/* SPDX-License-Identifier: Apache-2.0 */
/* The fields of a form that say how to group. Whoever adds one writes a member of
 * struct ica_http_options and a row here. */
#include "http/option_fields.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "application/runs/grouping_choices.h"
#include "base/text.h"

#define MAX_EXPECTED 384
#define MAX_SHOWN    80 /* bytes of a value in a message */

enum type {
    TYPE_UNSET,
    TYPE_NUMBER,    /* uint64_t */
    TYPE_REAL,      /* double */
    TYPE_CHOICE,    /* int */
    TYPE_DESCRIBER, /* const char * */
    TYPE_MODEL,     /* struct ica_embedder * */
};

struct ica_http_field {
    const char *name;
    enum type type;
    size_t offset; /* of the member of struct ica_http_options */
    double min;    /* NUMBER, REAL */
    double max;
    const struct ica_choice *choices; /* CHOICE */
};

static const struct ica_choice thumbnails[] = {
    {"none", ICA_THUMBNAILS_NONE},
    {"foreign", ICA_THUMBNAILS_FOREIGN},
    {"all", ICA_THUMBNAILS_ALL},
    {0},
};

#define INTO(member) .offset = offsetof(struct ica_http_options, member)

/* clang-format off */
static const struct ica_http_field fields[] = {
    {"strategy", TYPE_CHOICE, INTO(strategy), .choices = ica_strategy_choices},
    {"granularity", TYPE_REAL, INTO(granularity), .min = -1, .max = 1},
    {"min_cluster_size", TYPE_NUMBER, INTO(min_cluster_size),
     .min = ICA_MIN_MIN_CLUSTER_SIZE, .max = ICA_MAX_MIN_CLUSTER_SIZE},
    {"min_samples", TYPE_NUMBER, INTO(min_samples), .min = 0, .max = ICA_MAX_MIN_SAMPLES},
    {"cluster_selection_method", TYPE_CHOICE, INTO(selection), .choices = ica_selection_choices},
    {"cluster_selection_epsilon", TYPE_REAL, INTO(epsilon), .min = 0, .max = 2},
    {"neighbours", TYPE_CHOICE, INTO(neighbours), .choices = ica_neighbours_choices},
    {"clusters", TYPE_NUMBER, INTO(clusters), .min = 0, .max = ICA_MAX_CLUSTERS_ASKED},
    {"seed", TYPE_NUMBER, INTO(seed), .min = 0, .max = ICA_MAX_SEED},
    {"linkage", TYPE_CHOICE, INTO(linkage), .choices = ica_linkage_choices},
    {"distance_threshold", TYPE_REAL, INTO(distance_threshold),
     .min = -1, .max = ICA_MAX_DISTANCE_THRESHOLD},
    {"noise", TYPE_CHOICE, INTO(noise), .choices = ica_noise_choices},
    {"duplicate_threshold", TYPE_REAL, INTO(duplicate_threshold),
     .min = 0, .max = ICA_MAX_DUPLICATE_THRESHOLD},
    {"describer", TYPE_DESCRIBER, INTO(describer)},
    {"language", TYPE_CHOICE, INTO(language), .choices = ica_language_choices},
    {"model", TYPE_MODEL, INTO(embedder)},
    {"cluster_name", TYPE_CHOICE, INTO(name_is_text), .choices = ica_cluster_name_choices},
    {"thumbnails", TYPE_CHOICE, INTO(thumbnails), .choices = thumbnails},
};
/* clang-format on */

#define N_FIELDS (sizeof fields / sizeof fields[0])

void ica_http_options_init(struct ica_http_options *options,
                           const struct ica_grouping_options *defaults, bool name_is_text)
{
    *options = (struct ica_http_options){
        .strategy = (int)defaults->clustering.strategy,
        .granularity = defaults->clustering.granularity,
        .min_cluster_size = defaults->clustering.min_cluster_size,
        .min_samples = defaults->clustering.min_samples,
        .selection = (int)defaults->clustering.selection,
        .neighbours = (int)defaults->clustering.neighbours,
        .epsilon = defaults->clustering.epsilon,
        .clusters = defaults->clustering.n_clusters,
        .seed = defaults->clustering.seed,
        .linkage = (int)defaults->clustering.linkage,
        .distance_threshold = defaults->clustering.distance_threshold,
        .noise = (int)defaults->clustering.noise,
        .duplicate_threshold = defaults->clustering.duplicate_threshold,
        .describer = defaults->describer,
        .language = (int)defaults->language,
        .name_is_text = name_is_text,
    };
}

struct ica_grouping_options ica_http_options_grouping(const struct ica_http_options *options)
{
    struct ica_grouping_options grouping = ica_grouping_options_default();
    grouping.clustering.strategy = (enum ica_strategy)options->strategy;
    grouping.clustering.granularity = options->granularity;
    grouping.clustering.min_cluster_size = (size_t)options->min_cluster_size;
    grouping.clustering.min_samples = (size_t)options->min_samples;
    grouping.clustering.selection = (enum ica_selection)options->selection;
    grouping.clustering.neighbours = (enum ica_neighbour_search)options->neighbours;
    grouping.clustering.epsilon = options->epsilon;
    grouping.clustering.n_clusters = (size_t)options->clusters;
    grouping.clustering.seed = options->seed;
    grouping.clustering.linkage = (enum ica_linkage)options->linkage;
    grouping.clustering.distance_threshold = options->distance_threshold;
    grouping.clustering.noise = (enum ica_noise_policy)options->noise;
    grouping.clustering.duplicate_threshold = options->duplicate_threshold;
    grouping.describer = options->describer;
    grouping.language = (enum ica_language)options->language;
    return grouping;
}

const struct ica_http_field *ica_http_field_find(struct ica_slice name)
{
    for (size_t i = 0; i < N_FIELDS; i++) {
        if (name.size == strlen(fields[i].name) &&
            memcmp(name.bytes, fields[i].name, name.size) == 0) {
            return &fields[i];
        }
    }
    return NULL;
}

const char *ica_http_field_name(const struct ica_http_field *field)
{
    return field->name;
}

/* The describer's own name lives as long as the engine; the value does not. */
static bool parse_describer(const struct ica_engine *engine, const char *value, const char **out)
{
    static const char *const ours[] = {ICA_NO_DESCRIBER, ICA_AUTO_DESCRIBER};
    *out = NULL;
    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++) {
        *out = strcmp(value, ours[i]) == 0 ? ours[i] : *out;
    }
    for (struct ica_describer *const *d = engine->describers; *d && !*out; d++) {
        *out = strcmp(value, (*d)->ops->name) == 0 ? (*d)->ops->name : NULL;
    }
    return *out != NULL;
}

/* An installed model by its name, with or without its version. */
static bool parse_model(const struct ica_engine *engine, const char *value,
                        struct ica_embedder **out)
{
    *out = engine->models ? ica_model_set_embedder(engine->models, value) : NULL;
    if (!*out && ica_model_is_called(&engine->embedder->model, value)) {
        *out = engine->embedder;
    }
    return *out != NULL;
}

static bool parse(const struct ica_http_field *field, const char *value,
                  const struct ica_engine *engine, void *place)
{
    switch (field->type) {
    case TYPE_NUMBER:
        return ica_text_parse_uint(value, (uint64_t)field->min, (uint64_t)field->max, place);
    case TYPE_REAL:
        return ica_text_parse_double(value, field->min, field->max, place);
    case TYPE_CHOICE:
        return ica_choice_find(field->choices, value, place);
    case TYPE_DESCRIBER:
        return parse_describer(engine, value, place);
    case TYPE_MODEL:
        return parse_model(engine, value, place);
    case TYPE_UNSET:
        break;
    }
    return false;
}

/* Append ", name" or, as the first, "one of name". */
static void list_name(char *text, const char *name)
{
    size_t used = strlen(text);
    (void)snprintf(text + used, MAX_EXPECTED - used, "%s%s", used ? ", " : "one of ", name);
}

/* The model that the server runs comes first. */
static void list_models(const struct ica_engine *engine, char *text)
{
    list_name(text, engine->embedder->model.name);
    struct ica_embedder *other;
    for (size_t i = 0; engine->models && (other = ica_model_set_at(engine->models, i)); i++) {
        if (other != engine->embedder) {
            list_name(text, other->model.name);
        }
    }
}

/* What the field may be set to: "a number from 0 to 2", "one of eom, leaf". */
static void expect(const struct ica_http_field *field, const struct ica_engine *engine,
                   char text[MAX_EXPECTED])
{
    text[0] = 0;
    switch (field->type) {
    case TYPE_NUMBER:
    case TYPE_REAL:
        (void)snprintf(text, MAX_EXPECTED, "a %snumber from %.15g to %.15g",
                       field->type == TYPE_NUMBER ? "whole " : "", field->min, field->max);
        break;
    case TYPE_CHOICE:
        for (const struct ica_choice *c = field->choices; c->name; c++) {
            list_name(text, c->name);
        }
        break;
    case TYPE_DESCRIBER:
        for (struct ica_describer *const *d = engine->describers; *d; d++) {
            list_name(text, (*d)->ops->name);
        }
        list_name(text, ICA_NO_DESCRIBER);
        list_name(text, ICA_AUTO_DESCRIBER);
        break;
    case TYPE_MODEL:
        list_models(engine, text);
        break;
    case TYPE_UNSET:
        break;
    }
}

enum ica_status ica_http_field_unknown(const char *name, struct ica_error *err)
{
    char names[MAX_EXPECTED] = "";
    for (size_t i = 0; i < N_FIELDS; i++) {
        list_name(names, fields[i].name);
    }
    return ica_error_set(err, ICA_EINVALID,
                         "There is no field \"%.*s\": the images are sent as files, and an option "
                         "is %s.",
                         (int)ica_text_cut(name, MAX_SHOWN), name, names);
}

enum ica_status ica_http_field_set(const struct ica_http_field *field, const char *value,
                                   const struct ica_engine *engine,
                                   struct ica_http_options *options, struct ica_error *err)
{
    unsigned bit = 1u << (field - fields);
    if (options->given & bit) {
        return ica_error_set(err, ICA_EINVALID, "The field \"%s\" may be given only once.",
                             field->name);
    }
    options->given |= bit;
    if (parse(field, value, engine, (char *)options + field->offset)) {
        return ICA_OK;
    }
    char expected[MAX_EXPECTED];
    expect(field, engine, expected);
    return ica_error_set(err, ICA_EINVALID, "The field \"%s\" is \"%.*s\", which is not %s.",
                         field->name, (int)ica_text_cut(value, MAX_SHOWN), value, expected);
}
