#include "support/person.h"

/* Put together here, so that no file holds a token that looks live. */
#define GITHUB                                                                                                         \
    "gh"                                                                                                               \
    "p_"                                                                                                               \
    "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
#define ANTHROPIC                                                                                                      \
    "sk-"                                                                                                              \
    "ant-api03-Zq8RtY2mN4pL6wX0vB3cD5fG7hJ9kS1aQ2wE4rT6"
#define PASSWORD "correct-horse-9"
#define URL      "postgres://shop:Blue7Lamp77@db.internal/shop"
#define CARD                                                                                                           \
    "4539 1488 "                                                                                                       \
    "0343 6467"
#define IBAN                                                                                                           \
    "DE89 3704 0044 "                                                                                                  \
    "0532 0130 00"
#define SSN                                                                                                            \
    "536-90-"                                                                                                          \
    "4399"
#define KEY_LINE "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj"
#define KEY_BEGIN                                                                                                      \
    "-----BEGIN PRIVATE"                                                                                               \
    " KEY-----"
#define KEY_END                                                                                                        \
    "-----END PRIVATE"                                                                                                 \
    " KEY-----"

/* Texts that must not occur anywhere: the secrets, and halves of them. */
static const char *const forbidden[] = {GITHUB,         "a1B2c3D4e5F6", "m3N4o5P6q7R8", ANTHROPIC,     "Zq8RtY2mN4pL",
                                        "aQ2wE4rT6",    PASSWORD,       "horse-9",      "Blue7Lamp77", "4539 1488",
                                        "0343 6467",    "3704 0044",    "0532 0130",    SSN,           KEY_LINE,
                                        "hkiG9w0BAQEF", "VJTUt9Us8cKj", "sommer2024x"};

static void assert_clean(const char *text, const char *where)
{
    for (size_t i = 0; text != NULL && i < sizeof forbidden / sizeof forbidden[0]; i++) {
        if (strstr(text, forbidden[i]) != NULL) {
            fail_msg("%s: \"%s\" stands in: %s", where, forbidden[i], text);
        }
    }
}

static int32_t append(void *user, const void *data, size_t length_bytes)
{
    char **text = user;
    size_t old = *text != NULL ? strlen(*text) : 0;

    *text = realloc(*text, old + length_bytes + 1);
    assert_non_null(*text);
    memcpy(*text + old, data, length_bytes);
    (*text)[old + length_bytes] = '\0';
    return 0;
}

/* An export with secrets wherever a person may put them. */
static char *make_export(size_t key_lines)
{
    static const char head[] =
        "[{\"title\":\"Rotate " GITHUB "\",\"conversation_id\":\"c\",\"current_node\":\"b\",\"mapping\":{\"a\":{\"id\":"
        "\"a\",\"parent\":null,\"message\":{\"id\":\"a\",\"author\":{\"role\":\"user\"},\"content\":{\"content_type\":"
        "\"text\",\"parts\":[\"I live in Lisbon. My API key is " ANTHROPIC " and my password is " PASSWORD
        ". I use Postgres for my shop Blue Lamp at " URL ". My card is " CARD ", my IBAN is " IBAN " and my SSN is " SSN
        ".\"]}}},\"b\":{\"id\":\"b\",\"parent\":\"a\",\"message\":{\"id\":\"b\",\"author\":{\"role\":\"user\"},"
        "\"content\":{\"content_type\":\"text\",\"parts\":[\"I prefer short answers. I love sailing. " KEY_BEGIN;
    char *text = NULL;

    append(&text, head, sizeof head - 1);
    for (size_t i = 0; i < key_lines; i++) {
        append(&text, "\\n" KEY_LINE, sizeof KEY_LINE + 1);
    }
    append(&text, "\\n" KEY_END " I work as a nurse.\"]}}}}}]", strlen("\\n" KEY_END " I work as a nurse.\"]}}}}}]"));
    return text;
}

