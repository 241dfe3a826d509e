/* PresentationML: the slides in their order, each with its title, text, tables and notes. */
#include "base/error.h"
#include "extract/office/formats.h"

#include <stdio.h>
#include <string.h>

#define PARTS_MAX 1000 /* that are read of a slide: a part may be referred to again and again */

enum {
    SLIDE_ID = 1,
    SHAPE,
    PLACEHOLDER,
    PARAGRAPH,
    PROPERTIES,
    RUN_TEXT,
    LINE_BREAK,
    TABLE,
    TABLE_ROW,
    CELL,
    FALLBACK,
    GRID_COLUMN,
    POINT,
    SLIDE,
    SHAPE_NAME
};

static const struct xml_name NAMES[] = {
    {"Fallback", XML_MC, FALLBACK},
    {"br", XML_A, LINE_BREAK},
    {"cNvPr", XML_P, SHAPE_NAME},
    {"gridCol", XML_A, GRID_COLUMN},
    {"p", XML_A, PARAGRAPH},
    {"pPr", XML_A, PROPERTIES},
    {"ph", XML_P, PLACEHOLDER},
    {"sld", XML_P, SLIDE},
    {"sldId", XML_P, SLIDE_ID},
    {"sp", XML_P, SHAPE},
    {"t", XML_A, RUN_TEXT},
    {"tbl", XML_A, TABLE},
    {"tc", XML_A, CELL},
    {"tr", XML_A, TABLE_ROW},
};

struct slide {
    const char *part;
    struct slide *next;
};

struct pptx {
    struct package *package;
    struct flow *flow;
    struct relations relations; /* of the presentation */
    struct slide *first;
    struct slide **end;
    struct buffer paragraph;
    struct buffer title;
    struct flow body; /* of a slide */
    struct flow cell;
    struct flow_table table;
    int32_t in_table;
    int32_t is_title;   /* the current shape */
    int32_t is_skipped; /* a page number, date or footer */
    int32_t is_hidden;  /* the slide, which a show leaves out */
    int32_t level;      /* of the current paragraph; -1: none given */
    size_t skip_depth;
};

/* --- The list of slides --- */

static cpk_status add_slide(void *self, struct xml *xml, int32_t id, cpk_error **error)
{
    struct pptx *pptx = self;
    const struct relation *relation =
        id == SLIDE_ID ? relations_find(&pptx->relations, xml_attribute(xml, XML_R, "id")) : NULL;
    struct slide *slide;

    if (relation == NULL || relation->is_external) {
        return CPK_OK;
    }
    slide = arena_allocate_zeroed(&pptx->package->arena, 1, sizeof *slide);
    if (slide == NULL) {
        return error_out_of_memory(error);
    }
    slide->part = relation->target;
    *pptx->end = slide;
    pptx->end = &slide->next;
    return CPK_OK;
}

/* --- A slide --- */

static void start_shape_part(struct pptx *pptx, const struct xml *xml, int32_t id)
{
    const char *value;

    switch (id) {
    case SHAPE:
        pptx->is_title = 0;
        pptx->is_skipped = 0;
        break;
    case PLACEHOLDER:
        value = xml_value(xml, "type");
        pptx->is_title = value != NULL && (strcmp(value, "title") == 0 || strcmp(value, "ctrTitle") == 0);
        pptx->is_skipped = value != NULL && (strcmp(value, "sldNum") == 0 || strcmp(value, "dt") == 0 ||
                                             strcmp(value, "sldImg") == 0 || strcmp(value, "hdr") == 0);
        break;
    case PARAGRAPH:
        pptx->level = 0;
        break;
    case PROPERTIES:
        pptx->level = xml_number(xml, "lvl", 0);
        break;
    case LINE_BREAK:
        buffer_append_byte(&pptx->paragraph, '\n');
        break;
    case GRID_COLUMN:
        pptx->table.columns += pptx->table.rows == 0 && pptx->table.columns < 1000;
        break;
    default:
        break;
    }
}

static cpk_status start_element(void *self, struct xml *xml, int32_t id, cpk_error **error)
{
    struct pptx *pptx = self;

    (void)error;
    if (pptx->skip_depth > 0) {
        return CPK_OK;
    }
    if (id == FALLBACK) {
        pptx->skip_depth = xml_depth(xml);
    } else if (id == SLIDE && !xml_is_on(xml, "show", 1)) {
        pptx->is_hidden = 1;
        pptx->package->hidden++;
        pptx->skip_depth = xml_depth(xml);
    } else if (id == SHAPE_NAME && xml_is_on(xml, "hidden", 0) && xml_depth(xml) > 2) {
        pptx->package->hidden++;
        pptx->skip_depth = xml_depth(xml) - 2; /* the shape, around its properties */
    } else if (id == TABLE) {
        pptx->in_table = 1;
        pptx->table.columns = pptx->table.rows = pptx->table.cells = 0;
    } else if (id != 0) {
        start_shape_part(pptx, xml, id);
    }
    return CPK_OK;
}

static void end_paragraph(struct pptx *pptx)
{
    const char *text = buffer_text(&pptx->paragraph);
    size_t length = pptx->paragraph.length;

    if (pptx->is_skipped) {
        buffer_clear(&pptx->paragraph);
        return;
    }
    pptx->body.text.failed = pptx->body.text.failed || pptx->paragraph.failed;
    if (pptx->in_table) {
        flow_add_paragraph(&pptx->cell, text, length);
    } else if (pptx->is_title) {
        buffer_append_text(&pptx->title, pptx->title.length > 0 && length > 0 ? " " : "");
        buffer_append(&pptx->title, text, length);
    } else if (pptx->level > 0) {
        flow_add_item(&pptx->body, pptx->level - 1, "-", text, length);
    } else {
        flow_add_paragraph(&pptx->body, text, length);
    }
    buffer_clear(&pptx->paragraph);
}

