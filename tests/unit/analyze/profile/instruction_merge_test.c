#include "support/test.h"

#include "analyze/profile/finding_merge.h"
#include "base/memory.h"

#define DAY_US INT64_C(86400000000)

struct said {
    const char *subject;
    const char *text;
    const char *conversation;
    int64_t day;
    int32_t ended;
};

/* Merges instructions, each in a chunk of its own, in the given direction. */
static void merge_all(const struct said *said, size_t count, int32_t backwards, struct finding_set *result)
{
    struct finding_merge *merge;
    cpk_error *error = NULL;

    finding_set_init(result, &memory_default);
    assert_ok(finding_merge_create(&memory_default, &merge, &error), error);
    for (size_t i = 0; i < count; i++) {
        const struct said *one = &said[backwards ? count - 1 - i : i];
        struct finding_evidence evidence = {"test", one->conversation, "", "m", one->day * DAY_US, ""};
        int32_t excerpt = strcmp(one->subject, "excerpt") == 0;
        struct finding item = {.category = excerpt ? FINDING_EXCERPT : FINDING_INSTRUCTION,
                               .subject = one->subject,
                               .value = "",
                               .text = one->text,
                               .superseded = one->ended,
                               .confidence = 1000,
                               .mentions = 1,
                               .conversations = 1,
                               .first_us = one->day * DAY_US,
                               .last_us = one->day * DAY_US,
                               .until_us = CPK_TIME_UNKNOWN,
                               .evidence = &evidence,
                               .evidence_count = 1};
        struct finding_set chunk;

        finding_set_init(&chunk, &memory_default);
        assert_non_null(finding_set_add(&chunk, &item));
        chunk.first_us = item.first_us;
        chunk.last_us = item.last_us;
        assert_ok(finding_merge_add(merge, &chunk, &error), error);
        finding_set_free(&chunk);
    }
    assert_ok(finding_merge_finish(merge, result, &error), error);
    finding_merge_free(merge);
}

struct expected {
    const char *text;
    int32_t superseded;
    int64_t mentions;
};

/* The result holds exactly the expected instructions, in any order of the chunks. */
static void check(const struct said *said, size_t count, const struct expected *expected, size_t expected_count)
{
    for (int32_t backwards = 0; backwards < 2; backwards++) {
        struct finding_set result;

        merge_all(said, count, backwards, &result);
        for (size_t i = 0; i < result.count; i++) {
            print_message("  %s%s (%lld)\n", result.items[i].superseded ? "former: " : "", result.items[i].text,
                          (long long)result.items[i].mentions);
        }
        assert_int_equal(result.count, expected_count);
        for (size_t i = 0; i < expected_count; i++) {
            size_t k = 0;

            while (k < result.count && strcmp(result.items[k].text, expected[i].text) != 0) {
                k++;
            }
            assert_true(k < result.count);
            assert_int_equal(result.items[k].superseded, expected[i].superseded);
            assert_int_equal(result.items[k].mentions, expected[i].mentions);
        }
        finding_set_free(&result);
    }
}

#define CHECK(said, expected)                                                                                          \
    check(said, sizeof(said) / sizeof(said)[0], expected, sizeof(expected) / sizeof(expected)[0])

static void custom_instructions_count_once(void **state)
{
    struct said said[50];
    static const struct expected expected[] = {{"Short answers. No emojis.", 0, 1}};
    char conversations[50][8];

    (void)state;
    for (size_t i = 0; i < 50; i++) {
        snprintf(conversations[i], sizeof conversations[i], "c%zu", i);
        said[i] = (struct said){"custom", "Short answers. No emojis.", conversations[i], (int64_t)i + 1, 0};
    }
    CHECK(said, expected);
}

static void a_changed_version_supersedes_the_earlier(void **state)
{
    static const struct said said[] = {
        {"custom", "I am a nurse in Leeds and I work shifts.", "a", 1, 0},
        {"custom", "Short answers, British spelling, no emojis, no disclaimers please.", "a", 1, 0},
        {"custom", "Retired. Gardening, grandchildren, a boat.", "b", 9, 0},
        {"custom", "Short answers, British spelling, no emojis, no disclaimers, please!", "b", 9, 0},
    };
    static const struct expected expected[] = {
        {"I am a nurse in Leeds and I work shifts.", 1, 1},
        {"Retired. Gardening, grandchildren, a boat.", 0, 1},
        {"Short answers, British spelling, no emojis, no disclaimers, please!", 0, 1},
    };

    (void)state;
    CHECK(said, expected);
}

