#include "support/test.h"

#include "extract/document/text.h"
#include "unit/extract/input.h"

static void assert_section(const struct input *input, size_t index, const char *text)
{
    assert_true(index < input->recorder.count);
    assert_string_equal(input->recorder.messages[index].text, text);
    assert_int_equal(input->recorder.messages[index].kind, CPK_KIND_DOCUMENT);
    assert_int_equal(input->recorder.messages[index].role, CPK_ROLE_USER);
    assert_int_equal(input->recorder.messages[index].flags, CPK_MESSAGE_ACTIVE_BRANCH);
}

static void plain_text_is_read(void **state)
{
    struct input input;

    (void)state;
    input_init(&input);
    assert_ok(input_read_text(&input, "my notes.txt", "\n\n  First line.\r\nSecond.\r\n\r\nNext paragraph.  \n\n"),
              input.error);
    assert_string_equal(input.report.format, "text");
    assert_int_equal(input.report.conversations, 1);
    assert_int_equal(input.recorder.count, 1);
    assert_section(&input, 0, "  First line.\nSecond.\n\nNext paragraph.");
    assert_string_equal(input.recorder.messages[0].conversation_title, "my notes");
    assert_null(input.recorder.messages[0].parent_id);
    input_free(&input);
}

/* Every byte comes out once, in order, in pieces that are not too long, cut where a reader would cut. */
static void long_text_is_split(void **state)
{
    const size_t length = 1000000;
    char *text = malloc(length + 1);
    size_t total = 0;
    struct input input;

    (void)state;
    assert_non_null(text);
    for (size_t i = 0; i < length; i++) {
        text[i] = (char)(i % 600 == 599                      ? '\n'
                         : i % 600 == 598 && i % 3000 > 2400 ? '\n'
                         : i % 11 == 10                      ? ' '
                                                             : 'a' + i % 7);
    }
    text[length] = '\0';
    input_init(&input);
    assert_ok(input_read(&input, "long.txt", text, length), input.error);
    assert_true(input.recorder.count > 50);
    for (size_t i = 0; i < input.recorder.count; i++) {
        const char *section = input.recorder.messages[i].text;
        const char *found = strstr(text + total, section);

        assert_true(strlen(section) <= 40000);
        assert_non_null(found);
        assert_true((size_t)(found - text) - total < 8);
        total = (size_t)(found - text) + strlen(section);
        if (i > 0) {
            assert_string_equal(input.recorder.messages[i].parent_id, input.recorder.messages[i - 1].message_id);
        }
    }
    assert_true(length - total < 8);
    input_free(&input);
    free(text);
}

static void long_line_is_split(void **state)
{
    const size_t length = 3000000;
    char *text = malloc(length + 1);
    size_t total = 0;
    struct input input;

    (void)state;
    assert_non_null(text);
    for (size_t i = 0; i < length; i += 3) {
        memcpy(text + i, "\xE2\x82\xAC", 3);
    }
    input_init(&input);
    assert_ok(input_read(&input, "line.txt", text, length), input.error);
    for (size_t i = 0; i < input.recorder.count; i++) {
        total += strlen(input.recorder.messages[i].text);
        assert_null(strstr(input.recorder.messages[i].text, "\xEF\xBF\xBD"));
    }
    assert_int_equal(total, length);
    input_free(&input);
    free(text);
}

/* A line is searched once for its end, however little the reader gives at a time: else this takes an hour. */
static void long_line_in_single_bytes_is_read(void **state)
{
    const size_t length = 1000000;
    char *text = malloc(length + 1);
    struct slow_source source = {.step = 1};
    cpk_reader reader;
    struct input input;
    cpk_extractor_driver driver;

    (void)state;
    assert_non_null(text);
    memset(text, 'a', length);
    memcpy(text + length - 5, "\r\nend", 5);
    reader = bytes_reader(&source.bytes, text, length, "line.txt");
    reader.self = &source;
    reader.read = slow_read;
    reader.read_at = NULL;
    input_init(&input);
    text_driver_init(&driver, &input.context);
    assert_ok(driver.extract(driver.self, &reader, &input.recorder.sink, &input.error), input.error);
    assert_true(input.recorder.count > 0);
    assert_non_null(strstr(input.recorder.messages[input.recorder.count - 1].text, "a\nend"));
    input_free(&input);
    free(text);
}

static void ids_depend_on_content(void **state)
{
    char *text = malloc(200001);
    struct input first;
    struct input again;

    (void)state;
    assert_non_null(text);
    for (size_t i = 0; i < 200000; i++) {
        text[i] = i % 100 >= 98 ? '\n' : 'x'; /* the same paragraph over and over */
    }
    input_init(&first);
    input_init(&again);
    assert_ok(input_read(&first, "a.txt", text, 200000), first.error);
    assert_ok(input_read(&again, "b.txt", text, 200000), again.error);
    assert_int_equal(first.recorder.count, again.recorder.count);
    for (size_t i = 0; i < first.recorder.count; i++) {
        assert_string_equal(first.recorder.messages[i].message_id, again.recorder.messages[i].message_id);
        assert_string_equal(first.recorder.messages[i].conversation_id, again.recorder.messages[i].conversation_id);
        for (size_t j = 0; j < i; j++) {
            assert_string_not_equal(first.recorder.messages[i].message_id, first.recorder.messages[j].message_id);
        }
    }
    input_free(&first);
    input_free(&again);
    free(text);
}

