#include "extract/document/magic.h"

#include "base/utf8.h"
#include "extract/document/charset.h"

#include <string.h>
#include <strings.h>

#define PERCENT_CONTROL_MAX 2  /* of a text's bytes: NULs and control characters that do not occur in text */
#define PERCENT_TAGS_MIN    40 /* of a page's bytes: between < and > */
#define PERCENT_INVALID_MAX 30 /* of a text's bytes: invalid UTF-8, as in ISO 8859-1 */
#define OLE_DIRECTORY_BYTES 4096
#define LEGACY_BYTES_MIN    8 /* of a text that is mostly of other bytes than ASCII */

struct magic {
    size_t offset;
    const char *bytes;
    size_t length;
    const char *name;
};

#define MAGIC(offset, bytes, name)                                                                                     \
    {                                                                                                                  \
        offset, bytes, sizeof(bytes) - 1, name                                                                         \
    }

static const struct magic magics[] = {
    MAGIC(0, "%PDF-", "a PDF document"),
    MAGIC(0, "\x89PNG\r\n\x1A\n", "a PNG image"),
    MAGIC(0, "\xFF\xD8\xFF", "a JPEG image"),
    MAGIC(0, "GIF8", "a GIF image"),
    MAGIC(8, "WEBP", "a WebP image"),
    MAGIC(8, "WAVE", "a WAVE sound file"),
    MAGIC(0, "OggS", "an Ogg file"),
    MAGIC(0, "ID3", "an MP3 file"),
    MAGIC(0, "fLaC", "a FLAC file"),
    MAGIC(4, "ftyp", "an MP4 or HEIC file"),
    MAGIC(0, "\x1A\x45\xDF\xA3", "a Matroska or WebM file"),
    MAGIC(0, "\x1F\x8B", "gzip data: unpack it first"),
    MAGIC(0, "BZh", "bzip2 data: unpack it first"),
    MAGIC(0,
          "\xFD"
          "7zXZ",
          "xz data: unpack it first"),
    MAGIC(0, "\x28\xB5\x2F\xFD", "zstd data: unpack it first"),
    MAGIC(0, "7z\xBC\xAF\x27\x1C", "a 7z archive: unpack it first"),
    MAGIC(0, "Rar!\x1A\x07", "a RAR archive: unpack it first"),
    MAGIC(257, "ustar", "a tar archive: unpack it first"),
    MAGIC(0, "SQLite format 3", "an SQLite database"),
    MAGIC(0,
          "\x7F"
          "ELF",
          "an ELF program"),
    MAGIC(0, "MZ", "a Windows program"),
    MAGIC(0, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1",
          "an old Office document (.doc, .xls, .ppt): save it as .docx, .xlsx or .pptx"),
    MAGIC(0, "{\\rtf", "an RTF document"),
};

/* Text signatures after optional white space, in any case. */
static const struct {
    const char *text;
    const char *name;
} text_magics[] = {
    {"<!doctype html", "an HTML page"},
    {"<html", "an HTML page"},
    {"<head", "an HTML page"},
    {"<body", "an HTML page"},
    {"<?xml", "XML"},
    {"<svg", "an SVG image"},
    {")]}'", "data of a Google web service"},
};

static int32_t has_short_magic_only(const struct magic *magic, const char *head, size_t length)
{
    /* Text may start with "MZ" or "ID3"; programs and MP3 files have NULs near the start. */
    return magic->length <= 3 && (unsigned char)magic->bytes[0] < 0x80 && magic->bytes[0] >= ' ' &&
           memchr(head, '\0', length < 512 ? length : 512) == NULL;
}

static size_t skip_blank(const char *text, size_t length)
{
    size_t at = length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;

    while (at < length && strchr(" \t\r\n", text[at]) != NULL && text[at] != '\0') {
        at++;
    }
    return at;
}

/* Skips comments before the first tag of a page. */
static size_t skip_comments(const char *text, size_t length, size_t at)
{
    while (length - at >= 7 && memcmp(text + at, "<!--", 4) == 0) {
        const char *end = memmem(text + at, length - at, "-->", 3);

        if (end == NULL) {
            return at;
        }
        at = (size_t)(end - text) + 3;
        at += skip_blank(text + at, length - at);
    }
    return at;
}

