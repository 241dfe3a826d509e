#include "extract/document/charset.h"

#include "base/error.h"
#include "base/utf8.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <uchardet/uchardet.h>

#define DEFAULT_CHARSET  "WINDOWS-1252"
#define DETECT_BYTES_MAX ((size_t)256 * 1024)
#define REPLACEMENT      "\xEF\xBF\xBD"
#define PERCENT_NULS_MIN 5  /* of the bytes of UTF-16 and UTF-32: of spaces, line ends and ASCII */
#define PERCENT_WIDE_MIN 90 /* of the units of UTF-16 text: characters that text often has */

/* Names by which documents, and the detector, mean another encoding; as browsers read them. */
static const struct {
    const char *declared;
    const char *used;
} NAMES[] = {
    {"iso-8859-1", DEFAULT_CHARSET},
    {"latin1", DEFAULT_CHARSET},
    {"us-ascii", DEFAULT_CHARSET},
    {"ascii", DEFAULT_CHARSET},
    {"ansi", DEFAULT_CHARSET},
    {"iso-8859-9", "WINDOWS-1254"},
    {"iso-8859-11", "WINDOWS-874"},
    {"tis-620", "WINDOWS-874"},
    {"gb2312", "GB18030"},
    {"gbk", "GB18030"},
    {"x-gbk", "GB18030"},
    {"hz-gb-2312", "HZ"},
    {"shift_jis", "CP932"},
    {"shift-jis", "CP932"},
    {"x-sjis", "CP932"},
    {"euc-kr", "CP949"},
    {"uhc", "CP949"},
    {"ks_c_5601-1987", "CP949"},
    {"big5", "BIG5-HKSCS"},
    {"mac-cyrillic", "MAC-CYRILLIC"},
    {"x-mac-cyrillic", "MAC-CYRILLIC"},
    {"macintosh", "MACINTOSH"},
    {"utf8", "UTF-8"},
    {"unicode-1-1-utf-8", "UTF-8"},
};

static const struct {
    const char *bytes;
    size_t length;
    const char *name;
} MARKS[] = {{"\xEF\xBB\xBF", 3, "UTF-8"},
             {"\xFF\xFE\0\0", 4, "UTF-32LE"},
             {"\0\0\xFE\xFF", 4, "UTF-32BE"},
             {"\xFF\xFE", 2, "UTF-16LE"},
             {"\xFE\xFF", 2, "UTF-16BE"}};

const char *charset_known_name(const char *declared)
{
    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++) {
        if (strcasecmp(NAMES[i].declared, declared) == 0) {
            return NAMES[i].used;
        }
    }
    return declared;
}

int32_t charset_is_known(const char *declared)
{
    const char *known = charset_known_name(declared);
    iconv_t converter = iconv_open("UTF-8", known);

    if (converter != (iconv_t)-1) {
        iconv_close(converter);
    }
    return converter != (iconv_t)-1;
}

/* --- Detection --- */

static uint32_t unit_at(const unsigned char *text, size_t width, int32_t is_big)
{
    uint32_t unit = 0;

    for (size_t i = 0; i < width; i++) {
        unit = unit << 8 | text[is_big ? i : width - 1 - i];
    }
    return unit;
}

/* 1 for characters that make up most texts: ASCII, alphabets, kana, ideographs, Hangul, general punctuation. */
static int32_t is_usual(uint32_t unit)
{
    if (unit < 0x80) {
        return (unit >= 0x20 && unit < 0x7F) || unit == '\n' || unit == '\r' || unit == '\t';
    }
    return (unit >= 0xA0 && unit < 0x780) || (unit >= 0x900 && unit < 0xE80) || (unit >= 0x2010 && unit < 0x2040) ||
           (unit >= 0x3000 && unit < 0x3100) || (unit >= 0x4E00 && unit < 0xA000) ||
           (unit >= 0xAC00 && unit < 0xD7A4) || (unit >= 0xFF01 && unit < 0xFF66);
}

