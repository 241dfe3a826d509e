/* A thread of a worker, which runs one claim after another in the name of their users. */
#ifndef PROCESSING_WORKER_SLOT_H
#define PROCESSING_WORKER_SLOT_H

#include "processing/work_outcome.h"

#include <contextpack/engine.h>

#include <pthread.h>

enum slot_state { SLOT_FREE, SLOT_READY, SLOT_RUNNING, SLOT_FINISHED };

/* Shared by a worker and its slots. */
struct slot_room {
    cpk_engine *engine;
    pthread_mutex_t mutex;
    pthread_cond_t changed; /* a slot has finished */
    pthread_cond_t wanted;  /* a slot has work, or is to end */
    int32_t is_ending;
};

struct worker_slot {
    struct slot_room *room;
    pthread_t thread;
    int32_t has_thread;
    enum slot_state state;   /* under the mutex */
    cpk_work *work;          /* owned */
    cpk_cancel *cancel;      /* stops the run */
    int32_t is_cancelled;    /* the work is to be stopped, not the worker */
    cpk_run_options options; /* of the run; its cancel token is the slot's */
    struct work_result result;
    /* What the run did. */
    int64_t chunks;
    int64_t input_tokens;
    int64_t output_tokens;
    int64_t cost_micros;
    int64_t started_us;
    int64_t busy_us;
};

cpk_status slot_room_init(struct slot_room *room, cpk_engine *engine, cpk_error **error);
void slot_room_free(struct slot_room *room);

cpk_status slot_start(struct worker_slot *slot, struct slot_room *room, cpk_error **error);
/* Ends the thread after its run. Set room->is_ending first. */
void slot_end(struct worker_slot *slot);
/* Hands a claim to a free slot. Takes ownership of the work. */
void slot_give(struct worker_slot *slot, cpk_work *work);

#endif
