/* HTML pages as documents: what is kept, what is left out, and hostile markup. */
#include "support/test.h"

#include "extract/html/html_charset.h"
#include "unit/extract/input.h"

static const char ARTICLE[] = "# Growing tomatoes\n\n"
                              "They need sun, and water\xC2\xA0"
                              "daily & more. "
                              "\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E\xE3\x82\x82\xE3\x81\xA7\xE3\x81\x8D\xE3\x81\xBE\xE3"
                              "\x81\x99\xE3\x80\x82";

static const char NEEDS[] = "## What you need\n\n"
                            "- Pots\n"
                            "  - Clay\n"
                            "  - Plastic\n"
                            "- Soil\n\n"
                            "  The heavy one\n\n"
                            "3. Dig\n"
                            "4. Plant\n\n"
                            "| Month | Work |\n"
                            "| --- | --- |\n"
                            "| May | Sow \\| water twice |\n"
                            "| June | |\n\n"
                            "````python\n"
                            "def f():\n"
                            "    return 1\n\n"
                            "print(\"``` and `x`\")\n"
                            "````\n\n"
                            "Use `pip install` here. The area is $\\pi r^2$.\n\n"
                            "> A quoted line\n"
                            ">\n"
                            "> and another\n\n"
                            "Term\n"
                            ": Meaning";

static void article_is_read(void **state)
{
    struct input input;

    (void)state;
    input_init(&input);
    assert_ok(input_read_data(&input, "html/article.html"), input.error);
    assert_string_equal(input.report.format, "html");
    assert_int_equal(input.recorder.count, 2);
    assert_string_equal(input.recorder.messages[0].conversation_title, "Growing tomatoes");
    assert_string_equal(input.recorder.messages[0].provider, "html");
    assert_int_equal(input.recorder.messages[0].kind, CPK_KIND_DOCUMENT);
    assert_string_equal(input.recorder.messages[0].text, ARTICLE);
    assert_string_equal(input.recorder.messages[1].text, NEEDS);
    input_free(&input);
}

/* Each page, and the one text that is read from it. */
static const struct {
    const char *page;
    const char *text;
} PAGES[] = {
    {"<html><body><p>Only this", "Only this"},
    {"<!doctype html><title>T</title><p>a<p>b", "a\n\nb"},
    {"<html><p>a<br>b<br><br>c", "a\nb\nc"},
    {"<html><div>a<div>b</div></div>c", "a\n\nb\n\nc"},
    {"<html><h3>A <br> b</h3><p>t", "### A b\n\nt"},
    {"<html><ul><li>a<li><ul><li>b</ul><li></ul><p>c", "- a\n- - b\n\nc"},
    {"<html><ol><li value=7>a<li>b</ol>", "7. a\n8. b"},
    {"<html><blockquote><ul><li>a<p>b</ul></blockquote>", "> - a\n>\n>   b"},
    {"<html><p>x<pre>\na\n\n  b </pre>", "x\n\n```\na\n\n  b\n```"},
    {"<html><pre>   </pre><p>x", "x"},
    {"<html><ul><li><pre>a\nb</pre></ul>", "- ```\n  a\n  b\n  ```"},
    {"<html><table><tr><td>only one</table>", "only one"},
    {"<html><table><tr><td><table><tr><td>a<td>b</table><td>c</table>", "| a | b |\n| --- | --- |\n\nc"},
    {"<html><table role=presentation><tr><td>a<td>b</table>", "a\nb"},
    {"<html><table><tr><th>a<th>b<tr><td><p>1</p><p>2</p><td>3</table>", "| a | b |\n| --- | --- |\n| 1 2 | 3 |"},
    {"<html><p>He said <q>yes</q>.", "He said \xE2\x80\x9Cyes\xE2\x80\x9D."},
    {"<html><p>&lt;b&gt; &copy; &#8364; &#x1F600; &nosuch;", "<b> \xC2\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80 &nosuch;"},
    {"<html><p>a<script>b</script><style>c</style><noscript>d</noscript><template>e</template><svg>f</svg>g", "ag"},
    {"<html><body><nav>Only navigation is here</nav>", "Only navigation is here"},
    {"<html><p>Good <img class=emoji alt=\":)\" src=x> day", "Good :) day"},
    {"<html><ul><li><p>a</p></li><li><p>b</p><p>c</p></li><li>d</li></ul>", "- a\n- b\n\n  c\n- d"},
    {"<html><p>True. <span data-testid=webpage-citation-pill><a href=https://example.org/a><i>The EPA</i>"
     "<b>+2</b></a></span></p>",
     "True. [The EPA](https://example.org/a)"},
    {"<html><p>True.<span data-testid=webpage-citation-pill><a href=\"javascript:x\">No</a></span></p>", "True."},
    {"<html><p>a<!-- b -->c<![CDATA[d]]>", "ac"},
    {"<html><p><b><i>a</b>b</i>c", "abc"},
    {"<html><body><div class=\"sidebar-layout\"><p>kept</p></div>", "kept"},
};

