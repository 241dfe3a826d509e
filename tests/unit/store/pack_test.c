#include "support/store_fixture.h"

#include "store/internal.h"

#include <pthread.h>

static void pack_folder_is_inside_the_owners_folder(void **state)
{
    struct fixture *fixture = *state;
    char expected[128];

    assert_string_equal(fixture->pack->name, "Notes");
    assert_string_equal(fixture->pack->user_id, ALICE);
    snprintf(expected, sizeof expected, "users/" ALICE "/%s", fixture->pack->pack_id);
    assert_string_equal(fixture->pack->r2_pack_directory, expected);
    assert_null(fixture->pack->description);
    assert_int_equal(fixture->pack->source_count, 0);
    assert_int_equal(fixture->pack->created_us, fixture->pack->updated_us);
}

static void packs_are_found_by_id_and_by_name(void **state)
{
    struct fixture *fixture = *state;
    struct pack_params params = {.name = "Notes", .description = "newer"};
    cpk_pack *pack;

    assert_ok(store_pack_create(fixture->alice, NULL, &params, &pack, &fixture->error), fixture->error);
    record_free(pack);
    assert_ok(store_pack_find_by_name(fixture->alice, NULL, "Notes", &pack, &fixture->error), fixture->error);
    assert_string_equal(pack->description, "newer");
    record_free(pack);
    assert_ok(store_pack_get(fixture->alice, NULL, fixture->pack->pack_id, &pack, &fixture->error), fixture->error);
    record_free(pack);
    assert_fails(store_pack_find_by_name(fixture->alice, NULL, "notes", &pack, &fixture->error), CPK_ERROR_NOT_FOUND,
                 "name", fixture);
    params.pack_id = fixture->pack->pack_id;
    assert_int_equal(store_pack_create(fixture->alice, NULL, &params, &pack, NULL), CPK_ERROR_ALREADY_EXISTS);
}

static void packs_of_other_users_are_not_found(void **state)
{
    struct fixture *fixture = *state;
    const char *pack_id = fixture->pack->pack_id;
    struct record_list *packs;
    cpk_pack *pack;

    assert_fails(store_pack_get(fixture->bob, NULL, pack_id, &pack, &fixture->error), CPK_ERROR_NOT_FOUND, "no such",
                 fixture);
    assert_fails(store_pack_get(fixture->bob, ALICE, pack_id, &pack, &fixture->error), CPK_ERROR_PERMISSION_DENIED,
                 "another user", fixture);
    assert_fails(store_pack_update(fixture->bob, NULL, &(struct pack_params){pack_id, "Mine", NULL, NULL}, NULL,
                                   &fixture->error),
                 CPK_ERROR_NOT_FOUND, "no such", fixture);
    assert_fails(store_pack_delete(fixture->bob_work, NULL, pack_id, &fixture->error), CPK_ERROR_NOT_FOUND, "no such",
                 fixture);
    assert_ok(store_pack_list(fixture->bob, NULL, NULL, &packs, &fixture->error), fixture->error);
    assert_int_equal(packs->count, 0);
    record_list_free(packs);
    assert_ok(store_pack_get(fixture->service, ALICE, pack_id, &pack, &fixture->error), fixture->error);
    record_free(pack);
}

static void update_changes_only_the_set_fields(void **state)
{
    struct fixture *fixture = *state;
    const char *pack_id = fixture->pack->pack_id;
    cpk_pack *pack;

    assert_ok(store_pack_update(fixture->alice, NULL, &(struct pack_params){pack_id, NULL, "all of it", "Be brief."},
                                &pack, &fixture->error),
              fixture->error);
    assert_string_equal(pack->name, "Notes");
    assert_string_equal(pack->description, "all of it");
    assert_string_equal(pack->custom_system_prompt, "Be brief.");
    record_free(pack);
    assert_ok(store_pack_update(fixture->alice, NULL, &(struct pack_params){pack_id, "Archive", "", NULL}, &pack,
                                &fixture->error),
              fixture->error);
    assert_string_equal(pack->name, "Archive");
    assert_null(pack->description);
    assert_string_equal(pack->custom_system_prompt, "Be brief.");
    assert_true(pack->updated_us > fixture->pack->updated_us);
    record_free(pack);
}

