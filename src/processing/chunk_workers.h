/* Threads that run the chunk tasks of one run, in a ring: tasks are submitted and come back in the same order. */
#ifndef PROCESSING_CHUNK_WORKERS_H
#define PROCESSING_CHUNK_WORKERS_H

#include "processing/chunk_task.h"

struct chunk_workers;

/* `threads` tasks may run at the same time. 1 starts no thread: the calling thread runs each task, in
 * chunk_workers_wait(). Otherwise context->keep is not called, and the analyzers get a cancel token that
 * chunk_workers_stop() requests. */
cpk_status chunk_workers_start(const struct chunk_context *context, size_t threads, struct chunk_workers **workers,
                               cpk_error **error);
/* The task to load and submit next; NULL if all are submitted. */
struct chunk_task *chunk_workers_free_task(struct chunk_workers *workers);
void chunk_workers_submit(struct chunk_workers *workers);
size_t chunk_workers_pending(const struct chunk_workers *workers); /* tasks that were submitted and not yet returned */
/* Waits for the oldest submitted task, which is valid until the next submission. While it waits, `tick` is called about
 * ten times a second; its failure ends the wait. */
cpk_status chunk_workers_wait(struct chunk_workers *workers, cpk_status (*tick)(void *user, cpk_error **error),
                              void *user, struct chunk_task **task, cpk_error **error);
/* Tells the analyzers of running tasks to stop, waits for them, drops the other tasks and frees everything. May be
 * NULL. */
void chunk_workers_stop(struct chunk_workers *workers);

#endif
