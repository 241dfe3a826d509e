#include "arguments.h"
#include "extractor.h"
#include "library.h"

#include <stdlib.h>
#include <string.h>

/* Reads a text into the job's memory; *text is NULL for null. Rejects NULs, which would truncate it silently. */
static bool read_text(napi_env env, job *job, napi_value value, const char *name, const char **text)
{
    size_t length;
    char *copy;

    *text = NULL;
    if (value_is_nothing(env, value)) {
        return true;
    }
    if (napi_get_value_string_utf8(env, value, NULL, 0, &length) != napi_ok) {
        return value_throw(env, "%s must be a string", name);
    }
    copy = job_allocate(job, length + 1);
    if (copy == NULL) {
        return value_throw(env, "no memory for %s", name);
    }
    napi_get_value_string_utf8(env, value, copy, length + 1, &length);
    if (memchr(copy, '\0', length) != NULL) {
        return value_throw(env, "%s must not hold NUL characters", name);
    }
    *text = copy;
    return true;
}

/* A list of texts, none of which is null. */
static bool read_texts(napi_env env, job *job, napi_value value, const char *name, slot *slots)
{
    const char **texts;
    uint32_t count = 0;

    if (napi_get_array_length(env, value, &count) != napi_ok) {
        return value_throw(env, "%s must be a list of strings", name);
    }
    texts = job_allocate(job, ((size_t)count + 1) * sizeof *texts);
    if (texts == NULL) {
        return value_throw(env, "no memory for %s", name);
    }
    for (uint32_t i = 0; i < count; i++) {
        napi_value item = NULL;

        napi_get_element(env, value, i, &item);
        if (!read_text(env, job, item, name, &texts[i])) {
            return false;
        }
    }
    slots[0].pointer = (void *)texts;
    slots[1].size = count;
    return true;
}

/* Bytes are read in place, and their owner is kept until the job ends; a string is copied. */
static bool read_bytes(napi_env env, job *job, napi_value value, const char *name, const void **bytes, size_t *length)
{
    napi_valuetype type;
    void *data;
    char *copy;

    napi_typeof(env, value, &type);
    if (type == napi_string) {
        napi_get_value_string_utf8(env, value, NULL, 0, length);
        copy = job_allocate(job, *length + 1);
        if (copy == NULL) {
            return value_throw(env, "no memory for %s", name);
        }
        napi_get_value_string_utf8(env, value, copy, *length + 1, length);
        *bytes = copy;
        return true;
    }
    if (!value_read_bytes(env, value, &data, length)) {
        return value_throw(env, "%s must be a string, a Buffer or a typed array", name);
    }
    if (*length == 0) {
        *bytes = "";
    } else if (job->caller.id == 0) { /* the call ends before any JavaScript runs */
        *bytes = data;
    } else { /* JavaScript may transfer, detach or change the bytes while a worker reads */
        copy = job_allocate(job, *length);
        if (copy == NULL) {
            return value_throw(env, "no memory for %s", name);
        }
        memcpy(copy, data, *length);
        *bytes = copy;
    }
    return true;
}

static bool read_integer(napi_env env, napi_value value, const char *name, int64_t minimum, int64_t maximum,
                         int64_t *integer)
{
    *integer = 0;
    if (value_is_nothing(env, value)) {
        return true;
    }
    if (!value_read_integer(env, value, integer) || *integer < minimum || *integer > maximum) {
        return value_throw(env, "%s must be an integer in its range", name);
    }
    return true;
}

static napi_value property(napi_env env, napi_value object, const char *name)
{
    napi_value value = NULL;

    napi_get_named_property(env, object, name, &value);
    return value;
}

static bool make_cancel(napi_env env, job *job)
{
    return job->cancel != NULL || library.cpk_cancel_create(&job->cancel, NULL) == CPK_OK ||
           value_throw(env, "no memory for the call");
}

