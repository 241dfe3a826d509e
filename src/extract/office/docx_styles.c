#include "extract/office/docx_styles.h"

#include "base/error.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define ANCESTORS_MAX 16 /* of a style; also ends circles */
#define COUNTER_MAX   1000000
#define HIDDEN_DEPTH  4 /* styles, style, rPr, vanish */

enum { STYLE = 1, STYLE_NAME, BASED_ON, OUTLINE, NUM_ID, LIST_LEVEL, PARAGRAPH_PROPERTIES, OLD_PROPERTIES, HIDDEN };
enum { ABSTRACT = 1, LEVEL, START, FORMAT, LEVEL_TEXT, STYLE_LINK, NUM, ABSTRACT_ID, OVERRIDE, START_OVERRIDE };

static const struct xml_name STYLE_NAMES[] = {
    {"basedOn", XML_W, BASED_ON},
    {"ilvl", XML_W, LIST_LEVEL},
    {"name", XML_W, STYLE_NAME},
    {"numId", XML_W, NUM_ID},
    {"outlineLvl", XML_W, OUTLINE},
    {"pPr", XML_W, PARAGRAPH_PROPERTIES},
    {"pPrChange", XML_W, OLD_PROPERTIES},
    {"style", XML_W, STYLE},
    {"vanish", XML_W, HIDDEN},
};

static const struct xml_name NUMBERING_NAMES[] = {
    {"abstractNum", XML_W, ABSTRACT},
    {"abstractNumId", XML_W, ABSTRACT_ID},
    {"lvl", XML_W, LEVEL},
    {"lvlOverride", XML_W, OVERRIDE},
    {"lvlText", XML_W, LEVEL_TEXT},
    {"num", XML_W, NUM},
    {"numFmt", XML_W, FORMAT},
    {"numStyleLink", XML_W, STYLE_LINK},
    {"start", XML_W, START},
    {"startOverride", XML_W, START_OVERRIDE},
};

struct styles_reader {
    struct docx_styles *styles;
    struct package *package;
    struct docx_style *style;
    struct docx_numbering *numbering;
    struct docx_list *list;
    int32_t level; /* whose properties are read, or -1 */
};

static int32_t number_of(const struct xml *xml)
{
    const char *value = xml_value(xml, "val");
    long number = value != NULL ? strtol(value, NULL, 10) : 0;

    return number < -1 ? -1 : number > COUNTER_MAX ? COUNTER_MAX : (int32_t)number;
}

static const char *copy_value(const struct styles_reader *reader, const struct xml *xml, int32_t *is_complete)
{
    const char *value = xml_value(xml, "val");
    const char *copy = arena_copy_text(&reader->package->arena, value != NULL ? value : "");

    *is_complete = *is_complete && copy != NULL;
    return copy;
}

/* --- Styles --- */

static void read_style_name(struct docx_style *style, const char *name)
{
    if (name == NULL) {
        return;
    }
    if (strncasecmp(name, "heading ", 8) == 0 && name[8] >= '1' && name[8] <= '9' && style->outline < 0) {
        style->outline = name[8] - '1';
    }
    style->is_title = strcasecmp(name, "title") == 0;
    style->is_code = strcasecmp(name, "html preformatted") == 0 || strcasecmp(name, "code") == 0 ||
                     strcasecmp(name, "source code") == 0 || strcasecmp(name, "code block") == 0 ||
                     strcasecmp(name, "preformatted text") == 0 || strcasecmp(name, "plain text code") == 0;
}

static cpk_status begin_style(struct styles_reader *reader, const struct xml *xml, cpk_error **error)
{
    const char *id = xml_value(xml, "styleId");
    const char *type = xml_value(xml, "type");
    const char *usual = xml_value(xml, "default");
    struct docx_style *style = arena_allocate_zeroed(&reader->package->arena, 1, sizeof *style);

    if (style == NULL) {
        return error_out_of_memory(error);
    }
    style->outline = -1;
    style->list_level = -1;
    style->is_hidden = -1;
    reader->style = style;
    style->id = arena_copy_text(&reader->package->arena, id != NULL ? id : "");
    if (style->id == NULL || !text_map_put(&reader->styles->styles, style->id, style)) {
        return error_out_of_memory(error);
    }
    if (usual != NULL && (strcmp(usual, "1") == 0 || strcmp(usual, "true") == 0) && type != NULL &&
        strcmp(type, "paragraph") == 0) {
        reader->styles->usual = style;
    }
    return CPK_OK;
}

