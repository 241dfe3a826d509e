#include "support/person.h"

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

static char *document(struct person *person, int32_t type, int32_t format, int32_t *made)
{
    cpk_export *result;
    cpk_error *error = NULL;
    char *text = NULL;

    assert_ok(cpk_export_create(person->session, cpk_pack_id(person->pack), type, NULL, made, &result, &error), error);
    assert_int_equal(cpk_export_status(result), CPK_EXPORT_READY);
    assert_ok(cpk_export_read(person->session, cpk_export_id(result), format, append, &text, &error), error);
    if (format == CPK_FORMAT_MARKDOWN) {
        int64_t tokens;

        assert_int_equal(cpk_export_file_size(result), strlen(text));
        assert_ok(cpk_tokens_count(0, text, strlen(text), &tokens, &error), error);
        assert_int_equal(cpk_export_token_count(result), tokens);
    }
    cpk_export_free(result);
    return text;
}

static void chat_export_becomes_a_pack(void **state)
{
    cpk_engine_options options = person_options();
    cpk_source *source;
    cpk_error *error = NULL;
    struct person person;
    int32_t made;
    char *text;

    (void)state;
    assert_ok(person_create(&person, &options, CPK_PLAN_CREDITS, &error), error);
    assert_ok(person_add(&person, SAMPLE, NULL, &source, &error), error);
    assert_int_equal(cpk_source_status(source), CPK_SOURCE_PENDING);
    assert_ok(cpk_source_run(person.session, cpk_source_id(source), CPK_SOURCE_READY_FOR_ANALYSIS, NULL, NULL, &error),
              error);
    cpk_source_free(source);
    assert_ok(person_add(&person, SAMPLE, NULL, &source, &error), error);
    assert_int_equal(cpk_source_status(source), CPK_SOURCE_READY_FOR_ANALYSIS);
    assert_int_equal(cpk_source_conversation_count(source), 9);
    assert_string_equal(cpk_source_format(source), "chatgpt");
    assert_string_equal(cpk_source_extractor(source), "chatgpt " CPK_VERSION);
    assert_int_equal(cpk_source_type(source), CPK_SOURCE_CHAT_EXPORT);
    assert_ok(cpk_source_run(person.session, cpk_source_id(source), CPK_SOURCE_COMPLETED, NULL, NULL, &error), error);
    cpk_source_free(source);

    text = document(&person, CPK_EXPORT_COMPACT, CPK_FORMAT_MARKDOWN, &made);
    assert_int_equal(made, 1);
    assert_non_null(strstr(text, "nurse"));
    assert_non_null(strstr(text, "Lisbon"));
    assert_null(strstr(text, "Tortuga"));  /* role play */
    assert_null(strstr(text, "landlord")); /* a text to rewrite */
    free(text);
    text = document(&person, CPK_EXPORT_COMPACT, CPK_FORMAT_MARKDOWN, &made);
    assert_int_equal(made, 0);
    free(text);
    text = document(&person, CPK_EXPORT_COMPLETE, CPK_FORMAT_JSON, &made);
    assert_int_equal(made, 1);
    assert_int_equal(text[0], '{');
    free(text);
    person_free(&person);
}

static void adding_the_same_bytes_returns_the_same_source(void **state)
{
    cpk_engine_options options = person_options();
    cpk_source *first;
    cpk_source *second;
    cpk_error *error = NULL;
    struct person person;
    int32_t added;

    (void)state;
    assert_ok(person_create(&person, &options, CPK_PLAN_CREDITS, &error), error);
    assert_ok(person_add(&person, SAMPLE, &added, &first, &error), error);
    assert_int_equal(added, 1);
    assert_ok(person_add(&person, SAMPLE, &added, &second, &error), error);
    assert_int_equal(added, 0);
    assert_string_equal(cpk_source_id(first), cpk_source_id(second));
    cpk_source_free(first);
    cpk_source_free(second);
    person_free(&person);
}

