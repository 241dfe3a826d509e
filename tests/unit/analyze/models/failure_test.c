/* What servers' errors mean, in the words that they use. */
#include "support/test.h"

#include "analyze/models/failure.h"
#include "base/memory.h"

struct failure_case {
    int32_t status;
    int32_t outcome;
    int32_t is_transient;
    const char *body;
};

static const struct failure_case CASES[] = {
    /* too long, as many servers say it */
    {400, CPK_ANSWER_CONTEXT_OVERFLOW, 0,
     "{\"error\":{\"message\":\"This model's maximum context length is 8192 tokens. However, your messages resulted in "
     "9000 tokens.\",\"type\":\"invalid_request_error\",\"param\":\"messages\",\"code\":\"context_length_exceeded\"}}"},
    {400, CPK_ANSWER_CONTEXT_OVERFLOW, 0,
     "{\"object\":\"error\",\"message\":\"This model's maximum context length is 4096 tokens.\",\"type\":"
     "\"BadRequestError\",\"param\":null,\"code\":400}"},
    {400, CPK_ANSWER_CONTEXT_OVERFLOW, 0,
     "{\"error\":{\"code\":400,\"message\":\"the request exceeds the available context size\",\"type\":"
     "\"exceed_context_size_error\",\"n_prompt_tokens\":5000,\"n_ctx\":4096}}"},
    {500, CPK_ANSWER_CONTEXT_OVERFLOW, 0,
     "{\"error\":{\"message\":\"Requested tokens (3000) exceed context window of 2048\",\"type\":"
     "\"internal_server_error\"}}"},
    {400, CPK_ANSWER_CONTEXT_OVERFLOW, 0,
     "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"prompt is too long: 210000 "
     "tokens > "
     "200000 maximum\"}}"},
    {400, CPK_ANSWER_CONTEXT_OVERFLOW, 0,
     "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"input length and `max_tokens` "
     "exceed context limit: 199000 + 8192 > 200000\"}}"},
    {413, CPK_ANSWER_CONTEXT_OVERFLOW, 0, "<html>413 Request Entity Too Large</html>"},
    {429, CPK_ANSWER_CONTEXT_OVERFLOW, 0,
     "{\"error\":{\"message\":\"Request too large for gpt-x on tokens per min (TPM): Limit 30000, Requested 40000.\","
     "\"type\":\"tokens\",\"code\":\"rate_limit_exceeded\"}}"},
    /* money */
    {429, CPK_ANSWER_QUOTA_EXHAUSTED, 0,
     "{\"error\":{\"message\":\"You exceeded your current quota, please check your plan and billing "
     "details.\",\"type\":"
     "\"insufficient_quota\",\"code\":\"insufficient_quota\"}}"},
    {402, CPK_ANSWER_QUOTA_EXHAUSTED, 0,
     "{\"error\":{\"message\":\"This request requires more credits\",\"code\":402}}"},
    {402, CPK_ANSWER_QUOTA_EXHAUSTED, 0, ""},
    {400, CPK_ANSWER_QUOTA_EXHAUSTED, 0,
     "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"Your credit balance is too low "
     "to "
     "access the API.\"}}"},
    /* filters */
    {400, CPK_ANSWER_FILTERED, 0,
     "{\"error\":{\"message\":\"The response was filtered due to the prompt triggering Azure OpenAI's content "
     "management "
     "policy.\",\"code\":\"content_filter\",\"param\":\"prompt\",\"innererror\":{\"code\":"
     "\"ResponsibleAIPolicyViolation\"}}}"},
    {403, CPK_ANSWER_FILTERED, 0,
     "{\"error\":{\"code\":403,\"message\":\"This model requires moderation; your input was "
     "flagged\",\"metadata\":{\"reasons\":[\"x\"]}}}"},
    /* keys */
    {401, CPK_ANSWER_UNAUTHENTICATED, 0,
     "{\"error\":{\"message\":\"Incorrect API key provided\",\"code\":\"invalid_api_key\"}}"},
    {401, CPK_ANSWER_UNAUTHENTICATED, 0,
     "{\"type\":\"error\",\"error\":{\"type\":\"authentication_error\",\"message\":\"invalid x-api-key\"}}"},
    {403, CPK_ANSWER_UNAUTHENTICATED, 0, "Forbidden"},
    /* limits and load */
    {429, CPK_ANSWER_RATE_LIMITED, 1,
     "{\"error\":{\"message\":\"Rate limit reached for requests\",\"type\":\"requests\"}}"},
    {429, CPK_ANSWER_RATE_LIMITED, 1, ""},
    {429, CPK_ANSWER_RATE_LIMITED, 1,
     "{\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\",\"message\":\"This request would exceed your "
     "organization's rate limit of 40,000 input tokens per minute\"}}"},
    {529, CPK_ANSWER_OVERLOADED, 1,
     "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}"},
    {503, CPK_ANSWER_OVERLOADED, 1, "{\"error\":{\"message\":\"Loading model\",\"type\":\"unavailable_error\"}}"},
    {500, CPK_ANSWER_OVERLOADED, 1, "{\"error\":{\"message\":\"That model is currently overloaded\"}}"},
    /* others */
    {500, CPK_ANSWER_COMPLETE, 1, "<html>Internal Server Error</html>"},
    {502, CPK_ANSWER_COMPLETE, 1, ""},
    {504, CPK_ANSWER_COMPLETE, 1, "upstream timed out"},
    {408, CPK_ANSWER_COMPLETE, 1, ""},
    {409, CPK_ANSWER_COMPLETE, 1, ""},
    {404, CPK_ANSWER_COMPLETE, 0, "{\"error\":\"model \\\"x\\\" not found, try pulling it first\"}"},
    {400, CPK_ANSWER_COMPLETE, 0, "{\"error\":{\"message\":\"Invalid value\",\"param\":\"n\"}}"},
    {422, CPK_ANSWER_COMPLETE, 0, "{\"detail\":[{\"loc\":[\"body\",\"response_format\",\"type\"],\"msg\":\"bad\"}]}"},
    {301, CPK_ANSWER_COMPLETE, 0, ""},
};