static cpk_status read_style(void *self, struct xml *xml, int32_t id, cpk_error **error)
{
    struct styles_reader *reader = self;
    struct docx_style *style = reader->style;
    int32_t is_complete = 1;

    if (id == STYLE) {
        return begin_style(reader, xml, error);
    }
    if (id == 0 || style == NULL || xml_depth(xml) > 5) { /* deeper ones are former properties */
        return CPK_OK;
    }
    switch (id) {
    case STYLE_NAME:
        read_style_name(style, xml_value(xml, "val"));
        break;
    case BASED_ON:
        style->based_on = copy_value(reader, xml, &is_complete);
        break;
    case OUTLINE:
        style->outline = number_of(xml);
        break;
    case NUM_ID:
        style->num_id = copy_value(reader, xml, &is_complete);
        break;
    case LIST_LEVEL:
        style->list_level = number_of(xml);
        break;
    case HIDDEN:
        if (xml_depth(xml) == HIDDEN_DEPTH) { /* deeper ones are of a mark or of parts of tables */
            style->is_hidden = xml_is_on(xml, "val", 1);
        }
        break;
    default:
        break;
    }
    return is_complete ? CPK_OK : error_out_of_memory(error);
}

static cpk_status end_style(void *self, struct xml *xml, int32_t id, cpk_error **error)
{
    struct styles_reader *reader = self;

    (void)xml;
    (void)error;
    if (id == STYLE) {
        reader->style = NULL;
    }
    return CPK_OK;
}

static void resolve(const struct docx_styles *styles, struct docx_style *style)
{
    const struct docx_style *ancestor = style;

    style->is_resolved = 1;
    for (int32_t i = 0; i < ANCESTORS_MAX && ancestor->based_on != NULL; i++) {
        ancestor = text_map_get(&styles->styles, ancestor->based_on);
        if (ancestor == NULL) {
            return;
        }
        style->outline = style->outline < 0 ? ancestor->outline : style->outline;
        style->is_code = style->is_code || ancestor->is_code;
        style->is_hidden = style->is_hidden < 0 ? ancestor->is_hidden : style->is_hidden;
        style->num_id = style->num_id == NULL ? ancestor->num_id : style->num_id;
        style->list_level = style->list_level < 0 ? ancestor->list_level : style->list_level;
    }
}

const struct docx_style *docx_style_find(const struct docx_styles *styles, const char *id)
{
    struct docx_style *style = id != NULL ? text_map_get(&styles->styles, id) : NULL;

    if (style == NULL) {
        return styles->usual;
    }
    if (!style->is_resolved) {
        resolve(styles, style);
    }
    return style;
}

int32_t docx_style_hides(const struct docx_styles *styles, const char *id)
{
    const struct docx_style *style =
        id != NULL && text_map_get(&styles->styles, id) != NULL ? docx_style_find(styles, id) : NULL;

    return style != NULL && style->is_hidden > 0;
}

/* --- Numberings --- */

static struct docx_list_level *level_of(struct styles_reader *reader)
{
    return reader->numbering != NULL && reader->level >= 0 ? &reader->numbering->levels[reader->level] : NULL;
}

static void begin_level(struct styles_reader *reader, const struct xml *xml)
{
    const char *value = xml_value(xml, "ilvl");
    long level = value != NULL ? strtol(value, NULL, 10) : -1;

    reader->level = level >= 0 && level < DOCX_LIST_LEVELS ? (int32_t)level : -1;
}

static cpk_status begin_numbering(struct styles_reader *reader, const struct xml *xml, int32_t id, cpk_error **error)
{
    struct arena *arena = &reader->package->arena;
    const char *key = xml_value(xml, id == ABSTRACT ? "abstractNumId" : "numId");
    void *value;

    reader->numbering = NULL;
    reader->list = NULL;
    if (id == ABSTRACT) {
        value = reader->numbering = arena_allocate_zeroed(arena, 1, sizeof *reader->numbering);
    } else {
        value = reader->list = arena_allocate_zeroed(arena, 1, sizeof *reader->list);
    }
    if (value == NULL || !text_map_put(id == ABSTRACT ? &reader->styles->numberings : &reader->styles->lists,
                                       key != NULL ? key : "", value)) {
        return error_out_of_memory(error);
    }
    for (int32_t i = 0; i < DOCX_LIST_LEVELS; i++) {
        if (reader->list != NULL) {
            reader->list->start[i] = -1;
        } else {
            reader->numbering->levels[i].start = 1;
        }
    }
    return CPK_OK;
}

