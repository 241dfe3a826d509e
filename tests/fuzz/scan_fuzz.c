#include "base/hash.h"
#include "extract/json/json_split.h"
#include "fuzz/extract_target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What a scan gave; the same with and without validation. */
struct taken {
    const struct json_doc *doc;
    uint64_t size;
    uint64_t count;
    uint64_t hash; /* of all positions */
};

static cpk_status take_element(void *user, struct json_element *element, cpk_error **error)
{
    struct taken *taken = user;
    int64_t place[4] = {element->offset, (int64_t)element->length, element->index, element->uncertain};

    (void)error;
    if (element->offset < 0 || (uint64_t)element->offset + element->length > taken->size || element->length == 0) {
        abort();
    }
    if (element->is_read && (taken->doc->text != element->json || taken->doc->length != element->length)) {
        abort();
    }
    element->accepted = element->length % 2 == 0;
    taken->hash = hash_bytes(taken->hash, place, sizeof place);
    taken->count++;
    return CPK_OK;
}

static void scan(const uint8_t *data, size_t size, struct json_doc *doc, struct taken *taken)
{
    struct fuzz_source source;
    cpk_reader reader = fuzz_reader(&source, data, size, "fuzz.json");
    cpk_sink sink = fuzz_sink();
    cpk_error *error = NULL;
    struct context context;

    context_init(&context);
    context.settings.values[SETTING_IMPORT_MAX_CONVERSATION_BYTES] = 1024;
    context.settings.values[SETTING_IMPORT_MAX_JSON_DEPTH] = 16;
    *taken = (struct taken){doc, size, 0, 0};
    if (doc != NULL) {
        json_doc_init(doc, &context.allocator);
        json_split_read_with(&context, &reader, &sink, &(struct json_split_options){0, doc, NULL}, take_element, taken,
                             &error);
        json_doc_free(doc);
    } else {
        json_split_read(&context, &reader, &sink, take_element, taken, &error);
    }
    cpk_error_free(error);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct taken plain;
    struct taken validated;
    struct json_doc doc;

    scan(data, size, NULL, &plain);
    scan(data, size, &doc, &validated);
    if (plain.count != validated.count || plain.hash != validated.hash) {
        abort();
    }
    return 0;
}
