#include "support/test.h"

#include "analyze/profile/finding_merge.h"
#include "analyze/profile/subject.h"
#include "base/memory.h"

#define DAY_US INT64_C(86400000000)

static void add(struct finding_set *set, enum finding_category category, const char *subject, const char *value,
                const char *text, int32_t exclusive, int64_t day)
{
    char conversation[32];
    struct finding_evidence evidence = {"test", conversation, "", "m", day * DAY_US, text};
    struct finding item = {.category = category,
                           .subject = subject,
                           .value = value,
                           .text = text,
                           .exclusive = exclusive,
                           .confidence = 800,
                           .mentions = 1,
                           .conversations = 1,
                           .first_us = day * DAY_US,
                           .last_us = day * DAY_US,
                           .until_us = CPK_TIME_UNKNOWN,
                           .evidence = &evidence,
                           .evidence_count = 1};

    snprintf(conversation, sizeof conversation, "c%lld", (long long)day);
    assert_non_null(finding_set_add(set, &item));
    set->first_us = set->first_us == CPK_TIME_UNKNOWN || day * DAY_US < set->first_us ? day * DAY_US : set->first_us;
    set->last_us = day * DAY_US > set->last_us ? day * DAY_US : set->last_us;
}

static void merge_all(const struct finding_set *chunks, const size_t *order, size_t count, struct finding_set *result)
{
    struct finding_merge *merge;
    cpk_error *error = NULL;

    finding_set_init(result, &memory_default);
    assert_ok(finding_merge_create(&memory_default, &merge, &error), error);
    for (size_t i = 0; i < count; i++) {
        assert_ok(finding_merge_add(merge, &chunks[order[i]], &error), error);
    }
    assert_ok(finding_merge_finish(merge, result, &error), error);
    finding_merge_free(merge);
}

static const struct finding *find(const struct finding_set *set, const char *text)
{
    for (size_t i = 0; i < set->count; i++) {
        if (strcmp(set->items[i].text, text) == 0) {
            return &set->items[i];
        }
    }
    return NULL;
}

static void paraphrases_are_merged(void **state)
{
    static const size_t order[] = {0};
    struct finding_set chunk;
    struct finding_set result;

    (void)state;
    finding_set_init(&chunk, &memory_default);
    add(&chunk, FINDING_CONSTRAINT, "condition", "peanuts", "Is allergic to peanuts", 0, 1);
    add(&chunk, FINDING_CONSTRAINT, "condition", "the Peanut", "Is allergic to peanut", 0, 2);
    add(&chunk, FINDING_CONSTRAINT, "has", "a peanut allergy", "Has a peanut allergy", 0, 3);
    add(&chunk, FINDING_IDENTITY, "home", "Porto", "Lives in Porto", 1, 1);
    add(&chunk, FINDING_IDENTITY, "home", "Porto, Portugal", "Lives in Porto, Portugal", 1, 2);
    merge_all(&chunk, order, 1, &result);
    assert_int_equal(result.count, 2);
    assert_int_equal(find(&result, "Is allergic to peanuts")->mentions, 3);
    assert_int_equal(find(&result, "Is allergic to peanuts")->conversations, 3);
    assert_int_equal(find(&result, "Lives in Porto, Portugal")->mentions, 2);
    finding_set_free(&result);
    finding_set_free(&chunk);
}

static void similar_but_different_findings_are_not_merged(void **state)
{
    static const size_t order[] = {0};
    struct finding_set chunk;
    struct finding_set result;

    (void)state;
    finding_set_init(&chunk, &memory_default);
    add(&chunk, FINDING_SKILL, "skill", "Stata", "Mostly uses Stata for this sort of thing", 0, 1);
    add(&chunk, FINDING_SKILL, "skill", "Scrivener", "Mostly uses Scrivener for this sort of thing", 0, 2);
    merge_all(&chunk, order, 1, &result);
    assert_int_equal(result.count, 2);
    finding_set_free(&result);
    finding_set_free(&chunk);
}

