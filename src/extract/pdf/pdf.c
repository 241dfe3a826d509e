#include "extract/pdf/pdf.h"

#include "base/error.h"
#include "base/utf8.h"
#include "extract/layout/layout.h"
#include "extract/normal.h"
#include "extract/transcript/transcript.h"
#include "pdf/helper.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define SNIFF_BYTES   1024 /* where readers of PDF documents look for the signature */
#define RANGES_MAX    20   /* of pages that a note names */
#define NOTE_TEXT_MAX 512

/* Pages with something in common, for one note: "2, 5-9". */
struct page_set {
    uint32_t count;
    uint32_t first; /* of the open range */
    uint32_t last;
    uint32_t ranges;
    char text[256];
};

struct pdf_import {
    const struct context *context;
    const cpk_reader *reader;
    const cpk_sink *sink;
    struct layout *layout;
    struct buffer title;
    struct buffer comments; /* Markdown */
    struct buffer fields;
    struct buffer links;
    struct page_set lost;
    struct page_set images; /* without text, or with text that can't be told */
    int32_t is_unmapped;    /* such text was found */
    uint32_t pages;
    uint32_t flags; /* PDF_DOCUMENT_* */
    size_t words;
};

static void append_range(struct page_set *set)
{
    size_t length = strlen(set->text);

    if (set->ranges > RANGES_MAX) {
        return;
    }
    if (set->ranges++ == RANGES_MAX) {
        snprintf(set->text + length, sizeof set->text - length, ", ...");
    } else if (set->first == set->last) {
        snprintf(set->text + length, sizeof set->text - length, "%s%u", length > 0 ? ", " : "", set->first + 1);
    } else {
        snprintf(set->text + length, sizeof set->text - length, "%s%u-%u", length > 0 ? ", " : "", set->first + 1,
                 set->last + 1);
    }
}

static void page_set_add(struct page_set *set, uint32_t page)
{
    if (set->count > 0 && page != set->last + 1) {
        append_range(set);
    }
    if (set->count == 0 || page != set->last + 1) {
        set->first = page;
    }
    set->last = page;
    set->count++;
}

static const char *page_set_text(struct page_set *set)
{
    append_range(set);
    return set->text;
}

/* --- what the helper finds --- */

static cpk_status take_document(void *self, const struct pdf_document_head *head, cpk_error **error)
{
    struct pdf_import *import = self;

    (void)error;
    import->pages = head->pages;
    import->flags = head->flags;
    return CPK_OK;
}

/* Programs set titles such as "untitled" and "Microsoft Word - cv-final.docx": then the document's first heading or its
 * file name says more. */
static int32_t is_file_name(const char *title)
{
    const char *dot = strrchr(title, '.');

    return strncasecmp(title, "microsoft ", 10) == 0 || strncasecmp(title, "untitled", 8) == 0 ||
           (dot != NULL && strlen(dot) <= 6 && strchr(dot, ' ') == NULL && dot[1] != '\0');
}

static cpk_status take_metadata(void *self, const char *key, const char *value, cpk_error **error)
{
    struct pdf_import *import = self;

    (void)error;
    if (strcmp(key, "Title") == 0 && import->title.length == 0 && !is_file_name(value)) {
        normal_append_line(&import->title, value, strlen(value));
    }
    return CPK_OK;
}

static cpk_status take_outline(void *self, uint32_t depth, uint32_t page, const char *title, cpk_error **error)
{
    struct pdf_import *import = self;

    (void)page;
    return layout_expect_heading(import->layout, title, depth, error);
}

static void take_note(struct pdf_import *import, const struct page *page, const struct page_note *note)
{
    struct buffer *target = note->is_field ? &import->fields : &import->comments;

    buffer_append_text(target, "- ");
    if (!note->is_field) {
        buffer_append_format(target, "page %u", page->index + 1);
        buffer_append_text(target, note->name[0] != '\0' ? ", " : "");
    }
    normal_append_line(target, note->name, strlen(note->name));
    buffer_append_text(target, ": ");
    normal_append_line(target, note->text, strlen(note->text));
    buffer_append_byte(target, '\n');
}

static void take_links(struct pdf_import *import, const struct page *page)
{
    if (context_setting(import->context, SETTING_PDF_LINKS) == 0) {
        return;
    }
    for (size_t i = 0; i < page->link_count; i++) {
        const char *target = page->links[i].target;
        size_t length = strlen(target);

        if (memmem(buffer_text(&import->links), import->links.length, target, length) == NULL) {
            buffer_append_text(&import->links, "- ");
            normal_append_line(&import->links, target, length);
            buffer_append_byte(&import->links, '\n');
        }
    }
}

