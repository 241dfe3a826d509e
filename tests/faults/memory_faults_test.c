/* Memory runs out below the library: in json-c, libzip, zlib, SQLite, libpq, libcurl, OpenSSL and the C library. Each
 * scenario is run undisturbed once; then an allocation is refused, alone and with all that follow, and it is run again.
 * It either ends well with the same result, or reports CPK_ERROR_OUT_OF_MEMORY (a retryable error where a library does
 * not say what it lacked); then the same calls with memory must come to the same result.
 *
 * By default a sample of the allocations is refused; with CONTEXTPACK_TEST_THOROUGH each one. CONTEXTPACK_TEST_SCENARIO
 * picks one scenario, CONTEXTPACK_TEST_ALLOCATION one allocation of it. */
#include "faults/fault_memory.h"
#include "support/auth_token.h"
#include "support/net_peer.h"
#include "support/person.h"
#include "support/scratch.h"
#include "support/signed_event.h"

#include <execinfo.h>
#include <signal.h>
#include <stdatomic.h>

/* json-c loses its copy of a name when it has no memory for the entry, and libzip some of its own. LeakSanitizer asks
 * for this. */
const char *__lsan_default_suppressions(void);

const char *__lsan_default_suppressions(void)
{
    return "leak:json_object_object_add_ex\nleak:libzip.so\n";
}

#define FAKE             PROJECT_DIR "/tests/stripe/fake_stripe.py"
#define SECRET           "whsec_test_secret"
#define NOW_S            INT64_C(1760000000)
#define SECOND_US        INT64_C(1000000)
#define HOUR_US          (INT64_C(3600) * SECOND_US)
#define STATE_BYTES      4096
#define HANGS_AFTER_S    60
#define FRAMES_MAX       40
#define ATTEMPTS_MAX     4
#define SAMPLES_SQLITE   10
#define SAMPLES_POSTGRES 3
#define PACKAGES         "[{\"id\":\"small\",\"name\":\"100 credits\",\"currency\":\"usd\",\"credits\":100,\"price\":1000}]"

struct world {
    char folder[SCRATCH_PATH_BYTES];
    char database[SCRATCH_PATH_BYTES + BACKEND_URI_BYTES];
    char storage[SCRATCH_PATH_BYTES + 32];
    char jwks_file[SCRATCH_PATH_BYTES + 32];
    char jwks_url[128];
    char stripe_url[128];
    char token_rsa[TOKEN_BYTES];
    char token_ec[TOKEN_BYTES];
    char token_ed25519[TOKEN_BYTES];
    char token_secret[TOKEN_BYTES];
    char token_url[TOKEN_BYTES]; /* of a key that only the URL has */
    struct peer keys;
    struct peer stripe;
    int32_t users;
};

/* One run of a scenario: an engine of its own, so that connections, statements and keys are made anew. */
struct turn {
    struct world *world;
    cpk_engine *engine;
    cpk_session *service; /* of another engine's: only to look */
    char user_id[64];
    char pack_id[64];
    char made[512];  /* results of the calls that are not in the database */
    char body[1024]; /* of a webhook */
    char header[SIGNED_HEADER_BYTES];
    int32_t number;
};

struct scenario {
    const char *name;
    void (*prepare)(struct turn *turn);
    cpk_status (*run)(struct turn *turn, cpk_error **error); /* the calls; can be repeated */
    void (*observe)(struct turn *turn, char state[STATE_BYTES]);
};

static _Atomic int64_t clock_now_us = NOW_S * SECOND_US;

static int64_t test_clock(void *user)
{
    (void)user;
    return ++clock_now_us;
}

/* --- engines --- */

static cpk_status open_engine(const struct world *world, cpk_engine **engine, cpk_error **error)
{
    const cpk_setting numbers[] = {
        {"chunk.max_tokens", 2000}, {"auth.jwks_retry_ms", 100}, {"stripe.signature_tolerance_ms", 0}};
    const cpk_text_setting texts[] = {
        {"stripe.webhook_secrets", SECRET},     {"stripe.secret_key", "sk_test_fake"},
        {"stripe.api_base", world->stripe_url}, {"billing.packages", PACKAGES},
        {"auth.jwt_secret", TOKEN_SECRET},      {"auth.jwks_file", world->jwks_file},
        {"auth.jwks_url", world->jwks_url},
    };
    cpk_engine_options options = CPK_ENGINE_OPTIONS_INIT;

    options.database = world->database;
    options.storage = world->storage;
    options.settings = numbers;
    options.setting_count = sizeof numbers / sizeof numbers[0];
    options.text_settings = texts;
    options.text_setting_count = sizeof texts / sizeof texts[0];
    options.clock = test_clock;
    return cpk_engine_open(&options, engine, error);
}

