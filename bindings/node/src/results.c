#include "results.h"
#include "library.h"

#include <string.h>

static napi_value snapshot_value(napi_env env, const job *job, int32_t which, const void *object)
{
    const snapshot *snapshot = &snapshots[which];
    napi_value values[SNAPSHOT_FIELDS_MAX], factories, factory, undefined, result = NULL;

    snapshot->read(env, object, values);
    napi_get_undefined(env, &undefined);
    if (napi_get_reference_value(env, job->environment->factories, &factories) != napi_ok ||
        napi_get_element(env, factories, (uint32_t)which, &factory) != napi_ok ||
        napi_call_function(env, undefined, factory, snapshot->field_count, values, &result) != napi_ok) {
        return value_null(env);
    }
    return result;
}

/* [items, next], which JavaScript converts to a page. */
static napi_value list_value(napi_env env, const job *job, const list *list, const void *object)
{
    const snapshot *snapshot = &snapshots[list->snapshot];
    size_t count = list->count(object);
    napi_value page, items, factories, factory, undefined;

    napi_create_array_with_length(env, 2, &page);
    napi_create_array_with_length(env, count, &items);
    napi_get_undefined(env, &undefined);
    napi_get_reference_value(env, job->environment->factories, &factories);
    napi_get_element(env, factories, (uint32_t)list->snapshot, &factory);
    for (size_t i = 0; i < count; i++) {
        napi_value values[SNAPSHOT_FIELDS_MAX], item;
        napi_handle_scope scope;

        napi_open_handle_scope(env, &scope);
        snapshot->read(env, list->at(object, i), values);
        if (napi_call_function(env, undefined, factory, snapshot->field_count, values, &item) == napi_ok) {
            napi_set_element(env, items, (uint32_t)i, item);
        }
        napi_close_handle_scope(env, scope);
    }
    napi_set_element(env, page, 0, items);
    napi_set_element(env, page, 1, value_text(env, list->next(object)));
    return page;
}

static napi_value field_value(napi_env env, const field *field, const char *base)
{
    int32_t int32;
    uint32_t uint32;
    int64_t int64;
    const char *text;

    switch (field->kind) {
    case FIELD_TEXT:
        memcpy(&text, base + field->offset, sizeof text);
        return value_text(env, text);
    case FIELD_CHARS:
        return value_text(env, base + field->offset);
    case FIELD_INT32:
        memcpy(&int32, base + field->offset, sizeof int32);
        return value_integer(env, int32);
    case FIELD_UINT32:
        memcpy(&uint32, base + field->offset, sizeof uint32);
        return value_integer(env, uint32);
    default:
        memcpy(&int64, base + field->offset, sizeof int64);
        return field->kind == FIELD_MONEY  ? value_money(env, int64)
               : field->kind == FIELD_TIME ? value_time(env, int64)
                                           : value_integer(env, int64);
    }
}

static napi_value record_value(napi_env env, const record *record, const void *object)
{
    napi_value result;

    napi_create_object(env, &result);
    for (size_t i = 0; i < record->field_count; i++) {
        napi_set_named_property(env, result, record->fields[i].name, field_value(env, &record->fields[i], object));
    }
    napi_object_freeze(env, result);
    return result;
}

static napi_value ids_value(napi_env env, const job *job, size_t index)
{
    size_t count = 0;
    void *bytes;
    napi_value buffer, result;

    for (size_t i = 0; i < job->function->argument_count; i++) {
        if (job->function->arguments[i].kind == OUT_SIZE) {
            count = job->slots[i].size;
        }
    }
    if (napi_create_arraybuffer(env, count * sizeof(uint32_t), &bytes, &buffer) != napi_ok) {
        return value_null(env);
    }
    if (count > 0) {
        memcpy(bytes, job->slots[index].pointer, count * sizeof(uint32_t));
    }
    napi_create_typedarray(env, napi_uint32_array, count, buffer, 0, &result);
    return result;
}

/* Wraps the opened engine or session in a handle. */
static napi_value opened_value(napi_env env, job *job, size_t index, handle_kind kind)
{
    void *object = job->slots[index].pointer;
    host *lent = kind == HANDLE_ENGINE ? job->host : job->subject != NULL ? job->subject->host : NULL;
    handle *made = object != NULL ? handle_create(job->environment, kind, object, lent) : NULL;
    napi_value result;

    if (made == NULL) {
        return value_null(env);
    }
    job->slots[index].pointer = NULL;
    result = handle_wrap(env, made);
    return result != NULL ? result : value_null(env);
}

static napi_value out_value(napi_env env, job *job, size_t index)
{
    const argument *argument = &job->function->arguments[index];
    const slot *slot = &job->slots[index];

    switch (argument->kind) {
    case OUT_ENGINE:
        return opened_value(env, job, index, HANDLE_ENGINE);
    case OUT_SESSION:
        return opened_value(env, job, index, HANDLE_SESSION);
    case OUT_SNAPSHOT:
        return slot->pointer != NULL ? snapshot_value(env, job, argument->extra, slot->pointer) : value_null(env);
    case OUT_LIST:
        return slot->pointer != NULL ? list_value(env, job, &lists[argument->extra], slot->pointer) : value_null(env);
    case OUT_RECORD:
        return record_value(env, &records[argument->extra], slot->pointer);
    case OUT_INT32:
        return value_integer(env, slot->int32);
    case OUT_SIZE:
        return value_integer(env, (int64_t)slot->size);
    case OUT_IDS:
        return ids_value(env, job, index);
    default:
        return value_integer(env, slot->int64);
    }
}

static napi_value plain_value(napi_env env, const job *job)
{
    switch (job->function->returns) {
    case RETURNS_INT32:
        return value_integer(env, job->result.int32);
    case RETURNS_SIZE:
        return value_integer(env, (int64_t)job->result.size);
    case RETURNS_TEXT:
        return value_text(env, job->result.text);
    default:
        return value_null(env);
    }
}

/* Several results are an array in the order of the header. */
napi_value results_value(napi_env env, job *job)
{
    napi_value outs[FUNCTION_ARGUMENTS_MAX], result;
    size_t count = 0;

    if (job->function->returns != RETURNS_STATUS) {
        return plain_value(env, job);
    }
    for (size_t i = 0; i < job->function->argument_count; i++) {
        if (job->function->arguments[i].kind == OUT_IDS && job->status == CPK_OK) {
            return ids_value(env, job, i);
        }
        if (job->function->arguments[i].kind >= OUT_ENGINE) {
            outs[count++] = job->function->arguments[i].kind == OUT_IDS ? value_null(env) : out_value(env, job, i);
        }
    }
    if (count <= 1) {
        return count == 1 ? outs[0] : value_null(env);
    }
    napi_create_array_with_length(env, count, &result);
    for (size_t i = 0; i < count; i++) {
        napi_set_element(env, result, (uint32_t)i, outs[i]);
    }
    return result;
}
