/* The helper program contextpack-pdf: reads PDF documents with PDFium inside a sandbox. See pdf/protocol.h. */
#ifndef PDF_PROGRAM_PROGRAM_H
#define PDF_PROGRAM_PROGRAM_H

#include "pdf/protocol.h"

#include <stddef.h>

/* --- output.c: frames --- */

/* A growable array of bytes. The program ends with PDF_FAILURE_MEMORY when an allocation of its own fails. */
struct bytes {
    char *data;
    size_t length;
    size_t capacity;
};

void bytes_append(struct bytes *bytes, const void *data, size_t length);
void output_frame(enum pdf_frame_kind kind, const void *payload, size_t length);
void output_failure(enum pdf_failure failure, const char *detail);
void output_flush(void);                                       /* ends the program if the host is gone */
int input_read(void *data, size_t length);                     /* 0 at the end of the input */
int input_request(struct pdf_request *request, int *document); /* with the descriptor that comes with it */

/* --- guard.c: limits, crash reports --- */

extern volatile int allocation_failed; /* an allocation failed since the last document began */

void guard_close_descriptors(void);
void guard_report_crashes(void); /* a fatal signal is reported as a frame before the program ends */
const char *guard_limit(unsigned long long memory_bytes); /* NULL, or what failed */
const char *guard_end_with_host(void);

/* --- sandbox.c --- */

/* Allows this process to compute, to use its three descriptors, and nothing else. NULL, or what failed. */
const char *sandbox_enter(void);

/* --- pdfium.c --- */

/* Loads the first library that can be loaded; the detail of a failure names each. */
int pdfium_load(char *const *candidates, char *detail, size_t detail_bytes);

/* --- document.c --- */

void document_read(const struct pdf_request *request, int descriptor, const char *password);

/* --- repair.c --- */

/* A copy of a document that can't be opened, with a header and a trailer; NULL if it is encrypted, or no catalogue was
 * found. The caller frees it. */
char *repair_document(const char *data, size_t length, size_t *repaired_length);
int has_trailer(const char *data, size_t length);

/* --- words.c --- */

size_t encode_utf8(uint32_t c, char *out); /* at most 4 bytes */

/* Appends the words of a page (struct pdf_word and text), sets head->word_count and head->flags, and adds to
 * *text_bytes. 0 if that exceeds its maximum. */
int words_collect(void *page, void *text, struct bytes *output, struct pdf_page_head *head, uint64_t *text_bytes,
                  uint64_t text_bytes_max);

#endif
