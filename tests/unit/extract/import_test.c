#include "support/test.h"

#include "unit/extract/input.h"

struct refusal {
    const char *name;
    const char *bytes;
    size_t length;
    cpk_status status;
    const char *says;
};

#define REFUSAL(name, bytes, status, says)                                                                             \
    {                                                                                                                  \
        name, bytes, sizeof(bytes) - 1, status, says                                                                   \
    }

/* Each says what the file is, so that a person knows what to do. */
static void unsupported_input_is_described(void **state)
{
    static const struct refusal refusals[] = {
        REFUSAL("a.json", "", CPK_ERROR_NO_CONTENT, "empty (0 bytes)"),
        REFUSAL("a.txt", " \r\n\t\n", CPK_ERROR_NO_CONTENT, "white space"),
        REFUSAL("a.json", "[]", CPK_ERROR_NO_CONTENT, "without conversations"),
        REFUSAL("a.json", "{\"conversations\": []}", CPK_ERROR_UNSUPPORTED, "the keys conversations"),
        REFUSAL("a.pdf", "%PDF-1.7\n%\xE2\xE3", CPK_ERROR_UNSUPPORTED, "PDF"),
        REFUSAL("a.png", "\x89PNG\r\n\x1A\n\0\0\0", CPK_ERROR_UNSUPPORTED, "PNG"),
        REFUSAL("a.gz", "\x1F\x8B\x08\0\0\0", CPK_ERROR_UNSUPPORTED, "unpack"),
        REFUSAL("a.db", "SQLite format 3\0\x10", CPK_ERROR_UNSUPPORTED, "SQLite"),
        REFUSAL("a.html", "\n<!-- saved -->\n<!DOCTYPE HTML>\n<p>", CPK_ERROR_NO_CONTENT, "no messages"),
        REFUSAL("a.json", "\n<!-- saved -->\n<!DOCTYPE HTML>\n<p>", CPK_ERROR_UNSUPPORTED, "HTML"),
        REFUSAL("a.json", "<div><p>x</p><span class=\"y\"></span></div>", CPK_ERROR_UNSUPPORTED, "HTML"),
        REFUSAL("a.bin", "\0\1\2\3\4\5\6\7\0\1\2\3", CPK_ERROR_UNSUPPORTED, "binary"),
        REFUSAL("a.csv",
                "\xEF\xBB\xBF"
                "Conversation,Time,Author,Message\n",
                CPK_ERROR_NO_CONTENT, "copilot"),
        REFUSAL("a.json", "[{\"header\": \"YouTube\", \"title\": \"Watched x\", \"time\": \"2026-01-01T00:00:00Z\"}]",
                CPK_ERROR_NO_CONTENT, "1 activities of other Google products"),
        REFUSAL("a.json", "[\0{\0\"\0", CPK_ERROR_UNSUPPORTED, "UTF-16"),
        REFUSAL("a.json", "{\"alpha\": 1, \"beta\": [2]}", CPK_ERROR_UNSUPPORTED, "alpha, beta"),
        REFUSAL("a.json", "[{\"id\": 1, \"x\": {\"deep\": 2}}]", CPK_ERROR_UNSUPPORTED, "id, x"),
        REFUSAL("a.json", "[{\"title\": \"x\", \"chat_messages\": [{\"text\": \"Hello\"}]}]", CPK_ERROR_UNSUPPORTED,
                "no sender"),
        REFUSAL("a.json", "{\"type\": \"object\", \"properties\": {}}", CPK_ERROR_UNSUPPORTED, "JSON Schema"),
        REFUSAL("a.json", "{not json at all", CPK_ERROR_INVALID_DATA, "but is not JSON"),
        REFUSAL("a.JSONL", "# Notes\n\n- in **Markdown**\n- [x](y)\n", CPK_ERROR_INVALID_DATA, "rename"),
        REFUSAL("a.json", "[{\"mapping\": {\"a\": {\"message\": {\"author\": ", CPK_ERROR_INVALID_DATA,
                "the file is truncated"),
        REFUSAL("a.json", "[{\"mapping\": {}, \"current_node\": null}]", CPK_ERROR_NO_CONTENT, "no messages"),
    };

    (void)state;
    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
        const struct refusal *refusal = &refusals[i];
        struct input input;

        input_init(&input);
        assert_int_equal(input_read(&input, refusal->name, refusal->bytes, refusal->length), refusal->status);
        assert_says(cpk_error_message(input.error), refusal->name);
        assert_says(cpk_error_message(input.error), refusal->says);
        assert_int_equal(input.report.messages, 0);
        input_free(&input);
    }
}

static void text_that_starts_like_json_is_read(void **state)
{
    static const char *const texts[] = {"[1] A footnote, and then words.",
                                        "[a link](https://example.org) in words",
                                        "{curly} words",
                                        "{\"a\": 1}\nis how an object is written.",
                                        "[2024-03-01] Log",
                                        "MZ is short for something"};

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct input input;

        input_init(&input);
        assert_ok(input_read_text(&input, "a.txt", texts[i]), input.error);
        assert_string_equal(input.recorder.messages[0].text, texts[i]);
        input_free(&input);
    }
}

