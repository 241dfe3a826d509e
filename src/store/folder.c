#include "store/folder.h"

#include "base/buffer.h"
#include "base/json/json.h"
#include "base/utf8.h"
#include "store/claim.h"
#include "store/internal.h"

#include <stdio.h>
#include <string.h>

#define BOUND_BYTES (FOLDER_BYTES_MAX + 4)

static int32_t is_part(const char *part, size_t length, const char *text)
{
    return strlen(text) == length && memcmp(part, text, length) == 0;
}

static size_t trimmed_length(const char *directory)
{
    size_t length = strlen(directory);

    while (length > 0 && directory[length - 1] == '/') {
        length--;
    }
    return length;
}

const char *folder_problem(const char *directory)
{
    const size_t length = trimmed_length(directory);
    const char *part = directory;

    if (length == 0) {
        return "is empty";
    }
    if (length > FOLDER_BYTES_MAX) {
        return "is longer than 512 bytes";
    }
    if (utf8_valid_prefix(directory, length) != length) {
        return "is not UTF-8";
    }
    if (is_part(directory, length, FOLDER_USERS) || folder_is_reserved(directory)) {
        return "is reserved for the library";
    }
    while (part <= directory + length) {
        const size_t left = (size_t)(directory + length - part);
        const char *slash = memchr(part, '/', left);
        const size_t part_length = slash != NULL ? (size_t)(slash - part) : left;

        if (part_length == 0) {
            return part == directory ? "begins with a slash" : "has an empty part";
        }
        if (is_part(part, part_length, ".") || is_part(part, part_length, "..")) {
            return "has a part that is . or ..";
        }
        part += part_length + 1;
    }
    return NULL;
}

int32_t folder_is_reserved(const char *key)
{
    const char *first = key + strspn(key, "/");
    const size_t length = strcspn(first, "/");

    return is_part(first, length, FOLDER_ARCHIVE) || is_part(first, length, FOLDER_CHECK);
}

int32_t folder_has_part(const char *directory, const char *part)
{
    while (directory != NULL) {
        const size_t length = strcspn(directory, "/");

        if (is_part(directory, length, part)) {
            return 1;
        }
        directory = directory[length] == '/' ? directory + length + 1 : NULL;
    }
    return 0;
}

int32_t folder_holds(const char *folder, size_t folder_length, const char *key)
{
    return folder_length == 0 ||
           (strncmp(key, folder, folder_length) == 0 && (key[folder_length] == '/' || key[folder_length] == '\0'));
}

/* Returns 0 for equal folders, 1 if `other` contains `directory`, -1 if it is inside. */
static int32_t compare_folders(const char *other, const char *directory)
{
    const char *start = other + strspn(other, "/");
    const size_t length = trimmed_length(start);
    const size_t own_length = strlen(directory);

    return length == own_length ? 0 : length < own_length ? 1 : -1;
}

static cpk_status report_neighbours(struct statement *query, const char *directory, folder_neighbour_fn each,
                                    void *user, cpk_error **error)
{
    for (;;) {
        const char *id;
        const char *other;
        int32_t has_row;

        CPK_TRY(statement_step(query, &has_row, error));
        if (!has_row) {
            return CPK_OK;
        }
        id = statement_take_text(query, NULL);
        other = statement_take_text(query, NULL);
        CPK_TRY(statement_check(query, error));
        each(user, compare_folders(other, directory), id, other);
    }
}

cpk_status store_folder_neighbours(struct store *store, const char *user_id, const char *directory,
                                   folder_neighbour_fn each, void *user, cpk_error **error)
{
    char bounds[4][BOUND_BYTES];
    char own[FOLDER_BYTES_MAX + 1];
    struct buffer paths;
    struct statement query;
    cpk_status status;

    CPK_TRY(store_require_service(store, "compare folders", error));
    snprintf(own, sizeof own, "%.*s", (int)trimmed_length(directory), directory);
    for (int i = 0; i < 4; i++) { /* '0' follows '/' in ASCII */
        snprintf(bounds[i], BOUND_BYTES, "%s%s%c", i < 2 ? "" : "/", own, i % 2 == 0 ? '/' : '0');
    }
    buffer_init(&paths, &store->context->allocator);
    claim_paths_begin(&paths);
    claim_paths_add(&paths, NULL, own);
    claim_paths_end(&paths);
    if (paths.failed) {
        status = error_out_of_memory(error);
        goto cleanup;
    }
    statement_start(&query, store->session, STATEMENT_FOLDER_NEIGHBOUR_LIST);
    statement_bind_text(&query, 1, user_id);
    statement_bind_text_length(&query, 2, paths.data, paths.length);
    for (size_t i = 0; i < 4; i++) {
        statement_bind_text(&query, 3 + i, bounds[i]);
    }
    status = report_neighbours(&query, own, each, user, error);
cleanup:
    buffer_free(&paths);
    return status;
}

cpk_status store_folder_list(struct store *store, folder_fn each, void *user, cpk_error **error)
{
    struct statement query;

    CPK_TRY(store_require_service(store, "compare folders", error));
    statement_start(&query, store->session, STATEMENT_FOLDER_LIST);
    for (;;) {
        const char *id;
        const char *directory;
        int32_t has_row;
        cpk_status status;

        CPK_TRY(statement_step(&query, &has_row, error));
        if (!has_row) {
            return CPK_OK;
        }
        id = statement_take_text(&query, NULL);
        directory = statement_take_text(&query, NULL);
        CPK_TRY(statement_check(&query, error));
        status = each(user, id, directory != NULL ? directory : "", error);
        if (status != CPK_OK) {
            statement_finish(&query);
            return status;
        }
    }
}

cpk_status store_insert_in_folder(struct statement *insert, const char *user_id, size_t tail_bytes, int32_t *was_made,
                                  cpk_error **error)
{
    char folder[BOUND_BYTES];
    const char *problem = NULL;
    const char *path;
    size_t length;

    CPK_TRY(statement_step(insert, was_made, error));
    if (!*was_made) {
        return CPK_OK;
    }
    path = statement_text(insert, 1, &length);
    if (path != NULL) {
        length -= length < tail_bytes ? length : tail_bytes;
        snprintf(folder, sizeof folder, "%.*s", (int)(length < sizeof folder ? length : sizeof folder - 1), path);
        problem = folder_problem(folder);
    }
    statement_finish(insert);
    if (problem != NULL) {
        return error_set(error, CPK_ERROR_INVALID_DATA, STORE_DOMAIN,
                         "nothing can be stored for user %s: the storage folder of the profile (r2_user_directory, "
                         "\"%.100s\") %s; set it to " FOLDER_USERS "/%s",
                         user_id, folder, problem, user_id);
    }
    return CPK_OK;
}
