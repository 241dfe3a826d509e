/* Common rules and helpers of the built-in formats.
 *
 * A format has one function `void <name>_driver_init(cpk_extractor_driver *, const struct context *)` in <name>.h.
 * Drivers are stateless: `self` is the context (memory and limits), which must outlive the driver; `destroy` is NULL.
 *
 * Rules for messages:
 * - Text, titles and names are normalised by normal.h. A message without text and attachments is not emitted.
 * - If one message of an export becomes several, the first has the export's id, the others "<id>/2", "<id>/3", ...,
 * with
 *   "<id>" as parent. Replies have "<id>" as parent.
 * - `parent_id` is the nearest ancestor that was emitted, or NULL.
 * - An object without an id gets "made-" and 16 hexadecimal digits of a hash of the data that identifies it. */
#ifndef EXTRACT_FORMAT_H
#define EXTRACT_FORMAT_H

#include "base/buffer.h"
#include "base/context.h"

#include <contextpack/backend/extractor.h>

#define FORMAT_SNIFF_BYTES      ((size_t)64 * 1024) /* maximum length passed to `sniff` */
#define FORMAT_NAME_BYTES_MAX   4096                /* of a title or a name; longer ones are cut */
#define FORMAT_DERIVED_ID_BYTES 24                  /* "made-", 16 digits and the NUL, rounded up */

/* "made-0123456789abcdef" for a hash from hash_bytes(). */
void format_derived_id(uint64_t hash, char id[FORMAT_DERIVED_ID_BYTES]);

/* 1 for the name of a built-in format of documents. */
int32_t format_is_document(const char *name);

/* The length of a file's name without its ending, if that is one of a format that is read: the name of a link may be
 * that of a host, and a name that a person gave may have a dot. */
size_t format_stem_length(const char *name);

/* Appends the next block of an input, with a NUL after it; *got is 0 at the end. */
cpk_status format_read_block(const cpk_reader *reader, struct buffer *bytes, size_t *got, cpk_error **error);

/* A limit of an input that is read whole. */
struct format_limit {
    int32_t setting;
    const char *name;
    const char *kind; /* what the input is, before "longer than": "a page ", or "" */
};

/* Appends the whole input. CPK_ERROR_LIMIT_EXCEEDED names the setting. */
cpk_status format_read_all(const struct context *context, const cpk_reader *reader, const cpk_sink *sink,
                           const struct format_limit *limit, struct buffer *bytes, cpk_error **error);

/* Initialises a driver of a built-in format. */
void format_driver_init(cpk_extractor_driver *driver, const struct context *context, const char *(*name)(void *self),
                        int32_t (*sniff)(void *self, const void *head, size_t length, const char *name_hint),
                        cpk_status (*extract)(void *self, const cpk_reader *reader, const cpk_sink *sink,
                                              cpk_error **error));

#endif