/* How the call is watched and stopped. */
static bool fill_run(napi_env env, job *job)
{
    job->run.struct_size = sizeof job->run;
    job->run.flags = (job->flags & JOB_PARTIAL) != 0 ? CPK_RUN_PARTIAL : 0;
    job->run.progress = job_progress;
    job->run.note = (job->flags & JOB_NOTE) != 0 ? job_note : NULL;
    job->run.progress_user = job->run.note_user = job;
    if (!make_cancel(env, job)) {
        return false;
    }
    job->run.cancel = job->cancel;
    return true;
}

static bool read_field(napi_env env, job *job, napi_value value, const field *field, char *base)
{
    int64_t integer = 0;
    const char *text;

    switch (field->kind) {
    case FIELD_TEXT:
        if (!read_text(env, job, value, field->name, &text)) {
            return false;
        }
        memcpy(base + field->offset, &text, sizeof text);
        return true;
    case FIELD_RUN: {
        const cpk_run_options *run = &job->run;

        if (!fill_run(env, job)) {
            return false;
        }
        memcpy(base + field->offset, &run, sizeof run);
        return true;
    }
    case FIELD_INT32:
    case FIELD_UINT32: {
        bool is_signed = field->kind == FIELD_INT32;
        uint32_t number;

        if (!read_integer(env, value, field->name, is_signed ? INT32_MIN : 0, is_signed ? INT32_MAX : UINT32_MAX,
                          &integer)) {
            return false;
        }
        number = (uint32_t)integer;
        memcpy(base + field->offset, &number, sizeof number);
        return true;
    }
    default:
        if (!read_integer(env, value, field->name, INT64_MIN, INT64_MAX, &integer)) {
            return false;
        }
        memcpy(base + field->offset, &integer, sizeof integer);
        return true;
    }
}

static bool read_record(napi_env env, job *job, napi_value value, const record *record, slot *slot)
{
    uint32_t size = (uint32_t)record->size;
    napi_valuetype type;

    slot->pointer = NULL;
    if (value_is_nothing(env, value)) {
        return true;
    }
    napi_typeof(env, value, &type);
    slot->pointer = job_allocate(job, record->size);
    if (type != napi_object || slot->pointer == NULL) {
        return value_throw(env, "%s must be an object", record->name);
    }
    memcpy(slot->pointer, &size, sizeof size);
    for (size_t i = 0; i < record->field_count; i++) {
        if (!read_field(env, job, property(env, value, record->fields[i].name), &record->fields[i], slot->pointer)) {
            return false;
        }
    }
    return true;
}

/* { path | url | data | read: true, name, sourceType } */
static bool read_input(napi_env env, job *job, napi_value value, slot *slot)
{
    cpk_input *input = job_allocate(job, sizeof *input);
    napi_valuetype type;
    napi_value data, stream;
    int64_t source_type;

    napi_typeof(env, value, &type);
    if (input == NULL || type != napi_object) {
        return value_throw(env, "input must be an object");
    }
    input->struct_size = sizeof *input;
    slot->pointer = input;
    data = property(env, value, "data");
    stream = property(env, value, "read");
    if (!read_text(env, job, property(env, value, "path"), "path", &input->path) ||
        !read_text(env, job, property(env, value, "url"), "url", &input->url) ||
        !read_text(env, job, property(env, value, "name"), "name", &input->name) ||
        !read_integer(env, property(env, value, "sourceType"), "sourceType", 0, INT32_MAX, &source_type)) {
        return false;
    }
    input->source_type = (int32_t)source_type;
    if (!value_is_nothing(env, stream)) {
        input->read = job_read;
        input->read_user = job;
    }
    return value_is_nothing(env, data) || read_bytes(env, job, data, "data", &input->data, &input->length);
}

