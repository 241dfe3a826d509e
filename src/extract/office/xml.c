#include "extract/office/xml.h"

#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "extract/document/charset.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define BLOCK_BYTES        ((size_t)16 * 1024)
#define TAG_BYTES_MAX      ((size_t)1 << 20) /* of a tag, a comment's end included in what is kept at a time */
#define DECLARATIONS_MAX   64                /* namespaces in force at a time; more are unknown ones */
#define PREFIX_BYTES_MAX   24
#define CACHE_ENTRIES      128 /* a power of two */
#define CACHED_NAME_MAX    32
#define SHORT_VALUES_BYTES 2048
#define NUMBER_MAX         1000000
#define REFERENCE_MAX      12 /* bytes of &#x10FFFF; and shorter ones */

static const struct {
    const char *uri;
    enum xml_space space;
} SPACES[] = {
    {"http://schemas.openxmlformats.org/wordprocessingml/2006/main", XML_W},
    {"http://purl.oclc.org/ooxml/wordprocessingml/main", XML_W},
    {"http://schemas.openxmlformats.org/officeDocument/2006/math", XML_M},
    {"http://purl.oclc.org/ooxml/officeDocument/math", XML_M},
    {"http://schemas.openxmlformats.org/drawingml/2006/main", XML_A},
    {"http://purl.oclc.org/ooxml/drawingml/main", XML_A},
    {"http://schemas.openxmlformats.org/officeDocument/2006/relationships", XML_R},
    {"http://purl.oclc.org/ooxml/officeDocument/relationships", XML_R},
    {"http://schemas.openxmlformats.org/markup-compatibility/2006", XML_MC},
    {"http://schemas.openxmlformats.org/presentationml/2006/main", XML_P},
    {"http://purl.oclc.org/ooxml/presentationml/main", XML_P},
    {"http://schemas.openxmlformats.org/spreadsheetml/2006/main", XML_S},
    {"http://purl.oclc.org/ooxml/spreadsheetml/main", XML_S},
    {"http://schemas.openxmlformats.org/drawingml/2006/chart", XML_C},
    {"http://purl.oclc.org/ooxml/drawingml/chart", XML_C},
    {"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing", XML_WP},
    {"http://purl.oclc.org/ooxml/drawingml/wordprocessingDrawing", XML_WP},
    {"urn:schemas-microsoft-com:vml", XML_V},
    {"http://schemas.openxmlformats.org/package/2006/relationships", XML_RELS},
    {"http://schemas.openxmlformats.org/package/2006/metadata/core-properties", XML_CORE},
    {"http://purl.org/dc/elements/1.1/", XML_DC},
    {"http://purl.org/dc/terms/", XML_DCTERMS},
    {"urn:oasis:names:tc:opendocument:xmlns:office:1.0", XML_OFFICE},
    {"urn:oasis:names:tc:opendocument:xmlns:text:1.0", XML_TEXT},
    {"urn:oasis:names:tc:opendocument:xmlns:table:1.0", XML_TABLE},
    {"urn:oasis:names:tc:opendocument:xmlns:style:1.0", XML_STYLE},
    {"urn:oasis:names:tc:opendocument:xmlns:meta:1.0", XML_META},
    {"urn:oasis:names:tc:opendocument:xmlns:drawing:1.0", XML_DRAW},
    {"http://www.w3.org/1999/xlink", XML_XLINK},
    {"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0", XML_MANIFEST},
    {"urn:oasis:names:tc:opendocument:xmlns:presentation:1.0", XML_PRESENTATION},
    {"http://www.idpf.org/2007/opf", XML_OPF},
    {"urn:oasis:names:tc:opendocument:xmlns:container", XML_CONTAINER},
    {"http://www.w3.org/2001/04/xmlenc#", XML_ENCRYPTION},
};

/* A prefix in force: that of the element at `depth` or of one around it. */
struct declaration {
    char prefix[PREFIX_BYTES_MAX];
    size_t prefix_length;
    enum xml_space space;
    size_t depth;
};

/* The id of a name with its prefix, as long as no namespace is declared or ends. */
struct cached_name {
    char name[CACHED_NAME_MAX];
    size_t length; /* 0: free */
    uint32_t generation;
    int32_t id;
};

struct open_element {
    int32_t id;
    uint32_t hash; /* of its name, to check the end tag */
};

