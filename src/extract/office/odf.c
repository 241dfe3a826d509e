/* OpenDocument: texts, sheets and slides from content.xml; properties from meta.xml. */
#include "base/error.h"
#include "extract/office/formats.h"
#include "extract/office/odf_styles.h"

#include <stdio.h>
#include <string.h>

#define REPEATED_MAX   64 /* of a cell without text */
#define LIST_DEPTH_MAX 16
#define COLUMNS_MAX    16384
#define NOTES_MAX      8 /* paragraphs that are open at a time: notes and text boxes within others */

enum {
    ODF_PARAGRAPH = 1,
    ODF_HEADING,
    ODF_LIST,
    ODF_ITEM,
    ODF_SPACE,
    ODF_TAB,
    ODF_BREAK,
    ODF_LINK,
    ODF_NOTE,
    ODF_NOTE_BODY,
    ODF_CITATION,
    ODF_CHANGES,
    ODF_ANNOTATION,
    ODF_CREATOR,
    ODF_DATE,
    ODF_TABLE,
    ODF_ROW,
    ODF_CELL,
    ODF_COVERED,
    ODF_PAGE,
    ODF_NOTES,
    ODF_BOX,
    ODF_COLUMN,
    ODF_LIST_STYLE,
    ODF_NUMBER_STYLE,
    ODF_TITLE,
    ODF_KEYWORD,
    ODF_DESCRIPTION,
    ODF_SUBJECT,
    ODF_MADE,
    ODF_AUTHOR,
    ODF_ENCRYPTION,
    ODF_SPAN,
    ODF_FORMS,
    ODF_SHEETS,
    ODF_STYLE,
    ODF_PROPERTIES,
    ODF_SECTION,
    ODF_SHAPE,
    ODF_HIDDEN_TEXT,
    ODF_HIDDEN_PARAGRAPH
};

static const struct xml_name NAMES[] = {
    {"a", XML_TEXT, ODF_LINK},
    {"annotation", XML_OFFICE, ODF_ANNOTATION},
    {"covered-table-cell", XML_TABLE, ODF_COVERED},
    {"creation-date", XML_META, ODF_MADE},
    {"creator", XML_DC, ODF_CREATOR},
    {"custom-shape", XML_DRAW, ODF_SHAPE},
    {"date", XML_DC, ODF_DATE},
    {"description", XML_DC, ODF_DESCRIPTION},
    {"drawing-page-properties", XML_STYLE, ODF_PROPERTIES},
    {"encryption-data", XML_MANIFEST, ODF_ENCRYPTION},
    {"forms", XML_OFFICE, ODF_FORMS},
    {"frame", XML_DRAW, ODF_SHAPE},
    {"h", XML_TEXT, ODF_HEADING},
    {"hidden-paragraph", XML_TEXT, ODF_HIDDEN_PARAGRAPH},
    {"hidden-text", XML_TEXT, ODF_HIDDEN_TEXT},
    {"initial-creator", XML_META, ODF_AUTHOR},
    {"keyword", XML_META, ODF_KEYWORD},
    {"line-break", XML_TEXT, ODF_BREAK},
    {"list", XML_TEXT, ODF_LIST},
    {"list-header", XML_TEXT, ODF_ITEM},
    {"list-item", XML_TEXT, ODF_ITEM},
    {"list-level-style-number", XML_TEXT, ODF_NUMBER_STYLE},
    {"list-style", XML_TEXT, ODF_LIST_STYLE},
    {"note", XML_TEXT, ODF_NOTE},
    {"note-body", XML_TEXT, ODF_NOTE_BODY},
    {"note-citation", XML_TEXT, ODF_CITATION},
    {"notes", XML_PRESENTATION, ODF_NOTES},
    {"p", XML_TEXT, ODF_PARAGRAPH},
    {"page", XML_DRAW, ODF_PAGE},
    {"s", XML_TEXT, ODF_SPACE},
    {"section", XML_TEXT, ODF_SECTION},
    {"span", XML_TEXT, ODF_SPAN},
    {"spreadsheet", XML_OFFICE, ODF_SHEETS},
    {"style", XML_STYLE, ODF_STYLE},
    {"subject", XML_DC, ODF_SUBJECT},
    {"tab", XML_TEXT, ODF_TAB},
    {"table", XML_TABLE, ODF_TABLE},
    {"table-cell", XML_TABLE, ODF_CELL},
    {"table-column", XML_TABLE, ODF_COLUMN},
    {"table-properties", XML_STYLE, ODF_PROPERTIES},
    {"table-row", XML_TABLE, ODF_ROW},
    {"text-box", XML_DRAW, ODF_BOX},
    {"text-properties", XML_STYLE, ODF_PROPERTIES},
    {"title", XML_DC, ODF_TITLE},
    {"tracked-changes", XML_TEXT, ODF_CHANGES},
};

