/* reserve + commit through the API, from so many threads, for so long: see run beside this file.
 *
 * Usage: ledger_bench DATABASE CLIENTS USERS SECONDS      prints pairs per second */
#include <contextpack/contextpack.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define CLIENTS_MAX 256

struct client {
    cpk_engine *engine;
    int32_t number;
    int32_t users;
    int64_t pairs;
};

#define WARM_UP_US 1500000 /* connections are made in it: pgbench does not count that time either */

static _Atomic int32_t is_counting;
static _Atomic int32_t is_over;

static void need(cpk_status status, cpk_error *error)
{
    if (status != CPK_OK) {
        fprintf(stderr, "ledger_bench: %s\n", cpk_error_message(error));
        exit(1);
    }
}

static void *work(void *user)
{
    struct client *client = user;
    cpk_session *service = NULL;
    cpk_error *error = NULL;
    unsigned int state = (unsigned int)client->number + 1;

    need(cpk_session_open_service(client->engine, &service, &error), error);
    for (int64_t i = 0; atomic_load(&is_over) == 0; i++) {
        cpk_hold_params params = CPK_HOLD_PARAMS_INIT;
        char user_id[40];
        char hold[64];
        char key[64];

        snprintf(user_id, sizeof user_id, "00000000-0000-4000-9000-%012x",
                 (unsigned)(rand_r(&state) % client->users) + 1);
        snprintf(hold, sizeof hold, "h-%ld-%d-%lld", (long)getpid(), client->number, (long long)i);
        snprintf(key, sizeof key, "c-%ld-%d-%lld", (long)getpid(), client->number, (long long)i);
        params.key = hold;
        params.credits = 1;
        need(cpk_hold_reserve(service, user_id, &params, NULL, &error), error);
        need(cpk_hold_commit(service, user_id, hold, key, 1, 0, NULL, &error), error);
        client->pairs += atomic_load(&is_counting);
    }
    cpk_session_close(service);
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
    const cpk_setting connections = {"database.pool_size", CLIENTS_MAX};
    cpk_engine_options options = CPK_ENGINE_OPTIONS_INIT;
    static pthread_t threads[CLIENTS_MAX];
    static struct client clients[CLIENTS_MAX];
    int32_t count = argc == 5 ? atoi(argv[2]) : 0;
    int64_t pairs = 0;
    cpk_error *error = NULL;
    double started;
    double elapsed;

    if (count < 1 || count > CLIENTS_MAX || atoi(argv[3]) < 1) {
        fprintf(stderr, "usage: ledger_bench DATABASE CLIENTS USERS SECONDS\n");
        return 2;
    }
    options.database = argv[1];
    options.storage = "memory:";
    options.settings = &connections;
    options.setting_count = 1;
    need(cpk_engine_open(&options, &clients[0].engine, &error), error);
    for (int32_t i = 0; i < count; i++) {
        clients[i] = (struct client){clients[0].engine, i, atoi(argv[3]), 0};
        if (pthread_create(&threads[i], NULL, work, &clients[i]) != 0) {
            return 1;
        }
    }
    usleep(WARM_UP_US);
    started = seconds_now();
    atomic_store(&is_counting, 1);
    usleep((useconds_t)(atof(argv[4]) * 1e6));
    atomic_store(&is_counting, 0);
    elapsed = seconds_now() - started;
    atomic_store(&is_over, 1);
    for (int32_t i = 0; i < count; i++) {
        pthread_join(threads[i], NULL);
        pairs += clients[i].pairs;
    }
    printf("%.1f\n", (double)pairs / elapsed);
    cpk_engine_close(clients[0].engine);
    return 0;
}
