#include "database/postgres/postgres.h"

#include "base/buffer.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/uuid.h"
#include "database/postgres/amcheck.h"
#include "database/postgres/failure.h"
#include "database/postgres/pool.h"
#include "database/postgres/values.h"
#include "database/postgres/wire.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DOMAIN        "database"
#define CLAIMS_BYTES  160
#define TIMEOUT_BYTES 24
#define PREFACE_MAX   4
#define BINARY        1
#define TAG_BYTES     16
#define FRAME_BYTES   96 /* SQL around a queued statement that must return a row */
#define QUEUE_ROUND   64 /* queued statements per flush request, so that the server is not silent for long */
/* After a longer idle time the connection may be dead. COMMIT is then not sent with the last statement but after a
 * response, because otherwise its outcome could be unknown. */
#define IDLE_DOUBTFUL_US INT64_C(30000000)

static const char READ_BEGIN[] = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
static const char WRITE_BEGIN[] = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE";
/* Sets the actor's role, claims and timeouts for the transaction, and returns the server's time. */
static const char PREFACE[] = "SELECT pg_catalog.set_config('role', $1, true),"
                              " pg_catalog.set_config('request.jwt.claims', $2, true),"
                              " pg_catalog.set_config('lock_timeout', $3, true),"
                              " pg_catalog.set_config('statement_timeout', $4, true),"
                              " pg_catalog.clock_timestamp(),"
                              /* for versions of auth.uid() older than request.jwt.claims */
                              " pg_catalog.set_config('request.jwt.claim.sub', COALESCE("
                              "pg_catalog.jsonb_extract_path_text($2::pg_catalog.jsonb, 'sub'), ''), true)";
/* For the connection's own role: sets no role and no timeouts. */
static const char OWN_PREFACE[] = "SELECT pg_catalog.clock_timestamp()";

struct postgres_driver {
    const struct context *context;
    struct pool *pool;
};

enum transaction_state {
    TRANSACTION_NONE,
    TRANSACTION_PENDING, /* begin() was called; BEGIN is sent with the first statement */
    TRANSACTION_OPEN,
    TRANSACTION_COMMITTED, /* COMMIT was sent with the last statement; commit() was not called yet */
    TRANSACTION_LOST       /* the connection was lost; every call but rollback() fails */
};

/* At most one cursor is open, so the session itself serves as cursor. */
struct session {
    struct postgres_driver *driver;
    const char *role; /* NULL: the connection's own role */
    char claims[CLAIMS_BYTES];
    char lock_timeout[TIMEOUT_BYTES];
    char statement_timeout[TIMEOUT_BYTES];
    int64_t
        begin_limit_ms; /* how long the server may be silent until the transaction has begun, which takes no locks */
    int64_t statement_limit_ms;    /* the same during a statement; 0: no limit */
    struct connection *connection; /* NULL outside transactions and statements */
    const char *begin_sql;         /* BEGIN statement of the transaction */
    enum transaction_state transaction;
    int32_t cursor_is_open;
    int32_t cursor_is_done;             /* all results were read */
    int32_t was_flushed;                /* the last message was sent completely */
    int32_t has_failed;                 /* the server returned an error for the last message */
    int32_t result_is_lost;             /* the last message's result is unknown: connection broken or out of memory */
    const cpk_queued_statement *queued; /* to run before the next statement or COMMIT; borrowed */
    size_t queued_count;
    int32_t is_last;                   /* the next statement is the transaction's last */
    int32_t is_committing;             /* the message ends with COMMIT */
    int32_t commit_was_sent;           /* COMMIT was sent at least partly */
    const cpk_queued_statement *unmet; /* the queued statement that failed to return a row */
    char tag[TAG_BYTES];               /* command tag of the last COMMIT */
    struct buffer wrapped;             /* SQL of a queued statement that must return a row */
    PGresult *result;                  /* the current row */
    int32_t result_is_next;            /* `result` was read ahead by exec() */
    int64_t changes;
    int64_t sent_us; /* when the last message was sent, on context_steady_us()'s clock */
    struct pg_parameters parameters;
    struct pg_row row;
    pthread_mutex_t mutex; /* guards `connection` and `was_cancelled` against cancel() in another thread */
    int32_t was_cancelled;
};

/* --- sessions --- */

static void session_lock(struct session *session)
{
    pthread_mutex_lock(&session->mutex);
}

