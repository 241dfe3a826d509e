#include "job.h"
#include "library.h"
#include "message.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void run(task *task);
static void refuse(task *task);
static void deliver_done(bridge *bridge, event *event);
static void deliver_progress(bridge *bridge, event *event);

static job *job_of(task *task)
{
    return (job *)task; /* its first member */
}

static environment *environment_keep(environment *environment)
{
    bridge_keep(&environment->bridge);
    return environment;
}

static void environment_release(environment *environment)
{
    bridge_release(&environment->bridge);
}

job *job_create(environment *environment, const function *function, uint32_t id, uint32_t flags)
{
    job *made = calloc(1, sizeof *made);

    if (made == NULL) {
        return NULL;
    }
    made->task.run = run;
    made->task.refuse = function != NULL ? refuse : NULL; /* handles must be closed */
    made->environment = environment_keep(environment);
    made->function = function;
    made->caller.id = id;
    made->flags = flags;
    made->progress_event = (event){.kind = EVENT_PROGRESS, .deliver = deliver_progress, .subject = made, .id = id};
    made->done_event = (event){.kind = EVENT_DONE, .deliver = deliver_done, .subject = made, .id = id};
    pthread_mutex_lock(&environment->bridge.pool.mutex);
    made->next = environment->jobs;
    if (environment->jobs != NULL) {
        environment->jobs->previous = made;
    }
    environment->jobs = made;
    pthread_mutex_unlock(&environment->bridge.pool.mutex);
    return made;
}

void *job_allocate(job *job, size_t size)
{
    block *made = calloc(1, sizeof *made + size);

    if (made == NULL) {
        return NULL;
    }
    made->next = job->blocks;
    job->blocks = made;
    return made->bytes;
}

static void unlist(job *job)
{
    environment *environment = job->environment;

    pthread_mutex_lock(&environment->bridge.pool.mutex);
    if (job->previous != NULL) {
        job->previous->next = job->next;
    } else if (environment->jobs == job) {
        environment->jobs = job->next;
    }
    if (job->next != NULL) {
        job->next->previous = job->previous;
    }
    pthread_mutex_unlock(&environment->bridge.pool.mutex);
}

/* Frees results that JavaScript did not take. */
static void free_results(job *job)
{
    for (size_t i = 0; job->function != NULL && i < job->function->argument_count; i++) {
        const argument *argument = &job->function->arguments[i];
        void *made = job->slots[i].pointer;

        if (made == NULL) {
            continue;
        }
        if (argument->kind == OUT_SNAPSHOT) {
            snapshots[argument->extra].free(made);
        } else if (argument->kind == OUT_LIST) {
            lists[argument->extra].free(made);
        } else if (argument->kind == OUT_SESSION) {
            library.cpk_session_close(made);
        } else if (argument->kind == OUT_ENGINE) {
            library.cpk_engine_close(made);
        } else if (argument->kind == ARG_ERROR) {
            library.cpk_error_free(made);
        }
    }
}

static void free_items(job *job)
{
    for (size_t i = 0; i < job->item_count; i++) {
        cell_free(&job->items[i]);
    }
    job->item_count = 0;
    job->item_bytes = 0;
}

void job_clear(job *job)
{
    free_results(job);
    free_items(job);
    free(job->items);
    free(job->written);
    while (job->blocks != NULL) {
        block *next = job->blocks->next;

        free(job->blocks);
        job->blocks = next;
    }
    library.cpk_cancel_free(job->cancel);
    if (job->subject != NULL) {
        handle_release(job->subject);
    }
    host_release(job->host);
}

void job_free(job *job)
{
    environment *environment = job->environment;

    unlist(job);
    job_clear(job);
    free(job);
    environment_release(environment);
}

/* The next job of a session may begin; the mutex is held. */
static void pass_on(handle *handle)
{
    task *next = handle->first_waiting;

    if (next == NULL) {
        handle->is_busy = false;
        return;
    }
    handle->first_waiting = next->next;
    if (handle->first_waiting == NULL) {
        handle->last_waiting = NULL;
    }
    pool_push(&handle->environment->bridge.pool, next);
}

/* A call on an engine has ended; the mutex is held. */
static void engine_call_ended(handle *engine)
{
    job *closing = engine->closing;

    engine->engine_calls--;
    if (engine->engine_calls == 0 && closing != NULL) {
        engine->closing = NULL;
        pool_push(&engine->environment->bridge.pool, &closing->task);
    }
}

