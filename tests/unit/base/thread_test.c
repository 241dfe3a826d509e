/* Waiting for conditions by the monotonic clock. */
#include "support/test.h"

#include "base/thread.h"
#include "base/time.h"

#include <errno.h>

struct box {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    int32_t is_full;
};

static void box_init(struct box *box)
{
    pthread_mutex_init(&box->mutex, NULL);
    assert_int_equal(thread_condition_init(&box->changed), 0);
    box->is_full = 0;
}

static void box_destroy(struct box *box)
{
    pthread_cond_destroy(&box->changed);
    pthread_mutex_destroy(&box->mutex);
}

static void a_wait_ends_at_its_deadline(void **state)
{
    const int64_t start_us = time_monotonic_us();
    struct box box;

    (void)state;
    box_init(&box);
    pthread_mutex_lock(&box.mutex);
    while (thread_wait(&box.changed, &box.mutex, start_us + 20000) == 0) {
    }
    assert_true(time_monotonic_us() - start_us >= 20000);
    assert_int_equal(thread_wait(&box.changed, &box.mutex, start_us), ETIMEDOUT); /* a deadline that is over */
    pthread_mutex_unlock(&box.mutex);
    box_destroy(&box);
}

static void *fill(void *argument)
{
    struct box *box = argument;

    pthread_mutex_lock(&box->mutex);
    box->is_full = 1;
    pthread_cond_signal(&box->changed);
    pthread_mutex_unlock(&box->mutex);
    return NULL;
}

static void a_signal_ends_a_wait(void **state)
{
    const int64_t deadline_us = time_monotonic_us() + 60000000;
    struct box box;
    pthread_t thread;

    (void)state;
    box_init(&box);
    pthread_mutex_lock(&box.mutex);
    assert_int_equal(thread_start(&thread, NULL, fill, &box), 0);
    while (!box.is_full) {
        assert_int_equal(thread_wait(&box.changed, &box.mutex, deadline_us), 0);
    }
    pthread_mutex_unlock(&box.mutex);
    pthread_join(thread, NULL);
    box_destroy(&box);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_wait_ends_at_its_deadline),
        cmocka_unit_test(a_signal_ends_a_wait),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
