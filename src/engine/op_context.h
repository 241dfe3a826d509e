/* How one long call is watched: progress, notes and cancellation, as the caller's cpk_run_options say. */
#ifndef ENGINE_OP_CONTEXT_H
#define ENGINE_OP_CONTEXT_H

#include "base/context.h"

#include <contextpack/session.h>

struct run {
    const struct context *context;
    cpk_run_options options;
};

/* options may be NULL. */
void run_init(struct run *run, const struct context *context, const cpk_run_options *options);

/* Tells how far it is and notices a request to stop: CPK_OK or CPK_ERROR_CANCELLED. */
cpk_status run_progress(const struct run *run, int32_t stage, int64_t done, int64_t total, cpk_error **error);

void run_note(const struct run *run, int32_t note, const char *where, const char *text);

#endif
