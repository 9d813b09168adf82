/* SPDX-License-Identifier: Apache-2.0 */
/* One call of the describer: all clusters, several requests under way at once. */
#ifndef ICA_ADAPTERS_OPENAI_CAPTION_RUN_H
#define ICA_ADAPTERS_OPENAI_CAPTION_RUN_H

#include "adapters/openai/http_client.h"
#include "adapters/openai/openai_describer.h"

/* As ica_openai_config, but `url` is that of the method. */
struct ica_caption_settings {
    struct ica_openai_config config;
    char host[ICA_MAX_HOST]; /* as people call the server */
};

/* Describe what can be described; a note says why the others are not. ICA_ECANCELLED,
 * ICA_ENOMEM. */
enum ica_status ica_caption_run(const struct ica_caption_settings *settings,
                                const struct ica_describe_request *request,
                                const struct ica_monitor *monitor, struct ica_description *out,
                                struct ica_error *err) ICA_MUST_CHECK;

#endif
