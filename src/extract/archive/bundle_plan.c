#include "extract/archive/bundle_plan.h"

#include "base/error.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define NUMBER_DIGITS_MAX 9
#define ROOTS_MAX         64 /* exports in one archive */

struct known_name {
    const char *name;
    enum bundle_kind kind;
};

/* By stem: "conversations" matches conversations.json, conversations-012.json and conversations-000.zip. */
static const struct known_name stems[] = {{"conversations", BUNDLE_CONVERSATIONS},
                                          {"prod-grok-backend", BUNDLE_CONVERSATIONS},
                                          {"prod-mc-auth-mgmt-api", BUNDLE_SIDECAR},
                                          {"prod-mc-billing", BUNDLE_SIDECAR},
                                          {"projects", BUNDLE_PROJECTS},
                                          {"memories", BUNDLE_MEMORIES},
                                          {"design_chats", BUNDLE_DESIGN_CHATS},
                                          {"light_metadata", BUNDLE_SIDECAR},
                                          {"frames", BUNDLE_OTHER},
                                          {"reflections", BUNDLE_SIDECAR},
                                          {"user", BUNDLE_SIDECAR},
                                          {"users", BUNDLE_SIDECAR},
                                          {"user_settings", BUNDLE_SIDECAR},
                                          {"login_history", BUNDLE_SIDECAR},
                                          {"message_feedback", BUNDLE_SIDECAR},
                                          {"shared_conversations", BUNDLE_SIDECAR},
                                          {"model_comparisons", BUNDLE_SIDECAR},
                                          {"ads", BUNDLE_SIDECAR},
                                          {"shopping", BUNDLE_SIDECAR},
                                          {"sora", BUNDLE_SIDECAR},
                                          {"library_files", BUNDLE_SIDECAR},
                                          {"conversation_asset_file_names", BUNDLE_SIDECAR},
                                          {"sectioned_conversations", BUNDLE_SIDECAR},
                                          {"group_chats", BUNDLE_SIDECAR},
                                          {"artifact", BUNDLE_SIDECAR},
                                          {"export_manifest", BUNDLE_MANIFEST},
                                          {"manifest", BUNDLE_MANIFEST}};

/* By folder: projects/<id>.json. */
static const struct known_name folders[] = {{"conversations/", BUNDLE_CONVERSATIONS},
                                            {"projects/", BUNDLE_PROJECTS},
                                            {"memories/", BUNDLE_MEMORIES},
                                            {"design_chats/", BUNDLE_DESIGN_CHATS}};

static const struct known_name endings[] = {
    {"json", BUNDLE_JSON},     {"jsonl", BUNDLE_JSON},    {"ndjson", BUNDLE_JSON},       {"zip", BUNDLE_ARCHIVE},
    {"txt", BUNDLE_DOCUMENT},  {"md", BUNDLE_DOCUMENT},   {"markdown", BUNDLE_DOCUMENT}, {"dat", BUNDLE_OTHER},
    {"png", BUNDLE_OTHER},     {"jpg", BUNDLE_OTHER},     {"jpeg", BUNDLE_OTHER},        {"gif", BUNDLE_OTHER},
    {"webp", BUNDLE_OTHER},    {"heic", BUNDLE_OTHER},    {"avif", BUNDLE_OTHER},        {"svg", BUNDLE_OTHER},
    {"bmp", BUNDLE_OTHER},     {"tif", BUNDLE_OTHER},     {"tiff", BUNDLE_OTHER},        {"wav", BUNDLE_OTHER},
    {"mp3", BUNDLE_OTHER},     {"m4a", BUNDLE_OTHER},     {"ogg", BUNDLE_OTHER},         {"opus", BUNDLE_OTHER},
    {"flac", BUNDLE_OTHER},    {"aac", BUNDLE_OTHER},     {"mp4", BUNDLE_OTHER},         {"mov", BUNDLE_OTHER},
    {"webm", BUNDLE_OTHER},    {"mkv", BUNDLE_OTHER},     {"avi", BUNDLE_OTHER},         {"pdf", BUNDLE_DOCUMENT},
    {"doc", BUNDLE_OTHER},     {"docx", BUNDLE_DOCUMENT}, {"xls", BUNDLE_OTHER},         {"xlsx", BUNDLE_DOCUMENT},
    {"ppt", BUNDLE_OTHER},     {"pptx", BUNDLE_DOCUMENT}, {"odt", BUNDLE_DOCUMENT},      {"epub", BUNDLE_DOCUMENT},
    {"jar", BUNDLE_OTHER},     {"css", BUNDLE_OTHER},     {"js", BUNDLE_OTHER},          {"xml", BUNDLE_OTHER},
    {"exe", BUNDLE_OTHER},     {"dll", BUNDLE_OTHER},     {"ttf", BUNDLE_OTHER},         {"woff", BUNDLE_OTHER},
    {"woff2", BUNDLE_OTHER},   {"gz", BUNDLE_OTHER},      {"7z", BUNDLE_OTHER},          {"rar", BUNDLE_OTHER},
    {"docm", BUNDLE_DOCUMENT}, {"xlsm", BUNDLE_DOCUMENT}, {"pptm", BUNDLE_DOCUMENT},     {"rtf", BUNDLE_DOCUMENT},
    {"ods", BUNDLE_DOCUMENT},  {"odp", BUNDLE_DOCUMENT},  {"csv", BUNDLE_DOCUMENT},      {"tsv", BUNDLE_DOCUMENT},
    {"eml", BUNDLE_DOCUMENT},  {"emlx", BUNDLE_DOCUMENT}, {"mbox", BUNDLE_DOCUMENT},     {"vtt", BUNDLE_DOCUMENT},
    {"srt", BUNDLE_DOCUMENT},  {"ics", BUNDLE_DOCUMENT},  {"vcf", BUNDLE_DOCUMENT}};

