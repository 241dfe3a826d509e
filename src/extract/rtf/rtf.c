#include "extract/rtf/rtf.h"

#include "base/buffer.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "extract/document/charset.h"
#include "extract/document/flow.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORD_BYTES_MAX 32  /* of a control word */
#define GROUPS_MAX     512 /* nesting; deeper groups share the state of the last */
#define FONTS_MAX      256
#define CODE_PAGE      1252

/* What a group inherits and its end restores. */
struct rtf_group {
    int32_t is_skipped; /* a destination that is not text */
    int32_t is_font_table;
    int32_t fallback_bytes; /* after \u */
    int32_t code_page;
    int32_t is_hidden;
};

struct rtf {
    const struct context *context;
    const char *at;
    const char *end;
    struct rtf_group groups[GROUPS_MAX];
    size_t depth;
    int32_t code_page;        /* of the document */
    int32_t fonts[FONTS_MAX]; /* code pages by number */
    int32_t font;             /* whose entry of the table is read */
    int32_t to_skip;          /* characters that stand for the last \u */
    uint32_t high;            /* the first half of a surrogate pair */
    int32_t is_damaged;       /* a length goes beyond the end */
    struct buffer bytes;      /* text in the current code page, not yet converted */
    struct buffer paragraph;
    struct flow_gap gap; /* in it, of hidden text */
    int32_t outline;
    int32_t is_item;
    int32_t in_table;
    struct flow flow;
    struct flow cell;
    struct flow_table table;
};

static struct rtf_group *group_of(struct rtf *rtf)
{
    return &rtf->groups[rtf->depth < GROUPS_MAX ? rtf->depth : GROUPS_MAX - 1];
}

/* --- Text --- */

static cpk_status flush_bytes(struct rtf *rtf, cpk_error **error)
{
    char name[32];
    cpk_status status = CPK_OK;

    if (rtf->bytes.failed) {
        return error_out_of_memory(error);
    }
    if (rtf->bytes.length > 0) {
        snprintf(name, sizeof name, group_of(rtf)->code_page == 10000 ? "MACINTOSH" : "CP%d",
                 (int)group_of(rtf)->code_page);
        flow_gap_fill(&rtf->gap, &rtf->paragraph, rtf->bytes.data[0]);
        status = charset_append(&rtf->paragraph, name, buffer_text(&rtf->bytes), rtf->bytes.length, error);
        buffer_clear(&rtf->bytes);
    }
    return status;
}

static void add_byte(struct rtf *rtf, char byte)
{
    if (rtf->to_skip > 0) {
        rtf->to_skip--;
    } else if (!group_of(rtf)->is_skipped && group_of(rtf)->is_hidden) {
        flow_gap_hide(&rtf->gap, &byte, 1);
    } else if (!group_of(rtf)->is_skipped) {
        buffer_append_byte(&rtf->bytes, byte);
    }
}

static cpk_status add_text(struct rtf *rtf, const char *text, cpk_error **error)
{
    if (group_of(rtf)->is_skipped) {
        return CPK_OK;
    }
    if (group_of(rtf)->is_hidden) {
        flow_gap_hide(&rtf->gap, text, strlen(text));
        return CPK_OK;
    }
    CPK_TRY(flush_bytes(rtf, error));
    flow_gap_fill(&rtf->gap, &rtf->paragraph, text[0]);
    buffer_append_text(&rtf->paragraph, text);
    return CPK_OK;
}

static cpk_status add_unicode(struct rtf *rtf, int32_t value, cpk_error **error)
{
    uint32_t code = (uint32_t)(value < 0 ? value + 65536 : value);
    char text[5] = "";

    rtf->to_skip = group_of(rtf)->fallback_bytes;
    if (code >= 0xD800 && code < 0xDC00) {
        rtf->high = code;
        return CPK_OK;
    }
    if (code >= 0xDC00 && code < 0xE000) {
        code = rtf->high != 0 ? 0x10000 + ((rtf->high - 0xD800) << 10) + (code - 0xDC00) : UTF8_REPLACEMENT;
    }
    rtf->high = 0;
    if (code == 0 || code > 0x10FFFF) {
        return CPK_OK;
    }
    text[utf8_encode(code, text)] = '\0';
    return add_text(rtf, text, error);
}

/* --- Blocks --- */

