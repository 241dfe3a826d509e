#include "processing/other_answers.h"

#include "base/arena.h"
#include "base/error.h"
#include "engine/blob_key.h"
#include "processing/withhold.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOBS_MAX       10000
#define BLOB_BYTES_MAX  (INT64_C(16) * 1024 * 1024)
#define TOTAL_BYTES_MAX (INT64_C(64) * 1024 * 1024)
#define PIECE_BYTES_MAX ((size_t)1200) /* small enough that the smallest document can include some */

struct other_answers {
    cpk_session *session;
    const cpk_source *source;
    struct finding_merge *merge;
    struct secret_counts *withheld;
    struct arena keys;
    const char **list;
    size_t count;
    size_t findings;
    int64_t bytes;
    struct buffer text;
    cpk_error *problem; /* error from the listing callback */
};

static cpk_status refuse(const struct other_answers *answers, const char *why, cpk_error **error)
{
    const cpk_source *source = answers->source;

    return error_set(
        error, CPK_ERROR_NO_CONTENT, "export",
        "%s was completed by another service, and its analysis%s%s%s %s: add its file again, or delete the "
        "source, then export",
        source->name, source->r2_analyzed_path != NULL ? " \"" : "",
        source->r2_analyzed_path != NULL ? source->r2_analyzed_path : "", source->r2_analyzed_path != NULL ? "\"" : "",
        why);
}

/* Length of the first piece of the text: a paragraph, or if it is too long, the part before the last line feed
 * or space that fits. */
static size_t piece_length(const char *text, size_t length)
{
    const char *paragraph = memmem(text, length, "\n\n", 2);
    size_t end = paragraph != NULL ? (size_t)(paragraph - text) + 2 : length;
    const char *cut;

    if (end <= PIECE_BYTES_MAX) {
        return end;
    }
    cut = memrchr(text, '\n', PIECE_BYTES_MAX);
    cut = cut != NULL ? cut : memrchr(text, ' ', PIECE_BYTES_MAX);
    if (cut != NULL) {
        return (size_t)(cut - text) + 1;
    }
    end = PIECE_BYTES_MAX;
    while (end > 1 && ((unsigned char)text[end] & 0xc0) == 0x80) { /* do not split a UTF-8 sequence */
        end--;
    }
    return end;
}

/* Reads findings in this library's format; of any other text, each paragraph becomes a note. */
static cpk_status read_text(const struct buffer *text, struct finding_set *set, cpk_error **error)
{
    const char *rest = buffer_text(text);
    size_t length = text->length;

    if (memmem(rest, length, "contextpack-findings", strlen("contextpack-findings")) != NULL) {
        return finding_set_read_answer(set, rest, length, error);
    }
    while (length > 0) {
        size_t piece = piece_length(rest, length);

        CPK_TRY(finding_set_read_answer(set, rest, piece, error));
        rest += piece;
        length -= piece;
    }
    return CPK_OK;
}

static cpk_status merge_text(struct other_answers *answers, cpk_error **error)
{
    struct finding_set set;
    cpk_status status;

    finding_set_init(&set, &answers->session->engine->context.allocator);
    status = read_text(&answers->text, &set, error);
    if (status == CPK_OK) {
        status = withhold_from_findings(&set, answers->withheld, error);
    }
    if (status == CPK_OK) {
        answers->findings += set.count;
        status = finding_merge_add(answers->merge, &set, error);
    }
    finding_set_free(&set);
    return status;
}

static cpk_status merge_blob(struct other_answers *answers, const char *key, cpk_error **error)
{
    cpk_blob_info info = {sizeof info, 0, 0, CPK_TIME_UNKNOWN};

    CPK_TRY(storage_stat(answers->session->storage, key, &info, error));
    if (info.size_bytes > BLOB_BYTES_MAX || answers->bytes + info.size_bytes > TOTAL_BYTES_MAX) {
        return refuse(answers, "is too large to be read", error);
    }
    answers->bytes += info.size_bytes;
    buffer_clear(&answers->text);
    CPK_TRY(storage_get(answers->session->storage, key, &answers->text, error));
    return merge_text(answers, error);
}

static int32_t add_key(void *user, const char *key, const cpk_blob_info *info)
{
    struct other_answers *answers = user;
    const char *copy = arena_copy_text(&answers->keys, key);

    (void)info;
    if (copy == NULL) {
        (void)error_out_of_memory(&answers->problem);
        return 1;
    }
    if (answers->count == BLOBS_MAX) {
        (void)refuse(answers, "has too many parts", &answers->problem);
        return 1;
    }
    answers->list[answers->count++] = copy;
    return 0;
}

static int compare_keys(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* Merges the blobs of a folder in order of their names. */
static cpk_status merge_folder(struct other_answers *answers, cpk_error **error)
{
    const char *path = answers->source->r2_analyzed_path;
    const size_t length = strlen(path);
    char prefix[KEY_BYTES];
    cpk_status status;

    if (snprintf(prefix, sizeof prefix, "%s%s", path, path[length - 1] == '/' ? "" : "/") >= (int)sizeof prefix) {
        return refuse(answers, "has no usable name", error);
    }
    answers->list = arena_allocate_zeroed(&answers->keys, BLOBS_MAX, sizeof *answers->list);
    if (answers->list == NULL) {
        return error_out_of_memory(error);
    }
    status = storage_list(answers->session->storage, prefix, add_key, answers, error);
    if (answers->problem != NULL) {
        error_clear(error);
        return error_give(error, answers->problem);
    }
    CPK_TRY(status);
    qsort(answers->list, answers->count, sizeof *answers->list, compare_keys);
    for (size_t i = 0; i < answers->count; i++) {
        CPK_TRY(merge_blob(answers, answers->list[i], error));
    }
    return CPK_OK;
}

static cpk_status merge_all(struct other_answers *answers, cpk_error **error)
{
    const char *path = answers->source->r2_analyzed_path;
    cpk_status status = CPK_ERROR_NOT_FOUND;

    if (path == NULL || path[0] == '\0') {
        return refuse(answers, "is not on record", error);
    }
    if (path[strlen(path) - 1] != '/') {
        status = merge_blob(answers, path, error);
    }
    if (status == CPK_ERROR_NOT_FOUND) {
        error_clear(error);
        status = merge_folder(answers, error);
    }
    if (status == CPK_ERROR_PERMISSION_DENIED || status == CPK_ERROR_INVALID_ARGUMENT) {
        return refuse(answers, "is not in the user's own folder", error);
    }
    CPK_TRY(status);
    return answers->findings > 0 ? CPK_OK : refuse(answers, "is not in the storage, or empty", error);
}

cpk_status other_answers_merge(cpk_session *session, const cpk_source *source, struct finding_merge *merge,
                               struct secret_counts *withheld, const struct op_context *op, cpk_error **error)
{
    const cpk_allocator *allocator = &session->engine->context.allocator;
    struct other_answers answers = {.session = session, .source = source, .merge = merge, .withheld = withheld};
    cpk_status status;

    CPK_TRY(op_progress(op, CPK_STAGE_EXPORT, 0, 1, error));
    arena_init(&answers.keys, allocator);
    buffer_init(&answers.text, allocator);
    status = merge_all(&answers, error);
    buffer_free(&answers.text);
    arena_free(&answers.keys);
    return status;
}
