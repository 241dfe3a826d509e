#include "extract/office/docx_body.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const struct xml_name NAMES[] = {
    {"AlternateContent", XML_MC, DOCX_ALTERNATE},
    {"Choice", XML_MC, DOCX_CHOICE},
    {"Fallback", XML_MC, DOCX_FALLBACK},
    {"begChr", XML_M, DOCX_MATH_BEGIN},
    {"br", XML_W, DOCX_BR},
    {"chr", XML_M, DOCX_MATH_CHAR},
    {"comment", XML_W, DOCX_COMMENT},
    {"commentReference", XML_W, DOCX_COMMENT_REF},
    {"cr", XML_W, DOCX_BR},
    {"d", XML_M, DOCX_MATH_GROUP},
    {"deg", XML_M, DOCX_MATH_DEGREE},
    {"del", XML_W, DOCX_DEL},
    {"den", XML_M, DOCX_MATH_DEN},
    {"docPr", XML_WP, DOCX_DRAWING},
    {"e", XML_M, DOCX_MATH_BASE},
    {"endChr", XML_M, DOCX_MATH_END},
    {"endnote", XML_W, DOCX_NOTE},
    {"endnoteReference", XML_W, DOCX_ENDNOTE_REF},
    {"eqArr", XML_M, DOCX_MATH_ROW},
    {"f", XML_M, DOCX_MATH_FRACTION},
    {"fName", XML_M, DOCX_MATH_NAME},
    {"fldChar", XML_W, DOCX_FIELD_CHAR},
    {"fldSimple", XML_W, DOCX_FIELD_SIMPLE},
    {"footnote", XML_W, DOCX_NOTE},
    {"footnoteReference", XML_W, DOCX_FOOTNOTE_REF},
    {"gridCol", XML_W, DOCX_GRIDCOL},
    {"gridSpan", XML_W, DOCX_SPAN},
    {"hyperlink", XML_W, DOCX_HYPERLINK},
    {"ilvl", XML_W, DOCX_ILVL},
    {"instrText", XML_W, DOCX_INSTRUCTION},
    {"m", XML_M, DOCX_MATH_MATRIX},
    {"moveFrom", XML_W, DOCX_MOVED},
    {"mr", XML_M, DOCX_MATH_ROW},
    {"nary", XML_M, DOCX_MATH_NARY},
    {"naryPr", XML_M, DOCX_MATH_NARY_PR},
    {"noBreakHyphen", XML_W, DOCX_HYPHEN},
    {"num", XML_M, DOCX_MATH_NUM},
    {"numId", XML_W, DOCX_NUMID},
    {"numPr", XML_W, DOCX_NUMPR},
    {"oMath", XML_M, DOCX_MATH},
    {"outlineLvl", XML_W, DOCX_OUTLINE},
    {"oval", XML_V, DOCX_SHAPE},
    {"p", XML_W, DOCX_P},
    {"pPr", XML_W, DOCX_PPR},
    {"pPrChange", XML_W, DOCX_CHANGE},
    {"pStyle", XML_W, DOCX_PSTYLE},
    {"ptab", XML_W, DOCX_TAB},
    {"r", XML_W, DOCX_R},
    {"r", XML_M, DOCX_R},
    {"rPr", XML_W, DOCX_RPR},
    {"rPrChange", XML_W, DOCX_CHANGE},
    {"rStyle", XML_W, DOCX_RSTYLE},
    {"rad", XML_M, DOCX_MATH_ROOT},
    {"rect", XML_V, DOCX_SHAPE},
    {"roundrect", XML_V, DOCX_SHAPE},
    {"sdtPr", XML_W, DOCX_SDTPR},
    {"sectPr", XML_W, DOCX_SECTION},
    {"sectPrChange", XML_W, DOCX_CHANGE},
    {"sepChr", XML_M, DOCX_MATH_SEPARATOR},
    {"shape", XML_V, DOCX_SHAPE},
    {"sub", XML_M, DOCX_MATH_SUB},
    {"sup", XML_M, DOCX_MATH_SUP},
    {"sym", XML_W, DOCX_SYM},
    {"t", XML_W, DOCX_T},
    {"t", XML_M, DOCX_MATH_TEXT},
    {"tab", XML_W, DOCX_TAB},
    {"tbl", XML_W, DOCX_TBL},
    {"tblGridChange", XML_W, DOCX_CHANGE},
    {"tblPrChange", XML_W, DOCX_CHANGE},
    {"tc", XML_W, DOCX_TC},
    {"tcPr", XML_W, DOCX_TCPR},
    {"tcPrChange", XML_W, DOCX_CHANGE},
    {"tr", XML_W, DOCX_TR},
    {"trPr", XML_W, DOCX_TRPR},
    {"trPrChange", XML_W, DOCX_CHANGE},
    {"txbxContent", XML_W, DOCX_BOX},
    {"vanish", XML_W, DOCX_VANISH},
};

