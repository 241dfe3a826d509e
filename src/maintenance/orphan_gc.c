#include "maintenance/orphan_gc.h"

#include "base/error.h"
#include "engine/blob_guard.h"
#include "engine/for_each_row.h"
#include "store/folder.h"

#include <stdio.h>
#include <string.h>

#define NOTED_BLOBS_MAX 100 /* blobs of unknown origin that are reported in notes; the rest is only counted */
#define NOTE_BYTES      300

struct orphan_gc {
    cpk_session *session;
    const struct orphan_gc_request *request;
    const struct op_context *op;
    cpk_sweep_report *report;
    int64_t before_us;  /* newer blobs stay: they may belong to an operation in progress */
    struct buffer keys; /* NUL-terminated keys to remove once the listing has ended */
};

static void count_unknown(struct orphan_gc *gc, const char *key)
{
    if (++gc->report->unknown_blobs <= NOTED_BLOBS_MAX) {
        op_note(gc->op, CPK_NOTE_KEPT, key,
                "kept: no row names this blob, and its key is not one that this library creates");
    }
}

/* A guard_blob_fn. */
static int32_t collect_blob(void *user, const struct blob_guard *guard, const char *key, const cpk_blob_info *info,
                            int32_t verdict)
{
    struct orphan_gc *gc = user;
    const int32_t is_old = info->modified_us != CPK_TIME_UNKNOWN && info->modified_us <= gc->before_us;

    (void)guard;
    gc->report->blobs++;
    if (verdict == GUARD_UNKNOWN) {
        count_unknown(gc, key);
    }
    if (verdict != GUARD_FREE) {
        return 0;
    }
    if (!is_old) {
        gc->report->young_orphans++;
        return 0;
    }
    gc->report->orphans++;
    gc->report->orphan_bytes += info->size_bytes;
    if (gc->request->each != NULL) {
        gc->request->each(gc->request->user, key, info->size_bytes, info->modified_us);
    }
    if (!gc->request->dry_run) {
        buffer_append(&gc->keys, key, strlen(key) + 1);
    }
    return gc->keys.failed;
}

/* In a folder that several profiles use, or that contains another's, the owner of an orphan is unknown. */
static void report_skipped_folder(const struct orphan_gc *gc, const cpk_user *user, const struct blob_guard *guard)
{
    const char *problem = folder_problem(user->r2_user_directory);
    char text[NOTE_BYTES];

    if (problem != NULL) {
        snprintf(text, sizeof text, "the storage folder of user %s %s: its orphans are not removed", user->id, problem);
    } else {
        snprintf(text, sizeof text,
                 "the storage folder of user %s overlaps that of user %s: its orphans are not removed", user->id,
                 guard->neighbour);
    }
    op_note(gc->op, CPK_NOTE_KEPT, user->r2_user_directory, text);
    context_log(&gc->session->engine->context, CPK_LOG_WARNING, "pipeline", "%s", text);
}

static cpk_status collect_user(void *user, void **item, cpk_error **error)
{
    struct orphan_gc *gc = user;
    const cpk_user *profile = *item;
    struct blob_guard guard;

    CPK_TRY(op_progress(gc->op, CPK_STAGE_STORE, gc->report->blobs, -1, error));
    CPK_TRY(blob_guard_init(&guard, gc->session->engine, gc->session->store, GUARD_SWEEP,
                            &(struct blob_owner){profile->id, NULL, profile->r2_user_directory}, error));
    if (!blob_guard_is_listed(&guard)) {
        gc->report->skipped_users++;
        report_skipped_folder(gc, profile, &guard);
        return CPK_OK;
    }
    buffer_clear(&gc->keys);
    CPK_TRY(blob_guard_list(&guard, guard.folder, collect_blob, gc, error));
    return blob_guard_remove(&guard, gc->session->engine->storage, &gc->keys, &gc->report->removed, error);
}

static void skip_user(void *user, const cpk_user *profile, const cpk_error *problem)
{
    struct orphan_gc *gc = user;

    gc->report->skipped_users++;
    context_log(&gc->session->engine->context, CPK_LOG_WARNING, "pipeline",
                "the orphans of user %s are not removed: %s", profile->id, cpk_error_message(problem));
}

cpk_status orphan_gc_run(cpk_session *session, const struct orphan_gc_request *request, const struct op_context *op,
                         cpk_sweep_report *report, cpk_error **error)
{
    const struct context *context = &session->engine->context;
    const int64_t own_us = context_local_now(context);
    int64_t now_us = context_now(context);
    struct orphan_gc gc;
    cpk_status status;

    CPK_TRY(engine_need_storage(session->engine, error));
    memset(&gc, 0, sizeof gc);
    gc.session = session;
    gc.request = request;
    gc.op = op;
    gc.report = report;
    /* Use the earlier of the two clocks: blob times may come from either. */
    now_us = own_us < now_us ? own_us : now_us;
    gc.before_us = now_us - context_setting(context, SETTING_MAINTENANCE_ORPHAN_AGE_MS) * 1000;
    buffer_init(&gc.keys, &context->allocator);
    status = for_each_user(session->store, collect_user, skip_user, &gc, error);
    buffer_free(&gc.keys);
    return status;
}
