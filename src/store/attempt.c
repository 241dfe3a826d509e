#include "store/attempt.h"

#include "model/words.h"
#include "store/internal.h"

#include <string.h>

const char *attempt_status_word(int32_t status)
{
    static const char *const words[] = {PAYMENT_ATTEMPT_STATUS_WORDS};

    return status > 0 ? words[status - 1] : NULL;
}

/* Returns the rank of a status, as attempt_rank in queries.sql. */
static int64_t status_rank(int32_t status)
{
    static const int32_t order[] = {CPK_ATTEMPT_INITIATED, CPK_ATTEMPT_PROCESSING, CPK_ATTEMPT_CANCELLED,
                                    CPK_ATTEMPT_FAILED, CPK_ATTEMPT_SUCCEEDED};
    size_t i = 0;

    while (i + 1 < sizeof order / sizeof order[0] && status != order[i]) {
        i++;
    }
    return (int64_t)i;
}

static cpk_status count(struct statement *query, int64_t *number, int64_t *first_us, cpk_error **error)
{
    int32_t has_row;

    *number = 0;
    *first_us = CPK_TIME_UNKNOWN;
    CPK_TRY(statement_step(query, &has_row, error));
    if (has_row) {
        *number = statement_take_int64(query);
        *first_us = statement_take_time(query);
        CPK_TRY(statement_check(query, error));
    }
    statement_finish(query);
    return CPK_OK;
}

cpk_status store_attempt_count_by_user(struct store *store, const char *user_id, int64_t since_us, int64_t *number,
                                       int64_t *first_us, cpk_error **error)
{
    struct statement query;

    CPK_TRY(store_owner(store, user_id, &user_id, error));
    statement_start(&query, store->session, STATEMENT_ATTEMPT_COUNT_BY_USER);
    statement_bind_text(&query, 1, user_id);
    statement_bind_int64(&query, 2, since_us);
    return count(&query, number, first_us, error);
}

cpk_status store_attempt_count_by_network(struct store *store, const char *network, int64_t since_us, int64_t *number,
                                          int64_t *first_us, cpk_error **error)
{
    struct statement query;

    statement_start(&query, store->session, STATEMENT_ATTEMPT_COUNT_BY_NETWORK);
    statement_bind_text(&query, 1, network);
    statement_bind_int64(&query, 2, since_us);
    return count(&query, number, first_us, error);
}

static void bind_or_null(struct statement *change, size_t index, int64_t value, int64_t none)
{
    if (value == none) {
        statement_bind_null(change, index, CPK_VALUE_INT64);
    } else {
        statement_bind_int64(change, index, value);
    }
}

/* Inserts the library's row; it has the payment's fields only if there is no row of payment_attempts. */
static cpk_status insert_own(struct store *store, const struct attempt_params *params, const char *customer_id,
                             const char *id, int32_t *is_new, cpk_error **error)
{
    int32_t waits = params->user_id == NULL;
    struct statement change;
    int64_t rows;

    statement_start(&change, store->session, STATEMENT_ATTEMPT_INSERT);
    statement_bind_text(&change, 1, id);
    statement_bind_text(&change, 2, params->user_id);
    statement_bind_text(&change, 3, params->network);
    statement_bind_text(&change, 4, params->stripe_id);
    statement_bind_text(&change, 5, customer_id);
    statement_bind_int64(&change, 6, params->is_counted);
    statement_bind_int64(&change, 7, params->is_refused);
    bind_or_null(&change, 8, waits ? params->amount_micro : ATTEMPT_NO_AMOUNT, ATTEMPT_NO_AMOUNT);
    statement_bind_text(&change, 9, waits ? attempt_status_word(params->status) : NULL);
    statement_bind_text(&change, 10, waits ? params->error_message : NULL);
    statement_bind_int64(&change, 11, context_now(store->context));
    CPK_TRY(statement_run(&change, &rows, error));
    *is_new = rows > 0;
    return CPK_OK;
}

cpk_status store_attempt_insert_waiting(struct store *store, const struct attempt_params *params,
                                        const char *customer_id, char id[UUID_TEXT_BYTES], int32_t *is_new,
                                        cpk_error **error)
{
    CPK_TRY(store_require_service(store, "process payments", error));
    CPK_TRY(uuid_create(store->context, id, error));
    return insert_own(store, params, customer_id, id, is_new, error);
}