/* A paragraph that is interrupted by a note or a text box. */
struct odf_level {
    struct buffer paragraph;
    int32_t id;
    int32_t outline;
    int32_t is_hidden;
    struct flow_gap gap;
    size_t link_start;
    struct buffer link;
};

struct odf_list {
    int32_t is_numbered;
    int32_t number;
    int32_t is_first; /* the next paragraph begins an item */
};

struct odf {
    struct package *package;
    struct flow *flow;
    struct flow notes; /* written after the text */
    struct odf_level levels[NOTES_MAX];
    int32_t depth; /* of levels; deeper ones share the last */
    struct odf_list lists[LIST_DEPTH_MAX];
    int32_t list_depth;
    int32_t note_depth; /* open notes and comments */
    int32_t note_count;
    struct buffer note_label;
    struct flow note; /* the text of the open note */
    struct flow_table table;
    struct flow cell;
    int32_t table_depth;
    int32_t repeated;
    int32_t page;
    size_t skip_depth;
    int32_t is_hiding; /* what is skipped is hidden text of the paragraph */
    struct odf_styles styles;
    int32_t column;               /* of the current cell */
    int32_t declared_columns;     /* of the table */
    struct buffer hidden_columns; /* a byte each */
    struct text_map numbered;     /* names of list styles whose first level is numbered */
    const char *list_style;       /* while it is read */
    int32_t is_encrypted;
    int32_t is_sheets; /* a spreadsheet: tables are sheets */
};

static struct odf_level *level_of(struct odf *odf)
{
    return &odf->levels[odf->depth < NOTES_MAX ? odf->depth : NOTES_MAX - 1];
}

/* Where blocks go: a note, a cell, or the text. */
static struct flow *target_of(struct odf *odf)
{
    return odf->note_depth > 0 ? &odf->note : odf->table_depth > 0 ? &odf->cell : odf->flow;
}

/* --- Paragraphs --- */

static void write_item(struct odf *odf, const struct buffer *text)
{
    int32_t depth = odf->list_depth < LIST_DEPTH_MAX ? odf->list_depth : LIST_DEPTH_MAX;
    struct odf_list *list = &odf->lists[depth - 1];
    char label[16];

    if (text->length == 0) {
        return;
    }
    if (!list->is_first) {
        flow_add_paragraph(target_of(odf), buffer_text(text), text->length);
        return;
    }
    list->is_first = 0;
    snprintf(label, sizeof label, "%d.", (int)++list->number);
    flow_add_item(target_of(odf), depth - 1, list->is_numbered ? label : "-", buffer_text(text), text->length);
}

static cpk_status end_paragraph(struct odf *odf, cpk_error **error)
{
    struct odf_level *level = level_of(odf);
    struct buffer *text = &level->paragraph;
    struct flow *target = target_of(odf);

    target->text.failed = target->text.failed || text->failed;
    if (level->is_hidden) {
        buffer_clear(text);
        return CPK_OK;
    }
    if (level->id == ODF_HEADING && odf->note_depth == 0) {
        flow_add_heading(target, level->outline, buffer_text(text), text->length);
    } else if (odf->list_depth > 0 && odf->note_depth == 0) {
        write_item(odf, text);
    } else {
        flow_add_paragraph(target, buffer_text(text), text->length);
    }
    buffer_clear(text);
    return package_check_text(odf->package, &target->text, error);
}