#define CHAT(id, messages)                                                                                             \
    "{\"title\":\"T\",\"conversation_id\":\"" id "\",\"current_node\":\"last\",\"mapping\":{" messages "}}"
#define NODE(id, parent, text)                                                                                         \
    "\"" id "\":{\"id\":\"" id "\",\"parent\":" parent ",\"message\":{\"id\":\"" id                                    \
    "\",\"author\":{\"role\":\"user\"},\"content\":{\"content_type\":\"text\",\"parts\":[\"" text "\"]}}}"

static cpk_source *import_text(struct person *person, const char *json)
{
    cpk_input input = CPK_INPUT_INIT;
    cpk_source *source;
    cpk_source *done;
    cpk_error *error = NULL;

    input.data = json;
    input.length = strlen(json);
    input.name = "export.json";
    assert_ok(cpk_source_add(person->session, cpk_pack_id(person->pack), &input, NULL, NULL, &source, &error), error);
    assert_ok(cpk_source_run(person->session, cpk_source_id(source), CPK_SOURCE_COMPLETED, NULL, &done, &error), error);
    cpk_source_free(source);
    return done;
}

static void newer_export_adds_only_new_messages(void **state)
{
    static const char old_export[] =
        "[" CHAT("a", NODE("last", "null", "I live in Oslo.")) "," CHAT("b", NODE("last", "null", "Hello there.")) "]";
    static const char new_export[] = "[" CHAT(
        "a", NODE("first", "null", "I live in Oslo.") "," NODE(
                 "last", "\"first\"", "I moved to Turin.")) "," CHAT("b", NODE("last", "null", "Hello there.")) "]";
    static const char same_words[] =
        "[" CHAT("b", NODE("last", "null", "Hello there.")) "," CHAT("a", NODE("last", "null", "I live in Oslo.")) "]";
    cpk_engine_options options = person_options();
    cpk_error *error = NULL;
    cpk_source *source;
    struct person person;

    (void)state;
    assert_ok(person_create(&person, &options, CPK_PLAN_CREDITS, &error), error);
    source = import_text(&person, old_export);
    assert_int_equal(cpk_source_message_count(source), 2);
    assert_int_equal(cpk_source_known_messages(source), 0);
    cpk_source_free(source);
    source = import_text(&person, same_words); /* other bytes, nothing new: no chunk, no credit */
    assert_int_equal(cpk_source_message_count(source), 0);
    assert_int_equal(cpk_source_known_messages(source), 2);
    assert_int_equal(cpk_source_total_chunks(source), 0);
    cpk_source_free(source);
    source = import_text(&person, new_export);
    assert_int_equal(cpk_source_known_messages(source), 1);
    assert_int_equal(cpk_source_message_count(source), 2); /* "first" is another message of the same words */
    assert_int_equal(cpk_source_conversation_count(source), 1);
    cpk_source_free(source);
    person_free(&person);
}

/* Cancels at the n-th call of progress. */
static int32_t cancel_later(void *user, int32_t stage, int64_t done, int64_t total)
{
    int32_t *left = user;

    (void)stage;
    (void)done;
    (void)total;
    return --*left < 0;
}

