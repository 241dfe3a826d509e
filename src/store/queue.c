#include "store/queue.h"

#include "base/buffer.h"
#include "base/json/json.h"
#include "model/words.h"
#include "store/advisory_lock.h"
#include "store/hold.h"
#include "store/internal.h"
#include "store/source.h"

#include <stdio.h>
#include <string.h>

#define NO_SUCH_SOURCE "no such source, or it belongs to another user"
#define NO_SUCH_WORK   "the source was not submitted to workers, or its work is done"
#define NOBODY         "00000000-0000-0000-0000-000000000000"
#define USERS_MAX      100 /* users of one claim */

#define RECORD_TYPE    cpk_work
#define RECORD_TABLE   "records/work.def"
#define RECORD_READ    work_read
#include "store/columns.def"

static const char *const states[] = {WORK_STATE_WORDS, NULL};

static struct work_key key_of(const char *user_id, const char *source_id)
{
    return (struct work_key){user_id, OWNER_SOURCE, source_id, NULL};
}

/* The user whose rows a list has: NULL for the service, which sees all. */
static const char *own_user(const struct store *store)
{
    return store->only_user_id[0] != '\0' ? store->only_user_id : NULL;
}

cpk_status store_queue_user(struct store *store, const char *source_id, char user_id[UUID_TEXT_BYTES],
                            cpk_error **error)
{
    const char *own = own_user(store);
    struct statement query;
    int32_t has_row;

    if (own != NULL) {
        snprintf(user_id, UUID_TEXT_BYTES, "%s", own);
        return CPK_OK;
    }
    statement_start(&query, store->session, STATEMENT_SOURCE_FIND_USER);
    statement_bind_text(&query, 1, source_id);
    CPK_TRY(statement_step(&query, &has_row, error));
    if (!has_row) {
        return error_set(error, CPK_ERROR_NOT_FOUND, STORE_DOMAIN, NO_SUCH_SOURCE);
    }
    snprintf(user_id, UUID_TEXT_BYTES, "%s", statement_text(&query, 0, NULL));
    statement_finish(&query);
    return CPK_OK;
}

static cpk_status get(struct store *store, const struct work_key *key, cpk_work **work, cpk_error **error)
{
    struct statement query;

    store_start_of_owner(&query, store, STATEMENT_QUEUE_GET, key);
    return work_read_one(store, &query, work, NO_SUCH_WORK, error);
}

static cpk_status submit(struct store *store, const struct work_key *key, const struct queue_submission *submission,
                         cpk_work **work, cpk_error **error)
{
    struct statement change;

    store_start_of_owner(&change, store, STATEMENT_QUEUE_SUBMIT, key);
    statement_bind_text(&change, 4, submission->kind);
    statement_bind_int64(&change, 5, submission->priority);
    statement_bind_int64(&change, 6, context_now(store->context));
    CPK_TRY(store_queue_one(&change, CPK_ERROR_NOT_FOUND, NO_SUCH_SOURCE, error));
    return get(store, key, work, error);
}

cpk_status store_queue_submit(struct store *store, const char *user_id, const char *source_id,
                              const struct queue_submission *submission, cpk_work **work, cpk_error **error)
{
    struct store_scope scope;
    struct work_key key;
    cpk_status status;

    *work = NULL;
    CPK_TRY(store_owner(store, user_id, &user_id, error));
    key = key_of(user_id, source_id);
    CPK_TRY(store_scope_begin(&scope, store, error));
    status = store_source_take_up(store, user_id, source_id, error); /* if another service created it */
    if (status == CPK_OK) {
        status = submit(store, &key, submission, work, error);
    }
    status = store_scope_end(&scope, status, error);
    if (status != CPK_OK) {
        record_free(*work);
        *work = NULL;
    }
    return status;
}

cpk_status store_queue_get(struct store *store, const char *user_id, const char *source_id, cpk_work **work,
                           cpk_error **error)
{
    struct work_key key;

    *work = NULL;
    CPK_TRY(store_owner(store, user_id, &user_id, error));
    key = key_of(user_id, source_id);
    return get(store, &key, work, error);
}

cpk_status store_queue_list(struct store *store, int32_t state, const struct store_page *page,
                            struct record_list **items, cpk_error **error)
{
    struct statement query;

