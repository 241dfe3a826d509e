/* EPUB: the chapters in the order of the spine, each read as an HTML page. */
#include "base/error.h"
#include "extract/html/html.h"
#include "extract/html/html_charset.h"
#include "extract/html/html_tree.h"
#include "extract/office/formats.h"

#include <stdio.h>
#include <string.h>

enum { ROOT_FILE = 1, ITEM, ITEM_REFERENCE, TITLE, CREATOR, SUBJECT, METHOD };

static const struct xml_name NAMES[] = {
    {"EncryptionMethod", XML_ENCRYPTION, METHOD},
    {"creator", XML_DC, CREATOR},
    {"item", XML_OPF, ITEM},
    {"itemref", XML_OPF, ITEM_REFERENCE},
    {"rootfile", XML_CONTAINER, ROOT_FILE},
    {"subject", XML_DC, SUBJECT},
    {"title", XML_DC, TITLE},
};

struct chapter {
    const char *part;
    struct chapter *next;
};

struct epub {
    struct package *package;
    const char *root; /* the part that lists the others */
    int32_t is_encrypted;
    struct text_map items;
    struct chapter *first;
    struct chapter **end;
};

static cpk_status find_root(void *self, struct xml *xml, int32_t id, cpk_error **error)
{
    struct epub *epub = self;
    const char *path = id == ROOT_FILE && epub->root == NULL ? xml_value(xml, "full-path") : NULL;

    if (path != NULL) {
        epub->root = arena_copy_text(&epub->package->arena, path);
        return epub->root != NULL ? CPK_OK : error_out_of_memory(error);
    }
    return CPK_OK;
}

/* Fonts may be obfuscated; any other method encrypts the text. */
static cpk_status find_encryption(void *self, struct xml *xml, int32_t id, cpk_error **error)
{
    struct epub *epub = self;
    const char *method = id == METHOD ? xml_value(xml, "Algorithm") : NULL;

    (void)error;
    if (method != NULL && strcmp(method, "http://www.idpf.org/2008/embedding") != 0 &&
        strcmp(method, "http://ns.adobe.com/pdf/enc#RC") != 0) {
        epub->is_encrypted = 1;
    }
    return CPK_OK;
}

static int32_t hex_digit(char digit)
{
    return digit >= '0' && digit <= '9'   ? digit - '0'
           : digit >= 'a' && digit <= 'f' ? digit - 'a' + 10
           : digit >= 'A' && digit <= 'F' ? digit - 'A' + 10
                                          : -1;
}

/* The name of a part from an address: without %20 and the like. */
static void decode_address(char *text)
{
    char *end = text;

    for (; *text != '\0' && *text != '#'; text++) {
        if (*text == '%' && hex_digit(text[1]) >= 0 && hex_digit(text[2]) >= 0) {
            *end++ = (char)(hex_digit(text[1]) * 16 + hex_digit(text[2]));
            text += 2;
        } else {
            *end++ = *text;
        }
    }
    *end = '\0';
}

static cpk_status add_item(struct epub *epub, const struct xml *xml, cpk_error **error)
{
    const char *key = xml_value(xml, "id");
    const char *address = xml_value(xml, "href");
    const char *type = xml_value(xml, "media-type");
    char *copy;
    const char *part;

    if (key == NULL || address == NULL || type == NULL || strstr(type, "html") == NULL) {
        return CPK_OK;
    }
    copy = arena_copy_text(&epub->package->arena, address);
    if (copy == NULL) {
        return error_out_of_memory(error);
    }
    decode_address(copy);
    part = package_resolve(epub->package, epub->root, copy);
    return part != NULL && text_map_put(&epub->items, key, (void *)(uintptr_t)part) ? CPK_OK
                                                                                    : error_out_of_memory(error);
}

static cpk_status add_chapter(struct epub *epub, const struct xml *xml, cpk_error **error)
{
    const char *key = xml_value(xml, "idref");
    const char *part = key != NULL ? text_map_get(&epub->items, key) : NULL;
    struct chapter *chapter;

    if (part == NULL) {
        return CPK_OK;
    }
    chapter = arena_allocate_zeroed(&epub->package->arena, 1, sizeof *chapter);
    if (chapter == NULL) {
        return error_out_of_memory(error);
    }
    chapter->part = part;
    *epub->end = chapter;
    epub->end = &chapter->next;
    return CPK_OK;
}

static cpk_status start_element(void *self, struct xml *xml, int32_t id, cpk_error **error)
{
    struct epub *epub = self;

    if (id == TITLE && epub->package->title.length > 0) {
        buffer_append_text(&epub->package->title, ". ");
    }
    if (id == CREATOR && epub->package->author.length > 0) {
        buffer_append_text(&epub->package->author, ", ");
    }
    return id == ITEM ? add_item(epub, xml, error) : id == ITEM_REFERENCE ? add_chapter(epub, xml, error) : CPK_OK;
}

