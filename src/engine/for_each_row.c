#include "engine/for_each_row.h"

#include "base/buffer.h"
#include "base/error.h"

#include <string.h>

/* Which rows to read, and how to fetch one page of them. */
struct walk {
    struct store *store;
    const char *user_id;
    const char *pack_id;
    cpk_status (*list)(const struct walk *walk, const struct store_page *page, struct snapshot_list **items,
                       cpk_error **error);
    /* Returns the key of the last item, after which the next page begins. */
    const char *(*place)(const void *item, int64_t *us);
};

/* Saves the position of the next page before the items are handed out. Ids may have any length. */
static cpk_status keep_place(const struct walk *walk, const struct snapshot_list *items, struct store_page *page,
                             struct buffer *after, cpk_error **error)
{
    const char *id;

    if (items->count == 0) {
        return CPK_OK;
    }
    id = walk->place(items->items[items->count - 1], &page->after_us);
    buffer_clear(after);
    buffer_append(after, id, strlen(id));
    page->after_id = buffer_text(after);
    return after->failed ? error_out_of_memory(error) : CPK_OK;
}

static cpk_status walk_page(const struct walk *walk, struct store_page *page, struct buffer *after, each_row_fn each,
                            void *user, size_t *got, cpk_error **error)
{
    struct snapshot_list *items = NULL;
    cpk_status status;

    CPK_TRY(walk->list(walk, page, &items, error));
    *got = items->count;
    status = keep_place(walk, items, page, after, error);
    for (size_t i = 0; status == CPK_OK && i < *got; i++) {
        status = each(user, &items->items[i], error);
    }
    snapshot_list_free(items);
    return status;
}

static cpk_status run(const struct walk *walk, each_row_fn each, void *user, cpk_error **error)
{
    struct store_page page = {STORE_PAGE_LIMIT_MAX, CPK_TIME_UNKNOWN, NULL};
    struct buffer after;
    size_t got = 0;
    cpk_status status;

    buffer_init(&after, store_allocator(walk->store));
    do {
        status = walk_page(walk, &page, &after, each, user, &got, error);
    } while (status == CPK_OK && got == STORE_PAGE_LIMIT_MAX);
    buffer_free(&after);
    return status;
}

static cpk_status list_users(const struct walk *walk, const struct store_page *page, struct snapshot_list **items,
                             cpk_error **error)
{
    return store_user_list(walk->store, page, items, error);
}

static const char *place_user(const void *item, int64_t *us)
{
    const cpk_user *user = item;

    *us = user->created_us;
    return user->id;
}

struct user_turns {
    each_row_fn each;
    walk_skip_fn skip;
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

cpk_status for_each_user(struct store *store, each_row_fn each, walk_skip_fn skip, void *user, cpk_error **error)
{
    const struct walk walk = {store, NULL, NULL, list_users, place_user};
    struct user_turns turns = {each, skip, user};

    return run(&walk, take_user, &turns, error);
}

static cpk_status list_packs(const struct walk *walk, const struct store_page *page, struct snapshot_list **items,
                             cpk_error **error)
{
    return store_pack_list(walk->store, walk->user_id, page, items, error);
}

static const char *place_pack(const void *item, int64_t *us)
{
    const cpk_pack *pack = item;

    *us = pack->updated_us;
    return pack->pack_id;
}

cpk_status for_each_pack(struct store *store, const char *user_id, each_row_fn each, void *user, cpk_error **error)
{
    const struct walk walk = {store, user_id, NULL, list_packs, place_pack};

    return run(&walk, each, user, error);
}

static cpk_status list_sources(const struct walk *walk, const struct store_page *page, struct snapshot_list **items,
                               cpk_error **error)
{
    return store_source_list(walk->store, walk->user_id, walk->pack_id, page, items, error);
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
    const struct walk walk = {store, user_id, pack_id, list_sources, place_source};

    return run(&walk, each, user, error);
}

static cpk_status list_exports(const struct walk *walk, const struct store_page *page, struct snapshot_list **items,
                               cpk_error **error)
{
    return store_export_list(walk->store, walk->user_id, walk->pack_id, page, items, error);
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
    const struct walk walk = {store, user_id, pack_id, list_exports, place_export};

    return run(&walk, each, user, error);
}

static cpk_status list_jobs(const struct walk *walk, const struct store_page *page, struct snapshot_list **items,
                            cpk_error **error)
{
    return store_job_list(walk->store, walk->user_id, page, items, error);
}

static const char *place_job(const void *item, int64_t *us)
{
    const cpk_job *job = item;

    *us = job->created_us;
    return job->job_id;
}

cpk_status for_each_job(struct store *store, const char *user_id, each_row_fn each, void *user, cpk_error **error)
{
    const struct walk walk = {store, user_id, NULL, list_jobs, place_job};

    return run(&walk, each, user, error);
}

static cpk_status list_legacy_packs(const struct walk *walk, const struct store_page *page,
                                    struct snapshot_list **items, cpk_error **error)
{
    return store_legacy_pack_list(walk->store, walk->user_id, page, items, error);
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
    const struct walk walk = {store, user_id, NULL, list_legacy_packs, place_legacy_pack};

    return run(&walk, each, user, error);
}
