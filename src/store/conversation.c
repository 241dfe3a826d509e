#include "store/conversation.h"

#include "store/internal.h"

#include <string.h>

static void find_take(struct statement *row, struct store_conversation *conversation)
{
    conversation->source_id = statement_take_text(row, NULL);
    conversation->provider = statement_take_text(row, NULL);
    conversation->conversation_id = statement_take_text(row, NULL);
    conversation->title = statement_take_text(row, NULL);
    conversation->content_hash = statement_take_text(row, NULL);
    conversation->message_hashes = statement_take_blob(row, &conversation->message_hashes_length);
    conversation->messages = statement_take_int64(row);
    conversation->tokens = statement_take_int64(row);
    conversation->first_us = statement_take_time(row);
    conversation->last_us = statement_take_time(row);
}

static void list_take(struct statement *row, struct store_conversation *conversation)
{
    memset(conversation, 0, sizeof *conversation);
    conversation->source_id = statement_take_text(row, NULL);
    conversation->provider = statement_take_text(row, NULL);
    conversation->conversation_id = statement_take_text(row, NULL);
    conversation->title = statement_take_text(row, NULL);
    conversation->messages = statement_take_int64(row);
    conversation->tokens = statement_take_int64(row);
    conversation->first_us = statement_take_time(row);
    conversation->last_us = statement_take_time(row);
}

static cpk_status walk(struct statement *query, void (*take)(struct statement *, struct store_conversation *),
                       conversation_each_fn each, void *user, cpk_error **error)
{
    for (;;) {
        struct store_conversation conversation;
        int32_t has_row;
        cpk_status status;

        CPK_TRY(statement_step(query, &has_row, error));
        if (!has_row) {
            return CPK_OK;
        }
        take(query, &conversation);
        CPK_TRY(statement_check(query, error));
        status = each(user, &conversation, error);
        if (status != CPK_OK) {
            statement_finish(query);
            return status;
        }
    }
}

cpk_status store_conversation_find(struct store *store, const struct conversation_key *key, conversation_each_fn each,
                                   void *user, cpk_error **error)
{
    struct statement query;
    const char *user_id;

    CPK_TRY(store_owner(store, key->user_id, &user_id, error));
    statement_start(&query, store->session, STATEMENT_CONVERSATION_FIND);
    statement_bind_text(&query, 1, user_id);
    statement_bind_text(&query, 2, key->pack_id);
    statement_bind_text(&query, 3, key->provider);
    statement_bind_text(&query, 4, key->conversation_id);
    return walk(&query, find_take, each, user, error);
}

static void known_take(struct statement *row, struct store_conversation *conversation)
{
    memset(conversation, 0, sizeof *conversation);
    conversation->source_id = statement_take_text(row, NULL);
    conversation->provider = statement_take_text(row, NULL);
    conversation->conversation_id = statement_take_text(row, NULL);
    conversation->content_hash = statement_take_text(row, NULL);
    conversation->message_hashes = statement_take_blob(row, &conversation->message_hashes_length);
}

static cpk_status known_start(struct statement *query, struct store *store, enum statement_id id,
                              const struct conversation_parts *which, cpk_error **error)
{
    const char *user_id;

    CPK_TRY(store_owner(store, which->user_id, &user_id, error));
    statement_start(query, store->session, id);
    statement_bind_text(query, 1, user_id);
    statement_bind_text(query, 2, which->pack_id);
    statement_bind_text(query, 3, which->source_id);
    statement_bind_int64(query, 4, which->scope);
    return CPK_OK;
}

cpk_status store_conversation_measure(struct store *store, const struct conversation_parts *which, int64_t *parts,
                                      int64_t *hash_bytes, cpk_error **error)
{
    struct statement query;
    int32_t has_row;

    *parts = 0;
    *hash_bytes = 0;
    CPK_TRY(known_start(&query, store, STATEMENT_CONVERSATION_MEASURE, which, error));
    CPK_TRY(statement_step(&query, &has_row, error));
    *parts = statement_take_int64(&query);
    *hash_bytes = statement_take_int64(&query);
    CPK_TRY(statement_check(&query, error));
    statement_finish(&query);
    return CPK_OK;
}

