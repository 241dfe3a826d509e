/* Columns of the service's ten tables, including those that other programs have added. */
#ifndef STORE_SERVICE_TABLE_H
#define STORE_SERVICE_TABLE_H

#include "base/arena.h"
#include "base/buffer.h"
#include "store/store.h"

struct table_column {
    const char *name;
    const char *type; /* as named by the database */
    int32_t is_known; /* 1: a column that this library uses */
    int32_t is_computed;
};

/* The columns of one table. Owns its texts. */
struct table_columns {
    struct arena texts;
    struct table_column *items; /* in the table's order */
    size_t count;
    size_t capacity;
};

/* Service only. Initializes `columns`; call table_columns_free() afterwards, also on failure. */
cpk_status store_table_columns(struct store *store, const char *table, struct table_columns *columns,
                               cpk_error **error);
const struct table_column *table_columns_find(const struct table_columns *columns,
                                              const char *name); /* NULL: no such column */
void table_columns_free(struct table_columns *columns);

/* Appends a name as a quoted SQL identifier. */
void service_table_quote(struct buffer *sql, const char *name);

#endif
