/* A server that answers when the storage is opened and never again: a cancelled call ends within a second. */
#include "base/error.h"
#include "base/time.h"
#include "storage/place.h"
#include "support/test.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#define DELAY_US      INT64_C(150000)
#define LIMIT_US      INT64_C(1000000)
#define CONNECTIONS   64
#define REQUEST_BYTES 8192
#define PART_BYTES    ((size_t)5 << 20)

static const char EMPTY_LIST[] = "HTTP/1.1 200 OK\r\nContent-Length: 69\r\n\r\n"
                                 "<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>";
static const char NEW_UPLOAD[] =
    "HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n"
    "<InitiateMultipartUploadResult><UploadId>1</UploadId></InitiateMultipartUploadResult>     ";

static struct context context_of_test;

/* Answers as many requests as `answers` says, one on each connection, and leaves the others waiting. */
struct silent_server {
    int listener;
    int connections[CONNECTIONS];
    size_t count;
    const char *const *answers; /* NULL-terminated */
    pthread_t thread;
    uint16_t port;
};

static void *serve(void *argument)
{
    struct silent_server *server = argument;
    char request[REQUEST_BYTES];

    while (server->count < CONNECTIONS) {
        int connection = accept(server->listener, NULL, NULL);

        if (connection < 0) {
            break;
        }
        server->connections[server->count++] = connection;
        while (*server->answers != NULL && read(connection, request, sizeof request) > 0) {
            const char *answer = *server->answers++;

            assert_int_equal(write(connection, answer, strlen(answer)), strlen(answer));
        }
    }
    return NULL;
}

static void server_start(struct silent_server *server, const char *const *answers)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    struct sockaddr *shown = (void *)&address;

    memset(server, 0, sizeof *server);
    server->answers = answers;
    server->listener = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(server->listener, shown, sizeof address), 0);
    assert_int_equal(listen(server->listener, CONNECTIONS), 0);
    assert_int_equal(getsockname(server->listener, shown, &length), 0);
    server->port = ntohs(address.sin_port);
    assert_int_equal(pthread_create(&server->thread, NULL, serve, server), 0);
}

static void server_stop(struct silent_server *server)
{
    shutdown(server->listener, SHUT_RDWR);
    pthread_join(server->thread, NULL);
    close(server->listener);
    for (size_t i = 0; i < server->count; i++) {
        close(server->connections[i]);
    }
}

static void *cancel_soon(void *cancel)
{
    usleep((useconds_t)DELAY_US);
    cpk_cancel_request(cancel);
    return NULL;
}

static cpk_status put_small(struct storage *storage)
{
    return storage_put(storage, "small", "x", 1, NULL);
}

static cpk_status put_large(struct storage *storage)
{
    char *bytes = calloc(4, PART_BYTES);
    cpk_status status = storage_put(storage, "large", bytes, 4 * PART_BYTES, NULL);

    free(bytes);
    return status;
}

static cpk_status get(struct storage *storage)
{
    struct buffer got;
    cpk_status status;

    buffer_init(&got, &context_of_test.allocator);
    status = storage_get(storage, "some", &got, NULL);
    assert_null(got.data);
    return status;
}

static cpk_status stat_blob(struct storage *storage)
{
    cpk_blob_info info;

    return storage_stat(storage, "some", &info, NULL);
}

static cpk_status remove_blob(struct storage *storage)
{
    return storage_remove(storage, "some", NULL);
}

static int32_t pass(void *user, const char *key, const cpk_blob_info *info)
{
    (void)user;
    (void)key;
    (void)info;
    return 0;
}

static cpk_status list(struct storage *storage)
{
    return storage_list(storage, "", pass, NULL, NULL);
}

static cpk_status remove_all(struct storage *storage)
{
    return storage_remove_prefix(storage, "", NULL, NULL);
}

static void assert_cancelled(cpk_status (*call)(struct storage *storage), const char *const *answers)
{
    struct silent_server server;
    struct storage *storage;
    cpk_cancel *cancel;
    pthread_t canceller;
    cpk_error *error = NULL;
    int64_t start_us;
    char uri[128];

    server_start(&server, answers);
    context_init(&context_of_test);
    settings_set_text(&context_of_test.settings, &context_of_test.allocator, "s3.access_key_id", "key", NULL);
    settings_set_text(&context_of_test.settings, &context_of_test.allocator, "s3.secret_access_key", "secret", NULL);
    assert_int_equal(settings_set(&context_of_test.settings, "s3.part_bytes", (int64_t)PART_BYTES, NULL), CPK_OK);
    snprintf(uri, sizeof uri, "s3://bucket?endpoint=http://127.0.0.1:%u", server.port);
    assert_ok(storage_open(&context_of_test, uri, &storage, &error), error);
    assert_ok(cpk_cancel_create(&cancel, &error), error);
    storage_watch(cancel);
    start_us = time_monotonic_us();
    assert_int_equal(pthread_create(&canceller, NULL, cancel_soon, cancel), 0);
    assert_int_equal(call(storage), CPK_ERROR_CANCELLED);
    assert_in_range(time_monotonic_us() - start_us, DELAY_US, DELAY_US + LIMIT_US);
    storage_watch(NULL);
    pthread_join(canceller, NULL);
    storage_free(storage);
    cpk_cancel_free(cancel);
    context_free(&context_of_test);
    server_stop(&server);
}

static void waiting_calls_are_cancelled_within_a_second(void **state)
{
    static const char *const opening[] = {EMPTY_LIST, NULL};
    static cpk_status (*const calls[])(struct storage * storage) = {put_small,   put_large, get,       stat_blob,
                                                                    remove_blob, list,      remove_all};

    (void)state;
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
        assert_cancelled(calls[i], opening);
    }
}

/* Parts are under way on several threads, and the server does not answer to the abort of the upload either. */
static void upload_in_parts_is_cancelled_within_a_second(void **state)
{
    static const char *const answers[] = {EMPTY_LIST, NEW_UPLOAD, NULL};

    (void)state;
    assert_cancelled(put_large, answers);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(waiting_calls_are_cancelled_within_a_second),
        cmocka_unit_test(upload_in_parts_is_cancelled_within_a_second),
    };

    return cmocka_run_group_tests_name("storage/s3/cancel", tests, NULL, NULL);
}