    *items = NULL;
    statement_start(&query, store->session, STATEMENT_QUEUE_LIST_PAGE);
    statement_bind_text(&query, 1, own_user(store));
    statement_bind_text(&query, 2, word_at(states, state));
    CPK_TRY(store_bind_page(&query, 3, page, error));
    return store_read_list(store, &query, work_read, items, error);
}

static cpk_status cancel(struct store *store, const struct work_key *key, cpk_error **error)
{
    struct statement change;

    CPK_TRY(store_source_take_up(store, key->user_id, key->id, error));
    store_start_of_owner(&change, store, STATEMENT_QUEUE_CANCEL, key);
    statement_bind_int64(&change, 4, context_now(store->context));
    CPK_TRY(store_queue_one(&change, CPK_ERROR_NOT_FOUND, NO_SUCH_SOURCE, error));
    store_start_of_owner(&change, store, STATEMENT_LEASE_WORK_REVOKE, key);
    CPK_TRY(store_queue_any(&change, error));
    return store_hold_release(store, key, error);
}

cpk_status store_queue_cancel(struct store *store, const char *user_id, const char *source_id, cpk_error **error)
{
    struct store_scope scope;
    struct work_key key;

    CPK_TRY(store_owner(store, user_id, &user_id, error));
    key = key_of(user_id, source_id);
    CPK_TRY(store_scope_begin(&scope, store, error));
    return store_scope_end(&scope, cancel(store, &key, error), error);
}

cpk_status store_queue_redrive(struct store *store, const char *source_id, int64_t *count, cpk_error **error)
{
    struct store_scope scope;
    struct statement change;

    *count = 0;
    CPK_TRY(store_scope_begin(&scope, store, error));
    statement_start(&change, store->session, STATEMENT_QUEUE_REDRIVE);
    statement_bind_text(&change, 1, own_user(store));
    statement_bind_text(&change, 2, source_id);
    statement_bind_int64(&change, 3, context_now(store->context));
    return store_scope_end(&scope, statement_run(&change, count, error), error);
}

/* --- claiming --- */

static void start_claim(struct statement *change, struct store *store, enum statement_id id,
                        const struct queue_claim *claim)
{
    statement_start(change, store->session, id);
    statement_bind_text(change, 3, claim->lease_owner);
    statement_bind_int64(change, 4, claim->expires_us);
}

static cpk_status add_rows(struct store *store, struct statement *change, struct record_list *items, cpk_error **error)
{
    int32_t has_row = 1;

    while (has_row) {
        void *work = NULL;

        CPK_TRY(statement_step(change, &has_row, error));
        if (has_row) {
            cpk_status status = work_read(store->context, change, &work, error);

            if (status == CPK_OK) {
                status = record_list_add(items, work, error);
            }
            if (status != CPK_OK) {
                statement_finish(change);
                return status;
            }
        }
    }
    statement_finish(change);
    return CPK_OK;
}

/* How many more of a user's rows may run. The lock keeps other workers from counting at the same time. */
static cpk_status room_of(struct store *store, const char *user_id, const struct queue_claim *claim, int64_t *room,
                          cpk_error **error)
{
    struct statement query;
    int32_t has_row;
    int64_t running;

    if (claim->max_per_user <= 0) {
        return CPK_OK;
    }
    CPK_TRY(store_advisory_lock_acquire(store, "claim", user_id, error));
    statement_start(&query, store->session, STATEMENT_QUEUE_COUNT_RUNNING);
    statement_bind_text(&query, 1, user_id);
    CPK_TRY(statement_step(&query, &has_row, error));
    running = statement_take_int64(&query);
    CPK_TRY(statement_check(&query, error));
    statement_finish(&query);
    if (*room > claim->max_per_user - running) {
        *room = claim->max_per_user - running;
    }
    return CPK_OK;
}

static cpk_status claim_of_user(struct store *store, const char *user_id, const struct queue_claim *claim,
                                int64_t limit, struct record_list *items, cpk_error **error)
{
    struct store_scope scope;
    struct statement change;
    cpk_status status;

    CPK_TRY(store_scope_begin(&scope, store, error));
    status = room_of(store, user_id, claim, &limit, error);
    if (status == CPK_OK && limit > 0) {
        start_claim(&change, store, STATEMENT_QUEUE_CLAIM, claim);
        statement_bind_text(&change, 1, user_id);
        statement_bind_int64(&change, 2, limit);
        status = add_rows(store, &change, items, error);
    }
    return store_scope_end(&scope, status, error);
}

