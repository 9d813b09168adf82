/* SPDX-License-Identifier: Apache-2.0 */
/* The model catalogue: the program's manifests in one folder, NAME.json each, and the user's store,
 * NAME/manifest.json each (models/README.md gives the format). */
#ifndef ICA_ADAPTERS_MANIFEST_MANIFEST_CATALOGUE_H
#define ICA_ADAPTERS_MANIFEST_MANIFEST_CATALOGUE_H

#include "adapters/manifest/manifest_reader.h"
#include "base/error.h"
#include "ports/model_catalogue.h"

#define ICA_MAX_MANIFESTS  256
#define ICA_STORE_MANIFEST "manifest.json"

/* Read every manifest of `manifests_dir` and of the store at `store_dir` (NULL or missing: there is
 * none), sorted by name; one of the store hides one of the program. The files of the program's
 * model NAME are looked for in `store_dir`/NAME and, unless all are there, in `weights_dir`/NAME. A
 * wrong manifest of the store becomes an entry with a problem; one of the program is an error.
 * ICA_ENOTFOUND (the program has none), ICA_EINVALID (one of the program's is wrong: the message
 * names file and member), ICA_ETOOLARGE (too many manifests), ICA_ENOMEM. */
enum ica_status ica_manifest_catalogue_open(struct ica_model_catalogue **out,
                                            const char *manifests_dir, const char *store_dir,
                                            const char *weights_dir,
                                            struct ica_error *err) ICA_MUST_CHECK;

void ica_manifest_catalogue_close(struct ica_model_catalogue *catalogue);

#endif
