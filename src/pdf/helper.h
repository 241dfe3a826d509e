/* Reads PDF documents with the helper program contextpack-pdf, which runs PDFium in a sandbox: see program/. Processes
 * are started when they are needed, one is kept for the next document, and a process that crashes, is killed or has
 * read pdf.recycle_after documents is replaced. Synchronised. */
#ifndef PDF_HELPER_H
#define PDF_HELPER_H

#include "base/context.h"
#include "pdf/frames.h"

#include <contextpack/backend/extractor.h>

struct pdf_helper;

/* Starts no process. `context` must outlive the helper. */
cpk_status pdf_helper_create(const struct context *context, struct pdf_helper **helper, cpk_error **error);
void pdf_helper_free(struct pdf_helper *helper); /* may be NULL */

/* Why a document was not read to its end although some pages were. */
enum pdf_loss {
    PDF_LOSS_NONE,
    PDF_LOSS_CRASH,  /* PDFium crashed on pages; they were passed to page_lost() */
    PDF_LOSS_MEMORY, /* the same for pages that need more than pdf.max_memory_bytes */
    PDF_LOSS_CPU     /* pdf.max_cpu_ms passed; the pages from *lost_from on are missing */
};

/* Reads a document. Without a page that could be read:
 * CPK_ERROR_UNSUPPORTED     the program or PDFium is not installed: the message says what to install; or the encryption
 *                           is of an unknown kind
 * CPK_ERROR_ENCRYPTED       the password is missing or wrong
 * CPK_ERROR_INVALID_DATA    not a PDF document, too damaged, or PDFium crashes on it
 * CPK_ERROR_LIMIT_EXCEEDED  names the setting
 * CPK_ERROR_CANCELLED and others: of the sink or the reader */
cpk_status pdf_helper_read(struct pdf_helper *helper, const cpk_reader *reader, const struct pdf_sink *sink,
                           enum pdf_loss *loss, uint32_t *lost_from, cpk_error **error);

#endif