/* 1 for markup that starts with any tag and consists mostly of tags; Markdown may start with a tag. */
static int32_t is_mostly_tags(const char *text, size_t length, size_t at)
{
    size_t tag_bytes = 0;
    int32_t in_tag = 0;

    if (at + 1 >= length || text[at] != '<' || (text[at + 1] | 0x20) < 'a' || (text[at + 1] | 0x20) > 'z') {
        return 0;
    }
    for (size_t i = at; i < length; i++) {
        in_tag = text[i] == '<' || (in_tag && text[i] != '>');
        tag_bytes += (size_t)in_tag;
    }
    return tag_bytes * 100 > (length - at) * PERCENT_TAGS_MIN;
}

const char *magic_name(const void *head, size_t length)
{
    const char *text = head;
    size_t start = skip_comments(text, length, skip_blank(text, length));

    for (size_t i = 0; i < sizeof magics / sizeof magics[0]; i++) {
        const struct magic *magic = &magics[i];

        if (length >= magic->offset + magic->length && memcmp(text + magic->offset, magic->bytes, magic->length) == 0 &&
            !has_short_magic_only(magic, text, length)) {
            return magic->name;
        }
    }
    for (size_t i = 0; i < sizeof text_magics / sizeof text_magics[0]; i++) {
        size_t wanted = strlen(text_magics[i].text);

        if (length - start >= wanted && strncasecmp(text + start, text_magics[i].text, wanted) == 0) {
            return text_magics[i].name;
        }
    }
    return is_mostly_tags(text, length, start) ? "HTML or XML" : NULL;
}

int32_t magic_is_html(const void *head, size_t length)
{
    const char *name = magic_name(head, length);

    return name != NULL && (strcmp(name, "an HTML page") == 0 || strcmp(name, "HTML or XML") == 0);
}

int32_t magic_is_zip(const void *head, size_t length)
{
    return length >= 4 &&
           (memcmp(head, "PK\3\4", 4) == 0 || memcmp(head, "PK\5\6", 4) == 0 || memcmp(head, "PK\7\10", 4) == 0);
}

int32_t magic_is_text(const void *head, size_t length)
{
    const char *text = head;
    size_t controls = 0;
    size_t invalid = 0;
    size_t at = 0;

    if (charset_is_wide(head, length)) {
        return 1;
    }
    while (at < length) {
        uint32_t code_point;
        int32_t valid;
        size_t taken = utf8_decode(text + at, length - at, &code_point, &valid);

        invalid += valid || length - at < 4 ? 0 : taken; /* the head may end within a character */
        controls += code_point < 0x20 && strchr("\t\n\r\f\b\x1B", (int)code_point) == NULL;
        controls += code_point == 0;
        at += taken;
    }
    /* Mostly other bytes than ASCII: text of an encoding such as Windows-1251 has no control characters at all. */
    return invalid * 100 <= length * PERCENT_INVALID_MAX ? controls * 100 <= length * PERCENT_CONTROL_MAX
                                                         : controls == 0 && length >= LEGACY_BYTES_MIN;
}

int32_t magic_is_encrypted_office(const cpk_reader *reader, const void *head, size_t length)
{
    static const char name[] = "E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e"; /* a stream, in UTF-16 */
    const unsigned char *bytes = head;
    char directory[OLE_DIRECTORY_BYTES];
    int64_t sector_bytes;
    int64_t first;
    size_t got = 0;

    if (length < 512 || memcmp(head, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8) != 0 || bytes[30] < 7 || bytes[30] > 16) {
        return 0;
    }
    sector_bytes = INT64_C(1) << bytes[30];
    first = (int64_t)bytes[48] | (int64_t)bytes[49] << 8 | (int64_t)bytes[50] << 16 | (int64_t)bytes[51] << 24;
    if (memmem(head, length, name, sizeof name) != NULL) {
        return 1;
    }
    return reader->read_at != NULL &&
           reader->read_at(reader->self, (first + 1) * sector_bytes, directory, sizeof directory, &got, NULL) ==
               CPK_OK &&
           got > 0 && memmem(directory, got, name, sizeof name) != NULL;
}
