#include "ingest/conversations.h"

#include "base/error.h"
#include "base/hash.h"
#include "base/memory.h"
#include "extract/import.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_SLOTS 256

void conversations_init(struct conversations *conversations, const cpk_allocator *allocator, conversations_load_fn load,
                        void *load_user)
{
    memset(conversations, 0, sizeof *conversations);
    conversations->allocator = allocator;
    conversations->load = load;
    conversations->load_user = load_user;
    arena_init(&conversations->texts, allocator);
}

cpk_status hash_list_append(const cpk_allocator *allocator, struct hash_list *list, const void *hashes, size_t count,
                            cpk_error **error)
{
    if (count > list->capacity - list->count) {
        size_t capacity = list->capacity + list->capacity / 2 + count;
        uint64_t *items = memory_resize_array(allocator, list->items, list->capacity, capacity, sizeof *items);

        if (items == NULL) {
            return error_out_of_memory(error);
        }
        list->items = items;
        list->capacity = capacity;
    }
    if (count > 0) {
        memcpy(list->items + list->count, hashes, count * sizeof *list->items);
    }
    list->count += count;
    return CPK_OK;
}

void hash_list_free(const cpk_allocator *allocator, struct hash_list *list)
{
    memory_release_array(allocator, list->items, list->capacity, sizeof *list->items);
    memset(list, 0, sizeof *list);
}

/* Hashes identity and content: an edited message counts as a new one. */
static uint64_t message_hash(const cpk_message *message)
{
    int32_t nature[2] = {message->role, message->kind};
    uint64_t hash = hash_bytes(0, message->message_id, strlen(message->message_id) + 1);

    hash = hash_bytes(hash, nature, sizeof nature);
    hash = hash_words(hash, message->text, message->text_length);
    return hash != 0 ? hash : 1;
}

static int32_t is_of(const struct conversation_entry *entry, const cpk_message *message, uint64_t key)
{
    return entry->key == key && strcmp(entry->conversation_id, message->conversation_id) == 0 &&
           strcmp(entry->provider, message->provider) == 0;
}

/* Returns the slot that holds the conversation, or the free slot where to insert it. */
static size_t find_slot(const struct conversations *conversations, const cpk_message *message, uint64_t key)
{
    size_t slot = (size_t)key & (conversations->slot_count - 1);

    while (conversations->slots[slot] != 0 &&
           !is_of(conversations->entries[conversations->slots[slot] - 1], message, key)) {
        slot = (slot + 1) & (conversations->slot_count - 1);
    }
    return slot;
}

static cpk_status grow_slots(struct conversations *conversations, cpk_error **error)
{
    size_t slot_count = conversations->slot_count > 0 ? conversations->slot_count * 2 : FIRST_SLOTS;
    size_t *slots = memory_allocate_array(conversations->allocator, slot_count, sizeof *slots);

    if (slots == NULL) {
        return error_out_of_memory(error);
    }
    memset(slots, 0, slot_count * sizeof *slots);
    for (size_t i = 0; i < conversations->count; i++) {
        size_t slot = (size_t)conversations->entries[i]->key & (slot_count - 1);

        while (slots[slot] != 0) {
            slot = (slot + 1) & (slot_count - 1);
        }
        slots[slot] = i + 1;
    }
    memory_release_array(conversations->allocator, conversations->slots, conversations->slot_count, sizeof *slots);
    conversations->slots = slots;
    conversations->slot_count = slot_count;
    return CPK_OK;
}

static cpk_status make_room(struct conversations *conversations, cpk_error **error)
{
    if (conversations->count == conversations->capacity) {
        size_t capacity = conversations->capacity + conversations->capacity / 2 + FIRST_SLOTS;
        struct conversation_entry **entries = memory_resize_array(conversations->allocator, conversations->entries,
                                                                  conversations->capacity, capacity, sizeof *entries);

        if (entries == NULL) {
            return error_out_of_memory(error);
        }
        conversations->entries = entries;
        conversations->capacity = capacity;
    }
    if (conversations->count >= conversations->slot_count / 2) {
        return grow_slots(conversations, error);
    }
    return CPK_OK;
}

static int compare_hashes(const void *left, const void *right)
{
    const uint64_t *a = left;
    const uint64_t *b = right;

    return (*a > *b) - (*a < *b);
}

static cpk_status create_entry(struct conversations *conversations, const cpk_message *message, uint64_t key,
                               struct conversation_entry **entry, cpk_error **error)
{
    struct conversation_entry *made = arena_allocate_zeroed(&conversations->texts, 1, sizeof *made);

    if (made == NULL) {
        return error_out_of_memory(error);
    }
    made->key = key;
    made->provider = arena_copy_text(&conversations->texts, message->provider);
    made->conversation_id = arena_copy_text(&conversations->texts, message->conversation_id);
    made->title = arena_copy_text(&conversations->texts, message->conversation_title);
    made->first_us = CPK_TIME_UNKNOWN;
    made->last_us = CPK_TIME_UNKNOWN;
    if (made->provider == NULL || made->conversation_id == NULL || made->title == NULL) {
        return error_out_of_memory(error);
    }
    conversations->entries[conversations->count++] = made; /* owned by the table from here on */
    *entry = made;
    CPK_TRY(conversations->load(conversations->load_user, made->provider, made->conversation_id, &made->known, error));
    if (made->known.count > 0) {
        qsort(made->known.items, made->known.count, sizeof *made->known.items, compare_hashes);
    }
    return CPK_OK;
}

