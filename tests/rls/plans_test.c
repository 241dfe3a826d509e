/* On PostgreSQL with 100,000 rows: no statement of the catalogue walks through a big table, also under row-level
 * security, and what row-level security costs. CONTEXTPACK_PLANS_DATABASE names a database that is there already and
 * has more rows (tests/bench/growth/run). */
#include "support/backend.h"
#include "support/test.h"

#include "base/context.h"
#include "database/catalogue.h"
#include "database/migrate.h"

#include <time.h>

#define USER        "00000001-0000-4000-8000-000000000002"
#define BULK_BYTES  (64 * 1024)
#define BIG_ROWS    15000
#define PARAMS_MAX  32
#define ROUNDS      25
#define ROUNDS_DEAR 5 /* where the ratio is far above the limit */
#define RUNS        20
#define TRIES       3
#define RATIO_MAX   1.4 /* the goal is 1.2; more is for a machine that does other things, too */

static PGconn *connection;

/* Statements that read the rows of all users, for the service; the last two read a period, here all rows. */
static const enum statement_id WHOLE[] = {
    STATEMENT_MIGRATION_LIST,         STATEMENT_LEDGER_DRIFT,   STATEMENT_PAYMENT_VELOCITY_BY_USER,
    STATEMENT_PAYMENT_VELOCITY_BY_IP, STATEMENT_ODD_VALUE_LIST, STATEMENT_PACK_LIST_MISCOUNTED,
    STATEMENT_STUCK_HOLD_LIST,        STATEMENT_STATISTICS_GET, STATEMENT_QUEUE_LIST_PAGE};

static void run(const char *sql)
{
    PGresult *result = PQexec(connection, sql);

    if (PQresultStatus(result) != PGRES_COMMAND_OK && PQresultStatus(result) != PGRES_TUPLES_OK) {
        fail_msg("%s in: %.200s", PQerrorMessage(connection), sql);
    }
    PQclear(result);
}

static void fill(void)
{
    char *sql = calloc(1, BULK_BYTES);
    FILE *file = fopen(PROJECT_DIR "/tests/rls/bulk.sql", "r");

    assert_non_null(sql);
    assert_non_null(file);
    assert_in_range(fread(sql, 1, BULK_BYTES - 1, file), 1, BULK_BYTES - 2);
    fclose(file);
    run(sql);
    free(sql);
}

static void migrate(char uri[BACKEND_URI_BYTES])
{
    struct context context;
    struct database *database;
    cpk_error *error = NULL;

    context_init(&context);
    assert_ok(database_open(&context, backend_database(uri), &database, &error), error);
    assert_ok(database_migrate(database, NULL, NULL, 0, &error), error);
    database_free(database);
}

static int open_filled(void **state)
{
    const char *given = getenv("CONTEXTPACK_PLANS_DATABASE");
    static char uri[BACKEND_URI_BYTES];
    char superuser[BACKEND_URI_BYTES];

    (void)state;
    if (!backend_is_postgres()) {
        return 0;
    }
    if (given != NULL) {
        backend_uri_of(given, uri);
    } else {
        migrate(uri);
    }
    snprintf(superuser, sizeof superuser, "%.*s%s",
             (int)(strrchr(backend_variable("CONTEXTPACK_TEST_POSTGRES_SUPERUSER"), '/') -
                   backend_variable("CONTEXTPACK_TEST_POSTGRES_SUPERUSER")),
             backend_variable("CONTEXTPACK_TEST_POSTGRES_SUPERUSER"), strrchr(uri, '/'));
    connection = PQconnectdb(superuser);
    assert_int_equal(PQstatus(connection), CONNECTION_OK);
    if (given == NULL) {
        fill();
    }
    return 0;
}

static int close_filled(void **state)
{
    (void)state;
    PQfinish(connection);
    return 0;
}

static void begin_as(const char *role)
{
    char sql[256];

    snprintf(sql, sizeof sql,
             "BEGIN; SELECT set_config('request.jwt.claims', '{\"sub\":\"" USER "\",\"role\":\"%s\"}', true); "
             "SET LOCAL ROLE %s",
             role, role);
    run(sql);
}

/* A value of the parameter's type, as rows have them. */
static const char *value_of(Oid type, int number, const char *context)
{
    char list[32];

    snprintf(list, sizeof list, "CAST($%d AS json)", number);
    if (strstr(context, list) != NULL) {
        return "[\"" USER "\"]"; /* texts or uuids */
    }
    switch (type) {
    case 2950: /* uuid */
        return USER;
    case 869: /* inet */
        return "192.0.2.1";
    case 17: /* bytea */
        return "\\x00";
    case 3802: /* jsonb */
        return "{}";
    case 20: /* bigint */
    case 21:
    case 23:
        return "10";
    case 16: /* boolean */
        return "true";
    case 1007: /* integer[] */
        return "{}";
    case 1700: /* numeric */
    case 701:  /* double */
        return "1";
    default:
        if (strstr(context, "host(p.ip_address)") != NULL) {
            return USER; /* attempts to pay: their texts are cast to uuid */
        }
        return strstr(context, "pack_id = $2") != NULL ? "pack-1" : "source-20000";
    }
}