/* A year of training and a home that they moved from are not told as current when they are old. */
static void aged_values_are_dropped(void **state)
{
    static const size_t order[] = {0};
    struct finding_set chunk;
    struct finding_set result;

    (void)state;
    finding_set_init(&chunk, &memory_default);
    add(&chunk, FINDING_IDENTITY, "role", "1st year apprentice", "Is a 1st year apprentice", 0, 100);
    add(&chunk, FINDING_IDENTITY, "role", "second-year student", "Is a second-year student", 0, 600);
    add(&chunk, FINDING_IDENTITY, "role", "nurse", "Is a nurse", 0, 100);
    add(&chunk, FINDING_IDENTITY, "home", "Leeds", "Lives in Leeds", 1, 10);
    add(&chunk, FINDING_EXCERPT, "", "", "so we moved to a small house near my sister", 0, 400);
    add(&chunk, FINDING_TOPIC, "topic", "Rust", "Rust", 0, 700);
    merge_all(&chunk, order, 1, &result);
    assert_null(find(&result, "Is a 1st year apprentice"));
    assert_non_null(find(&result, "Is a second-year student"));
    assert_non_null(find(&result, "Is a nurse"));
    assert_null(find(&result, "Lives in Leeds"));
    finding_set_free(&result);
    finding_set_free(&chunk);
}

/* A home is over as soon as a later text says that they moved house, if it names no place that is understood. */
static void homes_end_with_a_move(void **state)
{
    static const size_t order[] = {0};
    static const struct {
        const char *home;
        const char *said;
        int32_t lasts;
    } cases[] = {
        {"Salthill", "me mudei com o Eoin, a gente alugou um apê", 0},
        {"Gdynia", "w maju przeprowadziłam się z Markiem", 0},
        {"Angers", "on a déménagé dimanche, je n'ai plus de dos", 0},
        {"Urfa", "geçen ay taşındık, ev daha küçük", 0},
        {"Hull", "finally moved in with Ana", 0},
        {"Hull", "we moved the meeting to Tuesday", 1},
        {"Trier", "der Termin ist auf Montag umgezogen", 1},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct finding_set chunk;
        struct finding_set result;

        finding_set_init(&chunk, &memory_default);
        add(&chunk, FINDING_IDENTITY, "home", cases[i].home, "Lives there", 1, 600);
        add(&chunk, FINDING_EXCERPT, "", "", cases[i].said, 0, 650);
        merge_all(&chunk, order, 1, &result);
        assert_int_equal(find(&result, "Lives there") != NULL, cases[i].lasts);
        finding_set_free(&result);
        finding_set_free(&chunk);
    }
}

/* The newest message is of day 700. */
static void fading_statements_are_dropped_after_a_year(void **state)
{
    static const size_t order[] = {0};
    struct finding_set chunk;
    struct finding_set result;

    (void)state;
    finding_set_init(&chunk, &memory_default);
    add(&chunk, FINDING_PERSON, "pet:flocke", "rabbit", "Rabbit Flocke", 0, 100);
    add(&chunk, FINDING_PERSON, "pet:milo", "cat", "Cat Milo", 0, 600);
    add(&chunk, FINDING_PERSON, "person:ida", "sister", "Sister Ida", 0, 100);
    add(&chunk, FINDING_PERSON, "person:emre", "son, 9", "Son Emre, 9 years old", 0, 100);
    add(&chunk, FINDING_CONSTRAINT, "allergy", "lactose", "Does not tolerate lactose", 0, 100);
    add(&chunk, FINDING_CONSTRAINT, "allergy", "nuts", "Allergic to nuts", 0, 100);
    add(&chunk, FINDING_CONSTRAINT, "budget", "200 euros", "Budget: 200 euros", 0, 100);
    add(&chunk, FINDING_IDENTITY, "role", "nurse", "Is a nurse", 0, 100);
    add(&chunk, FINDING_IDENTITY, "employer", "Acme", "Works at Acme", 1, 100);
    add(&chunk, FINDING_IDENTITY, "home", "Gdynia", "Lives in Gdynia", 1, 10);
    add(&chunk, FINDING_EXCERPT, "", "", "mieszkam w gdyni na 3 pietrze bez windy", 0, 500);
    add(&chunk, FINDING_TOPIC, "topic", "Rust", "Rust", 0, 700);
    merge_all(&chunk, order, 1, &result);
    assert_null(find(&result, "Rabbit Flocke"));
    assert_non_null(find(&result, "Cat Milo"));
    assert_non_null(find(&result, "Sister Ida"));
    assert_null(find(&result, "Son Emre, 9 years old"));
    assert_null(find(&result, "Does not tolerate lactose"));
    assert_non_null(find(&result, "Allergic to nuts"));
    assert_null(find(&result, "Budget: 200 euros"));
    assert_non_null(find(&result, "Is a nurse"));
    assert_non_null(find(&result, "Works at Acme"));
    assert_non_null(find(&result, "Lives in Gdynia"));
    finding_set_free(&result);
    add(&chunk, FINDING_EXCERPT, "", "", "first week of the new job, my feet hurt", 0, 550);
    add(&chunk, FINDING_EXCERPT, "", "", "mieszkam w rumi od tygodnia", 0, 560);
    merge_all(&chunk, order, 1, &result);
    assert_null(find(&result, "Is a nurse"));
    assert_null(find(&result, "Works at Acme"));
    assert_null(find(&result, "Lives in Gdynia"));
    finding_set_free(&result);
    finding_set_free(&chunk);
}

