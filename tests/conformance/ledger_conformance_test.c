/* The 15 invariants of the ledger conformance kit (technomorphcorporation/ledger-conformance-kit, README.md), in the
 * terms of a credit ledger: what must hold of any system that moves value. Each is shown twice: it holds, and it breaks
 * when the ledger has a fault of the kind it is about. The faults are planted between the library and its database, by
 * a driver that passes everything on but for a few statements.
 *
 * The ledger keeps no chain of hashes: of INV-03 it is shown that what is changed behind its back is found. */
#include "conformance/ledger_mutants.h"

#include "support/signed_event.h"
#include "support/test.h"

#include <pthread.h>

#define SECRET    "whsec_conformance"
#define NOW_S     INT64_C(1760000000)
#define THREADS   8
#define TRIES_MAX 20
#define USER      "00000000-0000-4000-8000-000000000001"

struct bench {
    char folder[SCRATCH_PATH_BYTES];
    struct context context; /* of the inner driver */
    struct shim shim;
    cpk_engine *engine;
    cpk_session *service;
    struct tables tables;
    int32_t broken; /* the invariant does not hold */
    char how[512];
};

static _Atomic int64_t seconds = NOW_S;

static int64_t clock_us(void *user)
{
    (void)user;
    return atomic_load(&seconds) * 1000000;
}

static void broke(struct bench *bench, const char *format, ...)
{
    va_list arguments;

    if (!bench->broken) {
        va_start(arguments, format);
        vsnprintf(bench->how, sizeof bench->how, format, arguments);
        va_end(arguments);
    }
    bench->broken = 1;
}

static int64_t number(struct bench *bench, const char *sql)
{
    int64_t found = tables_number(&bench->tables, sql);

    if (bench->tables.problem[0] != '\0') {
        fail_msg("%s: %s", sql, bench->tables.problem);
    }
    return found;
}

static void expect(struct bench *bench, const char *what, int64_t found, int64_t wanted)
{
    if (found != wanted) {
        broke(bench, "%s: %lld, not %lld", what, (long long)found, (long long)wanted);
    }
}

#define BALANCE  "SELECT credits_balance FROM user_profiles WHERE id = '" USER "'"
#define ENTRIES  "SELECT COALESCE(sum(credits), 0) FROM credit_transactions WHERE transaction_type <> 'unlimited_usage'"
#define HELD     "SELECT COALESCE(sum(remaining), 0) FROM @holds WHERE status = 'open'"
#define USED     "SELECT COALESCE(-sum(credits), 0) FROM credit_transactions WHERE transaction_type = 'usage'"
#define HOW_MANY "SELECT count(*) FROM credit_transactions"

/* ---- requests */

static cpk_status change(cpk_session *service, const char *key, int64_t credits)
{
    cpk_credit_params params = CPK_CREDIT_PARAMS_INIT;

    params.key = key;
    params.description = key;
    params.credits = credits < 0 ? -credits : credits;
    return (credits < 0 ? cpk_credits_clawback : cpk_credits_grant)(service, USER, &params, NULL, NULL);
}

static cpk_status reserve(cpk_session *service, const char *key, int64_t credits)
{
    cpk_hold_params params = CPK_HOLD_PARAMS_INIT;

    params.key = key;
    params.credits = credits;
    return cpk_hold_reserve(service, USER, &params, NULL, NULL);
}

static cpk_status commit(cpk_session *service, const char *hold, const char *key, int64_t credits)
{
    return cpk_hold_commit(service, USER, hold, key, credits, 0, NULL, NULL);
}

static cpk_status release(cpk_session *service, const char *hold)
{
    return cpk_hold_release(service, USER, hold, NULL, NULL);
}

static cpk_status webhook(cpk_session *service, const char *id, const char *type, const char *object)
{
    char header[SIGNED_HEADER_BYTES];
    char body[1024];

    snprintf(body, sizeof body,
             "{\"id\":\"%s\",\"object\":\"event\",\"type\":\"%s\",\"created\":1760000000,\"data\":{\"object\":%s}}", id,
             type, object);
    signed_header(SECRET, NOW_S, body, header);
    return cpk_stripe_webhook(service, body, strlen(body), header, NULL, NULL);
}

