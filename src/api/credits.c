#include "api/check.h"
#include "base/uuid.h"
#include "engine/session.h"
#include "store/hold.h"
#include "store/ledger.h"

#include <contextpack/credits.h>

#define EXPIRE_LIMIT_MAX   1000
#define METADATA_BYTES_MAX 16000
#define MICROS_PER_MS      INT64_C(1000)
#define LIFETIME_MS_MAX    (INT64_C(366) * 86400000)

void cpk_credit_params_init(cpk_credit_params *params, size_t struct_size)
{
    params_init(params, struct_size);
}

void cpk_hold_params_init(cpk_hold_params *params, size_t struct_size)
{
    params_init(params, struct_size);
}

static cpk_status check_key(const char *key, const char *name, cpk_error **error)
{
    CPK_TRY(check_id(key, name, error));
    return check_text(key, CPK_LEDGER_KEY_BYTES_MAX, name, error);
}

static cpk_status credit_params_read(cpk_credit_params *params, const cpk_credit_params *caller_params,
                                     cpk_error **error)
{
    CPK_CHECK_ARG(caller_params != NULL, "params", error);
    CPK_TRY(params_read(params, sizeof *params, caller_params, "cpk_credit_params", error));
    CPK_TRY(check_key(params->key, "params.key", error));
    CPK_CHECK_ARG(params->credits >= 1 && params->credits <= CPK_CREDITS_MAX, "params.credits", error);
    CPK_CHECK_ARG(params->amount_micros >= 0, "params.amount_micros", error);
    CPK_TRY(check_text(params->package_id, CPK_LEDGER_KEY_BYTES_MAX, "params.package_id", error));
    CPK_TRY(check_text(params->job_id, CPK_LEDGER_KEY_BYTES_MAX, "params.job_id", error));
    CPK_TRY(check_text(params->stripe_payment_id, CPK_LEDGER_KEY_BYTES_MAX, "params.stripe_payment_id", error));
    CPK_TRY(check_text(params->description, CPK_LEDGER_TEXT_BYTES_MAX, "params.description", error));
    return check_json_object(params->metadata, METADATA_BYTES_MAX, "params.metadata", error);
}

/* A ledger entry that adds (sign 1) or removes (sign -1) the credits of the params. */
static struct transaction_params entry_from_params(const cpk_credit_params *params, const char *type, int32_t sign)
{
    const struct transaction_params entry = {
        .type = type,
        .credits = sign * params->credits,
        .amount_micro = params->amount_micros == 0 ? TRANSACTION_NO_AMOUNT : sign * params->amount_micros,
        .package_id = params->package_id,
        .job_id = params->job_id,
        .stripe_payment_id = params->stripe_payment_id,
        .description = params->description,
        .metadata = params->metadata,
    };

    return entry;
}

static cpk_status check_user(const cpk_session *session, const char *user_id, cpk_error **error)
{
    CPK_CHECK_ARG(session != NULL, "session", error);
    CPK_CHECK_ARG(uuid_is_valid(user_id), "user_id (a UUID in lower case)", error);
    return CPK_OK;
}

cpk_status cpk_credits_grant(cpk_session *session, const char *user_id, const cpk_credit_params *caller_params,
                             cpk_transaction **transaction, cpk_error **error)
{
    static const char *const types[] = {"bonus", "purchase", NULL, "refund", "bonus"};
    cpk_credit_params params = CPK_CREDIT_PARAMS_INIT;
    struct transaction_params entry;

    if (transaction != NULL) {
        *transaction = NULL;
    }
    CPK_TRY(check_user(session, user_id, error));
    CPK_TRY(credit_params_read(&params, caller_params, error));
    CPK_CHECK_ARG(params.type >= 0 && params.type <= CPK_TRANSACTION_BONUS && types[params.type] != NULL, "params.type",
                  error);
    entry = entry_from_params(&params, types[params.type], 1);
    return store_ledger_enter(session->store, user_id, params.key, &entry, transaction, error);
}

cpk_status cpk_credits_clawback(cpk_session *session, const char *user_id, const cpk_credit_params *caller_params,
                                cpk_transaction **transaction, cpk_error **error)
{
    cpk_credit_params params = CPK_CREDIT_PARAMS_INIT;
    struct transaction_params entry;

    if (transaction != NULL) {
        *transaction = NULL;
    }
    CPK_TRY(check_user(session, user_id, error));
    CPK_TRY(credit_params_read(&params, caller_params, error));
    CPK_CHECK_ARG(params.type == 0 || params.type == CPK_TRANSACTION_REFUND, "params.type", error);
    entry = entry_from_params(&params, "refund", -1);
    return store_ledger_enter(session->store, user_id, params.key, &entry, transaction, error);
}

