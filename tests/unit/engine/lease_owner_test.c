#include "support/test.h"

#include "base/error.h"
#include "engine/lease_owner.h"

#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static void create(char text[LEASE_OWNER_BYTES])
{
    cpk_error *error = NULL;
    struct context context;

    context_init(&context);
    assert_ok(lease_owner_create(&context, NULL, text, &error), error);
}

static void lease_owners_of_two_runs_differ(void **state)
{
    char first[LEASE_OWNER_BYTES];
    char second[LEASE_OWNER_BYTES];

    (void)state;
    create(first);
    create(second);
    assert_string_not_equal(first, second);
    assert_false(lease_owner_is_gone(first));
}

static void wait_for_zombie(pid_t child)
{
    char path[64];
    char text[256] = "";

    snprintf(path, sizeof path, "/proc/%d/stat", (int)child);
    for (int32_t i = 0; i < 500 && strstr(text, ") Z ") == NULL; i++) {
        FILE *file = fopen(path, "r");

        assert_non_null(file);
        assert_true(fread(text, 1, sizeof text - 1, file) > 0);
        fclose(file);
        usleep(10000);
    }
    assert_non_null(strstr(text, ") Z "));
}

/* A child names itself and is killed: its owner is gone from then on. */
static void dead_process_is_recognised(void **state)
{
    char text[LEASE_OWNER_BYTES] = "";
    int ends[2];
    pid_t child;

    (void)state;
    assert_int_equal(pipe(ends), 0);
    child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct context context;

        context_init(&context);
        if (lease_owner_create(&context, NULL, text, NULL) == CPK_OK &&
            write(ends[1], text, sizeof text) == sizeof text) {
            pause();
        }
        _exit(1);
    }
    assert_int_equal(read(ends[0], text, sizeof text), sizeof text);
    assert_false(lease_owner_is_gone(text));
    assert_int_equal(kill(child, SIGKILL), 0);
    wait_for_zombie(child);
    assert_true(lease_owner_is_gone(text)); /* its parent has not waited for it: a zombie holds nothing */
    assert_int_equal(waitpid(child, NULL, 0), child);
    assert_true(lease_owner_is_gone(text));
    close(ends[0]);
    close(ends[1]);
}

static void *hold_on(void *unused)
{
    (void)unused;
    pause();
    return NULL;
}

/* The first thread of a process may end before the others: the process looks like a zombie and works on. */
static void process_without_main_thread_is_alive(void **state)
{
    char text[LEASE_OWNER_BYTES] = "";
    int ends[2];
    pid_t child;

    (void)state;
    assert_int_equal(pipe(ends), 0);
    child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        pthread_t thread;
        struct context context;

        context_init(&context);
        if (pthread_create(&thread, NULL, hold_on, NULL) == 0 &&
            lease_owner_create(&context, NULL, text, NULL) == CPK_OK &&
            write(ends[1], text, sizeof text) == sizeof text) {
            pthread_exit(NULL);
        }
        _exit(1);
    }
    assert_int_equal(read(ends[0], text, sizeof text), sizeof text);
    usleep(50000);
    assert_false(lease_owner_is_gone(text));
    assert_int_equal(kill(child, SIGKILL), 0);
    assert_int_equal(waitpid(child, NULL, 0), child);
    assert_true(lease_owner_is_gone(text));
    close(ends[0]);
    close(ends[1]);
}

/* After a restart the boot differs; so it does on a clone of the machine, and on another machine with a container of
 * the same image: only outside containers, and with a name, a machine is known again. */
static void other_boot_id_on_a_known_machine_is_dead(void **state)
{
    char text[LEASE_OWNER_BYTES];
    char other[LEASE_OWNER_BYTES + 64];
    char space[64] = "";
    const char *boot;
    const char *rest;

    (void)state;
    create(text);
    boot = strchr(text, '/');
    rest = strchr(boot + 1, '/');
    snprintf(other, sizeof other, "%.*s/11111111-2222-4333-8444-555555555555%s", (int)(boot - text), text, rest);
    assert_true(readlink("/proc/self/ns/pid", space, sizeof space - 1) > 0);
    assert_int_equal(lease_owner_is_gone(other), strcmp(space, "pid:[4026531836]") == 0 && text[0] != '-');
    memcpy(other, text[0] == '0' ? "1" : "0", 1);
    assert_false(lease_owner_is_gone(other));
    /* The same boot, another container. */
    snprintf(other, sizeof other, "%.*s/pid:[1]/1/1/aa", (int)(rest - text), text);
    assert_false(lease_owner_is_gone(other));
}

/* A process that cannot be inspected keeps its lease until it expires. */
static void processes_of_other_machines_are_not_judged(void **state)
{
    static const char *const owners[] = {
        "", "host/1", "/////", "elsewhere/boot/pid:[1]/1/1/aa", "a/b/c/99999999999999999999/1/x", "a/b/c/-5/1/x",
    };
    char text[LEASE_OWNER_BYTES];

    (void)state;
    for (size_t i = 0; i < sizeof owners / sizeof owners[0]; i++) {
        assert_false(lease_owner_is_gone(owners[i]));
    }
    create(text);
    text[strlen(text) - 20] ^= 1; /* another copy of the library in this process: only it knows its released owners */
    assert_false(lease_owner_is_gone(text));
}

/* The database may still name an owner that was released without being recorded. */
static void released_owner_of_this_process_is_dead(void **state)
{
    static const char group[] = "a session";
    char texts[3][LEASE_OWNER_BYTES];
    cpk_error *error = NULL;
    struct context context;

    (void)state;
    context_init(&context);
    for (size_t i = 0; i < 3; i++) {
        assert_ok(lease_owner_create(&context, i == 0 ? NULL : group, texts[i], &error), error);
        assert_false(lease_owner_is_gone(texts[i]));
    }
    lease_owner_forget(texts[1]);
    lease_owner_forget(texts[1]);
    assert_true(lease_owner_is_gone(texts[1]));
    assert_false(lease_owner_is_gone(texts[2]));
    lease_owner_forget_group(group);
    assert_true(lease_owner_is_gone(texts[2]));
    assert_false(lease_owner_is_gone(texts[0]));
    lease_owner_forget(texts[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lease_owners_of_two_runs_differ),
        cmocka_unit_test(dead_process_is_recognised),
        cmocka_unit_test(process_without_main_thread_is_alive),
        cmocka_unit_test(other_boot_id_on_a_known_machine_is_dead),
        cmocka_unit_test(processes_of_other_machines_are_not_judged),
        cmocka_unit_test(released_owner_of_this_process_is_dead),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
