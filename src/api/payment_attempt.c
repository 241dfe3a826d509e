#include "api/check.h"
#include "api/page.h"
#include "base/uuid.h"
#include "engine/session.h"
#include "model/words.h"
#include "net/address.h"
#include "store/attempt.h"

#include <contextpack/payment_attempt.h>

#define VELOCITY_SPAN_US (INT64_C(24) * 3600 * 1000000)
#define VELOCITY_LIMIT   100

#define RECORD_TYPE      cpk_payment_attempt
#define RECORD_TABLE     "records/payment_attempt.def"
#include "api/getters.def"

void cpk_payment_attempt_free(cpk_payment_attempt *attempt)
{
    record_free(attempt);
}

cpk_status cpk_payment_attempt_get(cpk_session *session, const char *user_id, const char *attempt_id,
                                   cpk_payment_attempt **attempt, cpk_error **error)
{
    CPK_CHECK_OUT(attempt, error);
    CPK_CHECK_ARG(session != NULL, "session", error);
    CPK_CHECK_ARG(user_id == NULL || uuid_is_valid(user_id), "user_id (a UUID in lower case)", error);
    CPK_CHECK_ARG(uuid_is_valid(attempt_id), "attempt_id (a UUID in lower case)", error);
    return store_attempt_get(session->store, user_id, attempt_id, attempt, error);
}

cpk_status cpk_payment_attempt_list_get(cpk_session *session, const char *user_id, const char *ip_address,
                                        const cpk_page *caller_page, cpk_payment_attempt_list **list, cpk_error **error)
{
    char address[ADDRESS_BYTES] = "";
    char network[ADDRESS_BYTES];
    struct store_page page;
    struct record_list *items = NULL;
    const cpk_payment_attempt *last;

    CPK_CHECK_OUT(list, error);
    CPK_CHECK_ARG(session != NULL, "session", error);
    CPK_CHECK_ARG(user_id == NULL || uuid_is_valid(user_id), "user_id (a UUID in lower case)", error);
    CPK_CHECK_ARG(ip_address == NULL || address_canonical(ip_address, address, network), "ip_address (IPv4 or IPv6)",
                  error);
    CPK_TRY(page_read(caller_page, &page, error));
    CPK_TRY(store_attempt_list(session->store, user_id, ip_address != NULL ? address : NULL, &page, &items, error));
    last = record_list_last(items);
    *list = page_list_create(&session->engine->context, &page, items, last != NULL ? last->created_us : 0,
                             last != NULL ? last->id : NULL);
    return *list != NULL ? CPK_OK : error_out_of_memory(error);
}

PAGE_LIST_CALLS(cpk_payment_attempt_list, cpk_payment_attempt)

#define RECORD_TYPE  cpk_payment_attempt
#define RECORD_TABLE "records/payment_attempt.def"
#define ROW_FILL     row_fill
#include "api/row_fill.def"

PAGE_LIST_COPY_CALL(cpk_payment_attempt_list, row_fill)

void cpk_payment_velocity_params_init(cpk_payment_velocity_params *params, size_t struct_size)
{
    params_init(params, struct_size);
}

#define RECORD_TYPE  cpk_payment_velocity
#define RECORD_TABLE "records/payment_velocity.def"
#include "api/getters.def"

void cpk_payment_velocity_free(cpk_payment_velocity *velocity)
{
    record_free(velocity);
}

cpk_status cpk_payment_velocity_list_get(cpk_session *session, const cpk_payment_velocity_params *caller_params,
                                         cpk_payment_velocity_list **list, cpk_error **error)
{
    cpk_payment_velocity_params params = CPK_PAYMENT_VELOCITY_PARAMS_INIT;
    struct record_list *items = NULL;
    struct store_page page = {0, 0, NULL};

    CPK_CHECK_OUT(list, error);
    CPK_CHECK_ARG(session != NULL, "session", error);
    CPK_TRY(params_read(&params, sizeof params, caller_params, "velocity params", error));
    CPK_CHECK_ARG(params.by >= 0 && params.by <= CPK_VELOCITY_BY_IP, "by", error);
    CPK_CHECK_ARG(params.since_us >= 0, "since_us", error);
    CPK_CHECK_ARG(params.minimum_attempts >= 0, "minimum_attempts", error);
    CPK_CHECK_ARG(params.limit >= 0 && params.limit <= STORE_PAGE_LIMIT_MAX, "limit", error);
    if (params.since_us == 0) {
        params.since_us = context_now(&session->engine->context) - VELOCITY_SPAN_US;
    }
    page.limit = params.limit > 0 ? params.limit : VELOCITY_LIMIT;
    CPK_TRY(store_attempt_velocity(
        session->store,
        &(struct velocity_query){params.by == CPK_VELOCITY_BY_IP, params.since_us, params.minimum_attempts, page.limit},
        &items, error));
    *list = page_list_create(&session->engine->context, &page, items, 0, NULL);
    return *list != NULL ? CPK_OK : error_out_of_memory(error);
}

PAGE_LIST_CALLS(cpk_payment_velocity_list, cpk_payment_velocity)

#define RECORD_TYPE  cpk_payment_velocity
#define RECORD_TABLE "records/payment_velocity.def"
#define ROW_FILL     velocity_fill
#include "api/row_fill.def"

PAGE_LIST_COPY_CALL(cpk_payment_velocity_list, velocity_fill)
