#include "store/payment.h"

#include "store/internal.h"

#include <stdio.h>
#include <string.h>

#define OPEN_ROUNDS     8 /* attempts; one fails if the same payment is written concurrently */
#define MOVEMENTS_MAX   1000
#define KEYS_LISTED_MAX 100

cpk_status store_stripe_event_claim(struct store *store, const char *event_id, const char *event_type,
                                    int64_t created_us, int32_t *is_known, cpk_error **error)
{
    struct statement change;
    int64_t rows;

    CPK_TRY(store_require_service(store, "process payments", error));
    statement_start(&change, store->session, STATEMENT_STRIPE_EVENT_INSERT);
    statement_bind_text(&change, 1, event_id);
    statement_bind_text(&change, 2, event_type);
    statement_bind_time(&change, 3, created_us);
    statement_bind_int64(&change, 4, context_now(store->context));
    CPK_TRY(statement_run(&change, &rows, error));
    *is_known = rows == 0;
    return CPK_OK;
}

cpk_status store_stripe_event_unclaim(struct store *store, const char *event_id, cpk_error **error)
{
    struct statement change;

    CPK_TRY(store_require_service(store, "process payments", error));
    statement_start(&change, store->session, STATEMENT_STRIPE_EVENT_DELETE);
    statement_bind_text(&change, 1, event_id);
    return statement_run(&change, NULL, error);
}

/* The payments that have one of the ids, without duplicates, sorted by id: the order in which they are locked. */
struct found_payments {
    char ids[PAYMENT_KEYS_MAX][UUID_TEXT_BYTES];
    size_t count;
};

static void found_add(struct found_payments *found, const char *payment_id)
{
    size_t at = 0;

    while (at < found->count && strcmp(found->ids[at], payment_id) < 0) {
        at++;
    }
    if (at < found->count && strcmp(found->ids[at], payment_id) == 0) {
        return;
    }
    memmove(found->ids[at + 1], found->ids[at], (found->count - at) * sizeof found->ids[0]);
    memcpy(found->ids[at], payment_id, UUID_TEXT_BYTES);
    found->count++;
}

static cpk_status find_all(struct store *store, const char *const *ids, size_t count, struct found_payments *found,
                           cpk_error **error)
{
    found->count = 0;
    for (size_t i = 0; i < count; i++) {
        struct statement query;
        int32_t has_row;

        if (ids[i] == NULL) {
            continue;
        }
        statement_start(&query, store->session, STATEMENT_PAYMENT_FIND);
        statement_bind_text(&query, 1, ids[i]);
        CPK_TRY(statement_step(&query, &has_row, error));
        if (has_row) {
            size_t length = 0;
            const char *payment_id = statement_take_text(&query, &length);

            CPK_TRY(statement_check(&query, error));
            if (payment_id == NULL || length >= UUID_TEXT_BYTES) {
                statement_finish(&query);
                return error_set(error, CPK_ERROR_DATABASE, STORE_DOMAIN, "a payment's id is not a UUID");
            }
            found_add(found, payment_id);
        }
        statement_finish(&query);
    }
    return CPK_OK;
}

static const char *read_copy(struct statement *row, struct arena *arena, int32_t *out_of_memory)
{
    const char *text = statement_take_text(row, NULL);
    const char *copy = arena_copy_text(arena, text);

    *out_of_memory |= text != NULL && copy == NULL;
    return copy;
}

static cpk_status read_payment(struct statement *row, struct arena *arena, struct store_payment *payment,
                               cpk_error **error)
{
    int32_t out_of_memory = 0;
    const char *payment_id = statement_take_text(row, NULL);

    memset(payment, 0, sizeof *payment);
    snprintf(payment->payment_id, sizeof payment->payment_id, "%s", payment_id != NULL ? payment_id : "");
    payment->facts.user_id = read_copy(row, arena, &out_of_memory);
    payment->facts.customer_id = read_copy(row, arena, &out_of_memory);
    payment->stripe_payment_id = read_copy(row, arena, &out_of_memory);
    payment->facts.package_id = read_copy(row, arena, &out_of_memory);
    payment->facts.currency = read_copy(row, arena, &out_of_memory);
    payment->facts.credits = statement_take_int64_or(row, FACT_UNKNOWN);
    payment->facts.amount = statement_take_int64_or(row, FACT_UNKNOWN);
    payment->facts.amount_due = statement_take_int64_or(row, FACT_UNKNOWN);
    payment->facts.is_unlimited = (int32_t)statement_take_int64(row);
    payment->facts.is_paid = (int32_t)statement_take_int64(row);
    payment->facts.is_failed = (int32_t)statement_take_int64(row);
    payment->facts.amount_parts = statement_take_int64(row);
    payment->facts.amount_refunded = statement_take_int64(row);
    payment->facts.amount_disputed = statement_take_int64(row);
    payment->applied.purchase = statement_take_int64(row);
    payment->applied.refund = statement_take_int64(row);
    payment->applied.dispute = statement_take_int64(row);
    payment->was_unlimited = payment->facts.is_unlimited;
    payment->gives_plan = (int32_t)statement_take_int64(row);
    payment->is_unclaimed = (int32_t)statement_take_int64(row);
    CPK_TRY(statement_check(row, error));
    return out_of_memory ? error_out_of_memory(error) : CPK_OK;
}

