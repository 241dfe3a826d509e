/* Memory runs out: every allocation of a pipeline's whole life is refused once, and once with all that follow. Each
 * time the call says "out of memory" or does without, nothing leaks, and the same work on the same database then ends
 * well, with each chunk paid for once.
 *
 * Every one of the first EVERY_ONE allocations and then every STRIDE-th, unless
 * CONTEXTPACK_TEST_THOROUGH is set. On PostgreSQL, where libpq has memory of its own, every POSTGRES_STRIDE-th.
 */
#include "support/person.h"

#include "support/scratch.h"
#include <stdatomic.h>

#define EVERY_ONE        300
#define STRIDE           7
#define POSTGRES_STRIDE  29

#define START_US         INT64_C(1700000000000000)
#define NEW_USER_CREDITS 10

#define HOUR_US          INT64_C(3600000000)

/* Fails one allocation, or all from one on, and tracks unfreed blocks. */
struct scarce {
    int64_t calls;
    int64_t refused_call; /* -1: none */
    int32_t from_there_on;
    int64_t out_blocks;
    int64_t out_bytes;
};

static int32_t refuse(struct scarce *scarce)
{
    int64_t call = scarce->calls++;

    return scarce->refused_call >= 0 &&
           (call == scarce->refused_call || (scarce->from_there_on && call > scarce->refused_call));
}

static void *scarce_allocate(void *user, size_t size_bytes)
{
    struct scarce *scarce = user;

    if (refuse(scarce)) {
        return NULL;
    }
    scarce->out_blocks++;
    scarce->out_bytes += (int64_t)size_bytes;
    return malloc(size_bytes);
}

static void *scarce_resize(void *user, void *block, size_t old_size_bytes, size_t new_size_bytes)
{
    struct scarce *scarce = user;

    if (refuse(scarce)) {
        return NULL;
    }
    scarce->out_bytes += (int64_t)new_size_bytes - (int64_t)old_size_bytes;
    return realloc(block, new_size_bytes);
}

static void scarce_release(void *user, void *block, size_t size_bytes)
{
    struct scarce *scarce = user;

    scarce->out_blocks--;
    scarce->out_bytes -= (int64_t)size_bytes;
    free(block);
}

/* A clock that advances by a microsecond per call, so that the test controls when leases expire. */
static _Atomic int64_t now_us = START_US;

static int64_t test_clock(void *user)
{
    (void)user;
    return ++now_us;
}

static char folder[SCRATCH_PATH_BYTES];

/* Sources' folders come behind "exports" in the pack's: a deletion that is broken off between the two is the harder one
 * to go on with. */
static int32_t late_ids(void *user, void *bytes, size_t length_bytes)
{
    static atomic_uint_fast64_t last;
    uint64_t number = ++last;

    (void)user;
    memset(bytes, 0xFF, length_bytes);
    memcpy((char *)bytes + length_bytes - 4, &number, length_bytes < 4 ? 0 : 4);
    return 0;
}

static cpk_status open_scarce(struct scarce *scarce, cpk_engine **engine, cpk_error **error)
{
    const cpk_setting small = {"chunk.max_tokens", 2000};
    cpk_allocator allocator = {sizeof allocator, 0, scarce, scarce_allocate, scarce_resize, scarce_release};
    cpk_engine_options options = person_options();
    char storage[SCRATCH_PATH_BYTES + 8];

    snprintf(storage, sizeof storage, "file:%s", folder);
    options.storage = storage; /* not in memory: blobs that a broken run leaves would look like leaks */
    options.allocator = &allocator;
    options.clock = test_clock;
    options.random = late_ids;
    options.settings = &small;
    options.setting_count = 1;
    return cpk_engine_open(&options, engine, error);
}

static int32_t is_thorough(void)
{
    return getenv("CONTEXTPACK_TEST_THOROUGH") != NULL;
}

static int64_t after(int64_t call)
{
    if (backend_is_postgres()) {
        return call + POSTGRES_STRIDE;
    }
    return call + (is_thorough() || call < EVERY_ONE ? 1 : STRIDE);
}

/* A call without memory either reports it or succeeds. */
static void check_outcome(const char *what, int64_t call, cpk_status status, cpk_error *error)
{
    if (status == CPK_OK ? error != NULL : status != CPK_ERROR_OUT_OF_MEMORY) {
        fail_msg("%s, allocation %lld: %s: %s", what, (long long)call, cpk_status_name(status),
                 cpk_error_message(error));
    }
    cpk_error_free(error);
}

static void check_balance(const char *what, int64_t call, const struct scarce *now, const struct scarce *before)
{
    if (now->out_blocks != before->out_blocks || now->out_bytes != before->out_bytes) {
        fail_msg("%s, allocation %lld: %lld blocks, %lld bytes are not given back", what, (long long)call,
                 (long long)(now->out_blocks - before->out_blocks), (long long)(now->out_bytes - before->out_bytes));
    }
}