#define NOTE_NAME_BYTES   16
#define LEVELS_KEPT_BYTES ((size_t)64 * 1024) /* of a buffer that is kept for the next level */

/* --- Levels --- */

static void clear_paragraph(struct docx_body *body, struct docx_level *level)
{
    level->style = body->styles->usual;
    level->list_level = -1;
    level->outline = -1;
    level->is_joined = 0;
    level->gap.is_due = 0;
    buffer_clear(&level->num_id);
}

static struct docx_level *create_level(const cpk_allocator *allocator)
{
    struct docx_level *level = memory_allocate_zeroed(allocator, sizeof *level);

    if (level != NULL) {
        flow_init(&level->flow, allocator);
        flow_init(&level->boxes, allocator);
        flow_table_init(&level->table, allocator, 0);
        buffer_init(&level->text, allocator);
        buffer_init(&level->num_id, allocator);
        buffer_init(&level->link, allocator);
    }
    return level;
}

static cpk_status push_level(struct docx_body *body, int32_t is_table, cpk_error **error)
{
    struct docx_level *level = body->unused;

    if (level != NULL) {
        body->unused = level->outer;
    } else {
        level = create_level(&body->package->context->allocator);
        if (level == NULL) {
            return error_out_of_memory(error);
        }
    }
    level->outer = body->level;
    level->is_table = is_table;
    level->flow.is_inline = is_table;
    level->target = &level->flow;
    level->span = 1;
    level->is_row_deleted = 0;
    memset(&level->run, 0, sizeof level->run);
    level->is_inside_hidden = body->level != NULL && (body->level->is_inside_hidden || body->level->run.is_hidden);
    level->table.columns = level->table.rows = level->table.cells = 0;
    clear_paragraph(body, level);
    body->level = level;
    return CPK_OK;
}

static void pop_level(struct docx_body *body)
{
    struct docx_level *level = body->level;

    body->level = level->outer;
    flow_clear(&level->flow);
    flow_clear(&level->boxes);
    buffer_clear(&level->text);
    buffer_clear(&level->link);
    buffer_clear(&level->table.row);
    buffer_release_above(&level->flow.text, LEVELS_KEPT_BYTES);
    buffer_release_above(&level->text, LEVELS_KEPT_BYTES);
    level->outer = body->unused;
    body->unused = level;
}

static void free_levels(struct docx_level *level, const cpk_allocator *allocator)
{
    while (level != NULL) {
        struct docx_level *outer = level->outer;

        flow_free(&level->flow);
        flow_free(&level->boxes);
        flow_table_free(&level->table);
        buffer_free(&level->text);
        buffer_free(&level->num_id);
        buffer_free(&level->link);
        memory_release(allocator, level, sizeof *level);
        level = outer;
    }
}

void docx_body_init(struct docx_body *body, struct package *package, struct docx_styles *styles, struct flow *out)
{
    memset(body, 0, sizeof *body);
    body->package = package;
    body->styles = styles;
    body->out = out;
    buffer_init(&body->instruction, &package->context->allocator);
    buffer_init(&body->note_label, &package->context->allocator);
    text_map_init(&body->hidden_notes, &package->arena);
}