static void cancelled_run_continues(void **state)
{
    cpk_setting small = {"chunk.max_tokens", 400};
    cpk_engine_options options = person_options();
    cpk_run_options run = CPK_RUN_OPTIONS_INIT;
    char *expected = NULL;
    cpk_error *error = NULL;
    int32_t stops = 0;

    (void)state;
    options.settings = &small;
    options.setting_count = 1;
    for (int32_t allowed = -1; allowed < 40; allowed++) {
        int32_t left = allowed;
        cpk_input input = CPK_INPUT_INIT;
        cpk_source *source = NULL;
        cpk_status status;
        struct person person;
        int32_t made;
        char *text;

        options.database = person_options().database; /* a new one */
        assert_ok(person_create(&person, &options, CPK_PLAN_UNLIMITED, &error), error);
        input.path = SAMPLE;
        run.progress = allowed < 0 ? NULL : cancel_later;
        run.progress_user = &left;
        status = cpk_source_add(person.session, cpk_pack_id(person.pack), &input, &run, NULL, &source, &error);
        if (status == CPK_OK) {
            status = cpk_source_run(person.session, cpk_source_id(source), CPK_SOURCE_COMPLETED, &run, NULL, &error);
        }
        if (status != CPK_OK) {
            assert_int_equal(status, CPK_ERROR_CANCELLED);
            cpk_error_free(error);
            error = NULL;
            stops++;
        }
        cpk_source_free(source);
        assert_ok(person_add(&person, SAMPLE, NULL, &source, &error), error);
        assert_ok(cpk_source_run(person.session, cpk_source_id(source), CPK_SOURCE_COMPLETED, NULL, NULL, &error),
                  error);
        cpk_source_free(source);
        text = document(&person, CPK_EXPORT_STANDARD, CPK_FORMAT_MARKDOWN, &made);
        if (expected == NULL) {
            expected = text;
        } else {
            assert_string_equal(text, expected);
            free(text);
        }
        person_free(&person);
    }
    free(expected);
    assert_true(stops > 5);
}

/* An analyzer of the host that fails on a chunk while `fails` is set. */
struct critic {
    int32_t failing_call; /* -1: never */
    int32_t calls;
    int32_t destroyed;
};

static const char *critic_identity(void *self)
{
    (void)self;
    return "critic/1";
}

static cpk_status critic_analyze(void *self, const cpk_analyzer_request *request, cpk_write_fn write, void *write_user,
                                 cpk_analyzer_usage *usage, cpk_error **error)
{
    static const char answer[] = "The user bakes bread at night.";
    struct critic *critic = self;

    assert_true(request->message_count > 0);
    assert_true(request->text_length > 0);
    assert_non_null(strstr(request->system_prompt, "\"findings\""));
    if (critic->calls++ == critic->failing_call) {
        *error = cpk_error_new(CPK_ERROR_ANALYZER, "critic", "no opinion", "HTTP 503", 1);
        return CPK_ERROR_ANALYZER;
    }
    usage->input_tokens = request->text_tokens;
    usage->output_tokens = 7;
    usage->cost_micros = 1500;
    return write(write_user, answer, sizeof answer - 1) == 0 ? CPK_OK : CPK_ERROR_CANCELLED;
}

static void critic_destroy(void *self)
{
    ((struct critic *)self)->destroyed++;
}

static cpk_analyzer_driver critic_driver(struct critic *critic)
{
    cpk_analyzer_driver driver = {.abi_version = CPK_ANALYZER_ABI, .struct_size = sizeof driver, .self = critic};

    driver.destroy = critic_destroy;
    driver.identity = critic_identity;
    driver.analyze = critic_analyze;
    return driver;
}

