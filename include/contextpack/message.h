#ifndef CONTEXTPACK_MESSAGE_H
#define CONTEXTPACK_MESSAGE_H

/**
 * Messages: what an export contains, one message at a time.
 *
 * Extractors produce messages; cpk_extract() and analyzers receive them. An example of an extractor that hands a
 * message to its sink (see contextpack/backend/extractor.h):
 *
 *     static cpk_status send_message(const cpk_sink *sink, const char *text, size_t length, cpk_error **failure)
 *     {
 *         cpk_message message = CPK_MESSAGE_INIT;
 *
 *         message.provider = "notes";
 *         message.conversation_id = "notebook-1";
 *         message.message_id = "note-1";
 *         message.role = CPK_ROLE_USER;
 *         message.text = text;
 *         message.text_length = length;
 *         return sink->message(sink->self, &message, failure);
 *     }
 */

#include <contextpack/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The author of a message. */
#define CPK_ROLE_UNKNOWN   0 /* not known */
#define CPK_ROLE_USER      1 /* the user */
#define CPK_ROLE_ASSISTANT 2 /* the assistant */
#define CPK_ROLE_SYSTEM    3 /* instructions of the provider or application */
#define CPK_ROLE_TOOL      4 /* a tool that the assistant called */

/** The kind of content. One message of an export may become several messages of different kinds, in order. */
#define CPK_KIND_TEXT         1  /* ordinary text */
#define CPK_KIND_CODE         2  /* code that the assistant ran or wrote as a separate message */
#define CPK_KIND_THINKING     3  /* the reasoning of the assistant */
#define CPK_KIND_TOOL_CALL    4  /* a call of a tool: search, browser, python, memory, ... */
#define CPK_KIND_TOOL_RESULT  5  /* the result of a tool call */
#define CPK_KIND_ATTACHMENT   6  /* the text of an attached file; not written by the author of the message */
#define CPK_KIND_QUOTE        7  /* text quoted by a browsing tool */
#define CPK_KIND_INSTRUCTIONS 8  /* custom instructions that the user gave the assistant */
#define CPK_KIND_MEMORY       9  /* an entry of the assistant's memory about the user */
#define CPK_KIND_ARTIFACT     10 /* a canvas or artifact: a document made in the chat */
#define CPK_KIND_TRANSCRIPT   11 /* transcribed speech */
#define CPK_KIND_DOCUMENT     12 /* part of a document or of pasted text */
#define CPK_KIND_SUMMARY      13 /* a summary made by the provider */
#define CPK_KIND_ERROR        14 /* an error message shown by the provider */

/** Flags of a message. */
#define CPK_MESSAGE_HIDDEN (UINT32_C(1) << 0) /* not shown to the user by the provider */
#define CPK_MESSAGE_ACTIVE_BRANCH                                                                                      \
    (UINT32_C(1) << 1) /* on the branch that was open; always set if there is one branch */

/** A file attached to a message. Start from CPK_ATTACHMENT_INIT. Texts are borrowed; NULL if the export does not tell.
 */
typedef struct cpk_attachment {
    const char *id;         /* the provider's id of the file */
    const char *name;       /* the file name */
    const char *media_type; /* "image/png" */
    int64_t size_bytes;     /* -1: not known */
} cpk_attachment;

#define CPK_ATTACHMENT_INIT                                                                                            \
    {                                                                                                                  \
        NULL, NULL, NULL, -1                                                                                           \
    }

/**
 * One message of a conversation. Start from CPK_MESSAGE_INIT, where the time is unknown, the kind is text, the message
 * is on the active branch, and every text that may not be NULL is "". Borrowed: every pointer is valid only during the
 * call that passes the message. Later versions add fields at the end.
 */
typedef struct cpk_message {
    uint32_t struct_size;           /* sizeof(cpk_message) as the program that fills it was compiled */
    uint32_t flags;                 /* CPK_MESSAGE_* */
    int32_t role;                   /* CPK_ROLE_* */
    int32_t kind;                   /* CPK_KIND_* */
    int64_t time_us;                /* when it was written, or CPK_TIME_UNKNOWN; not used to order messages */
    const char *provider;           /* "chatgpt", "claude", "text", "markdown", ...; never NULL */
    const char *conversation_id;    /* never NULL; derived from the content if the export has none */
    const char *conversation_title; /* "" when untitled; never NULL */
    const char *message_id;         /* unique in its conversation; never NULL */
    const char *parent_id;          /* NULL for the first message of a conversation */
    const char *model;              /* the model that wrote it, or NULL */
    const char *text;               /* valid UTF-8 without NULs; never NULL */
    size_t text_length;             /* bytes */
    const cpk_attachment *attachments;
    size_t attachment_count;
} cpk_message;

#define CPK_MESSAGE_INIT                                                                                               \
    {                                                                                                                  \
        sizeof(cpk_message), CPK_MESSAGE_ACTIVE_BRANCH, CPK_ROLE_UNKNOWN, CPK_KIND_TEXT, CPK_TIME_UNKNOWN, "", "", "", \
            "", NULL, NULL, "", 0, NULL, 0                                                                             \
    }

/** Sets *message to CPK_MESSAGE_INIT, for callers that cannot use macros. struct_size is the size of the caller's
 * struct in bytes. Since 0.2. */
CPK_API void cpk_message_init(cpk_message *message, size_t struct_size);

/** The name of a role: "user", "assistant", "system", "tool" or "unknown"; a static string, never NULL. Since 0.2. */
CPK_API const char *cpk_role_name(int32_t role);

/** The name of a kind: "text", "tool_call", "attachment", ...; a static string, "unknown" for other values. Since 0.2.
 */
CPK_API const char *cpk_kind_name(int32_t kind);

#ifdef __cplusplus
}
#endif
#endif
