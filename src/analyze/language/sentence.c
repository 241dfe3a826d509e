#include "analyze/language/sentence.h"

#include "analyze/language/words.h"
#include "base/utf8.h"

#include <string.h>

#define SENTENCE_MAX_BYTES 4096 /* longer texts are not sentences */

void sentence_reader_init(struct sentence_reader *reader, const char *text, size_t length)
{
    memset(reader, 0, sizeof *reader);
    reader->text = text;
    reader->length = length;
}

static int32_t is_blank(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r';
}

static int32_t is_alnum(char byte)
{
    return (byte >= '0' && byte <= '9') || ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'z') ||
           (unsigned char)byte >= 0x80;
}

/* Skips white space and counts paragraphs. */
static void skip_space(struct sentence_reader *reader)
{
    size_t breaks = 0;

    while (reader->at < reader->length && (is_blank(reader->text[reader->at]) || reader->text[reader->at] == '\n')) {
        breaks += reader->text[reader->at] == '\n';
        reader->at++;
    }
    if (breaks > 1) {
        reader->paragraph++;
        reader->paragraph_start = reader->at;
    }
}

/* Length of "- ", "* ", "1. ", "## " or a bullet at the start of a line. */
static size_t bullet_length(const char *text, size_t length)
{
    size_t at = 0;

    while (at < length && at < 6 && (text[at] == '#' || text[at] == '-' || text[at] == '*' || text[at] == '+')) {
        at++;
    }
    if (at == 0 && length >= 3 && memcmp(text, "\xE2\x80\xA2", 3) == 0) {
        at = 3;
        return at < length && text[at] == ' ' ? 4 : 3;
    }
    if (at == 0) {
        while (at < length && at < 3 && text[at] >= '0' && text[at] <= '9') {
            at++;
        }
        if (at == 0 || at >= length || (text[at] != '.' && text[at] != ')')) {
            return 0;
        }
        at++;
    }
    return at < length && text[at] == ' ' ? at + 1 : 0;
}

/* 1 for the full stop in "31. Juli". */
static int32_t is_day_of_month(const char *text, size_t start, size_t at, size_t length)
{
    static const char months[] = "jan feb m\xC3\xA4r mar apr mai maj jun jul aug sep okt oct nov dez dec ";
    size_t digits = 0;

    while (digits < at - start && digits < 3 && text[at - digits - 1] >= '0' && text[at - digits - 1] <= '9') {
        digits++;
    }
    if (digits == 0 || digits > 2 || length - at < 5 || text[at + 1] != ' ') {
        return 0;
    }
    for (size_t i = 0; months[i] != '\0'; i += strcspn(months + i, " ") + 1) {
        size_t size = strcspn(months + i, " ");

        if (length - at - 2 >= size && (text[at + 2] | 0x20) == months[i] &&
            memcmp(text + at + 3, months + i + 1, size - 1) == 0) {
            return 1;
        }
    }
    return 0;
}

/* 1 if the full stop at `at` belongs to an abbreviation or a number. */
static int32_t is_inner_stop(const char *text, size_t start, size_t at, size_t length)
{
    static const char *const known[] = {"e.g", "i.e", "mr",  "mrs", "ms", "dr", "prof", "st",  "vs",  "approx",
                                        "no",  "fig", "inc", "ltd", "jr", "sr", "ca",   "bzw", "z.b", "u.a"};
    size_t word = at;
    size_t word_length;

    if (at + 1 < length && is_alnum(text[at + 1])) {
        return 1;
    }
    if (is_day_of_month(text, start, at, length)) {
        return 1;
    }
    while (word > start && (is_alnum(text[word - 1]) || text[word - 1] == '.')) {
        word--;
    }
    word_length = at - word;
    if (word_length == 1 && text[word] >= 'A' && text[word] <= 'Z' && text[word] != 'I') {
        return 1;
    }
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (strlen(known[i]) == word_length) {
            size_t same = 0;

            while (same < word_length && ((text[word + same] | 0x20) == known[i][same] || text[word + same] == '.')) {
                same++;
            }
            if (same == word_length) {
                return 1;
            }
        }
    }
    return 0;
}