/* The shape decides, not the name. */
static void format_is_detected_by_content(void **state)
{
    struct input input;

    (void)state;
    input_init(&input);
    assert_ok(input_read_text(&input, "holiday.jpg",
                              "[{\"mapping\":{\"a\":{\"message\":{\"author\":{\"role\":\"user\"},\"content\":"
                              "{\"parts\":[\"hi\"]}}}}}]"),
              input.error);
    assert_string_equal(input.report.format, "chatgpt");
    input_free(&input);
}

/* The key that tells may come after more than the first bytes show. */
static void format_is_detected_after_a_long_start(void **state)
{
    size_t capacity = 400000;
    char *json = malloc(capacity);
    size_t length = 0;
    struct input input;

    (void)state;
    assert_non_null(json);
    length += (size_t)sprintf(json, "[{\"default_model_slug\":\"x\",\"safe_urls\":[\"");
    memset(json + length, 'u', 200000);
    length += 200000;
    length += (size_t)sprintf(json + length, "\"],\"mapping\":{\"a\":{\"message\":{\"author\":{\"role\":\"user\"},"
                                             "\"content\":{\"parts\":[\"hi\"]}}}}}]");
    input_init(&input);
    assert_ok(input_read(&input, "a.json", json, length), input.error);
    assert_int_equal(input.report.messages, 1);
    input_free(&input);
    free(json);
}

static const char *host_name(void *self)
{
    (void)self;
    return "shouting";
}

static int32_t host_sniff(void *self, const void *head, size_t length, const char *name)
{
    (void)self;
    (void)name;
    return length > 0 && *(const char *)head == '!' ? 1 : 0;
}

static cpk_status host_extract(void *self, const cpk_reader *reader, const cpk_sink *sink, cpk_error **error)
{
    char text[64] = "";
    size_t got = 0;
    cpk_message message = {.struct_size = sizeof message, .role = CPK_ROLE_USER, .kind = CPK_KIND_TEXT};
    cpk_status status = reader->read(reader->self, text, sizeof text - 1, &got, error);

    (void)self;
    message.time_us = CPK_TIME_UNKNOWN;
    message.provider = "shouting";
    message.conversation_id = "1";
    message.conversation_title = "";
    message.message_id = "1";
    message.text = text;
    message.text_length = got;
    return status == CPK_OK ? sink->message(sink->self, &message, error) : status;
}

static void host_formats_are_preferred(void **state)
{
    cpk_extractor_driver host = {.abi_version = CPK_EXTRACTOR_ABI,
                                 .struct_size = sizeof host,
                                 .name = host_name,
                                 .sniff = host_sniff,
                                 .extract = host_extract};
    const cpk_extractor_driver *hosts[] = {&host};
    struct bytes_source source;
    cpk_reader reader = bytes_reader(&source, "!hello", 6, "a.txt");
    struct import_options options = {.extractors = hosts, .extractor_count = 1};
    struct input input;

    (void)state;
    input_init(&input);
    options.context = &input.context;
    assert_ok(import_read(&options, &reader, &input.recorder.sink, &input.report, &input.error), input.error);
    assert_string_equal(input.report.format, "shouting");
    assert_string_equal(input.recorder.messages[0].text, "!hello");
    input_free(&input);
}

static void cancellation_stops_the_import(void **state)
{
    struct input input;

    (void)state;
    input_init(&input);
    assert_ok(cpk_cancel_create(&input.cancel, &input.error), input.error);
    cpk_cancel_request(input.cancel);
    assert_int_equal(input_read_data(&input, "chatgpt/branches.json"), CPK_ERROR_CANCELLED);
    assert_int_equal(input.recorder.count, 0);
    input_free(&input);

    input_init(&input);
    input.recorder.refuse_after = 3;
    assert_int_equal(input_read_data(&input, "chatgpt/branches.json"), CPK_ERROR_NO_SPACE);
    assert_int_equal(input.recorder.count, 3);
    input_free(&input);
}

static void file_limit_names_the_setting(void **state)
{
    struct input input;

    (void)state;
    input_init(&input);
    input.context.settings.values[SETTING_IMPORT_MAX_FILE_BYTES] = 10;
    assert_int_equal(input_read_text(&input, "a.txt", "more than ten bytes"), CPK_ERROR_LIMIT_EXCEEDED);
    assert_says(cpk_error_message(input.error), "import.max_file_bytes");
    input_free(&input);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unsupported_input_is_described), cmocka_unit_test(text_that_starts_like_json_is_read),
        cmocka_unit_test(format_is_detected_by_content),  cmocka_unit_test(format_is_detected_after_a_long_start),
        cmocka_unit_test(host_formats_are_preferred),     cmocka_unit_test(cancellation_stops_the_import),
        cmocka_unit_test(file_limit_names_the_setting),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