/* Delivers the outcome before the session's next job starts, so that outcomes arrive in the order of the calls. */
static void end(job *job)
{
    environment *environment = environment_keep(job->environment);
    bool is_close = job->function == NULL;
    handle *subject = job->subject != NULL ? handle_keep(job->subject) : NULL;

    if (job->caller.id != 0) {
        bridge_post(&environment->bridge, &job->done_event); /* from here on it belongs to the environment's thread */
    } else {
        job_free(job);
    }
    if (subject != NULL) {
        pthread_mutex_lock(&environment->bridge.pool.mutex);
        if (!environment->bridge.pool.is_closing && subject->kind == HANDLE_SESSION) {
            pass_on(subject);
        } else if (!environment->bridge.pool.is_closing && !is_close) {
            engine_call_ended(subject);
        }
        pthread_mutex_unlock(&environment->bridge.pool.mutex);
        handle_release(subject);
    }
    environment_release(environment);
}

/* Fails a job that has not called the library. */
static void fail(job *job, cpk_status status, const char *message)
{
    job->status = status;
    for (size_t i = 0; job->function != NULL && i < job->function->argument_count; i++) {
        if (job->function->arguments[i].kind == ARG_ERROR) {
            job->slots[i].pointer = library.cpk_error_new(status, "node", message, "", status == CPK_ERROR_BUSY);
        }
    }
}

void job_start(job *job)
{
    environment *environment = job->environment;
    handle *handle = job->subject;
    bool is_taken = true;

    pthread_mutex_lock(&environment->bridge.pool.mutex);
    if (handle != NULL && handle->kind == HANDLE_SESSION && handle->is_busy) {
        job->task.next = NULL;
        if (handle->last_waiting != NULL) {
            handle->last_waiting->next = &job->task;
        } else {
            handle->first_waiting = &job->task;
        }
        handle->last_waiting = &job->task;
    } else if (handle != NULL && handle->kind == HANDLE_ENGINE && job->function == NULL && handle->engine_calls > 0) {
        handle->closing = job;
    } else {
        if (handle != NULL) {
            handle->is_busy = true;
            handle->engine_calls += handle->kind == HANDLE_ENGINE && job->function != NULL;
        }
        is_taken = pool_push(&environment->bridge.pool, &job->task);
    }
    pthread_mutex_unlock(&environment->bridge.pool.mutex);
    if (!is_taken) {
        fail(job, CPK_ERROR_OUT_OF_MEMORY, "no thread could be made");
        end(job);
    }
}

/* Every thread of the pool waits for JavaScript. */
static void refuse(task *task)
{
    job *job = job_of(task);

    fail(job, CPK_ERROR_BUSY,
         "all threads wait for JavaScript: iterators, streams or drivers that nobody goes on with hold them");
    end(job);
}

static void close_subject(handle *handle)
{
    void *object = handle->object;

    handle->object = NULL;
    if (handle->kind == HANDLE_SESSION) {
        library.cpk_session_close(object);
    } else {
        library.cpk_engine_close(object);
    }
}

static int32_t flush_items(job *job);
static int32_t flush_written(job *job);

static void call(job *job)
{
    job->function->call(job->slots, &job->result);
    job->status = job->function->returns == RETURNS_STATUS ? job->result.int32 : CPK_OK;
    if (job->item_count > 0 && flush_items(job) != 0 && job->status == CPK_OK) {
        fail(job, CPK_ERROR_CANCELLED, "the call was aborted");
    }
    if ((job->flags & JOB_STREAM) != 0 && job->written_length > 0 && flush_written(job) != 0 && job->status == CPK_OK) {
        fail(job, CPK_ERROR_CANCELLED, "the call was aborted");
    }
}

static void run(task *task)
{
    job *job = job_of(task);
    environment *environment = job->environment;
    bool is_withdrawn;

    pthread_mutex_lock(&environment->bridge.pool.mutex);
    is_withdrawn = job->state == JOB_WITHDRAWN;
    job->state = JOB_RUNNING;
    pthread_mutex_unlock(&environment->bridge.pool.mutex);
    bridge_set_caller(&job->caller);
    if (job->function == NULL) {
        close_subject(job->subject);
    } else if (is_withdrawn || atomic_load(&job->caller.is_aborted)) {
        fail(job, CPK_ERROR_CANCELLED, "the call was aborted before it began");
    } else if (job->subject != NULL && job->subject->object == NULL) {
        fail(job, CPK_ERROR_CONFLICT, "it is closed");
    } else {
        call(job);
    }
    bridge_set_caller(NULL);
    end(job);
}

