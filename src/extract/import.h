/* Imports one input of any supported format: detects the format by content, opens archives and runs extractors. No
 * files are opened: bytes come from the reader; an input that must be seekable but is not goes through `spool`. */
#ifndef EXTRACT_IMPORT_H
#define EXTRACT_IMPORT_H

#include "extract/import_types.h"

/* Reads the whole input. Messages are passed to the sink in file order, one conversation at a time.
 * CPK_ERROR_UNSUPPORTED    no format matches; the message describes what the input looks like
 * CPK_ERROR_NO_CONTENT     a known format, but no messages
 * CPK_ERROR_INVALID_DATA   damaged before the first message
 * CPK_ERROR_ENCRYPTED      an archive that needs a password
 * CPK_ERROR_LIMIT_EXCEEDED names the setting */
cpk_status import_read(const struct import_options *options, const cpk_reader *reader, const cpk_sink *sink,
                       struct import_report *report, cpk_error **error);

/* Hash of a conversation's identity. */
uint64_t import_conversation_key(const char *provider, const char *conversation_id);

#endif
