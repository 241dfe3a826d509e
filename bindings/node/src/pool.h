#ifndef CONTEXTPACK_NODE_POOL_H
#define CONTEXTPACK_NODE_POOL_H

/**
 * An environment's own workers. libuv's are not used: a worker that waits for JavaScript would keep the very thread
 * that the JavaScript needs to read a file.
 */

#include "addon.h"

/** More threads than this are never made, however many wait for JavaScript. */
#define POOL_THREADS_TOP 256

/** When all of them have waited for JavaScript for so long, calls in the queue fail with CPK_ERROR_BUSY: they may wait
 * for consumers that never come, and the calls would, too. */
#define POOL_STUCK_MS 2000

/** Queues a job and makes a thread when all are busy; the mutex is held. */
void pool_push(addon *addon, job *job);

/** Around a wait for JavaScript: another job may have a thread of its own meanwhile; the mutex is held. */
void pool_block(addon *addon);
void pool_unblock(addon *addon);

/** Waits until all threads have ended, at most so long (0: as long as it takes); the mutex is held. */
void pool_join(addon *addon, int64_t timeout_ms);

#endif
