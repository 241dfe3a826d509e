#include "api/page.h"

#include "api/check.h"
#include "base/memory.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

cpk_status page_read(const cpk_page *caller_page, struct store_page *page, cpk_error **error)
{
    cpk_page options = CPK_PAGE_INIT;
    char *end;

    CPK_TRY(params_read(&options, sizeof options, caller_page, "page", error));
    CPK_CHECK_ARG(options.limit >= 0 && options.limit <= STORE_PAGE_LIMIT_MAX, "page.limit", error);
    page->limit = options.limit > 0 ? options.limit : STORE_PAGE_LIMIT_DEFAULT;
    page->after_us = CPK_TIME_UNKNOWN;
    page->after_id = NULL;
    if (options.after == NULL) {
        return CPK_OK;
    }
    errno = 0;
    page->after_us = strtoll(options.after, &end, 10);
    CPK_CHECK_ARG(errno == 0 && end != options.after && *end == '/', "page.after", error);
    page->after_id = end + 1;
    return CPK_OK;
}

const void *record_list_last(const struct record_list *items)
{
    return items->count > 0 ? items->items[items->count - 1] : NULL;
}

/* Sets list->next to "<microseconds>/<identifier>". Returns 0 if out of memory. */
static int32_t set_next(struct page_list *list, int64_t last_us, const char *last_id)
{
    char time[32];
    size_t time_length = (size_t)snprintf(time, sizeof time, "%lld/", (long long)last_us);
    size_t id_bytes = strlen(last_id) + 1;

    list->next_bytes = time_length + id_bytes;
    list->next = memory_allocate(&list->allocator, list->next_bytes);
    if (list->next == NULL) {
        return 0;
    }
    memcpy(list->next, time, time_length);
    memcpy(list->next + time_length, last_id, id_bytes);
    return 1;
}

void *page_list_create(const struct context *context, const struct store_page *page, struct record_list *items,
                       int64_t last_us, const char *last_id)
{
    struct page_list *list = memory_allocate_zeroed(&context->allocator, sizeof *list);

    if (list == NULL) {
        record_list_free(items);
        return NULL;
    }
    list->allocator = context->allocator;
    list->items = items;
    if (last_id != NULL && (int64_t)items->count >= page->limit && !set_next(list, last_us, last_id)) {
        page_list_free(list);
        return NULL;
    }
    return list;
}

size_t page_list_count(const struct page_list *list)
{
    return list != NULL ? list->items->count : 0;
}

const void *page_list_at(const struct page_list *list, size_t index)
{
    return index < page_list_count(list) ? list->items->items[index] : NULL;
}

const char *page_list_next(const struct page_list *list)
{
    return list != NULL ? list->next : NULL;
}

void page_row_number(struct page_row *row, int64_t number)
{
    assert(row->number_count < PAGE_ROW_NUMBERS_MAX);
    row->numbers[row->number_count++] = number;
}

void page_row_text(struct page_row *row, const char *text)
{
    static const char null_text[] = "\xff";

    assert(row->text_count < PAGE_ROW_TEXTS_MAX);
    row->texts[row->text_count++] = text != NULL ? text : null_text;
}

static char *append(char *at, const void *bytes, size_t length)
{
    memcpy(at, bytes, length);
    return at + length;
}

/* The head of the copy. Its size cannot overflow: all items are in memory, and their copies are smaller. */
static cpk_list_head list_measure(const struct page_list *list, page_row_fn fill)
{
    cpk_list_head head = {(int64_t)list->items->count, 0, 0, sizeof head};

    for (size_t i = 0; i < list->items->count; i++) {
        struct page_row row = {.number_count = 0};

        fill(list->items->items[i], &row);
        head.numbers = (int64_t)row.number_count;
        head.texts = (int64_t)row.text_count;
        head.size_bytes += (int64_t)(row.number_count * sizeof row.numbers[0]);
        for (size_t j = 0; j < row.text_count; j++) {
            head.size_bytes += (int64_t)strlen(row.texts[j]) + 1;
        }
    }
    return head;
}

size_t page_list_copy(const struct page_list *list, page_row_fn fill, void *buffer, size_t capacity)
{
    cpk_list_head head;
    char *numbers;
    char *texts;

    if (list == NULL) {
        return 0;
    }
    head = list_measure(list, fill);
    if (buffer == NULL || capacity < (size_t)head.size_bytes) {
        return (size_t)head.size_bytes;
    }
    numbers = append(buffer, &head, sizeof head);
    texts = numbers + list->items->count * (size_t)head.numbers * sizeof(int64_t);
    for (size_t i = 0; i < list->items->count; i++) {
        struct page_row row = {.number_count = 0};

        fill(list->items->items[i], &row);
        numbers = append(numbers, row.numbers, row.number_count * sizeof row.numbers[0]);
        for (size_t j = 0; j < row.text_count; j++) {
            texts = append(texts, row.texts[j], strlen(row.texts[j]) + 1);
        }
    }
    return (size_t)head.size_bytes;
}

void page_list_free(struct page_list *list)
{
    if (list != NULL) {
        cpk_allocator allocator = list->allocator;

        record_list_free(list->items);
        memory_release(&allocator, list->next, list->next_bytes);
        memory_release(&allocator, list, sizeof *list);
    }
}