/* Calls each item of a list of [name, value] pairs. */
static bool read_settings(napi_env env, job *job, napi_value list, cpk_engine_options *options)
{
    uint32_t count = 0;
    cpk_setting *settings;

    if (value_is_nothing(env, list) || napi_get_array_length(env, list, &count) != napi_ok || count == 0) {
        return true;
    }
    settings = job_allocate(job, count * sizeof *settings);
    if (settings == NULL) {
        return value_throw(env, "no memory for settings");
    }
    for (uint32_t i = 0; i < count; i++) {
        napi_value pair, name, value;

        napi_get_element(env, list, i, &pair);
        napi_get_element(env, pair, 0, &name);
        napi_get_element(env, pair, 1, &value);
        if (!read_text(env, job, name, "a setting's name", &settings[i].name) ||
            !read_integer(env, value, settings[i].name, INT64_MIN, INT64_MAX, &settings[i].value)) {
            return false;
        }
    }
    options->settings = settings;
    options->setting_count = count;
    return true;
}

static bool read_text_settings(napi_env env, job *job, napi_value list, cpk_engine_options *options)
{
    uint32_t count = 0;
    cpk_text_setting *settings;

    if (value_is_nothing(env, list) || napi_get_array_length(env, list, &count) != napi_ok || count == 0) {
        return true;
    }
    settings = job_allocate(job, count * sizeof *settings);
    if (settings == NULL) {
        return value_throw(env, "no memory for text settings");
    }
    for (uint32_t i = 0; i < count; i++) {
        napi_value pair, name, value;

        napi_get_element(env, list, i, &pair);
        napi_get_element(env, pair, 0, &name);
        napi_get_element(env, pair, 1, &value);
        if (!read_text(env, job, name, "a setting's name", &settings[i].name) ||
            !read_text(env, job, value, settings[i].name, &settings[i].value)) {
            return false;
        }
    }
    options->text_settings = settings;
    options->text_setting_count = count;
    return true;
}

/* [identity, capabilities] */
static bool read_analyzer(napi_env env, job *job, napi_value analyzer, host *host)
{
    napi_value identity_value, capabilities_value;
    const char *identity;
    int64_t capabilities;

    napi_get_element(env, analyzer, 0, &identity_value);
    napi_get_element(env, analyzer, 1, &capabilities_value);
    if (!read_text(env, job, identity_value, "identity", &identity) ||
        !read_integer(env, capabilities_value, "capabilities", 0, INT64_MAX, &capabilities)) {
        return false;
    }
    host->identity = strdup(identity);
    if (host->identity == NULL) {
        return value_throw(env, "no memory for the analyzer's identity");
    }
    host_analyzer(host, (uint64_t)capabilities);
    return true;
}

/* { host, storage, database: [dialect, capabilities], analyzer: [identity, capabilities], extractors: [name], clock,
 * random, log } */
static bool read_host(napi_env env, job *job, napi_value lent, cpk_engine_options *options)
{
    napi_value database = property(env, lent, "database"), analyzer = property(env, lent, "analyzer");
    int64_t id, level, dialect, capabilities;
    cell names = {.kind = CELL_NULL};
    host *host;

    if (!read_integer(env, property(env, lent, "host"), "host", 1, UINT32_MAX, &id) ||
        !read_integer(env, property(env, lent, "log"), "logLevel", 0, INT32_MAX, &level) ||
        (host = host_create(&job->environment->bridge, (uint32_t)id)) == NULL) {
        return false;
    }
    job->host = host;
    if (!value_is_nothing(env, property(env, lent, "storage"))) {
        host_storage(host);
        options->storage_driver = &host->storage;
    }
    if (!value_is_nothing(env, database)) {
        napi_value dialect_value, capabilities_value;

        napi_get_element(env, database, 0, &dialect_value);
        napi_get_element(env, database, 1, &capabilities_value);
        if (!read_integer(env, dialect_value, "dialect", 0, INT32_MAX, &dialect) ||
            !read_integer(env, capabilities_value, "capabilities", 0, INT64_MAX, &capabilities)) {
            return false;
        }
        host_database(host, (int32_t)dialect, (uint64_t)capabilities);
        options->database_driver = &host->database;
    }
    if (!value_is_nothing(env, analyzer)) {
        if (!read_analyzer(env, job, analyzer, host)) {
            return false;
        }
        options->analyzer_driver = &host->analyzer;
    }
    if (!cell_read(env, property(env, lent, "extractors"), &names)) {
        return value_throw(env, "extractors must be a list");
    }
    for (size_t i = 0; names.kind == CELL_LIST && i < names.length; i++) {
        extractor_add(host, names.items[i].bytes);
    }
    cell_free(&names);
    options->extractor_drivers = host->extractor_count > 0 ? host->extractor_drivers : NULL;
    options->extractor_driver_count = host->extractor_count;
    options->log = level > 0 ? host_log : NULL;
    options->log_level = (int32_t)level;
    options->clock = value_is_nothing(env, property(env, lent, "clock")) ? NULL : host_clock;
    options->random = value_is_nothing(env, property(env, lent, "random")) ? NULL : host_random;
    options->log_user = options->clock_user = options->random_user = host;
    return true;
}