/* --- the result of a scenario, as text --- */

struct digest {
    uint64_t hash;
    size_t bytes;
};

static int32_t digest_add(void *user, const void *data, size_t length)
{
    struct digest *digest = user;

    for (size_t i = 0; i < length; i++) {
        digest->hash = (digest->hash ^ ((const unsigned char *)data)[i]) * UINT64_C(0x100000001b3);
    }
    digest->bytes += length;
    return 0;
}

static void add(char state[STATE_BYTES], const char *format, ...) __attribute__((format(printf, 2, 3)));

static void add(char state[STATE_BYTES], const char *format, ...)
{
    size_t used = strlen(state);
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(state + used, STATE_BYTES - used, format, arguments);
    va_end(arguments);
}

static void observe_sources(struct turn *turn, cpk_session *session, char state[STATE_BYTES])
{
    cpk_source_list *list = NULL;
    cpk_error *error = NULL;

    assert_ok(cpk_source_list_get(session, turn->pack_id, NULL, &list, &error), error);
    for (size_t i = 0; i < cpk_source_list_count(list); i++) {
        const cpk_source *source = cpk_source_list_at(list, i);
        struct digest text = {0, 0};

        assert_ok(cpk_source_read(session, cpk_source_id(source), CPK_PART_EXTRACTED, digest_add, &text, &error),
                  error);
        add(state,
            "source %s %s %s %lld bytes, %lld messages, %lld known, %lld conversations, %lld/%lld chunks, text %zu "
            "%llx\n",
            cpk_source_name(source), cpk_source_status_name(source), cpk_source_format(source),
            (long long)cpk_source_file_size(source), (long long)cpk_source_message_count(source),
            (long long)cpk_source_known_messages(source), (long long)cpk_source_conversation_count(source),
            (long long)cpk_source_processed_chunks(source), (long long)cpk_source_total_chunks(source), text.bytes,
            (unsigned long long)text.hash);
    }
    cpk_source_list_free(list);
}

static void observe_exports(struct turn *turn, cpk_session *session, char state[STATE_BYTES])
{
    cpk_export_list *list = NULL;
    cpk_error *error = NULL;

    assert_ok(cpk_export_list_get(session, turn->pack_id, NULL, &list, &error), error);
    for (size_t i = 0; i < cpk_export_list_count(list); i++) {
        const cpk_export *item = cpk_export_list_at(list, i);
        struct digest text = {0, 0};

        assert_ok(cpk_export_read(session, cpk_export_id(item), CPK_FORMAT_MARKDOWN, digest_add, &text, &error), error);
        add(state, "export %s %s, text %zu %llx\n", cpk_export_type_name(item), cpk_export_status_name(item),
            text.bytes, (unsigned long long)text.hash);
    }
    cpk_export_list_free(list);
}

static void observe_balance(struct turn *turn, char state[STATE_BYTES])
{
    int64_t balance = 0;
    int64_t held = 0;
    cpk_error *error = NULL;
    cpk_status status = cpk_credits_balance(turn->service, turn->user_id, &balance, &held, &error);

    if (status == CPK_ERROR_NOT_FOUND) {
        add(state, "no user\n");
    } else {
        assert_ok(status, error);
        add(state, "balance %lld, held %lld\n", (long long)balance, (long long)held);
    }
    cpk_error_free(error);
}

static void observe_pack(struct turn *turn, char state[STATE_BYTES])
{
    cpk_session *session = NULL;
    cpk_pack *pack = NULL;
    cpk_engine *engine = NULL;
    cpk_error *error = NULL;

    assert_ok(open_engine(turn->world, &engine, &error), error);
    assert_ok(cpk_session_open_user(engine, turn->user_id, &session, &error), error);
    if (cpk_pack_get(session, turn->pack_id, &pack, NULL) == CPK_OK) {
        observe_sources(turn, session, state);
        observe_exports(turn, session, state);
    } else {
        add(state, "no pack\n");
    }
    cpk_pack_free(pack);
    cpk_session_close(session);
    cpk_engine_close(engine);
    observe_balance(turn, state);
    add(state, "%s", turn->made);
}

/* --- scenarios: importing, analysing, exporting, deleting --- */

