#include "store/snapshot.h"

#include "base/error.h"
#include "base/memory.h"

#include <string.h>

#define LIST_CAPACITY_FIRST 16

void *snapshot_create(const struct context *context, const struct statement *row, size_t struct_bytes)
{
    size_t size_bytes = struct_bytes;
    struct snapshot *created;

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

static char *copy_in(struct snapshot *snapshot, const void *bytes, size_t length)
{
    char *copy = snapshot->text_end;

    if (length > 0) {
        memcpy(copy, bytes, length);
    }
    copy[length] = '\0';
    snapshot->text_end += length + 1;
    return copy;
}

const char *snapshot_take_text(struct snapshot *snapshot, struct statement *row)
{
    size_t length;
    const char *text = statement_take_text(row, &length);

    return text != NULL ? copy_in(snapshot, text, length) : NULL;
}

const char *snapshot_take_folder(struct snapshot *snapshot, struct statement *row)
{
    size_t length;
    const char *text = statement_take_text(row, &length);
    char *copy = text != NULL ? copy_in(snapshot, text, length) : NULL;

    while (copy != NULL && length > 0 && copy[length - 1] == '/') {
        copy[--length] = '\0';
    }
    return copy != NULL ? copy : "";
}

void snapshot_free(void *freed)
{
    struct snapshot *snapshot = freed;

    if (snapshot != NULL) {
        const cpk_allocator allocator = snapshot->allocator;

        memory_release(&allocator, snapshot, snapshot->size_bytes);
    }
}

cpk_status snapshot_read(const struct context *context, struct statement *row, size_t struct_bytes,
                         snapshot_fill_fn fill, void **snapshot, cpk_error **error)
{
    cpk_status status;

    *snapshot = snapshot_create(context, row, struct_bytes);
    if (*snapshot == NULL) {
        return error_out_of_memory(error);
    }
    fill(*snapshot, row);
    status = statement_check(row, error);
    if (status != CPK_OK) {
        snapshot_free(*snapshot);
        *snapshot = NULL;
    }
    return status;
}

cpk_status snapshot_list_create(const struct context *context, struct snapshot_list **list, cpk_error **error)
{
    struct snapshot_list *created = memory_allocate_zeroed(&context->allocator, sizeof *created);

    *list = created;
    if (created == NULL) {
        return error_out_of_memory(error);
    }
    created->allocator = context->allocator;
    return CPK_OK;
}

cpk_status snapshot_list_add(struct snapshot_list *list, void *item, cpk_error **error)
{
    if (list->count == list->capacity) {
        size_t capacity = list->capacity > 0 ? list->capacity * 2 : LIST_CAPACITY_FIRST;
        void **grown =
            memory_resize_array(&list->allocator, list->items, list->capacity, capacity, sizeof *list->items);

        if (grown == NULL) {
            snapshot_free(item);
            return error_out_of_memory(error);
        }
        list->items = grown;
        list->capacity = capacity;
    }
    list->items[list->count++] = item;
    return CPK_OK;
}

void snapshot_list_free(struct snapshot_list *list)
{
    if (list != NULL) {
        const cpk_allocator allocator = list->allocator;

        for (size_t i = 0; i < list->count; i++) {
            snapshot_free(list->items[i]);
        }
        memory_release_array(&allocator, list->items, list->capacity, sizeof *list->items);
        memory_release(&allocator, list, sizeof *list);
    }
}
