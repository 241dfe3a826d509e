#include "analyze/models/models.h"

#include "analyze/models/call.h"
#include "analyze/models/protocol.h"
#include "base/error.h"
#include "base/memory.h"

#include <string.h>

struct models {
    struct model_server server;
    pthread_mutex_t mutex; /* of the creation of server.http */
    struct buffer identity;
};

int32_t models_match(const char *uri)
{
    return model_options_match(uri);
}

/* What changes answers, and nothing that is secret. */
static void write_identity(struct models *models)
{
    const struct model_options *options = &models->server.options;
    struct buffer *text = &models->identity;

    buffer_append_format(text, "%s:%s", options->protocol == MODEL_OPENAI ? "openai" : "anthropic", options->name);
    if (!options->is_default_url) {
        buffer_append_format(text, " base_url=%s", options->base_url);
    }
    if (options->temperature_milli >= 0) {
        buffer_append_format(text, " temperature=%lld.%03lld", (long long)(options->temperature_milli / 1000),
                             (long long)(options->temperature_milli % 1000));
    }
    if (options->has_seed) {
        buffer_append_format(text, " seed=%lld", (long long)options->seed);
    }
    if (options->max_output_tokens > 0) {
        buffer_append_format(text, " max_output_tokens=%lld", (long long)options->max_output_tokens);
    }
}

static const char *models_identity(void *self)
{
    return buffer_text(&((const struct models *)self)->identity);
}

/* The first call loads libcurl: an engine that asks no model needs none. */
static cpk_status open_client(struct models *models, cpk_error **error)
{
    cpk_status status = CPK_OK;

    pthread_mutex_lock(&models->mutex);
    if (models->server.http == NULL) {
        status = http_create(models->server.context, &models->server.http, error);
    }
    pthread_mutex_unlock(&models->mutex);
    return status;
}

static cpk_status models_analyze(void *self, const cpk_analyzer_request *request, cpk_write_fn write, void *write_user,
                                 cpk_analyzer_usage *usage, cpk_error **error)
{
    struct models *models = self;

    CPK_TRY(open_client(models, error));
    return call_model(&models->server, request, write, write_user, usage, error);
}

static int64_t models_concurrency(void *self)
{
    return ((const struct models *)self)->server.throttle.max_running;
}

static void models_destroy(void *self)
{
    struct models *models = self;

    http_free(models->server.http);
    throttle_free(&models->server.throttle);
    pthread_mutex_destroy(&models->mutex);
    buffer_free(&models->identity);
    memory_release(&models->server.context->allocator, models, sizeof *models);
}

static int start_throttle(struct models *models)
{
    const struct context *context = models->server.context;
    int64_t concurrency = models->server.options.concurrency;

    if (concurrency == 0) {
        concurrency = context_setting(context, SETTING_MODELS_CONCURRENCY);
    }
    return throttle_init(&models->server.throttle, concurrency,
                         context_setting(context, SETTING_MODELS_BREAKER_FAILURES),
                         context_setting(context, SETTING_MODELS_BREAKER_MS));
}

static cpk_status start(struct models *models, const char *uri, cpk_error **error)
{
    CPK_TRY(model_options_parse(models->server.context, uri, &models->server.options, error));
    write_identity(models);
    atomic_init(&models->server.features, protocol_features(&models->server.options));
    if (models->identity.failed || pthread_mutex_init(&models->mutex, NULL) != 0) {
        return error_out_of_memory(error);
    }
    if (start_throttle(models) != 0) {
        pthread_mutex_destroy(&models->mutex);
        return error_out_of_memory(error);
    }
    return CPK_OK;
}

cpk_status models_driver_create(cpk_analyzer_driver *driver, const struct context *context, const char *uri,
                                cpk_error **error)
{
    struct models *created = memory_allocate_zeroed(&context->allocator, sizeof *created);
    cpk_status status;

    memset(driver, 0, sizeof *driver);
    if (created == NULL) {
        return error_out_of_memory(error);
    }
    created->server.context = context;
    buffer_init(&created->identity, &context->allocator);
    status = start(created, uri, error);
    if (status != CPK_OK) {
        buffer_free(&created->identity);
        memory_release(&context->allocator, created, sizeof *created);
        return status;
    }
    driver->abi_version = CPK_ANALYZER_ABI;
    driver->struct_size = sizeof *driver;
    driver->capabilities = CPK_ANALYZER_IS_MODEL | (created->server.options.is_local ? 0 : CPK_ANALYZER_IS_REMOTE);
    driver->self = created;
    driver->destroy = models_destroy;
    driver->identity = models_identity;
    driver->analyze = models_analyze;
    driver->concurrency = models_concurrency;
    return CPK_OK;
}
