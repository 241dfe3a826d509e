#include "storage/s3/answer_xml.h"

#include "base/error.h"
#include "base/utf8.h"

#include <string.h>

#define ENTITY_BYTES_MAX 10

struct xml {
    const char *at;
    const char *end;
    char path[XML_PATH_BYTES_MAX];
    size_t path_length;
    size_t parents[XML_DEPTH_MAX]; /* length of the path above each open element */
    size_t depth;
    int32_t has_root;
    int32_t is_stopped;
    struct buffer text;
    xml_element_fn element;
    void *user;
    const char *problem;
};

static int32_t fail(struct xml *xml, const char *problem)
{
    xml->problem = problem;
    return 0;
}

static int32_t is_space(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

static int32_t starts_with(const struct xml *xml, const char *text)
{
    size_t length = strlen(text);

    return (size_t)(xml->end - xml->at) >= length && memcmp(xml->at, text, length) == 0;
}

/* Returns the first byte after the next `mark`, or NULL. */
static const char *find_after(const struct xml *xml, const char *mark)
{
    const char *found = memmem(xml->at, (size_t)(xml->end - xml->at), mark, strlen(mark));

    return found != NULL ? found + strlen(mark) : NULL;
}

static int32_t skip_to(struct xml *xml, const char *mark)
{
    const char *after = find_after(xml, mark);

    if (after == NULL) {
        return fail(xml, "ends too early");
    }
    xml->at = after;
    return 1;
}

/* Appends a character reference. Returns 0 for what XML does not allow. */
static int32_t append_code_point(struct xml *xml, const char *digits, size_t length)
{
    const int32_t is_hex = length > 0 && digits[0] == 'x';
    uint32_t code = 0;
    char bytes[4];

    for (size_t i = is_hex ? 1 : 0; i < length; i++) {
        const char *set = "0123456789abcdef";
        const char lower = digits[i] >= 'A' && digits[i] <= 'F' ? (char)(digits[i] + 32) : digits[i];
        const char *found = memchr(set, lower, is_hex ? 16 : 10);

        if (found == NULL) {
            return 0;
        }
        code = code * (is_hex ? 16 : 10) + (uint32_t)(found - set);
    }
    if (code == 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff) || length == (size_t)is_hex) {
        return 0;
    }
    if (code < 0x80) {
        buffer_append_byte(&xml->text, (char)code);
        return 1;
    }
    bytes[0] = (char)(code < 0x800 ? 0xc0 | code >> 6 : code < 0x10000 ? 0xe0 | code >> 12 : 0xf0 | code >> 18);
    bytes[1] = (char)(0x80 | (code >> (code < 0x800 ? 0 : code < 0x10000 ? 6 : 12) & 63));
    bytes[2] = (char)(0x80 | (code >> (code < 0x10000 ? 0 : 6) & 63));
    bytes[3] = (char)(0x80 | (code & 63));
    buffer_append(&xml->text, bytes, code < 0x800 ? 2 : code < 0x10000 ? 3 : 4);
    return 1;
}

static int32_t read_entity(struct xml *xml)
{
    static const struct {
        const char *name;
        char byte;
    } known[] = {{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}};
    const char *name = xml->at + 1;
    const size_t left = (size_t)(xml->end - name);
    const char *semicolon = memchr(name, ';', left < ENTITY_BYTES_MAX ? left : ENTITY_BYTES_MAX);
    size_t length = semicolon != NULL ? (size_t)(semicolon - name) : 0;

    if (length == 0) {
        return fail(xml, "has an unknown entity");
    }
    xml->at = semicolon + 1;
    if (name[0] == '#') {
        return append_code_point(xml, name + 1, length - 1) || fail(xml, "has an invalid character reference");
    }
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (strlen(known[i].name) == length && memcmp(known[i].name, name, length) == 0) {
            buffer_append_byte(&xml->text, known[i].byte);
            return 1;
        }
    }
    return fail(xml, "has an unknown entity");
}

static int32_t read_text(struct xml *xml)
{
    size_t length = 0;

    while (xml->at + length < xml->end && xml->at[length] != '<' && xml->at[length] != '&') {
        if (xml->at[length] == '\0' || (xml->depth == 0 && !is_space(xml->at[length]))) {
            return fail(xml, "has text outside an element, or a NUL");
        }
        length++;
    }
    if (length > XML_TEXT_BYTES_MAX - xml->text.length) {
        return fail(xml, "has an element that is too long");
    }
    if (xml->depth > 0) {
        buffer_append(&xml->text, xml->at, length);
    }
    xml->at += length;
    if (xml->at == xml->end || *xml->at == '<') {
        return 1;
    }
    return xml->depth > 0 && xml->text.length + 4 <= XML_TEXT_BYTES_MAX ? read_entity(xml)
                                                                        : fail(xml, "has an element that is too long");
}

static int32_t end_element(struct xml *xml)
{
    xml->is_stopped = xml->element(xml->user, xml->path, buffer_text(&xml->text)) != 0;
    buffer_clear(&xml->text);
    xml->path_length = xml->parents[--xml->depth];
    xml->path[xml->path_length] = '\0';
    return 1;
}