/* The mutex is held. */
static void abort_job(job *job)
{
    bridge_abort(&job->environment->bridge, &job->caller);
    library.cpk_cancel_request(job->cancel);
    if (job->state == JOB_QUEUED) {
        job->state = JOB_WITHDRAWN;
    }
}

void job_cancel(environment *environment, uint32_t id)
{
    pthread_mutex_lock(&environment->bridge.pool.mutex);
    for (job *job = environment->jobs; job != NULL; job = job->next) {
        if (job->caller.id == id) {
            abort_job(job);
        }
    }
    pthread_mutex_unlock(&environment->bridge.pool.mutex);
}

void job_cancel_all(environment *environment)
{
    for (job *job = environment->jobs; job != NULL; job = job->next) {
        abort_job(job);
    }
}

void job_set_idle(environment *environment, uint32_t id, bool is_idle)
{
    job *job;

    pthread_mutex_lock(&environment->bridge.pool.mutex);
    job = environment->jobs;
    while (job != NULL && job->caller.id != id) {
        job = job->next;
    }
    pthread_mutex_unlock(&environment->bridge.pool.mutex);
    if (job == NULL || job->is_idle == is_idle) { /* jobs are freed on this thread only */
        return;
    }
    job->is_idle = is_idle;
    if (is_idle) {
        bridge_unref(&environment->bridge);
    } else {
        bridge_ref(&environment->bridge);
    }
}

bool job_close(handle *handle, uint32_t id)
{
    job *job = job_create(handle->environment, NULL, id, 0);

    if (job == NULL) {
        return false;
    }
    job->subject = handle_keep(handle);
    job_start(job);
    return true;
}

/* ---- what the library calls ---- */

static int32_t ask_job(job *job, int32_t method, cell *arguments, size_t count, cell *reply)
{
    question question = {.method = method, .arguments = arguments, .argument_count = count, .may_abandon = true};

    return atomic_load(&job->caller.is_aborted) ||
           bridge_ask(&job->environment->bridge, &question, reply, NULL) != CPK_OK;
}

int32_t job_progress(void *user, int32_t stage, int64_t done, int64_t total)
{
    job *job = user;

    if ((job->flags & JOB_PROGRESS) != 0) {
        bool is_new_stage;

        pthread_mutex_lock(&job->environment->bridge.pool.mutex);
        is_new_stage = job->stage != stage;
        job->stage = stage;
        job->done = done;
        job->total = total;
        pthread_mutex_unlock(&job->environment->bridge.pool.mutex);
        bridge_post(&job->environment->bridge, &job->progress_event);
        if (is_new_stage) { /* so that each stage is reported, and can be stopped at its start */
            ask_job(job, ASK_BARRIER, NULL, 0, NULL);
        }
    }
    return atomic_load(&job->caller.is_aborted);
}

void job_note(void *user, int32_t note, const char *where, const char *text)
{
    job *job = user;
    cell values[] = {cell_integer(note), cell_text(where), cell_text(text)};

    if ((job->flags & JOB_NOTE) != 0) {
        bridge_tell(&job->environment->bridge, EVENT_NOTE, job->caller.id, values, 3);
        if (atomic_fetch_add(&job->notes_on_way, 1) % 256 == 255) { /* not faster than JavaScript consumes them */
            ask_job(job, ASK_BARRIER, NULL, 0, NULL);
        }
    }
}

#define WRITE_BATCH_BYTES 65536

static int32_t flush_written(job *job)
{
    cell bytes = cell_bytes(job->written, job->written_length);

    job->written_length = 0;
    return ask_job(job, ASK_WRITE, &bytes, 1, NULL);
}

int32_t job_write(void *user, const void *data, size_t length)
{
    job *job = user;

    if (length > SIZE_MAX / 4 - job->written_length || atomic_load(&job->caller.is_aborted)) {
        return 1;
    }
    if (job->written_length + length > job->written_capacity) {
        size_t capacity = (job->written_length + length) * 2;
        char *grown = realloc(job->written, capacity < WRITE_BATCH_BYTES ? WRITE_BATCH_BYTES : capacity);

        if (grown == NULL) {
            return 1;
        }
        job->written = grown;
        job->written_capacity = capacity < WRITE_BATCH_BYTES ? WRITE_BATCH_BYTES : capacity;
    }
    if (length > 0) {
        memcpy(job->written + job->written_length, data, length);
        job->written_length += length;
    }
    if ((job->flags & JOB_STREAM) != 0 && job->written_length >= WRITE_BATCH_BYTES) {
        return flush_written(job);
    }
    return 0;
}

