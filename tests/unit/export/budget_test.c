/* Whatever is to be told, the exact count stays within the budget, and the budget is used. */
#include "base/error.h"
#include "base/utf8.h"
#include "support/test.h"
#include "text/tokens/tokens.h"
#include "unit/export/sample.h"

#include <time.h>

static struct context test_context;
static uint32_t random_state;

static uint32_t random_below(uint32_t limit)
{
    random_state = random_state * 1664525u + 1013904223u;
    return (random_state >> 8) % limit;
}

static const char *const words[][8] = {
    {"bridge", "Lisbon", "solver", "weekly", "short", "prefers", "timber", "rust"},
    {"\xe6\xa9\x8b", "\xe6\x9d\xb1\xe4\xba\xac", "\xe8\xa8\x88\xe7\xae\x97", "\xe6\xaf\x8e\xe9\x80\xb1", "\xe7\x9f\xad",
     "\xe3\x82\x92", "\xe6\x9c\xa8\xe6\x9d\x90", "\xe3\x80\x82"},
    {"\xd0\xbc\xd0\xbe\xd1\x81\xd1\x82", "\xd0\x9b\xd0\xb8\xd1\x81", "\xd0\xb4\xd0\xbb\xd1\x8f", "\xd1\x8f",
     "\xd0\xbd\xd0\xb5", "\xd0\xb2", "\xd0\xb8", "\xd0\xba\xd0\xbe\xd0\xb4"},
    {"\xf0\x9f\x98\x80", "\xf0\x9f\x8f\xb4", "\xe1\x8e\xa0", "\xf0\x92\x80\x80", "\xe0\xa4\x95", "\xd7\xa9",
     "\xe2\x88\x91", "\xf0\x9d\x94\x98"},
    {"`a`", "|", "...", "/*", "\n\n", "<b>", "\\", "###"},
};

static void make_text(char *text, size_t size_bytes, uint32_t max_words)
{
    uint32_t script = random_below(sizeof words / sizeof words[0]);
    uint32_t count = 1 + random_below(max_words);

    text[0] = '\0';
    for (uint32_t i = 0; i < count; i++) {
        const char *word = words[random_below(10) == 0 ? random_below(5) : script][random_below(8)];

        if (strlen(text) + strlen(word) + 2 > size_bytes) {
            break;
        }
        strcat(text, word);
        strcat(text, random_below(4) == 0 ? "" : " ");
    }
}

static void add_random(struct finding_set *set, size_t count)
{
    char text[2000];
    char quote[2000];

    for (size_t i = 0; i < count; i++) {
        char date[32];

        make_text(text, sizeof text, random_below(20) == 0 ? 300 : 12);
        make_text(quote, sizeof quote, 40);
        snprintf(date, sizeof date, "20%02u-%02u-%02u", 20 + random_below(5), 1 + random_below(12),
                 1 + random_below(28));
        export_sample_add(set, (enum finding_category)random_below(FINDING_CATEGORY_COUNT), text, random_below(8) == 0,
                          1 + random_below(9), "2020-01-01", random_below(6) == 0 ? NULL : date, quote);
    }
}

static int64_t count_tokens(const struct buffer *text)
{
    cpk_error *error = NULL;
    int64_t tokens;

    assert_ok(tokens_count(&test_context.allocator, CPK_ENCODING_O200K_BASE, buffer_text(text), text->length, &tokens,
                           &error),
              error);
    return tokens;
}

static int64_t render(int32_t type, const struct document_input *input, struct buffer *target)
{
    cpk_error *error = NULL;
    int64_t tokens;

    buffer_init(target, &test_context.allocator);
    assert_ok(document_render_markdown(&test_context, type, input, target, &tokens, &error), error);
    return tokens;
}

static void document_never_exceeds_the_budget(void **state)
{
    static const int64_t budgets[] = {200, 201, 230, 400, 999, 2000, 16000};

    (void)state;
    for (uint32_t round = 0; round < 60; round++) {
        struct export_sample sample;

        random_state = round * 977 + 1;
        export_sample_init(&sample, &test_context.allocator);
        add_random(&sample.findings, random_below(round % 2 == 0 ? 30 : 900));
        for (size_t i = 0; i < sizeof budgets / sizeof budgets[0]; i++) {
            for (int32_t type = DOCUMENT_COMPACT; type <= DOCUMENT_COMPLETE; type++) {
                struct buffer text;
                int64_t tokens;

                if (type != DOCUMENT_COMPACT && budgets[i] < 400) { /* below what the setting allows */
                    continue;
                }
                sample.input.max_tokens = budgets[i];
                tokens = render(type, &sample.input, &text);
                assert_true(tokens <= budgets[i]);
                assert_int_equal(tokens, count_tokens(&text));
                assert_int_equal(utf8_valid_prefix(text.data, text.length), text.length);
                buffer_free(&text);
            }
        }
        export_sample_free(&sample);
    }
}

