#include "extract/html/html.h"

#include "base/error.h"
#include "extract/document/document.h"
#include "extract/document/magic.h"
#include "extract/html/html_charset.h"
#include "extract/html/html_content.h"
#include "extract/html/html_gate.h"
#include "extract/html/html_node.h"
#include "extract/html/html_text.h"
#include "extract/html/html_tree.h"
#include "extract/memory_reader.h"
#include "extract/shares/share_page.h"
#include "extract/transcript/transcript.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define READABLE_BYTES_MIN 200 /* less than this may mean that too much was taken for boilerplate */
#define GAIN_MIN           4   /* then more is taken if the text becomes that many times longer */

/* A page while it is read. */
struct html_page {
    struct buffer bytes;
    struct buffer text; /* the same in UTF-8 */
    struct html_tree tree;
};

cpk_status html_append_readable(struct buffer *target, struct html_tree *tree, cpk_error **error)
{
    const uint32_t left_out[] = {HTML_MARK_BOILERPLATE | HTML_MARK_LINKS, HTML_MARK_BOILERPLATE, 0};
    const size_t start = target->length;
    const GumboNode *main_node;
    struct buffer text;
    cpk_status status;

    buffer_init(&text, target->allocator);
    CPK_TRY_CLEANUP(html_content_mark(tree, &main_node, error));
    for (size_t i = 0; i < sizeof left_out / sizeof left_out[0] && target->length - start < READABLE_BYTES_MIN; i++) {
        buffer_clear(&text);
        CPK_TRY_CLEANUP(html_text_append(&text, main_node, left_out[i], error));
        if (text.length > (target->length - start) * GAIN_MIN && !target->failed) {
            target->length = start;
            buffer_append(target, buffer_text(&text), text.length);
        }
    }
    status = target->failed ? error_out_of_memory(error) : CPK_OK;
cleanup:
    buffer_free(&text);
    return status;
}

/* --- Reading --- */

static cpk_status read_page(const struct context *context, const cpk_reader *reader, const cpk_sink *sink,
                            struct html_page *page, cpk_error **error)
{
    static const struct format_limit limit = {SETTING_IMPORT_MAX_DOCUMENT_BYTES, "import.max_document_bytes",
                                              "a page "};

    CPK_TRY(format_read_all(context, reader, sink, &limit, &page->bytes, error));
    CPK_TRY(html_append_utf8(&page->text, buffer_text(&page->bytes), page->bytes.length, error));
    buffer_free(&page->bytes);
    return html_tree_parse(&page->tree, context, sink, reader->name, buffer_text(&page->text), page->text.length,
                           error);
}

/* --- As a document --- */

static cpk_status write_document(const struct context *context, const char *name, const char *title,
                                 const struct buffer *text, const cpk_sink *sink, cpk_error **error)
{
    struct memory_source source;
    const cpk_reader reader = memory_reader(&source, buffer_text(text), text->length, name);

    return transcript_read_document(context, &reader, text, sink, "html", title[0] != '\0' ? title : NULL,
                                    CPK_TIME_UNKNOWN, error);
}

/* What a reader of the page does not see may have been written for programs alone. */
static cpk_status note_hidden(const struct html_tree *tree, const char *name, const cpk_sink *sink, cpk_error **error)
{
    char text[80];

    if (tree->hidden == 0) {
        return CPK_OK;
    }
    snprintf(text, sizeof text, "text that the style hides was left out in %lld place%s", (long long)tree->hidden,
             tree->hidden > 1 ? "s" : "");
    return sink->note(sink->self, CPK_NOTE_NOT_READ, name, text, error);
}

static cpk_status read_document(const struct context *context, const cpk_reader *reader, const cpk_sink *sink,
                                struct html_page *page, cpk_error **error)
{
    struct buffer title;
    struct buffer text;
    cpk_status status;

    buffer_init(&title, &context->allocator);
    buffer_init(&text, &context->allocator);
    CPK_TRY_CLEANUP(html_append_title(&title, &page->tree, error));
    CPK_TRY_CLEANUP(html_append_readable(&text, &page->tree, error));
    CPK_TRY_CLEANUP(note_hidden(&page->tree, reader->name, sink, error));
    html_tree_free(&page->tree);
    if (text.length > 0) {
        CPK_TRY_CLEANUP(write_document(context, reader->name, buffer_text(&title), &text, sink, error));
    }
cleanup:
    buffer_free(&title);
    buffer_free(&text);
    return status;
}

/* A copy of ChatGPT's exports, made for reading in a browser. */
static int32_t is_export_copy(const struct html_page *page)
{
    static const char MARK[] = "var jsonData";

    return memmem(buffer_text(&page->text), page->text.length, MARK, sizeof MARK - 1) != NULL &&
           memmem(buffer_text(&page->text), page->text.length, "\"mapping\"", 9) != NULL;
}

/* Fails for a page that stands in for another one. */
static cpk_status check_page(struct html_page *page, const char *name, cpk_error **error)
{
    enum html_gate gate;

    if (is_export_copy(page)) {
        return error_set(error, CPK_ERROR_UNSUPPORTED, "import",
                         "%s is the chat.html of a ChatGPT export: give the ZIP or its conversations.json", name);
    }
    CPK_TRY(html_gate_find(&page->tree, &gate, error));
    if (gate == HTML_GATE_NONE) {
        return CPK_OK;
    }
    return error_set_native(error, CPK_ERROR_NO_CONTENT, "import", html_gate_code(gate), 0, "%s has no content: %s",
                            name, html_gate_text(gate));
}

static cpk_status html_extract(void *self, const cpk_reader *reader, const cpk_sink *sink, cpk_error **error)
{
    const struct context *context = self;
    struct html_page page = {.tree = {.context = context}};
    int32_t is_share = 0;
    cpk_status status;

    buffer_init(&page.bytes, &context->allocator);
    buffer_init(&page.text, &context->allocator);
    status = read_page(context, reader, sink, &page, error);
    if (status == CPK_OK) {
        status = share_page_read(&page.tree, buffer_text(&page.text), page.text.length, reader->name, sink, &is_share,
                                 error);
    }
    if (status == CPK_OK && !is_share) {
        status = check_page(&page, reader->name, error);
    }
    if (status == CPK_OK && !is_share) {
        status = read_document(context, reader, sink, &page, error);
    }
    html_tree_free(&page.tree);
    buffer_free(&page.bytes);
    buffer_free(&page.text);
    return status;
}

static const char *html_name(void *self)
{
    (void)self;
    return "html";
}

static int32_t has_html_name(const char *name)
{
    const char *suffix = strrchr(name, '.');

    return suffix != NULL &&
           (strcasecmp(suffix, ".html") == 0 || strcasecmp(suffix, ".htm") == 0 || strcasecmp(suffix, ".xhtml") == 0);
}

/* A failed download with the name of an export is no document. */
static int32_t html_sniff(void *self, const void *head, size_t length, const char *name)
{
    (void)self;
    if (document_is_named_json(name)) {
        return 0;
    }
    return magic_is_html(head, length) || (has_html_name(name) && magic_is_text(head, length)) ? 50 : 0;
}

void html_driver_init(cpk_extractor_driver *driver, const struct context *context)
{
    format_driver_init(driver, context, html_name, html_sniff, html_extract);
}