int64_t job_read(void *user, void *buffer, size_t capacity)
{
    job *job = user;
    cell wanted = cell_integer((int64_t)capacity);
    cell reply;
    int64_t got = 0;

    if (ask_job(job, ASK_READ, &wanted, 1, &reply) != 0) {
        return -1;
    }
    if (reply.kind != CELL_NULL && (reply.kind != CELL_BYTES || reply.length > capacity)) {
        got = -1;
    } else if (reply.kind == CELL_BYTES && reply.length > 0) {
        memcpy(buffer, reply.bytes, reply.length);
        got = (int64_t)reply.length;
    }
    cell_free(&reply);
    return got;
}

#define ITEM_BATCH_COUNT 64
#define ITEM_BATCH_BYTES 262144

static int32_t flush_items(job *job)
{
    cell list = cell_list(job->items, job->item_count);
    int32_t failed = ask_job(job, ASK_ITEMS, &list, 1, NULL);

    free_items(job);
    return failed;
}

static int32_t emit(job *job, cell *values, size_t count, size_t bytes)
{
    cell list = cell_list(values, count);

    if (atomic_load(&job->caller.is_aborted)) {
        return 1;
    }
    if (job->items == NULL) {
        job->items = calloc(ITEM_BATCH_COUNT, sizeof *job->items);
    }
    if (job->items == NULL || !cell_copy(&job->items[job->item_count], &list)) {
        return 1;
    }
    job->item_count++;
    job->item_bytes += bytes;
    return job->item_count == ITEM_BATCH_COUNT || job->item_bytes >= ITEM_BATCH_BYTES ? flush_items(job) : 0;
}

int32_t job_message(void *user, const cpk_message *message)
{
    cell items[MESSAGE_CELLS], attachments[MESSAGE_ATTACHMENTS_MAX * 5];

    message_cells(message, items, attachments);
    return emit(user, items, MESSAGE_CELLS, message->text_length);
}

int32_t job_chunk(void *user, const cpk_chunk *chunk)
{
    cell items[] = {
        cell_integer(chunk->index),
        cell_integer(chunk->offset),
        cell_integer(chunk->length),
        cell_integer(chunk->tokens),
        {.kind = CELL_TEXT, .bytes = chunk->text, .length = (size_t)chunk->length},
    };

    return emit(user, items, 5, (size_t)chunk->length);
}

void job_migration(void *user, int32_t number, const char *name, int32_t applied)
{
    cell items[] = {cell_integer(number), cell_text(name), cell_integer(applied)};

    emit(user, items, 3, 0);
}

void job_check(void *user, int32_t outcome, const char *subject, const char *text)
{
    cell items[] = {cell_integer(outcome), cell_text(subject), cell_text(text)};

    emit(user, items, 3, 0);
}

void job_change(void *user, int32_t number, const char *change)
{
    cell items[] = {cell_integer(number), cell_text(change)};

    emit(user, items, 2, 0);
}

void job_drift(void *user, const char *user_id, int64_t balance, int64_t opening, int64_t transactions, int64_t holds)
{
    cell items[] = {cell_text(user_id), cell_integer(balance), cell_integer(opening), cell_integer(transactions),
                    cell_integer(holds)};

    emit(user, items, 5, 0);
}

void job_orphan(void *user, const char *key, int64_t size_bytes, int64_t modified_at)
{
    cell items[] = {cell_text(key), cell_integer(size_bytes),
                    modified_at == CPK_TIME_UNKNOWN ? (cell){.kind = CELL_NULL} : cell_integer(modified_at)};

    emit(user, items, 3, 0);
}

/* ---- the result ---- */

static napi_value error_value(napi_env env, const cpk_error *error, cpk_status status)
{
    napi_value parts[5], list;

    napi_create_int32(env, error != NULL ? library.cpk_error_code(error) : status, &parts[0]);
    parts[1] = value_text(env, error != NULL ? library.cpk_error_domain(error) : "node");
    parts[2] = value_text(env, error != NULL ? library.cpk_error_message(error) : library.cpk_status_name(status));
    parts[3] = value_text(env, error != NULL ? library.cpk_error_native(error) : "");
    napi_create_int32(env, error != NULL ? library.cpk_error_retryable(error) : 0, &parts[4]);
    napi_create_array_with_length(env, 5, &list);
    for (uint32_t i = 0; i < 5; i++) {
        napi_set_element(env, list, i, parts[i]);
    }
    return list;
}

