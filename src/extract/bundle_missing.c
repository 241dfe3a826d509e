#include "extract/bundle_missing.h"

#include "base/error.h"
#include "base/json.h"
#include "extract/normal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOTES_MAX 50 /* missing files that are named one by one; the rest is counted */

typedef struct absence {
    const bundle_plan *plan;
    arena *arena;
    const cpk_sink *sink;
    const char *manifest;
    size_t folder_length; /* of the manifest's name, with its slash */
    int64_t count;
    buffer clean;
} absence;

int32_t bundle_is_manifest(struct json_object *manifest)
{
    return json_member_object(manifest, "logical_files") != NULL || json_member_array(manifest, "data_files") != NULL;
}

/* A listed path lies beside the manifest, or is meant from the top. */
static cpk_status check_path(absence *absence, const char *path, cpk_error **error)
{
    size_t length;
    char *beside;

    if (path == NULL || path[0] == '\0' || bundle_plan_has(absence->plan, path)) {
        return CPK_OK;
    }
    length = strlen(path);
    beside = arena_allocate(absence->arena, absence->folder_length + length + 1);
    if (beside == NULL) {
        return error_out_of_memory(error);
    }
    memcpy(beside, absence->manifest, absence->folder_length);
    memcpy(beside + absence->folder_length, path, length + 1);
    if (bundle_plan_has(absence->plan, beside)) {
        return CPK_OK;
    }
    absence->count++;
    if (absence->count > NOTES_MAX) {
        return CPK_OK;
    }
    buffer_clear(&absence->clean);
    normal_append_line(&absence->clean, beside, strlen(beside));
    if (absence->clean.failed) {
        return error_out_of_memory(error);
    }
    return absence->sink->note(absence->sink->self, CPK_NOTE_MISSING_FILE, buffer_text(&absence->clean),
                               "the export's manifest lists this file, and it is not in the archive", error);
}

static const char *path_of(struct json_object *listed)
{
    static const char *const keys[] = {"path", "filename", "file_name", "name"};

    if (json_object_is_type(listed, json_type_string)) {
        return json_object_get_string(listed);
    }
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        const char *path = json_member_text(listed, keys[i]);

        if (path != NULL) {
            return path;
        }
    }
    return NULL;
}

static cpk_status check_list(absence *absence, struct json_object *list, cpk_error **error)
{
    for (size_t i = 0; list != NULL && i < json_object_array_length(list); i++) {
        CPK_TRY(check_path(absence, path_of(json_object_array_get_idx(list, i)), error));
    }
    return CPK_OK;
}

static cpk_status check_logical_files(absence *absence, struct json_object *files, cpk_error **error)
{
    struct json_object_iterator at, end;

    if (files == NULL) {
        return CPK_OK;
    }
    at = json_object_iter_begin(files);
    end = json_object_iter_end(files);
    for (; !json_object_iter_equal(&at, &end); json_object_iter_next(&at)) {
        struct json_object *file = json_object_iter_peek_value(&at);

        CPK_TRY(check_list(absence, json_member_array(file, "files"), error));
    }
    return CPK_OK;
}

static cpk_status check_manifest(absence *absence, struct json_object *manifest, cpk_error **error)
{
    char text[128];

    CPK_TRY(check_logical_files(absence, json_member_object(manifest, "logical_files"), error));
    CPK_TRY(check_list(absence, json_member_array(manifest, "data_files"), error));
    if (absence->count <= NOTES_MAX) {
        return CPK_OK;
    }
    snprintf(text, sizeof text, "%lld more files that it lists are not in the archive",
             (long long)(absence->count - NOTES_MAX));
    return absence->sink->note(absence->sink->self, CPK_NOTE_MISSING_FILE, absence->manifest, text, error);
}

