/* Values between the driver interface and PostgreSQL's binary format. No server: libpq builds the results. */
#include "support/test.h"

#include "base/time.h"
#include "database/postgres/values.h"

#include <limits.h>
#include <math.h>

#define OID_BOOL        16
#define OID_BYTEA       17
#define OID_INT8        20
#define OID_INT2        21
#define OID_INT4        23
#define OID_TEXT        25
#define OID_OID         26
#define OID_JSON        114
#define OID_POINT       600
#define OID_FLOAT4      700
#define OID_FLOAT8      701
#define OID_TIMESTAMPTZ 1184
#define OID_NUMERIC     1700
#define OID_UUID        2950
#define OID_JSONB       3802
#define OID_OWN         20000

/* One row with one column: `length` bytes of `type`; -1: null. */
static PGresult *make_result(Oid type, const void *bytes, int length)
{
    PGresult *result = PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK);
    char name[] = "value";
    char copy[256];
    PGresAttDesc column = {.name = name, .format = 1, .typid = type, .typlen = -1, .atttypmod = -1};

    assert_non_null(result);
    assert_true(length <= (int)sizeof copy);
    if (length > 0) {
        memcpy(copy, bytes, (size_t)length);
    }
    assert_true(PQsetResultAttrs(result, 1, &column));
    assert_true(PQsetvalue(result, 0, 0, length < 0 ? NULL : copy, length));
    return result;
}

static cpk_status read_column(PGresult *result, struct pg_row *row)
{
    size_t count = 0;
    cpk_status status = pg_row_fill(row, result, 0, &count, NULL);

    if (status == CPK_OK) {
        assert_int_equal(count, 1);
    }
    return status;
}

static int64_t read_int64(Oid type, const void *bytes, int length)
{
    PGresult *result = make_result(type, bytes, length);
    struct pg_row row;

    assert_int_equal(read_column(result, &row), CPK_OK);
    assert_int_equal(row.columns[0].type, CPK_VALUE_INT64);
    PQclear(result);
    return row.columns[0].int64_value;
}

static double read_double(Oid type, const void *bytes, int length)
{
    PGresult *result = make_result(type, bytes, length);
    struct pg_row row;

    assert_int_equal(read_column(result, &row), CPK_OK);
    assert_int_equal(row.columns[0].type, CPK_VALUE_DOUBLE);
    PQclear(result);
    return row.columns[0].double_value;
}

static void integers_keep_their_sign(void **state)
{
    (void)state;
    assert_int_equal(read_int64(OID_INT2, "\x7f\xff", 2), 32767);
    assert_int_equal(read_int64(OID_INT2, "\xff\xfe", 2), -2);
    assert_int_equal(read_int64(OID_INT4, "\x80\x00\x00\x00", 4), INT32_MIN);
    assert_true(read_int64(OID_INT8, "\x7f\xff\xff\xff\xff\xff\xff\xff", 8) == INT64_MAX);
    assert_true(read_int64(OID_INT8, "\x80\x00\x00\x00\x00\x00\x00\x00", 8) == INT64_MIN);
    assert_int_equal(read_int64(OID_BOOL, "\x01", 1), 1);
    assert_int_equal(read_int64(OID_BOOL, "\x00", 1), 0);
    assert_true(read_int64(OID_OID, "\xff\xff\xff\xff", 4) == INT64_C(4294967295));
}

static void floats_of_both_sizes_are_read(void **state)
{
    (void)state;
    assert_true(read_double(OID_FLOAT4, "\x3f\xc0\x00\x00", 4) == 1.5);
    assert_true(read_double(OID_FLOAT8, "\xc0\x04\x00\x00\x00\x00\x00\x00", 8) == -2.5);
}

