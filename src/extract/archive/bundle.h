/* Reads the entries of an archive, in the order of the plan; their formats are detected by content. */
#ifndef EXTRACT_ARCHIVE_BUNDLE_H
#define EXTRACT_ARCHIVE_BUNDLE_H

#include "extract/import_run.h"

/* Reads an archive: calls run->read_file() with depth + 1 for each entry that may contain conversations. */
cpk_status bundle_read(struct import_run *run, const cpk_reader *reader, int32_t depth, cpk_error **error);

#endif
