#include "extract/gemini/gemini_internal.h"

#include <stdio.h>
#include <string.h>

#define TURN_ID_BYTES 32

enum turn_member { TURN_PROMPT, TURN_TEXT, TURN_THOUGHTS, TURN_IMAGES, TURN_MODIFIED, TURN_DELETED, TURN_COUNT };
static const struct json_name turn_names[TURN_COUNT] = {JSON_NAME("prompt"),
                                                        JSON_NAME("text"),
                                                        JSON_NAME("model_thoughts"),
                                                        JSON_NAME("images"),
                                                        JSON_NAME("turn_last_modified"),
                                                        JSON_NAME("turn_deleted_time")};

/* The turns so far. An answer that was generated again has the same question as the one before it. */
struct turns {
    size_t count;
    int32_t question; /* number of the last question, or MESSAGE_NONE */
    int32_t answer;   /* of the last answer that was not deleted, or the last question */
};

static void add_thoughts(struct chat *chat, struct json_view list)
{
    struct json_iter iter;

    json_iter_init(&iter, list);
    while (!iter.is_object && json_iter_next(&iter)) {
        struct json_view headline = json_get(iter.value, "headline");

        chat_speak(chat, headline);
        chat_speak_bytes(chat, "\n", !json_is_empty_text(headline));
        chat_speak(chat, json_get(iter.value, "description"));
        chat_speak_bytes(chat, "\n\n", 2);
    }
    chat_flush(chat, CPK_KIND_THINKING);
}

/* Pieces of an answer: text, and cards of other services. */
static void add_texts(struct chat *chat, struct json_view list)
{
    struct json_iter iter;

    json_iter_init(&iter, list);
    while (!iter.is_object && json_iter_next(&iter)) {
        struct json_iter cards;

        chat_speak(chat, iter.value.type == JSON_VIEW_STRING ? iter.value : json_get(iter.value, "data"));
        json_iter_init(&cards, json_get(iter.value, "cards"));
        while (!cards.is_object && json_iter_next(&cards)) {
            chat_add(chat, CPK_ROLE_ASSISTANT, CPK_KIND_QUOTE, 0, json_get(cards.value, "content"));
        }
    }
}

static cpk_status add_turn(struct chat *chat, struct turns *turns, struct json_view value, int32_t is_user,
                           cpk_error **error)
{
    struct json_view turn[TURN_COUNT];
    char id[TURN_ID_BYTES];
    struct json_iter images;

    json_select(value, turn_names, TURN_COUNT, turn);
    snprintf(id, sizeof id, "turn-%zu", ++turns->count);
    chat_begin_message(chat, id, NULL, is_user ? CPK_ROLE_USER : CPK_ROLE_ASSISTANT);
    chat->message.parent_number = is_user ? turns->answer : turns->question;
    chat->message.time_us = json_time(turn[TURN_MODIFIED]);
    chat->message.is_aside = turn[TURN_DELETED].type != JSON_VIEW_NONE;
    add_thoughts(chat, turn[TURN_THOUGHTS]);
    chat_speak(chat, turn[TURN_PROMPT]);
    chat_speak(chat, turn[TURN_TEXT]);
    add_texts(chat, turn[TURN_TEXT]);
    chat_flush(chat, CPK_KIND_TEXT);
    json_iter_init(&images, turn[TURN_IMAGES]);
    while (!images.is_object && json_iter_next(&images)) {
        chat_attach(chat, chat_line(chat, images.value), NULL, "image", -1);
    }
    CPK_TRY(chat_end_message(chat, 0, error));
    if (!chat->message.is_aside) {
        turns->answer = chat->last_number;
    }
    if (is_user) {
        turns->question = chat->last_number;
    }
    return CPK_OK;
}

/* The file's name without its ending, if it has the number of the conversation. */
static const char *id_of_file(struct chat *chat, const char *name)
{
    const char *dot = strrchr(name, '.');

    if (strncmp(name, "conversation_", 13) != 0) {
        return NULL;
    }
    return chat_clean_line(chat, name, dot != NULL ? (size_t)(dot - name) : strlen(name));
}

cpk_status gemini_read_workspace(struct chat *chat, struct json_view value, struct json_view list,
                                 const char *file_name, cpk_error **error)
{
    struct json_view title = json_get(value, "title");
    struct turns turns = {0, MESSAGE_NONE, MESSAGE_NONE};
    struct json_iter iter;

    chat_begin(chat, CHAT_TREE, id_of_file(chat, file_name), chat_line(chat, title),
               chat_identity(chat, title, json_get(value, "creation_time"), json_item(list, 0)));
    json_iter_init(&iter, list);
    while (!iter.is_object && json_iter_next(&iter)) {
        struct json_view user = json_get(iter.value, "user_turn");
        struct json_view system = json_get(iter.value, "system_turn");

        if (user.type == JSON_VIEW_OBJECT) {
            CPK_TRY(add_turn(chat, &turns, user, 1, error));
        }
        if (system.type == JSON_VIEW_OBJECT) {
            CPK_TRY(add_turn(chat, &turns, system, 0, error));
        }
        if (user.type != JSON_VIEW_OBJECT && system.type != JSON_VIEW_OBJECT) {
            CPK_TRY(chat_note(chat, CPK_NOTE_SKIPPED_MESSAGE, "a turn of neither the user nor Gemini", error));
        }
    }
    return chat_end(chat, error);
}
