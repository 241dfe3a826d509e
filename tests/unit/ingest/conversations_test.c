#include "support/test.h"

#include "base/memory.h"
#include "ingest/conversations.h"

/* What "earlier sources" brought: the hashes of the first take. */
struct earlier {
    const struct conversation_entry *entry;
    int32_t loads;
};

static cpk_status load(void *user, const char *provider, const char *conversation_id, struct hash_list *known,
                       cpk_error **error)
{
    struct earlier *earlier = user;

    earlier->loads++;
    if (earlier->entry == NULL || strcmp(earlier->entry->conversation_id, conversation_id) != 0 ||
        strcmp(earlier->entry->provider, provider) != 0) {
        return CPK_OK;
    }
    return hash_list_append(&memory_default, known, earlier->entry->added.items, earlier->entry->added.count, error);
}

static enum message_state add_as(struct conversations *all, const char *conversation, const char *id, const char *text,
                                 int32_t role)
{
    cpk_message message = {.struct_size = sizeof message,
                           .role = role,
                           .kind = CPK_KIND_TEXT,
                           .time_us = CPK_TIME_UNKNOWN,
                           .provider = "p",
                           .conversation_id = conversation,
                           .conversation_title = "",
                           .message_id = id,
                           .text = text,
                           .text_length = strlen(text)};
    struct conversation_entry *entry;
    cpk_error *error = NULL;
    enum message_state state = MESSAGE_NEW;

    assert_ok(conversations_add(all, &message, &entry, &state, &error), error);
    assert_string_equal(entry->conversation_id, conversation);
    return state;
}

static int32_t add(struct conversations *all, const char *conversation, const char *id, const char *text, int32_t role)
{
    return add_as(all, conversation, id, text, role) == MESSAGE_NEW;
}

static void messages_are_distinguished_by_id_and_content(void **state)
{
    struct earlier earlier = {NULL, 0};
    struct conversations first;
    struct conversations second;

    (void)state;
    conversations_init(&first, &memory_default, load, &earlier);
    assert_true(add(&first, "a", "1", "hello", CPK_ROLE_USER));
    assert_false(add(&first, "a", "1", "hello", CPK_ROLE_USER));
    assert_true(add(&first, "a", "1", "hello!", CPK_ROLE_USER)); /* edited */
    assert_true(add(&first, "a", "1", "hello", CPK_ROLE_ASSISTANT));
    assert_true(add(&first, "a", "2", "hello", CPK_ROLE_USER));
    assert_true(add(&first, "b", "1", "hello", CPK_ROLE_USER));  /* another conversation */
    assert_false(add(&first, "a", "2", "hello", CPK_ROLE_USER)); /* back in the first */
    assert_int_equal(first.count, 2);
    assert_int_equal(earlier.loads, 2);

    earlier.entry = first.entries[0];
    conversations_init(&second, &memory_default, load, &earlier);
    assert_false(add(&second, "a", "2", "hello", CPK_ROLE_USER));
    assert_true(add(&second, "a", "3", "hello", CPK_ROLE_USER));
    assert_true(add(&second, "b", "1", "hello", CPK_ROLE_USER));
    assert_int_equal(second.entries[0]->added.count, 1);
    conversations_free(&second);
    conversations_free(&first);
}

/* An edit at any place of a text of any length makes another message. */
static void every_byte_of_a_text_counts(void **state)
{
    struct earlier earlier = {NULL, 0};
    struct conversations all;
    char text[41] = "";

    (void)state;
    conversations_init(&all, &memory_default, load, &earlier);
    for (size_t length = 1; length < sizeof text; length++) {
        memset(text, 'a', length);
        text[length] = '\0';
        assert_true(add(&all, "a", "1", text, CPK_ROLE_USER));
        for (size_t at = 0; at < length; at++) {
            text[at] = 'b';
            assert_true(add(&all, "a", "1", text, CPK_ROLE_USER));
            text[at] = 'a';
        }
        assert_false(add(&all, "a", "1", text, CPK_ROLE_USER));
    }
    conversations_free(&all);
}

/* Far more entries than the first tables have, in alternating order. */
static void many_conversations_and_messages_fit(void **state)
{
    struct earlier earlier = {NULL, 0};
    struct conversations all;
    char conversation[16];
    char id[16];

    (void)state;
    conversations_init(&all, &memory_default, load, &earlier);
    for (int32_t round = 0; round < 2; round++) {
        for (int32_t i = 0; i < 3000; i++) {
            snprintf(conversation, sizeof conversation, "c%d", i % 1000);
            snprintf(id, sizeof id, "m%d", i);
            assert_int_equal(add(&all, conversation, id, "x", CPK_ROLE_USER), round == 0);
        }
    }
    for (int32_t i = 0; i < 5000; i++) {
        snprintf(id, sizeof id, "n%d", i);
        assert_true(add(&all, "long", id, "x", CPK_ROLE_USER));
        assert_false(add(&all, "long", id, "x", CPK_ROLE_USER));
    }
    assert_int_equal(all.count, 1001);
    assert_int_equal(earlier.loads, 1001);
    conversations_free(&all);
}

static void unknown_time_differs_from_zero_in_checksums(void **state)
{
    struct conversation_entry entry = {.first_us = CPK_TIME_UNKNOWN, .last_us = CPK_TIME_UNKNOWN};
    cpk_message message = {.time_us = CPK_TIME_UNKNOWN};

    (void)state;
    conversation_entry_count(&entry, &message, 5);
    assert_int_equal(entry.first_us, CPK_TIME_UNKNOWN);
    message.time_us = 30;
    conversation_entry_count(&entry, &message, 5);
    message.time_us = -20;
    conversation_entry_count(&entry, &message, 5);
    assert_int_equal(entry.first_us, -20);
    assert_int_equal(entry.last_us, 30);
    assert_int_equal(entry.messages, 3);
    assert_int_equal(entry.tokens, 15);
}

static void a_repeated_message_is_not_a_known_one(void **state)
{
    struct earlier earlier = {NULL, 0};
    struct conversations first;
    struct conversations second;

    (void)state;
    conversations_init(&first, &memory_default, load, &earlier);
    assert_int_equal(add_as(&first, "a", "1", "hello", CPK_ROLE_USER), MESSAGE_NEW);
    assert_int_equal(add_as(&first, "a", "2", "you", CPK_ROLE_USER), MESSAGE_NEW);
    assert_int_equal(add_as(&first, "a", "1", "hello", CPK_ROLE_USER), MESSAGE_REPEATED);
    earlier.entry = first.entries[0];
    conversations_init(&second, &memory_default, load, &earlier);
    assert_int_equal(add_as(&second, "a", "2", "you", CPK_ROLE_USER), MESSAGE_KNOWN);
    assert_int_equal(add_as(&second, "a", "1", "hello", CPK_ROLE_USER), MESSAGE_KNOWN);
    assert_int_equal(add_as(&second, "a", "1", "hello", CPK_ROLE_USER), MESSAGE_KNOWN);
    assert_int_equal(add_as(&second, "a", "3", "ok", CPK_ROLE_USER), MESSAGE_NEW);
    assert_int_equal(add_as(&second, "a", "3", "ok", CPK_ROLE_USER), MESSAGE_REPEATED);
    conversations_free(&second);
    conversations_free(&first);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_repeated_message_is_not_a_known_one),
        cmocka_unit_test(messages_are_distinguished_by_id_and_content),
        cmocka_unit_test(every_byte_of_a_text_counts),
        cmocka_unit_test(many_conversations_and_messages_fit),
        cmocka_unit_test(unknown_time_differs_from_zero_in_checksums),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