struct xml {
    const struct context *context;
    const cpk_reader *reader;
    const struct xml_format *format;
    void *self;
    int32_t is_doctype_allowed;
    struct charset_decoder decoder;
    struct buffer raw;  /* bytes of another encoding */
    struct buffer text; /* UTF-8 that is not parsed yet, from `at` on */
    size_t at;
    int32_t at_end;
    int32_t is_malformed;
    const char *skipping; /* the end of a comment or the like that is being skipped, or NULL */
    struct declaration declarations[DECLARATIONS_MAX];
    size_t declaration_count;
    uint32_t generation;
    struct cached_name cache[CACHE_ENTRIES];
    size_t depth;
    size_t depth_max;
    struct open_element *open;
    const char *tag; /* attributes of the element that starts */
    size_t tag_length;
    char short_values[SHORT_VALUES_BYTES]; /* of its attributes that were asked for */
    size_t short_bytes;
    struct arena values; /* those that have no space there: its first block is 64 KiB, as much as a whole part */
};

/* --- Namespaces and names --- */

static enum xml_space find_space(const char *uri)
{
    for (size_t i = 0; i < sizeof SPACES / sizeof SPACES[0]; i++) {
        if (strcmp(SPACES[i].uri, uri) == 0) {
            return SPACES[i].space;
        }
    }
    return XML_UNKNOWN;
}

static void declare(struct xml *xml, const char *prefix, size_t length, const char *uri)
{
    struct declaration *declaration;

    if (xml->declaration_count == DECLARATIONS_MAX || length >= PREFIX_BYTES_MAX) {
        return;
    }
    declaration = &xml->declarations[xml->declaration_count++];
    memcpy(declaration->prefix, prefix, length);
    declaration->prefix_length = length;
    declaration->space = find_space(uri);
    declaration->depth = xml->depth;
    xml->generation++;
}

static void end_declarations(struct xml *xml)
{
    while (xml->declaration_count > 0 && xml->declarations[xml->declaration_count - 1].depth >= xml->depth) {
        xml->declaration_count--;
        xml->generation++;
    }
}

static enum xml_space space_of(const struct xml *xml, const char *prefix, size_t length)
{
    for (size_t i = xml->declaration_count; i > 0; i--) {
        const struct declaration *declaration = &xml->declarations[i - 1];

        if (declaration->prefix_length == length && memcmp(declaration->prefix, prefix, length) == 0) {
            return declaration->space;
        }
    }
    return length == 0 ? XML_NONE : XML_UNKNOWN;
}

/* As strcmp() with a name that is not terminated. */
static int compare_name(const char *known, const char *name, size_t length)
{
    int order = strncmp(known, name, length);

    return order != 0 ? order : known[length] != '\0';
}