static void times_are_microseconds_since_1970_within_the_calendar(void **state)
{
    (void)state;
    assert_true(read_int64(OID_TIMESTAMPTZ, "\0\0\0\0\0\0\0\x01", 8) == INT64_C(946684800000001));
    assert_true(read_int64(OID_TIMESTAMPTZ, "\x7f\xff\xff\xff\xff\xff\xff\xff", 8) == TIME_LAST_US); /* infinity */
    assert_true(read_int64(OID_TIMESTAMPTZ, "\x80\x00\x00\x00\x00\x00\x00\x01", 8) == TIME_FIRST_US);
}

/* A numeric as PostgreSQL sends it; digits are 16-bit words to the base 10000. */
struct numeric {
    uint16_t weight;
    uint16_t sign;
    uint16_t count;
    uint16_t digits[6];
};

static int encode_numeric(const struct numeric *numeric, unsigned char bytes[64])
{
    const uint16_t head[] = {numeric->count, numeric->weight, numeric->sign, 0};
    int length = 0;

    for (size_t i = 0; i < 4u + numeric->count; i++) {
        uint16_t word = i < 4 ? head[i] : numeric->digits[i - 4];

        bytes[length++] = (unsigned char)(word >> 8);
        bytes[length++] = (unsigned char)(word & 255);
    }
    return length;
}

static void whole_numerics_are_integers_clamped_to_64_bits(void **state)
{
    static const struct {
        struct numeric numeric;
        int64_t expected;
    } cases[] = {
        {{0, 0, 0, {0}}, 0},
        {{0, 0, 1, {42}}, 42},
        {{0, 0x4000, 1, {42}}, -42},
        {{1, 0, 2, {1, 2345}}, 12345},
        {{2, 0, 1, {7}}, 700000000}, /* trailing zeros are not sent */
        {{5, 0, 1, {1}}, INT64_MAX},
        {{5, 0x4000, 1, {1}}, -INT64_MAX},
        {{4, 0, 5, {9999, 9999, 9999, 9999, 9999}}, INT64_MAX},
        {{0, 0xC000, 0, {0}}, 0}, /* NaN */
        {{0, 0xD000, 0, {0}}, INT64_MAX},
        {{0, 0xF000, 0, {0}}, -INT64_MAX},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        unsigned char bytes[64];
        int length = encode_numeric(&cases[i].numeric, bytes);

        assert_true(read_int64(OID_NUMERIC, bytes, length) == cases[i].expected);
    }
}

static void numerics_with_a_fraction_are_doubles(void **state)
{
    static const struct {
        struct numeric numeric;
        double expected;
    } cases[] = {
        {{0, 0, 2, {12, 5000}}, 12.5},
        {{0, 0x4000, 2, {12, 5000}}, -12.5},
        {{0xffff, 0, 1, {2500}}, 0.25},
        {{0xfffe, 0, 1, {1}}, 0.00000001},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        unsigned char bytes[64];
        int length = encode_numeric(&cases[i].numeric, bytes);

        assert_true(fabs(read_double(OID_NUMERIC, bytes, length) - cases[i].expected) < 1e-12);
    }
}

static void truncated_numeric_is_rejected(void **state)
{
    const struct numeric numeric = {1, 0, 2, {1, 2345}};
    unsigned char bytes[64];
    int length = encode_numeric(&numeric, bytes);

    (void)state;
    for (int i = 1; i < length; i++) {
        PGresult *result = make_result(OID_NUMERIC, bytes, i);
        struct pg_row row;

        assert_int_equal(read_column(result, &row), CPK_ERROR_INVALID_DATA);
        PQclear(result);
    }
}

static void check_text(Oid type, const char *bytes, int length, const char *expected)
{
    PGresult *result = make_result(type, bytes, length);
    struct pg_row row;

    assert_int_equal(read_column(result, &row), CPK_OK);
    assert_int_equal(row.columns[0].type, CPK_VALUE_TEXT);
    assert_int_equal(row.columns[0].length, strlen(expected));
    assert_string_equal(row.columns[0].bytes, expected);
    PQclear(result);
}

