/* Conversion of errors of PostgreSQL, poolers and libpq. A thread simulates the server on a Unix socket and sends the
 * error that the test describes. */
#include "support/scratch.h"
#include "support/test.h"

#include "database/postgres/failure.h"

#include <pthread.h>
#include <sys/socket.h>
#include <sys/un.h>

#define PACKET_BYTES 1024

/* An error on the wire: fields as "Cxxxxx" (letter, value), ended by NULL. */
struct server_error {
    const char *fields[12];
    int32_t is_on_connect; /* 1: refuses the login; 0: fails the first query */
};

struct server {
    const struct server_error *sent;
    int listener;
    pthread_t thread;
    char folder[SCRATCH_PATH_BYTES];
};

/* A message: its letter, the length of the rest with itself, the body. */
static void send_message(int peer, char letter, const char *body, size_t length)
{
    char packet[PACKET_BYTES];
    uint32_t size = (uint32_t)length + 4;

    assert_true(length + 5 <= sizeof packet);
    packet[0] = letter;
    for (int i = 0; i < 4; i++) {
        packet[1 + i] = (char)(size >> (24 - 8 * i));
    }
    memcpy(packet + 5, body, length);
    (void)!send(peer, packet, length + 5, MSG_NOSIGNAL);
}

static void send_error(int peer, const struct server_error *sent)
{
    char body[PACKET_BYTES];
    size_t length = 0;

    for (size_t i = 0; sent->fields[i] != NULL; i++) {
        size_t bytes = strlen(sent->fields[i]) + 1;

        memcpy(body + length, sent->fields[i], bytes);
        length += bytes;
    }
    body[length++] = '\0';
    send_message(peer, 'E', body, length);
}

static void *serve(void *user)
{
    const struct server *server = user;
    char received[PACKET_BYTES];
    int peer = accept(server->listener, NULL, NULL);

    if (peer < 0) {
        return NULL;
    }
    (void)!recv(peer, received, sizeof received, 0); /* the startup message */
    if (server->sent->is_on_connect) {
        send_error(peer, server->sent);
    } else {
        send_message(peer, 'R', "\0\0\0\0", 4); /* logged in */
        send_message(peer, 'Z', "I", 1);
        (void)!recv(peer, received, sizeof received, 0); /* the query */
        send_error(peer, server->sent);
        send_message(peer, 'Z', "I", 1);
        (void)!recv(peer, received, sizeof received, 0); /* until the client leaves */
    }
    close(peer);
    return NULL;
}

static PGconn *connect_to(const char *folder)
{
    char options[SCRATCH_PATH_BYTES + 128];
    PGconn *handle;

    snprintf(options, sizeof options, "host=%s port=5432 user=ann.project dbname=app gssencmode=disable password=x",
             folder);
    handle = PQconnectStart(options);
    assert_non_null(handle);
    PQsetErrorVerbosity(handle, PQERRORS_VERBOSE);
    for (int i = 0; i < 10000 && PQstatus(handle) != CONNECTION_OK && PQstatus(handle) != CONNECTION_BAD; i++) {
        (void)PQconnectPoll(handle);
        usleep(100);
    }
    return handle;
}

static PGconn *server_start(struct server *server, const struct server_error *sent)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const void *name = &address;

    scratch_make(server->folder);
    server->sent = sent;
    assert_true(snprintf(address.sun_path, sizeof address.sun_path, "%s/.s.PGSQL.5432", server->folder) <
                (int)sizeof address.sun_path);
    server->listener = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(bind(server->listener, name, sizeof address), 0);
    assert_int_equal(listen(server->listener, 1), 0);
    assert_int_equal(pthread_create(&server->thread, NULL, serve, server), 0);
    return connect_to(server->folder);
}

static void server_stop(struct server *server, PGconn *handle)
{
    PQfinish(handle);
    pthread_join(server->thread, NULL);
    close(server->listener);
    scratch_remove(server->folder);
}

