#include "store/claim.h"

#include "base/json/json.h"
#include "store/internal.h"

#include <contextpack/backend/storage.h>
#include <stdio.h>
#include <string.h>

/* Appends a JSON string `before` + text + `after`. Keys have at most CPK_STORAGE_KEY_BYTES_MAX bytes. */
static void add_text(struct buffer *paths, const char *before, const char *text, size_t length, const char *after)
{
    char spelled[CPK_STORAGE_KEY_BYTES_MAX + 4];
    struct json_writer writer;
    int spelled_length = snprintf(spelled, sizeof spelled, "%s%.*s%s", before, (int)length, text, after);

    if (spelled_length < 0 || (size_t)spelled_length >= sizeof spelled) {
        return;
    }
    json_writer_init(&writer, paths);
    writer.comma = paths->length > 0 && paths->data[paths->length - 1] != '[';
    json_write_text(&writer, spelled, (size_t)spelled_length);
}

void claim_paths_begin(struct buffer *paths)
{
    buffer_append_byte(paths, '[');
}

void claim_paths_end(struct buffer *paths)
{
    buffer_append_byte(paths, ']');
}

void claim_paths_add(struct buffer *paths, const char *previous, const char *key)
{
    size_t length = 0;

    do {
        length += length > 0; /* include the slash */
        length += strcspn(key + length, "/");
        if (previous != NULL && strncmp(previous, key, length) == 0 &&
            (previous[length] == '/' || previous[length] == '\0')) {
            continue;
        }
        add_text(paths, "", key, length, "");
        add_text(paths, "", key, length, "/");
        add_text(paths, "/", key, length, "");
        add_text(paths, "/", key, length, "/");
    } while (key[length] != '\0');
}

cpk_status store_claim_list(struct store *store, const struct claim_query *claims, claim_fn each, void *user,
                            cpk_error **error)
{
    struct statement query;

    CPK_TRY(store_require_service(store, "list claims", error));
    if (claims->paths->failed || claims->parts->failed || claims->uuids->failed) {
        return error_out_of_memory(error);
    }
    statement_start(&query, store->session, STATEMENT_CLAIM_LIST);
    statement_bind_text_length(&query, 1, claims->paths->data, claims->paths->length);
    statement_bind_text_length(&query, 2, claims->parts->data, claims->parts->length);
    statement_bind_text_length(&query, 3, claims->uuids->data, claims->uuids->length);
    statement_bind_text(&query, 4, claims->user_id);
    statement_bind_text(&query, 5, claims->pack_id);
    for (;;) {
        struct claim claim;
        const char *kind;
        int32_t has_row;
        cpk_status status;

        CPK_TRY(statement_step(&query, &has_row, error));
        if (!has_row) {
            return CPK_OK;
        }
        kind = statement_take_text(&query, NULL);
        claim.text = statement_take_text(&query, NULL);
        claim.is_own = statement_take_int64(&query) != 0;
        claim.other_owner = statement_take_text(&query, NULL);
        claim.is_service = statement_take_int64(&query) != 0;
        CPK_TRY(statement_check(&query, error));
        claim.kind = (unsigned char)kind[0];
        status = each(user, &claim, error);
        if (status != CPK_OK) {
            statement_finish(&query);
            return status;
        }
    }
}
