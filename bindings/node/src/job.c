#include "job.h"
#include "host.h"
#include "library.h"
#include "pool.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static _Thread_local job *current;

job *job_current(void)
{
    return current;
}

job *job_create(addon *addon, const function *function, uint32_t id, uint32_t flags)
{
    job *made = calloc(1, sizeof *made);

    if (made == NULL) {
        return NULL;
    }
    made->addon = addon_keep(addon);
    made->function = function;
    made->id = id;
    made->flags = flags;
    made->progress_event = (event){.kind = EVENT_PROGRESS, .subject = made, .id = id};
    made->done_event = (event){.kind = EVENT_DONE, .subject = made, .id = id};
    pthread_mutex_lock(&addon->mutex);
    made->next = addon->jobs;
    if (addon->jobs != NULL) {
        addon->jobs->previous = made;
    }
    addon->jobs = made;
    pthread_mutex_unlock(&addon->mutex);
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
    addon *addon = job->addon;

    pthread_mutex_lock(&addon->mutex);
    if (job->previous != NULL) {
        job->previous->next = job->next;
    } else if (addon->jobs == job) {
        addon->jobs = job->next;
    }
    if (job->next != NULL) {
        job->next->previous = job->previous;
    }
    pthread_mutex_unlock(&addon->mutex);
}

/* What the call made and JavaScript did not take. */
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
    addon *addon = job->addon;

    unlist(job);
    job_clear(job);
    free(job);
    addon_release(addon);
}

/* The next job of a session may begin; the mutex is held. */
static void pass_on(handle *handle)
{
    job *next = handle->first_waiting;

    if (next == NULL) {
        handle->is_busy = false;
        return;
    }
    handle->first_waiting = next->next_ready;
    if (handle->first_waiting == NULL) {
        handle->last_waiting = NULL;
    }
    pool_push(handle->addon, next);
}

/* A call on an engine has ended; the mutex is held. */
static void engine_call_ended(handle *engine)
{
    job *closing = engine->closing;

    engine->engine_calls--;
    if (engine->engine_calls == 0 && closing != NULL) {
        engine->closing = NULL;
        pool_push(engine->addon, closing);
    }
}

/* The outcome goes out before the session's next job begins, so that outcomes come in the order of the calls. */
static void end(job *job)
{
    addon *addon = addon_keep(job->addon);
    bool is_close = job->function == NULL;
    handle *subject = job->subject != NULL ? handle_keep(job->subject) : NULL;

    if (job->id != 0) {
        bridge_post(addon, &job->done_event); /* from here on it belongs to the environment's thread */
    } else {
        job_free(job);
    }
    if (subject != NULL) {
        pthread_mutex_lock(&addon->mutex);
        if (!addon->is_closing && subject->kind == HANDLE_SESSION) {
            pass_on(subject);
        } else if (!addon->is_closing && !is_close) {
            engine_call_ended(subject);
        }
        pthread_mutex_unlock(&addon->mutex);
        handle_release(subject);
    }
    addon_release(addon);
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
    addon *addon = job->addon;
    handle *handle = job->subject;
    bool has_thread;

    pthread_mutex_lock(&addon->mutex);
    if (handle != NULL && handle->kind == HANDLE_SESSION && handle->is_busy) {
        job->next_ready = NULL;
        if (handle->last_waiting != NULL) {
            handle->last_waiting->next_ready = job;
        } else {
            handle->first_waiting = job;
        }
        handle->last_waiting = job;
    } else if (handle != NULL && handle->kind == HANDLE_ENGINE && job->function == NULL && handle->engine_calls > 0) {
        handle->closing = job;
    } else {
        if (handle != NULL) {
            handle->is_busy = true;
            handle->engine_calls += handle->kind == HANDLE_ENGINE && job->function != NULL;
        }
        pool_push(addon, job);
    }
    has_thread = addon->threads > 0;
    if (!has_thread) { /* then this is the only one in the queue */
        addon->first_ready = NULL;
        addon->last_ready = NULL;
    }
    pthread_mutex_unlock(&addon->mutex);
    if (!has_thread) {
        job_refuse(job, CPK_ERROR_OUT_OF_MEMORY, "no thread could be made");
    }
}

