/* Internals of the Claude format: the writer, which emits one message of the export as several parts, and the readers
 * of each type of object. */
#ifndef EXTRACT_CLAUDE_CLAUDE_INTERNAL_H
#define EXTRACT_CLAUDE_CLAUDE_INTERNAL_H

#include "base/json/json_view.h"
#include "extract/format.h"

#define CLAUDE_ID_BYTES_MAX    200  /* longer ids are replaced by derived ones */
#define CLAUDE_ATTACHMENTS_MAX 1024 /* of one message; more are omitted */

#define CLAUDE_ARTIFACTS_MAX   64 /* of a conversation that are followed through their updates */

/* What a document that was created in the conversation holds after the last call. */
struct claude_artifact {
    uint64_t key; /* hash of its id or path */
    int32_t is_active;
    struct buffer name;
    struct buffer text;
};

struct claude_writer {
    const struct context *context;
    const cpk_sink *sink;
    struct arena arena;   /* data of the current message */
    struct buffer speech; /* text of the current message that was not emitted yet */
    struct buffer scrap;
    struct buffer normal;
    struct buffer short_text;
    struct buffer part_id;
    struct buffer id_text;
    struct buffer title_text;
    struct buffer unknown; /* texts of the current message's blocks of unknown types */
    struct claude_artifact artifacts[CLAUDE_ARTIFACTS_MAX];
    size_t artifact_count;
    size_t artifact_bytes_left; /* that new versions of artifacts may still write in this conversation */
    const char *conversation_id;
    const char *conversation_title;
    int64_t emitted_count; /* emitted messages of all conversations */
    int32_t out_of_memory; /* an allocation failed; reported by the next call that returns a status */

    /* the current message */
    const char *message_id;
    const char *parent_id;
    const char *model;
    int32_t role;
    uint32_t flags;
    int64_t time_us;
    int64_t part_count;
    cpk_attachment *attachments; /* emitted with the first part; has space for one more, the part's own file */
    size_t attachment_count;
    size_t attachment_capacity;
};

/* One part of the current message. */
struct claude_part {
    int32_t kind;
    int32_t role;   /* 0: the role of the message */
    uint32_t flags; /* in addition to those of the message */
    const char *text;
    size_t length;
    const cpk_attachment *file; /* file that the text is the content of; may be NULL */
    struct buffer *text_buffer; /* buffer with the text, if it may be freed after use; may be NULL */
};

void claude_writer_init(struct claude_writer *writer, const struct context *context, const cpk_sink *sink);
void claude_writer_free(struct claude_writer *writer);

/* Starts a conversation. If `id` is missing, an id is derived from `content_hash`. */
cpk_status claude_begin_conversation(struct claude_writer *writer, struct json_view id, struct json_view title,
                                     uint64_t content_hash, cpk_error **error);
void claude_set_title(struct claude_writer *writer, const char *title);
/* Ends the current message and frees its data. Call before the data of the next one is allocated in the arena. */
void claude_end_message(struct claude_writer *writer);
/* Starts a message on the active branch, without model, parent, time and attachments. */
void claude_begin_message(struct claude_writer *writer, const char *id, int32_t role);
cpk_status claude_write_part(struct claude_writer *writer, const struct claude_part *part, cpk_error **error);
cpk_status claude_write_view(struct claude_writer *writer, const struct claude_part *template, struct json_view text,
                             cpk_error **error);
cpk_status claude_note(struct claude_writer *writer, int32_t note, const char *text, cpk_error **error);

/* Copies a text to the arena as one line of at most FORMAT_NAME_BYTES_MAX bytes; NULL if it is missing, empty or not a
 * string. Sets writer->out_of_memory if an allocation fails. */
const char *claude_line(struct claude_writer *writer, struct json_view text);
const char *claude_clean_line(struct claude_writer *writer, const char *text, size_t length);
const char *claude_id(struct claude_writer *writer, struct json_view id); /* as claude_line(), for an id */
/* An id derived from a hash of what identifies the object; NULL if there is no memory. */
const char *claude_derived_id(struct claude_writer *writer, uint64_t hash);

/* Members of a message that are read. */
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
    MESSAGE_INDEX,
    MESSAGE_COUNT
};

/* Writes the content blocks and files of a message as parts of the current message. */
cpk_status claude_read_content(struct claude_writer *writer, const struct json_view message[MESSAGE_COUNT],
                               cpk_error **error);
/* 1 if a message's own text has words, and not only placeholders for blocks. */
int32_t claude_has_words(struct claude_writer *writer, struct json_view text);
/* Writes text, separating what Claude's apps embed in it: artifacts, thinking, placeholders of other devices. */
cpk_status claude_write_speech(struct claude_writer *writer, struct json_view text, cpk_error **error);
/* The same for the text in writer->speech, which is empty afterwards. */
cpk_status claude_flush_speech(struct claude_writer *writer, cpk_error **error);
cpk_status claude_write_tool_call(struct claude_writer *writer, const char *name, struct json_view input,
                                  cpk_error **error);
cpk_status claude_write_tool_result(struct claude_writer *writer, struct json_view result, cpk_error **error);

/* Forgets the artifacts. The updates of a conversation together write at most a multiple of its bytes. */
void claude_artifacts_begin(struct claude_writer *writer, size_t conversation_bytes);
void claude_artifacts_free(struct claude_writer *writer);
/* Keeps the text of an artifact, for later updates. */
void claude_artifact_set(struct claude_writer *writer, const char *id, const char *name, const char *text,
                         size_t length);
/* Replaces a text in an artifact of the same branch. NULL if that is not known or does not have the text. */
const struct claude_artifact *claude_artifact_replace(struct claude_writer *writer, const char *id,
                                                      struct json_view old_text, struct json_view new_text);

cpk_status claude_read_conversation(struct claude_writer *writer, struct json_view conversation, cpk_error **error);
cpk_status claude_read_project(struct claude_writer *writer, struct json_view project, cpk_error **error);
cpk_status claude_read_memory(struct claude_writer *writer, struct json_view memory, cpk_error **error);
cpk_status claude_read_design(struct claude_writer *writer, struct json_view design, cpk_error **error);

#endif
