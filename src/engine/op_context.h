/* How one long call is watched: progress, notes and cancellation, as the caller's cpk_run_options say. */
#ifndef ENGINE_OP_CONTEXT_H
#define ENGINE_OP_CONTEXT_H

#include "base/context.h"

#include <contextpack/session.h>

struct op_context {
    const struct context *context;
    cpk_run_options options;
    cpk_session *session; /* NULL: an operation without one */
    cpk_engine *engine;   /* for links; NULL: an operation that takes no input */
    const cpk_cancel *store_cancel_before, *work_cancel_before, *storage_cancel_before;
};

/* For operations without a session. options may be NULL. */
void op_context_init(struct op_context *op, const struct context *context, const cpk_run_options *options);

/* For the others: until op_end(), a request of the options' token also ends a statement that the session runs and what
 * this thread does with the storage. */
void op_begin(struct op_context *op, cpk_session *session, const cpk_run_options *options);
void op_end(struct op_context *op);

/* Tells how far it is and notices a request to stop: CPK_OK or CPK_ERROR_CANCELLED. */
cpk_status op_progress(const struct op_context *op, int32_t stage, int64_t done, int64_t total, cpk_error **error);

void op_note(const struct op_context *op, int32_t note, const char *where, const char *text);

#endif
