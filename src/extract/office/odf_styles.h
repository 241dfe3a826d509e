/* Which styles of an OpenDocument hide what has them. */
#ifndef EXTRACT_OFFICE_ODF_STYLES_H
#define EXTRACT_OFFICE_ODF_STYLES_H

#include "extract/office/package.h"

struct odf_style;

struct odf_styles {
    struct package *package;
    struct text_map styles; /* "family/name" */
    struct odf_style *open; /* whose properties are read */
};

void odf_styles_init(struct odf_styles *styles, struct package *package);

/* A style:style element, an element of properties in it, and its end. */
cpk_status odf_styles_start(struct odf_styles *styles, const struct xml *xml, cpk_error **error);
void odf_styles_add_property(struct odf_styles *styles, const struct xml *xml);
void odf_styles_end(struct odf_styles *styles);

/* 1 if the style, or the one it is based on, hides text, a sheet or a slide; name NULL: no style. */
int32_t odf_styles_hide(const struct odf_styles *styles, const char *family, const char *name);

#endif
