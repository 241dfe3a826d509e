/* WordprocessingML: the body, then notes, comments, headers and footers. */
#include "base/error.h"
#include "base/hash.h"
#include "extract/office/docx_body.h"
#include "extract/office/formats.h"

#include <string.h>

#define MARGINS_MAX 256  /* different headers and footers */
#define PARTS_MAX   1000 /* that are read of a kind: a part may be referred to again and again */

struct margins {
    uint64_t seen[MARGINS_MAX];
    size_t count;
};

static int32_t is_new(struct margins *margins, const struct flow *text)
{
    uint64_t hash = hash_bytes(0, buffer_text(&text->text), text->text.length);

    for (size_t i = 0; i < margins->count; i++) {
        if (margins->seen[i] == hash) {
            return 0;
        }
    }
    if (margins->count == MARGINS_MAX) {
        return 0;
    }
    margins->seen[margins->count++] = hash;
    return 1;
}

/* Adds a header or footer with its label, if it is not like an earlier one. */
static cpk_status add_margin(struct docx_body *body, struct flow *out, const struct relation *relation,
                             struct margins *margins, cpk_error **error)
{
    struct flow text;
    struct buffer line;
    cpk_status status;

    flow_init(&text, out->text.allocator);
    buffer_init(&line, out->text.allocator);
    body->out = &text;
    CPK_TRY_CLEANUP(docx_body_read(body, relation->target, DOCX_PART_MARGIN, error));
    if (text.text.length > 0 && is_new(margins, &text)) {
        buffer_append_text(&line, strcmp(relation->type, "header") == 0 ? "Header: " : "Footer: ");
        buffer_append(&line, buffer_text(&text.text), text.text.length);
        flow_add_paragraph(out, buffer_text(&line), line.length);
        out->text.failed = out->text.failed || line.failed;
    }
cleanup:
    body->out = out;
    buffer_free(&line);
    flow_free(&text);
    return status;
}

static cpk_status add_margins(struct docx_body *body, struct flow *out, const struct relations *relations,
                              const char *type, cpk_error **error)
{
    struct margins margins = {.count = 0};
    int32_t count = 0;

    for (const struct relation *at = relations->first; at != NULL && count < PARTS_MAX; at = at->next) {
        if (strcmp(at->type, type) == 0 && !at->is_external) {
            CPK_TRY(add_margin(body, out, at, &margins, error));
            count++;
        }
    }
    return CPK_OK;
}

/* Notes that nothing refers to are only the lines that separate notes from the text. */
static cpk_status add_notes(struct docx_body *body, const struct relations *relations, const char *type,
                            enum docx_part part, int32_t is_referred_to, cpk_error **error)
{
    const struct relation *relation = relations_find_type(relations, type);

    return relation != NULL && is_referred_to ? docx_body_read(body, relation->target, part, error) : CPK_OK;
}

static cpk_status add_charts(struct docx_body *body, struct flow *flow, const struct relations *relations,
                             cpk_error **error)
{
    int32_t count = 0;

    for (const struct relation *at = relations->first; at != NULL && count < PARTS_MAX; at = at->next) {
        if (strcmp(at->type, "chart") == 0 && !at->is_external) {
            CPK_TRY(chart_read(body->package, at->target, flow, error));
            count++;
        }
    }
    return CPK_OK;
}

static cpk_status read_parts(struct docx_body *body, struct flow *flow, const char *main_part,
                             const struct relations *relations, cpk_error **error)
{
    CPK_TRY(docx_body_read(body, main_part, DOCX_PART_BODY, error));
    CPK_TRY(add_charts(body, flow, relations, error));
    CPK_TRY(add_notes(body, relations, "footnotes", DOCX_PART_FOOTNOTES, body->has_footnotes, error));
    CPK_TRY(add_notes(body, relations, "endnotes", DOCX_PART_ENDNOTES, body->has_endnotes, error));
    CPK_TRY(add_notes(body, relations, "comments", DOCX_PART_COMMENTS, 1, error));
    CPK_TRY(add_margins(body, flow, relations, "header", error));
    return add_margins(body, flow, relations, "footer", error);
}

cpk_status docx_read(struct package *package, struct flow *flow, cpk_error **error)
{
    struct relations relations;
    struct docx_styles styles;
    struct docx_body body;
    const char *main_part;
    cpk_status status;

    CPK_TRY(package_open_main(package, "word/document.xml", &main_part, error));
    CPK_TRY(package_read_relations(package, main_part, &relations, error));
    docx_styles_init(&styles, package, &relations);
    docx_body_init(&body, package, &styles, flow);
    status = read_parts(&body, flow, main_part, &relations, error);
    docx_body_free(&body);
    return status;
}