static void start_paragraph(struct odf *odf, const struct xml *xml, int32_t id)
{
    struct odf_level *level = level_of(odf);

    buffer_clear(&level->paragraph);
    buffer_clear(&level->link);
    level->id = id;
    level->is_hidden = 0;
    level->gap.is_due = 0;
    level->outline = id == ODF_HEADING ? xml_number(xml, "outline-level", 1) : 1;
}

static void append(struct odf *odf, const char *text, size_t length)
{
    struct odf_level *level = level_of(odf);

    if (length > 0) {
        flow_gap_fill(&level->gap, &level->paragraph, text[0]);
    }
    buffer_append(&level->paragraph, text, length);
}

static void append_spaces(struct odf *odf, const struct xml *xml)
{
    int32_t count = xml_number(xml, "c", 1);

    for (int32_t i = 0; i < count && i < 64; i++) {
        append(odf, " ", 1);
    }
}

static void start_link(struct odf *odf, const struct xml *xml)
{
    struct odf_level *level = level_of(odf);
    const char *address = xml_attribute(xml, XML_XLINK, "href");

    buffer_clear(&level->link);
    flow_gap_fill(&level->gap, &level->paragraph, '[');
    level->link_start = level->paragraph.length;
    if (address != NULL && strncmp(address, "http", 4) == 0) {
        buffer_append_text(&level->link, address);
        level->paragraph.failed |= level->link.failed;
    }
}

static void end_link(struct odf *odf)
{
    struct odf_level *level = level_of(odf);

    flow_close_link(&level->paragraph, level->link_start, &level->link);
    buffer_clear(&level->link);
}

/* --- Notes, comments and text boxes: paragraphs within a paragraph --- */

static void push_level(struct odf *odf)
{
    odf->depth++;
    if (odf->depth < NOTES_MAX) {
        buffer_clear(&odf->levels[odf->depth].paragraph);
        odf->levels[odf->depth].is_hidden = 0;
        odf->levels[odf->depth].gap.is_due = 0;
    }
}

static void start_note(struct odf *odf, int32_t is_comment)
{
    if (odf->note_depth++ == 0) {
        char label[32];

        odf->note_count++;
        snprintf(label, sizeof label, "[^%d]", (int)odf->note_count);
        append(odf, label, strlen(label));
        buffer_clear(&odf->note_label);
        buffer_append_format(&odf->note_label, "%s:%s", label, is_comment ? " Comment:" : "");
    }
    push_level(odf);
}

static void end_note(struct odf *odf)
{
    odf->depth--;
    if (--odf->note_depth > 0) {
        return;
    }
    flow_add_item(&odf->notes, 0, buffer_text(&odf->note_label), buffer_text(&odf->note.text), odf->note.text.length);
    odf->notes.text.failed = odf->notes.text.failed || odf->note.text.failed || odf->note_label.failed;
    flow_clear(&odf->note);
}

/* --- Tables --- */

static void start_table(struct odf *odf, const struct xml *xml)
{
    const char *name = xml_value(xml, "name");

    if (odf->table_depth++ > 0 || odf->note_depth > 0) {
        return;
    }
    odf->table.columns = odf->table.rows = odf->table.cells = 0;
    odf->declared_columns = 0;
    buffer_clear(&odf->hidden_columns);
    buffer_clear(&odf->table.row);
    if (odf->is_sheets && name != NULL) {
        flow_add_heading(odf->flow, 2, name, strlen(name));
    }
}

static int32_t is_shown(const struct xml *xml)
{
    const char *visibility = xml_attribute(xml, XML_TABLE, "visibility");

    return visibility == NULL || strcmp(visibility, "visible") == 0; /* not "collapse" or "filter" */
}