#define CHECKOUT                                                                                                       \
    "{\"id\":\"cs_1\",\"payment_status\":\"paid\",\"payment_intent\":\"pi_1\",\"amount_total\":1000,"                  \
    "\"currency\":\"usd\",\"metadata\":{\"user_id\":\"" USER "\",\"credits\":\"100\"}}"
#define CHARGE(currency)                                                                                               \
    "{\"id\":\"ch_1\",\"payment_intent\":\"pi_1\",\"amount\":1000,\"amount_refunded\":300,\"currency\":\"" currency    \
    "\"}"

#define must(call) must_be_granted(bench, call, #call)

static void must_be_granted(struct bench *bench, cpk_status status, const char *what)
{
    if (status != CPK_OK) {
        broke(bench, "%s: %s", what, cpk_status_name(status));
    }
}

/* ---- many at once */

struct member {
    struct bench *bench;
    int32_t number;
    int64_t applied;
    void (*work)(struct member *member, cpk_session *service);
};

static void *member_run(void *user)
{
    struct member *member = user;
    cpk_session *service = NULL;

    if (cpk_session_open_service(member->bench->engine, &service, NULL) != CPK_OK) {
        return user;
    }
    member->work(member, service);
    cpk_session_close(service);
    return NULL;
}

/* Gives how many requests were granted, all together. */
static int64_t crowd(struct bench *bench, void (*work)(struct member *, cpk_session *))
{
    pthread_t threads[THREADS];
    struct member members[THREADS];
    int64_t applied = 0;

    for (int32_t i = 0; i < THREADS; i++) {
        members[i] = (struct member){bench, i, 0, work};
        assert_int_equal(pthread_create(&threads[i], NULL, member_run, &members[i]), 0);
    }
    for (int32_t i = 0; i < THREADS; i++) {
        void *problem;

        assert_int_equal(pthread_join(threads[i], &problem), 0);
        assert_null(problem);
        applied += members[i].applied;
    }
    return applied;
}

/* ---- the invariants */

/* INV-01: every request moves equal amounts between balance, holds and entries. */
static void every_movement_is_balanced(struct bench *bench)
{
    int64_t before = number(bench, ENTRIES) - number(bench, HELD) - number(bench, BALANCE);

    must(change(bench->service, "gift", 20));
    must(reserve(bench->service, "h", 8));
    must(commit(bench->service, "h", "c", 5));
    must(release(bench->service, "h"));
    must(change(bench->service, "back", -3));
    expect(bench, "entries - holds - balance", number(bench, ENTRIES) - number(bench, HELD) - number(bench, BALANCE),
           before);
}

static void remember(struct bench *bench, char text[TABLES_TEXT_BYTES])
{
    tables_text(&bench->tables,
                "SELECT CAST(id AS text), transaction_type, credits, description FROM "
                "credit_transactions ORDER BY created_at, id",
                text);
    must(bench->tables.problem[0] == '\0' ? CPK_OK : CPK_ERROR_DATABASE);
}

/* INV-02: entries are added; those that are there stay as they are. */
static void the_journal_is_append_only(struct bench *bench)
{
    char before[TABLES_TEXT_BYTES] = "";
    char after[TABLES_TEXT_BYTES];

    for (int32_t i = 0; i < 6; i++) {
        char key[16];

        atomic_fetch_add(&seconds, 1);
        snprintf(key, sizeof key, "k%d", i);
        must(change(bench->service, key, i % 2 == 0 ? 5 : -2));
        remember(bench, after);
        if (strncmp(after, before, strlen(before)) != 0 || strlen(after) <= strlen(before)) {
            broke(bench, "before:\n%s\nafter:\n%s", before, after);
        }
        strcpy(before, after);
    }
}

static int64_t audit(struct bench *bench)
{
    int64_t drifted = -1;

    must(cpk_credits_audit(bench->service, NULL, NULL, &drifted, NULL));
    return drifted;
}

