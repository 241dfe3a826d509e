/* Any text as a message of any kind: the answer is a findings document. */
#include "analyze/extractive.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "model/finding.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int32_t take_answer(void *user, const void *bytes, size_t length)
{
    buffer_append(user, bytes, length);
    return 0;
}

/* An extractor's messages are valid UTF-8 without NULs: the input is made so. */
static void make_text(struct buffer *text, const uint8_t *data, size_t size)
{
    utf8_append_repaired(text, (const char *)data, size);
    for (size_t i = 0; i < text->length; i++) {
        text->data[i] = text->data[i] == '\0' ? ' ' : text->data[i];
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct context context;
    static cpk_analyzer_driver driver; /* its tables are built once */
    cpk_message messages[3];
    cpk_analyzer_request request = {.struct_size = sizeof request, .system_prompt = "", .text = ""};
    cpk_analyzer_usage usage = {.struct_size = sizeof usage};
    struct finding_set set;
    struct buffer text;
    struct buffer answer;

    if (driver.analyze == NULL) {
        context_init(&context);
        if (extractive_driver_create(&driver, &context, NULL) != CPK_OK) {
            abort();
        }
    }
    finding_set_init(&set, &memory_default);
    buffer_init(&text, &memory_default);
    buffer_init(&answer, &memory_default);
    make_text(&text, data, size);
    for (size_t i = 0; i < 3; i++) {
        static const int32_t kinds[] = {CPK_KIND_TEXT, CPK_KIND_MEMORY, CPK_KIND_DOCUMENT};

        memset(&messages[i], 0, sizeof messages[i]);
        messages[i].struct_size = sizeof messages[i];
        messages[i].role = CPK_ROLE_USER;
        messages[i].kind = kinds[i];
        messages[i].time_us = (int64_t)size * 1000000;
        messages[i].provider = "test";
        messages[i].conversation_id = i == 0 ? "c" : "d";
        messages[i].conversation_title = "";
        messages[i].message_id = "m";
        messages[i].text = buffer_text(&text);
        messages[i].text_length = text.length;
    }
    request.messages = messages;
    request.message_count = 3;
    if (driver.analyze(driver.self, &request, take_answer, &answer, &usage, NULL) != CPK_OK ||
        finding_set_read_answer(&set, answer.data, answer.length, NULL) != CPK_OK ||
        (set.count > 0 && set.items[0].category == FINDING_NOTE)) {
        abort();
    }
    buffer_free(&answer);
    buffer_free(&text);
    finding_set_free(&set);
    return 0;
}