static void session_unlock(struct session *session)
{
    pthread_mutex_unlock(&session->mutex);
}

static cpk_status connection_acquire(struct session *session, cpk_error **error)
{
    struct connection *acquired;

    CPK_TRY(pool_acquire(session->driver->pool, &acquired, error));
    session_lock(session);
    session->connection = acquired;
    session->was_cancelled = 0;
    session_unlock(session);
    return CPK_OK;
}

static void connection_release(struct session *session)
{
    struct connection *released = session->connection;

    session_lock(session);
    session->connection = NULL;
    session_unlock(session);
    pool_release(session->driver->pool, released);
}

static void timeout_format(char text[TIMEOUT_BYTES], int64_t timeout_ms)
{
    snprintf(text, TIMEOUT_BYTES, "%lldms", (long long)timeout_ms);
}

static cpk_status actor_read(struct session *session, const cpk_actor *actor, cpk_error **error)
{
    const struct context *context = session->driver->context;
    int64_t busy_ms = context_setting(context, SETTING_DATABASE_BUSY_TIMEOUT_MS);
    int64_t statement_ms = context_setting(context, SETTING_DATABASE_STATEMENT_TIMEOUT_MS);

    session->begin_limit_ms = context_setting(context, SETTING_DATABASE_CONNECT_TIMEOUT_MS);
    if (actor->kind == CPK_ACTOR_MIGRATION) {
        return CPK_OK;
    }
    if ((actor->kind == CPK_ACTOR_USER || actor->kind == CPK_ACTOR_ADMIN) &&
        (actor->user_id == NULL || !uuid_is_valid(actor->user_id))) {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, DOMAIN, "the actor's user id must be a UUID in lower case");
    }
    session->role = actor->kind == CPK_ACTOR_USER ? "authenticated" : "service_role";
    if (actor->kind == CPK_ACTOR_SERVICE) {
        snprintf(session->claims, CLAIMS_BYTES, "{\"role\":\"%s\"}", session->role);
    } else {
        snprintf(session->claims, CLAIMS_BYTES, "{\"sub\":\"%s\",\"role\":\"%s\"}", actor->user_id, session->role);
    }
    timeout_format(session->lock_timeout, busy_ms > 0 ? busy_ms : 1); /* 0 would disable PostgreSQL's timeout */
    timeout_format(session->statement_timeout, statement_ms);
    /* Longer than statement_timeout, so that a responsive server reports the timeout itself. */
    session->statement_limit_ms = statement_ms > 0 ? statement_ms + session->begin_limit_ms : 0;
    return CPK_OK;
}

static cpk_status session_open(void *self, const cpk_actor *actor, void **opened, cpk_error **error)
{
    struct postgres_driver *driver = self;
    struct session *created = memory_allocate_zeroed(&driver->context->allocator, sizeof *created);
    cpk_status status;

    *opened = NULL;
    if (created == NULL) {
        return error_out_of_memory(error);
    }
    created->driver = driver;
    buffer_init(&created->wrapped, &driver->context->allocator);
    status = actor_read(created, actor, error);
    if (status != CPK_OK) {
        memory_release(&driver->context->allocator, created, sizeof *created);
        return status;
    }
    pthread_mutex_init(&created->mutex, NULL);
    *opened = created;
    return CPK_OK;
}

/* --- messages --- */

static int32_t is_broken(const struct session *session)
{
    return session->connection == NULL || session->connection->is_unusable ||
           PQstatus(session->connection->handle) != CONNECTION_OK;
}

/* Sets the error of a failure that the server did not report; how much of the message it received is unknown. */
static cpk_status fail_connection(struct session *session, const char *sqlstate, cpk_error **error)
{
    session->connection->is_unusable = 1;
    session->result_is_lost = 1;
    return failure_of_connection(session->connection, pool_name(session->driver->pool), sqlstate, error);
}

/* The same for a message whose COMMIT may have been executed: the server does not wait for the end of a message. */
static cpk_status fail_message(struct session *session, cpk_error **error)
{
    return fail_connection(session, session->commit_was_sent ? "08007" : "08006", error);
}

static cpk_status fail_result(struct session *session, const PGresult *result, cpk_error **error)
{
    int32_t was_cancelled;

    session_lock(session);
    was_cancelled = session->was_cancelled;
    session_unlock(session);
    if (failure_is_of_standby(result)) { /* a new connection may reach the primary server */
        session->connection->is_unusable = 1;
        pool_drop_idle(session->driver->pool);
    }
    return failure_of_result(result, pool_name(session->driver->pool), was_cancelled, error);
}

