#include "base/library.h"

#include "support/test.h"

static int (*find_function)(int);

static void present_library_is_loaded(void **state)
{
    static const char *const names[] = {"toupper"};
    struct library libc = {"libc.so.6", "A test", names, &find_function, 1, PTHREAD_MUTEX_INITIALIZER, 0, NULL};

    (void)state;
    assert_int_equal(library_load(&libc, NULL), CPK_OK);
    assert_int_equal(find_function('a'), 'A');
    find_function = NULL; /* nothing is looked for a second time */
    assert_int_equal(library_load(&libc, NULL), CPK_OK);
    assert_null(find_function);
    library_ensure_loaded(&libc);
}

static void refuse(const char *file_name, const char *function, const char *expected)
{
    const char *const names[] = {function};
    struct library missing = {file_name, "A test", names, &find_function, 1, PTHREAD_MUTEX_INITIALIZER, 0, NULL};
    cpk_error *error = NULL;

    for (int32_t i = 0; i < 2; i++) {
        assert_int_equal(library_load(&missing, &error), CPK_ERROR_UNSUPPORTED);
        assert_non_null(strstr(cpk_error_message(error), expected));
        cpk_error_free(error);
        error = NULL;
    }
}

static void error_names_the_missing_library_or_function(void **state)
{
    (void)state;
    refuse("libnowhere.so.7", "toupper", "A test needs libnowhere.so.7, which can't be loaded");
    refuse("libc.so.6", "no_such_function", "A test needs a newer libc.so.6: function no_such_function is missing");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(present_library_is_loaded),
        cmocka_unit_test(error_names_the_missing_library_or_function),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