static void new_user(struct turn *turn)
{
    cpk_user_params params = CPK_USER_PARAMS_INIT;
    cpk_user *user = NULL;
    cpk_error *error = NULL;
    char email[64];

    snprintf(email, sizeof email, "person%d@example.com", turn->number);
    params.email = email;
    assert_ok(cpk_user_create(turn->service, &params, &user, &error), error);
    snprintf(turn->user_id, sizeof turn->user_id, "%s", cpk_user_id(user));
    cpk_user_free(user);
}

static void new_pack(struct turn *turn)
{
    cpk_pack_params params = CPK_PACK_PARAMS_INIT;
    cpk_session *session = NULL;
    cpk_pack *pack = NULL;
    cpk_engine *engine = NULL;
    cpk_error *error = NULL;

    new_user(turn);
    params.name = "Scarce";
    assert_ok(open_engine(turn->world, &engine, &error), error);
    assert_ok(cpk_session_open_user(engine, turn->user_id, &session, &error), error);
    assert_ok(cpk_pack_create(session, &params, &pack, &error), error);
    snprintf(turn->pack_id, sizeof turn->pack_id, "%s", cpk_pack_id(pack));
    cpk_pack_free(pack);
    cpk_session_close(session);
    cpk_engine_close(engine);
}

static cpk_status import(struct turn *turn, cpk_input *input, cpk_error **error)
{
    cpk_session *session = NULL;
    cpk_source *source = NULL;
    cpk_status status = cpk_session_open_user(turn->engine, turn->user_id, &session, error);

    if (status == CPK_OK) {
        status = cpk_source_add(session, turn->pack_id, input, NULL, NULL, &source, error);
    }
    if (status == CPK_OK) {
        status = cpk_source_run(session, cpk_source_id(source), CPK_SOURCE_COMPLETED, NULL, NULL, error);
    }
    cpk_source_free(source);
    cpk_session_close(session);
    return status;
}

static cpk_status import_path(struct turn *turn, const char *path, cpk_error **error)
{
    cpk_input input = CPK_INPUT_INIT;

    input.path = path;
    return import(turn, &input, error);
}

static cpk_status run_chatgpt(struct turn *turn, cpk_error **error)
{
    return import_path(turn, TEST_DATA_DIR "/chatgpt/content_types.json", error);
}

static cpk_status run_zip(struct turn *turn, cpk_error **error)
{
    return import_path(turn, TEST_DATA_DIR "/archive/chatgpt_shards.zip", error);
}

static cpk_status run_claude(struct turn *turn, cpk_error **error)
{
    return import_path(turn, TEST_DATA_DIR "/claude/conversations.json", error);
}

static cpk_status run_claude_zip(struct turn *turn, cpk_error **error)
{
    return import_path(turn, TEST_DATA_DIR "/archive/claude_parts.zip", error);
}

static cpk_status run_document(struct turn *turn, cpk_error **error)
{
    return import_path(turn, PROJECT_DIR "/SECURITY.md", error);
}

static cpk_status run_pasted(struct turn *turn, cpk_error **error)
{
    static const char text[] = "# Me\n\nI live in Lyon. My name is Ann. I prefer short answers.\n";
    cpk_input input = CPK_INPUT_INIT;

    input.data = text;
    input.length = sizeof text - 1;
    return import(turn, &input, error);
}

static void prepare_export(struct turn *turn)
{
    cpk_error *error = NULL;

    new_pack(turn);
    assert_ok(open_engine(turn->world, &turn->engine, &error), error);
    assert_ok(import_path(turn, SAMPLE, &error), error);
    cpk_engine_close(turn->engine);
    turn->engine = NULL;
}

static cpk_status run_export(struct turn *turn, cpk_error **error)
{
    cpk_session *session = NULL;
    cpk_export *made = NULL;
    struct digest json = {0, 0};
    struct digest markdown = {0, 0};
    cpk_status status = cpk_session_open_user(turn->engine, turn->user_id, &session, error);

    turn->made[0] = '\0';
    if (status == CPK_OK) {
        status = cpk_export_create(session, turn->pack_id, CPK_EXPORT_STANDARD, NULL, NULL, &made, error);
    }
    if (status == CPK_OK) {
        status = cpk_export_read(session, cpk_export_id(made), CPK_FORMAT_JSON, digest_add, &json, error);
    }
    if (status == CPK_OK) {
        status = cpk_export_read(session, cpk_export_id(made), CPK_FORMAT_MARKDOWN, digest_add, &markdown, error);
    }
    if (status == CPK_OK) {
        snprintf(turn->made, sizeof turn->made, "read %zu, %zu %llx\n", json.bytes, markdown.bytes,
                 (unsigned long long)markdown.hash);
    }
    cpk_export_free(made);
    cpk_session_close(session);
    return status;
}

