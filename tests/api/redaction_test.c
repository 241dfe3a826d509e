#include "support/person.h"

/* What must not leave the machine. */
static const char *const personal[] = {"ines.prado@example.com", "+351 21 123 4567", "Qwzita",      "Rovantek",
                                       "Rua Augusta 1500",       "203.0.113.77",     "Beatriz Lima"};

#define EXPORT(extra)                                                                                                  \
    "[{\"title\":\"Mail of ines.prado@example.com\",\"conversation_id\":\"c\",\"current_node\":\"b\",\"mapping\":{"    \
    "\"a\":{\"id\":\"a\",\"parent\":null,\"message\":{\"id\":\"a\",\"author\":{\"role\":\"user\"},\"content\":{"       \
    "\"content_type\":\"text\",\"parts\":[\"My mail is ines.prado@example.com" extra                                   \
    ", phone +351 21 123 4567. I live at Rua Augusta 1500.\"]}}},\"b\":{\"id\":\"b\",\"parent\":\"a\",\"message\":{"   \
    "\"id\":\"b\",\"author\":{\"role\":\"user\"},\"content\":{\"content_type\":\"text\",\"parts\":[\"I love sailing "  \
    "with qwzita rovantek and Beatriz Lima.\\n\\n| Host | Mail |\\n|---|---|\\n| 203.0.113.77 | "                      \
    "ines.prado@example.com |\\n\\n```\\nto='ines.prado@example.com'\\n```\"]}}}}}]"

struct witness {
    int32_t sees_everything; /* expected */
    int32_t calls;
    char placeholder[32]; /* of the mail address in the last call */
    char reports[1024];   /* of the log */
    char notes[512];
};

static const char *witness_identity(void *self)
{
    (void)self;
    return "witness/2";
}

static void assert_hidden(const struct witness *witness, const char *text)
{
    for (size_t i = 0; i < sizeof personal / sizeof personal[0] && !witness->sees_everything; i++) {
        if (strcasestr(text, personal[i]) != NULL) {
            fail_msg("\"%s\" left the machine: %s", personal[i], text);
        }
    }
}

static void copy_placeholder(struct witness *witness, const char *text)
{
    const char *start = strstr(text, "[EMAIL_");

    snprintf(witness->placeholder, sizeof witness->placeholder, "%.*s",
             start != NULL ? (int)strcspn(start, "]") + 1 : 0, start != NULL ? start : "");
}

static cpk_status witness_analyze(void *self, const cpk_analyzer_request *request, cpk_write_fn write, void *write_user,
                                  cpk_analyzer_usage *usage, cpk_error **error)
{
    struct witness *witness = self;
    const char *mail = witness->placeholder;
    char answer[1024];

    (void)usage;
    (void)error;
    witness->calls++;
    assert_hidden(witness, request->text);
    assert_hidden(witness, request->system_prompt);
    for (size_t i = 0; i < request->message_count; i++) {
        assert_hidden(witness, request->messages[i].text);
        assert_int_equal(strlen(request->messages[i].text), request->messages[i].text_length);
        assert_hidden(witness, request->messages[i].conversation_title);
    }
    copy_placeholder(witness, request->text);
    assert_int_equal(mail[0] == '\0', witness->sees_everything);
    snprintf(answer, sizeof answer,
             "{\"format\":\"contextpack-findings\",\"version\":1,\"findings\":[{\"category\":\"project\",\"subject\":"
             "\"mail\",\"value\":\"%s\",\"text\":\"Runs the mail of %s\",\"evidence\":[{\"quote\":\"My mail is %s\","
             "\"provider\":\"chatgpt\",\"conversation_id\":\"c\",\"message_id\":\"a\"}]}]}",
             mail, mail, mail);
    return write(write_user, answer, strlen(answer)) == 0 ? CPK_OK : CPK_ERROR_CANCELLED;
}