void docx_body_free(struct docx_body *body)
{
    const cpk_allocator *allocator = &body->package->context->allocator;

    free_levels(body->level, allocator);
    free_levels(body->unused, allocator);
    buffer_free(&body->instruction);
    buffer_free(&body->note_label);
}

/* --- Paragraphs --- */

/* Hidden text is left out. */
static void hide(struct docx_body *body, const char *text, size_t length)
{
    struct docx_level *level = body->level;

    flow_gap_hide(&level->gap, text, length);
    body->package->hidden += !level->run.is_counted;
    level->run.is_counted = 1;
    body->written += (int64_t)length; /* an alternative of it is not read, either */
}

static int32_t is_hidden(const struct docx_level *level)
{
    return level->run.is_hidden || level->is_inside_hidden;
}

static void append(struct docx_body *body, const char *text, size_t length)
{
    if (length > 0 && is_hidden(body->level)) {
        hide(body, text, length);
        return;
    }
    if (length > 0 && body->level->gap.is_due) {
        flow_gap_fill(&body->level->gap, &body->level->text, text[0]);
    }
    buffer_append(&body->level->text, text, length);
    body->written += (int64_t)length;
}

static void write_item(struct docx_body *body, const struct docx_level *level, int32_t heading)
{
    const char *text = buffer_text(&level->text);
    const struct docx_style *style = level->style;
    const char *num_id = level->num_id.length > 0 ? buffer_text(&level->num_id) : style != NULL ? style->num_id : NULL;
    int32_t list_level = level->list_level >= 0 ? level->list_level : style != NULL ? style->list_level : 0;
    char label[DOCX_LABEL_BYTES];
    size_t prefix;

    list_level = list_level < 0 ? 0 : list_level;
    if (num_id == NULL || strcmp(num_id, "0") == 0 || !docx_list_next(body->styles, num_id, list_level, label)) {
        label[0] = '\0';
    }
    if (heading > 0) {
        struct buffer whole;

        buffer_init(&whole, level->text.allocator);
        prefix = strcmp(label, "-") != 0 ? strlen(label) : 0;
        buffer_append(&whole, label, prefix);
        buffer_append(&whole, " ", prefix > 0 ? 1 : 0);
        buffer_append(&whole, text, level->text.length);
        flow_add_heading(level->target, heading, buffer_text(&whole), whole.length);
        level->target->text.failed = level->target->text.failed || whole.failed;
        buffer_free(&whole);
    } else if (label[0] != '\0') {
        flow_add_item(level->target, list_level, label, text, level->text.length);
    } else {
        flow_add_paragraph(level->target, text, level->text.length);
    }
}

static int32_t is_blank(const struct buffer *text)
{
    for (size_t i = 0; i < text->length; i++) {
        if (strchr(" \t\r\n", text->data[i]) == NULL) {
            return 0;
        }
    }
    return 1;
}

static void write_paragraph(struct docx_body *body, struct docx_level *level)
{
    const struct docx_style *style = level->style;
    int32_t outline = level->outline >= 0 ? level->outline : style != NULL ? style->outline : -1;

    level->target->text.failed = level->target->text.failed || level->text.failed;
    if (style != NULL && style->is_code && level->num_id.length == 0) {
        flow_add_code(level->target, buffer_text(&level->text), level->text.length);
    } else if (is_blank(&level->text)) {
        return;
    } else if (style != NULL && style->is_title && body->part == DOCX_PART_BODY) {
        flow_add_heading(level->target, 1, buffer_text(&level->text), level->text.length);
    } else {
        write_item(body, level,
                   outline >= 0 && outline < DOCX_BODY_LEVEL && body->part == DOCX_PART_BODY ? outline + 1 : 0);
    }
}

/* --- Links --- */

