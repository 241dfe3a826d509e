/* Removing packs, sources and exports: rows first, then blobs. A blob that stays behind when a process dies between
 * the two belongs to no row any more; the health check names it. */
#ifndef PIPELINE_REMOVAL_H
#define PIPELINE_REMOVAL_H

#include "pipeline/session.h"

cpk_status removal_pack(cpk_session *session, const char *pack_id, cpk_error **error);
cpk_status removal_source(cpk_session *session, const char *source_id, cpk_error **error);
cpk_status removal_export(cpk_session *session, const char *export_id, cpk_error **error);

#endif