static void text_json_uuid_and_user_types_are_text(void **state)
{
    (void)state;
    check_text(OID_TEXT, "Zo\xc3\xab", 4, "Zo\xc3\xab");
    check_text(OID_TEXT, "", 0, "");
    check_text(OID_JSON, "{\"a\":1}", 7, "{\"a\":1}");
    check_text(OID_JSONB, "\x01{\"a\":1}", 8, "{\"a\":1}");
    check_text(OID_OWN, "completed", 9, "completed");
    check_text(OID_UUID, "\x01\x23\x45\x67\x89\xab\xcd\xef\xfe\xdc\xba\x98\x76\x54\x32\x10", 16,
               "01234567-89ab-cdef-fedc-ba9876543210");
}

static void bytea_keeps_its_zero_bytes(void **state)
{
    PGresult *result = make_result(OID_BYTEA, "a\0b", 3);
    struct pg_row row;

    (void)state;
    assert_int_equal(read_column(result, &row), CPK_OK);
    assert_int_equal(row.columns[0].type, CPK_VALUE_BLOB);
    assert_int_equal(row.columns[0].length, 3);
    assert_memory_equal(row.columns[0].bytes, "a\0b", 3);
    PQclear(result);
}

static void null_differs_from_empty_text(void **state)
{
    PGresult *null = make_result(OID_TEXT, NULL, -1);
    PGresult *empty = make_result(OID_TEXT, "", 0);
    struct pg_row row;

    (void)state;
    assert_int_equal(read_column(null, &row), CPK_OK);
    assert_int_equal(row.columns[0].is_null, 1);
    assert_int_equal(read_column(empty, &row), CPK_OK);
    assert_int_equal(row.columns[0].is_null, 0);
    PQclear(empty);
    PQclear(null);
}

static void unsupported_type_is_rejected_with_advice(void **state)
{
    PGresult *result = make_result(OID_POINT, "0123456789abcdef", 16);
    struct pg_row row;
    size_t count;
    cpk_error *error = NULL;

    (void)state;
    assert_int_equal(pg_row_fill(&row, result, 0, &count, &error), CPK_ERROR_UNSUPPORTED);
    assert_non_null(strstr(cpk_error_message(error), "type 600"));
    assert_non_null(strstr(cpk_error_message(error), "cast it to text"));
    cpk_error_free(error);
    PQclear(result);
}

static void too_many_columns_are_rejected(void **state)
{
    PGresult *result = PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK);
    PGresAttDesc columns[COLUMNS_MAX + 1];
    char name[] = "value";
    struct pg_row row;
    size_t count;

    (void)state;
    for (size_t i = 0; i < COLUMNS_MAX + 1; i++) {
        columns[i] = (PGresAttDesc){.name = name, .format = 1, .typid = OID_TEXT, .typlen = -1, .atttypmod = -1};
    }
    assert_true(PQsetResultAttrs(result, COLUMNS_MAX + 1, columns));
    assert_int_equal(pg_row_fill(&row, result, 0, &count, NULL), CPK_ERROR_LIMIT_EXCEEDED);
    PQclear(result);
}