static void long_names_fit_a_small_budget(void **state)
{
    static char name[801];
    struct export_sample sample;
    struct buffer text;

    (void)state;
    for (size_t i = 0; i + 4 < sizeof name; i += 4) {
        memcpy(name + i, "\xf0\x92\x80\x80", 4);
    }
    export_sample_init(&sample, &test_context.allocator);
    sample.input.pack_name = name;
    sample.input.description = name;
    sample.input.max_tokens = 200;
    assert_true(render(DOCUMENT_COMPACT, &sample.input, &text) <= 200);
    assert_int_equal(count_tokens(&text) <= 200, 1);
    buffer_free(&text);
    export_sample_free(&sample);
}

static void too_small_budget_is_rejected(void **state)
{
    struct export_sample sample;
    cpk_error *error = NULL;
    int64_t tokens;
    struct buffer text;

    (void)state;
    export_sample_init(&sample, &test_context.allocator);
    buffer_init(&text, &test_context.allocator);
    sample.input.max_tokens = 20;
    assert_int_equal(document_render_markdown(&test_context, DOCUMENT_COMPACT, &sample.input, &text, &tokens, &error),
                     CPK_ERROR_LIMIT_EXCEEDED);
    assert_non_null(strstr(cpk_error_message(error), "export.compact_max_tokens"));
    assert_int_equal(text.length, 0);
    error_clear(&error);
    buffer_free(&text);
    export_sample_free(&sample);
}

/* When there is more to tell than fits, little of the budget stays unused. */
static void budget_is_used(void **state)
{
    static const int64_t budgets[] = {400, 2000, 16000};
    struct export_sample sample;

    (void)state;
    random_state = 5;
    export_sample_init(&sample, &test_context.allocator);
    for (uint32_t i = 0; i < 3000; i++) {
        char text[64];

        snprintf(text, sizeof text, "Statement number %u of a long life", (unsigned)i);
        export_sample_add(&sample.findings, (enum finding_category)(i % FINDING_CATEGORY_COUNT), text, 0, 1 + i % 50,
                          "2024-01-01", "2024-02-02", "A quote of some length that supports it.");
    }
    for (int32_t type = DOCUMENT_COMPACT; type <= DOCUMENT_STANDARD; type++) {
        for (size_t i = 0; i < sizeof budgets / sizeof budgets[0]; i++) {
            struct buffer text;

            sample.input.max_tokens = budgets[i];
            assert_in_range(render(type, &sample.input, &text),
                            (uint64_t)budgets[i] - (type == DOCUMENT_COMPACT ? 20 : 50), (uint64_t)budgets[i]);
            buffer_free(&text);
        }
    }
    export_sample_free(&sample);
}

/* The best assertion of every category is there before the second best of any. */
static void every_category_has_its_best_entries(void **state)
{
    struct export_sample sample;
    struct buffer text;

    (void)state;
    export_sample_init(&sample, &test_context.allocator);
    for (uint32_t i = 0; i < 400; i++) { /* one category with many findings and high scores */
        char statement[64];

        snprintf(statement, sizeof statement, "Uses tool number %u", (unsigned)i);
        export_sample_add(&sample.findings, FINDING_SKILL, statement, 0, 100 + i, "2024-01-01", "2024-06-01", NULL);
    }
    sample.input.max_tokens = 900;
    render(DOCUMENT_COMPACT, &sample.input, &text);
    assert_non_null(strstr(text.data, "Works as a structural engineer"));
    assert_non_null(strstr(text.data, "Is allergic to hazelnuts"));
    assert_non_null(strstr(text.data, "Has a daughter"));
    assert_non_null(strstr(text.data, "- [2024-05-30] \xe2\x80\x9cWe moved to Lisbon"));
    assert_non_null(strstr(text.data, "Uses tool number 399 "));
    assert_null(strstr(text.data, "Uses tool number 3 "));
    assert_non_null(strstr(text.data, "Left out for length: "));
    buffer_free(&text);
    export_sample_free(&sample);
}

