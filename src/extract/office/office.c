#include "extract/office/office.h"

#include "base/error.h"
#include "extract/normal.h"
#include "extract/office/formats.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* --- Kinds --- */

static const struct {
    enum office_kind kind;
    const char *name;
    cpk_status (*read)(struct package *package, struct flow *flow, cpk_error **error);
} KINDS[] = {{OFFICE_DOCX, "docx", docx_read},
             {OFFICE_PPTX, "pptx", pptx_read},
             {OFFICE_XLSX, "xlsx", xlsx_read},
             {OFFICE_ODF, "odf", odf_read},
             {OFFICE_EPUB, "epub", epub_read}};

const char *office_kind_name(enum office_kind kind)
{
    for (size_t i = 0; i < sizeof KINDS / sizeof KINDS[0]; i++) {
        if (KINDS[i].kind == kind) {
            return KINDS[i].name;
        }
    }
    return "";
}

/* --- Numbers --- */

#define DIGITS_SHOWN 15

const char *office_round_number(const char *value, char rounded[NUMBER_TEXT_BYTES])
{
    size_t digits = 0;
    char *end;
    double number;

    for (const char *at = value; *at != '\0' && *at != 'e' && *at != 'E'; at++) {
        digits += (*at >= '0' && *at <= '9') && (digits > 0 || *at != '0');
    }
    if (digits <= DIGITS_SHOWN || strchr(value, '.') == NULL) {
        return value; /* long whole numbers are ids */
    }
    number = number_read(value, &end);
    if (*end != '\0' || !isfinite(number)) {
        return value;
    }
    number_write(number, DIGITS_SHOWN, rounded);
    return rounded;
}

/* --- Recognition --- */

enum office_kind office_kind_of(const struct archive *archive)
{
    enum office_kind kind = OFFICE_NONE;
    int32_t has_types = 0;
    int32_t has_content = 0;
    int32_t has_manifest = 0;
    int32_t has_container = 0;

    for (size_t i = 0; i < archive_entry_count(archive); i++) {
        const char *name = archive_entry_at(archive, i)->name;

        has_types = has_types || strcasecmp(name, "[Content_Types].xml") == 0;
        has_content = has_content || strcmp(name, "content.xml") == 0;
        has_manifest = has_manifest || strcmp(name, "META-INF/manifest.xml") == 0;
        has_container = has_container || strcmp(name, "META-INF/container.xml") == 0;
        if (kind == OFFICE_NONE) {
            kind = strncasecmp(name, "word/", 5) == 0 || strncasecmp(name, "word\\", 5) == 0 ? OFFICE_DOCX
                   : strncasecmp(name, "ppt/", 4) == 0 || strncasecmp(name, "ppt\\", 4) == 0 ? OFFICE_PPTX
                   : strncasecmp(name, "xl/", 3) == 0 || strncasecmp(name, "xl\\", 3) == 0   ? OFFICE_XLSX
                                                                                             : OFFICE_NONE;
        }
    }
    if (has_types && kind != OFFICE_NONE) {
        return kind;
    }
    return has_container ? OFFICE_EPUB : has_content && has_manifest ? OFFICE_ODF : OFFICE_NONE;
}

/* --- Reading --- */

/* Properties as front matter of Markdown; each on a line of its own. */
static void append_properties(const struct package *package, struct buffer *target)
{
    const struct {
        const char *name;
        const struct buffer *value;
    } properties[] = {{"title", &package->title},
                      {"author", &package->author},
                      {"subject", &package->subject},
                      {"keywords", &package->keywords},
                      {"created", &package->created},
                      {"modified", &package->modified},
                      {"description", &package->description}};
    size_t start = target->length;

    buffer_append_text(target, "---\n");
    for (size_t i = 0; i < sizeof properties / sizeof properties[0]; i++) {
        size_t before = target->length;

        target->failed |= properties[i].value->failed;
        buffer_append_format(target, "%s: ", properties[i].name);
        normal_append_line(target, buffer_text(properties[i].value), properties[i].value->length);
        if (target->length == before + strlen(properties[i].name) + 2 && !target->failed) {
            target->length = before; /* without a value */
        } else {
            buffer_append_byte(target, '\n');
        }
    }
    if (target->length == start + 4 && !target->failed) {
        target->length = start;
        return;
    }
    buffer_append_text(target, "---\n\n");
}

static cpk_status write_document(struct package *package, enum office_kind kind, const struct flow *flow,
                                 cpk_error **error)
{
    struct buffer text;
    cpk_status status = CPK_OK;

    if (flow->text.length == 0) {
        return CPK_OK;
    }
    buffer_init(&text, &package->context->allocator);
    append_properties(package, &text);
    buffer_append(&text, buffer_text(&flow->text), flow->text.length);
    CPK_TRY_CLEANUP(package_check_text(package, &text, error));
    status = document_from_markdown(package->context, package->name, office_kind_name(kind), &text, package->sink,
                                    document_time(buffer_text(&package->modified)), error);
cleanup:
    buffer_free(&text);
    return status;
}

/* Text that a reader of the document does not see is not part of it: it may be what was meant to be removed, or what
 * was written for programs alone. */
static cpk_status note_hidden(const struct package *package, cpk_error **error)
{
    char text[80];

    if (package->hidden == 0) {
        return CPK_OK;
    }
    snprintf(text, sizeof text, "hidden content was left out in %lld place%s", (long long)package->hidden,
             package->hidden > 1 ? "s" : "");
    return package->sink->note(package->sink->self, CPK_NOTE_NOT_READ, package->name, text, error);
}

cpk_status office_read(const struct context *context, struct archive *archive, enum office_kind kind, const char *name,
                       const cpk_sink *sink, cpk_error **error)
{
    struct package package;
    struct flow flow;
    cpk_status status = CPK_OK;

    flow_init(&flow, &context->allocator);
    CPK_TRY_CLEANUP(package_open(&package, context, archive, name, sink, error));
    for (size_t i = 0; i < sizeof KINDS / sizeof KINDS[0]; i++) {
        if (KINDS[i].kind == kind) {
            CPK_TRY_CLEANUP(KINDS[i].read(&package, &flow, error));
        }
    }
    CPK_TRY_CLEANUP(note_hidden(&package, error));
    CPK_TRY_CLEANUP(write_document(&package, kind, &flow, error));
cleanup:
    flow_free(&flow);
    package_close(&package);
    return status;
}
