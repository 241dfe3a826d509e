/* A record is an immutable copy of a row in one memory block: a struct that starts with `struct record`, followed by
 * its texts. It contains no pointers to other objects, so that it outlives statement, store and engine, and any thread
 * may read it. */
#ifndef STORE_RECORD_H
#define STORE_RECORD_H

#include "base/context.h"
#include "database/statement.h"

struct record {
    cpk_allocator allocator;
    size_t size_bytes;
    char *text_end; /* end of the texts, while the record is being filled */
};

/* Allocates a zeroed record with memory for all texts of the current row; NULL when out of memory. */
void *record_create(const struct context *context, const struct statement *row, size_t struct_bytes);
/* Fills a zeroed record from the columns of a row, in order. */
typedef void (*record_fill_fn)(void *record, struct statement *row);

/* Reads the current row into a new record. */
cpk_status record_read(const struct context *context, struct statement *row, size_t struct_bytes, record_fill_fn fill,
                       void **record, cpk_error **error);
/* Copies the next text column of the row that the record was created for; NULL if null. */
const char *record_take_text(struct record *record, struct statement *row);
/* The same for a storage folder: removes trailing slashes; "" for null. */
const char *record_take_folder(struct record *record, struct statement *row);
void record_free(void *record); /* NULL is allowed */

/* A list of records. Owns its items. */
struct record_list {
    cpk_allocator allocator;
    void **items;
    size_t count;
    size_t capacity;
};

cpk_status record_list_create(const struct context *context, struct record_list **list, cpk_error **error);
/* Takes ownership of the item, also on failure. */
cpk_status record_list_add(struct record_list *list, void *item, cpk_error **error);
void record_list_free(struct record_list *list); /* with its items; NULL is allowed */

#endif
