#include "arguments.h"
#include "library.h"
#include "results.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXIT_WAIT_MS 5000

/* One of each JavaScript environment that has loaded the module. */
typedef struct addon {
    environment environment; /* first: the last reference to its pool frees the block */
    struct addon *next;      /* under all_mutex */
} addon;

static pthread_mutex_t all_mutex = PTHREAD_MUTEX_INITIALIZER;
static addon *all;

/* Stops all jobs and waits for them: nothing may run in the library when the process or thread ends. */
static void stop(environment *environment, int64_t timeout_ms)
{
    pool *pool = &environment->bridge.pool;

    pthread_mutex_lock(&pool->mutex);
    atomic_store(&pool->is_closing, true);
    job_cancel_all(environment);
    bridge_close(&environment->bridge);
    pool_join(pool, timeout_ms);
    pthread_mutex_unlock(&pool->mutex);
}

static void unlist(addon *addon)
{
    struct addon **place = &all;

    pthread_mutex_lock(&all_mutex);
    while (*place != NULL && *place != addon) {
        place = &(*place)->next;
    }
    if (*place == addon) {
        *place = addon->next;
    }
    pthread_mutex_unlock(&all_mutex);
}

/* process.exit() of the main thread runs no cleanup hooks. */
static void at_exit(void)
{
    pthread_mutex_lock(&all_mutex);
    for (addon *addon = all; addon != NULL; addon = addon->next) {
        stop(&addon->environment, EXIT_WAIT_MS);
    }
    pthread_mutex_unlock(&all_mutex);
}

static void clean_up(void *user)
{
    addon *addon = user;
    environment *environment = &addon->environment;

    unlist(addon);
    stop(environment, 0);
    bridge_drop(&environment->bridge);
    while (environment->jobs != NULL) {
        job_free(environment->jobs);
    }
    napi_delete_reference(environment->bridge.env, environment->factories);
    bridge_release(&environment->bridge);
}

static void finalize_addon(napi_env env, void *data, void *hint)
{
    addon *addon = data;

    (void)env;
    (void)hint;
    bridge_release(&addon->environment.bridge);
}

/* ---- functions for JavaScript ---- */

static environment *environment_of(napi_env env)
{
    void *data = NULL;

    napi_get_instance_data(env, &data);
    return data != NULL ? &((addon *)data)->environment : NULL;
}

static napi_value throw_status(napi_env env, job *job)
{
    napi_value values[3], message, error;

    job_deliver(job, values);
    napi_create_string_utf8(env, "the library refused", NAPI_AUTO_LENGTH, &message);
    napi_create_error(env, NULL, message, &error);
    napi_set_named_property(env, error, "parts", values[0]);
    napi_throw(env, error);
    return NULL;
}

static bool is_missing(napi_env env, const function *function)
{
    void *symbol;

    memcpy(&symbol, (const char *)&library + function->offset, sizeof symbol);
    if (symbol == NULL) {
        value_throw(env, "this libcontextpack is too old: it has no %s", function->name);
    }
    return symbol == NULL;
}

/* Calls a function on this thread, if it is fast and does not block. */
static napi_value call_now(napi_env env, napi_callback_info info)
{
    napi_value values[FUNCTION_ARGUMENTS_MAX], result = NULL;
    size_t count = FUNCTION_ARGUMENTS_MAX;
    void *data;
    job job;

    if (napi_get_cb_info(env, info, &count, values, NULL, &data) != napi_ok || is_missing(env, data)) {
        return NULL;
    }
    memset(&job, 0, sizeof job);
    job.function = data;
    job.environment = environment_of(env);
    if (arguments_read(env, &job, values, count)) {
        job.function->call(job.slots, &job.result);
        job.status = job.function->returns == RETURNS_STATUS ? job.result.int32 : CPK_OK;
        result = job.status == CPK_OK ? results_value(env, &job) : throw_status(env, &job);
    }
    job_clear(&job);
    return result;
}

static bool is_name(const function *function)
{
    return function->returns == RETURNS_TEXT && function->argument_count == 1 &&
           function->arguments[0].kind == ARG_INT32;
}