static void age_is_told_as_of_its_time(void **state)
{
    static const size_t order[] = {0};
    struct finding_set chunk;
    struct finding_set result;

    (void)state;
    finding_set_init(&chunk, &memory_default);
    add(&chunk, FINDING_IDENTITY, "age", "18", "Is 18 years old", 1, 100);
    add(&chunk, FINDING_TOPIC, "topic", "Rust", "Rust", 0, 120);
    merge_all(&chunk, order, 1, &result);
    assert_non_null(find(&result, "Is 18 years old"));
    finding_set_free(&result);
    add(&chunk, FINDING_TOPIC, "topic", "Go", "Go", 0, 140);
    merge_all(&chunk, order, 1, &result);
    assert_null(find(&result, "Is 18 years old"));
    assert_non_null(find(&result, "Was 18 years old"));
    finding_set_free(&result);
    finding_set_free(&chunk);
}

/* A name in one letter that has nothing in common with the one said elsewhere is somebody else's. */
static void another_name_said_once_is_not_theirs(void **state)
{
    static const size_t order[] = {0, 1};
    struct finding_set chunks[2];
    struct finding_set result;

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        finding_set_init(&chunks[i], &memory_default);
    }
    add(&chunks[0], FINDING_IDENTITY, "name", "Orla Keane", "Name: Orla Keane", 1, 10);
    chunks[0].items[0].conversations = 2;
    add(&chunks[1], FINDING_IDENTITY, "name", "Bo", "Name: Bo", 1, 40);
    merge_all(chunks, order, 2, &result);
    assert_non_null(find(&result, "Name: Orla Keane"));
    assert_null(find(&result, "Name: Bo"));
    finding_set_free(&result);
    for (size_t i = 0; i < 2; i++) {
        finding_set_free(&chunks[i]);
    }
}

static void newest_value_of_an_attribute_is_current(void **state)
{
    static const size_t order[] = {0, 1};
    struct finding_set chunks[2];
    struct finding_set result;
    const struct finding *old;

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        finding_set_init(&chunks[i], &memory_default);
    }
    add(&chunks[0], FINDING_IDENTITY, "home", "Porto", "Lives in Porto", 1, 40);
    for (int64_t day = 1; day < 10; day++) {
        add(&chunks[1], FINDING_IDENTITY, "home", "Leeds", "Lives in Leeds", 1, day);
    }
    merge_all(chunks, order, 2, &result);
    assert_non_null(find(&result, "Lives in Porto"));
    assert_false(find(&result, "Lives in Porto")->superseded);
    old = find(&result, "Lived in Leeds");
    assert_non_null(old);
    assert_int_equal(old->until_us, 40 * DAY_US);
    assert_true(old->superseded);
    assert_true(old->score < find(&result, "Lives in Porto")->score);
    finding_set_free(&result);
    finding_set_free(&chunks[0]);
    finding_set_free(&chunks[1]);
}