static size_t count_lines_with(const struct buffer *text, const char *start)
{
    size_t count = 0;

    for (const char *at = strstr(text->data, start); at != NULL; at = strstr(at + 1, start)) {
        count++;
    }
    return count;
}

/* Long instructions come first and whole, but leave room for the rest; the last line counts those left out. */
static void instructions_leave_room_for_the_rest(void **state)
{
    static char huge[9000];
    struct finding_set set;
    struct export_sample sample;
    struct buffer text;

    (void)state;
    export_sample_init(&sample, &test_context.allocator);
    finding_set_init(&set, &test_context.allocator);
    for (size_t i = 0; i + 1 < sizeof huge; i++) {
        huge[i] = "answer me briefly "[i % 18];
    }
    export_sample_add_words(&set, FINDING_INSTRUCTION, "custom", huge, 0, "2024-06-01", 2000);
    for (uint32_t i = 0; i < 40; i++) {
        char rule[400];
        char excerpt[100];

        snprintf(rule, sizeof rule,
                 "Rule %u: when I send a draft, mark at most three things that are wrong with it, give "
                 "reasons for each, and never rewrite it as a whole. End of rule %u.",
                 i, i);
        snprintf(excerpt, sizeof excerpt, "My bridge number %u was finished that week.", i);
        export_sample_add_words(&set, FINDING_INSTRUCTION, "standing", rule, 0, "2024-05-01", 1000 - i);
        export_sample_add_words(&set, FINDING_EXCERPT, "", excerpt, 0, "2024-04-01", 1000 - i);
        export_sample_add(&set, FINDING_PROJECT, excerpt, 0, 1 + i, "2024-01-01", "2024-06-01", NULL);
    }
    sample.input.findings = &set;
    sample.input.max_tokens = 1200;
    assert_in_range(render(DOCUMENT_COMPACT, &sample.input, &text), 1140, 1200);
    assert_in_range(count_lines_with(&text, ": when I send"), 8, 20);
    assert_int_equal(count_lines_with(&text, ": when I send"), count_lines_with(&text, "End of rule"));
    assert_null(strstr(text.data, "briefly"));
    assert_true(count_lines_with(&text, "- My bridge") > 5);
    assert_true(count_lines_with(&text, "My bridge") > count_lines_with(&text, "- My bridge") + 5);
    assert_in_range(count_lines_with(&text, "] \xe2\x80\x9cMy bridge"), 1, 5); /* many of one conversation in a line */
    assert_non_null(strstr(text.data, " instructions, "));
    buffer_free(&text);
    sample.input.max_tokens = 16000; /* a larger budget has the long one */
    render(DOCUMENT_STANDARD, &sample.input, &text);
    assert_int_equal(count_lines_with(&text, "briefly"), 500);
    assert_null(strstr(text.data, " instructions, "));
    buffer_free(&text);
    finding_set_free(&set);
    export_sample_free(&sample);
}

/* Excerpts are chosen by score and fill the budget; they are read newest first. */
static void excerpts_fill_the_budget_by_score(void **state)
{
    struct export_sample sample;
    struct buffer text;
    const char *newer;
    const char *older;

    (void)state;
    export_sample_init(&sample, &test_context.allocator);
    for (uint32_t i = 100; i < 900; i++) {
        char excerpt[100];
        char date[16];

        snprintf(excerpt, sizeof excerpt, "I keep the log of day %u in a blue notebook, as my mother did.", i);
        snprintf(date, sizeof date, "202%u-%02u-%02u", i / 336, 1 + i % 12, 1 + i / 12 % 28);
        export_sample_add_words(&sample.findings, FINDING_EXCERPT, "", excerpt, 0, date, 10000 - i);
    }
    for (int32_t type = DOCUMENT_COMPACT; type <= DOCUMENT_STANDARD; type++) {
        sample.input.max_tokens = type == DOCUMENT_COMPACT ? 2000 : 16000;
        assert_true(render(type, &sample.input, &text) > sample.input.max_tokens * 97 / 100);
        newer = strstr(text.data, "day 107 "); /* December */
        older = strstr(text.data, "day 108 "); /* January */
        assert_non_null(newer);
        assert_non_null(older);
        assert_true(newer < older);
        assert_null(strstr(text.data, "day 899 "));
        for (uint32_t i = 100, missing = 0; i < 900; i++) { /* no gap by score */
            char excerpt[32];

            snprintf(excerpt, sizeof excerpt, "day %u in", i);
            missing |= strstr(text.data, excerpt) == NULL;
            assert_int_equal(strstr(text.data, excerpt) == NULL, missing);
        }
        buffer_free(&text);
    }
    export_sample_free(&sample);
}

