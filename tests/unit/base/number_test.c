#include "base/number.h"
#include "support/test.h"

#include <locale.h>
#include <stdlib.h>
#include <unistd.h>

static void numbers_are_written_with_the_digits_asked_for(void **state)
{
    char text[NUMBER_TEXT_BYTES];

    (void)state;
    number_write(4.4000000000000004, 15, text);
    assert_string_equal(text, "4.4");
    number_write(0.1, 17, text);
    assert_string_equal(text, "0.10000000000000001");
    number_write(-1.7976931348623157e308, 17, text);
    assert_string_equal(text, "-1.7976931348623157e+308");
}

static void what_follows_a_number_is_told(void **state)
{
    char *end;

    (void)state;
    assert_true(number_read("2.5x", &end) == 2.5);
    assert_string_equal(end, "x");
    assert_true(number_read("-1e3", NULL) == -1000);
}

/* A locale with a decimal comma, made by localedef where its sources are installed. */
static int use_decimal_comma(const char *folder)
{
    char command[512];

    snprintf(command, sizeof command, "localedef -i de_DE -f UTF-8 %s/de_DE.UTF-8 >/dev/null 2>&1", folder);
    return system(command) == 0 && setenv("LOCPATH", folder, 1) == 0 && setlocale(LC_ALL, "de_DE.UTF-8") != NULL &&
           strcmp(localeconv()->decimal_point, ",") == 0;
}

static void a_decimal_comma_of_the_host_changes_nothing(void **state)
{
    char folder[] = "/tmp/number_test.XXXXXX";
    char command[64];
    char text[NUMBER_TEXT_BYTES];
    int has_comma;
    double read;

    (void)state;
    assert_non_null(mkdtemp(folder));
    has_comma = use_decimal_comma(folder);
    number_write(2.5, 15, text);
    read = number_read("1700000000.5", NULL);
    setlocale(LC_ALL, "C");
    snprintf(command, sizeof command, "rm -rf %s", folder);
    assert_int_equal(system(command), 0);
    if (!has_comma) {
        skip();
    }
    assert_string_equal(text, "2.5");
    assert_true(read == 1700000000.5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_written_with_the_digits_asked_for),
        cmocka_unit_test(what_follows_a_number_is_told),
        cmocka_unit_test(a_decimal_comma_of_the_host_changes_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