static cpk_status run_delete_pack(struct turn *turn, cpk_error **error)
{
    cpk_session *session = NULL;
    cpk_status status = cpk_session_open_user(turn->engine, turn->user_id, &session, error);

    if (status == CPK_OK) {
        status = cpk_pack_delete(session, turn->pack_id, error);
        if (status == CPK_ERROR_NOT_FOUND) { /* gone at the first attempt, which had no memory for the rest */
            cpk_error_free(*error);
            *error = NULL;
            status = CPK_OK;
        }
    }
    cpk_session_close(session);
    return status;
}

static cpk_status run_delete_user(struct turn *turn, cpk_error **error)
{
    cpk_session *session = NULL;
    cpk_status status = cpk_session_open_service(turn->engine, &session, error);

    if (status == CPK_OK) {
        status = cpk_user_delete(session, turn->user_id, NULL, error);
        if (status == CPK_ERROR_NOT_FOUND) {
            cpk_error_free(*error);
            *error = NULL;
            status = CPK_OK;
        }
    }
    cpk_session_close(session);
    return status;
}

static void observe_user(struct turn *turn, char state[STATE_BYTES])
{
    observe_balance(turn, state);
    add(state, "%s", turn->made);
}

/* --- scenarios: reading --- */

static cpk_status list_all(struct turn *turn, cpk_session *session, size_t counts[4], cpk_error **error)
{
    cpk_pack_list *packs = NULL;
    cpk_source_list *sources = NULL;
    cpk_export_list *exports = NULL;
    cpk_transaction_list *entries = NULL;
    cpk_status status = cpk_pack_list_get(session, NULL, &packs, error);

    if (status == CPK_OK) {
        status = cpk_source_list_get(session, turn->pack_id, NULL, &sources, error);
    }
    if (status == CPK_OK) {
        status = cpk_export_list_get(session, turn->pack_id, NULL, &exports, error);
    }
    if (status == CPK_OK) {
        status = cpk_transaction_list_get(session, NULL, NULL, &entries, error);
    }
    counts[0] = cpk_pack_list_count(packs);
    counts[1] = cpk_source_list_count(sources);
    counts[2] = cpk_export_list_count(exports);
    counts[3] = cpk_transaction_list_count(entries);
    cpk_pack_list_free(packs);
    cpk_source_list_free(sources);
    cpk_export_list_free(exports);
    cpk_transaction_list_free(entries);
    return status;
}

static cpk_status run_reading(struct turn *turn, cpk_error **error)
{
    cpk_report_options options = CPK_REPORT_OPTIONS_INIT;
    cpk_quote quote = CPK_QUOTE_INIT;
    cpk_session *session = NULL;
    struct digest statement = {0, 0};
    size_t counts[4] = {0, 0, 0, 0};
    cpk_status status = cpk_session_open_user(turn->engine, turn->user_id, &session, error);

    options.format = CPK_REPORT_JSON;
    turn->made[0] = '\0';
    if (status == CPK_OK) {
        status = list_all(turn, session, counts, error);
    }
    if (status == CPK_OK) {
        status = cpk_quote_pack(session, turn->pack_id, &quote, error);
    }
    if (status == CPK_OK) {
        status = cpk_report_statement(session, NULL, &options, digest_add, &statement, error);
    }
    if (status == CPK_OK) {
        snprintf(turn->made, sizeof turn->made, "%zu packs, %zu sources, %zu exports, %zu entries, %lld, %zu bytes\n",
                 counts[0], counts[1], counts[2], counts[3], (long long)quote.balance, statement.bytes);
    }
    cpk_session_close(session);
    return status;
}

static cpk_status run_extract(struct turn *turn, cpk_error **error)
{
    cpk_input input = CPK_INPUT_INIT;
    cpk_extract_report report = CPK_EXTRACT_REPORT_INIT;
    struct digest text = {0, 0};
    cpk_status status;

    input.path = TEST_DATA_DIR "/chatgpt/citations.json";
    status = cpk_extract_text(turn->engine, &input, digest_add, &text, NULL, &report, error);
    snprintf(turn->made, sizeof turn->made,
             "%s, %lld conversations, %lld messages, %lld skipped, %lld damaged, %zu %llx\n", report.format,
             (long long)report.conversations, (long long)report.messages, (long long)report.skipped,
             (long long)report.damaged, text.bytes, (unsigned long long)text.hash);
    return status;
}

static void observe_made(struct turn *turn, char state[STATE_BYTES])
{
    add(state, "%s", turn->made);
}

