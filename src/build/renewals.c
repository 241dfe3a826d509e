#include "build/renewals.h"

#include "base/error.h"
#include "base/hash.h"

#include <stdlib.h>
#include <string.h>

#define TEXT_BYTES_MAX  ((size_t)256 * 1024) /* of each version that is compared */
#define WINDOW_BYTES    ((size_t)12)
#define SHARED_MIN_PART 0.4 /* of the windows of the shorter version */

/* The beginning of a source's text, and the hashes of all pieces of it of WINDOW_BYTES, sorted, each once. */
struct version {
    char *text;
    size_t length;
    uint64_t *windows;
    size_t count;
};

void renewals_free(struct renewals *renewals)
{
    for (size_t i = 0; i < renewals->count; i++) {
        free(renewals->items[i].source_id);
        free(renewals->items[i].name);
    }
    free(renewals->items);
    memset(renewals, 0, sizeof *renewals);
}

/* Of chats, transcripts and memories alone are texts of a file's name; other chats have ids that stay. */
static bool is_document(const cpk_source *source)
{
    const char *format = cpk_source_format(source);

    return cpk_source_file_name(source) != NULL && cpk_source_status(source) == CPK_SOURCE_COMPLETED &&
           (cpk_source_type(source) == CPK_SOURCE_DOCUMENT || strcmp(format, "transcript") == 0 ||
            strcmp(format, "memories") == 0);
}

void renewals_note(struct renewals *renewals, const cpk_source *source)
{
    if (!is_document(source)) {
        return;
    }
    if (renewals->count == renewals->capacity) {
        size_t capacity = renewals->capacity * 2 + 16;
        void *items = reallocarray(renewals->items, capacity, sizeof *renewals->items);

        if (items == NULL) {
            return;
        }
        renewals->items = items;
        renewals->capacity = capacity;
    }
    renewals->items[renewals->count].source_id = strdup(cpk_source_id(source));
    renewals->items[renewals->count].name = strdup(cpk_source_file_name(source));
    renewals->count++;
}

/* A cpk_write_fn that takes the beginning. */
static int32_t take_text(void *user, const void *data, size_t length)
{
    struct version *version = user;
    size_t left = TEXT_BYTES_MAX - version->length;
    size_t taken = length < left ? length : left;

    memcpy(version->text + version->length, data, taken);
    version->length += taken;
    return taken < length;
}

static int compare_hashes(const void *left, const void *right)
{
    const uint64_t *a = left;
    const uint64_t *b = right;

    return (*a > *b) - (*a < *b);
}

/* Removes headings: those of the extracted text are the same for all documents of a name. */
static void drop_headings(struct version *version)
{
    const char *end = version->text + version->length;
    size_t kept = 0;

    for (const char *at = version->text; at < end;) {
        const char *feed = memchr(at, '\n', (size_t)(end - at));
        size_t length = (size_t)((feed != NULL ? feed + 1 : end) - at);

        if (*at != '#' && *at != '\n') {
            memmove(version->text + kept, at, length);
            kept += length;
        }
        at += length;
    }
    version->length = kept;
}

static void hash_windows(struct version *version)
{
    size_t kept = 0;

    for (size_t at = 0; at + WINDOW_BYTES <= version->length; at++) {
        version->windows[version->count++] = hash_bytes(0, version->text + at, WINDOW_BYTES);
    }
    qsort(version->windows, version->count, sizeof *version->windows, compare_hashes);
    for (size_t i = 0; i < version->count; i++) {
        if (kept == 0 || version->windows[kept - 1] != version->windows[i]) {
            version->windows[kept++] = version->windows[i];
        }
    }
    version->count = kept;
}

static void version_free(struct version *version)
{
    free(version->text);
    free(version->windows);
}

static cpk_status version_read(struct version *version, cpk_session *session, const char *source_id, cpk_error **error)
{
    cpk_status status;

    version->text = malloc(TEXT_BYTES_MAX);
    version->windows = calloc(TEXT_BYTES_MAX, sizeof *version->windows);
    if (version->text == NULL || version->windows == NULL) {
        return error_out_of_memory(error);
    }
    status = cpk_source_read(session, source_id, CPK_PART_EXTRACTED, take_text, version, error);
    if (status == CPK_ERROR_CANCELLED && version->length == TEXT_BYTES_MAX) {
        error_clear(error);
        status = CPK_OK;
    }
    CPK_TRY(status);
    drop_headings(version);
    hash_windows(version);
    return CPK_OK;
}

/* Which part of the shorter version is in the other; 0 for those too short to tell. */
static double shared_part(const struct version *a, const struct version *b)
{
    size_t shorter = a->count < b->count ? a->count : b->count;
    size_t shared = 0;

    for (size_t i = 0, j = 0; i < a->count && j < b->count;) {
        shared += a->windows[i] == b->windows[j];
        if (a->windows[i] <= b->windows[j]) {
            i++;
        } else {
            j++;
        }
    }
    return shorter > 0 ? (double)shared / (double)shorter : 0;
}

/* Compares with an earlier source. One that can't be read, or was deleted meanwhile, is no earlier version. */
static cpk_status compare(cpk_session *session, const struct version *version, const char *source_id, double *part,
                          cpk_error **error)
{
    struct version earlier = {0};
    cpk_status status = version_read(&earlier, session, source_id, error);

    *part = 0;
    if (status == CPK_OK) {
        *part = shared_part(version, &earlier);
    } else if (status != CPK_ERROR_OUT_OF_MEMORY) {
        error_clear(error);
        status = CPK_OK;
    }
    version_free(&earlier);
    return status;
}

/* The index of the earlier source that shares most, or `count`. */
static cpk_status find_earlier(const struct renewals *renewals, cpk_session *session, const cpk_source *source,
                               size_t *found, cpk_error **error)
{
    struct version version = {0};
    double most = SHARED_MIN_PART;
    cpk_status status = CPK_OK;

    *found = renewals->count;
    for (size_t i = 0; i < renewals->count && status == CPK_OK; i++) {
        const char *name = renewals->items[i].name;
        const char *source_id = renewals->items[i].source_id;
        double part = 0;

        if (name == NULL || source_id == NULL || strcmp(name, cpk_source_file_name(source)) != 0 ||
            strcmp(source_id, cpk_source_id(source)) == 0) {
            continue;
        }
        if (version.text == NULL) {
            status = version_read(&version, session, cpk_source_id(source), error);
        }
        if (status == CPK_OK) {
            status = compare(session, &version, source_id, &part, error);
        }
        if (part >= most) {
            most = part;
            *found = i;
        }
    }
    version_free(&version);
    return status;
}

cpk_status renewals_apply(struct renewals *renewals, cpk_session *session, const cpk_source *source, bool *is_renewed,
                          cpk_error **error)
{
    size_t found;
    cpk_status status;

    *is_renewed = false;
    if (!is_document(source) || cpk_source_known_messages(source) > 0) {
        return CPK_OK;
    }
    CPK_TRY(find_earlier(renewals, session, source, &found, error));
    if (found == renewals->count) {
        return CPK_OK;
    }
    status = cpk_source_delete(session, renewals->items[found].source_id, error);
    if (status == CPK_ERROR_NOT_FOUND) {
        error_clear(error);
        status = CPK_OK;
    }
    if (status == CPK_OK) {
        free(renewals->items[found].name); /* it is the earlier version of no other */
        renewals->items[found].name = NULL;
        *is_renewed = true;
    }
    return status;
}