/* The same for a name by its number, without what other calls need. */
static napi_value call_name(napi_env env, napi_callback_info info)
{
    napi_value value;
    size_t count = 1;
    double number;
    slot argument, result;
    void *data;

    if (napi_get_cb_info(env, info, &count, &value, NULL, &data) != napi_ok || count != 1 ||
        napi_get_value_double(env, value, &number) != napi_ok || !(number >= INT32_MIN && number <= INT32_MAX) ||
        number != (int32_t)number) {
        return call_now(env, info);
    }
    if (is_missing(env, data)) {
        return NULL;
    }
    argument.int32 = (int32_t)number;
    ((const function *)data)->call(&argument, &result);
    return value_text(env, result.text);
}

/* start.NAME(id, flags, ...arguments): the outcome comes through dispatch(). */
static napi_value call_later(napi_env env, napi_callback_info info)
{
    napi_value values[FUNCTION_ARGUMENTS_MAX + 2];
    size_t count = FUNCTION_ARGUMENTS_MAX + 2;
    environment *environment = environment_of(env);
    uint32_t id = 0, flags = 0;
    void *data;
    job *job;

    if (napi_get_cb_info(env, info, &count, values, NULL, &data) != napi_ok || is_missing(env, data)) {
        return NULL;
    }
    if (count < 2 || napi_get_value_uint32(env, values[0], &id) != napi_ok || id == 0 ||
        napi_get_value_uint32(env, values[1], &flags) != napi_ok) {
        value_throw(env, "a call needs its number and flags");
        return NULL;
    }
    job = job_create(environment, data, id, flags);
    if (job == NULL) {
        value_throw(env, "no memory for the call");
        return NULL;
    }
    if (!arguments_read(env, job, values + 2, count - 2)) {
        job_free(job);
        return NULL;
    }
    job->value = results_value;
    bridge_ref(&environment->bridge);
    job_start(job);
    return NULL;
}

/* close(handle, id) */
static napi_value close_handle(napi_env env, napi_callback_info info)
{
    napi_value values[2];
    size_t count = 2;
    void *data = NULL;
    uint32_t id = 0;
    handle *handle;

    if (napi_get_cb_info(env, info, &count, values, NULL, NULL) != napi_ok || count < 2 ||
        napi_get_value_uint32(env, values[1], &id) != napi_ok || napi_unwrap(env, values[0], &data) != napi_ok) {
        value_throw(env, "close() takes a handle and a number");
        return NULL;
    }
    handle = data;
    if (handle->is_closed || !job_close(handle, id)) {
        value_throw_closed(env, "the handle");
        return NULL;
    }
    handle->is_closed = true;
    bridge_ref(&handle->environment->bridge);
    return NULL;
}

static napi_value cancel_job(napi_env env, napi_callback_info info)
{
    napi_value value;
    size_t count = 1;
    uint32_t id;

    if (napi_get_cb_info(env, info, &count, &value, NULL, NULL) == napi_ok &&
        napi_get_value_uint32(env, value, &id) == napi_ok) {
        job_cancel(environment_of(env), id);
    }
    return NULL;
}

/* idle(id, isIdle) */
static napi_value set_idle(napi_env env, napi_callback_info info)
{
    napi_value values[2];
    size_t count = 2;
    uint32_t id;
    bool is_idle;

    if (napi_get_cb_info(env, info, &count, values, NULL, NULL) == napi_ok &&
        napi_get_value_uint32(env, values[0], &id) == napi_ok && id != 0 &&
        napi_get_value_bool(env, values[1], &is_idle) == napi_ok) {
        job_set_idle(environment_of(env), id, is_idle);
    }
    return NULL;
}

/* answer(id, error, value) */
static napi_value answer(napi_env env, napi_callback_info info)
{
    napi_value values[3];
    size_t count = 3;
    uint32_t id;

    if (napi_get_cb_info(env, info, &count, values, NULL, NULL) == napi_ok &&
        napi_get_value_uint32(env, values[0], &id) == napi_ok) {
        bridge_answer(&environment_of(env)->bridge, id, values[1], values[2]);
    }
    return NULL;
}

