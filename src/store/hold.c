#include "store/hold.h"

#include "store/internal.h"
#include "store/ledger.h"
#include "store/user.h"

#include <stdio.h>
#include <string.h>

#define RELEASE_BATCH 100

#define RECORD_TYPE   struct cpk_hold
#define RECORD_TABLE  "records/hold.def"
#define RECORD_READ   hold_read
#include "store/columns.def"

/* Finds the open hold of a source or job; *hold is NULL if there is none. */
static cpk_status find_open(struct store *store, const struct work_key *key, struct cpk_hold **hold, cpk_error **error)
{
    struct work_key own;
    struct statement query;

    *hold = NULL;
    CPK_TRY(store_own_key(store, key, &own, error));
    store_start_of_owner(&query, store, STATEMENT_HOLD_FIND_OPEN, &own);
    return hold_read_one(store, &query, hold, NULL, error);
}

/* Closes a hold and returns the rest to the balance. Call in a transaction. */
static cpk_status hold_close(struct store *store, const char *user_id, const struct cpk_hold *hold, cpk_error **error)
{
    int64_t now_us = context_now(store->context);
    struct statement change;

    statement_start(&change, store->session, STATEMENT_HOLD_CLOSE);
    statement_bind_text(&change, 1, user_id);
    statement_bind_text(&change, 2, hold->hold_id);
    statement_bind_int64(&change, 3, hold->remaining);
    statement_bind_int64(&change, 4, now_us);
    CPK_TRY(store_queue_one(&change, CPK_ERROR_CONFLICT, "the hold was closed by another process", error));
    return hold->remaining == 0 ? CPK_OK : store_balance_add(store, user_id, hold->remaining, error);
}

static cpk_status release_open(struct store *store, const struct work_key *key, cpk_error **error)
{
    struct cpk_hold *hold;
    cpk_status status;

    CPK_TRY(find_open(store, key, &hold, error));
    if (hold == NULL) {
        return CPK_OK;
    }
    status = hold_close(store, key->user_id, hold, error);
    record_free(hold);
    return status;
}

cpk_status store_hold_release(struct store *store, const struct work_key *key, cpk_error **error)
{
    struct work_key own;
    struct store_scope scope;

    CPK_TRY(store_own_key(store, key, &own, error));
    CPK_TRY(store_scope_begin(&scope, store, error));
    return store_scope_end(&scope, release_open(store, &own, error), error);
}

static cpk_status release_pack(struct store *store, const char *user_id, const char *pack_id, cpk_error **error)
{
    size_t count;

    do {
        struct statement query;
        struct record_list *holds;
        cpk_status status = CPK_OK;

        statement_start(&query, store->session, STATEMENT_HOLD_LIST_OPEN);
        statement_bind_text(&query, 1, user_id);
        statement_bind_text(&query, 2, pack_id);
        statement_bind_int64(&query, 3, RELEASE_BATCH);
        CPK_TRY(store_read_list(store, &query, hold_read, &holds, error));
        count = holds->count;
        for (size_t i = 0; i < count && status == CPK_OK; i++) {
            status = hold_close(store, user_id, holds->items[i], error);
        }
        record_list_free(holds);
        CPK_TRY(status);
    } while (count > 0);
    return CPK_OK;
}

cpk_status store_hold_release_pack(struct store *store, const char *user_id, const char *pack_id, cpk_error **error)
{
    struct store_scope scope;

    CPK_TRY(store_owner(store, user_id, &user_id, error));
    CPK_TRY(store_scope_begin(&scope, store, error));
    return store_scope_end(&scope, release_pack(store, user_id, pack_id, error), error);
}

/* Removes credits from the balance, which must not become negative. */
static cpk_status balance_reserve(struct store *store, const char *user_id, int64_t credits, int64_t balance,
                                  cpk_error **error)
{
    char message[96];
    struct statement change;

    snprintf(message, sizeof message, "this needs %lld credit%s, the balance is %lld", (long long)credits,
             credits == 1 ? "" : "s", (long long)balance);
    statement_start(&change, store->session, STATEMENT_USER_CREDITS_RESERVE);
    statement_bind_text(&change, 1, user_id);
    statement_bind_int64(&change, 2, credits);
    statement_bind_time(&change, 3, context_now(store->context));
    return store_queue_one(&change, CPK_ERROR_INSUFFICIENT_CREDITS, message, error);
}

