#include "extract/chats/html_text.h"

#include "base/utf8.h"

#include <string.h>
#include <strings.h>

#define REFERENCE_BYTES_MAX 12 /* "&#x10FFFF;" and the longest name below */
#define NAME_BYTES_MAX      16
#define LINK_BYTES_MAX      2048

struct html {
    struct buffer *target;
    size_t start; /* length of the target before */
    const char *at;
    const char *end;
    const char *link; /* address of the open <a>; NULL: none */
    size_t link_length;
    size_t link_from; /* where its text starts in the target */
    int32_t in_pre;
};

static void append_code_point(struct buffer *target, uint32_t code_point)
{
    char bytes[4];
    size_t length = 0;

    if (code_point == 0 || code_point > 0x10FFFF || (code_point >= 0xD800 && code_point <= 0xDFFF)) {
        code_point = 0xFFFD;
    }
    if (code_point < 0x80) {
        bytes[length++] = (char)code_point;
    } else if (code_point < 0x800) {
        bytes[length++] = (char)(0xC0 | code_point >> 6);
    } else if (code_point < 0x10000) {
        bytes[length++] = (char)(0xE0 | code_point >> 12);
        bytes[length++] = (char)(0x80 | (code_point >> 6 & 0x3F));
    } else {
        bytes[length++] = (char)(0xF0 | code_point >> 18);
        bytes[length++] = (char)(0x80 | (code_point >> 12 & 0x3F));
        bytes[length++] = (char)(0x80 | (code_point >> 6 & 0x3F));
    }
    if (code_point >= 0x80) {
        bytes[length++] = (char)(0x80 | (code_point & 0x3F));
    }
    buffer_append(target, bytes, length);
}

/* The number of "&#123;" or "&#x7B;", between the # and the end; 0 if it is none. */
static uint32_t read_number(const char *text, size_t length)
{
    uint32_t base = length > 0 && (text[0] == 'x' || text[0] == 'X') ? 16 : 10;
    uint32_t number = 0;

    for (size_t i = base == 16; i < length; i++) {
        const char *digits = "0123456789abcdef";
        const char *digit = strchr(digits, text[i] | (text[i] >= 'A' ? 0x20 : 0));

        if (text[i] == '\0' || digit == NULL || (uint32_t)(digit - digits) >= base || number > 0x10FFFF) {
            return 0;
        }
        number = number * base + (uint32_t)(digit - digits);
    }
    return number;
}

static uint32_t read_name(const char *text, size_t length)
{
    static const struct {
        const char *name;
        uint32_t code_point;
    } names[] = {{"amp", '&'},      {"lt", '<'},       {"gt", '>'},       {"quot", '"'},      {"apos", '\''},
                 {"nbsp", ' '},     {"emsp", ' '},     {"ensp", ' '},     {"hellip", 0x2026}, {"mdash", 0x2014},
                 {"ndash", 0x2013}, {"lsquo", 0x2018}, {"rsquo", 0x2019}, {"ldquo", 0x201C},  {"rdquo", 0x201D},
                 {"bull", 0x2022},  {"middot", 0xB7},  {"copy", 0xA9},    {"reg", 0xAE},      {"trade", 0x2122},
                 {"euro", 0x20AC},  {"pound", 0xA3},   {"deg", 0xB0},     {"times", 0xD7},    {"laquo", 0xAB},
                 {"raquo", 0xBB},   {"rarr", 0x2192},  {"larr", 0x2190},  {"auml", 0xE4},     {"ouml", 0xF6},
                 {"uuml", 0xFC},    {"Auml", 0xC4},    {"Ouml", 0xD6},    {"Uuml", 0xDC},     {"szlig", 0xDF},
                 {"eacute", 0xE9},  {"egrave", 0xE8},  {"agrave", 0xE0},  {"ccedil", 0xE7},   {"ntilde", 0xF1}};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strlen(names[i].name) == length && memcmp(names[i].name, text, length) == 0) {
            return names[i].code_point;
        }
    }
    return 0;
}

/* Appends the character of a reference at `text`, which starts with '&'; the '&' itself if it is none. Returns the
 * bytes that it takes. */
static size_t append_reference(struct buffer *target, const char *text, size_t length)
{
    const char *semicolon = memchr(text, ';', length < REFERENCE_BYTES_MAX ? length : REFERENCE_BYTES_MAX);
    uint32_t code_point = 0;

    if (semicolon != NULL && semicolon > text + 1) {
        code_point = text[1] == '#' ? read_number(text + 2, (size_t)(semicolon - text) - 2)
                                    : read_name(text + 1, (size_t)(semicolon - text) - 1);
    }
    if (code_point == 0) {
        buffer_append_byte(target, '&');
        return 1;
    }
    append_code_point(target, code_point);
    return (size_t)(semicolon - text) + 1;
}

void html_append_decoded(struct buffer *target, const char *text, size_t length)
{
    size_t at = 0;

    while (at < length) {
        const char *reference = memchr(text + at, '&', length - at);
        size_t plain = reference != NULL ? (size_t)(reference - text) - at : length - at;

        buffer_append(target, text + at, plain);
        at += plain;
        if (at < length) {
            at += append_reference(target, text + at, length - at);
        }
    }
}

static int32_t ends_with(const struct html *html, char byte)
{
    const struct buffer *target = html->target;

    return target->length == html->start || target->data[target->length - 1] == byte;
}

static void break_line(struct html *html)
{
    while (html->target->length > html->start && html->target->data[html->target->length - 1] == ' ') {
        html->target->length--;
    }
    if (!ends_with(html, '\n')) {
        buffer_append_byte(html->target, '\n');
    }
}

