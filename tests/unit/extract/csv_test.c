/* CSV and TSV as tables. */
#include "support/test.h"

#include "unit/extract/office.h"

static const struct {
    const char *name;
    const char *bytes;
    const char *text;
} TABLES[] = {
    {"a.csv", "Name,Place\nAnn,Oslo\nBo,\"Bonn, \"\"old\"\"\"\n",
     "| Name | Place |\n| --- | --- |\n| Ann | Oslo |\n| Bo | Bonn, \"old\" |"},
    {"a.csv", "a;b;c\r\n1,5;2;\"x\r\ny|z\"\r\n", "| a | b | c |\n| --- | --- | --- |\n| 1,5 | 2 | x  y\\|z |"},
    {"a.tsv", "a\tb\n1\t2", "| a | b |\n| --- | --- |\n| 1 | 2 |"},
    {"a.csv", "a|b\n1|2\n3\n", "| a | b |\n| --- | --- |\n| 1 | 2 |\n| 3 | |"},
    {"a.csv", "only\none\ncolumn\n", "only\n\none\n\ncolumn"},
    {"a.csv", "a,b\n\"never closed,1\n2,3", "| a | b |\n| --- | --- |\n| never closed,1 2,3 | |"},
    {"a.csv",
     "Stra\xDF"
     "e,K\xF6ln\nGr\xFC\xDF"
     "e,\xFC"
     "ber\n",
     "| Stra\xC3\x9F"
     "e | K\xC3\xB6ln |\n| --- | --- |\n| Gr\xC3\xBC\xC3\x9F"
     "e | \xC3\xBC"
     "ber |"},
};

static void tables_are_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof TABLES / sizeof TABLES[0]; i++) {
        struct input input;

        input_init(&input);
        assert_ok(input_read_text(&input, TABLES[i].name, TABLES[i].bytes), input.error);
        assert_string_equal(input.report.format, "csv");
        assert_document(&input, TABLES[i].text);
        input_free(&input);
    }
}

static void long_tables_repeat_their_header(void **state)
{
    struct buffer text;
    struct input input;
    size_t headers = 0;

    (void)state;
    buffer_init(&text, &memory_default);
    buffer_append_text(&text, "number,square\n");
    for (int i = 0; i < 120; i++) {
        buffer_append_format(&text, "%d,%d\n", i, i * i);
    }
    input_init(&input);
    assert_ok(input_read_text(&input, "a.csv", buffer_text(&text)), input.error);
    for (const char *at = input.recorder.messages[0].text;
         (at = strstr(at, "| number | square |\n| --- | --- |\n| ")) != NULL; at++) {
        headers++;
    }
    assert_int_equal(headers, 3);
    input_free(&input);
    buffer_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables_are_read),
        cmocka_unit_test(long_tables_repeat_their_header),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
