/* Writes the messages of one conversation to a sink: for formats whose messages are small objects of their own (role,
 * text, perhaps a parent). An importer begins a conversation, begins each message, adds its parts, ends both.
 *
 * CHAT_LINEAR: each message follows the one before it and is passed on at once; memory holds one message.
 * CHAT_TREE:   messages name their parents; they are kept in compact form (message_store.h) until the conversation
 *              ends, then ordered (tree.h), with at most 17 bytes a message besides what they contain. A message
 *              whose parent is missing follows the one before it in the file, as does one without a parent; if most
 *              messages name a parent, one of the user without is another root if it was answered or was open.
 * CHAT_GIVEN:  passed on at once with the parent that each message names.
 *
 * Failed allocations are kept in `out_of_memory` and returned by the next call that has a status. */
#ifndef EXTRACT_CHATS_CHAT_H
#define EXTRACT_CHATS_CHAT_H

#include "base/error.h"
#include "base/json/json_view.h"
#include "extract/chats/message_store.h"
#include "extract/format.h"

#define CHAT_ID_BYTES_MAX 200 /* longer ids are replaced by derived ones */

enum chat_order { CHAT_LINEAR, CHAT_TREE, CHAT_GIVEN };

struct chat {
    const struct context *context;
    const cpk_sink *sink;
    const char *provider; /* of messages; see chat_set_provider() */
    struct buffer provider_text;
    uint64_t hash_key; /* random: ids come from outside */
    struct arena arena;
    struct buffer speech; /* text of the current message that is not a part yet */
    struct buffer body;   /* parts and files of the current message */
    struct buffer scrap;
    struct buffer id_text;
    struct buffer title_text;
    struct buffer model_text;
    struct buffer current_text; /* id of the message that was open */
    struct buffer last_id;      /* of the last message that was passed on, except in CHAT_TREE */
    enum chat_order order;
    struct chat_message message; /* the current one */
    size_t file_count;           /* of it */
    int32_t in_message;
    struct message_store kept; /* CHAT_TREE */
    int32_t last_number;       /* CHAT_TREE: of the message that ended last, or MESSAGE_NONE if it was not kept */
    cpk_attachment *files;     /* of the message that is passed on */
    size_t files_capacity;
    size_t position;        /* messages of the conversation so far */
    int64_t emitted_before; /* emitted_count when the conversation began */
    int64_t emitted_count;  /* of all conversations */
    int64_t repaired_count; /* of the conversation: missing parents, cycles, duplicate ids */
    int32_t in_conversation;
    int32_t is_too_long; /* CHAT_TREE: over import.max_conversation_bytes: left out, with a note at its end */
    int32_t out_of_memory;
};

cpk_status chat_init(struct chat *chat, const struct context *context, const cpk_sink *sink, const char *provider,
                     cpk_error **error);
void chat_free(struct chat *chat);

/* Begins a conversation. NULL as id: derived from `identity`, a hash of what identifies it. */
void chat_begin(struct chat *chat, enum chat_order order, const char *id, const char *title, uint64_t identity);
void chat_set_provider(struct chat *chat, const char *provider); /* copied; between conversations */
void chat_set_id(struct chat *chat, const char *id); /* before the first message is passed on; NULL: unchanged */
void chat_set_title(struct chat *chat, const char *title);
void chat_set_current(struct chat *chat, const char *message_id);  /* the message that was open; NULL: not known */
void chat_set_default_model(struct chat *chat, const char *model); /* of messages that begin; NULL: none */
/* Ends the conversation, if one was begun; notes it if it had no content. */
cpk_status chat_end(struct chat *chat, cpk_error **error);

/* A string as one clean line, or a number, in the arena; NULL for others and for an empty one. The arena is emptied by
 * chat_begin() and by chat_end_message(). */
const char *chat_line(struct chat *chat, struct json_view view);
const char *chat_clean_line(struct chat *chat, const char *text, size_t length);

/* Begins a message with ids from chat_line(), or NULL. */
void chat_begin_message(struct chat *chat, const char *id, const char *parent_id, int32_t role);
/* Appends to the text of the message; pieces that follow each other are one part. */
void chat_speak(struct chat *chat, struct json_view text);
void chat_speak_bytes(struct chat *chat, const char *text, size_t length);
void chat_speak_value(struct chat *chat, struct json_view value); /* other values as compact JSON */
/* 1 if the message has parts, or text that is not a part yet. */
int32_t chat_has_text(const struct chat *chat);
/* Ends the text so far as a part of this kind. Thoughts are hidden, except in CHAT_GIVEN. */
void chat_flush(struct chat *chat, int32_t kind);
void chat_flush_as(struct chat *chat, int32_t role, int32_t kind, uint32_t flags);
/* Adds a part of its own, after the text so far. Nothing for an empty text. */
void chat_add(struct chat *chat, int32_t role, int32_t kind, uint32_t flags, struct json_view text);
/* The name of a tool and its input as a text or compact JSON. */
void chat_add_call(struct chat *chat, struct json_view name, const char *fallback_name, struct json_view input);
/* Texts are lines of chat_line() or NULL; nothing if all are. */
void chat_attach(struct chat *chat, const char *id, const char *name, const char *media_type, int64_t size_bytes);
/* Ends the message; one without text and attachments is left out, with a note unless `is_quiet`. */
cpk_status chat_end_message(struct chat *chat, int32_t is_quiet, cpk_error **error);

cpk_status chat_note(struct chat *chat, int32_t note, const char *text, cpk_error **error);

/* The role of a name in any of the vocabularies of exports: "user", "human", "gpt", "model", ...; UNKNOWN otherwise. */
int32_t chat_role(struct json_view name);
int32_t chat_role_of_bytes(const char *name, size_t length);

/* The content of a message in the shapes that formats share: a string, {"text"}, {"parts"}, or a list of strings and
 * blocks {"type": "text" | "thinking" | "tool_use" | "tool_result" | "image_url" ...}. Text stays to be flushed. */
cpk_status chat_add_content(struct chat *chat, struct json_view content, cpk_error **error);

#endif
