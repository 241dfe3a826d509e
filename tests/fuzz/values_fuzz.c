/* Any bytes as the columns of a row that PostgreSQL sends, of any type: read, or refused. */
#include "database/postgres/values.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* bool, bytea, name, int8, int2, int4, text, oid, json, float4, float8, timestamp, timestamptz, numeric, uuid, jsonb,
 * an enum, date */
static const Oid types[] = {16, 17, 19, 20, 21, 23, 25, 26, 114, 700, 701, 1114, 1184, 1700, 2950, 3802, 99999, 1082};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char name[] = "column";
    PGresAttDesc column = {.name = name, .format = 1, .typlen = -1, .atttypmod = -1};
    char *bytes = malloc(size + 1);

    if (bytes == NULL) {
        abort();
    }
    if (size > 0) {
        memcpy(bytes, data, size);
    }
    bytes[size] = '\0';
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        PGresult *result = PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK);
        struct pg_row row;
        size_t column_count;

        column.typid = types[i];
        if (result == NULL || !PQsetResultAttrs(result, 1, &column) || !PQsetvalue(result, 0, 0, bytes, (int)size)) {
            abort();
        }
        (void)pg_row_fill(&row, result, 0, &column_count, NULL);
        PQclear(result);
    }
    free(bytes);
    return 0;
}