/* The library's driver always says which type a parameter has; here PostgreSQL finds out, and where it can't by itself,
 * it is a text, or a number where it is reckoned with. */
static PGresult *prepare(const char *sql)
{
    Oid types[PARAMS_MAX] = {0};
    PGresult *result = PQprepare(connection, "tried", sql, PARAMS_MAX, types);

    for (int i = 0; i < PARAMS_MAX && PQresultStatus(result) != PGRES_COMMAND_OK; i++) {
        const char *message = PQresultErrorMessage(result);
        const char *parameter = strstr(message, "data type of parameter $");

        if (parameter != NULL) {
            types[atoi(parameter + strlen("data type of parameter $")) - 1] = 25;
        } else if (strstr(message, "operator is not unique") != NULL) {
            types[5] = types[6] = 20; /* source_add_chunk and its like: from and to of the progress */
        } else {
            break;
        }
        PQclear(result);
        run("ROLLBACK TO SAVEPOINT before");
        result = PQprepare(connection, "tried", sql, PARAMS_MAX, types);
    }
    return result;
}

/* 1 when the role may run it. */
static int32_t explain_prepared(const char *name, const char *sql, char *plan, size_t plan_bytes)
{
    PGresult *description = PQdescribePrepared(connection, "tried");
    char execute[4096] = "EXPLAIN EXECUTE tried";
    size_t length = strlen(execute);
    PGresult *rows;
    int32_t is_allowed;

    for (int i = 0; i < PQnparams(description); i++) {
        length += (size_t)snprintf(execute + length, sizeof execute - length, "%s'%s'", i == 0 ? "(" : ", ",
                                   value_of(PQparamtype(description, i), i + 1, sql));
    }
    snprintf(execute + length, sizeof execute - length, "%s", PQnparams(description) > 0 ? ")" : "");
    PQclear(description);
    rows = PQexec(connection, execute);
    is_allowed = PQresultStatus(rows) == PGRES_TUPLES_OK;
    if (!is_allowed && strcmp(PQresultErrorField(rows, PG_DIAG_SQLSTATE), "42501") != 0) {
        fail_msg("%s: %s", name, PQerrorMessage(connection));
    }
    plan[0] = '\0';
    for (int i = 0; i < PQntuples(rows); i++) {
        strncat(plan, PQgetvalue(rows, i, 0), plan_bytes - strlen(plan) - 2);
        strcat(plan, "\n");
    }
    PQclear(rows);
    return is_allowed;
}

/* The name of a big table that the plan walks through; NULL when there is none. */
static const char *walked(char *plan)
{
    for (char *at = strstr(plan, "Seq Scan on "); at != NULL; at = strstr(at + 1, "Seq Scan on ")) {
        const char *const query = "SELECT max(reltuples)::bigint FROM pg_class WHERE relkind = 'r' AND relname = $1";
        static char table[64];
        const char *const values[] = {table};
        PGresult *size;
        long rows;

        snprintf(table, sizeof table, "%.*s", (int)strcspn(at + 12, " \n"), at + 12);
        size = PQexecParams(connection, query, 1, NULL, values, NULL, NULL, 0);
        rows = PQntuples(size) == 1 ? atol(PQgetvalue(size, 0, 0)) : 0;
        PQclear(size);
        if (rows >= BIG_ROWS) {
            return table;
        }
    }
    return NULL;
}

static int32_t is_whole(int id)
{
    for (size_t i = 0; i < sizeof WHOLE / sizeof WHOLE[0]; i++) {
        if (WHOLE[i] == (enum statement_id)id) {
            return 1;
        }
    }
    return 0;
}

/* 1 when the role may run it. */
static int32_t check_plan(int id, const char *role)
{
    const char *sql = catalogue_sql((enum statement_id)id, CPK_DIALECT_POSTGRESQL);
    const char *name = catalogue_name((enum statement_id)id);
    char plan[16384];
    const char *table;
    PGresult *prepared;
    int32_t is_allowed;

    begin_as(role);
    if (strstr(sql, "AS json)") != NULL) {
        /* PostgreSQL takes any list for one of 100, which makes a walk through these small tables cheap on a disk that
         * has to seek. The price of hosted servers' disks shows whether there is an index for it. */
        run("SET LOCAL random_page_cost = 1.1");
    }
    run("SAVEPOINT before");
    prepared = prepare(sql);
    if (PQresultStatus(prepared) != PGRES_COMMAND_OK) {
        fail_msg("%s: %s", name, PQresultErrorMessage(prepared));
    }
    PQclear(prepared);
    is_allowed = explain_prepared(name, sql, plan, sizeof plan);
    table = is_allowed ? walked(plan) : NULL;
    if (table != NULL && !is_whole(id)) {
        fprintf(stderr, "%s\n", plan); /* cmocka cuts long messages */
        fail_msg("%s as %s walks through %s", name, role, table);
    }
    run("ROLLBACK; DEALLOCATE tried");
    return is_allowed;
}

