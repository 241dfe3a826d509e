/* What is sent to Stripe as a form, and what of its answers is taken. */
#include "support/test.h"

#include "base/memory.h"
#include "payments/stripe/answer.h"
#include "payments/stripe/form.h"

static void forms_are_nested_and_encoded(void **state)
{
    struct buffer form;

    (void)state;
    buffer_init(&form, &memory_default);
    form_add(&form, "mode", "payment");
    form_add(&form, "cancel_url", NULL);
    form_add_int64(&form, "line_items[0][price_data][unit_amount]", 1999);
    form_add_under(&form, "payment_intent_data[metadata]", "user id", "a&b=c+d e%/\xc3\xa4\n");
    form_add(&form, "url", "https://example.org/?s={CHECKOUT_SESSION_ID}");
    assert_string_equal(buffer_text(&form), "mode=payment&line_items[0][price_data][unit_amount]=1999&"
                                            "payment_intent_data[metadata][user%20id]=a%26b%3Dc%2Bd%20e%25%2F%C3%A4%0A&"
                                            "url=https%3A%2F%2Fexample.org%2F%3Fs%3D%7BCHECKOUT_SESSION_ID%7D");
    buffer_free(&form);
}

static void incomplete_objects_are_rejected(void **state)
{
    static const char *const session =
        "{\"id\":\"cs_1\",\"object\":\"checkout.session\",\"url\":\"https://x/"
        "\",\"status\":\"open\",\"amount_total\":7,"
        "\"currency\":\"usd\",\"expires_at\":1760000000,\"customer\":{\"id\":\"cus_1\"},\"payment_intent\":\"pi_1\","
        "\"livemode\":true}";
    cpk_error *error = NULL;
    struct answer answer;
    struct arena arena;

    (void)state;
    arena_init(&arena, &memory_default);
    assert_ok(answer_parse(session, strlen(session), &arena, &answer, &error), error);
    assert_string_equal(answer.id, "cs_1");
    assert_string_equal(answer.customer_id, "cus_1");
    assert_string_equal(answer.payment_intent_id, "pi_1");
    assert_int_equal(answer.amount, 7);
    assert_int_equal(answer.expires_us, INT64_C(1760000000000000));
    assert_int_equal(answer.is_live, 1);
    assert_int_equal(answer_parse("{}", 2, &arena, &answer, NULL), CPK_ERROR_INVALID_DATA);
    assert_int_equal(answer_parse("<html>", 6, &arena, &answer, NULL), CPK_ERROR_INVALID_DATA);
    assert_int_equal(answer_parse("", 0, &arena, &answer, NULL), CPK_ERROR_INVALID_DATA);
    assert_int_equal(answer_parse("[]", 2, &arena, &answer, NULL), CPK_ERROR_INVALID_DATA);
    arena_free(&arena);
}

static void error_messages_contain_no_keys(void **state)
{
    static const char *const text =
        "{\"error\":{\"type\":\"card_error\",\"code\":\"card_declined\",\"decline_code\":\"insufficient_funds\","
        "\"param\":\"line_items[0][price]\",\"message\":\"Your card\\nwas declined.\"}}";
    static const char *const hostile = "{\"error\":{\"type\":\"a b\",\"code\":\"sk_live_1234\",\"param\":7,"
                                       "\"message\":\"Invalid API Key provided: rk_live_1234\"}}";
    static const char personal[] = "{\"error\":{\"type\":\"invalid_request_error\",\"code\":\"email_invalid\","
                                   "\"message\":\"Invalid email address: ada@example.com\"}}";
    struct problem problem;
    struct arena arena;

    (void)state;
    arena_init(&arena, &memory_default);
    assert_ok(problem_parse(text, strlen(text), &arena, &problem, NULL), NULL);
    assert_string_equal(problem.type, "card_error");
    assert_string_equal(problem.code, "card_declined");
    assert_string_equal(problem.decline_code, "insufficient_funds");
    assert_string_equal(problem.param, "line_items[0][price]");
    assert_string_equal(problem.message, "Your card was declined.");
    assert_ok(problem_parse(hostile, strlen(hostile), &arena, &problem, NULL), NULL);
    assert_null(problem.type);
    assert_null(problem.code);
    assert_null(problem.param);
    assert_null(strstr(problem.message, "rk_live"));
    assert_ok(problem_parse(personal, strlen(personal), &arena, &problem, NULL), NULL);
    assert_string_equal(problem.code, "email_invalid");
    assert_null(strstr(problem.message, "ada"));
    assert_ok(problem_parse("<html>", 6, &arena, &problem, NULL), NULL);
    assert_null(problem.message);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(forms_are_nested_and_encoded),
        cmocka_unit_test(incomplete_objects_are_rejected),
        cmocka_unit_test(error_messages_contain_no_keys),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
