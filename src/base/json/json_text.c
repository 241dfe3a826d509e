/* Strings, numbers and times of json_views. */
#include "base/hash.h"
#include "base/json/json_pieces.h"
#include "base/json/json_scan.h"
#include "base/time.h"
#include "base/utf8.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>

#define TIME_TEXT_MAX 64 /* longer texts are not times */

/* For letters the low half of the byte is the value less 9. */
static inline uint32_t hex_digit(char byte)
{
    return ((uint32_t)byte & 15) + 9 * ((uint32_t)byte >> 6 & 1);
}

static inline uint32_t hex4(const char *at)
{
    return hex_digit(at[0]) << 12 | hex_digit(at[1]) << 8 | hex_digit(at[2]) << 4 | hex_digit(at[3]);
}

/* Decodes the escape at *at and advances past it. Returns the bytes written: at most 4, and fewer than the escape has.
 * An unpaired surrogate becomes U+FFFD. */
static inline size_t decode_escape(const char **at, const char *end, char *target)
{
    static const char letters[256] = {
        ['b'] = '\b', ['f'] = '\f', ['n'] = '\n', ['r'] = '\r', ['t'] = '\t', ['"'] = '"', ['\\'] = '\\', ['/'] = '/'};
    const char *escape = *at + 1;
    uint32_t code;

    *at += 2;
    if (letters[(unsigned char)*escape] != 0) {
        *target = letters[(unsigned char)*escape];
        return 1;
    }
    if (*escape != 'u') {
        *target = *escape;
        return 1;
    }
    code = hex4(escape + 1);
    *at += 4;
    if (code >= 0xD800 && code < 0xDC00 && end - *at >= 6 && (*at)[0] == '\\' && (*at)[1] == 'u') {
        uint32_t low = hex4(*at + 2);

        if (low >= 0xDC00 && low < 0xE000) {
            *at += 6;
            return utf8_encode(0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00), target);
        }
    }
    code = code >= 0xD800 && code < 0xE000 ? UTF8_REPLACEMENT : code;
    if (code < 0x80) {
        *target = (char)code;
        return 1;
    }
    if (code < 0x800) {
        target[0] = (char)(0xC0 | code >> 6);
        target[1] = (char)(0x80 | (code & 0x3F));
        return 2;
    }
    target[0] = (char)(0xE0 | code >> 12);
    target[1] = (char)(0x80 | (code >> 6 & 0x3F));
    target[2] = (char)(0x80 | (code & 0x3F));
    return 3;
}

/* The raw bytes between the quotation marks; empty for other types. */
static const char *string_bytes(struct json_view view, const char **end)
{
    if (view.type != JSON_VIEW_STRING) {
        *end = "";
        return *end;
    }
    *end = view.doc->text + view.end - 1;
    return view.doc->text + view.start + 1;
}

/* Copies bytes up to the next backslash or the end. The target must have as much space as the source has bytes.
 * *unusual is set if the string has a carriage return or a byte that is not ASCII. */
static inline const char *copy_plain(const char *at, const char *end, char **target, uint32_t *unusual)
{
    char *to = *target;

#ifdef __SSE2__
    const __m128i backslash = _mm_set1_epi8('\\');
    const __m128i carriage = _mm_set1_epi8('\r');

    while (end - at >= 16) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)at);
        unsigned mask = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, backslash));

        *unusual |= (unsigned)_mm_movemask_epi8(_mm_or_si128(bytes, _mm_cmpeq_epi8(bytes, carriage)));
        _mm_storeu_si128((__m128i *)(void *)to, bytes);
        if (mask != 0) {
            *target = to + __builtin_ctz(mask);
            return at + __builtin_ctz(mask);
        }
        at += 16;
        to += 16;
    }
#else
    const uint64_t ones = UINT64_C(0x0101010101010101);

    for (uint64_t word = 0; end - at >= (ptrdiff_t)sizeof word; at += sizeof word, to += sizeof word) {
        memcpy(&word, at, sizeof word);
        uint64_t backslash = word ^ (ones * '\\');
        uint64_t carriage = word ^ (ones * '\r');

        if (((backslash - ones) & ~backslash & (ones << 7)) != 0) {
            break;
        }
        *unusual |= ((word | ((carriage - ones) & ~carriage)) & (ones << 7)) != 0;
        memcpy(to, &word, sizeof word);
    }