static void failed_chunk_is_not_charged_and_is_retried(void **state)
{
    cpk_setting small = {"chunk.max_tokens", 700};
    cpk_engine_options options = person_options();
    struct critic critic = {1, 0, 0};
    cpk_analyzer_driver driver = critic_driver(&critic);
    cpk_source *source;
    cpk_source *done = NULL;
    cpk_error *error = NULL;
    int64_t chunks;
    int64_t balance;
    int64_t held;
    struct person person;

    (void)state;
    options.settings = &small;
    options.setting_count = 1;
    options.analyzer_driver = &driver;
    assert_ok(person_create(&person, &options, CPK_PLAN_CREDITS, &error), error);
    assert_ok(person_add(&person, SAMPLE, NULL, &source, &error), error);
    assert_int_equal(cpk_source_run(person.session, cpk_source_id(source), CPK_SOURCE_COMPLETED, NULL, &done, &error),
                     CPK_ERROR_ANALYZER);
    /* What the driver said reaches the caller and the row. */
    assert_non_null(strstr(cpk_error_message(error), "no opinion"));
    assert_string_equal(cpk_error_native(error), "HTTP 503");
    assert_int_equal(cpk_error_retryable(error), 1);
    assert_non_null(strstr(cpk_source_error_message(done), "no opinion"));
    cpk_error_free(error);
    error = NULL;
    chunks = cpk_source_total_chunks(done);
    assert_true(chunks >= 2 && chunks <= 10);
    assert_int_equal(cpk_source_processed_chunks(done), chunks - 1);
    assert_int_equal(cpk_source_status(done), CPK_SOURCE_FAILED);
    cpk_source_free(done);
    assert_ok(cpk_credits_balance(person.session, NULL, &balance, &held, &error), error);
    assert_int_equal(balance, 10 - (chunks - 1));
    assert_int_equal(held, 0);

    assert_ok(cpk_source_run(person.session, cpk_source_id(source), CPK_SOURCE_COMPLETED, NULL, &done, &error), error);
    assert_int_equal(critic.calls, chunks + 1);
    assert_int_equal(cpk_source_status(done), CPK_SOURCE_COMPLETED);
    assert_int_equal(cpk_source_progress(done), 100);
    assert_int_equal(cpk_source_output_tokens(done), 7 * chunks);
    assert_int_equal(cpk_source_cost_micros(done), 1500 * chunks);
    cpk_source_free(done);
    cpk_source_free(source);
    assert_ok(cpk_credits_balance(person.session, NULL, &balance, &held, &error), error);
    assert_int_equal(balance, 10 - chunks);
    assert_int_equal(critic.destroyed, 0);
    person_free(&person);
    assert_int_equal(critic.destroyed, 1);
}

/* A cancelled call releases its lease: the same document can be created immediately. */
static void cancelled_export_can_be_created_again(void **state)
{
    cpk_engine_options options = person_options();
    cpk_run_options run = CPK_RUN_OPTIONS_INIT;
    cpk_source *source;
    cpk_export *result;
    cpk_error *error = NULL;
    struct person person;
    int32_t left = 0;
    int32_t made;

    (void)state;
    assert_ok(person_create(&person, &options, CPK_PLAN_UNLIMITED, &error), error);
    assert_ok(person_add(&person, SAMPLE, NULL, &source, &error), error);
    assert_ok(cpk_source_run(person.session, cpk_source_id(source), CPK_SOURCE_COMPLETED, NULL, NULL, &error), error);
    cpk_source_free(source);
    run.progress = cancel_later;
    run.progress_user = &left;
    for (int32_t allowed = 0; allowed < 2; allowed++) {
        left = allowed;
        assert_int_equal(
            cpk_export_create(person.session, cpk_pack_id(person.pack), CPK_EXPORT_COMPACT, &run, NULL, &result, NULL),
            CPK_ERROR_CANCELLED);
        assert_null(result);
    }
    free(document(&person, CPK_EXPORT_COMPACT, CPK_FORMAT_MARKDOWN, &made));
    assert_int_equal(made, 1);
    person_free(&person);
}

/* A process that slept through its lease: while it waits for its first answer, another one does all the work. */
struct sleeper {
    cpk_session *other;
    const char *source_id;
    int64_t now_us;
    int32_t is_asleep; /* the next call of analyze waits for the other */
    cpk_status other_status;
};

static int64_t sleeper_clock(void *user)
{
    return ((struct sleeper *)user)->now_us += 10;
}

static cpk_status sleeper_analyze(void *self, const cpk_analyzer_request *request, cpk_write_fn write, void *write_user,
                                  cpk_analyzer_usage *usage, cpk_error **error)
{
    struct sleeper *sleeper = self;

    (void)request;
    (void)usage;
    (void)error;
    if (sleeper->is_asleep) {
        sleeper->is_asleep = 0;
        sleeper->now_us += INT64_C(3600) * 1000000;
        sleeper->other_status =
            cpk_source_run(sleeper->other, sleeper->source_id, CPK_SOURCE_COMPLETED, NULL, NULL, NULL);
    }
    return write(write_user, "Bakes bread.", 12) == 0 ? CPK_OK : CPK_ERROR_CANCELLED;
}

