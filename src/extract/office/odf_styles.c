#include "extract/office/odf_styles.h"

#include "base/error.h"

#include <stdio.h>
#include <string.h>

#define ANCESTORS_MAX 16 /* of a style; also ends circles */
#define KEY_BYTES     256

struct odf_style {
    const char *parent; /* its key, or NULL */
    int32_t is_hidden;  /* -1: nothing said */
};

void odf_styles_init(struct odf_styles *styles, struct package *package)
{
    styles->package = package;
    styles->open = NULL;
    text_map_init(&styles->styles, &package->arena);
}

static int32_t make_key(char key[KEY_BYTES], const char *family, const char *name)
{
    return family != NULL && name != NULL && snprintf(key, KEY_BYTES, "%s/%s", family, name) < KEY_BYTES;
}

cpk_status odf_styles_start(struct odf_styles *styles, const struct xml *xml, cpk_error **error)
{
    const char *family = xml_value(xml, "family");
    char key[KEY_BYTES];
    char parent[KEY_BYTES];
    struct odf_style *style;

    styles->open = NULL;
    if (!make_key(key, family, xml_value(xml, "name"))) {
        return CPK_OK;
    }
    style = arena_allocate_zeroed(&styles->package->arena, 1, sizeof *style);
    if (style == NULL) {
        return error_out_of_memory(error);
    }
    style->is_hidden = -1;
    if (make_key(parent, family, xml_value(xml, "parent-style-name"))) {
        style->parent = arena_copy_text(&styles->package->arena, parent);
        if (style->parent == NULL) {
            return error_out_of_memory(error);
        }
    }
    styles->open = style;
    return text_map_put(&styles->styles, key, style) ? CPK_OK : error_out_of_memory(error);
}

void odf_styles_add_property(struct odf_styles *styles, const struct xml *xml)
{
    const char *display = xml_value(xml, "display"); /* of text and of tables */
    const char *visibility = xml_attribute(xml, XML_PRESENTATION, "visibility");

    if (styles->open != NULL && display != NULL) {
        styles->open->is_hidden = strcmp(display, "none") == 0 || strcmp(display, "false") == 0;
    }
    if (styles->open != NULL && visibility != NULL) {
        styles->open->is_hidden = strcmp(visibility, "hidden") == 0;
    }
}

void odf_styles_end(struct odf_styles *styles)
{
    styles->open = NULL;
}

int32_t odf_styles_hide(const struct odf_styles *styles, const char *family, const char *name)
{
    char key[KEY_BYTES];
    const struct odf_style *style = make_key(key, family, name) ? text_map_get(&styles->styles, key) : NULL;

    for (int32_t i = 0; i < ANCESTORS_MAX && style != NULL; i++) {
        if (style->is_hidden >= 0) {
            return style->is_hidden;
        }
        style = style->parent != NULL ? text_map_get(&styles->styles, style->parent) : NULL;
    }
    return 0;
}
