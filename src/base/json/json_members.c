/* Access to an object's members by name, and serialisation of a json_view. */
#include "base/error.h"
#include "base/hash.h"
#include "base/json/json_pieces.h"
#include "base/json/json_scan.h"
#include "base/memory.h"

#include <math.h>

#define DRAIN_BYTES        ((size_t)32 * 1024)
#define LOOKUP_MIN         8 /* objects with fewer members are searched linearly */
#define UINT64_LAST        "18446744073709551615"

#define ROTATE(word, bits) ((word) << (bits) | (word) >> (64 - (bits)))

static void sip_round(uint64_t v[4])
{
    v[0] += v[1];
    v[1] = ROTATE(v[1], 13) ^ v[0];
    v[0] = ROTATE(v[0], 32);
    v[2] += v[3];
    v[3] = ROTATE(v[3], 16) ^ v[2];
    v[0] += v[3];
    v[3] = ROTATE(v[3], 21) ^ v[0];
    v[2] += v[1];
    v[1] = ROTATE(v[1], 17) ^ v[2];
    v[2] = ROTATE(v[2], 32);
}

/* SipHash-1-3: without the key, an attacker cannot choose names that collide. */
static uint64_t sip_hash(const uint64_t key[2], const char *bytes, size_t length)
{
    uint64_t v[4] = {key[0] ^ UINT64_C(0x736f6d6570736575), key[1] ^ UINT64_C(0x646f72616e646f6d),
                     key[0] ^ UINT64_C(0x6c7967656e657261), key[1] ^ UINT64_C(0x7465646279746573)};
    uint64_t word = 0;
    size_t left = length;

    for (; left >= sizeof word; left -= sizeof word, bytes += sizeof word) {
        memcpy(&word, bytes, sizeof word);
        v[3] ^= word;
        sip_round(v);
        v[0] ^= word;
    }
    word = 0;
    memcpy(&word, bytes, left);
    word ^= (uint64_t)length << 56;
    v[3] ^= word;
    sip_round(v);
    v[0] ^= word;
    v[2] ^= 0xFF;
    sip_round(v);
    sip_round(v);
    sip_round(v);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

void json_members_init(struct json_members *members, const cpk_allocator *allocator)
{
    memset(members, 0, sizeof *members);
    members->allocator = allocator;
    buffer_init(&members->scratch, allocator);
}

void json_members_end_lookup(struct json_members *members)
{
    memory_release_array(members->allocator, members->slots, members->slot_count, sizeof *members->slots);
    members->slots = NULL;
    members->slot_count = 0;
    buffer_free(&members->scratch);
}

void json_members_free(struct json_members *members)
{
    json_members_end_lookup(members);
    memory_release_array(members->allocator, members->names, members->name_capacity, sizeof *members->names);
    json_members_init(members, members->allocator);
}

static struct json_view name_view(const struct json_doc *doc, uint32_t start)
{
    uint32_t span = JSON_NO_SPAN;

    return json_view_read(doc, start, &span);
}

struct json_view json_members_name(const struct json_members *members, size_t index)
{
    return name_view(members->doc, members->names[index]);
}

struct json_view json_members_value(struct json_members *members, size_t index)
{
    const struct json_doc *doc = members->doc;
    const char *end = doc->text + doc->length;
    const char *at = json_pass_space(doc->text + json_members_name(members, index).end, end);

    at = json_pass_space(at + 1, end); /* the colon */
    return json_doc_at(doc, (uint32_t)(at - doc->text), &members->hint);
}

/* Hashes a string; `scratch` is used to decode one with escapes. */
static cpk_status hash_view(struct json_view text, struct buffer *scratch, uint64_t *hash, cpk_error **error)
{
    const char *bytes = text.doc->text + text.start + 1;
    size_t length = json_text_bound(text);

    if (text.span != 0) {
        buffer_clear(scratch);
        json_append_text(scratch, text);
        if (scratch->failed) {
            return error_out_of_memory(error);
        }
        bytes = buffer_text(scratch);
        length = scratch->length;
    }
    *hash = sip_hash(text.doc->hash_key, bytes, length);
    return CPK_OK;
}

static size_t first_slot(uint64_t hash, size_t slot_count)
{
    return (size_t)((hash >> 32) * slot_count >> 32);
}

/* *slot is the slot of the name, or the free slot to insert it at. */
static cpk_status find_slot(struct json_members *members, struct json_view name, size_t *slot, cpk_error **error)
{
    uint64_t hash;

    CPK_TRY(hash_view(name, &members->scratch, &hash, error));
    *slot = first_slot(hash, members->slot_count);
    while (members->slots[*slot] != 0 && !json_same_text(json_members_name(members, members->slots[*slot] - 1), name)) {
        *slot = *slot + 1 < members->slot_count ? *slot + 1 : 0;
    }
    return CPK_OK;
}

static cpk_status allocate(struct json_members *members, size_t count, cpk_error **error)
{
    json_members_end_lookup(members);
    if (count > members->name_capacity || members->name_capacity > 2 * count + 1024) {
        memory_release_array(members->allocator, members->names, members->name_capacity, sizeof *members->names);
        members->name_capacity = 0;
        members->names = memory_allocate_array(members->allocator, count + 1, sizeof *members->names);
        if (members->names == NULL) {
            return error_out_of_memory(error);
        }
        members->name_capacity = count + 1;
    }
    if (count <= LOOKUP_MIN) {
        return CPK_OK;
    }
    members->slots = memory_allocate_zeroed(members->allocator, (count + count / 2) * sizeof *members->slots);
    if (members->slots == NULL) {
        return error_out_of_memory(error);
    }
    members->slot_count = count + count / 2;
    return CPK_OK;
}

static cpk_status add_name(struct json_members *members, struct json_view name, cpk_error **error)
{
    size_t index;
    size_t slot = 0;

    if (members->slots == NULL) {
        CPK_TRY(json_members_find(members, name, &index, error));
        index = index == SIZE_MAX ? members->count++ : index;
    } else {
        CPK_TRY(find_slot(members, name, &slot, error));
        index = members->slots[slot] != 0 ? members->slots[slot] - 1 : members->count++;
        members->slots[slot] = (uint32_t)index + 1;
    }
    members->names[index] = name.start; /* the last of duplicates wins */
    return CPK_OK;
}

cpk_status json_members_read(struct json_members *members, struct json_view object, cpk_error **error)
{
    struct json_iter iter;
    size_t count = 0;

    members->doc = object.doc;
    members->count = 0;
    members->hint = 0;
    json_iter_init(&iter, object);
    while (iter.is_object && json_iter_next(&iter)) {
        count++;
    }
    CPK_TRY(allocate(members, count, error));
    json_iter_init(&iter, object);
    while (iter.is_object && json_iter_next(&iter)) {
        CPK_TRY(add_name(members, iter.name, error));
    }
    return CPK_OK;
}

cpk_status json_members_find(struct json_members *members, struct json_view name, size_t *index, cpk_error **error)
{
    size_t slot;

    *index = SIZE_MAX;
    if (name.type != JSON_VIEW_STRING) {
        return CPK_OK;
    }
    if (members->slots == NULL) {
        for (size_t i = 0; i < members->count && *index == SIZE_MAX; i++) {
            *index = json_same_text(json_members_name(members, i), name) ? i : SIZE_MAX;
        }
        return CPK_OK;
    }
    CPK_TRY(find_slot(members, name, &slot, error));
    *index = members->slots[slot] != 0 ? members->slots[slot] - 1 : SIZE_MAX;
    return CPK_OK;
}

void json_texts_init(struct json_texts *texts, const cpk_allocator *allocator)
{
    memset(texts, 0, sizeof *texts);
    texts->allocator = allocator;
    buffer_init(&texts->scratch, allocator);
}

void json_texts_free(struct json_texts *texts)
{
    memory_release_array(texts->allocator, texts->slots, texts->slot_count, sizeof *texts->slots);
    buffer_free(&texts->scratch);
    json_texts_init(texts, texts->allocator);
}

cpk_status json_texts_begin(struct json_texts *texts, const struct json_doc *doc, size_t count_max, cpk_error **error)
{
    size_t slot_count = count_max + count_max / 2 + 1;

    json_texts_free(texts);
    texts->doc = doc;
    texts->slots = memory_allocate_zeroed(texts->allocator, slot_count * sizeof *texts->slots);
    if (texts->slots == NULL) {
        return error_out_of_memory(error);
    }
    texts->slot_count = slot_count;
    return CPK_OK;
}

/* *slot is the slot of the text, or the free slot to insert it at. */
static cpk_status find_text(struct json_texts *texts, struct json_view text, struct json_text_slot **slot,
                            cpk_error **error)
{
    uint64_t hash;
    size_t at;

    CPK_TRY(hash_view(text, &texts->scratch, &hash, error));
    at = first_slot(hash, texts->slot_count);
    while (texts->slots[at].start != 0 && !json_same_text(name_view(texts->doc, texts->slots[at].start), text)) {
        at = at + 1 < texts->slot_count ? at + 1 : 0;
    }
    *slot = &texts->slots[at];
    return CPK_OK;
}

cpk_status json_texts_add(struct json_texts *texts, struct json_view text, uint32_t value, uint32_t **known,
                          cpk_error **error)
{
    struct json_text_slot *slot;

    CPK_TRY(find_text(texts, text, &slot, error));
    *known = slot->start != 0 ? &slot->value : NULL;
    if (slot->start == 0) {
        *slot = (struct json_text_slot){text.start, value};
    }
    return CPK_OK;
}

cpk_status json_texts_find(struct json_texts *texts, struct json_view text, uint32_t **value, cpk_error **error)
{
    struct json_text_slot *slot;

    *value = NULL;
    if (text.type == JSON_VIEW_STRING) {
        CPK_TRY(find_text(texts, text, &slot, error));
        *value = slot->start != 0 ? &slot->value : NULL;
    }
    return CPK_OK;
}

/* An open object or array during serialisation. */
struct level {
    struct json_iter iter;       /* of an array */
    struct json_members members; /* of an object */
    size_t next;
    int32_t is_object;
};

typedef void (*json_drain_fn)(void *user, const char *bytes, size_t length);

struct compact {
    struct buffer *target;
    int32_t escape_slash;
    json_drain_fn drain; /* receives the output in pieces; NULL: all of it stays in `target` */
    void *user;
    struct level *levels;
    size_t depth;
    size_t capacity;
};

/* Passes the output to the drain callback once DRAIN_BYTES have accumulated. */
static void drain_target(const struct compact *compact)
{
    struct buffer *target = compact->target;

    if (compact->drain != NULL && target->length >= DRAIN_BYTES && !target->failed) {
        compact->drain(compact->user, target->data, target->length);
        buffer_clear(target);
    }
}

/* Escapes like json-c. */
static void append_escaped(const struct compact *compact, const char *text, size_t length)
{
    static const char *const escapes[] = {['\b'] = "\\b", ['\t'] = "\\t", ['\n'] = "\\n", ['\f'] = "\\f",
                                          ['\r'] = "\\r", ['"'] = "\\\"", ['/'] = "\\/",  ['\\'] = "\\\\"};
    struct buffer *target = compact->target;
    size_t from = 0;

    for (size_t i = 0; i < length; i++) {
        unsigned char byte = (unsigned char)text[i];

        if (byte >= ' ' && byte != '"' && byte != '\\' && (byte != '/' || !compact->escape_slash)) {
            continue;
        }
        buffer_append(target, text + from, i - from);
        if (byte < sizeof escapes / sizeof escapes[0] && escapes[byte] != NULL) {
            buffer_append_text(target, escapes[byte]);
        } else {
            buffer_append_format(target, "\\u%04x", byte);
        }
        from = i + 1;
    }
    buffer_append(target, text + from, length - from);
}

static void append_view_string(const struct compact *compact, struct json_view view)
{
    struct json_pieces pieces;

    buffer_append_byte(compact->target, '"');
    json_pieces_init(&pieces, view);
    while (json_pieces_next(&pieces)) {
        for (size_t at = 0; at < pieces.length; at += DRAIN_BYTES) {
            size_t left = pieces.length - at;

            append_escaped(compact, pieces.piece + at, left < DRAIN_BYTES ? left : DRAIN_BYTES);
            drain_target(compact);
        }
    }
    buffer_append_byte(compact->target, '"');
}

/* Writes a number as json-c would after parsing: integers saturated to 64 bits, others with their spelling. */
static void append_number(struct buffer *target, struct json_view view)
{
    const char *text = view.doc->text + view.start;
    size_t length = view.end - view.start;
    double number;

    json_number(view, &number);
    if (isnan(number)) {
        buffer_append_text(target, "NaN");
    } else if (text[length - 1] == 'y' || text[length - 1] == 'Y') {
        buffer_append_text(target, number < 0 ? "-Infinity" : "Infinity");
    } else if (memchr(text, '.', length) == NULL && memchr(text, 'e', length) == NULL &&
               memchr(text, 'E', length) == NULL) {
        while (length > 1 && text[0] == '0') {
            text++;
            length--;
        }
        if (text[0] != '-' && number >= 9223372036854775807.0) {
            int32_t fits = length < sizeof UINT64_LAST - 1 ||
                           (length == sizeof UINT64_LAST - 1 && memcmp(text, UINT64_LAST, length) <= 0);

            buffer_append(target, fits ? text : UINT64_LAST, fits ? length : sizeof UINT64_LAST - 1);
        } else {
            buffer_append_format(target, "%lld", (long long)json_int64(view, 0));
        }
    } else {
        while (length > 1 && strchr("eE+-", text[length - 1]) != NULL) {
            length--;
        }
        buffer_append(target, text, length);
    }
}

static cpk_status push(struct compact *compact, struct json_view view, cpk_error **error)
{
    const cpk_allocator *allocator = compact->target->allocator;
    struct level *level;

    if (compact->depth == compact->capacity) {
        size_t capacity = compact->capacity * 2 + 8;
        void *levels =
            memory_resize_array(allocator, compact->levels, compact->capacity, capacity, sizeof *compact->levels);

        if (levels == NULL) {
            return error_out_of_memory(error);
        }
        compact->levels = levels;
        compact->capacity = capacity;
    }
    level = &compact->levels[compact->depth++];
    memset(level, 0, sizeof *level);
    json_members_init(&level->members, allocator);
    level->is_object = view.type == JSON_VIEW_OBJECT;
    buffer_append_byte(compact->target, level->is_object ? '{' : '[');
    if (!level->is_object) {
        json_iter_init(&level->iter, view);
        return CPK_OK;
    }
    CPK_TRY(json_members_read(&level->members, view, error));
    json_members_end_lookup(&level->members);
    return CPK_OK;
}

static void pop(struct compact *compact)
{
    struct level *level = &compact->levels[--compact->depth];

    buffer_append_byte(compact->target, level->is_object ? '}' : ']');
    json_members_free(&level->members);
}

/* Writes the separator and name before the next value of the innermost level; 0 if there is no further value. */
static int32_t next_value(struct compact *compact, struct json_view *value)
{
    struct level *level = &compact->levels[compact->depth - 1];

    if (level->is_object ? level->next >= level->members.count : !json_iter_next(&level->iter)) {
        return 0;
    }
    if (level->next > 0) {
        buffer_append_byte(compact->target, ',');
    }
    if (level->is_object) {
        append_view_string(compact, json_members_name(&level->members, level->next));
        buffer_append_byte(compact->target, ':');
        *value = json_members_value(&level->members, level->next);
    } else {
        *value = level->iter.value;
    }
    level->next++;
    return 1;
}

static cpk_status append_value(struct compact *compact, struct json_view view, cpk_error **error)
{
    switch (view.type) {
    case JSON_VIEW_STRING:
        append_view_string(compact, view);
        break;
    case JSON_VIEW_NUMBER:
        append_number(compact->target, view);
        break;
    case JSON_VIEW_BOOL:
        buffer_append_text(compact->target, json_is_true(view) ? "true" : "false");
        break;
    case JSON_VIEW_NONE:
        buffer_append_text(compact->target, "null");
        break;
    default:
        return push(compact, view, error);
    }
    return CPK_OK;
}

static cpk_status write_value(struct compact *compact, struct json_view view, cpk_error **error)
{
    cpk_status status;

    CPK_TRY_CLEANUP(append_value(compact, view, error));
    while (compact->depth > 0) {
        struct json_view value;

        if (next_value(compact, &value)) {
            CPK_TRY_CLEANUP(append_value(compact, value, error));
        } else {
            pop(compact);
        }
        drain_target(compact);
    }
    status = compact->target->failed ? error_out_of_memory(error) : CPK_OK;
cleanup:
    while (compact->depth > 0) {
        pop(compact);
    }
    memory_release_array(compact->target->allocator, compact->levels, compact->capacity, sizeof *compact->levels);
    return status;
}

cpk_status json_append_compact(struct buffer *target, struct json_view view, cpk_error **error)
{
    struct compact compact = {.target = target};

    return write_value(&compact, view, error);
}

static void add_to_hash(void *user, const char *bytes, size_t length)
{
    uint64_t *state = user;

    *state = hash_add(*state, bytes, length);
}

cpk_status json_hash_compact(struct json_view view, const cpk_allocator *allocator, uint64_t *hash, cpk_error **error)
{
    uint64_t state = hash_begin(*hash);
    struct buffer target;
    struct compact compact = {.target = &target, .escape_slash = 1, .drain = add_to_hash, .user = &state};
    cpk_status status;

    buffer_init(&target, allocator);
    status = write_value(&compact, view, error);
    *hash = hash_end(hash_add(state, buffer_text(&target), target.length));
    buffer_free(&target);
    return status;
}