/* A line break ends a sentence unless the next line continues in lower case. Masked text is no sentence's start. */
static int32_t break_ends(const char *text, size_t at, size_t length)
{
    if (at > 0 && text[at - 1] == MASK_BYTE) {
        return 1;
    }
    at++;
    while (at < length && is_blank(text[at])) {
        at++;
    }
    return at >= length || !(text[at] >= 'a' && text[at] <= 'z') || at + 1 >= length || text[at + 1] == '.' ||
           text[at + 1] == ')';
}

static size_t wide_stop(const char *text, size_t length)
{
    static const char *const marks[] = {"\xE3\x80\x82", "\xEF\xBC\x81", "\xEF\xBC\x9F",
                                        "\xE0\xA5\xA4", "\xD8\x9F",     "\xDB\x94"};

    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        size_t mark_length = strlen(marks[i]);

        if (length >= mark_length && memcmp(text, marks[i], mark_length) == 0) {
            return mark_length;
        }
    }
    return 0;
}

/* The first byte from `at` on at which a sentence may end; `limit` if there is none. */
static size_t find_mark(const char *text, size_t at, size_t limit)
{
    static const unsigned char marks[256] = {['\n'] = 1, ['!'] = 1,  ['?'] = 1,  [';'] = 1,  ['.'] = 1,
                                             [0xD8] = 1, [0xDB] = 1, [0xE0] = 1, [0xE3] = 1, [0xEF] = 1};

    while (at < limit && !marks[(unsigned char)text[at]]) {
        at++;
    }
    return at;
}

/* Advances past the end of the sentence that starts at reader->at. */
static void scan(struct sentence_reader *reader, struct sentence *sentence)
{
    const char *text = reader->text;
    size_t start = reader->at;
    size_t limit = reader->length - start > SENTENCE_MAX_BYTES ? start + SENTENCE_MAX_BYTES : reader->length;
    size_t at = find_mark(text, start, limit);

    while (at < limit) {
        char byte = text[at];
        size_t wide;

        if (byte == '\n' && break_ends(text, at, reader->length)) {
            sentence->line_end = 1;
            break;
        }
        if (byte == '!' || byte == '?' || byte == ';' ||
            (byte == '.' && !is_inner_stop(text, start, at, reader->length))) {
            while (at < reader->length && (text[at] == '!' || text[at] == '?' || text[at] == '.' || text[at] == ';' ||
                                           text[at] == '"' || text[at] == '\'')) {
                sentence->question |= text[at] == '?';
                at++;
            }
            break;
        }
        wide = (unsigned char)byte >= 0x80 ? wide_stop(text + at, reader->length - at) : 0;
        if (wide > 0) {
            sentence->question |= text[at + wide - 1] == '\x9F';
            at += wide;
            break;
        }
        at = find_mark(text, at + 1, limit);
    }
    if (at == limit && limit < reader->length) {
        at = start + utf8_floor(text + start, reader->length - start, limit - start);
    }
    sentence->end = at;
    reader->at = at;
}

int32_t sentence_next(struct sentence_reader *reader, struct sentence *sentence)
{
    size_t bullet;
    size_t line;

    memset(sentence, 0, sizeof *sentence);
    skip_space(reader);
    if (reader->at >= reader->length) {
        return 0;
    }
    line = reader->at;
    while (line > 0 && is_blank(reader->text[line - 1])) {
        line--;
    }
    if (line == 0 || reader->text[line - 1] == '\n') {
        bullet = bullet_length(reader->text + reader->at, reader->length - reader->at);
        sentence->bullet = bullet > 0;
        reader->at += bullet;
    }
    sentence->start = reader->at;
    sentence->paragraph = reader->paragraph;
    sentence->paragraph_start = reader->paragraph_start;
    scan(reader, sentence);
    while (sentence->end > sentence->start && is_blank(reader->text[sentence->end - 1])) {
        sentence->end--;
    }
    sentence->colon = sentence->end > sentence->start && reader->text[sentence->end - 1] == ':';
    line = reader->at;
    while (line < reader->length && is_blank(reader->text[line])) {
        line++;
    }
    sentence->line_end = line >= reader->length || reader->text[line] == '\n';
    return 1;
}