static int32_t send_plain(struct session *session, const char *sql)
{
    return PQsendQueryParams(session->connection->handle, sql, 0, NULL, NULL, NULL, NULL, BINARY);
}

static int32_t send_preface(struct session *session)
{
    const char *const values[PREFACE_MAX] = {session->role, session->claims, session->lock_timeout,
                                             session->statement_timeout};

    if (session->role == NULL) {
        return send_plain(session, OWN_PREFACE);
    }
    return PQsendQueryParams(session->connection->handle, PREFACE, PREFACE_MAX, NULL, values, NULL, NULL, BINARY);
}

/* Ends the message with a sync point and flushes it. The server may be silent for limit_ms, and for statement_limit_ms
 * after its first response. */
static int32_t send_sync(struct session *session, int64_t limit_ms)
{
    wire_limit(session->connection, limit_ms);
    if (!PQpipelineSync(session->connection->handle)) {
        return 0;
    }
    session->commit_was_sent = session->is_committing;
    session->was_flushed = wire_flush(session->connection, session->statement_limit_ms);
    return session->was_flushed;
}

/* Returns 1 for an error of libpq itself: the connection broke, or out of memory. */
static int32_t is_libpq_failure(const PGresult *result)
{
    return PQresultStatus(result) == PGRES_FATAL_ERROR && PQresultErrorField(result, PG_DIAG_SQLSTATE) == NULL;
}

/* Waits until a result is available. When out of memory libpq drops a result, sets its message and waits for another
 * one, which never comes: detected by the message. */
static void wait_for_result(struct session *session)
{
    PGconn *handle = session->connection->handle;

    while (PQisBusy(handle)) {
        const char *message = PQerrorMessage(handle);

        if (message[0] != '\0' && (!session->has_failed || strstr(message, "out of memory") != NULL)) {
            session->connection->is_unusable = 1;
            return;
        }
        if (!wire_read(session->connection)) {
            return; /* PQgetResult() returns the failure */
        }
    }
}

/* Reads the next result. After a failure of libpq itself the connection is not used any more. */
static PGresult *next_result(struct session *session)
{
    PGresult *result = NULL;

    if (!session->connection->is_unusable) {
        wait_for_result(session);
    }
    if (!session->connection->is_unusable) {
        result = PQgetResult(session->connection->handle);
    }
    if (result != NULL && PQresultStatus(result) == PGRES_FATAL_ERROR) {
        session->has_failed = 1;
        session->connection->is_unusable = is_libpq_failure(result);
    }
    return result;
}

/* Reads results up to the sync point. Stores the first error in *failure unless that is set already. Two NULL results
 * in a row mean that nothing is pending, for example on a broken connection. */
static void read_to_sync(struct session *session, PGresult **failure)
{
    for (int32_t ends = 0; ends < 2 && !session->connection->is_unusable;) {
        PGresult *result = next_result(session);
        ExecStatusType kind = PQresultStatus(result);

        ends = result == NULL ? ends + 1 : 0;
        if (kind == PGRES_FATAL_ERROR && result != NULL && *failure == NULL) {
            *failure = result;
            continue;
        }
        if (kind == PGRES_COMMAND_OK && session->is_committing) {
            snprintf(session->tag, sizeof session->tag, "%s", PQcmdStatus(result));
        }
        PQclear(result);
        if (kind == PGRES_PIPELINE_SYNC) {
            return;
        }
    }
    session->connection->is_unusable = 1; /* there was no sync point */
}

/* Converts a message's failure, which is cleared, to an error; CPK_OK without one. */
static cpk_status failure_convert(struct session *session, PGresult *failure, cpk_error **error)
{
    cpk_status status = CPK_OK;

    if (session->unmet != NULL) {
        status = error_set(error, session->unmet->unmet, DOMAIN, "%s", session->unmet->message);
    } else if (failure != NULL && !is_libpq_failure(failure)) {
        status = fail_result(session, failure, error);
    } else if (failure != NULL || is_broken(session)) {
        status = fail_message(session, error);
    }
    PQclear(failure);
    return status;
}