cpk_status store_payment_lock(struct store *store, const char *payment_id, struct arena *arena,
                              struct store_payment *payment, int32_t *is_there, cpk_error **error)
{
    struct statement change;
    struct statement query;
    int64_t rows;
    cpk_status status = CPK_OK;

    CPK_TRY(store_require_service(store, "process payments", error));
    statement_start(&change, store->session, STATEMENT_PAYMENT_LOCK);
    statement_bind_text(&change, 1, payment_id);
    statement_bind_int64(&change, 2, context_now(store->context));
    CPK_TRY(statement_run(&change, &rows, error));
    *is_there = rows > 0;
    if (rows == 0) {
        return CPK_OK;
    }
    statement_start(&query, store->session, STATEMENT_PAYMENT_GET);
    statement_bind_text(&query, 1, payment_id);
    CPK_TRY(statement_step(&query, is_there, error));
    if (*is_there) {
        status = read_payment(&query, arena, payment, error);
    }
    statement_finish(&query);
    return status;
}

static cpk_status payment_insert(struct store *store, char payment_id[UUID_TEXT_BYTES], cpk_error **error)
{
    struct statement change;

    CPK_TRY(uuid_create(store->context, payment_id, error));
    statement_start(&change, store->session, STATEMENT_PAYMENT_INSERT);
    statement_bind_text(&change, 1, payment_id);
    statement_bind_int64(&change, 2, context_now(store->context));
    return statement_run(&change, NULL, error);
}

/* Runs a statement with two ids as parameters. */
static cpk_status run_pair(struct store *store, enum statement_id id, const char *first, const char *second,
                           int64_t *rows, cpk_error **error)
{
    struct statement change;

    statement_start(&change, store->session, id);
    statement_bind_text(&change, 1, first);
    if (second != NULL) {
        statement_bind_text(&change, 2, second);
    }
    return statement_run(&change, rows, error);
}

/* Merges facts and applied credits of another payment into the first. */
static cpk_status merge_payment(struct store *store, struct store_payment *payment, const struct store_payment *other,
                                cpk_error **error)
{
    const char *currency = payment->facts.currency;

    if (currency != NULL && other->facts.currency != NULL && strcmp(currency, other->facts.currency) != 0) {
        return error_set(error, CPK_ERROR_INVALID_DATA, STORE_DOMAIN,
                         "parts of the payment %s are in %s and in %s, but a payment has one currency",
                         payment->payment_id, currency, other->facts.currency);
    }
    payment_merge(&payment->facts, &other->facts);
    payment->gives_plan |= other->gives_plan;
    payment->is_unclaimed |= other->is_unclaimed;
    if (payment->stripe_payment_id == NULL) {
        payment->stripe_payment_id = other->stripe_payment_id;
    }
    payment->applied.purchase += other->applied.purchase;
    payment->applied.refund += other->applied.refund;
    payment->applied.dispute += other->applied.dispute;
    CPK_TRY(run_pair(store, STATEMENT_PAYMENT_KEY_MOVE, other->payment_id, payment->payment_id, NULL, error));
    CPK_TRY(run_pair(store, STATEMENT_MOVEMENT_MOVE, other->payment_id, payment->payment_id, NULL, error));
    CPK_TRY(run_pair(store, STATEMENT_STRIPE_EVENT_MOVE, other->payment_id, payment->payment_id, NULL, error));
    return run_pair(store, STATEMENT_PAYMENT_DELETE, other->payment_id, NULL, NULL, error);
}