static void prepare_nothing(struct turn *turn)
{
    (void)turn;
}

/* --- scenarios: money --- */

static void prepare_webhook(struct turn *turn)
{
    new_user(turn);
    snprintf(
        turn->body, sizeof turn->body,
        "{\"id\":\"evt_%d\",\"object\":\"event\",\"type\":\"checkout.session.completed\",\"created\":%lld,\"data\":"
        "{\"object\":{\"id\":\"cs_%d\",\"object\":\"checkout.session\",\"mode\":\"payment\",\"payment_status\":"
        "\"paid\",\"payment_intent\":\"pi_%d\",\"customer\":\"cus_%d\",\"amount_total\":1000,\"currency\":\"usd\","
        "\"metadata\":{\"user_id\":\"%s\",\"credits\":\"100\",\"package_id\":\"small\"}}}}",
        turn->number, (long long)NOW_S, turn->number, turn->number, turn->number, turn->user_id);
    signed_header(SECRET, NOW_S, turn->body, turn->header);
}

static cpk_status run_webhook(struct turn *turn, cpk_error **error)
{
    cpk_session *session = NULL;
    cpk_status status = cpk_session_open_service(turn->engine, &session, error);

    if (status == CPK_OK) {
        status = cpk_stripe_webhook(session, turn->body, strlen(turn->body), turn->header, NULL, error);
    }
    cpk_session_close(session);
    return status;
}

/* The same event, which no webhook brings. */
static void prepare_reconcile(struct turn *turn)
{
    prepare_webhook(turn);
    strcat(turn->body, "\n");
    peer_write(&turn->world->stripe, "events", turn->body);
}

static cpk_status run_reconcile(struct turn *turn, cpk_error **error)
{
    cpk_reconcile_report *report = NULL;
    cpk_session *session = NULL;
    cpk_status status = cpk_session_open_service(turn->engine, &session, error);

    if (status == CPK_OK) {
        status = cpk_stripe_reconcile(session, (NOW_S - 3600) * SECOND_US, NULL, &report, error);
    }
    if (status == CPK_OK) {
        snprintf(turn->made, sizeof turn->made, "%d seen, %d failed\n", (int)cpk_reconcile_report_seen(report),
                 (int)cpk_reconcile_report_failed(report));
    }
    cpk_reconcile_report_free(report);
    cpk_session_close(session);
    return status;
}

static cpk_status run_checkout(struct turn *turn, cpk_error **error)
{
    cpk_checkout_params params = CPK_CHECKOUT_PARAMS_INIT;
    cpk_stripe_object *object = NULL;
    cpk_session *session = NULL;
    cpk_status status = cpk_session_open_user(turn->engine, turn->user_id, &session, error);

    params.package_id = "small";
    params.success_url = "https://example.org/done";
    if (status == CPK_OK) {
        status = cpk_checkout_create(session, NULL, &params, NULL, &object, error);
    }
    if (status == CPK_OK) {
        snprintf(turn->made, sizeof turn->made, "%s, a URL: %d\n", cpk_stripe_object_type(object),
                 cpk_stripe_object_url(object) != NULL);
    }
    cpk_stripe_object_free(object);
    cpk_session_close(session);
    return status;
}

/* --- scenarios: tokens --- */

static cpk_status open_by(struct turn *turn, const char *token, cpk_status expected, cpk_error **error)
{
    cpk_session *session = NULL;
    cpk_status status = cpk_session_open_token(turn->engine, token, NULL, &session, error);

    cpk_session_close(session);
    if (status != expected) {
        return status == CPK_OK ? CPK_ERROR_INTERNAL : status; /* an invalid token opened a session */
    }
    cpk_error_free(*error);
    *error = NULL;
    return CPK_OK;
}

static cpk_status run_tokens(struct turn *turn, cpk_error **error)
{
    const struct world *world = turn->world;
    char forged[TOKEN_BYTES];
    cpk_status status;

    if ((status = open_by(turn, world->token_secret, CPK_OK, error)) != CPK_OK ||
        (status = open_by(turn, world->token_rsa, CPK_OK, error)) != CPK_OK ||
        (status = open_by(turn, world->token_ec, CPK_OK, error)) != CPK_OK ||
        (status = open_by(turn, world->token_ed25519, CPK_OK, error)) != CPK_OK) {
        return status;
    }
    for (size_t i = 0; i < 4; i++) {
        const char *const tokens[] = {world->token_secret, world->token_rsa, world->token_ec, world->token_ed25519};
        char *last = strcpy(forged, tokens[i]) + strlen(tokens[i]) - 20;

        *last = *last == 'A' ? 'B' : 'A';
        status = open_by(turn, forged, CPK_ERROR_UNAUTHENTICATED, error);
        if (status != CPK_OK) {
            return status;
        }
    }
    return CPK_OK;
}

