#include "unit/test.h"

#include "base/error.h"
#include "pipeline/owner.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static void create(char text[OWNER_TEXT_BYTES])
{
    cpk_error *error = NULL;
    context context;

    context_init(&context);
    assert_ok(owner_create(&context, text, &error), error);
}

static void two_runs_of_a_process_differ(void **state)
{
    char first[OWNER_TEXT_BYTES];
    char second[OWNER_TEXT_BYTES];

    (void)state;
    create(first);
    create(second);
    assert_string_not_equal(first, second);
    assert_false(owner_is_gone(first));
}

/* A child names itself and ends: its owner is gone from the moment it is waited for. */
static void the_dead_are_known(void **state)
{
    char text[OWNER_TEXT_BYTES] = "";
    int ends[2];
    pid_t child;

    (void)state;
    assert_int_equal(pipe(ends), 0);
    child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        context context;

        context_init(&context);
        if (owner_create(&context, text, NULL) == CPK_OK && write(ends[1], text, sizeof text) == sizeof text) {
            pause();
        }
        _exit(1);
    }
    assert_int_equal(read(ends[0], text, sizeof text), sizeof text);
    assert_false(owner_is_gone(text));
    assert_int_equal(kill(child, SIGKILL), 0);
    assert_int_equal(waitpid(child, NULL, 0), child);
    assert_true(owner_is_gone(text));
    close(ends[0]);
    close(ends[1]);
}

/* Whose process nobody here can look at keeps its lease until it expires. */
static void others_are_left_alone(void **state)
{
    static const char *const owners[] = {
        "", "host/1", "/////", "elsewhere/boot/pid:[1]/1/1/aa", "a/b/c/99999999999999999999/1/x", "a/b/c/-5/1/x",
    };
    char text[OWNER_TEXT_BYTES];

    (void)state;
    for (size_t i = 0; i < sizeof owners / sizeof owners[0]; i++) {
        assert_false(owner_is_gone(owners[i]));
    }
    create(text);
    text[0] = text[0] == '0' ? '1' : '0'; /* another machine */
    assert_false(owner_is_gone(text));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_runs_of_a_process_differ),
        cmocka_unit_test(the_dead_are_known),
        cmocka_unit_test(others_are_left_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
