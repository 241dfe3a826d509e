/* Pages and responses of shared conversations, and pages that are shown instead of them. */
#include "support/test.h"

#include "extract/shares/script_text.h"
#include "extract/shares/turbo_stream.h"
#include "unit/extract/input.h"

static const char QUESTION[] = "Which bread keeps best? <b>Rye</b> & \"spelt\" \n \xF0\x9F\x8D\x9E";
static const char ANSWER[] = "Rye keeps for a week.\n\n- wrap it\n- keep it dry";

static void assert_message(const struct input *input, size_t index, const char *id, int32_t role, const char *text)
{
    const struct recorded_message *message = &input->recorder.messages[index];

    assert_true(index < input->recorder.count);
    if (id != NULL) {
        assert_string_equal(message->message_id, id);
    }
    assert_int_equal(message->role, role);
    assert_string_equal(message->text, text);
    if (index > 0) {
        assert_string_equal(message->parent_id, input->recorder.messages[index - 1].message_id);
    } else {
        assert_null(message->parent_id);
    }
}

/* The same conversation in each form of the page. */
static void assert_bread(const char *path, const char *conversation_id)
{
    struct input input;

    input_init(&input);
    assert_ok(input_read_data(&input, path), input.error);
    assert_string_equal(input.report.format, "chatgpt");
    assert_int_equal(input.recorder.count, 5);
    assert_string_equal(input.recorder.messages[0].conversation_id, conversation_id);
    assert_string_equal(input.recorder.messages[0].conversation_title, "Bread that keeps");
    assert_message(&input, 0, "s1", CPK_ROLE_SYSTEM, "A hidden text.");
    assert_true((input.recorder.messages[0].flags & CPK_MESSAGE_HIDDEN) != 0);
    assert_message(&input, 1, "u1", CPK_ROLE_USER, QUESTION);
    assert_message(&input, 2, "a1", CPK_ROLE_ASSISTANT, ANSWER);
    assert_message(&input, 3, "u2", CPK_ROLE_USER, "And in summer?");
    assert_message(&input, 4, "a2", CPK_ROLE_ASSISTANT, "Freeze half of it.");
    assert_string_equal(input.recorder.messages[2].model, "gpt-test");
    assert_int_equal(input.recorder.messages[1].time_us, INT64_C(1780000001500000));
    for (size_t i = 0; i < 5; i++) {
        assert_true((input.recorder.messages[i].flags & CPK_MESSAGE_ACTIVE_BRANCH) != 0);
    }
    input_free(&input);
}

static void chatgpt_stream_is_read(void **state)
{
    (void)state;
    assert_bread("shares/chatgpt-stream.html", "conversation-1"); /* that of the export, not of the share */
}

static void chatgpt_post_is_read(void **state)
{
    (void)state;
    assert_bread("shares/chatgpt-post.html", "post-1");
}

static void chatgpt_next_data_is_read(void **state)
{
    (void)state;
    assert_bread("shares/chatgpt-next.html", "conversation-1");
}

static void chatgpt_saved_page_is_read(void **state)
{
    struct input input;

    (void)state;
    input_init(&input);
    assert_ok(input_read_data(&input, "shares/chatgpt-saved.html"), input.error);
    assert_string_equal(input.report.format, "chatgpt");
    assert_int_equal(input.recorder.count, 2);
    assert_string_equal(input.recorder.messages[0].conversation_id, "share-1");
    assert_string_equal(input.recorder.messages[0].conversation_title, "Bread that keeps");
    assert_message(&input, 0, "u1", CPK_ROLE_USER, "Which bread keeps best?");
    assert_message(&input, 1, "a1", CPK_ROLE_ASSISTANT, ANSWER);
    input_free(&input);
}

static void other_saved_pages_are_read(void **state)
{
    static const struct {
        const char *path;
        const char *provider;
        const char *question;
        const char *answer;
        size_t count;
    } PAGES[] = {
        {"shares/copilot-saved.html", "copilot", "Which plant needs little light?", "A cast iron plant.", 2},
        {"shares/deepseek-saved.html", "deepseek", "How hot should tea water be?", "About 80 degrees for green tea.",
         3},
        {"shares/perplexity-saved.html", "perplexity", "Why are there tides?", "Because of the Moon.", 2},
    };

    (void)state;
    for (size_t i = 0; i < sizeof PAGES / sizeof PAGES[0]; i++) {
        struct input input;

        input_init(&input);
        assert_ok(input_read_data(&input, PAGES[i].path), input.error);
        assert_string_equal(input.report.format, PAGES[i].provider);
        assert_int_equal(input.recorder.count, PAGES[i].count);
        assert_message(&input, 0, NULL, CPK_ROLE_USER, PAGES[i].question);
        assert_message(&input, PAGES[i].count - 1, NULL, CPK_ROLE_ASSISTANT, PAGES[i].answer);
        if (PAGES[i].count == 3) {
            assert_int_equal(input.recorder.messages[1].kind, CPK_KIND_THINKING);
            assert_true((input.recorder.messages[1].flags & CPK_MESSAGE_HIDDEN) != 0);
        }
        input_free(&input);
    }
}