static cpk_status run_token_url(struct turn *turn, cpk_error **error)
{
    clock_now_us += SECOND_US; /* a fetch that failed may be tried again */
    return open_by(turn, turn->world->token_url, CPK_OK, error);
}

/* --- scenarios: opening, maintenance --- */

static cpk_status run_opening(struct turn *turn, cpk_error **error)
{
    cpk_engine *engine = NULL;
    cpk_session *session = NULL;
    cpk_user *user = NULL;
    cpk_status status = open_engine(turn->world, &engine, error);

    if (status == CPK_OK) {
        status = cpk_session_open_service(engine, &session, error);
    }
    if (status == CPK_OK) {
        status = cpk_user_get(session, turn->user_id, &user, error);
    }
    cpk_user_free(user);
    cpk_session_close(session);
    cpk_engine_close(engine);
    return status;
}

static void count_failed(void *user, int32_t outcome, const char *subject, const char *text)
{
    (void)subject;
    (void)text;
    *(int32_t *)user += outcome == CPK_CHECK_FAILED;
}

static cpk_status run_check(struct turn *turn, cpk_error **error)
{
    int32_t failures = 0;
    int32_t told = 0;
    cpk_status status = cpk_engine_check(turn->engine, count_failed, &told, &failures, error);

    if (status == CPK_OK && failures > 0) { /* a check without memory reports that; the data is correct */
        return CPK_ERROR_OUT_OF_MEMORY;
    }
    snprintf(turn->made, sizeof turn->made, "%d failures\n", (int)failures);
    return status;
}

static const struct scenario SCENARIOS[] = {
    {"opening", new_user, run_opening, observe_user},
    {"chatgpt", new_pack, run_chatgpt, observe_pack},
    {"zip", new_pack, run_zip, observe_pack},
    {"claude", new_pack, run_claude, observe_pack},
    {"claude zip", new_pack, run_claude_zip, observe_pack},
    {"extract", prepare_nothing, run_extract, observe_made},
    {"document", new_pack, run_document, observe_pack},
    {"pasted", new_pack, run_pasted, observe_pack},
    {"export", prepare_export, run_export, observe_pack},
    {"reading", prepare_export, run_reading, observe_pack},
    {"delete pack", prepare_export, run_delete_pack, observe_pack},
    {"delete user", prepare_export, run_delete_user, observe_user},
    {"webhook", prepare_webhook, run_webhook, observe_user},
    {"reconcile", prepare_reconcile, run_reconcile, observe_user},
    {"checkout", new_user, run_checkout, observe_user},
    {"tokens", prepare_nothing, run_tokens, observe_made},
    {"token by URL", prepare_nothing, run_token_url, observe_made},
    {"check", prepare_nothing, run_check, observe_made},
};

/* --- running them --- */

static const char *running = "";
static volatile long long running_allocation;

static void tell_where(int signal_number)
{
    void *frames[FRAMES_MAX];
    char text[160];
    int length = snprintf(text, sizeof text, "\nsignal %d in \"%s\", allocation %lld\n", signal_number, running,
                          running_allocation);

    fault_memory_disarm(NULL);
    if (write(STDERR_FILENO, text, (size_t)length) < 0) {
        _exit(2);
    }
    backtrace_symbols_fd(frames, backtrace(frames, FRAMES_MAX), STDERR_FILENO);
    signal(signal_number, SIG_DFL);
    raise(signal_number);
}

/* Errors of libraries that do not report missing memory; all are retryable. */
static int32_t is_vague(const cpk_error *error)
{
    return cpk_error_retryable(error) &&
           (cpk_error_code(error) == CPK_ERROR_NETWORK ||
            cpk_error_code(error) == CPK_ERROR_BUSY || /* a lease that could not be released */
            (cpk_error_code(error) == CPK_ERROR_DATABASE && strncmp(cpk_error_native(error), "08", 2) == 0));
}

static void open_turn(struct turn *turn, const struct scenario *scenario)
{
    cpk_error *error = NULL;

    turn->number = ++turn->world->users;
    turn->made[0] = '\0';
    scenario->prepare(turn);
    assert_ok(open_engine(turn->world, &turn->engine, &error), error);
}