static void a_walk_is_seen(void)
{
    char plan[4096];

    run("BEGIN; SAVEPOINT before");
    PQclear(prepare("SELECT 1 FROM pack_sources WHERE source_name = 'x'"));
    assert_true(explain_prepared("a walk", "", plan, sizeof plan));
    assert_string_equal(walked(plan), "pack_sources");
    run("ROLLBACK; DEALLOCATE tried");
}

static void every_statement_uses_an_index(void **state)
{
    int users = 0;

    (void)state;
    if (!backend_is_postgres()) {
        skip();
    }
    a_walk_is_seen();
    for (int id = 1; id < STATEMENT_COUNT; id++) {
        check_plan(id, "service_role");
        users += check_plan(id, "authenticated");
    }
    assert_true(users > 20); /* readers, and packs */
}

/* Seconds that the server's process had a processor, whatever else the machine does; of the clock where the system
 * doesn't tell. */
static double seconds_used(void)
{
    char path[64];
    unsigned long long used_ns;
    FILE *file;
    struct timespec now;
    int found;

    snprintf(path, sizeof path, "/proc/%d/schedstat", PQbackendPID(connection));
    file = fopen(path, "r");
    found = file != NULL ? fscanf(file, "%llu", &used_ns) : 0;
    if (file != NULL) {
        fclose(file);
    }
    if (found == 1 && used_ns > 0) {
        return (double)used_ns / 1e9;
    }
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Seconds of calls as the library makes them: each is a transaction in its role. */
static double elapsed(const char *sql, const char *role)
{
    const double from = seconds_used();

    for (int i = 0; i < RUNS; i++) {
        begin_as(role);
        run(sql);
        run("COMMIT");
    }
    return seconds_used() - from;
}

static int compare(const void *left, const void *right)
{
    const double difference = *(const double *)left - *(const double *)right;

    return (difference > 0) - (difference < 0);
}

/* Medians of rounds in turn, at most ROUNDS. */
static double ratio_of(const char *sql, int rounds)
{
    double with[ROUNDS];
    double without[ROUNDS];

    elapsed(sql, "authenticated");
    elapsed(sql, "service_role");
    for (int round = 0; round < rounds; round++) {
        with[round] = elapsed(sql, "authenticated");
        without[round] = elapsed(sql, "service_role");
    }
    qsort(with, (size_t)rounds, sizeof with[0], compare);
    qsort(without, (size_t)rounds, sizeof without[0], compare);
    print_message("%.0f us with row-level security, %.0f us without: %.2f\n", with[rounds / 2] * 1e6 / RUNS,
                  without[rounds / 2] * 1e6 / RUNS, with[rounds / 2] / without[rounds / 2]);
    return with[rounds / 2] / without[rounds / 2];
}

/* A machine that is busy has caches that are not ours: a ratio that is too high is measured again. */
static void row_security_overhead_is_small(void **state)
{
    static const char *const queries[] = {
        "SELECT p.*, count(s.id) AS source_count FROM packs_v2 p LEFT JOIN pack_sources s ON p.pack_id = s.pack_id "
        "WHERE p.user_id = '" USER "' GROUP BY p.id ORDER BY p.updated_at DESC",
        "SELECT pack_id, count(*), sum(CASE WHEN status = 'completed' THEN 1 ELSE 0 END), "
        "sum(total_input_tokens + total_output_tokens) FROM pack_sources WHERE user_id = '" USER
        "' AND pack_id = 'pack-1' GROUP BY pack_id",
        "SELECT up.credits_balance, ct.transaction_type, ct.credits, ct.created_at FROM user_profiles up "
        "LEFT JOIN credit_transactions ct ON up.id = ct.user_id WHERE up.id = '" USER
        "' ORDER BY ct.created_at DESC LIMIT 10",
    };
    double ratio;

    (void)state;
    if (!backend_is_postgres()) {
        skip();
    }
    for (size_t i = 0; i < sizeof queries / sizeof queries[0]; i++) {
        ratio = RATIO_MAX + 1;
        for (int try = 0; try < TRIES && ratio > RATIO_MAX; try++) {
            ratio = ratio_of(queries[i], ROUNDS);
        }
        assert_true(ratio <= RATIO_MAX);
    }
    /* And a policy that is dear for each row is seen. */
    run("ALTER POLICY credit_transactions_select ON credit_transactions USING ((SELECT auth.uid()) = user_id AND "
        "(SELECT count(*) FROM generate_series(1, 1000) g WHERE g <> credits) > 0)");
    ratio = ratio_of(queries[2], ROUNDS_DEAR);
    run("ALTER POLICY credit_transactions_select ON credit_transactions USING ((SELECT auth.uid()) = user_id)");
    assert_true(ratio > RATIO_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_statement_uses_an_index),
        cmocka_unit_test(row_security_overhead_is_small),
    };

    return cmocka_run_group_tests(tests, open_filled, close_filled);
}