/* Locks the payments found and merges them. *is_done 0: one was merged meanwhile, search again. */
static cpk_status lock_all(struct store *store, const struct found_payments *found, struct arena *arena,
                           struct store_payment *payment, int32_t *is_done, cpk_error **error)
{
    CPK_TRY(store_payment_lock(store, found->ids[0], arena, payment, is_done, error));
    for (size_t i = 1; i < found->count && *is_done; i++) {
        struct store_payment other;

        CPK_TRY(store_payment_lock(store, found->ids[i], arena, &other, is_done, error));
        if (*is_done) {
            CPK_TRY(merge_payment(store, payment, &other, error));
        }
    }
    return CPK_OK;
}

static int32_t found_has(const struct found_payments *found, const char *payment_id)
{
    for (size_t i = 0; i < found->count; i++) {
        if (strcmp(found->ids[i], payment_id) == 0) {
            return 1;
        }
    }
    return 0;
}

/* Stripe's ids of the payment to open. */
struct key_set {
    const char *const *ids;
    size_t count;
    uint32_t new_keys; /* accumulated over all rounds, because ids of failed rounds are inserted, too */
};

/* Inserts new ids and sets their bits in keys->new_keys. *is_done 0: one was inserted concurrently for another payment.
 */
static cpk_status add_keys(struct store *store, struct key_set *keys, const char *payment_id, int32_t *is_done,
                           cpk_error **error)
{
    struct found_payments found;

    for (size_t i = 0; i < keys->count; i++) {
        int64_t rows = 0;

        if (keys->ids[i] != NULL) {
            CPK_TRY(run_pair(store, STATEMENT_PAYMENT_KEY_INSERT, keys->ids[i], payment_id, &rows, error));
            keys->new_keys |= rows > 0 ? UINT32_C(1) << i : 0;
        }
    }
    CPK_TRY(find_all(store, keys->ids, keys->count, &found, error));
    *is_done = found.count == 1 && found_has(&found, payment_id);
    return found_has(&found, payment_id) ? CPK_OK
                                         : run_pair(store, STATEMENT_PAYMENT_DELETE, payment_id, NULL, NULL, error);
}

_Static_assert(PAYMENT_KEYS_MAX <= 32, "new_keys has one bit per key");

static cpk_status open_once(struct store *store, struct key_set *keys, struct arena *arena,
                            struct store_payment *payment, int32_t *is_done, cpk_error **error)
{
    struct found_payments found;

    CPK_TRY(find_all(store, keys->ids, keys->count, &found, error));
    if (found.count == 0) {
        CPK_TRY(payment_insert(store, found.ids[0], error));
        found.count = 1;
    }
    CPK_TRY(lock_all(store, &found, arena, payment, is_done, error));
    if (!*is_done) {
        return CPK_OK;
    }
    if (found.count > 1) {
        CPK_TRY(store_payment_save(store, payment, error)); /* before the other payments are deleted */
    }
    return add_keys(store, keys, payment->payment_id, is_done, error);
}

cpk_status store_payment_open(struct store *store, const char *const *ids, size_t count, struct arena *arena,
                              struct store_payment *payment, cpk_error **error)
{
    struct key_set keys = {ids, count, 0};

    if (count > PAYMENT_KEYS_MAX) {
        return error_set(error, CPK_ERROR_LIMIT_EXCEEDED, STORE_DOMAIN, "a payment has too many ids");
    }
    CPK_TRY(store_require_service(store, "process payments", error));
    for (int32_t round = 0; round < OPEN_ROUNDS; round++) {
        int32_t is_done;

        CPK_TRY(open_once(store, &keys, arena, payment, &is_done, error));
        if (is_done) {
            payment->new_keys = keys.new_keys;
            return CPK_OK;
        }
    }
    return error_set_native(error, CPK_ERROR_BUSY, STORE_DOMAIN, "", 1,
                            "the payment is being changed by other processes: try again");
}