/* Locks the user's balance and reads the user. */
static cpk_status user_lock(struct store *store, const char *user_id, cpk_user **user, cpk_error **error)
{
    struct statement change;

    statement_start(&change, store->session, STATEMENT_USER_CREDITS_LOCK);
    statement_bind_text(&change, 1, user_id);
    statement_bind_time(&change, 2, context_now(store->context));
    CPK_TRY(store_queue_any(&change, error));
    return store_user_get(store, user_id, user, error);
}

struct reservation {
    int32_t allow_part; /* 1: reserve the whole balance if it is less than credits */
    int64_t credits;    /* receives the reserved amount */
    int64_t expires_us;
};

static cpk_status reserve_credits(struct store *store, const cpk_user *user, struct reservation *reservation,
                                  cpk_error **error)
{
    if (reservation->allow_part && user->credits_balance > 0 && user->credits_balance < reservation->credits) {
        reservation->credits = user->credits_balance;
    }
    return balance_reserve(store, user->id, reservation->credits, user->credits_balance, error);
}

static cpk_status hold_insert(struct store *store, const struct work_key *key, int32_t is_unlimited, int64_t credits,
                              int64_t expires_us, cpk_error **error)
{
    char id[UUID_TEXT_BYTES];
    struct statement change;

    CPK_TRY(uuid_create(store->context, id, error));
    store_start_of_owner(&change, store, STATEMENT_HOLD_INSERT, key);
    statement_bind_text(&change, 4, id);
    statement_bind_text(&change, 5, is_unlimited ? "unlimited" : "credits");
    statement_bind_int64(&change, 6, is_unlimited ? 0 : credits);
    statement_bind_time(&change, 7, expires_us);
    statement_bind_int64(&change, 8, context_now(store->context));
    return store_queue_any(&change, error);
}

static cpk_status hold_for(struct store *store, const struct work_key *key, const cpk_user *user,
                           struct reservation *reservation, cpk_error **error)
{
    const int32_t is_unlimited = user_is_unlimited(store->context, user->payment_plan_code, user->plan_end_us);

    CPK_TRY(user_check(user, USER_MAY_PAY, error));
    if (!is_unlimited) {
        CPK_TRY(reserve_credits(store, user, reservation, error));
    }
    return hold_insert(store, key, is_unlimited, reservation->credits, reservation->expires_us, error);
}

static cpk_status hold_open_first(struct store *store, const struct work_key *key, struct reservation *reservation,
                                  cpk_error **error)
{
    cpk_user *user;
    cpk_status status;

    CPK_TRY(reservation->allow_part ? user_lock(store, key->user_id, &user, error)
                                    : store_user_get(store, key->user_id, &user, error));
    status = hold_for(store, key, user, reservation, error);
    record_free(user);
    return status;
}

static cpk_status hold_reserve(struct store *store, const struct work_key *key, struct reservation *reservation,
                               struct cpk_hold **hold, cpk_error **error)
{
    CPK_TRY(release_open(store, key, error));
    CPK_TRY(hold_open_first(store, key, reservation, error));
    return hold != NULL ? find_open(store, key, hold, error) : CPK_OK;
}

cpk_status store_hold_need_none(struct store *store, const struct work_key *key, cpk_error **error)
{
    struct work_key own;
    struct statement query;

    CPK_TRY(store_own_key(store, key, &own, error));
    store_start_of_owner(&query, store, STATEMENT_HOLD_NONE_OPEN, &own);
    return store_queue_one(&query, CPK_ERROR_ALREADY_EXISTS, "credits are already held for this work", error);
}

cpk_status store_hold_reserve_first(struct store *store, const struct work_key *key, int32_t allow_part,
                                    int64_t *credits, int64_t expires_us, cpk_error **error)
{
    struct reservation reservation = {allow_part, *credits, expires_us};
    struct work_key own;
    cpk_status status;

    CPK_TRY(store_own_key(store, key, &own, error));
    status = hold_open_first(store, &own, &reservation, error);
    *credits = reservation.credits;
    return status;
}

static cpk_status reserve(struct store *store, const struct work_key *key, struct reservation *reservation,
                          struct cpk_hold **hold, cpk_error **error)
{
    struct work_key own;
    struct store_scope scope;

    if (reservation->credits < 0) {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, STORE_DOMAIN, "credits to hold must not be negative");
    }
    CPK_TRY(store_own_key(store, key, &own, error));
    CPK_TRY(store_scope_begin(&scope, store, error));
    return store_scope_end(&scope, hold_reserve(store, &own, reservation, hold, error), error);
}

