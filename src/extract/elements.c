#include "extract/elements.h"

#include "base/error.h"

#include <limits.h>
#include <stdio.h>

typedef struct elements {
    const cpk_reader *reader;
    const cpk_sink *sink;
    struct json_tokener *tokener; /* one for all: its stack of import.max_json_depth levels is made once */
    element_fn each;
    void *user;
} elements;

static cpk_status note_refused(elements *elements, const scan_element *raw, const char *why, size_t at,
                               cpk_error **error)
{
    char text[256];

    if (raw->uncertain) {
        return CPK_OK;
    }
    snprintf(text, sizeof text, "conversation %lld can't be read: not valid JSON at byte %lld: %s",
             (long long)raw->index + 1, (long long)raw->offset + (long long)at, why);
    return elements->sink->note(elements->sink->self, CPK_NOTE_DAMAGED, elements->reader->name, text, error);
}

static cpk_status parse_element(void *user, scan_element *raw, cpk_error **error)
{
    elements *elements = user;
    struct json_object *value;
    enum json_tokener_error problem;
    cpk_status status;

    if (raw->length > INT_MAX) {
        return note_refused(elements, raw, "longer than 2 GiB", 0, error);
    }
    json_tokener_reset(elements->tokener);
    value = json_tokener_parse_ex(elements->tokener, raw->json, (int)raw->length);
    problem = json_tokener_get_error(elements->tokener);
    if (problem == json_tokener_continue && raw->length > 0 && raw->json[0] != '{' && raw->json[0] != '[') {
        /* A number ends only where something else begins. */
        value = json_tokener_parse_ex(elements->tokener, " ", 1);
        problem = json_tokener_get_error(elements->tokener);
    }
    if (problem != json_tokener_success) {
        const char *why = problem == json_tokener_continue ? "it ends too early" : json_tokener_error_desc(problem);

        return note_refused(elements, raw, why, json_tokener_get_parse_end(elements->tokener), error);
    }
    status = elements->each(elements->user, value, raw, error);
    json_object_put(value);
    return status;
}

cpk_status elements_read(const context *context, const cpk_reader *reader, const cpk_sink *sink, element_fn each,
                         void *user, cpk_error **error)
{
    elements elements = {.reader = reader, .sink = sink, .each = each, .user = user};
    cpk_status status;

    elements.tokener = json_tokener_new_ex((int)context_setting(context, SETTING_IMPORT_MAX_JSON_DEPTH) + 1);
    if (elements.tokener == NULL) {
        return error_out_of_memory(error);
    }
    status = scan_read(context, reader, sink, parse_element, &elements, error);
    json_tokener_free(elements.tokener);
    return status;
}
