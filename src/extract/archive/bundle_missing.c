#include "extract/archive/bundle_missing.h"

#include "base/error.h"
#include "extract/normal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PATH_BYTES_MAX 65536 /* of a path in a manifest; archives can't have longer ones */
#define NOTES_MAX      50    /* missing files with a note of their own; the rest is only counted */

struct missing_files {
    const struct bundle_plan *plan;
    const cpk_sink *sink;
    const char *manifest;
    size_t folder_length; /* length of the manifest's folder, including the slash */
    int64_t count;
    struct buffer path;
    struct buffer clean;
};

enum manifest_member { MANIFEST_LOGICAL, MANIFEST_DATA, MANIFEST_COUNT };
static const struct json_name manifest_names[MANIFEST_COUNT] = {JSON_NAME("logical_files"), JSON_NAME("data_files")};

int32_t bundle_is_manifest(struct json_view manifest)
{
    struct json_view members[MANIFEST_COUNT];

    json_select(manifest, manifest_names, MANIFEST_COUNT, members);
    return members[MANIFEST_LOGICAL].type == JSON_VIEW_OBJECT || members[MANIFEST_DATA].type == JSON_VIEW_ARRAY;
}

/* Checks a listed path, which may be relative to the manifest's folder or to the top of the archive. */
static cpk_status check_path(struct missing_files *missing, struct json_view listed, cpk_error **error)
{
    struct buffer *path = &missing->path;

    if (json_is_empty_text(listed)) {
        return CPK_OK;
    }
    buffer_clear(path);
    buffer_append(path, missing->manifest, missing->folder_length);
    json_append_start(path, listed, PATH_BYTES_MAX);
    if (path->failed) {
        return error_out_of_memory(error);
    }
    if (bundle_plan_has(missing->plan, path->data + missing->folder_length) ||
        bundle_plan_has(missing->plan, path->data)) {
        return CPK_OK;
    }
    missing->count++;
    if (missing->count > NOTES_MAX) {
        return CPK_OK;
    }
    buffer_clear(&missing->clean);
    normal_append_line(&missing->clean, path->data, path->length);
    if (missing->clean.failed) {
        return error_out_of_memory(error);
    }
    return missing->sink->note(missing->sink->self, CPK_NOTE_MISSING_FILE, buffer_text(&missing->clean),
                               "listed in the export's manifest, but not there", error);
}

static struct json_view listed_path(struct json_view listed)
{
    static const struct json_name names[] = {JSON_NAME("path"), JSON_NAME("filename"), JSON_NAME("file_name"),
                                             JSON_NAME("name")};
    struct json_view members[4];

    if (listed.type == JSON_VIEW_STRING) {
        return listed;
    }
    json_select(listed, names, 4, members);
    for (size_t i = 0; i < 3; i++) {
        if (members[i].type == JSON_VIEW_STRING) {
            return members[i];
        }
    }
    return members[3];
}

static cpk_status check_list(struct missing_files *missing, struct json_view list, cpk_error **error)
{
    struct json_iter iter;

    json_iter_init(&iter, list);
    while (!iter.is_object && json_iter_next(&iter)) {
        CPK_TRY(check_path(missing, listed_path(iter.value), error));
    }
    return CPK_OK;
}

static cpk_status check_logical_files(struct missing_files *missing, struct json_view files, cpk_error **error)
{
    struct json_iter iter;

    json_iter_init(&iter, files);
    while (iter.is_object && json_iter_next(&iter)) {
        CPK_TRY(check_list(missing, json_get(iter.value, "files"), error));
    }
    return CPK_OK;
}

static cpk_status check_manifest(struct missing_files *missing, struct json_view manifest, cpk_error **error)
{
    struct json_view members[MANIFEST_COUNT];
    char text[128];

    json_select(manifest, manifest_names, MANIFEST_COUNT, members);
    CPK_TRY(check_logical_files(missing, members[MANIFEST_LOGICAL], error));
    CPK_TRY(check_list(missing, members[MANIFEST_DATA], error));
    if (missing->count <= NOTES_MAX) {
        return CPK_OK;
    }
    snprintf(text, sizeof text, "%lld more listed files are not in the archive",
             (long long)(missing->count - NOTES_MAX));
    return missing->sink->note(missing->sink->self, CPK_NOTE_MISSING_FILE, missing->manifest, text, error);
}

cpk_status bundle_note_absent(const struct bundle_plan *plan, const char *name, struct json_view manifest,
                              struct arena *arena, const cpk_sink *sink, cpk_error **error)
{
    const char *slash = strrchr(name, '/');
    struct missing_files missing = {.plan = plan, .sink = sink, .manifest = name};
    cpk_status status;

    missing.folder_length = slash != NULL ? (size_t)(slash - name) + 1 : 0;
    buffer_init(&missing.clean, arena->allocator);
    buffer_init(&missing.path, arena->allocator);
    status = check_manifest(&missing, manifest, error);
    buffer_free(&missing.path);
    buffer_free(&missing.clean);
    return status;
}

static int32_t is_shard(const struct bundle_entry *planned)
{
    return planned->number >= 0 && (planned->kind == BUNDLE_CONVERSATIONS || planned->kind == BUNDLE_PROJECTS ||
                                    planned->kind == BUNDLE_MEMORIES || planned->kind == BUNDLE_DESIGN_CHATS);
}

static int32_t same_series(const struct bundle_entry *a, const struct bundle_entry *b)
{
    return a->kind == b->kind && a->is_archive == b->is_archive && a->stem_length == b->stem_length &&
           memcmp(a->entry->name, b->entry->name, a->stem_length) == 0;
}

/* Adds notes for the missing shards from number `from` to the one before `planned`. */
static cpk_status note_gap(const struct bundle_entry *planned, int64_t from, struct arena *arena, const cpk_sink *sink,
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
        CPK_TRY(sink->note(sink->self, CPK_NOTE_MISSING_FILE, missing, "missing in the numbering of the files", error));
    }
    if (planned->number - from > NOTES_MAX) {
        snprintf(text, sizeof text, "%lld more files before this one are missing in the numbering",
                 (long long)(planned->number - from - NOTES_MAX));
        return sink->note(sink->self, CPK_NOTE_MISSING_FILE, name, text, error);
    }
    return CPK_OK;
}

static int compare_shards(const void *a, const void *b)
{
    const struct bundle_entry *first = *(const struct bundle_entry *const *)a;
    const struct bundle_entry *second = *(const struct bundle_entry *const *)b;
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

cpk_status bundle_note_gaps(const struct bundle_plan *plan, struct arena *arena, const cpk_sink *sink,
                            cpk_error **error)
{
    const struct bundle_entry **shards = arena_allocate_zeroed(arena, plan->count + 1, sizeof *shards);
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