static void poe_is_read(void **state)
{
    struct input input;

    (void)state;
    input_init(&input);
    assert_ok(input_read_data(&input, "shares/poe.html"), input.error);
    assert_string_equal(input.report.format, "poe");
    assert_int_equal(input.recorder.count, 2);
    assert_string_equal(input.recorder.messages[0].conversation_id, "code1");
    assert_message(&input, 0, NULL, CPK_ROLE_USER, "What is the capital of Peru?");
    assert_message(&input, 1, NULL, CPK_ROLE_ASSISTANT, "Lima.");
    assert_string_equal(input.recorder.messages[1].model, "Assistant");
    input_free(&input);
}

static void gemini_response_is_read(void **state)
{
    struct input input;

    (void)state;
    input_init(&input);
    assert_ok(input_read_data(&input, "shares/gemini.txt"), input.error);
    assert_string_equal(input.report.format, "gemini");
    assert_int_equal(input.recorder.count, 4);
    assert_string_equal(input.recorder.messages[0].conversation_id, "c_1");
    assert_string_equal(input.recorder.messages[0].conversation_title, "Ferns");
    assert_message(&input, 0, "r_1", CPK_ROLE_USER, "How do I water a fern?");
    assert_message(&input, 1, "r_1/2", CPK_ROLE_ASSISTANT, "Keep it **moist**.");
    assert_message(&input, 2, "r_2/2", CPK_ROLE_ASSISTANT, "Or use a tray.");
    assert_message(&input, 3, "r_3", CPK_ROLE_USER, "Thanks");
    assert_int_equal(input.recorder.messages[0].time_us, INT64_C(1780000000000000));
    input_free(&input);
}

static void claude_snapshot_is_read(void **state)
{
    struct input input;

    (void)state;
    input_init(&input);
    assert_ok(input_read_data(&input, "shares/claude.json"), input.error);
    assert_string_equal(input.report.format, "claude");
    assert_int_equal(input.recorder.count, 2);
    assert_string_equal(input.recorder.messages[0].conversation_id, "conversation-2");
    assert_string_equal(input.recorder.messages[0].conversation_title, "Sorting");
    assert_message(&input, 0, "m1", CPK_ROLE_USER, "How do I sort a list?");
    assert_message(&input, 1, "m2", CPK_ROLE_ASSISTANT, "Use sorted().");
    input_free(&input);
}

static void grok_response_is_read(void **state)
{
    struct input input;

    (void)state;
    input_init(&input);
    assert_ok(input_read_data(&input, "shares/grok.json"), input.error);
    assert_string_equal(input.report.format, "grok");
    assert_int_equal(input.recorder.count, 2);
    assert_string_equal(input.recorder.messages[0].conversation_id, "g1");
    assert_string_equal(input.recorder.messages[0].conversation_title, "Herbs");
    assert_message(&input, 0, "r1", CPK_ROLE_USER, "Which herbs like shade?");
    assert_message(&input, 1, "r2", CPK_ROLE_ASSISTANT, "Mint and parsley.");
    input_free(&input);
}