static bool read_engine_options(napi_env env, job *job, napi_value value, slot *slot)
{
    cpk_engine_options *options;
    napi_value lent;
    int64_t flags;

    slot->pointer = NULL;
    if (value_is_nothing(env, value)) {
        return true;
    }
    options = job_allocate(job, sizeof *options);
    if (options == NULL) {
        return value_throw(env, "no memory for the options");
    }
    options->struct_size = sizeof *options;
    slot->pointer = options;
    if (!read_text(env, job, property(env, value, "database"), "database", &options->database) ||
        !read_text(env, job, property(env, value, "storage"), "storage", &options->storage) ||
        !read_text(env, job, property(env, value, "analyzer"), "analyzer", &options->analyzer) ||
        !read_integer(env, property(env, value, "flags"), "flags", 0, UINT32_MAX, &flags) ||
        !read_settings(env, job, property(env, value, "settings"), options) ||
        !read_text_settings(env, job, property(env, value, "textSettings"), options)) {
        return false;
    }
    options->flags = (uint32_t)flags;
    lent = property(env, value, "lent");
    return value_is_nothing(env, lent) || read_host(env, job, lent, options);
}

static bool read_handle(napi_env env, job *job, napi_value value, handle_kind kind, slot *slot)
{
    handle *handle = handle_unwrap(env, value, kind);

    if (handle == NULL) {
        return false;
    }
    if (handle->is_closed) {
        return value_throw_closed(env, kind == HANDLE_SESSION ? "this session" : "this engine");
    }
    slot->pointer = handle->object;
    job->subject = handle_keep(handle);
    return true;
}

static bool read_number(napi_env env, napi_value value, const argument *argument, slot *slot)
{
    int64_t minimum = argument->kind == ARG_INT32 ? INT32_MIN : argument->kind == ARG_INT64 ? INT64_MIN : 0;
    int64_t maximum = argument->kind == ARG_INT32 ? INT32_MAX : argument->kind == ARG_UINT32 ? UINT32_MAX : INT64_MAX;
    int64_t integer;

    if (!read_integer(env, value, argument->name, minimum, maximum, &integer)) {
        return false;
    }
    if (argument->kind == ARG_INT32) {
        slot->int32 = (int32_t)integer;
    } else if (argument->kind == ARG_UINT32) {
        slot->uint32 = (uint32_t)integer;
    } else if (argument->kind == ARG_SIZE) {
        slot->size = (size_t)integer;
    } else {
        slot->int64 = integer;
    }
    return true;
}