static enum bundle_kind find_known(const struct known_name *known, size_t count, const char *name, size_t length,
                                   enum bundle_kind fallback)
{
    for (size_t i = 0; i < count; i++) {
        if (strlen(known[i].name) == length && strncasecmp(known[i].name, name, length) == 0) {
            return known[i].kind;
        }
    }
    return fallback;
}

static enum bundle_kind find_folder_kind(const char *name, const char *base)
{
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
        size_t length = strlen(folders[i].name);

        if ((size_t)(base - name) >= length && strncasecmp(base - length, folders[i].name, length) == 0) {
            return folders[i].kind;
        }
    }
    return BUNDLE_JSON;
}

/* Folders and files that operating systems create. */
static int32_t is_ignored(const struct archive_entry *entry)
{
    return (entry->directory && entry->type == ARCHIVE_FILE) || entry->base_name[0] == '.' ||
           entry->base_name[0] == '\0' || strncmp(entry->name, "__MACOSX/", 9) == 0 ||
           strstr(entry->name, "/__MACOSX/") != NULL || strcasecmp(entry->base_name, "Thumbs.db") == 0 ||
           strcasecmp(entry->base_name, "desktop.ini") == 0;
}

/* Parses a shard number: "conversations-012" is shard 12 of "conversations". Returns the stem's length. */
static size_t read_number(struct bundle_entry *planned, const char *base, size_t length)
{
    size_t at = length;
    int64_t number = 0;

    while (at > 0 && base[at - 1] >= '0' && base[at - 1] <= '9') {
        at--;
    }
    if (at == length || at < 2 || base[at - 1] != '-' || length - at > NUMBER_DIGITS_MAX) {
        return length;
    }
    for (size_t i = at; i < length; i++) {
        number = number * 10 + (base[i] - '0');
    }
    planned->number = number;
    planned->digits = (int32_t)(length - at);
    return at - 1;
}

static void classify(struct bundle_entry *planned)
{
    const struct archive_entry *entry = planned->entry;
    const char *base = entry->base_name;
    const char *dot = strrchr(base, '.');
    size_t length = dot != NULL ? (size_t)(dot - base) : strlen(base);
    enum bundle_kind by_ending = BUNDLE_UNKNOWN;
    size_t stem_length;

    planned->number = -1;
    if (is_ignored(entry)) {
        planned->kind = BUNDLE_IGNORED;
        return;
    }
    if (entry->type != ARCHIVE_FILE) {
        planned->kind = BUNDLE_LEFT;
        return;
    }
    if (dot != NULL) {
        by_ending = find_known(endings, sizeof endings / sizeof endings[0], dot + 1, strlen(dot + 1), BUNDLE_UNKNOWN);
    }
    planned->kind = by_ending;
    planned->is_archive = by_ending == BUNDLE_ARCHIVE;
    if (by_ending == BUNDLE_JSON || by_ending == BUNDLE_ARCHIVE) {
        stem_length = read_number(planned, base, length);
        planned->stem_length = (size_t)(base - entry->name) + stem_length;
        planned->kind = find_known(stems, sizeof stems / sizeof stems[0], base, stem_length, by_ending);
        if (planned->kind == by_ending) {
            planned->number = -1; /* numbers in other names are not shard numbers */
        }
    }
    if (planned->kind == BUNDLE_JSON) {
        planned->kind = find_folder_kind(entry->name, base);
    }
}

static int compare_names(const void *a, const void *b)
{
    const struct bundle_entry *first = a;
    const struct bundle_entry *second = b;
    int order = strcmp(first->entry->name, second->entry->name);

    return order != 0 ? order : (first->index > second->index) - (first->index < second->index);
}

static int compare_order(const void *a, const void *b)
{
    const struct bundle_entry *first = *(struct bundle_entry *const *)a;
    const struct bundle_entry *second = *(struct bundle_entry *const *)b;

    if (first->kind != second->kind) {
        return first->kind < second->kind ? -1 : 1;
    }
    if (first->number != second->number) {
        return first->number < second->number ? -1 : 1;
    }
    return (first->index > second->index) - (first->index < second->index);
}

