/* Claims work and ends it as done, without running it: see run beside this file.
 *
 * Usage: queue_bench DATABASE CLIENTS BATCH JOBS      prints jobs per second */
#include "base/context.h"
#include "database/database.h"
#include "store/internal.h"
#include "store/queue.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define CLIENTS_MAX 64
#define LEASE_US    (INT64_C(600) * 1000000)

struct client {
    struct database *database;
    const struct context *context;
    int32_t number;
    int64_t batch;
    int64_t done;
};

static void need(int32_t condition, const char *what)
{
    if (!condition) {
        fprintf(stderr, "queue_bench: %s\n", what);
        exit(1);
    }
}

static void check(cpk_status status, cpk_error *error)
{
    need(status == CPK_OK, error != NULL ? cpk_error_message(error) : cpk_status_name(status));
}

static void end_claims(struct store *store, const struct record_list *items)
{
    struct queue_outcome outcomes[QUEUE_CLAIM_LIMIT];
    cpk_error *error = NULL;

    for (size_t i = 0; i < items->count; i++) {
        outcomes[i] = (struct queue_outcome){.work = items->items[i], .is_done = 1};
    }
    check(store_queue_settle(store, outcomes, items->count, &error), error);
}

/* Until nothing is left to claim. */
static void *work(void *user)
{
    const cpk_actor actor = {sizeof actor, CPK_ACTOR_SERVICE, NULL};
    struct client *client = user;
    struct record_list *items = NULL;
    struct store *store = NULL;
    cpk_error *error = NULL;
    char last_user[UUID_TEXT_BYTES] = "";
    char owner[64];
    size_t count;

    snprintf(owner, sizeof owner, "client-%d", client->number);
    check(store_open(client->context, client->database, &actor, &store, &error), error);
    do {
        const struct queue_claim claim = {owner, context_now(client->context) + LEASE_US, client->batch, 0, last_user};

        check(store_queue_claim(store, &claim, &items, &error), error);
        count = items->count;
        end_claims(store, items);
        record_list_free(items);
        client->done += (int64_t)count;
    } while (count > 0);
    store_close(store);
    return NULL;
}

static double seconds_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
    static struct client clients[CLIENTS_MAX];
    static pthread_t threads[CLIENTS_MAX];
    const int32_t count = argc == 5 ? atoi(argv[2]) : 0;
    const int64_t batch = argc == 5 ? atoll(argv[3]) : 0;
    struct database *database = NULL;
    struct context context;
    cpk_error *error = NULL;
    int64_t done = 0;
    double started;
    double elapsed;

    if (count < 1 || count > CLIENTS_MAX || batch < 1 || batch > QUEUE_CLAIM_LIMIT) {
        fprintf(stderr, "usage: queue_bench DATABASE CLIENTS BATCH JOBS\n");
        return 2;
    }
    context_init(&context);
    check(database_open(&context, argv[1], &database, &error), error);
    started = seconds_now();
    for (int32_t i = 0; i < count; i++) {
        clients[i] = (struct client){database, &context, i, batch, 0};
        need(pthread_create(&threads[i], NULL, work, &clients[i]) == 0, "no thread");
    }
    for (int32_t i = 0; i < count; i++) {
        pthread_join(threads[i], NULL);
        done += clients[i].done;
    }
    elapsed = seconds_now() - started;
    need(done == atoll(argv[4]), "not every job was claimed once");
    printf("%.1f\n", (double)done / elapsed);
    database_free(database);
    return 0;
}
