#include "store/conversation.h"
#include "store/work.h"
#include "support/store_fixture.h"

struct listed {
    size_t count;
    char seen[512];
};

struct generator {
    const struct store_conversation *items;
    size_t count;
    size_t next;
};

static cpk_status next_conversation(void *user, struct store_conversation *conversation, int32_t *has_next,
                                    cpk_error **error)
{
    struct generator *generator = user;

    (void)error;
    *has_next = generator->next < generator->count;
    if (*has_next) {
        *conversation = generator->items[generator->next++];
    }
    return CPK_OK;
}

static void write_source(struct fixture *fixture, const char *source_id, const struct store_conversation *items,
                         size_t count)
{
    const struct source_params params = {.source_id = source_id, .name = source_id, .type = CPK_SOURCE_CHAT_EXPORT};
    struct generator generator = {items, count, 0};
    struct work_extraction extraction = {.next_conversation = next_conversation,
                                         .conversation_user = &generator,
                                         .first_us = CPK_TIME_UNKNOWN,
                                         .last_us = CPK_TIME_UNKNOWN};
    cpk_source *source;

    assert_ok(store_source_create(fixture->alice_work, NULL, fixture->pack->pack_id, &params, &source, &fixture->error),
              fixture->error);
    record_free(source);
    assert_ok(store_work_record_extraction(fixture->alice_work, WORK_KEY(OWNER_SOURCE, source_id, NULL), &extraction,
                                           &fixture->error),
              fixture->error);
}

static cpk_status collect(void *user, const struct store_conversation *conversation, cpk_error **error)
{
    struct listed *listed = user;
    size_t length = strlen(listed->seen);

    (void)error;
    listed->count++;
    snprintf(listed->seen + length, sizeof listed->seen - length, "%s/%s/%s:%lld:%zu:%lld;", conversation->source_id,
             conversation->conversation_id, conversation->title, (long long)conversation->messages,
             conversation->message_hashes_length, (long long)conversation->last_us);
    return CPK_OK;
}

static const struct store_conversation first_part[] = {
    {.provider = "chatgpt",
     .conversation_id = "c1",
     .title = "Old title",
     .message_hashes = "12345678abcdefgh",
     .message_hashes_length = 16,
     .messages = 2,
     .tokens = 20,
     .first_us = 50,
     .last_us = 60},
    {.provider = "chatgpt",
     .conversation_id = "c2",
     .title = "Timeless",
     .message_hashes = "........",
     .message_hashes_length = 8,
     .messages = 1,
     .tokens = 5,
     .first_us = CPK_TIME_UNKNOWN,
     .last_us = CPK_TIME_UNKNOWN},
    {.provider = "chatgpt", .conversation_id = "c0", .title = "Earlier", .messages = 0, .first_us = 10, .last_us = 11},
};

static const struct store_conversation second_part[] = {
    {.provider = "chatgpt",
     .conversation_id = "c1",
     .title = "New title",
     .message_hashes = "ABCDEFGH",
     .message_hashes_length = 8,
     .messages = 1,
     .tokens = 9,
     .first_us = 70,
     .last_us = 80},
};

static void parts_in_all_sources_are_found(void **state)
{
    struct fixture *fixture = *state;
    struct listed found = {0, ""};
    struct listed others = {0, ""};

    write_source(fixture, "s1", first_part, 3);
    write_source(fixture, "s2", second_part, 1);
    assert_ok(store_conversation_find(fixture->alice_work,
                                      &(struct conversation_key){NULL, fixture->pack->pack_id, "chatgpt", "c1"},
                                      collect, &found, &fixture->error),
              fixture->error);
    assert_string_equal(found.seen, "s1/c1/Old title:2:16:60;s2/c1/New title:1:8:80;");
    assert_ok(store_conversation_find(fixture->bob_work,
                                      &(struct conversation_key){NULL, fixture->pack->pack_id, "chatgpt", "c1"},
                                      collect, &others, &fixture->error),
              fixture->error);
    assert_ok(store_conversation_find(fixture->alice_work,
                                      &(struct conversation_key){NULL, fixture->pack->pack_id, "claude", "c1"}, collect,
                                      &others, &fixture->error),
              fixture->error);
    assert_int_equal(others.count, 0);
}

static void pack_lists_each_conversation_once(void **state)
{
    struct fixture *fixture = *state;
    struct listed listed = {0, ""};

    write_source(fixture, "s1", first_part, 3);
    write_source(fixture, "s2", second_part, 1);
    assert_ok(
        store_conversation_list(fixture->alice_work, NULL, fixture->pack->pack_id, collect, &listed, &fixture->error),
        fixture->error);
    assert_int_equal(listed.count, 3);
    assert_non_null(strstr(listed.seen, "s1/c0/Earlier:0:0:11;s1/c1/New title:3:0:80;s1/c2/Timeless:1:0:"));
}

static cpk_status stop(void *user, const struct store_conversation *conversation, cpk_error **error)
{
    (void)user;
    (void)conversation;
    (void)error;
    return CPK_ERROR_CANCELLED;
}

static void callback_can_stop_the_listing(void **state)
{
    struct fixture *fixture = *state;
    struct listed listed = {0, ""};

    write_source(fixture, "s1", first_part, 3);
    assert_int_equal(store_conversation_list(fixture->alice_work, NULL, fixture->pack->pack_id, stop, NULL, NULL),
                     CPK_ERROR_CANCELLED);
    assert_ok(
        store_conversation_list(fixture->alice_work, NULL, fixture->pack->pack_id, collect, &listed, &fixture->error),
        fixture->error);
    assert_int_equal(listed.count, 3);
}

static void hash_length_not_a_multiple_of_eight_is_rejected(void **state)
{
    struct fixture *fixture = *state;
    const struct store_conversation broken = {
        .provider = "p", .conversation_id = "c", .title = "", .message_hashes = "123", .message_hashes_length = 3};
    struct generator generator = {&broken, 1, 0};
    struct work_extraction extraction = {.next_conversation = next_conversation, .conversation_user = &generator};

    fixture_source(fixture, fixture->alice_work, fixture->pack->pack_id, "s1", 1);
    assert_int_equal(
        store_work_record_extraction(fixture->alice_work, WORK_KEY(OWNER_SOURCE, "s1", NULL), &extraction, NULL),
        CPK_ERROR_DATABASE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fixture_test(parts_in_all_sources_are_found),
        fixture_test(pack_lists_each_conversation_once),
        fixture_test(callback_can_stop_the_listing),
        fixture_test(hash_length_not_a_multiple_of_eight_is_rejected),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
