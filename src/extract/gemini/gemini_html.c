#include "base/error.h"
#include "extract/gemini/gemini.h"
#include "extract/gemini/gemini_internal.h"

#include <string.h>
#include <strings.h>

#define BLOCK_BYTES ((size_t)64 * 1024)

/* Each activity of the page is an element of this class. */
static const char cell_mark[] = "class=\"outer-cell";
static const char header_mark[] = "mdl-typography--title\">";
static const char content_mark[] = "class=\"content-cell";

struct page {
    struct chat chat;
    struct gemini_reading reading;
    struct buffer html; /* the current cell and what was read after it */
    struct buffer text;
    struct buffer title;
    struct buffer answer;
    size_t searched; /* bytes of `html` without a further mark */
    int32_t in_cell; /* `html` begins with a mark */
};

static const char *driver_name(void *self)
{
    (void)self;
    return "gemini";
}

static int32_t contains(const char *text, size_t length, const char *wanted)
{
    return memmem(text, length, wanted, strlen(wanted)) != NULL;
}

/* Pages of Takeout begin with a long style sheet. */
static int32_t driver_sniff(void *self, const void *head, size_t length, const char *name)
{
    const char *text = head;
    size_t at = 0;

    (void)self;
    (void)name;
    while (at < length && strchr("\xEF\xBB\xBF \t\r\n", text[at]) != NULL && text[at] != '\0') {
        at++;
    }
    if (at == length || text[at] != '<' || !contains(text, length, "mdl-")) {
        return 0;
    }
    return contains(text, length, cell_mark) || contains(text, length, "<title>My Activity History</title>") ||
                   contains(text, length, "outer-cell")
               ? 70
               : 0;
}

/* The content of the element whose tag begins before `mark`: up to its closing tag. */
static const char *find_content(const char *mark, const char *end, size_t *length)
{
    const char *from = memchr(mark, '>', (size_t)(end - mark));
    const char *at = from != NULL ? from + 1 : NULL;
    int32_t depth = 1;

    while (at != NULL && depth > 0) {
        const char *tag = memmem(at, (size_t)(end - at), "<", 1);

        if (tag == NULL || end - tag < 6) {
            at = end;
            break;
        }
        if (strncasecmp(tag, "</div", 5) == 0) {
            depth--;
        } else if (strncasecmp(tag, "<div", 4) == 0) {
            depth++;
        }
        at = depth > 0 ? tag + 1 : tag;
    }
    *length = at != NULL ? (size_t)(at - from) - 1 : 0;
    return at != NULL ? from + 1 : NULL;
}

/* Splits an activity's text at the line with its time: before it is the title, after it the answer. */
static int64_t split_text(struct page *page)
{
    const char *text = buffer_text(&page->text);
    const char *end = text + page->text.length;

    for (const char *line = text; line < end;) {
        const char *feed = memchr(line, '\n', (size_t)(end - line));
        const char *stop = feed != NULL ? feed : end;
        int64_t time_us = gemini_time_parse(line, (size_t)(stop - line));

        if (time_us != CPK_TIME_UNKNOWN && line > text) {
            buffer_append(&page->title, text, (size_t)(line - text));
            buffer_append(&page->answer, stop, (size_t)(end - stop));
            return time_us;
        }
        line = feed != NULL ? feed + 1 : end;
    }
    buffer_append(&page->title, text, page->text.length);
    return CPK_TIME_UNKNOWN;
}

/* 1 if there is more than white space. */
static int32_t has_text(const struct buffer *text)
{
    const char *at = buffer_text(text);

    return at[strspn(at, " \t\r\n")] != '\0';
}

static cpk_status read_cell(struct page *page, const char *html, size_t length, cpk_error **error)
{
    const char *end = html + length;
    const char *header = memmem(html, length, header_mark, sizeof header_mark - 1);
    const char *mark =
        header != NULL ? memmem(header, (size_t)(end - header), content_mark, sizeof content_mark - 1) : NULL;
    const char *content;
    size_t content_length;
    int64_t time_us;

    if (mark == NULL) {
        return CPK_OK;
    }
    buffer_clear(&page->text);
    buffer_append(&page->text, header + sizeof header_mark - 1, strcspn(header + sizeof header_mark - 1, "<"));
    if (!gemini_is_product(buffer_text(&page->text))) {
        page->reading.other_products++;
        return CPK_OK;
    }
    content = find_content(mark, end, &content_length);
    buffer_clear(&page->text);
    buffer_clear(&page->title);
    buffer_clear(&page->answer);
    CPK_TRY(gemini_append_html(&page->chat, &page->reading, &page->text, content != NULL ? content : "", content_length,
                               error));
    if (page->text.failed) {
        return error_out_of_memory(error);
    }
    time_us = split_text(page);
    if (page->title.failed || page->answer.failed) {
        return error_out_of_memory(error);
    }
    if (!has_text(&page->answer)) {
        buffer_clear(&page->answer);
    }
    return gemini_write_activity(&page->chat, &page->reading, &page->title, &page->answer, time_us, error);
}

