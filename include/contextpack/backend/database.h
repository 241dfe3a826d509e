#ifndef CONTEXTPACK_BACKEND_DATABASE_H
#define CONTEXTPACK_BACKEND_DATABASE_H

/**
 * Database drivers: how the library runs SQL, for hosts that provide their own connections.
 *
 * The driver speaks the SQL dialect of SQLite or PostgreSQL. Fill a cpk_database_driver and pass it in
 * cpk_engine_options.database_driver. docs/examples/own_database.c is a complete driver; the conformance suite
 * (docs/drivers.md) tests one. An example that binds a value to $1:
 *
 *     static cpk_value text_value(const char *text, size_t length)
 *     {
 *         cpk_value value = {CPK_VALUE_TEXT, 0, 0, 0, NULL, 0};
 *
 *         value.bytes = text;
 *         value.length = length;
 *         return value;
 *     }
 */

#include <contextpack/error.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The version of cpk_database_driver, for its field abi_version. */
#define CPK_DATABASE_ABI 1u

/** Capability bits. */
#define CPK_DATABASE_CAN_ROW_SECURITY (UINT64_C(1) << 0) /* the database enforces row-level security */

/** The SQL dialect of a driver: selects the schema and the statements that it is given. */
#define CPK_DIALECT_SQLITE     1
#define CPK_DIALECT_POSTGRESQL 2

/** The type of a value. NULL has a type too, because PostgreSQL needs it. */
#define CPK_VALUE_INT64  1
#define CPK_VALUE_DOUBLE 2
#define CPK_VALUE_TEXT   3
#define CPK_VALUE_BLOB   4

/** A bound parameter or a column of a row. `bytes` is borrowed. */
typedef struct cpk_value {
    int32_t type;        /* CPK_VALUE_* */
    int32_t is_null;     /* 1: SQL NULL of that type */
    int64_t int64_value; /* CPK_VALUE_INT64 */
    double double_value; /* CPK_VALUE_DOUBLE */
    const void *bytes;   /* CPK_VALUE_TEXT (UTF-8, NUL-terminated in rows) and CPK_VALUE_BLOB */
    size_t length;       /* of `bytes`, in bytes */
} cpk_value;

/** Kinds of principals, for cpk_actor.kind. */
#define CPK_ACTOR_USER      1
#define CPK_ACTOR_SERVICE   2
#define CPK_ACTOR_ADMIN     3
#define CPK_ACTOR_MIGRATION 4 /* the library migrating the schema, with the rights of the connection */

/** The principal of a database session. The driver restricts the session to what this principal may read and change. */
typedef struct cpk_actor {
    uint32_t struct_size; /* sizeof(cpk_actor) as the library was compiled */
    int32_t kind;         /* CPK_ACTOR_* */
    const char *user_id;  /* the user or administrator, a UUID in lower case; NULL for other kinds */
} cpk_actor;

/** Modes of a transaction. */
#define CPK_TRANSACTION_READ  0 /* may read a snapshot; takes no write lock */
#define CPK_TRANSACTION_WRITE 1 /* takes the write lock immediately, if the database has one */

/** A statement whose rows are not read: see cpk_database_driver.queue. Since 0.2. */
typedef struct cpk_queued_statement {
    const char *sql;         /* the statement */
    const cpk_value *values; /* of $1, $2, ... */
    size_t value_count;
    uint32_t statement_id; /* as for cpk_database_driver.exec */
    cpk_status unmet;      /* the status to fail with if the statement returns no row; CPK_OK: none */
    const char *message;   /* the message of that error; NULL for CPK_OK */
} cpk_queued_statement;

/** Reports the progress of a copy, in a unit of the driver. A non-zero result stops it with CPK_ERROR_CANCELLED. Since
 * 0.2. */
typedef int32_t (*cpk_database_progress_fn)(void *user, int64_t done, int64_t total);

/** Called for each result of a check: CPK_CHECK_* and one sentence. Since 0.2. */
typedef void (*cpk_database_report_fn)(void *user, int32_t outcome, const char *text);

