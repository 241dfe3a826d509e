/* What the seam costs: the same SQL through it and in plain libpq, in turns on one server, as the ratio of medians.
 *
 * Usage: tests/postgres/server.py run -- postgres_overhead [ROUNDS]       1.0 is as fast as libpq, more is faster */
#include "support/backend.h"
#include "support/test.h"

#include "base/context.h"
#include "database/statement.h"

#include <time.h>

#define STEPS       150 /* transactions in a round */
#define STREAM_ROWS 20000

static const char ROLE_SQL[] = "SELECT set_config('role', 'service_role', true), "
                               "set_config('request.jwt.claims', '{\"role\":\"service_role\"}', true), "
                               "set_config('lock_timeout', '10000ms', true), "
                               "set_config('statement_timeout', '300000ms', true)";
static const char INSERT[] = "INSERT INTO bench (id, label) VALUES ($1, $2) RETURNING id";
static const char SELECT[] = "SELECT id, label FROM bench WHERE id = $1";
static const char UPDATE[] = "UPDATE bench SET label = $2 WHERE id = $1 RETURNING id";
static const char STREAM[] = "SELECT i, 'row ' || i FROM generate_series(1, $1) i";

struct rig {
    struct context context;
    struct database *database;
    struct db_session *session;
    PGconn *plain;
    int32_t has_role;
    int64_t next_id;
};

static double seconds_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void need(int32_t condition, const char *what)
{
    if (!condition) {
        fprintf(stderr, "postgres_overhead: %s\n", what);
        exit(1);
    }
}

static void plain_run(struct rig *rig, const char *sql, int64_t id, const char *label, int count)
{
    char number[24];
    const char *const values[] = {number, label};
    const Oid types[] = {20, 25};
    PGresult *result;

    snprintf(number, sizeof number, "%lld", (long long)id);
    result = PQexecParams(rig->plain, sql, count, types, values, NULL, NULL, 0);
    need(PQresultStatus(result) == PGRES_TUPLES_OK || PQresultStatus(result) == PGRES_COMMAND_OK,
         PQerrorMessage(rig->plain));
    PQclear(result);
}

static void seam_run(struct rig *rig, const char *sql, int64_t id, const char *label, int count)
{
    cpk_error *error = NULL;
    struct statement run;

    statement_start_sql(&run, rig->session, sql);
    statement_bind_int64(&run, 1, id);
    if (count > 1) {
        statement_bind_text(&run, 2, label);
    }
    need(statement_run(&run, NULL, &error) == CPK_OK, cpk_error_message(error));
}

static void plain_begin(struct rig *rig)
{
    plain_run(rig, "BEGIN", 0, NULL, 0);
    if (rig->has_role) {
        plain_run(rig, ROLE_SQL, 0, NULL, 0);
    }
}

/* A transaction of three statements, then one by itself: which is a transaction, too, when it has a role. */
static void plain_step(struct rig *rig, int64_t id)
{
    plain_begin(rig);
    plain_run(rig, INSERT, id, "one", 2);
    plain_run(rig, SELECT, id, NULL, 1);
    plain_run(rig, UPDATE, id, "two", 2);
    plain_run(rig, "COMMIT", 0, NULL, 0);
    if (rig->has_role) {
        plain_begin(rig);
    }
    plain_run(rig, SELECT, id, NULL, 1);
    if (rig->has_role) {
        plain_run(rig, "COMMIT", 0, NULL, 0);
    }
}

static void seam_step(struct rig *rig, int64_t id)
{
    need(db_begin(rig->session, CPK_TRANSACTION_WRITE, NULL) == CPK_OK, "begin");
    seam_run(rig, INSERT, id, "one", 2);
    seam_run(rig, SELECT, id, NULL, 1);
    seam_run(rig, UPDATE, id, "two", 2);
    need(db_commit(rig->session, NULL) == CPK_OK, "commit");
    seam_run(rig, SELECT, id, NULL, 1);
}

static double steps_time(struct rig *rig, void (*step)(struct rig *, int64_t))
{
    double start = seconds_now();

    for (int i = 0; i < STEPS; i++) {
        step(rig, ++rig->next_id);
    }
    return seconds_now() - start;
}

