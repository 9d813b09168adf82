/* SPDX-License-Identifier: Apache-2.0 */
/* What the composition root gives to the command line, so that nothing here names an adapter. */
#ifndef ICA_CLI_PROGRAM_H
#define ICA_CLI_PROGRAM_H

#include "application/models/model_tools.h"
#include "application/runs/cluster_images.h"
#include "base/error.h"
#include "cli/settings.h"
#include "ports/clock.h"
#include "ports/image_index.h"
#include "ports/model_catalogue.h"
#include "ports/report.h"
#include "ports/search_report.h"
#include "ports/text_embedder.h"

/* What a search works with. */
struct ica_search_engine {
    struct ica_engine engine; /* decoder, embedder, executor, clock and encoder; no describer */
    struct ica_text_embedder *text; /* of the same model; NULL unless words were asked for */
};

/* What the command `models` works on. */
struct ica_models {
    const struct ica_model_catalogue *catalogue;
    struct ica_model_tools tools;
    struct ica_clock *clock;
};

/* The functions open what a command needs, and only that; they are called once at most, before
 * `close`. What they give belongs to the program and lives until `close`. */
struct ica_program {
    const char *version;                     /* "1.2.3" */
    const struct ica_report *const *reports; /* NULL after the last */
    const struct ica_search_report *const *search_reports;

    enum ica_status (*open_engine)(struct ica_program *self, const struct ica_settings *settings,
                                   struct ica_engine *out, struct ica_error *err);

    /* The model of that name; with `words` also what reads them, or ICA_EINVALID if it has none. */
    enum ica_status (*open_search)(struct ica_program *self, const struct ica_settings *settings,
                                   const char *model, bool words, struct ica_search_engine *out,
                                   struct ica_error *err);

    enum ica_status (*open_index)(struct ica_program *self, const struct ica_settings *settings,
                                  struct ica_image_index **out, struct ica_error *err);

    /* Without an engine, the tools that need one are NULL: that makes a quick start. */
    enum ica_status (*open_models)(struct ica_program *self, const struct ica_settings *settings,
                                   bool with_engine, struct ica_models *out, struct ica_error *err);

    enum ica_status (*open_concepts)(struct ica_program *self, const struct ica_settings *settings,
                                     struct ica_concept_store **out, struct ica_error *err);

    /* Serve the HTTP API and the web client until a signal ends it. */
    enum ica_status (*serve)(struct ica_program *self, const struct ica_settings *settings,
                             struct ica_error *err);

    /* Release whatever was opened; nothing if nothing was. */
    void (*close)(struct ica_program *self);
};

/* Run the command that the arguments name and return the exit code. The order of `argv` may
 * change. */
int ica_cli_main(struct ica_program *program, int argc, char *argv[]);

#endif