static void message_prepare(struct session *session)
{
    session->was_flushed = 0;
    session->has_failed = 0;
    session->result_is_lost = 0;
    session->is_committing = 0;
    session->commit_was_sent = 0;
    session->unmet = NULL;
    session->tag[0] = '\0';
}

/* Sends a message of one statement without rows and reads its result. */
static cpk_status run_plain(struct session *session, const char *sql, int64_t limit_ms, cpk_error **error)
{
    PGresult *failure = NULL;
    PGresult *result;
    int32_t is_done;

    message_prepare(session);
    if (!send_plain(session, sql) || !send_sync(session, limit_ms)) {
        return fail_connection(session, "08006", error);
    }
    wire_limit(session->connection, limit_ms);
    result = next_result(session);
    if (result == NULL) {
        return fail_connection(session, "08006", error);
    }
    snprintf(session->tag, sizeof session->tag, "%s", PQcmdStatus(result));
    is_done = PQresultStatus(result) == PGRES_COMMAND_OK;
    if (PQresultStatus(result) == PGRES_FATAL_ERROR) {
        failure = result;
    } else {
        PQclear(result);
    }
    read_to_sync(session, &failure);
    if (is_done && failure == NULL) {
        return CPK_OK; /* even if the connection broke after the result */
    }
    return failure_convert(session, failure, error);
}

/* --- transactions --- */

static cpk_status begin(void *self, void *opened, int32_t mode, cpk_error **error)
{
    struct session *session = opened;

    (void)self;
    CPK_TRY(connection_acquire(session, error));
    session->begin_sql = mode == CPK_TRANSACTION_WRITE ? WRITE_BEGIN : READ_BEGIN;
    session->transaction = TRANSACTION_PENDING;
    return CPK_OK;
}

static void transaction_end(struct session *session)
{
    session->transaction = TRANSACTION_NONE;
    if (session->connection != NULL) {
        connection_release(session);
    }
}

static cpk_status fail_lost(const struct session *session, cpk_error **error)
{
    return error_set_native(error, CPK_ERROR_DATABASE, DOMAIN, "08003", 1,
                            "the connection to the database %s broke, which rolled the transaction back; try again",
                            pool_name(session->driver->pool));
}

static void queue_clear(struct session *session)
{
    session->queued = NULL;
    session->queued_count = 0;
    session->is_last = 0;
}

static void queue(void *self, void *opened, const cpk_queued_statement *statements, size_t count, int32_t is_last)
{
    struct session *session = opened;

    (void)self;
    session->queued = statements;
    session->queued_count = count;
    session->is_last = is_last;
}

static cpk_status rollback(void *self, void *opened, cpk_error **error)
{
    struct session *session = opened;
    cpk_status status = CPK_OK;

    (void)self;
    queue_clear(session);
    if (session->transaction == TRANSACTION_OPEN && !is_broken(session)) {
        status = run_plain(session, "ROLLBACK", session->begin_limit_ms, error);
    }
    if (session->transaction != TRANSACTION_NONE) {
        transaction_end(session); /* a broken connection was rolled back by the server */
    }
    return status;
}

/* --- statements --- */

/* Returns 0 for SELECT, the only read-only statement that the first word identifies safely. */
static int32_t may_change(const char *sql)
{
    return strncmp(sql, "SELECT", 6) != 0;
}

/* Returns 1 if the preface goes before the statement: with the first statement of a transaction and before statements
 * outside one. For the connection's own role only before SELECT outside a transaction: changes such as CREATE INDEX
 * CONCURRENTLY must be alone in their message. */
static int32_t has_preface(const struct session *session, const char *sql)
{
    return session->transaction == TRANSACTION_PENDING
               ? session->role != NULL
               : session->transaction == TRANSACTION_NONE && (session->role != NULL || !may_change(sql));
}

static int32_t statement_send(struct session *session, const char *sql, const cpk_value *values, size_t value_count)
{
    const struct pg_parameters *parameters = &session->parameters;

    return pg_parameters_fill(&session->parameters, values, value_count, NULL) == CPK_OK &&
           PQsendQueryParams(session->connection->handle, sql, (int)value_count, parameters->types, parameters->bytes,
                             parameters->lengths, parameters->formats, BINARY);
}

/* Sends a queued statement. If it must return a row, it is wrapped so that a missing row is a division by zero, which
 * makes the server skip the rest of the message. */
