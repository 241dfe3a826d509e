/* Creates a pack's documents: once per content, stored as blobs and listed in pack_exports. */
#ifndef PROCESSING_DOCUMENTS_H
#define PROCESSING_DOCUMENTS_H

#include "engine/op_context.h"
#include "engine/session.h"
#include "store/export.h"

/* type is DOCUMENT_*, type_name its name in the schema. *made is 0 if an existing document is up to date and
 * returned. */
cpk_status documents_make(const struct op_context *op, const char *pack_id, int32_t type, int32_t *made,
                          cpk_export **result, cpk_error **error);

#endif
