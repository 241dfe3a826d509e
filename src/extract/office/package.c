#include "extract/office/package.h"

#include "base/error.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define DOMAIN "import"

/* --- Parts --- */

/* The key of a part's name: in lower case, with slashes, without a first slash. */
static int32_t part_key(char key[PACKAGE_PART_NAME_MAX], const char *name)
{
    size_t length;

    name += *name == '/';
    length = strlen(name);
    if (length >= PACKAGE_PART_NAME_MAX) {
        return 0;
    }
    for (size_t i = 0; i <= length; i++) {
        key[i] = name[i] == '\\' ? '/' : (char)tolower((unsigned char)name[i]);
    }
    return 1;
}

static cpk_status list_parts(struct package *package, cpk_error **error)
{
    char key[PACKAGE_PART_NAME_MAX];

    text_map_init(&package->parts, &package->arena);
    for (size_t i = archive_entry_count(package->archive); i > 0; i--) {
        if (part_key(key, archive_entry_at(package->archive, i - 1)->name) &&
            !text_map_put(&package->parts, key, (void *)(uintptr_t)i)) {
            return error_out_of_memory(error);
        }
    }
    return CPK_OK;
}

static size_t find_part(const struct package *package, const char *part)
{
    char key[PACKAGE_PART_NAME_MAX];

    return part_key(key, part) ? (size_t)(uintptr_t)text_map_get(&package->parts, key) : 0;
}

int32_t package_has(const struct package *package, const char *part)
{
    return find_part(package, part) > 0;
}

cpk_status package_note_damage(struct package *package, const char *what, cpk_error **error)
{
    package->damaged = 1;
    return package->sink->note(package->sink->self, CPK_NOTE_DAMAGED, package->name, what, error);
}

/* "report.docx (word/document.xml)", for messages. */
static const char *label_part(struct package *package, const char *part)
{
    size_t length = strlen(package->name) + strlen(part) + 4;
    char *label = arena_allocate(&package->arena, length);

    if (label != NULL) {
        snprintf(label, length, "%s (%s)", package->name, part);
    }
    return label;
}

static cpk_status open_part(struct package *package, const char *part, struct archive_stream *stream,
                            cpk_reader *reader, int32_t *found, cpk_error **error)
{
    size_t index = find_part(package, part);

    memset(stream, 0, sizeof *stream);
    *found = index > 0;
    if (!*found) {
        return CPK_OK;
    }
    CPK_TRY(archive_stream_open(package->archive, index - 1, stream, error));
    *reader = stream->reader;
    reader->name = label_part(package, part);
    return reader->name != NULL ? CPK_OK : error_out_of_memory(error);
}

cpk_status package_read_xml(struct package *package, const char *part, const struct xml_format *format, void *self,
                            int32_t *found, cpk_error **error)
{
    struct archive_stream stream;
    cpk_reader reader;
    int32_t malformed = 0;
    cpk_status status;

    CPK_TRY_CLEANUP(open_part(package, part, &stream, &reader, found, error));
    if (*found) {
        status = xml_read(package->context, &reader, format, self, package->is_doctype_allowed, &malformed, error);
    }
    if (status == CPK_OK && malformed) {
        char text[PACKAGE_PART_NAME_MAX + 128];

        snprintf(text, sizeof text, "%.512s is not well-formed XML: what comes after the damage was not read", part);
        status = package_note_damage(package, text, error);
    }
cleanup:
    archive_stream_close(&stream);
    return status;
}

cpk_status package_read_bytes(struct package *package, const char *part, struct buffer *bytes, int32_t *found,
                              cpk_error **error)
{
    struct archive_stream stream;
    cpk_reader reader;
    size_t got = 1;
    cpk_status status;

    CPK_TRY_CLEANUP(open_part(package, part, &stream, &reader, found, error));
    while (*found && got > 0) {
        char *end = buffer_reserve(bytes, 65536);

        CPK_TRY_CLEANUP(end != NULL ? reader.read(reader.self, end, 65536, &got, error) : error_out_of_memory(error));
        bytes->length += got;
        bytes->data[bytes->length] = '\0';
        CPK_TRY_CLEANUP(package_check_text(package, bytes, error));
    }
cleanup:
    archive_stream_close(&stream);
    return status;
}