static int32_t queued_send(struct session *session, const cpk_queued_statement *queued)
{
    if (queued->unmet == CPK_OK) {
        return statement_send(session, queued->sql, queued->values, queued->value_count);
    }
    buffer_clear(&session->wrapped);
    buffer_append_text(&session->wrapped, "WITH changed AS (");
    buffer_append_text(&session->wrapped, queued->sql);
    buffer_append_text(&session->wrapped, "\n) SELECT 1 / pg_catalog.count(*) FROM changed");
    return !session->wrapped.failed &&
           statement_send(session, session->wrapped.data, queued->values, queued->value_count);
}

static int32_t queue_send(struct session *session)
{
    for (size_t i = 0; i < session->queued_count; i++) {
        if (!queued_send(session, &session->queued[i]) ||
            (i % QUEUE_ROUND == QUEUE_ROUND - 1 && !PQsendFlushRequest(session->connection->handle))) {
            return 0;
        }
    }
    return 1;
}

/* Sends BEGIN, the preface, the queue, the statement (may be NULL) and COMMIT, each if needed, in one message and one
 * round trip. A flush request makes the server respond before it runs the statement, so that a server that does not
 * respond (for example a pooler without a server) can be distinguished from a statement that waits for a lock. */
static int32_t message_send(struct session *session, const char *sql, const cpk_value *values, size_t value_count)
{
    const int32_t begins = session->transaction == TRANSACTION_PENDING;
    const int32_t is_prefaced = has_preface(session, sql);
    const int32_t is_first = begins || is_prefaced;

    session->sent_us = context_steady_us();
    if ((begins && !send_plain(session, session->begin_sql)) || (is_prefaced && !send_preface(session)) ||
        (is_first && !PQsendFlushRequest(session->connection->handle))) {
        return 0;
    }
    if (!queue_send(session) || (sql != NULL && !statement_send(session, sql, values, value_count)) ||
        (session->is_committing && !send_plain(session, "COMMIT"))) {
        return 0;
    }
    return send_sync(session, is_first ? session->begin_limit_ms : session->statement_limit_ms);
}

/* Returns the queued statement if it failed because it returned no row, otherwise NULL. */
static const cpk_queued_statement *unmet_find(const cpk_queued_statement *queued, const PGresult *failure)
{
    const char *sqlstate = PQresultErrorField(failure, PG_DIAG_SQLSTATE);

    return queued->unmet != CPK_OK && sqlstate != NULL && strcmp(sqlstate, "22012") == 0 ? queued : NULL;
}

/* Reads the results before the statement's: `count` of BEGIN and preface, then the queue's. Returns the first failure.
 */
static PGresult *read_before(struct session *session, size_t count)
{
    for (size_t i = 0; i < count + session->queued_count; i++) {
        PGresult *result;

        if (i == count) {
            wire_limit(session->connection, session->statement_limit_ms);
        }
        result = next_result(session);
        if (result == NULL) {
            session->connection->is_unusable = 1; /* out of memory */
            return NULL;
        }
        if (PQresultStatus(result) == PGRES_FATAL_ERROR) {
            session->unmet = i >= count ? unmet_find(&session->queued[i - count], result) : NULL;
            return result;
        }
        if (i < count && PQresultStatus(result) == PGRES_TUPLES_OK) {
            context_sync_time(session->driver->context, pg_time_us(result, PQnfields(result) - 1), session->sent_us,
                              context_steady_us());
        }
        PQclear(result);
        PQclear(next_result(session)); /* the NULL that ends the results */
    }
    return NULL;
}

/* Reads the rest of the message. Outside a transaction the connection is released. */
static cpk_status statement_end(struct session *session, PGresult *failure, cpk_error **error)
{
    cpk_status status;

    session->cursor_is_done = 1;
    read_to_sync(session, &failure);
    if (session->is_committing && strcmp(session->tag, "COMMIT") == 0) { /* even if the connection broke afterwards */
        PQclear(failure);
        session->transaction = TRANSACTION_COMMITTED;
        return CPK_OK;
    }
    status = failure_convert(session, failure, error);
    if (status == CPK_OK && session->transaction == TRANSACTION_NONE) {
        connection_release(session);
    }
    return status;
}

