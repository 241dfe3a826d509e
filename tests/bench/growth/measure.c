/* What calls cost on a database that load.sql filled, as ratios to reading a row by its primary key through the same
 * driver: medians and 99th percentiles, in turns, each call for a user chosen by chance. And what row-level security
 * costs: the same call for the same kind of key in a user's session and in the service's.
 *
 * Usage: growth_measure URI USERS [SAMPLES [GOAL]]     fails where a p99 is over GOAL times that of the primary key */
#include "base/context.h"
#include "base/error.h"
#include "database/statement.h"
#include "store/admin_action.h"
#include "store/export.h"
#include "store/internal.h"
#include "store/job.h"
#include "store/lease.h"
#include "store/legacy_pack.h"
#include "store/pack.h"
#include "store/source.h"
#include "store/transaction.h"
#include "store/user.h"
#include "store/webhook_log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define LEASE_US (60 * INT64_C(1000000))
#define ID_BYTES 40

/* What one call is about: a user, a pack of theirs, a source of that. */
struct target {
    char user_id[ID_BYTES];
    char email[ID_BYTES];
    char pack_id[ID_BYTES];
    char pack_row_id[ID_BYTES];
    char source_id[ID_BYTES];
    char job_id[ID_BYTES];
    char admin_id[ID_BYTES];
};

typedef cpk_status (*call_fn)(struct store *store, const struct target *target, int64_t *rows, cpk_error **error);

static cpk_status run_sql(struct store *store, const char *sql, const char *first, const char *second, int64_t *rows,
                          cpk_error **error)
{
    struct statement query;

    statement_start_sql(&query, store->session, sql);
    statement_bind_text(&query, 1, first);
    if (second != NULL) {
        statement_bind_text(&query, 2, second);
    }
    return statement_run(&query, rows, error);
}

/* The peer of all others. */
static cpk_status primary_key(struct store *store, const struct target *target, int64_t *rows, cpk_error **error)
{
    return run_sql(store, "SELECT * FROM packs_v2 WHERE id = CAST($1 AS uuid)", target->pack_row_id, NULL, rows, error);
}

static cpk_status pattern_packs(struct store *store, const struct target *target, int64_t *rows, cpk_error **error)
{
    return run_sql(store,
                   "SELECT p.*, COUNT(s.id) AS source_count FROM packs_v2 p LEFT JOIN pack_sources s ON p.pack_id = "
                   "s.pack_id WHERE p.user_id = CAST($1 AS uuid) GROUP BY p.id ORDER BY p.updated_at DESC",
                   target->user_id, NULL, rows, error);
}

static cpk_status pattern_status(struct store *store, const struct target *target, int64_t *rows, cpk_error **error)
{
    return run_sql(store,
                   "SELECT pack_id, COUNT(*) AS total_sources, SUM(CASE WHEN status = 'completed' THEN 1 ELSE 0 END) "
                   "AS completed_sources, SUM(total_input_tokens + total_output_tokens) AS total_tokens FROM "
                   "pack_sources WHERE user_id = CAST($1 AS uuid) AND pack_id = $2 GROUP BY pack_id",
                   target->user_id, target->pack_id, rows, error);
}

static cpk_status pattern_balance(struct store *store, const struct target *target, int64_t *rows, cpk_error **error)
{
    return run_sql(store,
                   "SELECT up.credits_balance, ct.transaction_type, ct.credits, ct.created_at FROM user_profiles up "
                   "LEFT JOIN credit_transactions ct ON up.id = ct.user_id WHERE up.id = CAST($1 AS uuid) ORDER BY "
                   "ct.created_at DESC LIMIT 10",
                   target->user_id, NULL, rows, error);
}

/* Pointers, as the call that fills them is an argument, too. */
static cpk_status counted(cpk_status status, struct record_list **list, int64_t *rows)
{
    *rows = status == CPK_OK ? (int64_t)(*list)->count : 0;
    record_list_free(status == CPK_OK ? *list : NULL);
    return status;
}

static cpk_status one(cpk_status status, void *snapshot, int64_t *rows)
{
    void **at = snapshot;

    *rows = status == CPK_OK && *at != NULL;
    record_free(status == CPK_OK ? *at : NULL);
    return status;
}

static cpk_status pack_list(struct store *store, const struct target *target, int64_t *rows, cpk_error **error)
{
    struct record_list *list;

    return counted(store_pack_list(store, target->user_id, NULL, &list, error), &list, rows);
}

