#include "database/postgres/values.h"

#include "base/error.h"
#include "base/time.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#define DOMAIN "database"

/* Fixed OIDs from PostgreSQL's src/include/catalog/pg_type.dat. */
#define OID_BOOL               16
#define OID_BYTEA              17
#define OID_CHAR               18
#define OID_NAME               19
#define OID_INT8               20
#define OID_INT2               21
#define OID_INT4               23
#define OID_TEXT               25
#define OID_OID                26
#define OID_JSON               114
#define OID_FLOAT4             700
#define OID_FLOAT8             701
#define OID_UNKNOWN            705
#define OID_BPCHAR             1042
#define OID_VARCHAR            1043
#define OID_TIMESTAMPTZ        1184
#define OID_NUMERIC            1700
#define OID_VOID               2278
#define OID_UUID               2950
#define OID_JSONB              3802
#define OID_FIRST_USER         16384 /* user-defined types: enums, citext */

#define FORMAT_BINARY          1
#define EPOCH_2000_US          INT64_C(946684800000000)
#define NUMERIC_NEGATIVE       0x4000
#define NUMERIC_SPECIAL        0xC000 /* NaN and the infinities */
#define NUMERIC_INFINITY       0xD000
#define NUMERIC_MINUS_INFINITY 0xF000
#define NUMERIC_BASE           10000
#define NUMERIC_HEAD_BYTES     8

static uint64_t read_number(const char *bytes, int length)
{
    uint64_t number = 0;

    for (int i = 0; i < length; i++) {
        number = number << 8 | (unsigned char)bytes[i];
    }
    return number;
}

static void write_number(unsigned char bytes[8], uint64_t number)
{
    for (int i = 7; i >= 0; i--) {
        bytes[i] = (unsigned char)number;
        number >>= 8;
    }
}

static cpk_status parameter_fill(struct pg_parameters *parameters, size_t at, const cpk_value *value, cpk_error **error)
{
    uint64_t bits;

    parameters->formats[at] = FORMAT_BINARY;
    parameters->lengths[at] = 8;
    parameters->bytes[at] = (const char *)parameters->numbers[at];
    switch (value->type) {
    case CPK_VALUE_INT64:
        parameters->types[at] = OID_INT8;
        write_number(parameters->numbers[at], (uint64_t)value->int64_value);
        break;
    case CPK_VALUE_DOUBLE:
        parameters->types[at] = OID_FLOAT8;
        memcpy(&bits, &value->double_value, sizeof bits);
        write_number(parameters->numbers[at], bits);
        break;
    case CPK_VALUE_TEXT:
    case CPK_VALUE_BLOB:
        if (!value->is_null && value->length > INT_MAX) {
            return error_set(error, CPK_ERROR_LIMIT_EXCEEDED, DOMAIN, "a value is too long for PostgreSQL");
        }
        parameters->types[at] = value->type == CPK_VALUE_TEXT ? OID_TEXT : OID_BYTEA;
        parameters->lengths[at] = (int)value->length;
        parameters->bytes[at] = value->bytes != NULL ? value->bytes : "";
        break;
    default:
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, DOMAIN, "a parameter of the statement has no type");
    }
    if (value->is_null) {
        parameters->bytes[at] = NULL;
    }
    return CPK_OK;
}

cpk_status pg_parameters_fill(struct pg_parameters *parameters, const cpk_value *values, size_t value_count,
                              cpk_error **error)
{
    if (value_count > VALUES_MAX) {
        return error_set(error, CPK_ERROR_LIMIT_EXCEEDED, DOMAIN, "a statement has more than %d parameters",
                         VALUES_MAX);
    }
    for (size_t i = 0; i < value_count; i++) {
        CPK_TRY(parameter_fill(parameters, i, &values[i], error));
    }
    return CPK_OK;
}

/* Converts NaN to 0 and infinities to the nearest 64-bit integer, so that the row stays readable. */
static void numeric_fill_special(cpk_value *value, uint64_t sign)
{
    value->type = CPK_VALUE_INT64;
    value->int64_value = sign == NUMERIC_INFINITY ? INT64_MAX : sign == NUMERIC_MINUS_INFINITY ? -INT64_MAX : 0;
}

/* A numeric is a list of 16-bit words of four decimal digits each; the first has the weight 10000^weight. */
static cpk_status numeric_fill(cpk_value *value, const char *bytes, int length, cpk_error **error)
{
    int64_t count = length >= NUMERIC_HEAD_BYTES ? (int64_t)read_number(bytes, 2) : 0;
    int64_t weight = length >= NUMERIC_HEAD_BYTES ? (int16_t)read_number(bytes + 2, 2) : 0;
    uint64_t sign = length >= NUMERIC_HEAD_BYTES ? read_number(bytes + 4, 2) : 0;
    int32_t is_whole = count <= weight + 1;
    int32_t overflows = 0;
    int64_t whole = 0;
    double real = 0;

    if (length < NUMERIC_HEAD_BYTES + 2 * count) {
        return error_set(error, CPK_ERROR_INVALID_DATA, DOMAIN, "a numeric column is truncated");
    }
    if (sign >= NUMERIC_SPECIAL) {
        numeric_fill_special(value, sign);
        return CPK_OK;
    }
    for (int64_t i = 0; i < count; i++) {
        int64_t digits = (int64_t)read_number(bytes + NUMERIC_HEAD_BYTES + 2 * i, 2);

        real = real * NUMERIC_BASE + (double)digits;
        overflows = overflows || __builtin_mul_overflow(whole, NUMERIC_BASE, &whole) ||
                    __builtin_add_overflow(whole, digits, &whole);
    }
    for (int64_t power = weight + 1 - count; power > 0 && count > 0; power--) {
        overflows = overflows || __builtin_mul_overflow(whole, NUMERIC_BASE, &whole);
    }
    for (int64_t power = weight + 1 - count; power < 0; power++) {
        real /= NUMERIC_BASE;
    }
    value->type = is_whole ? CPK_VALUE_INT64 : CPK_VALUE_DOUBLE;
    whole = overflows ? INT64_MAX : whole;
    value->int64_value = sign == NUMERIC_NEGATIVE ? -whole : whole;
    value->double_value = sign == NUMERIC_NEGATIVE ? -real : real;
    return CPK_OK;
}