static void add_columns(struct odf *odf, const struct xml *xml)
{
    int32_t count = xml_number(xml, "number-columns-repeated", 1);
    int32_t is_hidden = !is_shown(xml);

    if (odf->table_depth != 1) {
        return;
    }
    odf->package->hidden += is_hidden;
    for (int32_t i = 0; i < count && odf->declared_columns < COLUMNS_MAX; i++, odf->declared_columns++) {
        buffer_append_byte(&odf->hidden_columns, (char)is_hidden);
    }
    odf->flow->text.failed |= odf->hidden_columns.failed;
}

static int32_t is_hidden_column(const struct odf *odf, int32_t column)
{
    return column >= 0 && (size_t)column < odf->hidden_columns.length && odf->hidden_columns.data[column];
}

static void start_row(struct odf *odf, const struct xml *xml)
{
    if (!is_shown(xml)) {
        odf->package->hidden++;
        odf->skip_depth = xml_depth(xml);
    }
    odf->column = odf->table_depth == 1 ? 0 : odf->column;
}

static void start_covered_cell(struct odf *odf, const struct xml *xml)
{
    odf->skip_depth = xml_depth(xml);
    if (odf->table_depth == 1) {
        if (!is_hidden_column(odf, odf->column)) {
            flow_table_add_cell(&odf->table, "", 0);
        }
        odf->column += xml_number(xml, "number-columns-repeated", 1);
    }
}

static void start_cell(struct odf *odf, const struct xml *xml)
{
    if (odf->table_depth == 1) {
        odf->repeated = xml_number(xml, "number-columns-repeated", 1);
        flow_clear(&odf->cell);
    }
}

static cpk_status end_cell(struct odf *odf, cpk_error **error)
{
    int32_t count = odf->repeated < 1 ? 1 : odf->repeated > REPEATED_MAX ? REPEATED_MAX : odf->repeated;

    if (odf->table_depth != 1 || odf->note_depth > 0) {
        return CPK_OK;
    }
    for (int32_t i = 0; i < count; i++) {
        if (!is_hidden_column(odf, odf->column + i)) {
            flow_table_add_cell(&odf->table, buffer_text(&odf->cell.text), odf->cell.text.length);
        }
    }
    odf->column += odf->repeated < 1 ? 1 : odf->repeated;
    flow_clear(&odf->cell);
    return package_check_text(odf->package, &odf->table.row, error);
}

/* Cells at the end of a row are often empty and repeated a thousand times. */
static void end_row(struct odf *odf)
{
    if (odf->table_depth == 1 && odf->note_depth == 0) {
        flow_table_trim_row(&odf->table);
        flow_table_end_row(&odf->table, odf->flow);
    }
}

/* --- Lists --- */

static void start_list(struct odf *odf, const struct xml *xml)
{
    const char *style = xml_value(xml, "style-name");

    if (odf->list_depth < LIST_DEPTH_MAX) {
        struct odf_list *list = &odf->lists[odf->list_depth];

        memset(list, 0, sizeof *list);
        list->is_numbered = style != NULL         ? text_map_get(&odf->numbered, style) != NULL
                            : odf->list_depth > 0 ? odf->lists[odf->list_depth - 1].is_numbered
                                                  : 0;
    }
    odf->list_depth++;
}

static cpk_status read_list_style(struct odf *odf, const struct xml *xml, int32_t id, cpk_error **error)
{
    const char *name = id == ODF_LIST_STYLE ? xml_value(xml, "name") : NULL;
    const char *level = id == ODF_NUMBER_STYLE ? xml_value(xml, "level") : NULL;
    const char *format = id == ODF_NUMBER_STYLE ? xml_value(xml, "num-format") : NULL;

    if (name != NULL) {
        odf->list_style = arena_copy_text(&odf->package->arena, name);
        return odf->list_style != NULL ? CPK_OK : error_out_of_memory(error);
    }
    if (level != NULL && strcmp(level, "1") == 0 && format != NULL && format[0] != '\0' && odf->list_style != NULL &&
        !text_map_put(&odf->numbered, odf->list_style, odf)) {
        return error_out_of_memory(error);
    }
    return CPK_OK;
}

