#include "extract/mail/mime.h"

#include "base/error.h"
#include "base/time.h"
#include "base/utf8.h"
#include "extract/document/charset.h"
#include "extract/normal.h"

#include <contextpack/message.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define PIECES_MAX      100               /* of a parameter */
#define VALUE_BYTES_MAX ((size_t)65536)   /* of a field that are read as text or parameters */
#define WORD_BYTES_MAX  ((ptrdiff_t)8192) /* of an encoded word; the standard allows 75 */

static int32_t is_blank(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

static char lower(char byte)
{
    return byte >= 'A' && byte <= 'Z' ? (char)(byte - 'A' + 'a') : byte;
}

static int32_t hex_value(char digit)
{
    return digit >= '0' && digit <= '9'   ? digit - '0'
           : digit >= 'a' && digit <= 'f' ? digit - 'a' + 10
           : digit >= 'A' && digit <= 'F' ? digit - 'A' + 10
                                          : -1;
}

static struct mime_span span(const char *text, const char *end)
{
    return (struct mime_span){text, (size_t)(end - text)};
}

/* The end of the line at `at`, behind its line feed. */
static const char *line_end(const char *at, const char *end)
{
    const char *feed = at < end ? memchr(at, '\n', (size_t)(end - at)) : NULL;

    return feed != NULL ? feed + 1 : end;
}

static int32_t is_empty_line(const char *at, const char *end)
{
    return at < end && (*at == '\n' || (*at == '\r' && (at + 1 == end || at[1] == '\n')));
}

/* --- Fields --- */

static size_t name_length(const char *line, const char *end)
{
    size_t length = 0;

    while (line + length < end && line[length] > ' ' && line[length] < 0x7F && line[length] != ':') {
        length++;
    }
    return line + length < end && line[length] == ':' ? length : 0;
}

void mime_split(struct mime_span bytes, struct mime_entity *entity)
{
    const char *end = bytes.text + bytes.length;
    const char *at = bytes.text;

    while (at < end && (*at == ' ' || *at == '\t' || name_length(at, end) > 0 || at == bytes.text) &&
           !is_empty_line(at, end)) {
        at = line_end(at, end);
    }
    entity->header = span(bytes.text, at);
    entity->body = span(is_empty_line(at, end) ? line_end(at, end) : at, end);
}

int32_t mime_next_field(struct mime_span header, size_t *at, struct mime_span *name, struct mime_span *value)
{
    const char *end = header.text + header.length;
    const char *line = header.text + *at;

    while (line < end) {
        size_t length = name_length(line, end);
        const char *next = line_end(line, end);

        while (next < end && (*next == ' ' || *next == '\t')) {
            next = line_end(next, end);
        }
        if (length > 0) {
            *name = span(line, line + length);
            *value = span(line + length + 1, next);
            *at = (size_t)(next - header.text);
            return 1;
        }
        line = next;
    }
    *at = header.length;
    return 0;
}

int32_t mime_name_is(struct mime_span name, const char *wanted)
{
    return name.length == strlen(wanted) && strncasecmp(name.text, wanted, name.length) == 0;
}

struct mime_span mime_field(struct mime_span header, const char *wanted)
{
    struct mime_span name;
    struct mime_span value;
    size_t at = 0;

    while (mime_next_field(header, &at, &name, &value)) {
        if (mime_name_is(name, wanted)) {
            return value;
        }
    }
    return (struct mime_span){"", 0};
}

/* --- Transfer encodings --- */

/* "=3D" is a byte, "=" at the end of a line joins it with the next; `is_word`: of an encoded word, "_" is a space. */
static void decode_quoted(struct buffer *target, struct mime_span text, int32_t is_word)
{
    const char *end = text.text + text.length;

    for (const char *at = text.text; at < end; at++) {
        const char *next = at + 1;

        if (*at != '=') {
            buffer_append_byte(target, is_word && *at == '_' ? ' ' : *at);
            continue;
        }
        while (next < end && (*next == ' ' || *next == '\t' || *next == '\r')) {
            next++;
        }
        if (next == end || *next == '\n') {
            at = next < end ? next : end - 1;
        } else if (end - at > 2 && hex_value(at[1]) >= 0 && hex_value(at[2]) >= 0) {
            buffer_append_byte(target, (char)(hex_value(at[1]) * 16 + hex_value(at[2])));
            at += 2;
        } else {
            buffer_append_byte(target, '=');
        }
    }
}

static int32_t base64_value(char byte)
{
    return byte >= 'A' && byte <= 'Z'   ? byte - 'A'
           : byte >= 'a' && byte <= 'z' ? byte - 'a' + 26
           : byte >= '0' && byte <= '9' ? byte - '0' + 52
           : byte == '+'                ? 62
           : byte == '/'                ? 63
                                        : -1;
}

/* Other characters are skipped; "=" ends a group, after which another one may follow. */
static void decode_base64(struct buffer *target, struct mime_span text)
{
    uint32_t bits = 0;
    int32_t count = 0;

    for (size_t i = 0; i < text.length; i++) {
        int32_t value = base64_value(text.text[i]);

        if (text.text[i] == '=') {
            count = 0;
        }
        if (value < 0) {
            continue;
        }
        bits = bits << 6 | (uint32_t)value;
        if (++count > 1) {
            buffer_append_byte(target, (char)(bits >> (count == 2 ? 4 : count == 3 ? 2 : 0)));
        }
        count %= 4;
    }
}

void mime_decode(struct buffer *target, struct mime_span body, const char *encoding)
{
    if (strcmp(encoding, "quoted-printable") == 0) {
        decode_quoted(target, body, 0);
    } else if (strcmp(encoding, "base64") == 0) {
        decode_base64(target, body);
    } else {
        buffer_append(target, body.text, body.length);
    }
}

/* --- Text of values --- */

/* Fields are short; one of megabytes is not worth the time. */
static struct mime_span shorten(struct mime_span value)
{
    value.length = value.length < VALUE_BYTES_MAX ? value.length : VALUE_BYTES_MAX;
    return value;
}

/* An encoded word at text[0]: =?charset?B?text?=. */
struct word {
    struct mime_span charset;
    struct mime_span text;
    char encoding; /* 'q' or 'b' */
    size_t length;
};

static int32_t find_word(const char *at, const char *end, struct word *word)
{
    const char *charset_end;
    const char *close;

    end = end - at > WORD_BYTES_MAX ? at + WORD_BYTES_MAX : end;
    if (end - at < 8 || at[0] != '=' || at[1] != '?') {
        return 0;
    }
    charset_end = memchr(at + 2, '?', (size_t)(end - at) - 2);
    if (charset_end == NULL || end - charset_end < 5 || charset_end[2] != '?') {
        return 0;
    }
    word->encoding = lower(charset_end[1]);
    close = memmem(charset_end + 3, (size_t)(end - charset_end) - 3, "?=", 2);
    if (close == NULL || (word->encoding != 'q' && word->encoding != 'b') ||
        memchr(at, ' ', (size_t)(charset_end - at)) != NULL) {
        return 0;
    }
    word->charset = span(at + 2, charset_end);
    word->text = span(charset_end + 3, close);
    word->length = (size_t)(close + 2 - at);
    return 1;
}

/* The name of an encoding, without a language: "utf-8*en". */
static void copy_charset(char name[CHARSET_NAME_BYTES], struct mime_span charset)
{
    const char *star = memchr(charset.text, '*', charset.length);
    size_t length = star != NULL ? (size_t)(star - charset.text) : charset.length;

    snprintf(name, CHARSET_NAME_BYTES, "%.*s", (int)(length < CHARSET_NAME_BYTES ? length : 0), charset.text);
}

/* Bytes without a declared encoding. */
static cpk_status append_detected(struct buffer *target, struct mime_span text, cpk_error **error)
{
    char name[CHARSET_NAME_BYTES];
    size_t mark;

    charset_detect(text.text, text.length, name, &mark);
    return charset_append(target, name, text.text + mark, text.length - mark, error);
}

static int32_t is_same_charset(struct mime_span a, struct mime_span b)
{
    return a.length == b.length && strncasecmp(a.text, b.text, a.length) == 0;
}

/* Appends words that follow each other: a character may be divided between two of one encoding. */
static cpk_status append_words(struct buffer *target, const char **at, const char *end, struct word word,
                               cpk_error **error)
{
    char name[CHARSET_NAME_BYTES];
    struct mime_span charset = word.charset;
    struct buffer bytes;
    int32_t more = 1;
    cpk_status status;

    buffer_init(&bytes, target->allocator);
    while (more) {
        const char *next;

        if (word.encoding == 'b') {
            decode_base64(&bytes, word.text);
        } else {
            decode_quoted(&bytes, word.text, 1);
        }
        *at += word.length;
        for (next = *at; next < end && is_blank(*next); next++) {
        }
        more = find_word(next, end, &word);
        *at = more ? next : *at; /* white space between words is none */
        more = more && is_same_charset(charset, word.charset);
    }
    copy_charset(name, charset);
    target->failed |= bytes.failed;
    status = charset_append(target, name, buffer_text(&bytes), bytes.length, error);
    buffer_free(&bytes);
    return status;
}

cpk_status mime_append_text(struct buffer *target, struct mime_span value, cpk_error **error)
{
    const char *end = value.text + shorten(value).length;
    const char *start = value.text;
    struct buffer text;
    cpk_status status = CPK_OK;

    buffer_init(&text, target->allocator);
    for (const char *at = value.text; at < end && status == CPK_OK;) {
        struct word word;

        if (*at == '=' && find_word(at, end, &word)) {
            status = append_detected(&text, span(start, at), error);
            if (status == CPK_OK) {
                status = append_words(&text, &at, end, word, error);
            }
            start = at;
        } else {
            at++;
        }
    }
    if (status == CPK_OK) {
        status = append_detected(&text, span(start, end), error);
    }
    normal_append_line(target, buffer_text(&text), text.length);
    target->failed |= text.failed;
    buffer_free(&text);
    return status == CPK_OK && target->failed ? error_out_of_memory(error) : status;
}

/* --- Parameters --- */

void mime_token(struct mime_span value, char token[MIME_TOKEN_BYTES])
{
    const char *end = value.text + value.length;
    const char *at = value.text;
    size_t length = 0;

    while (at < end && is_blank(*at)) {
        at++;
    }
    for (; at < end && *at != ';' && !is_blank(*at) && length + 1 < MIME_TOKEN_BYTES; at++) {
        token[length++] = lower(*at);
    }
    token[at < end && length + 1 == MIME_TOKEN_BYTES ? 0 : length] = '\0';
}

/* The next parameter from *at on: its name, and its value without quotes but with the escapes in it. */
static int32_t next_parameter(struct mime_span value, size_t *at, struct mime_span *name, struct mime_span *content)
{
    const char *end = value.text + value.length;
    const char *from = value.text + *at;

    while (from < end && *from != ';') {
        from++;
    }
    while (from < end && (*from == ';' || is_blank(*from))) {
        from++;
    }
    name->text = from;
    while (from < end && *from != '=' && *from != ';' && !is_blank(*from)) {
        from++;
    }
    *name = span(name->text, from);
    while (from < end && (is_blank(*from) || *from == '=')) {
        from++;
    }
    content->text = from;
    if (from < end && *from == '"') {
        content->text = ++from;
        while (from < end && *from != '"') {
            from += *from == '\\' && from + 1 < end ? 2 : 1;
        }
        *content = span(content->text, from);
        from += from < end;
    } else {
        while (from < end && *from != ';' && !is_blank(*from)) {
            from++;
        }
        *content = span(content->text, from);
    }
    *at = (size_t)(from - value.text);
    return name->length > 0;
}

/* A parameter's value: escapes without their backslash, or %41 if it is extended. */
static void append_value(struct buffer *target, struct mime_span content, int32_t is_extended)
{
    for (size_t i = 0; i < content.length; i++) {
        const char *at = content.text + i;

        if (is_extended && *at == '%' && content.length - i > 2 && hex_value(at[1]) >= 0 && hex_value(at[2]) >= 0) {
            buffer_append_byte(target, (char)(hex_value(at[1]) * 16 + hex_value(at[2])));
            i += 2;
        } else if (!is_extended && *at == '\\' && i + 1 < content.length) {
            buffer_append_byte(target, content.text[++i]);
        } else {
            buffer_append_byte(target, *at);
        }
    }
}

/* What a parameter's pieces are gathered to. */
struct pieces {
    struct buffer bytes;
    char charset[CHARSET_NAME_BYTES]; /* "": not told */
    int32_t is_extended;
};

/* charset'language'text, the value or the first piece of an extended parameter. */
static void take_extended(struct pieces *pieces, struct mime_span content)
{
    const char *end = content.text + content.length;
    const char *quote = memchr(content.text, '\'', content.length);
    const char *second = quote != NULL ? memchr(quote + 1, '\'', (size_t)(end - quote) - 1) : NULL;

    if (second != NULL) {
        copy_charset(pieces->charset, span(content.text, quote));
        content = span(second + 1, end);
    }
    pieces->is_extended = 1;
    append_value(&pieces->bytes, content, 1);
}

/* How a piece is written. */
enum piece { PIECE_PLAIN, PIECE_EXTENDED, PIECE_FIRST /* with its charset */ };

/* Takes the parameter of that very name; 0 if there is none. */
static int32_t take_parameter(struct pieces *pieces, struct mime_span value, const char *wanted, enum piece kind)
{
    struct mime_span name;
    struct mime_span content;
    size_t at = 0;

    while (next_parameter(value, &at, &name, &content)) {
        if (mime_name_is(name, wanted)) {
            if (kind == PIECE_FIRST) {
                take_extended(pieces, content);
            } else {
                append_value(&pieces->bytes, content, kind == PIECE_EXTENDED);
            }
            return 1;
        }
    }
    return 0;
}

/* "name*=", else "name*0=", "name*1*=" ..., else "name=". */
static void gather(struct pieces *pieces, struct mime_span value, const char *name)
{
    char wanted[64];
    int32_t found;

    snprintf(wanted, sizeof wanted, "%s*", name);
    if (take_parameter(pieces, value, wanted, PIECE_FIRST)) {
        return;
    }
    found = 1;
    for (int i = 0; i < PIECES_MAX && found; i++) {
        snprintf(wanted, sizeof wanted, "%s*%d*", name, i);
        found = take_parameter(pieces, value, wanted, i == 0 ? PIECE_FIRST : PIECE_EXTENDED);
        if (!found) {
            snprintf(wanted, sizeof wanted, "%s*%d", name, i);
            found = take_parameter(pieces, value, wanted, PIECE_PLAIN);
        }
    }
    if (pieces->bytes.length == 0) {
        take_parameter(pieces, value, name, PIECE_PLAIN);
    }
}

cpk_status mime_append_parameter(struct buffer *target, struct mime_span value, const char *name, cpk_error **error)
{
    struct pieces pieces = {.charset = ""};
    struct mime_span bytes;
    cpk_status status;

    buffer_init(&pieces.bytes, target->allocator);
    gather(&pieces, shorten(value), name);
    bytes = (struct mime_span){buffer_text(&pieces.bytes), pieces.bytes.length};
    target->failed |= pieces.bytes.failed;
    status = pieces.charset[0] != '\0' ? charset_append(target, pieces.charset, bytes.text, bytes.length, error)
             : pieces.is_extended      ? append_detected(target, bytes, error)
                                       : mime_append_text(target, bytes, error); /* some write encoded words */
    buffer_free(&pieces.bytes);
    return status == CPK_OK && target->failed ? error_out_of_memory(error) : status;
}

/* --- Parts --- */

/* 0: the line at `at` is no delimiter, 1: it begins a part, 2: it ends the last one. */
static int32_t delimiter(const char *at, const char *end, const char *boundary, size_t length)
{
    if ((size_t)(end - at) < length + 2 || at[0] != '-' || at[1] != '-' || memcmp(at + 2, boundary, length) != 0) {
        return 0;
    }
    at += length + 2;
    if (end - at >= 2 && at[0] == '-' && at[1] == '-') {
        return 2;
    }
    while (at < end && (*at == ' ' || *at == '\t')) {
        at++;
    }
    return at == end || is_empty_line(at, end) ? 1 : 0;
}

/* The first line from `at` on that is a delimiter; `end` if there is none. */
static const char *find_delimiter(const char *at, const char *end, const char *boundary, size_t length)
{
    while (at < end && delimiter(at, end, boundary, length) == 0) {
        at = line_end(at, end);
    }
    return at;
}

int32_t mime_next_part(struct mime_span body, const char *boundary, size_t *at, struct mime_span *part)
{
    const char *end = body.text + body.length;
    size_t length = strlen(boundary);
    const char *start = find_delimiter(body.text + *at, end, boundary, length);
    const char *stop;

    if (start == end || delimiter(start, end, boundary, length) != 1) {
        *at = body.length;
        return 0;
    }
    start = line_end(start, end);
    stop = find_delimiter(start, end, boundary, length);
    *at = (size_t)(stop - body.text);
    if (stop < end && stop > start) { /* the line end before a delimiter is part of it */
        stop -= stop[-1] == '\n';
        stop -= stop > start && stop[-1] == '\r';
    }
    *part = span(start, stop);
    return 1;
}

int32_t mime_is_closed(struct mime_span body, const char *boundary)
{
    const char *end = body.text + body.length;
    size_t length = strlen(boundary);
    const char *at = find_delimiter(body.text, end, boundary, length);

    while (at < end && delimiter(at, end, boundary, length) == 1) {
        at = find_delimiter(line_end(at, end), end, boundary, length);
    }
    return at < end;
}

/* --- Dates --- */

/* A number of at most four digits, after blanks; -1 if there is none. */
static int32_t read_number(const char **at)
{
    int32_t value = -1;

    *at += strspn(*at, " \t\r\n");
    for (int i = 0; i < 4 && **at >= '0' && **at <= '9'; i++, (*at)++) {
        value = (value < 0 ? 0 : value * 10) + (**at - '0');
    }
    return value;
}

/* From 1; 0 if it is none. */
static int32_t read_month(const char **at)
{
    static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    int32_t month = 0;

    *at += strspn(*at, " \t\r\n-");
    for (int32_t i = 0; i < 12 && month == 0; i++) {
        month = strncasecmp(names + (size_t)i * 3, *at, 3) == 0 ? i + 1 : 0;
    }
    *at += strcspn(*at, " \t\r\n-");
    *at += strspn(*at, "-");
    return month;
}

/* Minutes east of UTC: "+0200", "GMT", "EST". */
static int32_t read_zone(const char *at)
{
    static const struct {
        const char *name;
        int32_t hours;
    } zones[] = {{"EST", -5}, {"EDT", -4}, {"CST", -6}, {"CDT", -5},
                 {"MST", -7}, {"MDT", -6}, {"PST", -8}, {"PDT", -7}};

    at += strspn(at, " \t\r\n");
    if (*at == '+' || *at == '-') {
        const char *digits = at + 1;
        int32_t value = read_number(&digits);

        value = value >= 0 && value <= 1400 ? value / 100 * 60 + value % 100 : 0;
        return *at == '-' ? -value : value;
    }
    for (size_t i = 0; i < sizeof zones / sizeof zones[0]; i++) {
        if (strncasecmp(at, zones[i].name, 3) == 0) {
            return zones[i].hours * 60;
        }
    }
    return 0;
}

int64_t mime_time(struct mime_span value)
{
    char text[80];
    const char *at;
    int32_t day;
    int32_t month;
    int32_t year;
    int32_t hour;
    int32_t minute;
    int32_t second = 0;
    int64_t time_us;

    snprintf(text, sizeof text, "%.*s", (int)(value.length < sizeof text ? value.length : sizeof text - 1), value.text);
    at = strchr(text, ',') != NULL ? strchr(text, ',') + 1 : text;
    day = read_number(&at);
    month = read_month(&at);
    year = read_number(&at);
    hour = read_number(&at);
    at += *at == ':';
    minute = read_number(&at);
    if (*at == ':') {
        at++;
        second = read_number(&at);
    }
    if (day < 1 || day > 31 || month == 0 || year < 0 || hour < 0 || hour > 24 || minute < 0 || second < 0) {
        return CPK_TIME_UNKNOWN;
    }
    year += year < 50 ? 2000 : year < 100 ? 1900 : 0;
    time_us = (time_days_from_civil(year, month, day) * 86400 + hour * 3600 + minute * 60 + second -
               (int64_t)read_zone(at) * 60) *
              1000000;
    return time_is_plausible(time_us) ? time_us : CPK_TIME_UNKNOWN;
}