void job_deliver(job *job, napi_value *values)
{
    napi_env env = job->environment->bridge.env;
    cpk_error *error = NULL;

    for (size_t i = 0; job->function != NULL && i < job->function->argument_count; i++) {
        if (job->function->arguments[i].kind == ARG_ERROR) {
            error = job->slots[i].pointer;
        }
    }
    values[0] = job->status != CPK_OK ? error_value(env, error, job->status) : value_null(env);
    values[1] = job->value != NULL ? job->value(env, job) : value_null(env);
    values[2] = value_null(env);
    if (job->status == CPK_OK && job->written != NULL && (job->flags & JOB_STREAM) == 0) {
        napi_create_buffer_copy(env, job->written_length, job->written, NULL, &values[2]);
    }
}

static void deliver_done(bridge *bridge, event *event)
{
    job *job = event->subject;
    napi_value values[3];

    job_deliver(job, values);
    if (!job->is_idle) {
        bridge_unref(bridge);
    }
    bridge_dispatch(bridge, EVENT_DONE, job->caller.id, values, 3);
    job_free(job);
}

static void deliver_progress(bridge *bridge, event *event)
{
    job *job = event->subject;
    napi_value values[3];
    int32_t stage;
    int64_t done, total;

    pthread_mutex_lock(&bridge->pool.mutex);
    stage = job->stage;
    done = job->done;
    total = job->total;
    pthread_mutex_unlock(&bridge->pool.mutex);
    napi_create_int32(bridge->env, stage, &values[0]);
    values[1] = value_integer(bridge->env, done);
    values[2] = value_integer(bridge->env, total);
    bridge_dispatch(bridge, EVENT_PROGRESS, job->caller.id, values, 3);
}

/* ---- handles ---- */

static const napi_type_tag tags[] = {
    {UINT64_C(0x63706b5f656e6769), UINT64_C(0x6e655f6e6f646531)},
    {UINT64_C(0x63706b5f73657373), UINT64_C(0x696f6e5f6e6f6465)},
};

handle *handle_create(environment *environment, handle_kind kind, void *object, host *host)
{
    handle *made = calloc(1, sizeof *made);

    if (made != NULL) {
        atomic_init(&made->references, 1);
        made->kind = kind;
        made->environment = environment_keep(environment);
        made->object = object;
        made->host = host_keep(host);
    }
    return made;
}

handle *handle_keep(handle *handle)
{
    atomic_fetch_add(&handle->references, 1);
    return handle;
}

void handle_release(handle *handle)
{
    if (atomic_fetch_sub(&handle->references, 1) != 1) {
        return;
    }
    if (handle->object != NULL && !handle->environment->bridge.pool.is_closing && job_close(handle, 0)) {
        return; /* the job has the last reference now */
    }
    if (handle->object != NULL) {
        close_subject(handle);
    }
    host_release(handle->host);
    environment_release(handle->environment);
    free(handle);
}

static void finalize(napi_env env, void *data, void *hint)
{
    (void)env;
    (void)hint;
    handle_release(data);
}

napi_value handle_wrap(napi_env env, handle *handle)
{
    napi_value object = NULL;

    if (napi_create_object(env, &object) != napi_ok ||
        napi_type_tag_object(env, object, &tags[handle->kind]) != napi_ok ||
        napi_wrap(env, object, handle, finalize, NULL, NULL) != napi_ok) {
        handle_release(handle);
        return NULL;
    }
    return object;
}

handle *handle_unwrap(napi_env env, napi_value value, handle_kind kind)
{
    napi_valuetype type;
    bool is_ours = false;
    void *data = NULL;

    if (napi_typeof(env, value, &type) != napi_ok || type != napi_object ||
        napi_check_object_type_tag(env, value, &tags[kind], &is_ours) != napi_ok || !is_ours ||
        napi_unwrap(env, value, &data) != napi_ok) {
        value_throw(env, "this is no %s of this JavaScript environment", kind == HANDLE_SESSION ? "session" : "engine");
        return NULL;
    }
    return data;
}
