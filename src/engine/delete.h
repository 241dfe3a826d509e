/* Removing packs, sources and exports: blobs first, then rows, so that no blob is ever left without a row that names
 * it. When a process dies between the two, the row is still there: remove it again. */
#ifndef ENGINE_DELETE_H
#define ENGINE_DELETE_H

#include "engine/session.h"
#include "store/export.h"
#include "store/source.h"

cpk_status delete_pack(cpk_session *session, const char *pack_id, cpk_error **error);
cpk_status delete_source(cpk_session *session, const char *source_id, cpk_error **error);
/* After a step on the source that ended with `status`: when the source was deleted meanwhile, what the step stored is
 * removed and the status is CPK_ERROR_NOT_FOUND. */
cpk_status delete_if_gone(cpk_session *session, const cpk_source *source, cpk_status status, cpk_error **error);
cpk_status delete_export(cpk_session *session, const char *export_id, cpk_error **error);
/* The same for an export. */
cpk_status delete_export_if_gone(cpk_session *session, const cpk_export *item, cpk_status status, cpk_error **error);

#endif