static cpk_status pack_progress(struct store *store, const struct target *target, int64_t *rows, cpk_error **error)
{
    struct pack_status found;
    cpk_status status = store_pack_processing_status(store, target->user_id, target->pack_id, &found, error);

    *rows = status == CPK_OK && found.sources > 0;
    return status;
}

static cpk_status credits_overview(struct store *store, const struct target *target, int64_t *rows, cpk_error **error)
{
    struct ledger_overview overview = {0, 0, NULL};

    return counted(store_ledger_overview(store, target->user_id, 10, &overview, error), &overview.latest, rows);
}

static cpk_status credits_balance(struct store *store, const struct target *target, int64_t *rows, cpk_error **error)
{
    int64_t balance;
    int64_t holds;

    *rows = 1;
    return store_credits_balance(store, target->user_id, &balance, &holds, error);
}

static cpk_status user_get(struct store *store, const struct target *target, int64_t *rows, cpk_error **error)
{
    cpk_user *user = NULL;

    return one(store_user_get(store, target->user_id, &user, error), &user, rows);
}

static cpk_status pack_get(struct store *store, const struct target *target, int64_t *rows, cpk_error **error)
{
    cpk_pack *pack = NULL;

    return one(store_pack_get(store, target->user_id, target->pack_id, &pack, error), &pack, rows);
}

static cpk_status source_get(struct store *store, const struct target *target, int64_t *rows, cpk_error **error)
{
    cpk_source *source = NULL;

    return one(store_source_get(store, target->user_id, target->source_id, &source, error), &source, rows);
}

static cpk_status source_list(struct store *store, const struct target *target, int64_t *rows, cpk_error **error)
{
    struct record_list *list;

    return counted(store_source_list(store, target->user_id, target->pack_id, NULL, &list, error), &list, rows);
}

static cpk_status export_list(struct store *store, const struct target *target, int64_t *rows, cpk_error **error)
{
    struct record_list *list;

    return counted(store_export_list(store, target->user_id, target->pack_id, NULL, &list, error), &list, rows);
}

static cpk_status transaction_list(struct store *store, const struct target *target, int64_t *rows, cpk_error **error)
{
    struct record_list *list;

    return counted(store_transaction_list(store, target->user_id, NULL, &list, error), &list, rows);
}

static cpk_status job_list(struct store *store, const struct target *target, int64_t *rows, cpk_error **error)
{
    struct record_list *list;

    return counted(store_job_list(store, target->user_id, NULL, &list, error), &list, rows);
}

static cpk_status legacy_pack_list(struct store *store, const struct target *target, int64_t *rows, cpk_error **error)
{
    struct record_list *list;

    return counted(store_legacy_pack_list(store, target->user_id, NULL, &list, error), &list, rows);
}

static cpk_status source_claim(struct store *store, const struct target *target, int64_t *rows, cpk_error **error)
{
    *rows = 1;
    return store_lease_acquire(store, &(struct work_key){target->user_id, OWNER_SOURCE, target->source_id, "growth"},
                               context_now(store->context) + LEASE_US, NULL, NULL, error);
}

static cpk_status job_claim(struct store *store, const struct target *target, int64_t *rows, cpk_error **error)
{
    *rows = 1;
    return store_lease_acquire(store, &(struct work_key){target->user_id, OWNER_JOB, target->job_id, "growth"},
                               context_now(store->context) + LEASE_US, NULL, NULL, error);
}

static cpk_status user_find(struct store *store, const struct target *target, int64_t *rows, cpk_error **error)
{
    cpk_user *user = NULL;

    return one(store_user_find_by_email(store, target->email, &user, error), &user, rows);
}

static const struct store_page SCREEN = {20, CPK_TIME_UNKNOWN, NULL};

static cpk_status user_list(struct store *store, const struct target *target, int64_t *rows, cpk_error **error)
{
    struct record_list *list;

    (void)target;
    return counted(store_user_list(store, &SCREEN, &list, error), &list, rows);
}

static cpk_status webhook_list(struct store *store, const struct target *target, int64_t *rows, cpk_error **error)
{
    struct record_list *list;

    (void)target;
    return counted(store_webhook_log_list(store, NULL, WEBHOOK_LOG_ANY, &SCREEN, &list, error), &list, rows);
}

