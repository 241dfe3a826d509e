#include "pipeline/walk.h"

#include "base/error.h"

#include <stdio.h>
#include <string.h>

#define CURSOR_ID_BYTES 256

/* Which rows, and how a page of them is had. */
typedef struct walk {
    store *store;
    const char *user_id;
    const char *pack_id;
    cpk_status (*list)(const struct walk *walk, const store_page *page, snapshot_list **items, cpk_error **error);
    const char *(*place)(const void *item, int64_t *us); /* where the page after this item begins */
} walk;

static cpk_status run(const walk *walk, walk_fn each, void *user, cpk_error **error)
{
    store_page page = {STORE_PAGE_LIMIT_MAX, CPK_TIME_UNKNOWN, NULL};
    char after[CURSOR_ID_BYTES];
    size_t got;

    do {
        snapshot_list *items = NULL;
        cpk_status status = CPK_OK;

        CPK_TRY(walk->list(walk, &page, &items, error));
        got = items->count;
        if (got > 0) { /* before the items may be taken */
            snprintf(after, sizeof after, "%s", walk->place(items->items[got - 1], &page.after_us));
            page.after_id = after;
        }
        for (size_t i = 0; status == CPK_OK && i < got; i++) {
            status = each(user, &items->items[i], error);
        }
        snapshot_list_free(items);
        CPK_TRY(status);
    } while (got == STORE_PAGE_LIMIT_MAX);
    return CPK_OK;
}

static cpk_status list_users(const walk *walk, const store_page *page, snapshot_list **items, cpk_error **error)
{
    return store_user_list(walk->store, page, items, error);
}

static const char *place_user(const void *item, int64_t *us)
{
    const cpk_user *user = item;

    *us = user->created_us;
    return user->id;
}

cpk_status walk_users(store *store, walk_fn each, void *user, cpk_error **error)
{
    const walk walk = {store, NULL, NULL, list_users, place_user};

    return run(&walk, each, user, error);
}

static cpk_status list_packs(const walk *walk, const store_page *page, snapshot_list **items, cpk_error **error)
{
    return store_pack_list(walk->store, walk->user_id, page, items, error);
}

static const char *place_pack(const void *item, int64_t *us)
{
    const cpk_pack *pack = item;

    *us = pack->updated_us;
    return pack->pack_id;
}

cpk_status walk_packs(store *store, const char *user_id, walk_fn each, void *user, cpk_error **error)
{
    const walk walk = {store, user_id, NULL, list_packs, place_pack};

    return run(&walk, each, user, error);
}

static cpk_status list_sources(const walk *walk, const store_page *page, snapshot_list **items, cpk_error **error)
{
    return store_source_list(walk->store, walk->user_id, walk->pack_id, page, items, error);
}

static const char *place_source(const void *item, int64_t *us)
{
    const cpk_source *source = item;

    *us = source->created_us;
    return source->source_id;
}

cpk_status walk_sources(store *store, const char *user_id, const char *pack_id, walk_fn each, void *user,
                        cpk_error **error)
{
    const walk walk = {store, user_id, pack_id, list_sources, place_source};

    return run(&walk, each, user, error);
}

static cpk_status list_exports(const walk *walk, const store_page *page, snapshot_list **items, cpk_error **error)
{
    return store_export_list(walk->store, walk->user_id, walk->pack_id, page, items, error);
}

static const char *place_export(const void *item, int64_t *us)
{
    const cpk_export *result = item;

    *us = result->created_us;
    return result->export_id;
}

cpk_status walk_exports(store *store, const char *user_id, const char *pack_id, walk_fn each, void *user,
                        cpk_error **error)
{
    const walk walk = {store, user_id, pack_id, list_exports, place_export};

    return run(&walk, each, user, error);
}

static cpk_status list_jobs(const walk *walk, const store_page *page, snapshot_list **items, cpk_error **error)
{
    return store_job_list(walk->store, walk->user_id, page, items, error);
}

static const char *place_job(const void *item, int64_t *us)
{
    const cpk_job *job = item;

    *us = job->created_us;
    return job->job_id;
}

cpk_status walk_jobs(store *store, const char *user_id, walk_fn each, void *user, cpk_error **error)
{
    const walk walk = {store, user_id, NULL, list_jobs, place_job};

    return run(&walk, each, user, error);
}

static cpk_status list_legacy_packs(const walk *walk, const store_page *page, snapshot_list **items, cpk_error **error)
{
    return store_legacy_pack_list(walk->store, walk->user_id, page, items, error);
}

static const char *place_legacy_pack(const void *item, int64_t *us)
{
    const cpk_legacy_pack *pack = item;

    *us = pack->created_us;
    return pack->id;
}

cpk_status walk_legacy_packs(store *store, const char *user_id, walk_fn each, void *user, cpk_error **error)
{
    const walk walk = {store, user_id, NULL, list_legacy_packs, place_legacy_pack};

    return run(&walk, each, user, error);
}
