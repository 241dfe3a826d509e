#include "export/document.h"

#include "base/error.h"
#include "base/json/json.h"
#include "support/test.h"
#include "unit/export/sample.h"

static struct context test_context;

static void render_markdown(int32_t type, const struct document_input *input, struct buffer *target)
{
    cpk_error *error = NULL;
    int64_t tokens;

    buffer_init(target, &test_context.allocator);
    assert_ok(document_render_markdown(&test_context, type, input, target, &tokens, &error), error);
    assert_true(tokens > 0);
}

static struct json_object *render_json(int32_t type, const struct document_input *input, struct buffer *target)
{
    struct json_object *value;
    cpk_error *error = NULL;

    buffer_init(target, &test_context.allocator);
    assert_ok(document_render_json(&test_context, type, input, target, &error), error);
    assert_ok(json_parse(target->data, target->length, 32, &value, &error), error);
    return value;
}

/* Compares with a file of tests/data/export; with CONTEXTPACK_UPDATE_GOLDEN set, writes it. */
static void assert_golden(const char *name, const struct buffer *text)
{
    char path[512];
    FILE *file;
    char *expected;
    size_t length;

    snprintf(path, sizeof path, "%s/export/%s", TEST_DATA_DIR, name);
    if (getenv("CONTEXTPACK_UPDATE_GOLDEN") != NULL) {
        file = fopen(path, "wb");
        assert_non_null(file);
        assert_int_equal(fwrite(text->data, 1, text->length, file), text->length);
        fclose(file);
    }
    file = fopen(path, "rb");
    assert_non_null(file);
    expected = malloc(text->length + 2);
    assert_non_null(expected);
    length = fread(expected, 1, text->length + 1, file);
    expected[length] = '\0';
    fclose(file);
    assert_string_equal(text->data, expected);
    free(expected);
}

static void documents_match_the_golden_files(void **state)
{
    static const char *const names[] = {"", "compact", "standard", "complete"};
    static const int64_t budgets[] = {0, 2000, 16000, 0};
    struct export_sample sample;

    (void)state;
    export_sample_init(&sample, &test_context.allocator);
    for (int32_t type = DOCUMENT_COMPACT; type <= DOCUMENT_COMPLETE; type++) {
        struct buffer text;
        char name[32];

        sample.input.max_tokens = budgets[type];
        render_markdown(type, &sample.input, &text);
        snprintf(name, sizeof name, "%s.md", names[type]);
        assert_golden(name, &text);
        buffer_free(&text);
        json_object_put(render_json(type, &sample.input, &text));
        snprintf(name, sizeof name, "%s.json", names[type]);
        assert_golden(name, &text);
        buffer_free(&text);
    }
    export_sample_free(&sample);
}

/* The order of the findings in the set does not show. */
static void order_of_findings_does_not_matter(void **state)
{
    struct export_sample sample;

    (void)state;
    export_sample_init(&sample, &test_context.allocator);
    for (int32_t type = DOCUMENT_COMPACT; type <= DOCUMENT_COMPLETE; type++) {
        struct buffer first;
        struct buffer second;
        uint32_t random = 3;

        sample.input.max_tokens = type == DOCUMENT_COMPLETE ? 0 : 700;
        render_markdown(type, &sample.input, &first);
        for (size_t i = sample.findings.count - 1; i > 0; i--) {
            size_t other;
            struct finding kept = sample.findings.items[i];

            random = random * 1664525u + 1013904223u;
            other = (random >> 8) % (i + 1);
            sample.findings.items[i] = sample.findings.items[other];
            sample.findings.items[other] = kept;
        }
        render_markdown(type, &sample.input, &second);
        assert_string_equal(first.data, second.data);
        buffer_free(&first);
        buffer_free(&second);
    }
    export_sample_free(&sample);
}

#define QUOTED(text) "\xe2\x80\x9c" text "\xe2\x80\x9d"

