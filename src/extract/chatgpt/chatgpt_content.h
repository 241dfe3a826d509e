/* Converts one message of a ChatGPT conversation to cpk_messages. */
#ifndef EXTRACT_CHATGPT_CHATGPT_CONTENT_H
#define EXTRACT_CHATGPT_CHATGPT_CONTENT_H

#include "base/context.h"
#include "base/json/json_view.h"
#include "extract/chatgpt/canvas.h"

#include <contextpack/backend/extractor.h>

#define CHATGPT_MAX_ATTACHMENTS 64  /* of one message; more are omitted */
#define CHATGPT_MODEL_BYTES_MAX 200 /* longer names are omitted */
#define CHATGPT_ID_BYTES_MAX    200 /* longer ids are replaced by derived ones */
#define CHATGPT_REPORTS_MAX     16  /* research reports of a conversation that are compared to find duplicates */

/* Members of a message, of its author, its content and its metadata that are read. */
enum chatgpt_message_member {
    MESSAGE_AUTHOR,
    MESSAGE_ROLE,
    MESSAGE_CREATE_TIME,
    MESSAGE_UPDATE_TIME,
    MESSAGE_CONTENT,
    MESSAGE_WEIGHT,
    MESSAGE_METADATA,
    MESSAGE_RECIPIENT,
    MESSAGE_CHANNEL,
    MESSAGE_COUNT
};
enum chatgpt_author_member { AUTHOR_ROLE, AUTHOR_NAME, AUTHOR_METADATA, AUTHOR_COUNT };
enum chatgpt_content_member {
    CONTENT_TYPE,
    CONTENT_PARTS,
    CONTENT_TEXT,
    CONTENT_RESULT,
    CONTENT_OUTPUT_STR,
    CONTENT_CONTENT,
    CONTENT_SUMMARY,
    CONTENT_THOUGHTS,
    CONTENT_MODEL_SET_CONTEXT,
    CONTENT_REPO_SUMMARY,
    CONTENT_STRUCTURED_CONTEXT,
    CONTENT_TITLE,
    CONTENT_URL,
    CONTENT_SNIPPET,
    CONTENT_STATE,
    CONTENT_SCREENSHOT,
    CONTENT_NAME,
    CONTENT_USER_PROFILE,
    CONTENT_USER_INSTRUCTIONS,
    CONTENT_COUNT
};
enum chatgpt_metadata_member {
    METADATA_ATTACHMENTS,
    METADATA_CONTENT_REFERENCES,
    METADATA_HIDDEN,
    METADATA_REDACTED,
    METADATA_MODEL_SLUG,
    METADATA_USER_CONTEXT,
    METADATA_VOICE_MODE,
    METADATA_CITATIONS,
    METADATA_CITED,
    METADATA_SEARCH_GROUPS,
    METADATA_WIDGET,
    METADATA_COUNT
};

/* Offsets of an attachment's texts in `names`, plus 1; 0: none. */
struct chatgpt_attachment_offsets {
    size_t id;
    size_t name;
    size_t media_type;
};

/* State for all messages of an import; the buffers are reused. */
struct chatgpt_writer {
    const struct context *context;
    const cpk_sink *sink;
    struct buffer gathered;   /* raw text of a message, joined from its parts */
    int32_t is_normal;        /* `gathered` is known to be in normal form, except for white space at its ends */
    struct buffer readable;   /* text without citation markers */
    struct buffer normal;     /* text in normal form */
    struct buffer names;      /* normalised ids, names and media types of attachments */
    struct buffer short_text; /* a raw short text of the message */
    struct buffer model;
    struct canvas canvas;
    struct chatgpt_attachment_offsets offsets[CHATGPT_MAX_ATTACHMENTS];
    cpk_attachment attachments[CHATGPT_MAX_ATTACHMENTS];
    size_t attachment_count;

    /* set by the caller for each message */
    const char *conversation_id;
    const char *conversation_title;
    int64_t conversation_time_us;   /* of messages without a time that the provider adds: instructions, memories */
    struct json_view default_model; /* of the conversation's answers that name none; may be NONE */
    struct json_view owner;         /* id or name of the conversation's first person; NONE until known */
    int32_t owner_has_id;
    const char *message_id; /* at most CHATGPT_ID_BYTES_MAX bytes */
    const char *parent_id;  /* or NULL */
    int32_t is_active;
    uint64_t reports[CHATGPT_REPORTS_MAX]; /* hashes of the research reports of this conversation */
    size_t report_count;

    /* of the current message */
    struct json_view message_members[MESSAGE_COUNT];
    struct json_view author_members[AUTHOR_COUNT];
    struct json_view content_members[CONTENT_COUNT];
    struct json_view metadata_members[METADATA_COUNT];
    cpk_message message; /* common to all its pieces */
    int32_t pieces;      /* out: number of emitted messages */
};

void chatgpt_writer_init(struct chatgpt_writer *writer, const struct context *context, const cpk_sink *sink);
void chatgpt_writer_free(struct chatgpt_writer *writer);
/* Starts a conversation, whose fields the caller sets; `bytes` is the length of its JSON. */
void chatgpt_begin_conversation(struct chatgpt_writer *writer, size_t bytes);

/* Emits the content of a message. `writer->pieces` is 0 if it has none; if that needs a note, *problem is set to a
 * static text: the content is missing or of an unknown type. */
cpk_status chatgpt_write_message(struct chatgpt_writer *writer, struct json_view message, const char **problem,
                                 cpk_error **error);

#endif
