#include "pdf/program/pdfium.h"
#include "pdf/program/program.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* FPDF_GetLastError() */
#define PDFIUM_ERROR_PASSWORD 4
#define PDFIUM_ERROR_SECURITY 5

#define PDFIUM_OBJECT_IMAGE   3 /* FPDF_PAGEOBJ_IMAGE */
#define OBJECTS_LOOKED_AT     2000

/* FPDF_ANNOT_* */
#define PDFIUM_ANNOTATION_LINK   2
#define PDFIUM_ANNOTATION_POPUP  16
#define PDFIUM_ANNOTATION_WIDGET 20

/* FPDF_FORMFIELD_* */
#define PDFIUM_FIELD_PUSH_BUTTON 1
#define PDFIUM_FIELD_CHECK_BOX   2
#define PDFIUM_FIELD_RADIO       3
#define PDFIUM_FIELD_SIGNATURE   7

struct form_info { /* FPDF_FORMFILLINFO: a version and callbacks, none of which is set */
    int version;
    void *callbacks[64];
};

struct reading {
    const struct pdf_request *request;
    void *document;
    void *form; /* NULL if there are no fields */
    struct form_info form_info;
    uint64_t text_bytes;
    struct bytes page;
    struct bytes scratch;
};

/* Appends UTF-16LE of PDFium as NUL-terminated UTF-8. */
static void append_utf16(struct bytes *output, const unsigned char *units, size_t length)
{
    char text[4];

    for (size_t at = 0; at + 2 <= length; at += 2) {
        uint32_t c = units[at] | (uint32_t)units[at + 1] << 8;

        if (c == 0) {
            break;
        }
        if (c >= 0xD800 && c < 0xDC00 && at + 4 <= length) {
            uint32_t low = units[at + 2] | (uint32_t)units[at + 3] << 8;

            if (low >= 0xDC00 && low < 0xE000) {
                c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
                at += 2;
            }
        }
        bytes_append(output, text, encode_utf8(c >= 0xD800 && c < 0xE000 ? 0xFFFD : c, text));
    }
    bytes_append(output, "", 1);
}

/* Calls of PDFium that return UTF-16: the first tells the length. Appends "" if there is no text. */
#define APPEND_TEXT(reading, output, call)                                                                             \
    do {                                                                                                               \
        void *buffer_ = NULL;                                                                                          \
        unsigned long length_ = 0;                                                                                     \
        unsigned long got_ = (call);                                                                                   \
        if (got_ > 2) {                                                                                                \
            length_ = got_ > PDF_NOTE_BYTES_MAX ? 0 : got_;                                                            \
            buffer_ = length_ > 0 ? calloc(1, length_ + 2) : NULL;                                                     \
        }                                                                                                              \
        if (buffer_ != NULL && (call) == got_) {                                                                       \
            append_utf16(output, buffer_, length_);                                                                    \
        } else {                                                                                                       \
            bytes_append(output, "", 1);                                                                               \
        }                                                                                                              \
        free(buffer_);                                                                                                 \
    } while (0)

static void send_metadata(struct reading *reading)
{
    static const char *const keys[] = {"Title", "Author", "Subject", "Keywords", "Creator", "CreationDate", "ModDate"};

    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        struct bytes *payload = &reading->scratch;

        payload->length = 0;
        bytes_append(payload, keys[i], strlen(keys[i]) + 1);
        APPEND_TEXT(reading, payload, pdfium.FPDF_GetMetaText(reading->document, keys[i], buffer_, length_));
        if (payload->length > strlen(keys[i]) + 2) {
            output_frame(PDF_META, payload->data, payload->length);
        }
    }
}

static void send_outline_entry(struct reading *reading, void *bookmark, uint32_t depth)
{
    void *destination = pdfium.FPDFBookmark_GetDest(reading->document, bookmark);
    int page = destination != NULL ? pdfium.FPDFDest_GetDestPageIndex(reading->document, destination) : -1;
    uint32_t index = page >= 0 ? (uint32_t)page : UINT32_MAX;
    struct bytes *payload = &reading->scratch;

    payload->length = 0;
    bytes_append(payload, &depth, sizeof depth);
    bytes_append(payload, &index, sizeof index);
    APPEND_TEXT(reading, payload, pdfium.FPDFBookmark_GetTitle(bookmark, buffer_, length_));
    output_frame(PDF_OUTLINE, payload->data, payload->length);
}

