/* Replies of both protocols, in pieces of every size. */
#include "support/test.h"

#include "analyze/models/reply.h"
#include "base/memory.h"

#define MAX_BYTES 10000

static void read_reply(struct reply *reply, enum model_protocol protocol, const char *text, size_t size)
{
    size_t length = strlen(text);

    reply_init(reply, protocol, &memory_default, MAX_BYTES);
    for (size_t at = 0; at < length; at += size) {
        if (reply_add(reply, NULL, text + at, length - at < size ? length - at : size) != 0) {
            return;
        }
    }
    reply_end(reply);
}

/* `text` NULL: not complete. */
static void expect(enum model_protocol protocol, const char *body, enum reply_finish finish, const char *text)
{
    for (size_t size = 1; size <= strlen(body) + 1; size += size < 20 ? 1 : 37) {
        struct reply reply;

        read_reply(&reply, protocol, body, size);
        if (reply_is_complete(&reply) != (text != NULL) || reply.finish != finish ||
            (text != NULL && strcmp(buffer_text(reply_answer(&reply)), text) != 0)) {
            fail_msg("%s in pieces of %zu: %d, \"%s\"", body, size, reply.finish, buffer_text(reply_answer(&reply)));
        }
        reply_free(&reply);
    }
}

#define DELTA(text)    "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" text "\"}}]}\n\n"
#define FINISH(reason) "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"" reason "\"}]}\n\n"
#define DONE           "data: [DONE]\n\n"

static void stream_of_chat_completions(void **state)
{
    (void)state;
    expect(MODEL_OPENAI, DELTA("Hel") DELTA("lo") FINISH("stop") DONE, REPLY_STOP, "Hello");
    expect(MODEL_OPENAI, DELTA("Hel") DELTA("lo") FINISH("stop"), REPLY_STOP, "Hello");
    expect(MODEL_OPENAI, DELTA("Hello") DONE, REPLY_NONE, "Hello");
    expect(MODEL_OPENAI, DELTA("Hello"), REPLY_NONE, NULL);
    expect(MODEL_OPENAI, DELTA("Hel") "data: {\"choi", REPLY_NONE, NULL);
    expect(MODEL_OPENAI, ": wait\n\n" DELTA("\xc3\xbc") FINISH("length") DONE, REPLY_LENGTH, "\xc3\xbc");
    expect(MODEL_OPENAI, DELTA("a") FINISH("content_filter") DONE, REPLY_FILTERED, "a");
    expect(MODEL_OPENAI, "data: {\"choices\":[{\"delta\":{\"refusal\":\"I\"}}]}\n\n" FINISH("stop") DONE, REPLY_REFUSED,
           "");
    expect(MODEL_OPENAI, DELTA("a") "data: {\"error\":{\"message\":\"x\"}}\n\n" DONE, REPLY_NONE, NULL);
    expect(MODEL_OPENAI, DELTA("a") "event: error\ndata: {\"message\":\"x\"}\n\n" DONE, REPLY_NONE, NULL);
    expect(MODEL_OPENAI, DELTA("a") "data: nonsense\n\n" FINISH("stop") DONE, REPLY_NONE, NULL);
    expect(MODEL_OPENAI, DELTA("a") FINISH("error") DONE, REPLY_NONE, NULL);
    expect(MODEL_OPENAI, DELTA("a") FINISH("stop") DONE DELTA("b"), REPLY_STOP, "a");
    expect(MODEL_OPENAI, "data: {\"choices\":[{\"delta\":{\"content\":null}}]}\n\n" DELTA("a") FINISH("stop"),
           REPLY_STOP, "a");
    expect(MODEL_OPENAI, "data: {\"choices\":[{\"index\":1,\"delta\":{\"content\":\"b\"}}]}\n\n" DELTA("a") DONE,
           REPLY_NONE, "a");
}