/* --- Hidden content --- */

/* 1 for an element that is not shown, by its style or by itself. */
static int32_t is_hidden(const struct odf *odf, const struct xml *xml, int32_t id)
{
    const char *style = xml_attribute(xml, XML_TEXT, "style-name");
    const char *display = xml_value(xml, "display");

    switch (id) {
    case ODF_PARAGRAPH:
    case ODF_HEADING:
        return odf_styles_hide(&odf->styles, "paragraph", style);
    case ODF_SPAN:
        return odf_styles_hide(&odf->styles, "text", style);
    case ODF_TABLE:
        return odf_styles_hide(&odf->styles, "table", xml_attribute(xml, XML_TABLE, "style-name"));
    case ODF_PAGE:
        return odf_styles_hide(&odf->styles, "drawing-page", xml_attribute(xml, XML_DRAW, "style-name"));
    case ODF_SECTION:
    case ODF_SHAPE:
        return (display != NULL && strcmp(display, "none") == 0) || xml_is_on(xml, "is-hidden", 0);
    case ODF_HIDDEN_TEXT:
        return xml_is_on(xml, "is-hidden", 0);
    default:
        return 0;
    }
}

static void hide(struct odf *odf, const struct xml *xml, int32_t id)
{
    odf->package->hidden++;
    odf->skip_depth = xml_depth(xml);
    odf->is_hiding = id == ODF_SPAN || id == ODF_HIDDEN_TEXT;
    odf->page += id == ODF_PAGE;
}

/* --- Events --- */

static void start_page(struct odf *odf, const struct xml *xml)
{
    const char *name = xml_value(xml, "name");
    char heading[160];

    odf->page++;
    snprintf(heading, sizeof heading, "Slide %d%s%.100s", (int)odf->page, name != NULL ? ": " : "",
             name != NULL ? name : "");
    flow_add_heading(odf->flow, 2, heading, strlen(heading));
}

static cpk_status start_element(void *self, struct xml *xml, int32_t id, cpk_error **error)
{
    struct odf *odf = self;

    if (odf->skip_depth > 0) {
        odf->is_hiding = odf->is_hiding && id != ODF_NOTE && id != ODF_ANNOTATION;
        if (odf->is_hiding && (id == ODF_SPACE || id == ODF_TAB || id == ODF_BREAK)) {
            flow_gap_hide(&level_of(odf)->gap, " ", 1);
        }
        return CPK_OK;
    }
    if (is_hidden(odf, xml, id)) {
        hide(odf, xml, id);
        return CPK_OK;
    }
    switch (id) {
    case ODF_STYLE:
        return odf_styles_start(&odf->styles, xml, error);
    case ODF_PROPERTIES:
        odf_styles_add_property(&odf->styles, xml);
        break;
    case ODF_CHANGES:
    case ODF_CITATION:
    case ODF_FORMS:
        odf->skip_depth = xml_depth(xml);
        break;
    case ODF_COVERED:
        start_covered_cell(odf, xml);
        break;
    case ODF_COLUMN:
        add_columns(odf, xml);
        break;
    case ODF_ROW:
        start_row(odf, xml);
        break;
    case ODF_HIDDEN_PARAGRAPH:
        level_of(odf)->is_hidden = xml_is_on(xml, "is-hidden", 0);
        odf->package->hidden += level_of(odf)->is_hidden;
        break;
    case ODF_PARAGRAPH:
    case ODF_HEADING:
        start_paragraph(odf, xml, id);
        break;
    case ODF_SPACE:
        append_spaces(odf, xml);
        break;
    case ODF_TAB:
        append(odf, "\t", 1);
        break;
    case ODF_BREAK:
        append(odf, "\n", 1);
        break;
    case ODF_LINK:
        start_link(odf, xml);
        break;
    case ODF_NOTE:
    case ODF_ANNOTATION:
        start_note(odf, id == ODF_ANNOTATION);
        break;
    case ODF_BOX:
        push_level(odf);
        break;
    case ODF_LIST:
        start_list(odf, xml);
        break;
    case ODF_ITEM:
        if (odf->list_depth > 0 && odf->list_depth <= LIST_DEPTH_MAX) {
            odf->lists[odf->list_depth - 1].is_first = 1;
        }
        break;
    case ODF_SHEETS:
        odf->is_sheets = 1;
        break;
    case ODF_TABLE:
        start_table(odf, xml);
        break;
    case ODF_CELL:
        start_cell(odf, xml);
        break;
    case ODF_PAGE:
        start_page(odf, xml);
        break;
    default:
        return read_list_style(odf, xml, id, error);
    }
    return CPK_OK;
}

