/* A database with two users and a pack of the first, for the tests of the store. */
#ifndef TESTS_SUPPORT_STORE_FIXTURE_H
#define TESTS_SUPPORT_STORE_FIXTURE_H

#include "store/chunk.h"
#include "store/work.h"
#include "support/backend.h"
#include "support/test.h"

#include "base/context.h"
#include "database/migrate.h"
#include "store/export.h"
#include "store/hold.h"
#include "store/lease.h"
#include "store/pack.h"
#include "store/source.h"
#include "store/store.h"
#include "store/transaction.h"
#include "store/user.h"

#define ALICE "11111111-1111-4111-8111-111111111111"
#define BOB   "22222222-2222-4222-8222-222222222222"

/* A row of the store's user. */
#define WORK_KEY(kind, id, lease_owner) (&(const struct work_key){NULL, (kind), (id), (lease_owner)})

struct fixture {
    struct context context;
    int64_t now_us; /* every look at the clock is a millisecond later */
    struct database *database;
    struct store *service;
    struct store *alice;
    struct store *bob;
    struct store
        *alice_work; /* a session of the service for her, as the pipeline uses: for rows that users may not write */
    struct store *bob_work;
    cpk_pack *pack; /* Alice's, "Notes" */
    cpk_error *error;
};

static int64_t fixture_clock(void *user)
{
    struct fixture *fixture = user;

    fixture->now_us += 1000;
    return fixture->now_us;
}

static inline void fixture_user(struct fixture *fixture, const char *id, const char *email, int32_t plan,
                                struct store **opened, struct store **work)
{
    const cpk_actor actor = {sizeof actor, CPK_ACTOR_USER, id};
    struct user_params params = {.id = id, .email = email, .payment_plan = plan};
    cpk_user *user;

    assert_ok(store_user_create(fixture->service, &params, &user, &fixture->error), fixture->error);
    record_free(user);
    assert_ok(store_open(&fixture->context, fixture->database, &actor, opened, &fixture->error), fixture->error);
    assert_ok(store_open_work(*opened, work, &fixture->error), fixture->error);
}

static int fixture_setup(void **state)
{
    const cpk_actor service = {sizeof service, CPK_ACTOR_SERVICE, NULL};
    const struct pack_params params = {.name = "Notes"};
    struct fixture *fixture = calloc(1, sizeof *fixture);
    char uri[BACKEND_URI_BYTES];

    context_init(&fixture->context);
    fixture->now_us = INT64_C(1700000000000000);
    fixture->context.clock = fixture_clock;
    fixture->context.clock_user = fixture;
    fixture->context.settings.values[SETTING_DATABASE_BUSY_TIMEOUT_MS] = 50;
    assert_ok(database_open(&fixture->context, backend_database(uri), &fixture->database, &fixture->error),
              fixture->error);
    assert_ok(database_migrate(fixture->database, NULL, NULL, 0, &fixture->error), fixture->error);
    assert_ok(store_open(&fixture->context, fixture->database, &service, &fixture->service, &fixture->error),
              fixture->error);
    fixture_user(fixture, ALICE, "alice@example.org", CPK_PLAN_CREDITS, &fixture->alice, &fixture->alice_work);
    fixture_user(fixture, BOB, "bob@example.org", CPK_PLAN_UNLIMITED, &fixture->bob, &fixture->bob_work);
    assert_ok(store_pack_create(fixture->alice, NULL, &params, &fixture->pack, &fixture->error), fixture->error);
    *state = fixture;
    return 0;
}

/* The rule of the ledger must hold whatever a test did. */
static int fixture_teardown(void **state)
{
    struct fixture *fixture = *state;
    int64_t drifted;

    assert_ok(store_ledger_check(fixture->service, NULL, NULL, &drifted, &fixture->error), fixture->error);
    assert_int_equal(drifted, 0);
    record_free(fixture->pack);
    store_close(fixture->alice_work);
    store_close(fixture->bob_work);
    store_close(fixture->alice);
    store_close(fixture->bob);
    store_close(fixture->service);
    database_free(fixture->database);
    free(fixture);
    return 0;
}

#define fixture_test(function) cmocka_unit_test_setup_teardown(function, fixture_setup, fixture_teardown)

#define assert_fails(expression, code, text, fixture)                                                                  \
    do {                                                                                                               \
        assert_int_equal(expression, code);                                                                            \
        if (strstr(cpk_error_message((fixture)->error), text) == NULL) {                                               \
            fail_msg("\"%s\" is not in \"%s\"", text, cpk_error_message((fixture)->error));                            \
        }                                                                                                              \
        cpk_error_free((fixture)->error);                                                                              \
        (fixture)->error = NULL;                                                                                       \
    } while (0)

/* The same JSON but for spaces, which PostgreSQL puts where it likes. */
static inline void assert_json(const char *text, const char *expected)
{
    char packed[512];
    size_t length = 0;

    for (const char *at = text; *at != '\0' && length + 1 < sizeof packed; at++) {
        if (*at != ' ') {
            packed[length++] = *at;
        }
    }
    packed[length] = '\0';
    assert_string_equal(packed, expected);
}

/* A source of the pack with `chunks` chunks of 100 bytes and 25 tokens, ready for analysis. */
struct fixture_chunks {
    int64_t left;
    int64_t offset;
};

static inline cpk_status fixture_next_chunk(void *user, struct chunk_params *chunk, int32_t *has_next,
                                            cpk_error **error)
{
    struct fixture_chunks *chunks = user;

    (void)error;
    *has_next = chunks->left > 0;
    chunk->text_offset = chunks->offset;
    chunk->text_length = 100;
    chunk->tokens = 25;
    chunk->index_offset = chunks->offset / 10;
    chunk->index_length = 10;
    chunks->left--;
    chunks->offset += 100;
    return CPK_OK;
}

static inline void fixture_source(struct fixture *fixture, struct store *store, const char *pack_id,
                                  const char *source_id, int64_t chunks)
{
    struct source_params params = {
        .source_id = source_id, .name = "chats.json", .type = CPK_SOURCE_CHAT_EXPORT, .file_size_bytes = 7};
    struct fixture_chunks generator = {chunks, 0};
    struct work_extraction extraction = {.messages = 4,
                                         .text_bytes = chunks * 100,
                                         .text_tokens = chunks * 25,
                                         .first_us = CPK_TIME_UNKNOWN,
                                         .last_us = CPK_TIME_UNKNOWN,
                                         .progress = 20,
                                         .next_chunk = fixture_next_chunk,
                                         .chunk_user = &generator};
    cpk_source *source;

    assert_ok(store_source_create(store, NULL, pack_id, &params, &source, &fixture->error), fixture->error);
    record_free(source);
    assert_ok(
        store_work_record_extraction(store, WORK_KEY(OWNER_SOURCE, source_id, NULL), &extraction, &fixture->error),
        fixture->error);
}

#endif