/* --- Relationships --- */

struct relations_reader {
    struct package *package;
    struct relations *relations;
    struct relation **end;
    const char *part;
};

static const struct xml_name RELATION_NAMES[] = {{"Relationship", XML_RELS, 1}};

const char *package_resolve(struct package *package, const char *from_part, const char *target)
{
    char path[PACKAGE_PART_NAME_MAX];
    const char *slash = strrchr(from_part, '/');
    size_t length = slash != NULL && *target != '/' ? (size_t)(slash - from_part) + 1 : 0;

    if (length >= sizeof path) {
        return arena_copy_text(&package->arena, "");
    }
    memcpy(path, from_part, length);
    target += *target == '/';
    while (*target != '\0') {
        const char *end = strchr(target, '/');
        size_t segment = end != NULL ? (size_t)(end - target) + 1 : strlen(target);

        if (segment == 3 && memcmp(target, "../", 3) == 0) {
            length -= length > 0;
            while (length > 0 && path[length - 1] != '/') {
                length--;
            }
        } else if (!(segment == 2 && memcmp(target, "./", 2) == 0) && length + segment < sizeof path) {
            memcpy(path + length, target, segment);
            length += segment;
        }
        target += segment;
    }
    return arena_copy_bytes(&package->arena, path, length);
}

static cpk_status add_relation(void *self, struct xml *xml, int32_t id, cpk_error **error)
{
    struct relations_reader *reader = self;
    struct arena *arena = &reader->package->arena;
    const char *key = id != 0 ? xml_value(xml, "Id") : NULL;
    const char *target = id != 0 ? xml_value(xml, "Target") : NULL;
    const char *type = id != 0 ? xml_value(xml, "Type") : NULL;
    const char *mode = id != 0 ? xml_value(xml, "TargetMode") : NULL;
    struct relation *relation;

    if (key == NULL || target == NULL || type == NULL) {
        return CPK_OK;
    }
    relation = arena_allocate_zeroed(arena, 1, sizeof *relation);
    if (relation == NULL) {
        return error_out_of_memory(error);
    }
    relation->is_external = mode != NULL && strcmp(mode, "External") == 0;
    relation->type = arena_copy_text(arena, strrchr(type, '/') != NULL ? strrchr(type, '/') + 1 : type);
    relation->id = arena_copy_text(arena, key);
    relation->target =
        relation->is_external ? arena_copy_text(arena, target) : package_resolve(reader->package, reader->part, target);
    if (relation->type == NULL || relation->id == NULL || relation->target == NULL ||
        !text_map_put(&reader->relations->by_id, key, relation)) {
        return error_out_of_memory(error);
    }
    *reader->end = relation;
    reader->end = &relation->next;
    return CPK_OK;
}

cpk_status package_read_relations(struct package *package, const char *part, struct relations *relations,
                                  cpk_error **error)
{
    static const struct xml_format format = {XML_NAMES(RELATION_NAMES), add_relation, NULL, NULL};
    struct relations_reader reader = {package, relations, &relations->first, part};
    const char *slash = strrchr(part, '/');
    const char *base = slash != NULL ? slash + 1 : part;
    char name[PACKAGE_PART_NAME_MAX + 16];
    int32_t found;

    relations->first = NULL;
    text_map_init(&relations->by_id, &package->arena);
    if (strlen(part) >= PACKAGE_PART_NAME_MAX) {
        return CPK_OK;
    }
    snprintf(name, sizeof name, "%.*s_rels/%s.rels", (int)(base - part), part, base);
    return package_read_xml(package, name, &format, &reader, &found, error);
}

const struct relation *relations_find(const struct relations *relations, const char *id)
{
    return id != NULL ? text_map_get(&relations->by_id, id) : NULL;
}