/* Returns the library's error for a query that fails with this error. The caller frees it. */
static cpk_error *fail_query(const struct server_error *sent, int32_t cancelled)
{
    struct server server;
    PGconn *handle = server_start(&server, sent);
    PGresult *result;
    cpk_error *error = NULL;
    cpk_status status;

    assert_int_equal(PQstatus(handle), CONNECTION_OK);
    result = PQexec(handle, "SELECT 1");
    status = failure_of_result(result, "db:5432/app", cancelled, &error);
    assert_int_equal(status, cpk_error_code(error));
    PQclear(result);
    server_stop(&server, handle);
    return error;
}

static cpk_error *fail_login(const struct server_error *sent, int32_t *is_of_host)
{
    struct server server;
    PGconn *handle = server_start(&server, sent);
    cpk_error *error = NULL;
    cpk_status status;

    assert_int_equal(PQstatus(handle), CONNECTION_BAD);
    *is_of_host = failure_is_of_host(handle);
    status = failure_of_connecting(handle, "db:5432/app", &error);
    assert_int_equal(status, cpk_error_code(error));
    server_stop(&server, handle);
    return error;
}

/* Checks an error and frees it; `text` is a part of the message. */
static void check_error(cpk_error *error, cpk_status code, const char *native, int32_t retryable, const char *text)
{
    assert_int_equal(cpk_error_code(error), code);
    assert_string_equal(cpk_error_native(error), native);
    assert_int_equal(cpk_error_retryable(error), retryable);
    if (strstr(cpk_error_message(error), text) == NULL) {
        fail_msg("\"%s\" is not in \"%s\"", text, cpk_error_message(error));
    }
    cpk_error_free(error);
}

#define OF_SERVER(code, message)                                                                                       \
    {                                                                                                                  \
        .fields = { "SERROR", "VERROR", "C" code, "M" message, "Felog.c", "L1", "Rfail", NULL }                        \
    }

static void stopped_statement_is_cancelled_or_timed_out(void **state)
{
    const struct server_error sent = OF_SERVER("57014", "canceling statement due to statement timeout");

    (void)state;
    check_error(fail_query(&sent, 1), CPK_ERROR_CANCELLED, "57014", 1, "the statement was cancelled");
    check_error(fail_query(&sent, 0), CPK_ERROR_TIMEOUT, "57014", 1, "database.statement_timeout_ms");
}

static void lock_timeout_names_the_setting(void **state)
{
    const struct server_error sent = OF_SERVER("55P03", "canceling statement due to lock timeout");

    (void)state;
    check_error(fail_query(&sent, 0), CPK_ERROR_BUSY, "55P03", 1, "database.busy_timeout_ms");
}

static void messages_contain_no_values_of_rows(void **state)
{
    const struct server_error sent = OF_SERVER("22P02", "invalid input syntax for type uuid: \"secret\"");
    cpk_error *error = fail_query(&sent, 0);

    (void)state;
    assert_null(strstr(cpk_error_message(error), "secret"));
    check_error(error, CPK_ERROR_DATABASE, "22P02", 0, "invalid input syntax for type uuid (in db:5432/app)");
}

static void message_has_only_the_first_line(void **state)
{
    const struct server_error sent = OF_SERVER("23505", "duplicate key\nDETAIL: (email)=(ann@example.org)");
    cpk_error *error = fail_query(&sent, 0);

    (void)state;
    assert_null(strstr(cpk_error_message(error), "example.org"));
    check_error(error, CPK_ERROR_ALREADY_EXISTS, "23505", 0, "duplicate key (in db:5432/app)");
}

static void profile_without_login_is_explained(void **state)
{
    const struct server_error profile = {.fields = {"SERROR", "VERROR", "C23503", "Minsert violates foreign key",
                                                    "spublic", "tuser_profiles", "Fri.c", "L1", "Rri", NULL}};
    const struct server_error other = {.fields = {"SERROR", "VERROR", "C23503", "Minsert violates foreign key",
                                                  "spublic", "tpacks", "Fri.c", "L1", "Rri", NULL}};

    (void)state;
    check_error(fail_query(&profile, 0), CPK_ERROR_NOT_FOUND, "23503", 0, "create the login first");
    check_error(fail_query(&other, 0), CPK_ERROR_DATABASE, "23503", 0, "insert violates foreign key");
}