cpk_status store_hold_reserve(struct store *store, const struct work_key *key, int64_t credits, int64_t expires_us,
                              struct cpk_hold **hold, cpk_error **error)
{
    struct reservation reservation = {0, credits, expires_us};
    cpk_status status;

    if (hold != NULL) {
        *hold = NULL;
    }
    status = reserve(store, key, &reservation, hold, error);
    if (status != CPK_OK && hold != NULL) {
        record_free(*hold);
        *hold = NULL;
    }
    return status;
}

cpk_status store_hold_reserve_part(struct store *store, const struct work_key *key, int64_t *credits,
                                   int64_t expires_us, cpk_error **error)
{
    struct reservation reservation = {1, *credits, expires_us};
    cpk_status status = reserve(store, key, &reservation, NULL, error);

    *credits = reservation.credits;
    return status;
}

/* --- holds created by hosts --- */

cpk_status store_hold_get(struct store *store, const char *user_id, const char *hold_id, struct cpk_hold **hold,
                          cpk_error **error)
{
    struct statement query;

    *hold = NULL;
    CPK_TRY(store_owner(store, user_id, &user_id, error));
    statement_start(&query, store->session, STATEMENT_HOLD_GET);
    statement_bind_text(&query, 1, user_id);
    statement_bind_text(&query, 2, hold_id);
    return hold_read_one(store, &query, hold, LEDGER_NO_SUCH_HOLD, error);
}

/* Reads the hold if the caller wants it, then commits or rolls back. */
static cpk_status finish_with(struct store_scope *scope, cpk_status status, const char *user_id, const char *hold_id,
                              struct cpk_hold **hold, cpk_error **error)
{
    if (status == CPK_OK && hold != NULL) {
        status = store_hold_get(scope->store, user_id, hold_id, hold, error);
    }
    status = store_scope_end(scope, status, error);
    if (status != CPK_OK && hold != NULL) {
        record_free(*hold);
        *hold = NULL;
    }
    return status;
}

static cpk_status insert_free(struct store *store, const char *user_id, const struct hold_params *params,
                              int32_t is_unlimited, cpk_error **error)
{
    int64_t now_us = context_now(store->context);
    struct statement change;

    statement_start(&change, store->session, STATEMENT_HOLD_INSERT_FREE);
    statement_bind_text(&change, 1, user_id);
    statement_bind_text(&change, 2, params->key);
    statement_bind_text(&change, 3, is_unlimited ? "unlimited" : "credits");
    statement_bind_int64(&change, 4, is_unlimited ? 0 : params->credits);
    statement_bind_int64(&change, 5, now_us + params->lifetime_us);
    statement_bind_text(&change, 6, params->reference);
    statement_bind_int64(&change, 7, now_us);
    return statement_run(&change, NULL, error);
}

/* Opens a hold. A repeated request succeeds even if the account was suspended meanwhile. */
static cpk_status open_for(struct store *store, const cpk_user *user, const struct hold_params *params,
                           const struct ledger_request *request, cpk_error **error)
{
    int32_t is_unlimited = user_is_unlimited(store->context, user->payment_plan_code, user->plan_end_us);
    char result_id[LEDGER_RESULT_BYTES];
    int32_t is_known;

    snprintf(result_id, sizeof result_id, "%s", params->key);
    CPK_TRY(ledger_request_claim(store, user->id, request, result_id, &is_known, error));
    if (is_known) {
        return CPK_OK;
    }
    CPK_TRY(user_check(user, USER_MAY_PAY, error));
    CPK_TRY(insert_free(store, user->id, params, is_unlimited, error));
    /* Last, because it locks the balance for the user's other requests. */
    return is_unlimited ? CPK_OK : balance_reserve(store, user->id, params->credits, user->credits_balance, error);
}

static cpk_status open_free(struct store *store, const char *user_id, const struct hold_params *params,
                            const struct ledger_request *request, cpk_error **error)
{
    cpk_user *user;
    cpk_status status;

    CPK_TRY(store_user_get(store, user_id, &user, error));
    status = open_for(store, user, params, request, error);
    record_free(user);
    return status;
}

cpk_status store_hold_open(struct store *store, const char *user_id, const struct hold_params *params,
                           struct cpk_hold **hold, cpk_error **error)
{
    char credits[24];
    const char *const parts[] = {credits, params->reference};
    struct ledger_request request;
    struct store_scope scope;

