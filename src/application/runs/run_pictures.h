/* SPDX-License-Identifier: Apache-2.0 */
/* The pictures port over the files of a run: each picture is read and decoded again when it is
 * asked for, so that none is kept. */
#ifndef ICA_APPLICATION_RUNS_RUN_PICTURES_H
#define ICA_APPLICATION_RUNS_RUN_PICTURES_H

#include "domain/result.h"
#include "ports/decoder.h"
#include "ports/file_source.h"
#include "ports/pictures.h"

struct ica_run_pictures {
    struct ica_pictures base;
    struct ica_decoder *decoder;
    struct ica_file_source *files;
    const struct ica_result *result; /* tells which file each row is */
    bool exact;                      /* as in the decoder's request, of a model's pictures */
};

/* Borrows everything, until the pictures are not used any more; nothing is to be released. */
void ica_run_pictures_init(struct ica_run_pictures *pictures, struct ica_decoder *decoder,
                           struct ica_file_source *files, const struct ica_result *result,
                           bool exact);

#endif
