#include "engine/engine.h"

#include "analyze/extractive.h"
#include "analyze/models/models.h"
#include "base/driver.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/sized.h"
#include "database/migrate.h"
#include "engine/privacy.h"
#include "pdf/helper.h"
#include "storage/place.h"

#include <stddef.h>
#include <string.h>

#define EXTRACTIVE_URI "extractive:"

static cpk_status set_context(struct context *context, const cpk_engine_options *options, cpk_error **error)
{
    context_init(context);
    if (options->allocator != NULL) {
        cpk_allocator *ours = &context->allocator;

        CPK_TRY(sized_read(ours, sizeof *ours, options->allocator, "engine", "the allocator", error));
        if (ours->allocate == NULL || ours->resize == NULL || ours->release == NULL) {
            return error_set(error, CPK_ERROR_INVALID_ARGUMENT, "engine", "the allocator lacks a slot");
        }
    }
    if (options->clock != NULL) {
        context->clock = options->clock;
        context->clock_user = options->clock_user;
    }
    if (options->random != NULL) {
        context->random = options->random;
        context->random_user = options->random_user;
    }
    context->master_key = options->master_key;
    context->master_key_user = options->master_key_user;
    context->log = options->log;
    context->log_user = options->log_user;
    if (options->log_level != 0) {
        context->log_level = options->log_level;
    }
    for (size_t i = 0; i < options->setting_count; i++) {
        CPK_TRY(settings_set(&context->settings, options->settings[i].name, options->settings[i].value, error));
    }
    for (size_t i = 0; i < options->text_setting_count; i++) {
        const cpk_text_setting *text = &options->text_settings[i];

        CPK_TRY(settings_set_text(&context->settings, &context->allocator, text->name, text->value, error));
    }
    return CPK_OK;
}

static cpk_status open_analyzer(cpk_engine *engine, const cpk_engine_options *options, cpk_error **error)
{
    if (options->analyzer_driver != NULL) {
        static const struct driver_slot required[] = {
            DRIVER_SLOT(cpk_analyzer_driver, identity),
            DRIVER_SLOT(cpk_analyzer_driver, analyze),
        };
        const struct driver_kind kind = {
            .domain = "engine",
            .name = "the analyzer driver",
            .abi_version = CPK_ANALYZER_ABI,
            .table_bytes = sizeof engine->analyzer,
            .bounds = STRUCT_BOUNDS(engine->analyzer),
            .capabilities = CPK_ANALYZER_IS_MODEL | CPK_ANALYZER_IS_REMOTE,
            .required = required,
            .required_count = sizeof required / sizeof *required,
        };

        return driver_copy(&engine->analyzer, options->analyzer_driver, &kind, error);
    }
    if (options->analyzer == NULL || strcmp(options->analyzer, EXTRACTIVE_URI) == 0) {
        engine->has_own_analyzer = 1;
        return extractive_driver_create(&engine->analyzer, &engine->context, error);
    }
    if (models_match(options->analyzer)) {
        engine->has_own_analyzer = 1;
        return models_driver_create(&engine->analyzer, &engine->context, options->analyzer, error);
    }
    return error_set(error, CPK_ERROR_UNSUPPORTED, "engine",
                     "analyzer \"%.32s\" is not known; this build has \"" EXTRACTIVE_URI
                     "\", \"openai:MODEL\" and \"anthropic:MODEL\"",
                     options->analyzer);
}

