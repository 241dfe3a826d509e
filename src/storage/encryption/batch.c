#include "storage/encryption/batch.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/thread.h"

#include <openssl/crypto.h>
#include <string.h>

cpk_status batch_reserve(const struct context *context, struct frame_batch *batch, size_t slots, cpk_error **error)
{
    if (batch->slots >= slots) {
        return CPK_OK;
    }
    batch_end(context, batch);
    batch->bytes = memory_allocate(&context->allocator, slots * FRAME_SEALED_BYTES + 1);
    if (batch->bytes == NULL) {
        return error_out_of_memory(error);
    }
    batch->slots = slots;
    return CPK_OK;
}

void batch_end(const struct context *context, struct frame_batch *batch)
{
    if (batch->bytes != NULL) {
        OPENSSL_cleanse(batch->bytes, batch->slots * FRAME_SEALED_BYTES + 1);
        memory_release(&context->allocator, batch->bytes, batch->slots * FRAME_SEALED_BYTES + 1);
    }
    memset(batch, 0, sizeof *batch);
}

void crew_init(struct batch_crew *crew, const struct frame_cipher *cipher, int32_t opens)
{
    memset(crew, 0, sizeof *crew);
    crew->cipher = cipher;
    crew->opens = opens;
}

static cpk_status process(const struct batch_crew *crew, const struct frame_cipher *cipher, size_t index)
{
    const struct frame_batch *batch = crew->batch;
    unsigned char *slot = batch->bytes + index * FRAME_SEALED_BYTES;
    const int32_t is_last = index + 1 == batch->count;
    const int32_t ends = is_last && batch->ends;
    const size_t full = crew->opens ? FRAME_SEALED_BYTES : FRAME_BYTES;
    const size_t length = is_last ? batch->last_length : full;
    const uint64_t number = batch->first + index;

    return crew->opens ? frame_open(cipher, number, ends, slot, length, slot, NULL)
                       : frame_seal(cipher, number, ends, slot, length, slot, NULL);
}

static void lock(struct batch_crew *crew)
{
    if (crew->has_thread) {
        pthread_mutex_lock(&crew->lock);
    }
}

static void unlock(struct batch_crew *crew)
{
    if (crew->has_thread) {
        pthread_mutex_unlock(&crew->lock);
    }
}

static int32_t has_work(const struct batch_crew *crew)
{
    return crew->batch != NULL && crew->next < crew->batch->count;
}

/* Takes the next frame and processes it; called and returns locked. */
static void process_next(struct batch_crew *crew, const struct frame_cipher *cipher)
{
    const size_t index = crew->next++;
    cpk_status status;

    unlock(crew);
    status = process(crew, cipher, index);
    lock(crew);
    if (status != CPK_OK && (crew->status == CPK_OK || index < crew->failed)) {
        crew->status = status;
        crew->failed = index;
    }
}

/* The other thread. */
static void *work(void *argument)
{
    struct batch_crew *crew = argument;

    pthread_mutex_lock(&crew->lock);
    while (!crew->stops) {
        if (has_work(crew)) {
            crew->is_busy = 1;
            process_next(crew, &crew->second);
            crew->is_busy = 0;
        } else {
            pthread_cond_signal(&crew->idle);
            pthread_cond_wait(&crew->posted, &crew->lock);
        }
    }
    pthread_mutex_unlock(&crew->lock);
    return NULL;
}

static int32_t make_conditions(struct batch_crew *crew)
{
    if (pthread_cond_init(&crew->posted, NULL) != 0) {
        return 0;
    }
    if (pthread_cond_init(&crew->idle, NULL) == 0) {
        return 1;
    }
    pthread_cond_destroy(&crew->posted);
    return 0;
}

static void free_locks(struct batch_crew *crew)
{
    pthread_cond_destroy(&crew->idle);
    pthread_cond_destroy(&crew->posted);
    pthread_mutex_destroy(&crew->lock);
}

void crew_start_thread(struct batch_crew *crew)
{
    if (crew->has_thread || pthread_mutex_init(&crew->lock, NULL) != 0) {
        return;
    }
    if (!make_conditions(crew)) {
        pthread_mutex_destroy(&crew->lock);
        return;
    }
    crew->second = *crew->cipher;
    crew->second.aead = crew->cipher->second;
    crew->has_thread = 1;
    if (thread_start(&crew->thread, NULL, work, crew) != 0) {
        crew->has_thread = 0;
        free_locks(crew);
    }
}

void crew_post(struct batch_crew *crew, struct frame_batch *batch)
{
    lock(crew);
    crew->batch = batch;
    crew->next = 0;
    crew->status = CPK_OK;
    if (crew->has_thread) {
        pthread_cond_signal(&crew->posted);
    }
    unlock(crew);
}

cpk_status crew_finish(struct batch_crew *crew, uint64_t *failed, cpk_error **error)
{
    cpk_status status;

    lock(crew);
    while (has_work(crew)) {
        process_next(crew, crew->cipher);
    }
    while (crew->is_busy) {
        pthread_cond_wait(&crew->idle, &crew->lock);
    }
    status = crew->status;
    *failed = crew->batch->first + crew->failed;
    crew->batch = NULL;
    unlock(crew);
    return status == CPK_OK || status == CPK_ERROR_INVALID_DATA
               ? status
               : error_set(error, status, "storage",
                           status == CPK_ERROR_LIMIT_EXCEEDED ? "the blob is too large to be encrypted"
                                                              : "AES-256-GCM failed");
}

void crew_end(struct batch_crew *crew)
{
    if (crew->has_thread) {
        pthread_mutex_lock(&crew->lock);
        crew->stops = 1;
        pthread_cond_signal(&crew->posted);
        pthread_mutex_unlock(&crew->lock);
        pthread_join(crew->thread, NULL);
        free_locks(crew);
    }
    OPENSSL_cleanse(&crew->second, sizeof crew->second);
    crew->has_thread = 0;
}