static void run_again(struct turn *turn, const struct scenario *scenario)
{
    cpk_error *error = NULL;
    cpk_status status = scenario->run(turn, &error);

    for (int32_t i = 1; i < ATTEMPTS_MAX && status != CPK_OK && cpk_error_retryable(error); i++) {
        cpk_error_free(error);
        error = NULL;
        clock_now_us += HOUR_US; /* a lease that could not be released expires */
        status = scenario->run(turn, &error);
    }
    if (status != CPK_OK) {
        fail_msg("%s, allocation %lld, with memory again: %s: %s", scenario->name, running_allocation,
                 cpk_status_name(status), cpk_error_message(error));
    }
}

static int64_t run_undisturbed(struct world *world, cpk_session *service, const struct scenario *scenario,
                               char state[STATE_BYTES])
{
    struct turn turn = {.world = world, .service = service};
    cpk_error *error = NULL;
    cpk_status status;
    int64_t allocations;

    open_turn(&turn, scenario);
    fault_memory_arm(-1, 0);
    status = scenario->run(&turn, &error);
    allocations = fault_memory_disarm(NULL);
    assert_ok(status, error);
    cpk_engine_close(turn.engine);
    state[0] = '\0';
    scenario->observe(&turn, state);
    return allocations;
}

/* 1 when an allocation was refused; 0 when the run did not get so far. */
static int32_t run_disturbed(struct world *world, cpk_session *service, const struct scenario *scenario,
                             int64_t allocation, int32_t from_there_on, const char *expected, int32_t *vague)
{
    struct turn turn = {.world = world, .service = service};
    cpk_error *error = NULL;
    cpk_status status;
    int64_t refusals;
    char state[STATE_BYTES] = "";

    running_allocation = from_there_on ? -allocation : allocation;
    alarm(HANGS_AFTER_S);
    open_turn(&turn, scenario);
    fault_memory_arm(allocation, from_there_on);
    status = scenario->run(&turn, &error);
    fault_memory_disarm(&refusals);
    if (status != CPK_OK && status != CPK_ERROR_OUT_OF_MEMORY && !is_vague(error)) {
        fail_msg("%s, allocation %lld%s: %s: %s", scenario->name, (long long)allocation,
                 from_there_on ? " and all later" : "", cpk_status_name(status), cpk_error_message(error));
    }
    *vague += status != CPK_OK && status != CPK_ERROR_OUT_OF_MEMORY;
    cpk_error_free(error);
    if (status != CPK_OK) {
        run_again(&turn, scenario);
    }
    cpk_engine_close(turn.engine);
    scenario->observe(&turn, state);
    if (strcmp(state, expected) != 0) {
        fail_msg("%s, allocation %lld%s, %s: expected\n%sgot\n%s", scenario->name, (long long)allocation,
                 from_there_on ? " and all later" : "", cpk_status_name(status), expected, state);
    }
    alarm(0);
    return refusals > 0;
}

static int64_t step_of(int64_t allocations)
{
    int64_t samples = backend_is_postgres() ? SAMPLES_POSTGRES : SAMPLES_SQLITE;

    if (getenv("CONTEXTPACK_TEST_THOROUGH") != NULL || allocations <= samples) {
        return 1;
    }
    return allocations / samples | 1;
}

static void run_scenario(struct world *world, cpk_session *service, const struct scenario *scenario)
{
    const char *only = getenv("CONTEXTPACK_TEST_ALLOCATION");
    char expected[STATE_BYTES];
    int64_t allocations;
    int32_t vague = 0;
    int64_t runs = 0;

    running = scenario->name;
    (void)run_undisturbed(world, service, scenario, expected); /* objects created once in a process */
    allocations = run_undisturbed(world, service, scenario, expected);
    if (only != NULL) {
        (void)run_disturbed(world, service, scenario, llabs(atoll(only)), atoll(only) < 0, expected, &vague);
        return;
    }
    for (int64_t at = 0; at < allocations; at += step_of(allocations)) {
        runs += run_disturbed(world, service, scenario, at, 0, expected, &vague);
        runs += run_disturbed(world, service, scenario, at, 1, expected, &vague);
    }
    print_message("%s: %lld allocations, refused in %lld runs, %d errors that do not name it\n", scenario->name,
                  (long long)allocations, (long long)runs, (int)vague);
    assert_true(runs > 0);
}

