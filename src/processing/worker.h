/* Workers: claim submitted work of all users, run it on threads, and end each claim as its result says. */
#ifndef PROCESSING_WORKER_H
#define PROCESSING_WORKER_H

#include "engine/op_context.h"
#include "engine/session.h"
#include "store/queue.h"

#include <contextpack/work.h>

/* As cpk_worker_run(); op->session is the service's. `options` is complete. *report (not NULL) is always filled. */
cpk_status worker_run(const struct op_context *op, const cpk_worker_options *options, cpk_worker_report *report,
                      cpk_error **error);

/* Claims work for the caller's session: the claims end with it. */
cpk_status worker_claim(cpk_session *session, int64_t limit, struct record_list **items, cpk_error **error);
/* As cpk_work_run(): runs one claim. *state is 0 or CPK_WORK_*. */
cpk_status worker_run_claim(const struct op_context *op, const char *source_id, int64_t claim_number, int32_t *state,
                            cpk_error **error);
/* As cpk_work_release(). */
cpk_status worker_release(cpk_session *session, const char *source_id, int64_t claim_number, cpk_error **error);

#endif
