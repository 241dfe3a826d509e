#include "support/test.h"

#include "base/buffer.h"
#include "base/memory.h"
#include "text/personal/placeholders.h"

#include <time.h>

/* The text with each span replaced by "[kind]"; the caller frees it. */
static char *mask(const char *text, const char *known)
{
    struct personal_names *names = NULL;
    struct personal_list list;
    struct buffer masked;
    size_t copied = 0;
    cpk_error *error = NULL;

    buffer_init(&masked, &memory_default);
    personal_list_init(&list, &memory_default);
    assert_ok(personal_names_create(&memory_default, known, &names, &error), error);
    assert_ok(personal_scan(text, strlen(text), names, &list, &error), error);
    for (size_t i = 0; i < list.count; i++) {
        buffer_append(&masked, text + copied, list.items[i].start - copied);
        buffer_append_format(&masked, "[%s]", personal_kind_name(list.items[i].kind));
        copied = list.items[i].end;
    }
    buffer_append_text(&masked, text + copied);
    personal_names_free(names);
    personal_list_free(&list);
    return masked.data;
}

static void assert_masked(const char *text, const char *known, const char *expected)
{
    char *masked = mask(text, known);

    assert_string_equal(masked, expected);
    memory_release(&memory_default, masked, 0);
}

static void each_kind_is_found(void **state)
{
    (void)state;
    assert_masked("mail ada@example.com or call +44 20 7946 0958", NULL, "mail [email] or call [phone]");
    assert_masked("from 203.0.113.7 to 12 Main Street, Springfield, IL 62704", NULL, "from [ip_address] to [address]");
    assert_masked("https://ada:pw@git.example/x is mine, born on 1 May 1990", NULL,
                  "[url] is mine, born on [birth_date]");
    assert_masked("My name is Emily Carter.", NULL, "My name is [person].");
}

static void tables_and_code_are_searched(void **state)
{
    (void)state;
    assert_masked("| Name | Mail |\n|---|---|\n| Emily Carter | e@example.com |", NULL,
                  "| Name | Mail |\n|---|---|\n| [person] | [email] |");
    assert_masked("```js\nconst to = 'e@example.com'; // 203.0.113.7\n```", NULL,
                  "```js\nconst to = '[email]'; // [ip_address]\n```");
    assert_masked("{\"phone\": \"212-555-0142\", \"dob\": \"1990-05-01\"}", NULL,
                  "{\"phone\": \"[phone]\", \"dob\": \"[birth_date]\"}");
}

static void known_names_are_found_anywhere(void **state)
{
    (void)state;
    assert_masked("ask qwzita rovantek; Rovantek knows, rovantekian not", "Qwzita Rovantek",
                  "ask [person]; [person] knows, rovantekian not");
    assert_masked("昨天王小明说了", "王小明", "昨天[person]说了");
    assert_masked("I will, said Will", "Will May", "I will, said [person]");
    assert_masked("ZORKA PELL signed", "Zorka Pell; Ilko", "[person] signed");
}

static void empty_text_has_nothing(void **state)
{
    (void)state;
    assert_masked("", NULL, "");
    assert_masked(" ", "a, b,, ,", " ");
}

static double seconds(const char *pattern, size_t length)
{
    struct personal_list list;
    struct personal_names *names = NULL;
    struct timespec start;
    struct timespec end;
    char *text = malloc(length);
    size_t size = strlen(pattern);

    assert_non_null(text);
    for (size_t i = 0; i < length; i++) {
        text[i] = pattern[i % size];
    }
    personal_list_init(&list, &memory_default);
    assert_int_equal(personal_names_create(&memory_default, "Ada Example, 王小明", &names, NULL), CPK_OK);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &start);
    assert_int_equal(personal_scan(text, length, names, &list, NULL), CPK_OK);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
    personal_names_free(names);
    personal_list_free(&list);
    free(text);
    return (double)(end.tv_sec - start.tv_sec) + (double)(end.tv_nsec - start.tv_nsec) / 1e9;
}

