#include "pipeline/erasure.h"

#include "base/error.h"
#include "pipeline/owner.h"
#include "store/user.h"

#include <stdio.h>
#include <string.h>

typedef struct erasure {
    cpk_session *session;
    const char *user_id;
    char prefix[CPK_STORAGE_KEY_BYTES_MAX];    /* of the user's blobs; "": the profile names no folder of its own */
    char directory[CPK_STORAGE_KEY_BYTES_MAX]; /* the same without the slash */
    int32_t removes;                           /* 0: only counts */
    int64_t blobs;
    int64_t blob_bytes;
} erasure;

static int32_t is_gone(void *user, const char *owner)
{
    (void)user;
    return owner_is_gone(owner);
}

/* Refuses while work runs. The mark was set before: what has not begun by now does not begin any more. */
static cpk_status check_idle(const erasure *erasure, int32_t is_new, cpk_error **error)
{
    store *store = erasure->session->work;
    int64_t held;

    CPK_TRY(store_lease_count(store, erasure->user_id, is_gone, NULL, &held, error));
    if (held == 0) {
        return CPK_OK;
    }
    if (is_new) {
        CPK_TRY(store_deletion_withdraw(store, erasure->user_id, error));
    }
    return error_set_native(error, CPK_ERROR_BUSY, "pipeline", "", 1,
                            "%lld sources, documents or jobs of this account are being worked on: nothing was deleted; "
                            "try again when that is done",
                            (long long)held);
}

static int32_t count_blob(void *user, const char *key, const cpk_blob_info *info)
{
    erasure *erasure = user;

    (void)key;
    erasure->blobs++;
    erasure->blob_bytes += info->size_bytes;
    return 0;
}

/* Blobs under a prefix, or the one of a key. */
static cpk_status take_blobs(erasure *erasure, const char *key, cpk_error **error)
{
    storage *storage = erasure->session->engine->storage;
    cpk_blob_info info = {sizeof info, 0, 0, CPK_TIME_UNKNOWN};
    const int32_t is_prefix = key[strlen(key) - 1] == '/';
    cpk_status status;

    if (erasure->removes) {
        return is_prefix ? storage_remove_prefix(storage, key, NULL, error) : storage_remove(storage, key, error);
    }
    if (is_prefix) {
        return storage_list(storage, key, count_blob, erasure, error);
    }
    status = storage_stat(storage, key, &info, error);
    if (status == CPK_ERROR_NOT_FOUND) {
        error_clear(error);
        return CPK_OK;
    }
    if (status == CPK_OK) {
        count_blob(erasure, key, &info);
    }
    return status;
}

static void tell_kept(const erasure *erasure, const char *key, const char *why)
{
    context_log(&erasure->session->engine->context, CPK_LOG_WARNING, "pipeline",
                "a row of user %s names \"%.200s\", which %s", erasure->user_id, key, why);
}

/* Rows of another program may name blobs outside the user's folder. Those that a user can have written are believed as
 * far as a view of the user's blobs would go: the rest may be somebody else's, and stays. */
static cpk_status take_foreign_key(void *user, const char *key, int32_t is_service, cpk_error **error)
{
    erasure *erasure = user;
    cpk_status status;

    if (key[0] == '\0' || key[0] == '/' ||
        (erasure->prefix[0] != '\0' && strncmp(key, erasure->prefix, strlen(erasure->prefix)) == 0)) {
        return CPK_OK;
    }
    if (!(is_service && key[strlen(key) - 1] != '/') &&
        !storage_is_of_user(key, erasure->directory, erasure->user_id)) {
        tell_kept(erasure, key, "is not theirs: it stays");
        return CPK_OK;
    }
    status = take_blobs(erasure, key, error);
    if (status == CPK_ERROR_INVALID_ARGUMENT) { /* such a row must not keep the account from being deleted */
        error_clear(error);
        tell_kept(erasure, key, "is the key of no blob");
        return CPK_OK;
    }
    return status;
}

/* The user's own folder. A profile that names what is no folder does not keep the account from being deleted. */
static cpk_status take_folder(erasure *erasure, cpk_error **error)
{
    cpk_status status = erasure->prefix[0] != '\0' ? take_blobs(erasure, erasure->prefix, error) : CPK_OK;

    if (status == CPK_ERROR_INVALID_ARGUMENT) {
        error_clear(error);
        tell_kept(erasure, erasure->prefix, "is no folder");
        return CPK_OK;
    }
    return status;
}

static cpk_status take_all_blobs(erasure *erasure, int32_t removes, cpk_error **error)
{
    erasure->removes = removes;
    CPK_TRY(store_user_keys(erasure->session->work, erasure->user_id, take_foreign_key, erasure, error));
    return take_folder(erasure, error);
}

static cpk_status erase(erasure *erasure, account_deletion *deletion, cpk_error **error)
{
    store *store = erasure->session->work;

    if (deletion->blobs == 0) { /* else an earlier try has counted them before it began */
        CPK_TRY(take_all_blobs(erasure, 0, error));
        CPK_TRY(store_deletion_add_blobs(store, erasure->user_id, erasure->blobs, erasure->blob_bytes, error));
    }
    CPK_TRY(take_all_blobs(erasure, 1, error));
    CPK_TRY(store_deletion_erase(store, erasure->user_id, error));
    CPK_TRY(take_folder(erasure, error)); /* what was on its way, and finds its row gone from now on */
    return store_deletion_get(store, erasure->user_id, deletion, error);
}

static cpk_status find_prefix(erasure *erasure, cpk_error **error)
{
    cpk_user *user = NULL;
    int length = 0;

    CPK_TRY(store_user_get(erasure->session->work, erasure->user_id, &user, error));
    if (user->r2_user_directory[0] != '\0') {
        length = snprintf(erasure->prefix, sizeof erasure->prefix, "%s/", user->r2_user_directory);
        snprintf(erasure->directory, sizeof erasure->directory, "%s", user->r2_user_directory);
    }
    snapshot_free(user);
    if (length < 0 || (size_t)length >= sizeof erasure->prefix) { /* longer than any key: nothing can be in it */
        tell_kept(erasure, erasure->prefix, "is too long for a folder");
        erasure->prefix[0] = erasure->directory[0] = '\0';
    }
    return CPK_OK;
}

cpk_status erasure_user(cpk_session *session, const char *user_id, account_deletion *deletion, cpk_error **error)
{
    erasure erasure;
    int32_t is_new;

    CPK_TRY(engine_need_storage(session->engine, error));
    memset(&erasure, 0, sizeof erasure);
    erasure.session = session;
    erasure.user_id = user_id;
    CPK_TRY(find_prefix(&erasure, error));
    CPK_TRY(store_deletion_begin(session->work, user_id, &is_new, error));
    CPK_TRY(check_idle(&erasure, is_new, error));
    CPK_TRY(store_deletion_get(session->work, user_id, deletion, error));
    return erase(&erasure, deletion, error);
}