#endif
    while (at < end && *at != '\\') {
        *unusual |= ((unsigned char)*at & 0x80) | (*at == '\r');
        *to++ = *at++;
    }
    *target = to;
    return at;
}

/* 1 for the bytes of characters that are not in normal form, or not at the start of a text: NUL, carriage return,
 * U+2028, U+2029 and U+FEFF. Those of the last three are the only ones that start with E2 80 A8, E2 80 A9 or EF BB BF.
 */
static inline uint32_t is_unusual(const char *bytes, size_t length)
{
    return length == 3 ? (bytes[0] == '\xE2' && bytes[1] == '\x80' && (bytes[2] & '\xFE') == '\xA8') ||
                             (bytes[0] == '\xEF' && bytes[1] == '\xBB' && bytes[2] == '\xBF')
           : length == 1 ? *bytes == '\r' || *bytes == '\0'
                         : 0;
}

static inline size_t decode(const char *at, const char *end, char *target, uint32_t *unusual)
{
    char *to = target;

    while (at < end) {
        at = copy_plain(at, end, &to, unusual);
        while (at < end && *at == '\\') {
            size_t length = decode_escape(&at, end, to);

            *unusual |= is_unusual(to, length);
            to += length;
        }
    }
    return (size_t)(to - target);
}

size_t json_text_bound(struct json_view view)
{
    return view.type == JSON_VIEW_STRING ? (size_t)(view.end - view.start) - 2 : 0;
}

int32_t json_append_text(struct buffer *target, struct json_view view)
{
    const char *end;
    const char *at = string_bytes(view, &end);
    char *start = buffer_reserve(target, (size_t)(end - at));
    uint32_t unusual = 0;

    if (start != NULL) {
        target->length += decode(at, end, start, &unusual);
        target->data[target->length] = '\0';
    }
    return start != NULL && unusual == 0;
}

void json_pieces_init(struct json_pieces *pieces, struct json_view view)
{
    memset(pieces, 0, sizeof *pieces);
    pieces->at = string_bytes(view, &pieces->end);
}

int32_t json_pieces_next(struct json_pieces *pieces)
{
    const char *stop;

    if (pieces->at >= pieces->end) {
        return 0;
    }
    if (*pieces->at == '\\') {
        pieces->length = decode_escape(&pieces->at, pieces->end, pieces->escape);
        pieces->piece = pieces->escape;
        return 1;
    }
    stop = memchr(pieces->at, '\\', (size_t)(pieces->end - pieces->at));
    pieces->piece = pieces->at;
    pieces->length = (size_t)((stop != NULL ? stop : pieces->end) - pieces->at);
    pieces->at += pieces->length;
    return 1;
}

void json_append_start(struct buffer *target, struct json_view view, size_t length_max)
{
    size_t before = target->length;
    struct json_pieces pieces;

    json_pieces_init(&pieces, view);
    while (json_pieces_next(&pieces)) {
        size_t left = length_max - (target->length - before);

        if (pieces.length <= left) {
            buffer_append(target, pieces.piece, pieces.length);
            continue;
        }
        for (int32_t i = 0; i < 3 && left > 0 && ((unsigned char)pieces.piece[left] & 0xC0) == 0x80; i++) {
            left--;
        }
        buffer_append(target, pieces.piece, left);
        return;
    }
}

uint64_t json_hash_text(uint64_t seed, struct json_view view)
{
    uint64_t state = hash_begin(seed);
    struct json_pieces pieces;

    json_pieces_init(&pieces, view);
    while (json_pieces_next(&pieces)) {
        state = hash_add(state, pieces.piece, pieces.length);
    }
    return hash_end(state);
}