struct user_ring {
    char ids[USERS_MAX][UUID_TEXT_BYTES];
    size_t count;
};

static cpk_status take_user(void *self, struct statement *row, cpk_error **error)
{
    struct user_ring *ring = self;

    (void)error;
    if (ring->count < USERS_MAX) {
        snprintf(ring->ids[ring->count++], UUID_TEXT_BYTES, "%s", statement_text(row, 0, NULL));
    }
    return CPK_OK;
}

static const char *last_user(const struct queue_claim *claim)
{
    return claim->last_user_id[0] != '\0' ? claim->last_user_id : NOBODY;
}

static cpk_status list_users(struct store *store, const struct queue_claim *claim, int64_t limit,
                             struct user_ring *ring, cpk_error **error)
{
    struct statement query;

    ring->count = 0;
    statement_start(&query, store->session, STATEMENT_QUEUE_USER_LIST);
    statement_bind_text(&query, 1, last_user(claim));
    statement_bind_int64(&query, 2, limit);
    return statement_each(&query, take_user, ring, error);
}

/* Every user in turn gets an equal share; what users leave of it goes to the others in the next round. */
static cpk_status claim_up_to_cap(struct store *store, const struct queue_claim *claim, struct record_list *items,
                                  cpk_error **error)
{
    struct user_ring ring;
    size_t before;

    do {
        int64_t share;

        before = items->count;
        CPK_TRY(list_users(store, claim, USERS_MAX, &ring, error));
        share =
            ring.count > 0 ? (claim->limit - (int64_t)items->count + (int64_t)ring.count - 1) / (int64_t)ring.count : 0;
        for (size_t i = 0; i < ring.count && (int64_t)items->count < claim->limit; i++) {
            int64_t left = claim->limit - (int64_t)items->count;

            CPK_TRY(claim_of_user(store, ring.ids[i], claim, share < left ? share : left, items, error));
            snprintf(claim->last_user_id, UUID_TEXT_BYTES, "%s", ring.ids[i]);
        }
    } while ((int64_t)items->count < claim->limit && items->count > before && ring.count > 1);
    return CPK_OK;
}

/* 1 if the turn of user `left` comes after that of `right`: turns go by user id, from the first id after `last` to the
 * greatest, then from the smallest one. */
static int32_t is_later(const char *left, const char *right, const char *last)
{
    const int32_t left_wraps = strcmp(left, last) <= 0, right_wraps = strcmp(right, last) <= 0;

    return left_wraps != right_wraps ? left_wraps : strcmp(left, right) > 0;
}

/* Keeps whose turn was last, of the items from `first` on. */
static void note_last_user(const struct queue_claim *claim, const struct record_list *items, size_t first)
{
    const char *latest = NULL;

    for (size_t i = first; i < items->count; i++) {
        const cpk_work *work = items->items[i];

        if (latest == NULL || is_later(work->user_id, latest, last_user(claim))) {
            latest = work->user_id;
        }
    }
    if (latest != NULL) {
        snprintf(claim->last_user_id, UUID_TEXT_BYTES, "%s", latest);
    }
}

/* One statement for all users whose turn it is. */
static cpk_status claim_of_users(struct store *store, const struct queue_claim *claim, int64_t users_max,
                                 struct record_list *items, cpk_error **error)
{
    const size_t before = items->count;
    struct statement change;
    struct store_scope scope;

    CPK_TRY(store_scope_begin(&scope, store, error));
    start_claim(&change, store, STATEMENT_QUEUE_CLAIM_IN_TURN, claim);
    statement_bind_text(&change, 1, last_user(claim));
    statement_bind_int64(&change, 2, claim->limit - (int64_t)before);
    statement_bind_int64(&change, 5, users_max);
    statement_ends_transaction(&change);
    CPK_TRY(store_scope_end(&scope, add_rows(store, &change, items, error), error));
    note_last_user(claim, items, before);
    return CPK_OK;
}

