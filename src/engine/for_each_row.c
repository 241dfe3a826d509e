#include "engine/for_each_row.h"

#include "base/buffer.h"
#include "base/error.h"

#include <string.h>

/* Which rows to read, and how to fetch one page of them. */
struct row_query {
    struct store *store;
    const char *user_id;
    const char *pack_id;
    cpk_status (*list)(const struct row_query *query, const struct store_page *page, struct record_list **items,
                       cpk_error **error);
    /* Returns the key of the last item, after which the next page begins. */
    const char *(*place)(const void *item, int64_t *us);
    each_row_fn each;
    void *user;
};

/* Saves the position of the next page before the items are handed out. Ids may have any length. */
static cpk_status keep_place(const struct row_query *query, const struct record_list *items, struct store_page *page,
                             struct buffer *after, cpk_error **error)
{
    const char *id;

    if (items->count == 0) {
        return CPK_OK;
    }
    id = query->place(items->items[items->count - 1], &page->after_us);
    buffer_clear(after);
    buffer_append(after, id, strlen(id));
    page->after_id = buffer_text(after);
    return after->failed ? error_out_of_memory(error) : CPK_OK;
}

static cpk_status read_page(const struct row_query *query, struct store_page *page, struct buffer *after, size_t *got,
                            cpk_error **error)
{
    struct record_list *items = NULL;
    cpk_status status;

    CPK_TRY(query->list(query, page, &items, error));
    *got = items->count;
    status = keep_place(query, items, page, after, error);
    for (size_t i = 0; status == CPK_OK && i < *got; i++) {
        status = query->each(query->user, &items->items[i], error);
    }
    record_list_free(items);
    return status;
}

static cpk_status run(const struct row_query *query, cpk_error **error)
{
    struct store_page page = {STORE_PAGE_LIMIT_MAX, CPK_TIME_UNKNOWN, NULL};
    struct buffer after;
    size_t got = 0;
    cpk_status status;

    buffer_init(&after, store_allocator(query->store));
    do {
        status = read_page(query, &page, &after, &got, error);
    } while (status == CPK_OK && got == STORE_PAGE_LIMIT_MAX);
    buffer_free(&after);
    return status;
}

static cpk_status list_users(const struct row_query *query, const struct store_page *page, struct record_list **items,
                             cpk_error **error)
{
    return store_user_list(query->store, page, items, error);
}

static const char *place_user(const void *item, int64_t *us)
{
    const cpk_user *user = item;

    *us = user->created_us;
    return user->id;
}

struct user_turns {
    each_row_fn each;
    user_skip_fn skip;
    void *user;
};

static cpk_status take_user(void *user, void **item, cpk_error **error)
{
    const struct user_turns *turns = user;
    cpk_error *problem = NULL;
    cpk_status status = turns->each(turns->user, item, &problem);

    if (status != CPK_OK && (*item == NULL || !error_is_of_one_row(status))) {
        return error_give(error, problem);
    }
    if (status != CPK_OK) {
        turns->skip(turns->user, *item, problem);
    }
    cpk_error_free(problem);
    return CPK_OK;
}

cpk_status for_each_user(struct store *store, each_row_fn each, user_skip_fn skip, void *user, cpk_error **error)
{
    struct user_turns turns = {each, skip, user};
    const struct row_query query = {store, NULL, NULL, list_users, place_user, take_user, &turns};

    return run(&query, error);
}

static cpk_status list_packs(const struct row_query *query, const struct store_page *page, struct record_list **items,
                             cpk_error **error)
{
    return store_pack_list(query->store, query->user_id, page, items, error);
}

static const char *place_pack(const void *item, int64_t *us)
{
    const cpk_pack *pack = item;

    *us = pack->updated_us;
    return pack->pack_id;
}

cpk_status for_each_pack(struct store *store, const char *user_id, each_row_fn each, void *user, cpk_error **error)
{
    const struct row_query query = {store, user_id, NULL, list_packs, place_pack, each, user};

    return run(&query, error);
}

static cpk_status list_sources(const struct row_query *query, const struct store_page *page, struct record_list **items,
                               cpk_error **error)
{
    return store_source_list(query->store, query->user_id, query->pack_id, page, items, error);
}

static const char *place_source(const void *item, int64_t *us)
{
    const cpk_source *source = item;

    *us = source->created_us;
    return source->source_id;
}

cpk_status for_each_source(struct store *store, const char *user_id, const char *pack_id, each_row_fn each, void *user,
                           cpk_error **error)
{
    const struct row_query query = {store, user_id, pack_id, list_sources, place_source, each, user};

    return run(&query, error);
}

static cpk_status list_exports(const struct row_query *query, const struct store_page *page, struct record_list **items,
                               cpk_error **error)
{
    return store_export_list(query->store, query->user_id, query->pack_id, page, items, error);
}

static const char *place_export(const void *item, int64_t *us)
{
    const cpk_export *result = item;

    *us = result->created_us;
    return result->export_id;
}

cpk_status for_each_export(struct store *store, const char *user_id, const char *pack_id, each_row_fn each, void *user,
                           cpk_error **error)
{
    const struct row_query query = {store, user_id, pack_id, list_exports, place_export, each, user};

    return run(&query, error);
}

static cpk_status list_jobs(const struct row_query *query, const struct store_page *page, struct record_list **items,
                            cpk_error **error)
{
    return store_job_list(query->store, query->user_id, page, items, error);
}

static const char *place_job(const void *item, int64_t *us)
{
    const cpk_job *job = item;

    *us = job->created_us;
    return job->job_id;
}

cpk_status for_each_job(struct store *store, const char *user_id, each_row_fn each, void *user, cpk_error **error)
{
    const struct row_query query = {store, user_id, NULL, list_jobs, place_job, each, user};

    return run(&query, error);
}

static cpk_status list_legacy_packs(const struct row_query *query, const struct store_page *page,
                                    struct record_list **items, cpk_error **error)
{
    return store_legacy_pack_list(query->store, query->user_id, page, items, error);
}

static const char *place_legacy_pack(const void *item, int64_t *us)
{
    const cpk_legacy_pack *pack = item;

    *us = pack->created_us;
    return pack->id;
}

cpk_status for_each_legacy_pack(struct store *store, const char *user_id, each_row_fn each, void *user,
                                cpk_error **error)
{
    const struct row_query query = {store, user_id, NULL, list_legacy_packs, place_legacy_pack, each, user};

    return run(&query, error);
}