/* Reads the cells that are complete: a cell ends where the next one begins, or with the page. */
static cpk_status read_cells(struct page *page, int32_t at_end, cpk_error **error)
{
    size_t overlap = sizeof cell_mark - 2; /* a mark may span two blocks */

    for (;;) {
        const char *html = buffer_text(&page->html);
        size_t from = page->searched;
        const char *mark = memmem(html + from, page->html.length - from, cell_mark, sizeof cell_mark - 1);
        size_t length = mark != NULL ? (size_t)(mark - html) : page->html.length;

        if (mark == NULL && !at_end) {
            page->searched = page->html.length > overlap + from ? page->html.length - overlap : from;
            return CPK_OK;
        }
        if (page->in_cell) {
            CPK_TRY(read_cell(page, html, length, error));
        }
        if (mark == NULL) {
            return CPK_OK;
        }
        memmove(page->html.data, mark, page->html.length - length + 1);
        page->html.length -= length;
        page->searched = sizeof cell_mark - 1;
        page->in_cell = 1;
    }
}

/* What is before the first cell is not needed; a cell that is too long is left out. */
static cpk_status limit_cell(struct page *page, cpk_error **error)
{
    const struct context *context = page->chat.context;
    const cpk_sink *sink = page->chat.sink;
    size_t overlap = sizeof cell_mark - 2;
    int32_t is_long = page->html.length > (size_t)context_setting(context, SETTING_IMPORT_MAX_CONVERSATION_BYTES);

    if ((page->in_cell && !is_long) || page->html.length <= overlap) {
        return CPK_OK;
    }
    memmove(page->html.data, page->html.data + page->html.length - overlap, overlap + 1);
    page->html.length = overlap;
    page->searched = 0;
    if (!page->in_cell) {
        return CPK_OK;
    }
    page->in_cell = 0;
    return sink->note(sink->self, CPK_NOTE_OVER_LIMIT, page->reading.reader->name,
                      "an activity is longer than import.max_conversation_bytes and was skipped", error);
}

static cpk_status read_page(struct page *page, cpk_error **error)
{
    const cpk_reader *reader = page->reading.reader;
    const cpk_sink *sink = page->chat.sink;
    int64_t position = 0;
    size_t got = 1;

    while (got > 0) {
        char *end = buffer_reserve(&page->html, BLOCK_BYTES);

        if (end == NULL) {
            return error_out_of_memory(error);
        }
        CPK_TRY(reader->read(reader->self, end, BLOCK_BYTES, &got, error));
        page->html.length += got;
        page->html.data[page->html.length] = '\0';
        position += (int64_t)got;
        CPK_TRY(read_cells(page, got == 0, error));
        CPK_TRY(limit_cell(page, error));
        CPK_TRY(sink->progress(sink->self, position, error));
    }
    return gemini_note_others(&page->chat, &page->reading, error);
}

static cpk_status driver_extract(void *self, const cpk_reader *reader, const cpk_sink *sink, cpk_error **error)
{
    struct page page = {.reading = {.reader = reader}};
    cpk_status status = chat_init(&page.chat, self, sink, "gemini", error);
    const cpk_allocator *allocator = &page.chat.context->allocator;

    buffer_init(&page.html, allocator);
    buffer_init(&page.text, allocator);
    buffer_init(&page.title, allocator);
    buffer_init(&page.answer, allocator);
    if (status == CPK_OK) {
        status = read_page(&page, error);
    }
    buffer_free(&page.answer);
    buffer_free(&page.title);
    buffer_free(&page.text);
    buffer_free(&page.html);
    chat_free(&page.chat);
    return status;
}

void gemini_html_driver_init(cpk_extractor_driver *driver, const struct context *context)
{
    format_driver_init(driver, context, driver_name, driver_sniff, driver_extract);
}
