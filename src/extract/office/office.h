/* Documents that are ZIP archives, as Markdown. */
#ifndef EXTRACT_OFFICE_OFFICE_H
#define EXTRACT_OFFICE_OFFICE_H

#include "extract/archive/archive.h"

enum office_kind { OFFICE_NONE, OFFICE_DOCX, OFFICE_PPTX, OFFICE_XLSX, OFFICE_ODF, OFFICE_EPUB };

/* What kind of document an archive is, by the names of its entries. */
enum office_kind office_kind_of(const struct archive *archive);

/* Reads the document whose entries `archive` has: the format's name is that of the kind ("docx").
 * CPK_ERROR_ENCRYPTED, CPK_ERROR_LIMIT_EXCEEDED (names the setting), CPK_ERROR_INVALID_DATA */
cpk_status office_read(const struct context *context, struct archive *archive, enum office_kind kind, const char *name,
                       const cpk_sink *sink, cpk_error **error);
const char *office_kind_name(enum office_kind kind);

#endif