static cpk_status end_element(void *self, struct xml *xml, int32_t id, cpk_error **error)
{
    struct pptx *pptx = self;

    if (pptx->skip_depth > 0) {
        pptx->skip_depth = pptx->skip_depth == xml_depth(xml) ? 0 : pptx->skip_depth;
        return CPK_OK;
    }
    switch (id) {
    case PARAGRAPH:
        end_paragraph(pptx);
        break;
    case CELL:
        flow_table_add_cell(&pptx->table, buffer_text(&pptx->cell.text), pptx->cell.text.length);
        pptx->body.text.failed |= pptx->cell.text.failed;
        flow_clear(&pptx->cell);
        break;
    case TABLE_ROW:
        flow_table_end_row(&pptx->table, &pptx->body);
        break;
    case TABLE:
        pptx->in_table = 0;
        break;
    default:
        return CPK_OK;
    }
    return package_check_text(pptx->package, &pptx->body.text, error);
}

static cpk_status add_text(void *self, struct xml *xml, const char *text, size_t length, cpk_error **error)
{
    struct pptx *pptx = self;

    if (pptx->skip_depth > 0 || xml_current(xml) != RUN_TEXT) {
        return CPK_OK;
    }
    buffer_append(&pptx->paragraph, text, length);
    return package_check_text(pptx->package, &pptx->paragraph, error);
}

static cpk_status read_slide_part(struct pptx *pptx, const char *part, cpk_error **error)
{
    static const struct xml_format format = {XML_NAMES(NAMES), start_element, end_element, add_text};
    int32_t found;

    pptx->is_title = pptx->is_skipped = pptx->in_table = 0;
    pptx->skip_depth = 0;
    CPK_TRY(package_read_xml(pptx->package, part, &format, pptx, &found, error));
    if (pptx->paragraph.length > 0) {
        end_paragraph(pptx);
    }
    return CPK_OK;
}

static void write_slide(struct pptx *pptx, int32_t number)
{
    char name[32];
    struct buffer heading;

    snprintf(name, sizeof name, "Slide %d", (int)number);
    buffer_init(&heading, pptx->title.allocator);
    buffer_append_text(&heading, name);
    buffer_append_text(&heading, pptx->title.length > 0 ? ": " : "");
    buffer_append(&heading, buffer_text(&pptx->title), pptx->title.length);
    if (pptx->title.length > 0 || pptx->body.text.length > 0) {
        flow_add_heading(pptx->flow, 2, buffer_text(&heading), heading.length);
    }
    flow_add_flow(pptx->flow, &pptx->body);
    pptx->flow->text.failed = pptx->flow->text.failed || heading.failed || pptx->title.failed;
    buffer_free(&heading);
}

static cpk_status read_slide(struct pptx *pptx, const char *part, int32_t number, cpk_error **error)
{
    struct relations relations;
    int32_t count = 0;

    buffer_clear(&pptx->title);
    flow_clear(&pptx->body);
    CPK_TRY(package_read_relations(pptx->package, part, &relations, error));
    pptx->is_hidden = 0;
    CPK_TRY(read_slide_part(pptx, part, error));
    for (const struct relation *at = relations.first; at != NULL && count < PARTS_MAX && !pptx->is_hidden;
         at = at->next, count++) {
        if (strcmp(at->type, "diagramData") == 0) {
            CPK_TRY(read_slide_part(pptx, at->target, error));
        } else if (strcmp(at->type, "chart") == 0 && !at->is_external) {
            CPK_TRY(chart_read(pptx->package, at->target, &pptx->body, error));
        } else if (strcmp(at->type, "notesSlide") == 0) {
            size_t before = pptx->body.text.length;

            flow_add_paragraph(&pptx->body, "Notes:", 6);
            CPK_TRY(read_slide_part(pptx, at->target, error));
            if (pptx->body.text.length <= before + 8) { /* without text */
                pptx->body.text.length = pptx->body.text.failed ? pptx->body.text.length : before;
            }
        }
    }
    write_slide(pptx, number);
    return package_check_text(pptx->package, &pptx->flow->text, error);
}

static cpk_status read_slides(struct pptx *pptx, cpk_error **error)
{
    static const struct xml_format format = {XML_NAMES(NAMES), add_slide, NULL, NULL};
    const char *main_part;
    int32_t number = 0;
    int32_t found;

    CPK_TRY(package_open_main(pptx->package, "ppt/presentation.xml", &main_part, error));
    CPK_TRY(package_read_relations(pptx->package, main_part, &pptx->relations, error));
    CPK_TRY(package_read_xml(pptx->package, main_part, &format, pptx, &found, error));
    for (const struct slide *slide = pptx->first; slide != NULL; slide = slide->next) {
        CPK_TRY(read_slide(pptx, slide->part, ++number, error));
    }
    return CPK_OK;
}

cpk_status pptx_read(struct package *package, struct flow *flow, cpk_error **error)
{
    const cpk_allocator *allocator = &package->context->allocator;
    struct pptx pptx = {.package = package, .flow = flow};
    cpk_status status;

    pptx.end = &pptx.first;
    buffer_init(&pptx.paragraph, allocator);
    buffer_init(&pptx.title, allocator);
    flow_init(&pptx.body, allocator);
    flow_init(&pptx.cell, allocator);
    pptx.cell.is_inline = 1;
    flow_table_init(&pptx.table, allocator, 0);
    status = read_slides(&pptx, error);
    buffer_free(&pptx.paragraph);
    buffer_free(&pptx.title);
    flow_free(&pptx.body);
    flow_free(&pptx.cell);
    flow_table_free(&pptx.table);
    return status;
}