static cpk_status end_paragraph(struct rtf *rtf, cpk_error **error)
{
    const char *text;
    size_t length;

    CPK_TRY(flush_bytes(rtf, error));
    text = buffer_text(&rtf->paragraph);
    length = rtf->paragraph.length;
    if (!rtf->in_table && length > 0) { /* it ends the table before it */
        rtf->table.rows = rtf->table.columns = 0;
    }
    if (rtf->in_table) {
        flow_add_paragraph(&rtf->cell, text, length);
    } else if (rtf->outline >= 0) {
        flow_add_heading(&rtf->flow, rtf->outline + 1, text, length);
    } else if (rtf->is_item) {
        flow_add_item(&rtf->flow, 0, "-", text, length);
    } else {
        flow_add_paragraph(&rtf->flow, text, length);
    }
    rtf->flow.text.failed = rtf->flow.text.failed || rtf->paragraph.failed || rtf->cell.text.failed;
    buffer_clear(&rtf->paragraph);
    rtf->gap.is_due = 0;
    return CPK_OK;
}

static cpk_status end_cell(struct rtf *rtf, cpk_error **error)
{
    rtf->in_table = 1;
    CPK_TRY(end_paragraph(rtf, error));
    flow_table_add_cell(&rtf->table, buffer_text(&rtf->cell.text), rtf->cell.text.length);
    flow_clear(&rtf->cell);
    return CPK_OK;
}

static void start_paragraph(struct rtf *rtf)
{
    rtf->outline = -1;
    rtf->is_item = 0;
    if (rtf->in_table && rtf->table.cells == 0 && rtf->cell.text.length == 0) {
        rtf->in_table = 0;
    }
}

/* --- Control words --- */

static int32_t code_page_of_charset(int32_t charset)
{
    static const struct {
        int32_t charset;
        int32_t code_page;
    } pages[] = {{77, 10000}, {128, 932},  {129, 949},  {134, 936},  {136, 950},  {161, 1253}, {162, 1254},
                 {163, 1258}, {177, 1255}, {178, 1256}, {186, 1257}, {204, 1251}, {222, 874},  {238, 1250}};

    for (size_t i = 0; i < sizeof pages / sizeof pages[0]; i++) {
        if (pages[i].charset == charset) {
            return pages[i].code_page;
        }
    }
    return 0;
}

static int32_t is_destination(const char *word)
{
    static const char *const words[] = {"colortbl",  "stylesheet",   "info",
                                        "pict",      "object",       "themedata",
                                        "datastore", "listtable",    "listoverridetable",
                                        "rsidtbl",   "generator",    "xmlnstbl",
                                        "fldinst",   "bkmkstart",    "bkmkend",
                                        "filetbl",   "latentstyles", "colorschememapping",
                                        "header",    "footer",       "headerl",
                                        "headerr",   "headerf",      "footerl",
                                        "footerr",   "footerf",      "listtext",
                                        "pntext",    "nonshppict",   "revtbl"};

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(words[i], word) == 0) {
            return 1;
        }
    }
    return 0;
}

static cpk_status set_font(struct rtf *rtf, int32_t number, cpk_error **error)
{
    struct rtf_group *group = group_of(rtf);
    int32_t page;

    if (group->is_font_table) {
        rtf->font = number;
        return CPK_OK;
    }
    page = number >= 0 && number < FONTS_MAX && rtf->fonts[number] != 0 ? rtf->fonts[number] : rtf->code_page;
    if (page != group->code_page) {
        CPK_TRY(flush_bytes(rtf, error));
        group->code_page = page;
    }
    return CPK_OK;
}

/* Words that stand for a character. */
static const char *character_of(const char *word)
{
    static const char *const characters[][2] = {{"tab", "\t"},
                                                {"line", "\n"},
                                                {"emdash", "\xE2\x80\x94"},
                                                {"endash", "\xE2\x80\x93"},
                                                {"bullet", "\xE2\x80\xA2"},
                                                {"lquote", "\xE2\x80\x98"},
                                                {"rquote", "\xE2\x80\x99"},
                                                {"ldblquote", "\xE2\x80\x9C"},
                                                {"rdblquote", "\xE2\x80\x9D"},
                                                {"emspace", " "},
                                                {"enspace", " "},
                                                {"page", "\n"}};

    for (size_t i = 0; i < sizeof characters / sizeof characters[0]; i++) {
        if (strcmp(characters[i][0], word) == 0) {
            return characters[i][1];
        }
    }
    return NULL;
}

static cpk_status apply_block_word(struct rtf *rtf, const char *word, int32_t value, cpk_error **error)
{
    if (group_of(rtf)->is_skipped) {
        return CPK_OK;
    }
    if (strcmp(word, "par") == 0 || strcmp(word, "sect") == 0) {
        return end_paragraph(rtf, error);
    }
    if (strcmp(word, "pard") == 0) {
        start_paragraph(rtf);
    } else if (strcmp(word, "intbl") == 0) {
        rtf->in_table = 1;
    } else if (strcmp(word, "outlinelevel") == 0) {
        rtf->outline = value >= 0 && value < 9 ? value : -1;
    } else if (strcmp(word, "ls") == 0) {
        rtf->is_item = value > 0;
    } else if (strcmp(word, "cell") == 0) {
        return end_cell(rtf, error);
    } else if (strcmp(word, "row") == 0) {
        flow_table_end_row(&rtf->table, &rtf->flow);
    }
    return CPK_OK;
}

