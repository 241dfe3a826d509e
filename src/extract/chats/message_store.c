#include "extract/chats/message_store.h"

#include "base/memory.h"
#include "extract/normal.h"

#include <string.h>

#define BLOCK_BYTES     ((size_t)64 * 1024) /* longer records have a block of their own */
#define BLOCKS_MAX      ((size_t)64 * 1024) /* a place is 16 bits of each */
#define KEPT_MESSAGES   ((size_t)16 * 1024) /* arrays for more are freed with their conversation */
#define MODELS_COMPARED 8                   /* models before the last that a message's is looked for in */
#define VARINT_BYTES    10
#define PADDED_BYTES    5 /* a length that is known after the text */

/* The first byte of an item of a body; other values are kinds of parts. */
#define ITEM_END  0x00
#define ITEM_FILE 0x80

enum record_flag {
    RECORD_HAS_ID = 0x01,
    RECORD_HAS_PARENT = 0x02,
    RECORD_HAS_NUMBER = 0x04,
    RECORD_HAS_MODEL = 0x08,
    RECORD_HAS_TIME = 0x10,
    RECORD_HAS_BODY = 0x20,
    RECORD_IS_ASIDE = 0x40,
    RECORD_LOST_ID = 0x80
};

enum file_flag { FILE_HAS_ID = 0x01, FILE_HAS_NAME = 0x02, FILE_HAS_TYPE = 0x04, FILE_HAS_SIZE = 0x08 };

/* --- numbers --- */

static size_t write_number(char bytes[VARINT_BYTES], uint64_t number)
{
    size_t length = 0;

    for (; number > 0x7F; number >>= 7) {
        bytes[length++] = (char)(0x80 | (number & 0x7F));
    }
    bytes[length++] = (char)number;
    return length;
}

static void write_padded(char bytes[PADDED_BYTES], uint64_t number)
{
    for (size_t i = 0; i + 1 < PADDED_BYTES; i++, number >>= 7) {
        bytes[i] = (char)(0x80 | (number & 0x7F));
    }
    bytes[PADDED_BYTES - 1] = (char)number;
}

static uint64_t read_number(const char **at)
{
    uint64_t number = 0;
    unsigned shift = 0;
    unsigned char byte;

    do {
        byte = (unsigned char)*(*at)++;
        number |= (uint64_t)(byte & 0x7F) << shift;
        shift += 7;
    } while ((byte & 0x80) != 0);
    return number;
}

static const char *read_text(const char **at)
{
    const char *text = *at;

    *at += strlen(text) + 1;
    return text;
}

/* --- bodies --- */

static void begin_part(struct buffer *body, const struct message_part *part)
{
    buffer_append_byte(body, (char)part->kind);
    buffer_append_byte(body, (char)(part->role | (int32_t)part->flags << 4));
}

/* The text needs changes: its length is known when they are made. */
static int32_t add_changed_part(struct buffer *body, const struct message_part *part)
{
    static const char space[PADDED_BYTES];
    size_t before = body->length;
    size_t start;

    begin_part(body, part);
    buffer_append(body, space, sizeof space);
    start = body->length;
    normal_append_trimmed(body, part->text, part->length);
    if (body->failed) {
        return 0;
    }
    if (body->length == start) {
        body->length = before;
        body->data[before] = '\0';
        return 0;
    }
    write_padded(body->data + start - PADDED_BYTES, body->length - start);
    buffer_append_byte(body, '\0');
    return 1;
}

int32_t message_body_add_part(struct buffer *body, const struct message_part *part)
{
    size_t length = normal_trimmed_end(part->text, part->length);
    size_t start = normal_trimmed_start(part->text, length);
    char bytes[VARINT_BYTES];

    if (normal_prefix(part->text, part->length) < part->length) {
        return add_changed_part(body, part);
    }
    if (length == start) {
        return 0;
    }
    begin_part(body, part);
    buffer_append(body, bytes, write_number(bytes, length - start));
    buffer_append(body, part->text + start, length - start);
    buffer_append_byte(body, '\0');
    return 1;
}