/* Reads the next row into session->result. At the end or on failure the statement is ended. */
static cpk_status result_read(struct session *session, cpk_error **error)
{
    PGresult *result;
    PGresult *failure = NULL;

    wire_limit(session->connection, session->statement_limit_ms);
    result = next_result(session);
    session->result = NULL;
    if (result == NULL) { /* a failure: the end of the rows is a result, too */
        session->cursor_is_done = 1;
        return fail_message(session, error);
    }
    switch (PQresultStatus(result)) {
    case PGRES_SINGLE_TUPLE:
        session->result = result;
        session->result_is_next = 1;
        return CPK_OK;
    case PGRES_FATAL_ERROR:
        failure = result;
        break;
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
        session->changes = strtoll(PQcmdTuples(result), NULL, 10);
        PQclear(result);
        break;
    case PGRES_EMPTY_QUERY:
        PQclear(result);
        CPK_TRY(statement_end(session, NULL, error));
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, DOMAIN, "the statement is empty");
    default:
        PQclear(result);
        CPK_TRY(statement_end(session, NULL, error));
        return error_set(error, CPK_ERROR_UNSUPPORTED, DOMAIN, "the driver does not run statements of that kind");
    }
    return statement_end(session, failure, error);
}

/* Sends a message and reads up to the first row. sql NULL: only the queue. */
static cpk_status message_begin(struct session *session, const char *sql, const cpk_value *values, size_t value_count,
                                cpk_error **error)
{
    size_t before = (size_t)(session->transaction == TRANSACTION_PENDING) + (size_t)has_preface(session, sql);
    int32_t was_sent;
    PGresult *failure;

    message_prepare(session);
    session->is_committing = session->is_last && (session->transaction == TRANSACTION_OPEN ||
                                                  session->connection->idle_us < IDLE_DOUBTFUL_US);
    was_sent = message_send(session, sql, values, value_count);
    if (session->transaction == TRANSACTION_PENDING) {
        session->transaction = TRANSACTION_OPEN;
    }
    if (!was_sent) {
        return fail_message(session, error);
    }
    wire_limit(session->connection, before > 0 ? session->begin_limit_ms : session->statement_limit_ms);
    failure = read_before(session, before);
    if (failure != NULL || sql == NULL) {
        return statement_end(session, failure, error);
    }
    if (is_broken(session) || !PQsetSingleRowMode(session->connection->handle)) {
        session->cursor_is_done = 1;
        return fail_message(session, error);
    }
    return result_read(session, error);
}

static void statement_prepare(struct session *session)
{
    session->cursor_is_done = 0;
    session->changes = 0;
    session->result_is_next = 0;
    session_lock(session);
    session->was_cancelled = 0;
    session_unlock(session);
}

/* Runs a message once, on the transaction's connection or a newly acquired one. */
static cpk_status message_once(struct session *session, const char *sql, const cpk_value *values, size_t value_count,
                               enum transaction_state transaction, cpk_error **error)
{
    cpk_status status = session->connection == NULL ? connection_acquire(session, error) : CPK_OK;

    if (status != CPK_OK) {
        session->transaction = transaction != TRANSACTION_NONE ? TRANSACTION_LOST : session->transaction;
        return status;
    }
    session->transaction = transaction;
    statement_prepare(session);
    return message_begin(session, sql, values, value_count, error);
}

/* Returns 1 if a message that failed on a dead idle connection may be sent again on another one without running twice:
 * at the start of a transaction, or if the server can't have received it completely. Not after a timeout. */
static int32_t may_retry(struct session *session, enum transaction_state transaction)
{
    const struct connection *used = session->connection;

    if (used == NULL || !used->was_idle || !is_broken(session)) {
        return 0;
    }
    pool_drop_idle(session->driver->pool); /* the others are probably dead, too */
    return !used->is_late && !session->commit_was_sent &&
           (transaction == TRANSACTION_PENDING || (transaction == TRANSACTION_NONE && !session->was_flushed));
}

/* Reserves memory for wrapping queued statements before anything is sent, because running out of memory in the middle
 * of a message would make the connection unusable. */
static cpk_status queue_prepare(struct session *session, cpk_error **error)
{
    size_t longest = 0;

    for (size_t i = 0; i < session->queued_count; i++) {
        size_t length = strlen(session->queued[i].sql);

        longest = length > longest ? length : longest;
    }
    buffer_clear(&session->wrapped);
    if (longest > 0 && buffer_reserve(&session->wrapped, longest + FRAME_BYTES) == NULL) {
        return error_out_of_memory(error);
    }
    return CPK_OK;
}