static void open_link(struct docx_body *body, const char *address)
{
    struct docx_level *level = body->level;

    buffer_clear(&level->link);
    flow_gap_fill(&level->gap, &level->text, '[');
    level->link_start = level->text.length;
    if (address != NULL && strncasecmp(address, "http", 4) == 0) {
        buffer_append_text(&level->link, address);
        level->text.failed |= level->link.failed;
    }
}

static void close_link(struct docx_body *body)
{
    struct docx_level *level = body->level;

    flow_close_link(&level->text, level->link_start, &level->link);
    buffer_clear(&level->link);
}

static void end_paragraph(struct docx_body *body)
{
    struct docx_level *level = body->level;

    close_link(body);
    if (level->is_joined) {
        level->is_joined = 0;
        return;
    }
    write_paragraph(body, level);
    buffer_clear(&level->text);
    flow_add_flow(level->target, &level->boxes);
    flow_clear(&level->boxes);
}

/* --- Fields --- */

/* The address of the instruction HYPERLINK "address". */
static void open_field_link(struct docx_body *body)
{
    const char *at = buffer_text(&body->instruction);
    const char *quote;
    const char *end;
    char address[2048];

    at += strspn(at, " \t");
    quote = strncasecmp(at, "HYPERLINK", 9) == 0 ? strchr(at, '"') : NULL;
    end = quote != NULL ? strchr(quote + 1, '"') : NULL;
    if (end != NULL && (size_t)(end - quote - 1) < sizeof address) {
        memcpy(address, quote + 1, (size_t)(end - quote - 1));
        address[end - quote - 1] = '\0';
        open_link(body, address);
    }
}

static void read_field(struct docx_body *body, const struct xml *xml)
{
    const char *type = xml_value(xml, "fldCharType");

    if (type == NULL) {
        return;
    }
    if (strcmp(type, "begin") == 0) {
        if (body->field_depth++ == 0) {
            buffer_clear(&body->instruction);
        }
    } else if (strcmp(type, "separate") == 0 && body->field_depth == 1) {
        open_field_link(body);
    } else if (strcmp(type, "end") == 0 && body->field_depth > 0) {
        body->field_depth--;
        if (body->field_depth == 0) {
            close_link(body);
        }
    }
}

/* --- Elements of a run --- */

/* A character of a symbol font: boxes and ticks of Wingdings, else only what lies outside of the private area. */
static void append_symbol(struct docx_body *body, const struct xml *xml)
{
    static const struct {
        uint32_t code;
        const char *text;
    } symbols[] = {{0xF0A8, "\xE2\x98\x90"}, {0xF06F, "\xE2\x98\x90"}, {0xF0FE, "\xE2\x98\x92"},
                   {0xF0FD, "\xE2\x98\x92"}, {0xF0FC, "\xE2\x9C\x93"}, {0xF0FB, "\xE2\x9C\x97"},
                   {0xF0B7, "\xE2\x80\xA2"}, {0xF0A7, "\xE2\x96\xAA"}, {0xF0E0, "\xE2\x86\x92"}};
    const char *value = xml_value(xml, "char");
    uint32_t code = value != NULL ? (uint32_t)strtoul(value, NULL, 16) : 0;
    char text[4];

    for (size_t i = 0; i < sizeof symbols / sizeof symbols[0]; i++) {
        if (symbols[i].code == code) {
            append(body, symbols[i].text, strlen(symbols[i].text));
            return;
        }
    }
    if (code >= 0x20 && code < 0xD800) {
        append(body, text, utf8_encode(code, text));
    }
}

/* The name of a note or comment as references have it: "2", "e2" or "c2". */
static int32_t name_note(char name[NOTE_NAME_BYTES], const struct xml *xml, const char *kind)
{
    const char *id = xml_value(xml, "id");

    return id != NULL && snprintf(name, NOTE_NAME_BYTES, "%s%s", kind, id) < NOTE_NAME_BYTES;
}

static void append_reference(struct docx_body *body, const struct xml *xml, const char *kind, int32_t *has_any)
{
    char name[NOTE_NAME_BYTES];

    if (!name_note(name, xml, kind)) {
        return;
    }
    if (is_hidden(body->level)) {
        body->level->text.failed |= !text_map_put(&body->hidden_notes, name, body);
        return;
    }
    *has_any = 1;
    buffer_append_format(&body->level->text, "[^%s]", name);
}