static void lists_are_ordered_by_latest_change_and_paged(void **state)
{
    struct fixture *fixture = *state;
    struct store_page page = {3, CPK_TIME_UNKNOWN, NULL};
    int64_t seen = 0;

    for (int i = 0; i < 7; i++) {
        const struct pack_params params = {.name = "More"};
        cpk_pack *pack;

        assert_ok(store_pack_create(fixture->alice, NULL, &params, &pack, &fixture->error), fixture->error);
        record_free(pack);
    }
    assert_ok(store_pack_update(fixture->alice, NULL,
                                &(struct pack_params){fixture->pack->pack_id, "First", NULL, NULL}, NULL,
                                &fixture->error),
              fixture->error);
    for (;;) {
        static char after_id[64];
        const cpk_pack *last = NULL;
        struct record_list *packs;
        size_t count;

        assert_ok(store_pack_list(fixture->alice, NULL, &page, &packs, &fixture->error), fixture->error);
        count = packs->count;
        for (size_t i = 0; i < count; i++) {
            last = packs->items[i];
            assert_true(page.after_id == NULL || last->updated_us < page.after_us);
            assert_true(seen + (int64_t)i > 0 || strcmp(last->name, "First") == 0);
        }
        seen += (int64_t)count;
        if (last != NULL) {
            page.after_us = last->updated_us;
            snprintf(after_id, sizeof after_id, "%s", last->pack_id);
            page.after_id = after_id;
        }
        record_list_free(packs);
        if (count < 3) {
            break;
        }
    }
    assert_int_equal(seen, 8);
}

static void counts_are_sums_over_sources(void **state)
{
    struct fixture *fixture = *state;
    const char *pack_id = fixture->pack->pack_id;
    struct pack_status status;
    cpk_pack *pack;

    fixture_source(fixture, fixture->alice_work, pack_id, "s1", 2);
    fixture_source(fixture, fixture->alice_work, pack_id, "s2", 3);
    assert_ok(store_pack_recount(fixture->alice, NULL, pack_id, &fixture->error), fixture->error);
    assert_ok(store_pack_get(fixture->alice, NULL, pack_id, &pack, &fixture->error), fixture->error);
    assert_int_equal(pack->total_sources, 2);
    assert_int_equal(pack->source_count, 2);
    assert_int_equal(pack->total_tokens, 5 * 25);
    record_free(pack);
    assert_ok(store_pack_processing_status(fixture->alice, NULL, pack_id, &status, &fixture->error), fixture->error);
    assert_int_equal(status.sources, 2);
    assert_int_equal(status.completed, 0);
    assert_ok(store_pack_processing_status(fixture->bob, NULL, pack_id, &status, &fixture->error), fixture->error);
    assert_int_equal(status.sources, 0);
}

static void read_totals(struct fixture *fixture, int64_t *sources, int64_t *tokens)
{
    cpk_pack *pack;

    assert_ok(store_pack_get(fixture->alice, NULL, fixture->pack->pack_id, &pack, &fixture->error), fixture->error);
    *sources = pack->total_sources;
    *tokens = pack->total_tokens;
    record_free(pack);
}

static void keep_miscount(void *user, const struct pack_miscount *miscount)
{
    struct pack_miscount *kept = user;

    assert_int_equal(kept->sources, 0);
    *kept = *miscount;
}

/* No other source is looked at: a wrong total stays wrong by as much until the pack is counted. */
static void totals_change_by_difference(void **state)
{
    struct fixture *fixture = *state;
    const char *pack_id = fixture->pack->pack_id;
    struct pack_miscount kept = {.sources = 0};
    struct statement change;
    int64_t sources;
    int64_t tokens;

    fixture_source(fixture, fixture->alice_work, pack_id, "s1", 2);
    fixture_source(fixture, fixture->alice_work, pack_id, "s2", 3);
    read_totals(fixture, &sources, &tokens);
    assert_int_equal(sources, 2);
    assert_int_equal(tokens, 5 * 25);
    assert_ok(store_pack_list_miscounted(fixture->service, keep_miscount, &kept, &fixture->error), fixture->error);
    assert_int_equal(kept.sources, 0);
    statement_start_sql(&change, fixture->service->session,
                        "UPDATE packs_v2 SET total_sources = 9, total_tokens = 7 WHERE pack_id = $1");
    statement_bind_text(&change, 1, pack_id);
    assert_ok(statement_run(&change, NULL, &fixture->error), fixture->error);
    fixture_source(fixture, fixture->alice_work, pack_id, "s3", 1);
    read_totals(fixture, &sources, &tokens);
    assert_int_equal(sources, 10);
    assert_int_equal(tokens, 7 + 25);
    assert_ok(store_pack_list_miscounted(fixture->service, keep_miscount, &kept, &fixture->error), fixture->error);
    assert_int_equal(kept.sources, 10);
    assert_int_equal(kept.counted, 3);
    assert_int_equal(kept.tokens, 7 + 25);
    assert_int_equal(kept.summed, 6 * 25);
    assert_ok(store_pack_recount(fixture->alice_work, NULL, pack_id, &fixture->error), fixture->error);
    kept.sources = 0;
    assert_ok(store_pack_list_miscounted(fixture->service, keep_miscount, &kept, &fixture->error), fixture->error);
    assert_int_equal(kept.sources, 0);
}

