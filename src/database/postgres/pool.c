#include "database/postgres/pool.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/thread.h"
#include "base/time.h"
#include "database/postgres/failure.h"
#include "database/postgres/hosts.h"
#include "database/postgres/libpq.h"
#include "database/postgres/values.h"
#include "database/postgres/wire.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define DOMAIN      "database"
#define OPTIONS_MAX 64
#define NAME_BYTES  200
#define US_PER_MS   1000

struct pool {
    const struct context *context;
    PQconninfoOption *options; /* parsed URI */
    const char *keywords[OPTIONS_MAX + 1];
    const char *values[OPTIONS_MAX + 1];
    char name[NAME_BYTES];
    pthread_mutex_t mutex;   /* guards the fields below */
    pthread_cond_t released; /* signalled when a connection is released or closed */
    struct connection *idle; /* most recently used first */
    int64_t open_count;      /* connections that are idle, in use or being opened */
};

/* --- the URI --- */

static const char *option_value(const struct pool *pool, const char *keyword)
{
    for (const PQconninfoOption *option = pool->options; option->keyword != NULL; option++) {
        if (strcmp(option->keyword, keyword) == 0) {
            return option->val;
        }
    }
    return NULL;
}

static void options_wipe(PQconninfoOption *options)
{
    for (PQconninfoOption *option = options; option != NULL && option->keyword != NULL; option++) {
        if (option->val != NULL) {
            explicit_bzero(option->val, strlen(option->val));
        }
    }
    PQconninfoFree(options);
}

/* Collects the URI's parameters, with defaults that detect a dead server within a minute. */
static cpk_status options_list(struct pool *pool, cpk_error **error)
{
    static const char *const defaults[][2] = {
        {"client_encoding", "UTF8"}, {"fallback_application_name", "contextpack"},
        {"keepalives_idle", "30"},   {"keepalives_interval", "10"},
        {"keepalives_count", "3"},   {"tcp_user_timeout", "60000"},
    };
    size_t count = 0;

    for (size_t i = 0; i < sizeof defaults / sizeof defaults[0]; i++) {
        if (option_value(pool, defaults[i][0]) == NULL || i == 0) {
            pool->keywords[count] = defaults[i][0];
            pool->values[count++] = defaults[i][1];
        }
    }
    for (const PQconninfoOption *option = pool->options; option->keyword != NULL; option++) {
        if (option->val == NULL || strcmp(option->keyword, "client_encoding") == 0) {
            continue;
        }
        if (count == OPTIONS_MAX) {
            return error_set(error, CPK_ERROR_LIMIT_EXCEEDED, DOMAIN, "the database setting has too many parameters");
        }
        pool->keywords[count] = option->keyword;
        pool->values[count++] = option->val;
    }
    return CPK_OK;
}

/* Returns 0 if the URI may contain a '@' or '/' in a password that is not percent-encoded: a part of the password would
 * become host, port or database, which messages contain. */
static int32_t uri_is_unambiguous(const char *uri)
{
    const char *start = strstr(uri, "://");
    const char *path;
    const char *end;
    const char *at;

    if (start == NULL) {
        return 0;
    }
    start += 3;
    end = start + strcspn(start, "?");
    path = start + strcspn(start, "/?");
    at = memchr(start, '@', (size_t)(end - start));
    return at == NULL || (at < path && memchr(at + 1, '@', (size_t)(end - at - 1)) == NULL);
}

/* Sets pool->options, or leaves it NULL if the URI is invalid. */
static cpk_status uri_parse(struct pool *pool, const char *uri, cpk_error **error)
{
    char *message = NULL;
    int32_t is_out_of_memory;

    if (!uri_is_unambiguous(uri)) {
        return CPK_OK;
    }
    pool->options = PQconninfoParse(uri, &message);
    is_out_of_memory = pool->options == NULL && (message == NULL || strstr(message, "out of memory") != NULL);
    PQfreemem(message);
    return is_out_of_memory ? error_out_of_memory(error) : CPK_OK;
}

