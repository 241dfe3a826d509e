#include "extract/perplexity/perplexity.h"

#include "extract/chats/chat_json.h"

enum thread_member { THREAD_ID, THREAD_TITLE, THREAD_ENTRIES, THREAD_CREATED, THREAD_COUNT };
static const struct json_name thread_names[THREAD_COUNT] = {JSON_NAME("context_uuid"), JSON_NAME("context_title"),
                                                            JSON_NAME("entries"), JSON_NAME("created_at")};

enum entry_member { ENTRY_ID, ENTRY_QUERY, ENTRY_ANSWER, ENTRY_CREATED, ENTRY_MODEL, ENTRY_STATUS, ENTRY_COUNT };
static const struct json_name entry_names[ENTRY_COUNT] = {JSON_NAME("entry_uuid"), JSON_NAME("query"),
                                                          JSON_NAME("answer"),     JSON_NAME("created_at"),
                                                          JSON_NAME("model"),      JSON_NAME("query_status")};

static const char *driver_name(void *self)
{
    (void)self;
    return "perplexity";
}

static int32_t driver_sniff(void *self, const void *head, size_t length, const char *name)
{
    static const char *const keys[] = {"context_uuid", "entries", "context_title"};
    uint32_t seen = json_probe_keys(head, length, keys, 3);

    (void)self;
    (void)name;
    return (seen & 1) != 0 && (seen & 6) != 0 ? 90 : 0;
}

/* A question and its answer, which is empty where the search failed. */
static cpk_status read_entry(struct chat *chat, struct json_view value, cpk_error **error)
{
    struct json_view entry[ENTRY_COUNT];

    json_select(value, entry_names, ENTRY_COUNT, entry);
    chat_begin_message(chat, chat_line(chat, entry[ENTRY_ID]), NULL, CPK_ROLE_USER);
    chat->message.time_us = json_time(entry[ENTRY_CREATED]);
    chat->message.model = chat_line(chat, entry[ENTRY_MODEL]);
    chat_add(chat, CPK_ROLE_USER, CPK_KIND_TEXT, 0, entry[ENTRY_QUERY]);
    chat_add(chat, CPK_ROLE_ASSISTANT, CPK_KIND_TEXT, 0, entry[ENTRY_ANSWER]);
    if (json_is_empty_text(entry[ENTRY_ANSWER])) {
        CPK_TRY(chat_note(chat, CPK_NOTE_SKIPPED_MESSAGE,
                          json_is_text(entry[ENTRY_STATUS], "FAILED") ? "a question whose search failed: no answer"
                                                                      : "a question without an answer",
                          error));
    }
    return chat_end_message(chat, 0, error);
}

static cpk_status read_element(struct chat *chat, void *state, struct json_view value, int32_t *accepted,
                               cpk_error **error)
{
    struct json_view thread[THREAD_COUNT];
    struct json_iter iter;

    (void)state;
    json_select(value, thread_names, THREAD_COUNT, thread);
    *accepted = thread[THREAD_ID].type == JSON_VIEW_STRING || thread[THREAD_ENTRIES].type == JSON_VIEW_ARRAY;
    if (!*accepted) {
        return CPK_OK;
    }
    chat_begin(chat, CHAT_TREE, chat_line(chat, thread[THREAD_ID]), chat_line(chat, thread[THREAD_TITLE]),
               chat_identity(chat, thread[THREAD_TITLE], thread[THREAD_CREATED], json_item(thread[THREAD_ENTRIES], 0)));
    json_iter_init(&iter, thread[THREAD_ENTRIES]);
    while (!iter.is_object && json_iter_next(&iter)) {
        CPK_TRY(read_entry(chat, iter.value, error));
    }
    return chat_end(chat, error);
}

static cpk_status driver_extract(void *self, const cpk_reader *reader, const cpk_sink *sink, cpk_error **error)
{
    static const struct chat_format format = {"perplexity", 0, read_element, NULL};

    return chat_read_json(self, reader, sink, &format, NULL, error);
}

void perplexity_driver_init(cpk_extractor_driver *driver, const struct context *context)
{
    format_driver_init(driver, context, driver_name, driver_sniff, driver_extract);
}
