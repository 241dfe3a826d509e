/* Claims of validly signed tokens: checks, and what is returned and reported. */
#include "support/auth_token.h"
#include "support/test.h"

#include "auth/auth.h"

#define NOW_S    1700000000
#define HEADER   "{\"alg\":\"HS256\",\"typ\":\"JWT\"}"
#define SUB      "\"sub\":\"" TOKEN_USER "\""
#define USER     SUB ",\"role\":\"authenticated\",\"aud\":\"authenticated\""

#define INVALID  "the token is not valid"
#define EXPIRED  "the token is expired"
#define AUDIENCE "the token is for another audience"

struct fixture {
    struct context context;
    struct auth *auth;
    struct claims claims;
    char log[4096];
    cpk_error *error;
};

static int64_t fixed_clock(void *user)
{
    (void)user;
    return INT64_C(1000000) * NOW_S;
}

static void keep_log(void *user, int32_t level, const char *domain, const char *message)
{
    struct fixture *fixture = user;

    (void)level;
    (void)domain;
    snprintf(fixture->log, sizeof fixture->log, "%s", message);
}

static void set_text(struct fixture *fixture, const char *name, const char *value)
{
    assert_ok(settings_set_text(&fixture->context.settings, &fixture->context.allocator, name, value, NULL), NULL);
}

static int setup(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);

    context_init(&fixture->context);
    fixture->context.clock = fixed_clock;
    fixture->context.log = keep_log;
    fixture->context.log_user = fixture;
    fixture->context.log_level = CPK_LOG_DEBUG;
    set_text(fixture, "auth.jwt_secret", TOKEN_SECRET);
    assert_ok(auth_create(&fixture->context, NULL, &fixture->auth, &fixture->error), fixture->error);
    *state = fixture;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;

    auth_free(fixture->auth);
    context_free(&fixture->context);
    cpk_error_free(fixture->error);
    free(fixture);
    return 0;
}

/* An accepted token's payload is returned unchanged. */
static cpk_status verify(struct fixture *fixture, const char *token, size_t length)
{
    struct buffer payload;
    cpk_status status;

    buffer_init(&payload, &fixture->context.allocator);
    status = auth_check(fixture->auth, token, length, &fixture->claims, &payload, &fixture->error);
    assert_int_equal(status == CPK_OK, payload.length > 0 && payload.data[0] == '{');
    buffer_free(&payload);
    return status;
}

static cpk_status check(struct fixture *fixture, const char *payload)
{
    char token[TOKEN_BYTES];

    token_sign_secret(TOKEN_SECRET, strlen(TOKEN_SECRET), HEADER, payload, token);
    cpk_error_free(fixture->error);
    fixture->error = NULL;
    return verify(fixture, token, strlen(token));
}

/* `said` NULL: the token is accepted; otherwise the expected message. */
static void expect(struct fixture *fixture, const char *payload, const char *said)
{
    cpk_status status = check(fixture, payload);

    if (said == NULL && status != CPK_OK) {
        fail_msg("%s: %s", payload, fixture->log);
    }
    if (said != NULL && (status != CPK_ERROR_UNAUTHENTICATED || strcmp(cpk_error_message(fixture->error), said) != 0)) {
        fail_msg("%s: %s", payload, status == CPK_OK ? "accepted" : cpk_error_message(fixture->error));
    }
}

