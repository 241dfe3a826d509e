#include "support/test.h"

#include "base/memory.h"
#include "model/message_record.h"
#include "processing/chunk_messages.h"

#define WORDS "0123456789"

/* Three records of the same words, and the index beside them. */
struct extracted {
    struct buffer text;
    struct buffer index;
    struct message_record_place places[3];
};

static void extract(struct extracted *extracted)
{
    cpk_message message = {.struct_size = sizeof message,
                           .flags = CPK_MESSAGE_ACTIVE_BRANCH,
                           .role = CPK_ROLE_USER,
                           .kind = CPK_KIND_TEXT,
                           .time_us = CPK_TIME_UNKNOWN,
                           .provider = "text",
                           .conversation_id = "c",
                           .conversation_title = "T",
                           .message_id = "m",
                           .text = WORDS,
                           .text_length = sizeof WORDS - 1};

    buffer_init(&extracted->text, &memory_default);
    buffer_init(&extracted->index, &memory_default);
    for (size_t i = 0; i < 3; i++) {
        memset(&extracted->places[i], 0, sizeof extracted->places[i]);
        extracted->places[i].offset = (int64_t)extracted->text.length;
        message_record_render(&extracted->text, &message, i == 0, &extracted->places[i]);
        message_record_write_index(&extracted->index, &message, &extracted->places[i]);
    }
}

static void release(struct extracted *extracted)
{
    buffer_free(&extracted->text);
    buffer_free(&extracted->index);
}

/* The messages of the bytes from `from` to `to`. */
static struct chunk_messages cut(struct arena *arena, const struct extracted *extracted, int64_t from, int64_t to)
{
    struct chunk_messages messages;
    cpk_error *error = NULL;

    assert_ok(chunk_messages_read(arena,
                                  &(struct chunk_bytes){extracted->text.data + from, (size_t)(to - from), from,
                                                        extracted->index.data, extracted->index.length},
                                  &messages, &error),
              error);
    return messages;
}

static void assert_text(const cpk_message *message, const char *text)
{
    assert_int_equal(message->text_length, strlen(text));
    assert_memory_equal(message->text, text, message->text_length);
}

static void chunk_has_its_part_of_each_message(void **state)
{
    struct extracted extracted;
    struct chunk_messages messages;
    int64_t body;
    struct arena arena;

    (void)state;
    extract(&extracted);
    arena_init(&arena, &memory_default);
    messages = cut(&arena, &extracted, 0, (int64_t)extracted.text.length);
    assert_int_equal(messages.count, 3);
    assert_text(&messages.items[2], WORDS);
    body = extracted.places[1].offset + extracted.places[1].body_offset;
    messages = cut(&arena, &extracted, body + 4, body + 7); /* inside the second one */
    assert_int_equal(messages.count, 1);
    assert_text(&messages.items[0], "456");
    messages = cut(&arena, &extracted, extracted.places[1].offset, body); /* its heading alone */
    assert_int_equal(messages.count, 0);
    messages = cut(&arena, &extracted, body + 9, (int64_t)extracted.text.length);
    assert_int_equal(messages.count, 2);
    assert_text(&messages.items[0], "9");
    arena_free(&arena);
    release(&extracted);
}

static void index_out_of_range_is_rejected(void **state)
{
    static const char *const lines[] = {
        "{\"offset\":9223372036854775000,\"length\":807,\"body\":1,\"body_length\":2}\n",
        "{\"offset\":0,\"length\":9223372036854775807,\"body\":2,\"body_length\":9223372036854775805}\n",
        "{\"offset\":50,\"length\":10,\"body\":0,\"body_length\":10}",
    };
    static const size_t lengths[] = {0, 1, 0};
    cpk_error *error = NULL;
    struct arena arena;

    (void)state;
    arena_init(&arena, &memory_default);
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        struct chunk_messages messages;

        assert_ok(chunk_messages_read(&arena, &(struct chunk_bytes){"abc", 3, 0, lines[i], strlen(lines[i])}, &messages,
                                      &error),
                  error);
        assert_int_equal(messages.count, lengths[i] > 0);
        if (messages.count > 0) {
            assert_string_equal(messages.items[0].text, "c");
        }
    }
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chunk_has_its_part_of_each_message),
        cmocka_unit_test(index_out_of_range_is_rejected),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