static cpk_status copy_extractors(cpk_engine *engine, const cpk_engine_options *options, cpk_error **error)
{
    static const struct driver_slot required[] = {
        DRIVER_SLOT(cpk_extractor_driver, name),
        DRIVER_SLOT(cpk_extractor_driver, sniff),
        DRIVER_SLOT(cpk_extractor_driver, extract),
    };
    const struct driver_kind kind = {
        .domain = "engine",
        .name = "an extractor driver",
        .abi_version = CPK_EXTRACTOR_ABI,
        .table_bytes = sizeof(cpk_extractor_driver),
        .bounds = STRUCT_BOUNDS((cpk_extractor_driver){0}),
        .required = required,
        .required_count = sizeof required / sizeof *required,
    };
    size_t count = options->extractor_driver_count;

    if (count == 0) {
        return CPK_OK;
    }
    engine->extractors = memory_allocate_array(&engine->context.allocator, count, sizeof *engine->extractors);
    engine->extractor_pointers =
        memory_allocate_array(&engine->context.allocator, count, sizeof *engine->extractor_pointers);
    engine->extractor_count = count;
    if (engine->extractors == NULL || engine->extractor_pointers == NULL) {
        return error_out_of_memory(error);
    }
    memset(engine->extractors, 0, count * sizeof *engine->extractors);
    for (size_t i = 0; i < count; i++) {
        cpk_extractor_driver *driver = &engine->extractors[i];

        CPK_TRY(driver_copy(driver, options->extractor_drivers[i], &kind, error));
        engine->extractor_pointers[i] = driver;
    }
    return CPK_OK;
}

static cpk_status open_database(cpk_engine *engine, const cpk_engine_options *options, cpk_error **error)
{
    int32_t create = (options->flags & CPK_ENGINE_NO_CREATE) == 0;
    cpk_status status;

    if (options->database_driver != NULL) {
        CPK_TRY(database_create(&engine->context, options->database_driver, &engine->database, error));
    } else if (options->database != NULL) {
        CPK_TRY((create ? database_open : database_open_existing)(&engine->context, options->database,
                                                                  &engine->database, error));
    } else {
        return CPK_OK;
    }
    if (options->flags & CPK_ENGINE_NO_MIGRATE) {
        return CPK_OK;
    }
    if (options->database != NULL && strcmp(options->database, "sqlite::memory:") == 0) {
        create = 1; /* an in-memory database always starts without tables */
    }
    status = database_prepare(engine->database, create, error);
    if ((status == CPK_ERROR_UNSUPPORTED || status == CPK_ERROR_INVALID_DATA || status == CPK_ERROR_NOT_FOUND) &&
        options->database != NULL &&
        strncmp(options->database, "sqlite:", 7) == 0) { /* other URIs may contain a password */
        return error_prefix(error, status, "%s", options->database);
    }
    return status;
}

/* A host's driver replaces the URI, unless that names layers to put on the driver. */
static cpk_status open_storage(cpk_engine *engine, const cpk_engine_options *options, cpk_error **error)
{
    struct storage_place place = {&engine->context, options->storage, options->storage_driver,
                                  (options->flags & CPK_ENGINE_NO_CREATE) == 0};
    int32_t layers;

    if (place.driver == NULL && place.uri == NULL) {
        return CPK_OK;
    }
    if (place.driver != NULL &&
        (place.uri == NULL || strcmp(storage_base_uri(place.uri, &layers), STORAGE_HOST_URI) != 0)) {
        place.uri = STORAGE_HOST_URI;
    }
    return storage_open_place(&place, &engine->storage, error);
}

static void destroy_analyzer(cpk_engine *engine)
{
    if (engine->analyzer.destroy != NULL) {
        engine->analyzer.destroy(engine->analyzer.self);
    }
}

static void destroy_drivers(cpk_engine *engine)
{
    destroy_analyzer(engine);
    for (size_t i = 0; i < engine->extractor_count; i++) {
        if (engine->extractors[i].destroy != NULL) {
            engine->extractors[i].destroy(engine->extractors[i].self);
        }
    }
}

static void close_seams(cpk_engine *engine)
{
    if (engine->offline.destroy != NULL) {
        engine->offline.destroy(engine->offline.self);
    }
    auth_free(atomic_load(&engine->auth));
    http_free(atomic_load(&engine->http));
    storage_free(engine->storage);
    database_free(engine->database);
    pdf_helper_free(engine->context.pdf_helper);
}

static void free_memory(cpk_engine *engine)
{
    const cpk_allocator allocator = engine->context.allocator;

    context_free(&engine->context);
    memory_release_array(&allocator, engine->extractors, engine->extractor_count, sizeof *engine->extractors);
    memory_release_array(&allocator, engine->extractor_pointers, engine->extractor_count,
                         sizeof *engine->extractor_pointers);
    memory_release(&allocator, engine, sizeof *engine);
}

