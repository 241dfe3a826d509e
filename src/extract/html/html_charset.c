#include "extract/html/html_charset.h"

#include "base/error.h"
#include "base/utf8.h"
#include "extract/document/charset.h"

#include <string.h>
#include <strings.h>

#define META_BYTES_MAX  ((size_t)4096)
#define DEFAULT_CHARSET "WINDOWS-1252"

/* A name or a value in the bytes of a page. */
struct part {
    const char *at;
    size_t length;
};

static int32_t is_space(char byte)
{
    return byte != '\0' && strchr(" \t\r\n\f", byte) != NULL;
}

static int32_t part_is(const struct part *part, const char *text)
{
    return part->length == strlen(text) && strncasecmp(part->at, text, part->length) == 0;
}

/* Reads the next attribute of an element that ends at `end`; 0 if there is none. */
static int32_t next_attribute(const char **from, const char *end, struct part *name, struct part *value)
{
    const char *at = *from;
    const char *rest;
    char quote;

    while (at < end && (is_space(*at) || *at == '/')) {
        at++;
    }
    name->at = at;
    while (at < end && !is_space(*at) && *at != '=' && *at != '/') {
        at++;
    }
    name->length = (size_t)(at - name->at);
    for (rest = at; rest < end && is_space(*rest); rest++) {
    }
    *value = (struct part){at, 0};
    if (rest < end && *rest == '=') {
        for (at = rest + 1; at < end && is_space(*at); at++) {
        }
        quote = at < end && (*at == '"' || *at == '\'') ? *at++ : '\0';
        value->at = at;
        while (at < end && (quote != '\0' ? *at != quote : !is_space(*at))) {
            at++;
        }
        value->length = (size_t)(at - value->at);
        at += quote != '\0' && at < end;
    }
    *from = at;
    return name->length > 0 || at < end;
}

/* The value after "charset=" in "text/html; charset=x". */
static struct part find_in_content(const struct part *content)
{
    const char *end = content->at + content->length;
    struct part found = {content->at, 0};

    for (const char *at = content->at; end - at > 7; at++) {
        if (strncasecmp(at, "charset", 7) != 0) {
            continue;
        }
        for (at += 7; at < end && is_space(*at); at++) {
        }
        if (at == end || *at != '=') {
            continue;
        }
        for (at++; at < end && (is_space(*at) || *at == '"' || *at == '\''); at++) {
        }
        found.at = at;
        while (at < end && !is_space(*at) && strchr(";\"'", *at) == NULL) {
            at++;
        }
        found.length = (size_t)(at - found.at);
        break;
    }
    return found;
}

/* Returns the name of the encoding in a meta element; its length is 0 if there is none. */
static struct part read_meta(const char *at, const char *end)
{
    struct part charset = {at, 0};
    struct part content = {at, 0};
    struct part name;
    struct part value;
    int32_t is_type = 0;

    while (next_attribute(&at, end, &name, &value)) {
        if (part_is(&name, "charset") && charset.length == 0) {
            charset = value;
        } else if (part_is(&name, "content") && content.length == 0) {
            content = find_in_content(&value);
        } else if (part_is(&name, "http-equiv")) {
            is_type = part_is(&value, "content-type");
        }
    }
    return charset.length > 0 ? charset : is_type ? content : (struct part){at, 0};
}

/* Copies the name of the encoding of the first meta element that has one that is known, as the HTML standard looks for
 * it: not in comments. Returns 0 if there is none. */
static int32_t find_declared(const char *bytes, size_t length, char charset[CHARSET_NAME_BYTES])
{
    const char *end = bytes + (length < META_BYTES_MAX ? length : META_BYTES_MAX);
    const char *at = bytes;

    while (end - at > 8 && (at = memchr(at, '<', (size_t)(end - at))) != NULL && end - at > 8) {
        const char *close = NULL;
        struct part found = {at, 0};

        if (strncmp(at, "<!--", 4) == 0) {
            close = memmem(at + 2, (size_t)(end - at - 2), "-->", 3);
        } else if (strncasecmp(at, "<meta", 5) == 0 && (is_space(at[5]) || at[5] == '/')) {
            close = memchr(at, '>', (size_t)(end - at));
            found = close != NULL ? read_meta(at + 5, close) : found;
        } else {
            close = at;
        }
        if (close == NULL) {
            return 0;
        }
        if (found.length > 0 && found.length < CHARSET_NAME_BYTES) {
            memcpy(charset, found.at, found.length);
            charset[found.length] = '\0';
            if (charset_is_known(charset)) {
                return 1;
            }
        }
        at = close + 1;
    }
    return 0;
}

cpk_status html_append_utf8(struct buffer *target, const char *bytes, size_t length, cpk_error **error)
{
    char declared[CHARSET_NAME_BYTES];
    int32_t is_declared;

    if (length >= 2 && memcmp(bytes, "\xFF\xFE", 2) == 0) {
        return charset_append(target, "UTF-16LE", bytes + 2, length - 2, error);
    }
    if (length >= 2 && memcmp(bytes, "\xFE\xFF", 2) == 0) {
        return charset_append(target, "UTF-16BE", bytes + 2, length - 2, error);
    }
    is_declared = find_declared(bytes, length, declared);
    if (length >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0) {
        bytes += 3;
        length -= 3;
    } else if (is_declared && strcasecmp(declared, "iso-2022-jp") == 0 && memchr(bytes, '\x1B', length) != NULL) {
        /* its bytes are valid UTF-8, too */
        return charset_append(target, "ISO-2022-JP", bytes, length, error);
    } else if (utf8_valid_prefix(bytes, length) != length) {
        /* A page that says UTF-8 and is not: single bad bytes, not another encoding. */
        if (is_declared && strncasecmp(declared, "utf", 3) == 0) {
            is_declared = 0;
        } else {
            return charset_append(target, is_declared ? declared : DEFAULT_CHARSET, bytes, length, error);
        }
    }
    utf8_append_repaired(target, bytes, length);
    return target->failed ? error_out_of_memory(error) : CPK_OK;
}
