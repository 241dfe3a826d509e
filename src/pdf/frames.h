/* Decodes the frames of the helper program. Its bytes are trusted no more than the document's: lengths are checked,
 * coordinates are finite, texts are valid UTF-8. */
#ifndef PDF_FRAMES_H
#define PDF_FRAMES_H

#include "base/buffer.h"
#include "model/page.h"
#include "pdf/protocol.h"

#include <contextpack/error.h>

/* Receives a document. A status other than CPK_OK ends the reading and is returned. Texts and pages are valid during
 * the call. */
struct pdf_sink {
    void *self;
    cpk_status (*document)(void *self, const struct pdf_document_head *head, cpk_error **error);
    cpk_status (*metadata)(void *self, const char *key, const char *value, cpk_error **error);
    cpk_status (*outline)(void *self, uint32_t depth, uint32_t page, const char *title, cpk_error **error);
    cpk_status (*page)(void *self, const struct page *page, cpk_error **error);
    cpk_status (*page_lost)(void *self, uint32_t index, cpk_error **error);
    /* Called at least every 100 ms. Returns CPK_ERROR_CANCELLED to end the reading. */
    cpk_status (*progress)(void *self, uint32_t pages, uint32_t pages_total, cpk_error **error);
};

struct pdf_frames {
    const cpk_allocator *allocator;
    const struct pdf_sink *sink;
    struct buffer input; /* an incomplete frame */
    struct buffer texts; /* repaired texts of the next page's links and notes, then of its words */
    struct page_link *links;
    size_t link_count;
    size_t link_capacity;
    struct page_note *notes;
    size_t note_count;
    size_t note_capacity;
    struct page_word *words;
    size_t word_capacity;

    uint32_t hello_version; /* 0: not received */
    uint32_t pages_total;
    uint32_t next_page; /* index after the last page that arrived */
    int32_t has_document;
    int32_t is_done;
    uint32_t failure; /* enum pdf_failure, 0: none */
    char detail[512];
};

void pdf_frames_init(struct pdf_frames *frames, const cpk_allocator *allocator, const struct pdf_sink *sink);
void pdf_frames_free(struct pdf_frames *frames);

/* Forgets an unfinished frame and page, for the frames of another process about the same document. */
void pdf_frames_restart(struct pdf_frames *frames);

/* Takes bytes in pieces of any length. CPK_ERROR_INVALID_DATA if they can't come from the program. */
cpk_status pdf_frames_take(struct pdf_frames *frames, const void *bytes, size_t length, cpk_error **error);

#endif
