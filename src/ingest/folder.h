/* An unpacked archive: a folder is read as the ZIP of its files, so that both give the same. */
#ifndef INGEST_FOLDER_H
#define INGEST_FOLDER_H

#include "engine/op_context.h"

/* Writes the folder's files to an unnamed temporary file as a ZIP without compression. The same files give the same
 * bytes: their order is that of their names, and times are left out. Files that no format reads, such as pictures, are
 * entries without content; documents of packs are left out, with a note. Links, and what can't be read, are
 * entries with the Unix mode of their type, which are told when the archive is read. The caller closes the descriptor.
 * CPK_ERROR_LIMIT_EXCEEDED beyond import.max_file_bytes. */
cpk_status folder_pack(const struct op_context *op, const char *path, const char *name, int *descriptor,
                       int64_t *size_bytes, cpk_error **error);

#endif
