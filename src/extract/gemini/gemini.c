#include "extract/gemini/gemini.h"

#include "extract/gemini/gemini_internal.h"

static const char *driver_name(void *self)
{
    (void)self;
    return "gemini";
}

static int32_t driver_sniff(void *self, const void *head, size_t length, const char *name)
{
    static const char *const keys[] = {"chunkedPrompt", "conversation_turns", "header",           "title",
                                       "time",          "runSettings",        "systemInstruction"};
    uint32_t seen = json_probe_keys(head, length, keys, 7);

    (void)self;
    (void)name;
    if ((seen & 3) != 0) {
        return 90;
    }
    if ((seen & 96) == 96) { /* a prompt with long instructions */
        return 60;
    }
    return (seen & 28) == 28 ? 85 : 0;
}

static cpk_status read_element(struct chat *chat, void *state, struct json_view value, int32_t *accepted,
                               cpk_error **error)
{
    static const struct json_name names[] = {JSON_NAME("chunkedPrompt"), JSON_NAME("conversation_turns"),
                                             JSON_NAME("title")};
    struct gemini_reading *reading = state;
    struct json_view members[3];

    json_select(value, names, 3, members);
    *accepted = members[0].type == JSON_VIEW_OBJECT || members[1].type == JSON_VIEW_ARRAY ||
                members[2].type == JSON_VIEW_STRING;
    if (members[0].type == JSON_VIEW_OBJECT) {
        return gemini_read_prompt(chat, value, members[0], error);
    }
    if (members[1].type == JSON_VIEW_ARRAY) {
        return gemini_read_workspace(chat, value, members[1], reading->reader->name, error);
    }
    return *accepted ? gemini_read_activity(chat, reading, value, error) : CPK_OK;
}

static cpk_status end(struct chat *chat, void *state, cpk_error **error)
{
    return gemini_note_others(chat, state, error);
}

static cpk_status driver_extract(void *self, const cpk_reader *reader, const cpk_sink *sink, cpk_error **error)
{
    static const struct chat_format format = {"gemini", 0, read_element, end};
    struct gemini_reading reading = {.reader = reader};

    return chat_read_json(self, reader, sink, &format, &reading, error);
}

void gemini_driver_init(cpk_extractor_driver *driver, const struct context *context)
{
    format_driver_init(driver, context, driver_name, driver_sniff, driver_extract);
}
