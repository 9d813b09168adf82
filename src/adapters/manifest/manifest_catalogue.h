/* SPDX-License-Identifier: Apache-2.0 */
/* The model catalogue read from a folder of JSON manifests (models/README.md gives the format). */
#ifndef ICA_ADAPTERS_MANIFEST_MANIFEST_CATALOGUE_H
#define ICA_ADAPTERS_MANIFEST_MANIFEST_CATALOGUE_H

#include "base/error.h"
#include "ports/model_catalogue.h"

#define ICA_MAX_MANIFEST_BYTES 65536
#define ICA_MAX_MANIFESTS      256

/* Read every NAME.json of `manifests_dir`, sorted by name; the files of model NAME are looked for
 * in `weights_dir`/NAME. ICA_ENOTFOUND (there is none), ICA_EINVALID (a manifest is wrong: the
 * message names file and member), ICA_ETOOLARGE (too many manifests), ICA_ENOMEM. */
enum ica_status ica_manifest_catalogue_open(struct ica_model_catalogue **out,
                                            const char *manifests_dir, const char *weights_dir,
                                            struct ica_error *err) ICA_MUST_CHECK;

void ica_manifest_catalogue_close(struct ica_model_catalogue *catalogue);

#endif