/* Opening makes a new database each time, with all its migrations. */
static void failed_allocations_while_opening_are_reported(void **state)
{
    const struct scarce nothing = {0, -1, 0, 0, 0};
    struct scarce scarce = nothing;
    cpk_engine *engine;
    cpk_error *error = NULL;
    int64_t total, tried = 0;

    (void)state;
    assert_ok(open_scarce(&scarce, &engine, &error), error);
    cpk_engine_close(engine);
    check_balance("opening", -1, &scarce, &nothing);
    total = scarce.calls;
    assert_true(total >= 10);
    for (int64_t call = 0; call < total; call++) {
        for (int32_t from_there_on = 0; from_there_on <= 1; from_there_on++) {
            cpk_status status;

            scarce = nothing;
            scarce.refused_call = call;
            scarce.from_there_on = from_there_on;
            error = NULL;
            status = open_scarce(&scarce, &engine, &error);
            check_outcome("opening", call, status, error);
            cpk_engine_close(engine);
            check_balance("opening", call, &scarce, &nothing);
            tried++;
        }
    }
    print_message("opening: %lld runs, %lld allocations\n", (long long)tried, (long long)total);
}

static cpk_status get_user(cpk_session *service, const char *email, cpk_user **user, cpk_error **error)
{
    cpk_user_params params = CPK_USER_PARAMS_INIT;
    cpk_status status = cpk_user_find(service, email, user, error);

    if (status != CPK_ERROR_NOT_FOUND) {
        return status;
    }
    if (error != NULL) {
        cpk_error_free(*error);
        *error = NULL;
    }
    params.email = email;
    return cpk_user_create(service, &params, user, error);
}

static int32_t count_bytes(void *user, const void *data, size_t length_bytes)
{
    (void)data;
    *(size_t *)user += length_bytes;
    return 0;
}

static cpk_status make_export(cpk_session *session, const char *pack_id, cpk_error **error)
{
    cpk_export *result = NULL;
    cpk_export_list *list = NULL;
    size_t bytes = 0;
    cpk_status status;

    if ((status = cpk_export_create(session, pack_id, CPK_EXPORT_STANDARD, NULL, NULL, &result, error)) == CPK_OK &&
        (status = cpk_export_read(session, cpk_export_id(result), CPK_FORMAT_JSON, count_bytes, &bytes, error)) ==
            CPK_OK &&
        (status = cpk_export_list_get(session, pack_id, NULL, &list, error)) == CPK_OK) {
        assert_true(bytes > 0);
        assert_int_equal(cpk_export_list_count(list), 1);
    }
    cpk_export_list_free(list);
    cpk_export_free(result);
    return status;
}

static int32_t take_report(void *user, const void *data, size_t length_bytes)
{
    (void)user;
    (void)data;
    return length_bytes > 0 ? 0 : 1;
}

static cpk_status account(cpk_session *session, const char *pack_id, cpk_error **error)
{
    cpk_report_options options = CPK_REPORT_OPTIONS_INIT;
    cpk_quote quote = CPK_QUOTE_INIT;
    cpk_status status = cpk_quote_pack(session, pack_id, &quote, error);

    options.format = CPK_REPORT_JSON;
    return status == CPK_OK ? cpk_report_statement(session, NULL, &options, take_report, NULL, error) : status;
}

static cpk_status use_session(cpk_session *session, int32_t *is_deleting, cpk_error **error)
{
    const cpk_pack_params params = {sizeof params, 0, "Scarce", NULL, NULL};
    cpk_input input = CPK_INPUT_INIT;
    cpk_pack *pack = NULL;
    cpk_source *source = NULL;
    cpk_status status;

    input.path = SAMPLE;
    if ((status = cpk_pack_ensure(session, &params, NULL, &pack, error)) == CPK_OK &&
        (status = cpk_source_add(session, cpk_pack_id(pack), &input, NULL, NULL, &source, error)) == CPK_OK &&
        (status = cpk_source_run(session, cpk_source_id(source), CPK_SOURCE_COMPLETED, NULL, NULL, error)) == CPK_OK &&
        (status = account(session, cpk_pack_id(pack), error)) == CPK_OK &&
        (status = make_export(session, cpk_pack_id(pack), error)) == CPK_OK) {
        *is_deleting = 1;
        status = cpk_pack_delete(session, cpk_pack_id(pack), error);
    }
    cpk_source_free(source);
    cpk_pack_free(pack);
    return status;
}

/* A user, a pack, a source, its analysis, an export, and the pack deleted: goes on where an earlier run broke off. */
static cpk_status work(cpk_engine *engine, const char *email, int32_t *is_deleting, cpk_error **error)
{
    cpk_session *service = NULL;
    cpk_session *session = NULL;
    cpk_user *user = NULL;
    cpk_status status;

    *is_deleting = 0;
    if ((status = cpk_session_open_service(engine, &service, error)) == CPK_OK &&
        (status = get_user(service, email, &user, error)) == CPK_OK &&
        (status = cpk_session_open_user(engine, cpk_user_id(user), &session, error)) == CPK_OK) {
        status = use_session(session, is_deleting, error);
    }
    cpk_user_free(user);
    cpk_session_close(session);
    cpk_session_close(service);
    return status;
}