static void start_run_element(struct docx_body *body, const struct xml *xml, int32_t id)
{
    const char *type;

    switch (id) {
    case DOCX_TAB:
        if (xml_parent(xml) == DOCX_R) {
            append(body, "\t", 1);
        }
        break;
    case DOCX_BR:
        type = xml_value(xml, "type");
        append(body, "\n", type == NULL || strcmp(type, "textWrapping") == 0 ? 1 : 0);
        break;
    case DOCX_HYPHEN:
        append(body, "-", 1);
        break;
    case DOCX_SYM:
        append_symbol(body, xml);
        break;
    case DOCX_FOOTNOTE_REF:
        append_reference(body, xml, "", &body->has_footnotes);
        break;
    case DOCX_ENDNOTE_REF:
        append_reference(body, xml, "e", &body->has_endnotes);
        break;
    case DOCX_COMMENT_REF:
        append_reference(body, xml, "c", &body->has_comments);
        break;
    case DOCX_FIELD_CHAR:
        read_field(body, xml);
        break;
    default:
        docx_math_start(body, xml, id, &body->level->text);
        break;
    }
}

/* --- Hidden text --- */

static void start_run(struct docx_level *level)
{
    level->run = (struct docx_run){.is_open = 1, .own = -1};
    level->run.is_style_hidden = level->style != NULL && level->style->is_hidden > 0;
    level->run.is_hidden = level->run.is_style_hidden;
}

static void end_run(struct docx_level *level)
{
    level->run.is_open = 0;
    level->run.is_hidden = 0;
}

/* Properties of a run; those of a paragraph's mark hide no text. */
static cpk_status start_run_property(struct docx_body *body, const struct xml *xml, int32_t id, cpk_error **error)
{
    struct docx_run *run = &body->level->run;

    if (!run->is_open || xml_parent(xml) != DOCX_RPR) {
        return CPK_OK;
    }
    if (id == DOCX_VANISH) {
        run->own = xml_is_on(xml, "val", 1);
    } else {
        CPK_TRY(docx_styles_read(body->styles, error));
        run->is_style_hidden ^= docx_style_hides(body->styles, xml_value(xml, "val"));
    }
    run->is_hidden = run->own >= 0 ? run->own : run->is_style_hidden;
    return CPK_OK;
}

/* 1 for a shape or drawing that is not shown. */
static int32_t is_hidden_drawing(const struct xml *xml, int32_t id)
{
    const char *style = id == DOCX_SHAPE ? xml_value(xml, "style") : NULL;

    return id == DOCX_SHAPE ? style != NULL && strstr(style, "visibility:hidden") != NULL : xml_is_on(xml, "hidden", 0);
}

/* --- Properties of paragraphs, rows and cells --- */

static int32_t number_value(const struct xml *xml)
{
    const char *value = xml_value(xml, "val");
    long number = value != NULL ? strtol(value, NULL, 10) : -1;

    return number >= 0 && number < 1000 ? (int32_t)number : -1;
}

static cpk_status find_style(struct docx_body *body, const struct xml *xml, cpk_error **error)
{
    CPK_TRY(docx_styles_read(body->styles, error));
    body->level->style = docx_style_find(body->styles, xml_value(xml, "val"));
    return body->level->style != NULL && body->level->style->num_id != NULL ? docx_numbering_read(body->styles, error)
                                                                            : CPK_OK;
}