cpk_status bundle_note_absent(const bundle_plan *plan, const char *name, struct json_object *manifest, arena *arena,
                              const cpk_sink *sink, cpk_error **error)
{
    const char *slash = strrchr(name, '/');
    absence absence = {.plan = plan, .arena = arena, .sink = sink, .manifest = name};
    cpk_status status;

    absence.folder_length = slash != NULL ? (size_t)(slash - name) + 1 : 0;
    buffer_init(&absence.clean, arena->allocator);
    status = check_manifest(&absence, manifest, error);
    buffer_free(&absence.clean);
    return status;
}

static int32_t is_shard(const bundle_entry *planned)
{
    return planned->number >= 0 && (planned->kind == BUNDLE_CONVERSATIONS || planned->kind == BUNDLE_PROJECTS ||
                                    planned->kind == BUNDLE_MEMORIES || planned->kind == BUNDLE_DESIGN_CHATS);
}

static int32_t same_series(const bundle_entry *a, const bundle_entry *b)
{
    return a->kind == b->kind && a->is_archive == b->is_archive && a->stem_length == b->stem_length &&
           memcmp(a->entry->name, b->entry->name, a->stem_length) == 0;
}

/* Says that the shards from `from` up to before `planned` are missing. */
static cpk_status note_gap(const bundle_entry *planned, int64_t from, arena *arena, const cpk_sink *sink,
                           cpk_error **error)
{
    const char *name = planned->entry->name;
    const char *ending = name + planned->stem_length + 1 + planned->digits;
    size_t capacity = strlen(name) + 32;
    char text[128];
    char *missing = arena_allocate(arena, capacity);

    if (missing == NULL) {
        return error_out_of_memory(error);
    }
    for (int64_t number = from; number < planned->number && number < from + NOTES_MAX; number++) {
        snprintf(missing, capacity, "%.*s-%0*lld%s", (int)planned->stem_length, name, (int)planned->digits,
                 (long long)number, ending);
        CPK_TRY(
            sink->note(sink->self, CPK_NOTE_MISSING_FILE, missing, "the numbering of the files skips this one", error));
    }
    if (planned->number - from > NOTES_MAX) {
        snprintf(text, sizeof text, "the numbering skips %lld more files before this one",
                 (long long)(planned->number - from - NOTES_MAX));
        return sink->note(sink->self, CPK_NOTE_MISSING_FILE, name, text, error);
    }
    return CPK_OK;
}

static int compare_shards(const void *a, const void *b)
{
    const bundle_entry *first = *(const bundle_entry *const *)a;
    const bundle_entry *second = *(const bundle_entry *const *)b;
    size_t length = first->stem_length < second->stem_length ? first->stem_length : second->stem_length;
    int order = memcmp(first->entry->name, second->entry->name, length);

    if (order != 0) {
        return order;
    }
    if (first->stem_length != second->stem_length) {
        return first->stem_length < second->stem_length ? -1 : 1;
    }
    if (first->is_archive != second->is_archive) {
        return first->is_archive - second->is_archive;
    }
    return (first->number > second->number) - (first->number < second->number);
}

cpk_status bundle_note_gaps(const bundle_plan *plan, arena *arena, const cpk_sink *sink, cpk_error **error)
{
    const bundle_entry **shards = arena_allocate_zeroed(arena, plan->count + 1, sizeof *shards);
    size_t count = 0;

    if (shards == NULL) {
        return error_out_of_memory(error);
    }
    for (size_t i = 0; i < plan->count; i++) {
        if (is_shard(&plan->by_name[i])) {
            shards[count++] = &plan->by_name[i];
        }
    }
    qsort(shards, count, sizeof *shards, compare_shards);
    for (size_t i = 0; i < count; i++) {
        int64_t from = i > 0 && same_series(shards[i - 1], shards[i]) ? shards[i - 1]->number + 1 : 0;

        if (from < shards[i]->number) {
            CPK_TRY(note_gap(shards[i], from, arena, sink, error));
        }
    }
    return CPK_OK;
}
