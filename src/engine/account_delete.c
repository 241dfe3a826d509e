#include "engine/account_delete.h"

#include "base/error.h"
#include "base/json/json.h"
#include "base/memory.h"
#include "engine/blob_guard.h"
#include "storage/encryption/encryption.h"
#include "store/folder.h"
#include "store/unknown_column.h"
#include "store/user.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOTED_BLOBS_MAX 100 /* Kept blobs that the report names one by one; further ones are only counted. */
#define NOTE_BYTES      1400
#define NOTES_DEPTH_MAX 8

struct erasure {
    cpk_session *session;
    const struct op_context *op;
    const char *user_id;
    /* As the profile stores it, truncated where it exceeds the longest key. */
    char folder[CPK_STORAGE_KEY_BYTES_MAX + 1];
    struct blob_guard guard;
    int32_t removes; /* 0: dry run, only counts. */
    int64_t blobs;
    int64_t blob_bytes;
    int64_t kept_blobs;
    struct buffer keys;  /* Keys to remove, each NUL-terminated. */
    struct buffer paths; /* Keys named by the user's rows, each NUL-terminated. */
    struct buffer notes; /* JSON array of notes about what is kept. */
    struct json_writer writer;
};

/* --- report notes --- */

static void add_note(struct erasure *erasure, const char *where, const char *text)
{
    json_write_begin_object(&erasure->writer);
    json_write_key(&erasure->writer, "where");
    json_write_string(&erasure->writer, where);
    json_write_key(&erasure->writer, "text");
    json_write_string(&erasure->writer, text);
    json_write_end_object(&erasure->writer);
}

static void note_kept(struct erasure *erasure, const char *key, int32_t verdict)
{
    char text[NOTE_BYTES];

    if (erasure->kept_blobs > NOTED_BLOBS_MAX) {
        return;
    }
    snprintf(text, sizeof text, "the blob stays: %s%s%s", blob_guard_reason(verdict),
             erasure->guard.named_by[0] != '\0' ? "; the row is of user " : "", erasure->guard.named_by);
    add_note(erasure, key, text);
}

/* Reports why the folder cannot be removed as a whole. */
static void note_folder(struct erasure *erasure)
{
    const struct blob_guard *guard = &erasure->guard;
    const char *problem = folder_problem(erasure->folder);
    char text[NOTE_BYTES];

    if (problem != NULL) {
        snprintf(text, sizeof text,
                 "the profile's storage folder %s: only blobs that rows of the account name were removed", problem);
    } else if (guard->is_shared || guard->contains_others || guard->lies_in_other) {
        snprintf(text, sizeof text,
                 "the storage folder is not this account's alone (%s user %s): what can't be told to be the account's "
                 "stays in it",
                 guard->is_shared         ? "it is also that of"
                 : guard->contains_others ? "in it lies that of"
                                          : "it lies in that of",
                 guard->neighbour);
    } else {
        return;
    }
    add_note(erasure, erasure->folder, text);
}

/* An unknown_column_fn. */
static void note_column(void *user, const char *table, const char *column, int64_t rows)
{
    struct erasure *erasure = user;
    char name[256];
    char text[NOTE_BYTES];

    snprintf(name, sizeof name, "%.80s.%.80s", table, column);
    if (rows < 0) {
        snprintf(text, sizeof text, "a column that this library does not know stays as it is in every row");
    } else {
        snprintf(text, sizeof text,
                 "a column that this library does not know stays as it is: %lld rows of the account have a value in it",
                 (long long)rows);
    }
    add_note(erasure, name, text);
}

/* Repeats the notes stored in the deletion row, so that a second call gives the same report. */
static cpk_status tell_notes(const struct erasure *erasure, const struct account_deletion *deletion, cpk_error **error)
{
    struct json_object *notes = NULL;

    if (deletion->notes.length == 0) {
        return CPK_OK;
    }
    CPK_TRY(json_parse(deletion->notes.data, deletion->notes.length, NOTES_DEPTH_MAX, &notes, error));
    for (size_t i = 0; json_object_is_type(notes, json_type_array) && i < json_object_array_length(notes); i++) {
        struct json_object *note = json_object_array_get_idx(notes, i);
        const char *where = json_member_text(note, "where");
        const char *text = json_member_text(note, "text");

        if (where != NULL && text != NULL) {
            op_note(erasure->op, CPK_NOTE_KEPT, where, text);
        }
    }
    json_object_put(notes);
    return CPK_OK;
}

