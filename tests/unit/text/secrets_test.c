#include "support/test.h"

#include "base/memory.h"
#include "text/secrets/secrets.h"

#include <time.h>

/* Tokens are put together here, so that no file holds one that looks live. */
#define GITHUB                                                                                                         \
    "gh"                                                                                                               \
    "p_"                                                                                                               \
    "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
#define BEGIN_KEY                                                                                                      \
    ("-----BEGIN PRIVATE"                                                                                              \
     " KEY-----")
#define CARD                                                                                                           \
    "4539"                                                                                                             \
    "1488"                                                                                                             \
    "0343"                                                                                                             \
    "6467"

static char *mask(const char *text, struct secret_counts *counts)
{
    cpk_error *error = NULL;
    struct buffer masked;

    buffer_init(&masked, &memory_default);
    assert_ok(secrets_mask(text, strlen(text), &masked, counts, NULL, &error), error);
    buffer_append(&masked, "", 1);
    return masked.data;
}

static void assert_masked(const char *text, const char *expected)
{
    char *masked = mask(text, NULL);
    char *again = mask(masked, NULL);

    assert_string_equal(masked, expected);
    assert_string_equal(again, expected); /* what is masked stays as it is */
    memory_release(&memory_default, masked, 0);
    memory_release(&memory_default, again, 0);
}

static void secret_is_replaced_by_its_label(void **state)
{
    (void)state;
    assert_masked("My key " GITHUB " and my password is correct-horse-9.",
                  "My key [API key withheld] and my password is [password withheld].");
    assert_masked("card " CARD ", IBAN DE89 3704 0044 0532 0130 00",
                  "card [card number withheld], IBAN [bank account withheld]");
    assert_masked("postgres://shop:Blue7Lamp@db/shop", "postgres://shop:[password withheld]@db/shop");
    assert_masked("Authorization: Bearer a1b2c3d4e5f6g7h8", "Authorization: Bearer [authorization withheld]");
    assert_masked("my SSN is 536-90-4399", "my SSN is [national ID withheld]");
    assert_masked("my passport number is X12345678", "my passport number is [passport number withheld]");
    assert_masked("-----BEGIN PRIVATE"
                  " KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n-----END PRIVATE"
                  " KEY-----\nbye",
                  "[private key withheld]\nbye");
    assert_masked("seed phrase: legal winner thank year wave sausage worth useful legal winner thank yellow.",
                  "seed phrase: [seed phrase withheld].");
    assert_masked("", "");
}

static void text_without_secrets_is_unchanged(void **state)
{
    static const char *const texts[] = {
        "My email is ann@example.com. I use Postgres for my shop Blue Lamp.",
        "commit 3f786850e387550fdab836ed7e6dc881de23001b",
        "id 6fa459ea-ee8a-3ca4-894e-db77e160355e, v1.2.3-rc.4+5678",
        "password = os.environ[\"DB_PASSWORD\"]",
        "password: string",
        "API_KEY=YOUR_API_KEY, sk-...",
        "order 4539148803436467",
        "call +49 170 1234567, ISBN 978-3-16-148410-0, 2024-01-31",
        "the password is wrong",
        "a\xff\xfe broken \xe2\x80 text",
    };

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        assert_masked(texts[i], texts[i]);
    }
}

/* Full-width and Arabic digits, no-break spaces and zero-width characters hide nothing; spans are the original's. */
static void look_alikes_of_ascii_are_recognised(void **state)
{
    (void)state;
    assert_masked("card 4539\xc2\xa0"
                  "1488\xc2\xa0"
                  "0343\xc2\xa0"
                  "6467!",
                  "card [card number withheld]!");
    assert_masked("card \xef\xbc\x94\xef\xbc\x95\xef\xbc\x93\xef\xbc\x99"
                  "148803436467!",
                  "card [card number withheld]!");
    assert_masked("card \xd9\xa4\xd9\xa5\xd9\xa3\xd9\xa9"
                  "148803436467!",
                  "card [card number withheld]!");
    assert_masked("\xe2\x80\x9cgh\xe2\x80\x8bp_a1B2c3D4e5F6g7H8i9J0\xe2\x80\x8bk1L2m3N4o5P6q7R8\xe2\x80\x9d",
                  "\xe2\x80\x9c[API key withheld]\xe2\x80\x9d");
    assert_masked(
        "\xe3\x83\x91\xe3\x82\xb9\xe3\x83\xaf\xe3\x83\xbc\xe3\x83\x89\xef\xbc\x9asakura2024\xe3\x80\x82",
        "\xe3\x83\x91\xe3\x82\xb9\xe3\x83\xaf\xe3\x83\xbc\xe3\x83\x89\xef\xbc\x9a[password withheld]\xe3\x80\x82");
}