static cpk_source *import_export(struct person *person, const char *json, cpk_status expected)
{
    cpk_input input = CPK_INPUT_INIT;
    cpk_source *source;
    cpk_source *done = NULL;
    cpk_error *error = NULL;

    input.data = json;
    input.length = strlen(json);
    input.name = "password is sommer2024x.json";
    assert_ok(cpk_source_add(person->session, cpk_pack_id(person->pack), &input, NULL, NULL, &source, &error), error);
    assert_int_equal(cpk_source_run(person->session, cpk_source_id(source), CPK_SOURCE_COMPLETED, NULL, &done, &error),
                     expected);
    if (error != NULL) {
        assert_clean(cpk_error_message(error), "the error");
        cpk_error_free(error);
    }
    cpk_source_free(source);
    return done;
}

static void describe_pack(struct person *person)
{
    cpk_pack_params params = CPK_PACK_PARAMS_INIT;
    cpk_error *error = NULL;

    params.name = "Work " GITHUB;
    params.description = "The password is " PASSWORD ", keep it.";
    assert_ok(cpk_pack_update(person->session, cpk_pack_id(person->pack), &params, NULL, &error), error);
}

static char *document(struct person *person, int32_t type, int32_t format)
{
    cpk_export *result;
    cpk_error *error = NULL;
    char *text = NULL;

    assert_ok(cpk_export_create(person->session, cpk_pack_id(person->pack), type, NULL, NULL, &result, &error), error);
    assert_ok(cpk_export_read(person->session, cpk_export_id(result), format, append, &text, &error), error);
    cpk_export_free(result);
    return text;
}

static void assert_documents_are_clean(struct person *person)
{
    static const int32_t types[] = {CPK_EXPORT_COMPACT, CPK_EXPORT_STANDARD, CPK_EXPORT_COMPLETE};

    for (size_t i = 0; i < 3; i++) {
        char *markdown = document(person, types[i], CPK_FORMAT_MARKDOWN);
        char *json = document(person, types[i], CPK_FORMAT_JSON);

        assert_clean(markdown, "Markdown");
        assert_clean(json, "JSON");
        free(markdown);
        free(json);
    }
}

static void no_credential_reaches_a_document(void **state)
{
    static const int64_t sizes[] = {0, 60, 200}; /* chunk.max_tokens, 0: the default; small ones cut the key */

    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        cpk_setting small = {"chunk.max_tokens", sizes[i]};
        cpk_engine_options options = person_options();
        char *json = make_export(24);
        char *extracted = NULL;
        cpk_error *error = NULL;
        cpk_source *source;
        struct person person;
        char *text;

        options.settings = &small;
        options.setting_count = sizes[i] > 0;
        assert_ok(person_create(&person, &options, CPK_PLAN_UNLIMITED, &error), error);
        describe_pack(&person);
        source = import_export(&person, json, CPK_OK);
        assert_documents_are_clean(&person);
        text = document(&person, CPK_EXPORT_STANDARD, CPK_FORMAT_MARKDOWN);
        assert_non_null(strstr(text, "Blue Lamp"));
        assert_non_null(strstr(text, "Lisbon"));
        assert_non_null(strstr(text, "nurse"));
        free(text);
        text = document(&person, CPK_EXPORT_COMPACT, CPK_FORMAT_JSON);
        assert_non_null(strstr(text, "\"card_number\":1"));
        assert_non_null(strstr(text, "\"bank_account\":1"));
        assert_non_null(strstr(text, "\"national_id\":1"));
        assert_non_null(strstr(text, "\"private_key\":1")); /* once, whatever number of chunks it is in */
        free(text);
        /* stored data of the person is kept */
        assert_ok(
            cpk_source_read(person.session, cpk_source_id(source), CPK_PART_EXTRACTED, append, &extracted, &error),
            error);
        assert_non_null(strstr(extracted, ANTHROPIC));
        assert_non_null(strstr(extracted, PASSWORD));
        assert_non_null(strstr(extracted, KEY_END));
        free(extracted);
        cpk_source_free(source);
        free(json);
        person_free(&person);
    }
}

/* An analyzer of the host's own, which must see no secret, and knows some all the same. */
struct witness {
    const char *answer;
    cpk_status status;
    int32_t calls;
};