static cpk_status webhook_failed(struct store *store, const struct target *target, int64_t *rows, cpk_error **error)
{
    struct record_list *list;

    (void)target;
    return counted(store_webhook_log_list(store, NULL, WEBHOOK_LOG_FAILED, &SCREEN, &list, error), &list, rows);
}

static cpk_status actions_of_admin(struct store *store, const struct target *target, int64_t *rows, cpk_error **error)
{
    struct record_list *list;

    return counted(store_admin_action_list(store, target->admin_id, NULL, &SCREEN, &list, error), &list, rows);
}

static cpk_status actions_to_user(struct store *store, const struct target *target, int64_t *rows, cpk_error **error)
{
    struct record_list *list;

    return counted(store_admin_action_list(store, NULL, target->user_id, &SCREEN, &list, error), &list, rows);
}

struct call {
    const char *name;
    call_fn run;
    int32_t is_service; /* of the service only */
    double *times[2];   /* of the service, of a user */
    int64_t rows;
};

static struct call calls[] = {
    {.name = "row of packs_v2 by primary key", .run = primary_key},
    {.name = "pattern 1: packs with source counts", .run = pattern_packs},
    {.name = "pattern 2: a pack's processing status", .run = pattern_status},
    {.name = "pattern 3: balance and transactions", .run = pattern_balance},
    {.name = "cpk_pack_list_get", .run = pack_list},
    {.name = "cpk_pack_get_progress", .run = pack_progress},
    {.name = "cpk_credits_overview", .run = credits_overview},
    {.name = "cpk_credits_balance", .run = credits_balance},
    {.name = "cpk_user_get", .run = user_get},
    {.name = "cpk_pack_get", .run = pack_get},
    {.name = "cpk_source_get", .run = source_get},
    {.name = "cpk_source_list_get", .run = source_list},
    {.name = "cpk_export_list_get", .run = export_list},
    {.name = "cpk_transaction_list_get", .run = transaction_list},
    {.name = "cpk_job_list_get", .run = job_list},
    {.name = "cpk_legacy_pack_list_get", .run = legacy_pack_list},
    {.name = "claim of a source", .run = source_claim, .is_service = 1},
    {.name = "claim of a job", .run = job_claim, .is_service = 1},
    {.name = "cpk_user_find by e-mail", .run = user_find, .is_service = 1},
    {.name = "cpk_user_list_get", .run = user_list, .is_service = 1},
    {.name = "webhook logs, the latest", .run = webhook_list, .is_service = 1},
    {.name = "webhook logs, the latest that failed", .run = webhook_failed, .is_service = 1},
    {.name = "admin actions of an admin", .run = actions_of_admin, .is_service = 1},
    {.name = "admin actions to a user", .run = actions_to_user, .is_service = 1},
};

#define CALLS (sizeof calls / sizeof calls[0])

struct rig {
    struct context context;
    struct database *database;
    struct store *service;
    int64_t users;
};

static void need(int32_t condition, const char *what)
{
    if (!condition) {
        fprintf(stderr, "growth_measure: %s\n", what);
        exit(1);
    }
}

static double seconds_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* The keys as load.sql made them. */
static void target_choose(const struct rig *rig, struct target *target)
{
    const int64_t packs = 5 * rig->users;
    const int64_t user = 1 + random() % rig->users;
    const int64_t pack = user - 1 + rig->users * (1 + random() % 4);
    const int64_t source = pack - 1 + packs * (1 + random() % 3);

    snprintf(target->user_id, ID_BYTES, "00000001-0000-4000-8000-%012llx", (unsigned long long)user);
    snprintf(target->admin_id, ID_BYTES, "00000001-0000-4000-8000-%012llx", 1 + (unsigned long long)user % 10);
    snprintf(target->pack_row_id, ID_BYTES, "%08llx-0002-4000-8000-%012llx",
             (unsigned long long)(pack * INT64_C(2654435761) % INT64_C(4294967296)), (unsigned long long)pack);
    snprintf(target->email, ID_BYTES, "User%lld@example.com", (long long)user);
    snprintf(target->pack_id, ID_BYTES, "pack-%lld", (long long)pack);
    snprintf(target->source_id, ID_BYTES, "source-%lld", (long long)source);
    snprintf(target->job_id, ID_BYTES, "job-%lld", (long long)user);
}

