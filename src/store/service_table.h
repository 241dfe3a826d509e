/* The service's ten tables as a database has them: with the columns that other programs have added. */
#ifndef STORE_SERVICE_TABLE_H
#define STORE_SERVICE_TABLE_H

#include "base/arena.h"
#include "base/buffer.h"
#include "store/store.h"

struct table_column {
    const char *name;
    const char *type; /* as the database spells it */
    int32_t is_known; /* to this library */
    int32_t is_computed;
};

/* Owns its texts. */
struct table_columns {
    struct arena texts;
    struct table_column *items; /* in the database's order */
    size_t count;
    size_t capacity;
};

/* The service's. `columns` need not be initialised, and is to be freed whatever is returned. */
cpk_status store_table_columns(struct store *store, const char *table, struct table_columns *columns,
                               cpk_error **error);
const struct table_column *table_columns_find(const struct table_columns *columns,
                                              const char *name); /* NULL: there is none */
void table_columns_free(struct table_columns *columns);

/* Appends a name in double quotes, as both engines want it. */
void service_table_quote(struct buffer *sql, const char *name);

#endif
