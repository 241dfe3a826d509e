/* Entries of a ZIP that share bytes, as in a bomb whose directory names the same data again and again. */
#ifndef EXTRACT_ARCHIVE_ARCHIVE_OVERLAP_H
#define EXTRACT_ARCHIVE_ARCHIVE_OVERLAP_H

#include "base/memory.h"

#include <contextpack/backend/extractor.h>

/* Checks the entries of a central directory. One that can't be read here is left to the reader of the archive.
 * CPK_ERROR_INVALID_DATA if two entries overlap. */
cpk_status archive_check_overlaps(const cpk_allocator *allocator, const cpk_reader *reader, int64_t directory_offset,
                                  int64_t directory_bytes, uint64_t entry_count, cpk_error **error);

#endif
