/* Code and formulas of HTML pages. */
#ifndef EXTRACT_HTML_HTML_CODE_H
#define EXTRACT_HTML_HTML_CODE_H

#include "base/buffer.h"

#include <contextpack/error.h>

#include <gumbo.h>

/* Appends a pre element as a fenced block of Markdown with its language; nothing if it is blank. */
cpk_status html_code_append(struct buffer *target, const GumboNode *pre, cpk_error **error);

/* The TeX source of a math element, or NULL if the node is none or has none. */
const char *html_formula_of(const GumboNode *node);

#endif