cpk_status store_conversation_list_known(struct store *store, const struct conversation_parts *which,
                                         conversation_each_fn each, void *user, cpk_error **error)
{
    struct statement query;

    CPK_TRY(known_start(&query, store, STATEMENT_CONVERSATION_LIST_KNOWN, which, error));
    return walk(&query, known_take, each, user, error);
}

cpk_status store_conversation_list(struct store *store, const char *user_id, const char *pack_id,
                                   conversation_each_fn each, void *user, cpk_error **error)
{
    struct statement query;

    CPK_TRY(store_owner(store, user_id, &user_id, error));
    statement_start(&query, store->session, STATEMENT_CONVERSATION_LIST);
    statement_bind_text(&query, 1, user_id);
    statement_bind_text(&query, 2, pack_id);
    return walk(&query, list_take, each, user, error);
}

cpk_status store_conversation_list_of_owner(struct store *store, const struct work_key *key, conversation_each_fn each,
                                            void *user, cpk_error **error)
{
    struct work_key own;
    struct statement query;

    CPK_TRY(store_own_key(store, key, &own, error));
    store_start_of_owner(&query, store, STATEMENT_CONVERSATION_LIST_OF_OWNER, &own);
    return walk(&query, list_take, each, user, error);
}

static cpk_status insert_one(struct store *store, const struct work_key *key, enum statement_id id,
                             const struct store_conversation *conversation, cpk_error **error)
{
    const void *hashes = conversation->message_hashes != NULL ? conversation->message_hashes : "";
    struct statement change;

    store_start_of_owner(&change, store, id, key);
    statement_bind_text(&change, 4, conversation->provider);
    statement_bind_text(&change, 5, conversation->conversation_id);
    statement_bind_text(&change, 6, conversation->title != NULL ? conversation->title : "");
    statement_bind_text(&change, 7, conversation->content_hash);
    statement_bind_blob(&change, 8, hashes, conversation->message_hashes_length);
    statement_bind_int64(&change, 9, conversation->messages);
    statement_bind_int64(&change, 10, conversation->tokens);
    statement_bind_time(&change, 11, conversation->first_us);
    statement_bind_time(&change, 12, conversation->last_us);
    return store_queue_one(&change, CPK_ERROR_NOT_FOUND, "no such source or job, or it belongs to another user", error);
}

static cpk_status insert_all(struct store *store, const struct work_key *key, enum statement_id id,
                             conversation_next_fn next, void *user, cpk_error **error)
{
    while (next != NULL) {
        struct store_conversation conversation;
        int32_t has_next = 0;

        memset(&conversation, 0, sizeof conversation);
        conversation.first_us = CPK_TIME_UNKNOWN;
        conversation.last_us = CPK_TIME_UNKNOWN;
        CPK_TRY(next(user, &conversation, &has_next, error));
        if (!has_next) {
            return CPK_OK;
        }
        CPK_TRY(insert_one(store, key, id, &conversation, error));
    }
    return CPK_OK;
}

cpk_status store_conversation_replace(struct store *store, const struct work_key *key, conversation_next_fn next,
                                      void *user, cpk_error **error)
{
    struct statement change;

    store_start_of_owner(&change, store, STATEMENT_CONVERSATION_DELETE_ALL, key);
    CPK_TRY(store_queue_any(&change, error));
    return insert_all(store, key, STATEMENT_CONVERSATION_INSERT, next, user, error);
}

cpk_status store_conversation_add(struct store *store, const struct work_key *key, conversation_next_fn next,
                                  void *user, cpk_error **error)
{
    return insert_all(store, key, STATEMENT_CONVERSATION_ADD, next, user, error);
}
