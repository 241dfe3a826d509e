/* Texts in encodings other than UTF-8, as documents. */
#include "support/test.h"

#include "extract/document/charset.h"
#include "unit/extract/office.h"

#include <iconv.h>

static const char GERMAN[] = "Ich wohne in K\xC3\xB6ln und \xC3\xBC"
                             "be Gr\xC3\xB6\xC3\x9F"
                             "e. Die M\xC3\xA4"
                             "dchen h\xC3\xB6ren sch\xC3\xB6ne Lieder.";
static const char RUSSIAN[] =
    "\xD0\xAF \xD0\xB6\xD0\xB8\xD0\xB2\xD1\x83 \xD0\xB2 \xD0\x9C\xD0\xBE\xD1\x81\xD0\xBA\xD0\xB2\xD0\xB5 \xD0\xB8 "
    "\xD1\x80\xD0\xB0\xD0\xB1\xD0\xBE\xD1\x82\xD0\xB0\xD1\x8E "
    "\xD0\xB2\xD1\x80\xD0\xB0\xD1\x87\xD0\xBE\xD0\xBC \xD0\xB2 "
    "\xD0\xB1\xD0\xBE\xD0\xBB\xD1\x8C\xD0\xBD\xD0\xB8\xD1\x86\xD0\xB5.";
static const char JAPANESE[] = "\xE7\xA7\x81\xE3\x81\xAF\xE6\x9D\xB1\xE4\xBA\xAC\xE3\x81\xAB\xE4\xBD\x8F\xE3\x82\x93"
                               "\xE3\x81\xA7\xE3\x81\x84\xE3\x81\xBE\xE3\x81\x99\xE3\x80\x82"
                               "\xE6\xAF\x8E\xE6\x97\xA5\xE4\xBB\x95\xE4\xBA\x8B\xE3\x82\x92\xE3\x81\x97\xE3\x81\xA6"
                               "\xE3\x81\x84\xE3\x81\xBE\xE3\x81\x99\xE3\x80\x82";
static const char CHINESE[] = "\xE6\x88\x91\xE4\xBD\x8F\xE5\x9C\xA8\xE4\xB8\x8A\xE6\xB5\xB7\xEF\xBC\x8C\xE6\x98\xAF\xE4"
                              "\xB8\x80\xE5\x90\x8D\xE5\x8C\xBB\xE7\x94\x9F\xE3\x80\x82"
                              "\xE6\x88\x91\xE6\x9C\x89\xE4\xB8\xA4\xE4\xB8\xAA\xE5\xAD\xA9\xE5\xAD\x90\xE3\x80\x82";
static const char KOREAN[] = "\xEB\x82\x98\xEB\x8A\x94 \xEC\x84\x9C\xEC\x9A\xB8\xEC\x97\x90 \xEC\x82\xB4\xEA\xB3\xA0 "
                             "\xEC\x9E\x88\xEC\x8A\xB5\xEB\x8B\x88\xEB\x8B\xA4. "
                             "\xEC\x9D\x98\xEC\x82\xAC\xEC\x9E\x85\xEB\x8B\x88\xEB\x8B\xA4.";

static const struct {
    const char *encoding;
    const char *mark;
    size_t mark_length;
    const char *text;
} CASES[] = {
    {"WINDOWS-1252", "", 0, GERMAN},
    {"ISO-8859-1", "", 0, GERMAN},
    {"WINDOWS-1251", "", 0, RUSSIAN},
    {"KOI8-R", "", 0, RUSSIAN},
    {"ISO-8859-5", "", 0, RUSSIAN},
    {"SHIFT_JIS", "", 0, JAPANESE},
    {"EUC-JP", "", 0, JAPANESE},
    {"ISO-2022-JP", "", 0, JAPANESE},
    {"GB18030", "", 0, CHINESE},
    {"BIG5", "", 0,
     "\xE6\x88\x91\xE4\xBD\x8F\xE5\x9C\xA8\xE5\x8F\xB0\xE5\x8C\x97\xEF\xBC\x8C\xE6\x98\xAF\xE4\xB8\x80\xE5\x90\x8D\xE9"
     "\x86\xAB\xE7\x94\x9F\xE3\x80\x82"},
    {"EUC-KR", "", 0, KOREAN},
    {"UTF-8", "\xEF\xBB\xBF", 3, GERMAN},
    {"UTF-16LE", "\xFF\xFE", 2, JAPANESE},
    {"UTF-16BE", "\xFE\xFF", 2, GERMAN},
    {"UTF-32LE", "\xFF\xFE\0\0", 4, KOREAN},
    {"UTF-32BE", "\0\0\xFE\xFF", 4, RUSSIAN},
    {"UTF-16LE", "", 0, GERMAN},
    {"UTF-16BE", "", 0, RUSSIAN},
    {"UTF-32LE", "", 0, GERMAN},
    {"UTF-32BE", "", 0, KOREAN},
    {"UTF-16LE", "", 0, RUSSIAN},
};

