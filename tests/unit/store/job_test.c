/* V1 jobs: rows of ours and of the old service, leases, the list of failed chunks, what is paid. */
#include "store/chunk.h"
#include "store/conversation.h"
#include "store/job.h"
#include "store/lease.h"
#include "store/work.h"
#include "support/store_fixture.h"

#include "store/legacy_pack.h"

#define JOB "aaaaaaaa-0000-4000-8000-000000000001"

static void create(struct fixture *fixture, const char *lease_owner)
{
    const struct job_params params = {.job_id = JOB,
                                      .file_name = "chats.json",
                                      .file_size_bytes = 7,
                                      .lease_owner = lease_owner,
                                      .lease_expires_us = INT64_C(1700000009000000)};
    cpk_job *job;

    assert_ok(store_job_create(fixture->alice_work, NULL, &params, &job, &fixture->error), fixture->error);
    assert_string_equal(job->status, "created");
    assert_string_equal(job->r2_path, "users/" ALICE "/jobs/" JOB "/raw");
    assert_string_equal(job->failed_chunks, "[]");
    assert_true(job->is_ours);
    record_free(job);
}

static cpk_status next_conversation(void *user, struct store_conversation *conversation, int32_t *has_next,
                                    cpk_error **error)
{
    int32_t *left = user;

    (void)error;
    *has_next = (*left)-- > 0;
    conversation->provider = "chatgpt";
    conversation->conversation_id = *left == 1 ? "b" : "a";
    conversation->title = "Talk";
    conversation->messages = 2;
    conversation->tokens = 9;
    conversation->first_us = *left == 1 ? CPK_TIME_UNKNOWN : 5;
    conversation->last_us = CPK_TIME_UNKNOWN;
    return CPK_OK;
}

static void extract(struct fixture *fixture, int64_t chunks)
{
    struct fixture_chunks generator = {chunks, 0};
    int32_t conversations = 2;
    struct work_extraction extraction = {.format = "chatgpt",
                                         .messages = 4,
                                         .text_tokens = chunks * 25,
                                         .first_us = CPK_TIME_UNKNOWN,
                                         .last_us = CPK_TIME_UNKNOWN,
                                         .text_key = "t",
                                         .index_key = "i",
                                         .progress = 40,
                                         .next_conversation = next_conversation,
                                         .conversation_user = &conversations,
                                         .next_chunk = fixture_next_chunk,
                                         .chunk_user = &generator};

    assert_ok(
        store_work_record_extraction(fixture->alice_work, WORK_KEY(OWNER_JOB, JOB, NULL), &extraction, &fixture->error),
        fixture->error);
}

static cpk_status analyse(struct fixture *fixture, int64_t index)
{
    const struct chunk_result result = {.index = index,
                                        .analyzer = "a/1",
                                        .result_key = "r",
                                        .input_tokens = 25,
                                        .output_tokens = 3,
                                        .cost_micro = 11,
                                        .progress_from = 40,
                                        .progress_to = 99};

    return store_chunk_done(fixture->alice_work, WORK_KEY(OWNER_JOB, JOB, NULL), &result, &fixture->error);
}

static cpk_job *get(struct fixture *fixture)
{
    cpk_job *job;

    assert_ok(store_job_get(fixture->alice, NULL, JOB, &job, &fixture->error), fixture->error);
    return job;
}

