/* Formulas as a line of text: (a+b)/c, x^2, √(y). */
#include "extract/office/docx_body.h"

#include <stdio.h>
#include <string.h>

static int32_t is_group(int32_t id)
{
    return id == DOCX_MATH_NUM || id == DOCX_MATH_DEN || id == DOCX_MATH_SUP || id == DOCX_MATH_SUB ||
           id == DOCX_MATH_ROOT || id == DOCX_MATH_DEGREE || id == DOCX_MATH_BASE || id == DOCX_MATH_GROUP ||
           id == DOCX_MATH_NARY || id == DOCX_MATH_NARY_PR || id == DOCX_MATH_NAME || id == DOCX_MATH_ROW ||
           id == DOCX_MATH_MATRIX || id == DOCX_MATH_FRACTION;
}

static struct docx_math *innermost(struct docx_body *body, int32_t id)
{
    int32_t depth = body->math_depth < DOCX_MATH_DEPTH_MAX ? body->math_depth : DOCX_MATH_DEPTH_MAX;

    for (int32_t i = depth; i > 0; i--) {
        if (body->math[i - 1].id == id) {
            return &body->math[i - 1];
        }
    }
    return NULL;
}

static void set_character(char target[8], const struct xml *xml)
{
    const char *value = xml_value(xml, "val");

    snprintf(target, 8, "%s", value != NULL && strlen(value) < 8 ? value : "");
}

static void read_character(struct docx_body *body, const struct xml *xml, int32_t id)
{
    struct docx_math *group = innermost(body, id == DOCX_MATH_CHAR ? DOCX_MATH_NARY : DOCX_MATH_GROUP);

    if (group != NULL) {
        set_character(id == DOCX_MATH_END         ? group->end
                      : id == DOCX_MATH_SEPARATOR ? group->separator
                                                  : group->begin,
                      xml);
    }
}

/* What stands before the next part of the enclosing element. */
static void append_before(struct docx_body *body, int32_t id, struct buffer *text)
{
    struct docx_math *outer =
        body->math_depth > 0 && body->math_depth <= DOCX_MATH_DEPTH_MAX ? &body->math[body->math_depth - 1] : NULL;
    int32_t outer_id = outer != NULL ? outer->id : 0;

    if (id == DOCX_MATH_DEN) {
        buffer_append_byte(text, '/');
    } else if (id == DOCX_MATH_SUP) {
        buffer_append_byte(text, '^');
    } else if (id == DOCX_MATH_SUB) {
        buffer_append_byte(text, '_');
    } else if (id == DOCX_MATH_BASE && outer_id == DOCX_MATH_ROOT) {
        buffer_append_text(text, "\xE2\x88\x9A");
    } else if (id == DOCX_MATH_BASE && outer_id == DOCX_MATH_GROUP) {
        buffer_append_text(text, outer->count++ == 0 ? outer->begin : outer->separator);
    } else if (id == DOCX_MATH_BASE && outer_id == DOCX_MATH_ROW) {
        buffer_append_text(text, outer->count++ == 0 ? "" : ", ");
    } else if (id == DOCX_MATH_ROW && outer_id == DOCX_MATH_MATRIX) {
        buffer_append_text(text, outer->count++ == 0 ? "" : "; ");
    } else if (id == DOCX_MATH_BASE && outer_id == DOCX_MATH_NARY) {
        buffer_append_byte(text, ' ');
    }
}

void docx_math_start(struct docx_body *body, const struct xml *xml, int32_t id, struct buffer *text)
{
    if (id == DOCX_MATH_BEGIN || id == DOCX_MATH_END || id == DOCX_MATH_SEPARATOR || id == DOCX_MATH_CHAR) {
        read_character(body, xml, id);
        return;
    }
    if (!is_group(id)) {
        return;
    }
    append_before(body, id, text);
    if (body->math_depth < DOCX_MATH_DEPTH_MAX) {
        struct docx_math *math = &body->math[body->math_depth];

        memset(math, 0, sizeof *math);
        math->id = id;
        math->start = text->length;
        memcpy(math->begin, id == DOCX_MATH_NARY ? "\xE2\x88\xAB" : "(", id == DOCX_MATH_NARY ? 4 : 2);
        memcpy(math->end, ")", 2);
        memcpy(math->separator, "|", 2);
    }
    body->math_depth++;
}

/* 1 for what needs no brackets: one word or number, or one other character. */
static int32_t is_simple(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        unsigned char byte = (unsigned char)text[i];

        if (!((byte >= '0' && byte <= '9') || ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'z') || byte >= 0x80 ||
              byte == '.')) {
            return length == 1 || text[0] == '(';
        }
    }
    return 1;
}

static void add_brackets(struct buffer *text, size_t start)
{
    size_t length = text->length - start;

    if (text->failed || text->length < start || is_simple(text->data + start, length)) {
        return;
    }
    buffer_append_text(text, "()");
    if (!text->failed) {
        memmove(text->data + start + 1, text->data + start, length);
        text->data[start] = '(';
        text->data[text->length - 1] = ')';
    }
}

void docx_math_end(struct docx_body *body, int32_t id, struct buffer *text)
{
    const struct docx_math *math;

    if (!is_group(id) || body->math_depth == 0) {
        return;
    }
    body->math_depth--;
    if (body->math_depth >= DOCX_MATH_DEPTH_MAX) {
        return;
    }
    math = &body->math[body->math_depth];
    if (id == DOCX_MATH_NUM || id == DOCX_MATH_DEN || id == DOCX_MATH_SUP || id == DOCX_MATH_SUB) {
        add_brackets(text, math->start);
    } else if (id == DOCX_MATH_BASE && body->math_depth > 0 && body->math[body->math_depth - 1].id == DOCX_MATH_ROOT) {
        add_brackets(text, math->start);
    } else if (id == DOCX_MATH_GROUP) {
        buffer_append_text(text, math->count > 0 ? math->end : "");
    } else if (id == DOCX_MATH_NARY_PR && body->math_depth > 0) {
        buffer_append_text(text, body->math[body->math_depth - 1].begin);
    } else if (id == DOCX_MATH_NAME) {
        buffer_append_byte(text, ' ');
    }
}