/* --- blobs --- */

/* A guard_blob_fn. */
static int32_t take_blob(void *user, const struct blob_guard *guard, const char *key, const cpk_blob_info *info,
                         int32_t verdict)
{
    struct erasure *erasure = user;

    (void)guard;
    if (verdict == GUARD_FREE && erasure->removes) {
        buffer_append(&erasure->keys, key, strlen(key) + 1);
    } else if (verdict == GUARD_FREE) {
        erasure->blobs++;
        erasure->blob_bytes += info->size_bytes;
    } else if (!erasure->removes) {
        erasure->kept_blobs++;
        note_kept(erasure, key, verdict);
    }
    return erasure->keys.failed;
}

static cpk_status take_path(struct erasure *erasure, const char *path, cpk_error **error)
{
    int64_t removed = 0;

    CPK_TRY(op_progress(erasure->op, CPK_STAGE_STORE, erasure->blobs, -1, error));
    buffer_clear(&erasure->keys);
    CPK_TRY(blob_guard_list(&erasure->guard, path, take_blob, erasure, error));
    return blob_guard_remove(&erasure->guard, erasure->session->engine->storage, &erasure->keys, &removed, error);
}

/* A user_key_fn. Keys inside the folder are skipped: the folder listing covers them. */
static cpk_status collect_path(void *user, const char *key, int32_t is_service, cpk_error **error)
{
    struct erasure *erasure = user;
    const struct blob_guard *guard = &erasure->guard;
    const char *start = key + strspn(key, "/");
    size_t length = strlen(start);

    (void)is_service;
    while (length > 0 && start[length - 1] == '/') {
        length--;
    }
    if (length == 0 || length > CPK_STORAGE_KEY_BYTES_MAX ||
        (blob_guard_is_listed(guard) && folder_holds(guard->folder, strlen(guard->folder), start))) {
        return CPK_OK;
    }
    buffer_append(&erasure->paths, start, length);
    buffer_append_byte(&erasure->paths, '\0');
    return erasure->paths.failed ? error_out_of_memory(error) : CPK_OK;
}

/* Bytewise, with '/' sorting first: the contents of a folder follow the folder directly. */
static int compare_paths(const void *left, const void *right)
{
    const char *a = *(const char *const *)left;
    const char *b = *(const char *const *)right;

    while (*a != '\0' && *a == *b) {
        a++;
        b++;
    }
    return *a == *b                                ? 0
           : *a == '\0' || *b == '\0'              ? (*a == '\0' ? -1 : 1)
           : *a == '/' || *b == '/'                ? (*a == '/' ? -1 : 1)
           : (unsigned char)*a < (unsigned char)*b ? -1
                                                   : 1;
}

/* Collects each path once and omits paths inside another collected path. */
static cpk_status take_named_paths(struct erasure *erasure, cpk_error **error)
{
    const cpk_allocator *allocator = &erasure->session->engine->context.allocator;
    const char *last = NULL;
    const char **paths;
    size_t count = 0;
    cpk_status status = CPK_OK;

    for (size_t at = 0; at < erasure->paths.length; at += strlen(erasure->paths.data + at) + 1) {
        count++;
    }
    if (count == 0) {
        return CPK_OK;
    }
    paths = memory_allocate_array(allocator, count, sizeof *paths);
    if (paths == NULL) {
        return error_out_of_memory(error);
    }
    for (size_t at = 0, i = 0; at < erasure->paths.length; at += strlen(erasure->paths.data + at) + 1) {
        paths[i++] = erasure->paths.data + at;
    }
    qsort(paths, count, sizeof *paths, compare_paths);
    for (size_t i = 0; status == CPK_OK && i < count; i++) {
        if (last == NULL || !folder_holds(last, strlen(last), paths[i])) {
            last = paths[i];
            status = take_path(erasure, last, error);
        }
    }
    memory_release_array(allocator, paths, count, sizeof *paths);
    return status;
}

static cpk_status take_folder(struct erasure *erasure, cpk_error **error)
{
    return blob_guard_is_listed(&erasure->guard) ? take_path(erasure, erasure->guard.folder, error) : CPK_OK;
}

static cpk_status take_all_blobs(struct erasure *erasure, int32_t removes, cpk_error **error)
{
    erasure->removes = removes;
    CPK_TRY(take_named_paths(erasure, error));
    return take_folder(erasure, error);
}

/* --- the account --- */

