#include "store/chunk.h"
#include "support/store_fixture.h"

static const struct chunk_result result_0 = {.index = 0,
                                             .analyzer = "extractive:1",
                                             .result_key = "findings/0",
                                             .input_tokens = 25,
                                             .output_tokens = 7,
                                             .cost_micro = 1500,
                                             .progress_from = 20,
                                             .progress_to = 90};

static void done_chunk_is_charged_once(void **state)
{
    struct fixture *fixture = *state;
    struct ledger_balance balance;
    struct record_list *transactions;
    const cpk_transaction *usage;
    cpk_source *source;
    cpk_user *user;

    fixture_source(fixture, fixture->alice_work, fixture->pack->pack_id, "s1", 4);
    assert_ok(store_hold_reserve(fixture->alice_work, WORK_KEY(OWNER_SOURCE, "s1", NULL), 4, CPK_TIME_UNKNOWN, NULL,
                                 &fixture->error),
              fixture->error);
    for (int i = 0; i < 3; i++) { /* a run that is repeated changes nothing */
        assert_ok(store_chunk_done(fixture->alice_work, WORK_KEY(OWNER_SOURCE, "s1", NULL), &result_0, &fixture->error),
                  fixture->error);
    }
    assert_ok(store_ledger_balance(fixture->alice_work, NULL, &balance, &fixture->error), fixture->error);
    assert_int_equal(balance.balance, 6);
    assert_int_equal(balance.holds, 3);
    assert_int_equal(balance.transactions, 9);
    assert_ok(store_transaction_list(fixture->alice_work, NULL, NULL, &transactions, &fixture->error), fixture->error);
    assert_int_equal(transactions->count, 2);
    usage = transactions->items[0];
    assert_string_equal(usage->type, "usage");
    assert_string_equal(usage->job_id, "s1");
    assert_int_equal(usage->credits, -1);
    assert_json(usage->metadata, "{\"chunk_index\":0,\"cost_micros\":1500,\"input_tokens\":25,\"output_tokens\":7}");
    record_list_free(transactions);
    assert_ok(store_source_get(fixture->alice_work, NULL, "s1", &source, &fixture->error), fixture->error);
    assert_int_equal(source->processed_chunks, 1);
    assert_int_equal(source->total_input_tokens, 25);
    assert_int_equal(source->total_output_tokens, 7);
    assert_int_equal(source->total_cost_micro, 1500);
    assert_int_equal(source->progress, 20 + 70 / 4);
    record_free(source);
    assert_ok(store_user_get(fixture->alice_work, NULL, &user, &fixture->error), fixture->error);
    assert_int_equal(user->chunks_analyzed, 1);
    record_free(user);
}

static void unlimited_plan_is_recorded_but_not_charged(void **state)
{
    struct fixture *fixture = *state;
    const struct pack_params params = {.name = "Bob's"};
    struct record_list *transactions;
    const cpk_transaction *usage;
    struct ledger_balance balance;
    cpk_pack *pack;

    assert_ok(store_pack_create(fixture->bob_work, NULL, &params, &pack, &fixture->error), fixture->error);
    fixture_source(fixture, fixture->bob_work, pack->pack_id, "b1", 50);
    assert_ok(store_hold_reserve(fixture->bob_work, WORK_KEY(OWNER_SOURCE, "b1", NULL), 50, CPK_TIME_UNKNOWN, NULL,
                                 &fixture->error),
              fixture->error);
    assert_ok(store_chunk_done(fixture->bob_work, WORK_KEY(OWNER_SOURCE, "b1", NULL), &result_0, &fixture->error),
              fixture->error);
    assert_ok(store_ledger_balance(fixture->bob_work, NULL, &balance, &fixture->error), fixture->error);
    assert_int_equal(balance.balance, 10);
    assert_int_equal(balance.holds, 0);
    assert_ok(store_transaction_list(fixture->bob_work, NULL, NULL, &transactions, &fixture->error), fixture->error);
    usage = transactions->items[0];
    assert_string_equal(usage->type, "unlimited_usage");
    assert_int_equal(usage->credits, 1);
    record_list_free(transactions);
    record_free(pack);
}