/* `whole`: the string must end after `bytes`; otherwise they may be a prefix. */
static int32_t compare_bytes(struct json_view view, const char *bytes, size_t length, int32_t whole)
{
    struct json_pieces pieces;

    if (view.type != JSON_VIEW_STRING || length > json_text_bound(view)) {
        return 0;
    }
    json_pieces_init(&pieces, view);
    while (json_pieces_next(&pieces)) {
        size_t common = pieces.length < length ? pieces.length : length;

        if (memcmp(pieces.piece, bytes, common) != 0) {
            return 0;
        }
        bytes += common;
        length -= common;
        if (common < pieces.length) {
            return !whole;
        }
        if (length == 0 && !whole) {
            return 1;
        }
    }
    return length == 0;
}

int32_t json_is_bytes(struct json_view view, const char *bytes, size_t length)
{
    if (view.type == JSON_VIEW_STRING && view.span == 0) {
        return json_text_bound(view) == length && memcmp(view.doc->text + view.start + 1, bytes, length) == 0;
    }
    return compare_bytes(view, bytes, length, 1);
}

int32_t json_starts_text(struct json_view view, const char *prefix)
{
    return compare_bytes(view, prefix, strlen(prefix), 0);
}

int32_t json_is_empty_text(struct json_view view)
{
    return view.type != JSON_VIEW_STRING || view.end - view.start == 2;
}

int32_t json_same_text(struct json_view a, struct json_view b)
{
    struct json_pieces left;
    struct json_pieces right;

    if (a.type != JSON_VIEW_STRING || b.type != JSON_VIEW_STRING) {
        return 0;
    }
    if (a.span == 0 && b.span == 0) {
        return json_is_bytes(a, b.doc->text + b.start + 1, json_text_bound(b));
    }
    json_pieces_init(&left, a);
    json_pieces_init(&right, b);
    for (;;) {
        size_t common;

        if (left.length == 0 && !json_pieces_next(&left)) {
            return right.length == 0 && !json_pieces_next(&right);
        }
        if (right.length == 0 && !json_pieces_next(&right)) {
            return 0;
        }
        common = left.length < right.length ? left.length : right.length;
        if (memcmp(left.piece, right.piece, common) != 0) {
            return 0;
        }
        left.piece += common;
        left.length -= common;
        right.piece += common;
        right.length -= common;
    }
}

int32_t json_is_true(struct json_view view)
{
    return view.type == JSON_VIEW_BOOL && (view.doc->text[view.start] | 0x20) == 't';
}

/* A decimal number: digits * 10^exponent. */
struct decimal {
    uint64_t digits; /* the first 19 significant ones */
    int64_t exponent;
    int32_t negative;
    int32_t is_integer; /* neither point nor exponent */
};

static void add_digit(struct decimal *decimal, char digit, int32_t after_point)
{
    if (decimal->digits < UINT64_C(1000000000000000000)) {
        decimal->digits = decimal->digits * 10 + (uint64_t)(digit - '0');
        decimal->exponent -= after_point;
    } else {
        decimal->exponent += !after_point;
    }
}

static struct decimal read_decimal(const char *at, const char *end)
{
    struct decimal decimal = {0, 0, 0, 1};
    int64_t exponent = 0;
    int32_t negative;

    if (at < end && *at == '-') {
        decimal.negative = 1;
        at++;
    }
    for (; at < end && *at >= '0' && *at <= '9'; at++) {
        add_digit(&decimal, *at, 0);
    }
    if (at < end && *at == '.') {
        decimal.is_integer = 0;
        for (at++; at < end && *at >= '0' && *at <= '9'; at++) {
            add_digit(&decimal, *at, 1);
        }
    }
    if (at < end && (*at | 0x20) == 'e') {
        decimal.is_integer = 0;
        at++;
        negative = at < end && *at == '-';
        at += at < end && (*at == '-' || *at == '+');
        for (; at < end && *at >= '0' && *at <= '9'; at++) {
            exponent = exponent < 100000 ? exponent * 10 + (*at - '0') : exponent;
        }
        decimal.exponent += negative ? -exponent : exponent;
    }
    return decimal;
}