/* Depth first, without recursion; the count bounds an outline that is a cycle. */
static void send_outline(struct reading *reading)
{
    void *path[PDF_OUTLINE_DEPTH_MAX];
    uint32_t depth = 0;
    uint32_t count = 0;

    path[0] = pdfium.FPDFBookmark_GetFirstChild(reading->document, NULL);
    while (count < PDF_OUTLINE_MAX) {
        void *child;

        if (path[depth] == NULL) {
            if (depth == 0) {
                return;
            }
            depth--;
            path[depth] = pdfium.FPDFBookmark_GetNextSibling(reading->document, path[depth]);
            continue;
        }
        count++;
        send_outline_entry(reading, path[depth], depth);
        child = depth + 1 < PDF_OUTLINE_DEPTH_MAX ? pdfium.FPDFBookmark_GetFirstChild(reading->document, path[depth])
                                                  : NULL;
        if (child != NULL) {
            path[++depth] = child;
        } else {
            path[depth] = pdfium.FPDFBookmark_GetNextSibling(reading->document, path[depth]);
        }
    }
}

static void send_links(struct reading *reading, void *page)
{
    int position = 0;
    void *link = NULL;

    for (int i = 0; i < PDF_PAGE_ITEMS_MAX && pdfium.FPDFLink_Enumerate(page, &position, &link); i++) {
        void *action = pdfium.FPDFLink_GetAction(link);
        struct pdfium_rect rect = {0, 0, 0, 0};
        struct bytes *payload = &reading->scratch;
        unsigned long length = action != NULL ? pdfium.FPDFAction_GetURIPath(reading->document, action, NULL, 0) : 0;
        char *target = length > 1 && length <= PDF_NOTE_BYTES_MAX ? calloc(1, length + 1) : NULL;

        if (target == NULL || !pdfium.FPDFLink_GetAnnotRect(link, &rect) ||
            pdfium.FPDFAction_GetURIPath(reading->document, action, target, length) != length) {
            free(target);
            continue;
        }
        payload->length = 0;
        bytes_append(payload, &rect, sizeof rect);
        bytes_append(payload, target, strlen(target) + 1);
        output_frame(PDF_LINK, payload->data, payload->length);
        free(target);
    }
}

static void append_field_value(struct reading *reading, struct bytes *payload, void *annotation)
{
    int type = pdfium.FPDFAnnot_GetFormFieldType(reading->form, annotation);

    if (type == PDFIUM_FIELD_CHECK_BOX || type == PDFIUM_FIELD_RADIO) {
        const char *state = pdfium.FPDFAnnot_IsChecked(reading->form, annotation) ? "x" : "";

        bytes_append(payload, state, strlen(state) + 1);
    } else if (type == PDFIUM_FIELD_PUSH_BUTTON || type == PDFIUM_FIELD_SIGNATURE) {
        bytes_append(payload, "", 1);
    } else {
        APPEND_TEXT(reading, payload, pdfium.FPDFAnnot_GetFormFieldValue(reading->form, annotation, buffer_, length_));
    }
}

static void send_note(struct reading *reading, void *annotation)
{
    int subtype = pdfium.FPDFAnnot_GetSubtype(annotation);
    uint32_t is_field = subtype == PDFIUM_ANNOTATION_WIDGET;
    struct bytes *payload = &reading->scratch;
    size_t text_start;

    if (subtype == PDFIUM_ANNOTATION_LINK || subtype == PDFIUM_ANNOTATION_POPUP || (is_field && !reading->form)) {
        return;
    }
    payload->length = 0;
    bytes_append(payload, &is_field, sizeof is_field);
    if (is_field) {
        APPEND_TEXT(reading, payload, pdfium.FPDFAnnot_GetFormFieldName(reading->form, annotation, buffer_, length_));
        text_start = payload->length;
        append_field_value(reading, payload, annotation);
    } else {
        APPEND_TEXT(reading, payload, pdfium.FPDFAnnot_GetStringValue(annotation, "T", buffer_, length_));
        text_start = payload->length;
        APPEND_TEXT(reading, payload, pdfium.FPDFAnnot_GetStringValue(annotation, "Contents", buffer_, length_));
    }
    if (payload->length > text_start + 1) {
        output_frame(PDF_NOTE, payload->data, payload->length);
    }
}

static void send_notes(struct reading *reading, void *page)
{
    int count = pdfium.FPDFPage_GetAnnotCount(page);

    for (int i = 0; i < count && i < PDF_PAGE_ITEMS_MAX; i++) {
        void *annotation = pdfium.FPDFPage_GetAnnot(page, i);

        if (annotation != NULL) {
            send_note(reading, annotation);
            pdfium.FPDFPage_CloseAnnot(annotation);
        }
    }
}

static int has_images(void *page)
{
    int count = pdfium.FPDFPage_CountObjects(page);

    for (int i = 0; i < count && i < OBJECTS_LOOKED_AT; i++) {
        void *object = pdfium.FPDFPage_GetObject(page, i);

        if (object != NULL && pdfium.FPDFPageObj_GetType(object) == PDFIUM_OBJECT_IMAGE) {
            return 1;
        }
    }
    return 0;
}

