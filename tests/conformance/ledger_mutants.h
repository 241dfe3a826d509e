/* Faults of a ledger, planted by a database driver that stands before the real one: it knows statements by a piece of
 * their text and changes their text, their values, or what becomes of the transaction. */
#ifndef TESTS_CONFORMANCE_LEDGER_MUTANTS_H
#define TESTS_CONFORMANCE_LEDGER_MUTANTS_H

#include "base/context.h"
#include "database/postgres/postgres.h"
#include "database/sqlite/sqlite.h"
#include "support/scratch.h"
#include "support/tables.h"

#include <contextpack/contextpack.h>

#include <stdarg.h>
#include <stdatomic.h>

#define SHIM_VALUES_MAX 24

/* One statement on its way; `values` may be changed. */
struct passing {
    const struct shim *shim;
    void *session;
    uint32_t id;
    const char *sql;
    cpk_value values[SHIM_VALUES_MAX];
    size_t count;
};

struct mutant {
    const char *name;
    const char *statement;            /* a piece of the text of the statements that are touched */
    const char *instead;              /* the replacement; NULL: the text is unchanged */
    void (*change)(struct passing *); /* or NULL */
    int32_t without_transactions;     /* each statement by itself */
    int32_t rollbacks_are_commits;
};

struct shim {
    cpk_database_driver inner;
    const struct mutant *mutant; /* NULL: all is passed on */
    _Atomic int32_t hits;        /* statements that were touched, and rollbacks */
};

/* The first number that a statement of the mutant's own gives. */
static inline int64_t passing_ask(const struct passing *passing, const char *sql, const cpk_value *values, size_t count)
{
    const cpk_database_driver *inner = &passing->shim->inner;
    const cpk_value *columns = NULL;
    size_t column_count = 0;
    void *cursor = NULL;
    int64_t number = 0;

    if (inner->exec(inner->self, passing->session, 0, sql, values, count, &cursor, NULL) != CPK_OK) {
        return 0;
    }
    if (inner->cursor_next(inner->self, cursor, &columns, &column_count, NULL) == CPK_OK && columns != NULL) {
        number = columns[0].int64_value;
    }
    inner->cursor_close(inner->self, cursor);
    return number;
}

static inline cpk_status shim_exec(void *self, void *session, uint32_t id, const char *sql, const cpk_value *values,
                                   size_t count, void **cursor, cpk_error **error)
{
    struct shim *shim = self;
    const struct mutant *mutant = shim->mutant;
    const char *at = mutant != NULL && mutant->statement != NULL ? strstr(sql, mutant->statement) : NULL;
    struct passing passing = {shim, session, id, sql, {{0}}, count};
    char text[TABLES_SQL_BYTES];

    if (at == NULL || count > SHIM_VALUES_MAX) {
        return shim->inner.exec(shim->inner.self, session, id, sql, values, count, cursor, error);
    }
    atomic_fetch_add(&shim->hits, 1);
    if (count > 0) {
        memcpy(passing.values, values, count * sizeof *values);
    }
    if (mutant->instead != NULL) {
        snprintf(text, sizeof text, "%.*s%s%s", (int)(at - sql), sql, mutant->instead, at + strlen(mutant->statement));
        passing.sql = text;
        passing.id = 0; /* not the text that a driver may have kept */
    }
    if (mutant->change != NULL) {
        mutant->change(&passing);
    }
    return shim->inner.exec(shim->inner.self, session, passing.id, passing.sql, passing.values, passing.count, cursor,
                            error);
}

static inline int32_t shim_is_without(const struct shim *shim)
{
    return shim->mutant != NULL && shim->mutant->without_transactions;
}

static inline cpk_status shim_begin(void *self, void *session, int32_t mode, cpk_error **error)
{
    struct shim *shim = self;

    return shim_is_without(shim) ? CPK_OK : shim->inner.begin(shim->inner.self, session, mode, error);
}

static inline cpk_status shim_commit(void *self, void *session, cpk_error **error)
{
    struct shim *shim = self;

    return shim_is_without(shim) ? CPK_OK : shim->inner.commit(shim->inner.self, session, error);
}

static inline cpk_status shim_rollback(void *self, void *session, cpk_error **error)
{
    struct shim *shim = self;

    if (shim_is_without(shim)) {
        return CPK_OK;
    }
    if (shim->mutant != NULL && shim->mutant->rollbacks_are_commits) {
        atomic_fetch_add(&shim->hits, 1);
        return shim->inner.commit(shim->inner.self, session, error);
    }
    return shim->inner.rollback(shim->inner.self, session, error);
}

