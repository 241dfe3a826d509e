#include "store/statistics.h"

#include "store/internal.h"

cpk_status store_statistics_get(struct store *store, cpk_statistics *statistics, cpk_error **error)
{
    struct statement row;
    int32_t has_row;

    CPK_TRY(store_require_service(store, "read the statistics of all users", error));
    statement_start(&row, store->session, STATEMENT_STATISTICS_GET);
    CPK_TRY(statement_step(&row, &has_row, error));
    statistics->users = statement_take_int64(&row);
    statistics->packs = statement_take_int64(&row);
    statistics->sources = statement_take_int64(&row);
    statistics->unfinished_sources = statement_take_int64(&row);
    statistics->exports = statement_take_int64(&row);
    statistics->jobs = statement_take_int64(&row);
    statistics->chunks = statement_take_int64(&row);
    statistics->transactions = statement_take_int64(&row);
    statistics->schema_version = statement_take_int64_or(&row, 0);
    statistics->database_bytes = statement_take_int64(&row);
    statistics->free_bytes = statement_take_int64(&row);
    CPK_TRY(statement_check(&row, error));
    statement_finish(&row);
    return CPK_OK;
}