static void errors_are_told_apart(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        const struct failure_case *one = &CASES[i];
        struct failure failure;

        assert_int_equal(failure_read(&failure, one->status, one->body, strlen(one->body), &memory_default), CPK_OK);
        if (failure.outcome != one->outcome || failure_is_transient(&failure) != one->is_transient) {
            fail_msg("%d %s: %d, %d", one->status, one->body, failure.outcome, failure_is_transient(&failure));
        }
    }
}

static struct failure read(const char *body)
{
    struct failure failure;

    assert_int_equal(failure_read(&failure, 400, body, strlen(body), &memory_default), CPK_OK);
    return failure;
}

static void message_of_the_server_is_one_clean_line(void **state)
{
    static char body[5000] = "{\"error\":{\"message\":\"a\\nb\\u0000c ";
    struct failure failure;

    (void)state;
    assert_string_equal(read("{\"error\":\"no\"}").message, "no");
    assert_string_equal(read("{\"error\":\"Bad Request\",\"message\":\"no\"}").message, "no");
    assert_string_equal(read("[{\"error\":{\"message\":\"no\"}}]").message, "no");
    assert_string_equal(read("{\"detail\":\"no\"}").message, "no");
    assert_string_equal(read("no\nyes").message, "no");
    assert_string_equal(read("<html>no</html>").message, "");
    assert_string_equal(read("{\"error\":7}").message, "7");
    assert_string_equal(read("{\"error\":{\"message\":{\"message\":\"no\"}}}").message, "no");
    assert_string_equal(read("{\"error\":").message, "");
    /* what FastAPI quotes of the request stays out */
    failure = read("{\"detail\":[{\"loc\":[\"body\",\"messages\",0],\"msg\":\"bad\",\"input\":\"SECRET\"}]}");
    assert_string_equal(failure.message, "bad");
    assert_true(failure_names(&failure, "messages"));
    memset(body + strlen(body), 'x', 3000);
    memcpy(body + strlen(body), "\"}}", 3);
    failure = read(body);
    assert_true(strlen(failure.message) > 200 && strlen(failure.message) < FAILURE_MESSAGE_BYTES);
    assert_null(strpbrk(failure.message, "\r\n"));
}

static void errors_in_a_stream_stand_for_a_status(void **state)
{
    static const struct {
        const char *error;
        int32_t status;
        int32_t outcome;
    } EVENTS[] = {
        {"{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}", 529, CPK_ANSWER_OVERLOADED},
        {"{\"type\":\"rate_limit_error\"}", 429, CPK_ANSWER_RATE_LIMITED},
        {"{\"type\":\"api_error\"}", 500, CPK_ANSWER_COMPLETE},
        {"{\"code\":502,\"message\":\"Provider disconnected\"}", 502, CPK_ANSWER_COMPLETE},
        {"{\"code\":\"context_length_exceeded\"}", 400, CPK_ANSWER_CONTEXT_OVERFLOW},
        {"\"something\"", 500, CPK_ANSWER_COMPLETE},
    };

    (void)state;
    for (size_t i = 0; i < sizeof EVENTS / sizeof EVENTS[0]; i++) {
        struct failure failure;
        struct json_doc doc;

        json_doc_init(&doc, &memory_default);
        assert_int_equal(json_doc_read(&doc, EVENTS[i].error, strlen(EVENTS[i].error), 8, 100), CPK_OK);
        failure_read_event(&failure, json_doc_root(&doc));
        assert_int_equal(failure.status, EVENTS[i].status);
        assert_int_equal(failure.outcome, EVENTS[i].outcome);
        json_doc_free(&doc);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(errors_are_told_apart),
        cmocka_unit_test(message_of_the_server_is_one_clean_line),
        cmocka_unit_test(errors_in_a_stream_stand_for_a_status),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
