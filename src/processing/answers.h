/* Reads and merges the analyzer's answers for chunks. */
#ifndef PROCESSING_ANSWERS_H
#define PROCESSING_ANSWERS_H

#include "analyze/profile/finding_merge.h"
#include "engine/engine.h"
#include "engine/op_context.h"
#include "store/chunk.h"
#include "text/secrets/secrets.h"

/* Adds the answers of all chunks (store_chunk) that have one, with secrets removed. `answer` is a buffer reused
 * for each. Adds the removed secrets to *counts. */
cpk_status answers_merge(const struct op_context *op, const struct record_list *chunks, struct finding_merge *merge,
                         struct buffer *answer, struct secret_counts *counts, cpk_error **error);

#endif
