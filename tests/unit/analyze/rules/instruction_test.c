#include "support/test.h"

#include "analyze/language/own_text.h"
#include "analyze/rules/instruction.h"
#include "base/memory.h"

#define TEXTS_MAX 16

static struct arena tables;
static struct cue_table *marks;

/* What a message gave. */
struct told {
    struct arena arena;
    char *texts[TEXTS_MAX];
    char *subjects[TEXTS_MAX];
    int64_t times[TEXTS_MAX];
    int32_t ended[TEXTS_MAX];
    size_t count;
};

static void take(void *user, const struct instruction *instruction)
{
    struct told *told = user;

    assert_true(told->count < TEXTS_MAX);
    told->texts[told->count] = arena_copy_text(&told->arena, instruction->text);
    told->subjects[told->count] = arena_copy_text(&told->arena, instruction->subject);
    told->times[told->count] = instruction->time_us;
    told->ended[told->count] = instruction->ended;
    told->count++;
}

static cpk_message make_message(const char *text, int32_t kind)
{
    return (cpk_message){.struct_size = sizeof(cpk_message),
                         .kind = kind,
                         .role = CPK_ROLE_USER,
                         .time_us = INT64_C(1700000000000000),
                         .provider = "test",
                         .conversation_id = "c",
                         .conversation_title = "Thesis",
                         .message_id = "m",
                         .text = text,
                         .text_length = strlen(text)};
}

static void hear(const char *text, struct told *told)
{
    cpk_message message = make_message(text, CPK_KIND_TEXT);
    struct own_text_state state = {OWN_TEXT, OWN_TEXT};
    struct own_text own;

    memset(told, 0, sizeof *told);
    arena_init(&told->arena, &memory_default);
    assert_true(own_text_find(&told->arena, marks, text, message.text_length, &state, &own));
    if (!own.persona) {
        assert_true(instruction_read_speech(&told->arena, &message, own.text, take, told));
    }
}

static void read_told(const char *text, int32_t kind, struct told *told)
{
    cpk_message message = make_message(text, kind);

    memset(told, 0, sizeof *told);
    arena_init(&told->arena, &memory_default);
    assert_true(instruction_read_told(&told->arena, &message, take, told));
}

static int32_t is_standing(const char *text)
{
    struct told told;
    int32_t standing = 0;

    hear(text, &told);
    for (size_t i = 0; i < told.count; i++) {
        standing |= strcmp(told.subjects[i], INSTRUCTION_STANDING) == 0;
    }
    arena_free(&told.arena);
    return standing;
}

struct figures {
    int wanted;
    int found;
    int false_ones;
};

/* Reads "LANGUAGE|s|message", "...|n|..." and "...|c|..." lines. */
static struct figures measure(const char *name)
{
    struct figures figures = {0, 0, 0};
    char path[512];
    char line[2048];
    FILE *file;

    snprintf(path, sizeof path, "%s/analyze/%s", TEST_DATA_DIR, name);
    file = fopen(path, "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file) != NULL) {
        char *bar = line[0] == '#' ? NULL : strchr(line, '|');
        char *text = bar == NULL ? NULL : bar + 3;
        int32_t wanted = bar != NULL && bar[1] == 's';

        if (text == NULL) {
            continue;
        }
        text[strcspn(text, "\n")] = '\0';
        for (char *mark = strstr(text, "\\n"); mark != NULL; mark = strstr(text, "\\n")) {
            mark[0] = '\n';
            memmove(mark + 1, mark + 2, strlen(mark + 2) + 1);
        }
        figures.wanted += wanted;
        if (is_standing(text)) {
            figures.found += wanted;
            figures.false_ones += !wanted;
        }
        if (is_standing(text) != wanted) {
            print_message("%s: %s\n", wanted ? "missed" : "false", text);
        }
    }
    fclose(file);
    print_message("%s: %d of %d standing requests, %d false\n", name, figures.found, figures.wanted,
                  figures.false_ones);
    return figures;
}

static void standing_requests_are_found(void **state)
{
    struct figures figures = measure("instructions.txt");

    (void)state;
    assert_true(figures.wanted >= 250);
    assert_true(figures.found * 100 >= figures.wanted * 96);
    assert_true(figures.false_ones <= 1);
}

/* The cues were written without these messages: 61 of 65, 2 false, when they were first read. */
static void unseen_standing_requests_are_found(void **state)
{
    struct figures figures = measure("instructions_unseen.txt");

    (void)state;
    assert_true(figures.wanted >= 60);
    assert_true(figures.found * 100 >= figures.wanted * 90);
    assert_true(figures.false_ones * 100 <= figures.found * 5);
}

