#include "store/chunk.h"
#include "store/work.h"
#include "support/store_fixture.h"

#define SHA_1 "1111111111111111111111111111111111111111111111111111111111111111"

static void create(struct fixture *fixture, const char *source_id, const char *sha256)
{
    const struct source_params params = {.source_id = source_id,
                                         .name = "chats.json",
                                         .type = CPK_SOURCE_CHAT_EXPORT,
                                         .file_name = "chats.json",
                                         .file_size_bytes = 1234,
                                         .sha256 = sha256,
                                         .r2_raw_path = "raw/key",
                                         .settings_fingerprint = "fp"};
    cpk_source *source;

    assert_ok(store_source_create(fixture->alice_work, NULL, fixture->pack->pack_id, &params, &source, &fixture->error),
              fixture->error);
    record_free(source);
}

static cpk_source *get(struct fixture *fixture, const char *source_id)
{
    cpk_source *source;

    assert_ok(store_source_get(fixture->alice_work, NULL, source_id, &source, &fixture->error), fixture->error);
    return source;
}

static void new_source_is_pending(void **state)
{
    struct fixture *fixture = *state;
    cpk_source *source;

    create(fixture, "s1", SHA_1);
    source = get(fixture, "s1");
    assert_string_equal(source->status, "pending");
    assert_string_equal(source->pack_id, fixture->pack->pack_id);
    assert_string_equal(source->name, "chats.json");
    assert_string_equal(source->r2_raw_path, "raw/key");
    assert_string_equal(source->sha256, SHA_1);
    assert_string_equal(source->settings_fingerprint, "fp");
    assert_int_equal(source->file_size_bytes, 1234);
    assert_int_equal(source->progress, 0);
    assert_int_equal(source->completed_us, CPK_TIME_UNKNOWN);
    assert_null(source->error_message);
    record_free(source);
}

static void same_content_in_a_pack_is_rejected(void **state)
{
    struct fixture *fixture = *state;
    struct source_params params = {
        .name = "again.json", .type = CPK_SOURCE_CHAT_EXPORT, .sha256 = SHA_1, .file_size_bytes = -1};
    const struct pack_params other = {.name = "Other"};
    cpk_source *source;
    cpk_pack *pack;

    create(fixture, "s1", SHA_1);
    assert_fails(
        store_source_create(fixture->alice_work, NULL, fixture->pack->pack_id, &params, &source, &fixture->error),
        CPK_ERROR_ALREADY_EXISTS, "source with the same content", fixture);
    assert_ok(
        store_source_find_by_sha256(fixture->alice_work, NULL, fixture->pack->pack_id, SHA_1, &source, &fixture->error),
        fixture->error);
    assert_string_equal(source->source_id, "s1");
    record_free(source);
    assert_ok(store_pack_create(fixture->alice_work, NULL, &other, &pack, &fixture->error), fixture->error);
    assert_ok(store_source_find_by_sha256(fixture->alice_work, NULL, pack->pack_id, SHA_1, &source, &fixture->error),
              fixture->error);
    assert_null(source);
    assert_ok(store_source_create(fixture->alice_work, NULL, pack->pack_id, &params, &source, &fixture->error),
              fixture->error);
    assert_int_equal(source->file_size_bytes, -1);
    record_free(source);
    record_free(pack);
}

static void pack_of_another_user_is_rejected(void **state)
{
    struct fixture *fixture = *state;
    const struct source_params params = {.name = "x", .type = CPK_SOURCE_TEXT};
    cpk_source *source;

    assert_fails(
        store_source_create(fixture->bob_work, NULL, fixture->pack->pack_id, &params, &source, &fixture->error),
        CPK_ERROR_NOT_FOUND, "no such pack", fixture);
    create(fixture, "s1", NULL);
    assert_fails(store_source_get(fixture->bob_work, NULL, "s1", &source, &fixture->error), CPK_ERROR_NOT_FOUND,
                 "no such source", fixture);
    assert_fails(store_source_delete(fixture->bob_work, NULL, "s1", &fixture->error), CPK_ERROR_NOT_FOUND,
                 "no such source", fixture);
    assert_fails(store_work_set_status(fixture->bob_work, WORK_KEY(OWNER_SOURCE, "s1", NULL), CPK_SOURCE_PROCESSING, 1,
                                       &fixture->error),
                 CPK_ERROR_NOT_FOUND, "no such source", fixture);
    fixture->context.settings.values[SETTING_PACK_MAX_SOURCES] = 1;
    assert_fails(
        store_source_create(fixture->alice_work, NULL, fixture->pack->pack_id, &params, &source, &fixture->error),
        CPK_ERROR_LIMIT_EXCEEDED, "pack.max_sources", fixture);
}