static cpk_status read_list(struct styles_reader *reader, const struct xml *xml, int32_t id)
{
    if (reader->list == NULL) {
        return CPK_OK;
    }
    if (id == ABSTRACT_ID) {
        const char *value = xml_value(xml, "val");

        reader->list->numbering = value != NULL ? text_map_get(&reader->styles->numberings, value) : NULL;
    } else if (id == OVERRIDE) {
        begin_level(reader, xml);
    } else if (id == START_OVERRIDE && reader->level >= 0) {
        reader->list->start[reader->level] = number_of(xml);
    }
    return CPK_OK;
}

static cpk_status read_numbering(void *self, struct xml *xml, int32_t id, cpk_error **error)
{
    struct styles_reader *reader = self;
    struct docx_list_level *level = level_of(reader);
    int32_t is_complete = 1;

    if (id == ABSTRACT || id == NUM) {
        return begin_numbering(reader, xml, id, error);
    }
    if (id == LEVEL) {
        begin_level(reader, xml);
    } else if (id == STYLE_LINK && reader->numbering != NULL) {
        reader->numbering->style_link = copy_value(reader, xml, &is_complete);
    } else if (id == START && level != NULL) {
        level->start = number_of(xml);
    } else if (id == FORMAT && level != NULL) {
        level->format = copy_value(reader, xml, &is_complete);
    } else if (id == LEVEL_TEXT && level != NULL) {
        level->text = copy_value(reader, xml, &is_complete);
    } else {
        return read_list(reader, xml, id);
    }
    return is_complete ? CPK_OK : error_out_of_memory(error);
}

void docx_styles_init(struct docx_styles *styles, struct package *package, const struct relations *relations)
{
    const struct relation *style_relation = relations_find_type(relations, "styles");
    const struct relation *numbering_relation = relations_find_type(relations, "numbering");

    memset(styles, 0, sizeof *styles);
    styles->package = package;
    styles->styles_part = style_relation != NULL ? style_relation->target : NULL;
    styles->numbering_part = numbering_relation != NULL ? numbering_relation->target : NULL;
    text_map_init(&styles->styles, &package->arena);
    text_map_init(&styles->numberings, &package->arena);
    text_map_init(&styles->lists, &package->arena);
}

static cpk_status read_part(struct docx_styles *styles, const char **part, const struct xml_format *format,
                            cpk_error **error)
{
    struct styles_reader reader = {.styles = styles, .package = styles->package, .level = -1};
    const char *name = *part;
    int32_t found;

    *part = NULL;
    return name != NULL ? package_read_xml(styles->package, name, format, &reader, &found, error) : CPK_OK;
}

cpk_status docx_styles_read(struct docx_styles *styles, cpk_error **error)
{
    static const struct xml_format format = {XML_NAMES(STYLE_NAMES), read_style, end_style, NULL};

    return read_part(styles, &styles->styles_part, &format, error);
}

cpk_status docx_numbering_read(struct docx_styles *styles, cpk_error **error)
{
    static const struct xml_format format = {XML_NAMES(NUMBERING_NAMES), read_numbering, NULL, NULL};

    return read_part(styles, &styles->numbering_part, &format, error);
}

/* --- Labels --- */

static void format_roman(int32_t number, char *text, size_t size)
{
    static const struct {
        int32_t value;
        const char *digits;
    } romans[] = {{1000, "m"}, {900, "cm"}, {500, "d"}, {400, "cd"}, {100, "c"}, {90, "xc"}, {50, "l"},
                  {40, "xl"},  {10, "x"},   {9, "ix"},  {5, "v"},    {4, "iv"},  {1, "i"}};
    size_t length = 0;

    text[0] = '\0';
    for (size_t i = 0; i < sizeof romans / sizeof romans[0] && number < 4000; i++) {
        for (; number >= romans[i].value && length + 3 < size; number -= romans[i].value) {
            length += (size_t)snprintf(text + length, size - length, "%s", romans[i].digits);
        }
    }
}