static void process_that_lost_its_lease_changes_nothing(void **state)
{
    struct sleeper sleeper = {NULL, NULL, INT64_C(1700000000000000), 0, CPK_OK};
    cpk_analyzer_driver driver = {.abi_version = CPK_ANALYZER_ABI, .struct_size = sizeof driver, .self = &sleeper};
    cpk_setting small = {"chunk.max_tokens", 700};
    cpk_engine_options options = person_options();
    cpk_source *source;
    cpk_error *error = NULL;
    int64_t balance;
    int64_t held;
    struct person person;

    (void)state;
    driver.identity = critic_identity;
    driver.analyze = sleeper_analyze;
    options.settings = &small;
    options.setting_count = 1;
    options.analyzer_driver = &driver;
    options.clock = sleeper_clock;
    options.clock_user = &sleeper;
    assert_ok(person_create(&person, &options, CPK_PLAN_CREDITS, &error), error);
    assert_ok(cpk_session_open_user(person.engine, cpk_user_id(person.user), &sleeper.other, &error), error);
    assert_ok(person_add(&person, SAMPLE, NULL, &source, &error), error);
    sleeper.source_id = cpk_source_id(source);
    sleeper.is_asleep = 1;
    assert_int_equal(cpk_source_run(person.session, cpk_source_id(source), CPK_SOURCE_COMPLETED, NULL, NULL, &error),
                     CPK_ERROR_CONFLICT);
    assert_int_equal(cpk_error_code(error), CPK_ERROR_CONFLICT);
    cpk_error_free(error);
    error = NULL;
    assert_int_equal(sleeper.other_status, CPK_OK);
    cpk_source_free(source);
    assert_ok(person_add(&person, SAMPLE, NULL, &source, &error), error);
    assert_int_equal(cpk_source_status(source), CPK_SOURCE_COMPLETED);
    assert_ok(cpk_credits_balance(person.session, NULL, &balance, &held, &error), error);
    assert_int_equal(balance, 10 - cpk_source_total_chunks(source));
    assert_int_equal(held, 0);
    cpk_source_free(source);
    cpk_session_close(sleeper.other);
    person_free(&person);
}

/* A driver that returns codes without errors, or unknown codes. */
static cpk_status mute_analyze(void *self, const cpk_analyzer_request *request, cpk_write_fn write, void *write_user,
                               cpk_analyzer_usage *usage, cpk_error **error)
{
    (void)request;
    (void)write;
    (void)write_user;
    (void)usage;
    (void)error;
    return *(const cpk_status *)self;
}

static void driver_failure_without_error_gets_one(void **state)
{
    static const cpk_status given[] = {CPK_ERROR_NETWORK, CPK_ERROR_OUT_OF_MEMORY, 12345, -1};
    static const cpk_status expected[] = {CPK_ERROR_ANALYZER, CPK_ERROR_OUT_OF_MEMORY, CPK_ERROR_ANALYZER,
                                          CPK_ERROR_ANALYZER};
    cpk_status answer;
    cpk_analyzer_driver driver = {.abi_version = CPK_ANALYZER_ABI, .struct_size = sizeof driver, .self = &answer};
    cpk_engine_options options = person_options();
    cpk_source *source;
    cpk_error *error = NULL;
    struct person person;

    (void)state;
    driver.identity = critic_identity;
    driver.analyze = mute_analyze;
    options.analyzer_driver = &driver;
    assert_ok(person_create(&person, &options, CPK_PLAN_CREDITS, &error), error);
    assert_ok(person_add(&person, SAMPLE, NULL, &source, &error), error);
    for (size_t i = 0; i < sizeof given / sizeof given[0]; i++) {
        answer = given[i];
        assert_int_equal(
            cpk_source_run(person.session, cpk_source_id(source), CPK_SOURCE_COMPLETED, NULL, NULL, &error),
            expected[i]);
        assert_int_equal(cpk_error_code(error), expected[i]);
        assert_true(cpk_error_message(error)[0] != '\0');
        cpk_error_free(error);
        error = NULL;
    }
    cpk_source_free(source);
    person_free(&person);
}