static void parameters_are_sent_in_network_byte_order(void **state)
{
    const cpk_value values[] = {
        {.type = CPK_VALUE_INT64, .int64_value = -2},
        {.type = CPK_VALUE_DOUBLE, .double_value = -2.5},
        {.type = CPK_VALUE_TEXT, .bytes = "abc", .length = 3},
        {.type = CPK_VALUE_BLOB, .bytes = "a\0b", .length = 3},
        {.type = CPK_VALUE_TEXT, .is_null = 1},
        {.type = CPK_VALUE_TEXT}, /* empty, not null */
    };
    struct pg_parameters parameters;
    cpk_error *error = NULL;

    (void)state;
    assert_ok(pg_parameters_fill(&parameters, values, 6, &error), error);
    assert_int_equal(parameters.types[0], OID_INT8);
    assert_memory_equal(parameters.bytes[0], "\xff\xff\xff\xff\xff\xff\xff\xfe", 8);
    assert_int_equal(parameters.types[1], OID_FLOAT8);
    assert_memory_equal(parameters.bytes[1], "\xc0\x04\0\0\0\0\0\0", 8);
    assert_int_equal(parameters.types[2], OID_TEXT);
    assert_int_equal(parameters.types[3], OID_BYTEA);
    assert_int_equal(parameters.lengths[3], 3);
    assert_null(parameters.bytes[4]);
    assert_non_null(parameters.bytes[5]);
    assert_int_equal(parameters.lengths[5], 0);
    for (int i = 0; i < 6; i++) {
        assert_int_equal(parameters.formats[i], 1);
    }
}

static void invalid_parameters_are_rejected(void **state)
{
    const cpk_value no_type = {0};
    const cpk_value too_long = {.type = CPK_VALUE_TEXT, .bytes = "", .length = (size_t)INT_MAX + 1};
    cpk_value many[VALUES_MAX + 1];
    struct pg_parameters parameters;

    (void)state;
    memset(many, 0, sizeof many);
    assert_int_equal(pg_parameters_fill(&parameters, &no_type, 1, NULL), CPK_ERROR_INVALID_ARGUMENT);
    assert_int_equal(pg_parameters_fill(&parameters, &too_long, 1, NULL), CPK_ERROR_LIMIT_EXCEEDED);
    assert_int_equal(pg_parameters_fill(&parameters, many, VALUES_MAX + 1, NULL), CPK_ERROR_LIMIT_EXCEEDED);
}

static void check_time(Oid type, const void *bytes, int length, int column, int64_t expected)
{
    PGresult *result = make_result(type, bytes, length);

    assert_true(pg_time_us(result, column) == expected);
    PQclear(result);
}

static void invalid_server_time_is_unknown(void **state)
{
    PGresult *failed = PQmakeEmptyPGresult(NULL, PGRES_FATAL_ERROR);

    (void)state;
    check_time(OID_TIMESTAMPTZ, "\0\0\0\0\0\0\0\x01", 8, 0, INT64_C(946684800000001));
    check_time(OID_TIMESTAMPTZ, "\0\0\0\0\0\0\0\x01", 8, 1, CPK_TIME_UNKNOWN); /* no such column */
    check_time(OID_INT8, "\0\0\0\0\0\0\0\x01", 8, 0, CPK_TIME_UNKNOWN);
    check_time(OID_TIMESTAMPTZ, NULL, -1, 0, CPK_TIME_UNKNOWN);
    check_time(OID_TIMESTAMPTZ, "\x7f\xff\xff\xff\xff\xff\xff\xff", 8, 0, CPK_TIME_UNKNOWN);
    assert_true(pg_time_us(failed, 0) == CPK_TIME_UNKNOWN);
    PQclear(failed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(integers_keep_their_sign),
        cmocka_unit_test(floats_of_both_sizes_are_read),
        cmocka_unit_test(times_are_microseconds_since_1970_within_the_calendar),
        cmocka_unit_test(whole_numerics_are_integers_clamped_to_64_bits),
        cmocka_unit_test(numerics_with_a_fraction_are_doubles),
        cmocka_unit_test(truncated_numeric_is_rejected),
        cmocka_unit_test(text_json_uuid_and_user_types_are_text),
        cmocka_unit_test(bytea_keeps_its_zero_bytes),
        cmocka_unit_test(null_differs_from_empty_text),
        cmocka_unit_test(unsupported_type_is_rejected_with_advice),
        cmocka_unit_test(too_many_columns_are_rejected),
        cmocka_unit_test(parameters_are_sent_in_network_byte_order),
        cmocka_unit_test(invalid_parameters_are_rejected),
        cmocka_unit_test(invalid_server_time_is_unknown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
