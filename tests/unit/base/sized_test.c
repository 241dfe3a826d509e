#include "support/test.h"

#include "base/error.h"
#include "base/sized.h"

struct options {
    uint32_t struct_size;
    int32_t first;
    int64_t second;
};

/* A struct may end after each field: at bytes 4, 8 and 16. */
#define BOUNDS       UINT64_C(0x16)
#define INTO(target) ((struct sized_target){&(target), sizeof(target), BOUNDS})

struct newer_options {
    struct options known;
    int64_t third;
};

static void shorter_struct_is_extended_with_zeros(void **state)
{
    const struct options source = {offsetof(struct options, second), 1, 2};
    struct options target = {0, 9, 9};
    cpk_error *error = NULL;

    (void)state;
    assert_ok(sized_read_into(&INTO(target), &source, "test", "options", &error), error);
    assert_int_equal(target.struct_size, sizeof target);
    assert_int_equal(target.first, 1);
    assert_int_equal(target.second, 0);
}

static void longer_struct_with_zero_tail_is_accepted(void **state)
{
    struct newer_options source = {{sizeof source, 1, 2}, 0};
    struct options target;
    cpk_error *error = NULL;

    (void)state;
    assert_ok(sized_read_into(&INTO(target), &source, "test", "options", &error), error);
    assert_int_equal(target.struct_size, sizeof target);
    assert_int_equal(target.second, 2);
    source.third = 1;
    assert_int_equal(sized_read_into(&INTO(target), &source, "test", "the options", &error), CPK_ERROR_UNSUPPORTED);
    assert_non_null(strstr(cpk_error_message(error), "the options"));
    cpk_error_free(error);
}

static void invalid_struct_size_is_rejected(void **state)
{
    const uint32_t sizes[] = {0, 3, 5, 7, 9, 12, 15, 4097, UINT32_MAX};
    struct options target;

    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        const struct options source = {sizes[i], 1, 2};

        assert_int_equal(sized_read_into(&INTO(target), &source, "test", "o", NULL), CPK_ERROR_INVALID_ARGUMENT);
    }
    assert_int_equal(sized_read_into(&INTO(target), NULL, "test", "o", NULL), CPK_ERROR_INVALID_ARGUMENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shorter_struct_is_extended_with_zeros),
        cmocka_unit_test(longer_struct_with_zero_tail_is_accepted),
        cmocka_unit_test(invalid_struct_size_is_rejected),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
