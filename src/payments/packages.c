#include "payments/packages.h"

#include "base/error.h"
#include "base/memory.h"

#include <string.h>

static size_t text_bytes(const char *text)
{
    return text != NULL ? strlen(text) + 1 : 0;
}

static const char *take_copy(char **end, const char *text)
{
    char *copy = *end;

    if (text == NULL) {
        return NULL;
    }
    memcpy(copy, text, strlen(text) + 1);
    *end += strlen(text) + 1;
    return copy;
}

static cpk_status record_of(const struct context *context, const struct package *facts, cpk_package **record,
                            cpk_error **error)
{
    size_t bytes = sizeof **record + text_bytes(facts->id) + text_bytes(facts->name) + text_bytes(facts->currency) +
                   text_bytes(facts->interval) + text_bytes(facts->price_id);
    cpk_package *made = memory_allocate_zeroed(&context->allocator, bytes);

    *record = made;
    if (made == NULL) {
        return error_out_of_memory(error);
    }
    made->record.allocator = context->allocator;
    made->record.size_bytes = bytes;
    made->record.text_end = (char *)(made + 1);
    made->facts = *facts;
    made->facts.id = take_copy(&made->record.text_end, facts->id);
    made->facts.name = take_copy(&made->record.text_end, facts->name);
    made->facts.currency = take_copy(&made->record.text_end, facts->currency);
    made->facts.interval = take_copy(&made->record.text_end, facts->interval);
    made->facts.price_id = take_copy(&made->record.text_end, facts->price_id);
    return CPK_OK;
}

static cpk_status add_all(const struct context *context, const struct package_list *packages, struct record_list *list,
                          cpk_error **error)
{
    for (size_t i = 0; i < packages->count; i++) {
        cpk_package *record;

        CPK_TRY(record_of(context, &packages->items[i], &record, error));
        CPK_TRY(record_list_add(list, record, error));
    }
    return CPK_OK;
}

static cpk_status read_setting(const struct context *context, struct arena *arena, struct package_list *packages,
                               cpk_error **error)
{
    return package_list_read(context_text_setting(context, TEXT_SETTING_BILLING_PACKAGES), arena, packages, error);
}

cpk_status packages_read(const cpk_session *session, struct arena *arena, struct package_list *packages,
                         cpk_error **error)
{
    return read_setting(&session->engine->context, arena, packages, error);
}

cpk_status packages_list(const cpk_session *session, struct record_list **packages, cpk_error **error)
{
    const struct context *context = &session->engine->context;
    struct package_list read;
    struct arena arena;
    cpk_status status;

    *packages = NULL;
    arena_init(&arena, &context->allocator);
    CPK_TRY_CLEANUP(read_setting(context, &arena, &read, error));
    CPK_TRY_CLEANUP(record_list_create(context, packages, error));
    status = add_all(context, &read, *packages, error);
cleanup:
    if (status != CPK_OK) {
        record_list_free(*packages);
        *packages = NULL;
    }
    arena_free(&arena);
    return status;
}

cpk_status packages_get(const cpk_session *session, const char *id, cpk_package **package, cpk_error **error)
{
    const struct context *context = &session->engine->context;
    const struct package *found;
    struct package_list read;
    struct arena arena;
    cpk_status status;

    *package = NULL;
    arena_init(&arena, &context->allocator);
    CPK_TRY_CLEANUP(read_setting(context, &arena, &read, error));
    found = package_find(&read, id);
    status = found != NULL ? record_of(context, found, package, error)
                           : error_set(error, CPK_ERROR_NOT_FOUND, "billing",
                                       "the setting billing.packages has no package \"%s\"", id);
cleanup:
    arena_free(&arena);
    return status;
}
