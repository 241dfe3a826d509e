/* Rows as lines of JSON, and back: what archives are made of. Service and admins only. */
#ifndef STORE_ARCHIVE_H
#define STORE_ARCHIVE_H

#include "base/buffer.h"
#include "base/json.h"
#include "base/uuid.h"
#include "store/store.h"

#define ARCHIVE_TABLES 3

typedef struct archive_table archive_table;

/* By number, from 0; NULL past the end. By name; NULL for another one. */
const archive_table *archive_table_at(size_t index);
const archive_table *archive_table_find(const char *name);
const char *archive_table_name(const archive_table *table);
int32_t archive_table_is_moved(const archive_table *table); /* 1: rows are deleted once they are archived */

/* A span of time, and where reading goes on. Start with after_us CPK_TIME_UNKNOWN. */
typedef struct archive_span {
    int64_t from_us;
    int64_t until_us; /* not in it */
    int64_t after_us;
    char after_id[UUID_TEXT_BYTES];
} archive_span;

/* The time of the first row in the span; CPK_TIME_UNKNOWN when there is none. */
cpk_status store_archive_next(store *store, const archive_table *table, const archive_span *span, int64_t *us,
                              cpk_error **error);
cpk_status store_archive_count(store *store, const archive_table *table, const archive_span *span, int64_t *rows,
                               cpk_error **error);
/* Appends up to `limit` rows, a line each, and moves the span behind them. */
cpk_status store_archive_read(store *store, const archive_table *table, archive_span *span, int64_t limit,
                              buffer *lines, int64_t *rows, cpk_error **error);
/* One line that was parsed. *inserted 0: a row of this id is there. CPK_ERROR_INVALID_DATA for one that is not such a
 * row. */
cpk_status store_archive_insert(store *store, const archive_table *table, struct json_object *line, int32_t *inserted,
                                cpk_error **error);
/* The row of a line, as it was archived; of a table whose rows are moved. *deleted 0: it is gone, or has changed. */
cpk_status store_archive_delete(store *store, const archive_table *table, struct json_object *line, int32_t *deleted,
                                cpk_error **error);

#endif