/* Standard has a quote once: under its statement only if no excerpt has it. */
static void quote_of_an_excerpt_is_not_repeated(void **state)
{
    struct export_sample sample;
    struct buffer text;

    (void)state;
    export_sample_init(&sample, &test_context.allocator);
    sample.input.max_tokens = 16000;
    render(DOCUMENT_STANDARD, &sample.input, &text);
    assert_int_equal(count_lines_with(&text, "We moved to Lisbon last month"), 1);
    assert_non_null(strstr(text.data, "- Uses QGIS (as of 2022-02-20)\n"
                                      "  - [2022-02-20] \xe2\x80\x9cI have the map in QGIS.\xe2\x80\x9d\n"));
    buffer_free(&text);
    render(DOCUMENT_COMPLETE,
           &(struct document_input){.pack_name = "x",
                                    .sources = sample.input.sources,
                                    .source_count = sample.input.source_count,
                                    .conversations = sample.input.conversations,
                                    .conversation_count = sample.input.conversation_count,
                                    .findings = &sample.findings},
           &text);
    assert_int_equal(count_lines_with(&text, "We moved to Lisbon last month"), 1);
    assert_int_equal(count_lines_with(&text, "I have the map in QGIS"), 1);
    assert_int_equal(count_lines_with(&text, "Please skip the introduction"), 1);
    buffer_free(&text);
    export_sample_free(&sample);
}

/* Topics take a small share, though the budget has room. */
static void few_topics_are_in_a_standard_pack(void **state)
{
    struct export_sample sample;
    struct buffer text;

    (void)state;
    export_sample_init(&sample, &test_context.allocator);
    for (uint32_t i = 0; i < 200; i++) {
        char topic[32];

        snprintf(topic, sizeof topic, "topic number %u", i);
        export_sample_add(&sample.findings, FINDING_TOPIC, topic, 0, 3 + i, "2024-01-01", "2024-02-02", NULL);
    }
    sample.input.max_tokens = 16000;
    assert_in_range(render(DOCUMENT_STANDARD, &sample.input, &text), 1000, 3000);
    assert_in_range(count_lines_with(&text, "- topic number"), 10, 30);
    assert_non_null(strstr(text.data, "- topic number 199 "));
    assert_non_null(strstr(text.data, " topics. A larger pack has them."));
    buffer_free(&text);
    export_sample_free(&sample);
}

static void ten_thousand_findings_fit_the_budget(void **state)
{
    struct timespec start;
    struct timespec end;
    struct export_sample sample;
    int64_t elapsed_ms;

    (void)state;
    random_state = 11;
    export_sample_init(&sample, &test_context.allocator);
    add_random(&sample.findings, 10000);
    for (int32_t type = DOCUMENT_COMPACT; type <= DOCUMENT_COMPLETE; type++) {
        static const int64_t budgets[] = {0, 2000, 16000, 0};
        struct buffer text;

        sample.input.max_tokens = budgets[type];
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &start);
        render(type, &sample.input, &text);
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
        elapsed_ms = (end.tv_sec - start.tv_sec) * 1000 + (end.tv_nsec - start.tv_nsec) / 1000000;
        print_message("type %d: 10,000 findings in %lld ms\n", (int)type, (long long)elapsed_ms);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
        assert_true(elapsed_ms < 3000); /* measured: well below 1,000; the rest is for slow machines */
#endif
        buffer_free(&text);
    }
    export_sample_free(&sample);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(document_never_exceeds_the_budget),   cmocka_unit_test(long_names_fit_a_small_budget),
        cmocka_unit_test(too_small_budget_is_rejected),        cmocka_unit_test(budget_is_used),
        cmocka_unit_test(every_category_has_its_best_entries), cmocka_unit_test(instructions_leave_room_for_the_rest),
        cmocka_unit_test(excerpts_fill_the_budget_by_score),   cmocka_unit_test(quote_of_an_excerpt_is_not_repeated),
        cmocka_unit_test(few_topics_are_in_a_standard_pack),   cmocka_unit_test(ten_thousand_findings_fit_the_budget),
    };

    context_init(&test_context);
    return cmocka_run_group_tests_name("export: budget", tests, NULL, NULL);
}
