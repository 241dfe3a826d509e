#include "store/user.h"
#include "api/check.h"
#include "api/page.h"
#include "base/uuid.h"
#include "engine/account_delete.h"

#include <contextpack/user.h>

#include <string.h>

#define EMAIL_BYTES_MIN      3
#define EMAIL_BYTES_MAX      320
#define FULL_NAME_BYTES_MAX  200
#define AVATAR_URL_BYTES_MAX 2000

void cpk_user_params_init(cpk_user_params *params, size_t struct_size)
{
    params_init(params, struct_size);
}

static cpk_status check_profile(const char *full_name, const char *avatar_url, cpk_error **error)
{
    CPK_TRY(check_text(full_name, FULL_NAME_BYTES_MAX, "full_name", error));
    return check_text(avatar_url, AVATAR_URL_BYTES_MAX, "avatar_url", error);
}

static cpk_status check_email(const char *email, cpk_error **error)
{
    const char *at = email != NULL ? strchr(email, '@') : NULL;

    if (at == NULL || at == email || at[1] == '\0' || strlen(email) < EMAIL_BYTES_MIN ||
        email[strcspn(email, " \t\r\n")] != '\0') {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, "argument", "email is not an e-mail address");
    }
    return check_text(email, EMAIL_BYTES_MAX, "email", error);
}

cpk_status cpk_user_create(cpk_session *session, const cpk_user_params *caller_params, cpk_user **user,
                           cpk_error **error)
{
    cpk_user_params params = CPK_USER_PARAMS_INIT;
    struct user_params user_params;
    cpk_user *created = NULL;

    if (user != NULL) {
        *user = NULL;
    }
    CPK_CHECK_ARG(session != NULL, "session", error);
    CPK_CHECK_ARG(caller_params != NULL, "params", error);
    CPK_TRY(params_read(&params, sizeof params, caller_params, "user params", error));
    CPK_CHECK_ARG(params.id == NULL || uuid_is_valid(params.id), "id (a UUID in lower case)", error);
    CPK_CHECK_ARG(params.payment_plan >= 0 && params.payment_plan <= CPK_PLAN_UNLIMITED, "payment_plan", error);
    CPK_TRY(check_email(params.email, error));
    CPK_TRY(check_profile(params.full_name, params.avatar_url, error));
    user_params.id = params.id;
    user_params.email = params.email;
    user_params.full_name = params.full_name;
    user_params.avatar_url = params.avatar_url;
    user_params.payment_plan = params.payment_plan;
    CPK_TRY(store_user_create(session->store, &user_params, &created, error));
    if (user != NULL) {
        *user = created;
    } else {
        record_free(created);
    }
    return CPK_OK;
}

cpk_status cpk_user_get(cpk_session *session, const char *user_id, cpk_user **user, cpk_error **error)
{
    CPK_CHECK_OUT(user, error);
    CPK_CHECK_ARG(session != NULL, "session", error);
    CPK_CHECK_ARG(user_id == NULL || uuid_is_valid(user_id), "user_id (a UUID in lower case)", error);
    return store_user_get(session->store, user_id, user, error);
}

cpk_status cpk_user_find(cpk_session *session, const char *email, cpk_user **user, cpk_error **error)
{
    CPK_CHECK_OUT(user, error);
    CPK_CHECK_ARG(session != NULL, "session", error);
    CPK_TRY(check_email(email, error));
    return store_user_find_by_email(session->store, email, user, error);
}

cpk_status cpk_user_update(cpk_session *session, const char *user_id, const char *full_name, const char *avatar_url,
                           cpk_user **user, cpk_error **error)
{
    if (user != NULL) {
        *user = NULL;
    }
    CPK_CHECK_ARG(session != NULL, "session", error);
    CPK_CHECK_ARG(user_id == NULL || uuid_is_valid(user_id), "user_id (a UUID in lower case)", error);
    CPK_TRY(check_profile(full_name, avatar_url, error));
    return store_user_update(session->work, user_id, full_name, avatar_url, user, error);
}

static cpk_status check_user_id(cpk_session *session, const char *user_id, cpk_error **error)
{
    CPK_CHECK_ARG(session != NULL, "session", error);
    CPK_CHECK_ARG(uuid_is_valid(user_id), "user_id (a UUID in lower case)", error);
    return CPK_OK;
}

