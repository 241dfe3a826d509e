#include "ingest/known_messages.h"

#include "base/error.h"
#include "base/memory.h"
#include "extract/import.h"
#include "store/conversation.h"

#include <stdlib.h>
#include <string.h>

#define BYTES_MIN ((int64_t)4 * 1024 * 1024)
/* Conversations that are looked up one by one before all of the pack's are read, so that a source of one conversation
 * costs the same in a pack of any size. */
#define LOOKUPS_MAX 1

enum { KNOWN_UNREAD, KNOWN_READ, KNOWN_TOO_LARGE };

void known_messages_init(struct known_messages *known, cpk_session *session, const cpk_source *source, int32_t scope)
{
    memset(known, 0, sizeof *known);
    known->session = session;
    known->pack_id = source->pack_id;
    known->source_id = source->source_id;
    known->scope = scope;
    known->addition = KNOWN_ANY_ADDITION;
    known->bytes_max = source->file_size_bytes > BYTES_MIN ? source->file_size_bytes : BYTES_MIN;
}

static const cpk_allocator *allocator_of(const struct known_messages *known)
{
    return &known->session->engine->context.allocator;
}

static cpk_status add_element(struct known_messages *known, uint64_t key, const char *content_hash, cpk_error **error)
{
    struct content_hash hash;

    if (!content_hash_read(content_hash, &hash)) {
        return CPK_OK;
    }
    if (known->element_count == known->element_capacity) {
        size_t capacity = known->element_capacity * 2 + 64;
        struct known_element *elements = memory_resize_array(allocator_of(known), known->elements,
                                                             known->element_capacity, capacity, sizeof *elements);

        if (elements == NULL) {
            return error_out_of_memory(error);
        }
        known->elements = elements;
        known->element_capacity = capacity;
    }
    known->elements[known->element_count++] = (struct known_element){key, hash};
    return CPK_OK;
}

/* Appends the hashes of a row that the scope asks for, without what separates additions. */
static cpk_status append_hashes(const struct known_messages *known, struct hash_list *list,
                                const struct store_conversation *row, cpk_error **error)
{
    const uint64_t *hashes = row->message_hashes;
    const size_t count = row->message_hashes_length / CONVERSATION_HASH_BYTES;
    uint64_t addition = 0;
    size_t at = 0;

    while (at < count) {
        size_t end = at;
        uint64_t hash = 1;

        while (end < count && hash != 0) {
            memcpy(&hash, hashes + end, sizeof hash);
            end += hash != 0;
        }
        if (known->addition == KNOWN_ANY_ADDITION || (uint64_t)known->addition == addition) {
            CPK_TRY(hash_list_append(allocator_of(known), list, hashes + at, end - at, error));
        }
        if (end + 1 < count) {
            memcpy(&addition, hashes + end + 1, sizeof addition);
        }
        at = end + CONVERSATION_ADDITION_HASHES;
    }
    return CPK_OK;
}

static cpk_status add_part(void *user, const struct store_conversation *conversation, cpk_error **error)
{
    struct known_messages *known = user;
    struct known_part *part;

    if (known->part_count == known->part_capacity) {
        size_t capacity = known->part_capacity * 2 + 64;
        struct known_part *parts =
            memory_resize_array(allocator_of(known), known->parts, known->part_capacity, capacity, sizeof *parts);

        if (parts == NULL) {
            return error_out_of_memory(error);
        }
        known->parts = parts;
        known->part_capacity = capacity;
    }
    part = &known->parts[known->part_count];
    part->key = import_conversation_key(conversation->provider, conversation->conversation_id);
    part->first = known->hashes.count;
    CPK_TRY(append_hashes(known, &known->hashes, conversation, error));
    part->count = known->hashes.count - part->first;
    known->part_count++;
    return add_element(known, part->key, conversation->content_hash, error);
}

static int compare_parts(const void *left, const void *right)
{
    const struct known_part *a = left;
    const struct known_part *b = right;

    return (a->key > b->key) - (a->key < b->key);
}

static int compare_elements(const void *left, const void *right)
{
    const struct import_element *a = &((const struct known_element *)left)->hash.element;
    const struct import_element *b = &((const struct known_element *)right)->hash.element;

    return a->head != b->head ? (a->head > b->head) - (a->head < b->head)
                              : (a->hash[0] > b->hash[0]) - (a->hash[0] < b->hash[0]);
}