cpk_status cpk_hold_reserve(cpk_session *session, const char *user_id, const cpk_hold_params *caller_params,
                            cpk_hold **hold, cpk_error **error)
{
    cpk_hold_params params = CPK_HOLD_PARAMS_INIT;
    struct hold_params hold_params;

    if (hold != NULL) {
        *hold = NULL;
    }
    CPK_TRY(check_user(session, user_id, error));
    CPK_CHECK_ARG(caller_params != NULL, "params", error);
    CPK_TRY(params_read(&params, sizeof params, caller_params, "cpk_hold_params", error));
    CPK_CHECK_ARG(params.flags == 0, "params.flags", error);
    CPK_TRY(check_key(params.key, "params.key", error));
    CPK_CHECK_ARG(params.credits >= 1 && params.credits <= CPK_CREDITS_MAX, "params.credits", error);
    CPK_CHECK_ARG(params.lifetime_ms >= 0 && params.lifetime_ms <= LIFETIME_MS_MAX, "params.lifetime_ms", error);
    CPK_TRY(check_text(params.reference, CPK_LEDGER_KEY_BYTES_MAX, "params.reference", error));
    hold_params.key = params.key;
    hold_params.credits = params.credits;
    hold_params.lifetime_us = MICROS_PER_MS * (params.lifetime_ms != 0 ? params.lifetime_ms
                                                                       : context_setting(&session->engine->context,
                                                                                         SETTING_HOLD_LIFETIME_MS));
    hold_params.reference = params.reference;
    return store_hold_open(session->store, user_id, &hold_params, hold, error);
}

cpk_status cpk_hold_commit(cpk_session *session, const char *user_id, const char *hold_key, const char *key,
                           int64_t credits, uint32_t flags, cpk_hold **hold, cpk_error **error)
{
    struct hold_spending spending;

    if (hold != NULL) {
        *hold = NULL;
    }
    CPK_TRY(check_user(session, user_id, error));
    CPK_TRY(check_key(hold_key, "hold_key", error));
    CPK_TRY(check_key(key, "key", error));
    CPK_CHECK_ARG(credits >= 1 && credits <= CPK_CREDITS_MAX, "credits", error);
    CPK_CHECK_ARG((flags & ~CPK_HOLD_RELEASE_REST) == 0, "flags", error);
    spending.hold_id = hold_key;
    spending.key = key;
    spending.credits = credits;
    spending.release_rest = (flags & CPK_HOLD_RELEASE_REST) != 0;
    return store_hold_commit(session->store, user_id, &spending, hold, error);
}

cpk_status cpk_hold_release(cpk_session *session, const char *user_id, const char *hold_key, cpk_hold **hold,
                            cpk_error **error)
{
    if (hold != NULL) {
        *hold = NULL;
    }
    CPK_TRY(check_user(session, user_id, error));
    CPK_TRY(check_key(hold_key, "hold_key", error));
    return store_hold_close(session->store, user_id, hold_key, hold, error);
}

cpk_status cpk_hold_get(cpk_session *session, const char *user_id, const char *hold_key, cpk_hold **hold,
                        cpk_error **error)
{
    CPK_CHECK_OUT(hold, error);
    CPK_CHECK_ARG(session != NULL, "session", error);
    CPK_CHECK_ARG(user_id == NULL || uuid_is_valid(user_id), "user_id (a UUID in lower case)", error);
    CPK_TRY(check_key(hold_key, "hold_key", error));
    return store_hold_get(session->store, user_id, hold_key, hold, error);
}

cpk_status cpk_holds_expire(cpk_session *session, int32_t limit, int64_t *expired, cpk_error **error)
{
    CPK_CHECK_ARG(session != NULL, "session", error);
    CPK_CHECK_ARG(expired != NULL, "expired", error);
    *expired = 0;
    CPK_CHECK_ARG(limit >= 1 && limit <= EXPIRE_LIMIT_MAX, "limit (1 to 1,000)", error);
    return store_hold_expire(session->store, limit, expired, error);
}

#define RECORD_TYPE  cpk_hold
#define RECORD_TABLE "records/hold.def"
#include "api/getters.def"

void cpk_hold_free(cpk_hold *hold)
{
    record_free(hold);
}

struct audit {
    cpk_drift_fn each;
    void *user;
};

static void report_drift(void *user, const char *user_id, const struct ledger_balance *balance)
{
    const struct audit *audit = user;

    if (audit->each != NULL) {
        audit->each(audit->user, user_id, balance->balance, balance->opening, balance->transactions, balance->holds);
    }
}

cpk_status cpk_credits_audit(cpk_session *session, cpk_drift_fn each, void *user, int64_t *drifted, cpk_error **error)
{
    struct audit audit = {each, user};

    CPK_CHECK_ARG(session != NULL, "session", error);
    CPK_CHECK_ARG(drifted != NULL, "drifted", error);
    return store_ledger_check(session->store, report_drift, &audit, drifted, error);
}