static inline void shim_destroy(void *self)
{
    struct shim *shim = self;

    shim->inner.destroy(shim->inner.self);
}

static inline cpk_status shim_session_open(void *self, const cpk_actor *actor, void **session, cpk_error **error)
{
    struct shim *shim = self;

    return shim->inner.session_open(shim->inner.self, actor, session, error);
}

static inline void shim_session_close(void *self, void *session)
{
    struct shim *shim = self;

    shim->inner.session_close(shim->inner.self, session);
}

static inline cpk_status shim_cursor_next(void *self, void *cursor, const cpk_value **columns, size_t *count,
                                          cpk_error **error)
{
    struct shim *shim = self;

    return shim->inner.cursor_next(shim->inner.self, cursor, columns, count, error);
}

static inline void shim_cursor_close(void *self, void *cursor)
{
    struct shim *shim = self;

    shim->inner.cursor_close(shim->inner.self, cursor);
}

static inline int64_t shim_cursor_changes(void *self, void *cursor)
{
    struct shim *shim = self;

    return shim->inner.cursor_changes(shim->inner.self, cursor);
}

static inline void shim_driver(struct shim *shim, cpk_database_driver *driver)
{
    *driver = shim->inner;
    driver->self = shim;
    driver->destroy = shim_destroy;
    driver->session_open = shim_session_open;
    driver->session_close = shim_session_close;
    driver->begin = shim_begin;
    driver->commit = shim_commit;
    driver->rollback = shim_rollback;
    driver->exec = shim_exec;
    driver->cursor_next = shim_cursor_next;
    driver->cursor_close = shim_cursor_close;
    driver->cursor_changes = shim->inner.cursor_changes != NULL ? shim_cursor_changes : NULL;
    driver->cancel = NULL;
    driver->queue = NULL; /* so that every statement passes */
}

/* ---- the faults */

/* Columns of the statements that are touched, as the catalogue has them. */
#define ADD_CREDITS  1 /* of user_credits_add */
#define KEY_TEXT     1 /* of ledger_key_insert */
#define ENTRY_USER   1 /* of transaction_insert */
#define ENTRY_TYPE   2
#define ENTRY_SUM    3
#define ENTRY_MONEY  4

#define ADDS_CREDITS "COALESCE(credits_balance, 0) + $2"
#define ENTERS       "INSERT INTO credit_transactions"
#define CLAIMS_A_KEY "ledger_keys (user_id, request_key"
#define ON_KNOWN_KEY "ON CONFLICT (user_id, request_key) DO NOTHING"

static inline void add_nothing(struct passing *passing)
{
    passing->values[ADD_CREDITS].int64_value = 0;
}

static inline void add_no_debit(struct passing *passing)
{
    if (passing->values[ADD_CREDITS].int64_value < 0) {
        passing->values[ADD_CREDITS].int64_value = 0;
    }
}

/* Passes two values: the entry, and the user. */
static inline void enter_into_the_last(struct passing *passing)
{
    cpk_value user = passing->values[ENTRY_USER];

    passing->values[0] = passing->values[ENTRY_SUM];
    passing->values[1] = user;
    passing->count = 2;
    passing->id = 0;
    passing->sql = "UPDATE credit_transactions SET credits = credits + $1 WHERE id = (SELECT t.id FROM "
                   "credit_transactions t WHERE CAST(t.user_id AS text) = $2 ORDER BY t.created_at DESC, t.id LIMIT 1)";
}

static inline void enter_one_more(struct passing *passing)
{
    passing->values[ENTRY_SUM].int64_value++;
}

static inline void enter_rounded_money(struct passing *passing)
{
    passing->values[ENTRY_MONEY].int64_value -= passing->values[ENTRY_MONEY].int64_value % 10;
}

static inline void delete_what_is_refunded(struct passing *passing)
{
    const char *type = passing->values[ENTRY_TYPE].bytes;

    if (strcmp(type, "refund") == 0) {
        passing->values[0] = passing->values[ENTRY_USER];
        passing->count = 1;
        passing->id = 0;
        passing->sql = "DELETE FROM credit_transactions WHERE CAST(user_id AS text) = $1 AND transaction_type = "
                       "'purchase'";
    }
}

