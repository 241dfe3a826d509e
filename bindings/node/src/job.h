#ifndef CONTEXTPACK_NODE_JOB_H
#define CONTEXTPACK_NODE_JOB_H

/** Calls of the library on workers, and the handles that they use. */

#include "function.h"
#include "host.h"

typedef enum handle_kind { HANDLE_ENGINE, HANDLE_SESSION } handle_kind;

typedef struct job job;

/** What the calls of one JavaScript environment share. */
typedef struct environment {
    bridge bridge;      /* first: the last reference to its pool frees the block */
    napi_ref factories; /* JavaScript's makers of snapshots */
    job *jobs;          /* all that were started and are not freed; under the pool's mutex */
} environment;

/** An engine or a session. Reference counted by the JavaScript object and by every job that uses it. */
typedef struct handle {
    atomic_int references;
    handle_kind kind;
    environment *environment;
    void *object;
    host *host;     /* the objects that JavaScript provides to the engine */
    bool is_closed; /* nothing more may be started on it; the environment's thread only */

    /* under the pool's mutex: a session does one job at a time */
    bool is_busy;
    task *first_waiting;
    task *last_waiting;

    /* under the pool's mutex: an engine is closed when the calls on it that were started before have ended */
    size_t engine_calls;
    job *closing;
} handle;

handle *handle_create(environment *environment, handle_kind kind, void *object, host *host);
handle *handle_keep(handle *handle);

/** Drops a reference; the last one closes the engine or session on a worker. */
void handle_release(handle *handle);

/** A JavaScript object for a handle, whose reference it takes over; NULL when it can't be made. */
napi_value handle_wrap(napi_env env, handle *handle);

/** The handle in a JavaScript object, borrowed; NULL, with an exception, when there is none of that kind. */
handle *handle_unwrap(napi_env env, napi_value value, handle_kind kind);

#define JOB_PROGRESS (1u << 0) /* JavaScript wants progress */
#define JOB_NOTE     (1u << 1)
#define JOB_STREAM   (1u << 2) /* bytes are passed on as they are written, not collected */
#define JOB_PARTIAL  (1u << 3) /* CPK_RUN_PARTIAL */

typedef enum job_state { JOB_QUEUED, JOB_RUNNING, JOB_WITHDRAWN } job_state;

/** Memory that lives as long as its job. */
typedef struct block {
    struct block *next;
    max_align_t bytes[];
} block;

struct job {
    task task; /* first; in the pool's or the session's queue */
    environment *environment;
    caller caller;
    uint32_t flags;
    job_state state; /* under the pool's mutex */
    job *previous;   /* in the environment's list */
    job *next;
    bool is_idle; /* waits for a consumer, possibly forever; the environment's thread only */

    const function *function; /* NULL: closes `subject` */
    handle *subject;
    slot slots[FUNCTION_ARGUMENTS_MAX];
    slot result;
    napi_value (*value)(napi_env env, job *job); /* makes the result for JavaScript; NULL: null */
    cpk_status status;
    block *blocks;
    host *host; /* for the engine that is being opened */

    cpk_cancel *cancel;
    cpk_run_options run;
    int32_t stage; /* the latest progress, under the pool's mutex */
    int64_t done;
    int64_t total;
    event progress_event;
    atomic_int notes_on_way;

    emit_kind emits;
    cell *items; /* what is collected for the next batch */
    size_t item_count;
    size_t item_bytes;
    char *written; /* what the library wrote */
    size_t written_length;
    size_t written_capacity;

    event done_event;
};

/** Creates a job that is not started; NULL without memory. */
job *job_create(environment *environment, const function *function, uint32_t id, uint32_t flags);

/** Zeroed memory for as long as the job lives; NULL without memory. */
void *job_allocate(job *job, size_t size);

/** Queues the job in the pool, after those of its session. */
void job_start(job *job);

/** Frees a job that has ended or was never started, with its unclaimed results; the environment's thread only. */
void job_free(job *job);

/** Like job_free(), for a job on the stack. */
void job_clear(job *job);

/** Stops a job: immediately if it has not started, otherwise at the next safe point. */
void job_cancel(environment *environment, uint32_t id);

/** Sets whether a job waits for JavaScript to take its output, which does not keep the process alive. */
void job_set_idle(environment *environment, uint32_t id, bool is_idle);

/** Asks all jobs to stop; the mutex is held. */
void job_cancel_all(environment *environment);

/** Queues a job that closes the handle. id 0: without an outcome for JavaScript. */
bool job_close(handle *handle, uint32_t id);

/** The error (or null), the value and the bytes that JavaScript gets of a job that has ended. */
void job_deliver(job *job, napi_value *values);

/** The callbacks that a job gives to the library; the job is their user pointer. */
int32_t job_progress(void *user, int32_t stage, int64_t done, int64_t total);
void job_note(void *user, int32_t note, const char *where, const char *text);
int32_t job_write(void *user, const void *data, size_t length);
int64_t job_read(void *user, void *buffer, size_t capacity);
int32_t job_message(void *user, const cpk_message *message);
int32_t job_chunk(void *user, const cpk_chunk *chunk);
void job_migration(void *user, int32_t number, const char *name, int32_t applied);
void job_check(void *user, int32_t outcome, const char *subject, const char *text);
void job_change(void *user, int32_t number, const char *change);
void job_drift(void *user, const char *user_id, int64_t balance, int64_t opening, int64_t transactions, int64_t holds);
void job_orphan(void *user, const char *key, int64_t size_bytes, int64_t modified_at);

#endif
