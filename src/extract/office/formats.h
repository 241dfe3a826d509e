/* The formats of package.h: each writes the whole document as Markdown. */
#ifndef EXTRACT_OFFICE_FORMATS_H
#define EXTRACT_OFFICE_FORMATS_H

#include "extract/document/flow.h"
#include "extract/office/package.h"

cpk_status docx_read(struct package *package, struct flow *flow, cpk_error **error);
cpk_status pptx_read(struct package *package, struct flow *flow, cpk_error **error);
cpk_status xlsx_read(struct package *package, struct flow *flow, cpk_error **error);
cpk_status odf_read(struct package *package, struct flow *flow, cpk_error **error);
cpk_status epub_read(struct package *package, struct flow *flow, cpk_error **error);

/* Adds a chart of a document as a table. */
cpk_status chart_read(struct package *package, const char *part, struct flow *flow, cpk_error **error);

#endif