static void expired_or_early_token_is_rejected(void **state)
{
    static const struct {
        const char *times;
        const char *said;
    } CASES[] = {
        {"\"exp\":1700000001", NULL},
        {"\"exp\":1700000001.5", NULL},
        {"\"exp\":17e8", NULL},
        {"\"exp\":99999999999", NULL},
        {"\"exp\":1699999971", NULL}, /* within the clock skew of 30 s */
        {"\"exp\":1699999970.5", NULL},
        {"\"exp\":1699999970", EXPIRED},
        {"\"exp\":1600000000", EXPIRED},
        {"\"exp\":0", EXPIRED},
        {"\"exp\":-1", EXPIRED},
        {"\"exp\":-1e10", EXPIRED},
        {"\"exp\":1e12", INVALID},
        {"\"exp\":1e400", INVALID},
        {"\"exp\":99999999999999999999999", INVALID},
        {"\"exp\":\"1700000600\"", INVALID},
        {"\"exp\":true", INVALID},
        {"\"exp\":null", INVALID},
        {"\"exp\":[1700000600]", INVALID},
        {"\"exp\":NaN", INVALID},
        {"\"x\":1", INVALID},
        {"\"exp\":1700000600,\"exp\":1700000600", INVALID},
        {"\"exp\":1700000600,\"nbf\":1700000000", NULL},
        {"\"exp\":1700000600,\"nbf\":1700000030", NULL},
        {"\"exp\":1700000600,\"nbf\":1700000031", INVALID},
        {"\"exp\":1700000600,\"nbf\":\"1\"", INVALID},
        {"\"exp\":1700000600,\"nbf\":null", INVALID},
        {"\"exp\":1700000600,\"iat\":1600000000", NULL},
        {"\"exp\":1700000600,\"iat\":1700000030", NULL},
        {"\"exp\":1700000600,\"iat\":1700000031", INVALID},
        {"\"exp\":1700000600,\"iat\":{}", INVALID},
    };
    struct fixture *fixture = *state;
    char payload[512];

    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        snprintf(payload, sizeof payload, "{" USER ",%s}", CASES[i].times);
        expect(fixture, payload, CASES[i].said);
    }
    fixture->context.settings.values[SETTING_AUTH_CLOCK_SKEW_MS] = 0;
    expect(fixture, "{" USER ",\"exp\":1700000001}", NULL);
    expect(fixture, "{" USER ",\"exp\":1700000000}", EXPIRED);
    expect(fixture, "{" USER ",\"exp\":1700000001,\"nbf\":1700000001}", INVALID);
}

static void wrong_audience_is_rejected(void **state)
{
    static const struct {
        const char *audience;
        const char *said;
        const char *said_two; /* with the setting "two, three" */
    } CASES[] = {
        {"\"aud\":\"authenticated\"", NULL, AUDIENCE},
        {"\"aud\":[\"other\",\"authenticated\"]", NULL, AUDIENCE},
        {"\"aud\":\"two\"", AUDIENCE, NULL},
        {"\"aud\":\"three\"", AUDIENCE, NULL},
        {"\"aud\":[\"one\",\"three\"]", AUDIENCE, NULL},
        {"\"aud\":\"two, three\"", AUDIENCE, AUDIENCE},
        {"\"aud\":\"tw\"", AUDIENCE, AUDIENCE},
        {"\"aud\":\"twoo\"", AUDIENCE, AUDIENCE},
        {"\"aud\":\"Authenticated\"", AUDIENCE, AUDIENCE},
        {"\"aud\":\"\"", AUDIENCE, AUDIENCE},
        {"\"aud\":[]", AUDIENCE, AUDIENCE},
        {"\"aud\":[\"authenticated\",\"two\",1]", INVALID, INVALID},
        {"\"aud\":[[\"authenticated\",\"two\"]]", INVALID, INVALID},
        {"\"aud\":{\"authenticated\":1}", INVALID, INVALID},
        {"\"aud\":null", INVALID, INVALID},
        {"\"aud\":1", INVALID, INVALID},
        {"\"other\":1", AUDIENCE, AUDIENCE},
        {"\"aud\":\"two\",\"aud\":\"authenticated\"", INVALID, INVALID},
        {"\"aud\":\"authenticated\\u0000\"", AUDIENCE, AUDIENCE},
    };
    struct fixture *fixture = *state;
    char payload[512];

    for (size_t round = 0; round < 2; round++) {
        for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
            snprintf(payload, sizeof payload, "{" SUB ",\"role\":\"authenticated\",\"exp\":1700000600,%s}",
                     CASES[i].audience);
            expect(fixture, payload, round == 0 ? CASES[i].said : CASES[i].said_two);
        }
        set_text(fixture, "auth.audience", "two, three");
    }
}

