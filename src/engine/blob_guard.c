#include "engine/blob_guard.h"

#include "base/error.h"
#include "base/json/json.h"
#include "base/memory.h"
#include "engine/blob_key.h"
#include "store/claim.h"
#include "store/folder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LISTED_BATCH  256 /* keys whose rows are looked up in one query while listing */
#define REMOVED_BATCH 64  /* the same, immediately before removal */

/* A claim whose path has no leading or trailing slashes. */
struct found_claim {
    const char *text;
    const char *other; /* another user with the same claim, or NULL */
    int32_t kind;
    int32_t is_own;
    int32_t is_service;
};

struct claim_list {
    struct found_claim *items;
    size_t count;
    size_t capacity;
};

/* The claims that rows make on one batch of keys. */
struct guard_claims {
    const cpk_allocator *allocator;
    struct arena texts;
    struct claim_list paths;
    struct claim_list identifiers;
};

/* --- the folder --- */

static void take_neighbour(void *user, int32_t relation, const char *user_id, const char *directory)
{
    struct blob_guard *guard = user;

    (void)directory;
    guard->is_shared |= relation == 0;
    guard->contains_others |= relation < 0;
    guard->lies_in_other |= relation > 0;
    snprintf(guard->neighbour, sizeof guard->neighbour, "%s", user_id);
}

/* Queried again before blobs are removed: profiles may have been added or changed. */
static cpk_status look_around(struct blob_guard *guard, cpk_error **error)
{
    guard->is_shared = guard->contains_others = guard->lies_in_other = 0;
    if (guard->folder[0] == '\0' || guard->purpose == GUARD_PACK) {
        return CPK_OK;
    }
    return store_folder_neighbours(guard->store, guard->user_id, guard->folder, take_neighbour, guard, error);
}

cpk_status blob_guard_init(struct blob_guard *guard, cpk_engine *engine, struct store *store, int32_t purpose,
                           const struct blob_owner *owner, cpk_error **error)
{
    memset(guard, 0, sizeof *guard);
    guard->engine = engine;
    guard->store = store;
    guard->purpose = purpose;
    guard->user_id = owner->user_id;
    guard->pack_id = owner->pack_id;
    if (purpose == GUARD_PACK) { /* the key of a pack's folder may be longer */
        snprintf(guard->folder, sizeof guard->folder, "%s", owner->folder);
    } else if (folder_problem(owner->folder) == NULL) {
        snprintf(guard->folder, sizeof guard->folder, "%s", owner->folder);
    }
    guard->is_named_after_owner =
        folder_has_part(guard->folder, owner->pack_id != NULL ? owner->pack_id : owner->user_id);
    return look_around(guard, error);
}

int32_t blob_guard_is_listed(const struct blob_guard *guard)
{
    return guard->folder[0] != '\0' && !guard->is_shared && !guard->contains_others;
}

/* --- claims --- */

static int compare_claims(const void *left, const void *right)
{
    return strcmp(((const struct found_claim *)left)->text, ((const struct found_claim *)right)->text);
}

static cpk_status add_claim(struct guard_claims *claims, struct claim_list *list, const struct found_claim *claim,
                            cpk_error **error)
{
    if (list->count == list->capacity) {
        const size_t capacity = list->capacity > 0 ? 2 * list->capacity : 64;
        struct found_claim *grown =
            memory_resize_array(claims->allocator, list->items, list->capacity, capacity, sizeof *grown);

        if (grown == NULL) {
            return error_out_of_memory(error);
        }
        list->items = grown;
        list->capacity = capacity;
    }
    list->items[list->count++] = *claim;
    return CPK_OK;
}