void message_body_add_file(struct buffer *body, const cpk_attachment *file)
{
    const char *texts[] = {file->id, file->name, file->media_type};
    uint8_t flags = file->size_bytes >= 0 ? FILE_HAS_SIZE : 0;
    char bytes[VARINT_BYTES];

    for (size_t i = 0; i < 3; i++) {
        flags = (uint8_t)(flags | (texts[i] != NULL ? 1u << i : 0));
    }
    buffer_append_byte(body, (char)(ITEM_FILE | flags));
    for (size_t i = 0; i < 3; i++) {
        if (texts[i] != NULL) {
            buffer_append(body, texts[i], strlen(texts[i]) + 1);
        }
    }
    if ((flags & FILE_HAS_SIZE) != 0) {
        buffer_append(body, bytes, write_number(bytes, (uint64_t)file->size_bytes));
    }
}

static void read_part(const char **at, struct message_part *part)
{
    unsigned char who;

    part->kind = (unsigned char)*(*at)++;
    who = (unsigned char)*(*at)++;
    part->role = who & 0xF;
    part->flags = who >> 4;
    part->length = (size_t)read_number(at);
    part->text = *at;
    *at += part->length + 1;
}

static void read_file(const char **at, cpk_attachment *file)
{
    uint8_t flags = (uint8_t) * (*at)++;

    file->id = (flags & FILE_HAS_ID) != 0 ? read_text(at) : NULL;
    file->name = (flags & FILE_HAS_NAME) != 0 ? read_text(at) : NULL;
    file->media_type = (flags & FILE_HAS_TYPE) != 0 ? read_text(at) : NULL;
    file->size_bytes = (flags & FILE_HAS_SIZE) != 0 ? (int64_t)read_number(at) : -1;
}

int32_t message_body_next_part(const char **at, struct message_part *part)
{
    cpk_attachment passed;

    while (((unsigned char)**at & ITEM_FILE) != 0) {
        read_file(at, &passed);
    }
    if (**at == ITEM_END) {
        return 0;
    }
    read_part(at, part);
    return 1;
}

int32_t message_body_next_file(const char **at, cpk_attachment *file)
{
    struct message_part passed;

    while (**at != ITEM_END && ((unsigned char)**at & ITEM_FILE) == 0) {
        read_part(at, &passed);
    }
    if (**at == ITEM_END) {
        return 0;
    }
    read_file(at, file);
    return 1;
}

/* --- blocks --- */

void message_store_init(struct message_store *store, const cpk_allocator *allocator)
{
    memset(store, 0, sizeof *store);
    store->allocator = allocator;
}

static void free_arrays(struct message_store *store)
{
    memory_release_array(store->allocator, store->places, store->capacity, sizeof *store->places);
    memory_release_array(store->allocator, store->models, store->model_capacity, sizeof *store->models);
    store->places = NULL;
    store->capacity = 0;
    store->models = NULL;
    store->model_capacity = 0;
}

void message_store_clear(struct message_store *store)
{
    size_t kept = store->block_count > 0 && store->block_sizes[0] == BLOCK_BYTES;

    for (size_t i = kept; i < store->block_count; i++) {
        memory_release(store->allocator, store->blocks[i], store->block_sizes[i]);
    }
    store->block_count = kept;
    store->current = 0;
    store->current_used = 0;
    store->used_bytes = 0;
    store->count = 0;
    store->model_count = 0;
    if (store->capacity > KEPT_MESSAGES || store->model_capacity > KEPT_MESSAGES) {
        free_arrays(store);
    }
}

void message_store_free(struct message_store *store)
{
    for (size_t i = 0; i < store->block_count; i++) {
        memory_release(store->allocator, store->blocks[i], store->block_sizes[i]);
    }
    memory_release_array(store->allocator, store->blocks, store->block_capacity, sizeof *store->blocks);
    memory_release_array(store->allocator, store->block_sizes, store->block_capacity, sizeof *store->block_sizes);
    free_arrays(store);
    message_store_init(store, store->allocator);
}

int32_t message_store_is_full(const struct message_store *store)
{
    return store->block_count + 2 >= BLOCKS_MAX || store->count >= INT32_MAX; /* a message may begin two blocks */
}