static void uuid_fill(cpk_value *value, const char *bytes, char scratch[SCRATCH_BYTES])
{
    static const char digits[] = "0123456789abcdef";
    size_t length = 0;

    for (int i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10) {
            scratch[length++] = '-';
        }
        scratch[length++] = digits[(unsigned char)bytes[i] >> 4];
        scratch[length++] = digits[(unsigned char)bytes[i] & 15];
    }
    scratch[length] = '\0';
    value->type = CPK_VALUE_TEXT;
    value->bytes = scratch;
    value->length = length;
}

static void float_fill(cpk_value *value, const char *bytes, int length)
{
    uint64_t bits = read_number(bytes, length);
    uint32_t short_bits = (uint32_t)bits;
    float single;

    value->type = CPK_VALUE_DOUBLE;
    if (length == 4) {
        memcpy(&single, &short_bits, sizeof single);
        value->double_value = single;
    } else {
        memcpy(&value->double_value, &bits, sizeof bits);
    }
}

static void integer_fill(cpk_value *value, const char *bytes, int length)
{
    uint64_t number = read_number(bytes, length);

    value->type = CPK_VALUE_INT64;
    value->int64_value = length == 2 ? (int16_t)number : length == 4 ? (int32_t)number : (int64_t)number;
}

static void bytes_fill(cpk_value *value, int32_t type, const char *bytes, int length)
{
    value->type = type;
    value->bytes = bytes;
    value->length = (size_t)length;
}

static cpk_status column_fill(cpk_value *value, Oid type, const char *bytes, int length, char scratch[SCRATCH_BYTES],
                              cpk_error **error)
{
    switch (type) {
    case OID_INT2:
    case OID_INT4:
    case OID_INT8:
        integer_fill(value, bytes, length);
        return CPK_OK;
    case OID_BOOL:
    case OID_OID:
        value->type = CPK_VALUE_INT64;
        value->int64_value = (int64_t)read_number(bytes, length);
        return CPK_OK;
    case OID_TIMESTAMPTZ:
        value->type = CPK_VALUE_INT64; /* infinity and -infinity are the extreme values; clamped below */
        if (__builtin_add_overflow((int64_t)read_number(bytes, length), EPOCH_2000_US, &value->int64_value)) {
            value->int64_value = INT64_MAX;
        }
        value->int64_value = time_clamp(value->int64_value);
        return CPK_OK;
    case OID_FLOAT4:
    case OID_FLOAT8:
        float_fill(value, bytes, length);
        return CPK_OK;
    case OID_NUMERIC:
        return numeric_fill(value, bytes, length, error);
    case OID_BYTEA:
        bytes_fill(value, CPK_VALUE_BLOB, bytes, length);
        return CPK_OK;
    case OID_UUID:
        uuid_fill(value, bytes, scratch);
        return CPK_OK;
    case OID_JSONB: /* a version byte, then the text */
        bytes_fill(value, CPK_VALUE_TEXT, bytes + 1, length - 1);
        return CPK_OK;
    case OID_CHAR:
    case OID_NAME:
    case OID_TEXT:
    case OID_JSON:
    case OID_UNKNOWN:
    case OID_BPCHAR:
    case OID_VARCHAR:
    case OID_VOID:
        bytes_fill(value, CPK_VALUE_TEXT, bytes, length);
        return CPK_OK;
    default:
        if (type >= OID_FIRST_USER) {
            bytes_fill(value, CPK_VALUE_TEXT, bytes, length);
            return CPK_OK;
        }
        return error_set(error, CPK_ERROR_UNSUPPORTED, DOMAIN,
                         "a column has PostgreSQL's type %u, which is not supported: cast it to text in the statement",
                         type);
    }
}

cpk_status pg_row_fill(struct pg_row *row, const PGresult *result, int row_number, size_t *column_count,
                       cpk_error **error)
{
    int count = PQnfields(result);

    if (count > COLUMNS_MAX) {
        return error_set(error, CPK_ERROR_LIMIT_EXCEEDED, DOMAIN, "a statement has more than %d columns", COLUMNS_MAX);
    }
    for (int i = 0; i < count; i++) {
        cpk_value *value = &row->columns[i];
        int length = PQgetlength(result, row_number, i); /* 0 if null */

        memset(value, 0, sizeof *value);
        value->type = CPK_VALUE_TEXT;
        value->is_null = length == 0 && PQgetisnull(result, row_number, i);
        if (!value->is_null) {
            CPK_TRY(column_fill(value, PQftype(result, i), PQgetvalue(result, row_number, i), length, row->scratch[i],
                                error));
        }
    }
    *column_count = (size_t)count;
    return CPK_OK;
}

int64_t pg_time_us(const PGresult *result, int column)
{
    int64_t time_us;

    if (PQresultStatus(result) != PGRES_TUPLES_OK || column >= PQnfields(result) ||
        PQftype(result, column) != OID_TIMESTAMPTZ || PQgetisnull(result, 0, column) ||
        __builtin_add_overflow((int64_t)read_number(PQgetvalue(result, 0, column), 8), EPOCH_2000_US, &time_us)) {
        return CPK_TIME_UNKNOWN;
    }
    return time_us;
}
