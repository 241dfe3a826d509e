#include "pipeline/webhook.h"

#include "api/check.h"
#include "pipeline/plan.h"

cpk_status cpk_stripe_webhook(cpk_session *session, const void *body, size_t body_bytes, const char *signature,
                              cpk_webhook_result **result, cpk_error **error)
{
    if (result != NULL) {
        *result = NULL;
    }
    CPK_CHECK_ARG(session != NULL, "session", error);
    CPK_CHECK_ARG(body != NULL || body_bytes == 0, "body", error);
    return webhook_receive(session, body != NULL ? body : "", body_bytes, signature != NULL ? signature : "", result,
                           error);
}

int32_t cpk_webhook_result_outcome(const cpk_webhook_result *result)
{
    return result != NULL ? result->outcome : 0;
}

const char *cpk_webhook_result_event_id(const cpk_webhook_result *result)
{
    return result != NULL ? result->event_id : NULL;
}

const char *cpk_webhook_result_event_type(const cpk_webhook_result *result)
{
    return result != NULL ? result->event_type : NULL;
}

const char *cpk_webhook_result_user_id(const cpk_webhook_result *result)
{
    return result != NULL ? result->user_id : NULL;
}

int64_t cpk_webhook_result_credits(const cpk_webhook_result *result)
{
    return result != NULL ? result->credits : 0;
}

const char *cpk_webhook_result_json(const cpk_webhook_result *result)
{
    return result != NULL ? result->json : NULL;
}

void cpk_webhook_result_free(cpk_webhook_result *result)
{
    webhook_result_free(result);
}

cpk_status cpk_plans_expire(cpk_session *session, int32_t limit, int64_t *expired, cpk_error **error)
{
    CPK_CHECK_ARG(session != NULL, "session", error);
    CPK_CHECK_ARG(expired != NULL, "expired", error);
    *expired = 0;
    return plan_expire_all(session, limit, expired, error);
}