    snprintf(credits, sizeof credits, "%lld", (long long)params->credits);
    CPK_TRY(store_require_service(store, "hold credits", error));
    CPK_TRY(store_owner(store, user_id, &user_id, error));
    CPK_TRY(ledger_request_init(&request, params->key, "reserve", parts, 2, error));
    CPK_TRY(store_scope_begin(&scope, store, error));
    return finish_with(&scope, open_free(store, user_id, params, &request, error), user_id, params->key, hold, error);
}

/* Locks the hold until the transaction ends; *hold is NULL if there is none. */
static cpk_status hold_lock(struct store *store, enum statement_id how, const char *user_id, const char *hold_id,
                            struct cpk_hold **hold, cpk_error **error)
{
    struct statement change;

    statement_start(&change, store->session, how);
    statement_bind_text(&change, 1, user_id);
    statement_bind_text(&change, 2, hold_id);
    statement_bind_int64(&change, 3, context_now(store->context));
    return hold_read_one(store, &change, hold, NULL, error);
}

static cpk_status set_conflict_error(struct store *store, const char *user_id, const struct hold_spending *spending,
                                     cpk_error **error)
{
    struct cpk_hold *hold;

    CPK_TRY(store_hold_get(store, user_id, spending->hold_id, &hold, error));
    error_set(error, CPK_ERROR_CONFLICT, STORE_DOMAIN, "the hold \"%s\" is %s with %lld credits left, not %lld",
              hold->hold_id, hold->status, (long long)hold->remaining, (long long)spending->credits);
    record_free(hold);
    return CPK_ERROR_CONFLICT;
}

/* Spends credits of a hold and returns the hold. The request's key was claimed, so that repeated requests wait. */
static cpk_status spend(struct store *store, const char *user_id, const struct hold_spending *spending,
                        const char *transaction_id, struct cpk_hold **hold, cpk_error **error)
{
    struct transaction_params usage = {.id = transaction_id, .amount_micro = TRANSACTION_NO_AMOUNT};
    struct statement change;

    statement_start(&change, store->session, STATEMENT_HOLD_COMMIT);
    statement_bind_text(&change, 1, user_id);
    statement_bind_text(&change, 2, spending->hold_id);
    statement_bind_int64(&change, 3, spending->credits);
    statement_bind_int64(&change, 4, context_now(store->context));
    CPK_TRY(hold_read_one(store, &change, hold, NULL, error));
    if (*hold == NULL) {
        return set_conflict_error(store, user_id, spending, error);
    }
    usage.type = (*hold)->is_unlimited ? "unlimited_usage" : "usage";
    usage.credits = (*hold)->is_unlimited ? spending->credits : -spending->credits;
    usage.job_id = (*hold)->reference;
    return store_transaction_add(store, user_id, &usage, error);
}

static int32_t hold_is_open(const struct cpk_hold *hold)
{
    return hold != NULL && hold->status_code == CPK_HOLD_OPEN;
}

static cpk_status close_locked(struct store *store, const char *user_id, const char *hold_id, cpk_error **error)
{
    struct cpk_hold *hold;
    cpk_status status;

    CPK_TRY(hold_lock(store, STATEMENT_HOLD_LOCK, user_id, hold_id, &hold, error));
    if (hold == NULL) {
        return error_set(error, CPK_ERROR_NOT_FOUND, STORE_DOMAIN, LEDGER_NO_SUCH_HOLD);
    }
    status = hold_is_open(hold) ? hold_close(store, user_id, hold, error) : CPK_OK;
    record_free(hold);
    return status;
}

static cpk_status commit_free(struct store *store, const char *user_id, const struct ledger_request *request,
                              const struct hold_spending *spending, cpk_error **error)
{
    char id[LEDGER_RESULT_BYTES];
    struct cpk_hold *hold = NULL;
    int32_t is_known;
    cpk_status status;

    CPK_TRY(uuid_create(store->context, id, error));
    CPK_TRY(ledger_request_claim(store, user_id, request, id, &is_known, error));
    if (is_known) {
        return CPK_OK;
    }
    status = spend(store, user_id, spending, id, &hold, error);
    if (status == CPK_OK && spending->release_rest && hold_is_open(hold)) {
        status = hold_close(store, user_id, hold, error);
    }
    record_free(hold);
    return status;
}

cpk_status store_hold_commit(struct store *store, const char *user_id, const struct hold_spending *spending,
                             struct cpk_hold **hold, cpk_error **error)
{
    char count[24];
    const char *const parts[] = {spending->hold_id, count, spending->release_rest ? "release" : NULL};
    struct ledger_request request;
    struct store_scope scope;