static cpk_status read_all(struct known_messages *known, cpk_error **error)
{
    const struct conversation_parts which = {NULL, known->pack_id, known->source_id, known->scope};
    struct store *store = known->session->work;
    int64_t bytes;
    int64_t parts;

    CPK_TRY(store_conversation_measure(store, &which, &parts, &bytes, error));
    if (bytes + parts * (int64_t)(sizeof *known->parts + sizeof *known->elements) > known->bytes_max) {
        known->state = KNOWN_TOO_LARGE;
        return CPK_OK;
    }
    if (parts > 0) {
        CPK_TRY(store_conversation_list_known(store, &which, add_part, known, error));
        qsort(known->parts, known->part_count, sizeof *known->parts, compare_parts);
    }
    if (known->element_count > 0) {
        qsort(known->elements, known->element_count, sizeof *known->elements, compare_elements);
    }
    known->state = KNOWN_READ;
    return CPK_OK;
}

struct find_call {
    struct known_messages *known;
    struct hash_list *found;
};

static cpk_status add_found(void *user, const struct store_conversation *conversation, cpk_error **error)
{
    struct find_call *call = user;
    const int32_t is_own = strcmp(conversation->source_id, call->known->source_id) == 0;

    if (call->known->scope != PARTS_OF_ALL && is_own != (call->known->scope == PARTS_OF_SOURCE)) {
        return CPK_OK;
    }
    return append_hashes(call->known, call->found, conversation, error);
}

/* Returns the first part whose key is not less than `key`. */
static size_t first_part(const struct known_messages *known, uint64_t key)
{
    size_t low = 0;
    size_t high = known->part_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (known->parts[middle].key < key) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

cpk_status known_messages_find(struct known_messages *known, const char *provider, const char *conversation_id,
                               struct hash_list *found, cpk_error **error)
{
    const uint64_t key = import_conversation_key(provider, conversation_id);
    struct find_call call = {known, found};

    if (known->state == KNOWN_UNREAD && known->lookups++ >= LOOKUPS_MAX) {
        CPK_TRY(read_all(known, error));
    }
    if (known->state != KNOWN_READ) {
        return store_conversation_find(known->session->work,
                                       &(struct conversation_key){NULL, known->pack_id, provider, conversation_id},
                                       add_found, &call, error);
    }
    for (size_t i = first_part(known, key); i < known->part_count && known->parts[i].key == key; i++) {
        CPK_TRY(hash_list_append(allocator_of(known), found, known->hashes.items + known->parts[i].first,
                                 known->parts[i].count, error));
    }
    return CPK_OK;
}

cpk_status known_messages_has_elements(struct known_messages *known, int32_t *has_any, cpk_error **error)
{
    if (known->state == KNOWN_UNREAD) {
        CPK_TRY(read_all(known, error));
    }
    *has_any = known->element_count > 0;
    return CPK_OK;
}

/* 1 if the pack knows the same messages of the conversation as when the element was read. */
static int32_t is_current(const struct known_messages *known, const struct known_element *element)
{
    uint64_t sum = 0;
    size_t count = 0;

    for (size_t i = first_part(known, element->key); i < known->part_count && known->parts[i].key == element->key;
         i++) {
        sum = content_hash_sum(sum, known->hashes.items + known->parts[i].first, known->parts[i].count);
        count += known->parts[i].count;
    }
    return sum == element->hash.known_sum && (int64_t)count == element->hash.known_count;
}

/* Index of the first element with this head and first half of the hash, or greater ones. */
static size_t first_element(const struct known_messages *known, uint64_t head, uint64_t hash)
{
    size_t low = 0;
    size_t high = known->element_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct import_element *element = &known->elements[middle].hash.element;

        if (element->head < head || (element->head == head && element->hash[0] < hash)) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

int64_t known_messages_find_length(const struct known_messages *known, uint64_t head, size_t index)
{
    size_t at = first_element(known, head, 0) + index;

    return at < known->element_count && known->elements[at].hash.element.head == head
               ? known->elements[at].hash.element.length
               : 0;
}

void known_messages_find_element(const struct known_messages *known, const struct import_element *element,
                                 int64_t *messages, uint64_t *conversation)
{
    *messages = -1;
    *conversation = 0;
    for (size_t i = first_element(known, element->head, element->hash[0]); i < known->element_count; i++) {
        const struct import_element *other = &known->elements[i].hash.element;

        if (other->head != element->head || other->hash[0] != element->hash[0]) {
            return;
        }
        if (other->hash[1] == element->hash[1] && other->length == element->length &&
            is_current(known, &known->elements[i])) {
            *messages = known->elements[i].hash.messages;
            *conversation = known->elements[i].key;
            return;
        }
    }
}

void known_messages_free(struct known_messages *known)
{
    if (known->session != NULL) {
        memory_release_array(allocator_of(known), known->elements, known->element_capacity, sizeof *known->elements);
        memory_release_array(allocator_of(known), known->parts, known->part_capacity, sizeof *known->parts);
        hash_list_free(allocator_of(known), &known->hashes);
    }
}
