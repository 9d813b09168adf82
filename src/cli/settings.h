/* SPDX-License-Identifier: Apache-2.0 */
/* All settings of all commands, and where they come from: the flags, the environment, the config
 * file and the defaults, in this order of precedence. The table in option_table.c lists them. */
#ifndef ICA_CLI_SETTINGS_H
#define ICA_CLI_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "application/runs/cluster_images.h"
#include "base/buffer.h"
#include "base/error.h"

/* What looks at images where neither the user nor the store says otherwise. */
#define ICA_DEFAULT_MODEL "efficientnet-lite2"

enum ica_command {
    ICA_COMMAND_UNSET, /* none was given */
    ICA_COMMAND_CLUSTER,
    ICA_COMMAND_EMBED,
    ICA_COMMAND_SEARCH,
    ICA_COMMAND_INDEX,
    ICA_COMMAND_SERVE,
    ICA_COMMAND_HEALTH,
    ICA_COMMAND_MODELS,
    ICA_COMMAND_CONCEPTS,
    ICA_COMMAND_VERSION,
    ICA_COMMAND_HELP,
    ICA_COMMAND_COUNT,
};

/* Texts are never NULL, "" when not set; they are borrowed from the arguments, the environment and
 * `config_text`. Choices hold a value of the enum that is named. Settings of other commands than
 * `command` have no meaning. */
struct ica_settings {
    enum ica_command command;
    bool help;          /* only say what the command does */
    bool version;       /* only say which version this is */
    char *const *paths; /* what is left of the arguments */
    size_t n_paths;

    /* The program */
    const char *config;
    const char *data_dir;   /* "": beside the program */
    const char *models_dir; /* the store; "": in the user's data */
    const char *cache_dir;  /* "": the user's */
    int log_level;          /* enum ica_log_level */
    bool quiet;

    /* Which files */
    bool recursive;
    uint64_t max_images;
    uint64_t max_file_size_bytes;
    uint64_t max_pixels;

    /* Grouping */
    int strategy; /* enum ica_strategy */
    uint64_t min_cluster_size;
    uint64_t min_samples;
    int selection;  /* enum ica_selection */
    int neighbours; /* enum ica_neighbour_search */
    double epsilon;
    uint64_t clusters;         /* 0: not said */
    double distance_threshold; /* negative: not said */
    int linkage;               /* enum ica_linkage */
    uint64_t seed;
    double granularity;
    int noise; /* enum ica_noise_policy */
    double duplicate_threshold;

    /* Searching */
    const char *image; /* that others are compared with; "": words are */
    uint64_t limit;
    double threshold;  /* the least score */
    bool no_update;    /* search what the index has */
    bool ends_in_0;    /* paths, not in a new line */
    const char *index; /* "": in the user's data */

    /* Model and description */
    const char *model; /* "": the store's default; search, index: of those that will do */
    int exact_pixels;  /* bool */
    const char *describer;
    const char *phrases;         /* a file; "": the program's own words */
    int language;                /* enum ica_language */
    const char *own_concepts;    /* "": in the user's data */
    uint64_t threads;            /* 0: one per processor */
    const char *device;          /* of the models: "auto", "cpu", "gpu" */
    int precision;               /* enum ica_precision */
    uint64_t model_memory_bytes; /* 0: no limit */
    uint64_t model_idle_s;       /* 0: never */

    /* The captioning server */
    const char *openai_url; /* "": there is none */
    const char *openai_model;
    const char *openai_key_file;
    const char *openai_prompt; /* a file */
    uint64_t openai_images;
    uint64_t openai_image_side;
    uint64_t openai_parallel;
    uint64_t openai_timeout_s;
    uint64_t openai_retries;
    uint64_t openai_budget;

    /* Models that are brought; all may be "" */
    const char *preset;
    const char *model_name;
    const char *text;
    const char *tokenizer;
    const char *output;
    const char *licence;
    const char *model_version;
    const char *title;
    uint64_t max_model_bytes;
    bool trust;
    bool force;

    /* What cluster, search and models write */
    const char *format; /* "table", "paths" or the name of a report */
    int name_is_text;   /* bool */
    const char *copy_to;
    const char *link_to;
    const char *gallery;

    /* The server */
    const char *library; /* a folder that it keeps indexed; "": none */
    uint64_t library_interval_s;
    const char *listen;
    uint64_t port;
    uint64_t web_port;
    uint64_t max_request_size_bytes;
    uint64_t max_requests;

    struct ica_buffer config_text; /* owned; the content of the config file */
};

/* Read the arguments, the environment and the config file into the all-zero `*settings`. The
 * message of ICA_EINVALID names the flag, the variable or the line, and what is allowed there;
 * other failures are those of reading the config file. To be cleared whatever is returned. */
enum ica_status ica_settings_read(struct ica_settings *settings, int argc, char *argv[],
                                  struct ica_error *err) ICA_MUST_CHECK;

/* Free everything and return to all zero. */
void ica_settings_clear(struct ica_settings *settings);

/* The name of a command as it is typed; "" for ICA_COMMAND_UNSET. */
const char *ica_command_name(enum ica_command command);

/* The command of that name; ICA_COMMAND_UNSET if there is none. */
enum ica_command ica_command_find(const char *name);

/* How these settings want images to be grouped; borrows the describer's name. */
struct ica_grouping_options ica_settings_grouping(const struct ica_settings *settings);

#endif
