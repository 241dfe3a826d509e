/* The queue's and a worker's metrics in Prometheus' text format. */
#ifndef PROCESSING_WORK_METRICS_H
#define PROCESSING_WORK_METRICS_H

#include "base/buffer.h"
#include "engine/session.h"

#include <contextpack/work.h>

/* report may be NULL. */
cpk_status work_metrics_write(cpk_session *session, const cpk_worker_report *report, struct buffer *text,
                              cpk_error **error);

#endif
