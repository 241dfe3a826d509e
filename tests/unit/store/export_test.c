#include "store/lease.h"
#include "support/store_fixture.h"

static cpk_export *create(struct fixture *fixture, int32_t type, const char *fingerprint, const char *owner)
{
    const struct export_params params = {.pack_id = fixture->pack->pack_id,
                                         .type = type,
                                         .fingerprint = fingerprint,
                                         .lease_owner = owner,
                                         .lease_expires_us = fixture->now_us + 60000000};
    cpk_export *created;
    int32_t is_new;

    assert_ok(store_export_ensure(fixture->alice_work, NULL, &params, &is_new, &created, &fixture->error),
              fixture->error);
    assert_int_equal(is_new, 1);
    return created;
}

static void export_goes_from_generating_to_ready(void **state)
{
    struct fixture *fixture = *state;
    cpk_export *created = create(fixture, CPK_EXPORT_COMPACT, "f1", "host/1");
    char expected[256];
    cpk_export *found;

    assert_string_equal(created->status, "generating");
    assert_string_equal(created->fingerprint, "f1");
    assert_string_equal(created->lease_owner, "host/1");
    assert_int_equal(created->version, 1);
    assert_int_equal(created->token_count, -1);
    snprintf(expected, sizeof expected, "%s/exports/%s/compact.md", fixture->pack->r2_pack_directory,
             created->export_id);
    assert_string_equal(created->r2_path, expected);
    snprintf(expected, sizeof expected, "%s/exports/%s/compact.json", fixture->pack->r2_pack_directory,
             created->export_id);
    assert_string_equal(created->json_key, expected);

    assert_ok(
        store_export_find(fixture->alice_work, NULL,
                          &(struct export_filter){fixture->pack->pack_id, CPK_EXPORT_COMPACT, "f1", CPK_EXPORT_READY},
                          &found, &fixture->error),
        fixture->error);
    assert_null(found);
    assert_fails(store_export_set_ready(fixture->alice_work, NULL,
                                        &(struct export_result){created->export_id, "host/2", 1, 2}, NULL,
                                        &fixture->error),
                 CPK_ERROR_CONFLICT, "taken this export over", fixture);
    assert_ok(store_export_set_ready(fixture->alice_work, NULL,
                                     &(struct export_result){created->export_id, "host/1", 1999, 8000}, NULL,
                                     &fixture->error),
              fixture->error);
    assert_ok(
        store_export_find(fixture->alice_work, NULL,
                          &(struct export_filter){fixture->pack->pack_id, CPK_EXPORT_COMPACT, "f1", CPK_EXPORT_READY},
                          &found, &fixture->error),
        fixture->error);
    assert_string_equal(found->export_id, created->export_id);
    assert_int_equal(found->token_count, 1999);
    assert_int_equal(found->file_size_bytes, 8000);
    assert_null(found->lease_owner);
    record_free(found);
    assert_ok(store_export_find(fixture->alice_work, NULL,
                                &(struct export_filter){fixture->pack->pack_id, CPK_EXPORT_COMPACT, NULL, 0}, &found,
                                &fixture->error),
              fixture->error);
    assert_string_equal(found->export_id, created->export_id);
    record_free(found);
    assert_fails(store_export_set_failed(fixture->alice_work, NULL, created->export_id, NULL, "late", &fixture->error),
                 CPK_ERROR_CONFLICT, "is ready", fixture);
    record_free(created);
}

static void export_of_a_dead_process_is_taken_over(void **state)
{
    struct fixture *fixture = *state;
    cpk_export *created = create(fixture, CPK_EXPORT_STANDARD, "f1", "host/1");
    cpk_export *found;

    assert_ok(
        store_export_set_failed(fixture->alice_work, NULL, created->export_id, "host/1", "disk full", &fixture->error),
        fixture->error);
    fixture->now_us += 120000000;
    assert_ok(store_lease_acquire(fixture->alice_work, WORK_KEY(OWNER_EXPORT, created->export_id, "host/2"),
                                  fixture->now_us + 60000000, NULL, NULL, &fixture->error),
              fixture->error);
    assert_ok(store_export_restart(fixture->alice_work, NULL, created->export_id, "host/2", &fixture->error),
              fixture->error);
    assert_ok(store_export_get(fixture->alice_work, NULL, created->export_id, &found, &fixture->error), fixture->error);
    assert_string_equal(found->status, "generating");
    assert_null(found->error_message);
    record_free(found);
    record_free(created);
}

static void exports_are_listed_newest_first(void **state)
{
    struct fixture *fixture = *state;
    struct store_page page = {1, CPK_TIME_UNKNOWN, NULL};
    const cpk_export *last;
    struct record_list *exports;
    struct record_list *rest;

    record_free(create(fixture, CPK_EXPORT_COMPACT, "f1", NULL));
    record_free(create(fixture, CPK_EXPORT_COMPLETE, "f1", NULL));
    assert_ok(store_export_list(fixture->alice_work, NULL, fixture->pack->pack_id, &page, &exports, &fixture->error),
              fixture->error);
    last = exports->items[0];
    assert_string_equal(last->type, "complete");
    page.after_us = last->created_us;
    page.after_id = last->export_id;
    assert_ok(store_export_list(fixture->alice_work, NULL, fixture->pack->pack_id, &page, &rest, &fixture->error),
              fixture->error);
    assert_int_equal(rest->count, 1);
    assert_string_equal(((const cpk_export *)rest->items[0])->type, "compact");
    record_list_free(exports);
    record_list_free(rest);
}

static void export_of_another_user_is_not_found(void **state)
{
    struct fixture *fixture = *state;
    cpk_export *created = create(fixture, CPK_EXPORT_COMPACT, "f1", NULL);
    const struct export_params params = {
        .pack_id = fixture->pack->pack_id, .type = CPK_EXPORT_COMPACT, .fingerprint = "f"};
    cpk_export *found;
    int32_t is_new;

    assert_fails(store_export_get(fixture->bob_work, NULL, created->export_id, &found, &fixture->error),
                 CPK_ERROR_NOT_FOUND, "no such export", fixture);
    assert_fails(store_export_delete(fixture->bob_work, NULL, created->export_id, &fixture->error), CPK_ERROR_NOT_FOUND,
                 "no such export", fixture);
    assert_fails(store_export_ensure(fixture->bob_work, NULL, &params, &is_new, &found, &fixture->error),
                 CPK_ERROR_NOT_FOUND, "no such pack", fixture);
    assert_fails(store_export_get(fixture->alice_work, NULL, "not-a-uuid", &found, &fixture->error),
                 CPK_ERROR_NOT_FOUND, "no such export", fixture);
    assert_ok(store_export_delete(fixture->alice_work, NULL, created->export_id, &fixture->error), fixture->error);
    assert_int_equal(store_export_get(fixture->alice_work, NULL, created->export_id, &found, NULL),
                     CPK_ERROR_NOT_FOUND);
    record_free(created);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fixture_test(export_goes_from_generating_to_ready),
        fixture_test(export_of_a_dead_process_is_taken_over),
        fixture_test(exports_are_listed_newest_first),
        fixture_test(export_of_another_user_is_not_found),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
