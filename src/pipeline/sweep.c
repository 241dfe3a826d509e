#include "pipeline/sweep.h"

#include "base/error.h"
#include "pipeline/inventory.h"

#include <string.h>

typedef struct sweep {
    cpk_session *session;
    int32_t dry_run;
    const run *run;
    cpk_sweep_fn each;
    void *user;
    cpk_sweep_report *report;
    int64_t before_us; /* what was changed later may be of work in flight */
    inventory inventory;
    buffer keys; /* of the blobs to remove, each with its NUL: a listing is not the time for it */
} sweep;

static int32_t take_blob(void *user, const char *key, const cpk_blob_info *info, int32_t is_orphan)
{
    sweep *sweep = user;
    const int32_t is_old = info->modified_us != CPK_TIME_UNKNOWN && info->modified_us <= sweep->before_us;

    sweep->report->blobs++;
    if (!is_orphan) {
        return 0;
    }
    if (!is_old) {
        sweep->report->young_orphans++;
        return 0;
    }
    sweep->report->orphans++;
    sweep->report->orphan_bytes += info->size_bytes;
    if (sweep->each != NULL) {
        sweep->each(sweep->user, key, info->size_bytes, info->modified_us);
    }
    if (!sweep->dry_run) {
        buffer_append(&sweep->keys, key, strlen(key) + 1);
    }
    return 0;
}

static cpk_status remove_keys(sweep *sweep, cpk_error **error)
{
    if (sweep->keys.failed) {
        return error_out_of_memory(error);
    }
    for (size_t at = 0; at < sweep->keys.length; at += strlen(sweep->keys.data + at) + 1) {
        CPK_TRY(storage_remove(sweep->session->engine->storage, sweep->keys.data + at, error));
        sweep->report->removed++;
    }
    buffer_clear(&sweep->keys);
    return CPK_OK;
}

static cpk_status sweep_user(void *user, void **item, cpk_error **error)
{
    sweep *sweep = user;

    CPK_TRY(run_progress(sweep->run, CPK_STAGE_STORE, sweep->report->blobs, -1, error));
    CPK_TRY(inventory_read(&sweep->inventory, *item, error));
    CPK_TRY(inventory_list(&sweep->inventory, take_blob, sweep, error));
    return remove_keys(sweep, error);
}

static void skip_user(void *user, const cpk_user *profile, const cpk_error *problem)
{
    sweep *sweep = user;

    sweep->report->skipped_users++;
    buffer_clear(&sweep->keys);
    context_log(&sweep->session->engine->context, CPK_LOG_WARNING, "pipeline", "the blobs of user %s are not swept: %s",
                profile->id, cpk_error_message(problem));
}

cpk_status sweep_run(cpk_session *session, int32_t dry_run, const run *run, cpk_sweep_fn each, void *user,
                     cpk_sweep_report *report, cpk_error **error)
{
    const context *context = &session->engine->context;
    const int64_t own_us = context_own_now(context);
    int64_t now_us = context_now(context);
    sweep sweep;
    cpk_status status;

    CPK_TRY(engine_need_storage(session->engine, error));
    memset(&sweep, 0, sizeof sweep);
    sweep.session = session;
    sweep.dry_run = dry_run;
    sweep.run = run;
    sweep.each = each;
    sweep.user = user;
    sweep.report = report;
    /* A storage may have the clock of this machine or of another one. */
    now_us = own_us < now_us ? own_us : now_us;
    sweep.before_us = now_us - context_setting(context, SETTING_MAINTENANCE_ORPHAN_AGE_MS) * 1000;
    buffer_init(&sweep.keys, &context->allocator);
    inventory_init(&sweep.inventory, session->engine, session->store, NULL);
    status = walk_users(session->store, sweep_user, skip_user, &sweep, error);
    inventory_free(&sweep.inventory);
    buffer_free(&sweep.keys);
    return status;
}