static void standby_is_retryable(void **state)
{
    const struct server_error sent = {.fields = {"SERROR", "VERROR", "C0A000",
                                                 "Mcannot set transaction read-write mode during recovery", "Fguc.c",
                                                 "L1", "Rcall", NULL}};
    const struct server_error feature = OF_SERVER("0A000", "not implemented");

    (void)state;
    check_error(fail_query(&sent, 0), CPK_ERROR_DATABASE, "0A000", 1, "is a read-only standby");
    check_error(fail_query(&feature, 0), CPK_ERROR_UNSUPPORTED, "0A000", 0, "not implemented");
}

static void missing_role_is_reported_with_advice(void **state)
{
    const struct server_error member = OF_SERVER("42501", "permission denied to set role \"service_role\"");
    const struct server_error missing = OF_SERVER("22023", "role \"authenticated\" does not exist");
    const struct server_error other = OF_SERVER("42501", "permission denied for table packs");
    cpk_error *error;

    (void)state;
    check_error(fail_query(&member, 0), CPK_ERROR_PERMISSION_DENIED, "42501", 0, "GRANT anon");
    check_error(fail_query(&missing, 0), CPK_ERROR_DATABASE, "22023", 0, "contextpack migrate");
    error = fail_query(&other, 0);
    assert_null(strstr(cpk_error_message(error), "GRANT"));
    cpk_error_free(error);
}

static void pooler_errors_are_classified_by_text(void **state)
{
    const struct server_error refused = {.fields = {"SFATAL", "C08P01", "Mno such user: ann", NULL}};
    const struct server_error passing = {.fields = {"SFATAL", "C08P01", "Mserver_login_retry", NULL}};

    (void)state;
    check_error(fail_query(&refused, 0), CPK_ERROR_PERMISSION_DENIED, "08P01", 0, "no such user");
    check_error(fail_query(&passing, 0), CPK_ERROR_DATABASE, "08P01", 1, "server_login_retry");
}

#define REFUSAL(code, message)                                                                                         \
    {                                                                                                                  \
        .fields = {"SFATAL", "VFATAL", "C" code, "M" message, "Fauth.c", "L1", "Rauth", NULL}, .is_on_connect = 1      \
    }