static void progress_never_decreases(void **state)
{
    struct fixture *fixture = *state;
    cpk_source *source;

    create(fixture, "s1", NULL);
    assert_ok(store_work_set_status(fixture->alice_work, WORK_KEY(OWNER_SOURCE, "s1", NULL), CPK_SOURCE_PROCESSING, 15,
                                    &fixture->error),
              fixture->error);
    assert_ok(store_work_set_status(fixture->alice_work, WORK_KEY(OWNER_SOURCE, "s1", NULL), CPK_SOURCE_PROCESSING, 1,
                                    &fixture->error),
              fixture->error);
    source = get(fixture, "s1");
    assert_string_equal(source->status, "processing");
    assert_int_equal(source->progress, 15);
    record_free(source);
    assert_int_equal(store_work_set_status(fixture->alice_work, WORK_KEY(OWNER_SOURCE, "s1", NULL), 99, 1, NULL),
                     CPK_ERROR_INVALID_ARGUMENT);
    assert_int_equal(store_work_set_status(fixture->alice_work, WORK_KEY(OWNER_SOURCE, "s1", NULL),
                                           CPK_SOURCE_PROCESSING, 101, NULL),
                     CPK_ERROR_DATABASE);
}

static void extraction_is_recorded_and_replaced(void **state)
{
    struct fixture *fixture = *state;
    struct record_list *chunks;
    cpk_source *source;

    fixture_source(fixture, fixture->alice_work, fixture->pack->pack_id, "s1", 3);
    source = get(fixture, "s1");
    assert_string_equal(source->status, "ready_for_analysis");
    assert_int_equal(source->extracted_count, 4);
    assert_int_equal(source->total_chunks, 3);
    assert_int_equal(source->text_tokens, 75);
    assert_int_equal(source->progress, 20);
    record_free(source);
    {
        struct fixture_chunks generator = {2, 0};
        struct work_extraction again = {.next_chunk = fixture_next_chunk,
                                        .chunk_user = &generator,
                                        .notes = "[1]",
                                        .first_us = 5,
                                        .last_us = 6,
                                        .type = CPK_SOURCE_DOCUMENT,
                                        .format = "text"};

        assert_ok(store_work_record_extraction(fixture->alice_work, WORK_KEY(OWNER_SOURCE, "s1", NULL), &again,
                                               &fixture->error),
                  fixture->error);
    }
    assert_ok(store_chunk_list(fixture->alice_work, WORK_KEY(OWNER_SOURCE, "s1", NULL), &chunks, &fixture->error),
              fixture->error);
    assert_int_equal(chunks->count, 2);
    assert_int_equal(((const struct store_chunk *)chunks->items[1])->text_offset, 100);
    record_list_free(chunks);
    source = get(fixture, "s1");
    assert_string_equal(source->notes, "[1]");
    assert_string_equal(source->type, "document");
    assert_string_equal(source->format, "text");
    assert_int_equal(source->first_message_us, 5);
    assert_int_equal(source->progress, 20);
    record_free(source);
}

static cpk_status break_off(void *user, struct chunk_params *chunk, int32_t *has_next, cpk_error **error)
{
    int *calls = user;

    (void)error;
    chunk->text_length = 1;
    *has_next = 1;
    return ++*calls < 3 ? CPK_OK : CPK_ERROR_CANCELLED;
}

static void failed_extraction_records_nothing(void **state)
{
    struct fixture *fixture = *state;
    int calls = 0;
    struct work_extraction extraction = {.next_chunk = break_off, .chunk_user = &calls};
    struct chunk_counts counts;
    cpk_source *source;

    create(fixture, "s1", NULL);
    assert_int_equal(
        store_work_record_extraction(fixture->alice_work, WORK_KEY(OWNER_SOURCE, "s1", NULL), &extraction, NULL),
        CPK_ERROR_CANCELLED);
    assert_ok(store_chunk_count(fixture->alice_work, WORK_KEY(OWNER_SOURCE, "s1", NULL), &counts, &fixture->error),
              fixture->error);
    assert_int_equal(counts.chunks, 0);
    source = get(fixture, "s1");
    assert_string_equal(source->status, "pending");
    record_free(source);
}