static cpk_status start_property(struct docx_body *body, const struct xml *xml, int32_t id, cpk_error **error)
{
    struct docx_level *level = body->level;
    const char *value;

    switch (id) {
    case DOCX_PSTYLE:
        return find_style(body, xml, error);
    case DOCX_NUMID:
        value = xml_value(xml, "val");
        buffer_clear(&level->num_id);
        buffer_append_text(&level->num_id, value != NULL ? value : "");
        level->text.failed |= level->num_id.failed;
        CPK_TRY(docx_styles_read(body->styles, error)); /* numberings may refer to styles */
        return docx_numbering_read(body->styles, error);
    case DOCX_ILVL:
        level->list_level = number_value(xml);
        break;
    case DOCX_OUTLINE:
        level->outline = number_value(xml);
        break;
    case DOCX_GRIDCOL:
        level->table.columns += level->is_table && level->table.rows == 0 && level->table.columns < 1000;
        break;
    case DOCX_SPAN:
        level->span = number_value(xml) > 1 ? number_value(xml) : 1;
        break;
    default:
        break;
    }
    return CPK_OK;
}

/* --- Tables --- */

/* A table of one column only frames its text. */
static void start_cell(struct docx_body *body)
{
    struct docx_level *level = body->level;

    if (!level->is_table) {
        return;
    }
    level->span = 1;
    level->target = level->table.columns == 1 && level->outer != NULL ? level->outer->target : &level->flow;
    clear_paragraph(body, level);
}

static void end_cell(struct docx_body *body)
{
    struct docx_level *level = body->level;

    if (!level->is_table) {
        return;
    }
    if (level->text.length > 0) {
        end_paragraph(body);
    }
    if (level->target == &level->flow) {
        level->table.row.failed = level->table.row.failed || level->flow.text.failed;
        flow_table_add_cell(&level->table, buffer_text(&level->flow.text), level->flow.text.length);
        for (int32_t i = 1; i < level->span; i++) {
            flow_table_add_cell(&level->table, "", 0);
        }
    }
    flow_clear(&level->flow);
}

static void end_row(struct docx_body *body)
{
    struct docx_level *level = body->level;

    if (!level->is_table || level->outer == NULL) {
        return;
    }
    if (level->is_row_deleted) {
        level->is_row_deleted = 0;
        level->table.cells = 0;
        buffer_clear(&level->table.row);
        return;
    }
    if (level->table.cells > 0) {
        flow_table_end_row(&level->table, level->outer->target);
    }
}

/* --- Notes --- */

static void start_note(struct docx_body *body, const struct xml *xml)
{
    const char *type = xml_value(xml, "type");
    const char *id = xml_value(xml, "id");

    buffer_clear(&body->note_label);
    if (type == NULL || strcmp(type, "normal") == 0) {
        buffer_append_format(&body->note_label, "[^%s%.12s]:", body->part == DOCX_PART_ENDNOTES ? "e" : "",
                             id != NULL ? id : "");
    }
}

static void start_comment(struct docx_body *body, const struct xml *xml)
{
    const char *id = xml_value(xml, "id");
    const char *author = xml_value(xml, "author");
    const char *date = xml_value(xml, "date");

    buffer_clear(&body->note_label);
    buffer_append_format(&body->note_label, "[^c%.12s]: Comment by %.200s%s%.10s:", id != NULL ? id : "",
                         author != NULL ? author : "", date != NULL ? ", " : "", date != NULL ? date : "");
}

static void end_note(struct docx_body *body)
{
    struct docx_level *level = body->level;

    body->out->text.failed |= body->note_label.failed || level->flow.text.failed;
    if (body->note_label.length > 0 && level->flow.text.length > 0) {
        flow_end_code(&level->flow);
        flow_add_item(body->out, 0, buffer_text(&body->note_label), buffer_text(&level->flow.text),
                      level->flow.text.length);
        if (body->out->last == FLOW_ITEM) {
            body->out->last = FLOW_PARAGRAPH;
        }
    }
    pop_level(body);
}

/* --- Alternatives --- */

static int32_t is_choice_taken(const struct docx_body *body)
{
    return body->choice_count == 0 || body->choice_count > (int32_t)(sizeof body->choices / sizeof body->choices[0]) ||
           body->written > body->choices[body->choice_count - 1];
}

static void start_alternate(struct docx_body *body)
{
    if (body->choice_count < (int32_t)(sizeof body->choices / sizeof body->choices[0])) {
        body->choices[body->choice_count] = body->written;
    }
    body->choice_count++;
}