static cpk_status add_text(void *self, struct xml *xml, const char *text, size_t length, cpk_error **error)
{
    struct package *package = ((struct epub *)self)->package;
    int32_t id = xml_current(xml);

    (void)error;
    if (id == TITLE || id == CREATOR) {
        buffer_append(id == TITLE ? &package->title : &package->author, text, length);
    }
    return CPK_OK;
}

static cpk_status append_chapter(struct epub *epub, const char *part, const struct buffer *bytes, struct flow *flow,
                                 cpk_error **error)
{
    struct html_tree tree = {.context = epub->package->context};
    struct buffer page;
    struct buffer text;
    cpk_status status;

    buffer_init(&page, &epub->package->context->allocator);
    buffer_init(&text, &epub->package->context->allocator);
    CPK_TRY_CLEANUP(html_append_utf8(&page, buffer_text(bytes), bytes->length, error));
    CPK_TRY_CLEANUP(html_tree_parse(&tree, epub->package->context, epub->package->sink, part, buffer_text(&page),
                                    page.length, error));
    CPK_TRY_CLEANUP(html_append_readable(&text, &tree, error));
    flow->last = flow->last == FLOW_START ? FLOW_START : FLOW_PARAGRAPH;
    flow_add_paragraph(flow, buffer_text(&text), text.length);
    status = package_check_text(epub->package, &flow->text, error);
cleanup:
    html_tree_free(&tree);
    buffer_free(&page);
    buffer_free(&text);
    return status;
}

/* Chapters that the book names and does not have, as one note. */
static cpk_status note_missing(const struct epub *epub, int64_t missing, const char *first, cpk_error **error)
{
    const cpk_sink *sink = epub->package->sink;
    char text[400];

    if (missing == 0) {
        return CPK_OK;
    }
    snprintf(text, sizeof text, "%lld chapter%s that the book names %s not in it: %.200s%s", (long long)missing,
             missing > 1 ? "s" : "", missing > 1 ? "are" : "is", first, missing > 1 ? ", ..." : "");
    return sink->note(sink->self, CPK_NOTE_MISSING_FILE, epub->package->name, text, error);
}

static cpk_status read_chapters(struct epub *epub, struct flow *flow, cpk_error **error)
{
    const char *first_missing = "";
    int64_t missing = 0;
    struct buffer bytes;
    cpk_status status = CPK_OK;

    buffer_init(&bytes, &epub->package->context->allocator);
    for (const struct chapter *chapter = epub->first; chapter != NULL; chapter = chapter->next) {
        int32_t found;

        buffer_clear(&bytes);
        CPK_TRY_CLEANUP(package_read_bytes(epub->package, chapter->part, &bytes, &found, error));
        if (found && bytes.length > 0) {
            CPK_TRY_CLEANUP(append_chapter(epub, chapter->part, &bytes, flow, error));
        }
        if (!package_has(epub->package, chapter->part)) {
            first_missing = missing == 0 ? chapter->part : first_missing;
            missing++;
        }
    }
    status = note_missing(epub, missing, first_missing, error);
cleanup:
    buffer_free(&bytes);
    return status;
}

cpk_status epub_read(struct package *package, struct flow *flow, cpk_error **error)
{
    static const struct xml_format container_format = {XML_NAMES(NAMES), find_root, NULL, NULL};
    static const struct xml_format encryption_format = {XML_NAMES(NAMES), find_encryption, NULL, NULL};
    static const struct xml_format root_format = {XML_NAMES(NAMES), start_element, NULL, add_text};
    struct epub epub = {.package = package};
    int32_t found;

    epub.end = &epub.first;
    text_map_init(&epub.items, &package->arena);
    package->is_doctype_allowed = 1;
    CPK_TRY(package_read_xml(package, "META-INF/container.xml", &container_format, &epub, &found, error));
    CPK_TRY(package_read_xml(package, "META-INF/encryption.xml", &encryption_format, &epub, &found, error));
    if (epub.is_encrypted) {
        return error_set(error, CPK_ERROR_ENCRYPTED, "import", "%s is a book whose text is encrypted (DRM)",
                         package->name);
    }
    if (epub.root == NULL || !package_has(package, epub.root)) {
        return error_set(error, CPK_ERROR_INVALID_DATA, "import", "%s has no list of its chapters", package->name);
    }
    CPK_TRY(package_read_xml(package, epub.root, &root_format, &epub, &found, error));
    return read_chapters(&epub, flow, error);
}