static void refused_login_is_reported_with_advice(void **state)
{
    static const struct {
        struct server_error sent;
        cpk_status code;
        const char *native;
        int32_t retryable;
        int32_t is_of_host;
        const char *text;
    } cases[] = {
        {REFUSAL("28P01", "password authentication failed for user \"ann.project\""), CPK_ERROR_PERMISSION_DENIED,
         "28P01", 0, 0, "CREATE ROLE \"ann\" LOGIN"},
        {REFUSAL("28000", "role \"ann\" is not permitted to log in"), CPK_ERROR_PERMISSION_DENIED, "28000", 0, 0,
         "ALTER ROLE \"ann\" LOGIN"},
        {REFUSAL("28000", "no pg_hba.conf entry for host"), CPK_ERROR_PERMISSION_DENIED, "28000", 0, 0,
         "no pg_hba.conf entry"},
        {REFUSAL("3D000", "database \"app\" does not exist"), CPK_ERROR_DATABASE, "3D000", 0, 0, "CREATE DATABASE"},
        {REFUSAL("57P03", "the database system is starting up"), CPK_ERROR_DATABASE, "57P03", 1, 1, "starting up"},
        {REFUSAL("53300", "too many connections"), CPK_ERROR_BUSY, "53300", 1, 0, "too many connections"},
        {{.fields = {"SFATAL", "CXX000", "MTenant or user not found", NULL}, .is_on_connect = 1},
         CPK_ERROR_PERMISSION_DENIED,
         "XX000",
         0,
         0,
         "<login>.<project>"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int32_t is_of_host;
        cpk_error *error = fail_login(&cases[i].sent, &is_of_host);

        assert_null(strstr(cpk_error_message(error), "FATAL:  28P01:"));
        check_error(error, cases[i].code, cases[i].native, cases[i].retryable, cases[i].text);
        assert_int_equal(is_of_host, cases[i].is_of_host);
    }
}

static void unresponsive_host_is_retryable(void **state)
{
    char folder[SCRATCH_PATH_BYTES];
    PGconn *handle;
    cpk_error *error = NULL;

    (void)state;
    scratch_make(folder);
    handle = connect_to(folder);
    assert_int_equal(failure_is_of_host(handle), 1);
    failure_of_connecting(handle, "db:5432/app", &error);
    check_error(error, CPK_ERROR_DATABASE, "08001", 1, "can't connect to the database db:5432/app");
    PQfinish(handle);
    scratch_remove(folder);
}

static void option_rejected_by_libpq_is_not_retryable(void **state)
{
    PGconn *handle = PQconnectdb("host=127.0.0.1 port=99999 user=ann dbname=app");
    cpk_error *error = NULL;

    (void)state;
    failure_of_connecting(handle, "db:5432/app", &error);
    check_error(error, CPK_ERROR_DATABASE, "08001", 0, "invalid port number");
    PQfinish(handle);
}

static void broken_connection_reports_whether_a_commit_is_unknown(void **state)
{
    struct connection connection = {.handle = PQconnectdb("host=127.0.0.1 port=99999 user=ann dbname=app"),
                                    .limit_ms = 250};
    cpk_error *error = NULL;

    (void)state;
    failure_of_connection(&connection, "db:5432/app", "08006", &error);
    check_error(error, CPK_ERROR_DATABASE, "08006", 1, "broke: invalid port number");
    error = NULL;
    failure_of_connection(&connection, "db:5432/app", "08007", &error);
    check_error(error, CPK_ERROR_DATABASE, "08007", 1, "broke during COMMIT");
    error = NULL;
    connection.is_late = 1;
    failure_of_connection(&connection, "db:5432/app", "08007", &error);
    check_error(error, CPK_ERROR_TIMEOUT, "08007", 1, "timed out during COMMIT");
    error = NULL;
    failure_of_connection(&connection, "db:5432/app", "08006", &error);
    check_error(error, CPK_ERROR_TIMEOUT, "08006", 1, "did not respond within 250 ms");
    PQfinish(connection.handle);
}

static void failure_on_an_intact_connection_is_out_of_memory(void **state)
{
    const struct server_error sent = OF_SERVER("57014", "unused");
    struct server server;
    struct connection connection = {.handle = server_start(&server, &sent)};

    (void)state;
    assert_int_equal(PQstatus(connection.handle), CONNECTION_OK);
    assert_int_equal(failure_of_connection(&connection, "db:5432/app", "08006", NULL), CPK_ERROR_OUT_OF_MEMORY);
    PQclear(PQexec(connection.handle, "SELECT 1"));
    server_stop(&server, connection.handle);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stopped_statement_is_cancelled_or_timed_out),
        cmocka_unit_test(lock_timeout_names_the_setting),
        cmocka_unit_test(messages_contain_no_values_of_rows),
        cmocka_unit_test(message_has_only_the_first_line),
        cmocka_unit_test(profile_without_login_is_explained),
        cmocka_unit_test(standby_is_retryable),
        cmocka_unit_test(missing_role_is_reported_with_advice),
        cmocka_unit_test(pooler_errors_are_classified_by_text),
        cmocka_unit_test(refused_login_is_reported_with_advice),
        cmocka_unit_test(unresponsive_host_is_retryable),
        cmocka_unit_test(option_rejected_by_libpq_is_not_retryable),
        cmocka_unit_test(broken_connection_reports_whether_a_commit_is_unknown),
        cmocka_unit_test(failure_on_an_intact_connection_is_out_of_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