static void failure_reason_is_stored_and_source_can_be_retried(void **state)
{
    struct fixture *fixture = *state;
    struct ledger_balance balance;
    cpk_source *source;

    fixture_source(fixture, fixture->alice_work, fixture->pack->pack_id, "s1", 3);
    assert_ok(store_hold_reserve(fixture->alice_work, WORK_KEY(OWNER_SOURCE, "s1", NULL), 3, CPK_TIME_UNKNOWN, NULL,
                                 &fixture->error),
              fixture->error);
    assert_ok(store_work_set_failed(fixture->alice_work, WORK_KEY(OWNER_SOURCE, "s1", NULL), "the analyzer is away",
                                    &fixture->error),
              fixture->error);
    source = get(fixture, "s1");
    assert_string_equal(source->status, "failed");
    assert_string_equal(source->error_message, "the analyzer is away");
    record_free(source);
    assert_ok(store_ledger_balance(fixture->alice_work, NULL, &balance, &fixture->error), fixture->error);
    assert_int_equal(balance.balance, 10);
    assert_ok(store_work_set_status(fixture->alice_work, WORK_KEY(OWNER_SOURCE, "s1", NULL), CPK_SOURCE_ANALYZING, 0,
                                    &fixture->error),
              fixture->error);
    source = get(fixture, "s1");
    assert_null(source->error_message);
    assert_int_equal(source->progress, 20);
    record_free(source);
}

static void analyzed_chunks_are_not_replaced(void **state)
{
    struct fixture *fixture = *state;
    const struct chunk_result result = {.index = 0, .progress_to = 90};
    const struct work_extraction again = {.messages = 1};

    fixture_source(fixture, fixture->alice_work, fixture->pack->pack_id, "s1", 2);
    assert_ok(store_hold_reserve(fixture->alice_work, WORK_KEY(OWNER_SOURCE, "s1", NULL), 2, CPK_TIME_UNKNOWN, NULL,
                                 &fixture->error),
              fixture->error);
    assert_ok(store_chunk_done(fixture->alice_work, WORK_KEY(OWNER_SOURCE, "s1", NULL), &result, &fixture->error),
              fixture->error);
    assert_fails(
        store_work_record_extraction(fixture->alice_work, WORK_KEY(OWNER_SOURCE, "s1", NULL), &again, &fixture->error),
        CPK_ERROR_CONFLICT, "analysed", fixture);
}

static void completion_needs_every_chunk(void **state)
{
    struct fixture *fixture = *state;
    const struct chunk_result result = {.index = 0, .analyzer = "a", .result_key = "k", .progress_to = 90};
    cpk_source *source;
    cpk_pack *pack;

    fixture_source(fixture, fixture->alice_work, fixture->pack->pack_id, "s1", 1);
    assert_fails(store_source_complete(fixture->alice_work, NULL, "s1", NULL, "findings/", &fixture->error),
                 CPK_ERROR_CONFLICT, "not analysed", fixture);
    assert_ok(store_hold_reserve(fixture->alice_work, WORK_KEY(OWNER_SOURCE, "s1", NULL), 1, CPK_TIME_UNKNOWN, NULL,
                                 &fixture->error),
              fixture->error);
    assert_ok(store_chunk_done(fixture->alice_work, WORK_KEY(OWNER_SOURCE, "s1", NULL), &result, &fixture->error),
              fixture->error);
    assert_ok(store_source_complete(fixture->alice_work, NULL, "s1", NULL, "findings/", &fixture->error),
              fixture->error);
    source = get(fixture, "s1");
    assert_string_equal(source->status, "completed");
    assert_string_equal(source->r2_analyzed_path, "findings/");
    assert_int_equal(source->progress, 100);
    assert_true(source->completed_us > source->created_us);
    record_free(source);
    assert_ok(store_pack_get(fixture->alice_work, NULL, fixture->pack->pack_id, &pack, &fixture->error),
              fixture->error);
    assert_int_equal(pack->total_sources, 1);
    assert_int_equal(pack->total_tokens, 25);
    record_free(pack);
    assert_fails(store_work_set_status(fixture->alice_work, WORK_KEY(OWNER_SOURCE, "s1", NULL), CPK_SOURCE_PROCESSING,
                                       0, &fixture->error),
                 CPK_ERROR_CONFLICT, "completed", fixture);
    assert_fails(
        store_work_set_failed(fixture->alice_work, WORK_KEY(OWNER_SOURCE, "s1", NULL), "late", &fixture->error),
        CPK_ERROR_CONFLICT, "completed", fixture);
}

