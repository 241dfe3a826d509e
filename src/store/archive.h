/* Converts rows to lines of JSON and back, for archives. Service and admins only.
 *
 * A line has all columns of the database's table in order. On PostgreSQL each value is the column's text form as COPY
 * writes it (times in ISO format and UTC, bytea in hex), or null. On SQLite texts are strings and integers are numbers;
 * other values are {"real":"0.1"}, {"blob":"00ff"} and {"text":"00ff"} (a text with a NUL, in hex). */
#ifndef STORE_ARCHIVE_H
#define STORE_ARCHIVE_H

#include "base/buffer.h"
#include "base/json/json.h"
#include "base/uuid.h"
#include "store/service_table.h"
#include "store/store.h"

#define ARCHIVE_TABLES 3

struct archive_table;

/* Finds a table by index (NULL past the end) or by name (NULL if it is not archived). */
const struct archive_table *archive_table_at(size_t index);
const struct archive_table *archive_table_find(const char *name);
const char *archive_table_name(const struct archive_table *table);
int32_t archive_table_is_moved(const struct archive_table *table); /* 1: rows are deleted after archiving */

/* A table and the columns of its lines. */
struct archive_shape {
    struct store *store;
    const struct archive_table *table;
    struct table_columns columns; /* all columns of the database's table */
    const char **names;           /* columns of the lines, in order; borrowed */
    size_t name_count;
    struct buffer line;   /* SQL expression for a line */
    struct buffer insert; /* SQL that inserts lines; on SQLite rewritten for lines with bytes */
};

/* Reads the table's current columns. Call archive_shape_free() afterwards, also on failure. */
cpk_status archive_shape_read(struct archive_shape *shape, struct store *store, const struct archive_table *table,
                              cpk_error **error);
/* Limits the shape to an archive's columns; the names must outlive the shape. CPK_ERROR_CONFLICT: the table no longer
 * has one of them. */
cpk_status archive_shape_limit(struct archive_shape *shape, const char *const *names, size_t count, cpk_error **error);
void archive_shape_free(struct archive_shape *shape);
/* Appends the columns as JSON: [{"name":...,"type":...},...]. */
void archive_shape_write(const struct archive_shape *shape, struct buffer *target);

/* A time span and the position in it. Start with after_us CPK_TIME_UNKNOWN. */
struct archive_span {
    int64_t from_us;
    int64_t until_us; /* exclusive */
    int64_t after_us;
    char after_id[UUID_TEXT_BYTES];
};

/* *us: time of the first row in the span, or CPK_TIME_UNKNOWN. */
cpk_status store_archive_next(struct store *store, const struct archive_table *table, const struct archive_span *span,
                              int64_t *us, cpk_error **error);
cpk_status store_archive_count(struct store *store, const struct archive_table *table, const struct archive_span *span,
                               int64_t *rows, cpk_error **error);
/* Appends up to `limit` rows as lines and advances the span past them. */
cpk_status store_archive_read(const struct archive_shape *shape, struct archive_span *span, int64_t limit,
                              struct buffer *lines, int64_t *rows, cpk_error **error);

/* Lines that are processed together. */
struct archive_batch {
    struct buffer lines; /* NUL-terminated */
    int64_t count;
};

/* Call in a transaction, after store_archive_format(). Existing rows are not changed. CPK_ERROR_INVALID_DATA: a line is
 * not a row of the table; CPK_ERROR_CONFLICT: an inserted row differs from its line. */
cpk_status store_archive_insert(struct archive_shape *shape, const struct archive_batch *batch, int64_t *inserted,
                                cpk_error **error);
/* Likewise; deletes the rows whose columns all still equal their lines. */
cpk_status store_archive_delete(const struct archive_shape *shape, const struct archive_batch *batch, int64_t *deleted,
                                cpk_error **error);
/* Sets a fixed text format of values until the end of the transaction. */
cpk_status store_archive_format(struct store *store, cpk_error **error);

/* Adds to *missing the number of users in the lines that have no profile. Appends the first few ids to `ids`; those
 * already there are not counted again. */
cpk_status store_archive_missing_users(const struct archive_shape *shape, const struct archive_batch *batch,
                                       struct buffer *ids, int64_t *missing, cpk_error **error);

#endif
