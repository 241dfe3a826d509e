/* What the files of the Claude format share: the writer, which hands over one message of the export in parts, and the
 * readers of each kind of object. */
#ifndef EXTRACT_CLAUDE_INTERNAL_H
#define EXTRACT_CLAUDE_INTERNAL_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/json.h"
#include "extract/format.h"

typedef struct claude_writer {
    const context *context;
    const cpk_sink *sink;
    arena arena;   /* lives for one conversation */
    buffer speech; /* speech of the message under way that was not handed over yet */
    buffer scrap;
    buffer normal;
    const char *conversation_id;
    const char *conversation_title;
    int64_t handed_count;  /* messages handed over, of all conversations */
    int32_t out_of_memory; /* a line could not be copied: told by the next call that can fail */

    /* the message under way */
    const char *message_id;
    const char *parent_id;
    const char *model;
    int32_t role;
    uint32_t flags;
    int64_t time_us;
    int64_t part_count;
    cpk_attachment *attachments; /* go with the first part */
    size_t attachment_count;
} claude_writer;

/* One part of the message under way. */
typedef struct claude_part {
    int32_t kind;
    int32_t role;   /* 0: the message's */
    uint32_t flags; /* beside the message's */
    const char *text;
    size_t length;
    const cpk_attachment *file; /* what the part is the text of; may be NULL */
} claude_part;

void claude_writer_init(claude_writer *writer, const context *context, const cpk_sink *sink);
void claude_writer_free(claude_writer *writer);

/* Starts a conversation. `id` may be NULL: one is made from `content_hash`. */
cpk_status claude_begin_conversation(claude_writer *writer, const char *id, const char *title, uint64_t content_hash,
                                     cpk_error **error);
/* Starts a message without model, parent, time or attachments, on the active branch; `id` must be in the arena. */
void claude_begin_message(claude_writer *writer, const char *id, int32_t role);
cpk_status claude_write_part(claude_writer *writer, const claude_part *part, cpk_error **error);
cpk_status claude_write_text(claude_writer *writer, int32_t kind, const char *text, size_t length, cpk_error **error);
cpk_status claude_note(claude_writer *writer, int32_t note, const char *text, cpk_error **error);

/* A member as a one-line text in the arena; NULL when it is missing, empty or not a text. */
const char *claude_line(claude_writer *writer, struct json_object *object, const char *key);
const char *claude_clean_line(claude_writer *writer, const char *text, size_t length);
/* An id made from what identifies something; NULL without memory. */
const char *claude_made_id(claude_writer *writer, uint64_t hash);

/* The content blocks and files of a conversation's message, as parts of the message under way. */
cpk_status claude_read_content(claude_writer *writer, struct json_object *message, cpk_error **error);
/* Speech with what Claude's apps put into it taken apart: artifacts, thinking, placeholders of other devices. */
cpk_status claude_write_speech(claude_writer *writer, const char *text, size_t length, cpk_error **error);
cpk_status claude_write_tool_call(claude_writer *writer, const char *name, struct json_object *input,
                                  cpk_error **error);
cpk_status claude_write_tool_result(claude_writer *writer, struct json_object *result, cpk_error **error);

cpk_status claude_read_conversation(claude_writer *writer, struct json_object *conversation, cpk_error **error);
cpk_status claude_read_project(claude_writer *writer, struct json_object *project, cpk_error **error);
cpk_status claude_read_memory(claude_writer *writer, struct json_object *memory, cpk_error **error);
cpk_status claude_read_design(claude_writer *writer, struct json_object *design, cpk_error **error);

#endif