/* Of entries with the same name the last one counts, as with unpackers. */
static void mark_superseded(struct bundle_plan *plan)
{
    for (size_t i = 0; i + 1 < plan->count; i++) {
        struct bundle_entry *planned = &plan->by_name[i];

        if (planned->kind < BUNDLE_SUPERSEDED && strcmp(planned->entry->name, planned[1].entry->name) == 0) {
            planned->kind = BUNDLE_SUPERSEDED;
        }
    }
}

static int32_t is_export_kind(enum bundle_kind kind)
{
    return kind == BUNDLE_CONVERSATIONS || kind == BUNDLE_PROJECTS || kind == BUNDLE_MEMORIES ||
           kind == BUNDLE_DESIGN_CHATS;
}

/* Length of the folder of the export that an entry is of: "a/" for a/conversations.json and a/projects/x.json. */
static size_t root_length(const struct bundle_entry *planned)
{
    const char *name = planned->entry->name;
    size_t length = (size_t)(planned->entry->base_name - name);

    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
        size_t folder = strlen(folders[i].name);

        if (length >= folder && (length == folder || name[length - folder - 1] == '/') &&
            strncasecmp(name + length - folder, folders[i].name, folder) == 0) {
            return length - folder;
        }
    }
    return length;
}

/* The folders of the exports in an archive. */
struct roots {
    struct root {
        const char *name; /* of any entry in it */
        size_t length;
        int32_t has_conversations;
    } items[ROOTS_MAX];
    size_t count;
};

static void add_root(struct roots *roots, const struct bundle_entry *planned)
{
    int32_t has_conversations = planned->kind == BUNDLE_CONVERSATIONS && !planned->is_archive;
    struct root root = {planned->entry->name, root_length(planned), has_conversations};

    for (size_t i = 0; i < roots->count; i++) {
        if (roots->items[i].length == root.length && memcmp(roots->items[i].name, root.name, root.length) == 0) {
            roots->items[i].has_conversations |= has_conversations;
            return;
        }
    }
    if (roots->count == ROOTS_MAX) { /* so many that the archive as a whole is taken for one */
        roots->count = 1;
        roots->items[0] = (struct root){root.name, 0, 1};
    } else {
        roots->items[roots->count++] = root;
    }
}

/* In the folder of an export of a chat service, text files and unknown archives are attachments of users. */
static int32_t is_attachment(const struct roots *roots, const struct bundle_entry *planned)
{
    int32_t is_file = planned->kind == BUNDLE_DOCUMENT || planned->kind == BUNDLE_UNKNOWN;

    for (size_t i = 0; i < roots->count && (is_file || planned->kind == BUNDLE_ARCHIVE); i++) {
        const struct root *root = &roots->items[i];

        if ((is_file || root->has_conversations) && strlen(planned->entry->name) >= root->length &&
            memcmp(planned->entry->name, root->name, root->length) == 0) {
            return 1;
        }
    }
    return 0;
}

static void exclude_attachments(struct bundle_plan *plan)
{
    struct roots roots = {.count = 0};

    for (size_t i = 0; i < plan->count; i++) {
        if (is_export_kind(plan->by_name[i].kind)) {
            plan->is_export = 1;
            add_root(&roots, &plan->by_name[i]);
        }
    }
    for (size_t i = 0; i < plan->count; i++) {
        if (is_attachment(&roots, &plan->by_name[i])) {
            plan->by_name[i].kind = BUNDLE_OTHER;
        }
    }
}

int32_t bundle_may_read(const char *name)
{
    const char *slash = strrchr(name, '/');
    struct archive_entry entry = {.name = name, .base_name = slash != NULL ? slash + 1 : name};
    struct bundle_entry planned = {.entry = &entry};

    classify(&planned);
    return planned.kind != BUNDLE_OTHER && planned.kind != BUNDLE_IGNORED;
}

cpk_status bundle_plan_create(struct bundle_plan *plan, const struct archive *archive, struct arena *arena,
                              cpk_error **error)
{
    memset(plan, 0, sizeof *plan);
    plan->count = archive_entry_count(archive);
    plan->in_order = arena_allocate_zeroed(arena, plan->count + 1, sizeof *plan->in_order);
    plan->by_name = arena_allocate_zeroed(arena, plan->count + 1, sizeof *plan->by_name);
    if (plan->in_order == NULL || plan->by_name == NULL) {
        return error_out_of_memory(error);
    }
    for (size_t i = 0; i < plan->count; i++) {
        plan->by_name[i].entry = archive_entry_at(archive, i);
        plan->by_name[i].index = i;
        classify(&plan->by_name[i]);
    }
    qsort(plan->by_name, plan->count, sizeof *plan->by_name, compare_names);
    mark_superseded(plan);
    exclude_attachments(plan);
    for (size_t i = 0; i < plan->count; i++) {
        plan->in_order[i] = &plan->by_name[i];
    }
    qsort(plan->in_order, plan->count, sizeof(struct bundle_entry *), compare_order);
    return CPK_OK;
}

int32_t bundle_plan_has(const struct bundle_plan *plan, const char *name)
{
    size_t low = 0;
    size_t high = plan->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(plan->by_name[middle].entry->name, name);

        if (order == 0) {
            return plan->by_name[middle].kind != BUNDLE_LEFT;
        }
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return 0;
}