static cpk_status spender_analyze(void *self, const cpk_analyzer_request *request, cpk_write_fn write, void *write_user,
                                  cpk_analyzer_usage *usage, cpk_error **error)
{
    (void)request;
    (void)error;
    *usage = *(const cpk_analyzer_usage *)self;
    return write(write_user, "Bakes bread.", 12) == 0 ? CPK_OK : CPK_ERROR_CANCELLED;
}

static void impossible_usage_fails_the_chunk(void **state)
{
    static const cpk_analyzer_usage wrong[] = {
        {.input_tokens = -1},
        {.input_tokens = INT64_MAX},
        {.output_tokens = INT64_MIN},
        {.output_tokens = INT64_C(1000000001)},
        {.cached_input_tokens = -5},
        {.cached_input_tokens = INT64_MAX},
        {.cost_micros = -1},
        {.cost_micros = INT64_MAX},
        {.reasoning_output_tokens = -1},
        {.request_count = -1},
        {.outcome = CPK_ANSWER_LENGTH},
        {.outcome = CPK_ANSWER_CONTEXT_OVERFLOW},
        {.outcome = 77},
        {.outcome = -1},
    };
    static const cpk_analyzer_usage most = {.input_tokens = 1000000000,
                                            .output_tokens = 1000000000,
                                            .cached_input_tokens = 1000000000,
                                            .cost_micros = 1000000000};
    cpk_analyzer_usage usage;
    cpk_analyzer_driver driver = {.abi_version = CPK_ANALYZER_ABI, .struct_size = sizeof driver, .self = &usage};
    cpk_engine_options options = person_options();
    cpk_source *source, *done;
    cpk_error *error = NULL;
    int64_t balance, held;
    struct person person;

    (void)state;
    driver.identity = critic_identity;
    driver.analyze = spender_analyze;
    options.analyzer_driver = &driver;
    assert_ok(person_create(&person, &options, CPK_PLAN_CREDITS, &error), error);
    assert_ok(person_add(&person, SAMPLE, NULL, &source, &error), error);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        usage = wrong[i];
        assert_int_equal(
            cpk_source_run(person.session, cpk_source_id(source), CPK_SOURCE_COMPLETED, NULL, NULL, &error),
            CPK_ERROR_ANALYZER);
        cpk_error_free(error);
        error = NULL;
    }
    assert_ok(cpk_credits_balance(person.session, NULL, &balance, &held, &error), error);
    assert_int_equal(balance, 10);
    usage = most;
    assert_ok(cpk_source_run(person.session, cpk_source_id(source), CPK_SOURCE_COMPLETED, NULL, &done, &error), error);
    assert_int_equal(cpk_source_input_tokens(done), 1000000000 * cpk_source_total_chunks(done));
    assert_int_equal(cpk_source_cost_micros(done), 1000000000 * cpk_source_total_chunks(done));
    cpk_source_free(done);
    cpk_source_free(source);
    person_free(&person);
}

