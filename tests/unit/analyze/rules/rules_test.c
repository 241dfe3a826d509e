/* Reads tests/data/analyze/assertions.txt and assertions_held_out.txt: on each line a sentence and, after a tab, the
 * statements that it makes, separated by "; ", or "-" for none. */
#include "support/test.h"

#include "analyze/language/language.h"
#include "analyze/language/sentence.h"
#include "analyze/rules/place.h"
#include "analyze/rules/rules.h"
#include "analyze/rules/slot.h"
#include "base/buffer.h"
#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>

#define LINE_BYTES 4096

struct fixture {
    struct arena arena;
    struct arena scratch;
    struct language_table *languages;
    struct rules *rules;
    struct buffer subject;
    struct buffer value;
    struct buffer line;
    struct buffer told; /* the statements of one line */
    int64_t until_us;   /* of the last one */
    int32_t confidence;
};

static struct fixture fixture;

static int set_up(void **state)
{
    (void)state;
    arena_init(&fixture.arena, &memory_default);
    arena_init(&fixture.scratch, &memory_default);
    buffer_init(&fixture.subject, &memory_default);
    buffer_init(&fixture.value, &memory_default);
    buffer_init(&fixture.line, &memory_default);
    buffer_init(&fixture.told, &memory_default);
    fixture.languages = language_table_create(&fixture.arena);
    fixture.rules = rules_create(&fixture.arena);
    return fixture.languages == NULL || fixture.rules == NULL;
}

static int tear_down(void **state)
{
    (void)state;
    buffer_free(&fixture.told);
    buffer_free(&fixture.line);
    buffer_free(&fixture.value);
    buffer_free(&fixture.subject);
    arena_free(&fixture.scratch);
    arena_free(&fixture.arena);
    return 0;
}

static void take(void *user, const struct statement *statement)
{
    (void)user;
    if (fixture.told.length > 0) {
        buffer_append_text(&fixture.told, "; ");
    }
    buffer_append_text(&fixture.told, statement->superseded ? "former: " : "");
    buffer_append_text(&fixture.told, statement->text);
    fixture.until_us = statement->until_us;
    fixture.confidence = statement->confidence;
}

/* The statements of a message, "-" if it makes none. */
static const char *read_message(const char *text, int64_t time_us)
{
    static struct word words[WORDS_MAX];
    struct rule_reader reader;
    struct sentence_reader sentences;
    struct sentence sentence;
    enum language message = language_detect(fixture.languages, text, strlen(text));

    memset(&reader, 0, sizeof reader);
    reader.rules = fixture.rules;
    reader.arena = &fixture.scratch;
    reader.text = text;
    reader.time_us = time_us;
    reader.subject = &fixture.subject;
    reader.value = &fixture.value;
    reader.line = &fixture.line;
    reader.emit = take;
    buffer_clear(&fixture.told);
    fixture.until_us = CPK_TIME_UNKNOWN;
    arena_reset(&fixture.scratch);
    sentence_reader_init(&sentences, text, strlen(text));
    while (sentence_next(&sentences, &sentence)) {
        enum language language =
            language_detect(fixture.languages, text + sentence.start, sentence.end - sentence.start);
        size_t next = 0;
        int32_t failed = 0;
        size_t count = words_split(&fixture.scratch, text, sentence.start, sentence.end, words, &next, &failed);

        assert_false(failed);
        language = language == LANGUAGE_UNKNOWN ? message : language;
        if (language >= LANGUAGE_JA) {
            rules_read_frames(&reader, language, sentence.start, sentence.end, sentence.question);
        } else {
            rules_read(&reader, language, words, count, sentence.question);
        }
    }
    assert_true(rules_finish(&reader, strlen(text)));
    return fixture.told.length == 0 ? "-" : buffer_text(&fixture.told);
}

struct lines {
    size_t count;
    size_t wrong;    /* lines with another result than expected */
    size_t invented; /* of these, lines with a statement that is not expected */
};

