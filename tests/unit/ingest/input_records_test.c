#include "support/test.h"

#include "base/memory.h"
#include "ingest/input_records.h"

static cpk_message message_of(const char *provider, const char *conversation)
{
    cpk_message message = {.struct_size = sizeof message,
                           .flags = CPK_MESSAGE_ACTIVE_BRANCH,
                           .role = CPK_ROLE_USER,
                           .kind = CPK_KIND_TEXT,
                           .time_us = CPK_TIME_UNKNOWN,
                           .provider = provider,
                           .conversation_id = conversation,
                           .conversation_title = "T",
                           .message_id = "m",
                           .text = "words",
                           .text_length = 5};

    return message;
}

static int32_t next(struct message_renderer *renderer, const char *provider, const char *conversation,
                    struct message_record_place *place)
{
    cpk_message message = message_of(provider, conversation);
    cpk_error *error = NULL;
    int32_t starts = -1;

    assert_ok(message_renderer_next(renderer, &message, place, &starts, &error), error);
    assert_int_equal(place->length, renderer->text.length);
    assert_memory_equal(renderer->text.data + place->body_offset, "words", 5);
    return starts;
}

static void records_are_read_in_order(void **state)
{
    struct message_renderer renderer;
    struct message_record_place first;
    struct message_record_place second;

    (void)state;
    message_renderer_init(&renderer, &memory_default);
    assert_true(next(&renderer, "p", "a", &first));
    assert_int_equal(first.offset, 0);
    assert_int_equal(renderer.text.data[0], '#');
    assert_false(next(&renderer, "p", "a", &second));
    assert_int_equal(second.offset, first.length);
    assert_int_equal(renderer.text.data[renderer.text.length - 1], '\n');
    assert_int_equal(renderer.offset, second.offset + second.length);
    assert_true(next(&renderer, "p", "ab", &first));
    assert_true(next(&renderer, "pa", "b", &first)); /* the same letters, another conversation */
    assert_true(next(&renderer, "p", "ab", &first));
    message_renderer_free(&renderer);
}

static void source_type_follows_from_the_format(void **state)
{
    struct input opened = {.is_paste = 0};

    (void)state;
    assert_int_equal(records_source_type(&opened, "chatgpt"), CPK_SOURCE_CHAT_EXPORT);
    assert_int_equal(records_source_type(&opened, "markdown"), CPK_SOURCE_DOCUMENT);
    opened.is_paste = 1;
    assert_int_equal(records_source_type(&opened, "text"), CPK_SOURCE_TEXT);
    assert_int_equal(records_source_type(&opened, "claude"), CPK_SOURCE_CHAT_EXPORT);
    opened.source_type = CPK_SOURCE_URL;
    assert_int_equal(records_source_type(&opened, "text"), CPK_SOURCE_URL);
}

struct counted {
    int32_t messages;
    int32_t stop_at;
};

static cpk_status count(void *user, const cpk_message *message, cpk_error **error)
{
    struct counted *counted = user;

    (void)error;
    assert_non_null(message->text);
    return ++counted->messages == counted->stop_at ? CPK_ERROR_CANCELLED : CPK_OK;
}

static void input_is_read_once(void **state)
{
    static const char text[] = "[{\"title\":\"T\",\"conversation_id\":\"c\",\"current_node\":\"b\",\"mapping\":{"
                               "\"a\":{\"id\":\"a\",\"parent\":null,\"message\":{\"id\":\"a\",\"author\":{\"role\":"
                               "\"user\"},\"content\":{\"content_type\":\"text\",\"parts\":[\"One.\"]}}},"
                               "\"b\":{\"id\":\"b\",\"parent\":\"a\",\"message\":{\"id\":\"b\",\"author\":{\"role\":"
                               "\"assistant\"},\"content\":{\"content_type\":\"text\",\"parts\":[\"Two.\"]}}}}}]";
    cpk_input given = CPK_INPUT_INIT;
    struct counted counted = {0, -1};
    struct records_reader reader;
    struct import_report report;
    cpk_error *error = NULL;
    struct context context;
    struct input opened;
    struct op_context op;

    (void)state;
    context_init(&context);
    op_context_init(&op, &context, NULL);
    memset(&reader, 0, sizeof reader);
    reader.op = &op;
    given.data = text;
    given.length = sizeof text - 1;
    assert_ok(input_open(&op, &given, &opened, &error), error);
    assert_ok(records_read(&reader, &opened, count, &counted, &report, &error), error);
    assert_int_equal(counted.messages, 2);
    assert_int_equal(report.messages, 2);
    assert_string_equal(report.format, "chatgpt");
    input_rewind(&opened);
    counted.messages = 0;
    counted.stop_at = 1;
    assert_int_equal(records_read(&reader, &opened, count, &counted, NULL, NULL), CPK_ERROR_CANCELLED);
    assert_int_equal(counted.messages, 1);
    input_close(&opened);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_are_read_in_order),
        cmocka_unit_test(source_type_follows_from_the_format),
        cmocka_unit_test(input_is_read_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