/* Percent of the units that are usual characters, if some of them are spaces or line ends; else 0. */
static size_t percent_usual(const char *text, size_t length, size_t width, int32_t is_big)
{
    size_t usual = 0;
    size_t spaces = 0;
    size_t count = (length < 4096 ? length : 4096) / width;

    for (size_t i = 0; i < count; i++) {
        uint32_t unit = unit_at((const unsigned char *)text + i * width, width, is_big);

        usual += (size_t)is_usual(unit);
        spaces += unit == ' ' || unit == '\n' || unit == 0x3000 || unit == 0x3001 || unit == 0x3002;
    }
    return spaces > 0 && count > 0 ? usual * 100 / count : 0;
}

/* The name of the wide encoding that the text has without a byte order mark, or NULL. */
static const char *find_wide(const char *text, size_t length)
{
    static const struct {
        const char *name;
        size_t width;
        int32_t is_big;
    } wide[] = {{"UTF-32LE", 4, 0}, {"UTF-32BE", 4, 1}, {"UTF-16LE", 2, 0}, {"UTF-16BE", 2, 1}};
    size_t sampled = length < 4096 ? length : 4096;
    size_t nuls = 0;

    for (size_t i = 0; i < sampled; i++) {
        nuls += text[i] == '\0';
    }
    for (size_t i = 0; i < sizeof wide / sizeof wide[0] && nuls * 100 >= sampled * PERCENT_NULS_MIN; i++) {
        if (percent_usual(text, length, wide[i].width, wide[i].is_big) >= PERCENT_WIDE_MIN) {
            return wide[i].name;
        }
    }
    return NULL;
}

int32_t charset_is_wide(const char *text, size_t length)
{
    for (size_t i = 1; i < sizeof MARKS / sizeof MARKS[0]; i++) {
        if (length >= MARKS[i].length && memcmp(text, MARKS[i].bytes, MARKS[i].length) == 0) {
            return 1;
        }
    }
    return !(length >= 3 && memcmp(text, MARKS[0].bytes, 3) == 0) && find_wide(text, length) != NULL;
}

/* 1 if the bytes are UTF-8, with few errors if any; the end may be within a character. */
static int32_t is_utf8(const char *text, size_t length, size_t *characters)
{
    size_t invalid = 0;
    size_t at = 0;

    *characters = 0;
    while (at < length) {
        uint32_t code_point;
        int32_t is_valid;
        size_t taken;

        if ((unsigned char)text[at] < 0x80) {
            at++;
            continue;
        }
        taken = utf8_decode(text + at, length - at, &code_point, &is_valid);
        *characters += 1;
        invalid += !is_valid && length - at >= 4;
        at += taken;
    }
    return invalid * 10 <= *characters;
}

static void detect_legacy(const char *text, size_t length, char name[CHARSET_NAME_BYTES])
{
    uchardet_t detector = uchardet_new();
    const char *found = "";

    if (detector != NULL) {
        if (uchardet_handle_data(detector, text, length < DETECT_BYTES_MAX ? length : DETECT_BYTES_MAX) == 0) {
            uchardet_data_end(detector);
            found = uchardet_get_charset(detector);
        }
        found = charset_known_name(found);
        if (strcasecmp(found, "UTF-8") == 0 || strlen(found) >= CHARSET_NAME_BYTES) {
            found = "";
        }
        snprintf(name, CHARSET_NAME_BYTES, "%s", found[0] != '\0' ? found : DEFAULT_CHARSET);
        uchardet_delete(detector);
        return;
    }
    snprintf(name, CHARSET_NAME_BYTES, "%s", DEFAULT_CHARSET);
}

void charset_detect(const char *text, size_t length, char name[CHARSET_NAME_BYTES], size_t *mark_length)
{
    const char *wide;
    size_t characters;

    *mark_length = 0;
    for (size_t i = 0; i < sizeof MARKS / sizeof MARKS[0]; i++) {
        if (length >= MARKS[i].length && memcmp(text, MARKS[i].bytes, MARKS[i].length) == 0) {
            snprintf(name, CHARSET_NAME_BYTES, "%s", MARKS[i].name);
            *mark_length = MARKS[i].length;
            return;
        }
    }
    wide = find_wide(text, length);
    if (wide != NULL) {
        snprintf(name, CHARSET_NAME_BYTES, "%s", wide);
    } else if (length > 0 && memmem(text, length, "\x1B$", 2) != NULL) {
        snprintf(name, CHARSET_NAME_BYTES, "%s", "ISO-2022-JP");
    } else if (is_utf8(text, length, &characters)) {
        snprintf(name, CHARSET_NAME_BYTES, "%s", characters > 0 ? "UTF-8" : "");
    } else {
        detect_legacy(text, length, name);
    }
}