static cpk_status take_page(void *self, const struct page *page, cpk_error **error)
{
    struct pdf_import *import = self;

    import->words += page->word_count;
    import->is_unmapped |= page->is_unmapped;
    if (page->word_count == 0 && (page->has_images || page->is_unmapped)) {
        page_set_add(&import->images, page->index);
    }
    for (size_t i = 0; i < page->note_count; i++) {
        take_note(import, page, &page->notes[i]);
    }
    take_links(import, page);
    return layout_add_page(import->layout, page, error);
}

static cpk_status take_page_lost(void *self, uint32_t index, cpk_error **error)
{
    struct pdf_import *import = self;

    (void)error;
    page_set_add(&import->lost, index);
    return CPK_OK;
}

/* Progress is told in bytes: as many of the file's as pages were read of all. */
static cpk_status take_progress(void *self, uint32_t pages, uint32_t pages_total, cpk_error **error)
{
    struct pdf_import *import = self;
    int64_t size = import->reader->size_bytes > 0 ? import->reader->size_bytes : 0;

    return import->sink->progress(import->sink->self, pages_total > 0 ? size * pages / pages_total : 0, error);
}

/* --- what is told about the document --- */

static cpk_status send_note(const struct pdf_import *import, int32_t note, const char *format, const char *pages,
                            cpk_error **error)
{
    char text[NOTE_TEXT_MAX];

    snprintf(text, sizeof text, format, pages);
    return import->sink->note(import->sink->self, note, import->reader->name, text, error);
}

static cpk_status send_loss_note(struct pdf_import *import, enum pdf_loss loss, uint32_t lost_from, cpk_error **error)
{
    char from[32];

    if (loss == PDF_LOSS_CPU) {
        snprintf(from, sizeof from, "%u", lost_from + 1);
        return send_note(import, CPK_NOTE_UNREAD_PAGES,
                         "pages from %s on were not read: the document takes longer than pdf.max_cpu_ms", from, error);
    }
    if (import->lost.count == 0) {
        return CPK_OK;
    }
    return send_note(import, CPK_NOTE_UNREAD_PAGES,
                     loss == PDF_LOSS_MEMORY  ? "pages that were not read, because they need more than "
                                                "pdf.max_memory_bytes: %s"
                     : loss == PDF_LOSS_CRASH ? "pages that PDFium crashes on: %s"
                                              : "pages that are damaged: %s",
                     page_set_text(&import->lost), error);
}

static cpk_status send_notes(struct pdf_import *import, enum pdf_loss loss, uint32_t lost_from, cpk_error **error)
{
    CPK_TRY(send_loss_note(import, loss, lost_from, error));
    if ((import->flags & PDF_DOCUMENT_IS_CUT) != 0) {
        CPK_TRY(
            send_note(import, CPK_NOTE_DAMAGED, "the start or the end of the file is missing or damaged%s", "", error));
    }
    if (import->images.count > 0 && import->words > 0) {
        return send_note(import, CPK_NOTE_UNREAD_PAGES, "pages without a text layer, which need OCR: %s",
                         page_set_text(&import->images), error);
    }
    return CPK_OK;
}

static cpk_status refuse_empty(struct pdf_import *import, cpk_error **error)
{
    if (import->lost.count > 0) {
        return error_set(error, CPK_ERROR_INVALID_DATA, "pdf", "%s is damaged: none of its pages can be read",
                         import->reader->name);
    }
    if ((import->flags & PDF_DOCUMENT_IS_XFA) != 0) {
        return error_set(error, CPK_ERROR_UNSUPPORTED, "pdf",
                         "%s is an XFA form: print it to a PDF document and import that", import->reader->name);
    }
    if (import->is_unmapped) {
        return error_set(
            error, CPK_ERROR_NO_CONTENT, "pdf",
            "%s has no text that can be read: its fonts do not tell which characters they draw. Run OCR on "
            "it first, for example with ocrmypdf --force-ocr",
            import->reader->name);
    }
    if (import->images.count > 0) {
        return error_set(error, CPK_ERROR_NO_CONTENT, "pdf",
                         "%s has no text layer: its pages are images. Run OCR on it first, for example with ocrmypdf",
                         import->reader->name);
    }
    return error_set(error, CPK_ERROR_NO_CONTENT, "pdf", "%s contains no text", import->reader->name);
}

/* --- as a document --- */

struct text_source {
    const char *text;
    size_t length;
};