/* The first statement looks at as few users as are needed. Where they have less than their shares, or other workers
 * have locked their rows, the next ones look at more, as long as there is something to claim. */
static cpk_status claim_in_turn(struct store *store, const struct queue_claim *claim, struct record_list *items,
                                cpk_error **error)
{
    size_t before;

    CPK_TRY(claim_of_users(store, claim, claim->limit < USERS_MAX ? claim->limit : USERS_MAX, items, error));
    do {
        before = items->count;
        if ((int64_t)before < claim->limit) {
            CPK_TRY(claim_of_users(store, claim, USERS_MAX, items, error));
        }
    } while (items->count > before);
    return CPK_OK;
}

cpk_status store_queue_claim(struct store *store, const struct queue_claim *claim, struct record_list **items,
                             cpk_error **error)
{
    struct record_list *list = NULL;
    cpk_status status;

    *items = NULL;
    CPK_TRY(store_require_service(store, "claim work", error));
    CPK_TRY(record_list_create(store->context, &list, error));
    status =
        claim->max_per_user > 0 ? claim_up_to_cap(store, claim, list, error) : claim_in_turn(store, claim, list, error);
    /* What was claimed before an error is still the worker's: it is handed over, and the next call meets the error. */
    if (status != CPK_OK && list->count == 0) {
        record_list_free(list);
        return status;
    }
    if (status != CPK_OK) {
        error_clear(error);
    }
    *items = list;
    return CPK_OK;
}

/* --- keeping and ending claims --- */

cpk_status store_queue_renew(struct store *store, const char *lease_owner, int64_t expires_us, cpk_error **error)
{
    struct store_scope scope;
    struct statement change;

    CPK_TRY(store_require_service(store, "renew claims", error));
    CPK_TRY(store_scope_begin(&scope, store, error));
    statement_start(&change, store->session, STATEMENT_QUEUE_RENEW);
    statement_bind_text(&change, 1, lease_owner);
    statement_bind_int64(&change, 2, expires_us);
    return store_scope_end(&scope, store_queue_any(&change, error), error);
}

cpk_status store_queue_list_claims(struct store *store, const char *lease_owner, struct record_list **items,
                                   cpk_error **error)
{
    struct statement query;

    *items = NULL;
    CPK_TRY(store_require_service(store, "read claims", error));
    statement_start(&query, store->session, STATEMENT_QUEUE_LIST_CLAIMS);
    statement_bind_text(&query, 1, lease_owner);
    return store_read_list(store, &query, work_read, items, error);
}

static cpk_status settle(struct store *store, const struct queue_outcome *outcome, cpk_error **error)
{
    const cpk_work *work = outcome->work;
    struct statement change;

    statement_start(&change, store->session, STATEMENT_QUEUE_SETTLE);
    statement_bind_text(&change, 1, work->user_id);
    statement_bind_text(&change, 2, work->owner_kind);
    statement_bind_text(&change, 3, work->owner_id);
    statement_bind_text(&change, 4, work->lease_owner);
    statement_bind_int64(&change, 5, work->claims);
    statement_bind_text(&change, 6, word_at(states, outcome->reason != NULL ? CPK_WORK_WAITING : CPK_WORK_READY));
    statement_bind_int64(&change, 7, outcome->run_us);
    statement_bind_text(&change, 8, outcome->reason);
    statement_bind_text(&change, 9, outcome->message);
    statement_bind_int64(&change, 10, outcome->given_back);
    statement_bind_int64(&change, 11, outcome->max_attempts);
    if (outcome->expired_us == CPK_TIME_UNKNOWN) {
        statement_bind_null(&change, 12, CPK_VALUE_INT64);
    } else {
        statement_bind_int64(&change, 12, outcome->expired_us);
    }
    return store_queue_any(&change, error);
}

static void add_claim(struct buffer *claims, const cpk_work *work)
{
    struct json_writer writer;

    buffer_append_text(claims, claims->length > 1 ? ",[" : "[");
    json_writer_init(&writer, claims);
    json_write_text(&writer, work->user_id, strlen(work->user_id));
    json_write_text(&writer, work->owner_kind, strlen(work->owner_kind));
    json_write_text(&writer, work->owner_id, strlen(work->owner_id));
    json_write_text(&writer, work->lease_owner, strlen(work->lease_owner));
    json_write_int64(&writer, work->claims);
    buffer_append_byte(claims, ']');
}

