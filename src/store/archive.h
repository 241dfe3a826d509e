/* Rows as lines of JSON, and back: what archives are made of. Service and admins only.
 *
 * A line has every column of the database's table, in its order. On PostgreSQL each value is the text that the column's
 * type prints (times in ISO with UTC, bytea in hex), or null: what COPY would write. On SQLite texts are strings,
 * integers numbers, and {"real":"0.1"}, {"blob":"00ff"} and {"text":"00ff"} (bytes in hex, of a text with a NUL) the
 * others. */
#ifndef STORE_ARCHIVE_H
#define STORE_ARCHIVE_H

#include "base/buffer.h"
#include "base/json/json.h"
#include "base/uuid.h"
#include "store/service_table.h"
#include "store/store.h"

#define ARCHIVE_TABLES 3

struct archive_table;

/* By number, from 0; NULL past the end. By name; NULL for another one. */
const struct archive_table *archive_table_at(size_t index);
const struct archive_table *archive_table_find(const char *name);
const char *archive_table_name(const struct archive_table *table);
int32_t archive_table_is_moved(const struct archive_table *table); /* 1: rows are deleted once they are archived */

/* A table with the columns that its lines have. */
struct archive_shape {
    struct store *store;
    const struct archive_table *table;
    struct table_columns columns; /* of the database's table */
    const char **names;           /* of the lines' columns, in order; borrowed */
    size_t name_count;
    struct buffer line;   /* the SQL expression of a line */
    struct buffer insert; /* the SQL of an insert, on PostgreSQL; NULL values make it anew, on SQLite */
};

/* The columns that the table has now. To be freed whatever is returned. */
cpk_status archive_shape_read(struct archive_shape *shape, struct store *store, const struct archive_table *table,
                              cpk_error **error);
/* The columns of an archive, whose texts must live as long as the shape. CPK_ERROR_CONFLICT for one that the table does
 * not have any more. */
cpk_status archive_shape_limit(struct archive_shape *shape, const char *const *names, size_t count, cpk_error **error);
void archive_shape_free(struct archive_shape *shape);
/* The columns as JSON: [{"name":...,"type":...},...]. */
void archive_shape_write(const struct archive_shape *shape, struct buffer *target);

/* A span of time, and where reading goes on. Start with after_us CPK_TIME_UNKNOWN. */
struct archive_span {
    int64_t from_us;
    int64_t until_us; /* not in it */
    int64_t after_us;
    char after_id[UUID_TEXT_BYTES];
};

/* The time of the first row in the span; CPK_TIME_UNKNOWN when there is none. */
cpk_status store_archive_next(struct store *store, const struct archive_table *table, const struct archive_span *span,
                              int64_t *us, cpk_error **error);
cpk_status store_archive_count(struct store *store, const struct archive_table *table, const struct archive_span *span,
                               int64_t *rows, cpk_error **error);
/* Appends up to `limit` rows, a line each, and moves the span behind them. */
cpk_status store_archive_read(const struct archive_shape *shape, struct archive_span *span, int64_t limit,
                              struct buffer *lines, int64_t *rows, cpk_error **error);

/* Lines of a file that are worked on together. */
struct archive_batch {
    struct buffer lines; /* each with its NUL */
    int64_t count;
};

/* In a transaction, after store_archive_format(). Rows that are there stay. CPK_ERROR_INVALID_DATA for a line that is
 * no such row; CPK_ERROR_CONFLICT when a row that was put back is not what its line says. */
cpk_status store_archive_insert(struct archive_shape *shape, const struct archive_batch *batch, int64_t *inserted,
                                cpk_error **error);
/* The same; deletes the rows that still are as their lines say, in every column. */
cpk_status store_archive_delete(const struct archive_shape *shape, const struct archive_batch *batch, int64_t *deleted,
                                cpk_error **error);
/* Until the transaction ends, values are printed in one way. */
cpk_status store_archive_format(struct store *store, cpk_error **error);

/* Adds to *missing how many of the lines are of users that have no profile; the first few ids are appended to `ids`,
 * and those that are there already are not counted again. */
cpk_status store_archive_missing_users(const struct archive_shape *shape, const struct archive_batch *batch,
                                       struct buffer *ids, int64_t *missing, cpk_error **error);

#endif
