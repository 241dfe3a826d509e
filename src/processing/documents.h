/* Documents of a pack: made once for what is there, kept in storage, told in pack_exports. */
#ifndef PROCESSING_DOCUMENTS_H
#define PROCESSING_DOCUMENTS_H

#include "engine/op_context.h"
#include "engine/session.h"
#include "store/export.h"

/* type: DOCUMENT_*, named type_name in the schema. *made 0: nothing changed since the one that is given. */
cpk_status documents_make(cpk_session *session, const char *pack_id, int32_t type, const char *type_name,
                          const struct op_context *op, int32_t *made, cpk_export **result, cpk_error **error);

#endif