cpk_status store_attempt_insert(struct store *store, const struct attempt_params *params, char id[UUID_TEXT_BYTES],
                                int32_t *is_new, cpk_error **error)
{
    const char *user_id;
    struct statement change;

    CPK_TRY(store_owner(store, params->user_id, &user_id, error));
    CPK_TRY(uuid_create(store->context, id, error));
    CPK_TRY(insert_own(store, params, NULL, id, is_new, error));
    if (!*is_new) {
        return CPK_OK;
    }
    statement_start(&change, store->session, STATEMENT_PAYMENT_ATTEMPT_INSERT);
    statement_bind_text(&change, 1, id);
    statement_bind_text(&change, 2, user_id);
    statement_bind_text(&change, 3, params->type);
    bind_or_null(&change, 4, params->credits, ATTEMPT_NO_CREDITS);
    bind_or_null(&change, 5, params->amount_micro, ATTEMPT_NO_AMOUNT);
    statement_bind_text(&change, 6, params->ip_address);
    statement_bind_text(&change, 7, params->user_agent);
    statement_bind_text(&change, 8, attempt_status_word(params->status));
    statement_bind_text(&change, 9, params->error_message);
    statement_bind_time(&change, 10, context_now(store->context));
    return statement_run(&change, NULL, error);
}

static cpk_status read_id(struct statement *row, char id[UUID_TEXT_BYTES], cpk_error **error)
{
    size_t length = 0;
    const char *text = statement_take_text(row, &length);

    id[0] = '\0';
    if (text != NULL && length >= UUID_TEXT_BYTES) {
        return error_set(error, CPK_ERROR_DATABASE, STORE_DOMAIN, "the id of an attempt or its user is not a UUID");
    }
    if (text != NULL) {
        memcpy(id, text, length + 1);
    }
    return CPK_OK;
}

static cpk_status find_by(struct store *store, enum statement_id id, const char *key, struct found_attempt *found,
                          cpk_error **error)
{
    struct statement query;
    cpk_status status;

    statement_start(&query, store->session, id);
    statement_bind_text(&query, 1, key);
    CPK_TRY(statement_step(&query, &found->is_found, error));
    if (!found->is_found) {
        return CPK_OK;
    }
    CPK_TRY_CLEANUP(read_id(&query, found->id, error));
    CPK_TRY_CLEANUP(read_id(&query, found->user_id, error));
    status = statement_check(&query, error);
cleanup:
    statement_finish(&query);
    return status;
}

cpk_status store_attempt_find(struct store *store, const char *stripe_id, const char *attempt_id,
                              struct found_attempt *found, cpk_error **error)
{
    found->is_found = 0;
    if (stripe_id != NULL) {
        CPK_TRY(find_by(store, STATEMENT_ATTEMPT_FIND, stripe_id, found, error));
    }
    if (!found->is_found && uuid_is_valid(attempt_id)) {
        CPK_TRY(find_by(store, STATEMENT_ATTEMPT_GET, attempt_id, found, error));
    }
    return CPK_OK;
}

cpk_status store_attempt_set_stripe_id(struct store *store, const char *attempt_id, const char *stripe_id,
                                       cpk_error **error)
{
    struct statement change;

    statement_start(&change, store->session, STATEMENT_ATTEMPT_SET_STRIPE_ID);
    statement_bind_text(&change, 1, attempt_id);
    statement_bind_text(&change, 2, stripe_id);
    return statement_run(&change, NULL, error);
}

cpk_status store_attempt_move(struct store *store, const struct found_attempt *attempt, int32_t status,
                              const char *error_message, cpk_error **error)
{
    int32_t waits = attempt->user_id[0] == '\0';
    size_t next = 1;
    struct statement change;

    statement_start(&change, store->session, waits ? STATEMENT_ATTEMPT_MOVE_WAITING : STATEMENT_PAYMENT_ATTEMPT_MOVE);
    statement_bind_text(&change, next++, attempt->id);
    if (!waits) {
        statement_bind_text(&change, next++, attempt->user_id);
    }
    statement_bind_text(&change, next++, attempt_status_word(status));
    statement_bind_text(&change, next++, error_message);
    statement_bind_int64(&change, next++, status_rank(status));
    return statement_run(&change, NULL, error);
}

