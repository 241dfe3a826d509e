/* The protocol between the library and the helper program contextpack-pdf: one request, then frames until PDF_DONE or
 * PDF_FAILED. Both ends run on one machine and come from one build, so that numbers have the machine's byte order; the
 * hello frame carries the version. The library trusts nothing in a frame: frames.c checks every length and number.
 *
 * The program has two descriptors: PDF_FD_SOCKET (requests in, frames out) and PDF_FD_LIFE (a pipe that ends with the
 * host). With each request comes a third, by SCM_RIGHTS: the document's bytes in sealed shared memory. */
#ifndef PDF_PROTOCOL_H
#define PDF_PROTOCOL_H

#include <stdint.h>

#define PDF_PROTOCOL_VERSION   1u
#define PDF_MAGIC              UINT32_C(0x46504350) /* "PCPF" */

#define PDF_FD_SOCKET          3
#define PDF_FD_LIFE            4

#define PDF_PASSWORD_BYTES_MAX 1024
#define PDF_FRAME_BYTES_MAX    (UINT32_C(256) << 20)
#define PDF_OUTLINE_MAX        10000 /* entries */
#define PDF_OUTLINE_DEPTH_MAX  16
#define PDF_NOTE_BYTES_MAX     65536 /* of a comment, a field, a link, a title or a value of the metadata */
#define PDF_PAGE_ITEMS_MAX     20000 /* links, and annotations, that are read of one page */

struct pdf_request {
    uint32_t magic;
    uint32_t password_length; /* bytes that follow the request */
    uint64_t document_bytes;
    uint64_t text_bytes_max;
    uint32_t pages_max;
    uint32_t first_page; /* pages before it were read by a process that did not survive them */
};

struct pdf_frame {
    uint32_t magic;
    uint32_t kind;   /* PDF_HELLO ... */
    uint32_t length; /* bytes that follow the frame */
    uint32_t reserved;
};

enum pdf_frame_kind {
    PDF_HELLO = 1,     /* uint32 version */
    PDF_DOCUMENT = 2,  /* struct pdf_document_head */
    PDF_META = 3,      /* NUL-terminated key, NUL-terminated value */
    PDF_OUTLINE = 4,   /* uint32 depth, uint32 page, NUL-terminated title */
    PDF_LINK = 5,      /* four floats of a box, NUL-terminated URI; before its PDF_PAGE */
    PDF_NOTE = 6,      /* uint32 is_field, NUL-terminated name, NUL-terminated text; before its PDF_PAGE */
    PDF_PAGE = 7,      /* struct pdf_page_head, then word_count times struct pdf_word and its text */
    PDF_PAGE_LOST = 8, /* uint32 index of a page that can't be read */
    PDF_DONE = 9,      /* empty */
    PDF_FAILED = 10    /* uint32 enum pdf_failure, NUL-terminated detail */
};

enum pdf_failure {
    PDF_FAILURE_LIBRARY = 1,  /* PDFium can't be loaded; only instead of PDF_HELLO */
    PDF_FAILURE_SANDBOX = 2,  /* the sandbox can't be set up; only instead of PDF_HELLO */
    PDF_FAILURE_PASSWORD = 3, /* encrypted, and the password is missing or wrong */
    PDF_FAILURE_SECURITY = 4, /* encrypted in a way that PDFium does not support */
    PDF_FAILURE_FORMAT = 5,   /* not a PDF document, or too damaged */
    PDF_FAILURE_PAGES = 6,    /* more than pages_max */
    PDF_FAILURE_TEXT = 7,     /* more than text_bytes_max */
    PDF_FAILURE_MEMORY = 8,   /* an allocation failed */
    PDF_FAILURE_CRASH = 9     /* a signal; the program ends */
};

#define PDF_DOCUMENT_IS_CUT 0x1u /* the file was cut off, or its header or end is damaged */
#define PDF_DOCUMENT_IS_XFA 0x2u /* an XFA form: its content is not in the pages */

struct pdf_document_head {
    uint32_t pages;
    uint32_t flags; /* PDF_DOCUMENT_* */
};

#define PDF_PAGE_HAS_IMAGES  0x1u
#define PDF_PAGE_IS_UNMAPPED 0x2u /* no words, but text of fonts that do not tell which characters they draw */

struct pdf_page_head {
    uint32_t index;
    uint32_t flags; /* PDF_PAGE_* */
    float width;
    float height;
    uint32_t word_count;
};

/* As struct page_word. */
struct pdf_word {
    float left;
    float top;
    float right;
    float bottom;
    float baseline;
    float size;
    uint32_t flags;
    uint32_t length; /* bytes of text that follow */
};

#endif