static void what_has_expired_is_former(void **state)
{
    static const size_t order[] = {0};
    struct finding_set chunk;
    struct finding_set result;

    (void)state;
    finding_set_init(&chunk, &memory_default);
    add(&chunk, FINDING_EVENT, "appointment", "dentist", "Has a dentist appointment", 0, 5);
    chunk.items[0].until_us = 7 * DAY_US;
    add(&chunk, FINDING_EVENT, "leave", "parental leave", "Is on parental leave", 0, 5);
    chunk.items[1].until_us = 90 * DAY_US;
    add(&chunk, FINDING_IDENTITY, "home", "Porto", "Lives in Porto", 1, 40);
    merge_all(&chunk, order, 1, &result);
    assert_true(find(&result, "Has a dentist appointment")->superseded);
    assert_false(find(&result, "Is on parental leave")->superseded);
    finding_set_free(&result);
    finding_set_free(&chunk);
}

static void move_that_has_happened_gives_the_home(void **state)
{
    static const size_t order[] = {0};
    struct finding_set chunk;
    struct finding_set result;

    (void)state;
    finding_set_init(&chunk, &memory_default);
    add(&chunk, FINDING_IDENTITY, "home", "Leeds", "Lives in Leeds", 1, 5);
    add(&chunk, FINDING_GOAL, "move", "Porto", "Moving to Porto", 0, 40);
    add(&chunk, FINDING_GOAL, "goal", "learn Portuguese", "Goal: learn Portuguese", 0, 50);
    merge_all(&chunk, order, 1, &result); /* too early to tell */
    assert_false(find(&result, "Lives in Leeds")->superseded);
    assert_non_null(find(&result, "Moving to Porto"));
    finding_set_free(&result);
    chunk.items[1].until_us = 45 * DAY_US;
    merge_all(&chunk, order, 1, &result);
    assert_false(find(&result, "Lives in Porto")->superseded);
    assert_null(find(&result, "Lives in Leeds"));
    assert_null(find(&result, "Moving to Porto"));
    finding_set_free(&result);
    add(&chunk, FINDING_IDENTITY, "home", "Braga", "Lives in Braga", 1, 60);
    merge_all(&chunk, order, 1, &result); /* it came otherwise */
    assert_null(find(&result, "Lives in Porto"));
    assert_false(find(&result, "Lives in Braga")->superseded);
    finding_set_free(&result);
    finding_set_free(&chunk);
}

static void reached_goal_is_former(void **state)
{
    static const size_t order[] = {0};
    struct finding_set chunk;
    struct finding_set result;

    (void)state;
    finding_set_init(&chunk, &memory_default);
    add(&chunk, FINDING_GOAL, "goal", "B2 exam", "Wants to pass the B2 exam", 0, 5);
    add(&chunk, FINDING_GOAL, "goal", "open a bakery", "Wants to open a bakery", 0, 5);
    add(&chunk, FINDING_EXCERPT, "", "", "I passed B2 last week, 78 points", 0, 40);
    add(&chunk, FINDING_EXCERPT, "", "", "the bakery near us is good", 0, 41);
    merge_all(&chunk, order, 1, &result);
    assert_true(find(&result, "Wants to pass the B2 exam")->superseded);
    assert_int_equal(find(&result, "Wants to pass the B2 exam")->until_us, 40 * DAY_US);
    assert_false(find(&result, "Wants to open a bakery")->superseded);
    finding_set_free(&result);
    finding_set_free(&chunk);
}

static void what_was_said_of_a_pet_that_died_is_not_told(void **state)
{
    static const size_t order[] = {0};
    struct finding_set chunk;
    struct finding_set result;

    (void)state;
    finding_set_init(&chunk, &memory_default);
    add(&chunk, FINDING_PERSON, "person:rex", "diabetic", "Rex is diabetic", 0, 5);
    add(&chunk, FINDING_PERSON, "person:rex", "died", "Rex died", 0, 30);
    chunk.items[1].superseded = 1;
    add(&chunk, FINDING_PERSON, "person:ana", "diabetic", "Ana is diabetic", 0, 5);
    merge_all(&chunk, order, 1, &result);
    assert_true(find(&result, "Rex died")->superseded);
    assert_null(find(&result, "Rex is diabetic"));
    assert_false(find(&result, "Ana is diabetic")->superseded);
    finding_set_free(&result);
    finding_set_free(&chunk);
}

