/* A record is an immutable copy of a row in one memory block: a struct that starts with `struct snapshot`, followed by
 * its texts. It contains no pointers to other objects, so that it outlives statement, store and engine, and any thread
 * may read it. */
#ifndef STORE_SNAPSHOT_H
#define STORE_SNAPSHOT_H

#include "base/context.h"
#include "database/statement.h"

struct snapshot {
    cpk_allocator allocator;
    size_t size_bytes;
    char *text_end; /* end of the texts, while the record is being filled */
};

/* Allocates a zeroed record with memory for all texts of the current row; NULL when out of memory. */
void *snapshot_create(const struct context *context, const struct statement *row, size_t struct_bytes);
/* Fills a zeroed record from the columns of a row, in order. */
typedef void (*snapshot_fill_fn)(void *snapshot, struct statement *row);

/* Reads the current row into a new record. */
cpk_status snapshot_read(const struct context *context, struct statement *row, size_t struct_bytes,
                         snapshot_fill_fn fill, void **snapshot, cpk_error **error);
/* Copies the next text column of the row that the record was created for; NULL if null. */
const char *snapshot_take_text(struct snapshot *snapshot, struct statement *row);
/* The same for a storage folder: removes trailing slashes; "" for null. */
const char *snapshot_take_folder(struct snapshot *snapshot, struct statement *row);
void snapshot_free(void *snapshot); /* NULL is allowed */

/* A list of records. Owns its items. */
struct snapshot_list {
    cpk_allocator allocator;
    void **items;
    size_t count;
    size_t capacity;
};

cpk_status snapshot_list_create(const struct context *context, struct snapshot_list **list, cpk_error **error);
/* Takes ownership of the item, also on failure. */
cpk_status snapshot_list_add(struct snapshot_list *list, void *item, cpk_error **error);
void snapshot_list_free(struct snapshot_list *list); /* with its items; NULL is allowed */

#endif
