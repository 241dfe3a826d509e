/* Options and results of an import. */
#ifndef EXTRACT_IMPORT_TYPES_H
#define EXTRACT_IMPORT_TYPES_H

#include "base/cancel.h"
#include "base/context.h"
#include "model/loss.h"

#include <contextpack/backend/extractor.h>

/* Converts a forward-only reader to a seekable one with the same bytes, for example a temporary file. Release the
 * result with unspool. */
struct import_spool {
    void *self;
    cpk_status (*spool)(void *self, const cpk_reader *forward, cpk_reader *seekable, cpk_error **error);
    void (*unspool)(void *self, cpk_reader *seekable);
};

#define IMPORT_HEAD_BYTES 256 /* of an element, by which it is looked for; shorter ones are always read */

/* Identifies an element of a file, which is a conversation, by its bytes, the importer and its settings. */
struct import_element {
    uint64_t head; /* hash of its first IMPORT_HEAD_BYTES */
    uint64_t hash[2];
    int64_t length;
};

/* What the caller knows of conversations by the bytes they were read from: one that has not changed since an earlier
 * import is not read again. */
struct import_known {
    void *self;
    /* Called before the first element of a list: *has_any is 0 if nothing would be found. */
    cpk_status (*prepare)(void *self, int32_t *has_any, cpk_error **error);
    /* The length of an element that starts like this: the `index`th of them, 0 if there are no more. */
    int64_t (*find_length)(void *self, uint64_t head, size_t index);
    /* *messages is the number of messages of this element if the caller knows all of them, else -1; *conversation is
     * import_conversation_key() of its conversation. */
    cpk_status (*find)(void *self, const struct import_element *element, int64_t *messages, uint64_t *conversation,
                       cpk_error **error);
    /* Before and after an element is read: the messages and notes between them are all that it gives. */
    void (*begin)(void *self);
    void (*end)(void *self, const struct import_element *element);
};

struct import_options {
    const struct context *context;
    const struct import_spool *spool;              /* required for nested archives */
    const cpk_extractor_driver *const *extractors; /* of the host, preferred to the built-in ones; may be NULL */
    size_t extractor_count;
    const cpk_cancel *cancel;         /* may be NULL */
    const char *password;             /* of encrypted documents; may be NULL */
    const struct import_known *known; /* may be NULL */
};

struct import_report {
    char format[32]; /* format of the first file with messages: "chatgpt", "claude", "text", "markdown" or a host's */
    char extractor[64]; /* its name and, of a built-in one, the library's version: "chatgpt 0.2.0" */
    int64_t conversations;
    int64_t messages;      /* passed to the sink */
    struct loss loss;      /* all notes by kind; its conversations are those above */
    int64_t skipped;       /* messages and conversations: without content, unreadable, over a limit */
    int64_t damaged;       /* number of CPK_NOTE_DAMAGED */
    int64_t missing_files; /* number of CPK_NOTE_MISSING_FILE */
    int64_t files;         /* of archives, that were read */
    int64_t shards;        /* of these, numbered parts of the conversations */
    int32_t has_manifest;  /* an archive has a list of the export's files */
};

#endif
