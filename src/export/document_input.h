/* Content of a document, as its parts read it. */
#ifndef EXPORT_DOCUMENT_INPUT_H
#define EXPORT_DOCUMENT_INPUT_H

#include "model/finding.h"
#include "model/loss.h"
#include "text/secrets/secrets.h"

#define DOCUMENT_COMPACT  1
#define DOCUMENT_STANDARD 2
#define DOCUMENT_COMPLETE 3

struct document_source {
    const char *name;   /* display name, usually the file's */
    const char *type;   /* chat_export, document, url, text */
    const char *format; /* "chatgpt", ... */
    const char *sha256; /* hex, of the raw bytes */
    int64_t size_bytes;
    int64_t conversations;
    int64_t messages;
    int64_t tokens; /* of the extracted text */
    int64_t chunks;
    int64_t first_us; /* of its messages, or CPK_TIME_UNKNOWN */
    int64_t last_us;
    struct loss loss; /* what of it was not read */
};

struct document_conversation {
    const char *provider;
    const char *conversation_id;
    const char *title;
    int64_t first_us;
    int64_t last_us;
    int64_t messages;
    int64_t tokens;
    size_t source_index; /* index in document_input.sources */
};

/* Content of a document. Borrowed during the call. */
struct document_input {
    const char *pack_name;
    const char *description; /* or NULL */
    const struct document_source *sources;
    size_t source_count;
    const struct document_conversation *conversations; /* sorted by first_us, then by id */
    size_t conversation_count;
    const struct finding_set *findings; /* merged */
    struct secret_counts withheld;      /* secrets that were removed from the above */
    int64_t max_tokens;                 /* token budget of the Markdown (o200k_base); 0: none */
};

#endif