static void chunk_without_held_credits_is_rejected(void **state)
{
    struct fixture *fixture = *state;
    struct chunk_result second = result_0;
    struct chunk_counts counts;

    second.index = 1;
    fixture_source(fixture, fixture->alice_work, fixture->pack->pack_id, "s1", 2);
    assert_fails(store_chunk_done(fixture->alice_work, WORK_KEY(OWNER_SOURCE, "s1", NULL), &result_0, &fixture->error),
                 CPK_ERROR_CONFLICT, "no credits are held", fixture);
    assert_ok(store_hold_reserve(fixture->alice_work, WORK_KEY(OWNER_SOURCE, "s1", NULL), 1, CPK_TIME_UNKNOWN, NULL,
                                 &fixture->error),
              fixture->error);
    assert_ok(store_chunk_done(fixture->alice_work, WORK_KEY(OWNER_SOURCE, "s1", NULL), &result_0, &fixture->error),
              fixture->error);
    assert_fails(store_chunk_done(fixture->alice_work, WORK_KEY(OWNER_SOURCE, "s1", NULL), &second, &fixture->error),
                 CPK_ERROR_CONFLICT, "or all are used", fixture);
    assert_ok(store_chunk_count(fixture->alice_work, WORK_KEY(OWNER_SOURCE, "s1", NULL), &counts, &fixture->error),
              fixture->error);
    assert_int_equal(counts.chunks, 2);
    assert_int_equal(counts.done, 1);
}

static struct record_list *open_chunks(struct fixture *fixture, int64_t after_index)
{
    struct record_list *chunks;

    assert_ok(store_chunk_list_open(fixture->alice_work, WORK_KEY(OWNER_SOURCE, "s1", NULL), after_index, 5, &chunks,
                                    &fixture->error),
              fixture->error);
    return chunks;
}

static void failed_chunk_is_listed_again_and_not_charged(void **state)
{
    struct fixture *fixture = *state;
    struct ledger_balance balance;
    const struct store_chunk *chunk;
    struct record_list *chunks;

    fixture_source(fixture, fixture->alice_work, fixture->pack->pack_id, "s1", 2);
    assert_ok(store_hold_reserve(fixture->alice_work, WORK_KEY(OWNER_SOURCE, "s1", NULL), 2, CPK_TIME_UNKNOWN, NULL,
                                 &fixture->error),
              fixture->error);
    assert_ok(
        store_chunk_failed(fixture->alice_work, WORK_KEY(OWNER_SOURCE, "s1", NULL), 0, "timed out", &fixture->error),
        fixture->error);
    chunks = open_chunks(fixture, -1);
    chunk = chunks->items[0];
    assert_int_equal(chunk->index, 0);
    assert_string_equal(chunk->status, "failed");
    assert_string_equal(chunk->error_message, "timed out");
    assert_int_equal(chunk->attempts, 1);
    record_list_free(chunks);
    chunks = open_chunks(fixture, 0);
    chunk = chunks->items[0];
    assert_int_equal(chunk->index, 1);
    assert_int_equal(chunk->text_offset, 100);
    assert_int_equal(chunk->index_offset, 10);
    record_list_free(chunks);
    assert_ok(store_chunk_done(fixture->alice_work, WORK_KEY(OWNER_SOURCE, "s1", NULL), &result_0, &fixture->error),
              fixture->error);
    chunks = open_chunks(fixture, -1);
    chunk = chunks->items[0];
    assert_int_equal(chunk->index, 1);
    record_list_free(chunks);
    chunks = open_chunks(fixture, 1);
    assert_int_equal(chunks->count, 0);
    record_list_free(chunks);
    assert_fails(
        store_chunk_failed(fixture->alice_work, WORK_KEY(OWNER_SOURCE, "s1", NULL), 0, "late", &fixture->error),
        CPK_ERROR_CONFLICT, "done", fixture);
    assert_ok(store_ledger_balance(fixture->alice_work, NULL, &balance, &fixture->error), fixture->error);
    assert_int_equal(balance.transactions, 9);
}

static void chunks_of_other_users_are_not_found(void **state)
{
    struct fixture *fixture = *state;
    struct record_list *chunks;

    fixture_source(fixture, fixture->alice_work, fixture->pack->pack_id, "s1", 2);
    assert_ok(store_chunk_list(fixture->bob_work, WORK_KEY(OWNER_SOURCE, "s1", NULL), &chunks, &fixture->error),
              fixture->error);
    assert_int_equal(chunks->count, 0);
    record_list_free(chunks);
    assert_int_equal(store_chunk_failed(fixture->bob_work, WORK_KEY(OWNER_SOURCE, "s1", NULL), 0, "x", NULL),
                     CPK_ERROR_CONFLICT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fixture_test(done_chunk_is_charged_once),
        fixture_test(unlimited_plan_is_recorded_but_not_charged),
        fixture_test(chunk_without_held_credits_is_rejected),
        fixture_test(failed_chunk_is_listed_again_and_not_charged),
        fixture_test(chunks_of_other_users_are_not_found),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
