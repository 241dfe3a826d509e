#include "database/postgres/hosts.h"

#include "base/thread.h"
#include "base/time.h"
#include "database/postgres/wire.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define THREAD_BYTES (256 * 1024)

/* A name being resolved. Shared by the thread and its waiter; the last one of them frees it. */
struct lookup {
    pthread_mutex_t mutex;
    pthread_cond_t done;
    int32_t is_done;
    int32_t is_abandoned; /* the waiter has given up: the thread frees the lookup */
    struct addrinfo *found;
    char name[HOST_BYTES];
};

static void lookup_free(struct lookup *lookup)
{
    if (lookup->found != NULL) {
        freeaddrinfo(lookup->found);
    }
    pthread_cond_destroy(&lookup->done);
    pthread_mutex_destroy(&lookup->mutex);
    free(lookup);
}

static void *run_lookup(void *started)
{
    static const struct addrinfo wanted = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    struct lookup *lookup = started;
    struct addrinfo *found = NULL;
    int32_t is_abandoned;

    if (getaddrinfo(lookup->name, NULL, &wanted, &found) != 0) {
        found = NULL;
    }
    pthread_mutex_lock(&lookup->mutex);
    lookup->found = found;
    lookup->is_done = 1;
    is_abandoned = lookup->is_abandoned;
    pthread_cond_signal(&lookup->done);
    pthread_mutex_unlock(&lookup->mutex);
    if (is_abandoned) {
        lookup_free(lookup);
    }
    return NULL;
}

/* Uses calloc() instead of the engine's allocator, because the lookup may outlive the engine. */
static struct lookup *lookup_create(const char *name)
{
    struct lookup *created = calloc(1, sizeof *created);

    if (created == NULL) {
        return NULL;
    }
    snprintf(created->name, sizeof created->name, "%s", name);
    pthread_mutex_init(&created->mutex, NULL);
    (void)thread_condition_init(&created->done);
    return created;
}

static int32_t lookup_start(struct lookup *lookup)
{
    pthread_attr_t detached;
    pthread_t thread;
    int failed;

    pthread_attr_init(&detached);
    pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&detached, THREAD_BYTES);
    failed = thread_start(&thread, &detached, run_lookup, lookup);
    pthread_attr_destroy(&detached);
    return failed == 0;
}

/* Returns the addresses, which the caller frees. *late 1: not done by the deadline. Consumes the caller's share of the
 * lookup. */
static struct addrinfo *lookup_wait(struct lookup *lookup, int64_t deadline_us, int32_t *late)
{
    struct addrinfo *found = NULL;
    int failed = 0;

    pthread_mutex_lock(&lookup->mutex);
    while (!lookup->is_done && failed == 0) {
        failed = thread_wait(&lookup->done, &lookup->mutex, deadline_us);
    }
    *late = !lookup->is_done;
    lookup->is_abandoned = *late;
    found = lookup->found;
    lookup->found = NULL;
    pthread_mutex_unlock(&lookup->mutex);
    if (!*late) {
        lookup_free(lookup);
    }
    return found;
}

/* --- lists --- */

/* Copies the item at index `number`; a single item applies to every index. Returns 0 if it is missing or too long. */
static int32_t list_item(const char *list, int32_t number, char *item, size_t item_bytes)
{
    size_t length;

    item[0] = '\0';
    if (list == NULL || list[0] == '\0') {
        return 1;
    }
    if (strchr(list, ',') == NULL) {
        number = 0;
    }
    for (; number > 0; number--) {
        list = strchr(list, ',');
        if (list == NULL) {
            return 0;
        }
        list++;
    }
    length = strcspn(list, ",");
    if (length >= item_bytes) {
        return 0;
    }
    memcpy(item, list, length);
    item[length] = '\0';
    return 1;
}

static int32_t list_count(const char *list)
{
    int32_t count = list != NULL && list[0] != '\0';

    for (; count > 0 && *list != '\0'; list++) {
        count += *list == ',';
    }
    return count;
}

static int32_t needs_resolver(const struct pg_host *host)
{
    unsigned char address[sizeof(struct in6_addr)];

    return host->address[0] == '\0' && host->name[0] != '\0' && host->name[0] != '/' && host->name[0] != '@' &&
           inet_pton(AF_INET, host->name, address) != 1 && inet_pton(AF_INET6, host->name, address) != 1;
}

static void add_host(struct pg_hosts *hosts, const struct pg_host *host, const struct addrinfo *found)
{
    struct pg_host *item;

    if (hosts->count == HOSTS_MAX) {
        return;
    }
    item = &hosts->items[hosts->count];
    *item = *host;
    if (found == NULL || getnameinfo(found->ai_addr, found->ai_addrlen, item->address, sizeof item->address, NULL, 0,
                                     NI_NUMERICHOST) == 0) {
        hosts->count++;
    }
}

/* Resolves a name and adds its addresses. An unknown name is added unresolved, so that libpq reports it. */
static void add_name(struct pg_hosts *hosts, const struct pg_host *host, int64_t deadline_us)
{
    struct lookup *lookup = lookup_create(host->name);
    struct addrinfo *found;
    int32_t is_late;

    if (lookup == NULL) {
        add_host(hosts, host, NULL);
        return;
    }
    if (!lookup_start(lookup)) {
        lookup_free(lookup);
        add_host(hosts, host, NULL);
        return;
    }
    found = lookup_wait(lookup, deadline_us, &is_late);
    if (is_late) {
        hosts->unresolved++;
        return;
    }
    if (found == NULL) {
        add_host(hosts, host, NULL);
        return;
    }
    for (const struct addrinfo *at = found; at != NULL; at = at->ai_next) {
        add_host(hosts, host, at);
    }
    freeaddrinfo(found);
}

void pg_hosts_resolve(const char *names, const char *addresses, const char *ports, int64_t deadline_us,
                      struct pg_hosts *hosts)
{
    const int32_t count = list_count(addresses) > 0 ? list_count(addresses) : list_count(names);
    const int32_t port_count = list_count(ports);
    const int64_t started_us = time_monotonic_us();

    memset(hosts, 0, sizeof *hosts);
    if ((list_count(names) > 0 && list_count(names) != count) || (port_count > 1 && port_count != count)) {
        return; /* libpq reports the mismatch */
    }
    for (int32_t i = 0; i < count; i++) {
        struct pg_host host;

        if (!list_item(names, i, host.name, sizeof host.name) ||
            !list_item(addresses, i, host.address, sizeof host.address) ||
            !list_item(ports, i, host.port, sizeof host.port)) {
            hosts->count = hosts->unresolved = 0;
            return;
        }
        if (needs_resolver(&host)) { /* divides the remaining time, so that later names get a share */
            add_name(hosts, &host, started_us + (deadline_us - started_us) * (i + 1) / (count + 1));
        } else {
            add_host(hosts, &host, NULL);
        }
    }
}