static void job_counts_failed_chunks(void **state)
{
    struct fixture *fixture = *state;
    const struct job_result result = {.pack_name = "chats.json", .r2_pack_path = "p", .analysis_stats = "{}"};
    struct record_list *entries;
    cpk_legacy_pack *pack;
    cpk_job *job;

    create(fixture, NULL);
    extract(fixture, 3);
    assert_ok(store_hold_reserve(fixture->alice_work, WORK_KEY(OWNER_JOB, JOB, NULL), 3, CPK_TIME_UNKNOWN, NULL,
                                 &fixture->error),
              fixture->error);
    assert_fails(store_job_complete(fixture->alice_work, NULL, JOB, NULL, &result, &fixture->error), CPK_ERROR_CONFLICT,
                 "not analysed", fixture);
    assert_ok(analyse(fixture, 0), fixture->error);
    assert_ok(store_chunk_failed(fixture->alice_work, WORK_KEY(OWNER_JOB, JOB, NULL), 1, "no", &fixture->error),
              fixture->error);
    assert_ok(store_chunk_failed(fixture->alice_work, WORK_KEY(OWNER_JOB, JOB, NULL), 2, "no", &fixture->error),
              fixture->error);
    job = get(fixture);
    assert_string_equal(job->failed_chunks, "[1,2]");
    assert_int_equal(job->processed_chunks, 1);
    assert_int_equal(job->total_cost_micro, 11);
    record_free(job);
    assert_ok(store_job_complete(fixture->alice_work, NULL, JOB, NULL, &result, &fixture->error), fixture->error);
    assert_ok(store_work_set_status(fixture->alice_work, WORK_KEY(OWNER_JOB, JOB, NULL), CPK_JOB_ANALYZING, 40,
                                    &fixture->error),
              fixture->error);
    assert_ok(store_hold_reserve(fixture->alice_work, WORK_KEY(OWNER_JOB, JOB, NULL), 2, CPK_TIME_UNKNOWN, NULL,
                                 &fixture->error),
              fixture->error);
    assert_ok(analyse(fixture, 2), fixture->error);
    job = get(fixture);
    assert_string_equal(job->failed_chunks, "[1]");
    assert_int_equal(job->progress, 100); /* it never goes back */
    record_free(job);
    assert_ok(analyse(fixture, 1), fixture->error);
    assert_ok(store_job_complete(fixture->alice_work, NULL, JOB, NULL, &result, &fixture->error), fixture->error);
    assert_fails(store_work_set_status(fixture->alice_work, WORK_KEY(OWNER_JOB, JOB, NULL), CPK_JOB_ANALYZING, 40,
                                       &fixture->error),
                 CPK_ERROR_CONFLICT, "completed", fixture);
    assert_ok(store_legacy_pack_find(fixture->alice, NULL, JOB, &pack, &fixture->error), fixture->error);
    assert_string_equal(pack->name, "chats.json");
    record_free(pack);
    assert_ok(store_transaction_list(fixture->alice, NULL, NULL, &entries, &fixture->error), fixture->error);
    assert_int_equal(entries->count, 4); /* the bonus and three chunks */
    assert_string_equal(((const cpk_transaction *)entries->items[0])->job_id, JOB);
    record_list_free(entries);
    assert_ok(store_job_delete(fixture->alice_work, NULL, JOB, &fixture->error), fixture->error);
    assert_ok(store_legacy_pack_find(fixture->alice, NULL, JOB, &pack, &fixture->error), fixture->error);
    assert_null(pack);
}

static void changes_without_the_lease_are_rejected(void **state)
{
    struct fixture *fixture = *state;

    create(fixture, "host/1");
    assert_fails(store_lease_acquire(fixture->alice_work, WORK_KEY(OWNER_JOB, JOB, "host/2"), INT64_C(1700000099000000),
                                     NULL, NULL, &fixture->error),
                 CPK_ERROR_BUSY, "job", fixture);
    assert_ok(store_work_set_status(fixture->alice_work, WORK_KEY(OWNER_JOB, JOB, "host/1"), CPK_JOB_PROCESSING, 1,
                                    &fixture->error),
              fixture->error);
    assert_fails(store_work_set_status(fixture->alice_work, WORK_KEY(OWNER_JOB, JOB, "host/2"), CPK_JOB_PROCESSING, 1,
                                       &fixture->error),
                 CPK_ERROR_CONFLICT, "taken this job over", fixture);
    assert_fails(store_work_set_failed(fixture->alice_work, WORK_KEY(OWNER_JOB, JOB, "host/2"), "x", &fixture->error),
                 CPK_ERROR_CONFLICT, "taken this job over", fixture);
    assert_ok(store_work_set_failed(fixture->alice_work, WORK_KEY(OWNER_JOB, JOB, "host/1"), "x", &fixture->error),
              fixture->error);
}

static cpk_status take_conversation(void *user, const struct store_conversation *conversation, cpk_error **error)
{
    char *ids = user;

    (void)error;
    strncat(ids, conversation->conversation_id, 1);
    return CPK_OK;
}