static napi_value origin(napi_env env, napi_callback_info info)
{
    napi_value value, result;
    size_t count = 1;
    char *symbol;

    if (napi_get_cb_info(env, info, &count, &value, NULL, NULL) != napi_ok ||
        (symbol = value_read_text(env, value, &count)) == NULL) {
        return NULL;
    }
    result = value_text(env, library_origin(symbol));
    free(symbol);
    return result;
}

/* setup(dispatch, factories, threads) */
static napi_value set_up(napi_env env, napi_callback_info info)
{
    napi_value values[3];
    size_t count = 3;
    environment *environment = environment_of(env);
    uint32_t threads = 4;

    if (napi_get_cb_info(env, info, &count, values, NULL, NULL) != napi_ok || environment->bridge.dispatch != NULL ||
        napi_create_reference(env, values[0], 1, &environment->bridge.dispatch) != napi_ok ||
        napi_create_reference(env, values[1], 1, &environment->factories) != napi_ok) {
        value_throw(env, "setup() is called once, with a function and a list");
        return NULL;
    }
    napi_get_value_uint32(env, values[2], &threads);
    environment->bridge.pool.threads_max = threads > 0 ? threads : 1;
    return NULL;
}

/* ---- the module ---- */

static napi_value make_functions(napi_env env, napi_callback callback)
{
    napi_value object, made;

    napi_create_object(env, &object);
    for (size_t i = 0; i < function_count; i++) {
        napi_create_function(env, functions[i].name, NAPI_AUTO_LENGTH,
                             callback == call_now && is_name(&functions[i]) ? call_name : callback,
                             (void *)(uintptr_t)&functions[i], &made);
        napi_set_named_property(env, object, functions[i].name, made);
    }
    return object;
}

static bool start_addon(napi_env env, addon *addon)
{
    bridge *bridge = &addon->environment.bridge;

    pool_init(&bridge->pool, 2); /* the cleanup hook's reference and the instance data's */
    if (!bridge_open(bridge, env)) {
        return false;
    }
    napi_set_instance_data(env, addon, finalize_addon, NULL);
    napi_add_env_cleanup_hook(env, clean_up, addon);
    pthread_mutex_lock(&all_mutex);
    addon->next = all;
    all = addon;
    pthread_mutex_unlock(&all_mutex);
    return true;
}

static void register_exit(void)
{
    atexit(at_exit);
}

static void export(napi_env env, napi_value exports, const char *name, napi_callback callback)
{
    napi_value made;

    napi_create_function(env, name, NAPI_AUTO_LENGTH, callback, NULL, &made);
    napi_set_named_property(env, exports, name, made);
}

#ifdef NODE_API_MODULE_GET_API_VERSION /* the macro below defines it without a prototype */
NAPI_MODULE_EXPORT int32_t NODE_API_MODULE_GET_API_VERSION(void);
#endif

NAPI_MODULE_INIT()
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    const char *problem = library_open();
    addon *addon;

    if (problem != NULL) {
        napi_throw_error(env, "ERR_CONTEXTPACK_LIBRARY", problem);
        return NULL;
    }
    addon = calloc(1, sizeof *addon);
    if (addon == NULL || !start_addon(env, addon)) {
        free(addon);
        napi_throw_error(env, "ERR_CONTEXTPACK_LIBRARY", "no memory");
        return NULL;
    }
    pthread_once(&once, register_exit);
    napi_set_named_property(env, exports, "now", make_functions(env, call_now));
    napi_set_named_property(env, exports, "start", make_functions(env, call_later));
    napi_set_named_property(env, exports, "libraryPath", value_text(env, library_path()));
    export(env, exports, "setup", set_up);
    export(env, exports, "close", close_handle);
    export(env, exports, "cancel", cancel_job);
    export(env, exports, "idle", set_idle);
    export(env, exports, "answer", answer);
    export(env, exports, "origin", origin);
    return exports;
}
