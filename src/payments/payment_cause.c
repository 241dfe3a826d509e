#include "payments/payment_cause.h"

#include "base/error.h"
#include "base/uuid.h"
#include "store/advisory_lock.h"
#include "store/user.h"

#define DOMAIN "billing"

cpk_status payment_check_user(const struct payment_cause *cause, const char *user_id, int32_t *is_of_deleted,
                              cpk_error **error)
{
    const char *event_id = cause->event_id != NULL ? cause->event_id : "(none)";
    cpk_user *user;
    cpk_status status;

    if (!uuid_is_valid(user_id)) {
        return error_set(error, CPK_ERROR_NOT_FOUND, DOMAIN, "the event %s names a user that is no UUID", event_id);
    }
    CPK_TRY(store_advisory_lock_acquire(cause->store, ADVISORY_LOCK_USER, user_id, error));
    status = store_user_get(cause->store, user_id, &user, error);
    if (status != CPK_OK) {
        return error_prefix(error, status, "the event %s", event_id);
    }
    *is_of_deleted = user->deleted_us != CPK_TIME_UNKNOWN;
    record_free(user);
    return CPK_OK;
}
