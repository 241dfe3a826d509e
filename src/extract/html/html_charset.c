#include "extract/html/html_charset.h"

#include "base/error.h"
#include "base/utf8.h"

#include <errno.h>
#include <iconv.h>
#include <string.h>
#include <strings.h>

#define META_BYTES_MAX    ((size_t)4096)
#define CHARSET_BYTES_MAX 40
#define REPLACEMENT       "\xEF\xBF\xBD"
#define DEFAULT_CHARSET   "WINDOWS-1252"

/* Encodings that pages name by a smaller one, as browsers read them. */
static const struct {
    const char *declared;
    const char *used;
} CHARSETS[] = {
    {"iso-8859-1", "WINDOWS-1252"}, {"latin1", "WINDOWS-1252"}, {"us-ascii", "WINDOWS-1252"}, {"ascii", "WINDOWS-1252"},
    {"iso-8859-9", "WINDOWS-1254"}, {"gb2312", "GB18030"},      {"gbk", "GB18030"},           {"x-gbk", "GB18030"},
    {"shift_jis", "CP932"},         {"shift-jis", "CP932"},     {"x-sjis", "CP932"},          {"euc-kr", "CP949"},
    {"ks_c_5601-1987", "CP949"},    {"big5", "BIG5-HKSCS"},     {"tis-620", "WINDOWS-874"},
};

/* Copies the name after "charset=" of the first meta element that has one. Returns 0 if there is none. */
static int32_t find_declared(const char *bytes, size_t length, char charset[CHARSET_BYTES_MAX])
{
    const char *end = bytes + (length < META_BYTES_MAX ? length : META_BYTES_MAX);
    const char *at = bytes;

    while (end - at > 8 && (at = memchr(at, '<', (size_t)(end - at - 8))) != NULL) {
        const char *close = memchr(at, '>', (size_t)(end - at));

        at++;
        if (close == NULL || strncasecmp(at, "meta", 4) != 0) {
            continue;
        }
        for (; close - at > 8; at++) {
            size_t taken = 0;

            if (strncasecmp(at, "charset=", 8) != 0) {
                continue;
            }
            at += 8;
            at += at < close && (*at == '"' || *at == '\'');
            while (at < close && taken + 1 < CHARSET_BYTES_MAX && strchr("\"' ;/>", *at) == NULL && *at > ' ') {
                charset[taken++] = *at++;
            }
            charset[taken] = '\0';
            return taken > 0;
        }
    }
    return 0;
}

static const char *name_used(const char *declared)
{
    for (size_t i = 0; i < sizeof CHARSETS / sizeof CHARSETS[0]; i++) {
        if (strcasecmp(CHARSETS[i].declared, declared) == 0) {
            return CHARSETS[i].used;
        }
    }
    return declared;
}

static cpk_status convert(struct buffer *target, iconv_t converter, const char *bytes, size_t length, cpk_error **error)
{
    char *at = (char *)(uintptr_t)bytes; /* iconv() does not change it */
    char block[4096];

    while (length > 0) {
        char *out = block;
        size_t left = sizeof block;
        size_t result = iconv(converter, &at, &length, &out, &left);

        buffer_append(target, block, (size_t)(out - block));
        if (result == (size_t)-1 && errno != E2BIG) {
            buffer_append(target, REPLACEMENT, 3);
            at++;
            length--;
        }
        if (target->failed) {
            return error_out_of_memory(error);
        }
    }
    return CPK_OK;
}

static cpk_status convert_from(struct buffer *target, const char *charset, const char *bytes, size_t length,
                               cpk_error **error)
{
    iconv_t converter = iconv_open("UTF-8", charset);
    cpk_status status;

    if (converter == (iconv_t)-1 && errno == ENOMEM) {
        return error_out_of_memory(error);
    }
    if (converter == (iconv_t)-1 && strcmp(charset, DEFAULT_CHARSET) != 0) {
        return convert_from(target, DEFAULT_CHARSET, bytes, length, error);
    }
    if (converter == (iconv_t)-1) {
        utf8_append_repaired(target, bytes, length);
        return target->failed ? error_out_of_memory(error) : CPK_OK;
    }
    status = convert(target, converter, bytes, length, error);
    iconv_close(converter);
    return status;
}

cpk_status html_append_utf8(struct buffer *target, const char *bytes, size_t length, cpk_error **error)
{
    char declared[CHARSET_BYTES_MAX];
    int32_t is_declared;

    if (length >= 2 && memcmp(bytes, "\xFF\xFE", 2) == 0) {
        return convert_from(target, "UTF-16LE", bytes + 2, length - 2, error);
    }
    if (length >= 2 && memcmp(bytes, "\xFE\xFF", 2) == 0) {
        return convert_from(target, "UTF-16BE", bytes + 2, length - 2, error);
    }
    is_declared = find_declared(bytes, length, declared);
    if (length >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0) {
        bytes += 3;
        length -= 3;
    } else if (is_declared && strcasecmp(declared, "iso-2022-jp") == 0) { /* its bytes are valid UTF-8, too */
        return convert_from(target, "ISO-2022-JP", bytes, length, error);
    } else if (utf8_valid_prefix(bytes, length) != length) {
        /* A page that says UTF-8 and is not: single bad bytes, not another encoding. */
        if (is_declared && strncasecmp(declared, "utf", 3) == 0) {
            is_declared = 0;
        } else {
            return convert_from(target, is_declared ? name_used(declared) : DEFAULT_CHARSET, bytes, length, error);
        }
    }
    utf8_append_repaired(target, bytes, length);
    return target->failed ? error_out_of_memory(error) : CPK_OK;
}
