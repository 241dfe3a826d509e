/* Reads JSON files of conversations into a chat: what the formats of chats/chat.h share. */
#ifndef EXTRACT_CHATS_CHAT_JSON_H
#define EXTRACT_CHATS_CHAT_JSON_H

#include "extract/chats/chat.h"
#include "extract/json/elements.h"
#include "extract/json/json_probe.h"

struct chat_format {
    const char *provider;
    int32_t is_unwrapped; /* elements are whole values: see json_split_options */
    /* Reads one element of the file; sets *accepted if it is one of the format. `state` is the format's own. */
    cpk_status (*element)(struct chat *chat, void *state, struct json_view value, int32_t *accepted, cpk_error **error);
    /* Called once after the last element, before the last conversation ends; may be NULL. */
    cpk_status (*end)(struct chat *chat, void *state, cpk_error **error);
};

/* Reads the whole input. */
cpk_status chat_read_json(const struct context *context, const cpk_reader *reader, const cpk_sink *sink,
                          const struct chat_format *format, void *state, cpk_error **error);

/* A hash that identifies a conversation without an id: of its title, its time and its first message. */
uint64_t chat_identity(struct chat *chat, struct json_view title, struct json_view time,
                       struct json_view first_message);

/* Messages of the shape {"role" | "from" | "sender" | "author", "content" | "value" | "text" | "message"}. */
int32_t chat_is_simple_message(struct json_view value);
cpk_status chat_add_simple_message(struct chat *chat, struct json_view value, cpk_error **error);
/* A list of them; entries that are none are noted. */
cpk_status chat_add_simple_messages(struct chat *chat, struct json_view list, cpk_error **error);
/* 1 if the probe saw such messages under a level 0 key. */
int32_t chat_probe_has_simple_messages(const struct json_probe *probe, const char *root);

#endif