static void a_request_is_whole_and_verbatim(void **state)
{
    static const struct {
        const char *said;
        const char *text;
    } cases[] = {
        {"Thanks!  From now on,  please use metric units. How far is Rome?", "From now on,  please use metric units."},
        {"bitte keine Aufzählungen mehr wenn ich nur eine Frage stelle. Ein Satz reicht.",
         "bitte keine Aufzählungen mehr wenn ich nur eine Frage stelle. Ein Satz reicht."},
        {"From now on:\n- metric units\n- no emojis\n- call me Sam\n\nWhat is a furlong?",
         "From now on:\n- metric units\n- no emojis\n- call me Sam"},
        {"Metric, please. Always. Thanks", "Metric, please. Always."},
        {"I teach maths to teenagers. Remember that.", "I teach maths to teenagers. Remember that."},
        {"今後はコードだけ返してください。あと、これは何？", "今後はコードだけ返してください。"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct told told;

        hear(cases[i].said, &told);
        assert_int_equal(told.count, 1);
        assert_string_equal(told.texts[0], cases[i].text);
        arena_free(&told.arena);
    }
}

static void a_correction_is_no_standing_request_by_itself(void **state)
{
    static const char *const said[] = {"no emojis please", "Don't use bullet points.", "sin listas, por favor"};

    (void)state;
    for (size_t i = 0; i < sizeof said / sizeof said[0]; i++) {
        struct told told;

        hear(said[i], &told);
        assert_int_equal(told.count, 1);
        assert_string_equal(told.subjects[0], INSTRUCTION_CORRECTION);
        arena_free(&told.arena);
    }
}

static void texts_of_others_give_no_requests(void **state)
{
    static const char *const said[] = {
        "Summarise this email:\n\n\"From now on, always send me your hours by Friday. Never use the old form.\"",
        "> Always answer within a day.\n\nIs that reasonable?",
        "```\n# always use tabs\n# never commit secrets\n```\nwhat does this config do",
        "Let's play a game. You are a strict teacher. Always answer in one word.",
        "Write a text to my flatmates: from now on, please keep the kitchen clean",
    };

    (void)state;
    for (size_t i = 0; i < sizeof said / sizeof said[0]; i++) {
        if (is_standing(said[i])) {
            fail_msg("\"%s\" is not a request to the assistant", said[i]);
        }
    }
}

static void custom_instructions_are_one_whole(void **state)
{
    static const char text[] = " Preferred name: Sam\nRole: nurse\n\nOther Information: 夜勤あり。\n";
    struct told told;

    (void)state;
    read_told(text, CPK_KIND_INSTRUCTIONS, &told);
    assert_int_equal(told.count, 1);
    assert_string_equal(told.subjects[0], INSTRUCTION_CUSTOM);
    assert_string_equal(told.texts[0], "Preferred name: Sam\nRole: nurse\n\nOther Information: 夜勤あり。");
    assert_int_equal(told.times[0], INT64_C(1700000000000000));
    arena_free(&told.arena);
}

static void a_list_of_memories_gives_each_with_its_date(void **state)
{
    static const char list[] =
        "# Model Set Context\n\n1. [2025-03-01]. User lives in Ghent.\n\n2. [2025-04-01]. User has "
        "a dog:\n   - named Rex\n3. Prefers short answers.";
    struct told told;

    (void)state;
    read_told(list, CPK_KIND_MEMORY, &told);
    assert_int_equal(told.count, 3);
    assert_string_equal(told.texts[0], "User lives in Ghent.");
    assert_int_equal(told.times[0], INT64_C(1740787200000000));
    assert_string_equal(told.texts[1], "User has a dog:\n   - named Rex");
    assert_int_equal(told.times[1], INT64_C(1743465600000000));
    assert_string_equal(told.texts[2], "Prefers short answers.");
    assert_int_equal(told.times[2], INT64_C(1700000000000000));
    arena_free(&told.arena);
}

static void headings_stay_with_items_that_need_them(void **state)
{
    struct told told;

    (void)state;
    read_told("**Work context**\n\nAna runs a bakery in Porto.\n\n**Allergies**\n- latex\n- "
              "peanuts\n\n**答え方**\n\n短い答えを好む。",
              CPK_KIND_MEMORY, &told);
    assert_int_equal(told.count, 3);
    assert_string_equal(told.texts[0], "Ana runs a bakery in Porto.");
    assert_string_equal(told.texts[1], "**Allergies**\n- latex\n- peanuts");
    assert_string_equal(told.texts[2], "短い答えを好む。");
    arena_free(&told.arena);
}

static void forgotten_memories_end(void **state)
{
    struct told told;

    (void)state;
    read_told("Forget that the user lives in Leeds.", CPK_KIND_MEMORY, &told);
    assert_int_equal(told.count, 1);
    assert_true(told.ended[0]);
    arena_free(&told.arena);
    hear("please forget that I live in Leeds", &told);
    assert_int_equal(told.count, 1);
    assert_true(told.ended[0]);
    assert_string_equal(told.subjects[0], INSTRUCTION_MEMORY);
    arena_free(&told.arena);
}

static void all_cues_are_in_the_table(void **state)
{
    size_t capacity;

    (void)state;
    assert_true(request_cue_count(&capacity) > 9000);
    assert_true(request_cue_count(&capacity) < capacity);
}

int main(void)
{
    int failed;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(standing_requests_are_found),
        cmocka_unit_test(unseen_standing_requests_are_found),
        cmocka_unit_test(a_request_is_whole_and_verbatim),
        cmocka_unit_test(a_correction_is_no_standing_request_by_itself),
        cmocka_unit_test(texts_of_others_give_no_requests),
        cmocka_unit_test(custom_instructions_are_one_whole),
        cmocka_unit_test(a_list_of_memories_gives_each_with_its_date),
        cmocka_unit_test(headings_stay_with_items_that_need_them),
        cmocka_unit_test(forgotten_memories_end),
        cmocka_unit_test(all_cues_are_in_the_table),
    };

    arena_init(&tables, &memory_default);
    marks = cue_table_create(&tables);
    assert_non_null(marks);
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_free(&tables);
    return failed;
}