static void deleting_releases_holds(void **state)
{
    struct fixture *fixture = *state;
    const char *pack_id = fixture->pack->pack_id;
    const struct export_params export = {.pack_id = pack_id, .type = CPK_EXPORT_COMPACT, .fingerprint = "f"};
    struct ledger_balance balance;
    cpk_export *created;
    cpk_source *source;
    cpk_pack *pack;
    int32_t is_new;

    fixture_source(fixture, fixture->alice_work, pack_id, "s1", 4);
    assert_ok(store_hold_reserve(fixture->alice_work, WORK_KEY(OWNER_SOURCE, "s1", NULL), 4, CPK_TIME_UNKNOWN, NULL,
                                 &fixture->error),
              fixture->error);
    assert_ok(store_export_ensure(fixture->alice_work, NULL, &export, &is_new, &created, &fixture->error),
              fixture->error);
    record_free(created);
    assert_ok(store_pack_delete(fixture->alice_work, NULL, pack_id, &fixture->error), fixture->error);
    assert_int_equal(store_pack_get(fixture->alice, NULL, pack_id, &pack, NULL), CPK_ERROR_NOT_FOUND);
    assert_int_equal(store_source_get(fixture->alice_work, NULL, "s1", &source, NULL), CPK_ERROR_NOT_FOUND);
    assert_ok(store_ledger_balance(fixture->alice, NULL, &balance, &fixture->error), fixture->error);
    assert_int_equal(balance.balance, 10);
    assert_int_equal(balance.holds, 0);
}

static void failed_call_fails_the_callers_transaction(void **state)
{
    struct fixture *fixture = *state;
    const struct pack_params params = {.name = "Never"};
    cpk_pack *pack;

    assert_ok(store_begin(fixture->alice, &fixture->error), fixture->error);
    assert_ok(store_pack_create(fixture->alice, NULL, &params, &pack, &fixture->error), fixture->error);
    record_free(pack);
    assert_int_equal(
        store_pack_update(fixture->alice, NULL, &(struct pack_params){"absent", "New", NULL, NULL}, NULL, NULL),
        CPK_ERROR_NOT_FOUND);
    assert_fails(store_pack_get(fixture->alice, NULL, fixture->pack->pack_id, &pack, &fixture->error),
                 CPK_ERROR_CONFLICT, "rollback", fixture);
    assert_fails(store_end(fixture->alice, CPK_OK, &fixture->error), CPK_ERROR_CONFLICT, "rolled back", fixture);
    assert_int_equal(store_pack_find_by_name(fixture->alice, NULL, "Never", &pack, NULL), CPK_ERROR_NOT_FOUND);
}

#define RIVALS 4
#define NAMES  12

struct rival {
    struct fixture *fixture;
    int32_t created;
    int32_t failed;
};

static int64_t still_clock(void *user)
{
    (void)user;
    return INT64_C(1700000000000000);
}

static void *ensure_all(void *argument)
{
    const cpk_actor actor = {sizeof actor, CPK_ACTOR_USER, ALICE};
    struct rival *rival = argument;
    struct store *store;

    if (store_open(&rival->fixture->context, rival->fixture->database, &actor, &store, NULL) != CPK_OK) {
        rival->failed = 1;
        return NULL;
    }
    for (int i = 0; i < NAMES; i++) {
        char name[16];
        const struct pack_params params = {.name = name};
        int32_t created;
        cpk_pack *pack;

        snprintf(name, sizeof name, "Pack %d", i);
        if (store_pack_ensure(store, NULL, &params, &created, &pack, NULL) == CPK_OK) {
            rival->created += created;
            record_free(pack);
        } else {
            rival->failed++;
        }
    }
    store_close(store);
    return NULL;
}

static void concurrent_creates_make_each_name_once(void **state)
{
    struct fixture *fixture = *state;
    pthread_t threads[RIVALS];
    struct rival rivals[RIVALS];
    int32_t created = 0;

    fixture->context.clock = still_clock;
    fixture->context.settings.values[SETTING_DATABASE_BUSY_TIMEOUT_MS] = 20000;
    for (int i = 0; i < RIVALS; i++) {
        rivals[i] = (struct rival){fixture, 0, 0};
        assert_int_equal(pthread_create(&threads[i], NULL, ensure_all, &rivals[i]), 0);
    }
    for (int i = 0; i < RIVALS; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(rivals[i].failed, 0);
        created += rivals[i].created;
    }
    assert_int_equal(created, NAMES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fixture_test(pack_folder_is_inside_the_owners_folder),
        fixture_test(packs_are_found_by_id_and_by_name),
        fixture_test(packs_of_other_users_are_not_found),
        fixture_test(update_changes_only_the_set_fields),
        fixture_test(lists_are_ordered_by_latest_change_and_paged),
        fixture_test(counts_are_sums_over_sources),
        fixture_test(totals_change_by_difference),
        fixture_test(deleting_releases_holds),
        fixture_test(failed_call_fails_the_callers_transaction),
        fixture_test(concurrent_creates_make_each_name_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
