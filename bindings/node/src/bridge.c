#include "bridge.h"
#include "library.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Time in a turn of the event loop for events of workers. */
#define DRAIN_NS INT64_C(4000000)

static _Thread_local caller *current; /* whose requests this thread sends */

static void deliver_values(bridge *bridge, event *event);
static void deliver_request(bridge *bridge, event *event);

void bridge_post(bridge *bridge, event *event)
{
    bool is_dropped;

    pthread_mutex_lock(&bridge->pool.mutex);
    is_dropped = bridge->pool.is_closing;
    if (!is_dropped && !event->is_queued) {
        event->is_queued = true;
        event->next = NULL;
        if (bridge->last_event != NULL) {
            bridge->last_event->next = event;
        } else {
            bridge->first_event = event;
        }
        bridge->last_event = event;
        if (!bridge->is_woken) {
            bridge->is_woken = true;
            napi_call_threadsafe_function(bridge->wake, NULL, napi_tsfn_nonblocking);
        }
    }
    pthread_mutex_unlock(&bridge->pool.mutex);
    if (is_dropped && event->is_owned) {
        cell_free(&event->values);
        free(event);
    }
}

void bridge_tell(bridge *bridge, event_kind kind, uint32_t id, cell *values, size_t count)
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
    made->deliver = deliver_values;
    bridge_post(bridge, made);
}

/* Removes an undelivered event from the queue; the mutex is held. */
static void unqueue(bridge *bridge, event *event)
{
    struct event **place = &bridge->first_event;
    struct event *last = NULL;

    while (*place != NULL && *place != event) {
        last = *place;
        place = &(*place)->next;
    }
    if (*place == event) {
        *place = event->next;
        if (bridge->last_event == event) {
            bridge->last_event = last;
        }
    }
    event->is_queued = false;
}

static void forget(bridge *bridge, request *request)
{
    struct request **place = &bridge->requests;

    while (*place != NULL && *place != request) {
        place = &(*place)->next;
    }
    if (*place == request) {
        *place = request->next;
    }
}

static bool is_given_up(const request *request)
{
    return request->is_delivered && request->question->may_abandon && request->caller != NULL &&
           atomic_load(&request->caller->is_aborted);
}

void bridge_set_caller(caller *caller)
{
    current = caller;
}

void bridge_abort(bridge *bridge, caller *caller)
{
    atomic_store(&caller->is_aborted, true);
    for (request *request = bridge->requests; request != NULL; request = request->next) {
        if (request->caller == caller) {
            pthread_cond_signal(&request->answered);
        }
    }
}

