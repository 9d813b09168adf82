/* SPDX-License-Identifier: Apache-2.0 */
/* Keeps the settings, which never change after opening; caption_run.c does the work. */
#include "adapters/openai/openai_describer.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "adapters/openai/caption_run.h"
#include "adapters/openai/chat_request.h"
#include "base/log.h"
#include "base/text.h"

#define METHOD_PATH   "/chat/completions"
#define MAX_URL_BYTES 4096

struct openai_describer {
    struct ica_describer base;
    struct ica_caption_settings settings; /* its texts are the ones below */
    struct ica_buffer url;
    char *model;
    char *key;
    char *prompt;
};

static enum ica_status describe(struct ica_describer *self,
                                const struct ica_describe_request *request,
                                const struct ica_monitor *monitor, struct ica_description *out,
                                struct ica_error *err)
{
    const struct openai_describer *describer = (const struct openai_describer *)self;
    if (!request->pictures) {
        return ica_error_set(err, ICA_EUNAVAILABLE,
                             "The pictures are not kept here, so that no captioning server can be "
                             "shown them.");
    }
    return ica_caption_run(&describer->settings, request, monitor, out, err);
}

static void release(struct openai_describer *describer)
{
    ica_buffer_clear(&describer->url);
    if (describer->key) {
        explicit_bzero(describer->key, strlen(describer->key));
    }
    free(describer->model);
    free(describer->key);
    free(describer->prompt);
    free(describer);
}

static void destroy(struct ica_describer *self)
{
    release((struct openai_describer *)self);
    ica_http_global_close();
}

static const struct ica_describer_ops ops = {
    .name = "openai",
    .looks_at_pictures = true,
    .describe = describe,
    .destroy = destroy,
};

/* Whether `host`, with a port or without, is an address of this machine itself. */
static bool is_this_machine(const char *host)
{
    static const char *const starts[] = {"localhost", "127.", "[::1]"};
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
        size_t length = strlen(starts[i]);
        if (strncmp(host, starts[i], length) == 0) {
            const char *rest = host + length;
            return rest[strspn(rest, "0123456789.:")] == '\0';
        }
    }
    return false;
}

static enum ica_status fill(struct openai_describer *describer,
                            const struct ica_openai_config *config, struct ica_error *err)
{
    struct ica_caption_settings *settings = &describer->settings;
    describer->base.ops = &ops;
    describer->model = ica_text_copy(config->model);
    describer->key = ica_text_copy(config->key);
    describer->prompt = ica_text_copy(*config->prompt ? config->prompt : ica_chat_default_prompt);
    if (!describer->model || !describer->key || !describer->prompt) {
        return ica_error_nomem(err, "the describer");
    }
    ica_buffer_init(&describer->url, MAX_URL_BYTES);
    enum ica_status status =
        ica_http_endpoint(config->url, METHOD_PATH, &describer->url, settings->host, err);
    if (!status && *config->key && !is_this_machine(settings->host) &&
        strncmp(ica_buffer_text(&describer->url), "http:", 5) == 0) {
        ica_log(ICA_LOG_WARNING, "openai",
                "The key goes to %s without encryption: use https if the server can.",
                settings->host);
    }
    settings->config = *config;
    settings->config.url = ica_buffer_text(&describer->url);
    settings->config.model = describer->model;
    settings->config.key = describer->key;
    settings->config.prompt = describer->prompt;
    return status;
}

enum ica_status ica_openai_describer_open(struct ica_describer **out,
                                          const struct ica_openai_config *config,
                                          struct ica_error *err)
{
    *out = NULL;
    enum ica_status status = ica_http_global_open(err);
    if (status) {
        return status;
    }
    struct openai_describer *describer = calloc(1, sizeof *describer);
    status = describer ? fill(describer, config, err) : ica_error_nomem(err, "the describer");
    if (!status) {
        *out = &describer->base;
        return ICA_OK;
    }
    if (describer) {
        release(describer);
    }
    ica_http_global_close();
    return status;
}
