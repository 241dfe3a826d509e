#ifndef CONTEXTPACK_BACKEND_DATABASE_H
#define CONTEXTPACK_BACKEND_DATABASE_H

#include <contextpack/error.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The version of the database table, for cpk_database_driver.abi_version. */
#define CPK_DATABASE_ABI 1u

/** Capability bits. */
#define CPK_DATABASE_CAN_ROW_SECURITY (UINT64_C(1) << 0) /* row-level security is enforced by the database itself */

/** The SQL that the driver speaks: which DDL and which engine-specific statements it is given. */
#define CPK_DIALECT_SQLITE     1
#define CPK_DIALECT_POSTGRESQL 2

/** The type of a value. A null has a type too: PostgreSQL asks for one. */
#define CPK_VALUE_INT64  1
#define CPK_VALUE_DOUBLE 2
#define CPK_VALUE_TEXT   3
#define CPK_VALUE_BLOB   4

/** One bound parameter or one column of a row. Bytes are borrowed. */
typedef struct cpk_value {
    int32_t type;    /* CPK_VALUE_* */
    int32_t is_null; /* 1: SQL NULL of that type */
    int64_t int64_value;
    double double_value;
    const void *bytes; /* CPK_VALUE_TEXT (UTF-8, NUL-terminated in rows) and CPK_VALUE_BLOB */
    size_t length;     /* bytes */
} cpk_value;

/** On whose behalf a database session acts: cpk_actor.kind. */
#define CPK_ACTOR_USER      1
#define CPK_ACTOR_SERVICE   2
#define CPK_ACTOR_ADMIN     3
#define CPK_ACTOR_MIGRATION 4 /* the library itself, changing the schema: with the rights of the connection */

/** Who a database session is for: the driver makes it see and change what that one may. */
typedef struct cpk_actor {
    uint32_t struct_size; /* sizeof(cpk_actor) as the library was compiled */
    int32_t kind;         /* CPK_ACTOR_* */
    const char *user_id;  /* the user, or the admin, as a UUID in lower case; NULL for the others */
} cpk_actor;

#define CPK_TRANSACTION_READ  0 /* may see a snapshot; takes no write lock */
#define CPK_TRANSACTION_WRITE 1 /* takes the write lock at once where the engine has one */

/** A statement whose rows nobody reads: see cpk_database_driver.queue. Since 0.2. */
typedef struct cpk_queued_statement {
    const char *sql;
    const cpk_value *values;
    size_t value_count;
    uint32_t statement_id; /* as for cpk_database_driver.exec */
    cpk_status unmet;      /* CPK_OK: it may give no row; else the error when it gives none */
    const char *message;   /* of that error; NULL for CPK_OK */
} cpk_queued_statement;

/** Told how far a copy is; the unit is the driver's. Non-zero stops it with CPK_ERROR_CANCELLED. Since 0.2. */
typedef int32_t (*cpk_database_progress_fn)(void *user, int64_t done, int64_t total);

/** Takes one thing that a driver found out about its database: CPK_CHECK_* and a sentence. Since 0.2. */
typedef void (*cpk_database_report_fn)(void *user, int32_t outcome, const char *text);

/**
 * A database driver: sessions that run SQL. Grows only at its end.
 *
 * The library copies the table at registration. Different sessions are used from several threads at once, one
 * session never. Placeholders are $1, $2, ... in any order, each possibly more than once. Errors carry the native
 * code and whether the transaction may be tried again. After an error inside a transaction only rollback is legal.
 */
typedef struct cpk_database_driver {
    uint32_t abi_version;  /* CPK_DATABASE_ABI */
    uint32_t struct_size;  /* sizeof(cpk_database_driver) as the driver was compiled */
    uint64_t capabilities; /* CPK_DATABASE_CAN_* */
    void *self;            /* handed back as the first argument of every slot */

    void (*destroy)(void *self); /* may be NULL; called once, after the last call */

    int32_t dialect; /* CPK_DIALECT_* */
    int32_t reserved;

    /* required */
    cpk_status (*session_open)(void *self, const cpk_actor *actor, void **session, cpk_error **error);
    void (*session_close)(void *self, void *session);                                /* rolls back what is open */
    cpk_status (*begin)(void *self, void *session, int32_t mode, cpk_error **error); /* CPK_TRANSACTION_* */
    cpk_status (*commit)(void *self, void *session, cpk_error **error); /* the transaction is over either way */
    cpk_status (*rollback)(void *self, void *session, cpk_error **error);
    /* Starts a statement. `statement_id` is stable for the same SQL and at least 1, so that a driver may keep it
     * prepared; 0: do not keep. Values may be forgotten on return. One cursor at a time in a session. */
    cpk_status (*exec)(void *self, void *session, uint32_t statement_id, const char *sql, const cpk_value *values,
                       size_t value_count, void **cursor, cpk_error **error);
    /* The next row: *columns is NULL at the end. A row is borrowed until the next call on its cursor. A statement
     * without rows is done once its first cursor_next has answered. */
    cpk_status (*cursor_next)(void *self, void *cursor, const cpk_value **columns, size_t *column_count,
                              cpk_error **error);
    void (*cursor_close)(void *self, void *cursor);

    /* optional */
    int64_t (*cursor_changes)(void *self, void *cursor); /* rows that the finished statement changed */
    /* Asks the statement that the session runs now, if any, to end with CPK_ERROR_CANCELLED; it may end otherwise, and
     * a transaction is left to be rolled back. From any thread, while the session is open. Since 0.2. */
    cpk_status (*cancel)(void *self, void *session, cpk_error **error);
    /* Copies the whole database, as of one moment and while others write, into a file that only its owner can read;
     * whole or not at all. replace 0: CPK_ERROR_ALREADY_EXISTS when the path exists. `progress` may be NULL. From any
     * thread. Since 0.2. */
    cpk_status (*backup)(void *self, const char *path, int32_t replace, cpk_database_progress_fn progress, void *user,
                         cpk_error **error);
    /* Looks for damage in what is stored, and tells each finding and what was not looked at, with what to do about it.
     * CPK_OK also with findings. From any thread. Since 0.2. */
    cpk_status (*check)(void *self, cpk_database_report_fn report, void *user, cpk_error **error);
    /* Statements that the next exec, or commit when that comes first, runs before its own in the open transaction; for
     * drivers with a network before them, which can send them together. They are borrowed until that call or a rollback
     * returns. The first that fails, or gives no row where it must, fails the call, and nothing behind it has any
     * effect. `is_last` 1: the next exec is the transaction's last one, so that its commit can be sent along; commit is
     * called all the same. Without this slot statements are run one by one. Since 0.2. */
    void (*queue)(void *self, void *session, const cpk_queued_statement *statements, size_t count, int32_t is_last);
} cpk_database_driver;

#ifdef __cplusplus
}
#endif
#endif
