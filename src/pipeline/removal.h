/* Removing packs, sources and exports: blobs first, then rows, so that no blob is ever left without a row that names
 * it. When a process dies between the two, the row is still there: remove it again. */
#ifndef PIPELINE_REMOVAL_H
#define PIPELINE_REMOVAL_H

#include "pipeline/session.h"

cpk_status removal_pack(cpk_session *session, const char *pack_id, cpk_error **error);
cpk_status removal_source(cpk_session *session, const char *source_id, cpk_error **error);
cpk_status removal_export(cpk_session *session, const char *export_id, cpk_error **error);

#endif
