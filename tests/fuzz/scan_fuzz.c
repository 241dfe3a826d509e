#include "extract/json/json_split.h"
#include "fuzz/extract_target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static cpk_status take_element(void *user, struct json_element *element, cpk_error **error)
{
    const uint64_t *size = user;

    (void)error;
    if (element->offset < 0 || (uint64_t)element->offset + element->length > *size || element->length == 0) {
        abort();
    }
    element->accepted = element->length % 2 == 0;
    return CPK_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_source source;
    cpk_reader reader = fuzz_reader(&source, data, size, "fuzz.json");
    cpk_sink sink = fuzz_sink();
    cpk_error *error = NULL;
    uint64_t total = size;
    struct context context;

    context_init(&context);
    context.settings.values[SETTING_IMPORT_MAX_CONVERSATION_BYTES] = 1024;
    context.settings.values[SETTING_IMPORT_MAX_JSON_DEPTH] = 16;
    json_split_read(&context, &reader, &sink, take_element, &total, &error);
    cpk_error_free(error);
    return 0;
}