/* --- Events --- */

/* 1 if the element and what it contains are not part of the final text. */
static int32_t is_skipped(struct docx_body *body, const struct xml *xml, int32_t id)
{
    int32_t parent = xml_parent(xml);
    char name[NOTE_NAME_BYTES];

    switch (id) {
    case DOCX_DEL:
    case DOCX_MOVED:
        if (parent == DOCX_RPR) { /* of a paragraph's mark */
            body->level->is_joined = body->level->is_joined || id == DOCX_DEL;
        } else if (parent == DOCX_TRPR) {
            body->level->is_row_deleted = 1;
        }
        return 1;
    case DOCX_CHANGE:
    case DOCX_SECTION:
    case DOCX_SDTPR:
        return 1;
    case DOCX_CHOICE:
    case DOCX_FALLBACK:
        return is_choice_taken(body) && body->choice_count > 0;
    case DOCX_NOTE:
        return name_note(name, xml, body->part == DOCX_PART_ENDNOTES ? "e" : "") &&
               text_map_get(&body->hidden_notes, name) != NULL;
    case DOCX_COMMENT:
        return name_note(name, xml, "c") && text_map_get(&body->hidden_notes, name) != NULL;
    default:
        return 0;
    }
}

static cpk_status start_block(struct docx_body *body, const struct xml *xml, int32_t id, cpk_error **error)
{
    switch (id) {
    case DOCX_P:
        clear_paragraph(body, body->level);
        return CPK_OK;
    case DOCX_TBL:
        return push_level(body, 1, error);
    case DOCX_TC:
        start_cell(body);
        return CPK_OK;
    case DOCX_BOX:
        return push_level(body, 0, error);
    case DOCX_NOTE:
        start_note(body, xml);
        return push_level(body, 0, error);
    case DOCX_COMMENT:
        start_comment(body, xml);
        return push_level(body, 0, error);
    case DOCX_ALTERNATE:
        start_alternate(body);
        return CPK_OK;
    case DOCX_HYPERLINK: {
        const struct relation *relation = relations_find(&body->relations, xml_attribute(xml, XML_R, "id"));

        open_link(body, relation != NULL && relation->is_external ? relation->target : NULL);
        return CPK_OK;
    }
    default:
        return CPK_OK;
    }
}

static int32_t is_block(int32_t id)
{
    return id == DOCX_P || id == DOCX_TBL || id == DOCX_TC || id == DOCX_TR || id == DOCX_BOX || id == DOCX_NOTE ||
           id == DOCX_COMMENT || id == DOCX_ALTERNATE || id == DOCX_HYPERLINK;
}

static int32_t is_property(int32_t id)
{
    return id == DOCX_PSTYLE || id == DOCX_NUMID || id == DOCX_ILVL || id == DOCX_OUTLINE || id == DOCX_GRIDCOL ||
           id == DOCX_SPAN;
}

static cpk_status start_element(void *self, struct xml *xml, int32_t id, cpk_error **error)
{
    struct docx_body *body = self;

    if (id == 0 || body->skip_depth > 0) {
        return CPK_OK;
    }
    if (is_skipped(body, xml, id)) {
        body->skip_depth = xml_depth(xml);
        return CPK_OK;
    }
    if ((id == DOCX_DRAWING || id == DOCX_SHAPE) && is_hidden_drawing(xml, id)) {
        body->skip_depth = xml_depth(xml) - (id == DOCX_DRAWING ? 1 : 0); /* the properties of one are in it */
        body->package->hidden++;
        body->written++;
        return CPK_OK;
    }
    if (id == DOCX_R) {
        start_run(body->level);
        return CPK_OK;
    }
    if (id == DOCX_VANISH || id == DOCX_RSTYLE) {
        return start_run_property(body, xml, id, error);
    }
    if (is_block(id)) {
        return start_block(body, xml, id, error);
    }
    if (is_property(id)) {
        return start_property(body, xml, id, error);
    }
    start_run_element(body, xml, id);
    return CPK_OK;
}