/* INV-03: changes made without the ledger are detected. */
static void tampering_is_found(struct bench *bench)
{
    static const char *const edits[][2] = {
        {"UPDATE credit_transactions SET credits = credits + 1 WHERE description = 'gift'",
         "UPDATE credit_transactions SET credits = credits - 1 WHERE description = 'gift'"},
        {"UPDATE user_profiles SET credits_balance = credits_balance + 1 WHERE id = '" USER "'",
         "UPDATE user_profiles SET credits_balance = credits_balance - 1 WHERE id = '" USER "'"},
        {"UPDATE @holds SET remaining = remaining - 1", "UPDATE @holds SET remaining = remaining + 1"},
        {"DELETE FROM credit_transactions WHERE description = 'gift'", "SELECT 0"},
    };

    must(change(bench->service, "gift", 20));
    must(reserve(bench->service, "h", 12));
    for (size_t i = 0; i < sizeof edits / sizeof edits[0]; i++) {
        expect(bench, "users who drift before", audit(bench), 0);
        number(bench, edits[i][0]);
        expect(bench, edits[i][0], audit(bench), 1);
        number(bench, edits[i][1]);
    }
}

/* INV-04: the same request again is no second one. */
static void a_duplicate_is_a_no_op(struct bench *bench)
{
    for (int32_t i = 0; i < 3; i++) {
        (void)change(bench->service, "gift", 20);
        (void)reserve(bench->service, "h", 12);
        (void)commit(bench->service, "h", "c", 2);
        (void)change(bench->service, "back", -3);
    }
    expect(bench, "entries", number(bench, HOW_MANY), 1 + 3);
    expect(bench, "holds", number(bench, "SELECT count(*) FROM @holds"), 1);
    expect(bench, "balance", number(bench, BALANCE), 10 + 20 - 12 - 3);
}

static void grant_the_same(struct member *member, cpk_session *service)
{
    for (int32_t i = 0; i < 8; i++) {
        char key[16];

        snprintf(key, sizeof key, "same-%d", i);
        member->applied += change(service, key, 5) == CPK_OK;
    }
}

/* INV-05: of requests with one key that come at once, one has an effect. */
static void duplicates_at_once_are_one(struct bench *bench)
{
    crowd(bench, grant_the_same);
    expect(bench, "entries", number(bench, HOW_MANY), 1 + 8);
}

static void grant_own(struct member *member, cpk_session *service)
{
    for (int32_t i = 0; i < 12; i++) {
        char key[32];

        snprintf(key, sizeof key, "own-%d-%d", member->number, i);
        member->applied += change(service, key, 1) == CPK_OK;
    }
}

/* INV-06: on one hot account every granted change is in the balance. */
static void no_update_is_lost(struct bench *bench)
{
    int64_t applied = crowd(bench, grant_own);

    expect(bench, "balance", number(bench, BALANCE), 10 + applied);
}

static void move(struct member *member, cpk_session *service)
{
    for (int32_t i = 0; i < 6; i++) {
        char hold[32];
        char key[40];

        snprintf(hold, sizeof hold, "h-%d-%d", member->number, i);
        snprintf(key, sizeof key, "c-%d-%d", member->number, i);
        (void)reserve(service, hold, 5);
        (void)commit(service, hold, key, 2);
        (void)release(service, hold);
    }
}

/* INV-07: credits go from the balance into holds, into use and back: none is made, none gets lost. */
static void value_is_conserved(struct bench *bench)
{
    must(change(bench->service, "start", 990));
    crowd(bench, move);
    expect(bench, "balance + held + used", number(bench, BALANCE) + number(bench, HELD) + number(bench, USED), 1000);
}

/* INV-08: the balance equals the journal. */
static void the_balance_is_the_journals(struct bench *bench)
{
    must(change(bench->service, "gift", 7));
    must(change(bench->service, "back", -9));
    expect(bench, "balance", number(bench, BALANCE), number(bench, ENTRIES));
}