/* Parses and checks the URI. libpq's message is not used, because it may quote a part of the password. */
static cpk_status uri_read(struct pool *pool, const char *uri, cpk_error **error)
{
    const char *database;
    const char *host;
    const char *port;

    CPK_TRY(uri_parse(pool, uri, error));
    port = pool->options != NULL ? option_value(pool, "port") : NULL;
    if (port != NULL && port[strspn(port, "0123456789,")] != '\0') {
        options_wipe(pool->options);
        pool->options = NULL;
    }
    if (pool->options == NULL) {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, DOMAIN,
                         "the database setting is not a valid URI (\"postgresql://USER@HOST:PORT/DATABASE?sslmode=...\""
                         "): check the names of its parameters, and that special characters in user and password are "
                         "percent-encoded");
    }
    database = option_value(pool, "dbname");
    host = option_value(pool, "host");
    host = host != NULL && host[0] != '\0' ? host : option_value(pool, "hostaddr");
    snprintf(pool->name, sizeof pool->name, "%s at %s%s%s",
             database != NULL && database[0] != '\0' ? database : "of the user's name",
             host != NULL && host[0] != '\0' ? host : "the usual host", port != NULL && port[0] != '\0' ? ":" : "",
             port != NULL ? port : "");
    return options_list(pool, error);
}

cpk_status pool_create(const struct context *context, const char *uri, struct pool **pool_out, cpk_error **error)
{
    struct pool *created;
    cpk_status status;

    *pool_out = NULL;
    CPK_TRY(libpq_load(error));
    created = memory_allocate_zeroed(&context->allocator, sizeof *created);
    if (created == NULL) {
        return error_out_of_memory(error);
    }
    created->context = context;
    status = uri_read(created, uri, error);
    if (status != CPK_OK) {
        options_wipe(created->options);
        memory_release(&context->allocator, created, sizeof *created);
        return status;
    }
    pthread_mutex_init(&created->mutex, NULL);
    (void)thread_condition_init(&created->released);
    *pool_out = created;
    return CPK_OK;
}

const char *pool_name(const struct pool *pool)
{
    return pool->name;
}

/* --- one connection --- */

static void notice_log(void *user, const PGresult *result)
{
    const struct pool *pool = user;
    const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);

    if (message != NULL) {
        context_log(pool->context, CPK_LOG_DEBUG, DOMAIN, "%s: %s", pool->name, message);
    }
}

static cpk_status set_timeout_error(const struct pool *pool, const char *what, cpk_error **error)
{
    return error_set_native(error, CPK_ERROR_TIMEOUT, DOMAIN, "08001", 1,
                            "%s the database %s within %lld ms; check that it is up, or raise "
                            "database.connect_timeout_ms",
                            what, pool->name,
                            (long long)context_setting(pool->context, SETTING_DATABASE_CONNECT_TIMEOUT_MS));
}

/* Connects until the deadline. PQconnectdb() only has timeouts in whole seconds, and per address. */
static cpk_status handle_connect(const struct pool *pool, PGconn *handle, int64_t deadline_us, cpk_error **error)
{
    PostgresPollingStatusType wanted = PGRES_POLLING_WRITING;

    while (PQstatus(handle) != CONNECTION_BAD && wanted != PGRES_POLLING_FAILED) {
        struct pollfd socket = {PQsocket(handle), wanted == PGRES_POLLING_READING ? POLLIN : POLLOUT, 0};
        int64_t left_us = deadline_us - time_monotonic_us();
        int ready;

        if (wanted == PGRES_POLLING_OK) {
            return CPK_OK;
        }
        ready = left_us > 0 ? poll(&socket, 1, (int)((left_us + US_PER_MS - 1) / US_PER_MS)) : 0;
        if (ready == 0) {
            return set_timeout_error(pool, "can't connect to", error);
        }
        if (ready > 0) {
            wanted = PQconnectPoll(handle);
        } else if (errno != EINTR) {
            return error_set_errno(error, errno, DOMAIN, "can't wait for the database %s", pool->name);
        }
    }
    return failure_of_connecting(handle, pool->name, error);
}