static void gates_are_told_apart(void **state)
{
    static const struct {
        const char *path;
        const char *native;
    } CASES[] = {
        {"shares/challenge.html", "challenge"},
        {"shares/login.html", "login"},
        {"shares/deleted.html", "deleted"},
        {"shares/private.html", "private"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        struct input input;

        input_init(&input);
        assert_int_equal(input_read_data(&input, CASES[i].path), CPK_ERROR_NO_CONTENT);
        assert_string_equal(cpk_error_native(input.error), CASES[i].native);
        assert_int_equal(input.recorder.count, 0);
        input_free(&input);
    }
}

static void long_page_about_logins_is_a_document(void **state)
{
    char page[8192] = "<html><title>Log in pages, and how to make them</title><h1>Log in</h1>";
    struct input input;

    (void)state;
    for (size_t i = 0; i < 60; i++) {
        strcat(page, "<p>Please sign in is what such pages say, in many forms.</p>");
    }
    input_init(&input);
    assert_ok(input_read_text(&input, "page.html", page), input.error);
    assert_string_equal(input.report.format, "html");
    input_free(&input);
}

static void literals_are_decoded(void **state)
{
    static const struct {
        const char *literal;
        const char *text;
        size_t taken;
    } CASES[] = {
        {"\"a\" rest", "a", 3},
        {"'it\\'s'", "it's", 7},
        {"\"\\n\\t\\\\\\/\\\"\"", "\n\t\\/\"", 12},
        {"\"\\u0041\\x42\"", "AB", 12},
        {"\"\\ud83c\\udf5e\"", "\xF0\x9F\x8D\x9E", 14},
        {"\"\\ud83c\"", "\xEF\xBF\xBD", 8},
        {"\"\\ud83c\\u0041\"",
         "\xEF\xBF\xBD"
         "A",
         14},
        {"\"\\uZZ\"", "uZZ", 6},
        {"\"open", "open", 0},
        {"\"open\\", "open", 0},
        {"\"\"", "", 2},
    };

    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        struct context context;
        struct buffer text;

        context_init(&context);
        buffer_init(&text, &context.allocator);
        assert_int_equal(script_append_literal(&text, CASES[i].literal, strlen(CASES[i].literal)), CASES[i].taken);
        assert_string_equal(buffer_text(&text), CASES[i].text);
        buffer_free(&text);
        context_free(&context);
    }
}

/* Lines of a stream, and the JSON of value 0. NULL: an error that names the setting in `limit`. */
static const struct {
    const char *lines;
    const char *json;
    const char *limit;
} STREAMS[] = {
    {"[{\"_1\":2},\"a\",[3,4,-5]]\n", "{\"a\":[null,null,null]}", NULL},
    {"[{\"_1\":2},\"a\",[3,4,-5],1.50,\"x\\u0041\"]", "{\"a\":[1.50,\"x\\u0041\",null]}", NULL},
    {"[[-1,-2,-3,-4,-5,-6,-7,-8,99]]", "[null,null,null,0,null,null,null,null,null]", NULL},
    {"[{\"_1\":2},\"d\",[\"D\",1700000000000]]", "{\"d\":1700000000000}", NULL},
    {"[[1,2,3,4],[\"U\",\"https://a\"],[\"B\",\"12\"],[\"R\",\"x+\",\"g\"],[\"Y\",\"s\"]]",
     "[\"https://a\",\"12\",\"x+\",\"s\"]", NULL},
    {"[[1,3],[\"S\",2],7,[\"M\",2,2]]", "[[7],[7,7]]", NULL},
    {"[[\"N\",{\"_1\":2}],\"k\",true]", "{\"k\":true}", NULL},
    {"[[1],[\"E\",\"boom\",\"TypeError\"]]", "[\"boom\"]", NULL},
    {"[[1],[\"P\",1]]\nP1:[{\"_3\":4},\"k\",5]\n", "[{\"k\":5}]", NULL},
    {"[[1],[\"P\",1]]\nP1:-5\n", "[null]", NULL},
    {"[[1],[\"P\",1]]\nE1:[[\"E\",\"boom\"]]\n", "[\"boom\"]", NULL},
    {"[[1],[\"P\",9]]\n", "[null]", NULL},
    {"[[1],[\"P\",1]]\nP1:1\n", "[null]", NULL}, /* it resolves to itself */
    {"[[1],[\"Z\",2],5]", "[5]", NULL},
    {"[[1,1],{\"_2\":3},\"k\",4]", "[{\"k\":4},{\"k\":4}]", NULL},
    {"[{\"_1\":1,\"x\":1,\"_\":1,\"_9\":1,\"_2\":2},\"a\",5]", "{\"a\":\"a\"}", NULL},
    {"[[1]]\nnot a line\n", "[null]", NULL},
    {"[[0]]", NULL, "import.max_json_depth"},
    {"[{\"_1\":0},\"a\"]", NULL, "import.max_json_depth"},
    {"not a stream", "null", NULL},
};

static cpk_status pass_progress(void *self, int64_t done_bytes, cpk_error **error)
{
    (void)self;
    (void)done_bytes;
    (void)error;
    return CPK_OK;
}

