#include "support/test.h"

#include "analyze/language/own_text.h"
#include "analyze/language/words.h"
#include "base/memory.h"

struct fixture {
    struct arena arena;
    struct arena messages;
    struct cue_table *cues;
    struct own_text_state state;
};

static int setup(void **state)
{
    static struct fixture fixture;

    arena_init(&fixture.arena, &memory_default);
    arena_init(&fixture.messages, &memory_default);
    fixture.cues = cue_table_create(&fixture.arena);
    memset(&fixture.state, 0, sizeof fixture.state);
    *state = &fixture;
    return fixture.cues == NULL;
}

static int teardown(void **state)
{
    arena_free(&((struct fixture *)*state)->arena);
    arena_free(&((struct fixture *)*state)->messages);
    return 0;
}

static const char *own(struct fixture *fixture, const char *text)
{
    struct own_text found;

    assert_true(own_text_find(&fixture->messages, fixture->cues, text, strlen(text), &fixture->state, &found));
    assert_int_equal(strlen(found.text), strlen(text));
    return found.text;
}

#define assert_kept(fixture, text, word)   assert_non_null(strstr(own(fixture, text), word))
#define assert_masked(fixture, text, word) assert_null(strstr(own(fixture, text), word))

static void code_and_quotes_are_masked(void **state)
{
    struct fixture *f = *state;

    assert_masked(f, "why?\n```\n# I live in Oslo\n```\nI live in Porto", "Oslo");
    assert_kept(f, "why?\n```\n# I live in Oslo\n```\nI live in Porto", "Porto");
    assert_masked(f, "> I live in Oslo\n\nWhat tone is this?", "Oslo");
    assert_masked(f, "He said \"I live in Oslo\" and left", "Oslo");
    assert_masked(f, "She wrote \xE2\x80\x9CI am a pilot from Oslo\xE2\x80\x9D yesterday", "Oslo");
    assert_masked(f, "What is 'I work in Oslo' in French?", "Oslo");
    assert_kept(f, "I'm building \"Atlas\" and it's fun", "Atlas");
    assert_kept(f, "I'm a nurse and don't like my boss' tone", "nurse");
    assert_masked(f, "const x = { city: 'Oslo', id: 7 };", "Oslo");
    assert_masked(f, "2024-05-01 10:00:00 INFO user I live in Oslo", "Oslo");
}

static void statements_after_an_introduction_are_not_masked(void **state)
{
    struct fixture *f = *state;

    assert_kept(f, "Following up from yesterday's thread, which got too long to use. I live in Porto.", "Porto");
    assert_kept(f, "Following up from yesterday's thread, which got too long to use.\n\nI live in Porto.", "Porto");
    assert_kept(f, "Here goes, everything in one message to save time. I live in Porto.", "Porto");
    assert_kept(f,
                "Here goes, everything in one message to save time.\n\nI moved to Porto in spring, and I like "
                "the trams and the hills of the old town there.",
                "Porto");
    assert_masked(f, "Here is the message. I live in Oslo.", "Oslo");
}

/* What stands below a line about it is somebody else's: the line points to it, or has no punctuation where it has. */
static void blocks_below_a_line_about_them_are_masked(void **state)
{
    static const char *const masked_texts[] = {
        "what is my boy saying here does he want advice or not\nGot laid off Tuesday, and Oslo is next.",
        "he asked me to write it and this is what he wants to say\nI have glaucoma in Oslo and lost my license.",
        "would you apply? be honest\n\nClerk in Oslo. Five years of experience, driving licence B.",
        "qual tom fica bom nesse\n\nOslo forte é nosso Deus, espada e bom escudo.",
    };
    static const char *const kept[] = {
        "I moved last spring and like it.\n\nPorto is where my sister lives too.",
        "What should I do about my knee? I run a lot.\n\nI live in Porto and there is no doctor near.",
        "What is inflation?\n\nKind regards,\nAna Porto",
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof masked_texts / sizeof masked_texts[0]; i++) {
        assert_masked(f, masked_texts[i], "Oslo");
    }
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++) {
        assert_kept(f, kept[i], "Porto");
    }
}