static double plain_steps(struct rig *rig)
{
    return steps_time(rig, plain_step);
}

static double seam_steps(struct rig *rig)
{
    return steps_time(rig, seam_step);
}

static double plain_stream(struct rig *rig)
{
    double start = seconds_now();

    plain_run(rig, STREAM, STREAM_ROWS, NULL, 1);
    return seconds_now() - start;
}

/* As a program reads a result that may be longer than its memory: libpq's single-row mode. */
static double plain_single(struct rig *rig)
{
    const double start = seconds_now();
    char number[24];
    const char *const values[] = {number};
    const Oid types[] = {20};
    PGresult *result;
    int rows = 0;

    snprintf(number, sizeof number, "%d", STREAM_ROWS);
    need(PQsendQueryParams(rig->plain, STREAM, 1, types, values, NULL, NULL, 0) && PQsetSingleRowMode(rig->plain),
         PQerrorMessage(rig->plain));
    while ((result = PQgetResult(rig->plain)) != NULL) {
        rows += PQntuples(result);
        PQclear(result);
    }
    need(rows == STREAM_ROWS, "rows are missing");
    return seconds_now() - start;
}

static double seam_stream(struct rig *rig)
{
    double start = seconds_now();

    seam_run(rig, STREAM, STREAM_ROWS, NULL, 1);
    return seconds_now() - start;
}

static int compare(const void *left, const void *right)
{
    double difference = *(const double *)left - *(const double *)right;

    return (difference > 0) - (difference < 0);
}

static void measure(struct rig *rig, const char *name, double (*plain)(struct rig *), double (*seam)(struct rig *),
                    int rounds)
{
    double *times[2] = {calloc((size_t)rounds, sizeof(double)), calloc((size_t)rounds, sizeof(double))};

    plain(rig);
    seam(rig);
    for (int i = 0; i < rounds; i++) {
        times[0][i] = plain(rig);
        times[1][i] = seam(rig);
    }
    qsort(times[0], (size_t)rounds, sizeof(double), compare);
    qsort(times[1], (size_t)rounds, sizeof(double), compare);
    printf("%-34s libpq %8.2f ms   seam %8.2f ms   throughput ratio %.2f\n", name, times[0][rounds / 2] * 1e3,
           times[1][rounds / 2] * 1e3, times[0][rounds / 2] / times[1][rounds / 2]);
    free(times[0]);
    free(times[1]);
}

static void open_session(struct rig *rig, int32_t kind)
{
    const cpk_actor actor = {sizeof actor, kind, NULL};

    db_session_close(rig->session);
    need(db_session_open(rig->database, &actor, &rig->session, NULL) == CPK_OK, "session");
    rig->has_role = kind == CPK_ACTOR_SERVICE;
}

int main(int argc, char **argv)
{
    int rounds = argc > 1 ? atoi(argv[1]) : 21;
    char uri[BACKEND_URI_BYTES];
    struct rig rig = {.plain = NULL};

    setenv("CONTEXTPACK_TEST_BACKEND", "postgres", 0);
    backend_fresh(uri, 0);
    context_init(&rig.context);
    rig.plain = PQconnectdb(uri);
    need(PQstatus(rig.plain) == CONNECTION_OK, PQerrorMessage(rig.plain));
    plain_run(&rig, "CREATE TABLE bench (id bigint PRIMARY KEY, label text)", 0, NULL, 0);
    plain_run(&rig, "GRANT ALL ON bench TO service_role", 0, NULL, 0);
    need(database_open(&rig.context, uri, &rig.database, NULL) == CPK_OK, "database");
    open_session(&rig, CPK_ACTOR_SERVICE);
    measure(&rig, "transactions with role and claims", plain_steps, seam_steps, rounds);
    open_session(&rig, CPK_ACTOR_MIGRATION);
    measure(&rig, "transactions without", plain_steps, seam_steps, rounds);
    measure(&rig, "20,000 rows, libpq row by row", plain_single, seam_stream, rounds);
    measure(&rig, "20,000 rows, libpq all at once", plain_stream, seam_stream, rounds);
    db_session_close(rig.session);
    database_free(rig.database);
    PQfinish(rig.plain);
    return 0;
}
