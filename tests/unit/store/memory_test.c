/* Every allocation of a piece of work fails once: each time a clear answer, nothing leaked, nothing half done. */
#include "store/chunk.h"
#include "store/work.h"
#include "support/store_fixture.h"

#include "base/error.h"

struct meter {
    int64_t left;    /* allocations until one fails; negative: never */
    int64_t balance; /* bytes that are out */
};

static void *meter_allocate(void *user, size_t size_bytes)
{
    struct meter *meter = user;

    if (meter->left == 0) {
        return NULL;
    }
    meter->left -= meter->left > 0;
    meter->balance += (int64_t)size_bytes;
    return malloc(size_bytes);
}

static void *meter_resize(void *user, void *block, size_t old_size_bytes, size_t new_size_bytes)
{
    struct meter *meter = user;

    if (meter->left == 0) {
        return NULL;
    }
    meter->left -= meter->left > 0;
    meter->balance += (int64_t)new_size_bytes - (int64_t)old_size_bytes;
    return realloc(block, new_size_bytes);
}

static void meter_release(void *user, void *block, size_t size_bytes)
{
    ((struct meter *)user)->balance -= (int64_t)size_bytes;
    free(block);
}

static cpk_status make_source(struct store *store, const char *pack_id, const char *source_id, cpk_error **error)
{
    const struct source_params params = {.source_id = source_id, .name = "n", .type = CPK_SOURCE_TEXT};
    const struct chunk_result result = {.index = 0, .progress_to = 90};
    struct fixture_chunks generator = {2, 0};
    struct work_extraction extraction = {.next_chunk = fixture_next_chunk, .chunk_user = &generator};
    struct record_list *chunks;
    cpk_source *source;

    CPK_TRY(store_source_create(store, ALICE, pack_id, &params, &source, error));
    record_free(source);
    CPK_TRY(store_work_record_extraction(store, &(struct work_key){ALICE, OWNER_SOURCE, source_id, NULL}, &extraction,
                                         error));
    CPK_TRY(store_hold_reserve(store, &(struct work_key){ALICE, OWNER_SOURCE, source_id, NULL}, 2, CPK_TIME_UNKNOWN,
                               NULL, error));
    CPK_TRY(store_chunk_done(store, &(struct work_key){ALICE, OWNER_SOURCE, source_id, NULL}, &result, error));
    CPK_TRY(store_chunk_list(store, &(struct work_key){ALICE, OWNER_SOURCE, source_id, NULL}, &chunks, error));
    record_list_free(chunks);
    return store_source_delete(store, ALICE, source_id, error);
}

static cpk_status work(struct context *context, struct database *database, int number, cpk_error **error)
{
    const cpk_actor service = {sizeof service, CPK_ACTOR_SERVICE, NULL};
    const struct pack_params params = {.name = "n", .description = "d"};
    char source_id[32];
    struct store *store;
    cpk_pack *pack;
    cpk_status status;

    CPK_TRY(store_open(context, database, &service, &store, error));
    snprintf(source_id, sizeof source_id, "m%d", number);
    status = store_pack_create(store, ALICE, &params, &pack, error);
    if (status == CPK_OK) {
        status = make_source(store, pack->pack_id, source_id, error);
        record_free(pack);
    }
    store_close(store);
    return status;
}

static void failed_allocations_are_reported(void **state)
{
    struct fixture *fixture = *state;
    const struct transaction_params gift = {.type = "bonus", .credits = 1000, .amount_micro = TRANSACTION_NO_AMOUNT};
    struct meter meter = {-1, 0};
    cpk_status status = CPK_ERROR_OUT_OF_MEMORY;
    struct context limited = fixture->context;
    int tries = 0;

    limited.allocator = (cpk_allocator){sizeof(cpk_allocator), 0, &meter, meter_allocate, meter_resize, meter_release};
    assert_ok(store_credits_add(fixture->service, ALICE, &gift, &fixture->error), fixture->error);
    for (; status == CPK_ERROR_OUT_OF_MEMORY; tries++) {
        int64_t drifted;

        meter.left = tries;
        status = work(&limited, fixture->database, tries, &fixture->error);
        if (status != CPK_OK) {
            assert_int_equal(status, CPK_ERROR_OUT_OF_MEMORY);
            assert_string_equal(cpk_error_message(fixture->error), "out of memory");
            cpk_error_free(fixture->error);
            fixture->error = NULL;
        }
        assert_int_equal(meter.balance, 0);
        assert_ok(store_ledger_check(fixture->service, NULL, NULL, &drifted, &fixture->error), fixture->error);
        assert_int_equal(drifted, 0);
    }
    assert_int_equal(status, CPK_OK);
    assert_true(tries > 10);
}

static cpk_status work_from_nothing(struct context *context, cpk_error **error)
{
    const cpk_actor service = {sizeof service, CPK_ACTOR_SERVICE, NULL};
    const struct user_params params = {.email = "carol@example.org"};
    struct database *database;
    struct store *store = NULL;
    cpk_user *user;
    cpk_status status;

    CPK_TRY(database_open(context, "sqlite::memory:", &database, error));
    status = database_migrate(database, NULL, NULL, 0, error);
    if (status == CPK_OK) {
        status = store_open(context, database, &service, &store, error);
    }
    if (status == CPK_OK) {
        status = store_user_create(store, &params, &user, error);
        record_free(user);
    }
    store_close(store);
    database_free(database);
    return status;
}

static void failed_allocations_while_opening_are_reported(void **state)
{
    struct fixture *fixture = *state;
    struct meter meter = {-1, 0};
    cpk_status status = CPK_ERROR_OUT_OF_MEMORY;
    struct context limited = fixture->context;
    int tries = 0;

    limited.allocator = (cpk_allocator){sizeof(cpk_allocator), 0, &meter, meter_allocate, meter_resize, meter_release};
    for (; status == CPK_ERROR_OUT_OF_MEMORY; tries++) {
        meter.left = tries;
        status = work_from_nothing(&limited, &fixture->error);
        error_clear(&fixture->error);
        assert_int_equal(meter.balance, 0);
    }
    assert_int_equal(status, CPK_OK);
    assert_true(tries > 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fixture_test(failed_allocations_are_reported),
        fixture_test(failed_allocations_while_opening_are_reported),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