static void all_and_unfinished_sources_are_listed(void **state)
{
    struct fixture *fixture = *state;
    const char *pack_id = fixture->pack->pack_id;
    struct store_page page = {2, CPK_TIME_UNKNOWN, NULL};
    const cpk_source *last;
    struct record_list *sources;
    struct record_list *rest;

    create(fixture, "s1", NULL);
    create(fixture, "s2", NULL);
    create(fixture, "s3", NULL);
    assert_ok(store_work_set_failed(fixture->alice_work, WORK_KEY(OWNER_SOURCE, "s2", NULL), "x", &fixture->error),
              fixture->error);
    assert_ok(store_source_list_unfinished(fixture->alice_work, NULL, NULL, 0, &sources, &fixture->error),
              fixture->error);
    assert_int_equal(sources->count, 2);
    assert_string_equal(((const cpk_source *)sources->items[0])->source_id, "s1");
    record_list_free(sources);
    assert_ok(store_source_list_unfinished(fixture->alice_work, NULL, "other", 0, &sources, &fixture->error),
              fixture->error);
    assert_int_equal(sources->count, 0);
    record_list_free(sources);

    assert_ok(store_source_list(fixture->alice_work, NULL, pack_id, &page, &sources, &fixture->error), fixture->error);
    assert_int_equal(sources->count, 2);
    last = sources->items[1];
    assert_string_equal(last->source_id, "s2");
    page.after_us = last->created_us;
    page.after_id = last->source_id;
    assert_ok(store_source_list(fixture->alice_work, NULL, pack_id, &page, &rest, &fixture->error), fixture->error);
    assert_int_equal(rest->count, 1);
    assert_string_equal(((const cpk_source *)rest->items[0])->source_id, "s1");
    record_list_free(rest);
    record_list_free(sources);
}

static void deleting_removes_all_rows_and_releases_the_hold(void **state)
{
    struct fixture *fixture = *state;
    struct ledger_balance balance;
    struct chunk_counts counts;
    cpk_source *source;

    fixture_source(fixture, fixture->alice_work, fixture->pack->pack_id, "s1", 3);
    assert_ok(store_hold_reserve(fixture->alice_work, WORK_KEY(OWNER_SOURCE, "s1", NULL), 3, CPK_TIME_UNKNOWN, NULL,
                                 &fixture->error),
              fixture->error);
    assert_ok(store_source_delete(fixture->alice_work, NULL, "s1", &fixture->error), fixture->error);
    assert_int_equal(store_source_get(fixture->alice_work, NULL, "s1", &source, NULL), CPK_ERROR_NOT_FOUND);
    assert_ok(store_chunk_count(fixture->alice_work, WORK_KEY(OWNER_SOURCE, "s1", NULL), &counts, &fixture->error),
              fixture->error);
    assert_int_equal(counts.chunks, 0);
    assert_ok(store_ledger_balance(fixture->alice_work, NULL, &balance, &fixture->error), fixture->error);
    assert_int_equal(balance.balance, 10);
    assert_int_equal(balance.holds, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fixture_test(new_source_is_pending),
        fixture_test(same_content_in_a_pack_is_rejected),
        fixture_test(pack_of_another_user_is_rejected),
        fixture_test(progress_never_decreases),
        fixture_test(extraction_is_recorded_and_replaced),
        fixture_test(failed_extraction_records_nothing),
        fixture_test(failure_reason_is_stored_and_source_can_be_retried),
        fixture_test(analyzed_chunks_are_not_replaced),
        fixture_test(completion_needs_every_chunk),
        fixture_test(all_and_unfinished_sources_are_listed),
        fixture_test(deleting_removes_all_rows_and_releases_the_hold),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