static void work_beyond_the_balance_does_not_start(void **state)
{
    cpk_setting small = {"chunk.max_tokens", 64};
    cpk_engine_options options = person_options();
    cpk_transaction_list *list;
    cpk_source *source;
    cpk_error *error = NULL;
    int64_t balance;
    int64_t held;
    struct person person;

    (void)state;
    options.settings = &small;
    options.setting_count = 1;
    assert_ok(person_create(&person, &options, CPK_PLAN_CREDITS, &error), error);
    assert_ok(person_add(&person, SAMPLE, NULL, &source, &error), error);
    assert_int_equal(cpk_source_run(person.session, cpk_source_id(source), CPK_SOURCE_COMPLETED, NULL, NULL, &error),
                     CPK_ERROR_INSUFFICIENT_CREDITS);
    assert_non_null(strstr(cpk_error_message(error), "10"));
    cpk_error_free(error);
    error = NULL;
    cpk_source_free(source);
    assert_ok(cpk_credits_balance(person.session, NULL, &balance, &held, &error), error);
    assert_int_equal(balance, 10);
    assert_int_equal(held, 0);
    assert_ok(cpk_transaction_list_get(person.session, NULL, NULL, &list, &error), error);
    assert_int_equal(cpk_transaction_list_count(list), 1);
    assert_int_equal(cpk_transaction_type(cpk_transaction_list_at(list, 0)), CPK_TRANSACTION_BONUS);
    cpk_transaction_list_free(list);
    person_free(&person);
}

static void other_users_see_nothing(void **state)
{
    cpk_engine_options options = person_options();
    cpk_user_params params = CPK_USER_PARAMS_INIT;
    cpk_session *stranger;
    cpk_user *user;
    cpk_pack *pack;
    cpk_source *source;
    cpk_error *error = NULL;
    struct person person;

    (void)state;
    assert_ok(person_create(&person, &options, CPK_PLAN_CREDITS, &error), error);
    assert_ok(person_add(&person, SAMPLE, NULL, &source, &error), error);
    params.email = "stranger@example.com";
    assert_ok(cpk_user_create(person.service, &params, &user, &error), error);
    assert_ok(cpk_session_open_user(person.engine, cpk_user_id(user), &stranger, &error), error);
    assert_int_equal(cpk_pack_get(stranger, cpk_pack_id(person.pack), &pack, &error), CPK_ERROR_NOT_FOUND);
    cpk_error_free(error);
    error = NULL;
    assert_int_equal(cpk_source_run(stranger, cpk_source_id(source), CPK_SOURCE_COMPLETED, NULL, NULL, &error),
                     CPK_ERROR_NOT_FOUND);
    cpk_error_free(error);
    error = NULL;
    assert_int_equal(cpk_source_delete(stranger, cpk_source_id(source), &error), CPK_ERROR_NOT_FOUND);
    cpk_error_free(error);
    error = NULL;
    assert_int_equal(cpk_pack_delete(stranger, cpk_pack_id(person.pack), &error), CPK_ERROR_NOT_FOUND);
    cpk_error_free(error);
    error = NULL;
    assert_int_equal(cpk_user_create(stranger, &params, NULL, &error), CPK_ERROR_PERMISSION_DENIED);
    cpk_error_free(error);
    cpk_session_close(stranger);
    cpk_user_free(user);
    cpk_source_free(source);
    person_free(&person);
}

static void ignore_check(void *user, int32_t outcome, const char *subject, const char *text)
{
    if (outcome == CPK_CHECK_FAILED) {
        print_message("%s: %s\n", subject, text);
    }
    ++*(int32_t *)user;
}

static void deleting_a_pack_removes_rows_and_blobs(void **state)
{
    cpk_engine_options options = person_options();
    cpk_source *source;
    cpk_error *error = NULL;
    struct person person;
    int32_t checks = 0;
    int32_t failures;
    int32_t made;

    (void)state;
    assert_ok(person_create(&person, &options, CPK_PLAN_CREDITS, &error), error);
    source = NULL;
    assert_ok(person_add(&person, SAMPLE, NULL, &source, &error), error);
    assert_ok(cpk_source_run(person.session, cpk_source_id(source), CPK_SOURCE_COMPLETED, NULL, NULL, &error), error);
    free(document(&person, CPK_EXPORT_COMPACT, CPK_FORMAT_MARKDOWN, &made));
    assert_ok(cpk_engine_check(person.engine, ignore_check, &checks, &failures, &error), error);
    assert_int_equal(failures, 0);
    assert_ok(cpk_source_delete(person.session, cpk_source_id(source), &error), error);
    cpk_source_free(source);
    assert_int_equal(cpk_export_create(person.session, cpk_pack_id(person.pack), CPK_EXPORT_COMPACT, NULL, NULL,
                                       &(cpk_export *){NULL}, &error),
                     CPK_ERROR_NO_CONTENT);
    cpk_error_free(error);
    error = NULL;
    assert_ok(cpk_pack_delete(person.session, cpk_pack_id(person.pack), &error), error);
    assert_ok(cpk_engine_check(person.engine, ignore_check, &checks, &failures, &error), error);
    assert_int_equal(failures, 0);
    assert_true(checks >= 8);
    person_free(&person);
}