static void end_box(struct docx_body *body)
{
    struct docx_level *level = body->level;

    if (level->outer != NULL) {
        flow_end_code(&level->flow);
        flow_add_flow(&level->outer->boxes, &level->flow);
    }
    pop_level(body);
}

static void end_block(struct docx_body *body, int32_t id)
{
    switch (id) {
    case DOCX_P:
        end_paragraph(body);
        break;
    case DOCX_TC:
        end_cell(body);
        break;
    case DOCX_TR:
        end_row(body);
        break;
    case DOCX_TBL:
        pop_level(body);
        break;
    case DOCX_BOX:
        end_box(body);
        break;
    case DOCX_NOTE:
    case DOCX_COMMENT:
        end_note(body);
        break;
    case DOCX_ALTERNATE:
        body->choice_count--;
        break;
    case DOCX_HYPERLINK:
        close_link(body);
        break;
    default:
        docx_math_end(body, id, &body->level->text);
        break;
    }
}

static cpk_status end_element(void *self, struct xml *xml, int32_t id, cpk_error **error)
{
    struct docx_body *body = self;

    if (body->skip_depth > 0) {
        body->skip_depth = body->skip_depth == xml_depth(xml) ? 0 : body->skip_depth;
        return CPK_OK;
    }
    if (id == DOCX_R) {
        end_run(body->level);
    } else if (id != 0 && id != DOCX_T) {
        end_block(body, id);
        return id == DOCX_P ? package_check_text(body->package, &body->level->target->text, error) : CPK_OK;
    }
    return CPK_OK;
}

static cpk_status add_text(void *self, struct xml *xml, const char *text, size_t length, cpk_error **error)
{
    struct docx_body *body = self;
    int32_t id = xml_current(xml);

    if (body->skip_depth > 0) {
        return CPK_OK;
    }
    if (id == DOCX_T || id == DOCX_MATH_TEXT) {
        append(body, text, length);
        return package_check_text(body->package, &body->level->text, error);
    }
    if (id == DOCX_INSTRUCTION && body->field_depth == 1 && body->instruction.length < 4096) {
        buffer_append(&body->instruction, text, length);
        body->level->text.failed |= body->instruction.failed;
    }
    return CPK_OK;
}

/* --- Parts --- */

static void end_open_paragraph(struct docx_body *body)
{
    body->level->is_joined = 0;
    if (body->level->text.length > 0 || body->level->boxes.text.length > 0) {
        end_paragraph(body);
    }
}

/* Ends what a part that is not well-formed has left open. */
static void close_levels(struct docx_body *body)
{
    while (body->level->outer != NULL) {
        if (body->level->is_table) {
            end_cell(body);
            end_row(body);
            pop_level(body);
        } else {
            end_open_paragraph(body);
            end_box(body);
        }
    }
    end_open_paragraph(body);
}

static void reset(struct docx_body *body)
{
    body->skip_depth = 0;
    body->choice_count = 0;
    body->field_depth = 0;
    body->math_depth = 0;
}

cpk_status docx_body_read(struct docx_body *body, const char *part_name, enum docx_part part, cpk_error **error)
{
    static const struct xml_format format = {XML_NAMES(NAMES), start_element, end_element, add_text};
    int32_t found;

    body->part = part;
    reset(body);
    CPK_TRY(package_read_relations(body->package, part_name, &body->relations, error));
    CPK_TRY(push_level(body, 0, error));
    body->level->target = part == DOCX_PART_MARGIN ? &body->level->flow : body->out;
    body->level->flow.is_inline = part == DOCX_PART_MARGIN;
    CPK_TRY(package_read_xml(body->package, part_name, &format, body, &found, error));
    close_levels(body);
    if (part == DOCX_PART_MARGIN) {
        flow_add_flow(body->out, &body->level->flow);
    }
    pop_level(body);
    flow_end_code(body->out);
    return package_check_text(body->package, &body->out->text, error);
}
