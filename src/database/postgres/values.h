/* Values between the seam and libpq, in PostgreSQL's binary format. */
#ifndef DATABASE_POSTGRES_VALUES_H
#define DATABASE_POSTGRES_VALUES_H

#include "base/context.h"

#include <contextpack/backend/database.h>
#include <libpq-fe.h>

#define VALUES_MAX    64 /* parameters of a statement */
#define COLUMNS_MAX   64 /* columns of a row */
#define SCRATCH_BYTES 40 /* a uuid as text */

/* What PQsendQueryParams takes. Texts and blobs are borrowed from the values. */
struct pg_parameters {
    Oid types[VALUES_MAX];
    const char *bytes[VALUES_MAX];
    int lengths[VALUES_MAX];
    int formats[VALUES_MAX];
    unsigned char numbers[VALUES_MAX][8];
};

/* The columns of one row. Texts and blobs are borrowed from the result, or lie in `scratch`. */
struct pg_row {
    cpk_value columns[COLUMNS_MAX];
    char scratch[COLUMNS_MAX][SCRATCH_BYTES];
};

cpk_status pg_parameters_fill(struct pg_parameters *parameters, const cpk_value *values, size_t value_count,
                              cpk_error **error);

/* Integers, booleans and timestamptz (microseconds since 1970, within the years 1 to 9999) come as INT64, real as
 * DOUBLE, numeric as INT64 when it is whole (clamped to 64 bits; NaN as 0), bytea as BLOB; text, names, uuid, json,
 * enums and other types of the database's own as TEXT. What can't be told is refused: the statement casts it. */
cpk_status pg_row_fill(struct pg_row *row, const PGresult *result, int row_number, size_t *column_count,
                       cpk_error **error);

/* The timestamptz in a column of the first row; CPK_TIME_UNKNOWN when it is none. */
int64_t pg_time_us(const PGresult *result, int column);

#endif