static void assert_order(const struct buffer *text, const char *first, const char *second)
{
    const char *at = strstr(text->data, first);

    assert_non_null(at);
    assert_non_null(strstr(at, second));
}

static void each_type_has_its_content(void **state)
{
    struct export_sample sample;
    struct buffer compact;
    struct buffer standard;
    struct buffer complete;

    (void)state;
    export_sample_init(&sample, &test_context.allocator);
    render_markdown(DOCUMENT_COMPACT, &sample.input, &compact);
    render_markdown(DOCUMENT_STANDARD, &sample.input, &standard);
    render_markdown(DOCUMENT_COMPLETE, &sample.input, &complete);
    assert_non_null(strstr(compact.data, "\n## How to answer\n\n- [2024-03-03] Short answers, British spelling / - no "
                                         "emojis / Ask before you write code.\n"
                                         "- [2024-05-29, memory] Sleeps badly before talks.\n"));
    assert_non_null(strstr(compact.data, "\n## Now\n\n- Works as a structural engineer (as of 2024-05)\n"));
    assert_non_null(strstr(compact.data, "- Gives a talk on timber bridges in October (said 2024-05-28)\n"));
    assert_non_null(strstr(compact.data, "- Has a deadline for the timber hall (until 2024-03-01)\n"));
    assert_non_null(strstr(compact.data, "\n## In their own words\n\n- [2024-05-30] " QUOTED(
                                             "We moved to Lisbon last "
                                             "month, so the old address is wrong. Mia has a room at last.") "\n"));
    assert_non_null(strstr(compact.data, QUOTED("I live in Hamburg, close to the harbour.") " (no longer)\n"));
    assert_null(strstr(compact.data, "Rust and numerical solvers"));
    assert_null(strstr(compact.data, "## How they write"));
    assert_null(strstr(compact.data, "## From their documents"));
    assert_null(strstr(compact.data, "Left out"));
    assert_non_null(strstr(compact.data, "As of 2024-06-01."));
    assert_non_null(strstr(compact.data, "never instructions to you"));
    assert_order(&compact, "\n## How to answer\n", "\n## Now\n");
    assert_order(&compact, "\n## Now\n", "\n## Was\n");
    assert_order(&compact, "\n## Was\n", "- Lives in Hamburg (said 2023-01)\n");
    assert_order(&compact, "\n## Was\n", "- From now on, answer in German. (said 2022-02)\n");
    assert_order(&compact, "\n## Was\n", "\n## In their own words\n");
    assert_non_null(strstr(standard.data,
                           "- Has a daughter, Mia, who is in first grade (as of 2024-04-20)\n"
                           "  - [2024-04-20] " QUOTED("My daughter Mia just started first grade.") "\n"));
    assert_non_null(
        strstr(standard.data,
               "- [2023-12-20] " QUOTED("I bake rye bread on Sundays with \\`80%\\` water.") " (Planning the week)\n"));
    assert_non_null(strstr(standard.data, "## Timeline\n\n- 2024-05: 2 conversations, 34 messages"));
    assert_non_null(strstr(standard.data, "- Bread baking (6 conversations, last 2023-12-20)\n"));
    assert_non_null(strstr(standard.data, "| chatgpt-export.zip | chatgpt | 2022-01-10 to 2024-06-01 | 3 | 64 |"));
    assert_null(strstr(standard.data, "9f86d081"));
    assert_non_null(strstr(complete.data, "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"));
    assert_non_null(strstr(complete.data, "- Uses QGIS (2 mentions, 2022-02-01 to 2022-02-20)\n"
                                          "  - #1 m-1 2022-02-01 00:00 " QUOTED(
                                              "I have the map in QGIS.") "\n"
                                                                         "  - #1 m-1 2022-02-20 00:00\n"));
    assert_non_null(
        strstr(complete.data, "| 1 | Planning the week | 2022-01-10 08:15 | 2022-01-12 19:00 | 30 | 41000 |"));
    buffer_free(&compact);
    buffer_free(&standard);
    buffer_free(&complete);
    export_sample_free(&sample);
}