static cpk_status end_element(void *self, struct xml *xml, int32_t id, cpk_error **error)
{
    struct odf *odf = self;

    if (odf->skip_depth > 0) {
        odf->skip_depth = odf->skip_depth == xml_depth(xml) ? 0 : odf->skip_depth;
        odf->is_hiding = odf->is_hiding && odf->skip_depth > 0;
        return CPK_OK;
    }
    switch (id) {
    case ODF_STYLE:
        odf_styles_end(&odf->styles);
        break;
    case ODF_PARAGRAPH:
    case ODF_HEADING:
        return end_paragraph(odf, error);
    case ODF_LINK:
        end_link(odf);
        break;
    case ODF_NOTE:
    case ODF_ANNOTATION:
        end_note(odf);
        break;
    case ODF_BOX:
        odf->depth--;
        break;
    case ODF_LIST:
        odf->list_depth--;
        break;
    case ODF_CELL:
        return end_cell(odf, error);
    case ODF_ROW:
        end_row(odf);
        return package_check_text(odf->package, &odf->flow->text, error);
    case ODF_TABLE:
        odf->table_depth--;
        break;
    default:
        break;
    }
    return CPK_OK;
}

static int32_t is_in_paragraph(int32_t id)
{
    return id == ODF_PARAGRAPH || id == ODF_HEADING || id == ODF_LINK || id == ODF_SPAN;
}

static cpk_status add_text(void *self, struct xml *xml, const char *text, size_t length, cpk_error **error)
{
    struct odf *odf = self;
    int32_t id = xml_current(xml);

    if (odf->skip_depth > 0) {
        if (odf->is_hiding) {
            flow_gap_hide(&level_of(odf)->gap, text, length);
        }
        return CPK_OK;
    }
    if (is_in_paragraph(id) || (id == 0 && is_in_paragraph(xml_parent(xml)))) { /* fields have names of their own */
        append(odf, text, length);
        return package_check_text(odf->package, &level_of(odf)->paragraph, error);
    }
    return CPK_OK;
}

/* --- Properties and encryption --- */

static cpk_status add_property(void *self, struct xml *xml, const char *text, size_t length, cpk_error **error)
{
    struct package *package = ((struct odf *)self)->package;
    const struct {
        int32_t id;
        struct buffer *value;
    } properties[] = {{ODF_TITLE, &package->title},      {ODF_CREATOR, &package->author},
                      {ODF_SUBJECT, &package->subject},  {ODF_DESCRIPTION, &package->description},
                      {ODF_KEYWORD, &package->keywords}, {ODF_MADE, &package->created},
                      {ODF_DATE, &package->modified}};

    (void)error;
    for (size_t i = 0; i < sizeof properties / sizeof properties[0]; i++) {
        if (properties[i].id == xml_current(xml)) {
            buffer_append(properties[i].value, text, length);
        }
    }
    return CPK_OK;
}

