#include "store/lease.h"
#include "support/store_fixture.h"

#include "engine/lease.h"

/* The part of an engine that a lease looks at, around the store's fixture. */
struct parts {
    cpk_engine engine;
    cpk_session session;
};

static void join(struct parts *parts, struct fixture *fixture)
{
    memset(parts, 0, sizeof *parts);
    parts->engine.context = fixture->context;
    parts->session.engine = &parts->engine;
    parts->session.store = fixture->alice;
    parts->session.work = fixture->alice_work;
    fixture_source(fixture, fixture->alice, fixture->pack->pack_id, "s1", 1);
}

static void it_is_kept_while_work_goes_on(void **state)
{
    struct fixture *fixture = *state;
    struct parts parts;
    struct lease first;
    struct lease second;

    join(&parts, fixture);
    assert_ok(lease_acquire(&first, &parts.session, OWNER_SOURCE, "s1", &fixture->error), fixture->error);
    assert_fails(lease_acquire(&second, &parts.session, OWNER_SOURCE, "s1", &fixture->error), CPK_ERROR_BUSY,
                 "another process", fixture);
    for (int32_t i = 0; i < 10; i++) { /* far longer than its time, but never silent for long */
        fixture->now_us += INT64_C(25) * 1000000;
        assert_ok(lease_keep(&first, &fixture->error), fixture->error);
    }
    assert_fails(lease_acquire(&second, &parts.session, OWNER_SOURCE, "s1", &fixture->error), CPK_ERROR_BUSY,
                 "another process", fixture);
    lease_release(&first);
    lease_release(&first);
    assert_ok(lease_acquire(&second, &parts.session, OWNER_SOURCE, "s1", &fixture->error), fixture->error);
}

static void the_silent_lose_it_and_are_told(void **state)
{
    struct fixture *fixture = *state;
    struct parts parts;
    struct lease first;
    struct lease second;

    join(&parts, fixture);
    assert_ok(lease_acquire(&first, &parts.session, OWNER_SOURCE, "s1", &fixture->error), fixture->error);
    fixture->now_us += INT64_C(61) * 1000000;
    assert_ok(lease_acquire(&second, &parts.session, OWNER_SOURCE, "s1", &fixture->error), fixture->error);
    assert_fails(lease_keep(&first, &fixture->error), CPK_ERROR_CONFLICT, "taken this source over", fixture);
    assert_fails(lease_confirm(&first, &fixture->error), CPK_ERROR_CONFLICT, "taken this source over", fixture);
    lease_release(&first); /* not its own any more: the second keeps it */
    assert_ok(lease_confirm(&second, &fixture->error), fixture->error);
}

/* Between renewals no statement is run; confirming runs one immediately. */
static void confirming_does_not_wait(void **state)
{
    struct fixture *fixture = *state;
    struct parts parts;
    struct lease first;

    join(&parts, fixture);
    assert_ok(lease_acquire(&first, &parts.session, OWNER_SOURCE, "s1", &fixture->error), fixture->error);
    assert_ok(store_lease_release(fixture->alice, WORK_KEY(OWNER_SOURCE, "s1", first.owner), &fixture->error),
              fixture->error);
    assert_ok(lease_keep(&first, &fixture->error), fixture->error);
    assert_fails(lease_confirm(&first, &fixture->error), CPK_ERROR_CONFLICT, "taken this source over", fixture);
}

/* As after a build whose connection broke: the row names a lease that could not be released. */
static void what_could_not_be_released_is_taken_over_at_once(void **state)
{
    struct fixture *fixture = *state;
    struct parts parts;
    struct lease first;
    struct lease second;

    join(&parts, fixture);
    assert_ok(lease_acquire(&first, &parts.session, OWNER_SOURCE, "s1", &fixture->error), fixture->error);
    assert_fails(lease_acquire(&second, &parts.session, OWNER_SOURCE, "s1", &fixture->error), CPK_ERROR_BUSY,
                 "another process", fixture);
    lease_forget(&first);
    assert_ok(lease_acquire(&second, &parts.session, OWNER_SOURCE, "s1", &fixture->error), fixture->error);
    assert_fails(lease_confirm(&first, &fixture->error), CPK_ERROR_CONFLICT, "taken this source over", fixture);
    lease_owner_forget_group(&parts.session);
    assert_ok(lease_acquire(&first, &parts.session, OWNER_SOURCE, "s1", &fixture->error), fixture->error);
    lease_release(&first);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fixture_test(it_is_kept_while_work_goes_on),
        fixture_test(the_silent_lose_it_and_are_told),
        fixture_test(confirming_does_not_wait),
        fixture_test(what_could_not_be_released_is_taken_over_at_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