static void stream_of_messages(void **state)
{
    static const char START[] = "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"content\":[],"
                                "\"usage\":{\"input_tokens\":5,\"cache_read_input_tokens\":3,\"output_tokens\":1}}}\n\n"
                                "event: ping\ndata: {\"type\": \"ping\"}\n\n";
    static const char STOP[] = "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n";
    char body[4096];

    (void)state;
#define CLAUDE(middle, stop)                                                                                           \
    (snprintf(body, sizeof body, "%s%s%s", START,                                                                      \
              middle "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"" stop      \
                     "\"},\"usage\":{\"output_tokens\":9}}\n\n",                                                       \
              STOP),                                                                                                   \
     body)
#define TEXT_DELTA(text)                                                                                               \
    "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":"             \
    "\"text_delta\",\"text\":\"" text "\"}}\n\n"
#define FORM_DELTA(text)                                                                                               \
    "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":1,\"delta\":{\"type\":"             \
    "\"input_json_delta\",\"partial_json\":\"" text "\"}}\n\n"
    expect(MODEL_ANTHROPIC, CLAUDE(TEXT_DELTA("Hel") TEXT_DELTA("lo"), "end_turn"), REPLY_STOP, "Hello");
    expect(MODEL_ANTHROPIC, CLAUDE(TEXT_DELTA("So:") FORM_DELTA("{\\\"a\\\"") FORM_DELTA(":1}"), "tool_use"),
           REPLY_STOP, "{\"a\":1}");
    expect(MODEL_ANTHROPIC, CLAUDE(TEXT_DELTA("a"), "max_tokens"), REPLY_LENGTH, "a");
    expect(MODEL_ANTHROPIC, CLAUDE(TEXT_DELTA("a"), "refusal"), REPLY_REFUSED, "a");
    expect(MODEL_ANTHROPIC, CLAUDE("", "model_context_window_exceeded"), REPLY_OVERFLOW, "");
    expect(MODEL_ANTHROPIC, TEXT_DELTA("a"), REPLY_NONE, NULL);
    expect(MODEL_ANTHROPIC,
           TEXT_DELTA("a") "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\"}}\n\n",
           REPLY_NONE, NULL);
    {
        struct reply reply;

        read_reply(&reply, MODEL_ANTHROPIC, CLAUDE(TEXT_DELTA("a"), "end_turn"), 11);
        assert_int_equal(reply.usage.input_tokens, 8);
        assert_int_equal(reply.usage.cached_tokens, 3);
        assert_int_equal(reply.usage.output_tokens, 9);
        reply_free(&reply);
    }
}

static void whole_documents(void **state)
{
    (void)state;
    expect(MODEL_OPENAI, "{\"choices\":[{\"message\":{\"content\":\"Hi\"},\"finish_reason\":\"stop\"}],\"usage\":{}}",
           REPLY_STOP, "Hi");
    expect(MODEL_OPENAI,
           "{\"choices\":[{\"message\":{\"content\":[{\"type\":\"text\",\"text\":\"H\"},{\"type\":\"text\",\"text\":"
           "\"i\"}]},\"finish_reason\":\"stop\"}]}",
           REPLY_STOP, "Hi");
    expect(MODEL_OPENAI, "{\"choices\":[{\"message\":{\"content\":\"Hi\"},\"finish_rea", REPLY_NONE, NULL);
    expect(MODEL_OPENAI, "<html>Welcome to nginx!</html>", REPLY_NONE, NULL);
    expect(MODEL_OPENAI, "{}", REPLY_NONE, NULL);
    expect(MODEL_OPENAI, "[]", REPLY_NONE, NULL);
    expect(MODEL_OPENAI, "", REPLY_NONE, NULL);
    expect(MODEL_ANTHROPIC,
           "{\"type\":\"message\",\"content\":[{\"type\":\"tool_use\",\"input\":{\"a\": [1]}}],\"stop_reason\":"
           "\"tool_use\"}",
           REPLY_STOP, "{\"a\":[1]}");
    expect(MODEL_ANTHROPIC, "{\"type\":\"error\",\"error\":{\"type\":\"x\"}}", REPLY_NONE, NULL);
}

static void usage_of_chat_completions(void **state)
{
    static const char BODY[] =
        FINISH("stop") "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":1000,\"completion_tokens\":50,"
                       "\"prompt_tokens_details\":{\"cached_tokens\":400},\"completion_tokens_details\":"
                       "{\"reasoning_tokens\":20}}}\n\n" DONE;
    struct reply reply;

    (void)state;
    read_reply(&reply, MODEL_OPENAI, BODY, 3);
    assert_int_equal(reply.usage.input_tokens, 1000);
    assert_int_equal(reply.usage.cached_tokens, 400);
    assert_int_equal(reply.usage.output_tokens, 50);
    assert_int_equal(reply.usage.reasoning_tokens, 20);
    reply_free(&reply);
    read_reply(&reply, MODEL_OPENAI,
               "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":-5,\"completion_tokens\":50000000000}}\n\n", 9);
    assert_int_equal(reply.usage.input_tokens, 0);
    assert_int_equal(reply.usage.output_tokens, 1000000000);
    reply_free(&reply);
}

static void long_answers_are_refused(void **state)
{
    static const char PIECE[] = DELTA("0123456789012345678901234567890123456789");
    struct reply reply;
    int32_t pieces = 0;

    (void)state;
    reply_init(&reply, MODEL_OPENAI, &memory_default, MAX_BYTES);
    while (reply_add(&reply, NULL, PIECE, sizeof PIECE - 1) == 0) {
        assert_true(++pieces < 1000);
    }
    assert_true(reply.is_too_long && reply.text.length <= MAX_BYTES);
    reply_free(&reply);
    reply_init(&reply, MODEL_OPENAI, &memory_default, MAX_BYTES);
    while (reply_add(&reply, "application/json", "{                ", 16) == 0) {
        assert_true(++pieces < 2000);
    }
    assert_true(reply.is_too_long && reply.body.length <= MAX_BYTES);
    reply_free(&reply);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stream_of_chat_completions),
        cmocka_unit_test(stream_of_messages),
        cmocka_unit_test(whole_documents),
        cmocka_unit_test(usage_of_chat_completions),
        cmocka_unit_test(long_answers_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
