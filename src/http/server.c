/* SPDX-License-Identifier: Apache-2.0 */
/* The HTTP server: two listening sockets, each with a libmicrohttpd daemon that gives every
 * connection a thread of its own, so that a handler may wait for its run. */
#include "http/server.h"

#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "http/handler.h"
#include "http/listener.h"
#include "http/service.h"

#define AREA                    "http"
#define CONNECTION_MEMORY_BYTES ((size_t)128 << 10) /* headers, and pieces of a body */
#define STACK_BYTES             ((size_t)1 << 20)
#define MAX_CONNECTIONS         128U /* per port; more wait their turn */
#define FINISH_TIMEOUT_MS       10000
#define CANCEL_TIMEOUT_MS       2000
#define CLOSE_POLL_MS           20

/* One port. */
struct port {
    struct ica_http_endpoint endpoint;
    struct MHD_Daemon *daemon;
    int socket; /* ours once the daemon is quiesced; -1 = none */
    uint16_t number;
};

struct ica_http_server {
    struct ica_http_service service;
    struct port api;
    struct port web;
};

/* What libmicrohttpd has to say is of use to developers only. */
static void log_library(void *context, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));

static void log_library(void *context, const char *format, va_list args)
{
    (void)context;
    char text[256];
    (void)vsnprintf(text, sizeof text, format, args);
    ica_log(ICA_LOG_DEBUG, AREA, "%s", text);
}

static enum ica_status check_config(const struct ica_http_config *config, struct ica_error *err)
{
    if (config->max_images < 1 || config->max_images > ICA_MAX_IMAGES) {
        return ica_error_set(err, ICA_EINVALID, "The most images per request must be 1 to %d.",
                             ICA_MAX_IMAGES);
    }
    if (config->max_file_bytes < 1 || config->max_request_bytes < 1) {
        return ica_error_set(err, ICA_EINVALID, "The largest sizes must be above 0 bytes.");
    }
    return ICA_OK;
}

/* Start to serve on `port`. Its threads wait in select(), not poll(): in the last second of an idle
 * time libmicrohttpd 0.9.75 would spin with poll(). MAX_CONNECTIONS keeps the descriptors within
 * what select() takes. */
static enum ica_status port_open(struct port *port, uint16_t number, const char *option,
                                 bool has_web_client, struct ica_http_service *service,
                                 struct ica_error *err)
{
    const struct ica_http_config *config = &service->config;
    port->endpoint = (struct ica_http_endpoint){service, has_web_client};
    enum ica_status status =
        ica_http_listener_open(config->listen, number, option, &port->socket, &port->number, err);
    if (status) {
        return status;
    }
    const unsigned flags = MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_THREAD_PER_CONNECTION |
                           MHD_USE_ITC | MHD_USE_ERROR_LOG;
    port->daemon = MHD_start_daemon(
        flags, port->number, NULL, NULL, ica_http_on_request, &port->endpoint,
        MHD_OPTION_EXTERNAL_LOGGER, log_library, NULL, MHD_OPTION_LISTEN_SOCKET, port->socket,
        MHD_OPTION_NOTIFY_COMPLETED, ica_http_on_completed, &port->endpoint,
        MHD_OPTION_CONNECTION_LIMIT, MAX_CONNECTIONS, MHD_OPTION_CONNECTION_TIMEOUT,
        config->idle_timeout_s, MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONNECTION_MEMORY_BYTES,
        MHD_OPTION_THREAD_STACK_SIZE, STACK_BYTES, MHD_OPTION_END);
    return port->daemon ? ICA_OK
                        : ica_error_set(err, ICA_EIO, "The HTTP server cannot be started.");
}

/* Take no new connections. */
static void port_quiesce(struct port *port)
{
    if (port->daemon) {
        (void)MHD_quiesce_daemon(port->daemon);
    }
}

static void port_close(struct port *port)
{
    if (port->daemon) {
        MHD_stop_daemon(port->daemon);
    }
    if (port->socket >= 0) {
        (void)close(port->socket);
    }
}

enum ica_status ica_http_server_open(struct ica_http_server **out,
                                     const struct ica_http_config *config,
                                     const struct ica_engine *engine, const struct ica_report *json,
                                     struct ica_error *err)
{
    *out = NULL;
    struct ica_describer *describer;
    enum ica_status status = check_config(config, err);
    if (!status) {
        status = ica_engine_find_describer(engine, &engine->embedder->model,
                                           config->grouping.describer, &describer, err);
    }
    if (status) {
        return status;
    }
    struct ica_http_server *server = calloc(1, sizeof *server);
    if (!server) {
        return ica_error_nomem(err, "the HTTP server");
    }
    server->service.config = *config;
    if (!config->idle_timeout_s) {
        server->service.config.idle_timeout_s = ICA_DEFAULT_HTTP_IDLE_TIMEOUT_S;
    }
    server->service.engine = *engine;
    server->service.json = json;
    server->api.socket = -1;
    server->web.socket = -1;
    status = port_open(&server->api, config->port, "--port", false, &server->service, err);
    if (!status) {
        status =
            port_open(&server->web, config->web_port, "--web-port", true, &server->service, err);
    }
    if (status) {
        ica_http_server_close(server);
        return status;
    }
    *out = server;
    return ICA_OK;
}

uint16_t ica_http_server_port(const struct ica_http_server *server)
{
    return server->api.number;
}

uint16_t ica_http_server_web_port(const struct ica_http_server *server)
{
    return server->web.number;
}

/* Wait until all requests are answered, but not longer than `timeout_ms`. */
static void wait_for_requests(const struct ica_http_server *server, int timeout_ms)
{
    const struct timespec pause = {.tv_nsec = CLOSE_POLL_MS * 1000000L};
    for (int waited_ms = 0; atomic_load(&server->service.n_active) > 0 && waited_ms < timeout_ms;
         waited_ms += CLOSE_POLL_MS) {
        (void)nanosleep(&pause, NULL);
    }
}

void ica_http_server_close(struct ica_http_server *server)
{
    if (!server) {
        return;
    }
    port_quiesce(&server->api);
    port_quiesce(&server->web);
    wait_for_requests(server, FINISH_TIMEOUT_MS);
    atomic_store(&server->service.closing, true);
    wait_for_requests(server, CANCEL_TIMEOUT_MS);
    port_close(&server->api);
    port_close(&server->web);
    free(server);
}
