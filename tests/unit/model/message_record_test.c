#include "support/test.h"

#include "base/memory.h"
#include "model/message_record.h"

static cpk_message sample_message(void)
{
    static const cpk_attachment attachments[] = {{"f1", "plan\n.pdf", "application/pdf", 120}, {NULL, NULL, NULL, -1}};
    cpk_message message = {.struct_size = sizeof message,
                           .flags = CPK_MESSAGE_ACTIVE_BRANCH,
                           .role = CPK_ROLE_USER,
                           .kind = CPK_KIND_TEXT,
                           .time_us = INT64_C(1709288525000000),
                           .provider = "chatgpt",
                           .conversation_id = "c1",
                           .conversation_title = "A \"title\"\n# forged",
                           .message_id = "m1",
                           .parent_id = "m0",
                           .model = "gpt",
                           .text = "Words.\n# not a heading of ours",
                           .text_length = 30,
                           .attachments = attachments,
                           .attachment_count = 2};

    return message;
}

static void record_matches_its_place(void **state)
{
    cpk_message message = sample_message();
    struct message_record_place place = {0, 0, 0, 0, 0};
    struct buffer text;

    (void)state;
    buffer_init(&text, &memory_default);
    buffer_append_text(&text, "before");
    message_record_render(&text, &message, 1, &place);
    assert_string_equal(text.data, "before# A \"title\" # forged\n\n## user, 2024-03-01 10:22\n\n"
                                   "[attached: plan .pdf]\nWords.\n# not a heading of ours\n\n");
    assert_int_equal(place.length, text.length - 6);
    assert_int_equal(place.body_length, 30);
    assert_memory_equal(text.data + 6 + place.body_offset, message.text, 30);
    buffer_clear(&text);
    message.flags = 0;
    message.kind = CPK_KIND_THINKING;
    message.time_us = CPK_TIME_UNKNOWN;
    message.attachment_count = 0;
    message_record_render(&text, &message, 0, &place);
    assert_memory_equal(text.data, "## user (thinking), other branch\n\nWords", 38);
    buffer_free(&text);
}

static void index_line_round_trips(void **state)
{
    cpk_message message = sample_message();
    struct message_record_place place = {100, 60, 20, 30, 12};
    struct message_record_place place_back;
    cpk_message back;
    cpk_error *error = NULL;
    struct buffer line;
    struct arena arena;

    (void)state;
    buffer_init(&line, &memory_default);
    arena_init(&arena, &memory_default);
    message_record_write_index(&line, &message, &place);
    assert_int_equal(line.data[line.length - 1], '\n');
    assert_null(memchr(line.data, '\n', line.length - 1));
    assert_ok(message_record_read_index(&arena, line.data, line.length - 1, &back, &place_back, &error), error);
    assert_memory_equal(&place_back, &place, sizeof place);
    assert_string_equal(back.conversation_title, message.conversation_title);
    assert_string_equal(back.provider, "chatgpt");
    assert_string_equal(back.conversation_id, "c1");
    assert_string_equal(back.message_id, "m1");
    assert_string_equal(back.parent_id, "m0");
    assert_string_equal(back.model, "gpt");
    assert_int_equal(back.role, CPK_ROLE_USER);
    assert_int_equal(back.flags, CPK_MESSAGE_ACTIVE_BRANCH);
    assert_int_equal(back.time_us, message.time_us);
    assert_int_equal(back.attachment_count, 2);
    assert_string_equal(back.attachments[0].name, "plan\n.pdf");
    assert_null(back.attachments[1].name);
    assert_int_equal(back.attachments[1].size_bytes, -1);
    assert_null(back.text);
    arena_free(&arena);
    buffer_free(&line);
}

static void damaged_index_line_is_rejected(void **state)
{
    static const char *const lines[] = {
        "",
        "{",
        "[]",
        "null",
        "{}",
        "{\"offset\":0,\"length\":10,\"body\":4}",
        "{\"offset\":-1,\"length\":10,\"body\":4,\"body_length\":2}",
        "{\"offset\":0,\"length\":10,\"body\":4,\"body_length\":7}",
        "{\"offset\":0,\"length\":10,\"body\":9223372036854775807,\"body_length\":9223372036854775807}",
        "{\"offset\":9223372036854775807,\"length\":1,\"body\":0,\"body_length\":0}",
        "{\"offset\":\"0\",\"length\":10,\"body\":4,\"body_length\":2}",
        "{\"offset\":0,\"length\":10,\"body\":4,\"body_length\":2} x",
        "[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]",
    };
    cpk_error *error = NULL;
    struct arena arena;

    (void)state;
    arena_init(&arena, &memory_default);
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        struct message_record_place place;
        cpk_message message;

        if (message_record_read_index(&arena, lines[i], strlen(lines[i]), &message, &place, &error) !=
            CPK_ERROR_INVALID_DATA) {
            fail_msg("taken: %s", lines[i]);
        }
        cpk_error_free(error);
        error = NULL;
    }
    arena_free(&arena);
}

static void members_of_wrong_type_are_ignored(void **state)
{
    static const char line[] = "{\"offset\":0,\"length\":10,\"body\":4,\"body_length\":2,\"provider\":7,\"title\":null,"
                               "\"role\":\"user\",\"attachments\":[3,{\"name\":[]}],\"more\":{}}";
    cpk_error *error = NULL;
    struct message_record_place place;
    cpk_message message;
    struct arena arena;

    (void)state;
    arena_init(&arena, &memory_default);
    assert_ok(message_record_read_index(&arena, line, sizeof line - 1, &message, &place, &error), error);
    assert_string_equal(message.provider, "");
    assert_string_equal(message.conversation_title, "");
    assert_int_equal(message.role, CPK_ROLE_UNKNOWN);
    assert_int_equal(message.time_us, CPK_TIME_UNKNOWN);
    assert_int_equal(message.attachment_count, 2);
    assert_null(message.attachments[0].name);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(record_matches_its_place),
        cmocka_unit_test(index_line_round_trips),
        cmocka_unit_test(damaged_index_line_is_rejected),
        cmocka_unit_test(members_of_wrong_type_are_ignored),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