static const char *witness_identity(void *self)
{
    (void)self;
    return "witness/1";
}

static cpk_status witness_analyze(void *self, const cpk_analyzer_request *request, cpk_write_fn write, void *write_user,
                                  cpk_analyzer_usage *usage, cpk_error **error)
{
    struct witness *witness = self;
    char *text = NULL;

    (void)usage;
    witness->calls++;
    append(&text, request->text, request->text_length);
    assert_clean(text, "the chunk");
    assert_non_null(strstr(text, "withheld]"));
    free(text);
    for (size_t i = 0; i < request->message_count; i++) {
        assert_clean(request->messages[i].text, "a message");
        assert_int_equal(strlen(request->messages[i].text), request->messages[i].text_length);
        assert_clean(request->messages[i].conversation_title, "a title");
    }
    if (witness->status != CPK_OK) {
        *error = cpk_error_new(witness->status, "witness", "refused: " GITHUB ", password: " PASSWORD, "", 0);
        return witness->status;
    }
    return write(write_user, witness->answer, strlen(witness->answer)) == 0 ? CPK_OK : CPK_ERROR_CANCELLED;
}

static int32_t count_line(const char *line)
{
    assert_clean(line, "the log");
    return 1;
}

static void take_log(void *user, int32_t level, const char *domain, const char *message)
{
    (void)level;
    (void)domain;
    *(int32_t *)user += count_line(message);
}

static void run_witness(struct witness *witness, cpk_status expected, int32_t *lines)
{
    cpk_analyzer_driver driver = {.abi_version = CPK_ANALYZER_ABI, .struct_size = sizeof driver, .self = witness};
    cpk_engine_options options = person_options();
    cpk_error *error = NULL;
    char *json = make_export(4);
    cpk_source *source;
    struct person person;

    driver.identity = witness_identity;
    driver.analyze = witness_analyze;
    options.analyzer_driver = &driver;
    options.log = take_log;
    options.log_user = lines;
    options.log_level = CPK_LOG_DEBUG;
    assert_ok(person_create(&person, &options, CPK_PLAN_UNLIMITED, &error), error);
    describe_pack(&person);
    source = import_export(&person, json, expected);
    assert_int_equal(witness->calls, 1);
    assert_clean(source != NULL ? cpk_source_error_message(source) : NULL, "the source's error");
    if (expected == CPK_OK) {
        assert_documents_are_clean(&person);
    }
    cpk_source_free(source);
    free(json);
    person_free(&person);
}

static void secrets_are_withheld_from_analyzers_and_documents(void **state)
{
    static const char *const answers[] = {
        "The user's GitHub token is " GITHUB ". Their password is " PASSWORD ".",
        "{\"format\":\"contextpack-findings\",\"version\":1,\"findings\":[{\"category\":\"project\",\"subject\":"
        "\"password\",\"value\":\"" PASSWORD "\",\"text\":\"Logs in with correct-horse-9\",\"evidence\":[{\"quote\":"
        "\"it is correct-horse-9\",\"provider\":\"chatgpt\",\"conversation_id\":\"c\",\"message_id\":\"a\"}]},"
        "{\"category\":\"project\",\"subject\":\"shop\",\"value\":\"Blue Lamp\",\"text\":\"Runs Blue Lamp\","
        "\"evidence\":[{\"quote\":\"card " CARD "\",\"provider\":\"chatgpt\",\"conversation_id\":\"c\","
        "\"message_id\":\"a\"}]}]}",
    };
    int32_t lines = 0;

    (void)state;
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        struct witness witness = {answers[i], CPK_OK, 0};

        run_witness(&witness, CPK_OK, &lines);
    }
}

static void errors_and_logs_contain_no_secret(void **state)
{
    struct witness witness = {"", CPK_ERROR_ANALYZER, 0};
    int32_t lines = 0;

    (void)state;
    run_witness(&witness, CPK_ERROR_ANALYZER, &lines);
    assert_true(lines > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_credential_reaches_a_document),
        cmocka_unit_test(secrets_are_withheld_from_analyzers_and_documents),
        cmocka_unit_test(errors_and_logs_contain_no_secret),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