static double decimal_value(const struct decimal *decimal)
{
    /* Exact for up to 2^53 * 10^22, otherwise within rounding, which is enough for times and sizes. Not strtod(),
     * because it depends on the host's locale. */
    long double value = (long double)decimal->digits;
    int64_t exponent = decimal->exponent;
    double result;

    if (decimal->digits == 0 || exponent < -400) {
        value = 0;
    } else if (exponent > 400) {
        value = HUGE_VALL;
    } else if (exponent != 0) {
        long double power = 1;
        long double base = 10;
        int64_t left = exponent < 0 ? -exponent : exponent;

        while (left > 0) {
            power = left % 2 != 0 ? power * base : power;
            left /= 2;
            base *= base;
        }
        value = exponent < 0 ? value / power : value * power;
    }
    result = (double)value;
    return decimal->negative ? -result : result;
}

int32_t json_number(struct json_view view, double *number)
{
    const char *at;
    const char *end;
    struct decimal decimal;

    if (view.type != JSON_VIEW_NUMBER) {
        return 0;
    }
    at = view.doc->text + view.start;
    end = view.doc->text + view.end;
    if ((*at | 0x20) == 'n') {
        *number = NAN;
        return 1;
    }
    if ((*at | 0x20) == 'i' || (end - at > 1 && (at[1] | 0x20) == 'i')) {
        *number = *at == '-' ? -HUGE_VAL : HUGE_VAL;
        return 1;
    }
    decimal = read_decimal(at, end);
    *number = decimal_value(&decimal);
    return 1;
}

int64_t json_int64(struct json_view view, int64_t fallback)
{
    double number;

    if (!json_number(view, &number)) {
        return fallback;
    }
    if (isfinite(number)) {
        struct decimal decimal = read_decimal(view.doc->text + view.start, view.doc->text + view.end);

        if (decimal.is_integer) {
            if (decimal.exponent > 0 || decimal.digits > INT64_MAX) {
                return decimal.negative ? INT64_MIN : INT64_MAX;
            }
            return decimal.negative ? -(int64_t)decimal.digits : (int64_t)decimal.digits;
        }
    }
    return number >= -9.2e18 && number <= 9.2e18 ? (int64_t)number : fallback;
}

static int64_t parse_time(struct json_view view)
{
    char text[TIME_TEXT_MAX + 1];
    const char *end;
    const char *at = string_bytes(view, &end);
    uint32_t unusual = 0;
    size_t length;
    int64_t time_us;
    size_t used = 0;
    size_t points = 0;
    struct decimal decimal;

    if (end - at > TIME_TEXT_MAX) {
        return CPK_TIME_UNKNOWN;
    }
    length = decode(at, end, text, &unusual);
    text[length] = '\0';
    time_us = time_parse_iso(text, length);
    if (time_us != CPK_TIME_UNKNOWN || length == 0 || text[0] < '0' || text[0] > '9') {
        return time_us;
    }
    while (used < length && ((text[used] >= '0' && text[used] <= '9') || (text[used] == '.' && points == 0))) {
        points += text[used++] == '.';
    }
    if (used < length && (text[used] | 0x20) == 'e' && used + 1 < length) {
        used += 1 + (text[used + 1] == '-' || text[used + 1] == '+');
        while (used < length && text[used] >= '0' && text[used] <= '9') {
            used++;
        }
    }
    if (used < length) {
        return CPK_TIME_UNKNOWN;
    }
    decimal = read_decimal(text, text + length);
    return time_from_number(decimal_value(&decimal));
}

int64_t json_time(struct json_view view)
{
    static const struct json_name names[] = {JSON_NAME("$date"), JSON_NAME("$numberLong")};
    double number;

    while (view.type == JSON_VIEW_OBJECT) {
        struct json_view values[2];

        json_select(view, names, 2, values);
        view = values[values[0].type == JSON_VIEW_NONE];
    }
    if (view.type == JSON_VIEW_STRING) {
        return parse_time(view);
    }
    return json_number(view, &number) ? time_from_number(number) : CPK_TIME_UNKNOWN;
}
