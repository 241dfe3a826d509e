#include "support/test.h"

#include "analyze/extractive.h"
#include "analyze/profile/finding_merge.h"
#include "base/cancel.h"
#include "base/memory.h"
#include "base/utf8.h"

#define DAY_US INT64_C(86400000000)

static int32_t take_answer(void *user, const void *data, size_t length)
{
    buffer_append(user, data, length);
    return 0;
}

static cpk_message make_message(const char *text, int32_t kind, size_t number)
{
    static char ids[4096][16];
    cpk_message message = {.struct_size = sizeof message,
                           .flags = CPK_MESSAGE_ACTIVE_BRANCH,
                           .role = CPK_ROLE_USER,
                           .kind = kind,
                           .time_us = INT64_C(1700000000000000) + (int64_t)number * DAY_US,
                           .provider = "test",
                           .conversation_title = "",
                           .text = text,
                           .text_length = strlen(text)};

    snprintf(ids[number % 4096], sizeof ids[0], "c%zu", number);
    message.conversation_id = ids[number % 4096];
    message.message_id = ids[number % 4096];
    return message;
}

static void analyze(const cpk_message *messages, size_t count, int64_t max_findings, struct buffer *answer)
{
    struct context context;
    cpk_analyzer_driver driver;
    cpk_analyzer_request request = {
        .struct_size = sizeof request, .system_prompt = "", .text = "", .messages = messages, .message_count = count};
    cpk_analyzer_usage usage = {.struct_size = sizeof usage};
    cpk_error *error = NULL;

    context_init(&context);
    context.settings.values[SETTING_ANALYZE_MAX_FINDINGS] = max_findings;
    assert_ok(extractive_driver_create(&driver, &context, &error), error);
    buffer_clear(answer);
    assert_ok(driver.analyze(driver.self, &request, take_answer, answer, &usage, &error), error);
    driver.destroy(driver.self);
}

/* The merged findings of messages. */
static void understand(const cpk_message *messages, size_t count, struct finding_set *result)
{
    cpk_error *error = NULL;
    struct finding_merge *merge;
    struct finding_set set;
    struct buffer answer;

    buffer_init(&answer, &memory_default);
    finding_set_init(&set, &memory_default);
    finding_set_init(result, &memory_default);
    analyze(messages, count, 400, &answer);
    assert_ok(finding_set_read_answer(&set, answer.data, answer.length, &error), error);
    assert_ok(finding_merge_create(&memory_default, &merge, &error), error);
    assert_ok(finding_merge_add(merge, &set, &error), error);
    assert_ok(finding_merge_finish(merge, result, &error), error);
    finding_merge_free(merge);
    finding_set_free(&set);
    buffer_free(&answer);
}

static const struct finding *find(const struct finding_set *set, enum finding_category category, const char *text)
{
    for (size_t i = 0; i < set->count; i++) {
        if (set->items[i].category == category && strcmp(set->items[i].text, text) == 0) {
            return &set->items[i];
        }
    }
    return NULL;
}

static void print_all(const struct finding_set *set)
{
    for (size_t i = 0; i < set->count; i++) {
        print_message("  %s: %s\n", finding_category_name(set->items[i].category), set->items[i].text);
    }
}

struct expectation {
    const char *said;
    enum finding_category category;
    const char *text; /* NULL: nothing about the user */
};

static int32_t tells_something(const struct finding_set *set)
{
    for (size_t i = 0; i < set->count; i++) {
        if (set->items[i].category != FINDING_STYLE && set->items[i].category != FINDING_TOPIC &&
            set->items[i].category != FINDING_EXCERPT) {
            return 1;
        }
    }
    return 0;
}

static void check(const struct expectation *expected, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        cpk_message message = make_message(expected[i].said, CPK_KIND_TEXT, 1);
        struct finding_set set;

        understand(&message, 1, &set);
        if (expected[i].text != NULL && find(&set, expected[i].category, expected[i].text) == NULL) {
            print_all(&set);
            fail_msg("\"%s\" does not tell \"%s\"", expected[i].said, expected[i].text);
        }
        if (expected[i].text == NULL && tells_something(&set)) {
            print_all(&set);
            fail_msg("\"%s\" should tell nothing", expected[i].said);
        }
        finding_set_free(&set);
    }
}

