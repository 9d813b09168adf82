/* SPDX-License-Identifier: Apache-2.0 */
/* A listening TCP socket, with errors that say what to do. */
#include "http/listener.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define BACKLOG 128

/* Bind and listen. Returns the socket, or -1 with errno set. */
static int listen_on(const struct addrinfo *address)
{
    int fd = socket(address->ai_family, address->ai_socktype | SOCK_CLOEXEC, address->ai_protocol);
    if (fd < 0) {
        return -1;
    }
    const int on = 1;
    const int off = 0;
    /* A port that the last run of the server has just left may be taken again. */
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (address->ai_family == AF_INET6) {
        (void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
    }
    if (bind(fd, address->ai_addr, address->ai_addrlen) || listen(fd, BACKLOG)) {
        int error = errno;
        (void)close(fd);
        errno = error;
        return -1;
    }
    return fd;
}

static enum ica_status explain(int error, const char *host, uint16_t port, const char *option,
                               struct ica_error *err)
{
    switch (error) {
    case EADDRINUSE:
        return ica_error_set(err, ICA_EBUSY,
                             "Port %u of %s is in use by another program: stop that one, or choose "
                             "another port with %s.",
                             port, host, option);
    case EACCES:
        return ica_error_set(err, ICA_EDENIED,
                             "Port %u of %s may not be used by this user: choose one above 1023 "
                             "with %s.",
                             port, host, option);
    case EADDRNOTAVAIL:
        return ica_error_set(err, ICA_EINVALID,
                             "%s is no address of this machine: choose another with --listen.",
                             host);
    default:
        return ica_error_set(err, ICA_EIO, "Cannot listen on port %u of %s: %s.", port, host,
                             strerrordesc_np(error));
    }
}

static uint16_t port_of(int fd)
{
    struct sockaddr_storage address = {0};
    socklen_t size = sizeof address;
    if (getsockname(fd, (struct sockaddr *)&address, &size)) {
        return 0;
    }
    return ntohs(address.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&address)->sin6_port
                                               : ((struct sockaddr_in *)&address)->sin_port);
}

enum ica_status ica_http_listener_open(const char *host, uint16_t port, const char *option, int *fd,
                                       uint16_t *real_port, struct ica_error *err)
{
    char service[8];
    (void)snprintf(service, sizeof service, "%u", port);
    const struct addrinfo hints = {
        .ai_flags = AI_PASSIVE | AI_NUMERICSERV,
        .ai_socktype = SOCK_STREAM,
    };
    struct addrinfo *addresses = NULL;
    int error = getaddrinfo(host, service, &hints, &addresses);
    if (error) {
        return ica_error_set(err, ICA_EINVALID, "\"%s\" is no address to listen on: %s.", host,
                             gai_strerror(error));
    }
    int opened = -1;
    for (struct addrinfo *a = addresses; a && opened < 0; a = a->ai_next) {
        opened = listen_on(a);
    }
    int failure = errno;
    freeaddrinfo(addresses);
    if (opened < 0) {
        return explain(failure, host, port, option, err);
    }
    *fd = opened;
    *real_port = port_of(opened);
    return ICA_OK;
}
