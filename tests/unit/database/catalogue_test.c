#include "support/test.h"

#include "base/context.h"
#include "database/catalogue.h"
#include "database/migrate.h"
#include "database/statement.h"

#include <ctype.h>
#include <sqlite3.h>

/* Prepares each statement on a migrated SQLite database; parameters must be $1..$n without gaps. */
static sqlite3 *migrated(void)
{
    const struct catalogue_schema *schema = catalogue_schema_find(CPK_DIALECT_SQLITE);
    sqlite3 *handle;

    assert_non_null(schema);
    assert_int_equal(sqlite3_open(":memory:", &handle), SQLITE_OK);
    for (size_t i = 0; i < schema->bootstrap.count; i++) {
        assert_int_equal(sqlite3_exec(handle, schema->bootstrap.statements[i], NULL, NULL, NULL), SQLITE_OK);
    }
    for (size_t i = 0; i < schema->migration_count; i++) {
        for (size_t j = 0; j < schema->migrations[i].statement_count; j++) {
            if (sqlite3_exec(handle, schema->migrations[i].statements[j], NULL, NULL, NULL) != SQLITE_OK) {
                fail_msg("%s in:\n%s", sqlite3_errmsg(handle), schema->migrations[i].statements[j]);
            }
        }
    }
    return handle;
}

static void each_statement_prepares(void **state)
{
    sqlite3 *handle = migrated();

    (void)state;
    for (int id = 1; id < STATEMENT_COUNT; id++) {
        sqlite3_stmt *prepared = NULL;
        const char *sql = catalogue_sql((enum statement_id)id, CPK_DIALECT_SQLITE);

        if (sqlite3_prepare_v2(handle, sql, -1, &prepared, NULL) != SQLITE_OK) {
            fail_msg("%s: %s", catalogue_name((enum statement_id)id), sqlite3_errmsg(handle));
        }
        for (int i = 1; i <= sqlite3_bind_parameter_count(prepared); i++) {
            char name[24];

            snprintf(name, sizeof name, "$%d", i);
            if (sqlite3_bind_parameter_index(prepared, name) == 0) {
                fail_msg("%s has no parameter %s", catalogue_name((enum statement_id)id), name);
            }
        }
        sqlite3_finalize(prepared);
    }
    sqlite3_close(handle);
}

/* No full table scans, except for the statements listed here. */
static void statements_use_an_index(void **state)
{
    static const enum statement_id whole[] = {STATEMENT_MIGRATION_LIST,
                                              STATEMENT_MIGRATION_REPORT_LIST,
                                              STATEMENT_USER_LIST_PAGE,
                                              STATEMENT_LEDGER_DRIFT,
                                              STATEMENT_ADMIN_ACTION_LIST_PAGE,
                                              STATEMENT_WEBHOOK_LOG_LIST_PAGE,
                                              STATEMENT_PAYMENT_ATTEMPT_LIST_FIRST,
                                              STATEMENT_PAYMENT_LIST_UNCLAIMED, /* a partial index of those alone */
                                              STATEMENT_ODD_VALUE_LIST,
                                              STATEMENT_STUCK_HOLD_LIST,
                                              STATEMENT_PACK_LIST_MISCOUNTED,
                                              STATEMENT_STATISTICS_GET,
                                              STATEMENT_QUEUE_LIST_PAGE,
                                              STATEMENT_QUEUE_MEASURE,
                                              STATEMENT_PACK_LIST_MISCOUNTED,
                                              STATEMENT_FOLDER_LIST};
    sqlite3 *handle = migrated();

    (void)state;
    for (int id = 1; id < STATEMENT_COUNT; id++) {
        char *explain =
            sqlite3_mprintf("EXPLAIN QUERY PLAN %s", catalogue_sql((enum statement_id)id, CPK_DIALECT_SQLITE));
        sqlite3_stmt *plan = NULL;
        int32_t is_whole = 0;

        for (size_t i = 0; i < sizeof whole / sizeof whole[0]; i++) {
            is_whole |= whole[i] == (enum statement_id)id;
        }
        assert_int_equal(sqlite3_prepare_v2(handle, explain, -1, &plan, NULL), SQLITE_OK);
        while (sqlite3_step(plan) == SQLITE_ROW) {
            const char *step = (const char *)sqlite3_column_text(plan, 3);

            /* These scan the few rows of a subquery, a JSON array of one row, or an index of the work in one state. */
            if (!is_whole && strncmp(step, "SCAN ", 5) == 0 && strcmp(step, "SCAN CONSTANT ROW") != 0 &&
                strstr(step, "INDEX contextpack_queue_ready") == NULL &&
                strstr(step, "INDEX contextpack_queue_waiting") == NULL &&
                strstr(step, "INDEX contextpack_queue_running") == NULL &&
                strstr(step, "INDEX contextpack_queue_dead") == NULL && strcmp(step, "SCAN r") != 0 &&
                strstr(step, " VIRTUAL TABLE ") == NULL && id != STATEMENT_TRANSACTION_OVERVIEW &&
                !(id == STATEMENT_QUEUE_CLAIM_IN_TURN && strpbrk(step + strlen("SCAN "), "qp_") == NULL) &&
                !(id == STATEMENT_FOLDER_NEIGHBOUR_LIST && strlen(step) == strlen("SCAN x"))) {
                fail_msg("%s: %s", catalogue_name((enum statement_id)id), step);
            }
        }
        sqlite3_finalize(plan);
        sqlite3_free(explain);
    }
    sqlite3_close(handle);
}