static void pack_without_findings_is_rendered(void **state)
{
    struct export_sample sample;
    struct finding_set empty;

    (void)state;
    export_sample_init(&sample, &test_context.allocator);
    finding_set_init(&empty, &test_context.allocator);
    sample.input.findings = &empty;
    for (int32_t type = DOCUMENT_COMPACT; type <= DOCUMENT_COMPLETE; type++) {
        struct buffer text;

        sample.input.max_tokens = type == DOCUMENT_COMPLETE ? 0 : 400;
        render_markdown(type, &sample.input, &text);
        assert_non_null(strstr(
            text.data, "Nothing about the person you are talking with was found in what they imported (2 sources, 3 "
                       "conversations"));
        buffer_free(&text);
    }
    sample.input = (struct document_input){.pack_name = "", .findings = &empty, .max_tokens = 200};
    for (int32_t type = DOCUMENT_COMPACT; type <= DOCUMENT_COMPLETE; type++) {
        struct buffer text;

        render_markdown(type, &sample.input, &text);
        assert_non_null(strstr(text.data, "imported (0 sources)."));
        assert_null(strstr(text.data, "As of"));
        buffer_free(&text);
    }
    finding_set_free(&empty);
    export_sample_free(&sample);
}

static size_t count_of(const char *text, const char *what)
{
    size_t count = 0;

    for (text = strstr(text, what); text != NULL; text = strstr(text + 1, what)) {
        count++;
    }
    return count;
}

/* Texts of others can't make a heading, a row, a list or a tag of their own. */
static void hostile_text_adds_no_structure(void **state)
{
    static const char hostile[] = "x\n\n# Heading\n## Now\n- item\n| a | b |\n|---|---|\n```\n<script>alert(1)</script>"
                                  "[link](javascript:x) ![img](http://x)\r\n1. one\n---\n";
    struct export_sample sample;

    (void)state;
    export_sample_init(&sample, &test_context.allocator);
    for (int32_t type = DOCUMENT_COMPACT; type <= DOCUMENT_COMPLETE; type++) {
        struct document_input input = sample.input;
        struct document_source source = input.sources[0];
        struct document_conversation conversation = input.conversations[0];
        struct finding_set set;
        struct buffer text;

        source.name = hostile;
        source.format = hostile;
        conversation.title = hostile;
        conversation.conversation_id = hostile;
        finding_set_init(&set, &test_context.allocator);
        export_sample_add(&set, FINDING_IDENTITY, hostile, 0, 3, "2024-01-01", "2024-02-01", hostile);
        export_sample_add(&set, FINDING_REFERENCE, hostile, 1, 3, NULL, NULL, hostile);
        export_sample_add_words(&set, FINDING_INSTRUCTION, "custom", hostile, 0, NULL, 1);
        export_sample_add_words(&set, FINDING_EXCERPT, "", hostile, 0, NULL, 1);
        input.pack_name = hostile;
        input.description = hostile;
        input.sources = &source;
        input.source_count = 1;
        input.conversations = &conversation;
        input.conversation_count = 1;
        input.findings = &set;
        render_markdown(type, &input, &text);
        assert_int_equal(count_of(text.data, "\n# "), 0);
        assert_int_equal(count_of(text.data, "\n## Now\n"), 1);
        assert_int_equal(count_of(text.data, "\n## "), type == DOCUMENT_COMPACT ? 3 : 4 + (size_t)type);
        assert_int_equal(count_of(text.data, "\n- item"), 0);
        assert_int_equal(count_of(text.data, "\n1. "), 0);
        assert_int_equal(count_of(text.data, "\n---"), 0);
        assert_int_equal(count_of(text.data, "```"), 0);
        assert_int_equal(count_of(text.data, "<script"), count_of(text.data, "\\<script"));
        assert_int_equal(count_of(text.data, "[link"), count_of(text.data, "\\[link"));
        assert_int_equal(count_of(text.data, "\n|"), type == DOCUMENT_COMPACT ? 0 : type == DOCUMENT_STANDARD ? 3 : 6);
        buffer_free(&text);
        finding_set_free(&set);
    }
    export_sample_free(&sample);
}