/* The sentences themselves are tested with the rules; see tests/data/analyze/assertions.txt. */
static void statements_of_the_user_become_findings(void **state)
{
    static const struct expectation expected[] = {
        {"I'm a paediatric nurse, what shoes are good?", FINDING_IDENTITY, "Is a paediatric nurse"},
        {"since I'm allergic to peanuts, what can I eat?", FINDING_CONSTRAINT, "Allergic to peanuts"},
        {"What is inflation?\n\nKind regards,\nOrla Okonkwo", FINDING_IDENTITY, "Name: Orla Okonkwo"},
        {"Hi!\n\nVivo en Sevilla y busco piso", FINDING_IDENTITY, "Lives in Sevilla"},
        {"Ich wohne im Harz. I'm vegan.", FINDING_CONSTRAINT, "Diet: vegan"},
        {"\xE6\x9C\xAD\xE5\xB9\x8C\xE3\x81\xAB\xE4\xBD\x8F\xE3\x82\x93\xE3\x81\xA7\xE3\x81\x84\xE3\x81\xBE"
         "\xE3\x81\x99\xE3\x80\x82",
         FINDING_IDENTITY, "Lives in \xE6\x9C\xAD\xE5\xB9\x8C"},
        {"I need a title for this.", FINDING_CONSTRAINT, NULL},
        {"I get home around 8am and sleep until 3.", FINDING_BACKGROUND, NULL},
    };

    (void)state;
    check(expected, sizeof expected / sizeof expected[0]);
}

static void statements_about_others_are_ignored(void **state)
{
    static const struct expectation expected[] = {
        {"My friend Tom lives in Oslo and works as a pilot.", FINDING_NOTE, NULL},
        {"Am I a good fit for Oslo?", FINDING_NOTE, NULL},
        {"If I were a pilot in Oslo, what would I earn?", FINDING_NOTE, NULL},
        {"Should I become a pilot?", FINDING_NOTE, NULL},
        {"What if I worked as a pilot?", FINDING_NOTE, NULL},
        {"I'm not a lawyer.", FINDING_NOTE, NULL},
        {"Translate: I live in Oslo", FINDING_NOTE, NULL},
        {"I need this in French: I live in Oslo", FINDING_NOTE, NULL},
        {"I found this in a book. What does it say in Czech?\n\nI live in Oslo.", FINDING_NOTE, NULL},
        {"I live in Oslo and I am a pilot.\n\n-> French", FINDING_NOTE, NULL},
        {"is this too sentimental?\n\nI live in Oslo and I am a pilot.", FINDING_NOTE, NULL},
        {"en puntos:\n\nMe llamo Ana y vivo en Sevilla.", FINDING_NOTE, NULL},
        {"two lines, ten letters each please: I live in Oslo", FINDING_NOTE, NULL},
        {"The tide was in. My name is Aldous and I have kept this light for thirty winters, and nobody has come, and "
         "nobody "
         "will, for the road is gone and the boats are gone and the gulls have forgotten the way to the rocks "
         "below.\n\n"
         "too long?",
         FINDING_NOTE, NULL},
        {"Untertitel, zwei Zeilen, bitte kurz: Danke. Ich bin Lehrerin und wohne in Ulm.", FINDING_NOTE, NULL},
        {"You think I'm a pilot, don't you", FINDING_NOTE, NULL},
        {"I think it's wrong, I get an error", FINDING_NOTE, NULL},
        {"thanks, I need help with this", FINDING_NOTE, NULL},
        {"The guy I'm dating is a pilot at Blue Yard.", FINDING_NOTE, NULL},
        {"I'm confused", FINDING_NOTE, NULL},
        {"as a user, I want to log in so that I see my data", FINDING_NOTE, NULL},
    };

    (void)state;
    check(expected, sizeof expected / sizeof expected[0]);
}