static cpk_status message_run(struct session *session, const char *sql, const cpk_value *values, size_t value_count,
                              cpk_error **error)
{
    const enum transaction_state transaction = session->transaction;
    cpk_status status;
    int32_t again;

    do {
        status = message_once(session, sql, values, value_count, transaction, error);
        again = status != CPK_OK && may_retry(session, transaction);
        if (status != CPK_OK && !again && transaction == TRANSACTION_NONE && session->connection != NULL &&
            session->was_flushed && session->result_is_lost && may_change(sql)) {
            status = fail_connection(session, "08007", error);
        }
        if (status != CPK_OK && session->connection != NULL && (again || transaction == TRANSACTION_NONE)) {
            connection_release(session);
        }
    } while (again);
    CPK_TRY(status);
    error_clear(error);
    return CPK_OK;
}

static cpk_status exec(void *self, void *opened, uint32_t statement_id, const char *sql, const cpk_value *values,
                       size_t value_count, void **cursor, cpk_error **error)
{
    struct session *session = opened;
    cpk_status status;

    (void)self;
    (void)statement_id; /* not prepared: behind a pooler the next use may be on another connection */
    *cursor = NULL;
    if (session->cursor_is_open) {
        return error_set(error, CPK_ERROR_INTERNAL, DOMAIN, "another statement of this session is still open");
    }
    if (session->transaction == TRANSACTION_COMMITTED) {
        return error_set(error, CPK_ERROR_INTERNAL, DOMAIN, "the transaction's last statement has already run");
    }
    if (session->transaction == TRANSACTION_LOST) {
        return fail_lost(session, error);
    }
    CPK_TRY_CLEANUP(pg_parameters_fill(&session->parameters, values, value_count, error));
    CPK_TRY_CLEANUP(queue_prepare(session, error));
    CPK_TRY_CLEANUP(message_run(session, sql, values, value_count, error));
    session->cursor_is_open = 1;
    *cursor = session;
cleanup:
    queue_clear(session);
    return status;
}

static cpk_status commit_alone(struct session *session, cpk_error **error)
{
    cpk_status status = is_broken(session) ? fail_connection(session, "08006", error)
                                           : run_plain(session, "COMMIT", session->statement_limit_ms, error);

    if (status != CPK_OK && session->was_flushed && session->result_is_lost) {
        return fail_connection(session, "08007", error);
    }
    if (status == CPK_OK && strcmp(session->tag, "COMMIT") != 0) {
        return error_set_native(error, CPK_ERROR_CONFLICT, DOMAIN, "25P02", 0,
                                "the transaction had failed and was rolled back instead of committed");
    }
    return status;
}

/* Without a response the outcome of COMMIT is unknown (08007). A FATAL error means that nothing was committed. */
static cpk_status commit(void *self, void *opened, cpk_error **error)
{
    struct session *session = opened;
    cpk_status status = CPK_OK;

    if (session->transaction == TRANSACTION_NONE) {
        return error_set(error, CPK_ERROR_INTERNAL, DOMAIN, "no transaction is open");
    }
    if (session->transaction == TRANSACTION_LOST) {
        session->transaction = TRANSACTION_NONE;
        queue_clear(session);
        return fail_lost(session, error);
    }
    if (session->queued_count > 0) {
        session->is_last = 1;
        status = queue_prepare(session, error);
        status = status == CPK_OK ? message_run(session, NULL, NULL, 0, error) : status;
    }
    if (status != CPK_OK) {
        rollback(self, session, NULL);
        return status;
    }
    queue_clear(session);
    if (session->transaction == TRANSACTION_OPEN) {
        status = commit_alone(session, error);
    }
    transaction_end(session);
    return status;
}

static cpk_status cursor_next(void *self, void *cursor, const cpk_value **columns, size_t *column_count,
                              cpk_error **error)
{
    struct session *session = cursor;

    (void)self;
    *columns = NULL;
    *column_count = 0;
    if (!session->cursor_is_done && !session->result_is_next) {
        PQclear(session->result);
        CPK_TRY(result_read(session, error));
    }
    if (session->cursor_is_done) {
        return CPK_OK;
    }
    session->result_is_next = 0;
    CPK_TRY(pg_row_fill(&session->row, session->result, 0, column_count, error));
    *columns = session->row.columns;
    return CPK_OK;
}