static int64_t credits_left(cpk_engine *engine, const char *email)
{
    cpk_session *service = NULL;
    cpk_user *user = NULL;
    cpk_error *error = NULL;
    int64_t balance = 0;
    int64_t held = 0;

    assert_ok(cpk_session_open_service(engine, &service, &error), error);
    assert_ok(cpk_user_find(service, email, &user, &error), error);
    assert_ok(cpk_credits_balance(service, cpk_user_id(user), &balance, &held, &error), error);
    assert_int_equal(held, 0);
    cpk_user_free(user);
    cpk_session_close(service);
    return balance;
}

struct workshop {
    cpk_engine *engine;
    struct scarce scarce;
    int64_t price; /* credits that a run costs */
    int32_t users;
    int64_t expired; /* runs that left a lease behind: giving it back needs memory, too */
};

/* The same work again, with memory. What still holds a lease is waited for, as a host would. */
static cpk_status work_again(struct workshop *workshop, const char *email, cpk_error **error)
{
    int32_t is_deleting;
    cpk_status status = work(workshop->engine, email, &is_deleting, error);

    if (status == CPK_ERROR_BUSY && cpk_error_retryable(*error)) {
        cpk_error_free(*error);
        *error = NULL;
        now_us += HOUR_US;
        workshop->expired++;
        status = work(workshop->engine, email, &is_deleting, error);
    }
    return status;
}

static void check_credits(const struct workshop *workshop, int64_t call, const char *email, int32_t was_deleting)
{
    int64_t left = credits_left(workshop->engine, email);
    int64_t once = NEW_USER_CREDITS - workshop->price;

    /* A source whose deletion has started is new when it is added again, and charged again. */
    if (left != once && !(was_deleting && left == once - workshop->price)) {
        fail_msg("allocation %lld: %lld credits are left, not %lld", (long long)call, (long long)left, (long long)once);
    }
}

static void refuse_and_recover(struct workshop *workshop, int64_t call, int32_t from_there_on)
{
    const struct scarce before = workshop->scarce;
    cpk_error *error = NULL;
    int32_t was_deleting;
    cpk_status status;
    char email[64];

    snprintf(email, sizeof email, "scarce%d@example.com", ++workshop->users);
    workshop->scarce.calls = 0;
    workshop->scarce.refused_call = call;
    workshop->scarce.from_there_on = from_there_on;
    status = work(workshop->engine, email, &was_deleting, &error);
    workshop->scarce.refused_call = -1;
    check_outcome("work", call, status, error);
    check_balance("work", call, &workshop->scarce, &before);
    error = NULL;
    if (status != CPK_OK) {
        status = work_again(workshop, email, &error);
        if (status != CPK_OK) {
            fail_msg("after allocation %lld was refused: %s: %s", (long long)call, cpk_status_name(status),
                     cpk_error_message(error));
        }
        check_balance("the work that followed", call, &workshop->scarce, &before);
    }
    check_credits(workshop, call, email, was_deleting);
}

static void count_failed(void *user, int32_t outcome, const char *subject, const char *text)
{
    (void)user;
    if (outcome != CPK_CHECK_PASSED) {
        fail_msg("%s: %s", subject, text);
    }
}

static void failed_allocations_during_work_are_reported_and_work_can_be_repeated(void **state)
{
    const struct scarce nothing = {0, -1, 0, 0, 0};
    struct workshop workshop = {NULL, nothing, 0, 0, 0};
    cpk_error *error = NULL;
    int64_t total, tried = 0;
    int32_t failures = 0, is_deleting;

    (void)state;
    assert_ok(open_scarce(&workshop.scarce, &workshop.engine, &error), error);
    assert_ok(work(workshop.engine, "first@example.com", &is_deleting, &error), error);
    workshop.price = NEW_USER_CREDITS - credits_left(workshop.engine, "first@example.com");
    assert_in_range(workshop.price, 1, 4);
    workshop.scarce.calls = 0;
    assert_ok(work(workshop.engine, "second@example.com", &is_deleting, &error), error);
    total = workshop.scarce.calls;
    assert_true(total > 500);
    for (int64_t call = 0; call < total; call = after(call)) {
        refuse_and_recover(&workshop, call, 0);
        refuse_and_recover(&workshop, call, 1);
        tried += 2;
    }
    assert_ok(cpk_engine_check(workshop.engine, count_failed, NULL, &failures, &error), error);
    assert_int_equal(failures, 0);
    cpk_engine_close(workshop.engine);
    check_balance("closing", -1, &workshop.scarce, &nothing);
    print_message("work: %lld runs, %lld allocations; %lld left a lease behind\n", (long long)tried, (long long)total,
                  (long long)workshop.expired);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(failed_allocations_while_opening_are_reported),
        cmocka_unit_test(failed_allocations_during_work_are_reported_and_work_can_be_repeated),
    };

    int failed;

    if (access("/dev/shm", W_OK) == 0) {
        setenv("TMPDIR", "/dev/shm", 1); /* thousands of runs need no disk */
    }
    scratch_make(folder);
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    scratch_remove(folder);
    return failed;
}