static cpk_status apply_word(struct rtf *rtf, const char *word, int32_t value, int32_t has_value, cpk_error **error)
{
    struct rtf_group *group = group_of(rtf);
    const char *character = character_of(word);

    if (character != NULL) {
        return add_text(rtf, character, error);
    }
    if (is_destination(word)) {
        group->is_skipped = 1;
    } else if (strcmp(word, "u") == 0) {
        return add_unicode(rtf, value, error);
    } else if (strcmp(word, "uc") == 0) {
        group->fallback_bytes = value >= 0 && value < 16 ? value : 1;
    } else if (strcmp(word, "fonttbl") == 0) {
        group->is_font_table = group->is_skipped = 1;
    } else if (strcmp(word, "fcharset") == 0 && rtf->font >= 0 && rtf->font < FONTS_MAX) {
        rtf->fonts[rtf->font] = code_page_of_charset(value);
    } else if (strcmp(word, "f") == 0) {
        return set_font(rtf, value, error);
    } else if (strcmp(word, "ansicpg") == 0) {
        rtf->code_page = group->code_page = value > 0 && value < 65536 ? value : CODE_PAGE;
    } else if (strcmp(word, "mac") == 0) {
        rtf->code_page = group->code_page = 10000;
    } else if (strcmp(word, "v") == 0 || strcmp(word, "deleted") == 0) {
        CPK_TRY(flush_bytes(rtf, error)); /* what is visible so far stands before a gap */
        group->is_hidden = !has_value || value != 0;
    } else if (strcmp(word, "plain") == 0) {
        CPK_TRY(flush_bytes(rtf, error));
        group->is_hidden = 0;
    } else {
        return apply_block_word(rtf, word, value, error);
    }
    return CPK_OK;
}

/* --- Parsing --- */

