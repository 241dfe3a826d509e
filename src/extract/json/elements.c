#include "extract/json/elements.h"

#include "base/error.h"
#include "base/memory.h"

#include <stdio.h>

#define SPANS_KEPT 65536 /* larger indexes are freed after their element */

struct elements {
    const struct context *context;
    const cpk_reader *reader;
    const cpk_sink *sink;
    struct json_doc doc; /* reused for all elements */
    element_fn each;
    void *user;
};

static cpk_status add_note(struct elements *elements, int32_t note, const char *text, cpk_error **error)
{
    return elements->sink->note(elements->sink->self, note, elements->reader->name, text, error);
}

static cpk_status note_refused(struct elements *elements, const struct json_element *raw, cpk_error **error)
{
    char text[256];

    snprintf(text, sizeof text, "conversation %lld can't be read: not valid JSON at byte %lld: %s",
             (long long)raw->index + 1, (long long)raw->offset + (long long)elements->doc.problem_at,
             elements->doc.problem);
    return add_note(elements, CPK_NOTE_UNREADABLE_CONVERSATION, text, error);
}

static cpk_status note_values(struct elements *elements, const struct json_element *raw, cpk_error **error)
{
    char text[256];

    snprintf(text, sizeof text,
             "conversation %lld (byte %lld) has more values than import.max_json_values (%lld) and was skipped",
             (long long)raw->index + 1, (long long)raw->offset,
             (long long)context_setting(elements->context, SETTING_IMPORT_MAX_JSON_VALUES));
    return add_note(elements, CPK_NOTE_OVER_LIMIT, text, error);
}

static cpk_status read_element(void *user, struct json_element *raw, cpk_error **error)
{
    struct elements *elements = user;
    struct json_doc *doc = &elements->doc;
    cpk_status status = CPK_OK;

    if (!raw->is_read) {
        status = json_doc_read(doc, raw->json, raw->length,
                               (size_t)context_setting(elements->context, SETTING_IMPORT_MAX_JSON_DEPTH),
                               (size_t)context_setting(elements->context, SETTING_IMPORT_MAX_JSON_VALUES));
    }
    if (status == CPK_ERROR_OUT_OF_MEMORY) {
        return error_out_of_memory(error);
    }
    if (status == CPK_OK) {
        status = elements->each(elements->user, json_doc_root(doc), raw, error);
    } else if (raw->uncertain) {
        status = CPK_OK;
    } else if (doc->problem != NULL) {
        status = note_refused(elements, raw, error);
    } else {
        status = note_values(elements, raw, error);
    }
    json_doc_release_above(doc, SPANS_KEPT);
    return status;
}

static cpk_status read_elements(struct elements *elements, int32_t are_values, cpk_error **error)
{
    const struct context *context = elements->context;
    cpk_status status;

    json_doc_init(&elements->doc, &context->allocator);
    CPK_TRY_CLEANUP(context_random(context, elements->doc.hash_key, sizeof elements->doc.hash_key, error));
    status = are_values
                 ? json_split_read_values(context, elements->reader, elements->sink, read_element, elements, error)
                 : json_split_read_docs(context, elements->reader, elements->sink, &elements->doc, read_element,
                                        elements, error);
cleanup:
    json_doc_free(&elements->doc);
    return status;
}

cpk_status elements_read(const struct context *context, const cpk_reader *reader, const cpk_sink *sink, element_fn each,
                         void *user, cpk_error **error)
{
    struct elements elements = {.context = context, .reader = reader, .sink = sink, .each = each, .user = user};

    return read_elements(&elements, 0, error);
}

cpk_status elements_read_values(const struct context *context, const cpk_reader *reader, const cpk_sink *sink,
                                element_fn each, void *user, cpk_error **error)
{
    struct elements elements = {.context = context, .reader = reader, .sink = sink, .each = each, .user = user};

    return read_elements(&elements, 1, error);
}