/* --- Conversion --- */

cpk_status charset_decoder_open(struct charset_decoder *decoder, const char *name, cpk_error **error)
{
    const char *known = charset_known_name(name);

    charset_decoder_close(decoder);
    if (strcasecmp(known, "UTF-8") == 0 || known[0] == '\0') {
        return CPK_OK;
    }
    decoder->converter = iconv_open("UTF-8", known);
    if (decoder->converter == (iconv_t)-1 && errno != ENOMEM) {
        decoder->converter = iconv_open("UTF-8", DEFAULT_CHARSET);
    }
    decoder->unit_bytes = strncasecmp(known, "UTF-16", 6) == 0 ? 2 : strncasecmp(known, "UTF-32", 6) == 0 ? 4 : 1;
    decoder->is_open = decoder->converter != (iconv_t)-1;
    return decoder->is_open || errno != ENOMEM ? CPK_OK : error_out_of_memory(error);
}

int32_t charset_decoder_is_utf8(const struct charset_decoder *decoder)
{
    return !decoder->is_open;
}

void charset_decoder_close(struct charset_decoder *decoder)
{
    if (decoder->is_open) {
        iconv_close(decoder->converter);
        decoder->is_open = 0;
    }
}

/* Converts *length bytes at *at; *length is what remains: an incomplete character. */
static cpk_status convert(const struct charset_decoder *decoder, char **at, size_t *length, int32_t at_end,
                          struct buffer *target, cpk_error **error)
{
    char block[4096];

    while (*length > 0) {
        char *out = block;
        size_t left = sizeof block;
        size_t skipped;
        size_t result = iconv(decoder->converter, at, length, &out, &left);

        buffer_append(target, block, (size_t)(out - block));
        if (target->failed) {
            return error_out_of_memory(error);
        }
        if (result == (size_t)-1 && errno == EINVAL && !at_end) {
            return CPK_OK;
        }
        if (result == (size_t)-1 && errno != E2BIG && *length > 0) {
            buffer_append(target, REPLACEMENT, 3);
            skipped = decoder->unit_bytes < *length ? decoder->unit_bytes : *length;
            *at += skipped;
            *length -= skipped;
        }
    }
    return CPK_OK;
}

cpk_status charset_decode(struct charset_decoder *decoder, struct buffer *source, int32_t at_end, struct buffer *target,
                          cpk_error **error)
{
    char *at = source->data;
    size_t left = source->length;

    if (source->failed) {
        return error_out_of_memory(error);
    }
    if (!decoder->is_open) {
        buffer_append(target, buffer_text(source), source->length);
        buffer_clear(source);
        return target->failed ? error_out_of_memory(error) : CPK_OK;
    }
    CPK_TRY(convert(decoder, &at, &left, at_end, target, error));
    if (source->length > 0) {
        memmove(source->data, at, left);
        source->length = left;
        source->data[left] = '\0';
    }
    return CPK_OK;
}

cpk_status charset_append(struct buffer *target, const char *name, const char *text, size_t length, cpk_error **error)
{
    struct charset_decoder decoder = {.is_open = 0};
    char *at = (char *)(uintptr_t)text; /* iconv() does not change it */
    cpk_status status;

    CPK_TRY(charset_decoder_open(&decoder, name, error));
    if (decoder.is_open) {
        status = convert(&decoder, &at, &length, 1, target, error);
    } else {
        utf8_append_repaired(target, text, length);
        status = target->failed ? error_out_of_memory(error) : CPK_OK;
    }
    charset_decoder_close(&decoder);
    return status;
}