/* "I left Acme" ends a home only when Acme was one. */
static void end_of_an_unknown_value_is_ignored(void **state)
{
    static const size_t order[] = {0};
    struct finding_set chunk;
    struct finding_set result;

    (void)state;
    finding_set_init(&chunk, &memory_default);
    add(&chunk, FINDING_IDENTITY, "home", "Acme", "Lived in Acme", 1, 5);
    chunk.items[0].superseded = 1;
    chunk.items[0].confidence = 200;
    add(&chunk, FINDING_IDENTITY, "home", "Porto", "Lives in Porto", 1, 9);
    add(&chunk, FINDING_IDENTITY, "home", "Leeds", "Lives in Leeds", 1, 1);
    merge_all(&chunk, order, 1, &result);
    assert_int_equal(result.count, 2);
    assert_non_null(find(&result, "Lives in Porto"));
    assert_non_null(find(&result, "Lived in Leeds"));
    finding_set_free(&result);
    finding_set_free(&chunk);
}

static uint32_t next_random(uint64_t *seed)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(*seed >> 33);
}

#define CHUNKS 12

static void fill_randomly(struct finding_set *chunk, uint64_t *seed)
{
    static const char *const values[] = {"Porto", "Leeds", "porto",     "the Atlas app", "Atlas",
                                         "tea",   "teas",  "green tea", "C++",           "nurse"};
    static const char *const texts[] = {"Lives in Porto", "Lives in Leeds", "Drinks tea",          "Drinks green tea",
                                        "Builds Atlas",   "Is a nurse",     "Builds the Atlas app"};
    static const char *const subjects[] = {"home", "employer", "name", "likes", "topic", "location", "count:words"};

    for (size_t i = next_random(seed) % 30; i > 0; i--) {
        size_t subject = next_random(seed) % 7;
        enum finding_category category = subject < 3    ? FINDING_IDENTITY
                                         : subject == 4 ? FINDING_TOPIC
                                         : subject == 6
                                             ? FINDING_STYLE
                                             : (enum finding_category)(next_random(seed) % FINDING_CATEGORY_COUNT);

        add(chunk, category, subjects[subject], subject == 6 ? "7" : values[next_random(seed) % 10],
            texts[next_random(seed) % 7], subject < 3, next_random(seed) % 40);
        chunk->items[chunk->count - 1].superseded = next_random(seed) % 5 == 0;
        chunk->items[chunk->count - 1].confidence = (int32_t)(next_random(seed) % 1001);
    }
    chunk->user_messages = next_random(seed) % 5;
}

static void result_is_independent_of_input_order(void **state)
{
    uint64_t seed = 7;

    (void)state;
    for (size_t round = 0; round < 60; round++) {
        struct finding_set chunks[CHUNKS];
        size_t order[CHUNKS];
        struct buffer expected;
        struct buffer answer;

        buffer_init(&expected, &memory_default);
        buffer_init(&answer, &memory_default);
        for (size_t i = 0; i < CHUNKS; i++) {
            order[i] = i;
            finding_set_init(&chunks[i], &memory_default);
            fill_randomly(&chunks[i], &seed);
        }
        for (size_t shuffle = 0; shuffle < 8; shuffle++) {
            struct finding_set result;

            merge_all(chunks, order, CHUNKS, &result);
            buffer_clear(&answer);
            assert_int_equal(finding_set_write_json(&result, shuffle == 0 ? &expected : &answer, NULL), CPK_OK);
            if (shuffle > 0) {
                assert_string_equal(buffer_text(&answer), buffer_text(&expected));
            }
            finding_set_free(&result);
            for (size_t i = CHUNKS - 1; i > 0; i--) {
                size_t other = next_random(&seed) % (i + 1);
                size_t kept = order[i];

                order[i] = order[other];
                order[other] = kept;
            }
        }
        for (size_t i = 0; i < CHUNKS; i++) {
            finding_set_free(&chunks[i]);
        }
        buffer_free(&answer);
        buffer_free(&expected);
    }
}