/* Somebody else at the person's account. */
static void guests_are_masked(void **state)
{
    static const char *const masked_texts[] = {
        "hi its me i am using grandpas tablet. my class is in Oslo",
        "hello, this is the wife. I was born in Oslo",
        "Can I ask you something on my sister's laptop? I live in Oslo.",
        "oi, peguei o celular da tia. moro em Oslo",
        "Dag, hier de moeder van. Ik woon in Oslo.",
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof masked_texts / sizeof masked_texts[0]; i++) {
        assert_masked(f, masked_texts[i], "Oslo");
        assert_masked(f, "and I work in Oslo", "Oslo"); /* the rest of the conversation is theirs */
        memset(&f->state, 0, sizeof f->state);
    }
    assert_kept(f, "I fixed my sister's laptop. I live in Porto.", "Porto");
    assert_kept(f, "I work on this computer all day in Porto.", "Porto");
}

static void texts_to_edit_are_masked(void **state)
{
    static const char *const masked_texts[] = {
        "Rewrite this: I live in Oslo.",
        "Translate to Spanish: I live in Oslo",
        "Can you proofread the following paragraph?\n\nI live in Oslo and work hard.",
        "Fix the grammar: I is from Oslo.",
        "Here's the email I got:\n\nI live in Oslo and need help.",
        "Summarize this article for me\n\nI moved to Oslo in spring and was surprised by many things there.",
        "Dear Ms Adeyemi,\n\nI live in Oslo and would like to apply for the position you have open.\n\nRegards",
        "Classify the sentiment: I love Oslo",
        "My boss wrote: I live in Oslo",
        "We are looking for a chef in Oslo. Requirements: experience. Apply now!",
        "Subject: hello\n\nI live in Oslo",
        ("I live in Oslo and I work with many kinds of people every single day of the week.\n\nMake this sound "
         "friendlier."),
        "Anna: I live in Oslo\nBen: nice\nAnna: yes",
    };

    for (size_t i = 0; i < sizeof masked_texts / sizeof masked_texts[0]; i++) {
        if (strstr(own(*state, masked_texts[i]), "Oslo") != NULL) {
            fail_msg("kept: %s", masked_texts[i]);
        }
    }
    assert_kept(*state, "Some background about me:\nI live in Porto", "Porto");
    assert_kept(*state, "Rewrite this: \"I live in Oslo\". I'm from Porto", "Porto");
    assert_kept(*state, "Rewrite this:\n\nI am in Oslo.\n\nThanks! I'm off to Porto.", "Porto");
    assert_kept(*state, "Improve my diet plan: I live in Porto", "Porto");
}

static void texts_to_edit_after_unusual_requests_are_masked(void **state)
{
    static const char *const masked_texts[] = {
        "How would you say this in Spanish?\n\nMy name is Tobias. I live in Oslo.",
        "How do I say this in Spanish?\n\nI live in Oslo with a cat.",
        "Italian please: I live in Oslo and I have a gecko.",
        "I use Oslo every day. <- how do you say that in Dutch?",
        "I live in Oslo <- is that correct?",
        "My son writes a diary. He has: I live in Oslo. Improve it.",
        "Which category fits this survey answer? I commute from Oslo.",
        "Speech for the groom, he starts: I met my wife in Oslo.",
        "Which is correct: I work in Oslo or I work at Oslo?",
        "I work in Oslo or I work at Oslo?",
        "explain the difference between i have worked in Oslo and i worked in Oslo",
        "Finish the sentence in a funny way: I drive to Oslo because",
        "What if I lost my job at Oslo Health and had to move?",
        "Typed from an old postcard I found: We have moved to Oslo.",
        "My boss wrote this on Slack, what does he mean? I'm in Oslo until Thursday.",
        "Riddle: I play in Oslo. What am I?",
    };
    static const char *const kept[] = {
        "Following up from yesterday's thread, which got too long to use. I live in Porto.",
        ("Following up from yesterday's thread, which got too long to use.\n\nI live in Porto and use Grafana for most "
         "of my work there."),
        "Here goes, everything in one message to save time. I live in Porto.",
        "Following up on my last message: I live in Porto now.",
        "Here we go, long message ahead. I live in Porto.",
        "Answer in Italian please: I live in Porto and need a plumber.",
        "Which is better for me: I have a car and live in Porto?",
        "My daughter wrote this morning that she is ill. I live in Porto.",
        "Should I stay or should I go? I live in Porto.",
    };

    for (size_t i = 0; i < sizeof masked_texts / sizeof masked_texts[0]; i++) {
        if (strstr(own(*state, masked_texts[i]), "Oslo") != NULL) {
            fail_msg("kept: %s", masked_texts[i]);
        }
    }
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++) {
        if (strstr(own(*state, kept[i]), "Porto") == NULL) {
            fail_msg("masked: %s", kept[i]);
        }
    }
}