/* Text between tags: white space is one space, except in <pre>. */
static void add_text(struct html *html, const char *end)
{
    while (html->at < end) {
        char byte = *html->at;

        if (byte == '&') {
            html->at += append_reference(html->target, html->at, (size_t)(end - html->at));
        } else if (!html->in_pre && (byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t')) {
            if (!ends_with(html, ' ') && !ends_with(html, '\n')) {
                buffer_append_byte(html->target, ' ');
            }
            html->at++;
        } else {
            buffer_append_byte(html->target, byte);
            html->at++;
        }
    }
}

/* The value of href in the tag's attributes. */
static void find_link(struct html *html, const char *tag, const char *end)
{
    const char *at = memmem(tag, (size_t)(end - tag), "href=\"", 6);
    const char *quote = at != NULL ? memchr(at + 6, '"', (size_t)(end - at - 6)) : NULL;

    html->link = NULL;
    if (quote != NULL && (strncasecmp(at + 6, "http://", 7) == 0 || strncasecmp(at + 6, "https://", 8) == 0)) {
        html->link = at + 6;
        html->link_length = (size_t)(quote - html->link);
        html->link_from = html->target->length;
    }
}

/* Adds the address of a link after its text, unless it is its text. */
static void end_link(struct html *html)
{
    struct buffer *target = html->target;

    if (html->link == NULL || html->link_length > LINK_BYTES_MAX) {
        return;
    }
    if (target->length - html->link_from != html->link_length ||
        memcmp(target->data + html->link_from, html->link, html->link_length) != 0) {
        buffer_append_text(target, " (");
        html_append_decoded(target, html->link, html->link_length);
        buffer_append_byte(target, ')');
    }
    html->link = NULL;
}

static int32_t is_block(const char *name)
{
    static const char *const names[] = {"p",       "div",        "li", "ul", "ol", "tr",    "table",   "h1",
                                        "h2",      "h3",         "h4", "h5", "h6", "hr",    "section", "pre",
                                        "article", "blockquote", "dd", "dt", "dl", "thead", "tbody"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(names[i], name) == 0) {
            return 1;
        }
    }
    return 0;
}

/* Skips the content of an element whose text is not shown. */
static void skip_content(struct html *html, const char *name)
{
    size_t length = strlen(name);

    while (html->at < html->end) {
        const char *close = memmem(html->at, (size_t)(html->end - html->at), "</", 2);

        html->at = close != NULL ? close + 2 : html->end;
        if (close != NULL && (size_t)(html->end - html->at) >= length && strncasecmp(html->at, name, length) == 0) {
            html->at -= 2;
            return;
        }
    }
}

static void read_name_of_tag(const char *tag, const char *end, char name[NAME_BYTES_MAX])
{
    size_t length = 0;

    while (tag < end && length + 1 < NAME_BYTES_MAX &&
           ((*tag >= 'a' && *tag <= 'z') || (*tag >= 'A' && *tag <= 'Z') || (*tag >= '0' && *tag <= '9'))) {
        name[length++] = (char)(*tag >= 'A' && *tag <= 'Z' ? *tag | 0x20 : *tag);
        tag++;
    }
    name[length] = '\0';
}

/* Handles a tag; `end` is its '>'. */
static void take_tag(struct html *html, const char *end)
{
    int32_t is_end = html->at + 1 < end && html->at[1] == '/';
    const char *tag = html->at + 1 + is_end;
    char name[NAME_BYTES_MAX];

    read_name_of_tag(tag, end, name);
    html->at = end < html->end ? end + 1 : html->end;
    if (strcmp(name, "br") == 0) {
        buffer_append_byte(html->target, '\n');
    } else if (strcmp(name, "a") == 0) {
        end_link(html);
        if (!is_end) {
            find_link(html, tag, end);
        }
    } else if (is_block(name)) {
        break_line(html);
        if (!is_end && strcmp(name, "li") == 0) {
            buffer_append_text(html->target, "- ");
        }
        html->in_pre = strcmp(name, "pre") == 0 ? !is_end : html->in_pre;
    } else if (strcmp(name, "td") == 0 || strcmp(name, "th") == 0) {
        buffer_append_text(html->target, is_end ? " | " : "");
    } else if (!is_end && (strcmp(name, "script") == 0 || strcmp(name, "style") == 0)) {
        skip_content(html, name);
    }
}

void html_append_text(struct buffer *target, const char *text, size_t length)
{
    struct html html = {.target = target, .start = target->length, .at = text, .end = text + length};

    while (html.at < html.end && !target->failed) {
        const char *tag = memchr(html.at, '<', (size_t)(html.end - html.at));
        const char *close;

        add_text(&html, tag != NULL ? tag : html.end);
        if (tag == NULL) {
            break;
        }
        if (html.end - tag >= 4 && memcmp(tag, "<!--", 4) == 0) {
            close = memmem(tag, (size_t)(html.end - tag), "-->", 3);
            html.at = close != NULL ? close + 3 : html.end;
            continue;
        }
        if (html.end - tag < 2 || strchr("/!?", tag[1]) == NULL) {
            if (html.end - tag < 2 || (tag[1] | 0x20) < 'a' || (tag[1] | 0x20) > 'z') {
                buffer_append_byte(target, '<');
                html.at++;
                continue;
            }
        }
        close = memchr(tag, '>', (size_t)(html.end - tag));
        take_tag(&html, close != NULL ? close : html.end);
    }
}