static void pages_are_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof PAGES / sizeof PAGES[0]; i++) {
        struct input input;

        input_init(&input);
        assert_ok(input_read_text(&input, "page", PAGES[i].page), input.error);
        assert_int_equal(input.recorder.count, 1);
        if (strcmp(input.recorder.messages[0].text, PAGES[i].text) != 0) {
            fail_msg("%s\nis read as\n%s\nnot\n%s", PAGES[i].page, input.recorder.messages[0].text, PAGES[i].text);
        }
        input_free(&input);
    }
}

static void charsets_are_decoded(void **state)
{
    static const struct {
        const char *bytes;
        size_t length;
        const char *text;
    } CASES[] = {
#define BYTES(text) text, sizeof(text) - 1
        {BYTES("<meta charset=windows-1251>\xCF\xF0\xE8"), "\xD0\x9F\xD1\x80\xD0\xB8"},
        {BYTES("<meta http-equiv=Content-Type content='text/html; charset=ISO-8859-1'>\x93\xE9\x94"),
         "\xE2\x80\x9C\xC3\xA9\xE2\x80\x9D"},
        {BYTES("<meta charset=\"shift_jis\">\x93\xFA"), "\xE6\x97\xA5"},
        {BYTES("<meta charset=utf-8>\xE9t"), "\xEF\xBF\xBDt"},
        {BYTES("<meta charset=nothing-known>\xE9t"), "\xC3\xA9t"},
        {BYTES("<p>\xE9t\xE9"), "\xC3\xA9t\xC3\xA9"},
        {BYTES("<meta charset=koi8-r>\xC3\xA9"), "\xC3\xA9"}, /* valid UTF-8 */
        {BYTES("<meta charset=iso-2022-jp>\x1B$BF|\x1B(B"), "\xE6\x97\xA5"},
        {BYTES("<meta charset=iso-2022-jp>\xC3\xA9"), "\xC3\xA9"},
        {BYTES("<!-- <meta charset=koi8-r> --><META\nCharSet = 'windows-1251' />\xCF\xF0"), "\xD0\x9F\xD1\x80"},
        {BYTES("<meta content='charset=koi8-r'><meta charset=no-such><meta charset=windows-1251>\xCF\xF0"),
         "\xD0\x9F\xD1\x80"},
        {BYTES("<metadata charset=koi8-r><meta charset=\"windows-1251\xCF\xF0"), "\xC3\x8F\xC3\xB0"},
        {BYTES("<meta charset><meta =><meta content=x http-equiv=Content-Type><meta"), "<meta"},
        {BYTES("\xEF\xBB\xBF<p>a"), "<p>a"},
        {BYTES("\xFF\xFE<\0p\0>\0\xE5\x65"), "<p>\xE6\x97\xA5"},
        {BYTES("\xFE\xFF\0<\0p\0>\x65\xE5"), "<p>\xE6\x97\xA5"},
        {BYTES("\xFF\xFE<\0p"), "<\xEF\xBF\xBD"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        struct context context;
        struct buffer text;

        context_init(&context);
        buffer_init(&text, &context.allocator);
        assert_ok(html_append_utf8(&text, CASES[i].bytes, CASES[i].length, NULL), NULL);
        assert_true(strlen(CASES[i].text) <= text.length);
        assert_string_equal(text.data + text.length - strlen(CASES[i].text), CASES[i].text);
        buffer_free(&text);
        context_free(&context);
    }
}

static void page_with_name_of_json_is_rejected(void **state)
{
    struct input input;

    (void)state;
    input_init(&input);
    assert_int_equal(input_read_text(&input, "conversations.json", "<!DOCTYPE html><html><p>Sign in</html>"),
                     CPK_ERROR_UNSUPPORTED);
    assert_says(cpk_error_message(input.error), "HTML");
    input_free(&input);
}

static void page_without_text_has_no_content(void **state)
{
    struct input input;

    (void)state;
    input_init(&input);
    assert_int_equal(input_read_text(&input, "app.html", "<!doctype html><div id=root></div><script>x()</script>"),
                     CPK_ERROR_NO_CONTENT);
    assert_says(cpk_error_message(input.error), "app.html");
    input_free(&input);
}

/* Markup repeated many times: nested deeply, or such that a parser repeats work for each. */
static void hostile_markup_is_bounded(void **state)
{
    static const char *const PIECES[] = {
        "<div>",
        "<b>",
        "<table><tr><td>",
        "<p><font size=1>",
        "<a href=1><div>",
        "<ul><li>",
        "<svg><g>",
        "</p>",
        "<!-- ",
        "<b a a1 ",
        "&amp",
        "<blockquote>",
        "<select>",
        "<template>",
        "<table>x",
    };
    const size_t length = 300000;
    char *page = malloc(length + 64);

    (void)state;
    assert_non_null(page);
    for (size_t i = 0; i < sizeof PIECES / sizeof PIECES[0]; i++) {
        size_t at = (size_t)sprintf(page, "<!doctype html><p>start ");
        struct input input;
        cpk_status status;

        while (at < length) {
            at += (size_t)sprintf(page + at, "%s", PIECES[i]);
        }
        input_init(&input);
        input.context.settings.values[SETTING_IMPORT_MAX_HTML_MEMORY_BYTES] = INT64_C(128) << 20;
        input.context.settings.values[SETTING_IMPORT_MAX_HTML_MS] = 500;
        status = input_read(&input, "hostile.html", page, at);
        if (status != CPK_OK) {
            assert_int_equal(status, CPK_ERROR_LIMIT_EXCEEDED);
            assert_says(cpk_error_message(input.error), "import.max_html_");
        } else {
            assert_int_equal(strncmp(input.recorder.messages[0].text, "start", 5), 0);
        }
        input_free(&input);
    }
    free(page);
}

static void limits_are_named(void **state)
{
    const size_t length = 400000;
    char *page = malloc(length + 1);
    struct input input;

    (void)state;
    assert_non_null(page);
    for (size_t i = 0; i < length; i += 4) {
        memcpy(page + i, i == 0 ? "<htm" : (i == 4 ? "l>  " : "<b>x"), 4);
    }
    input_init(&input);
    input.context.settings.values[SETTING_IMPORT_MAX_HTML_MEMORY_BYTES] = INT64_C(1) << 20;
    assert_int_equal(input_read(&input, "tags.html", page, length), CPK_ERROR_LIMIT_EXCEEDED);
    assert_says(cpk_error_message(input.error), "import.max_html_memory_bytes");
    input.context.settings.values[SETTING_IMPORT_MAX_DOCUMENT_BYTES] = 1024;
    assert_int_equal(input_read(&input, "tags.html", page, length), CPK_ERROR_LIMIT_EXCEEDED);
    assert_says(cpk_error_message(input.error), "import.max_document_bytes");
    input_free(&input);
    free(page);
}

static void cancelled_page_stops(void **state)
{
    struct input input;

    (void)state;
    input_init(&input);
    assert_ok(cpk_cancel_create(&input.cancel, NULL), NULL);
    cpk_cancel_request(input.cancel);
    assert_int_equal(input_read_data(&input, "html/article.html"), CPK_ERROR_CANCELLED);
    input_free(&input);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(article_is_read),
        cmocka_unit_test(pages_are_read),
        cmocka_unit_test(charsets_are_decoded),
        cmocka_unit_test(page_with_name_of_json_is_rejected),
        cmocka_unit_test(page_without_text_has_no_content),
        cmocka_unit_test(hostile_markup_is_bounded),
        cmocka_unit_test(limits_are_named),
        cmocka_unit_test(cancelled_page_stops),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
