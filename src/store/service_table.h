/* The service's ten tables as a database has them: with the columns that other programs have added. */
#ifndef STORE_SERVICE_TABLE_H
#define STORE_SERVICE_TABLE_H

#include "base/arena.h"
#include "base/buffer.h"
#include "store/store.h"

typedef struct table_column {
    const char *name;
    const char *type; /* as the database spells it */
    int32_t is_known; /* to this library */
    int32_t is_computed;
} table_column;

/* Owns its texts. */
typedef struct table_columns {
    arena texts;
    table_column *items; /* in the database's order */
    size_t count;
    size_t capacity;
} table_columns;

/* The service's. `columns` need not be initialised, and is to be freed whatever is returned. */
cpk_status store_table_columns(store *store, const char *table, table_columns *columns, cpk_error **error);
const table_column *table_columns_find(const table_columns *columns, const char *name); /* NULL: there is none */
void table_columns_free(table_columns *columns);

/* Appends a name in double quotes, as both engines want it. */
void service_table_quote(buffer *sql, const char *name);

#endif