static void cursor_close(void *self, void *cursor)
{
    struct session *session = cursor;

    (void)self;
    PQclear(session->result);
    session->result = NULL;
    if (!session->cursor_is_done) {
        statement_end(session, NULL, NULL);
    }
    if (session->transaction == TRANSACTION_NONE && session->connection != NULL) {
        connection_release(session); /* after a failure */
    }
    session->cursor_is_open = 0;
}

static int64_t cursor_changes(void *self, void *cursor)
{
    const struct session *session = cursor;

    (void)self;
    return session->changes;
}

/* Returns the connection to cancel and takes its PGcancel (*request NULL: another thread is sending a request), or NULL
 * if nothing runs. The connection is closed when released, because a late request could cancel another session's
 * statement. */
static struct connection *cancel_begin(struct session *session, PGcancel **request)
{
    struct connection *target;

    session_lock(session);
    target = session->connection;
    if (target != NULL) {
        session->was_cancelled = 1;
        target->was_cancelled = 1;
        *request = target->cancel;
        target->cancel = NULL;
    }
    session_unlock(session);
    return target;
}

/* Returns the PGcancel to the connection, or frees it if the session has released the connection meanwhile. */
static void cancel_end(struct session *session, struct connection *target, PGcancel *request)
{
    session_lock(session);
    if (session->connection == target && target->cancel == NULL) {
        target->cancel = request;
        request = NULL;
    }
    session_unlock(session);
    PQfreeCancel(request);
}

/* Sends the request on a separate connection, which may take as long as connecting. The mutex is not held meanwhile. */
static cpk_status cancel(void *self, void *opened, cpk_error **error)
{
    struct session *session = opened;
    PGcancel *request = NULL;
    struct connection *target = cancel_begin(session, &request);
    char reason[256] = "";
    int32_t was_sent = 1;

    (void)self;
    if (request != NULL) {
        was_sent = PQcancel(request, reason, sizeof reason);
        cancel_end(session, target, request);
    }
    return was_sent
               ? CPK_OK
               : error_set_native(error, CPK_ERROR_DATABASE, DOMAIN, "08006", 1,
                                  "can't send a cancel request to the database %s", pool_name(session->driver->pool));
}

static void session_close(void *self, void *opened)
{
    struct session *session = opened;

    if (session->cursor_is_open) {
        cursor_close(self, session);
    }
    rollback(self, session, NULL);
    pthread_mutex_destroy(&session->mutex);
    buffer_free(&session->wrapped);
    memory_release(&session->driver->context->allocator, session, sizeof *session);
}

/* --- the driver --- */

static void destroy(void *self)
{
    struct postgres_driver *driver = self;

    pool_free(driver->pool);
    memory_release(&driver->context->allocator, driver, sizeof *driver);
}

static void table_fill(cpk_database_driver *table, struct postgres_driver *driver)
{
    *table = (cpk_database_driver){.abi_version = CPK_DATABASE_ABI,
                                   .struct_size = sizeof(cpk_database_driver),
                                   .capabilities = CPK_DATABASE_CAN_ROW_SECURITY,
                                   .self = driver,
                                   .destroy = destroy,
                                   .dialect = CPK_DIALECT_POSTGRESQL,
                                   .session_open = session_open,
                                   .session_close = session_close,
                                   .begin = begin,
                                   .commit = commit,
                                   .rollback = rollback,
                                   .exec = exec,
                                   .cursor_next = cursor_next,
                                   .cursor_close = cursor_close,
                                   .cursor_changes = cursor_changes,
                                   .cancel = cancel,
                                   .queue = queue};
}

static cpk_status check(void *self, cpk_database_report_fn report, void *user, cpk_error **error)
{
    cpk_database_driver own;

    table_fill(&own, self);
    return postgres_check_damage(&own, report, user, error);
}

cpk_status postgres_driver_create(const struct context *context, const char *uri, cpk_database_driver *table,
                                  cpk_error **error)
{
    struct postgres_driver *driver = memory_allocate_zeroed(&context->allocator, sizeof *driver);
    cpk_status status;

    if (driver == NULL) {
        return error_out_of_memory(error);
    }
    driver->context = context;
    status = pool_create(context, uri, &driver->pool, error);
    if (status != CPK_OK) {
        destroy(driver);
        return status;
    }
    table_fill(table, driver);
    table->check = check;
    return CPK_OK;
}
