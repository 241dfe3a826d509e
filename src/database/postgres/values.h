/* Converts values between the driver interface and PostgreSQL's binary format. */
#ifndef DATABASE_POSTGRES_VALUES_H
#define DATABASE_POSTGRES_VALUES_H

#include "base/context.h"

#include <contextpack/backend/database.h>
#include <libpq-fe.h>

#define VALUES_MAX    64 /* parameters per statement */
#define COLUMNS_MAX   64 /* columns per row */
#define SCRATCH_BYTES 40 /* a uuid as text */

/* Parameters of PQsendQueryParams(). Texts and blobs are borrowed from the values. */
struct pg_parameters {
    Oid types[VALUES_MAX];
    const char *bytes[VALUES_MAX];
    int lengths[VALUES_MAX];
    int formats[VALUES_MAX];
    unsigned char numbers[VALUES_MAX][8];
};

/* The columns of one row. Texts and blobs point into the result or `scratch`. */
struct pg_row {
    cpk_value columns[COLUMNS_MAX];
    char scratch[COLUMNS_MAX][SCRATCH_BYTES];
};

cpk_status pg_parameters_fill(struct pg_parameters *parameters, const cpk_value *values, size_t value_count,
                              cpk_error **error);

/* Converts a row: integers, booleans and timestamptz (microseconds since 1970, clamped to the years 1 to 9999) to
 * INT64; real to DOUBLE; numeric to INT64 if whole (clamped to 64 bits; NaN is 0), otherwise to DOUBLE; bytea to BLOB;
 * text, names, uuid, json, enums and other user-defined types to TEXT. Other types are CPK_ERROR_UNSUPPORTED: the
 * statement must cast them. */
cpk_status pg_row_fill(struct pg_row *row, const PGresult *result, int row_number, size_t *column_count,
                       cpk_error **error);

/* Returns the timestamptz in a column of the first row, or CPK_TIME_UNKNOWN if it is not one. */
int64_t pg_time_us(const PGresult *result, int column);

#endif
