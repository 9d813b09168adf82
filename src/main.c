/* SPDX-License-Identifier: Apache-2.0 */
/* Start and end of the program; program/ connects its parts. */
#include <malloc.h>

#include "adapters/concept_file/concept_file.h"
#include "adapters/csv/csv_report.h"
#include "adapters/gallery/gallery_report.h"
#include "adapters/gallery/gallery_search_report.h"
#include "adapters/json/json_report.h"
#include "adapters/json/json_search_report.h"
#include "adapters/manifest/manifest_catalogue.h"
#include "ports/colour.h"
#include "program/program.h"

static const struct ica_report *const reports[] = {
    &ica_json_report, &ica_ndjson_report, &ica_csv_report, &ica_gallery_report, NULL,
};

static const struct ica_search_report *const search_reports[] = {
    &ica_json_search_report,
    &ica_ndjson_search_report,
    &ica_gallery_search_report,
    NULL,
};

/* Release in reverse order of opening. */
static void close_program(struct ica_program *self)
{
    struct program *program = (struct program *)self;
    ica_http_server_close(program->server);
    ica_library_close(program->library);
    ica_walked_folder_clear(&program->library_folder);
    ica_image_index_destroy(program->index);
    ica_model_store_destroy(program->store);
    ica_downloader_destroy(program->downloader);
    ica_concept_store_destroy(program->own_concepts);
    ica_description_cache_destroy(program->descriptions);
    for (size_t i = 0; program->describers[i]; i++) {
        ica_describer_destroy(program->describers[i]);
    }
    ica_captioner_destroy(program->captioner);
    ica_model_set_close(program->models);
    ica_inference_destroy(program->inference);
    ica_manifest_catalogue_close(program->catalogue);
    ica_vector_cache_destroy(program->word_vectors);
    ica_phrases_clear(&program->phrases);
    ica_phrases_clear(&program->class_names);
    ica_decoder_destroy(program->decoder);
    ica_colour_destroy(program->colour);
    ica_executor_destroy(program->executor);
}

int main(int argc, char *argv[])
{
    /* Workers allocate and free whole pictures; many arenas would keep them all. */
    (void)mallopt(M_ARENA_MAX, 2);
    struct program program = {
        .base =
            {
                .version = ICA_VERSION,
                .reports = reports,
                .search_reports = search_reports,
                .open_engine = ica_program_open_engine,
                .open_search = ica_program_open_search,
                .open_index = ica_program_open_index,
                .open_models = ica_program_open_models,
                .open_concepts = ica_program_open_concepts,
                .serve = ica_program_serve,
                .close = close_program,
            },
    };
    return ica_cli_main(&program.base, argc, argv);
}