static int32_t find_id(const struct xml *xml, enum xml_space space, const char *local, size_t length)
{
    const struct xml_name *names = xml->format->names;
    size_t low = 0;
    size_t high = xml->format->name_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (compare_name(names[middle].local, local, length) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    for (; low < xml->format->name_count && compare_name(names[low].local, local, length) == 0; low++) {
        if (names[low].space == space) {
            return names[low].id;
        }
    }
    return 0;
}

static uint32_t hash_name(const char *name, size_t length)
{
    uint32_t hash = 2166136261u;

    for (size_t i = 0; i < length; i++) {
        hash = (hash ^ (unsigned char)name[i]) * 16777619u;
    }
    return hash;
}

static int32_t id_of(struct xml *xml, const char *name, size_t length, uint32_t hash)
{
    struct cached_name *cached = &xml->cache[(hash ^ hash >> 16) & (CACHE_ENTRIES - 1)];
    const char *colon;
    size_t prefix;
    int32_t id;

    if (cached->length == length && cached->generation == xml->generation && memcmp(cached->name, name, length) == 0) {
        return cached->id;
    }
    colon = memchr(name, ':', length);
    prefix = colon != NULL ? (size_t)(colon - name) : 0;
    id = find_id(xml, space_of(xml, name, prefix), colon != NULL ? colon + 1 : name,
                 length - prefix - (colon != NULL ? 1 : 0));
    if (length < CACHED_NAME_MAX) {
        memcpy(cached->name, name, length);
        cached->length = length;
        cached->generation = xml->generation;
        cached->id = id;
    }
    return id;
}

/* --- References --- */

/* Decodes a reference at text[0] == '&'; returns its length, or 0 if it is none that XML itself defines. */
static size_t decode_reference(const char *text, size_t length, char bytes[4], size_t *byte_count)
{
    static const struct {
        const char *name;
        char byte;
    } references[] = {{"&lt;", '<'}, {"&gt;", '>'}, {"&amp;", '&'}, {"&quot;", '"'}, {"&apos;", '\''}};
    const char *end = memchr(text, ';', length < REFERENCE_MAX ? length : REFERENCE_MAX);
    uint32_t base;
    uint32_t code = 0;

    for (size_t i = 0; i < sizeof references / sizeof references[0]; i++) {
        size_t name_length = strlen(references[i].name);

        if (length >= name_length && memcmp(text, references[i].name, name_length) == 0) {
            bytes[0] = references[i].byte;
            *byte_count = 1;
            return name_length;
        }
    }
    if (end == NULL || end - text < 3 || text[1] != '#') {
        return 0;
    }
    base = text[2] == 'x' ? 16 : 10;
    for (const char *at = text + (base == 16 ? 3 : 2); at < end; at++) {
        uint32_t digit = *at >= '0' && *at <= '9' ? (uint32_t)(*at - '0') : ((uint32_t)*at | 0x20) - 'a' + 10;

        if (digit >= base || code > 0x10FFFF) {
            return 0;
        }
        code = code * base + digit;
    }
    *byte_count =
        utf8_encode(code > 0x10FFFF || (code >= 0xD800 && code < 0xE000) || code == 0 ? UTF8_REPLACEMENT : code, bytes);
    return (size_t)(end - text) + 1;
}

/* --- Attributes --- */

static int32_t is_blank(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

struct attribute {
    const char *name;
    size_t name_length;
    const char *value;
    size_t value_length;
};

/* The next attribute from *at on; 0 if there is none. */
static int32_t next_attribute(const char **at, const char *end, struct attribute *attribute)
{
    const char *quote;

    while (*at < end && is_blank(**at)) {
        (*at)++;
    }
    attribute->name = *at;
    while (*at < end && **at != '=' && !is_blank(**at)) {
        (*at)++;
    }
    attribute->name_length = (size_t)(*at - attribute->name);
    while (*at < end && (**at == '=' || is_blank(**at))) {
        (*at)++;
    }
    if (*at >= end || (**at != '"' && **at != '\'') || attribute->name_length == 0) {
        return 0;
    }
    attribute->value = *at + 1;
    quote = memchr(attribute->value, **at, (size_t)(end - attribute->value));
    if (quote == NULL) {
        return 0;
    }
    attribute->value_length = (size_t)(quote - attribute->value);
    *at = quote + 1;
    return 1;
}

static char *copy_value(struct xml *xml, const struct attribute *attribute)
{
    char *copy = xml->short_values + xml->short_bytes;

    if (attribute->value_length >= SHORT_VALUES_BYTES - xml->short_bytes) {
        return arena_copy_bytes(&xml->values, attribute->value, attribute->value_length);
    }
    memcpy(copy, attribute->value, attribute->value_length);
    copy[attribute->value_length] = '\0';
    xml->short_bytes += attribute->value_length + 1;
    return copy;
}

/* The value with its references decoded, which never makes it longer. */
static const char *decode_value(struct xml *xml, const struct attribute *attribute)
{
    char *copy = copy_value(xml, attribute);
    size_t length = 0;
    size_t at = 0;

    if (copy == NULL || memchr(copy, '&', attribute->value_length) == NULL) {
        return copy;
    }
    while (at < attribute->value_length) {
        char bytes[4];
        size_t count;
        size_t taken = copy[at] == '&' ? decode_reference(copy + at, attribute->value_length - at, bytes, &count) : 0;

        if (taken > 0) {
            memcpy(copy + length, bytes, count);
            length += count;
            at += taken;
        } else {
            copy[length++] = copy[at++];
        }
    }
    copy[length] = '\0';
    return copy;
}

static void declare_all(struct xml *xml)
{
    const char *at = xml->tag;
    struct attribute attribute;

    while (next_attribute(&at, xml->tag + xml->tag_length, &attribute)) {
        if (attribute.name_length >= 5 && memcmp(attribute.name, "xmlns", 5) == 0) {
            size_t skipped = attribute.name_length > 5 ? 6 : 5;
            const char *uri = decode_value(xml, &attribute);

            declare(xml, attribute.name + skipped, attribute.name_length - skipped, uri != NULL ? uri : "");
        }
    }
}

/* An attribute with that local name; of any namespace if `is_any`. */
static const char *find_attribute(const struct xml *xml, enum xml_space space, int32_t is_any, const char *local)
{
    const char *at = xml->tag;
    size_t length = strlen(local);
    struct attribute attribute;

    while (at != NULL && next_attribute(&at, xml->tag + xml->tag_length, &attribute)) {
        size_t prefix;

        if (attribute.name_length < length ||
            memcmp(attribute.name + attribute.name_length - length, local, length) != 0) {
            continue;
        }
        prefix = attribute.name_length - length;
        if (prefix > 0 && attribute.name[prefix - 1] != ':') {
            continue;
        }
        if (is_any || (prefix == 0 ? space == XML_NONE : space_of(xml, attribute.name, prefix - 1) == space)) {
            return decode_value((struct xml *)(uintptr_t)xml, &attribute);
        }
    }
    return NULL;
}

const char *xml_attribute(const struct xml *xml, enum xml_space space, const char *local)
{
    return find_attribute(xml, space, 0, local);
}

const char *xml_value(const struct xml *xml, const char *local)
{
    return find_attribute(xml, XML_NONE, 1, local);
}

/* --- Elements and text --- */

/* 1 if "xmlns" is in the attributes. Most elements have none, or few; memmem() prepares a table for each. */
static int32_t may_declare(const char *tag, size_t length)
{
    const char *end = tag + length;

    while (tag != NULL && end - tag >= 5 && (tag = memchr(tag, 'x', (size_t)(end - tag) - 4)) != NULL) {
        if (memcmp(tag, "xmlns", 5) == 0) {
            return 1;
        }
        tag++;
    }
    return 0;
}

static cpk_status start_element(struct xml *xml, const char *name, size_t length, uint32_t hash, cpk_error **error)
{
    struct open_element *element;

    if (xml->depth >= xml->depth_max) {
        return error_set(error, CPK_ERROR_LIMIT_EXCEEDED, "import",
                         "%s is nested deeper than import.max_xml_depth (%zu) allows", xml->reader->name,
                         xml->depth_max);
    }
    element = &xml->open[xml->depth++];
    xml->short_bytes = 0;
    if (xml->values.used_bytes > 0) {
        arena_reset(&xml->values);
    }
    if (may_declare(xml->tag, xml->tag_length)) {
        declare_all(xml);
    }
    element->id = id_of(xml, name, length, hash);
    element->hash = hash;
    return xml->format->start != NULL ? xml->format->start(xml->self, xml, element->id, error) : CPK_OK;
}

static cpk_status end_element(struct xml *xml, cpk_error **error)
{
    cpk_status status = CPK_OK;

    xml->tag = NULL;
    if (xml->format->end != NULL) {
        status = xml->format->end(xml->self, xml, xml->open[xml->depth - 1].id, error);
    }
    end_declarations(xml);
    xml->depth--;
    return status;
}

/* A tag without its angle brackets. */
static cpk_status parse_tag(struct xml *xml, const char *tag, size_t length, cpk_error **error)
{
    int32_t is_end = tag[0] == '/';
    int32_t is_empty = !is_end && tag[length - 1] == '/';
    const char *name = tag + is_end;
    size_t left = length - (size_t)(is_end || is_empty ? 1 : 0);
    size_t name_length = 0;
    uint32_t hash;

    while (name_length < left && !is_blank(name[name_length])) {
        name_length++;
    }
    hash = hash_name(name, name_length);
    if (is_end) {
        if (xml->depth == 0 || xml->open[xml->depth - 1].hash != hash) {
            xml->is_malformed = 1;
            return CPK_OK;
        }
        return end_element(xml, error);
    }
    xml->tag = name + name_length;
    xml->tag_length = left - name_length;
    CPK_TRY(start_element(xml, name, name_length, hash, error));
    xml->tag = NULL;
    return is_empty ? end_element(xml, error) : CPK_OK;
}

static cpk_status pass_text(struct xml *xml, const char *text, size_t length, cpk_error **error)
{
    return length > 0 && xml->depth > 0 && xml->format->text != NULL
               ? xml->format->text(xml->self, xml, text, length, error)
               : CPK_OK;
}

/* Text between tags, with its references decoded. */
static cpk_status parse_text(struct xml *xml, const char *text, size_t length, cpk_error **error)
{
    while (length > 0 && xml->format->text != NULL && xml->depth > 0) {
        const char *reference = memchr(text, '&', length);
        size_t before = reference != NULL ? (size_t)(reference - text) : length;
        char bytes[4];
        size_t count;
        size_t taken;

        CPK_TRY(pass_text(xml, text, before, error));
        text += before;
        length -= before;
        if (reference == NULL) {
            break;
        }
        taken = decode_reference(text, length, bytes, &count);
        CPK_TRY(pass_text(xml, taken > 0 ? bytes : text, taken > 0 ? count : 1, error));
        text += taken > 0 ? taken : 1;
        length -= taken > 0 ? taken : 1;
    }
    return CPK_OK;
}

/* --- Markup that is not an element --- */

/* 1 if `text` starts with `wanted`, or might with more bytes. */
static int32_t may_start(const char *text, size_t length, const char *wanted)
{
    size_t wanted_length = strlen(wanted);

    return memcmp(text, wanted, length < wanted_length ? length : wanted_length) == 0;
}

static cpk_status check_doctype(struct xml *xml, const char *text, size_t length, cpk_error **error)
{
    const char *end = memchr(text, '>', length);

    if (!xml->is_doctype_allowed || (end != NULL && memchr(text, '[', (size_t)(end - text)) != NULL)) {
        return error_set(error, CPK_ERROR_INVALID_DATA, "import",
                         "%s has a document type declaration (DTD), which documents of its kind must not have; it is "
                         "not read, because it may be an attack",
                         xml->reader->name);
    }
    xml->skipping = ">";
    return CPK_OK;
}

/* Skips to the end of a comment, instruction or declaration. Returns 0 if it needs more bytes. */
static int32_t skip_markup(struct xml *xml)
{
    const char *text = xml->text.data + xml->at;
    size_t left = xml->text.length - xml->at;
    size_t length = strlen(xml->skipping);
    const char *end = left > 0 ? memmem(text, left, xml->skipping, length) : NULL;

    if (end == NULL) {
        xml->at += left >= length ? left - length + 1 : 0;
        return 0;
    }
    xml->at = (size_t)(end - xml->text.data) + length;
    xml->skipping = NULL;
    return 1;
}

/* The end of a tag that starts at text[0]: its '>', which is not in a value. NULL if it needs more bytes. */
static const char *find_tag_end(const char *text, const char *end)
{
    char quote = '\0';

    for (; text < end; text++) {
        if (quote != '\0') {
            text = memchr(text, quote, (size_t)(end - text));
            if (text == NULL) {
                return NULL;
            }
            quote = '\0';
        } else if (*text == '"' || *text == '\'') {
            quote = *text;
        } else if (*text == '>') {
            return text;
        }
    }
    return NULL;
}

static cpk_status parse_cdata(struct xml *xml, int32_t *more, cpk_error **error)
{
    const char *text = xml->text.data + xml->at + 9;
    const char *end = memmem(text, xml->text.length - xml->at - 9, "]]>", 3);

    *more = end != NULL;
    if (end == NULL) {
        return CPK_OK;
    }
    xml->at += 9 + (size_t)(end - text) + 3;
    return pass_text(xml, text, (size_t)(end - text), error);
}

/* Markup that starts with <! or <?. *more is 0 if it needs more bytes. */
static cpk_status parse_special(struct xml *xml, int32_t *more, cpk_error **error)
{
    const char *text = xml->text.data + xml->at;
    size_t left = xml->text.length - xml->at;

    *more = 1;
    if (text[1] == '?') {
        xml->skipping = "?>";
    } else if (may_start(text, left, "<!--")) {
        *more = left >= 4;
        xml->at += *more ? 4 : 0;
        xml->skipping = *more ? "-->" : NULL;
    } else if (may_start(text, left, "<![CDATA[")) {
        *more = left >= 9;
        return *more ? parse_cdata(xml, more, error) : CPK_OK;
    } else if (may_start(text, left, "<!DOCTYPE")) {
        *more = left >= 9 && (memchr(text, '>', left) != NULL || left > 4096 || memchr(text, '[', left) != NULL);
        return *more || xml->at_end ? check_doctype(xml, text, left, error) : CPK_OK;
    } else {
        xml->is_malformed = 1;
    }
    return CPK_OK;
}

/* Parses the next text or markup. *more is 0 if it needs more bytes. */
static cpk_status parse_next(struct xml *xml, int32_t *more, cpk_error **error)
{
    const char *text = xml->text.data + xml->at;
    const char *limit = xml->text.data + xml->text.length;
    const char *end;

    *more = 1;
    if (xml->skipping != NULL) {
        *more = skip_markup(xml);
        return CPK_OK;
    }
    if (*text != '<') {
        end = memchr(text, '<', (size_t)(limit - text));
        if (end == NULL) {
            const char *reference = memrchr(text, '&', (size_t)(limit - text));

            *more = 0;
            end = !xml->at_end && reference != NULL && limit - reference < REFERENCE_MAX ? reference : limit;
        }
        xml->at = (size_t)(end - xml->text.data);
        return parse_text(xml, text, (size_t)(end - text), error);
    }
    if (limit - text < 2) {
        *more = 0;
        return CPK_OK;
    }
    if (text[1] == '!' || text[1] == '?') {
        return parse_special(xml, more, error);
    }
    end = find_tag_end(text + 1, limit);
    if (end == NULL || end == text + 1) {
        *more = 0;
        xml->is_malformed = xml->is_malformed || end != NULL || (size_t)(limit - text) > TAG_BYTES_MAX;
        return CPK_OK;
    }
    xml->at = (size_t)(end - xml->text.data) + 1;
    return parse_tag(xml, text + 1, (size_t)(end - text) - 1, error);
}

/* --- Reading --- */

/* The encoding that the declaration names, if it is not UTF-8. */
static void find_encoding(const struct buffer *raw, char name[CHARSET_NAME_BYTES])
{
    const char *end = raw->length > 0 ? memchr(raw->data, '>', raw->length) : NULL;
    const char *at = end != NULL ? memmem(raw->data, (size_t)(end - raw->data), "encoding=", 9) : NULL;
    size_t length;

    name[0] = '\0';
    if (at == NULL || (at[9] != '"' && at[9] != '\'')) {
        return;
    }
    length = strcspn(at + 10, "\"'>");
    if (length < CHARSET_NAME_BYTES && strncasecmp(at + 10, "utf", 3) != 0) {
        memcpy(name, at + 10, length);
        name[length] = '\0';
    }
}

static cpk_status open_decoder(struct xml *xml, cpk_error **error)
{
    char name[CHARSET_NAME_BYTES];

    if (xml->raw.length >= 2 &&
        (memcmp(xml->raw.data, "\xFF\xFE", 2) == 0 || memcmp(xml->raw.data, "\xFE\xFF", 2) == 0)) {
        return charset_decoder_open(&xml->decoder, "UTF-16", error);
    }
    find_encoding(&xml->raw, name);
    if (xml->raw.length >= 3 && memcmp(xml->raw.data, "\xEF\xBB\xBF", 3) == 0) {
        return charset_decoder_open(&xml->decoder, "UTF-8", error);
    }
    return charset_decoder_open(&xml->decoder, name[0] != '\0' ? name : "UTF-8", error);
}

static void drop_parsed(struct xml *xml)
{
    if (xml->at > 0) {
        memmove(xml->text.data, xml->text.data + xml->at, xml->text.length - xml->at);
        xml->text.length -= xml->at;
        xml->at = 0;
    }
}

static cpk_status fill(struct xml *xml, cpk_error **error)
{
    struct buffer *target = charset_decoder_is_utf8(&xml->decoder) ? &xml->text : &xml->raw;
    size_t got;
    char *end;

    drop_parsed(xml);
    end = buffer_reserve(target, BLOCK_BYTES);
    if (end == NULL) {
        return error_out_of_memory(error);
    }
    CPK_TRY(xml->reader->read(xml->reader->self, end, BLOCK_BYTES, &got, error));
    target->length += got;
    target->data[target->length] = '\0';
    xml->at_end = got == 0;
    return target == &xml->raw ? charset_decode(&xml->decoder, &xml->raw, xml->at_end, &xml->text, error) : CPK_OK;
}

static cpk_status parse_available(struct xml *xml, cpk_error **error)
{
    int32_t more = 1;

    while (more && !xml->is_malformed && xml->at < xml->text.length) {
        CPK_TRY(parse_next(xml, &more, error));
    }
    return CPK_OK;
}

/* The first block tells the encoding. */
static cpk_status parse_first(struct xml *xml, cpk_error **error)
{
    char *end = buffer_reserve(&xml->raw, BLOCK_BYTES);
    size_t got;

    if (end == NULL) {
        return error_out_of_memory(error);
    }
    CPK_TRY(xml->reader->read(xml->reader->self, end, BLOCK_BYTES, &got, error));
    xml->raw.length = got;
    xml->raw.data[got] = '\0';
    CPK_TRY(open_decoder(xml, error));
    if (charset_decoder_is_utf8(&xml->decoder)) {
        struct buffer unused = xml->text;

        xml->text = xml->raw;
        xml->raw = unused;
        xml->at = got >= 3 && memcmp(xml->text.data, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    } else {
        CPK_TRY(charset_decode(&xml->decoder, &xml->raw, 0, &xml->text, error));
    }
    return parse_available(xml, error);
}

static cpk_status parse(struct xml *xml, int32_t *malformed, cpk_error **error)
{
    CPK_TRY(parse_first(xml, error));
    while (!xml->at_end && !xml->is_malformed) {
        CPK_TRY(fill(xml, error));
        CPK_TRY(parse_available(xml, error));
    }
    *malformed = xml->is_malformed || xml->depth > 0 || xml->at < xml->text.length;
    return CPK_OK;
}

cpk_status xml_read(const struct context *context, const cpk_reader *reader, const struct xml_format *format,
                    void *self, int32_t is_doctype_allowed, int32_t *malformed, cpk_error **error)
{
    const cpk_allocator *allocator = &context->allocator;
    struct xml *xml = memory_allocate(allocator, sizeof *xml);
    cpk_status status;

    *malformed = 0;
    if (xml == NULL) {
        return error_out_of_memory(error);
    }
    memset(xml, 0, sizeof *xml);
    xml->context = context;
    xml->reader = reader;
    xml->format = format;
    xml->self = self;
    xml->is_doctype_allowed = is_doctype_allowed;
    xml->depth_max = (size_t)context_setting(context, SETTING_IMPORT_MAX_XML_DEPTH);
    buffer_init(&xml->raw, allocator);
    buffer_init(&xml->text, allocator);
    arena_init(&xml->values, allocator);
    xml->open = memory_allocate_array(allocator, xml->depth_max, sizeof *xml->open);
    status = xml->open != NULL ? parse(xml, malformed, error) : error_out_of_memory(error);
    charset_decoder_close(&xml->decoder);
    arena_free(&xml->values);
    buffer_free(&xml->raw);
    buffer_free(&xml->text);
    memory_release_array(allocator, xml->open, xml->depth_max, sizeof *xml->open);
    memory_release(allocator, xml, sizeof *xml);
    return status;
}

int32_t xml_number(const struct xml *xml, const char *local, int32_t otherwise)
{
    const char *value = xml_value(xml, local);
    char *end = NULL;
    long number = value != NULL ? strtol(value, &end, 10) : -1;

    return number >= 0 && number <= NUMBER_MAX && end != value ? (int32_t)number : otherwise;
}

int32_t xml_is_on(const struct xml *xml, const char *local, int32_t otherwise)
{
    static const char *const off[] = {"0", "false", "off", "none"};
    const char *value = xml_value(xml, local);

    for (size_t i = 0; value != NULL && i < sizeof off / sizeof off[0]; i++) {
        if (strcmp(value, off[i]) == 0) {
            return 0;
        }
    }
    return value != NULL ? 1 : otherwise;
}

int32_t xml_parent(const struct xml *xml)
{
    return xml->depth >= 2 ? xml->open[xml->depth - 2].id : 0;
}

int32_t xml_current(const struct xml *xml)
{
    return xml->depth > 0 ? xml->open[xml->depth - 1].id : 0;
}

size_t xml_depth(const struct xml *xml)
{
    return xml->depth;
}