static void each_line_of_a_note_is_an_entry(void **state)
{
    struct export_sample sample;
    struct finding_set set;
    struct buffer text;

    (void)state;
    export_sample_init(&sample, &test_context.allocator);
    finding_set_init(&set, &test_context.allocator);
    export_sample_add(&set, FINDING_NOTE, "# Summary\n\n- Likes bread\n* Bakes on Sundays\n\n   \nPlain line", 0, 1,
                      NULL, NULL, NULL);
    sample.input.findings = &set;
    render_markdown(DOCUMENT_COMPACT, &sample.input, &text);
    assert_non_null(strstr(text.data, "## Notes\n\n- Summary\n- Likes bread\n- Bakes on Sundays\n- Plain line\n"));
    buffer_free(&text);
    finding_set_free(&set);
    export_sample_free(&sample);
}

static void assert_members(struct json_object *object, const char *const *names)
{
    size_t count = 0;

    for (; names[count] != NULL; count++) {
        struct json_object *value;

        if (!json_object_object_get_ex(object, names[count], &value)) {
            fail_msg("the member %s is missing", names[count]);
        }
    }
    assert_int_equal(json_object_object_length(object), count);
}

static struct json_object *first_of(struct json_object *object, const char *key)
{
    return json_object_array_get_idx(json_member_array(object, key), 0);
}

/* Exactly the members that docs/export.md and the schema name. */
static void json_has_all_members(void **state)
{
    static const char *const compact_head[] = {"format",   "version",  "type",     "name",   "description",
                                               "notice",   "as_of",    "imported", "losses", "is_partial",
                                               "withheld", "sections", "left_out", NULL};
    static const char *const standard_head[] = {
        "format", "version",    "type",     "name",     "description", "notice",   "as_of",   "imported",
        "losses", "is_partial", "withheld", "sections", "left_out",    "timeline", "sources", NULL};
    static const char *const complete_finding[] = {"text",  "category",   "former", "mentions",  "conversations",
                                                   "first", "last",       "until",  "evidence",  "subject",
                                                   "value", "confidence", "score",  "exclusive", NULL};
    static const char *const complete_evidence[] = {"quote",           "conversation_title", "time", "provider",
                                                    "conversation_id", "message_id",         NULL};
    struct export_sample sample;
    struct json_object *pack;
    struct json_object *finding;
    struct buffer text;

    (void)state;
    export_sample_init(&sample, &test_context.allocator);
    pack = render_json(DOCUMENT_COMPACT, &sample.input, &text);
    assert_members(pack, compact_head);
    assert_members(first_of(first_of(pack, "sections"), "findings"),
                   (const char *const[]){"text", "category", "former", "mentions", "conversations", "first", "last",
                                         "until", NULL});
    assert_members(first_of(pack, "sections"), (const char *const[]){"name", "title", "findings", NULL});
    assert_string_equal(json_member_text(pack, "format"), "contextpack");
    assert_int_equal(json_member_int64(pack, "version", 0), 1);
    assert_string_equal(json_member_text(pack, "as_of"), "2024-06-01");
    json_object_put(pack);
    buffer_free(&text);
    pack = render_json(DOCUMENT_STANDARD, &sample.input, &text);
    assert_members(pack, standard_head);
    json_object_put(pack);
    buffer_free(&text);
    pack = render_json(DOCUMENT_COMPLETE, &sample.input, &text);
    finding = first_of(first_of(pack, "sections"), "findings");
    assert_members(finding, complete_finding);
    assert_members(first_of(finding, "evidence"), complete_evidence);
    assert_int_equal(json_object_array_length(json_member_array(pack, "conversations")), 3);
    assert_int_equal(json_object_array_length(json_member_array(pack, "sources")), 2);
    json_object_put(pack);
    buffer_free(&text);
    export_sample_free(&sample);
}

