/* SPDX-License-Identifier: Apache-2.0 */
/* The server, from its start to the signal that ends it. */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "adapters/json/json_report.h"
#include "adapters/json/json_search_report.h"
#include "base/log.h"
#include "program/program.h"

#define IDLE_PAUSE_S 5

/* As results name them: the codec for HEIF reads two. */
static const char *const formats[] = {"jpeg", "png",  "webp", "heic", "avif",
                                      "gif",  "tiff", "bmp",  NULL};

static void print_addresses(const struct ica_settings *settings,
                            const struct ica_http_server *server)
{
    /* An address for all interfaces is none to type into a browser. */
    bool all = strcmp(settings->listen, "0.0.0.0") == 0 || strcmp(settings->listen, "::") == 0;
    const char *host = all ? "localhost" : settings->listen;
    bool ipv6 = strchr(host, ':') != NULL;
    (void)printf("API        http://%s%s%s:%u\n", ipv6 ? "[" : "", host, ipv6 ? "]" : "",
                 ica_http_server_port(server));
    (void)printf("Web client http://%s%s%s:%u\n", ipv6 ? "[" : "", host, ipv6 ? "]" : "",
                 ica_http_server_web_port(server));
    (void)fflush(stdout);
}

/* Until a signal comes, unload now and then what is idle. */
static int wait_for_signal(struct program *program, const sigset_t *signals)
{
    static const struct timespec pause = {.tv_sec = IDLE_PAUSE_S};
    int signal_number = -1;
    while (signal_number < 0) {
        signal_number = sigtimedwait(signals, NULL, &pause);
        ica_model_set_unload_idle(program->models);
    }
    return signal_number;
}

enum ica_status ica_program_serve(struct ica_program *self, const struct ica_settings *settings,
                                  struct ica_error *err)
{
    struct program *program = (struct program *)self;
    /* Threads inherit the mask: the signals are left to sigwait below. */
    sigset_t signals;
    (void)sigemptyset(&signals);
    (void)sigaddset(&signals, SIGINT);
    (void)sigaddset(&signals, SIGTERM);
    (void)pthread_sigmask(SIG_BLOCK, &signals, NULL);

    struct ica_engine engine;
    enum ica_status status = ica_program_open_engine(self, settings, &engine, err);
    if (!status) {
        status = ica_program_open_library(program, settings, &engine, err);
    }
    if (!status) {
        const struct ica_http_config config = {
            .listen = settings->listen,
            .port = (uint16_t)settings->port,
            .web_port = (uint16_t)settings->web_port,
            .max_file_bytes = (size_t)settings->max_file_size_bytes,
            .max_request_bytes = settings->max_request_size_bytes,
            .max_images = (size_t)settings->max_images,
            .exact_pixels = settings->exact_pixels,
            .grouping = ica_settings_grouping(settings),
            .name_is_text = settings->name_is_text,
            .version = ICA_VERSION,
            .formats = formats,
            .max_pixels = settings->max_pixels,
            .max_requests = (size_t)settings->max_requests,
            .library = program->library,
            .search_json = &ica_json_search_report,
        };
        status = ica_http_server_open(&program->server, &config, &engine, &ica_json_report, err);
    }
    if (status) {
        return status;
    }
    print_addresses(settings, program->server);
    int signal_number = wait_for_signal(program, &signals);
    ica_log(ICA_LOG_INFO, "serve", "signal %d: finishing what is in work", signal_number);
    return ICA_OK;
}