    snprintf(count, sizeof count, "%lld", (long long)spending->credits);
    CPK_TRY(store_require_service(store, "commit holds", error));
    CPK_TRY(store_owner(store, user_id, &user_id, error));
    CPK_TRY(ledger_request_init(&request, spending->key, "commit", parts, 3, error));
    request.hold_id = spending->hold_id;
    CPK_TRY(store_scope_begin(&scope, store, error));
    return finish_with(&scope, commit_free(store, user_id, &request, spending, error), user_id, spending->hold_id, hold,
                       error);
}

cpk_status store_hold_close(struct store *store, const char *user_id, const char *hold_id, struct cpk_hold **hold,
                            cpk_error **error)
{
    struct store_scope scope;

    CPK_TRY(store_require_service(store, "release holds", error));
    CPK_TRY(store_owner(store, user_id, &user_id, error));
    CPK_TRY(store_scope_begin(&scope, store, error));
    return finish_with(&scope, close_locked(store, user_id, hold_id, error), user_id, hold_id, hold, error);
}

struct expired_hold {
    char user_id[UUID_TEXT_BYTES];
    char hold_id[LEDGER_RESULT_BYTES];
};

/* Finds the next expired hold after the skipped ones. */
static cpk_status find_expired(struct store *store, int64_t now_us, int64_t skipped, struct expired_hold *found,
                               int32_t *has_row, cpk_error **error)
{
    struct statement query;

    statement_start(&query, store->session, STATEMENT_HOLD_LIST_EXPIRED);
    statement_bind_int64(&query, 1, now_us);
    statement_bind_int64(&query, 2, 1);
    statement_bind_int64(&query, 3, skipped);
    CPK_TRY(statement_step(&query, has_row, error));
    if (*has_row) {
        const char *user = statement_take_text(&query, NULL);
        const char *hold = statement_take_text(&query, NULL);

        snprintf(found->user_id, sizeof found->user_id, "%s", user != NULL ? user : "");
        snprintf(found->hold_id, sizeof found->hold_id, "%s", hold != NULL ? hold : "");
        CPK_TRY(statement_check(&query, error));
    }
    statement_finish(&query);
    return CPK_OK;
}

/* Closes an expired hold, unless it was closed or deleted meanwhile. */
static cpk_status close_expired(struct store *store, const char *user_id, const char *hold_id, int64_t *expired,
                                cpk_error **error)
{
    struct cpk_hold *hold;
    cpk_status status;

    CPK_TRY(hold_lock(store, STATEMENT_HOLD_LOCK_EXPIRED, user_id, hold_id, &hold, error));
    if (hold == NULL) {
        return CPK_OK;
    }
    status = hold_close(store, user_id, hold, error);
    record_free(hold);
    *expired += status == CPK_OK;
    return status;
}

static cpk_status expire_one(struct store *store, const char *user_id, const char *hold_id, int64_t *expired,
                             cpk_error **error)
{
    struct store_scope scope;

    CPK_TRY(store_scope_begin(&scope, store, error));
    return store_scope_end(&scope, close_expired(store, user_id, hold_id, expired, error), error);
}

cpk_status store_hold_expire(struct store *store, int64_t limit, int64_t *expired, cpk_error **error)
{
    int64_t now_us = context_now(store->context);
    int64_t skipped = 0;

    *expired = 0;
    CPK_TRY(store_require_service(store, "expire holds", error));
    for (int64_t i = 0; i < limit + skipped; i++) {
        struct expired_hold found;
        cpk_error *problem = NULL;
        int64_t closed = 0;
        int32_t has_row;
        cpk_status status;

        CPK_TRY(find_expired(store, now_us, skipped, &found, &has_row, error));
        if (!has_row) {
            return CPK_OK;
        }
        status = expire_one(store, found.user_id, found.hold_id, &closed, &problem);
        if (status != CPK_OK && !error_is_of_one_row(status)) {
            return error_give(error, problem);
        }
        if (status != CPK_OK) { /* the next call tries again; the health report lists it */
            context_log(store->context, CPK_LOG_WARNING, STORE_DOMAIN, "can't release the hold %s of user %s: %s",
                        found.hold_id, found.user_id, cpk_error_message(problem));
            skipped++;
        }
        cpk_error_free(problem);
        *expired += status == CPK_OK ? closed : 0;
    }
    return CPK_OK;
}
