/* Common part of plain text and Markdown: converts bytes of any supported encoding to normal lines, lines to sections,
 * and sections to messages. Memory is proportional to the longest section, not to the file. */
#ifndef EXTRACT_DOCUMENT_DOCUMENT_H
#define EXTRACT_DOCUMENT_DOCUMENT_H

#include "base/buffer.h"
#include "base/context.h"

#include <contextpack/backend/extractor.h>

#define DOCUMENT_SECTION_BYTES     ((size_t)8 * 1024)  /* a section ends with the first paragraph beyond this length */
#define DOCUMENT_SECTION_MAX_BYTES ((size_t)32 * 1024) /* or within a paragraph at this length */
#define DOCUMENT_TITLE_BYTES_MAX   ((size_t)200)

struct document;

/* Line handling of a format. Lines are normal text without the line feed. */
struct document_format {
    const char *provider;
    const char *title; /* NULL: from find_title, else from the file's name */
    /* Finds a title in the start of the document (about 64 KiB); leaves `title` empty if there is none; may be NULL. */
    void (*find_title)(const char *text, size_t length, struct buffer *title);
    /* Processes the next line. */
    cpk_status (*line)(void *self, struct document *document, const char *line, size_t length, cpk_error **error);
    /* Called once after the last line, before the last section is emitted; may be NULL. */
    cpk_status (*end)(void *self, struct document *document, cpk_error **error);
    /* Called once with the start of the text, before the first line; may be NULL. */
    cpk_status (*begin)(void *self, struct document *document, const char *text, size_t length, cpk_error **error);
    size_t section_max_bytes; /* 0: DOCUMENT_SECTION_MAX_BYTES */
};

/* Reads the whole input. CPK_ERROR_LIMIT_EXCEEDED names import.max_document_bytes. */
cpk_status document_read(const struct context *context, const cpk_reader *reader, const cpk_sink *sink,
                         const struct document_format *format, void *self, cpk_error **error);

/* Adds a line to the section; emits the section if it is too long. */
cpk_status document_add_line(struct document *document, const char *line, size_t length, cpk_error **error);

/* Sets role, kind and CPK_MESSAGE_* (besides the branch) of the sections that end from here on; at first the user's
 * document. */
void document_set_speaker(struct document *document, int32_t role, int32_t kind, uint32_t flags);
void document_set_time(struct document *document, int64_t time_us); /* at first CPK_TIME_UNKNOWN */

void document_set_title(struct document *document, const char *title, size_t length);

/* Adds a CPK_NOTE_* about the whole document. */
cpk_status document_note(struct document *document, int32_t note, const char *text, cpk_error **error);

/* Emits the section unless it is only white space, and starts the next one. */
cpk_status document_end_section(struct document *document, cpk_error **error);

/* 1 if the input may be a document: text that is not JSON and has no name of a JSON file, because a damaged export must
 * not be imported as a text document. */
int32_t document_is_possible(const void *head, size_t length, const char *name);

/* 1 for names with the extension .json, .jsonl or .ndjson. */
int32_t document_is_named_json(const char *name);

/* Length of the current section. */
size_t document_section_bytes(const struct document *document);

#endif
