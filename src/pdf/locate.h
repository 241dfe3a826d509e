/* Where the helper program and PDFium are installed. */
#ifndef PDF_LOCATE_H
#define PDF_LOCATE_H

#include "base/context.h"

#include <limits.h>

#define LOCATE_LIBRARIES_MAX 8

struct pdf_location {
    char program[PATH_MAX];
    char paths[LOCATE_LIBRARIES_MAX][PATH_MAX];
    const char *libraries[LOCATE_LIBRARIES_MAX + 1]; /* candidates, best first, then NULL */
};

/* CPK_ERROR_UNSUPPORTED if the program is not found; the candidates are tried by the program. */
cpk_status pdf_locate(const struct context *context, struct pdf_location *location, cpk_error **error);

#endif
