#include "bridge.h"
#include "job.h"
#include "library.h"
#include "pool.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

/* One turn of the event loop gives this long to what workers have to say. */
#define DRAIN_NS INT64_C(4000000)

void bridge_post(addon *addon, event *event)
{
    bool is_dropped;

    pthread_mutex_lock(&addon->mutex);
    is_dropped = addon->is_closing;
    if (!is_dropped && !event->is_queued) {
        event->is_queued = true;
        event->next = NULL;
        if (addon->last_event != NULL) {
            addon->last_event->next = event;
        } else {
            addon->first_event = event;
        }
        addon->last_event = event;
        if (!addon->is_woken) {
            addon->is_woken = true;
            napi_call_threadsafe_function(addon->wake, NULL, napi_tsfn_nonblocking);
        }
    }
    pthread_mutex_unlock(&addon->mutex);
    if (is_dropped && event->is_owned) {
        cell_free(&event->values);
        free(event);
    }
}

void bridge_tell(addon *addon, event_kind kind, uint32_t id, cell *values, size_t count)
{
    cell all = cell_list(values, count);
    event *made = calloc(1, sizeof *made);

    if (made == NULL || !cell_copy(&made->values, &all)) {
        free(made);
        return;
    }
    made->kind = kind;
    made->id = id;
    made->is_owned = true;
    bridge_post(addon, made);
}

/* Takes an event out of the queue that nobody has looked at; the mutex is held. */
static void unqueue(addon *addon, event *event)
{
    struct event **place = &addon->first_event;
    struct event *last = NULL;

    while (*place != NULL && *place != event) {
        last = *place;
        place = &(*place)->next;
    }
    if (*place == event) {
        *place = event->next;
        if (addon->last_event == event) {
            addon->last_event = last;
        }
    }
    event->is_queued = false;
}

static void forget(addon *addon, request *request)
{
    struct request **place = &addon->requests;

    while (*place != NULL && *place != request) {
        place = &(*place)->next;
    }
    if (*place == request) {
        *place = request->next;
    }
}

static bool is_given_up(const request *request)
{
    return request->is_delivered && request->question->may_abandon && request->job != NULL &&
           atomic_load(&request->job->is_aborted);
}

cpk_status bridge_ask(addon *addon, const question *question, cell *reply, cpk_error **error)
{
    request request = {.question = question, .job = job_current()};
    bool is_abandoned;

    pthread_cond_init(&request.answered, NULL);
    request.event.kind = EVENT_ASK;
    request.event.subject = &request;
    pthread_mutex_lock(&addon->mutex);
    request.is_closing = addon->is_closing;
    request.id = ++addon->next_request;
    request.next = addon->requests;
    addon->requests = &request;
    pthread_mutex_unlock(&addon->mutex);
    bridge_post(addon, &request.event);

    pthread_mutex_lock(&addon->mutex);
    pool_block(addon);
    while (!request.is_answered && !request.is_closing && !is_given_up(&request)) {
        pthread_cond_wait(&request.answered, &addon->mutex);
    }
    pool_unblock(addon);
    forget(addon, &request);
    unqueue(addon, &request.event);
    is_abandoned = !request.is_answered;
    pthread_mutex_unlock(&addon->mutex);
    pthread_cond_destroy(&request.answered);

    if (is_abandoned) {
        request.status = CPK_ERROR_CANCELLED;
        request.error = library.cpk_error_new(
            CPK_ERROR_CANCELLED, "node",
            request.is_closing ? "the JavaScript environment is ending" : "the call was aborted", "", 0);
        bridge_tell(addon, EVENT_ABANDON, request.id, NULL, 0);
    }
    if (error != NULL && request.error != NULL) {
        *error = request.error;
    } else {
        library.cpk_error_free(request.error);
    }
    if (reply != NULL && request.status == CPK_OK) {
        *reply = request.reply;
    } else {
        cell_free(&request.reply);
    }
    return request.status;
}

/* ---- on the environment's thread ---- */

static cpk_error *read_error(napi_env env, napi_value value, cpk_status *status)
{
    cell parts;
    cpk_error *error = NULL;

    *status = CPK_ERROR_INTERNAL;
    if (!cell_read(env, value, &parts)) {
        return library.cpk_error_new(CPK_ERROR_INTERNAL, "node", "JavaScript failed without a reason", "", 0);
    }
    if (parts.kind == CELL_LIST && parts.length == 5) {
        const cell *part = parts.items;

        *status = part[0].integer > 0 && part[0].integer < 1000 ? (cpk_status)part[0].integer : CPK_ERROR_INTERNAL;
        error = library.cpk_error_new(*status, part[1].bytes, part[2].bytes, part[3].bytes, part[4].integer != 0);
    }
    cell_free(&parts);
    return error;
}

