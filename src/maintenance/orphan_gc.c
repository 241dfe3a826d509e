#include "maintenance/orphan_gc.h"

#include "base/error.h"
#include "engine/blob_guard.h"
#include "engine/for_each_row.h"
#include "store/folder.h"

#include <stdio.h>
#include <string.h>

#define NOTED_BLOBS_MAX 100 /* of unknown layout, named in notes; the others are counted */
#define NOTE_BYTES      300

struct sweep {
    cpk_session *session;
    int32_t dry_run;
    const struct op_context *op;
    cpk_sweep_fn each;
    void *user;
    cpk_sweep_report *report;
    int64_t before_us;  /* what was changed later may be of work in flight */
    struct buffer keys; /* of the blobs to remove, each with its NUL: a listing is not the time for it */
};

static void count_unknown(struct sweep *sweep, const char *key)
{
    if (++sweep->report->unknown_blobs <= NOTED_BLOBS_MAX) {
        op_note(sweep->op, CPK_NOTE_KEPT, key, "the blob stays: no row names it, and this library does not make such");
    }
}

/* A guard_blob_fn. */
static int32_t take_blob(void *user, const struct blob_guard *guard, const char *key, const cpk_blob_info *info,
                         int32_t verdict)
{
    struct sweep *sweep = user;
    const int32_t is_old = info->modified_us != CPK_TIME_UNKNOWN && info->modified_us <= sweep->before_us;

    (void)guard;
    sweep->report->blobs++;
    if (verdict == GUARD_UNKNOWN) {
        count_unknown(sweep, key);
    }
    if (verdict != GUARD_FREE) {
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
    return sweep->keys.failed;
}

/* Nobody can tell whose a blob without a row is in a folder that several profiles have, or that holds others'. */
static void tell_folder(const struct sweep *sweep, const cpk_user *user, const struct blob_guard *guard)
{
    const char *problem = folder_problem(user->r2_user_directory);
    char text[NOTE_BYTES];

    if (problem != NULL) {
        snprintf(text, sizeof text, "the storage folder of user %s %s: it is not swept", user->id, problem);
    } else {
        snprintf(text, sizeof text, "the storage folder of user %s is not theirs alone (user %s): it is not swept",
                 user->id, guard->neighbour);
    }
    op_note(sweep->op, CPK_NOTE_KEPT, user->r2_user_directory, text);
    context_log(&sweep->session->engine->context, CPK_LOG_WARNING, "pipeline", "%s", text);
}

static cpk_status sweep_user(void *user, void **item, cpk_error **error)
{
    struct sweep *sweep = user;
    const cpk_user *profile = *item;
    struct blob_guard guard;

    CPK_TRY(op_progress(sweep->op, CPK_STAGE_STORE, sweep->report->blobs, -1, error));
    CPK_TRY(blob_guard_init(&guard, sweep->session->engine, sweep->session->store, GUARD_SWEEP, profile->id, NULL,
                            profile->r2_user_directory, error));
    if (!blob_guard_is_listed(&guard)) {
        sweep->report->skipped_users++;
        tell_folder(sweep, profile, &guard);
        return CPK_OK;
    }
    buffer_clear(&sweep->keys);
    CPK_TRY(blob_guard_list(&guard, guard.folder, take_blob, sweep, error));
    return blob_guard_remove(&guard, sweep->session->engine->storage, &sweep->keys, &sweep->report->removed, error);
}

static void skip_user(void *user, const cpk_user *profile, const cpk_error *problem)
{
    struct sweep *sweep = user;

    sweep->report->skipped_users++;
    context_log(&sweep->session->engine->context, CPK_LOG_WARNING, "pipeline", "the blobs of user %s are not swept: %s",
                profile->id, cpk_error_message(problem));
}

cpk_status orphan_gc_run(cpk_session *session, int32_t dry_run, const struct op_context *op, cpk_sweep_fn each,
                         void *user, cpk_sweep_report *report, cpk_error **error)
{
    const struct context *context = &session->engine->context;
    const int64_t own_us = context_own_now(context);
    int64_t now_us = context_now(context);
    struct sweep sweep;
    cpk_status status;

    CPK_TRY(engine_need_storage(session->engine, error));
    memset(&sweep, 0, sizeof sweep);
    sweep.session = session;
    sweep.dry_run = dry_run;
    sweep.op = op;
    sweep.each = each;
    sweep.user = user;
    sweep.report = report;
    /* A storage may have the clock of this machine or of another one. */
    now_us = own_us < now_us ? own_us : now_us;
    sweep.before_us = now_us - context_setting(context, SETTING_MAINTENANCE_ORPHAN_AGE_MS) * 1000;
    buffer_init(&sweep.keys, &context->allocator);
    status = for_each_user(session->store, sweep_user, skip_user, &sweep, error);
    buffer_free(&sweep.keys);
    return status;
}