/* The text `count` times, a line each, in another encoding, behind a line of ASCII if `prefix` is not 0. */
static void make(struct buffer *bytes, size_t at, int32_t count, size_t prefix)
{
    iconv_t converter = iconv_open(CASES[at].encoding, "UTF-8");
    struct buffer text;
    char *source;
    size_t left;

    assert_true(converter != (iconv_t)-1);
    buffer_init(&text, &memory_default);
    for (size_t i = 0; i < prefix; i++) {
        buffer_append_text(&text, "a line of ASCII\n");
    }
    for (int32_t i = 0; i < count; i++) {
        buffer_append_format(&text, "%s%s", i > 0 ? "\n" : "", CASES[at].text);
    }
    buffer_append(bytes, CASES[at].mark, CASES[at].mark_length);
    source = text.data;
    left = text.length;
    while (left > 0) {
        char block[1024];
        char *out = block;
        size_t room = sizeof block;

        iconv(converter, &source, &left, &out, &room);
        buffer_append(bytes, block, (size_t)(out - block));
    }
    iconv(converter, NULL, NULL, NULL, NULL);
    iconv_close(converter);
    buffer_free(&text);
}

static void texts_of_every_encoding_are_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        struct buffer bytes;
        struct input input;

        buffer_init(&bytes, &memory_default);
        make(&bytes, i, 1, 0);
        input_init(&input);
        if (input_read(&input, "notes.txt", bytes.data, bytes.length) != CPK_OK) {
            fail_msg("%s: %s", CASES[i].encoding, cpk_error_message(input.error));
        }
        if (strcmp(input.recorder.messages[0].text, CASES[i].text) != 0) {
            fail_msg("%s: %s", CASES[i].encoding, input.recorder.messages[0].text);
        }
        input_free(&input);
        buffer_free(&bytes);
    }
}

/* The first 64 KiB are ASCII. */
static void the_encoding_is_found_where_it_shows(void **state)
{
    struct buffer bytes;
    struct input input;

    (void)state;
    buffer_init(&bytes, &memory_default);
    make(&bytes, 2, 40, 10000);
    input_init(&input);
    assert_ok(input_read(&input, "notes.txt", bytes.data, bytes.length), input.error);
    assert_says(input.recorder.messages[input.recorder.count - 1].text, RUSSIAN);
    input_free(&input);
    buffer_free(&bytes);
}

/* UTF-8 with a few bad bytes is no other encoding. */
static void damaged_utf8_stays_utf8(void **state)
{
    struct input input;
    struct buffer text;

    (void)state;
    buffer_init(&text, &memory_default);
    for (int i = 0; i < 20; i++) {
        buffer_append_format(&text, "%s\n", RUSSIAN);
    }
    buffer_append_text(&text, "\xFF end");
    input_init(&input);
    assert_ok(input_read(&input, "notes.txt", text.data, text.length), input.error);
    assert_says(input.recorder.messages[0].text, RUSSIAN);
    assert_says(input.recorder.messages[0].text, "\xEF\xBF\xBD end");
    input_free(&input);
    buffer_free(&text);
}

static void binary_data_is_no_text(void **state)
{
    char bytes[4096];
    uint32_t seed = 1;
    struct input input;

    (void)state;
    for (size_t i = 0; i < sizeof bytes; i++) {
        seed = seed * 1664525u + 1013904223u;
        bytes[i] = (char)(seed >> 24);
    }
    input_init(&input);
    assert_int_equal(input_read(&input, "data.bin", bytes, sizeof bytes), CPK_ERROR_UNSUPPORTED);
    input_free(&input);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_of_every_encoding_are_read),
        cmocka_unit_test(the_encoding_is_found_where_it_shows),
        cmocka_unit_test(damaged_utf8_stays_utf8),
        cmocka_unit_test(binary_data_is_no_text),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
