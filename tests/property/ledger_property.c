/* Random operations on the ledger from 4 processes of 8 threads each, which are killed and started again: at every
 * moment each balance is opening + transactions - open holds, no use takes one below zero, and each key, each event and
 * each payment has one effect.
 *
 * Usage: ledger_property [--operations N] [--seed S] [--kills K]
 * On SQLite, or where CONTEXTPACK_TEST_BACKEND says. The whole of it:
 *     build/release/tests/ledger_property --operations 100000
 *     CONTEXTPACK_TEST_BACKEND=postgres tests/postgres/server.py run -- \
 *         build/release/tests/ledger_property --operations 100000
 *
 * A seed fixes the operations, not how they meet; a run that fails prints it. */
#include "property/ledger_property.h"

#include "support/backend.h"
#include "support/scratch.h"
#include "support/signed_event.h"
#include "support/tables.h"

#include <contextpack/contextpack.h>

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/wait.h>
#include <time.h>

#define PROCESSES   4
#define THREADS     8
#define CHECKPOINTS 20
#define TRIES       200
#define START_US    (INT64_C(1760000000) * 1000000)
#define SECRET      "whsec_property"
#define ID_BYTES    40

enum { ANSWER_OK, ANSWER_REFUSED, ANSWER_KINDS };

/* Memory shared by all processes; followed by the results of grants, ID_BYTES for each operation. */
struct board {
    uint64_t seed;
    int64_t operations;
    char database[BACKEND_URI_BYTES + 32];
    _Atomic int64_t next;
    _Atomic int64_t now_us;
    _Atomic int64_t counts[OP_KINDS][ANSWER_KINDS];
    _Atomic int64_t retries;
    _Atomic int64_t busy[PROCESSES][THREADS]; /* the operation that it is at, + 1; of a dead process it is done again */
    _Atomic int32_t failed;
    char problem[1024];
};

static struct board *all;
static size_t all_bytes;

static char *answer_of(int64_t number)
{
    return (char *)(all + 1) + (size_t)number * ID_BYTES;
}

static void report(const char *format, ...)
{
    va_list arguments;

    if (atomic_exchange(&all->failed, 1) == 0) {
        va_start(arguments, format);
        vsnprintf(all->problem, sizeof all->problem, format, arguments);
        va_end(arguments);
    }
}

static int64_t clock_us(void *user)
{
    (void)user;
    return atomic_load(&all->now_us);
}

