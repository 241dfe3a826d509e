#include "options/page.h"

#include "terminal/format.h"

#define TEXT_COLUMNS 80
#define TERM_COLUMNS 24
#define ITEM_INDENT  2

static void spaces(struct output *out, size_t count)
{
    while (count-- > 0) {
        output_write(out, " ", 1);
    }
}

/* Writes one byte of text, escaped for the page's format. */
static void put_byte(const struct page *page, char byte, bool *in_code)
{
    if (byte == '`' && page->form == PAGE_MAN) {
        output_string(page->out, *in_code ? "\\fR" : "\\fB");
        *in_code = !*in_code;
    } else if (byte == '`' && page->form == PAGE_TEXT) {
        output_string(page->out, "\"");
    } else if (page->form == PAGE_MAN && (byte == '\\' || byte == '-')) {
        output_string(page->out, byte == '\\' ? "\\e" : "\\-");
    } else {
        output_write(page->out, &byte, 1);
    }
}

static void put_line(const struct page *page, const char *text, size_t length)
{
    bool in_code = false;

    if (page->form == PAGE_MAN && length > 0 && (text[0] == '.' || text[0] == '\'')) {
        output_string(page->out, "\\&");
    }
    for (size_t i = 0; i < length; i++) {
        put_byte(page, text[i], &in_code);
    }
}

/* Wraps words at TEXT_COLUMNS; the first line starts at `column`, the others at `indent`. */
static void put_wrapped(const struct page *page, const char *text, size_t length, size_t column, size_t indent)
{
    bool in_code = false;

    for (size_t at = 0; at < length;) {
        size_t word = 0;

        while (at + word < length && text[at + word] != ' ') {
            word++;
        }
        if (column > indent && column + 1 + word > TEXT_COLUMNS) {
            output_string(page->out, "\n");
            spaces(page->out, indent);
            column = indent;
        } else if (column > indent) {
            output_string(page->out, " ");
            column++;
        }
        for (size_t i = 0; i < word; i++) {
            put_byte(page, text[at + i], &in_code);
        }
        column += word;
        at += word + (at + word < length);
    }
    output_string(page->out, "\n");
}

void page_heading(const struct page *page, int level, const char *text)
{
    static const char *const MAN_MACROS[] = {".SH ", ".SS "};
    static const char *const MARKS[] = {"## ", "### "};

    if (page->form == PAGE_TEXT) {
        output_styled(page->out, STYLE_BOLD, text);
        output_string(page->out, "\n");
        return;
    }
    output_string(page->out, page->form == PAGE_MAN ? MAN_MACROS[level - 1] : MARKS[level - 1]);
    put_line(page, text, strlen(text));
    output_string(page->out, page->form == PAGE_MAN ? "\n" : "\n\n");
}

static size_t paragraph_length(const char *text)
{
    const char *end = strstr(text, "\n\n");

    return end != NULL ? (size_t)(end - text) : strlen(text);
}

void page_text(const struct page *page, const char *text)
{
    while (*text != '\0') {
        size_t length = paragraph_length(text);

        if (page->form == PAGE_MAN) {
            output_string(page->out, ".PP\n");
            put_line(page, text, length);
            output_string(page->out, "\n");
        } else {
            put_wrapped(page, text, length, 0, 0);
            output_string(page->out, "\n");
        }
        text += length;
        text += strspn(text, "\n");
    }
}

void page_code(const struct page *page, const char *text)
{
    if (page->form != PAGE_TEXT) {
        output_string(page->out, page->form == PAGE_MAN ? ".PP\n.RS 4\n.nf\n" : "```sh\n");
    }
    while (*text != '\0') {
        size_t length = strcspn(text, "\n");

        if (page->form == PAGE_TEXT) {
            spaces(page->out, ITEM_INDENT);
        }
        if (page->form == PAGE_MAN) {
            put_line(page, text, length);
        } else {
            output_write(page->out, text, length);
        }
        output_string(page->out, "\n");
        text += length + (text[length] == '\n');
    }
    if (page->form != PAGE_TEXT) {
        output_string(page->out, page->form == PAGE_MAN ? ".fi\n.RE\n" : "```\n");
    }
    if (page->form != PAGE_MAN) {
        output_string(page->out, "\n");
    }
}

void page_item(const struct page *page, const char *term, const char *text)
{
    size_t column = ITEM_INDENT + format_width(term);

    if (page->form == PAGE_MAN) {
        output_string(page->out, ".TP\n.B ");
        put_line(page, term, strlen(term));
        output_string(page->out, "\n");
        put_line(page, text, strlen(text));
        output_string(page->out, "\n");
        return;
    }
    if (page->form == PAGE_MARKDOWN) {
        output_format(page->out, "- `%s`: %s\n", term, text);
        return;
    }
    spaces(page->out, ITEM_INDENT);
    output_string(page->out, term);
    if (column + 2 > ITEM_INDENT + TERM_COLUMNS) {
        output_string(page->out, "\n");
        column = 0;
    }
    spaces(page->out, ITEM_INDENT + TERM_COLUMNS - column);
    put_wrapped(page, text, strlen(text), ITEM_INDENT + TERM_COLUMNS, ITEM_INDENT + TERM_COLUMNS);
}

void page_items_end(const struct page *page)
{
    if (page->form != PAGE_MAN) {
        output_string(page->out, "\n");
    }
}
