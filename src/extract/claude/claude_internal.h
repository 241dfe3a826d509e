/* What the files of the Claude format share: the writer, which hands over one message of the export in parts, and the
 * readers of each kind of object. */
#ifndef EXTRACT_CLAUDE_CLAUDE_INTERNAL_H
#define EXTRACT_CLAUDE_CLAUDE_INTERNAL_H

#include "base/json/json_view.h"
#include "extract/format.h"

#define CLAUDE_ID_BYTES_MAX    200  /* of an id; a longer one is replaced by one made from it */
#define CLAUDE_ATTACHMENTS_MAX 1024 /* of one message; more are left out */

struct claude_writer {
    const struct context *context;
    const cpk_sink *sink;
    struct arena arena;   /* lives for one message */
    struct buffer speech; /* speech of the message under way that was not handed over yet */
    struct buffer scrap;
    struct buffer normal;
    struct buffer short_text;
    struct buffer part_id;
    struct buffer id_text;
    struct buffer title_text;
    const char *conversation_id;
    const char *conversation_title;
    int64_t handed_count;  /* messages handed over, of all conversations */
    int32_t out_of_memory; /* copying a line failed; the next call that returns a status reports it */

    /* the message under way */
    const char *message_id;
    const char *parent_id;
    const char *model;
    int32_t role;
    uint32_t flags;
    int64_t time_us;
    int64_t part_count;
    cpk_attachment *attachments; /* go with the first part; there is room for one more, the part's own */
    size_t attachment_count;
    size_t attachment_capacity;
};

/* One part of the message under way. */
struct claude_part {
    int32_t kind;
    int32_t role;   /* 0: the message's */
    uint32_t flags; /* beside the message's */
    const char *text;
    size_t length;
    const cpk_attachment *file; /* what the part is the text of; may be NULL */
    struct buffer *done_with;   /* what the text is in, where nobody needs it any more; may be NULL */
};

void claude_writer_init(struct claude_writer *writer, const struct context *context, const cpk_sink *sink);
void claude_writer_free(struct claude_writer *writer);

/* Starts a conversation. Without an `id` one is made from `content_hash`. */
cpk_status claude_begin_conversation(struct claude_writer *writer, struct json_view id, struct json_view title,
                                     uint64_t content_hash, cpk_error **error);
void claude_set_title(struct claude_writer *writer, const char *title);
/* Forgets the texts of the message before; then its id and the rest can be made in the arena. */
void claude_end_message(struct claude_writer *writer);
/* Starts a message without model, parent, time or attachments, on the active branch. */
void claude_begin_message(struct claude_writer *writer, const char *id, int32_t role);
cpk_status claude_write_part(struct claude_writer *writer, const struct claude_part *part, cpk_error **error);
cpk_status claude_write_view(struct claude_writer *writer, const struct claude_part *like, struct json_view text,
                             cpk_error **error);
cpk_status claude_note(struct claude_writer *writer, int32_t note, const char *text, cpk_error **error);

/* A text as one line of at most FORMAT_NAME_BYTES_MAX bytes in the arena; NULL when it is missing, empty or not a text.
 * Without memory writer->out_of_memory is set. */
const char *claude_line(struct claude_writer *writer, struct json_view text);
const char *claude_clean_line(struct claude_writer *writer, const char *text, size_t length);
const char *claude_id(struct claude_writer *writer, struct json_view id); /* the same for an id */
/* An id made from what identifies something; NULL without memory. */
const char *claude_made_id(struct claude_writer *writer, uint64_t hash);

/* What is looked for in a message. */
enum claude_message_member {
    MESSAGE_UUID,
    MESSAGE_PARENT,
    MESSAGE_SENDER,
    MESSAGE_ROLE,
    MESSAGE_CREATED,
    MESSAGE_UPDATED,
    MESSAGE_MODEL,
    MESSAGE_CONTENT,
    MESSAGE_TEXT,
    MESSAGE_ATTACHMENTS,
    MESSAGE_FILES,
    MESSAGE_FILES_V2,
    MESSAGE_COUNT
};

/* The content blocks and files of a conversation's message, as parts of the message under way. */
cpk_status claude_read_content(struct claude_writer *writer, const struct json_view message[MESSAGE_COUNT],
                               cpk_error **error);
/* Speech with what Claude's apps put into it taken apart: artifacts, thinking, placeholders of other devices. */
cpk_status claude_write_speech(struct claude_writer *writer, struct json_view text, cpk_error **error);
/* The same for what is in writer->speech, which is empty then. */
cpk_status claude_flush_speech(struct claude_writer *writer, cpk_error **error);
cpk_status claude_write_tool_call(struct claude_writer *writer, const char *name, struct json_view input,
                                  cpk_error **error);
cpk_status claude_write_tool_result(struct claude_writer *writer, struct json_view result, cpk_error **error);

cpk_status claude_read_conversation(struct claude_writer *writer, struct json_view conversation, cpk_error **error);
cpk_status claude_read_project(struct claude_writer *writer, struct json_view project, cpk_error **error);
cpk_status claude_read_memory(struct claude_writer *writer, struct json_view memory, cpk_error **error);
cpk_status claude_read_design(struct claude_writer *writer, struct json_view design, cpk_error **error);

#endif