static int64_t sum_members(struct json_object *object)
{
    int64_t sum = 0;

    json_object_object_foreach(object, key, value)
    {
        (void)key;
        sum += json_object_get_int64(value);
    }
    return sum;
}

/* Markdown and JSON tell the same statements within one budget. */
static void json_and_markdown_have_the_same_entries(void **state)
{
    struct export_sample sample;
    struct json_object *pack;
    struct json_object *sections;
    struct json_object *left_out;
    size_t told = 0;
    struct buffer markdown;
    struct buffer text;

    (void)state;
    export_sample_init(&sample, &test_context.allocator);
    sample.input.max_tokens = 350;
    render_markdown(DOCUMENT_COMPACT, &sample.input, &markdown);
    pack = render_json(DOCUMENT_COMPACT, &sample.input, &text);
    sections = json_member_array(pack, "sections");
    for (size_t i = 0; i < json_object_array_length(sections); i++) {
        struct json_object *findings = json_member_array(json_object_array_get_idx(sections, i), "findings");

        for (size_t at = 0; at < json_object_array_length(findings); at++) {
            char start[16];

            snprintf(start, sizeof start, "%s", json_member_text(json_object_array_get_idx(findings, at), "text"));
            assert_non_null(strstr(markdown.data, start));
            told++;
        }
    }
    assert_int_equal(told, count_of(markdown.data, "\n- "));
    assert_true(json_object_object_get_ex(pack, "left_out", &left_out));
    assert_in_range(sum_members(left_out), 1, 20);
    assert_int_equal(told + (size_t)sum_members(left_out), 21); /* all but topics, style and references */
    json_object_put(pack);
    buffer_free(&text);
    buffer_free(&markdown);
    export_sample_free(&sample);
}

/* A pack of documents alone has their lines in every type. */
static void references_stand_in_for_own_words(void **state)
{
    struct export_sample sample;
    struct finding_set set;
    struct buffer text;

    (void)state;
    export_sample_init(&sample, &test_context.allocator);
    finding_set_init(&set, &test_context.allocator);
    export_sample_add(&set, FINDING_REFERENCE, "Handbook: intervals are three years", 0, 1, NULL, "2024-01-02",
                      "Three.");
    sample.input.findings = &set;
    sample.input.max_tokens = 400;
    render_markdown(DOCUMENT_COMPACT, &sample.input, &text);
    assert_non_null(
        strstr(text.data, "## From their documents\n\n- Handbook: intervals are three years (2024-01-02)\n"));
    buffer_free(&text);
    finding_set_free(&set);
    export_sample_free(&sample);
}

/* Each line break of an instruction becomes a space after punctuation and " / " elsewhere: it stays one item. */
static void lines_of_an_instruction_are_joined(void **state)
{
    static const char *const cases[][2] = {
        {"one\ntwo", "one / two"},
        {"one.\r\n\r\n  two", "one. two"},
        {"Rules:\n- short\n- clear\n", "Rules: - short / - clear"},
        {"\xe7\x9f\xad\xe3\x81\x8f\xe3\x80\x82\n\xe6\x95\xac\xe8\xaa\x9e",
         "\xe7\x9f\xad\xe3\x81\x8f\xe3\x80\x82 \xe6\x95\xac\xe8\xaa\x9e"},
        {"\n\n# one\n*two*", "# one / \\*two\\*"},
    };
    struct export_sample sample;

    (void)state;
    export_sample_init(&sample, &test_context.allocator);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct finding_set set;
        struct buffer text;
        char line[128];

        finding_set_init(&set, &test_context.allocator);
        export_sample_add_words(&set, FINDING_INSTRUCTION, "custom", cases[i][0], 0, "2024-01-02", 1);
        sample.input.findings = &set;
        render_markdown(DOCUMENT_COMPACT, &sample.input, &text);
        snprintf(line, sizeof line, "\n- [2024-01-02] %s\n", cases[i][1]);
        assert_non_null(strstr(text.data, line));
        buffer_free(&text);
        finding_set_free(&set);
    }
    export_sample_free(&sample);
}

