/* What many small sources cost: pastes of a few lines, added to one pack and run one after the other. Prints processor
 * time a source, and on PostgreSQL the commits; `run` beside it counts the calls that sync.
 *
 * Usage: small_bench DATABASE STORAGE COUNT     as the engine's options; both are to be new */
#include <contextpack/contextpack.h>

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

static void need(cpk_status status, const cpk_error *error, const char *what)
{
    if (status != CPK_OK) {
        fprintf(stderr, "small_bench: %s: %s\n", what, error != NULL ? cpk_error_message(error) : "failed");
        exit(1);
    }
}

static double processor_seconds(void)
{
    struct rusage used;

    getrusage(RUSAGE_SELF, &used);
    return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
           (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

static double seconds_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Commits of the database, without those of this question; 0 where it is not PostgreSQL. */
static long long commits(const char *database)
{
    PGconn *connection;
    PGresult *result;
    long long count;

    if (strncmp(database, "postgresql:", 11) != 0) {
        return 0;
    }
    sleep(2); /* servers write their statistics once a second */
    connection = PQconnectdb(database);
    result = PQexec(connection, "SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()");
    if (PQresultStatus(result) != PGRES_TUPLES_OK) {
        fprintf(stderr, "small_bench: %s\n", PQerrorMessage(connection));
        exit(1);
    }
    count = strtoll(PQgetvalue(result, 0, 0), NULL, 10);
    PQclear(result);
    PQfinish(connection);
    return count;
}

static cpk_session *open_user(cpk_engine *engine, int64_t credits)
{
    cpk_user_params params = CPK_USER_PARAMS_INIT;
    cpk_credit_params grant = CPK_CREDIT_PARAMS_INIT;
    cpk_session *service = NULL;
    cpk_session *session = NULL;
    cpk_user *user = NULL;
    cpk_error *error = NULL;

    need(cpk_session_open_service(engine, &service, &error), error, "service");
    params.email = "pastes@example.com";
    need(cpk_user_create(service, &params, &user, &error), error, "user");
    grant.key = "pastes";
    grant.credits = credits;
    need(cpk_credits_grant(service, cpk_user_id(user), &grant, NULL, &error), error, "credits");
    need(cpk_session_open_user(engine, cpk_user_id(user), &session, &error), error, "session");
    cpk_user_free(user);
    cpk_session_close(service);
    return session;
}

static void add_and_run(cpk_session *session, const char *pack_id, int number)
{
    cpk_input input = CPK_INPUT_INIT;
    cpk_source *source = NULL;
    cpk_error *error = NULL;
    char text[400];

    snprintf(
        text, sizeof text,
        "Note %d. I live in Lyon and work as a nurse on ward %d.\nMy sister %d visits on Sundays; we cook together.\n"
        "I prefer short answers, and no small talk before nine.\n",
        number, number % 97, number * 7);
    input.data = text;
    input.length = strlen(text);
    need(cpk_source_add(session, pack_id, &input, NULL, NULL, &source, &error), error, "add");
    need(cpk_source_run(session, cpk_source_id(source), CPK_SOURCE_COMPLETED, NULL, NULL, &error), error, "run");
    cpk_source_free(source);
}

int main(int argc, char **argv)
{
    static const cpk_setting settings[] = {{"pack.max_sources", 1000000}};
    cpk_engine_options options = CPK_ENGINE_OPTIONS_INIT;
    const int count = argc == 4 ? atoi(argv[3]) : 0;
    cpk_engine *engine = NULL;
    cpk_session *session;
    cpk_pack *pack = NULL;
    cpk_error *error = NULL;
    long long commits_before;
    double processor;
    double start;

    if (count < 1) {
        fprintf(stderr, "usage: small_bench DATABASE STORAGE COUNT\n");
        return 2;
    }
    options.database = argv[1];
    options.storage = argv[2];
    options.settings = settings;
    options.setting_count = 1;
    need(cpk_engine_open(&options, &engine, &error), error, "engine");
    session = open_user(engine, 10 * (int64_t)count);
    need(cpk_pack_create(session, NULL, &pack, &error), error, "pack");
    add_and_run(session, cpk_pack_id(pack), 0); /* what is made once */
    commits_before = commits(argv[1]);
    processor = processor_seconds();
    start = seconds_now();
    for (int i = 1; i <= count; i++) {
        add_and_run(session, cpk_pack_id(pack), i);
    }
    processor = processor_seconds() - processor;
    printf("%d sources: %.3f ms of processor and %.3f ms each", count, processor * 1e3 / count,
           (seconds_now() - start) * 1e3 / count);
    cpk_pack_free(pack);
    cpk_session_close(session);
    cpk_engine_close(engine);
    if (strncmp(argv[1], "postgresql:", 11) == 0) {
        printf(", %.2f commits", (double)(commits(argv[1]) - commits_before) / count);
    }
    printf("\n");
    return 0;
}
