/* Pages of lists: reading of cpk_page, and lists that have the cursor of the next page. */
#ifndef API_PAGE_H
#define API_PAGE_H

#include "store/record.h"
#include "store/store.h"

#include <contextpack/session.h>

/* The type behind every public cpk_<noun>_list. */
struct page_list {
    cpk_allocator allocator;
    struct record_list *items;
    char *next; /* cursor of the next page; NULL on the last one */
    size_t next_bytes;
};

/* A cursor is "<microseconds>/<identifier>". page->after_id points into the caller's text. */
cpk_status page_read(const cpk_page *caller_page, struct store_page *page, cpk_error **error);

/* Creates a struct page_list, for a cpk_<noun>_list; NULL if out of memory. Takes ownership of the items, even on
 * failure. A full page has a cursor of the next one: after the last item, whose time and identifier are passed. */
void *page_list_create(const struct context *context, const struct store_page *page, struct record_list *items,
                       int64_t last_us, const char *last_id);

size_t page_list_count(const struct page_list *list);
const void *page_list_at(const struct page_list *list, size_t index);
const char *page_list_next(const struct page_list *list);
void page_list_free(struct page_list *list);

#define PAGE_ROW_NUMBERS_MAX 32
#define PAGE_ROW_TEXTS_MAX   32

/* The fields of one item, for the copy that cpk_list_head describes; the texts belong to the item. */
struct page_row {
    int64_t numbers[PAGE_ROW_NUMBERS_MAX];
    const char *texts[PAGE_ROW_TEXTS_MAX];
    size_t number_count;
    size_t text_count;
};

typedef void (*page_row_fn)(const void *item, struct page_row *row);

void page_row_number(struct page_row *row, int64_t number);
void page_row_text(struct page_row *row, const char *text);

/* Implements every cpk_<noun>_list_copy(): writes the list to the buffer if it fits; returns the size in bytes. */
size_t page_list_copy(const struct page_list *list, page_row_fn fill, void *buffer, size_t capacity);

/* The last item; NULL if there is none. */
const void *record_list_last(const struct record_list *items);

/* Defines the public functions of a list type, for example name cpk_pack_list and item cpk_pack. */
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
