/* An SQLite database of unknown origin, opened read-only from a reader. Its schema is not trusted: only named ordinary
 * tables are read, functions of the schema are off, and the host can stop a statement that runs too long. */
#ifndef EXTRACT_CURSOR_CURSOR_FILE_H
#define EXTRACT_CURSOR_CURSOR_FILE_H

#include "base/context.h"

#include <contextpack/backend/extractor.h>

#include <sqlite3.h>

struct cursor_file {
    const struct context *context;
    const cpk_reader *reader;
    const cpk_sink *sink;
    struct sqlite3_vfs vfs;
    char vfs_name[48];
    char *bytes; /* the whole file, if the reader can't seek; else NULL */
    size_t size_bytes;
    size_t capacity;
    sqlite3 *database;
    cpk_status status; /* of the sink or the reader; CPK_OK: a failure is one of SQLite */
    cpk_error **error;
};

/* Opens the file; `error` also takes later failures. CPK_ERROR_LIMIT_EXCEEDED names import.max_conversation_bytes for a
 * file that can't seek. Close it in any case. */
cpk_status cursor_file_open(struct cursor_file *file, const struct context *context, const cpk_reader *reader,
                            const cpk_sink *sink, cpk_error **error);
void cursor_file_close(struct cursor_file *file);

/* *found is 1 if there is an ordinary table of that name. */
cpk_status cursor_file_has_table(struct cursor_file *file, const char *table, int32_t *found);

/* Prepares a query with one or two text parameters; `second` may be NULL. */
cpk_status cursor_file_query(struct cursor_file *file, const char *sql, const char *first, const char *second,
                             sqlite3_stmt **statement);

/* *row is 1 with a row, 0 at the end. */
cpk_status cursor_file_step(struct cursor_file *file, sqlite3_stmt *statement, int32_t *row);

#endif