/* A claim_fn. */
static cpk_status take_claim(void *user, const struct claim *claim, cpk_error **error)
{
    struct guard_claims *claims = user;
    struct found_claim found = {.kind = claim->kind, .is_own = claim->is_own, .is_service = claim->is_service};
    const char *text = claim->text;
    size_t length;
    char *copy;

    if (claim->kind != CLAIM_IDENTIFIER) {
        text += strspn(text, "/");
    }
    length = strlen(text);
    while (claim->kind != CLAIM_IDENTIFIER && length > 0 && text[length - 1] == '/') {
        length--;
    }
    copy = arena_copy_bytes(&claims->texts, text, length);
    found.text = copy;
    found.other = arena_copy_text(&claims->texts, claim->other_owner);
    if (copy == NULL || (claim->other_owner != NULL && found.other == NULL)) {
        return error_out_of_memory(error);
    }
    return add_claim(claims, claim->kind == CLAIM_IDENTIFIER ? &claims->identifiers : &claims->paths, &found, error);
}

static void add_parts(struct json_writer *parts, struct json_writer *uuids, const char *previous, const char *key)
{
    char part[CPK_STORAGE_KEY_BYTES_MAX + 1];
    const char *at = key;

    for (;;) {
        const size_t length = strcspn(at, "/");
        const size_t end = (size_t)(at - key) + length;

        if (length < sizeof part &&
            (previous == NULL || strncmp(previous, key, end) != 0 || (previous[end] != '/' && previous[end] != '\0'))) {
            memcpy(part, at, length);
            part[length] = '\0';
            json_write_text(parts, part, length);
            if (uuid_is_valid(part)) {
                json_write_text(uuids, part, length);
            }
        }
        if (at[length] == '\0') {
            return;
        }
        at += length + 1;
    }
}

static cpk_status read_claims(const struct blob_guard *guard, struct guard_claims *claims, const char *const *keys,
                              size_t count, cpk_error **error)
{
    struct buffer paths;
    struct buffer parts;
    struct buffer uuids;
    struct json_writer part_writer;
    struct json_writer uuid_writer;
    cpk_status status;

    buffer_init(&paths, claims->allocator);
    buffer_init(&parts, claims->allocator);
    buffer_init(&uuids, claims->allocator);
    json_writer_init(&part_writer, &parts);
    json_writer_init(&uuid_writer, &uuids);
    claim_paths_begin(&paths);
    json_write_begin_array(&part_writer);
    json_write_begin_array(&uuid_writer);
    for (size_t i = 0; i < count; i++) { /* keys are sorted: folders shared with the previous key are queried once */
        claim_paths_add(&paths, i > 0 ? keys[i - 1] : NULL, keys[i]);
        add_parts(&part_writer, &uuid_writer, i > 0 ? keys[i - 1] : NULL, keys[i]);
    }
    claim_paths_end(&paths);
    json_write_end_array(&part_writer);
    json_write_end_array(&uuid_writer);
    status =
        store_claim_list(guard->store, &(struct claim_query){&paths, &parts, &uuids, guard->user_id, guard->pack_id},
                         take_claim, claims, error);
    buffer_free(&paths);
    buffer_free(&parts);
    buffer_free(&uuids);
    if (status == CPK_OK) {
        if (claims->paths.count > 0) {
            qsort(claims->paths.items, claims->paths.count, sizeof *claims->paths.items, compare_claims);
        }
        if (claims->identifiers.count > 0) {
            qsort(claims->identifiers.items, claims->identifiers.count, sizeof *claims->identifiers.items,
                  compare_claims);
        }
    }
    return status;
}

static int compare_text(const char *text, size_t length, const char *claimed)
{
    const int order = strncmp(text, claimed, length);

    return order != 0 ? order : claimed[length] != '\0' ? -1 : 0;
}