/* Seconds of one call; opening the session is not part of it. */
static double call_time(const struct rig *rig, struct call *call, int32_t is_user)
{
    cpk_error *error = NULL;
    struct target target;
    struct store *store = rig->service;
    cpk_status status;
    double start;
    double elapsed;

    target_choose(rig, &target);
    if (is_user) {
        const cpk_actor actor = {sizeof actor, CPK_ACTOR_USER, target.user_id};

        need(store_open(&rig->context, rig->database, &actor, &store, NULL) == CPK_OK, "session");
    }
    start = seconds_now();
    status = call->run(store, &target, &call->rows, &error);
    elapsed = seconds_now() - start;
    if (is_user) {
        store_close(store);
    }
    need(status == CPK_OK, cpk_error_message(error));
    need(call->rows > 0, call->name); /* found nothing */
    return elapsed;
}

/* In turns, each round from another place on, so that none always goes after the same one. */
static void measure(const struct rig *rig, int samples)
{
    for (int i = -samples / 10; i < samples; i++) {
        for (size_t k = 0; k < CALLS; k++) {
            struct call *call = &calls[(k + (size_t)(i + samples)) % CALLS];

            for (int32_t is_user = 0; is_user <= !call->is_service; is_user++) {
                double elapsed = call_time(rig, call, is_user);

                if (i >= 0) {
                    call->times[is_user][i] = elapsed;
                }
            }
        }
    }
}

static int compare(const void *left, const void *right)
{
    double difference = *(const double *)left - *(const double *)right;

    return (difference > 0) - (difference < 0);
}

static int print(int samples, double goal)
{
    const int at99 = samples * 99 / 100;
    int over = 0;

    for (size_t k = 0; k < CALLS; k++) {
        for (int is_user = 0; is_user <= !calls[k].is_service; is_user++) {
            qsort(calls[k].times[is_user], (size_t)samples, sizeof(double), compare);
        }
    }
    printf("one row of packs_v2 by its primary key: %.0f us (p99 %.0f us) in a user's session\n",
           calls[0].times[1][samples / 2] * 1e6, calls[0].times[1][at99] * 1e6);
    printf("| call | rows | p50 | p99 | with row-level security / without |\n|---|---|---|---|---|\n");
    for (size_t k = 1; k < CALLS; k++) {
        const int as = !calls[k].is_service;
        const double p50 = calls[k].times[as][samples / 2] / calls[0].times[as][samples / 2];
        const double p99 = calls[k].times[as][at99] / calls[0].times[as][at99];

        printf("| %s | %lld | %.2f | %.2f | ", calls[k].name, (long long)calls[k].rows, p50, p99);
        if (as) {
            printf("%.2f |\n", calls[k].times[1][samples / 2] / calls[k].times[0][samples / 2]);
        } else {
            printf("the service's |\n");
        }
        over += p99 > goal;
    }
    printf("the primary key itself with row-level security / without: %.2f\n",
           calls[0].times[1][samples / 2] / calls[0].times[0][samples / 2]);
    return over;
}

int main(int argc, char **argv)
{
    const cpk_actor service = {sizeof service, CPK_ACTOR_SERVICE, NULL};
    const int samples = argc > 3 ? atoi(argv[3]) : 2000;
    const double goal = argc > 4 ? atof(argv[4]) : 3;
    cpk_error *error = NULL;
    struct rig rig;
    int over;

    need(argc > 2 && samples > 1, "growth_measure URI USERS [SAMPLES [GOAL]]");
    rig.users = atoll(argv[2]);
    context_init(&rig.context);
    need(database_open(&rig.context, argv[1], &rig.database, &error) == CPK_OK, cpk_error_message(error));
    need(store_open(&rig.context, rig.database, &service, &rig.service, &error) == CPK_OK, cpk_error_message(error));
    for (size_t k = 0; k < CALLS; k++) {
        calls[k].times[0] = calloc((size_t)samples, sizeof(double));
        calls[k].times[1] = calloc((size_t)samples, sizeof(double));
        need(calls[k].times[0] != NULL && calls[k].times[1] != NULL, "no memory");
    }
    measure(&rig, samples);
    over = print(samples, goal);
    for (size_t k = 0; k < CALLS; k++) {
        free(calls[k].times[0]);
        free(calls[k].times[1]);
    }
    store_close(rig.service);
    database_free(rig.database);
    if (over > 0) {
        printf("%d calls take more than %.1f times as long at their 99th percentile\n", over, goal);
    }
    return over > 0;
}