/* However long the history is, the memory has a bound, and what is said again and again is not lost in the rest. */
static void lowest_scores_are_dropped_over_the_limit(void **state)
{
    static const int32_t numbers = 60000;
    struct finding_set result;
    struct finding_merge *merge;
    cpk_error *error = NULL;
    int32_t notes = 0;

    (void)state;
    finding_set_init(&result, &memory_default);
    assert_ok(finding_merge_create(&memory_default, &merge, &error), error);
    for (int32_t i = 0; i < numbers; i++) {
        struct finding_set chunk;
        char value[32];

        finding_set_init(&chunk, &memory_default);
        snprintf(value, sizeof value, "thing %d", i);
        add(&chunk, FINDING_PREFERENCE, "likes", value, value, 0, i % 1000);
        if (i % 10000 == 0) {
            add(&chunk, FINDING_PREFERENCE, "likes", "tea", "Likes tea", 0, i / 10000);
        }
        assert_ok(finding_merge_add(merge, &chunk, &error), error);
        finding_set_free(&chunk);
    }
    assert_ok(finding_merge_collect(merge, SIZE_MAX, &result, &error), error);
    assert_non_null(find(&result, "Likes tea"));
    assert_int_equal(find(&result, "Likes tea")->mentions, 6);
    for (size_t i = 0; i < result.count; i++) {
        notes += strncmp(result.items[i].text, "thing ", 6) == 0;
    }
    assert_in_range(notes, 1000, 20000);
    finding_set_free(&result);
    finding_merge_free(merge);
}

static void values_are_normalised(void **state)
{
    static const char *const pairs[][2] = {{"The Allergies", "allergy"},
                                           {"e-mail", "Email"},
                                           {"colour", "color"},
                                           {"my organising apps", "organizing app"},
                                           {"C++", "c++"}};
    struct buffer left;
    struct buffer right;

    (void)state;
    buffer_init(&left, &memory_default);
    buffer_init(&right, &memory_default);
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        buffer_clear(&left);
        buffer_clear(&right);
        subject_normalise(&left, pairs[i][0]);
        subject_normalise(&right, pairs[i][1]);
        assert_string_equal(buffer_text(&left), buffer_text(&right));
    }
    buffer_free(&right);
    buffer_free(&left);
}

/* Once a home or an employer is a former one, nothing older tells it as current; what tells more keeps the rest. */
static void former_values_are_not_stated_as_current(void **state)
{
    static const size_t order[] = {0};
    struct finding_set chunk;
    struct finding_set result;
    const struct finding *old;
    struct finding *ended;

    (void)state;
    finding_set_init(&chunk, &memory_default);
    add(&chunk, FINDING_IDENTITY, "role", "data analyst", "Is a data analyst at Helvex", 0, 1);
    add(&chunk, FINDING_IDENTITY, "living", "flat by the river in Graz", "Has a flat by the river in Graz", 0, 1);
    add(&chunk, FINDING_SKILL, "skill", "Excel", "Uses Excel all day at Helvex", 0, 2);
    add(&chunk, FINDING_IDENTITY, "home", "Graz", "Lives in Graz", 1, 3);
    add(&chunk, FINDING_IDENTITY, "home", "Linz", "Lives in Linz", 1, 5);
    add(&chunk, FINDING_SKILL, "skill", "Jenkins", "Uses Jenkins for their builds", 0, 5);
    add(&chunk, FINDING_IDENTITY, "employer", "Helvex", "Worked at Helvex", 0, 6);
    ended = &chunk.items[chunk.count - 1];
    ended->superseded = 1;
    add(&chunk, FINDING_BACKGROUND, "origin", "Graz", "Grew up in Graz", 0, 2);
    merge_all(&chunk, order, 1, &result);
    assert_non_null(find(&result, "Is a data analyst"));
    assert_non_null(find(&result, "Has a flat by the river"));
    old = find(&result, "Uses Excel all day at Helvex");
    assert_non_null(old);
    assert_true(old->superseded);
    assert_non_null(find(&result, "Uses Jenkins for their builds"));
    assert_non_null(find(&result, "Grew up in Graz"));
    old = find(&result, "Worked at Helvex");
    assert_non_null(old);
    assert_true(old->superseded);
    finding_set_free(&result);
    finding_set_free(&chunk);
}