static int32_t grow_block_list(struct message_store *store)
{
    size_t capacity = store->block_capacity + store->block_capacity / 2 + 8;
    char **blocks =
        memory_resize_array(store->allocator, store->blocks, store->block_capacity, capacity, sizeof *blocks);
    size_t *sizes;

    if (blocks == NULL) {
        return 0;
    }
    store->blocks = blocks;
    sizes = memory_resize_array(store->allocator, store->block_sizes, store->block_capacity, capacity, sizeof *sizes);
    if (sizes == NULL) { /* the list of blocks has the size that its release is told */
        blocks = memory_resize_array(store->allocator, blocks, capacity, store->block_capacity, sizeof *blocks);
        store->blocks = blocks != NULL ? blocks : store->blocks;
        return 0;
    }
    store->block_sizes = sizes;
    store->block_capacity = capacity;
    return 1;
}

static int32_t add_block(struct message_store *store, size_t size_bytes)
{
    char *block;

    if (store->block_count == store->block_capacity && !grow_block_list(store)) {
        return 0;
    }
    block = memory_allocate(store->allocator, size_bytes);
    if (block == NULL) {
        return 0;
    }
    store->blocks[store->block_count] = block;
    store->block_sizes[store->block_count++] = size_bytes;
    return 1;
}

/* Space for that many bytes, and its place; NULL without memory. */
static char *allocate(struct message_store *store, size_t length, uint32_t *place)
{
    size_t block = store->current;
    size_t start = store->current_used;

    if (length > BLOCK_BYTES) {
        block = store->block_count;
        start = 0;
        if (!add_block(store, length)) {
            return NULL;
        }
        store->current += store->current == block; /* there was no block to be filled */
    } else if (block == store->block_count || BLOCK_BYTES - start < length) {
        block = store->block_count;
        start = 0;
        if (!add_block(store, BLOCK_BYTES)) {
            return NULL;
        }
        store->current = block;
        store->current_used = length;
    } else {
        store->current_used += length;
    }
    store->used_bytes += length;
    *place = (uint32_t)(block << 16 | start);
    return store->blocks[block] + start;
}

static const char *record_at(const struct message_store *store, size_t number)
{
    uint32_t place = store->places[number];

    return store->blocks[place >> 16] + (place & 0xFFFF);
}

/* --- records --- */

/* The number of a model, which is added unless it is one of the last ones; SIZE_MAX without memory. */
static size_t model_number(struct message_store *store, const char *model)
{
    size_t length = strlen(model) + 1;
    uint32_t place;
    char *copy;

    for (size_t i = store->model_count; i > 0 && store->model_count - i < MODELS_COMPARED; i--) {
        if (strcmp(store->models[i - 1], model) == 0) {
            return i - 1;
        }
    }
    if (store->model_count == store->model_capacity) {
        size_t capacity = store->model_capacity + store->model_capacity / 2 + 8;
        const char **models =
            memory_resize_array(store->allocator, store->models, store->model_capacity, capacity, sizeof *models);

        if (models == NULL) {
            return SIZE_MAX;
        }
        store->models = models;
        store->model_capacity = capacity;
    }
    copy = allocate(store, length, &place);
    if (copy == NULL) {
        return SIZE_MAX;
    }
    memcpy(copy, model, length);
    store->models[store->model_count] = copy;
    return store->model_count++;
}

static int32_t grow_places(struct message_store *store)
{
    size_t capacity = store->capacity + store->capacity / 2 + 64;
    uint32_t *places = memory_resize_array(store->allocator, store->places, store->capacity, capacity, sizeof *places);

    if (places == NULL) {
        return 0;
    }
    store->places = places;
    store->capacity = capacity;
    return 1;
}

static uint8_t flags_of(const struct chat_message *message, const struct buffer *body)
{
    return (uint8_t)((message->id != NULL ? RECORD_HAS_ID : 0) |
                     (message->parent_number >= 0  ? RECORD_HAS_NUMBER
                      : message->parent_id != NULL ? RECORD_HAS_PARENT
                                                   : 0) |
                     (message->model != NULL && body->length > 0 ? RECORD_HAS_MODEL : 0) |
                     (message->time_us != CPK_TIME_UNKNOWN ? RECORD_HAS_TIME : 0) |
                     (body->length > 0 ? RECORD_HAS_BODY : 0) | (message->is_aside ? RECORD_IS_ASIDE : 0));
}

