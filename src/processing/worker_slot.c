#include "processing/worker_slot.h"

#include "base/error.h"
#include "base/thread.h"
#include "engine/lease.h"
#include "engine/session.h"
#include "processing/work.h"
#include "store/source.h"

#include <stdio.h>
#include <string.h>

cpk_status slot_room_init(struct slot_room *room, cpk_engine *engine, cpk_error **error)
{
    memset(room, 0, sizeof *room);
    room->engine = engine;
    if (pthread_mutex_init(&room->mutex, NULL) != 0) {
        return error_out_of_memory(error);
    }
    if (pthread_cond_init(&room->wanted, NULL) != 0) {
        pthread_mutex_destroy(&room->mutex);
        return error_out_of_memory(error);
    }
    if (thread_condition_init(&room->changed) != 0) {
        pthread_cond_destroy(&room->wanted);
        pthread_mutex_destroy(&room->mutex);
        return error_out_of_memory(error);
    }
    return CPK_OK;
}

void slot_room_free(struct slot_room *room)
{
    pthread_cond_destroy(&room->changed);
    pthread_cond_destroy(&room->wanted);
    pthread_mutex_destroy(&room->mutex);
}

static void count_difference(struct worker_slot *slot, const cpk_source *before, const cpk_source *after)
{
    slot->chunks =
        after->processed_chunks > before->processed_chunks ? after->processed_chunks - before->processed_chunks : 0;
    slot->input_tokens = after->total_input_tokens - before->total_input_tokens;
    slot->output_tokens = after->total_output_tokens - before->total_output_tokens;
    slot->cost_micros = after->total_cost_micro - before->total_cost_micro;
}

static cpk_status run_source(struct worker_slot *slot, cpk_session *session, cpk_error **error)
{
    const int32_t with_analysis = strcmp(slot->work->kind, QUEUE_ANALYZE) == 0;
    cpk_source *before = NULL;
    cpk_source *after = NULL;
    struct op_context op;
    cpk_status status;

    CPK_TRY(store_source_get(session->work, NULL, slot->work->owner_id, &before, error));
    op_begin(&op, session, &slot->options);
    status = work_run(session, slot->work->owner_id, with_analysis, &op, &after, error);
    op_end(&op);
    if (after == NULL) {
        (void)store_source_get(session->work, NULL, slot->work->owner_id, &after, NULL);
    }
    if (after != NULL) {
        count_difference(slot, before, after);
    }
    record_free(before);
    record_free(after);
    return status;
}

static void run(struct worker_slot *slot)
{
    cpk_session *session = NULL;
    cpk_error *error = NULL;
    cpk_status status;

    slot->result.is_unknown =
        strcmp(slot->work->kind, QUEUE_ANALYZE) != 0 && strcmp(slot->work->kind, QUEUE_EXTRACT) != 0;
    if (slot->result.is_unknown) {
        return;
    }
    status = session_open_user(slot->room->engine, slot->work->user_id, &session, &error);
    if (status == CPK_OK) {
        status = run_source(slot, session, &error);
    }
    slot->result.status = status;
    slot->result.is_lease_held = lease_is_held(error);
    if (status != CPK_OK) {
        snprintf(slot->result.message, sizeof slot->result.message, "%s",
                 error != NULL ? cpk_error_message(error) : cpk_status_name(status));
    }
    cpk_error_free(error);
    session_free(session);
}

static void *work(void *argument)
{
    struct worker_slot *slot = argument;
    struct slot_room *room = slot->room;

    pthread_mutex_lock(&room->mutex);
    while (!room->is_ending || slot->state == SLOT_READY) {
        if (slot->state != SLOT_READY) {
            pthread_cond_wait(&room->wanted, &room->mutex);
            continue;
        }
        slot->state = SLOT_RUNNING;
        pthread_mutex_unlock(&room->mutex);
        run(slot);
        pthread_mutex_lock(&room->mutex);
        slot->busy_us = context_steady_us() - slot->started_us;
        slot->state = SLOT_FINISHED;
        pthread_cond_signal(&room->changed);
    }
    pthread_mutex_unlock(&room->mutex);
    return NULL;
}

cpk_status slot_start(struct worker_slot *slot, struct slot_room *room, cpk_error **error)
{
    slot->room = room;
    CPK_TRY(cpk_cancel_create(&slot->cancel, error));
    if (thread_start(&slot->thread, NULL, work, slot) != 0) {
        return error_set(error, CPK_ERROR_LIMIT_EXCEEDED, "worker", "no thread could be started for a worker");
    }
    slot->has_thread = 1;
    return CPK_OK;
}

void slot_end(struct worker_slot *slot)
{
    if (slot->has_thread) {
        pthread_mutex_lock(&slot->room->mutex);
        pthread_cond_broadcast(&slot->room->wanted);
        pthread_mutex_unlock(&slot->room->mutex);
        pthread_join(slot->thread, NULL);
    }
    cpk_cancel_free(slot->cancel);
    record_free(slot->work);
    memset(slot, 0, sizeof *slot);
}

void slot_give(struct worker_slot *slot, cpk_work *given)
{
    pthread_mutex_lock(&slot->room->mutex);
    slot->work = given;
    slot->is_cancelled = 0;
    memset(&slot->result, 0, sizeof slot->result);
    slot->chunks = slot->input_tokens = slot->output_tokens = slot->cost_micros = 0;
    slot->started_us = context_steady_us();
    cpk_cancel_reset(slot->cancel);
    slot->options.struct_size = sizeof slot->options;
    slot->options.cancel = slot->cancel;
    slot->state = SLOT_READY;
    pthread_cond_broadcast(&slot->room->wanted);
    pthread_mutex_unlock(&slot->room->mutex);
}
