/* SPDX-License-Identifier: Apache-2.0 */
/* The look at the monitor that all long loops of the clustering share. */
#ifndef ICA_DOMAIN_CLUSTERING_CANCELLATION_H
#define ICA_DOMAIN_CLUSTERING_CANCELLATION_H

#include "base/error.h"
#include "base/parallel.h"
#include "domain/stages.h"

/* Report `done` of `total` steps. ICA_ECANCELLED if the monitor asks to stop. */
static inline enum ica_status ica_clustering_look(const struct ica_monitor *monitor, size_t done,
                                                  size_t total, struct ica_error *err)
{
    if (ica_monitor_step(monitor, ICA_STAGE_CLUSTERING, done, total)) {
        return ICA_OK;
    }
    return ica_error_set(err, ICA_ECANCELLED, "The clustering was cancelled.");
}

#endif