static void add_notes(struct person *person, int32_t count)
{
    cpk_error *error = NULL;

    for (int32_t i = 0; i < count; i++) {
        cpk_input input = CPK_INPUT_INIT;
        cpk_source *source;
        char text[32];

        input.length = (size_t)snprintf(text, sizeof text, "note %d", i);
        input.data = text;
        assert_ok(cpk_source_add(person->session, cpk_pack_id(person->pack), &input, NULL, NULL, &source, &error),
                  error);
        cpk_source_free(source);
    }
}

/* Newer sources of another service in the same pack, by one statement. */
static void add_rows(const char *uri, int32_t count)
{
    PGconn *connection = PQconnectdb(uri);
    char insert[400];
    PGresult *result;

    snprintf(insert, sizeof insert,
             "INSERT INTO pack_sources (id, user_id, pack_id, source_id, source_name, source_type, status) "
             "SELECT gen_random_uuid(), p.user_id, p.pack_id, 'later-' || n, 'note', 'text', 'failed' "
             "FROM packs_v2 p, generate_series(1, %d) n",
             (int)count);
    result = PQexec(connection, insert);
    assert_int_equal(PQresultStatus(result), PGRES_COMMAND_OK);
    PQclear(result);
    PQfinish(connection);
}

/* More rows than one page holds. On PostgreSQL most of them come from another service, since adding them one by one
 * takes ten times as long as the rest of these tests; those with blobs are the oldest, on the last page. */
static void health_check_covers_all_pages_of_rows(void **state)
{
    cpk_engine_options options = person_options();
    cpk_error *error = NULL;
    struct person person;
    int32_t checks = 0;
    int32_t failures = -1;

    (void)state;
    assert_ok(person_create(&person, &options, CPK_PLAN_CREDITS, &error), error);
    if (backend_is_postgres()) {
        add_notes(&person, 3);
        add_rows(options.database, 1000);
    } else {
        add_notes(&person, 1003);
    }
    assert_ok(cpk_engine_check(person.engine, ignore_check, &checks, &failures, &error), error);
    assert_int_equal(failures, 0);
    assert_ok(cpk_pack_delete(person.session, cpk_pack_id(person.pack), &error), error);
    assert_ok(cpk_engine_check(person.engine, ignore_check, &checks, &failures, &error), error);
    assert_int_equal(failures, 0);
    person_free(&person);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chat_export_becomes_a_pack),
        cmocka_unit_test(adding_the_same_bytes_returns_the_same_source),
        cmocka_unit_test(newer_export_adds_only_new_messages),
        cmocka_unit_test(cancelled_run_continues),
        cmocka_unit_test(failed_chunk_is_not_charged_and_is_retried),
        cmocka_unit_test(cancelled_export_can_be_created_again),
        cmocka_unit_test(process_that_lost_its_lease_changes_nothing),
        cmocka_unit_test(driver_failure_without_error_gets_one),
        cmocka_unit_test(impossible_usage_fails_the_chunk),
        cmocka_unit_test(work_beyond_the_balance_does_not_start),
        cmocka_unit_test(other_users_see_nothing),
        cmocka_unit_test(deleting_a_pack_removes_rows_and_blobs),
        cmocka_unit_test(health_check_covers_all_pages_of_rows),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