cpk_status store_attempt_adopt(struct store *store, const char *customer_id, const char *user_id, cpk_error **error)
{
    static const enum statement_id steps[] = {STATEMENT_PAYMENT_ATTEMPT_ADOPT, STATEMENT_ATTEMPT_ADOPT};

    CPK_TRY(store_require_service(store, "process payments", error));
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        struct statement change;

        statement_start(&change, store->session, steps[i]);
        statement_bind_text(&change, 1, customer_id);
        statement_bind_text(&change, 2, user_id);
        CPK_TRY(statement_run(&change, NULL, error));
    }
    return CPK_OK;
}

#define RECORD_TYPE  cpk_payment_attempt
#define RECORD_TABLE "records/payment_attempt.def"
#define RECORD_READ  attempt_read
#include "store/columns.def"

cpk_status store_attempt_get(struct store *store, const char *user_id, const char *id, cpk_payment_attempt **attempt,
                             cpk_error **error)
{
    struct statement query;

    *attempt = NULL;
    CPK_TRY(store_owner(store, user_id, &user_id, error));
    statement_start(&query, store->session, STATEMENT_PAYMENT_ATTEMPT_GET);
    statement_bind_text(&query, 1, user_id);
    statement_bind_text(&query, 2, id);
    return attempt_read_one(store, &query, attempt, "no such payment attempt", error);
}

static cpk_status list_all(struct store *store, const struct store_page *page, struct record_list **attempts,
                           cpk_error **error)
{
    struct statement query;

    if (page == NULL || page->after_id == NULL) {
        int64_t limit = page != NULL && page->limit > 0 ? page->limit : STORE_PAGE_LIMIT_DEFAULT;

        statement_start(&query, store->session, STATEMENT_PAYMENT_ATTEMPT_LIST_FIRST);
        statement_bind_int64(&query, 1, limit);
    } else {
        statement_start(&query, store->session, STATEMENT_PAYMENT_ATTEMPT_LIST_AFTER);
        CPK_TRY(store_bind_page(&query, 1, page, error));
    }
    return store_read_list(store, &query, attempt_read, attempts, error);
}

cpk_status store_attempt_list(struct store *store, const char *user_id, const char *ip_address,
                              const struct store_page *page, struct record_list **attempts, cpk_error **error)
{
    struct statement query;

    *attempts = NULL;
    if (user_id != NULL || store_actor_kind(store) == CPK_ACTOR_USER) {
        CPK_TRY(store_owner(store, user_id, &user_id, error));
    }
    if (ip_address == NULL && user_id == NULL) {
        return list_all(store, page, attempts, error);
    }
    statement_start(&query, store->session,
                    ip_address != NULL ? STATEMENT_PAYMENT_ATTEMPT_LIST_BY_IP : STATEMENT_PAYMENT_ATTEMPT_LIST_BY_USER);
    CPK_TRY(store_bind_page(&query, 1, page, error));
    statement_bind_text(&query, 4, ip_address != NULL ? ip_address : user_id);
    if (ip_address != NULL) {
        statement_bind_text(&query, 5, user_id);
    }
    return store_read_list(store, &query, attempt_read, attempts, error);
}

#define RECORD_TYPE  cpk_payment_velocity
#define RECORD_TABLE "records/payment_velocity.def"
#define RECORD_READ  velocity_read
#include "store/columns.def"

cpk_status store_attempt_velocity(struct store *store, const struct velocity_query *velocity, struct record_list **rows,
                                  cpk_error **error)
{
    struct statement query;

    *rows = NULL;
    CPK_TRY(store_require_service(store, "list frequent payment attempts", error));
    statement_start(&query, store->session,
                    velocity->by_address ? STATEMENT_PAYMENT_VELOCITY_BY_IP : STATEMENT_PAYMENT_VELOCITY_BY_USER);
    statement_bind_time(&query, 1, velocity->since_us);
    statement_bind_int64(&query, 2, velocity->minimum);
    statement_bind_int64(&query, 3, velocity->limit);
    return store_read_list(store, &query, velocity_read, rows, error);
}
