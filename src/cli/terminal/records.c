#include "terminal/records.h"

#include "terminal/format.h"

#include <stdio.h>

#define LABEL_COLUMNS 14
#define TITLE_BYTES   24
#define TEXT_BYTES    160 /* of a cell that is made of several values */

/* A record with the values that are printed. */
struct shown {
    const struct record_type *type;
    const struct record_extra *extras;
    struct record_extra own_extras[RECORD_EXTRAS_MAX];
    struct record_value values[RECORD_FIELDS_MAX];
};

const char *records_plan_name(int32_t plan)
{
    return plan == CPK_PLAN_UNLIMITED ? "unlimited" : plan == CPK_PLAN_CREDITS ? "credits" : "unknown";
}

static void show(struct shown *shown, const struct record_type *type, const void *record,
                 const struct record_extra *extras)
{
    memset(shown, 0, sizeof *shown);
    shown->type = type;
    shown->extras = extras != NULL ? extras : shown->own_extras;
    type->read(record, shown->values);
    if (extras == NULL && type->add_extras != NULL) {
        type->add_extras(record, shown->own_extras);
    }
}

static bool is_text(enum record_form form)
{
    return form == RECORD_TEXT || form == RECORD_WORD || form == RECORD_JSON;
}

/* True for numbers that are aligned to the right. */
static bool is_amount(enum record_form form)
{
    return form == RECORD_COUNT || form == RECORD_SIZE || form == RECORD_MONEY;
}

static bool is_missing(const struct record_field *field, const struct record_value *value)
{
    switch (field->missing) {
    case RECORD_NULL:
        return is_text(field->form)
                   ? value->text == NULL
                   : value->number < 0 && (is_amount(field->form) || value->number == CPK_TIME_UNKNOWN);
    case RECORD_ZERO:
        return value->number == 0;
    case RECORD_EMPTY:
        return value->text == NULL || value->text[0] == '\0' ||
               (field->form == RECORD_JSON && (strcmp(value->text, "[]") == 0 || strcmp(value->text, "{}") == 0));
    default:
        return is_text(field->form) && value->text == NULL;
    }
}

/* --- JSON --- */

/* Writes the JSON key of a field; false if it is not part of the JSON. */
static bool find_key(const struct record_type *type, const struct record_field *field, char key[TEXT_BYTES])
{
    const size_t length = strlen(field->name) - (field->form == RECORD_WORD ? strlen("_name") : 0);

    for (size_t i = 0; type->keys[i][0] != NULL; i++) {
        if (strcmp(type->keys[i][0], field->name) == 0) {
            snprintf(key, TEXT_BYTES, "%s", type->keys[i][1] != NULL ? type->keys[i][1] : "");
            return type->keys[i][1] != NULL;
        }
    }
    snprintf(key, TEXT_BYTES, "%.*s", (int)length, field->name);
    return true;
}

static void field_json(struct json_out *json, const char *key, const struct record_field *field,
                       const struct record_value *value)
{
    switch (field->form) {
    case RECORD_TEXT:
    case RECORD_WORD:
        json_out_text(json, key, value->text);
        break;
    case RECORD_JSON:
        json_out_raw(json, key, value->text);
        break;
    case RECORD_TIME:
        json_out_time(json, key, value->number);
        break;
    case RECORD_FLAG:
        json_out_bool(json, key, value->number != 0);
        break;
    case RECORD_PLAN:
        json_out_text(json, key, records_plan_name((int32_t)value->number));
        break;
    default:
        if (field->missing == RECORD_NULL && value->number < 0) {
            json_out_null(json, key);
        } else {
            json_out_number(json, key, value->number);
        }
        break;
    }
}

void records_json_members(struct json_out *json, const struct record_type *type, const void *record)
{
    struct shown shown;
    char key[TEXT_BYTES];

    show(&shown, type, record, NULL);
    for (size_t i = 0; type->fields[i].name != NULL; i++) {
        if (find_key(type, &type->fields[i], key)) {
            field_json(json, key, &type->fields[i], &shown.values[i]);
        }
    }
    if (type->add_members != NULL) {
        type->add_members(record, json);
    }
}

void records_json(struct json_out *json, const char *key, const struct record_type *type, const void *record)
{
    json_out_begin(json, key, '{');
    records_json_members(json, type, record);
    json_out_end(json, '}');
}

void records_error_json(struct json_out *json, const char *key, const cpk_error *error)
{
    if (error == NULL) {
        json_out_null(json, key);
        return;
    }
    json_out_begin(json, key, '{');
    json_out_text(json, "code", cpk_status_name(cpk_error_code(error)));
    json_out_text(json, "domain", cpk_error_domain(error));
    json_out_text(json, "message", cpk_error_message(error));
    json_out_text(json, "native", cpk_error_native(error));
    json_out_bool(json, "retryable", cpk_error_retryable(error) != 0);
    json_out_end(json, '}');
}

/* --- lines and columns --- */

void records_line(struct output *out, const char *label, const char *text)
{
    output_style(out, STYLE_DIM);
    output_string(out, label);
    output_style(out, STYLE_PLAIN);
    for (size_t width = format_width(label); width < LABEL_COLUMNS; width++) {
        output_write(out, " ", 1);
    }
    output_foreign(out, text != NULL ? text : "-");
    output_string(out, "\n");
}

