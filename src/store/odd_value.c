#include "store/odd_value.h"

#include "store/internal.h"

#include <stdio.h>
#include <string.h>

#define COLUMN_BYTES 64

struct kind {
    char letter; /* after the colon in the list of columns */
    const char *what;
    const char *postgres;
    const char *sqlite;
};

static const struct kind kinds[] = {
    {'t', "is outside the years 1 to 9999 and read as the nearest time", "now()", "strftime('%s', 'now') * 1000000"},
    {'m', "is an amount out of range and read as the nearest valid one (NaN as 0)", "0", "0"},
    {'n', "is a count out of range and clamped in sums", "0", "0"},
};

/* Parses the next item of "created_at:t total_cost:m "; returns NULL at the end. */
static const char *next_column(const char *at, char column[COLUMN_BYTES], const struct kind **found)
{
    const size_t length = strcspn(at, ":");

    if (at[length] == '\0') {
        return NULL;
    }
    snprintf(column, COLUMN_BYTES, "%.*s", (int)length, at);
    *found = &kinds[0];
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (kinds[i].letter == at[length + 1]) {
            *found = &kinds[i];
        }
    }
    return at + length + 3;
}

static void report_row(struct store *store, struct odd_value *odd, const char *columns, odd_value_fn each, void *user)
{
    char column[COLUMN_BYTES];
    const struct kind *kind;

    for (const char *at = columns; (at = next_column(at, column, &kind)) != NULL;) {
        odd->column = column;
        odd->what = kind->what;
        odd->repair = database_dialect(store->database) == CPK_DIALECT_POSTGRESQL ? kind->postgres : kind->sqlite;
        each(user, odd);
    }
}

cpk_status store_odd_value_list(struct store *store, odd_value_fn each, void *user, cpk_error **error)
{
    struct statement query;

    CPK_TRY(store_require_service(store, "list invalid values", error));
    statement_start(&query, store->session, STATEMENT_ODD_VALUE_LIST);
    statement_bind_int64(&query, 1, ODD_VALUE_ROWS_MAX);
    for (;;) {
        struct odd_value odd = {.id_column = "id"};
        const char *columns;
        int32_t has_row;

        CPK_TRY(statement_step(&query, &has_row, error));
        if (!has_row) {
            return CPK_OK;
        }
        odd.table = statement_take_text(&query, NULL);
        odd.id = statement_take_text(&query, NULL);
        columns = statement_take_text(&query, NULL);
        CPK_TRY(statement_check(&query, error));
        report_row(store, &odd, columns, each, user);
    }
}

cpk_status store_stuck_hold_list(struct store *store, stuck_hold_fn each, void *user, cpk_error **error)
{
    struct statement query;

    CPK_TRY(store_require_service(store, "list holds that would overflow a balance", error));
    statement_start(&query, store->session, STATEMENT_STUCK_HOLD_LIST);
    statement_bind_int64(&query, 1, ODD_VALUE_ROWS_MAX);
    for (;;) {
        const char *user_id;
        const char *hold_id;
        int64_t remaining;
        int64_t balance;
        int32_t has_row;

        CPK_TRY(statement_step(&query, &has_row, error));
        if (!has_row) {
            return CPK_OK;
        }
        user_id = statement_take_text(&query, NULL);
        hold_id = statement_take_text(&query, NULL);
        remaining = statement_take_int64(&query);
        balance = statement_take_int64(&query);
        CPK_TRY(statement_check(&query, error));
        each(user, user_id, hold_id, remaining, balance);
    }
}