cpk_status bridge_ask(bridge *bridge, const question *question, cell *reply, cpk_error **error)
{
    request request = {.question = question, .caller = current};
    bool is_abandoned;

    pthread_cond_init(&request.answered, NULL);
    request.event.kind = EVENT_ASK;
    request.event.deliver = deliver_request;
    request.event.subject = &request;
    pthread_mutex_lock(&bridge->pool.mutex);
    request.is_closing = bridge->pool.is_closing;
    request.id = ++bridge->next_request;
    request.next = bridge->requests;
    bridge->requests = &request;
    pthread_mutex_unlock(&bridge->pool.mutex);
    bridge_post(bridge, &request.event);

    pthread_mutex_lock(&bridge->pool.mutex);
    pool_block(&bridge->pool);
    while (!request.is_answered && !request.is_closing && !is_given_up(&request)) {
        pthread_cond_wait(&request.answered, &bridge->pool.mutex);
    }
    pool_unblock(&bridge->pool);
    forget(bridge, &request);
    unqueue(bridge, &request.event);
    is_abandoned = !request.is_answered;
    pthread_mutex_unlock(&bridge->pool.mutex);
    pthread_cond_destroy(&request.answered);

    if (is_abandoned) {
        request.status = CPK_ERROR_CANCELLED;
        request.error = library.cpk_error_new(
            CPK_ERROR_CANCELLED, "node",
            request.is_closing ? "the JavaScript environment is ending" : "the call was aborted", "", 0);
        bridge_tell(bridge, EVENT_ABANDON, request.id, NULL, 0);
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

void bridge_answer(bridge *bridge, uint32_t id, napi_value error, napi_value value)
{
    cell reply = {.kind = CELL_NULL};
    cpk_status status = CPK_OK;
    cpk_error *made = NULL;
    request *request;

    if (!value_is_nothing(bridge->env, error)) {
        made = read_error(bridge->env, error, &status);
    } else if (!cell_read(bridge->env, value, &reply)) {
        status = CPK_ERROR_INVALID_DATA;
        made = library.cpk_error_new(status, "node", "JavaScript answered with a value of the wrong type", "", 0);
    }
    pthread_mutex_lock(&bridge->pool.mutex);
    request = bridge->requests;
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
    pthread_mutex_unlock(&bridge->pool.mutex);
    cell_free(&reply);
    library.cpk_error_free(made);
}

void bridge_dispatch(bridge *bridge, event_kind kind, uint32_t id, napi_value *values, size_t count)
{
    napi_env env = bridge->env;
    napi_value arguments[8], function, undefined, error;
    bool is_pending = false;

    napi_create_uint32(env, (uint32_t)kind, &arguments[0]);
    napi_create_uint32(env, id, &arguments[1]);
    for (size_t i = 0; i < count; i++) {
        arguments[2 + i] = values[i];
    }
    napi_get_undefined(env, &undefined);
    if (napi_get_reference_value(env, bridge->dispatch, &function) == napi_ok && function != NULL) {
        napi_call_function(env, undefined, function, 2 + count, arguments, NULL);
    }
    if (napi_is_exception_pending(env, &is_pending) == napi_ok && is_pending &&
        napi_get_and_clear_last_exception(env, &error) == napi_ok) {
        napi_fatal_exception(env, error);
    }
}

static void deliver_request(bridge *bridge, event *event)
{
    request *request = event->subject;
    napi_env env = bridge->env;
    const question *question = request->question;
    cell arguments = cell_list(question->arguments, question->argument_count);
    napi_value values[4];
    uint32_t id = request->id;

    napi_create_uint32(env, request->caller != NULL ? request->caller->id : 0, &values[0]);
    napi_create_uint32(env, question->host, &values[1]);
    napi_create_int32(env, question->method, &values[2]);
    values[3] = cell_value(env, &arguments);
    pthread_mutex_lock(&bridge->pool.mutex);
    request->is_delivered = true; /* from here on it may be freed */
    if (is_given_up(request)) {
        pthread_cond_signal(&request->answered);
    }
    pthread_mutex_unlock(&bridge->pool.mutex);
    bridge_dispatch(bridge, EVENT_ASK, id, values, 4);
}

static void deliver_values(bridge *bridge, event *event)
{
    napi_value values = cell_value(bridge->env, &event->values);

    bridge_dispatch(bridge, event->kind, event->id, &values, 1);
    cell_free(&event->values);
    free(event);
}

static int64_t now_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static event *take(bridge *bridge)
{
    event *event;

    pthread_mutex_lock(&bridge->pool.mutex);
    event = bridge->first_event;
    if (event != NULL) {
        bridge->first_event = event->next;
        if (bridge->first_event == NULL) {
            bridge->last_event = NULL;
        }
        event->is_queued = false;
    } else {
        bridge->is_woken = false;
    }
    pthread_mutex_unlock(&bridge->pool.mutex);
    return event;
}

/* A threadsafe function's callback: runs on the environment's thread when there are events. */
static void drain(napi_env env, napi_value callback, void *context, void *data)
{
    bridge *bridge = context;
    int64_t start = now_ns();
    event *event;

    (void)callback;
    (void)data;
    if (env == NULL) {
        return;
    }
    while ((event = take(bridge)) != NULL) {
        napi_handle_scope scope;

        napi_open_handle_scope(env, &scope);
        event->deliver(bridge, event);
        napi_close_handle_scope(env, scope);
        if (now_ns() - start > DRAIN_NS) { /* continue in the next turn; is_woken stays set */
            napi_call_threadsafe_function(bridge->wake, NULL, napi_tsfn_nonblocking);
            return;
        }
    }
}

/* ---- its life */

bool bridge_open(bridge *bridge, napi_env env)
{
    napi_value name;

    bridge->env = env;
    napi_create_string_utf8(env, "contextpack", NAPI_AUTO_LENGTH, &name);
    if (napi_create_threadsafe_function(env, NULL, NULL, name, 0, 1, NULL, NULL, bridge, drain, &bridge->wake) !=
        napi_ok) {
        return false;
    }
    napi_unref_threadsafe_function(env, bridge->wake);
    return true;
}

void bridge_close(bridge *bridge)
{
    for (request *request = bridge->requests; request != NULL; request = request->next) {
        request->is_closing = true;
        pthread_cond_signal(&request->answered);
    }
}

void bridge_drop(bridge *bridge)
{
    napi_release_threadsafe_function(bridge->wake, napi_tsfn_abort);
    while (bridge->first_event != NULL) {
        event *event = bridge->first_event;

        bridge->first_event = event->next;
        if (event->is_owned) {
            cell_free(&event->values);
            free(event);
        }
    }
    napi_delete_reference(bridge->env, bridge->dispatch);
}

bridge *bridge_keep(bridge *bridge)
{
    pool_keep(&bridge->pool);
    return bridge;
}

void bridge_release(bridge *bridge)
{
    pool_release(&bridge->pool);
}

void bridge_ref(bridge *bridge)
{
    if (bridge->pending++ == 0) {
        napi_ref_threadsafe_function(bridge->env, bridge->wake);
    }
}

void bridge_unref(bridge *bridge)
{
    if (--bridge->pending == 0) {
        napi_unref_threadsafe_function(bridge->env, bridge->wake);
    }
}
