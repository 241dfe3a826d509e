/* Checks of driver tables, and handling of a driver's results, with a dummy driver. */
#include "support/test.h"

#include "base/context.h"
#include "database/database.h"
#include "database/statement.h"

struct counters {
    int destroyed;
    int opened;
    int closed;
};

static void fake_destroy(void *self)
{
    ((struct counters *)self)->destroyed++;
}

static cpk_status fake_session_open(void *self, const cpk_actor *actor, void **session, cpk_error **error)
{
    (void)error;
    assert_int_equal(actor->kind, CPK_ACTOR_USER);
    ((struct counters *)self)->opened++;
    *session = self;
    return CPK_OK;
}

static void fake_session_close(void *self, void *session)
{
    (void)session;
    ((struct counters *)self)->closed++;
}

static cpk_status fake_begin(void *self, void *session, int32_t mode, cpk_error **error)
{
    (void)self;
    (void)session;
    (void)mode;
    (void)error;
    return CPK_OK;
}

static cpk_status fake_end(void *self, void *session, cpk_error **error)
{
    (void)self;
    (void)session;
    (void)error;
    return CPK_OK;
}

static cpk_status fake_exec(void *self, void *session, uint32_t statement_id, const char *sql, const cpk_value *values,
                            size_t value_count, void **cursor, cpk_error **error)
{
    (void)session;
    (void)sql;
    (void)values;
    (void)value_count;
    *cursor = self;
    if (statement_id == 0) {
        *error = cpk_error_new(CPK_ERROR_NETWORK, "fake", "the line is cut", "X1", 1);
        return CPK_ERROR_NETWORK;
    }
    return CPK_OK;
}

static cpk_status fake_next(void *self, void *cursor, const cpk_value **columns, size_t *column_count,
                            cpk_error **error)
{
    (void)self;
    (void)cursor;
    (void)error;
    *columns = NULL;
    *column_count = 0;
    return CPK_OK;
}

static void fake_cursor_close(void *self, void *cursor)
{
    (void)self;
    (void)cursor;
}

static cpk_database_driver fake_driver(struct counters *self)
{
    return (cpk_database_driver){.abi_version = CPK_DATABASE_ABI,
                                 .struct_size = sizeof(cpk_database_driver),
                                 .self = self,
                                 .destroy = fake_destroy,
                                 .dialect = CPK_DIALECT_SQLITE,
                                 .session_open = fake_session_open,
                                 .session_close = fake_session_close,
                                 .begin = fake_begin,
                                 .commit = fake_end,
                                 .rollback = fake_end,
                                 .exec = fake_exec,
                                 .cursor_next = fake_next,
                                 .cursor_close = fake_cursor_close};
}

static void refuse(const cpk_database_driver *driver, cpk_status code, const char *text)
{
    struct context context;
    struct database *database;
    cpk_error *error = NULL;

    context_init(&context);
    assert_int_equal(database_create(&context, driver, &database, &error), code);
    assert_null(database);
    if (strstr(cpk_error_message(error), text) == NULL) {
        fail_msg("\"%s\" is not in \"%s\"", text, cpk_error_message(error));
    }
    cpk_error_free(error);
}

static void invalid_driver_table_is_rejected(void **state)
{
    struct counters counters = {0, 0, 0};
    cpk_database_driver driver = fake_driver(&counters);
    struct {
        cpk_database_driver driver;
        void *unknown;
    } longer;

    (void)state;
    refuse(NULL, CPK_ERROR_INVALID_ARGUMENT, "missing");
    driver.abi_version = 2;
    refuse(&driver, CPK_ERROR_UNSUPPORTED, "version 2");
    driver = fake_driver(&counters);
    driver.struct_size = offsetof(cpk_database_driver, cursor_close);
    refuse(&driver, CPK_ERROR_INVALID_ARGUMENT, "struct_size");
    driver = fake_driver(&counters);
    driver.exec = NULL;
    refuse(&driver, CPK_ERROR_INVALID_ARGUMENT, "required slot");
    driver = fake_driver(&counters);
    driver.dialect = 9;
    refuse(&driver, CPK_ERROR_UNSUPPORTED, "dialect 9");
    longer.driver = fake_driver(&counters);
    longer.driver.struct_size = sizeof longer;
    longer.unknown = &longer;
    refuse(&longer.driver, CPK_ERROR_UNSUPPORTED, "unknown to this library");
    assert_int_equal(counters.destroyed, 0); /* a rejected driver stays the caller's */
}

static void older_and_newer_driver_tables_are_accepted(void **state)
{
    struct counters counters = {0, 0, 0};
    struct {
        cpk_database_driver driver;
        void *unknown;
    } longer = {fake_driver(&counters), NULL};
    cpk_database_driver shorter = fake_driver(&counters);
    struct context context;
    struct database *database;
    cpk_error *error = NULL;

    (void)state;
    context_init(&context);
    longer.driver.struct_size = sizeof longer;
    assert_ok(database_create(&context, &longer.driver, &database, &error), error);
    database_free(database);
    shorter.struct_size = offsetof(cpk_database_driver, cursor_changes);
    assert_ok(database_create(&context, &shorter, &database, &error), error);
    database_free(database);
    assert_int_equal(counters.destroyed, 2);
    database_free(NULL);
    db_session_close(NULL);
}

static void driver_error_is_passed_on_and_fails_the_transaction(void **state)
{
    const cpk_actor actor = {sizeof actor, CPK_ACTOR_USER, "11111111-1111-4111-8111-111111111111"};
    struct counters counters = {0, 0, 0};
    cpk_database_driver driver = fake_driver(&counters);
    struct context context;
    struct database *database;
    struct db_session *session;
    cpk_error *error = NULL;
    struct statement run;

    (void)state;
    context_init(&context);
    assert_ok(database_create(&context, &driver, &database, &error), error);
    assert_ok(db_session_open(database, &actor, &session, &error), error);
    assert_ok(db_begin(session, CPK_TRANSACTION_WRITE, &error), error);
    statement_start(&run, session, STATEMENT_MIGRATION_LIST);
    assert_ok(statement_run(&run, NULL, &error), error);
    statement_start_sql(&run, session, "whatever");
    assert_int_equal(statement_run(&run, NULL, &error), CPK_ERROR_NETWORK);
    assert_string_equal(cpk_error_message(error), "the line is cut");
    assert_string_equal(cpk_error_native(error), "X1");
    assert_int_equal(cpk_error_retryable(error), 1);
    cpk_error_free(error);
    statement_start(&run, session, STATEMENT_MIGRATION_LIST);
    assert_int_equal(statement_run(&run, NULL, NULL), CPK_ERROR_CONFLICT);
    assert_int_equal(db_commit(session, NULL), CPK_ERROR_CONFLICT);
    statement_start(&run, session, STATEMENT_MIGRATION_LIST);
    error = NULL;
    assert_ok(statement_run(&run, NULL, &error), error);
    db_session_close(session);
    database_free(database);
    assert_int_equal(counters.opened, 1);
    assert_int_equal(counters.closed, 1);
    assert_int_equal(counters.destroyed, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(invalid_driver_table_is_rejected),
        cmocka_unit_test(older_and_newer_driver_tables_are_accepted),
        cmocka_unit_test(driver_error_is_passed_on_and_fails_the_transaction),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
