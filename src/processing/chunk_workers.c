#include "processing/chunk_workers.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/thread.h"
#include "base/time.h"
#include "engine/engine.h"
#include "processing/chunk_run.h"
#include "storage/storage.h"

#define TICK_US          INT64_C(100000)
#define TASKS_PER_THREAD 2 /* so that threads go on while the calling thread keeps answers */

struct chunk_workers {
    const cpk_allocator *allocator;
    struct chunk_context context; /* of the tasks */
    cpk_cancel *stop;             /* tells the analyzers that their answers are not needed any more */
    struct chunk_task *tasks;     /* a ring */
    size_t count;
    pthread_t *threads;
    size_t thread_count; /* 0: tasks run on the calling thread, one by one */
    size_t thread_room;
    pthread_mutex_t mutex;
    pthread_cond_t submitted_one;
    pthread_cond_t finished_one;
    /* Numbers of tasks since the start, under the mutex; a task's place in the ring is its number modulo count. */
    size_t submitted;
    size_t begun;
    size_t returned;   /* only used by the calling thread */
    int32_t *finished; /* by place */
    int32_t is_stopping;
};

static void run_next(struct chunk_workers *workers)
{
    size_t place = workers->begun % workers->count;

    workers->begun++;
    pthread_mutex_unlock(&workers->mutex);
    chunk_run(&workers->tasks[place]);
    pthread_mutex_lock(&workers->mutex);
    workers->finished[place] = 1;
    pthread_cond_signal(&workers->finished_one);
}

static void *work(void *argument)
{
    struct chunk_workers *workers = argument;

    storage_watch(workers->stop);
    pthread_mutex_lock(&workers->mutex);
    while (!workers->is_stopping) {
        if (workers->begun < workers->submitted) {
            run_next(workers);
        } else {
            pthread_cond_wait(&workers->submitted_one, &workers->mutex);
        }
    }
    pthread_mutex_unlock(&workers->mutex);
    return NULL;
}

static int32_t init_locks(struct chunk_workers *workers)
{
    if (pthread_mutex_init(&workers->mutex, NULL) != 0) {
        return 0;
    }
    if (pthread_cond_init(&workers->submitted_one, NULL) != 0) {
        pthread_mutex_destroy(&workers->mutex);
        return 0;
    }
    if (thread_condition_init(&workers->finished_one) != 0) {
        pthread_cond_destroy(&workers->submitted_one);
        pthread_mutex_destroy(&workers->mutex);
        return 0;
    }
    return 1;
}

static void release(struct chunk_workers *workers)
{
    const cpk_allocator *allocator = workers->allocator;

    cpk_cancel_free(workers->stop);
    memory_release_array(allocator, workers->tasks, workers->count, sizeof *workers->tasks);
    memory_release_array(allocator, workers->threads, workers->thread_room, sizeof *workers->threads);
    memory_release_array(allocator, workers->finished, workers->count, sizeof *workers->finished);
    memory_release(allocator, workers, sizeof *workers);
}

static cpk_status allocate(struct chunk_workers *workers, size_t threads, cpk_error **error)
{
    workers->thread_room = threads;
    workers->count = threads > 1 ? TASKS_PER_THREAD * threads : 1;
    workers->tasks = memory_allocate_array(workers->allocator, workers->count, sizeof *workers->tasks);
    workers->threads = memory_allocate_array(workers->allocator, threads, sizeof *workers->threads);
    workers->finished = memory_allocate_array(workers->allocator, workers->count, sizeof *workers->finished);
    if (workers->tasks == NULL || workers->threads == NULL || workers->finished == NULL) {
        return error_out_of_memory(error);
    }
    CPK_TRY(cpk_cancel_create(&workers->stop, error));
    return init_locks(workers) ? CPK_OK : error_out_of_memory(error);
}

cpk_status chunk_workers_start(const struct chunk_context *context, size_t threads, struct chunk_workers **workers,
                               cpk_error **error)
{
    const cpk_allocator *allocator = &context->session->engine->context.allocator;
    struct chunk_workers *started = memory_allocate_zeroed(allocator, sizeof *started);
    cpk_status status;

    *workers = NULL;
    if (started == NULL) {
        return error_out_of_memory(error);
    }
    started->allocator = allocator;
    started->context = *context;
    status = allocate(started, threads, error);
    if (status != CPK_OK) {
        release(started);
        return status;
    }
    for (size_t i = 0; i < started->count; i++) {
        chunk_task_init(&started->tasks[i], &started->context);
        started->finished[i] = 0;
    }
    /* With fewer threads than wanted the work takes longer; with none the calling thread does it. */
    while (threads > 1 && started->thread_count < threads &&
           thread_start(&started->threads[started->thread_count], NULL, work, started) == 0) {
        started->thread_count++;
    }
    if (started->thread_count > 0) {
        started->context.keep = NULL; /* the calling thread does what it does, in chunk_workers_wait() */
        started->context.cancel = started->stop;
    }
    *workers = started;
    return CPK_OK;
}

size_t chunk_workers_pending(const struct chunk_workers *workers)
{
    return workers->submitted - workers->returned; /* `submitted` is written by this thread alone */
}

struct chunk_task *chunk_workers_free_task(struct chunk_workers *workers)
{
    size_t limit = workers->thread_count > 0 ? workers->count : 1;

    return chunk_workers_pending(workers) < limit ? &workers->tasks[workers->submitted % workers->count] : NULL;
}

void chunk_workers_submit(struct chunk_workers *workers)
{
    pthread_mutex_lock(&workers->mutex);
    workers->submitted++;
    pthread_cond_signal(&workers->submitted_one);
    pthread_mutex_unlock(&workers->mutex);
}

/* Waits for the task at a place, for one tick at most. */
static int32_t is_finished(struct chunk_workers *workers, size_t place)
{
    int32_t finished;

    pthread_mutex_lock(&workers->mutex);
    if (workers->thread_count == 0) {
        run_next(workers);
    } else if (!workers->finished[place]) {
        (void)thread_wait(&workers->finished_one, &workers->mutex, time_monotonic_us() + TICK_US);
    }
    finished = workers->finished[place];
    if (finished) {
        workers->finished[place] = 0;
    }
    pthread_mutex_unlock(&workers->mutex);
    return finished;
}

cpk_status chunk_workers_wait(struct chunk_workers *workers, cpk_status (*tick)(void *user, cpk_error **error),
                              void *user, struct chunk_task **task, cpk_error **error)
{
    size_t place = workers->returned % workers->count;

    while (!is_finished(workers, place)) {
        CPK_TRY(tick(user, error));
    }
    workers->returned++;
    *task = &workers->tasks[place];
    return CPK_OK;
}

void chunk_workers_stop(struct chunk_workers *workers)
{
    if (workers == NULL) {
        return;
    }
    cpk_cancel_request(workers->stop);
    pthread_mutex_lock(&workers->mutex);
    workers->is_stopping = 1;
    pthread_cond_broadcast(&workers->submitted_one);
    pthread_mutex_unlock(&workers->mutex);
    for (size_t i = 0; i < workers->thread_count; i++) {
        pthread_join(workers->threads[i], NULL);
    }
    for (size_t i = 0; i < workers->count; i++) {
        chunk_task_free(&workers->tasks[i]);
    }
    pthread_cond_destroy(&workers->finished_one);
    pthread_cond_destroy(&workers->submitted_one);
    pthread_mutex_destroy(&workers->mutex);
    release(workers);
}
