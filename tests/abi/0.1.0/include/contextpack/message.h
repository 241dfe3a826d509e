#ifndef CONTEXTPACK_MESSAGE_H
#define CONTEXTPACK_MESSAGE_H

#include <contextpack/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Who speaks. */
#define CPK_ROLE_UNKNOWN   0
#define CPK_ROLE_USER      1
#define CPK_ROLE_ASSISTANT 2
#define CPK_ROLE_SYSTEM    3
#define CPK_ROLE_TOOL      4

/** What is said. One message of an export may become several of these, in order. */
#define CPK_KIND_TEXT         1  /* ordinary speech */
#define CPK_KIND_CODE         2  /* code that an assistant ran or wrote as a message of its own */
#define CPK_KIND_THINKING     3  /* reasoning; hidden */
#define CPK_KIND_TOOL_CALL    4  /* a call to a tool: search, browser, python, memory, ... */
#define CPK_KIND_TOOL_RESULT  5  /* what the tool answered */
#define CPK_KIND_ATTACHMENT   6  /* text of a file that somebody attached: not their own speech */
#define CPK_KIND_QUOTE        7  /* text that a browsing tool quoted */
#define CPK_KIND_INSTRUCTIONS 8  /* custom instructions: what a user told the assistant about themselves */
#define CPK_KIND_MEMORY       9  /* what the assistant's memory holds about the user */
#define CPK_KIND_ARTIFACT     10 /* a canvas or an artifact: a document made in the chat */
#define CPK_KIND_TRANSCRIPT   11 /* speech turned into text */
#define CPK_KIND_DOCUMENT     12 /* part of a document or a pasted text, not of a chat */
#define CPK_KIND_SUMMARY      13 /* a summary that the provider made */
#define CPK_KIND_ERROR        14 /* an error that the provider showed */

#define CPK_MESSAGE_HIDDEN    (UINT32_C(1) << 0) /* the provider did not show it to the user */
#define CPK_MESSAGE_ACTIVE_BRANCH                                                                                      \
    (UINT32_C(1) << 1) /* on the branch that was open; always set where there is one branch */

/** A file that a message came with. Texts are borrowed; NULL where the export does not say. */
typedef struct cpk_attachment {
    const char *id;
    const char *name;
    const char *media_type;
    int64_t size_bytes; /* -1: not known */
} cpk_attachment;

/**
 * One message of one conversation, as an extractor found it and as an analyzer gets it.
 * Borrowed: every pointer lives only during the call that hands it over. The struct grows only at its end.
 */
typedef struct cpk_message {
    uint32_t struct_size;           /* sizeof(cpk_message) as whoever fills it was compiled */
    uint32_t flags;                 /* CPK_MESSAGE_* */
    int32_t role;                   /* CPK_ROLE_* */
    int32_t kind;                   /* CPK_KIND_* */
    int64_t time_us;                /* when it was written, or CPK_TIME_UNKNOWN; never an order */
    const char *provider;           /* "chatgpt", "claude", "text", "markdown", ...; never NULL */
    const char *conversation_id;    /* never NULL; made from content where the export has none */
    const char *conversation_title; /* "" when untitled; never NULL */
    const char *message_id;         /* unique in its conversation; never NULL */
    const char *parent_id;          /* NULL for a first message */
    const char *model;              /* the model that wrote it, or NULL */
    const char *text;               /* valid UTF-8 without NULs; never NULL */
    size_t text_length;             /* bytes */
    const cpk_attachment *attachments;
    size_t attachment_count;
} cpk_message;

/** "user", "assistant", "system", "tool", "unknown"; static, never NULL. Since 0.1. */
CPK_API const char *cpk_role_name(int32_t role);

/** "text", "tool_call", "attachment", ...; static, "unknown" for any other value. Since 0.1. */
CPK_API const char *cpk_kind_name(int32_t kind);

#ifdef __cplusplus
}
#endif
#endif