static void every_failed_allocation_is_reported(void **state)
{
    struct world *world = *state;
    const char *only = getenv("CONTEXTPACK_TEST_SCENARIO");
    cpk_engine *engine = NULL;
    cpk_session *service = NULL;
    cpk_error *error = NULL;
    int32_t failures = 0;
    int32_t told = 0;
    int64_t drifted = -1;

    signal(SIGSEGV, tell_where); /* cmocka has set its own, which needs memory */
    signal(SIGABRT, tell_where);
    signal(SIGALRM, tell_where);
    assert_ok(open_engine(world, &engine, &error), error);
    assert_ok(cpk_session_open_service(engine, &service, &error), error);
    for (size_t i = 0; i < sizeof SCENARIOS / sizeof SCENARIOS[0]; i++) {
        if (only == NULL || strcmp(only, SCENARIOS[i].name) == 0) {
            run_scenario(world, service, &SCENARIOS[i]);
        }
    }
    assert_ok(cpk_credits_audit(service, NULL, NULL, &drifted, &error), error);
    assert_int_equal(drifted, 0);
    assert_ok(cpk_engine_check(engine, count_failed, &told, &failures, &error), error);
    assert_int_equal(failures, 0);
    cpk_session_close(service);
    cpk_engine_close(engine);
}

/* --- the world --- */

static void make_keys(struct world *world)
{
    static const char payload[] = "{\"sub\":\"" TOKEN_USER "\",\"role\":\"authenticated\",\"aud\":\"authenticated\","
                                  "\"email\":\"ada@example.org\",\"exp\":1900000000}";
    EVP_PKEY *keys[] = {EVP_RSA_gen(2048), EVP_EC_gen("P-256"), EVP_PKEY_Q_keygen(NULL, NULL, "ED25519"),
                        EVP_EC_gen("P-256")};
    const char *const names[] = {"rsa", "ec", "ed", "far"};
    const char *const algorithms[] = {"RS256", "ES256", "EdDSA", "ES256"};
    char *const tokens[] = {world->token_rsa, world->token_ec, world->token_ed25519, world->token_url};
    char set[16384] = "{\"keys\":[";
    FILE *file;

    for (size_t i = 0; i < 4; i++) {
        char header[128];
        char json[4096];

        snprintf(header, sizeof header, "{\"alg\":\"%s\",\"kid\":\"%s\"}", algorithms[i], names[i]);
        token_sign_key(keys[i], header, payload, tokens[i]);
        token_jwk(keys[i], names[i], "", json, sizeof json);
        if (i < 3) {
            strcat(strcat(set, i > 0 ? "," : ""), json);
        } else {
            char far[4200];

            snprintf(far, sizeof far, "{\"keys\":[%s]}", json);
            peer_write(&world->keys, "jwks", far);
        }
        EVP_PKEY_free(keys[i]);
    }
    strcat(set, "]}");
    token_sign_secret(TOKEN_SECRET, strlen(TOKEN_SECRET), "{\"alg\":\"HS256\"}", payload, world->token_secret);
    file = fopen(world->jwks_file, "w");
    assert_non_null(file);
    assert_true(fputs(set, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static int set_up(void **state)
{
    struct world *world = calloc(1, sizeof *world);
    char uri[BACKEND_URI_BYTES];

    assert_non_null(world);
    scratch_in_memory();
    scratch_make(world->folder);
    snprintf(world->database, sizeof world->database, "sqlite:%s/test.db", world->folder);
    if (backend_is_postgres()) {
        backend_fresh(uri, 1);
        snprintf(world->database, sizeof world->database, "%s", uri);
    }
    snprintf(world->storage, sizeof world->storage, "file:%s/blobs", world->folder);
    snprintf(world->jwks_file, sizeof world->jwks_file, "%s/keys.json", world->folder);
    peer_folder(&world->keys);
    peer_start(&world->keys, NULL, NULL);
    snprintf(world->jwks_url, sizeof world->jwks_url, "http://127.0.0.1:%d/file/jwks", world->keys.port);
    peer_folder(&world->stripe);
    peer_run(&world->stripe, FAKE, NULL, NULL);
    snprintf(world->stripe_url, sizeof world->stripe_url, "http://127.0.0.1:%d/", world->stripe.port);
    make_keys(world);
    *state = world;
    return 0;
}

static int tear_down(void **state)
{
    struct world *world = *state;

    peer_stop(&world->keys);
    peer_remove(&world->keys, "jwks");
    rmdir(world->keys.folder);
    peer_stop(&world->stripe);
    peer_remove(&world->stripe, "requests");
    peer_remove(&world->stripe, "events");
    rmdir(world->stripe.folder);
    scratch_remove(world->folder);
    free(world);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_failed_allocation_is_reported),
    };

    return cmocka_run_group_tests_name("faults: memory", tests, set_up, tear_down);
}