/**
 * The functions of a database driver: sessions that run SQL. Start from CPK_DATABASE_DRIVER_INIT. Later versions add
 * fields at the end.
 *
 * The library copies the table at registration. It uses different sessions from several threads at once, but each
 * session from one thread at a time. Placeholders are $1, $2, ... in any order, each possibly several times. Errors
 * have the native code and tell whether the transaction can be repeated. After an error inside a transaction only
 * rollback is called.
 */
typedef struct cpk_database_driver {
    uint32_t abi_version;  /* CPK_DATABASE_ABI */
    uint32_t struct_size;  /* sizeof(cpk_database_driver) as the driver was compiled */
    uint64_t capabilities; /* CPK_DATABASE_CAN_* */
    void *self;            /* the first argument of every function */

    void (*destroy)(void *self); /* may be NULL; called once, after the last call */

    int32_t dialect; /* CPK_DIALECT_* */
    int32_t reserved;

    /* required */
    cpk_status (*session_open)(void *self, const cpk_actor *actor, void **session, cpk_error **error);
    void (*session_close)(void *self, void *session); /* rolls back an open transaction */
    cpk_status (*begin)(void *self, void *session, int32_t mode, cpk_error **error); /* CPK_TRANSACTION_* */
    cpk_status (*commit)(void *self, void *session, cpk_error **error); /* also on failure the transaction is over */
    cpk_status (*rollback)(void *self, void *session, cpk_error **error);
    /* Runs a statement. `statement_id` is at least 1 and the same for the same SQL, so that a driver may keep it
     * prepared; 0: do not keep it. `values` are valid until the function returns. A session has one open cursor at a
     * time. */
    cpk_status (*exec)(void *self, void *session, uint32_t statement_id, const char *sql, const cpk_value *values,
                       size_t value_count, void **cursor, cpk_error **error);
    /* Reads the next row; *columns is NULL at the end. A row is valid until the next call with its cursor. A statement
     * without rows has been executed when the first cursor_next returns. */
    cpk_status (*cursor_next)(void *self, void *cursor, const cpk_value **columns, size_t *column_count,
                              cpk_error **error);
    void (*cursor_close)(void *self, void *cursor);

    /* optional */
    int64_t (*cursor_changes)(void *self, void *cursor); /* number of rows that the finished statement changed */
    /* Asks the running statement of the session, if any, to end with CPK_ERROR_CANCELLED. It may still succeed; the
     * library rolls the transaction back. Called from any thread while the session is open. Since 0.2. */
    cpk_status (*cancel)(void *self, void *session, cpk_error **error);
    /* Copies the whole database, as of one moment and while other sessions write, to a file that only its owner can
     * read and that appears complete or not at all. replace 0: CPK_ERROR_ALREADY_EXISTS if the path exists. `progress`
     * may be NULL. Called from any thread. Since 0.2. */
    cpk_status (*backup)(void *self, const char *path, int32_t replace, cpk_database_progress_fn progress, void *user,
                         cpk_error **error);
    /* Checks the stored data for damage, and reports each finding and what was not checked, with what to do about it.
     * Returns CPK_OK also with findings. Called from any thread. Since 0.2. */
    cpk_status (*check)(void *self, cpk_database_report_fn report, void *user, cpk_error **error);
    /* Queues statements that the next exec or commit runs first, in the open transaction, so that a driver can send
     * them in one network round trip. They are valid until that call or a rollback returns. If one fails, or returns no
     * row although `unmet` is set, that call fails and the statements after it have no effect. `is_last` 1: the next
     * exec is the last one of the transaction, so that the driver may commit in the same round trip; commit is still
     * called. Without this function statements are run one by one. Since 0.2. */
    void (*queue)(void *self, void *session, const cpk_queued_statement *statements, size_t count, int32_t is_last);
} cpk_database_driver;

#define CPK_DATABASE_DRIVER_INIT                                                                                       \
    {                                                                                                                  \
        CPK_DATABASE_ABI, sizeof(cpk_database_driver), 0, NULL, NULL, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL,  \
            NULL, NULL, NULL, NULL, NULL, NULL                                                                         \
    }

#ifdef __cplusplus
}
#endif
#endif
