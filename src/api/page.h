/* Pages of lists: the caller's cpk_page in, a list with the cursor of the next page out. */
#ifndef API_PAGE_H
#define API_PAGE_H

#include "store/snapshot.h"
#include "store/store.h"

#include <contextpack/session.h>

/* What every cpk_<noun>_list is. */
struct page_list {
    cpk_allocator allocator;
    struct snapshot_list *items;
    char *next; /* NULL on the last page; as long as a client has made the identifier in it */
    size_t next_bytes;
};

/* A cursor is "<microseconds>/<identifier>"; after_id points into the caller's text. */
cpk_status page_read(const cpk_page *given, struct store_page *page, cpk_error **error);

/* Takes over the items, also on failure. A full page may have a next one, after the item that (us, id) name. A
 * struct page_list, for a cpk_<resource>_list; NULL without memory. */
void *page_list_create(const struct context *context, const struct store_page *page, struct snapshot_list *items,
                       int64_t last_us, const char *last_id);

size_t page_list_count(const struct page_list *list);
const void *page_list_at(const struct page_list *list, size_t index);
const char *page_list_next(const struct page_list *list);
void page_list_free(struct page_list *list);

#define PAGE_ROW_NUMBERS_MAX 32
#define PAGE_ROW_TEXTS_MAX   32

/* One item of a list as cpk_list_head tells it; the texts are the item's. */
struct page_row {
    int64_t numbers[PAGE_ROW_NUMBERS_MAX];
    const char *texts[PAGE_ROW_TEXTS_MAX];
    size_t number_count;
    size_t text_count;
};

typedef void (*page_row_fn)(const void *item, struct page_row *row);

void page_row_number(struct page_row *row, int64_t number);
void page_row_text(struct page_row *row, const char *text);

/* What a cpk_<noun>_list_copy does. */
size_t page_list_copy(const struct page_list *list, page_row_fn fill, void *buffer, size_t capacity);

/* The last item of a page that is not empty. */
const void *snapshot_list_last(const struct snapshot_list *items);

/* The public calls of one noun's list; `name` is cpk_pack_list, `item` cpk_pack. */
#define PAGE_LIST_CALLS(name, item)                                                                                    \
    size_t name##_count(const name *list)                                                                              \
    {                                                                                                                  \
        return page_list_count((const struct page_list *)list);                                                        \
    }                                                                                                                  \
    const item *name##_at(const name *list, size_t index)                                                              \
    {                                                                                                                  \
        return page_list_at((const struct page_list *)list, index);                                                    \
    }                                                                                                                  \
    const char *name##_next(const name *list)                                                                          \
    {                                                                                                                  \
        return page_list_next((const struct page_list *)list);                                                         \
    }                                                                                                                  \
    void name##_free(name *list)                                                                                       \
    {                                                                                                                  \
        page_list_free((struct page_list *)list);                                                                      \
    }

#define PAGE_LIST_COPY_CALL(name, fill)                                                                                \
    size_t name##_copy(const name *list, void *buffer, size_t capacity)                                                \
    {                                                                                                                  \
        return page_list_copy((const struct page_list *)list, fill, buffer, capacity);                                 \
    }

#endif