/* Runs a statement without parameters, outside pipeline mode. Returns NULL if the connection failed. */
static PGresult *run_query(struct connection *opened, const char *sql)
{
    PGconn *handle = opened->handle;
    PGresult *result;

    if (!PQsendQueryParams(handle, sql, 0, NULL, NULL, NULL, NULL, 1) || !wire_flush(opened, opened->limit_ms)) {
        return NULL;
    }
    while (PQisBusy(handle)) {
        if (!wire_read(opened)) {
            return NULL;
        }
    }
    result = PQgetResult(handle);
    while (!opened->is_unusable && PQisBusy(handle)) {
        if (!wire_read(opened)) {
            break;
        }
    }
    if (!opened->is_unusable) {
        PQclear(PQgetResult(handle)); /* the NULL that ends the results */
    }
    return result;
}

/* Queries the server's time on the engine's first connection; later each transaction returns it. */
static cpk_status query_time(const struct pool *pool, struct connection *opened, int64_t deadline_us, cpk_error **error)
{
    int64_t sent_us = context_steady_us();
    int64_t left_ms = (deadline_us - time_monotonic_us()) / US_PER_MS;
    cpk_status status = CPK_OK;
    PGresult *result;

    wire_limit(opened, left_ms > 0 ? left_ms : 1);
    result = run_query(opened, "SELECT pg_catalog.clock_timestamp()");
    if (opened->is_late) {
        status = set_timeout_error(pool, "no response from", error);
    } else if (PQresultStatus(result) == PGRES_TUPLES_OK) {
        context_sync_time(pool->context, pg_time_us(result, 0), sent_us, context_steady_us());
    } else {
        status = result != NULL && PQresultErrorField(result, PG_DIAG_SQLSTATE) != NULL
                     ? failure_of_result(result, pool->name, 0, error)
                     : failure_of_connection(opened, pool->name, "08006", error);
    }
    PQclear(result);
    return status;
}

/* Starts connecting with the URI's parameters to one host; NULL: libpq chooses among the URI's hosts. */
static PGconn *handle_start(const struct pool *pool, const struct pg_host *host)
{
    const char *const own[][2] = {{"host", host != NULL ? host->name : ""},
                                  {"hostaddr", host != NULL ? host->address : ""},
                                  {"port", host != NULL ? host->port : ""}};
    const char *keywords[OPTIONS_MAX + 4];
    const char *values[OPTIONS_MAX + 4];
    size_t count = 0;

    for (size_t i = 0; pool->keywords[i] != NULL; i++) {
        if (host == NULL || (strcmp(pool->keywords[i], "host") != 0 && strcmp(pool->keywords[i], "hostaddr") != 0 &&
                             strcmp(pool->keywords[i], "port") != 0)) {
            keywords[count] = pool->keywords[i];
            values[count++] = pool->values[i];
        }
    }
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++) {
        if (own[i][1][0] != '\0') {
            keywords[count] = own[i][0];
            values[count++] = own[i][1];
        }
    }
    keywords[count] = values[count] = NULL;
    return PQconnectStartParams(keywords, values, 0);
}

static cpk_status connection_try(const struct pool *pool, struct connection *opened, const struct pg_host *host,
                                 int64_t deadline_us, cpk_error **error)
{
    opened->handle = handle_start(pool, host);
    if (opened->handle == NULL) {
        return error_out_of_memory(error);
    }
    PQsetErrorVerbosity(opened->handle,
                        PQERRORS_VERBOSE); /* messages then contain the SQLSTATE of a refused connection */
    PQsetNoticeReceiver(opened->handle, notice_log, (void *)pool);
    CPK_TRY(handle_connect(pool, opened->handle, deadline_us, error));
    if (PQsetnonblocking(opened->handle, 1) != 0) {
        return error_out_of_memory(error);
    }
    return context_needs_time_sync(pool->context) ? query_time(pool, opened, deadline_us, error) : CPK_OK;
}

static const char *option_or(const struct pool *pool, const char *keyword, const char *variable)
{
    const char *value = option_value(pool, keyword);

    return value != NULL && value[0] != '\0' ? value : getenv(variable);
}

/* Resolves the URI's hosts, because libpq has no timeout for the resolver and would spend the whole time on the first
 * silent host. Leaves `hosts` empty where libpq must choose among the hosts itself. */