cpk_status store_payment_save(struct store *store, const struct store_payment *payment, cpk_error **error)
{
    struct statement change;

    statement_start(&change, store->session, STATEMENT_PAYMENT_UPDATE);
    statement_bind_text(&change, 1, payment->payment_id);
    statement_bind_text(&change, 2, payment->facts.user_id);
    statement_bind_text(&change, 3, payment->facts.customer_id);
    statement_bind_text(&change, 4, payment->stripe_payment_id);
    statement_bind_text(&change, 5, payment->facts.package_id);
    statement_bind_text(&change, 6, payment->facts.currency);
    statement_bind_time(&change, 7, payment->facts.credits);
    statement_bind_time(&change, 8, payment->facts.amount);
    statement_bind_time(&change, 9, payment->facts.amount_due);
    statement_bind_int64(&change, 10, payment->facts.is_unlimited);
    statement_bind_int64(&change, 11, payment->facts.is_paid);
    statement_bind_int64(&change, 12, payment->facts.is_failed);
    statement_bind_int64(&change, 13, payment->facts.amount_parts);
    statement_bind_int64(&change, 14, payment->facts.amount_refunded);
    statement_bind_int64(&change, 15, payment->facts.amount_disputed);
    statement_bind_int64(&change, 16, payment->applied.purchase);
    statement_bind_int64(&change, 17, payment->applied.refund);
    statement_bind_int64(&change, 18, payment->applied.dispute);
    statement_bind_int64(&change, 19, payment->gives_plan);
    statement_bind_int64(&change, 20, payment->is_unclaimed);
    statement_bind_int64(&change, 21, context_now(store->context));
    return store_change_one(&change, CPK_ERROR_CONFLICT, "the payment was merged into another one", error);
}

cpk_status store_payment_owner(struct store *store, const char *const *ids, size_t count, struct arena *arena,
                               struct payment_owner *owner, cpk_error **error)
{
    memset(owner, 0, sizeof *owner);
    CPK_TRY(store_require_service(store, "process payments", error));
    for (size_t i = 0; i < count && owner->user_id == NULL; i++) {
        struct statement query;
        int32_t has_row;
        int32_t out_of_memory = 0;

        if (ids[i] == NULL) {
            continue;
        }
        statement_start(&query, store->session, STATEMENT_PAYMENT_OWNER);
        statement_bind_text(&query, 1, ids[i]);
        CPK_TRY(statement_step(&query, &has_row, error));
        if (has_row) {
            const char *customer;

            owner->user_id = read_copy(&query, arena, &out_of_memory);
            customer = read_copy(&query, arena, &out_of_memory);
            owner->customer_id = customer != NULL ? customer : owner->customer_id;
            CPK_TRY(statement_check(&query, error));
        }
        statement_finish(&query);
        if (out_of_memory) {
            return error_out_of_memory(error);
        }
    }
    return CPK_OK;
}

cpk_status store_payment_keys(struct store *store, const char *payment_id, struct arena *arena, const char ***ids,
                              size_t *count, cpk_error **error)
{
    struct statement query;
    int32_t has_row;
    int32_t out_of_memory = 0;

    *count = 0;
    *ids = arena_allocate_zeroed(arena, KEYS_LISTED_MAX, sizeof **ids);
    if (*ids == NULL) {
        return error_out_of_memory(error);
    }
    CPK_TRY(store_require_service(store, "process payments", error));
    statement_start(&query, store->session, STATEMENT_PAYMENT_KEY_LIST);
    statement_bind_text(&query, 1, payment_id);
    while (*count < KEYS_LISTED_MAX && !out_of_memory) {
        CPK_TRY(statement_step(&query, &has_row, error));
        if (!has_row) {
            return CPK_OK;
        }
        (*ids)[*count] = read_copy(&query, arena, &out_of_memory);
        *count += 1;
        CPK_TRY(statement_check(&query, error));
    }
    statement_finish(&query);
    return out_of_memory ? error_out_of_memory(error) : CPK_OK;
}

cpk_status store_payment_count_unlimited(struct store *store, const char *user_id, int64_t *count, cpk_error **error)
{
    struct statement query;
    int32_t has_row;

    CPK_TRY(store_owner(store, user_id, &user_id, error));
    statement_start(&query, store->session, STATEMENT_PAYMENT_UNLIMITED_COUNT);
    statement_bind_text(&query, 1, user_id);
    CPK_TRY(statement_step(&query, &has_row, error));
    *count = has_row ? statement_take_int64(&query) : 0;
    CPK_TRY(statement_check(&query, error));
    statement_finish(&query);
    return CPK_OK;
}

/* --- movements of money --- */

cpk_status store_movement_add(struct store *store, const char *payment_id, const char *event_id,
                              const struct movement *movement, cpk_error **error)
{
    struct statement change;

    CPK_TRY(store_require_service(store, "process payments", error));
    statement_start(&change, store->session, STATEMENT_MOVEMENT_INSERT);
    statement_bind_text(&change, 1, event_id);
    statement_bind_text(&change, 2, movement->subject_id);
    statement_bind_text(&change, 3, payment_id);
    statement_bind_text(&change, 4, movement->kind);
    statement_bind_text(&change, 5, movement->charge_id);
    statement_bind_text(&change, 6, movement->payment_intent_id);
    statement_bind_int64(&change, 7, movement->amount);
    statement_bind_time(&change, 8, movement->total);
    statement_bind_time(&change, 9, movement->created_us);
    statement_bind_int64(&change, 10, movement->told_us);
    return statement_run(&change, NULL, error);
}