/* The first claim on a path, or NULL; *end is set past the last one. */
static const struct found_claim *find_claims(const struct claim_list *list, const char *text, size_t length,
                                             const struct found_claim **end)
{
    size_t low = 0;
    size_t high = list->count;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;

        if (compare_text(text, length, list->items[middle].text) > 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    high = low;
    while (high < list->count && compare_text(text, length, list->items[high].text) == 0) {
        high++;
    }
    *end = list->items + high;
    return low < high ? list->items + low : NULL;
}

/* --- verdicts --- */

/* The claims on one key, summarised. Lengths are those of the longest claimed folder that contains the key; 0:
 * none. */
struct facts {
    const char *other; /* user of a remaining row that names the blob; NULL: none */
    const char *pack_other;
    size_t pack_other_length;
    size_t pack_own_length;
    size_t profile_length; /* folder of another profile */
    int32_t is_own;        /* one of the user's own rows names it */
    int32_t is_own_surely; /* ... in a column that users cannot write */
};

static void add_facts(struct facts *facts, const struct found_claim *claim, size_t length, int32_t is_whole_key)
{
    if (claim->kind == CLAIM_PROFILE) {
        facts->profile_length = claim->other != NULL ? length : facts->profile_length;
    } else if (claim->kind == CLAIM_PACK) {
        facts->pack_own_length = claim->is_own ? length : facts->pack_own_length;
        facts->pack_other_length = claim->other != NULL ? length : facts->pack_other_length;
        facts->pack_other = claim->other != NULL ? claim->other : facts->pack_other;
    } else {
        facts->other = claim->other != NULL ? claim->other : facts->other;
        facts->is_own |= claim->is_own;
        facts->is_own_surely |= claim->is_own && claim->is_service && is_whole_key;
    }
}

static void find_facts(const struct guard_claims *claims, const char *key, struct facts *facts)
{
    const char *at = key;

    memset(facts, 0, sizeof *facts);
    for (;;) {
        const size_t length = strcspn(at, "/");
        const size_t end = (size_t)(at - key) + length;
        const struct found_claim *last;
        const struct found_claim *claim = find_claims(&claims->paths, key, end, &last);

        for (; claim != NULL && claim < last; claim++) {
            add_facts(facts, claim, end, key[end] == '\0');
        }
        claim = find_claims(&claims->identifiers, at, length, &last);
        for (; claim != NULL && claim < last; claim++) {
            add_facts(facts, claim, end, 0);
        }
        if (at[length] == '\0') {
            return;
        }
        at += length + 1;
    }
}

static int32_t is_in_folder(const struct blob_guard *guard, const char *key)
{
    return guard->folder[0] != '\0' && folder_holds(guard->folder, strlen(guard->folder), key);
}

static int32_t judge_orphan(const struct blob_guard *guard, const char *key, const struct facts *facts)
{
    const size_t folder_length = strlen(guard->folder);
    const char *path = key + folder_length + 1;
    int32_t layout;

    if (!is_in_folder(guard, key) || facts->profile_length >= folder_length) {
        return GUARD_FOREIGN;
    }
    if (facts->other != NULL || facts->is_own || facts->pack_other_length > 0) {
        return GUARD_NAMED;
    }
    layout = blob_key_layout(path);
    /* A pack's own row does not keep blobs of its deleted sources and exports. */
    if (facts->pack_own_length > 0 && (layout == KEY_LAYOUT_UNKNOWN || layout == KEY_LAYOUT_JOB ||
                                       facts->pack_own_length != folder_length + 1 + strcspn(path, "/"))) {
        return GUARD_NAMED;
    }
    return layout != KEY_LAYOUT_UNKNOWN ? GUARD_FREE : GUARD_UNKNOWN;
}

/* Length of the part of the key that proves ownership: the user's folder, or a leading path component that
 * contains the user's id. */
static size_t own_length(const struct blob_guard *guard, const char *key)
{
    const char *found;

    if (is_in_folder(guard, key)) {
        return strlen(guard->folder);
    }
    found = storage_is_of_user(key, "", guard->user_id) ? strstr(key, guard->user_id) : NULL;
    return found != NULL ? (size_t)(found - key) + strlen(guard->user_id) : 0;
}

static int32_t judge_of_account(const struct blob_guard *guard, const char *key, const struct facts *facts)
{
    const size_t own = own_length(guard, key);

    if (facts->other != NULL || facts->pack_other_length > 0) {
        return GUARD_NAMED;
    }
    if (facts->profile_length > own) {
        return GUARD_FOREIGN;
    }
    if (facts->is_own_surely || (own > 0 && (facts->is_own || facts->pack_own_length > own))) {
        return GUARD_FREE;
    }
    if (!is_in_folder(guard, key)) {
        return GUARD_UNKNOWN;
    }
    if (facts->profile_length == own) {
        return GUARD_FOREIGN; /* two profiles share the folder: the owner cannot be determined */
    }
    if (guard->is_named_after_owner && !guard->is_shared && !guard->contains_others && !guard->lies_in_other) {
        return GUARD_FREE;
    }
    return blob_key_layout(key + own + 1) != KEY_LAYOUT_UNKNOWN ? GUARD_FREE : GUARD_UNKNOWN;
}

static int32_t judge_of_pack(const struct blob_guard *guard, const char *key, const struct facts *facts)
{
    const size_t folder_length = strlen(guard->folder);

    if (facts->other != NULL || facts->pack_other_length >= (folder_length > 0 ? folder_length : 1)) {
        return GUARD_NAMED;
    }
    if (facts->profile_length > 0 && facts->profile_length >= folder_length && !facts->is_own_surely) {
        return GUARD_FOREIGN;
    }
    if (facts->is_own || (is_in_folder(guard, key) && guard->is_named_after_owner)) {
        return GUARD_FREE;
    }
    return GUARD_UNKNOWN;
}

static int32_t judge(struct blob_guard *guard, const struct guard_claims *claims, const char *key)
{
    struct facts facts;
    int32_t verdict;

    guard->named_by[0] = '\0';
    if (folder_is_reserved(key)) {
        return GUARD_FOREIGN;
    }
    find_facts(claims, key, &facts);
    verdict = guard->purpose == GUARD_SWEEP     ? judge_orphan(guard, key, &facts)
              : guard->purpose == GUARD_ACCOUNT ? judge_of_account(guard, key, &facts)
                                                : judge_of_pack(guard, key, &facts);
    if (verdict == GUARD_NAMED) {
        const char *other = facts.other != NULL ? facts.other : facts.pack_other;

        snprintf(guard->named_by, sizeof guard->named_by, "%s", other != NULL ? other : "");
    }
    return verdict;
}

static void claims_init(struct guard_claims *claims, const struct blob_guard *guard)
{
    memset(claims, 0, sizeof *claims);
    claims->allocator = &guard->engine->context.allocator;
    arena_init(&claims->texts, claims->allocator);
}

static void claims_free(struct guard_claims *claims)
{
    memory_release_array(claims->allocator, claims->paths.items, claims->paths.capacity, sizeof *claims->paths.items);
    memory_release_array(claims->allocator, claims->identifiers.items, claims->identifiers.capacity,
                         sizeof *claims->identifiers.items);
    arena_free(&claims->texts);
}

const char *blob_guard_reason(int32_t verdict)
{
    static const char *const reasons[] = {"it may go", "a row names it, or a folder that it lies in",
                                          "it lies in a folder of another profile, or of the library's own",
                                          "no row names it, and its place does not tell whose it is"};

    return verdict >= GUARD_FREE && verdict <= GUARD_UNKNOWN ? reasons[verdict] : "it is unknown";
}

/* --- listing --- */

struct guard_listing {
    struct blob_guard *guard;
    const char *path;
    guard_blob_fn each;
    void *user;
    struct buffer keys; /* keys of the batch, each NUL-terminated */
    cpk_blob_info infos[LISTED_BATCH];
    size_t count;
    int32_t is_stopped;
    cpk_status status;
    cpk_error *error;
};

static cpk_status judge_batch(struct guard_listing *listing, cpk_error **error)
{
    const char *keys[LISTED_BATCH];
    const char *key = buffer_text(&listing->keys);
    struct guard_claims claims;
    cpk_status status;

    for (size_t i = 0; i < listing->count; i++) {
        keys[i] = key;
        key += strlen(key) + 1;
    }
    claims_init(&claims, listing->guard);
    status = read_claims(listing->guard, &claims, keys, listing->count, error);
    for (size_t i = 0; status == CPK_OK && i < listing->count && !listing->is_stopped; i++) {
        listing->is_stopped = listing->each(listing->user, listing->guard, keys[i], &listing->infos[i],
                                            judge(listing->guard, &claims, keys[i])) != 0;
    }
    claims_free(&claims);
    buffer_clear(&listing->keys);
    listing->count = 0;
    return status;
}

static int32_t take_listed(void *user, const char *key, const cpk_blob_info *info)
{
    struct guard_listing *listing = user;

    if (!folder_holds(listing->path, strlen(listing->path), key)) {
        return 0;
    }
    buffer_append(&listing->keys, key, strlen(key) + 1);
    listing->infos[listing->count++] = *info;
    if (listing->keys.failed) {
        listing->status = error_out_of_memory(&listing->error);
    } else if (listing->count == LISTED_BATCH) {
        listing->status = judge_batch(listing, &listing->error);
    }
    return listing->status != CPK_OK || listing->is_stopped;
}

cpk_status blob_guard_list(struct blob_guard *guard, const char *path, guard_blob_fn each, void *user,
                           cpk_error **error)
{
    struct guard_listing *listing =
        memory_allocate_zeroed(&guard->engine->context.allocator, sizeof *listing); /* too large for the stack */
    cpk_status status;

    if (listing == NULL) {
        return error_out_of_memory(error);
    }
    listing->guard = guard;
    listing->path = path;
    listing->each = each;
    listing->user = user;
    buffer_init(&listing->keys, &guard->engine->context.allocator);
    status = storage_list(guard->engine->storage, path, take_listed, listing, error);
    if (status == CPK_OK && listing->status != CPK_OK) {
        status = error_give(error, listing->error);
        listing->error = NULL;
    }
    if (status == CPK_OK && listing->count > 0 && !listing->is_stopped) {
        status = judge_batch(listing, error);
    }
    cpk_error_free(listing->error);
    buffer_free(&listing->keys);
    memory_release(&guard->engine->context.allocator, listing, sizeof *listing);
    return status;
}

/* --- removing --- */

static cpk_status remove_batch(struct blob_guard *guard, struct storage *storage, const char *const *keys, size_t count,
                               int64_t *removed, cpk_error **error)
{
    const char *free_keys[REMOVED_BATCH];
    size_t free_count = 0;
    struct guard_claims claims;
    cpk_status status;

    CPK_TRY(look_around(guard, error));
    claims_init(&claims, guard);
    status = read_claims(guard, &claims, keys, count, error);
    for (size_t i = 0; status == CPK_OK && i < count; i++) {
        if (judge(guard, &claims, keys[i]) == GUARD_FREE) {
            free_keys[free_count++] = keys[i];
        }
    }
    if (status == CPK_OK) {
        status = storage_remove_many(storage, free_keys, free_count, error);
        *removed += status == CPK_OK ? (int64_t)free_count : 0;
    }
    claims_free(&claims);
    return status;
}

cpk_status blob_guard_remove(struct blob_guard *guard, struct storage *storage, const struct buffer *keys,
                             int64_t *removed, cpk_error **error)
{
    const char *batch[REMOVED_BATCH];
    size_t count = 0;

    if (keys->failed) {
        return error_out_of_memory(error);
    }
    for (size_t at = 0; at < keys->length; at += strlen(keys->data + at) + 1) {
        batch[count++] = keys->data + at;
        if (count == REMOVED_BATCH) {
            CPK_TRY(remove_batch(guard, storage, batch, count, removed, error));
            count = 0;
        }
    }
    return count > 0 ? remove_batch(guard, storage, batch, count, removed, error) : CPK_OK;
}

static int32_t collect_free(void *user, const struct blob_guard *guard, const char *key, const cpk_blob_info *info,
                            int32_t verdict)
{
    struct buffer *keys = user;

    (void)guard;
    (void)info;
    if (verdict == GUARD_FREE) {
        buffer_append(keys, key, strlen(key) + 1);
    }
    return keys->failed;
}

cpk_status blob_guard_remove_path(struct blob_guard *guard, struct storage *storage, const char *path,
                                  cpk_error **error)
{
    int64_t removed = 0;
    struct buffer keys;
    cpk_status status;

    buffer_init(&keys, &guard->engine->context.allocator);
    status = blob_guard_list(guard, path, collect_free, &keys, error);
    if (status == CPK_OK) {
        status = blob_guard_remove(guard, storage, &keys, &removed, error);
    }
    buffer_free(&keys);
    return status;
}