static void a_move_is_stated_with_the_new_place(void **state)
{
    cpk_message messages[] = {make_message("I live in Leeds.", CPK_KIND_TEXT, 1),
                              make_message("I live in Leeds and like it.", CPK_KIND_TEXT, 2),
                              make_message("Actually I moved to Porto.", CPK_KIND_TEXT, 3)};
    struct finding_set set;
    const struct finding *old;

    (void)state;
    understand(messages, 3, &set);
    assert_non_null(find(&set, FINDING_IDENTITY, "Lives in Porto"));
    assert_null(find(&set, FINDING_IDENTITY, "Lives in Leeds"));
    old = find(&set, FINDING_IDENTITY, "Lived in Leeds");
    assert_non_null(old);
    assert_true(old->superseded);
    finding_set_free(&set);
}

/* What replaced a home, an employer or a tool is told, and the old one as a former one. */
static void changes_are_stated_with_the_new_value(void **state)
{
    static const struct {
        const char *before;
        const char *change;
        const char *now;
        const char *former;
    } changes[] = {
        {"I live in Halifax.", "left Halifax for good two weeks ago, Busan is home now", "Lives in Busan", "Halifax"},
        {"I live in Izmir.", "I no longer live in Izmir, we upped sticks to Durban.", "Lives in Durban", "Izmir"},
        {"I live in Turin.", "I don't live in Turin any more. Albuquerque it is.", NULL, "Turin"},
        {"I'm based in Dundee.", "Forget Dundee, I'm in Brno now.", "Lives in Brno", "Dundee"},
        {"I work at Northwind as an engineer.", "Left Northwind for Brightwater last week.", "Works at Brightwater",
         "Northwind"},
        {"I use Evernote for my notes.", "Moved from Evernote to Joplin.", "Uses Joplin", "Evernote"},
        {"I use Zotero for papers.", "I ditched Zotero for Obsidian last month.", "Uses Obsidian", "Zotero"},
        {"I use Darktable every day.", "I've stopped using Darktable and do it all in InDesign.", "Uses InDesign",
         "Darktable"},
        {"I use Trello at work.", "We replaced Trello with Linear.", "Uses Linear", "Trello"},
        {"We use Jenkins at work.", "We use Woodpecker now instead of Jenkins.", NULL, "Jenkins"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        cpk_message messages[] = {make_message(changes[i].before, CPK_KIND_TEXT, 1),
                                  make_message(changes[i].change, CPK_KIND_TEXT, 3)};
        struct finding_set set;
        int32_t former = 0;
        int32_t now = changes[i].now == NULL;

        understand(messages, 2, &set);
        for (size_t k = 0; k < set.count; k++) {
            const struct finding *item = &set.items[k];

            now |= !item->superseded && changes[i].now != NULL && strcmp(item->text, changes[i].now) == 0;
            former |= item->superseded && strstr(item->text, changes[i].former) != NULL;
            if (!item->superseded && strstr(item->text, changes[i].former) != NULL && item->category != FINDING_EVENT &&
                item->category != FINDING_EXCERPT && strstr(item->text, "instead of") == NULL &&
                strstr(item->text, "eplaced") == NULL) {
                print_all(&set);
                fail_msg("\"%s\" leaves \"%s\"", changes[i].change, item->text);
            }
        }
        if (!now || !former) {
            print_all(&set);
            fail_msg("\"%s\" is not told as it is now", changes[i].change);
        }
        finding_set_free(&set);
    }
}

/* What others changed, wishes, and what is left for a while end nothing. */
static void values_without_a_change_are_not_ended(void **state)
{
    static const char *const said[][3] = {
        {"I live in Leeds.", "My brother moved from Leeds to Oslo.", "Lives in Leeds"},
        {"I use Photoshop daily.", "My sister ditched Photoshop for Krita.", "Uses Photoshop"},
        {"I use Slack at work.", "I want to replace Slack with Matrix some day.", "Uses Slack"},
        {"I use Python daily.", "I dropped Python for this script because it was slow.", "Uses Python"},
        {"I work at Nordbank.", "My boss is no longer with Nordbank.", "Works at Nordbank"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof said / sizeof said[0]; i++) {
        cpk_message messages[] = {make_message(said[i][0], CPK_KIND_TEXT, 1),
                                  make_message(said[i][1], CPK_KIND_TEXT, 3)};
        struct finding_set set;
        int32_t held = 0;

        understand(messages, 2, &set);
        for (size_t k = 0; k < set.count; k++) {
            held |= !set.items[k].superseded && strcmp(set.items[k].text, said[i][2]) == 0;
        }
        if (!held) {
            print_all(&set);
            fail_msg("\"%s\" ends \"%s\"", said[i][1], said[i][2]);
        }
        finding_set_free(&set);
    }
}

static void messages_of_the_assistant_are_ignored(void **state)
{
    cpk_message messages[] = {make_message("I live in Oslo", CPK_KIND_TEXT, 1),
                              make_message("I live in Oslo", CPK_KIND_ATTACHMENT, 2),
                              make_message("I live in Oslo", CPK_KIND_THINKING, 3)};
    cpk_message memory = make_message("User lives in Porto.\nThe user's name is Ines.", CPK_KIND_MEMORY, 4);
    struct finding_set set;

    (void)state;
    messages[0].role = CPK_ROLE_ASSISTANT;
    understand(messages, 3, &set);
    assert_int_equal(set.count, 0);
    finding_set_free(&set);
    memory.role = CPK_ROLE_SYSTEM;
    memory.flags |= CPK_MESSAGE_HIDDEN;
    understand(&memory, 1, &set);
    assert_non_null(find(&set, FINDING_IDENTITY, "Lives in Porto"));
    assert_non_null(find(&set, FINDING_IDENTITY, "Name: Ines"));
    finding_set_free(&set);
}

static void message_counts_and_evidence_are_recorded(void **state)
{
    cpk_message messages[20];
    struct finding_set set;
    const struct finding *home;

    (void)state;
    for (size_t i = 0; i < 20; i++) {
        messages[i] = make_message(i % 2 == 0 ? "I live in Porto. I live in Porto." : "We live in Porto, and you?",
                                   CPK_KIND_TEXT, i + 1);
    }
    messages[1].conversation_id = messages[0].conversation_id;
    understand(messages, 20, &set);
    home = find(&set, FINDING_IDENTITY, "Lives in Porto");
    assert_non_null(home);
    assert_int_equal(home->mentions, 20);
    assert_int_equal(home->conversations, 19);
    assert_int_equal(home->evidence_count, 8);
    assert_string_equal(home->evidence[0].quote, "We live in Porto");
    assert_int_equal(home->evidence[0].time_us, messages[19].time_us);
    assert_int_equal(home->first_us, messages[0].time_us);
    assert_int_equal(set.user_messages, 20);
    finding_set_free(&set);
}

static void topics_are_found_in_any_script(void **state)
{
    static const char *const texts[] = {
        "料理のレシピを教えて。和風の料理です",
        "料理の本を読んでいます。料理は楽しいです",
        "beekeeping in spring: what do I need for beekeeping?",
        "swarms and beekeeping, and how beekeeping pays. Ask Nerea",
        "what did people in the Rioja think of Nerea in the past? make sure it helps me",
        "quiero saber qué hacer con las personas de la Rioja, dime algo, quiero saber qué hacer",
        "Help me. Help me. Make sure that people help me. Make sure.",
        "강아지는 산책을 좋아해요. 강아지와 강아지",
        "강아지가 아파요. 강아지를 어떻게",
        "помоги мне, нужно время и время. Ремонт и ремонт",
        "помоги мне, нужно время и время. Ремонт, ремонт",
    };
    static const char *const found[] = {"beekeeping", "料理", "Rioja", "Nerea", "강아지", "ремонт"};
    cpk_message messages[sizeof texts / sizeof texts[0]];
    const size_t count = sizeof texts / sizeof texts[0];
    struct finding_set set;
    size_t topics = 0;

    (void)state;
    for (size_t i = 0; i < count; i++) {
        messages[i] = make_message(texts[i], CPK_KIND_TEXT, i + 1);
    }
    understand(messages, count, &set);
    for (size_t i = 0; i < sizeof found / sizeof found[0]; i++) {
        if (find(&set, FINDING_TOPIC, found[i]) == NULL) {
            fail_msg("%s", found[i]);
        }
    }
    for (size_t i = 0; i < set.count; i++) { /* and nothing else */
        if (set.items[i].category == FINDING_TOPIC) {
            print_message("%s\n", set.items[i].text);
            topics++;
        }
    }
    assert_int_equal(topics, sizeof found / sizeof found[0]);
    finding_set_free(&set);
}

static void findings_over_the_limit_drop_the_lowest_scores(void **state)
{
    static char texts[200][64];
    cpk_message messages[201];
    struct finding_set set;
    struct buffer answer;
    cpk_error *error = NULL;
    size_t statements = 0;

    (void)state;
    for (size_t i = 0; i < 200; i++) {
        snprintf(texts[i], sizeof texts[i], "I use Island%zu at work", i);
        messages[i] = make_message(texts[i], CPK_KIND_TEXT, i + 1);
    }
    messages[200] = make_message("I live in Porto", CPK_KIND_TEXT, 300);
    buffer_init(&answer, &memory_default);
    finding_set_init(&set, &memory_default);
    analyze(messages, 201, 10, &answer);
    assert_ok(finding_set_read_answer(&set, answer.data, answer.length, &error), error);
    for (size_t i = 0; i < set.count; i++) {
        statements += set.items[i].category != FINDING_STYLE && set.items[i].category != FINDING_EXCERPT;
    }
    assert_int_equal(statements, 10);
    assert_string_equal(set.items[0].text, "Lives in Porto");
    finding_set_free(&set);
    buffer_free(&answer);
}

static uint32_t next_random(uint64_t *seed)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(*seed >> 33);
}

/* Random words, marks and code points: the answer is always a findings document, and always the same. */
static void random_input_is_safe_and_deterministic(void **state)
{
    static const char *const pieces[] = {"I",     "I'm", " ",  " ",    " ",    "my",   "wife",   "live", "in",
                                         "Porto", ",",   ".",  "\n",   "\n\n", "?",    "\"",     "'",    "```",
                                         "(",     ")",   ":",  "as a", "not",  "n't",  "have",   "been", "Rewrite this",
                                         "'s",    "and", "is", "-",    "34",   "user", "call me"};
    static char text[4096];
    uint64_t seed = 42;
    struct buffer first;
    struct buffer second;

    (void)state;
    buffer_init(&first, &memory_default);
    buffer_init(&second, &memory_default);
    for (size_t round = 0; round < 400; round++) {
        size_t used = 0;
        cpk_message message;

        while (used + 16 < sizeof text && next_random(&seed) % 200 != 0) {
            if (next_random(&seed) % 4 == 0) {
                uint32_t c = next_random(&seed) % 0x110000;

                used += c == 0 || (c >= 0xD800 && c <= 0xDFFF) ? 0 : utf8_encode(c, text + used);
            } else {
                const char *piece = pieces[next_random(&seed) % (sizeof pieces / sizeof pieces[0])];

                memcpy(text + used, piece, strlen(piece));
                used += strlen(piece);
            }
        }
        text[used] = '\0';
        message = make_message(text, (int32_t)(next_random(&seed) % 15), round);
        analyze(&message, 1, 400, &first);
        analyze(&message, 1, 400, &second);
        assert_string_equal(buffer_text(&first), buffer_text(&second));
        assert_non_null(strstr(buffer_text(&first), "contextpack-findings"));
        assert_int_equal(utf8_valid_prefix(first.data, first.length), first.length);
    }
    buffer_free(&second);
    buffer_free(&first);
}

struct scarcity {
    size_t left; /* allocations until there is no memory */
    int64_t out_bytes;
};

static void *scarce_allocate(void *user, size_t size_bytes)
{
    struct scarcity *scarcity = user;

    if (scarcity->left == 0) {
        return NULL;
    }
    scarcity->left--;
    scarcity->out_bytes += (int64_t)size_bytes;
    return malloc(size_bytes);
}

static void *scarce_resize(void *user, void *block, size_t old_size_bytes, size_t new_size_bytes)
{
    struct scarcity *scarcity = user;

    if (scarcity->left == 0) {
        return NULL;
    }
    scarcity->left--;
    scarcity->out_bytes += (int64_t)new_size_bytes - (int64_t)old_size_bytes;
    return realloc(block, new_size_bytes);
}

static void scarce_release(void *user, void *block, size_t size_bytes)
{
    ((struct scarcity *)user)->out_bytes -= (int64_t)size_bytes;
    free(block);
}

/* Every allocation fails in turn: the call says so and gives everything back. */
static void allocation_failures_are_reported(void **state)
{
    cpk_message messages[] = {
        make_message("I'm Ines, a nurse. I live in Porto. My daughter Mia (6) likes tea.", CPK_KIND_TEXT, 1),
        make_message("I moved to Leeds, my budget is 40 euros", CPK_KIND_TEXT, 2),
        make_message("# Title of it\n\nA first sentence that is long enough.", CPK_KIND_DOCUMENT, 3)};
    cpk_status status = CPK_ERROR_OUT_OF_MEMORY;

    (void)state;
    for (size_t left = 0; status != CPK_OK; left++) {
        struct scarcity scarcity = {left, 0};
        struct context context;
        cpk_analyzer_driver driver;
        cpk_analyzer_request request = {
            .struct_size = sizeof request, .system_prompt = "", .text = "", .messages = messages, .message_count = 3};
        cpk_analyzer_usage usage = {.struct_size = sizeof usage};
        struct buffer answer;

        context_init(&context);
        context.allocator =
            (cpk_allocator){sizeof(cpk_allocator), 0, &scarcity, scarce_allocate, scarce_resize, scarce_release};
        buffer_init(&answer, &memory_default);
        status = extractive_driver_create(&driver, &context, NULL);
        if (status == CPK_OK) {
            status = driver.analyze(driver.self, &request, take_answer, &answer, &usage, NULL);
            driver.destroy(driver.self);
        }
        assert_true(status == CPK_OK || status == CPK_ERROR_OUT_OF_MEMORY);
        assert_int_equal(scarcity.out_bytes, 0);
        assert_true(left < 100000);
        buffer_free(&answer);
    }
}

static int32_t refuse(void *user, const void *data, size_t length)
{
    (void)user;
    (void)data;
    (void)length;
    return 1;
}

static void cancellation_stops_the_analysis(void **state)
{
    struct context context;
    cpk_analyzer_driver driver;
    cpk_message message = make_message("I live in Porto", CPK_KIND_TEXT, 1);
    cpk_analyzer_request request = {
        .struct_size = sizeof request, .system_prompt = "", .text = "", .messages = &message, .message_count = 1};
    cpk_analyzer_usage usage = {.struct_size = sizeof usage};
    cpk_cancel *cancel;
    struct buffer answer;

    (void)state;
    context_init(&context);
    assert_int_equal(extractive_driver_create(&driver, &context, NULL), CPK_OK);
    buffer_init(&answer, &memory_default);
    assert_int_equal(driver.analyze(driver.self, &request, refuse, NULL, &usage, NULL), CPK_ERROR_CANCELLED);
    assert_int_equal(cpk_cancel_create(&cancel, NULL), CPK_OK);
    cpk_cancel_request(cancel);
    request.cancel = cancel;
    assert_int_equal(driver.analyze(driver.self, &request, take_answer, &answer, &usage, NULL), CPK_ERROR_CANCELLED);
    assert_int_equal(answer.length, 0);
    request.cancel = NULL;
    request.message_count = 0;
    assert_int_equal(driver.analyze(driver.self, &request, take_answer, &answer, &usage, NULL), CPK_OK);
    assert_non_null(strstr(buffer_text(&answer), "\"findings\":[]"));
    cpk_cancel_free(cancel);
    buffer_free(&answer);
    driver.destroy(driver.self);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(statements_of_the_user_become_findings),
        cmocka_unit_test(statements_about_others_are_ignored),
        cmocka_unit_test(a_move_is_stated_with_the_new_place),
        cmocka_unit_test(changes_are_stated_with_the_new_value),
        cmocka_unit_test(values_without_a_change_are_not_ended),
        cmocka_unit_test(messages_of_the_assistant_are_ignored),
        cmocka_unit_test(message_counts_and_evidence_are_recorded),
        cmocka_unit_test(topics_are_found_in_any_script),
        cmocka_unit_test(findings_over_the_limit_drop_the_lowest_scores),
        cmocka_unit_test(random_input_is_safe_and_deterministic),
        cmocka_unit_test(cancellation_stops_the_analysis),
        cmocka_unit_test(allocation_failures_are_reported),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
