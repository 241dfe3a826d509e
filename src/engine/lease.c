#include "engine/lease.h"

#include "base/error.h"
#include "store/user.h"

#include <stdio.h>
#include <string.h>

static int64_t timeout_us(const cpk_session *session)
{
    return context_setting(&session->engine->context, SETTING_LEASE_TIMEOUT_MS) * 1000;
}

int64_t lease_expiry(const cpk_session *session)
{
    return context_now(&session->engine->context) + timeout_us(session);
}

struct work_key lease_key(const struct lease *lease)
{
    return (struct work_key){NULL, lease->kind, lease->id, lease->owner};
}

static int32_t is_gone(void *user, const char *owner)
{
    (void)user;
    return lease_owner_is_gone(owner);
}

static void plan_renewal(struct lease *lease)
{
    lease->renew_us = context_now(&lease->session->engine->context) + timeout_us(lease->session) / 3;
}

cpk_status lease_prepare(struct lease *lease, cpk_session *session, int32_t kind, const char *id, cpk_error **error)
{
    memset(lease, 0, sizeof *lease);
    lease->session = session;
    lease->kind = kind;
    if (snprintf(lease->id, sizeof lease->id, "%s", id) >= (int)sizeof lease->id) {
        return error_set(error, CPK_ERROR_NOT_FOUND, "pipeline", "there is nothing of that identifier");
    }
    plan_renewal(lease);
    return lease_owner_create(&session->engine->context, session, lease->owner, error);
}

cpk_status lease_acquire(struct lease *lease, cpk_session *session, int32_t kind, const char *id, cpk_error **error)
{
    struct work_key key;
    cpk_status status;

    CPK_TRY(lease_prepare(lease, session, kind, id, error));
    key = lease_key(lease);
    status = store_lease_acquire(session->work, &key, lease_expiry(session), is_gone, NULL, error);
    /* If the commit took effect nevertheless, the next holder finds this owner gone and takes over. */
    if (status != CPK_OK) {
        lease_forget(lease);
        return status;
    }
    plan_renewal(lease);
    return CPK_OK;
}

cpk_status lease_acquire_source(struct lease *lease, cpk_session *session, const char *source_id, int32_t what,
                                cpk_source **source, cpk_error **error)
{
    struct work_key key;
    cpk_status status;

    *source = NULL;
    CPK_TRY(lease_prepare(lease, session, OWNER_SOURCE, source_id, error));
    key = lease_key(lease);
    status = store_source_acquire(session->work, &key, lease_expiry(session), source, error);
    if (status == CPK_OK) {
        plan_renewal(lease);
        return CPK_OK;
    }
    /* If the commit took effect nevertheless, the next holder finds this owner gone and takes over. */
    lease_forget(lease);
    if (status != CPK_ERROR_CONFLICT) {
        return status;
    }
    error_clear(error);
    CPK_TRY(store_user_check(session->work, NULL, what, error));
    CPK_TRY(lease_acquire(lease, session, OWNER_SOURCE, source_id, error));
    status = store_source_get(session->work, NULL, source_id, source, error);
    if (status != CPK_OK) {
        lease_release(lease);
    }
    return status;
}

cpk_status lease_keep(struct lease *lease, cpk_error **error)
{
    if (context_now(&lease->session->engine->context) < lease->renew_us) {
        return CPK_OK;
    }
    return lease_confirm(lease, error);
}

cpk_status lease_confirm(struct lease *lease, cpk_error **error)
{
    const struct work_key key = lease_key(lease);

    CPK_TRY(store_lease_renew(lease->session->work, &key, lease_expiry(lease->session), error));
    plan_renewal(lease);
    return CPK_OK;
}

cpk_status lease_give_up(struct lease *lease, cpk_error **error)
{
    const struct work_key key = lease_key(lease);

    CPK_TRY(store_lease_give_up(lease->session->work, &key, error));
    lease_forget(lease);
    return CPK_OK;
}

void lease_release(struct lease *lease)
{
    const struct work_key key = lease_key(lease);
    cpk_status status = CPK_OK;

    if (!lease->is_over) {
        status = store_lease_release(lease->session->work, &key, NULL);
    }
    if (status == CPK_ERROR_OUT_OF_MEMORY) { /* retried once: the failed step may have freed memory */
        (void)store_lease_release(lease->session->work, &key, NULL);
    }
    lease_forget(lease);
}

bool lease_is_held(const cpk_error *error)
{
    return cpk_error_code(error) == CPK_ERROR_BUSY && strcmp(cpk_error_native(error), STORE_LEASE_HELD) == 0;
}

void lease_forget(const struct lease *lease)
{
    lease_owner_forget(lease->owner);
}
