/* SPDX-License-Identifier: Apache-2.0 */
/* A small HTTP server for tests of clients: each connection brings one request and has a thread of
 * its own, in which the test writes whatever bytes it wants to answer. */
#ifndef ICA_TESTS_SUPPORT_TEST_HTTP_SERVER_H
#define ICA_TESTS_SUPPORT_TEST_HTTP_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct test_http_request {
    size_t number; /* 0 for the server's first */
    char *head;    /* request line and headers, with their line ends */
    char *body;
    size_t body_size;
};

/* Called in a thread of its own; the connection is closed afterwards. */
typedef void test_http_handler(void *context, const struct test_http_request *request, int fd);

struct test_http_server;

/* Listen on a free port of 127.0.0.1; a failure fails the test. */
struct test_http_server *test_http_server_open(test_http_handler *handler, void *context);

uint16_t test_http_server_port(const struct test_http_server *server);

/* How many requests came. */
size_t test_http_server_count(struct test_http_server *server);

/* End all connections, wait for their threads, and free. */
void test_http_server_close(struct test_http_server *server);

/* The value of a header into `value`; false if there is none, or more than one. */
bool test_http_header(const struct test_http_request *request, const char *name, char *value,
                      size_t size);

/* Send bytes; false when the client has gone. */
bool test_http_send(int fd, const void *bytes, size_t size);

/* Send a whole answer. `headers` are further ones, each with its line end, or "". */
void test_http_answer(int fd, int status, const char *headers, const char *type, const char *body);

/* Wait until the client goes, or for `ms`. */
void test_http_linger(int fd, int ms);

#endif