/* Names that come back are topics though a statement holds them; other words and former values are not. */
static void recurring_proper_names_become_topics(void **state)
{
    static const size_t order[] = {0, 1, 2};
    struct finding_set chunks[3];
    struct finding_set result;

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        finding_set_init(&chunks[i], &memory_default);
        add(&chunks[i], FINDING_TOPIC, "topic", "Swapboard", "Swapboard", 0, (int64_t)i);
        add(&chunks[i], FINDING_TOPIC, "topic", "web", "web", 0, (int64_t)i);
        add(&chunks[i], FINDING_TOPIC, "topic", "Leeds", "Leeds", 0, (int64_t)i);
        add(&chunks[i], FINDING_PROJECT, "project", "web app called Swapboard", "Building a web app called Swapboard",
            0, (int64_t)i);
    }
    add(&chunks[0], FINDING_IDENTITY, "home", "Leeds", "Lives in Leeds", 1, 0);
    add(&chunks[2], FINDING_IDENTITY, "home", "Porto", "Lives in Porto", 1, 2);
    merge_all(chunks, order, 3, &result);
    assert_non_null(find(&result, "Swapboard"));
    assert_null(find(&result, "web"));
    assert_null(find(&result, "Leeds"));
    finding_set_free(&result);
    for (size_t i = 0; i < 3; i++) {
        finding_set_free(&chunks[i]);
    }
}

/* Times and counts that nobody has: the sums stop, the scores stay in their range. */
static void scores_stay_in_range_for_extreme_counts(void **state)
{
    static const int64_t times[] = {CPK_TIME_UNKNOWN, INT64_MIN + 1, 0, INT64_MAX};
    static const size_t order[] = {0, 1, 0, 1};
    struct finding_set chunks[2];
    struct finding_set result;

    (void)state;
    for (size_t k = 0; k < 256; k++) {
        for (size_t i = 0; i < 2; i++) {
            finding_set_init(&chunks[i], &memory_default);
            add(&chunks[i], FINDING_IDENTITY, "home", i == 0 ? "Porto" : "Leeds", i == 0 ? "Porto" : "Leeds", 1, 1);
            add(&chunks[i], FINDING_STYLE, "count:messages", "9223372036854775807", "many", 0, 1);
            add(&chunks[i], FINDING_STYLE, "count:questions", i == 0 ? "-9223372036854775808" : "9223372036854775807",
                "many", 0, 1);
            chunks[i].items[0].mentions = INT64_MAX;
            chunks[i].items[0].conversations = INT64_MAX;
            chunks[i].items[0].first_us = times[k & 3];
            chunks[i].items[0].last_us = times[k >> (2 + 2 * i) & 3];
            chunks[i].first_us = times[k & 3];
            chunks[i].last_us = times[k >> 6 & 3];
            chunks[i].user_messages = INT64_MAX;
        }
        merge_all(chunks, order, 4, &result);
        for (size_t i = 0; i < result.count; i++) {
            assert_in_range(result.items[i].score, 0, 12300);
            assert_in_range(result.items[i].mentions, 1, INT64_C(1) << 50);
        }
        for (size_t i = 0; i < 2; i++) {
            finding_set_free(&chunks[i]);
        }
        finding_set_free(&result);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scores_stay_in_range_for_extreme_counts),
        cmocka_unit_test(recurring_proper_names_become_topics),
        cmocka_unit_test(former_values_are_not_stated_as_current),
        cmocka_unit_test(paraphrases_are_merged),
        cmocka_unit_test(similar_but_different_findings_are_not_merged),
        cmocka_unit_test(aged_values_are_dropped),
        cmocka_unit_test(homes_end_with_a_move),
        cmocka_unit_test(fading_statements_are_dropped_after_a_year),
        cmocka_unit_test(age_is_told_as_of_its_time),
        cmocka_unit_test(another_name_said_once_is_not_theirs),
        cmocka_unit_test(newest_value_of_an_attribute_is_current),
        cmocka_unit_test(what_has_expired_is_former),
        cmocka_unit_test(move_that_has_happened_gives_the_home),
        cmocka_unit_test(reached_goal_is_former),
        cmocka_unit_test(what_was_said_of_a_pet_that_died_is_not_told),
        cmocka_unit_test(end_of_an_unknown_value_is_ignored),
        cmocka_unit_test(result_is_independent_of_input_order),
        cmocka_unit_test(values_are_normalised),
        cmocka_unit_test(lowest_scores_are_dropped_over_the_limit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
