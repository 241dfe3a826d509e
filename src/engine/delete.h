/* Deletes packs, sources and exports: blobs first, then rows, so that every blob is named by a row. If the
 * process dies between the two, the row remains and the deletion can be repeated. */
#ifndef ENGINE_DELETE_H
#define ENGINE_DELETE_H

#include "engine/session.h"
#include "store/export.h"
#include "store/source.h"

cpk_status delete_pack(cpk_session *session, const char *pack_id, cpk_error **error);
cpk_status delete_source(cpk_session *session, const char *source_id, cpk_error **error);
/* Call after a step on the source that returned `status`. If the source was deleted meanwhile, removes what the
 * step stored and returns CPK_ERROR_NOT_FOUND. Otherwise *latest is the source as it is now; it may be NULL. */
cpk_status delete_if_gone(cpk_session *session, const cpk_source *source, cpk_status status, cpk_source **latest,
                          cpk_error **error);
cpk_status delete_export(cpk_session *session, const char *export_id, cpk_error **error);
/* The same for an export. */
cpk_status delete_export_if_gone(cpk_session *session, const cpk_export *item, cpk_status status, cpk_error **error);

#endif