static void streams_are_decoded(void **state)
{
    const cpk_sink sink = {sizeof sink, 0, NULL, NULL, NULL, pass_progress};

    (void)state;
    for (size_t i = 0; i < sizeof STREAMS / sizeof STREAMS[0]; i++) {
        struct turbo_stream stream;
        struct context context;
        struct buffer json;
        cpk_error *error = NULL;
        cpk_status status;

        context_init(&context);
        buffer_init(&json, &context.allocator);
        turbo_stream_init(&stream, &context, &sink);
        assert_ok(turbo_stream_read(&stream, STREAMS[i].lines, strlen(STREAMS[i].lines), &error), error);
        status = turbo_append_json(&stream, turbo_value(&stream, 0), NULL, &json, &error);
        if (STREAMS[i].json == NULL) {
            assert_int_equal(status, CPK_ERROR_LIMIT_EXCEEDED);
            assert_says(cpk_error_message(error), STREAMS[i].limit);
        } else {
            assert_ok(status, error);
            assert_string_equal(buffer_text(&json), STREAMS[i].json);
        }
        cpk_error_free(error);
        turbo_stream_free(&stream);
        buffer_free(&json);
        context_free(&context);
    }
}

/* Forty values, each of which is a list of two times the next one: a thousand billion if written out. */
static void shared_values_are_bounded(void **state)
{
    const cpk_sink sink = {sizeof sink, 0, NULL, NULL, NULL, pass_progress};
    struct turbo_stream stream;
    struct context context;
    struct buffer json;
    char lines[1024] = "[";
    cpk_error *error = NULL;

    (void)state;
    for (int i = 1; i <= 40; i++) {
        sprintf(lines + strlen(lines), "[%d,%d],", i, i);
    }
    strcat(lines, "1]");
    context_init(&context);
    context.settings.values[SETTING_IMPORT_MAX_CONVERSATION_BYTES] = 1 << 20;
    buffer_init(&json, &context.allocator);
    turbo_stream_init(&stream, &context, &sink);
    assert_ok(turbo_stream_read(&stream, lines, strlen(lines), &error), error);
    assert_int_equal(turbo_append_json(&stream, turbo_value(&stream, 0), NULL, &json, &error),
                     CPK_ERROR_LIMIT_EXCEEDED);
    assert_says(cpk_error_message(error), "import.max_conversation_bytes");
    context.settings.values[SETTING_IMPORT_MAX_CONVERSATION_BYTES] = INT64_C(1) << 40;
    context.settings.values[SETTING_IMPORT_MAX_JSON_VALUES] = 100000;
    json.length = 0;
    assert_int_equal(turbo_append_json(&stream, turbo_value(&stream, 0), NULL, &json, &error),
                     CPK_ERROR_LIMIT_EXCEEDED);
    assert_says(cpk_error_message(error), "import.max_json_values");
    cpk_error_free(error);
    turbo_stream_free(&stream);
    buffer_free(&json);
    context_free(&context);
}

/* Every prefix of each page gives messages or an error. */
static void truncated_pages_are_survived(void **state)
{
    static const char *const PATHS[] = {"chatgpt-stream.html", "chatgpt-post.html", "chatgpt-next.html",
                                        "chatgpt-saved.html",  "poe.html",          "gemini.txt"};

    (void)state;
    for (size_t i = 0; i < sizeof PATHS / sizeof PATHS[0]; i++) {
        char path[512];
        size_t length = 0;
        char *page;

        snprintf(path, sizeof path, "%s/shares/%s", TEST_DATA_DIR, PATHS[i]);
        page = input_load(path, &length);
        assert_non_null(page);
        for (size_t cut = 1; cut < length; cut += 37) {
            struct input input;

            input_init(&input);
            (void)input_read(&input, PATHS[i], page, cut);
            input_free(&input);
        }
        free(page);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chatgpt_stream_is_read),
        cmocka_unit_test(chatgpt_post_is_read),
        cmocka_unit_test(chatgpt_next_data_is_read),
        cmocka_unit_test(chatgpt_saved_page_is_read),
        cmocka_unit_test(other_saved_pages_are_read),
        cmocka_unit_test(poe_is_read),
        cmocka_unit_test(gemini_response_is_read),
        cmocka_unit_test(claude_snapshot_is_read),
        cmocka_unit_test(grok_response_is_read),
        cmocka_unit_test(gates_are_told_apart),
        cmocka_unit_test(long_page_about_logins_is_a_document),
        cmocka_unit_test(literals_are_decoded),
        cmocka_unit_test(streams_are_decoded),
        cmocka_unit_test(shared_values_are_bounded),
        cmocka_unit_test(truncated_pages_are_survived),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
