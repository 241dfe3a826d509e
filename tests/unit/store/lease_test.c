#include "store/chunk.h"
#include "store/lease.h"
#include "store/work.h"
#include "support/store_fixture.h"

static int32_t is_gone(void *user, const char *owner)
{
    return strcmp(owner, user) == 0;
}

static cpk_status acquire(struct fixture *fixture, const char *owner, int64_t for_us, const char *dead)
{
    return store_lease_acquire(fixture->alice_work, WORK_KEY(OWNER_SOURCE, "s1", owner), fixture->now_us + for_us,
                               dead != NULL ? is_gone : NULL, (void *)(uintptr_t)dead, &fixture->error);
}

static void lease_has_one_holder(void **state)
{
    struct fixture *fixture = *state;

    fixture_source(fixture, fixture->alice_work, fixture->pack->pack_id, "s1", 1);
    assert_ok(acquire(fixture, "host/1", 60000000, NULL), fixture->error);
    assert_ok(acquire(fixture, "host/1", 60000000, NULL), fixture->error);
    assert_fails(acquire(fixture, "host/2", 60000000, NULL), CPK_ERROR_BUSY, "another process", fixture);
    assert_fails(acquire(fixture, "host/2", 60000000, "host/3"), CPK_ERROR_BUSY, "another process", fixture);
    assert_ok(store_lease_release(fixture->alice_work, WORK_KEY(OWNER_SOURCE, "s1", "host/2"), &fixture->error),
              fixture->error); /* not its own: nothing happens */
    assert_fails(acquire(fixture, "host/2", 60000000, NULL), CPK_ERROR_BUSY, "another process", fixture);
    assert_ok(store_lease_release(fixture->alice_work, WORK_KEY(OWNER_SOURCE, "s1", "host/1"), &fixture->error),
              fixture->error);
    assert_ok(acquire(fixture, "host/2", 60000000, NULL), fixture->error);
    assert_fails(store_lease_acquire(fixture->alice_work, WORK_KEY(OWNER_SOURCE, "s9", "host/1"), 1, NULL, NULL,
                                     &fixture->error),
                 CPK_ERROR_NOT_FOUND, "no such source", fixture);
    assert_fails(
        store_lease_acquire(fixture->bob_work, WORK_KEY(OWNER_SOURCE, "s1", "host/1"), 1, NULL, NULL, &fixture->error),
        CPK_ERROR_NOT_FOUND, "another user", fixture);
}

static void lease_of_dead_or_silent_holder_is_acquired(void **state)
{
    struct fixture *fixture = *state;

    fixture_source(fixture, fixture->alice_work, fixture->pack->pack_id, "s1", 1);
    assert_ok(acquire(fixture, "host/1", 60000000, NULL), fixture->error);
    assert_ok(acquire(fixture, "host/2", 60000000, "host/1"), fixture->error);
    assert_fails(store_lease_renew(fixture->alice_work, WORK_KEY(OWNER_SOURCE, "s1", "host/1"), 1, &fixture->error),
                 CPK_ERROR_CONFLICT, "taken this source over", fixture);
    assert_ok(store_lease_renew(fixture->alice_work, WORK_KEY(OWNER_SOURCE, "s1", "host/2"), fixture->now_us + 5000,
                                &fixture->error),
              fixture->error);
    fixture->now_us += 10000;
    assert_ok(acquire(fixture, "host/3", 60000000, NULL), fixture->error);
}

/* A holder whose lease was acquired by another cannot change the source. */
static void changes_without_the_lease_are_rejected(void **state)
{
    struct fixture *fixture = *state;
    const struct chunk_result result = {.index = 0, .progress_to = 90};
    struct work_extraction extraction = {.messages = 1};
    struct chunk_counts counts;

    fixture_source(fixture, fixture->alice_work, fixture->pack->pack_id, "s1", 1);
    assert_ok(store_hold_reserve(fixture->alice_work, WORK_KEY(OWNER_SOURCE, "s1", NULL), 1, CPK_TIME_UNKNOWN, NULL,
                                 &fixture->error),
              fixture->error);
    assert_ok(acquire(fixture, "host/1", 60000000, NULL), fixture->error);
    assert_ok(acquire(fixture, "host/2", 60000000, "host/1"), fixture->error);
    assert_fails(
        store_chunk_done(fixture->alice_work, WORK_KEY(OWNER_SOURCE, "s1", "host/1"), &result, &fixture->error),
        CPK_ERROR_CONFLICT, "taken this source over", fixture);
    assert_fails(
        store_chunk_failed(fixture->alice_work, WORK_KEY(OWNER_SOURCE, "s1", "host/1"), 0, "x", &fixture->error),
        CPK_ERROR_CONFLICT, "over", fixture);
    assert_fails(store_work_record_extraction(fixture->alice_work, WORK_KEY(OWNER_SOURCE, "s1", "host/1"), &extraction,
                                              &fixture->error),
                 CPK_ERROR_CONFLICT, "over", fixture);
    assert_fails(store_work_set_status(fixture->alice_work, WORK_KEY(OWNER_SOURCE, "s1", "host/1"),
                                       CPK_SOURCE_PROCESSING, 0, &fixture->error),
                 CPK_ERROR_CONFLICT, "over", fixture);
    assert_fails(
        store_work_set_analyzer(fixture->alice_work, WORK_KEY(OWNER_SOURCE, "s1", "host/1"), "a", &fixture->error),
        CPK_ERROR_CONFLICT, "over", fixture);
    assert_fails(
        store_work_set_failed(fixture->alice_work, WORK_KEY(OWNER_SOURCE, "s1", "host/1"), "x", &fixture->error),
        CPK_ERROR_CONFLICT, "over", fixture);
    assert_fails(store_source_complete(fixture->alice_work, NULL, "s1", "host/1", "x", &fixture->error),
                 CPK_ERROR_CONFLICT, "over", fixture);
    assert_ok(store_chunk_count(fixture->alice_work, WORK_KEY(OWNER_SOURCE, "s1", NULL), &counts, &fixture->error),
              fixture->error);
    assert_int_equal(counts.done + counts.failed, 0);
    assert_ok(store_chunk_done(fixture->alice_work, WORK_KEY(OWNER_SOURCE, "s1", "host/2"), &result, &fixture->error),
              fixture->error);
    assert_ok(store_source_complete(fixture->alice_work, NULL, "s1", "host/2", "x", &fixture->error), fixture->error);
    assert_ok(acquire(fixture, "host/3", 60000000, NULL), fixture->error); /* completion released it */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fixture_test(lease_has_one_holder),
        fixture_test(lease_of_dead_or_silent_holder_is_acquired),
        fixture_test(changes_without_the_lease_are_rejected),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