static void to_upper(char *text)
{
    for (; *text != '\0'; text++) {
        *text = *text >= 'a' && *text <= 'z' ? (char)(*text - 'a' + 'A') : *text;
    }
}

/* A counter in the format of its level: 3, c, iii. */
static void format_counter(const char *format, int32_t number, char *text, size_t size)
{
    int32_t is_letter = format != NULL && strstr(format, "Letter") != NULL;
    int32_t is_roman = format != NULL && strstr(format, "Roman") != NULL;

    if (is_letter && number > 0 && number <= 26 * 8) {
        size_t count = (size_t)(number - 1) / 26 + 1; /* 27 is aa */

        memset(text, 'a' + (number - 1) % 26, count);
        text[count] = '\0';
    } else if (is_roman && number > 0 && number < 4000) {
        format_roman(number, text, size);
    } else {
        snprintf(text, size, format != NULL && strcmp(format, "decimalZero") == 0 ? "%02d" : "%d", (int)number);
    }
    if (format != NULL && strncmp(format, "upper", 5) == 0) {
        to_upper(text);
    }
}

static struct docx_numbering *follow(const struct docx_styles *styles, struct docx_numbering *numbering)
{
    for (int32_t i = 0; i < 4 && numbering != NULL && numbering->style_link != NULL; i++) {
        const struct docx_style *style = docx_style_find(styles, numbering->style_link);
        const struct docx_list *list =
            style != NULL && style->num_id != NULL ? text_map_get(&styles->lists, style->num_id) : NULL;

        if (list == NULL || list->numbering == NULL || list->numbering == numbering) {
            return numbering;
        }
        numbering = list->numbering;
    }
    return numbering;
}

static void count_item(struct docx_numbering *numbering, struct docx_list *list, int32_t level)
{
    if (!list->is_begun) {
        list->is_begun = 1;
        for (int32_t i = 0; i < DOCX_LIST_LEVELS; i++) {
            if (list->start[i] >= 0) {
                numbering->is_counted[i] = 0;
            }
        }
    }
    for (int32_t i = 0; i <= level; i++) {
        int32_t start = list->start[i] >= 0 ? list->start[i] : numbering->levels[i].start;

        if (!numbering->is_counted[i]) {
            numbering->counters[i] = start;
            numbering->is_counted[i] = 1;
        } else if (i == level && numbering->counters[i] < COUNTER_MAX) {
            numbering->counters[i]++;
        }
    }
    for (int32_t i = level + 1; i < DOCX_LIST_LEVELS; i++) {
        numbering->is_counted[i] = 0;
    }
}

static void write_label(const struct docx_numbering *numbering, int32_t level, char label[DOCX_LABEL_BYTES])
{
    const char *at = numbering->levels[level].text;
    size_t length = 0;

    while (at != NULL && *at != '\0' && length + 24 < DOCX_LABEL_BYTES) {
        if (*at == '%' && at[1] >= '1' && at[1] <= '9') {
            int32_t other = at[1] - '1';

            format_counter(numbering->levels[other].format, numbering->counters[other], label + length,
                           DOCX_LABEL_BYTES - length);
            length += strlen(label + length);
            at += 2;
        } else {
            label[length++] = *at++;
        }
    }
    label[length] = '\0';
    while (length > 0 && label[length - 1] == ' ') {
        label[--length] = '\0';
    }
}

int32_t docx_list_next(const struct docx_styles *styles, const char *num_id, int32_t level,
                       char label[DOCX_LABEL_BYTES])
{
    struct docx_list *list = num_id != NULL ? text_map_get(&styles->lists, num_id) : NULL;
    struct docx_numbering *numbering = list != NULL ? follow(styles, list->numbering) : NULL;
    const char *format;

    if (numbering == NULL || level < 0 || level >= DOCX_LIST_LEVELS) {
        return 0;
    }
    count_item(numbering, list, level);
    format = numbering->levels[level].format;
    label[0] = '\0';
    if (format != NULL && strcmp(format, "bullet") != 0 && strcmp(format, "none") != 0) {
        write_label(numbering, level, label);
    }
    if (label[0] == '\0') {
        memcpy(label, "-", 2);
    }
    return 1;
}