/* One statement for all that is done. */
static cpk_status end_done(struct store *store, const struct queue_outcome *outcomes, size_t count, int32_t is_last,
                           cpk_error **error)
{
    struct statement change;
    struct buffer claims;
    int64_t done = 0;
    cpk_status status = CPK_OK;

    buffer_init(&claims, &store->context->allocator);
    buffer_append_byte(&claims, '[');
    for (size_t i = 0; i < count; i++) {
        if (outcomes[i].is_done) {
            add_claim(&claims, outcomes[i].work);
            done++;
        }
    }
    buffer_append_byte(&claims, ']');
    if (claims.failed) {
        status = error_out_of_memory(error);
    } else if (done > 0) {
        statement_start(&change, store->session, STATEMENT_QUEUE_DONE);
        statement_bind_text(&change, 1, buffer_text(&claims));
        statement_bind_int64(&change, 2, done);
        if (is_last) {
            statement_ends_transaction(&change);
        }
        status = statement_run(&change, NULL, error);
    }
    buffer_free(&claims);
    return status;
}

cpk_status store_queue_settle(struct store *store, const struct queue_outcome *outcomes, size_t count,
                              cpk_error **error)
{
    struct store_scope scope;
    size_t done = 0;
    cpk_status status = CPK_OK;

    CPK_TRY(store_require_service(store, "end claims", error));
    if (count == 0) {
        return CPK_OK;
    }
    CPK_TRY(store_scope_begin(&scope, store, error));
    for (size_t i = 0; i < count && status == CPK_OK; i++) {
        if (outcomes[i].is_done) {
            done++;
        } else {
            status = settle(store, &outcomes[i], error);
        }
    }
    if (status == CPK_OK) {
        status = end_done(store, outcomes, count, done == count, error);
    }
    return store_scope_end(&scope, status, error);
}

cpk_status store_queue_promote(struct store *store, int64_t *count, cpk_error **error)
{
    struct store_scope scope;
    struct statement change;

    *count = 0;
    CPK_TRY(store_require_service(store, "make work ready", error));
    CPK_TRY(store_scope_begin(&scope, store, error));
    statement_start(&change, store->session, STATEMENT_QUEUE_PROMOTE);
    statement_bind_int64(&change, 1, context_now(store->context));
    statement_bind_int64(&change, 2, QUEUE_PAGE_LIMIT);
    return store_scope_end(&scope, statement_run(&change, count, error), error);
}

cpk_status store_queue_list_running(struct store *store, const cpk_work *last, struct record_list **items,
                                    cpk_error **error)
{
    struct statement query;

    *items = NULL;
    CPK_TRY(store_require_service(store, "read claims", error));
    statement_start(&query, store->session, STATEMENT_QUEUE_LIST_RUNNING);
    statement_bind_text(&query, 1, last != NULL ? last->user_id : NULL);
    statement_bind_text(&query, 2, last != NULL ? last->owner_kind : NULL);
    statement_bind_text(&query, 3, last != NULL ? last->owner_id : NULL);
    statement_bind_int64(&query, 4, QUEUE_PAGE_LIMIT);
    return store_read_list(store, &query, work_read, items, error);
}

static cpk_status take_depth(void *self, struct statement *row, cpk_error **error)
{
    struct queue_depth *depths = self;
    int32_t state = word_find(states, statement_take_text(row, NULL));
    struct queue_depth depth;

    depth.count = statement_take_int64(row);
    depth.first_us = statement_take_time(row);
    depth.retried = statement_take_int64(row);
    CPK_TRY(statement_check(row, error));
    if (state > 0) {
        depths[state - 1] = depth;
    }
    return CPK_OK;
}

cpk_status store_queue_measure(struct store *store, struct queue_depth depths[QUEUE_STATES], cpk_error **error)
{
    struct statement query;

    for (size_t i = 0; i < QUEUE_STATES; i++) {
        depths[i] = (struct queue_depth){0, CPK_TIME_UNKNOWN, 0};
    }
    CPK_TRY(store_require_service(store, "measure the queue", error));
    statement_start(&query, store->session, STATEMENT_QUEUE_MEASURE);
    return statement_each(&query, take_depth, depths, error);
}