static inline void salt_the_key(struct passing *passing)
{
    static char salted[64][64];
    static _Atomic uint32_t next;
    uint32_t number = atomic_fetch_add(&next, 1);
    char *text = salted[number % 64];

    passing->values[KEY_TEXT].length = (size_t)snprintf(text, 64, "%.*s-%u", (int)passing->values[KEY_TEXT].length,
                                                        (const char *)passing->values[KEY_TEXT].bytes, number);
    passing->values[KEY_TEXT].bytes = text;
}

/* Checks whether the key exists, then inserts it without checking again. */
static inline void look_the_key_up(struct passing *passing)
{
    const char *own = passing->shim->inner.dialect == CPK_DIALECT_POSTGRESQL ? "contextpack." : "contextpack_";
    char ask[256];
    static _Thread_local char text[TABLES_SQL_BYTES];
    const char *at = strstr(passing->sql, ON_KNOWN_KEY);

    snprintf(ask, sizeof ask,
             "SELECT CAST(count(*) AS bigint) FROM %sledger_keys WHERE CAST(user_id AS text) = $1 AND request_key = $2",
             own);
    if (passing_ask(passing, ask, passing->values, 2) > 0) {
        return;
    }
    usleep(2000);
    snprintf(text, sizeof text, "%.*sON CONFLICT (user_id, request_key) DO UPDATE SET result_id = excluded.result_id%s",
             (int)(at - passing->sql), passing->sql, at + strlen(ON_KNOWN_KEY));
    passing->sql = text;
    passing->id = 0;
}

static inline void read_the_balance(struct passing *passing)
{
    int64_t balance =
        passing_ask(passing, "SELECT CAST(credits_balance AS bigint) FROM user_profiles WHERE CAST(id AS text) = $1",
                    passing->values, 1);

    usleep(500);
    passing->values[ADD_CREDITS].int64_value += balance;
}

static const struct mutant NOTHING_COMES_BACK = {
    "what is given does not reach the balance", ADDS_CREDITS, NULL, add_nothing, 0, 0};
static const struct mutant ENTRIES_ARE_MERGED = {
    "an entry is added to the last one", ENTERS, NULL, enter_into_the_last, 0, 0};
static const struct mutant AUDIT_IS_BLIND = {"the audit compares nothing",
                                             "d.balance <> d.opening + d.transactions - d.holds",
                                             "d.balance <> d.balance",
                                             NULL,
                                             0,
                                             0};
static const struct mutant KEYS_ARE_SALTED = {
    "each request counts as a new one", CLAIMS_A_KEY, NULL, salt_the_key, 0, 0};
static const struct mutant KEYS_ARE_LOOKED_UP_FIRST = {
    "keys are looked up before they are entered", CLAIMS_A_KEY, NULL, look_the_key_up, 1, 0};
static const struct mutant BALANCE_IS_READ_FIRST = {
    "the balance is read, then written", ADDS_CREDITS, "$2", read_the_balance, 1, 0};
static const struct mutant COMMITS_LEAVE_THE_HOLD = {
    "what was committed stays in the hold", "remaining - $3 END", "remaining - 0 * $3 END", NULL, 0, 0};
static const struct mutant ENTRIES_ARE_OFF_BY_ONE = {"entries are one too high", ENTERS, NULL, enter_one_more, 0, 0};
static const struct mutant RESERVES_ARE_NOT_GUARDED = {
    "a reserve does not look at the balance", " AND credits_balance >= $2", "", NULL, 0, 0};
static const struct mutant MONEY_IS_ROUNDED = {"money is rounded", ENTERS, NULL, enter_rounded_money, 0, 0};
static const struct mutant CURRENCY_IS_FORGOTTEN = {"a payment's currency is forgotten",
                                                    "package_id, currency, credits",
                                                    "package_id, CAST(NULL AS text), credits",
                                                    NULL,
                                                    0,
                                                    0};
static const struct mutant REFUNDS_DELETE = {
    "a refund deletes what was bought", ENTERS, NULL, delete_what_is_refunded, 0, 0};
static const struct mutant DEBITS_SKIP_THE_BALANCE = {
    "what is taken back stays in the balance", ADDS_CREDITS, NULL, add_no_debit, 0, 0};
static const struct mutant PAGES_OVERLAP = {
    "a page begins with the last one's end", ", t.id) < (", ", t.id) <= (", NULL, 0, 0};
static const struct mutant REFUSALS_ARE_COMMITTED = {"what a refused request did stays", NULL, NULL, NULL, 0, 1};

#endif