static void role_play_is_masked_until_it_ends(void **state)
{
    struct fixture *f = *state;

    assert_masked(f, "Let's role-play. I'm a smuggler in Oslo.", "Oslo");
    assert_masked(f, "I sail to Oslo tonight", "Oslo");
    assert_kept(f, "Ok, stop pretending. I live in Porto", "Porto");
    assert_kept(f, "I live in Porto", "Porto");
    assert_masked(f, "I'm the customer from Oslo, you're the waiter.", "Oslo");
    memset(&f->state, 0, sizeof f->state);
    assert_masked(f, "Imagine I were a farmer in Oslo. I have sheep.", "sheep");
    assert_masked(f, "Write a story about a nurse in Oslo.", "Oslo");
    assert_masked(f, "Act as a tour guide from Oslo.", "Oslo");
    assert_kept(f, "Act as a tour guide. I live in Porto", "Porto");
}

static void announced_text_is_masked_in_the_next_message(void **state)
{
    struct fixture *f = *state;
    char text[400];

    own(f, "Can you proofread my essay?");
    snprintf(text, sizeof text, "%0300d I live in Oslo", 0);
    assert_masked(f, text, "Oslo");
    assert_kept(f, "I live in Porto", "Porto");
}

/* The grade of the first byte of `word` in the text. */
static enum own_grade grade_of(struct fixture *fixture, const char *text, const char *word)
{
    struct own_text found;
    const char *at = strstr(text, word);

    assert_non_null(at);
    memset(&fixture->state, 0, sizeof fixture->state);
    assert_true(own_text_find(&fixture->messages, fixture->cues, text, strlen(text), &fixture->state, &found));
    if (found.text[at - text] != MASK_BYTE) {
        return OWN_TEXT;
    }
    return found.quotable[at - text] != MASK_BYTE ? OWN_DOUBTFUL : OWN_OF_OTHERS;
}

static void texts_have_three_grades(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(grade_of(f, "here's my cv, tailor it\n\nI am a nurse in Porto.", "Porto"), OWN_TEXT);
    assert_int_equal(grade_of(f, "check a friend's cv\n\nI am a nurse in Oslo.", "Oslo"), OWN_OF_OTHERS);
    assert_int_equal(grade_of(f, "soften my message to my sister: I can't come to Porto", "Porto"), OWN_DOUBTFUL);
    assert_int_equal(grade_of(f, "Rewrite in third person: I'm a cook in Porto.", "Porto"), OWN_DOUBTFUL);
    assert_int_equal(grade_of(f, "write the team a message: I am in Porto on Friday", "Porto"), OWN_DOUBTFUL);
    assert_int_equal(grade_of(f, "write the team a message. I am in Porto on Friday", "Porto"), OWN_TEXT);
    assert_int_equal(grade_of(f, "fix this\n\ni am in Oslo", "Oslo"), OWN_OF_OTHERS);
}