static void secrets_are_counted_by_kind(void **state)
{
    struct secret_counts counts;
    struct secret_counts read;
    struct buffer json;
    char *masked;

    (void)state;
    memset(&counts, 0, sizeof counts);
    memset(&read, 0, sizeof read);
    masked = mask(GITHUB " " GITHUB " password: Blue7Lamp", &counts);
    assert_int_equal(counts.of_kind[SECRET_API_KEY], 2);
    assert_int_equal(counts.of_kind[SECRET_PASSWORD], 1);
    assert_int_equal(secret_counts_total(&counts), 3);
    buffer_init(&json, &memory_default);
    secret_counts_write(&counts, &json);
    assert_string_equal(buffer_text(&json), "{\"api_key\":2,\"password\":1}");
    secret_counts_read(&read, buffer_text(&json));
    secret_counts_read(&read, NULL);
    assert_memory_equal(&read, &counts, sizeof counts);
    buffer_free(&json);
    memory_release(&memory_default, masked, 0);
}

static void line_is_blanked_in_place(void **state)
{
    char line[] = "connect postgres://a:Blue7Lamp@h/d";

    (void)state;
    secrets_blank(line, strlen(line));
    assert_string_equal(line, "connect postgres://a:*********@h/d");
}

/* The end of this one has the form of a Belgian account's number. */
static void part_of_a_uuid_is_not_blanked(void **state)
{
    char line[] = "no user has the id 0ba15540-b604-4334-be66-1d2e41c170a1";
    char account[] = "pay to BE71 0961 2345 6769";

    (void)state;
    secrets_blank(line, strlen(line));
    assert_string_equal(line, "no user has the id 0ba15540-b604-4334-be66-1d2e41c170a1");
    secrets_blank(account, strlen(account));
    assert_null(strstr(account, "6769"));
}

static double scan_seconds(const char *piece, size_t length)
{
    char *text = malloc(length);
    size_t size = strlen(piece);
    struct secret_list list;
    cpk_error *error = NULL;
    clock_t start;

    assert_non_null(text);
    for (size_t i = 0; i < length; i++) {
        text[i] = piece[i % size];
    }
    secret_list_init(&list, &memory_default);
    start = clock();
    assert_ok(secrets_scan(text, length, &list, &error), error);
    start = clock() - start;
    secret_list_free(&list);
    free(text);
    return (double)start / CLOCKS_PER_SEC;
}

/* A megabyte of what the verifiers like best: each is linear, so nothing takes a second. */
static void adversarial_texts_take_linear_time(void **state)
{
    static const char *const pieces[] = {
        "password",
        "password=",
        "password ",
        "pass: ",
        "sk-",
        "sk-a1",
        "eyJ",
        "eyJ.",
        "://",
        "://a:b@",
        "a://b:c",
        BEGIN_KEY,
        "1",
        "12 ",
        "1 2-",
        "4539 1488 ",
        "SSN ",
        "passport ",
        "wallet ",
        "abandon ",
        "curl ",
        "token=a1",
        "\xe2\x80\x8b",
        "DE89 ",
        "basic ",
        "bearer a1",
        "a.bcdefg.",
        "password for ",
        "\xef\xbc\x91",
        "key-",
        "api_key:\"",
        "mysql -p",
        "hooks.slack.com/services/",
        "AKIAAAAAAAAAAAAAAAA2 ",
        "password is \"",
        "12345678:AA",
    };

    (void)state;
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
        double seconds = scan_seconds(pieces[i], (size_t)1 << 20);

        if (seconds > 2.0) {
            fail_msg("%s: %.3f s for a megabyte", pieces[i], seconds);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(secret_is_replaced_by_its_label),
        cmocka_unit_test(text_without_secrets_is_unchanged),
        cmocka_unit_test(look_alikes_of_ascii_are_recognised),
        cmocka_unit_test(secrets_are_counted_by_kind),
        cmocka_unit_test(line_is_blanked_in_place),
        cmocka_unit_test(part_of_a_uuid_is_not_blanked),
        cmocka_unit_test(adversarial_texts_take_linear_time),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