static cpk_status find_encryption(void *self, struct xml *xml, int32_t id, cpk_error **error)
{
    (void)xml;
    (void)error;
    ((struct odf *)self)->is_encrypted |= id == ODF_ENCRYPTION;
    return CPK_OK;
}

static const struct xml_name STYLE_NAMES[] = {
    {"drawing-page-properties", XML_STYLE, ODF_PROPERTIES},
    {"style", XML_STYLE, ODF_STYLE},
    {"table-properties", XML_STYLE, ODF_PROPERTIES},
    {"text-properties", XML_STYLE, ODF_PROPERTIES},
};

static cpk_status read_style(void *self, struct xml *xml, int32_t id, cpk_error **error)
{
    if (id == ODF_STYLE) {
        return odf_styles_start(self, xml, error);
    }
    if (id == ODF_PROPERTIES) {
        odf_styles_add_property(self, xml);
    }
    return CPK_OK;
}

static cpk_status end_style(void *self, struct xml *xml, int32_t id, cpk_error **error)
{
    (void)xml;
    (void)error;
    if (id == ODF_STYLE) {
        odf_styles_end(self);
    }
    return CPK_OK;
}

static cpk_status read_parts(struct odf *odf, cpk_error **error)
{
    static const struct xml_format manifest_format = {XML_NAMES(NAMES), find_encryption, NULL, NULL};
    static const struct xml_format meta_format = {XML_NAMES(NAMES), NULL, NULL, add_property};
    static const struct xml_format content_format = {XML_NAMES(NAMES), start_element, end_element, add_text};
    static const struct xml_format styles_format = {XML_NAMES(STYLE_NAMES), read_style, end_style, NULL};
    int32_t found;

    CPK_TRY(package_read_xml(odf->package, "META-INF/manifest.xml", &manifest_format, odf, &found, error));
    if (odf->is_encrypted) {
        return error_set(error, CPK_ERROR_ENCRYPTED, "import",
                         "%s is encrypted: open it with its password and save it without one", odf->package->name);
    }
    CPK_TRY(package_read_xml(odf->package, "meta.xml", &meta_format, odf, &found, error));
    CPK_TRY(package_read_xml(odf->package, "styles.xml", &styles_format, &odf->styles, &found, error));
    CPK_TRY(package_read_xml(odf->package, "content.xml", &content_format, odf, &found, error));
    if (level_of(odf)->paragraph.length > 0) { /* of a part that was cut off */
        odf->note_depth = odf->table_depth = odf->list_depth = 0;
        CPK_TRY(end_paragraph(odf, error));
    }
    flow_add_flow(odf->flow, &odf->notes);
    return package_check_text(odf->package, &odf->flow->text, error);
}

cpk_status odf_read(struct package *package, struct flow *flow, cpk_error **error)
{
    const cpk_allocator *allocator = &package->context->allocator;
    struct odf odf = {.package = package, .flow = flow};
    cpk_status status;

    for (size_t i = 0; i < NOTES_MAX; i++) {
        buffer_init(&odf.levels[i].paragraph, allocator);
        buffer_init(&odf.levels[i].link, allocator);
    }
    flow_init(&odf.notes, allocator);
    flow_init(&odf.note, allocator);
    flow_init(&odf.cell, allocator);
    odf.note.is_inline = odf.cell.is_inline = 1;
    flow_table_init(&odf.table, allocator, 0);
    buffer_init(&odf.note_label, allocator);
    text_map_init(&odf.numbered, &package->arena);
    buffer_init(&odf.hidden_columns, allocator);
    odf_styles_init(&odf.styles, package);
    status = read_parts(&odf, error);
    for (size_t i = 0; i < NOTES_MAX; i++) {
        buffer_free(&odf.levels[i].paragraph);
        buffer_free(&odf.levels[i].link);
    }
    flow_free(&odf.notes);
    flow_free(&odf.note);
    flow_free(&odf.cell);
    flow_table_free(&odf.table);
    buffer_free(&odf.note_label);
    buffer_free(&odf.hidden_columns);
    return status;
}