static bool read_argument(napi_env env, job *job, size_t index, napi_value value)
{
    const argument *argument = &job->function->arguments[index];
    slot *slot = &job->slots[index];

    switch (argument->kind) {
    case ARG_ENGINE:
        return read_handle(env, job, value, HANDLE_ENGINE, slot);
    case ARG_SESSION:
        return read_handle(env, job, value, HANDLE_SESSION, slot);
    case ARG_TEXT:
        return read_text(env, job, value, argument->name, &slot->text);
    case ARG_TEXTS:
        return read_texts(env, job, value, argument->name, slot);
    case ARG_BYTES: {
        const void *bytes;
        bool done = read_bytes(env, job, value, argument->name, &bytes, &job->slots[index + 1].size);

        slot->pointer = done ? (void *)(uintptr_t)bytes : NULL;
        return done;
    }
    case ARG_RECORD:
        return read_record(env, job, value, &records[argument->extra], slot);
    case ARG_INPUT:
        return read_input(env, job, value, slot);
    case ARG_ENGINE_OPTIONS:
        return read_engine_options(env, job, value, slot);
    default:
        return read_number(env, value, argument, slot);
    }
}

/* Allocates the results, and sets the callbacks. */
static bool fill_argument(napi_env env, job *job, size_t index)
{
    static void (*const emitters[])(void) = {(void (*)(void))job_message,   (void (*)(void))job_chunk,
                                             (void (*)(void))job_migration, (void (*)(void))job_check,
                                             (void (*)(void))job_change,    (void (*)(void))job_drift,
                                             (void (*)(void))job_orphan};
    const argument *argument = &job->function->arguments[index];
    slot *slot = &job->slots[index];
    uint32_t size;

    switch (argument->kind) {
    case ARG_RUN:
        slot->pointer = &job->run;
        return fill_run(env, job);
    case ARG_CANCEL:
        if (!make_cancel(env, job)) {
            return false;
        }
        slot->pointer = job->cancel;
        return true;
    case ARG_WRITE:
        slot->call = (void (*)(void))job_write;
        job->slots[index + 1].pointer = job;
        return true;
    case ARG_EMIT:
        slot->call = emitters[argument->extra];
        job->slots[index + 1].pointer = job;
        return true;
    case OUT_RECORD:
        size = (uint32_t)records[argument->extra].size;
        slot->pointer = job_allocate(job, size);
        if (slot->pointer == NULL) {
            return value_throw(env, "no memory for the call");
        }
        memcpy(slot->pointer, &size, sizeof size);
        return true;
    case OUT_IDS: { /* ids of a text that is not UTF-8: three for each byte */
        size_t length = 0;

        for (size_t i = 0; i < index; i++) {
            length = job->function->arguments[i].kind == ARG_BYTES ? job->slots[i + 1].size : length;
        }
        slot->pointer = length < SIZE_MAX / 16 ? job_allocate(job, length * 3 * sizeof(uint32_t)) : NULL;
        job->slots[index + 1].size = length * 3;
        return slot->pointer != NULL || value_throw(env, "no memory for the call");
    }
    default:
        return true;
    }
}

/* maxChunks, maxTokens, password: those that were given. */
static bool read_run_values(napi_env env, job *job, const napi_value *values, size_t count)
{
    return (count < 1 || read_integer(env, values[0], "maxChunks", 0, INT64_MAX, &job->run.max_chunks)) &&
           (count < 2 || read_integer(env, values[1], "maxTokens", 0, INT64_MAX, &job->run.max_tokens)) &&
           (count < 3 || read_text(env, job, values[2], "password", &job->run.password));
}

bool arguments_read(napi_env env, job *job, const napi_value *values, size_t count)
{
    size_t given = 0;

    for (size_t i = 0; i < job->function->argument_count; i++) {
        argument_kind kind = job->function->arguments[i].kind;

        if (kind < ARG_FILLED) {
            if (!read_argument(env, job, i, given < count ? values[given] : value_null(env))) {
                return false;
            }
            given++;
        } else if (kind != ARG_FILLED && !fill_argument(env, job, i)) {
            return false;
        }
    }
    return read_run_values(env, job, values + given, count > given ? count - given : 0);
}