static const char *field_text(const struct record_field *field, const struct record_value *value,
                              char text[FORMAT_TIME_BYTES])
{
    if (is_missing(field, value)) {
        return NULL;
    }
    switch (field->form) {
    case RECORD_COUNT:
        return format_count(text, value->number);
    case RECORD_SIZE:
        return format_size(text, value->number);
    case RECORD_MONEY:
        return format_dollars(text, value->number);
    case RECORD_TIME:
        return format_time_local(text, value->number);
    case RECORD_FLAG:
        return value->number != 0 ? "yes" : "no";
    case RECORD_PLAN:
        return records_plan_name((int32_t)value->number);
    default:
        return value->text;
    }
}

static const struct record_field *find_field(const struct record_type *type, const char *name, size_t length)
{
    for (size_t i = 0; type->fields[i].name != NULL; i++) {
        if (strncmp(type->fields[i].name, name, length) == 0 && type->fields[i].name[length] == '\0') {
            return &type->fields[i];
        }
    }
    return NULL;
}

/* The text of a name in braces; NULL if it has no value. */
static const char *named_text(const struct shown *shown, const char *name, size_t length, char text[FORMAT_TIME_BYTES])
{
    const struct record_field *field = find_field(shown->type, name, length);

    for (const struct record_extra *extra = shown->extras; extra->key != NULL; extra++) {
        if (strncmp(extra->key, name, length) == 0 && extra->key[length] == '\0') {
            return extra->text;
        }
    }
    return field != NULL ? field_text(field, &shown->values[field - shown->type->fields], text) : NULL;
}

/* A column or a line, parsed from a text of struct record_type. */
struct cell {
    char title[TITLE_BYTES];
    const char *content;
    size_t length;
    bool is_optional;
};

/* Parses the cell at *at and advances *at; false after the last cell. */
static bool next_cell(const char **at, struct cell *cell)
{
    const bool is_optional = **at == '?';
    const char *title = *at + is_optional;
    const size_t title_length = strcspn(title, "{") - 1; /* a space is between */

    if (**at == '\0') {
        return false;
    }
    snprintf(cell->title, sizeof cell->title, "%.*s", (int)title_length, title);
    cell->content = title + title_length + 1;
    cell->length = strcspn(cell->content, "|");
    cell->is_optional = is_optional;
    *at = cell->content + cell->length;
    *at += **at == '|';
    return true;
}

/* The text of a cell: a value of the record, or composed in `text`; NULL if a field has no value. */
static const char *cell_text(const struct shown *shown, const struct cell *cell, char text[TEXT_BYTES])
{
    const char *end = cell->content + cell->length;
    size_t length = 0;
    char value[FORMAT_TIME_BYTES];

    text[0] = '\0';
    for (const char *at = cell->content; at < end; at++) {
        const char *found = at;
        size_t found_length = 1;

        if (*at == '{') {
            const char *name = at + 1;
            const size_t name_length = strcspn(name, ":}");

            at = name + strcspn(name, "}");
            found = named_text(shown, name, name_length, value);
            if (found == NULL && name[name_length] == '}') {
                return NULL;
            }
            if (found != NULL && found != value && cell->content[0] == '{' && at + 1 == end && length == 0) {
                return found;
            }
            found_length = found != NULL ? strlen(found) : (size_t)(at - name) - name_length - 1;
            found = found != NULL ? found : name + name_length + 1;
        }
        length += (size_t)snprintf(text + length, TEXT_BYTES - length, "%.*s", (int)found_length, found);
        length = length < TEXT_BYTES ? length : TEXT_BYTES - 1;
    }
    return text;
}

void records_lines(struct output *out, const struct record_type *type, const void *record,
                   const struct record_extra *extras)
{
    const char *at = type->lines;
    struct shown shown;
    struct cell cell;
    char text[TEXT_BYTES];

    show(&shown, type, record, extras);
    while (next_cell(&at, &cell)) {
        const char *found = cell_text(&shown, &cell, text);

        if (found != NULL || !cell.is_optional) {
            records_line(out, cell.title, found);
        }
    }
}

static bool is_on_right(const struct record_type *type, const struct cell *cell)
{
    const struct record_field *field = find_field(type, cell->content + 1, strcspn(cell->content + 1, ":}"));

    return field == NULL || is_amount(field->form);
}

void records_begin_columns(struct columns *columns, const struct record_type *type)
{
    char alignments[COLUMNS_MAX + 1] = "";
    const char *at = type->columns;
    struct cell cell;

    for (size_t i = 0; next_cell(&at, &cell); i++) {
        alignments[i] = is_on_right(type, &cell) ? 'r' : 'l';
    }
    columns_init(columns, alignments);
    at = type->columns;
    while (next_cell(&at, &cell)) {
        columns_add(columns, cell.title);
    }
}

void records_add_row(struct columns *columns, const struct record_type *type, const void *record)
{
    const char *at = type->columns;
    struct shown shown;
    struct cell cell;
    char text[TEXT_BYTES];

    show(&shown, type, record, NULL);
    while (next_cell(&at, &cell)) {
        const char *found = cell_text(&shown, &cell, text);

        columns_add(columns, found != NULL ? found : "-");
    }
}
