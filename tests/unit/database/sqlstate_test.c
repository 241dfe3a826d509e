/* Codes of errors of PostgreSQL and of poolers. */
#include "support/test.h"

#include "database/postgres/sqlstate.h"

static void sqlstate_determines_the_code(void **state)
{
    static const struct {
        struct sqlstate_report report;
        cpk_status code;
        int32_t is_retryable;
    } cases[] = {
        {{.sqlstate = "40001"}, CPK_ERROR_BUSY, 1},
        {{.sqlstate = "40P01"}, CPK_ERROR_BUSY, 1},
        {{.sqlstate = "53100"}, CPK_ERROR_NO_SPACE, 0},
        {{.sqlstate = "54000"}, CPK_ERROR_LIMIT_EXCEEDED, 0},
        {{.sqlstate = "25006"}, CPK_ERROR_PERMISSION_DENIED, 0},
        {{.sqlstate = "22P05"}, CPK_ERROR_INVALID_DATA, 0},
        {{.sqlstate = "XX001"}, CPK_ERROR_INVALID_DATA, 0},
        {{.sqlstate = "57P01", .is_fatal = 1}, CPK_ERROR_DATABASE, 1},
        {{.sqlstate = "25P03", .is_fatal = 1}, CPK_ERROR_DATABASE, 1},
        {{.sqlstate = "08006"}, CPK_ERROR_DATABASE, 1},
        {{.sqlstate = "42601"}, CPK_ERROR_DATABASE, 0},
        {{.sqlstate = "08P01", .message = "bind message supplies 1 parameters"}, CPK_ERROR_INVALID_ARGUMENT, 0},
        {{.sqlstate = "08P01", .message = "ssl required", .is_fatal = 1, .is_of_pooler = 1},
         CPK_ERROR_PERMISSION_DENIED,
         0},
        {{.sqlstate = "XX000", .message = "max clients reached", .is_of_pooler = 1}, CPK_ERROR_DATABASE, 1},
        {{.sqlstate = "XX000", .message = "SSL connection is required", .is_of_pooler = 1},
         CPK_ERROR_PERMISSION_DENIED,
         0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(sqlstate_code(&cases[i].report), cases[i].code);
        assert_int_equal(sqlstate_is_retryable(&cases[i].report), cases[i].is_retryable);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sqlstate_determines_the_code),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
