/* Reads the results of a source completed by another service: a blob, or a folder of blobs, at
 * r2_analyzed_path. */
#ifndef PROCESSING_OTHER_ANSWERS_H
#define PROCESSING_OTHER_ANSWERS_H

#include "analyze/profile/finding_merge.h"
#include "engine/op_context.h"
#include "engine/session.h"
#include "store/source.h"
#include "text/secrets/secrets.h"

/* Merges them: findings in this library's format directly, any other text as notes. CPK_ERROR_NO_CONTENT, with
 * advice, if there are none: a document never omits a source silently. */
cpk_status other_answers_merge(cpk_session *session, const cpk_source *source, struct finding_merge *merge,
                               struct secret_counts *withheld, const struct op_context *op, cpk_error **error);

#endif