/* 0 if a limit ended the document. */
static int send_words(struct reading *reading, void *page, uint32_t index)
{
    struct pdf_page_head head = {index, 0, pdfium.FPDF_GetPageWidthF(page), pdfium.FPDF_GetPageHeightF(page), 0};
    void *text = pdfium.FPDFText_LoadPage(page);
    int fits = 1;

    reading->page.length = 0;
    bytes_append(&reading->page, &head, sizeof head);
    if (text != NULL) {
        fits = words_collect(page, text, &reading->page, &head, &reading->text_bytes, reading->request->text_bytes_max);
        pdfium.FPDFText_ClosePage(text);
    }
    if (head.word_count == 0 && has_images(page)) {
        head.flags |= PDF_PAGE_HAS_IMAGES;
    }
    memcpy(reading->page.data, &head, sizeof head);
    if (!fits) {
        output_failure(PDF_FAILURE_TEXT, "");
        return 0;
    }
    output_frame(PDF_PAGE, reading->page.data, reading->page.length);
    return 1;
}

static int send_page(struct reading *reading, uint32_t index)
{
    void *page = pdfium.FPDF_LoadPage(reading->document, (int)index);
    int goes_on;

    if (page == NULL) {
        output_frame(PDF_PAGE_LOST, &index, sizeof index);
        return 1;
    }
    send_links(reading, page);
    send_notes(reading, page);
    goes_on = send_words(reading, page, index);
    pdfium.FPDF_ClosePage(page);
    output_flush(); /* progress by page, and nothing lost if the next page crashes */
    return goes_on;
}

static void send_document(struct reading *reading, uint32_t flags)
{
    int pages = pdfium.FPDF_GetPageCount(reading->document);
    struct pdf_document_head head = {pages > 0 ? (uint32_t)pages : 0, flags};
    int form_type = pdfium.FPDF_GetFormType(reading->document);

    if (head.pages > reading->request->pages_max) {
        output_failure(PDF_FAILURE_PAGES, "");
        return;
    }
    head.flags |= form_type == 2 || form_type == 3 ? PDF_DOCUMENT_IS_XFA : 0;
    output_frame(PDF_DOCUMENT, &head, sizeof head);
    if (form_type != 0) {
        reading->form_info.version = 1;
        reading->form = pdfium.FPDFDOC_InitFormFillEnvironment(reading->document, &reading->form_info);
    }
    if (reading->request->first_page == 0) {
        send_metadata(reading);
        send_outline(reading);
    }
    for (uint32_t i = reading->request->first_page; i < head.pages; i++) {
        if (!send_page(reading, i)) {
            return;
        }
    }
    output_frame(PDF_DONE, NULL, 0);
}

static int is_encryption(unsigned long error)
{
    return error == PDFIUM_ERROR_PASSWORD || error == PDFIUM_ERROR_SECURITY;
}

static void report_not_opened(void)
{
    unsigned long error = pdfium.FPDF_GetLastError();

    output_failure(error == PDFIUM_ERROR_PASSWORD   ? PDF_FAILURE_PASSWORD
                   : error == PDFIUM_ERROR_SECURITY ? PDF_FAILURE_SECURITY
                   : allocation_failed              ? PDF_FAILURE_MEMORY
                                                    : PDF_FAILURE_FORMAT,
                   "");
}

static uint32_t document_flags(const char *data, size_t length)
{
    return has_trailer(data, length) ? 0 : PDF_DOCUMENT_IS_CUT;
}

void document_read(const struct pdf_request *request, int descriptor, const char *password)
{
    size_t length = request->document_bytes;
    struct reading reading = {.request = request};
    size_t length_repaired = 0;
    char *repaired = NULL;
    uint32_t flags;
    char *data = mmap(NULL, length, PROT_READ, MAP_SHARED, descriptor, 0);

    if (data == MAP_FAILED) {
        output_failure(PDF_FAILURE_MEMORY, "the document");
        return;
    }
    flags = document_flags(data, length);
    reading.document = pdfium.FPDF_LoadMemDocument64(data, length, password);
    if (reading.document == NULL && !is_encryption(pdfium.FPDF_GetLastError())) {
        repaired = repair_document(data, length, &length_repaired);
        reading.document = repaired != NULL ? pdfium.FPDF_LoadMemDocument64(repaired, length_repaired, password) : NULL;
        flags |= PDF_DOCUMENT_IS_CUT;
    }
    if (reading.document == NULL) {
        report_not_opened();
    } else {
        send_document(&reading, flags);
        if (reading.form != NULL) {
            pdfium.FPDFDOC_ExitFormFillEnvironment(reading.form);
        }
        pdfium.FPDF_CloseDocument(reading.document);
    }
    free(repaired);
    free(reading.page.data);
    free(reading.scratch.data);
    munmap(data, length);
}
