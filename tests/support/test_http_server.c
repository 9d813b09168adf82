/* SPDX-License-Identifier: Apache-2.0 */
/* A small HTTP server for tests of clients. */
#include "support/test_http_server.h"

#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "support/cmocka_all.h"

#define MAX_CONNECTIONS 512
#define MAX_HEAD        65536
#define MAX_BODY        ((size_t)64 << 20)

struct connection {
    struct test_http_server *server;
    pthread_t thread;
    int fd;
};

struct test_http_server {
    test_http_handler *handler;
    void *context;
    int fd;
    uint16_t port;
    pthread_t thread;
    pthread_mutex_t mutex;
    size_t n_requests;
    struct connection connections[MAX_CONNECTIONS];
    size_t n_connections; /* of the accepting thread until it has ended */
};

/* Read up to the empty line and all of the body that Content-Length announces, if it does. */
static bool read_request(int fd, struct test_http_request *request)
{
    size_t used = 0;
    char *end = NULL;
    request->head = calloc(1, MAX_HEAD);
    while (request->head && !end && used < MAX_HEAD - 1) {
        ssize_t got = recv(fd, request->head + used, MAX_HEAD - 1 - used, 0);
        if (got <= 0) {
            return false;
        }
        used += (size_t)got;
        end = strstr(request->head, "\r\n\r\n");
    }
    char length[32];
    if (!end) {
        return false;
    }
    bool has_body = test_http_header(request, "Content-Length", length, sizeof length);
    request->body_size = has_body ? strtoul(length, NULL, 10) : 0;
    if (request->body_size > MAX_BODY) {
        return false;
    }
    size_t have = used - (size_t)(end + 4 - request->head);
    request->body = calloc(1, request->body_size + 1);
    if (!request->body || have > request->body_size) {
        return false;
    }
    memcpy(request->body, end + 4, have);
    end[2] = 0;
    while (have < request->body_size) {
        ssize_t got = recv(fd, request->body + have, request->body_size - have, 0);
        if (got <= 0) {
            return false;
        }
        have += (size_t)got;
    }
    return true;
}

static void *serve(void *context)
{
    struct connection *connection = context;
    struct test_http_server *server = connection->server;
    struct test_http_request request = {0};
    if (read_request(connection->fd, &request)) {
        pthread_mutex_lock(&server->mutex);
        request.number = server->n_requests++;
        pthread_mutex_unlock(&server->mutex);
        server->handler(server->context, &request, connection->fd);
    }
    /* The descriptor itself is closed with the server, which may end the connection before. */
    shutdown(connection->fd, SHUT_RDWR);
    free(request.head);
    free(request.body);
    return NULL;
}

static void *accept_all(void *context)
{
    struct test_http_server *server = context;
    while (server->n_connections < MAX_CONNECTIONS) {
        int fd = accept(server->fd, NULL, NULL);
        if (fd < 0) {
            return NULL; /* closed */
        }
        struct connection *connection = &server->connections[server->n_connections];
        *connection = (struct connection){.server = server, .fd = fd};
        if (pthread_create(&connection->thread, NULL, serve, connection)) {
            close(fd);
        } else {
            server->n_connections++;
        }
    }
    return NULL;
}

struct test_http_server *test_http_server_open(test_http_handler *handler, void *context)
{
    struct test_http_server *server = calloc(1, sizeof *server);
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t size = sizeof address;
    assert_non_null(server);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    server->handler = handler;
    server->context = context;
    server->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(server->fd >= 0);
    assert_int_equal(bind(server->fd, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(server->fd, 64), 0);
    assert_int_equal(getsockname(server->fd, (struct sockaddr *)&address, &size), 0);
    server->port = ntohs(address.sin_port);
    assert_int_equal(pthread_mutex_init(&server->mutex, NULL), 0);
    assert_int_equal(pthread_create(&server->thread, NULL, accept_all, server), 0);
    return server;
}

uint16_t test_http_server_port(const struct test_http_server *server)
{
    return server->port;
}

size_t test_http_server_count(struct test_http_server *server)
{
    pthread_mutex_lock(&server->mutex);
    size_t count = server->n_requests;
    pthread_mutex_unlock(&server->mutex);
    return count;
}

void test_http_server_close(struct test_http_server *server)
{
    shutdown(server->fd, SHUT_RDWR);
    pthread_join(server->thread, NULL);
    close(server->fd);
    for (size_t i = 0; i < server->n_connections; i++) {
        shutdown(server->connections[i].fd, SHUT_RDWR);
        pthread_join(server->connections[i].thread, NULL);
        close(server->connections[i].fd);
    }
    pthread_mutex_destroy(&server->mutex);
    free(server);
}

bool test_http_header(const struct test_http_request *request, const char *name, char *value,
                      size_t size)
{
    size_t n = 0;
    size_t length = strlen(name);
    for (const char *line = strstr(request->head, "\r\n"); line; line = strstr(line + 2, "\r\n")) {
        if (strncasecmp(line + 2, name, length) == 0 && line[2 + length] == ':') {
            const char *from = line + 3 + length;
            from += strspn(from, " ");
            snprintf(value, size, "%.*s", (int)strcspn(from, "\r"), from);
            n++;
        }
    }
    return n == 1;
}

bool test_http_send(int fd, const void *bytes, size_t size)
{
    const char *from = bytes;
    while (size > 0) {
        ssize_t sent = send(fd, from, size, MSG_NOSIGNAL);
        if (sent <= 0) {
            return false;
        }
        from += sent;
        size -= (size_t)sent;
    }
    return true;
}

void test_http_answer(int fd, int status, const char *headers, const char *type, const char *body)
{
    char head[1024];
    int length = snprintf(head, sizeof head,
                          "HTTP/1.1 %d Whatever\r\nContent-Type: %s\r\nContent-Length: %zu\r\n"
                          "Connection: close\r\n%s\r\n",
                          status, type, strlen(body), headers);
    if (test_http_send(fd, head, (size_t)length)) {
        (void)test_http_send(fd, body, strlen(body));
    }
}

void test_http_linger(int fd, int ms)
{
    struct pollfd gone = {.fd = fd, .events = POLLIN};
    (void)poll(&gone, 1, ms);
}