/* Counts before anything is removed, so that the report is complete even if the process dies during removal. */
static cpk_status count_all(struct erasure *erasure, const struct account_deletion *deletion, cpk_error **error)
{
    struct store *store = erasure->session->work;

    if (deletion->finished_us != CPK_TIME_UNKNOWN) {
        return CPK_OK; /* the rows that named blobs are already deleted: keep the stored report */
    }
    json_write_begin_array(&erasure->writer);
    note_folder(erasure);
    CPK_TRY(take_all_blobs(erasure, 0, error));
    CPK_TRY(store_unknown_columns(store, erasure->user_id, note_column, erasure, error));
    json_write_end_array(&erasure->writer);
    if (erasure->notes.failed) {
        return error_out_of_memory(error);
    }
    CPK_TRY(store_deletion_set_kept(store, erasure->user_id, erasure->kept_blobs, buffer_text(&erasure->notes), error));
    if (deletion->counts.blobs != 0) { /* counted by an earlier attempt */
        return CPK_OK;
    }
    return store_deletion_add_blobs(store, erasure->user_id, erasure->blobs, erasure->blob_bytes, error);
}

/* In an encrypted storage: what copies of the storage hold of the user's blobs can't be read without the keys. */
static cpk_status forget_keys(const struct erasure *erasure, cpk_error **error)
{
    struct encryption *encryption = storage_encryption(erasure->session->engine->storage);

    return encryption == NULL || !blob_guard_is_listed(&erasure->guard)
               ? CPK_OK
               : encryption_forget(encryption, erasure->guard.folder, error);
}

static cpk_status erase(struct erasure *erasure, struct account_deletion *deletion, cpk_error **error)
{
    struct store *store = erasure->session->work;

    CPK_TRY(store_user_keys(store, erasure->user_id, collect_path, erasure, error));
    CPK_TRY(count_all(erasure, deletion, error));
    CPK_TRY(take_all_blobs(erasure, 1, error));
    CPK_TRY(store_deletion_erase(store, erasure->user_id, error));
    /* Removes blobs written by work that was still running; that work now finds its row deleted. */
    CPK_TRY(take_folder(erasure, error));
    CPK_TRY(forget_keys(erasure, error));
    account_deletion_free(deletion);
    return store_deletion_get(store, erasure->user_id, deletion, error);
}

static cpk_status find_folder(struct erasure *erasure, cpk_error **error)
{
    cpk_user *user = NULL;
    cpk_status status;

    CPK_TRY(store_user_get(erasure->session->work, erasure->user_id, &user, error));
    snprintf(erasure->folder, sizeof erasure->folder, "%s", user->r2_user_directory);
    status = blob_guard_init(&erasure->guard, erasure->session->engine, erasure->session->work, GUARD_ACCOUNT,
                             &(struct blob_owner){erasure->user_id, NULL, user->r2_user_directory}, error);
    record_free(user);
    return status;
}

static void erasure_init(struct erasure *erasure, cpk_session *session, const struct op_context *op,
                         const char *user_id)
{
    const cpk_allocator *allocator = &session->engine->context.allocator;

    memset(erasure, 0, sizeof *erasure);
    erasure->session = session;
    erasure->op = op;
    erasure->user_id = user_id;
    buffer_init(&erasure->keys, allocator);
    buffer_init(&erasure->paths, allocator);
    buffer_init(&erasure->notes, allocator);
    json_writer_init(&erasure->writer, &erasure->notes);
}

cpk_status account_delete(cpk_session *session, const char *user_id, const struct op_context *op,
                          struct account_deletion *deletion, cpk_error **error)
{
    struct erasure erasure;
    cpk_status status;

    memset(deletion, 0, sizeof *deletion);
    CPK_TRY(engine_need_storage(session->engine, error));
    CPK_TRY(store_owner(session->work, user_id, &user_id, error));
    erasure_init(&erasure, session, op, user_id);
    CPK_TRY_CLEANUP(find_folder(&erasure, error));
    CPK_TRY_CLEANUP(store_deletion_begin(session->work, user_id, error)); /* no new work can begin */
    CPK_TRY_CLEANUP(store_deletion_stop_work(session->work, user_id, error));
    CPK_TRY_CLEANUP(store_deletion_get(session->work, user_id, deletion, error));
    CPK_TRY_CLEANUP(erase(&erasure, deletion, error));
    status = tell_notes(&erasure, deletion, error);
cleanup:
    buffer_free(&erasure.keys);
    buffer_free(&erasure.paths);
    buffer_free(&erasure.notes);
    return status;
}
