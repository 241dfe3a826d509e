#include "extract/shares/share_gemini.h"

#include "base/error.h"
#include "extract/chats/chat.h"

#include <stdio.h>
#include <string.h>

static const char GUARD[] = ")]}'";
static const char ENVELOPE[] = "[[\"wrb.fr\"";
static const char METHOD[] = "ujx1Bf";

static cpk_status read_json(struct json_doc *doc, const struct context *context, const char *text, size_t length,
                            cpk_error **error)
{
    cpk_status status =
        json_doc_read(doc, text, length, (size_t)context_setting(context, SETTING_IMPORT_MAX_JSON_DEPTH),
                      (size_t)context_setting(context, SETTING_IMPORT_MAX_JSON_VALUES));

    return status == CPK_ERROR_OUT_OF_MEMORY ? error_out_of_memory(error) : status;
}

/* Finds the line with the answer and decodes the JSON in it. `payload` stays empty if there is none. */
static cpk_status find_payload(const struct context *context, const struct buffer *bytes, struct buffer *payload,
                               cpk_error **error)
{
    const char *at = buffer_text(bytes);
    const char *end = at + bytes->length;
    cpk_status status = CPK_OK;

    while (status != CPK_ERROR_OUT_OF_MEMORY && payload->length == 0 &&
           (at = memmem(at, (size_t)(end - at), ENVELOPE, sizeof ENVELOPE - 1)) != NULL) {
        const char *feed = memchr(at, '\n', (size_t)(end - at));
        const char *stop = feed != NULL ? feed : end;
        struct json_doc doc;
        struct json_iter iter;

        json_doc_init(&doc, &context->allocator);
        status = read_json(&doc, context, at, (size_t)(stop - at), error);
        json_iter_init(&iter, status == CPK_OK ? json_doc_root(&doc) : (struct json_view){0});
        while (json_iter_next(&iter)) {
            if (payload->length == 0 && json_is_text(json_item(iter.value, 1), METHOD)) {
                json_append_text(payload, json_item(iter.value, 2));
            }
        }
        json_doc_free(&doc);
        at = stop;
    }
    if (status == CPK_ERROR_OUT_OF_MEMORY || payload->failed) {
        return error_out_of_memory(error);
    }
    return CPK_OK;
}

/* The value at a path of positions. */
static struct json_view dig(struct json_view value, const size_t *path, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        value = json_item(value, path[i]);
    }
    return value;
}
#define DIG(value, ...) dig(value, (const size_t[]){__VA_ARGS__}, sizeof(const size_t[]){__VA_ARGS__} / sizeof(size_t))

static cpk_status write_message(struct chat *chat, const char *id, int32_t role, struct json_view text,
                                struct json_view time, cpk_error **error)
{
    if (json_is_empty_text(text)) {
        return CPK_OK; /* an answer that was made again has no question */
    }
    chat_begin_message(chat, id, NULL, role);
    chat->message.time_us = json_time(time);
    chat_speak(chat, text);
    chat_flush(chat, CPK_KIND_TEXT);
    return chat_end_message(chat, 0, error);
}

/* A turn: [[conversation, response], _, [[question]], [[[response, [answer]]]], [seconds, nanoseconds]] */
static cpk_status write_turn(struct chat *chat, struct json_view turn, cpk_error **error)
{
    struct json_view time = DIG(turn, 4, 0);
    const char *id = chat_line(chat, DIG(turn, 0, 1));
    char answer_id[CHAT_ID_BYTES_MAX + 4] = "";
    char question_id[CHAT_ID_BYTES_MAX + 4] = "";

    if (id != NULL && strlen(id) <= CHAT_ID_BYTES_MAX) {
        snprintf(question_id, sizeof question_id, "%s", id);
        snprintf(answer_id, sizeof answer_id, "%s/2", id);
    }
    CPK_TRY(write_message(chat, question_id[0] != '\0' ? question_id : NULL, CPK_ROLE_USER, DIG(turn, 2, 0, 0), time,
                          error));
    return write_message(chat, answer_id[0] != '\0' ? answer_id : NULL, CPK_ROLE_ASSISTANT, DIG(turn, 3, 0, 0, 1, 0),
                         time, error);
}

static cpk_status write_conversation(struct chat *chat, struct json_view root, cpk_error **error)
{
    struct json_view id = DIG(root, 1, 0, 0, 0);
    struct json_view title = DIG(root, 2, 1);
    struct json_iter iter;

    chat_begin(chat, CHAT_LINEAR, chat_line(chat, id), NULL,
               json_hash_text(json_hash_text(0, title), DIG(root, 1, 0, 2, 0, 0)));
    chat_set_title(chat, chat_line(chat, title));
    json_iter_init(&iter, json_item(root, 1));
    while (json_iter_next(&iter)) {
        CPK_TRY(write_turn(chat, iter.value, error));
    }
    return chat_end(chat, error);
}

static cpk_status read_payload(const struct context *context, const struct buffer *payload, const cpk_sink *sink,
                               cpk_error **error)
{
    struct json_doc doc;
    struct chat chat;
    cpk_status status;

    json_doc_init(&doc, &context->allocator);
    status = chat_init(&chat, context, sink, "gemini", error);
    if (status == CPK_OK) {
        status = read_json(&doc, context, buffer_text(payload), payload->length, error);
        if (status == CPK_OK) {
            status = write_conversation(&chat, json_item(json_doc_root(&doc), 0), error);
        } else if (status != CPK_ERROR_OUT_OF_MEMORY) {
            status =
                sink->note(sink->self, CPK_NOTE_DAMAGED, "the response", "its conversation can't be parsed", error);
        }
    }
    chat_free(&chat);
    json_doc_free(&doc);
    return status;
}

static cpk_status gemini_extract(void *self, const cpk_reader *reader, const cpk_sink *sink, cpk_error **error)
{
    static const struct format_limit limit = {SETTING_IMPORT_MAX_CONVERSATION_BYTES, "import.max_conversation_bytes",
                                              ""};
    const struct context *context = self;
    struct buffer bytes;
    struct buffer payload;
    cpk_status status;

    buffer_init(&bytes, &context->allocator);
    buffer_init(&payload, &context->allocator);
    CPK_TRY_CLEANUP(format_read_all(context, reader, sink, &limit, &bytes, error));
    CPK_TRY_CLEANUP(find_payload(context, &bytes, &payload, error));
    if (payload.length > 0) {
        status = read_payload(context, &payload, sink, error);
    }
cleanup:
    buffer_free(&bytes);
    buffer_free(&payload);
    return status;
}

static const char *gemini_name(void *self)
{
    (void)self;
    return "gemini";
}

static int32_t gemini_sniff(void *self, const void *head, size_t length, const char *name)
{
    (void)self;
    (void)name;
    return length >= sizeof GUARD - 1 && memcmp(head, GUARD, sizeof GUARD - 1) == 0 &&
                   memmem(head, length, METHOD, sizeof METHOD - 1) != NULL
               ? 90
               : 0;
}

void share_gemini_driver_init(cpk_extractor_driver *driver, const struct context *context)
{
    format_driver_init(driver, context, gemini_name, gemini_sniff, gemini_extract);
}