static void board_map(const char *path, int64_t operations)
{
    int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

    all_bytes = sizeof *all + (size_t)operations * ID_BYTES;
    if (file < 0 || ftruncate(file, (off_t)all_bytes) != 0) {
        perror(path);
        exit(1);
    }
    all = mmap(NULL, all_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    if (all == MAP_FAILED) {
        perror(path);
        exit(1);
    }
}

static cpk_engine *engine_open(void)
{
    const cpk_text_setting secret = {"stripe.webhook_secrets", SECRET};
    cpk_engine_options options = CPK_ENGINE_OPTIONS_INIT;
    cpk_engine *engine = NULL;
    cpk_error *error = NULL;

    options.database = all->database;
    options.storage = "memory:";
    options.clock = clock_us;
    options.text_settings = &secret;
    options.text_setting_count = 1;
    if (cpk_engine_open(&options, &engine, &error) != CPK_OK) {
        report("engine: %s", cpk_error_message(error));
        cpk_error_free(error);
    }
    return engine;
}

/* ---- the operations */

static cpk_status enter_credits(cpk_session *service, const struct operation *operation, cpk_error **error)
{
    cpk_credit_params params = CPK_CREDIT_PARAMS_INIT;
    cpk_transaction *transaction = NULL;
    int64_t number = operation->subject >= 0 ? operation->subject : operation->number;
    char user[ID_BYTES];
    char key[32];
    cpk_status status;

    user_id_of(operation->user, user);
    snprintf(key, sizeof key, "%c%lld", operation->kind == OP_CLAWBACK ? 'b' : 'g', (long long)number);
    params.key = key;
    params.description = key;
    params.credits = credits_of(all->seed, number) + (operation->kind == OP_GRANT_OTHER ? 100 : 0);
    status = (operation->kind == OP_CLAWBACK ? cpk_credits_clawback : cpk_credits_grant)(service, user, &params,
                                                                                         &transaction, error);
    if (status == CPK_OK) {
        char *answer = answer_of(number);

        if (answer[0] == '\0') { /* two at once write the same, or the check at the end finds it */
            memcpy(answer, cpk_transaction_id(transaction), 37);
        } else if (strcmp(answer, cpk_transaction_id(transaction)) != 0) {
            report("the key %s gave the transactions %s and %s", key, answer, cpk_transaction_id(transaction));
        }
    }
    cpk_transaction_free(transaction);
    return status;
}

static cpk_status reserve(cpk_session *service, const struct operation *operation, cpk_error **error)
{
    cpk_hold_params params = CPK_HOLD_PARAMS_INIT;
    char user[ID_BYTES];
    char key[32];

    user_id_of(operation->user, user);
    snprintf(key, sizeof key, "h%lld", (long long)operation->number);
    params.key = key;
    params.credits = operation->credits;
    params.lifetime_ms = operation->lifetime_ms;
    return cpk_hold_reserve(service, user, &params, NULL, error);
}

static cpk_status commit_or_release(cpk_session *service, const struct operation *operation, cpk_error **error)
{
    char user[ID_BYTES];
    char hold[32];
    char key[32];

    user_id_of(operation->user, user);
    snprintf(hold, sizeof hold, "h%lld", (long long)operation->subject);
    snprintf(key, sizeof key, "c%lld", (long long)operation->number);
    return operation->kind == OP_RELEASE ? cpk_hold_release(service, user, hold, NULL, error)
                                         : cpk_hold_commit(service, user, hold, key, operation->credits,
                                                           operation->is_rest ? CPK_HOLD_RELEASE_REST : 0, NULL, error);
}

static cpk_status expire(cpk_session *service, const struct operation *operation, cpk_error **error)
{
    int64_t expired;

    atomic_fetch_add(&all->now_us, operation->lifetime_ms * 100);
    return cpk_holds_expire(service, 20, &expired, error);
}

/* With N for the payment's number and U for its user, each behind a percent sign; seconds after the start. */
static const struct {
    const char *type;
    int32_t after_s;
    const char *object;
} EVENTS[EVENT_KINDS] = {
    [EVENT_PAID] =
        {"checkout.session.completed", 0,
         "{'id':'cs_%N','mode':'payment','payment_status':'paid','payment_intent':'pi_%N','amount_total':1000,"
         "'currency':'usd','metadata':{'user_id':'%U','credits':'100'}}"},
    [EVENT_REFUNDED_300] = {"charge.refunded", 0,
                            "{'id':'ch_%N','payment_intent':'pi_%N','amount':1000,'amount_refunded':300}"},
    [EVENT_REFUNDED_550] = {"charge.refunded", 40,
                            "{'id':'ch_%N','payment_intent':'pi_%N','amount':1000,'amount_refunded':550}"},
    [EVENT_WITHDRAWN] = {"charge.dispute.funds_withdrawn", 0,
                         "{'id':'dp_%N','charge':'ch_%N','payment_intent':'pi_%N','amount':1000}"},
    [EVENT_REINSTATED] = {"charge.dispute.funds_reinstated", 0,
                          "{'id':'dp_%N','charge':'ch_%N','payment_intent':'pi_%N','amount':1000}"},
    [EVENT_REFUND_FAILED] = {"refund.failed", 60,
                             "{'id':'re_%N','charge':'ch_%N','payment_intent':'pi_%N','amount':250,'status':'failed',"
                             "'created':1760000040}"},
    [EVENT_WITHDRAWN_AGAIN] = {"charge.dispute.funds_withdrawn", 90,
                               "{'id':'dq_%N','charge':'ch_%N','payment_intent':'pi_%N','amount':400}"},
    [EVENT_PART_600] = {"invoice_payment.paid", 0,
                        "{'id':'ip_a_%N','invoice':'in_%N','amount_paid':600,'status':'paid','payment':{"
                        "'payment_intent':'pi_a_%N'}}"},
    [EVENT_PART_400] = {"invoice_payment.paid", 0,
                        "{'id':'ip_b_%N','invoice':'in_%N','amount_paid':400,'status':'paid','payment':{"
                        "'payment_intent':'pi_b_%N'}}"},
    [EVENT_INVOICE] = {"invoice.paid", 0,
                       "{'id':'in_%N','customer':'cus_%N','amount_paid':1000,'billing_reason':'subscription_cycle',"
                       "'payments':{'data':[{'payment':{'payment_intent':'pi_a_%N'}},{'payment':{'payment_intent':"
                       "'pi_b_%N'}}]},'parent':{'subscription_details':{'subscription':'sc_%N','metadata':{'credits':"
                       "'60'}}}}"},
    [EVENT_PART_REFUNDED] = {"charge.refunded", 20,
                             "{'id':'ch_b_%N','payment_intent':'pi_b_%N','amount':400,'amount_refunded':400}"},
    [EVENT_PRORATION] = {"invoice.paid", 30,
                         "{'id':'in_p_%N','customer':'cus_%N','amount_paid':10,'billing_reason':'subscription_update',"
                         "'parent':{'subscription_details':{'subscription':'sc_%N','metadata':{'credits':'60',"
                         "'user_id':'%U'}}}}"},
    [EVENT_PLAN] = {"customer.subscription.created", 0,
                    "{'id':'su_%N','status':'active','metadata':{'user_id':'%U','unlimited':'true'},"
                    "'current_period_start':1760000000,'current_period_end':1790000000}"},
    [EVENT_DOWNGRADE] = {"customer.subscription.updated", 50,
                         "{'id':'su_%N','status':'active','metadata':{'user_id':'%U','credits':'60'},"
                         "'current_period_start':1760000000,'current_period_end':1790000000}"},
};

static void write_object(const char *template, int64_t payment, const char *user, char *object, size_t size)
{
    size_t length = 0;

    for (; *template != '\0' && length + ID_BYTES < size; template ++) {
        if (*template == '%') {
            template ++;
            length += (size_t)(*template == 'N' ? snprintf(object + length, size - length, "%lld", (long long)payment)
                                                : snprintf(object + length, size - length, "%s", user));
        } else {
            object[length++] = *template == '\'' ? '"' : *template;
        }
    }
    object[length] = '\0';
}

static cpk_status webhook(cpk_session *service, const struct operation *operation, cpk_error **error)
{
    char user[ID_BYTES];
    char object[1024];
    char body[1536];
    char header[SIGNED_HEADER_BYTES];

    user_id_of(operation->user, user);
    write_object(EVENTS[operation->event].object, operation->payment, user, object, sizeof object);
    snprintf(body, sizeof body,
             "{\"id\":\"evt_%lld_%d\",\"object\":\"event\",\"type\":\"%s\",\"created\":%d,\"data\":{\"object\":%s}}",
             (long long)operation->payment, operation->event, EVENTS[operation->event].type,
             1760000000 + EVENTS[operation->event].after_s, object);
    signed_header(SECRET, clock_us(NULL) / 1000000, body, header);
    return cpk_stripe_webhook(service, body, strlen(body), header, NULL, error);
}

static cpk_status adjust(cpk_session *service, const struct operation *operation, cpk_error **error)
{
    cpk_admin_params params = CPK_ADMIN_PARAMS_INIT;
    char user[ID_BYTES];

    user_id_of(operation->user, user);
    params.reason = "property test";
    return cpk_admin_adjust_credits(service, user, operation->is_rest ? -operation->credits : operation->credits,
                                    &params, NULL, error);
}

static cpk_status look(cpk_session *service, const struct operation *operation, cpk_error **error)
{
    char user[ID_BYTES];
    int64_t balance = 0;
    int64_t held = 0;
    cpk_status status;

    user_id_of(operation->user, user);
    status = cpk_credits_balance(service, user, &balance, &held, error);
    if (status == CPK_OK && (held < 0 || (balance < 0 && operation->user < USER_DEBT_FIRST))) {
        report("user %d has a balance of %lld and %lld held", operation->user, (long long)balance, (long long)held);
    }
    return status;
}

static cpk_status run_once(cpk_session *service, const struct operation *operation, cpk_error **error)
{
    int32_t is_about = operation->kind == OP_COMMIT || operation->kind == OP_RELEASE ||
                       operation->kind == OP_GRANT_AGAIN || operation->kind == OP_GRANT_OTHER;

    if (is_about && operation->subject < 0) {
        return CPK_OK; /* nothing came before */
    }
    switch (operation->kind) {
    case OP_RESERVE:
        return reserve(service, operation, error);
    case OP_COMMIT:
    case OP_RELEASE:
        return commit_or_release(service, operation, error);
    case OP_EXPIRE:
        return expire(service, operation, error);
    case OP_WEBHOOK:
        return webhook(service, operation, error);
    case OP_ADJUST:
        return adjust(service, operation, error);
    case OP_LOOK:
        return look(service, operation, error);
    default:
        return enter_credits(service, operation, error);
    }
}

/* The refusals that an operation may meet; everything else is a fault. */
static int32_t may_refuse(enum operation_kind kind, cpk_status status)
{
    switch (kind) {
    case OP_RESERVE:
    case OP_ADJUST:
        return status == CPK_ERROR_INSUFFICIENT_CREDITS;
    case OP_COMMIT:
        return status == CPK_ERROR_CONFLICT || status == CPK_ERROR_NOT_FOUND;
    case OP_RELEASE:
        return status == CPK_ERROR_NOT_FOUND;
    case OP_GRANT:
    case OP_GRANT_AGAIN:
    case OP_GRANT_OTHER:
        return status == CPK_ERROR_CONFLICT;
    default:
        return 0;
    }
}

static void run(cpk_session *service, int64_t number)
{
    struct operation operation = operation_of(all->seed, number);
    cpk_error *error = NULL;
    cpk_status status = CPK_OK;

    for (int32_t i = 0; i < TRIES; i++) {
        cpk_error_free(error);
        error = NULL;
        status = run_once(service, &operation, &error);
        if (status == CPK_OK || !cpk_error_retryable(error)) {
            break;
        }
        atomic_fetch_add(&all->retries, 1);
    }
    if (status != CPK_OK && !may_refuse(operation.kind, status)) {
        report("operation %lld of kind %d: status %d: %s", (long long)number, operation.kind, status,
               cpk_error_message(error));
    }
    cpk_error_free(error);
    atomic_fetch_add(&all->counts[operation.kind][status == CPK_OK ? ANSWER_OK : ANSWER_REFUSED], 1);
}

/* ---- a process of them */

struct worker {
    cpk_engine *engine;
    _Atomic int64_t *busy;
};

static void *work(void *user)
{
    struct worker *worker = user;
    cpk_session *service = NULL;
    cpk_error *error = NULL;

    if (cpk_session_open_service(worker->engine, &service, &error) != CPK_OK) {
        report("session: %s", cpk_error_message(error));
    }
    while (atomic_load(&all->failed) == 0) {
        int64_t number = atomic_load(worker->busy) - 1;

        if (number < 0) { /* else a killed process was at it */
            number = atomic_load(&all->next);
            if (number >= all->operations) {
                break;
            }
            atomic_store(worker->busy, number + 1); /* first: a process may die in between */
            if (!atomic_compare_exchange_strong(&all->next, &number, number + 1)) {
                atomic_store(worker->busy, 0);
                continue;
            }
        }
        run(service, number);
        atomic_store(worker->busy, 0);
    }
    cpk_error_free(error);
    cpk_session_close(service);
    return NULL;
}

static int work_all(const char *path, int32_t process, int64_t operations)
{
    pthread_t threads[THREADS];
    struct worker workers[THREADS];
    cpk_engine *engine;

    board_map(path, operations);
    engine = engine_open();
    for (int32_t i = 0; i < THREADS && engine != NULL; i++) {
        workers[i] = (struct worker){engine, &all->busy[process][i]};
        if (pthread_create(&threads[i], NULL, work, &workers[i]) != 0) {
            abort();
        }
    }
    for (int32_t i = 0; i < THREADS && engine != NULL; i++) {
        pthread_join(threads[i], NULL);
    }
    cpk_engine_close(engine);
    return 0;
}

/* ---- the parent: checks of the tables */

static int64_t sql_number(struct tables *tables, const char *sql)
{
    int64_t number = tables_number(tables, sql);

    if (tables->problem[0] != '\0') {
        report("%s: %s", sql, tables->problem);
    }
    return number;
}

static void expect_none(struct tables *tables, const char *what, const char *text)
{
    int64_t found = sql_number(tables, text);

    if (found != 0) {
        report("%s: %lld", what, (long long)found);
    }
}

/* Debts by use are refused by the database itself: on PostgreSQL with each hold, at its commit, when the balance is
 * still held back from others; on SQLite for those users that nobody takes credits back from. */
static void forbid_debts_by_use(struct tables *tables)
{
    char sql[512];
    char first[ID_BYTES];

    if (tables->postgres == NULL) {
        user_id_of(USER_DEBT_FIRST, first);
        snprintf(
            sql, sizeof sql,
            "CREATE TRIGGER property_no_debt AFTER UPDATE ON user_profiles WHEN NEW.credits_balance < 0 AND NEW.id < "
            "'%s' BEGIN SELECT RAISE(ABORT, 'a use took the balance below zero'); END",
            first);
        sql_number(tables, sql);
        return;
    }
    sql_number(tables,
               "CREATE FUNCTION @property_no_debt() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
               "IF NEW.credits > 0 AND (SELECT u.credits_balance FROM public.user_profiles u WHERE u.id = "
               "NEW.user_id) < 0 THEN RAISE EXCEPTION 'a hold took the balance below zero'; END IF; RETURN NULL; "
               "END $$");
    sql_number(tables,
               "CREATE CONSTRAINT TRIGGER property_no_debt AFTER INSERT ON @holds DEFERRABLE INITIALLY DEFERRED "
               "FOR EACH ROW EXECUTE FUNCTION @property_no_debt()");
}

static void check_balances(struct tables *tables)
{
    expect_none(tables, "users whose balance is not what the ledger says",
                "SELECT count(*) FROM user_profiles u WHERE u.credits_balance <> "
                "COALESCE((SELECT sum(o.credits) FROM @openings o WHERE o.user_id = u.id), 0) + "
                "COALESCE((SELECT sum(t.credits) FROM credit_transactions t WHERE t.user_id = u.id "
                "AND t.transaction_type IN ('purchase', 'usage', 'refund', 'bonus')), 0) - "
                "COALESCE((SELECT sum(h.remaining) FROM @holds h WHERE h.user_id = u.id AND h.status = 'open'), 0)");
    expect_none(tables, "holds that don't add up",
                "SELECT count(*) FROM @holds h WHERE h.payment_plan = 'credits' AND (h.remaining < 0 "
                "OR h.committed + h.remaining > h.credits OR (h.status = 'open' AND h.committed + h.remaining <> "
                "h.credits) OR (h.status = 'closed' AND h.remaining <> 0))");
}

/* A key has one transaction, or one hold with its usage. */
static void check_keys(struct tables *tables)
{
    expect_none(tables, "keys without their transaction",
                "SELECT count(*) FROM @ledger_keys k WHERE k.operation <> 'reserve' AND NOT EXISTS (SELECT 1 FROM "
                "credit_transactions t WHERE t.user_id = k.user_id AND CAST(t.id AS text) = k.result_id)");
    expect_none(tables, "keys that share a transaction",
                "SELECT count(*) FROM (SELECT 1 FROM @ledger_keys k WHERE k.operation <> 'reserve' GROUP BY "
                "k.result_id HAVING count(*) > 1) d");
    expect_none(tables, "transactions without a key, an event or an administrator's deed",
                "SELECT count(*) FROM credit_transactions t WHERE COALESCE(CAST(t.metadata AS text), '') NOT LIKE "
                "'%payment_id%' AND COALESCE(CAST(t.metadata AS text), '') NOT LIKE '%admin_action_id%' AND "
                "COALESCE(t.description, '') <> 'Credits for a new account' AND NOT EXISTS "
                "(SELECT 1 FROM @ledger_keys k WHERE k.user_id = t.user_id AND k.result_id = CAST(t.id AS text))");
    expect_none(tables, "grants that were entered more than once",
                "SELECT count(*) FROM (SELECT 1 FROM credit_transactions t WHERE substr(t.description, 1, 1) IN ('g', "
                "'b') GROUP BY t.user_id, t.description HAVING count(*) > 1) d");
    expect_none(tables, "holds without a key, or the other way round",
                "SELECT (SELECT count(*) FROM @holds) - (SELECT count(*) FROM @ledger_keys k JOIN @holds h ON "
                "h.user_id = k.user_id AND h.hold_id = k.request_key WHERE k.operation = 'reserve')");
    expect_none(
        tables, "holds whose usage is not what they committed",
        "SELECT count(*) FROM @holds h WHERE h.committed <> COALESCE((SELECT sum(abs(t.credits)) FROM "
        "credit_transactions t WHERE t.user_id = h.user_id AND t.job_id = h.reference AND t.transaction_type IN "
        "('usage', 'unlimited_usage')), 0)");
    expect_none(tables, "deeds that the ledger does not show",
                "SELECT (SELECT COALESCE(sum(a.credits_affected), 0) FROM admin_actions a) - (SELECT "
                "COALESCE(sum(t.credits), 0) FROM credit_transactions t WHERE CAST(t.metadata AS text) LIKE "
                "'%admin_action_id%')");
}

/* The grants that were answered are those of the ledger. */
static void check_answers(struct tables *tables)
{
    for (int64_t i = 0; i < all->operations; i++) {
        char text[256];

        if (answer_of(i)[0] != '\0') {
            snprintf(
                text, sizeof text,
                "SELECT count(*) - 1 FROM credit_transactions WHERE id = '%s' AND description IN ('g%lld', 'b%lld')",
                answer_of(i), (long long)i, (long long)i);
            expect_none(tables, "an answer that the ledger does not know", text);
        }
    }
}

static uint32_t events_of(int64_t payment)
{
    uint32_t seen = 0;

    for (int64_t i = payment * 64; i < payment * 64 + 64 && i < all->operations; i++) {
        struct operation operation = operation_of(all->seed, i);

        if (operation.kind == OP_WEBHOOK) {
            seen |= UINT32_C(1) << operation.event;
        }
    }
    return seen;
}

static void check_payment(struct tables *tables, int64_t payment, uint32_t seen)
{
    char text[256];

    snprintf(text, sizeof text,
             "SELECT COALESCE(sum(credits), 0) - %lld FROM credit_transactions WHERE stripe_payment_id = 'pi_%lld'",
             (long long)payment_credits_of(seen), (long long)payment);
    expect_none(tables, "a payment whose credits are not those of its events, by", text);
    snprintf(text, sizeof text,
             "SELECT COALESCE(sum(credits), 0) - %lld FROM credit_transactions WHERE stripe_payment_id IN "
             "('pi_a_%lld', 'pi_b_%lld')",
             (long long)invoice_credits_of(seen), (long long)payment, (long long)payment);
    expect_none(tables, "an invoice whose credits are not those of its events, by", text);
}

static void check_plan(struct tables *tables, int32_t has_plan)
{
    char text[256];
    char user[ID_BYTES];

    user_id_of(USER_PLANS, user);
    snprintf(text, sizeof text, "SELECT count(*) FROM user_profiles WHERE id = '%s' AND payment_plan <> '%s'", user,
             has_plan ? "unlimited" : "credits");
    expect_none(tables, "a plan that is not that of the subscriptions", text);
}

static void check_payments(struct tables *tables)
{
    int64_t events = 0;
    int64_t unclaimed = 0;
    int32_t has_plan = 0;

    for (int64_t payment = 0; payment * 64 < all->operations; payment++) {
        const uint32_t seen = events_of(payment);

        events += __builtin_popcount(seen);
        unclaimed += invoice_is_unclaimed(seen);
        has_plan |= HAS(seen, EVENT_PLAN) && !HAS(seen, EVENT_DOWNGRADE);
        check_payment(tables, payment, seen);
    }
    check_plan(tables, has_plan);
    if (sql_number(tables, "SELECT count(*) FROM @stripe_events") != events ||
        sql_number(tables, "SELECT count(*) FROM webhook_logs WHERE status IN ('completed', 'processing')") != events ||
        sql_number(tables, "SELECT count(*) FROM webhook_logs") != events) {
        report("there are not %lld events, each with its log", (long long)events);
    }
    if (sql_number(tables, "SELECT count(*) FROM @payments WHERE is_unclaimed = 1") != unclaimed) {
        report("there are not %lld unclaimed payments", (long long)unclaimed);
    }
    expect_none(tables, "events that wait for nothing",
                "SELECT count(*) FROM webhook_logs l WHERE l.status = 'processing' AND NOT EXISTS (SELECT 1 FROM "
                "@stripe_events e JOIN @payments p ON p.payment_id = e.payment_id WHERE e.event_id = l.webhook_id AND "
                "p.is_unclaimed = 1)");
}

static void audit(cpk_session *service)
{
    int64_t drifted = -1;
    cpk_error *error = NULL;

    if (cpk_credits_audit(service, NULL, NULL, &drifted, &error) != CPK_OK || drifted != 0) {
        report("audit: %lld drifted: %s", (long long)drifted, cpk_error_message(error));
    }
    cpk_error_free(error);
}

/* ---- the parent: processes */

static pid_t start(const char *self, const char *path, int32_t process)
{
    char number[16];
    char operations[24];
    pid_t child;

    snprintf(number, sizeof number, "%d", process);
    snprintf(operations, sizeof operations, "%lld", (long long)all->operations);
    child = fork();
    if (child == 0) {
        execl(self, self, "--worker", number, path, operations, (char *)NULL);
        _exit(127);
    }
    return child;
}

static void make_users(cpk_session *service)
{
    for (int32_t i = 0; i < USERS; i++) {
        cpk_user_params params = CPK_USER_PARAMS_INIT;
        cpk_credit_params opening = CPK_CREDIT_PARAMS_INIT;
        cpk_error *error = NULL;
        char id[ID_BYTES];
        char email[64];

        user_id_of(i, id);
        snprintf(email, sizeof email, "user%d@example.com", i);
        params.id = id;
        params.email = email;
        params.payment_plan = i == USER_UNLIMITED ? CPK_PLAN_UNLIMITED : CPK_PLAN_CREDITS;
        opening.key = "opening";
        opening.credits = OPENING;
        if (cpk_user_create(service, &params, NULL, &error) != CPK_OK ||
            cpk_credits_grant(service, id, &opening, NULL, &error) != CPK_OK) {
            report("user: %s", cpk_error_message(error));
        }
    }
}

/* Restarts killed processes; returns 1 while any runs. */
static int32_t tend(const char *self, const char *path, pid_t children[PROCESSES])
{
    int32_t running = 0;

    for (int32_t i = 0; i < PROCESSES; i++) {
        int how;

        if (children[i] > 0 && waitpid(children[i], &how, WNOHANG) == children[i]) {
            children[i] = WIFSIGNALED(how) && WTERMSIG(how) == SIGKILL ? start(self, path, i) : 0;
            if (children[i] == 0 && !(WIFEXITED(how) && WEXITSTATUS(how) == 0)) {
                report("process %d ended by itself: %d", i, how);
            }
        }
        running |= children[i] > 0;
    }
    return running;
}

static void run_all(const char *self, const char *path, struct tables *tables, cpk_session *service, int64_t kills)
{
    const struct timespec pause = {0, 2000000};
    pid_t children[PROCESSES];
    int64_t killed = 0;
    int64_t checked = 0;

    for (int32_t i = 0; i < PROCESSES; i++) {
        children[i] = start(self, path, i);
    }
    while (tend(self, path, children)) {
        int64_t next = atomic_load(&all->next);

        if (next * (kills + 1) > (killed + 1) * all->operations && killed < kills) {
            kill(children[mix(all->seed, (uint64_t)killed) % PROCESSES], SIGKILL);
            killed++;
        }
        if (next * CHECKPOINTS > (checked + 1) * all->operations) {
            audit(service);
            check_balances(tables);
            checked++;
        }
        nanosleep(&pause, NULL);
    }
    printf("%lld processes were killed, %lld checkpoints held\n", (long long)killed, (long long)checked);
}

/* Every hold is over in the end, and all that was held is back. */
static void settle(cpk_session *service, struct tables *tables)
{
    int64_t expired = 1;

    atomic_fetch_add(&all->now_us, INT64_C(3600) * 1000000);
    while (expired > 0 && cpk_holds_expire(service, 1000, &expired, NULL) == CPK_OK) {
    }
    expect_none(tables, "open holds after their time", "SELECT count(*) FROM @holds WHERE status = 'open'");
    check_balances(tables);
    audit(service);
}

static int64_t argument(int argc, char **argv, const char *name, int64_t otherwise)
{
    for (int i = 1; i + 1 < argc; i++) {
        if (strcmp(argv[i], name) == 0) {
            return (int64_t)strtoull(argv[i + 1], NULL, 0);
        }
    }
    return otherwise;
}

static void print_counts(double seconds)
{
    static const char *const names[OP_KINDS] = {"reserve",     "commit",   "release", "expire", "grant", "grant again",
                                                "other grant", "clawback", "webhook", "adjust", "look"};

    for (int32_t i = 0; i < OP_KINDS; i++) {
        printf("%-12s %7lld done %7lld refused\n", names[i], (long long)all->counts[i][ANSWER_OK],
               (long long)all->counts[i][ANSWER_REFUSED]);
    }
    printf("%lld retries, %.1f s\n", (long long)all->retries, seconds);
}

static void board_fill(const char *folder, int argc, char **argv)
{
    uint64_t random = 1;

    if (getrandom(&random, sizeof random, 0) != (ssize_t)sizeof random) {
        abort();
    }
    all->operations = argument(argc, argv, "--operations", 4000);
    all->seed = (uint64_t)argument(argc, argv, "--seed", (int64_t)(random >> 16));
    all->now_us = START_US;
    if (backend_is_postgres()) {
        backend_fresh(all->database, 1);
    } else {
        snprintf(all->database, sizeof all->database, "sqlite:%s/ledger.db", folder);
    }
}

int main(int argc, char **argv)
{
    char folder[SCRATCH_PATH_BYTES];
    char path[SCRATCH_PATH_BYTES + 16];
    cpk_session *service = NULL;
    struct timespec from;
    struct timespec until;
    cpk_engine *engine;
    struct tables tables;

    if (argc == 5 && strcmp(argv[1], "--worker") == 0) {
        return work_all(argv[3], (int32_t)atoi(argv[2]), atoll(argv[4]));
    }
    scratch_in_memory();
    scratch_make(folder);
    snprintf(path, sizeof path, "%s/board", folder);
    board_map(path, argument(argc, argv, "--operations", 4000));
    board_fill(folder, argc, argv);
    printf("seed %llu, %lld operations, %s\n", (unsigned long long)all->seed, (long long)all->operations,
           backend_is_postgres() ? "PostgreSQL" : "SQLite");
    fflush(stdout);
    engine = engine_open();
    if (engine == NULL || cpk_session_open_service(engine, &service, NULL) != CPK_OK) {
        fprintf(stderr, "%s\n", all->problem);
        return 1;
    }
    make_users(service);
    if (!tables_open(&tables, all->database)) {
        fprintf(stderr, "the database does not open\n");
        return 1;
    }
    forbid_debts_by_use(&tables);
    clock_gettime(CLOCK_MONOTONIC, &from);
    run_all(argv[0], path, &tables, service, argument(argc, argv, "--kills", 8));
    clock_gettime(CLOCK_MONOTONIC, &until);
    check_balances(&tables);
    audit(service);
    check_keys(&tables);
    check_answers(&tables);
    check_payments(&tables);
    settle(service, &tables);
    print_counts((double)(until.tv_sec - from.tv_sec) + (double)(until.tv_nsec - from.tv_nsec) / 1e9);
    if (atomic_load(&all->failed)) {
        fprintf(stderr, "FAILED: %s\nthe same operations again: --seed %llu --operations %lld\n", all->problem,
                (unsigned long long)all->seed, (long long)all->operations);
    }
    tables_close(&tables);
    cpk_session_close(service);
    cpk_engine_close(engine);
    scratch_remove(folder);
    return atomic_load(&all->failed) ? 1 : 0;
}