static cpk_status open_parts(cpk_engine *engine, const cpk_engine_options *options, cpk_error **error)
{
    CPK_TRY(open_analyzer(engine, options, error));
    if ((engine->analyzer.capabilities & CPK_ANALYZER_IS_MODEL) != 0) {
        CPK_TRY(extractive_driver_create(&engine->offline, &engine->context, error));
    }
    CPK_TRY(pdf_helper_create(&engine->context, &engine->context.pdf_helper, error));
    CPK_TRY(copy_extractors(engine, options, error));
    CPK_TRY(open_database(engine, options, error));
    CPK_TRY(open_storage(engine, options, error));
    privacy_check(&engine->context, options->database_driver == NULL ? options->database : NULL,
                  options->storage_driver == NULL ? options->storage : NULL);
    return CPK_OK;
}

/* After a failed open the caller keeps ownership of its drivers. */
static void disown_drivers(cpk_engine *engine, const cpk_engine_options *options)
{
    if (options->database_driver != NULL) {
        database_disown_driver(engine->database);
    }
    if (options->storage_driver != NULL) {
        storage_disown_driver(engine->storage);
    }
}

cpk_status engine_create(const cpk_engine_options *options, cpk_engine **engine, cpk_error **error)
{
    struct context context;
    cpk_engine *opened;
    cpk_status status;

    status = set_context(&context, options, error);
    if (status != CPK_OK) {
        context_free(&context);
        return status;
    }
    opened = memory_allocate_zeroed(&context.allocator, sizeof *opened);
    if (opened == NULL) {
        context_free(&context);
        return error_out_of_memory(error);
    }
    opened->context = context;
    atomic_init(&opened->references, 1);
    status = open_parts(opened, options, error);
    if (status != CPK_OK) {
        disown_drivers(opened, options);
        close_seams(opened);
        if (opened->has_own_analyzer) {
            destroy_analyzer(opened);
        }
        free_memory(opened);
        return status;
    }
    *engine = opened;
    return CPK_OK;
}

void engine_retain(cpk_engine *engine)
{
    atomic_fetch_add(&engine->references, 1);
}

void engine_release(cpk_engine *engine)
{
    if (engine == NULL || atomic_fetch_sub(&engine->references, 1) != 1) {
        return;
    }
    close_seams(engine);
    destroy_drivers(engine);
    free_memory(engine);
}

cpk_status engine_need_database(const cpk_engine *engine, cpk_error **error)
{
    if (engine->database == NULL) {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, "engine", "the engine was opened without a database");
    }
    return CPK_OK;
}

cpk_status engine_need_storage(const cpk_engine *engine, cpk_error **error)
{
    if (engine->storage == NULL) {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, "engine", "the engine was opened without a storage");
    }
    return CPK_OK;
}

/* Several threads may create a client at the same time: the first one is kept, the others are freed. */
cpk_status engine_http(cpk_engine *engine, struct http **client, cpk_error **error)
{
    struct http *none = NULL;
    struct http *made;

    *client = atomic_load(&engine->http);
    if (*client != NULL) {
        return CPK_OK;
    }
    CPK_TRY(http_create(&engine->context, &made, error));
    if (atomic_compare_exchange_strong(&engine->http, &none, made)) {
        *client = made;
    } else {
        http_free(made);
        *client = none;
    }
    return CPK_OK;
}

cpk_status engine_auth(cpk_engine *engine, struct auth **found, cpk_error **error)
{
    struct http *client = NULL;
    struct auth *none = NULL;
    struct auth *made;

    *found = atomic_load(&engine->auth);
    if (*found != NULL) {
        return CPK_OK;
    }
    if (context_text_setting(&engine->context, TEXT_SETTING_AUTH_JWKS_URL)[0] != '\0') {
        CPK_TRY(engine_http(engine, &client, error));
    }
    CPK_TRY(auth_create(&engine->context, client, &made, error));
    if (atomic_compare_exchange_strong(&engine->auth, &none, made)) {
        *found = made;
    } else {
        auth_free(made);
        *found = none;
    }
    return CPK_OK;
}