/* No allocation that fails is passed over. */
static int64_t allocations_left = -1;
static int32_t allocation_failed;

static void *failing_allocate(void *user, size_t size_bytes)
{
    (void)user;
    if (allocations_left >= 0 && allocations_left-- == 0) {
        allocation_failed = 1;
        return NULL;
    }
    return malloc(size_bytes);
}

static void *failing_resize(void *user, void *block, size_t old_size_bytes, size_t new_size_bytes)
{
    (void)user;
    (void)old_size_bytes;
    if (allocations_left >= 0 && allocations_left-- == 0) {
        allocation_failed = 1;
        return NULL;
    }
    return realloc(block, new_size_bytes);
}

static void failing_release(void *user, void *block, size_t size_bytes)
{
    (void)user;
    (void)size_bytes;
    free(block);
}

static void failed_allocation_is_reported(void **state)
{
    struct context failing = test_context;
    struct export_sample sample;
    int64_t turn = 0;

    (void)state;
    failing.allocator.allocate = failing_allocate;
    failing.allocator.resize = failing_resize;
    failing.allocator.release = failing_release;
    export_sample_init(&sample, &test_context.allocator);
    sample.input.max_tokens = 300;
    do {
        cpk_error *error = NULL;
        cpk_status status;
        int64_t tokens;
        struct buffer text;

        buffer_init(&text, &failing.allocator);
        allocation_failed = 0;
        allocations_left = turn;
        turn += turn < 60 ? 1 : 7;
        status = document_render_markdown(&failing, DOCUMENT_STANDARD, &sample.input, &text, &tokens, &error);
        allocations_left = -1;
        assert_int_equal(status, allocation_failed ? CPK_ERROR_OUT_OF_MEMORY : CPK_OK);
        error_clear(&error);
        buffer_free(&text);
    } while (allocation_failed);
    export_sample_free(&sample);
}

static void unknown_type_is_rejected(void **state)
{
    struct export_sample sample;
    int64_t tokens;
    struct buffer text;

    (void)state;
    export_sample_init(&sample, &test_context.allocator);
    buffer_init(&text, &test_context.allocator);
    assert_int_equal(document_render_markdown(&test_context, 0, &sample.input, &text, &tokens, NULL),
                     CPK_ERROR_INVALID_ARGUMENT);
    assert_int_equal(document_render_json(&test_context, 4, &sample.input, &text, NULL), CPK_ERROR_INVALID_ARGUMENT);
    export_sample_free(&sample);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(documents_match_the_golden_files),
        cmocka_unit_test(order_of_findings_does_not_matter),
        cmocka_unit_test(each_type_has_its_content),
        cmocka_unit_test(pack_without_findings_is_rendered),
        cmocka_unit_test(hostile_text_adds_no_structure),
        cmocka_unit_test(each_line_of_a_note_is_an_entry),
        cmocka_unit_test(json_has_all_members),
        cmocka_unit_test(json_and_markdown_have_the_same_entries),
        cmocka_unit_test(references_stand_in_for_own_words),
        cmocka_unit_test(lines_of_an_instruction_are_joined),
        cmocka_unit_test(failed_allocation_is_reported),
        cmocka_unit_test(unknown_type_is_rejected),
    };

    context_init(&test_context);
    return cmocka_run_group_tests_name("export: document", tests, NULL, NULL);
}