static int32_t is_letter(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

static int32_t hex_value(char digit)
{
    return digit >= '0' && digit <= '9'   ? digit - '0'
           : digit >= 'a' && digit <= 'f' ? digit - 'a' + 10
           : digit >= 'A' && digit <= 'F' ? digit - 'A' + 10
                                          : -1;
}

static cpk_status parse_word(struct rtf *rtf, cpk_error **error)
{
    char word[WORD_BYTES_MAX + 1];
    size_t length = 0;
    int64_t value = 0;
    int32_t is_negative;
    int32_t has_value = 0;

    for (; rtf->at < rtf->end && is_letter(*rtf->at); rtf->at++) {
        if (length < WORD_BYTES_MAX) {
            word[length++] = *rtf->at;
        }
    }
    word[length] = '\0';
    is_negative = rtf->at < rtf->end && *rtf->at == '-';
    rtf->at += is_negative;
    for (; rtf->at < rtf->end && *rtf->at >= '0' && *rtf->at <= '9'; rtf->at++) {
        value = value < 100000000 ? value * 10 + (*rtf->at - '0') : value;
        has_value = 1;
    }
    rtf->at += rtf->at < rtf->end && *rtf->at == ' ';
    value = is_negative ? -value : value;
    if (strcmp(word, "bin") == 0 && value > 0) {
        int32_t is_whole = value <= rtf->end - rtf->at;

        rtf->at += is_whole ? value : 0; /* a wrong length must not take the text that follows */
        rtf->is_damaged |= !is_whole;
        return CPK_OK;
    }
    return apply_word(rtf, word, (int32_t)value, has_value, error);
}

/* What follows a backslash. */
static cpk_status parse_control(struct rtf *rtf, cpk_error **error)
{
    char byte = *rtf->at;

    if (is_letter(byte)) {
        return parse_word(rtf, error);
    }
    rtf->at++;
    if (byte == '\'' && rtf->end - rtf->at >= 2 && hex_value(rtf->at[0]) >= 0 && hex_value(rtf->at[1]) >= 0) {
        add_byte(rtf, (char)(hex_value(rtf->at[0]) * 16 + hex_value(rtf->at[1])));
        rtf->at += 2;
    } else if (byte == '*') {
        group_of(rtf)->is_skipped = 1;
    } else if (byte == '~') {
        return add_text(rtf, " ", error);
    } else if (byte == '_') {
        return add_text(rtf, "-", error);
    } else if (byte == '\n' || byte == '\r') {
        return end_paragraph(rtf, error);
    } else if (strchr("\\{}", byte) != NULL && byte != '\0') {
        add_byte(rtf, byte);
    }
    return CPK_OK;
}

static cpk_status start_group(struct rtf *rtf, cpk_error **error)
{
    CPK_TRY(flush_bytes(rtf, error));
    rtf->depth++;
    if (rtf->depth < GROUPS_MAX) {
        rtf->groups[rtf->depth] = rtf->groups[rtf->depth - 1];
    }
    rtf->to_skip = 0;
    return CPK_OK;
}

static cpk_status end_group(struct rtf *rtf, cpk_error **error)
{
    CPK_TRY(flush_bytes(rtf, error));
    rtf->depth -= rtf->depth > 0;
    rtf->to_skip = 0;
    return CPK_OK;
}

static cpk_status parse(struct rtf *rtf, const char *name, cpk_error **error)
{
    int64_t limit = context_setting(rtf->context, SETTING_IMPORT_MAX_DOCUMENT_BYTES);

    while (rtf->at < rtf->end) {
        char byte = *rtf->at++;

        if (byte == '{') {
            CPK_TRY(start_group(rtf, error));
        } else if (byte == '}') {
            CPK_TRY(end_group(rtf, error));
        } else if (byte == '\\' && rtf->at < rtf->end) {
            CPK_TRY(parse_control(rtf, error));
        } else if (byte != '\n' && byte != '\r' && byte != '\0') {
            add_byte(rtf, byte);
        }
        if ((int64_t)(rtf->flow.text.length + rtf->paragraph.length) > limit) {
            return error_set(error, CPK_ERROR_LIMIT_EXCEEDED, "import",
                             "%s has more text than import.max_document_bytes (%lld) allows", name, (long long)limit);
        }
    }
    rtf->depth = 0;
    CPK_TRY(end_paragraph(rtf, error));
    flow_table_end_row(&rtf->table, &rtf->flow);
    return rtf->flow.text.failed ? error_out_of_memory(error) : CPK_OK;
}

/* --- Reading --- */

static cpk_status read_document(struct rtf *rtf, const cpk_reader *reader, const cpk_sink *sink, cpk_error **error)
{
    static const struct format_limit LIMIT = {SETTING_DOCUMENT_MAX_FILE_BYTES, "document.max_file_bytes", ""};
    struct buffer bytes;
    cpk_status status;

    buffer_init(&bytes, &rtf->context->allocator);
    CPK_TRY_CLEANUP(format_read_all(rtf->context, reader, sink, &LIMIT, &bytes, error));
    rtf->at = bytes.data;
    rtf->end = bytes.data + bytes.length;
    rtf->code_page = CODE_PAGE;
    rtf->outline = -1;
    rtf->groups[0].fallback_bytes = 1;
    rtf->groups[0].code_page = CODE_PAGE;
    CPK_TRY_CLEANUP(parse(rtf, reader->name, error));
    if (rtf->is_damaged) {
        CPK_TRY_CLEANUP(sink->note(sink->self, CPK_NOTE_DAMAGED, reader->name,
                                   "the length of a picture or other data is wrong; what follows it was read as text",
                                   error));
    }
    if (rtf->flow.text.length > 0) {
        status =
            document_from_markdown(rtf->context, reader->name, "rtf", &rtf->flow.text, sink, CPK_TIME_UNKNOWN, error);
    }
cleanup:
    buffer_free(&bytes);
    return status;
}

static cpk_status rtf_extract(void *self, const cpk_reader *reader, const cpk_sink *sink, cpk_error **error)
{
    const struct context *context = self;
    struct rtf *rtf = memory_allocate_zeroed(&context->allocator, sizeof *rtf);
    cpk_status status;

    if (rtf == NULL) {
        return error_out_of_memory(error);
    }
    rtf->context = context;
    buffer_init(&rtf->bytes, &context->allocator);
    buffer_init(&rtf->paragraph, &context->allocator);
    flow_init(&rtf->flow, &context->allocator);
    flow_init(&rtf->cell, &context->allocator);
    rtf->cell.is_inline = 1;
    flow_table_init(&rtf->table, &context->allocator, 0);
    status = read_document(rtf, reader, sink, error);
    buffer_free(&rtf->bytes);
    buffer_free(&rtf->paragraph);
    flow_free(&rtf->flow);
    flow_free(&rtf->cell);
    flow_table_free(&rtf->table);
    memory_release(&context->allocator, rtf, sizeof *rtf);
    return status;
}

static const char *rtf_name(void *self)
{
    (void)self;
    return "rtf";
}

static int32_t rtf_sniff(void *self, const void *head, size_t length, const char *name)
{
    (void)self;
    (void)name;
    return length >= 5 && memcmp(head, "{\\rtf", 5) == 0 ? 80 : 0;
}

void rtf_driver_init(cpk_extractor_driver *driver, const struct context *context)
{
    format_driver_init(driver, context, rtf_name, rtf_sniff, rtf_extract);
}