static cpk_status read_user(cpk_session *session, const char *user_id, cpk_user **user, cpk_error **error)
{
    return user != NULL ? store_user_get(session->store, user_id, user, error) : CPK_OK;
}

cpk_status cpk_user_set_email(cpk_session *session, const char *user_id, const char *email, cpk_user **user,
                              cpk_error **error)
{
    if (user != NULL) {
        *user = NULL;
    }
    CPK_TRY(check_user_id(session, user_id, error));
    CPK_TRY(check_email(email, error));
    CPK_TRY(store_user_set_email(session->store, user_id, email, error));
    return read_user(session, user_id, user, error);
}

cpk_status cpk_user_set_plan(cpk_session *session, const char *user_id, int32_t payment_plan, cpk_user **user,
                             cpk_error **error)
{
    if (user != NULL) {
        *user = NULL;
    }
    CPK_TRY(check_user_id(session, user_id, error));
    CPK_CHECK_ARG(payment_plan == CPK_PLAN_CREDITS || payment_plan == CPK_PLAN_UNLIMITED, "payment_plan", error);
    CPK_TRY(store_user_set_plan(session->store, user_id, payment_plan, error));
    return read_user(session, user_id, user, error);
}

void cpk_user_deletion_init(cpk_user_deletion *deletion, size_t struct_size)
{
    params_init(deletion, struct_size);
}

cpk_status cpk_user_delete_watched(cpk_session *session, const char *user_id, const cpk_run_options *options,
                                   cpk_user_deletion *deletion, cpk_error **error)
{
    struct account_deletion done;
    cpk_status status;
    struct op_context op;

    if (deletion != NULL) {
        CPK_CHECK_OUT_STRUCT(deletion, "deletion", error);
    }
    CPK_CHECK_ARG(session != NULL, "session", error);
    CPK_CHECK_ARG(user_id == NULL || uuid_is_valid(user_id), "user_id (a UUID in lower case)", error);
    CPK_TRY(call_begin(&op, session, options, error));
    CPK_TRY_CLEANUP(account_delete(session, user_id, &op, &done, error));
    if (deletion != NULL) {
        params_write(deletion, &done.counts, sizeof done.counts);
    }
cleanup:
    op_end(&op);
    account_deletion_free(&done);
    return status;
}

cpk_status cpk_user_delete(cpk_session *session, const char *user_id, cpk_user_deletion *deletion, cpk_error **error)
{
    return cpk_user_delete_watched(session, user_id, NULL, deletion, error);
}

#define RECORD_TYPE  cpk_user
#define RECORD_TABLE "records/user.def"
#include "api/getters.def"

int32_t cpk_user_payment_plan(const cpk_user *user)
{
    if (user == NULL) {
        return 0;
    }
    return user->payment_plan_code == CPK_PLAN_UNLIMITED ? CPK_PLAN_UNLIMITED : CPK_PLAN_CREDITS;
}

void cpk_user_free(cpk_user *user)
{
    record_free(user);
}

cpk_status cpk_user_list_get(cpk_session *session, const cpk_page *caller_page, cpk_user_list **list, cpk_error **error)
{
    struct store_page page;
    struct record_list *items = NULL;
    const cpk_user *last;

    CPK_CHECK_OUT(list, error);
    CPK_CHECK_ARG(session != NULL, "session", error);
    CPK_TRY(page_read(caller_page, &page, error));
    CPK_TRY(store_user_list(session->store, &page, &items, error));
    last = record_list_last(items);
    *list = page_list_create(&session->engine->context, &page, items, last != NULL ? last->created_us : 0,
                             last != NULL ? last->id : NULL);
    return *list != NULL ? CPK_OK : error_out_of_memory(error);
}

PAGE_LIST_CALLS(cpk_user_list, cpk_user)

#define RECORD_TYPE  cpk_user
#define RECORD_TABLE "records/user.def"
#define ROW_FILL     row_fill
#include "api/row_fill.def"

PAGE_LIST_COPY_CALL(cpk_user_list, row_fill)
