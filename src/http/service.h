/* SPDX-License-Identifier: Apache-2.0 */
/* What all requests of a server share. */
#ifndef ICA_HTTP_SERVICE_H
#define ICA_HTTP_SERVICE_H

#include <stdatomic.h>

#include "http/server.h"

struct ica_http_service {
    struct ica_http_config config;
    struct ica_engine engine;
    const struct ica_report *json;
    atomic_bool closing;     /* work in progress is to be cancelled */
    atomic_bool model_fails; /* the last run that reached the model failed in it */
    atomic_size_t n_active;  /* requests that are not answered yet */
};

#endif