static void wrong_issuer_is_rejected(void **state)
{
    struct fixture *fixture = *state;
    static const char NONE[] = "{" USER ",\"exp\":1700000600}";
    static const char GOOD[] = "{" USER ",\"exp\":1700000600,\"iss\":\"https://id.example/auth/v1\"}";
    static const char OTHER[] = "{" USER ",\"exp\":1700000600,\"iss\":\"https://id.example/auth/v1/\"}";

    expect(fixture, NONE, NULL);
    expect(fixture, OTHER, NULL);
    expect(fixture, "{" USER ",\"exp\":1700000600,\"iss\":1}", INVALID);
    set_text(fixture, "auth.issuer", "supabase,https://id.example/auth/v1");
    expect(fixture, GOOD, NULL);
    expect(fixture, OTHER, INVALID);
    expect(fixture, NONE, INVALID);
    expect(fixture, "{" USER ",\"exp\":1700000600,\"iss\":\"supabase\"}", NULL);
    assert_string_equal(fixture->claims.subject, TOKEN_USER);
}

static void role_is_returned(void **state)
{
    struct fixture *fixture = *state;

    expect(fixture, "{" USER ",\"exp\":1700000600}", NULL);
    assert_string_equal(fixture->claims.role, "authenticated");
    expect(fixture, "{\"role\":\"service_role\",\"iss\":\"supabase\",\"exp\":1700000600}", NULL);
    assert_string_equal(fixture->claims.role, "service_role");
    assert_string_equal(fixture->claims.subject, "");
    expect(fixture, "{\"role\":\"service_role\",\"aud\":\"elsewhere\",\"exp\":1700000600}", AUDIENCE);
    expect(fixture, "{\"role\":\"anon\",\"aud\":\"authenticated\",\"exp\":1700000600}",
           NULL); /* rejected by the caller */
    assert_string_equal(fixture->claims.role, "anon");
    expect(fixture, "{" SUB ",\"aud\":\"authenticated\",\"exp\":1700000600}", INVALID);
    expect(fixture, "{" SUB ",\"role\":null,\"aud\":\"authenticated\",\"exp\":1700000600}", INVALID);
    expect(fixture, "{" SUB ",\"role\":[\"service_role\"],\"exp\":1700000600}", INVALID);
    expect(fixture, "{" SUB ",\"role\":\"service_role\\u0000\",\"exp\":1700000600}", INVALID);
    expect(fixture, "{" USER ",\"role\":\"service_role\",\"exp\":1700000600}", INVALID); /* a duplicate member */
}

static void user_subject_must_be_a_uuid(void **state)
{
    static const char *const SUBJECTS[] = {
        "\"\"",
        "\"1\"",
        "\"33333333-3333-4333-8333-33333333333\"",
        "\"33333333-3333-4333-8333-3333333333333\"",
        "\"33333333333343338333333333333333\"",
        "\"AAAAAAAA-3333-4333-8333-333333333333\"",
        "\"33333333-3333-4333-8333-333333333333\\u0000\"",
        "\"' or 1=1 --\"",
        "1",
        "null",
        "[\"33333333-3333-4333-8333-333333333333\"]",
    };
    struct fixture *fixture = *state;
    char payload[512];

    for (size_t i = 0; i < sizeof SUBJECTS / sizeof SUBJECTS[0]; i++) {
        snprintf(payload, sizeof payload,
                 "{\"sub\":%s,\"role\":\"authenticated\",\"aud\":\"authenticated\",\"exp\":1700000600}", SUBJECTS[i]);
        expect(fixture, payload, INVALID);
    }
    expect(fixture, "{\"role\":\"authenticated\",\"aud\":\"authenticated\",\"exp\":1700000600}", INVALID);
}

static void payload_must_be_strict_json(void **state)
{
    static const char *const PAYLOADS[] = {
        "",
        "null",
        "[]",
        "1",
        "\"\"",
        "{",
        "{}",
        "{" USER ",\"exp\":1700000600}x",
        "{" USER ",\"exp\":1700000600},",
        "\xef\xbb\xbf{" USER ",\"exp\":1700000600}",
        "{" USER ",\"exp\":1700000600,\"x\":\"\xc0\x80\"}",
        "{" USER ",'exp':1700000600}",
        "{" USER ",\"exp\":1700000600,}",
        "//\n{" USER ",\"exp\":1700000600}",
    };
    struct fixture *fixture = *state;
    char deep[2048];

    for (size_t i = 0; i < sizeof PAYLOADS / sizeof PAYLOADS[0]; i++) {
        expect(fixture, PAYLOADS[i], INVALID);
    }
    strcpy(deep, "{" USER ",\"exp\":1700000600,\"x\":");
    memset(deep + strlen(deep), '[', 1000);
    deep[sizeof "{" USER ",\"exp\":1700000600,\"x\":" - 1 + 1000] = '\0';
    expect(fixture, deep, INVALID);
}