/* 1 if a statement is told that is not expected. */
static int32_t invents(const char *told, const char *expected)
{
    char copy[LINE_BYTES];

    snprintf(copy, sizeof copy, "%s", told);
    for (char *at = copy; at != NULL && strcmp(told, "-") != 0;) {
        char *next = strstr(at, "; ");

        if (next != NULL) {
            *next = '\0';
            next += 2;
        }
        if (strstr(expected, at) == NULL) {
            return 1;
        }
        at = next;
    }
    return 0;
}

static struct lines read_lines(const char *path)
{
    struct lines lines = {0, 0, 0};
    char line[LINE_BYTES];
    FILE *file = fopen(path, "r");

    assert_non_null(file);
    while (fgets(line, sizeof line, file) != NULL) {
        char *expected;
        const char *told;

        line[strcspn(line, "\r\n")] = '\0';
        expected = strchr(line, '\t');
        if (line[0] == '#' || expected == NULL) {
            continue;
        }
        *expected = '\0';
        expected++;
        told = read_message(line, INT64_C(1700000000000000));
        lines.count++;
        if (strcmp(told, expected) != 0) {
            print_message("%s\n  expected: %s\n  told:     %s\n", line, expected, told);
            lines.wrong++;
            lines.invented += (size_t)invents(told, expected);
        }
    }
    fclose(file);
    print_message("%zu lines, %zu wrong, %zu with an invented statement\n", lines.count, lines.wrong, lines.invented);
    return lines;
}

static void lines_state_what_they_should(void **state)
{
    struct lines lines = read_lines(TEST_DATA_DIR "/analyze/assertions.txt");

    (void)state;
    assert_true(lines.count >= 300);
    assert_int_equal(lines.wrong, 0);
}

/* Lines that no rule was written for: most are read, hardly any is misread. */
static void held_out_lines_are_not_misread(void **state)
{
    struct lines lines = read_lines(TEST_DATA_DIR "/analyze/assertions_held_out.txt");

    (void)state;
    assert_true(lines.count >= 150);
    assert_true(lines.wrong * 100 <= lines.count * 20);
    assert_true(lines.invented * 100 <= lines.count * 3);
}

static void places_are_found_in_order(void **state)
{
    (void)state;
    assert_true(place_is_known("porto", 5, 0));
    assert_true(place_is_known("new york", 8, 0));
    assert_true(place_is_known("reading", 7, 1));
    assert_false(place_is_known("reading", 7, 0)); /* also a word: only with a capital */
    assert_false(place_is_known("postgresql", 10, 1));
    assert_false(place_is_known("port", 4, 0));
}

/* 2023-11-14 is the day of the messages. */
static void dates_end_statements(void **state)
{
    (void)state;
    assert_string_equal(read_message("I'm moving to Lyon in May.", INT64_C(1700000000000000)), "Moving to Lyon");
    assert_int_equal(fixture.until_us, INT64_C(1717200000000000) - 1); /* the end of May 2024 */
    assert_string_equal(read_message("I'm on sick leave until 3 March 2025.", INT64_C(1700000000000000)),
                        "On leave until 3 March 2025");
    assert_int_equal(fixture.until_us, INT64_C(1741046400000000) - 1);
    assert_string_equal(read_message("I'm moving to Lyon.", INT64_C(1700000000000000)), "Moving to Lyon");
    assert_int_equal(fixture.until_us, CPK_TIME_UNKNOWN);
    assert_string_equal(read_message("I'm moving to Lyon in May.", CPK_TIME_UNKNOWN), "Moving to Lyon");
    assert_int_equal(fixture.until_us, CPK_TIME_UNKNOWN);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_state_what_they_should),
        cmocka_unit_test(held_out_lines_are_not_misread),
        cmocka_unit_test(places_are_found_in_order),
        cmocka_unit_test(dates_end_statements),
    };

    if (argc > 1) { /* states of each line of a file, to look at */
        char line[LINE_BYTES];
        FILE *file = fopen(argv[1], "r");

        while (set_up(NULL) == 0 && file != NULL && fgets(line, sizeof line, file) != NULL) {
            line[strcspn(line, "\r\n\t")] = '\0';
            printf("%s\t%s\n", line, read_message(line, INT64_C(1700000000000000)));
            tear_down(NULL);
        }
        return 0;
    }
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