static void drain(struct member *member, cpk_session *service)
{
    for (int32_t i = 0; i < 10; i++) {
        char key[32];

        snprintf(key, sizeof key, "drain-%d-%d", member->number, i);
        member->applied += reserve(service, key, 3) == CPK_OK;
    }
}

/* INV-09: concurrent requests never take more than the balance. */
static void a_drain_stops_at_zero(struct bench *bench)
{
    int64_t applied;

    must(change(bench->service, "start", 90));
    applied = crowd(bench, drain);
    expect(bench, "holds that were granted", applied, 33);
    expect(bench, "balance", number(bench, BALANCE), 1);
}

/* INV-10: many small movements are exactly their sum. */
static void small_movements_add_up(struct bench *bench)
{
    must(change(bench->service, "start", 190));
    must(reserve(bench->service, "h", 200));
    for (int32_t i = 0; i < 200; i++) {
        cpk_credit_params params = CPK_CREDIT_PARAMS_INIT;
        char key[16];

        snprintf(key, sizeof key, "c%d", i);
        must(commit(bench->service, "h", key, 1));
        snprintf(key, sizeof key, "m%d", i);
        params.key = key;
        params.credits = 1;
        params.amount_micros = 1;
        must(cpk_credits_grant(bench->service, USER, &params, NULL, NULL));
    }
    expect(bench, "used", number(bench, USED), 200);
    expect(bench, "balance", number(bench, BALANCE), 200);
    expect(bench, "millionths of money",
           number(bench, bench->tables.postgres != NULL
                             ? "SELECT CAST(sum(amount) * 1000000 AS bigint) FROM credit_transactions"
                             : "SELECT sum(amount) FROM credit_transactions"),
           200);
}

/* INV-11: a payment has one currency; an event in another is rejected and changes nothing. */
static void currencies_do_not_mix(struct bench *bench)
{
    must(webhook(bench->service, "evt_1", "checkout.session.completed", CHECKOUT));
    expect(bench, "a refund in another currency", webhook(bench->service, "evt_2", "charge.refunded", CHARGE("eur")),
           CPK_ERROR_INVALID_DATA);
    expect(bench, "balance", number(bench, BALANCE), 110);
    (void)webhook(bench->service, "evt_3", "charge.refunded", CHARGE("usd"));
    expect(bench, "balance", number(bench, BALANCE), 80);
}

/* INV-12: a reversal is a separate entry; the original entry is unchanged. */
static void a_reversal_is_an_entry(struct bench *bench)
{
    must(webhook(bench->service, "evt_1", "checkout.session.completed", CHECKOUT));
    must(webhook(bench->service, "evt_2", "charge.refunded", CHARGE("usd")));
    expect(bench, "what was bought",
           number(bench, "SELECT sum(credits) FROM credit_transactions WHERE transaction_type = 'purchase'"), 100);
    expect(bench, "what was taken back",
           number(bench, "SELECT sum(credits) FROM credit_transactions WHERE transaction_type = 'refund'"), -30);
}

static void do_anything(struct member *member, cpk_session *service)
{
    for (int32_t i = 0; i < 6; i++) {
        char key[32];

        snprintf(key, sizeof key, "any-%d-%d", member->number, i);
        (void)change(service, key, i % 3 == 0 ? -4 : 6);
        snprintf(key, sizeof key, "hold-%d-%d", member->number, i);
        (void)reserve(service, key, 2);
    }
}

/* INV-13: replaying the journal gives the current state. */
static void the_state_is_rebuilt(struct bench *bench)
{
    int64_t rebuilt = 0;
    int64_t rows;

    crowd(bench, do_anything);
    rows = number(bench, HOW_MANY);
    for (int64_t i = 0; i < rows; i++) {
        char sql[160];

        snprintf(sql, sizeof sql, "SELECT credits FROM credit_transactions ORDER BY created_at, id LIMIT 1 OFFSET %lld",
                 (long long)i);
        rebuilt += number(bench, sql);
    }
    expect(bench, "balance", number(bench, BALANCE), rebuilt - number(bench, HELD));
}

