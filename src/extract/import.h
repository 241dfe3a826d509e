/* One input of any known kind to messages: detection by shape, archives opened, formats dispatched. No files are
 * opened here: bytes come from the reader, and what must be sought in but can't goes through `spool`. */
#ifndef EXTRACT_IMPORT_H
#define EXTRACT_IMPORT_H

#include "base/cancel.h"
#include "base/context.h"

#include <contextpack/backend/extractor.h>

/* Turns a forward-only reader into a seekable one of the same bytes (a temporary file); release with unspool. */
struct import_spool {
    void *self;
    cpk_status (*spool)(void *self, const cpk_reader *forward, cpk_reader *seekable, cpk_error **error);
    void (*unspool)(void *self, cpk_reader *seekable);
};

struct import_options {
    const struct context *context;
    const struct import_spool *spool;              /* needed for archives inside archives */
    const cpk_extractor_driver *const *extractors; /* a host's own, asked before the built-in ones; may be NULL */
    size_t extractor_count;
    const cpk_cancel *cancel; /* may be NULL */
};

struct import_report {
    char format[32]; /* "chatgpt", "claude", "text", "markdown", or a host's; of the first file with messages */
    int64_t conversations;
    int64_t messages;      /* handed to the sink */
    int64_t skipped;       /* notes of CPK_NOTE_SKIPPED_MESSAGE and _CONVERSATION */
    int64_t damaged;       /* notes of CPK_NOTE_DAMAGED */
    int64_t missing_files; /* notes of CPK_NOTE_MISSING_FILE */
};

/* Reads the whole input. Messages go to the sink in file order, one conversation at a time.
 * CPK_ERROR_UNSUPPORTED   no format recognises it; the message says what it looks like
 * CPK_ERROR_NO_CONTENT    recognised, but not one message in it
 * CPK_ERROR_INVALID_DATA  damaged before the first message
 * CPK_ERROR_ENCRYPTED     an archive that needs a password
 * CPK_ERROR_LIMIT_EXCEEDED names the setting */
cpk_status import_read(const struct import_options *options, const cpk_reader *reader, const cpk_sink *sink,
                       struct import_report *report, cpk_error **error);

#endif
