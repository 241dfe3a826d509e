#include "engine/op_context.h"

#include "base/cancel.h"
#include "base/error.h"

#include <string.h>

void op_context_init(struct op_context *run, const struct context *context, const cpk_run_options *options)
{
    memset(run, 0, sizeof *run);
    run->context = context;
    run->options.struct_size = sizeof run->options;
    if (options != NULL) {
        run->options = *options;
    }
}

cpk_status op_progress(const struct op_context *run, int32_t stage, int64_t done, int64_t total, cpk_error **error)
{
    CPK_TRY(cancel_check(run->options.cancel, error));
    if (run->options.progress != NULL && run->options.progress(run->options.progress_user, stage, done, total) != 0) {
        return error_set(error, CPK_ERROR_CANCELLED, "cancel", "cancelled by the progress callback");
    }
    return CPK_OK;
}

void op_note(const struct op_context *run, int32_t note, const char *where, const char *text)
{
    context_log(run->context, CPK_LOG_INFO, "import", "%s: %s", where, text);
    if (run->options.note != NULL) {
        run->options.note(run->options.note_user, note, where, text);
    }
}