static void hosts_resolve(const struct pool *pool, int64_t deadline_us, struct pg_hosts *hosts)
{
    const char *attributes = option_or(pool, "target_session_attrs", "PGTARGETSESSIONATTRS");
    const char *names = option_value(pool, "host");
    const char *addresses = option_value(pool, "hostaddr");
    const int32_t is_named = (names != NULL && names[0] != '\0') || (addresses != NULL && addresses[0] != '\0');

    memset(hosts, 0, sizeof *hosts);
    if (option_or(pool, "service", "PGSERVICE") != NULL ||
        option_or(pool, "load_balance_hosts", "PGLOADBALANCEHOSTS") != NULL ||
        (attributes != NULL && strcmp(attributes, "prefer-standby") == 0)) {
        return;
    }
    pg_hosts_resolve(is_named ? names : getenv("PGHOST"), is_named ? addresses : getenv("PGHOSTADDR"),
                     option_or(pool, "port", "PGPORT"), deadline_us, hosts);
}

/* Tries the hosts in order; each gets an equal share of the remaining time. */
static cpk_status hosts_try(const struct pool *pool, struct connection *opened, const struct pg_hosts *hosts,
                            int64_t deadline_us, cpk_error **error)
{
    for (int32_t i = 0;; i++) {
        int64_t now_us = time_monotonic_us();
        int64_t share_us = (deadline_us - now_us) / (hosts->count - i);
        cpk_status status = connection_try(pool, opened, &hosts->items[i], now_us + share_us, error);

        if (status == CPK_OK || i + 1 == hosts->count || status == CPK_ERROR_OUT_OF_MEMORY ||
            (status != CPK_ERROR_TIMEOUT && !failure_is_of_host(opened->handle))) {
            return status;
        }
        PQfinish(opened->handle);
        opened->handle = NULL;
        opened->is_late = opened->is_unusable = 0;
        error_clear(error);
    }
}

static cpk_status connection_prepare(const struct pool *pool, struct connection *opened, int64_t deadline_us,
                                     cpk_error **error)
{
    struct pg_hosts hosts;

    hosts_resolve(pool, deadline_us, &hosts);
    if (hosts.count == 0 && hosts.unresolved > 0) {
        return set_timeout_error(pool, "can't resolve the host of", error);
    }
    CPK_TRY(hosts.count > 0 ? hosts_try(pool, opened, &hosts, deadline_us, error)
                            : connection_try(pool, opened, NULL, deadline_us, error));
    opened->cancel = PQgetCancel(opened->handle);
    return opened->cancel != NULL && PQenterPipelineMode(opened->handle) ? CPK_OK : error_out_of_memory(error);
}

static void connection_free(const struct pool *pool, struct connection *connection)
{
    PQfreeCancel(connection->cancel);
    PQfinish(connection->handle);
    memory_release(&pool->context->allocator, connection, sizeof *connection);
}

static cpk_status connection_open(const struct pool *pool, int64_t deadline_us, struct connection **connection_out,
                                  cpk_error **error)
{
    struct connection *opened = memory_allocate_zeroed(&pool->context->allocator, sizeof *opened);
    cpk_status status;

    *connection_out = NULL;
    if (opened == NULL) {
        return error_out_of_memory(error);
    }
    status = connection_prepare(pool, opened, deadline_us, error);
    if (status != CPK_OK) {
        connection_free(pool, opened);
        return status;
    }
    *connection_out = opened;
    return CPK_OK;
}

/* Returns 0 if an idle connection is readable: then the server has sent an error or closed it. */
static int32_t looks_alive(const struct connection *connection)
{
    struct pollfd socket = {PQsocket(connection->handle), POLLIN, 0};

    return PQstatus(connection->handle) == CONNECTION_OK && poll(&socket, 1, 0) == 0;
}

/* --- acquiring and releasing --- */

/* Moves connections past the idle timeout from the idle list to `dropped`. The caller holds the mutex. */
static void idle_drop(struct pool *pool, int64_t now_us, struct connection **dropped)
{
    int64_t idle_us = context_setting(pool->context, SETTING_DATABASE_POOL_IDLE_TIMEOUT_MS) * US_PER_MS;
    struct connection **at = &pool->idle;

    while (*at != NULL) {
        struct connection *current = *at;

        if (now_us - current->idle_since_us < idle_us) {
            at = &current->next;
            continue;
        }
        *at = current->next;
        current->next = *dropped;
        *dropped = current;
        pool->open_count--;
    }
}