/* A search in quadratic time takes minutes for each of these. */
static void hostile_text_takes_linear_time(void **state)
{
    static const char *const patterns[] = {"@",     "a@",           "1",        "1 ",          "(1",       "+1-",
                                           "A",     "A ",           "Anna ",    "Anna",        "://",      "a://b",
                                           "a:",    "::",           "1.1.1.",   "é",           "王",       "王小明",
                                           "born ", "name: ",       "rue ",     "1 rue A ",    "Rue de ",  "1 Suite ",
                                           "Dr. ",  "address 1 A ", "van der ", "Ada Exampl ", "a.b@c.d.", "ul. "};

    (void)state;
    for (size_t i = 0; i < sizeof patterns / sizeof patterns[0]; i++) {
        double time = seconds(patterns[i], 1000000);

        if (time > 3.0) {
            fail_msg("\"%s\" repeated takes %.1f s a megabyte", patterns[i], time);
        }
    }
}

static void assert_restored(const struct placeholders *placeholders, const char *answer, const char *expected)
{
    struct buffer restored;
    cpk_error *error = NULL;

    buffer_init(&restored, &memory_default);
    assert_ok(placeholders_restore(placeholders, answer, strlen(answer), &restored, &error), error);
    assert_string_equal(buffer_text(&restored), expected);
    buffer_free(&restored);
}

static void placeholders_are_stable_and_restored(void **state)
{
    static const unsigned char keys[2][HASH_SHA256_BYTES] = {{1}, {2}};
    struct placeholders placeholders[3];
    struct buffer masked[3];
    cpk_error *error = NULL;
    char number[8];
    char answer[128];

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        const char *text = i == 1 ? "x b@example.com y a@example.com" : "a@example.com, a@example.com";

        placeholders_init(&placeholders[i], &memory_default, NULL, keys[i / 2]);
        buffer_init(&masked[i], &memory_default);
        assert_ok(placeholders_mask(&placeholders[i], text, strlen(text), &masked[i], &error), error);
        assert_restored(&placeholders[i], buffer_text(&masked[i]), text);
    }
    snprintf(number, sizeof number, "%.6s", buffer_text(&masked[0]) + strlen("[EMAIL_"));
    assert_non_null(strstr(buffer_text(&masked[1]), number));
    assert_null(strstr(buffer_text(&masked[2]), number)); /* of another pack */
    snprintf(answer, sizeof answer, "email_%s, [Email\\_%s] and [EMAIL_000000], EMAIL_%s7", number, number, number);
    assert_true(placeholders[0].count == 1 && placeholders[0].of_kind[PERSONAL_EMAIL] == 2);
    strcpy(strrchr(answer, ','), ".");
    assert_restored(&placeholders[0], answer, "a@example.com, a@example.com and [EMAIL_000000].");
    for (size_t i = 0; i < 3; i++) {
        placeholders_free(&placeholders[i]);
        buffer_free(&masked[i]);
    }
}

static void restored_values_are_escaped_in_json(void **state)
{
    static const unsigned char key[HASH_SHA256_BYTES] = {3};
    static const char text[] = "Ship to 12 Main Street\n Suite 4";
    struct placeholders placeholders;
    struct buffer masked;
    char answer[128];
    cpk_error *error = NULL;

    (void)state;
    placeholders_init(&placeholders, &memory_default, NULL, key);
    buffer_init(&masked, &memory_default);
    assert_ok(placeholders_mask(&placeholders, text, sizeof text - 1, &masked, &error), error);
    snprintf(answer, sizeof answer, "{\"text\": \"%s\"}", buffer_text(&masked));
    assert_restored(&placeholders, answer, "{\"text\": \"Ship to 12 Main Street\\u000a Suite 4\"}");
    placeholders_free(&placeholders);
    buffer_free(&masked);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind_is_found),
        cmocka_unit_test(tables_and_code_are_searched),
        cmocka_unit_test(known_names_are_found_anywhere),
        cmocka_unit_test(empty_text_has_nothing),
        cmocka_unit_test(placeholders_are_stable_and_restored),
        cmocka_unit_test(restored_values_are_escaped_in_json),
        cmocka_unit_test(hostile_text_takes_linear_time),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