/* Order in a record: flags, id, parent, model, time, role and flags, then of a body: kind, items. */
int32_t message_store_add(struct message_store *store, const struct chat_message *message, const struct buffer *body)
{
    uint8_t flags = flags_of(message, body);
    size_t id_bytes = message->id != NULL ? strlen(message->id) + 1 : 0;
    size_t parent_bytes = (flags & RECORD_HAS_PARENT) != 0 ? strlen(message->parent_id) + 1 : 0;
    char numbers[2 * VARINT_BYTES + sizeof message->time_us + 2];
    size_t number_bytes = 0;
    size_t model = 0;
    uint32_t place;
    char *at;

    if ((flags & RECORD_HAS_NUMBER) != 0) {
        number_bytes += write_number(numbers, (uint64_t)message->parent_number);
    }
    if ((flags & RECORD_HAS_MODEL) != 0) {
        model = model_number(store, message->model);
        number_bytes += write_number(numbers + number_bytes, model);
    }
    if ((flags & RECORD_HAS_TIME) != 0) {
        memcpy(numbers + number_bytes, &message->time_us, sizeof message->time_us);
        number_bytes += sizeof message->time_us;
    }
    numbers[number_bytes++] = (char)(message->role | message->flags << 4);
    if ((flags & RECORD_HAS_BODY) != 0) {
        numbers[number_bytes++] = (char)message->kind;
    }
    if (model == SIZE_MAX || (store->count == store->capacity && !grow_places(store))) {
        return 0;
    }
    at =
        allocate(store, 1 + id_bytes + parent_bytes + number_bytes + (body->length > 0 ? body->length + 1 : 0), &place);
    if (at == NULL) {
        return 0;
    }
    store->places[store->count++] = place;
    *at++ = (char)flags;
    if (id_bytes > 0) {
        memcpy(at, message->id, id_bytes);
    }
    if (parent_bytes > 0) {
        memcpy(at + id_bytes, message->parent_id, parent_bytes);
    }
    memcpy(at + id_bytes + parent_bytes, numbers, number_bytes);
    if (body->length > 0) {
        memcpy(at + id_bytes + parent_bytes + number_bytes, body->data, body->length + 1);
    }
    return 1;
}

void message_store_get(const struct message_store *store, size_t number, struct chat_message *message)
{
    const char *at = record_at(store, number);
    uint8_t flags = (uint8_t)*at++;

    memset(message, 0, sizeof *message);
    message->body = "";
    message->id = (flags & RECORD_HAS_ID) != 0 ? read_text(&at) : NULL;
    message->id = (flags & RECORD_LOST_ID) != 0 ? NULL : message->id;
    message->parent_id = (flags & RECORD_HAS_PARENT) != 0 ? read_text(&at) : NULL;
    message->parent_number = (flags & RECORD_HAS_NUMBER) != 0 ? (int32_t)read_number(&at) : MESSAGE_NONE;
    message->model = (flags & RECORD_HAS_MODEL) != 0 ? store->models[read_number(&at)] : NULL;
    message->time_us = CPK_TIME_UNKNOWN;
    message->is_aside = (flags & RECORD_IS_ASIDE) != 0;
    if ((flags & RECORD_HAS_TIME) != 0) {
        memcpy(&message->time_us, at, sizeof message->time_us);
        at += sizeof message->time_us;
    }
    message->role = (unsigned char)*at & 0xF;
    message->flags = (unsigned char)*at++ >> 4;
    if ((flags & RECORD_HAS_BODY) != 0) {
        message->kind = (unsigned char)*at++;
        message->body = at;
    }
}

const char *message_store_id(const struct message_store *store, size_t number)
{
    const char *record = record_at(store, number);

    return (*record & (RECORD_HAS_ID | RECORD_LOST_ID)) == RECORD_HAS_ID ? record + 1 : NULL;
}

int32_t message_store_is_empty(const struct message_store *store, size_t number)
{
    return (*record_at(store, number) & RECORD_HAS_BODY) == 0;
}

void message_store_drop_id(struct message_store *store, size_t number)
{
    uint32_t place = store->places[number];
    char *flags = store->blocks[place >> 16] + (place & 0xFFFF);

    *flags = (char)(*flags | RECORD_LOST_ID);
}
