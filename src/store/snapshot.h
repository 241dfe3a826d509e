/* An immutable copy of one row, in one block of memory: a struct that starts with `snapshot`, then its texts. Nothing
 * in it points outside, so that it outlives statement, store and engine, and any thread may read it. */
#ifndef STORE_SNAPSHOT_H
#define STORE_SNAPSHOT_H

#include "base/context.h"
#include "database/statement.h"

struct snapshot {
    cpk_allocator allocator;
    size_t size_bytes;
    char *text_end; /* where the next text goes while the snapshot is filled */
};

/* Zeroed, with room for all texts of the statement's current row; NULL without memory. */
void *snapshot_create(const struct context *context, const struct statement *row, size_t struct_bytes);
/* Fills a zeroed snapshot from the row, column by column. */
typedef void (*snapshot_fill_fn)(void *snapshot, struct statement *row);

/* A snapshot of the statement's current row. */
cpk_status snapshot_read(const struct context *context, struct statement *row, size_t struct_bytes,
                         snapshot_fill_fn fill, void **snapshot, cpk_error **error);
/* Copies the next column, which must be among those of the row the snapshot was made for; NULL for null. */
const char *snapshot_take_text(struct snapshot *snapshot, struct statement *row);
/* The same of a column that must not be null: "" where a live database allows it. */
const char *snapshot_take_name(struct snapshot *snapshot, struct statement *row);
/* The same of a storage folder: without slashes at its end. */
const char *snapshot_take_folder(struct snapshot *snapshot, struct statement *row);
void snapshot_free(void *snapshot); /* NULL is allowed */

/* Snapshots in order. The list owns its items. */
struct snapshot_list {
    cpk_allocator allocator;
    void **items;
    size_t count;
    size_t capacity;
};

cpk_status snapshot_list_create(const struct context *context, struct snapshot_list **list, cpk_error **error);
/* Takes over the item, also when it fails. */
cpk_status snapshot_list_add(struct snapshot_list *list, void *item, cpk_error **error);
void snapshot_list_free(struct snapshot_list *list); /* with its items; NULL is allowed */

#endif
