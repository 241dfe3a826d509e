#include "engine/op_context.h"

#include "base/cancel.h"
#include "base/error.h"
#include "engine/session.h"
#include "storage/storage.h"

#include <string.h>

void op_context_init(struct op_context *op, const struct context *context, const cpk_run_options *options)
{
    memset(op, 0, sizeof *op);
    op->context = context;
    op->options.struct_size = sizeof op->options;
    if (options != NULL) {
        op->options = *options;
    }
}

void op_begin(struct op_context *op, cpk_session *session, const cpk_run_options *options)
{
    op_context_init(op, &session->engine->context, options);
    op->session = session;
    op->engine = session->engine;
    op->store_cancel_before = store_watch(session->store, op->options.cancel);
    op->work_cancel_before = store_watch(session->work, op->options.cancel);
    op->storage_cancel_before = storage_watch(op->options.cancel);
}

void op_end(struct op_context *op)
{
    storage_watch(op->storage_cancel_before);
    store_watch(op->session->work, op->work_cancel_before); /* first: the two stores may share one session */
    store_watch(op->session->store, op->store_cancel_before);
}

cpk_status op_progress(const struct op_context *op, int32_t stage, int64_t done, int64_t total, cpk_error **error)
{
    CPK_TRY(cancel_check(op->options.cancel, error));
    if (op->options.progress != NULL && op->options.progress(op->options.progress_user, stage, done, total) != 0) {
        return error_set(error, CPK_ERROR_CANCELLED, "cancel", "cancelled by the progress callback");
    }
    return CPK_OK;
}

void op_note(const struct op_context *op, int32_t note, const char *where, const char *text)
{
    context_log(op->context, CPK_LOG_INFO, "import", "%s: %s", where, text);
    if (op->options.note != NULL) {
        op->options.note(op->options.note_user, note, where, text);
    }
}