static void roles_shared_within_one_line_are_played(void **state)
{
    static const char *const plays[] = {
        "hagamos una cosa tu eres un paciente borde y yo soy la doctora Oslo",
        "давай потренируемся, ты HR а я кандидат из Oslo",
        "gel pazarlik calisalim sen toptancisin ben 30 yillik muteahhit Oslo",
        "ty jesteś turystą a ja przewodnikiem z Oslo",
        "let's practise, you the clerk and I a guest from Oslo",
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof plays / sizeof plays[0]; i++) {
        memset(&f->state, 0, sizeof f->state);
        assert_masked(f, plays[i], "Oslo");
        assert_masked(f, "I live in Oslo", "Oslo");
    }
    memset(&f->state, 0, sizeof f->state);
    assert_kept(f, "let's see, you asked where I live: Porto", "Porto");
    assert_kept(f, "ok так, ты спросил, а я живу в Porto", "Porto");
}

static void text_below_an_unmarked_line_is_of_others(void **state)
{
    struct fixture *f = *state;

    assert_masked(f, "посмотри, кандидат к нам в отдел\n\nОльга Минич, 29 лет, живу в Oslo. Работала 4 года.", "Oslo");
    assert_masked(f, "the candidate sent this, what do you say\n\nMy name is Tom, 21. I live in Oslo.", "Oslo");
    assert_kept(f, "i need a plan, i am new here\n\nwe live in Porto, two kids", "Porto");
}

static void love_of_nuisances_is_irony(void **state)
{
    struct fixture *f = *state;

    assert_masked(f, "si claro me encanta limpiar en Oslo a las 5", "Oslo");
    assert_masked(f, "обожаю когда меняют нагрузки в Oslo за день до сдачи", "Oslo");
}

static void role_play_in_other_languages_lasts_until_it_is_left(void **state)
{
    static const char *const plays[][3] = {
        {"Du bist der Wirt und ich bin ein Gast.", "Ich komme aus Oslo.", "Rollenspiel beenden. Ich wohne in Porto"},
        {"juguemos: tú eres el médico y yo soy el paciente", "Vivo en Oslo.", "fin del juego. Vivo en Porto"},
        {"jouons : tu es la douanière et je suis un voyageur", "Je viens de Oslo.", "fin du jeu. J'habite Porto"},
        {"Facciamo finta che tu sei il medico.", "Vivo a Oslo.", "fine del gioco. Vivo a Porto"},
        {"ロールプレイをしましょう。", "私はOsloに住んでいます。", "ロールプレイ終了。私はPortoに住んでいます。"},
        {"我们来玩角色扮演。", "我住在Oslo。", "角色扮演结束。我住在Porto。"},
        {"模拟口语考试,你当考官。", "Ich wohne in Oslo.", "角色扮演结束。Ich wohne in Porto."},
        {"Prüfungssimulation: du bist der Prüfer.", "Ich wohne in Oslo.", "Rollenspiel beenden. Ich wohne in Porto"},
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof plays / sizeof plays[0]; i++) {
        memset(&f->state, 0, sizeof f->state);
        own(f, plays[i][0]);
        assert_masked(f, plays[i][1], "Oslo");
        own(f, plays[i][2]);
        assert_kept(f, plays[i][1], "Oslo"); /* it was left */
    }
}

static void an_advisers_role_does_not_hide_the_person(void **state)
{
    struct fixture *f = *state;

    own(f, "Act as a nutritionist and help me.");
    assert_kept(f, "I live in Porto and eat late.", "Porto");
    own(f, "I want you to be my ex-husband.");
    assert_masked(f, "I live in Oslo now.", "Oslo");
}

/* One message of each kind, repeated to `length` bytes. Time that is not linear would show as a test that takes
 * minutes. */
