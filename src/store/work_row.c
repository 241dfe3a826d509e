#include "store/work_row.h"

#include "store/internal.h"

cpk_status store_work_insert(struct store *store, const struct work_key *key, const struct work_params *params,
                             cpk_error **error)
{
    struct statement change;

    store_start_of_owner(&change, store, STATEMENT_WORK_INSERT, key);
    statement_bind_text(&change, 4, params->pack_id);
    statement_bind_text(&change, 5, params->sha256);
    statement_bind_text(&change, 6, params->format);
    statement_bind_text(&change, 7, params->settings_fingerprint);
    statement_bind_text(&change, 8, params->lease_owner);
    statement_bind_time(&change, 9, params->lease_owner != NULL ? params->lease_expires_us : CPK_TIME_UNKNOWN);
    statement_bind_text(&change, 10, params->raw_check);
    return store_queue_any(&change, error);
}

/* Sets CPK_ERROR_NOT_FOUND, or CPK_ERROR_CONFLICT if the source or job exists but can't be changed. */
static cpk_status set_change_error(struct store *store, const struct work_key *key, const char *message,
                                   cpk_error **error)
{
    const int32_t is_job = key->kind == OWNER_JOB;
    const char *name = is_job ? "job" : "source";
    struct statement query;
    int32_t has_row;

    statement_start(&query, store->session, is_job ? STATEMENT_JOB_STATUS : STATEMENT_SOURCE_STATUS);
    statement_bind_text(&query, 1, key->user_id);
    statement_bind_text(&query, 2, key->id);
    CPK_TRY(statement_step(&query, &has_row, error));
    if (!has_row) {
        return error_set(error, CPK_ERROR_NOT_FOUND, STORE_DOMAIN, "no such %s, or it belongs to another user", name);
    }
    error_set(error, CPK_ERROR_CONFLICT, STORE_DOMAIN, "%s (%s %s, status %s)", message, name, key->id,
              statement_text(&query, 0, NULL));
    statement_finish(&query);
    return CPK_ERROR_CONFLICT;
}

/* With a lease the change is queued, because the row is known to exist. */
cpk_status store_work_change(struct store *store, const struct work_key *key, struct statement *change,
                             const char *message, cpk_error **error)
{
    int64_t rows;

    if (key->lease_owner != NULL) {
        return store_queue_one(change, CPK_ERROR_CONFLICT, message, error);
    }
    CPK_TRY(statement_run(change, &rows, error));
    return rows > 0 ? CPK_OK : set_change_error(store, key, message, error);
}
