/* Many threads that import small texts into one SQLite file: all of them come on, none waits while the others work.
 *
 * CONTEXTPACK_TEST_SECONDS  how long they import; 2 unless set. The figures are printed. */
#include "support/test.h"

#include "support/scratch.h"

#include <contextpack/contextpack.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define THREADS   32
#define CALLS_MAX 20000
#define ATTEMPTS  3
#define RATIO_MAX 4

struct importer {
    cpk_engine *engine;
    char user_id[64];
    int64_t end_us;
    int64_t *durations;
    size_t count;
    cpk_status status;
    char message[256];
};

static int64_t now_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static double seconds(void)
{
    const char *text = getenv("CONTEXTPACK_TEST_SECONDS");

    return text != NULL && text[0] != '\0' ? strtod(text, NULL) : 2;
}

static cpk_status import_text(cpk_session *session, const char *pack_id, size_t number, cpk_error **error)
{
    cpk_input input = CPK_INPUT_INIT;
    cpk_source *source = NULL;
    char text[96];
    cpk_status status;

    snprintf(text, sizeof text, "I have lived in town number %zu for a year.", number);
    input.data = text;
    input.length = strlen(text);
    input.name = "note.txt";
    status = cpk_source_add(session, pack_id, &input, NULL, NULL, &source, error);
    if (status == CPK_OK) {
        status = cpk_source_run(session, cpk_source_id(source), CPK_SOURCE_READY_FOR_ANALYSIS, NULL, NULL, error);
    }
    cpk_source_free(source);
    return status;
}

static void *import_texts(void *argument)
{
    struct importer *importer = argument;
    cpk_session *session = NULL;
    cpk_pack *pack = NULL;
    cpk_error *error = NULL;

    importer->status = cpk_session_open_user(importer->engine, importer->user_id, &session, &error);
    if (importer->status == CPK_OK) {
        importer->status = cpk_pack_create(session, NULL, &pack, &error);
    }
    while (importer->status == CPK_OK && importer->count < CALLS_MAX && now_us() < importer->end_us) {
        int64_t begin_us = now_us();

        importer->status = import_text(session, cpk_pack_id(pack), importer->count, &error);
        importer->durations[importer->count++] = now_us() - begin_us;
    }
    snprintf(importer->message, sizeof importer->message, "%s", error != NULL ? cpk_error_message(error) : "");
    cpk_error_free(error);
    cpk_pack_free(pack);
    cpk_session_close(session);
    return NULL;
}

static int compare(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;

    return (a > b) - (a < b);
}

/* The slowest call's time in medians. */
static double evaluate(struct importer *importers, double took_s)
{
    static int64_t all[THREADS * 1000];
    size_t count = 0, least = SIZE_MAX, most = 0;
    double ratio;

    for (size_t i = 0; i < THREADS; i++) {
        struct importer *importer = &importers[i];

        least = importer->count < least ? importer->count : least;
        most = importer->count > most ? importer->count : most;
        for (size_t k = 0; k < importer->count && count < sizeof all / sizeof all[0]; k++) {
            all[count++] = importer->durations[k];
        }
    }
    assert_true(count > 0);
    qsort(all, count, sizeof all[0], compare);
    ratio = (double)all[count - 1] / (double)all[count / 2];
    print_message("%zu imports, %.0f/s; median %.0f ms, slowest %.0f ms (%.1f medians); a thread did %zu to %zu\n",
                  count, (double)count / took_s, (double)all[count / 2] / 1000, (double)all[count - 1] / 1000, ratio,
                  least, most);
    return ratio;
}

static double run_importers(cpk_engine *engine, const char *user_id)
{
    static struct importer importers[THREADS];
    pthread_t threads[THREADS];
    int64_t begin_us = now_us();
    double ratio;

    for (size_t i = 0; i < THREADS; i++) {
        importers[i] = (struct importer){.engine = engine, .end_us = begin_us + (int64_t)(seconds() * 1e6)};
        importers[i].durations = calloc(CALLS_MAX, sizeof *importers[i].durations);
        assert_non_null(importers[i].durations);
        snprintf(importers[i].user_id, sizeof importers[i].user_id, "%s", user_id);
        assert_int_equal(pthread_create(&threads[i], NULL, import_texts, &importers[i]), 0);
    }
    for (size_t i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        if (importers[i].status != CPK_OK) {
            fail_msg("thread %zu: %s", i, importers[i].message);
        }
    }
    ratio = evaluate(importers, (double)(now_us() - begin_us) / 1e6);
    for (size_t i = 0; i < THREADS; i++) {
        free(importers[i].durations);
    }
    return ratio;
}

static void reads_are_not_starved_by_imports(void **state)
{
    cpk_engine_options options = CPK_ENGINE_OPTIONS_INIT;
    cpk_user_params params = CPK_USER_PARAMS_INIT;
    cpk_session *service;
    cpk_user *user;
    cpk_engine *engine;
    cpk_error *error = NULL;
    char folder[SCRATCH_PATH_BYTES];
    char database[SCRATCH_PATH_BYTES + 32];
    char storage[SCRATCH_PATH_BYTES + 32];
    double ratio = RATIO_MAX + 1;

    (void)state;
    scratch_make(folder);
    snprintf(database, sizeof database, "sqlite:%s/packs.db", folder);
    snprintf(storage, sizeof storage, "file:%s/blobs", folder);
    options.database = database;
    options.storage = storage;
    assert_ok(cpk_engine_open(&options, &engine, &error), error);
    assert_ok(cpk_session_open_service(engine, &service, &error), error);
    params.email = "me@example.com";
    params.payment_plan = CPK_PLAN_UNLIMITED;
    assert_ok(cpk_user_create(service, &params, &user, &error), error);
    /* A busy machine stops a thread for longer than any queue: one good round of three will do. */
    for (int attempt = 0; attempt < ATTEMPTS && ratio > RATIO_MAX; attempt++) {
        ratio = run_importers(engine, cpk_user_id(user));
    }
    cpk_user_free(user);
    cpk_session_close(service);
    cpk_engine_close(engine);
    scratch_remove(folder);
    assert_true(ratio <= RATIO_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(reads_are_not_starved_by_imports)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