static cpk_status read_text(void *self, void *bytes, size_t capacity, size_t *got, cpk_error **error)
{
    struct text_source *source = self;

    (void)error;
    *got = source->length < capacity ? source->length : capacity;
    memcpy(bytes, source->text, *got);
    source->text += *got;
    source->length -= *got;
    return CPK_OK;
}

/* The sink of the text's sections: progress was told by page. */
static cpk_status ignore_progress(void *self, int64_t done_bytes, cpk_error **error)
{
    (void)self;
    (void)done_bytes;
    (void)error;
    return CPK_OK;
}

static void append_section(struct buffer *markdown, const char *heading, const struct buffer *items)
{
    if (items->length > 0) {
        buffer_append_format(markdown, "\n## %s\n\n", heading);
        buffer_append(markdown, items->data, items->length);
    }
    markdown->failed |= items->failed;
}

static cpk_status write_document(struct pdf_import *import, struct buffer *markdown, cpk_error **error)
{
    struct text_source source;
    cpk_reader reader = CPK_READER_INIT;
    cpk_sink sink = *import->sink;

    CPK_TRY(layout_render(import->layout, markdown, error));
    append_section(markdown, "Form fields", &import->fields);
    append_section(markdown, "Comments in the document", &import->comments);
    append_section(markdown, "Links", &import->links);
    if (markdown->failed || import->title.failed) {
        return error_out_of_memory(error);
    }
    if (markdown->length == 0) {
        return refuse_empty(import, error);
    }
    source.text = markdown->data;
    source.length = markdown->length;
    reader.self = &source;
    reader.name = import->reader->name;
    reader.size_bytes = (int64_t)markdown->length;
    reader.read = read_text;
    sink.progress = ignore_progress;
    return transcript_read_document(import->context, &reader, markdown, &sink, "pdf",
                                    import->title.length > 0 ? import->title.data : NULL, CPK_TIME_UNKNOWN, error);
}

static cpk_status run(struct pdf_import *import, cpk_error **error)
{
    const struct pdf_sink sink = {import,    take_document,  take_metadata, take_outline,
                                  take_page, take_page_lost, take_progress};
    struct buffer markdown;
    enum pdf_loss loss;
    uint32_t lost_from;
    cpk_status status;

    if (import->context->pdf_helper == NULL) {
        return error_set(error, CPK_ERROR_UNSUPPORTED, "pdf", "%s is a PDF document, which needs an engine",
                         import->reader->name);
    }
    CPK_TRY(layout_create(&import->context->allocator, &import->layout, error));
    if (context_setting(import->context, SETTING_PDF_RUNNING_LINES) != 0) {
        layout_keep_running_lines(import->layout);
    }
    buffer_init(&markdown, &import->context->allocator);
    CPK_TRY_CLEANUP(pdf_helper_read(import->context->pdf_helper, import->reader, &sink, &loss, &lost_from, error));
    CPK_TRY_CLEANUP(send_notes(import, loss, lost_from, error));
    CPK_TRY_CLEANUP(write_document(import, &markdown, error));
cleanup:
    buffer_free(&markdown);
    layout_free(import->layout);
    return status;
}

static cpk_status pdf_extract(void *self, const cpk_reader *reader, const cpk_sink *sink, cpk_error **error)
{
    const struct context *context = self;
    struct pdf_import import = {.context = context, .reader = reader, .sink = sink};
    cpk_status status;

    buffer_init(&import.title, &context->allocator);
    buffer_init(&import.comments, &context->allocator);
    buffer_init(&import.fields, &context->allocator);
    buffer_init(&import.links, &context->allocator);
    status = run(&import, error);
    buffer_free(&import.title);
    buffer_free(&import.comments);
    buffer_free(&import.fields);
    buffer_free(&import.links);
    return status;
}

static const char *pdf_name(void *self)
{
    (void)self;
    return "pdf";
}

/* The signature may stand behind other bytes. A file of that name without one is damaged, and no text document. */
static int32_t pdf_sniff(void *self, const void *head, size_t length, const char *name)
{
    const char *suffix = strrchr(name, '.');
    size_t searched = length < SNIFF_BYTES ? length : SNIFF_BYTES;
    const char *found = memmem(head, searched, "%PDF-", 5);

    (void)self;
    if (found == (const char *)head && found != NULL) {
        return 100;
    }
    return suffix != NULL && strcasecmp(suffix, ".pdf") == 0 ? 60 : 0;
}

void pdf_driver_init(cpk_extractor_driver *driver, const struct context *context)
{
    format_driver_init(driver, context, pdf_name, pdf_sniff, pdf_extract);
}