static void conversations_are_listed_in_order_to_the_owner_only(void **state)
{
    struct fixture *fixture = *state;
    char ids[8] = "";
    cpk_job *job;

    create(fixture, NULL);
    extract(fixture, 1);
    extract(fixture, 1); /* replaces */
    assert_ok(store_conversation_list_of_owner(fixture->alice, WORK_KEY(OWNER_JOB, JOB, NULL), take_conversation, ids,
                                               &fixture->error),
              fixture->error);
    assert_string_equal(ids, "ab");
    assert_ok(store_conversation_list_of_owner(fixture->bob, WORK_KEY(OWNER_JOB, JOB, NULL), take_conversation, ids,
                                               &fixture->error),
              fixture->error);
    assert_string_equal(ids, "ab");
    assert_fails(store_job_get(fixture->bob, NULL, JOB, &job, &fixture->error), CPK_ERROR_NOT_FOUND, "no such job",
                 fixture);
    assert_fails(store_job_delete(fixture->bob_work, NULL, JOB, &fixture->error), CPK_ERROR_NOT_FOUND, "no such job",
                 fixture);
}

static int64_t balance_of(struct fixture *fixture)
{
    cpk_user *user;
    int64_t balance;

    assert_ok(store_user_get(fixture->alice, NULL, &user, &fixture->error), fixture->error);
    balance = user->credits_balance;
    record_free(user);
    return balance;
}

static struct chunk_counts count_chunks(struct fixture *fixture, int32_t kind)
{
    struct chunk_counts counts;

    assert_ok(store_chunk_count(fixture->alice_work, WORK_KEY(kind, JOB, NULL), &counts, &fixture->error),
              fixture->error);
    return counts;
}

/* Identifiers are unique among sources and among jobs: another program may have given one of each the same. */
static void source_and_job_with_the_same_id_are_separate(void **state)
{
    struct fixture *fixture = *state;
    struct cpk_hold *hold;

    fixture_source(fixture, fixture->alice_work, fixture->pack->pack_id, JOB, 2);
    create(fixture, NULL);
    extract(fixture, 3);
    assert_int_equal(count_chunks(fixture, OWNER_SOURCE).chunks, 2);
    assert_int_equal(count_chunks(fixture, OWNER_JOB).chunks, 3);
    assert_ok(store_lease_acquire(fixture->alice_work, WORK_KEY(OWNER_SOURCE, JOB, "host/1"), INT64_C(1700000099000000),
                                  NULL, NULL, &fixture->error),
              fixture->error);
    assert_ok(store_lease_acquire(fixture->alice_work, WORK_KEY(OWNER_JOB, JOB, "host/2"), INT64_C(1700000099000000),
                                  NULL, NULL, &fixture->error),
              fixture->error);
    assert_ok(store_hold_reserve(fixture->alice_work, WORK_KEY(OWNER_SOURCE, JOB, NULL), 2, CPK_TIME_UNKNOWN, NULL,
                                 &fixture->error),
              fixture->error);
    assert_ok(store_hold_reserve(fixture->alice_work, WORK_KEY(OWNER_JOB, JOB, NULL), 3, CPK_TIME_UNKNOWN, &hold,
                                 &fixture->error),
              fixture->error);
    assert_int_equal(hold->remaining, 3);
    record_free(hold);
    assert_ok(analyse(fixture, 0), fixture->error);
    assert_int_equal(count_chunks(fixture, OWNER_SOURCE).done, 0);
    assert_int_equal(count_chunks(fixture, OWNER_JOB).done, 1);
    assert_ok(store_job_delete(fixture->alice_work, NULL, JOB, &fixture->error), fixture->error);
    assert_int_equal(count_chunks(fixture, OWNER_JOB).chunks, 0);
    assert_int_equal(count_chunks(fixture, OWNER_SOURCE).chunks, 2);
    assert_ok(store_hold_release(fixture->alice_work, WORK_KEY(OWNER_SOURCE, JOB, NULL), &fixture->error),
              fixture->error);
    assert_int_equal(balance_of(fixture), 9); /* one chunk of the job is paid, all else is given back */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fixture_test(job_counts_failed_chunks),
        fixture_test(changes_without_the_lease_are_rejected),
        fixture_test(conversations_are_listed_in_order_to_the_owner_only),
        fixture_test(source_and_job_with_the_same_id_are_separate),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
