#include "engine/local.h"

#include "base/error.h"
#include "engine/session.h"
#include "files/files.h"
#include "store/user.h"

#include <stdio.h>
#include <stdlib.h>

cpk_status local_places_set(struct local_places *places, cpk_engine_options *options, cpk_error **error)
{
    bool needs_database = options->database == NULL && options->database_driver == NULL;
    bool needs_storage = options->storage == NULL && options->storage_driver == NULL;

    if (!needs_database && !needs_storage) {
        return CPK_OK;
    }
    places->folder = files_user_folder("XDG_DATA_HOME", ".local/share");
    if (places->folder == NULL || asprintf(&places->database, "sqlite:%s/contextpack.db", places->folder) < 0) {
        places->database = NULL;
        return error_out_of_memory(error);
    }
    if (asprintf(&places->storage, "file:%s/blobs", places->folder) < 0) {
        places->storage = NULL;
        return error_out_of_memory(error);
    }
    options->database = needs_database ? places->database : options->database;
    options->storage = needs_storage ? places->storage : options->storage;
    return (options->flags & CPK_ENGINE_NO_CREATE) != 0
               ? CPK_OK
               : files_make_folder(places->folder, FILES_PRIVATE_FOLDER_MODE, error);
}

void local_places_free(struct local_places *places)
{
    free(places->folder);
    free(places->database);
    free(places->storage);
}

/* If several processes create the user at once, one succeeds and the others find it. */
static cpk_status find_or_create(struct store *store, cpk_user **user, cpk_error **error)
{
    const struct user_params params = {.email = CPK_LOCAL_USER_EMAIL, .payment_plan = CPK_PLAN_UNLIMITED};
    cpk_status status = store_user_find_by_email(store, CPK_LOCAL_USER_EMAIL, user, error);

    if (status != CPK_ERROR_NOT_FOUND) {
        return status;
    }
    error_clear(error);
    status = store_user_create(store, &params, user, error);
    if (status != CPK_ERROR_ALREADY_EXISTS) {
        return status;
    }
    error_clear(error);
    return store_user_find_by_email(store, CPK_LOCAL_USER_EMAIL, user, error);
}

/* Whoever signs up with the address starts with credits, or pays for the unlimited plan. */
static cpk_status check_own(const struct context *context, const cpk_user *user, cpk_error **error)
{
    if (user_is_unlimited(context, user->payment_plan_code, user->plan_end_us) && user->subscription_id == NULL) {
        return CPK_OK;
    }
    return error_set(error, CPK_ERROR_CONFLICT, "engine",
                     "the account of " CPK_LOCAL_USER_EMAIL
                     " is not this machine's own, whose plan is unlimited and not "
                     "paid for; name the user (%s) to act for that account",
                     user->id);
}

cpk_status local_user_ensure(cpk_engine *engine, char user_id[UUID_TEXT_BYTES], cpk_error **error)
{
    const cpk_actor service = {sizeof service, CPK_ACTOR_SERVICE, NULL};
    cpk_session *session;
    cpk_user *user = NULL;
    cpk_status status;

    CPK_TRY(session_create(engine, &service, &session, error));
    CPK_TRY_CLEANUP(find_or_create(session->store, &user, error));
    CPK_TRY_CLEANUP(check_own(&engine->context, user, error));
    snprintf(user_id, UUID_TEXT_BYTES, "%s", user->id);
cleanup:
    record_free(user);
    session_free(session);
    return status;
}