static void long_messages_of_each_kind_are_read_in_linear_time(void **state)
{
    static const char *const parts[] = {
        "\"",
        "\xE2\x80\x9C",
        "'",
        "`",
        "```\n",
        "> ",
        "(",
        "\xC2\xAB",
        "I'm a ",
        "\n",
        "x\n\n",
        "word ",
        "a",
        "\t",
        "\r\n",
        "fix this\n\nhello there my friend\n\n",
        "also\n\nfix this: x\n\n",
        "Dear Tom,\n",
        "From: x\n",
        "Anna: hi\n",
        "rewrite this: a. ",
        "my mum said: x how do i ",
        "we offer we are hiring requirements. ",
        "hereby undersigned ",
        "Question 5. x ",
        "\xE6\x88\x91\xE4\xBD\x8F\xE5\x9C\xA8\xE7\xBF\xBB\xE8\xAF\x91",
        "\xEC\x9D\xB4 \xEA\xB8\x80 ",
        "is this ok? ",
        "hi\nregards\nTom\n",
        "suppose I am 5. ",
        "2024-05-01 10:00:00 INFO x\n",
        "a,b,c\n",
        "a) x\n",
        "a <- b. ",
        "write a story. ",
        "[12/03/2024, 18:02:11] Kev: I work\n",
        "<doc>\n",
        "[file content begin]\n",
        "\"I am\" x\n",
        "On 3 May 2022 at 10:01 Al wrote:\n",
        "oh sure, i love it. ",
        "if i were you. ",
        "great, again. ",
    };
    size_t length = 200000;
    char *text = malloc(length + 1);

    assert_non_null(text);
    for (size_t k = 0; k < sizeof parts / sizeof parts[0]; k++) {
        struct fixture *f = *state;
        size_t part = strlen(parts[k]);

        for (size_t i = 0; i + part <= length; i += part) {
            memcpy(text + i, parts[k], part);
        }
        text[length / part * part] = '\0';
        memset(&f->state, 0, sizeof f->state);
        own(f, text);
        arena_reset(&f->messages);
    }
    free(text);
}

static void *no_memory(void *user, size_t size_bytes)
{
    size_t *left = user;

    if (*left == 0) {
        return NULL;
    }
    *left -= 1;
    return malloc(size_bytes);
}

static void *no_resize(void *user, void *block, size_t old_size_bytes, size_t new_size_bytes)
{
    (void)user;
    (void)block;
    (void)old_size_bytes;
    (void)new_size_bytes;
    return NULL;
}

static void release(void *user, void *block, size_t size_bytes)
{
    (void)user;
    (void)size_bytes;
    free(block);
}

static void lack_of_memory_is_reported(void **state)
{
    struct fixture *f = *state;
    char text[100000];
    int32_t done = 0;

    memset(text, 'x', sizeof text);
    for (size_t allowed = 0; !done; allowed++) {
        size_t left = allowed;
        cpk_allocator allocator = {sizeof allocator, 0, &left, no_memory, no_resize, release};
        struct arena arena;
        struct own_text found;

        arena_init(&arena, &allocator);
        done = own_text_find(&arena, f->cues, text, sizeof text, &f->state, &found);
        assert_true(done || allowed < 3);
        arena_free(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(code_and_quotes_are_masked, setup, teardown),
        cmocka_unit_test_setup_teardown(statements_after_an_introduction_are_not_masked, setup, teardown),
        cmocka_unit_test_setup_teardown(blocks_below_a_line_about_them_are_masked, setup, teardown),
        cmocka_unit_test_setup_teardown(guests_are_masked, setup, teardown),
        cmocka_unit_test_setup_teardown(texts_to_edit_are_masked, setup, teardown),
        cmocka_unit_test_setup_teardown(texts_to_edit_after_unusual_requests_are_masked, setup, teardown),
        cmocka_unit_test_setup_teardown(role_play_is_masked_until_it_ends, setup, teardown),
        cmocka_unit_test_setup_teardown(announced_text_is_masked_in_the_next_message, setup, teardown),
        cmocka_unit_test_setup_teardown(texts_have_three_grades, setup, teardown),
        cmocka_unit_test_setup_teardown(roles_shared_within_one_line_are_played, setup, teardown),
        cmocka_unit_test_setup_teardown(text_below_an_unmarked_line_is_of_others, setup, teardown),
        cmocka_unit_test_setup_teardown(love_of_nuisances_is_irony, setup, teardown),
        cmocka_unit_test_setup_teardown(role_play_in_other_languages_lasts_until_it_is_left, setup, teardown),
        cmocka_unit_test_setup_teardown(an_advisers_role_does_not_hide_the_person, setup, teardown),
        cmocka_unit_test_setup_teardown(long_messages_of_each_kind_are_read_in_linear_time, setup, teardown),
        cmocka_unit_test_setup_teardown(lack_of_memory_is_reported, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
