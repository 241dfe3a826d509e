#include "text/personal/placeholders.h"

#include "base/error.h"
#include "base/memory.h"

#include <string.h>

#define NUMBER_FIRST  UINT32_C(100000) /* six digits: two tokens, and hardly ever equal for two values of a pack */
#define NUMBER_COUNT  UINT32_C(900000)
#define NUMBER_DIGITS 6

void placeholders_init(struct placeholders *placeholders, const cpk_allocator *allocator,
                       const struct personal_names *names, const unsigned char key[HASH_SHA256_BYTES])
{
    memset(placeholders, 0, sizeof *placeholders);
    placeholders->allocator = allocator;
    placeholders->names = names;
    memcpy(placeholders->key, key, sizeof placeholders->key);
    arena_init(&placeholders->arena, allocator);
    personal_list_init(&placeholders->list, allocator);
}

void placeholders_free(struct placeholders *placeholders)
{
    const cpk_allocator *allocator = placeholders->allocator;

    memory_release_array(allocator, placeholders->items, placeholders->capacity, sizeof *placeholders->items);
    memory_release_array(allocator, placeholders->slots, 2 * placeholders->slot_count, sizeof *placeholders->slots);
    personal_list_free(&placeholders->list);
    arena_free(&placeholders->arena);
}

void placeholders_clear(struct placeholders *placeholders)
{
    placeholders->count = 0;
    memset(placeholders->of_kind, 0, sizeof placeholders->of_kind);
    if (placeholders->slots != NULL) {
        memset(placeholders->slots, 0, 2 * placeholders->slot_count * sizeof *placeholders->slots);
    }
    arena_reset(&placeholders->arena);
}

static size_t value_slot(const struct placeholders *placeholders, enum personal_kind kind, const char *value,
                         size_t length)
{
    return (size_t)hash_bytes((uint64_t)kind, value, length) % placeholders->slot_count;
}

static size_t number_slot(const struct placeholders *placeholders, enum personal_kind kind, uint32_t number)
{
    const uint32_t words[2] = {(uint32_t)kind, number};

    return (size_t)hash_bytes(0, words, sizeof words) % placeholders->slot_count;
}

static void put(uint32_t *table, size_t slot_count, size_t slot, size_t index)
{
    while (table[slot] != 0) {
        slot = (slot + 1) % slot_count;
    }
    table[slot] = (uint32_t)index + 1;
}

static void index_item(struct placeholders *placeholders, size_t index)
{
    const struct placeholder *item = &placeholders->items[index];
    const size_t slots = placeholders->slot_count;

    put(placeholders->slots, slots, value_slot(placeholders, item->kind, item->value, item->length), index);
    put(placeholders->slots + slots, slots, number_slot(placeholders, item->kind, item->number), index);
}

static cpk_status grow(struct placeholders *placeholders, cpk_error **error)
{
    size_t capacity = placeholders->capacity * 2 + 64;
    size_t slot_count = capacity * 2;
    struct placeholder *items = memory_resize_array(placeholders->allocator, placeholders->items,
                                                    placeholders->capacity, capacity, sizeof *items);
    uint32_t *slots;

    if (items == NULL) {
        return error_out_of_memory(error);
    }
    placeholders->items = items;
    placeholders->capacity = capacity;
    slots = memory_allocate_array(placeholders->allocator, 2 * slot_count, sizeof *slots);
    if (slots == NULL) {
        return error_out_of_memory(error);
    }
    memset(slots, 0, 2 * slot_count * sizeof *slots);
    memory_release_array(placeholders->allocator, placeholders->slots, 2 * placeholders->slot_count, sizeof *slots);
    placeholders->slots = slots;
    placeholders->slot_count = slot_count;
    for (size_t i = 0; i < placeholders->count; i++) {
        index_item(placeholders, i);
    }
    return CPK_OK;
}

static const struct placeholder *find_number(const struct placeholders *placeholders, enum personal_kind kind,
                                             uint32_t number)
{
    const uint32_t *table = placeholders->slots + placeholders->slot_count;
    size_t slot;

    if (placeholders->count == 0) {
        return NULL;
    }
    for (slot = number_slot(placeholders, kind, number); table[slot] != 0;
         slot = (slot + 1) % placeholders->slot_count) {
        const struct placeholder *item = &placeholders->items[table[slot] - 1];

        if (item->kind == kind && item->number == number) {
            return item;
        }
    }
    return NULL;
}

static cpk_status compute_number(const struct placeholders *placeholders, enum personal_kind kind, const char *value,
                                 size_t length, uint32_t *number, cpk_error **error)
{
    unsigned char digest[HASH_SHA256_BYTES];
    uint32_t bits;

    CPK_TRY(hash_hmac_sha256(placeholders->key, sizeof placeholders->key, value, length, digest, error));
    bits = (uint32_t)digest[0] << 24 | (uint32_t)digest[1] << 16 | (uint32_t)digest[2] << 8 | digest[3];
    *number = NUMBER_FIRST + bits % NUMBER_COUNT;
    while (find_number(placeholders, kind, *number) != NULL) { /* of another value in this text */
        *number = NUMBER_FIRST + (*number - NUMBER_FIRST + 1) % NUMBER_COUNT;
    }
    return CPK_OK;
}

