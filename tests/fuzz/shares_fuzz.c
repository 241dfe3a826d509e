/* Any bytes as the data of a shared conversation: as the lines of a stream, in a page, and as a response of Gemini. */
#include "extract/html/html.h"
#include "extract/shares/share_chatgpt.h"
#include "extract/shares/share_gemini.h"
#include "fuzz/extract_target.h"

#define BYTES_MAX ((int64_t)4 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_stream(const struct context *context, const cpk_sink *sink, const char *text, size_t length)
{
    struct turbo_stream stream;
    struct buffer json;

    turbo_stream_init(&stream, context, sink);
    buffer_init(&json, &context->allocator);
    if (turbo_stream_read(&stream, text, length, NULL) == CPK_OK) {
        (void)turbo_append_json(&stream, turbo_value(&stream, 0), NULL, &json, NULL);
        buffer_clear(&json);
        (void)share_chatgpt_append_stream(&stream, "title", &json, NULL);
    }
    buffer_free(&json);
    turbo_stream_free(&stream);
}

/* The bytes as the text of a script's call, so that mutations need not mind its escapes. */
static void read_page(const struct context *context, const cpk_sink *sink, const uint8_t *data, size_t size)
{
    struct fuzz_source source;
    cpk_extractor_driver driver;
    struct buffer page;
    cpk_reader reader;

    buffer_init(&page, &context->allocator);
    buffer_append_text(&page, "<html><script>streamController.enqueue(\"");
    for (size_t i = 0; i < size; i++) {
        if (data[i] == '"' || data[i] == '\\') {
            buffer_append_byte(&page, '\\');
        }
        buffer_append_byte(&page, (char)data[i]);
    }
    buffer_append_text(&page, "\")</script>");
    reader = fuzz_reader(&source, (const uint8_t *)page.data, page.length, "fuzz.html");
    html_driver_init(&driver, context);
    driver.extract(driver.self, &reader, sink, NULL);
    buffer_free(&page);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_source source;
    cpk_reader reader = fuzz_reader(&source, data, size, "fuzz.txt");
    cpk_sink sink = fuzz_sink();
    cpk_extractor_driver driver;
    struct context context;

    context_init(&context);
    context.settings.values[SETTING_IMPORT_MAX_CONVERSATION_BYTES] = BYTES_MAX;
    context.settings.values[SETTING_IMPORT_MAX_JSON_VALUES] = 1 << 20;
    read_stream(&context, &sink, (const char *)data, size);
    read_page(&context, &sink, data, size);
    share_gemini_driver_init(&driver, &context);
    driver.extract(driver.self, &reader, &sink, NULL);
    return 0;
}
