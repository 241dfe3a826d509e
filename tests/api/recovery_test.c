/* What was broken off, lost or changed behind the library's back, on a folder that the test reaches into. */
#include "support/person.h"
#include "support/scratch.h"

#include <fcntl.h>
#include <ftw.h>
#include <unistd.h>

static char folder[SCRATCH_SHORT_BYTES];
static char storage_uri[SCRATCH_SHORT_BYTES + 8];

static int make_folder(void **state)
{
    (void)state;
    scratch_make_short(folder);
    snprintf(storage_uri, sizeof storage_uri, "file:%s", folder);
    return 0;
}

static int remove_entry(const char *path, const struct stat *information, int kind, struct FTW *place)
{
    (void)information;
    (void)kind;
    (void)place;
    return remove(path);
}

static int remove_folder(void **state)
{
    (void)state;
    return nftw(folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

static void person_on_a_folder(struct person *person)
{
    cpk_engine_options options = person_options();
    cpk_error *error = NULL;

    options.storage = storage_uri;
    assert_ok(person_create(person, &options, CPK_PLAN_UNLIMITED, &error), error);
}

/* Removes the blob <user>/<pack>/<first><second>: in the folder, names of folders end in '+'. */
static void lose(const struct person *person, const char *first, const char *second)
{
    char key[512];
    char path[1024];
    size_t length = (size_t)snprintf(path, sizeof path, "%s/", folder);

    snprintf(key, sizeof key, "%s/%s/%s%s", cpk_user_storage_directory(person->user), cpk_pack_id(person->pack), first,
             second);
    for (const char *at = key; *at != '\0' && length + 3 < sizeof path; at++) {
        if (*at == '/') {
            path[length++] = '+';
        }
        path[length++] = *at;
    }
    path[length] = '\0';
    if (unlink(path) != 0) {
        fail_msg("can't remove %s", path);
    }
}

static cpk_source *complete(struct person *person, int32_t *added)
{
    cpk_source *source;
    cpk_error *error = NULL;

    assert_ok(person_add(person, SAMPLE, added, &source, &error), error);
    assert_ok(cpk_source_run(person->session, cpk_source_id(source), CPK_SOURCE_COMPLETED, NULL, NULL, &error), error);
    return source;
}

static int32_t count_bytes(void *user, const void *data, size_t length_bytes)
{
    (void)data;
    *(size_t *)user += length_bytes;
    return 0;
}

static void lost_export_is_created_again(void **state)
{
    cpk_export *first;
    cpk_export *second;
    cpk_error *error = NULL;
    size_t bytes = 0;
    int32_t made;
    struct person person;
    char key[80];

    (void)state;
    person_on_a_folder(&person);
    cpk_source_free(complete(&person, NULL));
    assert_ok(
        cpk_export_create(person.session, cpk_pack_id(person.pack), CPK_EXPORT_COMPACT, NULL, &made, &first, &error),
        error);
    snprintf(key, sizeof key, "exports/%s", cpk_export_id(first));
    lose(&person, key, "/compact.json");
    assert_int_equal(
        cpk_export_read(person.session, cpk_export_id(first), CPK_FORMAT_JSON, count_bytes, &bytes, &error),
        CPK_ERROR_STORAGE);
    cpk_error_free(error);
    error = NULL;
    assert_ok(
        cpk_export_create(person.session, cpk_pack_id(person.pack), CPK_EXPORT_COMPACT, NULL, &made, &second, &error),
        error);
    assert_int_equal(made, 1);
    assert_ok(cpk_export_read(person.session, cpk_export_id(second), CPK_FORMAT_JSON, count_bytes, &bytes, &error),
              error);
    assert_true(bytes > 100);
    assert_int_equal(cpk_export_get(person.session, cpk_export_id(first), &(cpk_export *){NULL}, NULL),
                     CPK_ERROR_NOT_FOUND);
    cpk_export_free(first);
    cpk_export_free(second);
    person_free(&person);
}

/* Deleting starts with the raw bytes. Who adds them again instead of deleting once more has the source back. */
static void interrupted_source_deletion_is_repaired(void **state)
{
    cpk_source *first;
    cpk_source *second;
    cpk_export *result;
    cpk_error *error = NULL;
    int32_t added;
    struct person person;

    (void)state;
    person_on_a_folder(&person);
    first = complete(&person, &added);
    assert_int_equal(added, 1);
    lose(&person, cpk_source_id(first), "/raw");
    lose(&person, cpk_source_id(first), "/analyzed/000000.json");
    second = complete(&person, &added);
    assert_int_equal(added, 0);
    assert_string_equal(cpk_source_id(second), cpk_source_id(first));
    assert_ok(
        cpk_export_create(person.session, cpk_pack_id(person.pack), CPK_EXPORT_COMPACT, NULL, NULL, &result, &error),
        error);
    lose(&person, cpk_source_id(first), "/raw");
    assert_ok(cpk_source_delete(person.session, cpk_source_id(first), &error), error);
    cpk_export_free(result);
    cpk_source_free(first);
    cpk_source_free(second);
    person_free(&person);
}

/* Writes into the file once it was read for the first time. */
static int32_t change_file(void *user, int32_t stage, int64_t done, int64_t total)
{
    int *file = user;

    (void)done;
    (void)total;
    if (stage == CPK_STAGE_STORE && *file >= 0) {
        assert_int_equal(pwrite(*file, "J", 1, 0), 1);
        assert_int_equal(close(*file), 0);
        *file = -1;
    }
    return 0;
}

static void file_changed_during_import_is_rejected(void **state)
{
    cpk_run_options run = CPK_RUN_OPTIONS_INIT;
    cpk_input input = CPK_INPUT_INIT;
    cpk_source_list *list;
    cpk_source *source;
    cpk_error *error = NULL;
    char path[128];
    int file;
    int32_t added;
    struct person person;

    (void)state;
    person_on_a_folder(&person);
    snprintf(path, sizeof path, "%s/note.txt", folder);
    file = open(path, O_RDWR | O_CREAT | O_EXCL, 0600);
    assert_true(file >= 0);
    assert_int_equal(write(file, "I live in Porto.\n", 17), 17);
    input.path = path;
    run.progress = change_file;
    run.progress_user = &file;
    assert_int_equal(cpk_source_add(person.session, cpk_pack_id(person.pack), &input, &run, &added, &source, &error),
                     CPK_ERROR_BUSY);
    assert_null(source);
    assert_int_equal(cpk_error_retryable(error), 1);
    cpk_error_free(error);
    error = NULL;
    assert_ok(cpk_source_list_get(person.session, cpk_pack_id(person.pack), NULL, &list, &error), error);
    assert_int_equal(cpk_source_list_count(list), 0);
    cpk_source_list_free(list);
    assert_ok(cpk_source_add(person.session, cpk_pack_id(person.pack), &input, &run, &added, &source, &error), error);
    assert_int_equal(added, 1);
    cpk_source_free(source);
    person_free(&person);
}

/* Deletes a document at the n-th look at the clock, from another session of the same user. */
struct deleter {
    cpk_session *other;
    const char *export_id;
    int32_t left; /* looks at the clock until then */
    int32_t has_deleted;
};

static int64_t clock_of(void *user)
{
    static int64_t now_us = INT64_C(1700000000000000);
    struct deleter *deleter = user;
    cpk_error *error = NULL;

    if (deleter->export_id != NULL && --deleter->left == 0) {
        deleter->has_deleted = cpk_export_delete(deleter->other, deleter->export_id, &error) == CPK_OK;
        cpk_error_free(error);
    }
    return now_us += 1000;
}

static int32_t cancel_export(void *user, int32_t stage, int64_t done, int64_t total)
{
    (void)user;
    (void)done;
    (void)total;
    return stage == CPK_STAGE_EXPORT;
}

/* The row of a document that was not finished. */
static void leave_unfinished(const struct person *person, char export_id[64])
{
    cpk_run_options run = CPK_RUN_OPTIONS_INIT;
    cpk_export_list *list;
    cpk_export *result;
    cpk_error *error = NULL;

    run.progress = cancel_export;
    assert_int_equal(
        cpk_export_create(person->session, cpk_pack_id(person->pack), CPK_EXPORT_COMPACT, &run, NULL, &result, NULL),
        CPK_ERROR_CANCELLED);
    assert_ok(cpk_export_list_get(person->session, cpk_pack_id(person->pack), NULL, &list, &error), error);
    assert_int_equal(cpk_export_list_count(list), 1);
    snprintf(export_id, 64, "%s", cpk_export_id(cpk_export_list_at(list, 0)));
    cpk_export_list_free(list);
}

/* Whenever that row is deleted, also right before its lease is taken, the document is made. */
static void row_deleted_during_the_scan_is_rechecked(void **state)
{
    cpk_setting impatient = {"database.busy_timeout_ms", 20};
    cpk_engine_options options = person_options();
    struct deleter deleter = {NULL, NULL, 0, 0};
    cpk_export *result;
    cpk_error *error = NULL;
    char export_id[64];
    int32_t deletions = 0;
    int32_t made;
    struct person person;

    (void)state;
    options.clock = clock_of;
    options.clock_user = &deleter;
    options.settings = &impatient;
    options.setting_count = 1;
    assert_ok(person_create(&person, &options, CPK_PLAN_UNLIMITED, &error), error);
    cpk_source_free(complete(&person, NULL));
    assert_ok(cpk_session_open_user(person.engine, cpk_user_id(person.user), &deleter.other, &error), error);
    for (int32_t look = 1; deleter.left <= 0; look++) {
        leave_unfinished(&person, export_id);
        deleter.export_id = export_id;
        deleter.left = look;
        deleter.has_deleted = 0;
        assert_ok(cpk_export_create(person.session, cpk_pack_id(person.pack), CPK_EXPORT_COMPACT, NULL, &made, &result,
                                    &error),
                  error);
        deleter.export_id = NULL;
        assert_int_equal(made, 1);
        assert_int_equal(cpk_export_status(result), CPK_EXPORT_READY);
        deletions += deleter.has_deleted;
        assert_ok(cpk_export_delete(person.session, cpk_export_id(result), &error), error);
        cpk_export_free(result);
    }
    assert_in_range(deletions, 1, 100);
    cpk_session_close(deleter.other);
    person_free(&person);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lost_export_is_created_again),
        cmocka_unit_test(interrupted_source_deletion_is_repaired),
        cmocka_unit_test(file_changed_during_import_is_rejected),
        cmocka_unit_test(row_deleted_during_the_scan_is_rechecked),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