static size_t name_length(const struct xml *xml)
{
    size_t length = 0;

    while (xml->at + length < xml->end && strchr(" \t\r\n/><&=\"'", xml->at[length]) == NULL) {
        length++; /* a NUL ends it, too: strchr() finds it */
    }
    return length;
}

/* Skips attributes to the '>' of a start tag; *is_empty: the tag was "<name/>". */
static int32_t skip_attributes(struct xml *xml, int32_t *is_empty)
{
    char quote = '\0';

    *is_empty = 0;
    for (; xml->at < xml->end; xml->at++) {
        if (quote != '\0') {
            quote = *xml->at == quote ? '\0' : quote;
        } else if (*xml->at == '"' || *xml->at == '\'') {
            quote = *xml->at;
        } else if (*xml->at == '<') {
            break;
        } else if (*xml->at == '>') {
            *is_empty = xml->at[-1] == '/';
            xml->at++;
            return 1;
        }
    }
    return fail(xml, "has a tag that does not end");
}

static int32_t start_element(struct xml *xml)
{
    int32_t is_empty;
    size_t length;

    xml->at++;
    length = name_length(xml);
    if (length == 0 || (xml->depth == 0 && xml->has_root)) {
        return fail(xml, "is not well-formed");
    }
    if (xml->depth == XML_DEPTH_MAX || length + 2 > sizeof xml->path - xml->path_length) {
        return fail(xml, "is nested too deeply, or has a name that is too long");
    }
    xml->has_root = 1;
    xml->parents[xml->depth++] = xml->path_length;
    if (xml->path_length > 0) {
        xml->path[xml->path_length++] = '/';
    }
    memcpy(xml->path + xml->path_length, xml->at, length);
    xml->path_length += length;
    xml->path[xml->path_length] = '\0';
    xml->at += length;
    buffer_clear(&xml->text);
    if (!skip_attributes(xml, &is_empty)) {
        return 0;
    }
    return is_empty ? end_element(xml) : 1;
}

static int32_t read_end_tag(struct xml *xml)
{
    const char *name = NULL;
    size_t length;
    size_t start;

    xml->at += 2;
    length = name_length(xml);
    if (xml->depth == 0) {
        return fail(xml, "is not well-formed");
    }
    start = xml->parents[xml->depth - 1] + (xml->parents[xml->depth - 1] > 0);
    name = xml->path + start;
    if (length != xml->path_length - start || memcmp(name, xml->at, length) != 0) {
        return fail(xml, "is not well-formed");
    }
    xml->at += length;
    while (xml->at < xml->end && is_space(*xml->at)) {
        xml->at++;
    }
    if (xml->at == xml->end || *xml->at != '>') {
        return fail(xml, "has a tag that does not end");
    }
    xml->at++;
    return end_element(xml);
}

static int32_t read_cdata(struct xml *xml)
{
    const char *start = xml->at + strlen("<![CDATA[");
    const char *after = find_after(xml, "]]>");
    size_t length = after != NULL && after - 3 >= start ? (size_t)(after - 3 - start) : 0;

    if (after == NULL || xml->depth == 0 || length > XML_TEXT_BYTES_MAX - xml->text.length ||
        memchr(start, '\0', length) != NULL) {
        return fail(xml, "has an element that is too long or does not end");
    }
    buffer_append(&xml->text, start, length);
    xml->at = after;
    return 1;
}

static int32_t read_next(struct xml *xml)
{
    if (*xml->at != '<') {
        return read_text(xml);
    }
    if (starts_with(xml, "<?")) {
        return skip_to(xml, "?>");
    }
    if (starts_with(xml, "<!--")) {
        return skip_to(xml, "-->");
    }
    if (starts_with(xml, "<![CDATA[")) {
        return read_cdata(xml);
    }
    if (starts_with(xml, "<!")) {
        return fail(xml, "has a document type");
    }
    return starts_with(xml, "</") ? read_end_tag(xml) : start_element(xml);
}

cpk_status answer_xml_read(const cpk_allocator *allocator, const char *bytes, size_t length, xml_element_fn element,
                           void *user, cpk_error **error)
{
    struct xml xml = {.at = bytes, .end = bytes + length, .element = element, .user = user};
    int32_t is_failed = utf8_valid_prefix(bytes, length) != length && !fail(&xml, "is not UTF-8");
    cpk_status status = CPK_OK;

    buffer_init(&xml.text, allocator);
    while (!is_failed && !xml.is_stopped && xml.at < xml.end) {
        is_failed = !read_next(&xml);
        is_failed |= xml.text.failed;
    }
    if (!is_failed && !xml.is_stopped && (xml.depth > 0 || !xml.has_root)) {
        is_failed = !fail(&xml, "ends too early");
    }
    if (is_failed) {
        status = xml.text.failed
                     ? error_out_of_memory(error)
                     : error_set(error, CPK_ERROR_INVALID_DATA, "storage", "the storage server's XML %s", xml.problem);
    }
    buffer_free(&xml.text);
    return status;
}