static void take_log(void *user, int32_t level, const char *domain, const char *message)
{
    struct witness *witness = user;

    (void)level;
    (void)domain;
    if (strstr(message, "replaced by placeholders") != NULL) {
        size_t length = strlen(witness->reports);

        snprintf(witness->reports + length, sizeof witness->reports - length, "%s\n", message);
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

static void take_note(void *user, int32_t note, const char *where, const char *text)
{
    struct witness *witness = user;

    if (note == CPK_NOTE_REDACTED) {
        size_t length = strlen(witness->notes);

        snprintf(witness->notes + length, sizeof witness->notes - length, "%s: %s\n", where, text);
    }
}

static void run_source(struct person *person, const char *json, struct witness *witness)
{
    cpk_run_options options = CPK_RUN_OPTIONS_INIT;
    cpk_input input = CPK_INPUT_INIT;
    cpk_source *source;
    cpk_source *done = NULL;
    cpk_error *error = NULL;

    options.note = take_note;
    options.note_user = witness;
    input.data = json;
    input.length = strlen(json);
    input.name = "conversations.json";
    assert_ok(cpk_source_add(person->session, cpk_pack_id(person->pack), &input, NULL, NULL, &source, &error), error);
    assert_ok(cpk_source_run(person->session, cpk_source_id(source), CPK_SOURCE_COMPLETED, &options, &done, &error),
              error);
    cpk_source_free(done);
    cpk_source_free(source);
}

static char *document(struct person *person)
{
    cpk_export *result;
    cpk_error *error = NULL;
    char *text = NULL;

    assert_ok(
        cpk_export_create(person->session, cpk_pack_id(person->pack), CPK_EXPORT_STANDARD, NULL, NULL, &result, &error),
        error);
    assert_ok(cpk_export_read(person->session, cpk_export_id(result), CPK_FORMAT_JSON, append, &text, &error), error);
    cpk_export_free(result);
    return text;
}

/* Analyses two sources of one pack with a driver of these capabilities, and the setting's value. */
static void run(struct witness *witness, uint64_t capabilities, const char *setting)
{
    cpk_analyzer_driver driver = CPK_ANALYZER_DRIVER_INIT;
    cpk_engine_options options = person_options();
    cpk_pack_params params = CPK_PACK_PARAMS_INIT;
    cpk_text_setting texts[] = {{"analyze.redact", setting}, {"analyze.redact_names", "Qwzita Rovantek"}};
    cpk_error *error = NULL;
    struct person person;
    char first[sizeof witness->placeholder];
    char *text;

    driver.capabilities = capabilities;
    driver.self = witness;
    driver.identity = witness_identity;
    driver.analyze = witness_analyze;
    options.analyzer_driver = &driver;
    options.text_settings = texts;
    options.text_setting_count = 2;
    options.log = take_log;
    options.log_user = witness;
    options.log_level = CPK_LOG_INFO;
    assert_ok(person_create(&person, &options, CPK_PLAN_UNLIMITED, &error), error);
    params.custom_system_prompt = "Qwzita Rovantek's mail is ines.prado@example.com.";
    assert_ok(cpk_pack_update(person.session, cpk_pack_id(person.pack), &params, NULL, &error), error);
    run_source(&person, EXPORT(""), witness);
    memcpy(first, witness->placeholder, sizeof first);
    run_source(&person, EXPORT(" at work"), witness);
    assert_string_equal(first, witness->placeholder); /* one value, one placeholder, in all chunks of a pack */
    assert_int_equal(witness->calls, 2);
    text = document(&person);
    assert_null(strstr(text, "[EMAIL_"));
    assert_int_equal(strstr(text, "Runs the mail of ines.prado@example.com") != NULL, !witness->sees_everything);
    free(text);
    person_free(&person);
}

static void a_remote_analyzer_gets_placeholders(void **state)
{
    struct witness witness = {0, 0, "", "", ""};

    (void)state;
    run(&witness, CPK_ANALYZER_IS_REMOTE, NULL);
    assert_non_null(strstr(witness.reports, ": 2 person, 4 email, 1 phone, 1 address, 1 ip_address\n"));
    assert_string_equal(
        witness.notes,
        "conversations.json: replaced by placeholders: 2 person, 4 email, 1 phone, 1 address, 1 ip_address\n"
        "conversations.json: replaced by placeholders: 2 email, 1 phone, 1 address\n"); /* only what is new is asked
                                                                                           about */
}

static void the_setting_decides(void **state)
{
    struct witness masked = {0, 0, "", "", ""};
    struct witness plain = {1, 0, "", "", ""};

    (void)state;
    run(&masked, 0, "on");
    run(&plain, CPK_ANALYZER_IS_REMOTE, "off");
    plain.calls = 0;
    run(&plain, 0, "auto");
    assert_string_equal(plain.reports, "");
    assert_string_equal(plain.notes, "");
}

#define LETTER "I'm Qwzita Rovantek, ines.prado@example.com. password: hunter22xyz. Ask ines.prado@example.com."

static char *redact(const char *key, cpk_redact_report *report)
{
    cpk_redact_options options = CPK_REDACT_OPTIONS_INIT;
    cpk_error *error = NULL;
    char *text = NULL;

    options.names = "Qwzita Rovantek";
    options.key = key;
    assert_ok(cpk_redact(LETTER, strlen(LETTER), &options, append, &text, report, &error), error);
    assert_non_null(text);
    return text;
}

static void a_text_is_redacted_and_reported(void **state)
{
    cpk_redact_report report = CPK_REDACT_REPORT_INIT;
    char *text = redact("a key", &report);
    const char *mail = strstr(text, "[EMAIL_");
    char first[32];

    (void)state;
    assert_non_null(mail);
    snprintf(first, sizeof first, "%.14s", mail);
    mail = strstr(mail + 1, "[EMAIL_");
    assert_non_null(mail);
    assert_memory_equal(mail, first, 14); /* one value, one placeholder */
    assert_non_null(strstr(text, "[PERSON_"));
    assert_non_null(strstr(text, "[password withheld]"));
    assert_null(strstr(text, "Rovantek"));
    assert_null(strstr(text, "ines.prado"));
    assert_null(strstr(text, "hunter22xyz"));
    assert_int_equal(report.person, 1);
    assert_int_equal(report.email, 2);
    assert_int_equal(report.password, 1);
    assert_int_equal(report.phone + report.address + report.ip_address + report.api_key + report.passport, 0);
    free(text);
}

static void placeholders_depend_on_the_key(void **state)
{
    char *texts[5] = {redact("a key", NULL), redact("a key", NULL), redact("another", NULL), redact(NULL, NULL),
                      redact(NULL, NULL)};

    (void)state;
    assert_string_equal(texts[0], texts[1]);
    assert_string_not_equal(texts[0], texts[2]);
    assert_string_not_equal(texts[3], texts[4]); /* a random key each */
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        free(texts[i]);
    }
}

static int32_t refuse(void *user, const void *data, size_t length_bytes)
{
    (void)user;
    (void)data;
    (void)length_bytes;
    return -1;
}

static void what_can_not_be_redacted(void **state)
{
    cpk_redact_options options = CPK_REDACT_OPTIONS_INIT;
    cpk_redact_report report = CPK_REDACT_REPORT_INIT;

    (void)state;
    assert_int_equal(cpk_redact("x", 1, NULL, refuse, NULL, NULL, NULL), CPK_ERROR_CANCELLED);
    assert_int_equal(cpk_redact(NULL, 0, NULL, refuse, NULL, &report, NULL), CPK_OK); /* nothing is written */
    options.key = "";
    assert_int_equal(cpk_redact("x", 1, &options, append, NULL, NULL, NULL), CPK_ERROR_INVALID_ARGUMENT);
    options.key = NULL;
    options.names = "\xff";
    assert_int_equal(cpk_redact("x", 1, &options, append, NULL, NULL, NULL), CPK_ERROR_INVALID_ARGUMENT);
    options.names = NULL;
    options.reserved = 1;
    assert_int_equal(cpk_redact("x", 1, &options, append, NULL, NULL, NULL), CPK_ERROR_INVALID_ARGUMENT);
}

static void bytes_that_are_no_text_stay(void **state)
{
    static const char data[] = "b \xff\xfe c\xf0\x9f";
    char *text = NULL;
    cpk_error *error = NULL;

    (void)state;
    assert_ok(cpk_redact(data, sizeof data - 1, NULL, append, &text, NULL, &error), error);
    assert_string_equal(text, data);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_remote_analyzer_gets_placeholders),
        cmocka_unit_test(the_setting_decides),
        cmocka_unit_test(a_text_is_redacted_and_reported),
        cmocka_unit_test(placeholders_depend_on_the_key),
        cmocka_unit_test(what_can_not_be_redacted),
        cmocka_unit_test(bytes_that_are_no_text_stay),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
