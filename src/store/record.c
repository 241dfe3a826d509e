#include "store/record.h"

#include "base/error.h"
#include "base/memory.h"

#include <string.h>

#define LIST_CAPACITY_FIRST 16

void *record_create(const struct context *context, const struct statement *row, size_t struct_bytes)
{
    size_t size_bytes = struct_bytes;
    struct record *created;

    for (size_t i = 0; i < row->column_count; i++) {
        size_t length = row->columns[i].is_null ? 0 : row->columns[i].length;

        if (__builtin_add_overflow(size_bytes, length, &size_bytes) ||
            __builtin_add_overflow(size_bytes, 1, &size_bytes)) {
            return NULL;
        }
    }
    created = memory_allocate(&context->allocator, size_bytes);
    if (created == NULL) {
        return NULL;
    }
    memset(created, 0, struct_bytes);
    created->allocator = context->allocator;
    created->size_bytes = size_bytes;
    created->text_end = (char *)created + struct_bytes;
    return created;
}

static char *copy_in(struct record *record, const void *bytes, size_t length)
{
    char *copy = record->text_end;

    if (length > 0) {
        memcpy(copy, bytes, length);
    }
    copy[length] = '\0';
    record->text_end += length + 1;
    return copy;
}

const char *record_take_text(struct record *record, struct statement *row)
{
    size_t length;
    const char *text = statement_take_text(row, &length);

    return text != NULL ? copy_in(record, text, length) : NULL;
}

const char *record_take_folder(struct record *record, struct statement *row)
{
    size_t length;
    const char *text = statement_take_text(row, &length);
    char *copy = text != NULL ? copy_in(record, text, length) : NULL;

    while (copy != NULL && length > 0 && copy[length - 1] == '/') {
        copy[--length] = '\0';
    }
    return copy != NULL ? copy : "";
}

void record_free(void *freed)
{
    struct record *record = freed;

    if (record != NULL) {
        const cpk_allocator allocator = record->allocator;

        memory_release(&allocator, record, record->size_bytes);
    }
}

cpk_status record_read(const struct context *context, struct statement *row, size_t struct_bytes, record_fill_fn fill,
                       void **record, cpk_error **error)
{
    cpk_status status;

    *record = record_create(context, row, struct_bytes);
    if (*record == NULL) {
        return error_out_of_memory(error);
    }
    fill(*record, row);
    status = statement_check(row, error);
    if (status != CPK_OK) {
        record_free(*record);
        *record = NULL;
    }
    return status;
}

cpk_status record_list_create(const struct context *context, struct record_list **list, cpk_error **error)
{
    struct record_list *created = memory_allocate_zeroed(&context->allocator, sizeof *created);

    *list = created;
    if (created == NULL) {
        return error_out_of_memory(error);
    }
    created->allocator = context->allocator;
    return CPK_OK;
}

cpk_status record_list_add(struct record_list *list, void *item, cpk_error **error)
{
    if (list->count == list->capacity) {
        size_t capacity = list->capacity > 0 ? list->capacity * 2 : LIST_CAPACITY_FIRST;
        void **grown =
            memory_resize_array(&list->allocator, list->items, list->capacity, capacity, sizeof *list->items);

        if (grown == NULL) {
            record_free(item);
            return error_out_of_memory(error);
        }
        list->items = grown;
        list->capacity = capacity;
    }
    list->items[list->count++] = item;
    return CPK_OK;
}

void record_list_free(struct record_list *list)
{
    if (list != NULL) {
        const cpk_allocator allocator = list->allocator;

        for (size_t i = 0; i < list->count; i++) {
            record_free(list->items[i]);
        }
        memory_release_array(&allocator, list->items, list->capacity, sizeof *list->items);
        memory_release(&allocator, list, sizeof *list);
    }
}