static void profile_claims_are_sanitized(void **state)
{
    struct fixture *fixture = *state;
    char payload[4096];
    char name[300];

    expect(fixture,
           "{" USER
           ",\"exp\":1700000600,\"email\":\"ada@example.org\",\"user_metadata\":{\"full_name\":\"Ada \\u00c5\","
           "\"avatar_url\":\"https://example.org/a.png\"}}",
           NULL);
    assert_string_equal(fixture->claims.email, "ada@example.org");
    assert_string_equal(fixture->claims.full_name, "Ada \xc3\x85");
    assert_string_equal(fixture->claims.avatar_url, "https://example.org/a.png");
    expect(fixture,
           "{" USER ",\"exp\":1700000600,\"email\":\"\",\"user_metadata\":{\"name\":\"Line\\nfeed\",\"avatar_url\":"
           "\"javascript:alert(1)\"}}",
           NULL);
    assert_string_equal(fixture->claims.email, "");
    assert_string_equal(fixture->claims.full_name, "Line feed");
    assert_string_equal(fixture->claims.avatar_url, "");
    expect(fixture, "{" USER ",\"exp\":1700000600,\"email\":\"a b@example.org\",\"user_metadata\":[]}", NULL);
    assert_string_equal(fixture->claims.email, "");
    expect(fixture, "{" USER ",\"exp\":1700000600,\"email\":7,\"user_metadata\":{\"full_name\":7}}", NULL);
    assert_string_equal(fixture->claims.full_name, "");
    memset(name, 'x', sizeof name);
    memcpy(name + 199, "\xc3\x85", 2); /* must not be split by the truncation */
    name[299] = '\0';
    snprintf(payload, sizeof payload, "{" USER ",\"exp\":1700000600,\"user_metadata\":{\"full_name\":\"%s\"}}", name);
    expect(fixture, payload, NULL);
    assert_int_equal(strlen(fixture->claims.full_name), 199);
}

static void errors_and_logs_contain_nothing_of_the_token(void **state)
{
    struct fixture *fixture = *state;
    char token[TOKEN_BYTES];
    char *long_token = malloc(1 << 20);

    token_sign_secret("another secret, of more than 32 bytes", 37, HEADER, "{\"sub\":\"hunter2\"}", token);
    assert_int_equal(verify(fixture, token, strlen(token)), CPK_ERROR_UNAUTHENTICATED);
    assert_string_equal(cpk_error_message(fixture->error), INVALID);
    assert_string_equal(fixture->log, "token rejected: wrong signature");
    memset(long_token, 'A', 1 << 20);
    assert_int_equal(verify(fixture, long_token, 1 << 20), CPK_ERROR_UNAUTHENTICATED);
    assert_non_null(strstr(cpk_error_message(fixture->error), "auth.max_token_bytes"));
    free(long_token);
}

static void missing_keys_or_short_secret_are_rejected(void **state)
{
    struct fixture *fixture = *state;
    struct auth *auth = NULL;

    set_text(fixture, "auth.jwt_secret", NULL);
    assert_int_equal(auth_create(&fixture->context, NULL, &auth, &fixture->error), CPK_ERROR_INVALID_ARGUMENT);
    assert_non_null(strstr(cpk_error_message(fixture->error), "auth.jwks_url"));
    set_text(fixture, "auth.jwt_secret", "hunter2");
    assert_int_equal(auth_create(&fixture->context, NULL, &auth, &fixture->error), CPK_ERROR_INVALID_ARGUMENT);
    assert_non_null(strstr(cpk_error_message(fixture->error), "auth.jwt_secret has 7 bytes"));
    assert_null(strstr(cpk_error_message(fixture->error), "hunter2"));
    assert_null(auth);
}

#define claims_test(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        claims_test(expired_or_early_token_is_rejected),
        claims_test(wrong_audience_is_rejected),
        claims_test(wrong_issuer_is_rejected),
        claims_test(role_is_returned),
        claims_test(user_subject_must_be_a_uuid),
        claims_test(payload_must_be_strict_json),
        claims_test(profile_claims_are_sanitized),
        claims_test(errors_and_logs_contain_nothing_of_the_token),
        claims_test(missing_keys_or_short_secret_are_rejected),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