void bridge_answer(addon *addon, uint32_t id, napi_value error, napi_value value)
{
    cell reply = {.kind = CELL_NULL};
    cpk_status status = CPK_OK;
    cpk_error *made = NULL;
    request *request;

    if (!value_is_nothing(addon->env, error)) {
        made = read_error(addon->env, error, &status);
    } else if (!cell_read(addon->env, value, &reply)) {
        status = CPK_ERROR_INVALID_DATA;
        made = library.cpk_error_new(status, "node", "JavaScript answered with a value of the wrong type", "", 0);
    }
    pthread_mutex_lock(&addon->mutex);
    request = addon->requests;
    while (request != NULL && request->id != id) {
        request = request->next;
    }
    if (request != NULL && !request->is_answered) {
        request->is_answered = true;
        request->reply = reply;
        request->status = status;
        request->error = made;
        pthread_cond_signal(&request->answered);
        request = NULL;
        made = NULL;
        reply = (cell){.kind = CELL_NULL};
    }
    pthread_mutex_unlock(&addon->mutex);
    cell_free(&reply);
    library.cpk_error_free(made);
}

static void dispatch(addon *addon, event_kind kind, uint32_t id, napi_value *values, size_t count)
{
    napi_env env = addon->env;
    napi_value arguments[8], function, undefined, error;
    bool is_pending = false;

    napi_create_uint32(env, (uint32_t)kind, &arguments[0]);
    napi_create_uint32(env, id, &arguments[1]);
    for (size_t i = 0; i < count; i++) {
        arguments[2 + i] = values[i];
    }
    napi_get_undefined(env, &undefined);
    if (napi_get_reference_value(env, addon->dispatch, &function) == napi_ok && function != NULL) {
        napi_call_function(env, undefined, function, 2 + count, arguments, NULL);
    }
    if (napi_is_exception_pending(env, &is_pending) == napi_ok && is_pending &&
        napi_get_and_clear_last_exception(env, &error) == napi_ok) {
        napi_fatal_exception(env, error);
    }
}

static void deliver_request(addon *addon, request *request)
{
    napi_env env = addon->env;
    const question *question = request->question;
    cell arguments = cell_list(question->arguments, question->argument_count);
    napi_value values[4];
    uint32_t id = request->id;

    napi_create_uint32(env, request->job != NULL ? request->job->id : 0, &values[0]);
    napi_create_uint32(env, question->host, &values[1]);
    napi_create_int32(env, question->method, &values[2]);
    values[3] = cell_value(env, &arguments);
    pthread_mutex_lock(&addon->mutex);
    request->is_delivered = true; /* from here on it may vanish */
    if (is_given_up(request)) {
        pthread_cond_signal(&request->answered);
    }
    pthread_mutex_unlock(&addon->mutex);
    dispatch(addon, EVENT_ASK, id, values, 4);
}

static void deliver_progress(addon *addon, job *job)
{
    napi_value values[3];
    int32_t stage;
    int64_t done, total;

    pthread_mutex_lock(&addon->mutex);
    stage = job->stage;
    done = job->done;
    total = job->total;
    pthread_mutex_unlock(&addon->mutex);
    napi_create_int32(addon->env, stage, &values[0]);
    values[1] = value_integer(addon->env, done);
    values[2] = value_integer(addon->env, total);
    dispatch(addon, EVENT_PROGRESS, job->id, values, 3);
}

static void deliver(addon *addon, event *event)
{
    napi_value values[4];
    job *job = event->subject;

    switch (event->kind) {
    case EVENT_DONE:
        job_deliver(job, values);
        if (!job->is_idle) {
            addon_unref(addon);
        }
        dispatch(addon, EVENT_DONE, job->id, values, 3);
        job_free(job);
        break;
    case EVENT_PROGRESS:
        deliver_progress(addon, job);
        break;
    case EVENT_ASK:
        deliver_request(addon, event->subject);
        break;
    default:
        values[0] = cell_value(addon->env, &event->values);
        dispatch(addon, event->kind, event->id, values, 1);
        cell_free(&event->values);
        free(event);
        break;
    }
}

static int64_t now_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static event *take(addon *addon)
{
    event *event;

    pthread_mutex_lock(&addon->mutex);
    event = addon->first_event;
    if (event != NULL) {
        addon->first_event = event->next;
        if (addon->first_event == NULL) {
            addon->last_event = NULL;
        }
        event->is_queued = false;
    } else {
        addon->is_woken = false;
    }
    pthread_mutex_unlock(&addon->mutex);
    return event;
}

void bridge_drain(napi_env env, napi_value callback, void *context, void *data)
{
    addon *addon = context;
    int64_t start = now_ns();
    event *event;

    (void)callback;
    (void)data;
    if (env == NULL) {
        return;
    }
    while ((event = take(addon)) != NULL) {
        napi_handle_scope scope;

        napi_open_handle_scope(env, &scope);
        deliver(addon, event);
        napi_close_handle_scope(env, scope);
        if (now_ns() - start > DRAIN_NS) { /* let others have a turn; is_woken stays set */
            napi_call_threadsafe_function(addon->wake, NULL, napi_tsfn_nonblocking);
            return;
        }
    }
}

void bridge_close(addon *addon)
{
    for (request *request = addon->requests; request != NULL; request = request->next) {
        request->is_closing = true;
        pthread_cond_signal(&request->answered);
    }
}
