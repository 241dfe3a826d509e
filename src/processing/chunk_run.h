/* Asks the analyzer about a loaded chunk. */
#ifndef PROCESSING_CHUNK_RUN_H
#define PROCESSING_CHUNK_RUN_H

#include "processing/chunk_task.h"

/* Masks the secrets of a chunk that could be loaded and asks the analyzer about it; sets answer, withheld, usage,
 * status and error. Uses neither storage nor database: tasks may run at the same time. */
void chunk_run(struct chunk_task *task);

#endif