static cpk_status movement_take(struct statement *row, struct arena *arena, struct movement *movement,
                                cpk_error **error)
{
    int32_t out_of_memory = 0;

    movement->kind = read_copy(row, arena, &out_of_memory);
    movement->subject_id = read_copy(row, arena, &out_of_memory);
    movement->charge_id = read_copy(row, arena, &out_of_memory);
    movement->payment_intent_id = read_copy(row, arena, &out_of_memory);
    movement->amount = statement_take_int64(row);
    movement->total = statement_take_int64_or(row, FACT_UNKNOWN);
    movement->created_us = statement_take_int64_or(row, FACT_UNKNOWN);
    movement->told_us = statement_take_int64(row);
    CPK_TRY(statement_check(row, error));
    return out_of_memory ? error_out_of_memory(error) : CPK_OK;
}

cpk_status store_movement_list(struct store *store, const char *payment_id, struct arena *arena,
                               struct movement **movements, size_t *count, cpk_error **error)
{
    struct statement query;
    int32_t has_row = 1;
    cpk_status status = CPK_OK;

    *count = 0;
    *movements = arena_allocate_zeroed(arena, MOVEMENTS_MAX, sizeof **movements);
    if (*movements == NULL) {
        return error_out_of_memory(error);
    }
    statement_start(&query, store->session, STATEMENT_MOVEMENT_LIST);
    statement_bind_text(&query, 1, payment_id);
    while (status == CPK_OK && *count < MOVEMENTS_MAX) {
        CPK_TRY(statement_step(&query, &has_row, error));
        if (!has_row) {
            break;
        }
        status = movement_take(&query, arena, &(*movements)[*count], error);
        *count += 1;
    }
    statement_finish(&query);
    return status;
}

/* --- payments without a user --- */

cpk_status store_stripe_event_wait(struct store *store, const char *event_id, const char *payment_id, cpk_error **error)
{
    return run_pair(store, STATEMENT_STRIPE_EVENT_WAIT, event_id, payment_id, NULL, error);
}

cpk_status store_stripe_event_end_wait(struct store *store, const char *payment_id, cpk_error **error)
{
    struct statement change;

    statement_start(&change, store->session, STATEMENT_STRIPE_EVENT_COMPLETE_LOGS);
    statement_bind_text(&change, 1, payment_id);
    statement_bind_time(&change, 2, context_now(store->context));
    CPK_TRY(statement_run(&change, NULL, error));
    return run_pair(store, STATEMENT_STRIPE_EVENT_END_WAIT, payment_id, NULL, NULL, error);
}

cpk_status store_payment_find_waiting(struct store *store, const char *customer_id, char payment_id[UUID_TEXT_BYTES],
                                      cpk_error **error)
{
    struct statement query;
    int32_t has_row;

    payment_id[0] = '\0';
    CPK_TRY(store_require_service(store, "process payments", error));
    statement_start(&query, store->session, STATEMENT_PAYMENT_FIND_WAITING);
    statement_bind_text(&query, 1, customer_id);
    CPK_TRY(statement_step(&query, &has_row, error));
    if (has_row) {
        const char *found = statement_take_text(&query, NULL);

        snprintf(payment_id, UUID_TEXT_BYTES, "%s", found != NULL ? found : "");
        CPK_TRY(statement_check(&query, error));
    }
    statement_finish(&query);
    return CPK_OK;
}

#define RECORD_TYPE  cpk_payment
#define RECORD_TABLE "records/payment.def"
#define RECORD_READ  payment_read
#include "store/columns.def"

cpk_status store_payment_list_unclaimed(struct store *store, const struct store_page *page,
                                        struct record_list **payments, cpk_error **error)
{
    struct statement query;

    *payments = NULL;
    CPK_TRY(store_require_service(store, "list payments without a user", error));
    statement_start(&query, store->session, STATEMENT_PAYMENT_LIST_UNCLAIMED);
    CPK_TRY(store_bind_page(&query, 1, page, error));
    return store_read_list(store, &query, payment_read, payments, error);
}