void job_refuse(job *job, cpk_status status, const char *message)
{
    fail(job, status, message);
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

void job_run(job *job)
{
    addon *addon = job->addon;
    bool is_withdrawn;

    pthread_mutex_lock(&addon->mutex);
    is_withdrawn = job->state == JOB_WITHDRAWN;
    job->state = JOB_RUNNING;
    pthread_mutex_unlock(&addon->mutex);
    current = job;
    if (job->function == NULL) {
        close_subject(job->subject);
    } else if (is_withdrawn || atomic_load(&job->is_aborted)) {
        fail(job, CPK_ERROR_CANCELLED, "the call was aborted before it began");
    } else if (job->subject != NULL && job->subject->object == NULL) {
        fail(job, CPK_ERROR_CONFLICT, "it is closed");
    } else {
        call(job);
    }
    current = NULL;
    end(job);
}

void job_cancel(addon *addon, uint32_t id)
{
    pthread_mutex_lock(&addon->mutex);
    for (job *job = addon->jobs; job != NULL; job = job->next) {
        if (job->id != id) {
            continue;
        }
        atomic_store(&job->is_aborted, true);
        library.cpk_cancel_request(job->cancel);
        if (job->state == JOB_QUEUED) {
            job->state = JOB_WITHDRAWN;
        }
        for (request *request = addon->requests; request != NULL; request = request->next) {
            if (request->job == job) {
                pthread_cond_signal(&request->answered);
            }
        }
    }
    pthread_mutex_unlock(&addon->mutex);
}

void job_set_idle(addon *addon, uint32_t id, bool is_idle)
{
    job *job;

    pthread_mutex_lock(&addon->mutex);
    job = addon->jobs;
    while (job != NULL && job->id != id) {
        job = job->next;
    }
    pthread_mutex_unlock(&addon->mutex);
    if (job == NULL || job->is_idle == is_idle) { /* jobs are freed on this thread only */
        return;
    }
    job->is_idle = is_idle;
    if (is_idle) {
        addon_unref(addon);
    } else {
        addon_ref(addon);
    }
}

bool job_close(handle *handle, uint32_t id)
{
    job *job = job_create(handle->addon, NULL, id, 0);

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

    return atomic_load(&job->is_aborted) || bridge_ask(job->addon, &question, reply, NULL) != CPK_OK;
}

int32_t job_progress(void *user, int32_t stage, int64_t done, int64_t total)
{
    job *job = user;

    if ((job->flags & JOB_PROGRESS) != 0) {
        bool is_new_stage;

        pthread_mutex_lock(&job->addon->mutex);
        is_new_stage = job->stage != stage;
        job->stage = stage;
        job->done = done;
        job->total = total;
        pthread_mutex_unlock(&job->addon->mutex);
        bridge_post(job->addon, &job->progress_event);
        if (is_new_stage) { /* so that no stage goes by unseen, and can be stopped where it begins */
            ask_job(job, ASK_BARRIER, NULL, 0, NULL);
        }
    }
    return atomic_load(&job->is_aborted);
}

void job_note(void *user, int32_t note, const char *where, const char *text)
{
    job *job = user;
    cell values[] = {cell_integer(note), cell_text(where), cell_text(text)};

    if ((job->flags & JOB_NOTE) != 0) {
        bridge_tell(job->addon, EVENT_NOTE, job->id, values, 3);
        if (atomic_fetch_add(&job->notes_on_way, 1) % 256 == 255) { /* not faster than JavaScript takes them */
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

    if (length > SIZE_MAX / 4 - job->written_length || atomic_load(&job->is_aborted)) {
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

    if (atomic_load(&job->is_aborted)) {
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

cell message_cells(const cpk_message *message, cell *items, cell *attachments)
{
    size_t count =
        message->attachment_count < MESSAGE_ATTACHMENTS_MAX ? message->attachment_count : MESSAGE_ATTACHMENTS_MAX;
    size_t i = 0;

    for (size_t k = 0; k < count; k++) {
        const cpk_attachment *attachment = &message->attachments[k];
        cell *parts = attachments + MESSAGE_ATTACHMENTS_MAX + 4 * k;

        parts[0] = cell_text(attachment->id);
        parts[1] = cell_text(attachment->name);
        parts[2] = cell_text(attachment->media_type);
        parts[3] = attachment->size_bytes == -1 ? (cell){.kind = CELL_NULL} : cell_integer(attachment->size_bytes);
        attachments[k] = cell_list(parts, 4);
    }
    items[i++] = cell_integer(message->flags);
    items[i++] = cell_text(library.cpk_role_name(message->role));
    items[i++] = cell_text(library.cpk_kind_name(message->kind));
    items[i++] = message->time_us == CPK_TIME_UNKNOWN ? (cell){.kind = CELL_NULL} : cell_integer(message->time_us);
    items[i++] = cell_text(message->provider);
    items[i++] = cell_text(message->conversation_id);
    items[i++] = cell_text(message->conversation_title);
    items[i++] = cell_text(message->message_id);
    items[i++] = cell_text(message->parent_id);
    items[i++] = cell_text(message->model);
    items[i++] = (cell){.kind = CELL_TEXT, .bytes = message->text, .length = message->text_length};
    items[i++] = cell_list(attachments, count);
    return cell_list(items, i);
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
    napi_env env = job->addon->env;
    cpk_error *error = NULL;

    for (size_t i = 0; job->function != NULL && i < job->function->argument_count; i++) {
        if (job->function->arguments[i].kind == ARG_ERROR) {
            error = job->slots[i].pointer;
        }
    }
    values[0] = job->status != CPK_OK ? error_value(env, error, job->status) : value_null(env);
    values[1] = job->function != NULL ? results_value(env, job) : value_null(env);
    values[2] = value_null(env);
    if (job->status == CPK_OK && job->written != NULL && (job->flags & JOB_STREAM) == 0) {
        napi_create_buffer_copy(env, job->written_length, job->written, NULL, &values[2]);
    }
}

/* ---- handles ---- */

static const napi_type_tag tags[] = {
    {UINT64_C(0x63706b5f656e6769), UINT64_C(0x6e655f6e6f646531)},
    {UINT64_C(0x63706b5f73657373), UINT64_C(0x696f6e5f6e6f6465)},
};

handle *handle_create(addon *addon, handle_kind kind, void *object, host *host)
{
    handle *made = calloc(1, sizeof *made);

    if (made != NULL) {
        atomic_init(&made->references, 1);
        made->kind = kind;
        made->addon = addon_keep(addon);
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
    if (handle->object != NULL && !handle->addon->is_closing && job_close(handle, 0)) {
        return; /* the job's reference is the last one now */
    }
    if (handle->object != NULL) {
        close_subject(handle);
    }
    host_release(handle->host);
    addon_release(handle->addon);
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