static uint64_t hash_at(const struct conversation_entry *entry, uint32_t number)
{
    return number < entry->known.count ? entry->known.items[number] : entry->added.items[number - entry->known.count];
}

/* The slot of a hash, or the free one where its number is to be put. */
static size_t seen_slot(const struct seen_hashes *seen, const struct conversation_entry *entry, uint64_t hash)
{
    size_t slot = (size_t)((hash >> 32) * seen->slot_count >> 32);

    while (seen->slots[slot] != 0 && hash_at(entry, seen->slots[slot] - 1) != hash) {
        slot = slot + 1 < seen->slot_count ? slot + 1 : 0;
    }
    return slot;
}

/* Makes the table for the current conversation's lists, with space for half as many more. The old one, which can be
 * made again, is freed first. */
static cpk_status fill_seen(struct conversations *conversations, cpk_error **error)
{
    const struct conversation_entry *entry = conversations->current;
    struct seen_hashes *seen = &conversations->seen;
    size_t count = entry->known.count + entry->added.count;
    size_t slot_count = FIRST_SLOTS + 2 * count;

    if (count >= UINT32_MAX / 4) {
        return error_set(error, CPK_ERROR_LIMIT_EXCEEDED, "import", "a conversation has more than %zu messages", count);
    }
    seen->count = count;
    if (seen->slot_count < slot_count || seen->slot_count / 4 > slot_count) {
        memory_release_array(conversations->allocator, seen->slots, seen->slot_count, sizeof *seen->slots);
        seen->slot_count = 0;
        seen->slots = memory_allocate_array(conversations->allocator, slot_count, sizeof *seen->slots);
        if (seen->slots == NULL) {
            return error_out_of_memory(error);
        }
        seen->slot_count = slot_count;
    }
    memset(seen->slots, 0, seen->slot_count * sizeof *seen->slots);
    for (size_t i = conversations->is_restoring ? entry->known.count : 0; i < count; i++) {
        seen->slots[seen_slot(seen, entry, hash_at(entry, (uint32_t)i))] = (uint32_t)i + 1;
    }
    return CPK_OK;
}

static cpk_status find_entry(struct conversations *conversations, const cpk_message *message, cpk_error **error)
{
    uint64_t key = import_conversation_key(message->provider, message->conversation_id);
    struct conversation_entry *entry = conversations->current;
    size_t slot;

    if (entry != NULL && is_of(entry, message, key)) {
        return CPK_OK;
    }
    CPK_TRY(make_room(conversations, error));
    slot = find_slot(conversations, message, key);
    if (conversations->slots[slot] != 0) {
        entry = conversations->entries[conversations->slots[slot] - 1];
    } else {
        CPK_TRY(create_entry(conversations, message, key, &entry, error));
        conversations->slots[slot] = conversations->count;
    }
    conversations->current = entry;
    return fill_seen(conversations, error);
}

static int32_t is_known(const struct hash_list *known, uint64_t hash)
{
    return known->count > 0 && bsearch(&hash, known->items, known->count, sizeof hash, compare_hashes) != NULL;
}

cpk_status conversations_add(struct conversations *conversations, const cpk_message *message,
                             struct conversation_entry **entry, enum message_state *state, cpk_error **error)
{
    struct seen_hashes *seen = &conversations->seen;
    uint64_t hash = message_hash(message);
    size_t slot;

    CPK_TRY(find_entry(conversations, message, error));
    *entry = conversations->current;
    if (seen->count >= seen->slot_count / 4 * 3) {
        CPK_TRY(fill_seen(conversations, error));
    }
    slot = seen_slot(seen, *entry, hash);
    if (seen->slots[slot] != 0) {
        *state = conversations->is_restoring || seen->slots[slot] <= (*entry)->known.count ? MESSAGE_KNOWN
                                                                                           : MESSAGE_REPEATED;
        return CPK_OK;
    }
    /* When restoring a source, only what it brought is new. */
    if (conversations->is_restoring && !is_known(&(*entry)->known, hash)) {
        *state = MESSAGE_KNOWN;
        return CPK_OK;
    }
    CPK_TRY(hash_list_append(conversations->allocator, &(*entry)->added, &hash, 1, error));
    seen->slots[slot] = (uint32_t)((*entry)->known.count + (*entry)->added.count);
    seen->count++;
    *state = MESSAGE_NEW;
    return CPK_OK;
}

void conversation_entry_count(struct conversation_entry *entry, const cpk_message *message, int64_t tokens)
{
    entry->messages++;
    entry->tokens += tokens;
    if (message->time_us == CPK_TIME_UNKNOWN) {
        return;
    }
    if (entry->first_us == CPK_TIME_UNKNOWN || message->time_us < entry->first_us) {
        entry->first_us = message->time_us;
    }
    if (entry->last_us == CPK_TIME_UNKNOWN || message->time_us > entry->last_us) {
        entry->last_us = message->time_us;
    }
}

void conversations_free(struct conversations *conversations)
{
    for (size_t i = 0; i < conversations->count; i++) {
        hash_list_free(conversations->allocator, &conversations->entries[i]->known);
        hash_list_free(conversations->allocator, &conversations->entries[i]->added);
    }
    memory_release_array(conversations->allocator, conversations->entries, conversations->capacity,
                         sizeof *conversations->entries);
    memory_release_array(conversations->allocator, conversations->slots, conversations->slot_count,
                         sizeof *conversations->slots);
    memory_release_array(conversations->allocator, conversations->seen.slots, conversations->seen.slot_count,
                         sizeof *conversations->seen.slots);
    arena_free(&conversations->texts);
    memset(conversations, 0, sizeof *conversations);
}