/* INV-14: a user's entries have one order, the pages show each of them once, in it. */
static void the_order_is_monotonic(struct bench *bench)
{
    char last[64] = "";
    int64_t last_us = INT64_MAX;
    int64_t seen = 0;
    cpk_transaction_list *list = NULL;
    char after[128] = "";

    for (int32_t i = 0; i < 10; i++) {
        char key[16];

        atomic_fetch_add(&seconds, i % 3 == 0); /* some at the same moment */
        snprintf(key, sizeof key, "k%d", i);
        must(change(bench->service, key, 1));
    }
    do {
        cpk_page page = CPK_PAGE_INIT;

        page.limit = 3;
        page.after = after[0] != '\0' ? after : NULL;
        must(cpk_transaction_list_get(bench->service, USER, &page, &list, NULL));
        for (size_t i = 0; i < cpk_transaction_list_count(list); i++, seen++) {
            const cpk_transaction *entry = cpk_transaction_list_at(list, i);
            int64_t at_us = cpk_transaction_created_at(entry);

            if (at_us > last_us || (at_us == last_us && strcmp(cpk_transaction_id(entry), last) >= 0)) {
                broke(bench, "the entry %lld is not before the last one", (long long)seen);
            }
            last_us = at_us;
            snprintf(last, sizeof last, "%s", cpk_transaction_id(entry));
        }
        snprintf(after, sizeof after, "%s",
                 cpk_transaction_list_next(list) != NULL ? cpk_transaction_list_next(list) : "");
        cpk_transaction_list_free(list);
    } while (after[0] != '\0' && seen < 100);
    expect(bench, "entries in pages", seen, number(bench, HOW_MANY));
}

/* INV-15: a rejected request is rejected again; its duplicate does not succeed. */
static void a_refusal_is_not_forgotten(struct bench *bench)
{
    must(reserve(bench->service, "h", 10));
    for (int32_t i = 0; i < 2; i++) {
        expect(bench, "a reserve of too much", reserve(bench->service, "much", 11), CPK_ERROR_INSUFFICIENT_CREDITS);
        expect(bench, "a commit of too much", commit(bench->service, "h", "c", 11), CPK_ERROR_CONFLICT);
    }
    expect(bench, "entries", number(bench, HOW_MANY), 1);
    must(change(bench->service, "more", 1));
    expect(bench, "the balance covers it now", reserve(bench->service, "much", 1), CPK_OK);
}

static const struct invariant {
    const char *reference;
    const char *name;
    void (*check)(struct bench *bench);
    const struct mutant *mutant; /* the fault that it finds */
} INVARIANTS[] = {
    {"INV-01", "every movement is balanced", every_movement_is_balanced, &NOTHING_COMES_BACK},
    {"INV-02", "the journal is append-only", the_journal_is_append_only, &ENTRIES_ARE_MERGED},
    {"INV-03", "tampering is found", tampering_is_found, &AUDIT_IS_BLIND},
    {"INV-04", "a duplicate is a no-op", a_duplicate_is_a_no_op, &KEYS_ARE_SALTED},
    {"INV-05", "duplicates at once are one", duplicates_at_once_are_one, &KEYS_ARE_LOOKED_UP_FIRST},
    {"INV-06", "no update is lost", no_update_is_lost, &BALANCE_IS_READ_FIRST},
    {"INV-07", "value is conserved", value_is_conserved, &COMMITS_LEAVE_THE_HOLD},
    {"INV-08", "the balance is the journal's", the_balance_is_the_journals, &ENTRIES_ARE_OFF_BY_ONE},
    {"INV-09", "a drain stops at zero", a_drain_stops_at_zero, &RESERVES_ARE_NOT_GUARDED},
    {"INV-10", "small movements add up", small_movements_add_up, &MONEY_IS_ROUNDED},
    {"INV-11", "currencies do not mix", currencies_do_not_mix, &CURRENCY_IS_FORGOTTEN},
    {"INV-12", "a reversal is an entry", a_reversal_is_an_entry, &REFUNDS_DELETE},
    {"INV-13", "the state is rebuilt", the_state_is_rebuilt, &DEBITS_SKIP_THE_BALANCE},
    {"INV-14", "the order is monotonic", the_order_is_monotonic, &PAGES_OVERLAP},
    {"INV-15", "a refusal is not forgotten", a_refusal_is_not_forgotten, &REFUSALS_ARE_COMMITTED},
};