static void dropped_free(const struct pool *pool, struct connection *dropped)
{
    while (dropped != NULL) {
        struct connection *next = dropped->next;

        connection_free(pool, dropped);
        dropped = next;
    }
}

/* Acquires an idle connection, or the right to open one (*acquired NULL). Waits until the deadline if all are in use.
 */
static cpk_status idle_acquire(struct pool *pool, int64_t deadline_us, struct connection **acquired,
                               struct connection **dropped, cpk_error **error)
{
    for (;;) {
        idle_drop(pool, time_monotonic_us(), dropped);
        *acquired = pool->idle;
        if (*acquired != NULL) {
            pool->idle = (*acquired)->next;
            (*acquired)->idle_us = time_monotonic_us() - (*acquired)->idle_since_us;
            if (looks_alive(*acquired)) {
                return CPK_OK;
            }
            (*acquired)->next = *dropped;
            *dropped = *acquired;
            pool->open_count--;
        } else if (pool->open_count < context_setting(pool->context, SETTING_DATABASE_POOL_SIZE)) {
            pool->open_count++;
            return CPK_OK;
        } else if (thread_wait(&pool->released, &pool->mutex, deadline_us) == ETIMEDOUT) {
            return error_set_native(error, CPK_ERROR_BUSY, DOMAIN, "53300", 1,
                                    "all %lld connections to the database %s are in use; try again or raise "
                                    "database.pool_size",
                                    (long long)context_setting(pool->context, SETTING_DATABASE_POOL_SIZE), pool->name);
        }
    }
}

cpk_status pool_acquire(struct pool *pool, struct connection **acquired, cpk_error **error)
{
    int64_t deadline_us =
        time_monotonic_us() + context_setting(pool->context, SETTING_DATABASE_CONNECT_TIMEOUT_MS) * US_PER_MS;
    struct connection *dropped = NULL;
    cpk_status status;

    pthread_mutex_lock(&pool->mutex);
    status = idle_acquire(pool, deadline_us, acquired, &dropped, error);
    pthread_mutex_unlock(&pool->mutex);
    dropped_free(pool, dropped);
    if (status != CPK_OK || *acquired != NULL) {
        return status;
    }
    status = connection_open(pool, deadline_us, acquired, error);
    if (status != CPK_OK) {
        pthread_mutex_lock(&pool->mutex);
        pool->open_count--;
        pthread_cond_signal(&pool->released);
        pthread_mutex_unlock(&pool->mutex);
    }
    return status;
}

void pool_release(struct pool *pool, struct connection *released)
{
    struct connection *dropped = NULL;
    int32_t is_reusable;

    if (released == NULL) {
        return;
    }
    is_reusable = !released->is_unusable && !released->was_cancelled && PQstatus(released->handle) == CONNECTION_OK &&
                  PQtransactionStatus(released->handle) == PQTRANS_IDLE;
    released->was_idle = 1;
    released->idle_since_us = time_monotonic_us();
    pthread_mutex_lock(&pool->mutex);
    if (is_reusable) {
        released->next = pool->idle;
        pool->idle = released;
    } else {
        released->next = NULL;
        dropped = released;
        pool->open_count--;
    }
    idle_drop(pool, released->idle_since_us, &dropped);
    pthread_cond_signal(&pool->released);
    pthread_mutex_unlock(&pool->mutex);
    dropped_free(pool, dropped);
}

void pool_drop_idle(struct pool *pool)
{
    struct connection *dropped;

    pthread_mutex_lock(&pool->mutex);
    dropped = pool->idle;
    pool->idle = NULL;
    for (const struct connection *at = dropped; at != NULL; at = at->next) {
        pool->open_count--;
    }
    pthread_cond_broadcast(&pool->released);
    pthread_mutex_unlock(&pool->mutex);
    dropped_free(pool, dropped);
}

void pool_free(struct pool *pool)
{
    if (pool == NULL) {
        return;
    }
    dropped_free(pool, pool->idle);
    pthread_cond_destroy(&pool->released);
    pthread_mutex_destroy(&pool->mutex);
    options_wipe(pool->options);
    memory_release(&pool->context->allocator, pool, sizeof *pool);
}