const struct relation *relations_find_type(const struct relations *relations, const char *type)
{
    for (const struct relation *at = relations->first; at != NULL; at = at->next) {
        if (strcmp(at->type, type) == 0 && !at->is_external) {
            return at;
        }
    }
    return NULL;
}

/* --- Properties --- */

static const struct xml_name CORE_NAMES[] = {
    {"created", XML_DCTERMS, offsetof(struct package, created)},
    {"creator", XML_DC, offsetof(struct package, author)},
    {"description", XML_DC, offsetof(struct package, description)},
    {"keywords", XML_CORE, offsetof(struct package, keywords)},
    {"modified", XML_DCTERMS, offsetof(struct package, modified)},
    {"subject", XML_DC, offsetof(struct package, subject)},
    {"title", XML_DC, offsetof(struct package, title)},
};

static cpk_status add_property(void *self, struct xml *xml, const char *text, size_t length, cpk_error **error)
{
    int32_t offset = xml_current(xml);

    (void)error;
    if (offset > 0) {
        buffer_append((struct buffer *)(void *)((char *)self + offset), text, length);
    }
    return CPK_OK;
}

static cpk_status read_properties(struct package *package, const struct relations *relations, cpk_error **error)
{
    static const struct xml_format format = {XML_NAMES(CORE_NAMES), NULL, NULL, add_property};
    const struct relation *core = relations_find_type(relations, "core-properties");
    int32_t found;

    return package_read_xml(package, core != NULL ? core->target : "docProps/core.xml", &format, package, &found,
                            error);
}

cpk_status package_open_main(struct package *package, const char *usual, const char **main_part, cpk_error **error)
{
    struct relations relations;
    const struct relation *main_relation;

    CPK_TRY(package_read_relations(package, "", &relations, error));
    CPK_TRY(read_properties(package, &relations, error));
    main_relation = relations_find_type(&relations, "officeDocument");
    *main_part = main_relation != NULL && package_has(package, main_relation->target) ? main_relation->target : usual;
    if (!package_has(package, *main_part)) {
        return error_set(error, CPK_ERROR_INVALID_DATA, DOMAIN, "%s has no main part (%s)", package->name, usual);
    }
    return CPK_OK;
}

/* --- Reading --- */

cpk_status package_check_text(const struct package *package, const struct buffer *text, cpk_error **error)
{
    int64_t limit = context_setting(package->context, SETTING_IMPORT_MAX_DOCUMENT_BYTES);

    if (text->failed) {
        return error_out_of_memory(error);
    }
    if ((int64_t)text->length > limit) {
        return error_set(error, CPK_ERROR_LIMIT_EXCEEDED, DOMAIN,
                         "%s has more text than import.max_document_bytes (%lld) allows", package->name,
                         (long long)limit);
    }
    return CPK_OK;
}

cpk_status package_open(struct package *package, const struct context *context, struct archive *archive,
                        const char *name, const cpk_sink *sink, cpk_error **error)
{
    struct buffer *buffers[] = {&package->title,       &package->author,  &package->subject, &package->keywords,
                                &package->description, &package->created, &package->modified};

    memset(package, 0, sizeof *package);
    package->context = context;
    package->sink = sink;
    package->archive = archive;
    package->name = name;
    arena_init(&package->arena, &context->allocator);
    for (size_t i = 0; i < sizeof buffers / sizeof buffers[0]; i++) {
        buffer_init(buffers[i], &context->allocator);
    }
    CPK_TRY(archive_limit_as_document(archive, error));
    return list_parts(package, error);
}

void package_close(struct package *package)
{
    struct buffer *buffers[] = {&package->title,       &package->author,  &package->subject, &package->keywords,
                                &package->description, &package->created, &package->modified};

    for (size_t i = 0; i < sizeof buffers / sizeof buffers[0]; i++) {
        buffer_free(buffers[i]);
    }
    arena_free(&package->arena);
}
