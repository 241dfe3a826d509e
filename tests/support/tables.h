/* A test's own look into a database that the library works on: SQL that shares nothing with the library's. */
#ifndef TESTS_SUPPORT_TABLES_H
#define TESTS_SUPPORT_TABLES_H

#include "support/backend.h"

#include <sqlite3.h>

#define TABLES_SQL_BYTES  4096
#define TABLES_TEXT_BYTES 2048

struct tables {
    PGconn *postgres;
    sqlite3 *sqlite;
    char problem[TABLES_TEXT_BYTES]; /* of the last statement; "" when it went well */
};

/* 1 when it is open. */
static inline int32_t tables_open(struct tables *tables, const char *uri)
{
    memset(tables, 0, sizeof *tables);
    if (strncmp(uri, "sqlite:", 7) != 0) {
        tables->postgres = PQconnectdb(uri);
        return PQstatus(tables->postgres) == CONNECTION_OK;
    }
    if (sqlite3_open(uri + 7, &tables->sqlite) != SQLITE_OK) {
        return 0;
    }
    sqlite3_busy_timeout(tables->sqlite, 60000);
    return 1;
}

static inline void tables_close(struct tables *tables)
{
    PQfinish(tables->postgres);
    sqlite3_close(tables->sqlite);
}

/* "@" is where the library's own tables are: "@holds". */
static inline void tables_spell(const struct tables *tables, const char *sql, char spelled[TABLES_SQL_BYTES])
{
    const char *own = tables->postgres != NULL ? "contextpack." : "contextpack_";
    size_t used = 0;

    for (; *sql != '\0' && used < TABLES_SQL_BYTES - 16; sql++) {
        used +=
            (size_t)(*sql == '@' ? snprintf(spelled + used, 16, "%s", own) : snprintf(spelled + used, 2, "%c", *sql));
    }
    spelled[used] = '\0';
}

static inline int tables_take(void *user, int columns, char **values, char **names)
{
    char *text = user;
    size_t used = strlen(text);

    (void)names;
    for (int i = 0; i < columns; i++) {
        used += (size_t)snprintf(text + used, TABLES_TEXT_BYTES - used, "%s%s", used > 0 ? "\n" : "",
                                 values[i] != NULL ? values[i] : "");
        used = used < TABLES_TEXT_BYTES ? used : TABLES_TEXT_BYTES - 1;
    }
    return 0;
}

/* All values of all rows, one line each, truncated to the buffer. */
static inline const char *tables_text(struct tables *tables, const char *sql, char text[TABLES_TEXT_BYTES])
{
    char spelled[TABLES_SQL_BYTES];
    char *message = NULL;

    text[0] = '\0';
    tables->problem[0] = '\0';
    tables_spell(tables, sql, spelled);
    if (tables->postgres != NULL) {
        PGresult *result = PQexec(tables->postgres, spelled);

        if (PQresultStatus(result) != PGRES_TUPLES_OK && PQresultStatus(result) != PGRES_COMMAND_OK) {
            snprintf(tables->problem, sizeof tables->problem, "%s", PQresultErrorMessage(result));
        }
        for (int row = 0; row < PQntuples(result); row++) {
            for (int column = 0; column < PQnfields(result); column++) {
                char *value = PQgetvalue(result, row, column);

                tables_take(text, 1, &value, NULL);
            }
        }
        PQclear(result);
    } else if (sqlite3_exec(tables->sqlite, spelled, tables_take, text, &message) != SQLITE_OK) {
        snprintf(tables->problem, sizeof tables->problem, "%s", message);
        sqlite3_free(message);
    }
    return text;
}

/* The first column of the first row; 0 without one. */
static inline int64_t tables_number(struct tables *tables, const char *sql)
{
    char text[TABLES_TEXT_BYTES];

    return atoll(tables_text(tables, sql, text));
}

#endif
