/* What plain text and Markdown share: bytes in any usual encoding to normal lines, lines to sections, sections to
 * messages. Memory follows the longest section, not the file. */
#ifndef EXTRACT_DOCUMENT_DOCUMENT_H
#define EXTRACT_DOCUMENT_DOCUMENT_H

#include "base/buffer.h"
#include "base/context.h"

#include <contextpack/backend/extractor.h>

#define DOCUMENT_SECTION_BYTES     ((size_t)8 * 1024)  /* a section ends at the first paragraph's end after these */
#define DOCUMENT_SECTION_MAX_BYTES ((size_t)32 * 1024) /* and in the middle of a paragraph after these */
#define DOCUMENT_TITLE_BYTES_MAX   ((size_t)200)

struct document;

/* How a format reads lines. Both get normal text without the line feed. */
struct document_format {
    const char *provider;
    /* Looks for a title in the start of the document (some 64 KiB); leaves `title` empty when there is none. */
    void (*find_title)(const char *text, size_t length, struct buffer *title);
    /* Takes the next line. */
    cpk_status (*line)(void *self, struct document *document, const char *line, size_t length, cpk_error **error);
    /* Called once after the last line, before the last section is handed over; may be NULL. */
    cpk_status (*end)(void *self, struct document *document, cpk_error **error);
};

/* Reads all of `reader`. CPK_ERROR_LIMIT_EXCEEDED names import.max_document_bytes. */
cpk_status document_read(const struct context *context, const cpk_reader *reader, const cpk_sink *sink,
                         const struct document_format *format, void *self, cpk_error **error);

/* Adds a line to the section; hands the section over when it has become too long. */
cpk_status document_add_line(struct document *document, const char *line, size_t length, cpk_error **error);

/* Hands the section over and begins another; does nothing when it holds only white space. */
cpk_status document_end_section(struct document *document, cpk_error **error);

/* Whether bytes of that name may be taken as a document: text, and neither JSON nor named like it. A damaged export
 * must not pass for somebody's notes. */
int32_t document_is_possible(const void *head, size_t length, const char *name);

/* Whether the name promises JSON: .json, .jsonl or .ndjson. */
int32_t document_is_named_json(const char *name);

/* Bytes of the section so far. */
size_t document_section_bytes(const struct document *document);

#endif
