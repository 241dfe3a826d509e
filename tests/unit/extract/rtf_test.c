/* RTF documents. */
#include "support/test.h"

#include "unit/extract/office.h"

static const struct {
    const char *rtf;
    const char *text;
} DOCUMENTS[] = {
    {"{\\rtf1\\ansi Hello \\b world\\b0 .\\par Two\\~b\\line c\\tab d}", "Hello world.\n\nTwo b\nc\td"},
    {"{\\rtf1\\ansi\\ansicpg1251 \\'cf\\'f0\\'e8\\'e2\\'e5\\'f2}", "\xD0\x9F\xD1\x80\xD0\xB8\xD0\xB2\xD0\xB5\xD1\x82"},
    {"{\\rtf1{\\fonttbl{\\f0\\fcharset204 A;}{\\f1 B;}}\\f0 \\'cf\\f1 \\'e9}", "\xD0\x9F\xC3\xA9"},
    {"{\\rtf1\\uc1 \\u8364?\\u-10179?\\u-8704?{\\uc0\\u233}\\\\ \\{\\}}", "\xE2\x82\xAC\xF0\x9F\x98\x80\xC3\xA9\\ {}"},
    {"{\\rtf1{\\*\\generator X;}{\\info{\\title T}}{\\pict 00ff}{\\field{\\*\\fldinst HYPERLINK x}{\\fldrslt "
     "link}}{\\v no}}",
     "link"},
    {"{\\rtf1\\pard\\outlinelevel0 Head\\par\\pard body\\par\\pard\\ls1 item\\par}", "# Head\n\nbody\n\n- item"},
    {"{\\rtf1\\pard\\intbl a\\cell b\\cell\\row\\pard\\intbl c|\\cell d\\cell\\row\\pard after\\par}",
     "| a | b |\n| --- | --- |\n| c\\| | d |\n\nafter"},
    {"{\\rtf1 a{\\pict\\bin5 }}}}}}b}", "ab"},
    {"{\\rtf1 cut {off", "cut off"},
};

static void documents_are_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof DOCUMENTS / sizeof DOCUMENTS[0]; i++) {
        struct input input;

        input_init(&input);
        assert_ok(input_read_text(&input, "a.rtf", DOCUMENTS[i].rtf), input.error);
        assert_string_equal(input.report.format, "rtf");
        assert_document(&input, DOCUMENTS[i].text);
        input_free(&input);
    }
}

static void a_wrong_length_takes_no_text(void **state)
{
    struct input input;

    (void)state;
    input_init(&input);
    assert_ok(input_read_text(&input, "a.rtf", "{\\rtf1 one{\\pict\\bin2000000000 xy} two\\par three}"), input.error);
    assert_document(&input, "one two\n\nthree");
    assert_int_equal(recorder_count_notes(&input.recorder, CPK_NOTE_DAMAGED), 1);
    input_free(&input);
}

static void nesting_is_harmless(void **state)
{
    struct buffer text;
    struct input input;

    (void)state;
    buffer_init(&text, &memory_default);
    buffer_append_text(&text, "{\\rtf1 start");
    for (int i = 0; i < 200000; i++) {
        buffer_append_text(&text, "{\\b ");
    }
    buffer_append_text(&text, " end");
    input_init(&input);
    assert_ok(input_read_text(&input, "a.rtf", buffer_text(&text)), input.error);
    assert_document(&input, "start end");
    input_free(&input);
    buffer_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(documents_are_read),
        cmocka_unit_test(a_wrong_length_takes_no_text),
        cmocka_unit_test(nesting_is_harmless),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