/* The placeholder of a value, which is remembered. */
static cpk_status find_or_add(struct placeholders *placeholders, enum personal_kind kind, const char *value,
                              size_t length, uint32_t *number, cpk_error **error)
{
    struct placeholder *item;

    if (placeholders->slot_count > 0) {
        for (size_t slot = value_slot(placeholders, kind, value, length); placeholders->slots[slot] != 0;
             slot = (slot + 1) % placeholders->slot_count) {
            item = &placeholders->items[placeholders->slots[slot] - 1];
            if (item->kind == kind && item->length == length && memcmp(item->value, value, length) == 0) {
                *number = item->number;
                return CPK_OK;
            }
        }
    }
    if (placeholders->count == placeholders->capacity) {
        CPK_TRY(grow(placeholders, error));
    }
    if (placeholders->count >= NUMBER_COUNT / 2) {
        return error_set(error, CPK_ERROR_LIMIT_EXCEEDED, "analyze",
                         "the text has more than %u different personal data", (unsigned)(NUMBER_COUNT / 2));
    }
    CPK_TRY(compute_number(placeholders, kind, value, length, number, error));
    item = &placeholders->items[placeholders->count];
    *item = (struct placeholder){kind, *number, arena_copy_bytes(&placeholders->arena, value, length), length};
    if (item->value == NULL) {
        return error_out_of_memory(error);
    }
    index_item(placeholders, placeholders->count++);
    return CPK_OK;
}

cpk_status placeholders_mask(struct placeholders *placeholders, const char *text, size_t length, struct buffer *target,
                             cpk_error **error)
{
    struct personal_list *list = &placeholders->list;
    size_t copied = 0;

    CPK_TRY(personal_scan(text, length, placeholders->names, list, error));
    for (size_t i = 0; i < list->count; i++) {
        const struct personal_span *span = &list->items[i];
        uint32_t number = 0;

        CPK_TRY(find_or_add(placeholders, span->kind, text + span->start, span->end - span->start, &number, error));
        buffer_append(target, text + copied, span->start - copied);
        buffer_append_format(target, "[%s_%u]", personal_kind_label(span->kind), (unsigned)number);
        copied = span->end;
        placeholders->of_kind[span->kind]++;
    }
    buffer_append(target, text + copied, length - copied);
    return target->failed ? error_out_of_memory(error) : CPK_OK;
}

/* --- restoring --- */

static int32_t equals_label(const char *text, const char *label, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        char c = text[i];

        c = c >= 'a' && c <= 'z' ? (char)(c - 32) : c;
        if (c != label[i]) {
            return 0;
        }
    }
    return 1;
}

/* Number of six digits at an offset; 0: none. */
static uint32_t read_number(const char *text, size_t left)
{
    uint32_t number = 0;

    for (size_t i = 0; i < NUMBER_DIGITS; i++) {
        if (i >= left || text[i] < '0' || text[i] > '9') {
            return 0;
        }
        number = number * 10 + (uint32_t)(text[i] - '0');
    }
    return left > NUMBER_DIGITS && text[NUMBER_DIGITS] >= '0' && text[NUMBER_DIGITS] <= '9' ? 0 : number;
}

/* The known placeholder at an offset, with its length; NULL: none. */
static const struct placeholder *placeholder_at(const struct placeholders *placeholders, const char *text, size_t left,
                                                size_t *length)
{
    size_t bracket = left > 0 && text[0] == '[';

    for (size_t kind = 0; kind < PERSONAL_KIND_COUNT; kind++) {
        const char *label = personal_kind_label((enum personal_kind)kind);
        size_t size = strlen(label);
        size_t at = bracket + size;
        const struct placeholder *item;

        if (left <= at || !equals_label(text + bracket, label, size)) {
            continue;
        }
        at += text[at] == '\\';
        at += at < left && text[at] == '\\'; /* escaped, in JSON */
        if (at >= left || text[at] != '_') {
            continue;
        }
        at++;
        item = find_number(placeholders, (enum personal_kind)kind, read_number(text + at, left - at));
        if (item != NULL) {
            at += NUMBER_DIGITS;
            *length = at + (bracket && at < left && text[at] == ']');
            return item;
        }
    }
    return NULL;
}

static void append_escaped(struct buffer *target, const char *value, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)value[i];

        if (c == '"' || c == '\\') {
            buffer_append_byte(target, '\\');
            buffer_append_byte(target, (char)c);
        } else if (c < 0x20) {
            buffer_append_format(target, "\\u%04x", (unsigned)c);
        } else {
            buffer_append_byte(target, (char)c);
        }
    }
}

/* 1 from the first brace that is followed by a quotation mark on. */
static int32_t begins_object(const char *text, size_t left)
{
    size_t at = 1;

    while (at < left && at < 64 && strchr(" \t\r\n", text[at]) != NULL && text[at] != '\0') {
        at++;
    }
    return text[0] == '{' && at < left && text[at] == '"';
}

cpk_status placeholders_restore(const struct placeholders *placeholders, const char *text, size_t length,
                                struct buffer *target, cpk_error **error)
{
    int32_t in_json = 0;
    size_t copied = 0;

    for (size_t at = 0; at < length;) {
        const struct placeholder *item = NULL;
        size_t size = 1;
        char c = text[at];

        in_json |= begins_object(text + at, length - at);
        if (c == '[' || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')) {
            item = placeholder_at(placeholders, text + at, length - at, &size);
        }
        if (item != NULL) {
            buffer_append(target, text + copied, at - copied);
            if (in_json) {
                append_escaped(target, item->value, item->length);
            } else {
                buffer_append(target, item->value, item->length);
            }
            copied = at + size;
            at = copied;
        } else {
            at++;
        }
    }
    buffer_append(target, text + copied, length - copied);
    return target->failed ? error_out_of_memory(error) : CPK_OK;
}
