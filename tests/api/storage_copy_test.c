/* A copy of a storage that is stopped anywhere continues, and nothing is copied twice. */
#include "support/person.h"
#include "support/scratch.h"

#include <sys/stat.h>

#define BLOBS      12
#define URI_BYTES  (SCRATCH_PATH_BYTES + 32)
#define BLOB_BYTES ((size_t)3 << 20)

struct places {
    char folder[SCRATCH_PATH_BYTES];
    char source[URI_BYTES];
    char target[URI_BYTES];
    cpk_engine *engine;
};

/* Blobs of several pieces each, as files: the names are those of the keys. */
static void write_blobs(const struct places *places)
{
    char path[SCRATCH_PATH_BYTES + 64];
    unsigned char *bytes = malloc(BLOB_BYTES);

    assert_non_null(bytes);
    for (int i = 0; i < BLOBS; i++) {
        FILE *file;

        snprintf(path, sizeof path, "%s/source/blob-%02d", places->folder, i);
        memset(bytes, 'a' + i, BLOB_BYTES);
        file = fopen(path, "w");
        assert_non_null(file);
        assert_int_equal(fwrite(bytes, 1, BLOB_BYTES, file), BLOB_BYTES);
        fclose(file);
    }
    free(bytes);
}

static void places_make(struct places *places)
{
    cpk_engine_options options = CPK_ENGINE_OPTIONS_INIT;
    static const cpk_text_setting key = {"storage.master_key",
                                         "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"};
    char path[URI_BYTES];
    cpk_error *error = NULL;

    scratch_make(places->folder);
    snprintf(places->source, sizeof places->source, "file:%s/source", places->folder);
    snprintf(places->target, sizeof places->target, "encrypted+file:%s/target", places->folder);
    snprintf(path, sizeof path, "%s/source", places->folder);
    assert_int_equal(mkdir(path, 0700), 0);
    write_blobs(places);
    options.text_settings = &key;
    options.text_setting_count = 1;
    assert_ok(cpk_engine_open(&options, &places->engine, &error), error);
}

static void places_remove(struct places *places)
{
    cpk_engine_close(places->engine);
    scratch_remove(places->folder);
}

/* A cpk_progress_fn: stops the call after `*user` reports. */
static int32_t stop_later(void *user, int32_t stage, int64_t done, int64_t total)
{
    int *reports_left = user;

    assert_int_equal(stage, CPK_STAGE_STORE);
    assert_true(done <= total);
    return (*reports_left)-- == 0;
}

static cpk_status copy_some(const struct places *places, int reports, uint32_t flags, cpk_storage_copy_report *report,
                            cpk_error **error)
{
    cpk_run_options options = CPK_RUN_OPTIONS_INIT;

    options.progress = stop_later;
    options.progress_user = &reports;
    return cpk_engine_copy_storage(places->engine, places->source, places->target, flags, &options, report, error);
}

static void a_stopped_copy_continues(void **state)
{
    cpk_storage_copy_report report = CPK_STORAGE_COPY_REPORT_INIT;
    struct places places;
    cpk_error *error = NULL;
    int64_t known = 0;
    int stops = 0;

    (void)state;
    places_make(&places);
    for (;;) {
        cpk_status status;

        /* Each attempt gets further than the one before, and is stopped at another place. */
        status = copy_some(&places, 2 + stops * 3, 0, &report, &error);
        if (status == CPK_OK) {
            break;
        }
        assert_int_equal(status, CPK_ERROR_CANCELLED);
        cpk_error_free(error);
        error = NULL;
        stops++;
        assert_true(stops < 100);
    }
    assert_true(stops > 3);
    known = report.known_blobs;
    assert_true(known > 0);
    assert_int_equal(report.blobs + known, BLOBS);
    assert_int_equal(report.blob_bytes, report.blobs * (int64_t)BLOB_BYTES);
    assert_ok(copy_some(&places, 1000, CPK_STORAGE_COPY_VERIFY, &report, &error), error);
    assert_int_equal(report.blobs, 0);
    assert_int_equal(report.known_blobs, BLOBS);
    assert_int_equal(report.verified_blobs, BLOBS);
    places_remove(&places);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stopped_copy_continues),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