/* This lookup runs for each conversation of an import; the plan must use all four index columns without statistics. */
static void conversation_lookup_uses_all_index_columns(void **state)
{
    sqlite3 *handle = migrated();
    char *explain =
        sqlite3_mprintf("EXPLAIN QUERY PLAN %s", catalogue_sql(STATEMENT_CONVERSATION_FIND, CPK_DIALECT_SQLITE));
    sqlite3_stmt *plan = NULL;

    (void)state;
    assert_int_equal(sqlite3_prepare_v2(handle, explain, -1, &plan, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(plan), SQLITE_ROW);
    assert_non_null(strstr((const char *)sqlite3_column_text(plan, 3), "provider=? AND conversation_id=?"));
    assert_int_equal(sqlite3_step(plan), SQLITE_DONE); /* no sorting */
    sqlite3_finalize(plan);
    sqlite3_free(explain);
    sqlite3_close(handle);
}

static int32_t has_word(const char *sql, const char *word)
{
    size_t length = strlen(word);

    for (const char *at = strstr(sql, word); at != NULL; at = strstr(at + 1, word)) {
        if ((at == sql || (!isalnum((unsigned char)at[-1]) && at[-1] != '_')) && !isalnum((unsigned char)at[length]) &&
            at[length] != '_') {
            return 1;
        }
    }
    return 0;
}

/* Statements of the service for rows of all users; the store rejects them for users. */
static int32_t is_of_all_users(enum statement_id id)
{
    return id == STATEMENT_ARCHIVE_CREDIT_TRANSACTIONS_LIST || id == STATEMENT_ARCHIVE_CREDIT_TRANSACTIONS_NEXT ||
           id == STATEMENT_ARCHIVE_CREDIT_TRANSACTIONS_COUNT || id == STATEMENT_REPORT_REVENUE_LIST ||
           id == STATEMENT_REPORT_REVENUE_UNDATED_LIST || id == STATEMENT_ODD_VALUE_LIST ||
           id == STATEMENT_STATISTICS_GET;
}

/* SQLite has no row security: a statement on a user-owned table must name user_id (for profiles: id). */
static void statements_name_the_owner(void **state)
{
    static const char *const owned[] = {"packs_v2",
                                        "pack_sources",
                                        "pack_exports",
                                        "credit_transactions",
                                        "contextpack_work",
                                        "contextpack_chunks",
                                        "contextpack_conversations",
                                        "contextpack_holds",
                                        "contextpack_exports",
                                        "jobs",
                                        "packs_legacy",
                                        "contextpack_legacy_copies"};

    (void)state;
    for (int id = 1; id < STATEMENT_COUNT; id++) {
        const char *sql = catalogue_sql((enum statement_id)id, CPK_DIALECT_SQLITE);

        for (size_t i = 0; i < sizeof owned / sizeof owned[0]; i++) {
            if (has_word(sql, owned[i]) && !has_word(sql, "user_id") && !is_of_all_users((enum statement_id)id)) {
                fail_msg("%s touches %s without its owner", catalogue_name((enum statement_id)id), owned[i]);
            }
        }
    }
}

/* The shared catalogue contains no dialect of one engine. */
static void statements_are_portable(void **state)
{
    static const char *const foreign[] = {"now", "ANY", "ILIKE", "datetime", "strftime", "REPLACE", "PRAGMA", "rowid"};

    (void)state;
    for (int id = 1; id < STATEMENT_COUNT; id++) {
        const char *sqlite = catalogue_sql((enum statement_id)id, CPK_DIALECT_SQLITE);
        const char *postgresql = catalogue_sql((enum statement_id)id, CPK_DIALECT_POSTGRESQL);

        assert_null(strstr(sqlite, "::"));
        assert_null(strchr(sqlite, '@'));
        assert_null(strchr(postgresql, '@'));
        assert_null(strstr(sqlite, "FOR UPDATE"));
        for (size_t i = 0; i < sizeof foreign / sizeof foreign[0]; i++) {
            if (has_word(sqlite, foreign[i])) {
                fail_msg("%s uses %s", catalogue_name((enum statement_id)id), foreign[i]);
            }
        }
    }
    assert_null(catalogue_sql(STATEMENT_USER_GET, 99));
    assert_non_null(strstr(catalogue_sql(STATEMENT_USER_GET, CPK_DIALECT_POSTGRESQL), "CAST($1 AS uuid)"));
    assert_non_null(strstr(catalogue_sql(STATEMENT_MIGRATION_LIST, CPK_DIALECT_POSTGRESQL), "contextpack.migrations"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_statement_prepares),
        cmocka_unit_test(statements_use_an_index),
        cmocka_unit_test(conversation_lookup_uses_all_index_columns),
        cmocka_unit_test(statements_name_the_owner),
        cmocka_unit_test(statements_are_portable),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
