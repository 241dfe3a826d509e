#include "api/check.h"
#include "api/page.h"
#include "base/uuid.h"
#include "engine/session.h"
#include "model/words.h"
#include "payments/payment.h"
#include "store/admin_action.h"

#include <contextpack/admin.h>
#include <contextpack/user.h>

#define PAYMENT_ID_BYTES_MAX 200

void cpk_admin_params_init(cpk_admin_params *params, size_t struct_size)
{
    params_init(params, struct_size);
}

static cpk_status read_params(cpk_session *session, const char *user_id, const cpk_admin_params *caller_params,
                              cpk_admin_params *params, struct admin_action_params *action_params, cpk_error **error)
{
    CPK_CHECK_ARG(session != NULL, "session", error);
    CPK_CHECK_ARG(uuid_is_valid(user_id), "user_id (a UUID in lower case)", error);
    CPK_CHECK_ARG(caller_params != NULL, "params", error);
    CPK_TRY(params_read(params, sizeof *params, caller_params, "admin params", error));
    CPK_CHECK_ARG((params->flags & ~CPK_ADMIN_MAY_OWE) == 0, "flags", error);
    CPK_CHECK_ARG(params->reason != NULL && params->reason[strspn(params->reason, " \t\r\n")] != '\0', "reason", error);
    CPK_TRY(check_text(params->reason, CPK_ADMIN_REASON_BYTES_MAX, "reason", error));
    CPK_TRY(check_json_object(params->details, CPK_ADMIN_DETAILS_BYTES_MAX, "details", error));
    action_params->target_user_id = user_id;
    action_params->reason = params->reason;
    action_params->details = params->details;
    return CPK_OK;
}

static int32_t may_owe(const cpk_admin_params *params)
{
    return (params->flags & CPK_ADMIN_MAY_OWE) != 0;
}

/* Declares `params` and `action_params` and reads them from the caller's struct. */
#define ADMIN_CALL_BEGIN(session, user_id, caller_params, action)                                                      \
    cpk_admin_params params = CPK_ADMIN_PARAMS_INIT;                                                                   \
    struct admin_action_params action_params;                                                                          \
                                                                                                                       \
    if ((action) != NULL) {                                                                                            \
        *(action) = NULL;                                                                                              \
    }                                                                                                                  \
    CPK_TRY(read_params(session, user_id, caller_params, &params, &action_params, error))

cpk_status cpk_admin_adjust_credits(cpk_session *session, const char *user_id, int64_t credits,
                                    const cpk_admin_params *caller_params, cpk_admin_action **action, cpk_error **error)
{
    ADMIN_CALL_BEGIN(session, user_id, caller_params, action);
    CPK_CHECK_ARG(credits != 0 && credits >= -INT32_MAX && credits <= INT32_MAX, "credits", error);
    return store_admin_adjust_credits(session->store, &action_params, credits, may_owe(&params), action, error);
}

cpk_status cpk_admin_support_credit(cpk_session *session, const char *user_id, int64_t credits,
                                    const cpk_admin_params *caller_params, cpk_admin_action **action, cpk_error **error)
{
    ADMIN_CALL_BEGIN(session, user_id, caller_params, action);
    CPK_CHECK_ARG(credits > 0 && credits <= INT32_MAX, "credits", error);
    return store_admin_support_credit(session->store, &action_params, credits, action, error);
}

cpk_status cpk_admin_record_refund(cpk_session *session, const char *user_id, int64_t credits, int64_t amount_micros,
                                   const char *stripe_payment_id, const cpk_admin_params *caller_params,
                                   cpk_admin_action **action, cpk_error **error)
{
    ADMIN_CALL_BEGIN(session, user_id, caller_params, action);
    CPK_CHECK_ARG(credits >= 0 && credits <= INT32_MAX, "credits", error);
    CPK_CHECK_ARG(amount_micros > 0, "amount_micros", error);
    CPK_TRY(check_text(stripe_payment_id, PAYMENT_ID_BYTES_MAX, "stripe_payment_id", error));
    return store_admin_record_refund(
        session->store, &action_params,
        &(struct admin_refund){credits, amount_micros, stripe_payment_id, may_owe(&params)}, action, error);
}

cpk_status cpk_admin_suspend(cpk_session *session, const char *user_id, const cpk_admin_params *caller_params,
                             cpk_admin_action **action, cpk_error **error)
{
    ADMIN_CALL_BEGIN(session, user_id, caller_params, action);
    return store_admin_suspend(session->store, &action_params, action, error);
}

cpk_status cpk_admin_unsuspend(cpk_session *session, const char *user_id, const cpk_admin_params *caller_params,
                               cpk_admin_action **action, cpk_error **error)
{
    ADMIN_CALL_BEGIN(session, user_id, caller_params, action);
    return store_admin_unsuspend(session->store, &action_params, action, error);
}

cpk_status cpk_admin_assign_payment(cpk_session *session, const char *user_id, const char *payment_id,
                                    const cpk_admin_params *caller_params, cpk_admin_action **action, cpk_error **error)
{
    ADMIN_CALL_BEGIN(session, user_id, caller_params, action);
    CPK_CHECK_ARG(uuid_is_valid(payment_id), "payment_id (a UUID in lower case)", error);
    return payment_assign(session, payment_id, &action_params, action, error);
}

cpk_status cpk_admin_override_plan(cpk_session *session, const char *user_id, int32_t payment_plan,
                                   const cpk_admin_params *caller_params, cpk_admin_action **action, cpk_error **error)
{
    ADMIN_CALL_BEGIN(session, user_id, caller_params, action);
    CPK_CHECK_ARG(payment_plan == CPK_PLAN_CREDITS || payment_plan == CPK_PLAN_UNLIMITED, "payment_plan", error);
    return store_admin_override_plan(session->store, &action_params, payment_plan, action, error);
}

#define RECORD_TYPE  cpk_admin_action
#define RECORD_TABLE "records/admin_action.def"
#include "api/getters.def"

void cpk_admin_action_free(cpk_admin_action *action)
{
    record_free(action);
}

cpk_status cpk_admin_action_list_get(cpk_session *session, const char *admin_user_id, const char *user_id,
                                     const cpk_page *caller_page, cpk_admin_action_list **list, cpk_error **error)
{
    struct store_page page;
    struct record_list *items = NULL;
    const cpk_admin_action *last;

    CPK_CHECK_OUT(list, error);
    CPK_CHECK_ARG(session != NULL, "session", error);
    CPK_CHECK_ARG(admin_user_id == NULL || uuid_is_valid(admin_user_id), "admin_user_id (a UUID in lower case)", error);
    CPK_CHECK_ARG(user_id == NULL || uuid_is_valid(user_id), "user_id (a UUID in lower case)", error);
    CPK_TRY(page_read(caller_page, &page, error));
    CPK_TRY(store_admin_action_list(session->store, admin_user_id, user_id, &page, &items, error));
    last = record_list_last(items);
    *list = page_list_create(&session->engine->context, &page, items, last != NULL ? last->created_us : 0,
                             last != NULL ? last->id : NULL);
    return *list != NULL ? CPK_OK : error_out_of_memory(error);
}

PAGE_LIST_CALLS(cpk_admin_action_list, cpk_admin_action)

#define RECORD_TYPE  cpk_admin_action
#define RECORD_TABLE "records/admin_action.def"
#define ROW_FILL     row_fill
#include "api/row_fill.def"

PAGE_LIST_COPY_CALL(cpk_admin_action_list, row_fill)