static void open_bench(struct bench *bench, const struct mutant *mutant)
{
    const cpk_text_setting secret = {"stripe.webhook_secrets", SECRET};
    cpk_engine_options options = CPK_ENGINE_OPTIONS_INIT;
    cpk_user_params user = CPK_USER_PARAMS_INIT;
    char uri[BACKEND_URI_BYTES + SCRATCH_PATH_BYTES];
    cpk_database_driver driver;
    cpk_error *error = NULL;

    memset(bench, 0, sizeof *bench);
    atomic_store(&seconds, NOW_S);
    context_init(&bench->context);
    scratch_make(bench->folder);
    snprintf(uri, sizeof uri, "sqlite:%s/ledger.db", bench->folder);
    if (backend_is_postgres()) {
        backend_fresh(uri, 1);
        assert_ok(postgres_driver_create(&bench->context, uri, &bench->shim.inner, &error), error);
    } else {
        assert_ok(sqlite_driver_create(&bench->context, uri + strlen("sqlite:"), 1, &bench->shim.inner, &error), error);
    }
    shim_driver(&bench->shim, &driver);
    options.database_driver = &driver;
    options.storage = "memory:";
    options.clock = clock_us;
    options.text_settings = &secret;
    options.text_setting_count = 1;
    user.id = USER;
    user.email = "user@example.com";
    assert_ok(cpk_engine_open(&options, &bench->engine, &error), error);
    assert_ok(cpk_session_open_service(bench->engine, &bench->service, &error), error);
    assert_ok(cpk_user_create(bench->service, &user, NULL, &error), error);
    assert_true(tables_open(&bench->tables, uri));
    bench->shim.mutant = mutant;
}

static void close_bench(struct bench *bench)
{
    tables_close(&bench->tables);
    cpk_session_close(bench->service);
    cpk_engine_close(bench->engine);
    scratch_remove(bench->folder);
}

static void all_ledger_invariants_hold(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof INVARIANTS / sizeof INVARIANTS[0]; i++) {
        struct bench bench;

        open_bench(&bench, NULL);
        INVARIANTS[i].check(&bench);
        if (bench.broken) {
            fail_msg("%s (%s) does not hold: %s", INVARIANTS[i].reference, INVARIANTS[i].name, bench.how);
        }
        close_bench(&bench);
    }
}

/* Gives whether the fault was seen to break its invariant. */
static int32_t is_found(size_t invariant)
{
    const struct mutant *mutant = INVARIANTS[invariant].mutant;
    struct bench bench;
    int32_t is_broken;

    open_bench(&bench, mutant);
    INVARIANTS[invariant].check(&bench);
    if (atomic_load(&bench.shim.hits) == 0) {
        fail_msg("%s: no statement was touched: is the SQL another one now?", mutant->name);
    }
    is_broken = bench.broken;
    if (is_broken) {
        print_message("%s breaks when %s: %s\n", INVARIANTS[invariant].reference, mutant->name, bench.how);
    }
    close_bench(&bench);
    return is_broken;
}

static void every_ledger_mutant_is_detected(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof INVARIANTS / sizeof INVARIANTS[0]; i++) {
        int32_t tries = 1;

        /* Some faults show only when two threads meet, which a busy machine may keep from happening. */
        while (!is_found(i)) {
            if (tries++ == TRIES_MAX) {
                fail_msg("%s (%s) holds although %s", INVARIANTS[i].reference, INVARIANTS[i].name,
                         INVARIANTS[i].mutant->name);
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_ledger_invariants_hold),
        cmocka_unit_test(every_ledger_mutant_is_detected),
    };

    scratch_in_memory();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