static void other_encodings_are_read(void **state)
{
    static const char little[] = "\xFF\xFEH\0i\0 \0=\xD8\x1D\xDC\n\0\xAC\x20\n\0\0\xD8!\0";
    static const char big[] = "\xFE\xFF\0H\0i";
    static const char latin[] = "caf\xE9 and more ordinary words";
    static const char marked[] = "\xEF\xBB\xBFwith a mark\0 and a NUL";
    struct input input;

    (void)state;
    input_init(&input);
    assert_ok(input_read(&input, "little.txt", little, sizeof little - 1), input.error);
    assert_section(&input, 0, "Hi \xF0\x9F\x90\x9D\n\xE2\x82\xAC\n\xEF\xBF\xBD!");
    input_free(&input);
    input_init(&input);
    assert_ok(input_read(&input, "big.txt", big, sizeof big - 1), input.error);
    assert_section(&input, 0, "Hi");
    input_free(&input);
    input_init(&input);
    assert_ok(input_read(&input, "latin.txt", latin, sizeof latin - 1), input.error);
    assert_section(&input, 0, "caf\xC3\xA9 and more ordinary words");
    input_free(&input);
    input_init(&input);
    assert_int_equal(input_read(&input, "marked.txt", marked, sizeof marked - 1), CPK_ERROR_UNSUPPORTED);
    input_free(&input);
}

static void markdown_is_split_at_headings(void **state)
{
    static const char text[] = "Preamble.\n\n# One #\n## Two\nBody of two.\n\n```sh\n# no heading\n```\nMore.\n"
                               "Three\n=====\nBody of three.\n\n- item\n---\n\nFour\n----\nEnd.\n";
    struct input input;

    (void)state;
    input_init(&input);
    assert_ok(input_read_text(&input, "doc.md", text), input.error);
    assert_string_equal(input.report.format, "markdown");
    assert_int_equal(input.recorder.count, 4);
    assert_section(&input, 0, "Preamble.");
    assert_section(&input, 1, "# One #\n## Two\nBody of two.\n\n```sh\n# no heading\n```\nMore.");
    assert_section(&input, 2, "Three\n=====\nBody of three.\n\n- item\n---");
    assert_section(&input, 3, "Four\n----\nEnd.");
    assert_string_equal(input.recorder.messages[0].conversation_title, "One");
    input_free(&input);
}

static void titles_are_found(void **state)
{
    static const struct {
        const char *text;
        const char *title;
    } cases[] = {{"---\ntitle: \"From the front\"\ntags: [a]\n---\n# Not this\nx\n", "From the front"},
                 {"Setext\n======\nx\n", "Setext"},
                 {"```\n# not this\n```\n## This one ##\nx\n", "This one"},
                 {"Nothing here.\n", "doc"}};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct input input;

        input_init(&input);
        assert_ok(input_read_text(&input, "doc.md", cases[i].text), input.error);
        assert_string_equal(input.recorder.messages[0].conversation_title, cases[i].title);
        input_free(&input);
    }
}

static void markdown_is_detected_by_content(void **state)
{
    struct input input;

    (void)state;
    input_init(&input);
    assert_ok(input_read_text(&input, "-", "# A paste\n\nSome [link](https://example.org)\n\n## More\n\n**bold**\n"),
              input.error);
    assert_string_equal(input.report.format, "markdown");
    input_free(&input);
    input_init(&input);
    assert_ok(input_read_text(&input, "-", "Only words in a paste."), input.error);
    assert_string_equal(input.report.format, "text");
    assert_string_equal(input.recorder.messages[0].conversation_title, "Pasted text");
    input_free(&input);
}

static void limit_error_names_the_setting(void **state)
{
    char text[4096];
    struct input input;

    (void)state;
    memset(text, 'a', sizeof text);
    input_init(&input);
    input.context.settings.values[SETTING_IMPORT_MAX_DOCUMENT_BYTES] = 1024;
    assert_int_equal(input_read(&input, "a.txt", text, sizeof text), CPK_ERROR_LIMIT_EXCEEDED);
    assert_says(cpk_error_message(input.error), "import.max_document_bytes");
    input_free(&input);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_text_is_read),
        cmocka_unit_test(long_text_is_split),
        cmocka_unit_test(long_line_is_split),
        cmocka_unit_test(long_line_in_single_bytes_is_read),
        cmocka_unit_test(ids_depend_on_content),
        cmocka_unit_test(other_encodings_are_read),
        cmocka_unit_test(markdown_is_split_at_headings),
        cmocka_unit_test(titles_are_found),
        cmocka_unit_test(markdown_is_detected_by_content),
        cmocka_unit_test(limit_error_names_the_setting),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
