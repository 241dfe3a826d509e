/* The formats of package.h: each writes the whole document as Markdown. */
#ifndef EXTRACT_OFFICE_FORMATS_H
#define EXTRACT_OFFICE_FORMATS_H

#include "base/number.h"
#include "extract/document/flow.h"
#include "extract/office/package.h"

cpk_status docx_read(struct package *package, struct flow *flow, cpk_error **error);
cpk_status pptx_read(struct package *package, struct flow *flow, cpk_error **error);
cpk_status xlsx_read(struct package *package, struct flow *flow, cpk_error **error);
cpk_status odf_read(struct package *package, struct flow *flow, cpk_error **error);
cpk_status epub_read(struct package *package, struct flow *flow, cpk_error **error);

/* The value of a cell as spreadsheets show it: with at most 15 digits, "4.4" for "4.4000000000000004". Returns `value`
 * if it has no more, or is not a number. */
const char *office_round_number(const char *value, char rounded[NUMBER_TEXT_BYTES]);

/* Adds a chart of a document as a table. */
cpk_status chart_read(struct package *package, const char *part, struct flow *flow, cpk_error **error);

#endif