static void the_newest_of_a_contradiction_holds(void **state)
{
    static const struct said said[] = {
        {"standing", "Keep your answers short.", "a", 1, 0},
        {"standing", "Longer answers are fine now.", "b", 5, 0},
        {"standing", "Call me Alexandra", "a", 1, 0},
        {"standing", "call me Alex please", "b", 6, 0},
        {"standing", "Antworte immer auf Deutsch.", "a", 2, 0},
        {"standing", "Antworte ab jetzt auf Englisch.", "b", 7, 0},
        {"standing", "Always use metric units when I ask about recipes.", "a", 3, 0},
        {"standing", "No bullet points unless I ask for them.", "a", 3, 0},
        {"standing", "From now on use at most 3 sentences.", "a", 3, 0},
        {"standing", "From now on use at most 5 sentences.", "b", 4, 0},
        {"standing", "When I ask about Go, assume version 1.21.", "a", 3, 0},
        {"standing", "When I ask about Go, assume version 1.23.", "b", 6, 0},
    };
    static const struct expected expected[] = {
        {"Keep your answers short.", 1, 1},
        {"Longer answers are fine now.", 0, 1},
        {"Call me Alexandra", 1, 1},
        {"call me Alex please", 0, 1},
        {"Antworte immer auf Deutsch.", 1, 1},
        {"Antworte ab jetzt auf Englisch.", 0, 1},
        {"Always use metric units when I ask about recipes.", 0, 1},
        {"No bullet points unless I ask for them.", 0, 1},
        {"From now on use at most 3 sentences.", 1, 1},
        {"From now on use at most 5 sentences.", 0, 1},
        {"When I ask about Go, assume version 1.21.", 1, 1},
        {"When I ask about Go, assume version 1.23.", 0, 1},
    };

    (void)state;
    CHECK(said, expected);
}

static void one_request_in_several_wordings_is_one(void **state)
{
    static const struct said said[] = {
        {"standing", "Please always use British spelling.", "a", 1, 0},
        {"standing", "always use British spelling", "b", 4, 0},
        {"standing", "Always use British spelling!", "c", 9, 0},
        {"standing", "Never use British spelling.", "d", 2, 0},
    };
    static const struct expected expected[] = {
        {"Always use British spelling!", 0, 3},
        {"Never use British spelling.", 1, 1},
    };

    (void)state;
    CHECK(said, expected);
}

static void repeated_corrections_become_standing(void **state)
{
    static const struct said said[] = {
        {"correction", "no emojis please", "a", 1, 0}, {"correction", "Don't use emojis.", "b", 3, 0},
        {"correction", "no bullet points", "a", 2, 0}, {"correction", "sin tablas", "c", 2, 0},
        {"correction", "sin tablas", "c", 3, 0},
    };
    static const struct expected expected[] = {{"Don't use emojis.", 0, 2}};

    (void)state;
    CHECK(said, expected);
}

static void forgotten_memories_are_gone(void **state)
{
    static const struct said said[] = {
        {"memory", "User lives in Leeds.", "a", 1, 0},
        {"memory", "User has a dog named Rex.", "a", 1, 0},
        {"memory", "User has a dog named Rex", "b", 2, 0},
        {"memory", "I live in Leeds", "c", 5, 1},
    };
    static const struct expected expected[] = {{"User has a dog named Rex.", 0, 1}};

    (void)state;
    CHECK(said, expected);
}

static void an_excerpt_does_not_repeat_an_instruction(void **state)
{
    static const struct said said[] = {
        {"standing", "tutéame y no me pongas emojis, por dios", "a", 1, 0},
        {"excerpt", "Tutéame y no me pongas emojis, por dios!", "a", 1, 0},
        {"excerpt", "Vivo en Teruel con mi gato Bruno desde agosto.", "b", 2, 0},
    };
    static const struct expected expected[] = {
        {"tutéame y no me pongas emojis, por dios", 0, 1},
        {"Vivo en Teruel con mi gato Bruno desde agosto.", 0, 1},
    };

    (void)state;
    CHECK(said, expected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(custom_instructions_count_once),
        cmocka_unit_test(a_changed_version_supersedes_the_earlier),
        cmocka_unit_test(the_newest_of_a_contradiction_holds),
        cmocka_unit_test(one_request_in_several_wordings_is_one),
        cmocka_unit_test(repeated_corrections_become_standing),
        cmocka_unit_test(forgotten_memories_are_gone),
        cmocka_unit_test(an_excerpt_does_not_repeat_an_instruction),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
