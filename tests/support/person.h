/* An engine with one user and one pack, used by most tests of the public API. */
#ifndef TESTS_SUPPORT_PERSON_H
#define TESTS_SUPPORT_PERSON_H

#include "support/backend.h"
#include "support/test.h"

#include <contextpack/contextpack.h>

#define SAMPLE TEST_DATA_DIR "/sample/conversations.json"

struct person {
    cpk_engine *engine;
    cpk_session *service;
    cpk_session *session;
    cpk_user *user;
    cpk_pack *pack;
};

/* A cpk_write_fn that extends a text: `user` is a char *, NULL at first, to be freed. */
static inline int32_t person_append(void *user, const void *data, size_t length_bytes)
{
    char **text = user;
    size_t old = *text != NULL ? strlen(*text) : 0;
    char *grown = realloc(*text, old + length_bytes + 1);

    if (grown == NULL) {
        return -1;
    }
    memcpy(grown + old, data, length_bytes);
    grown[old + length_bytes] = '\0';
    *text = grown;
    return 0;
}

static inline cpk_engine_options person_options(void)
{
    static char uri[BACKEND_URI_BYTES];
    cpk_engine_options options = CPK_ENGINE_OPTIONS_INIT;

    options.database = backend_database(uri);
    options.storage = "memory:";
    return options;
}

static inline cpk_status person_create(struct person *person, const cpk_engine_options *options, int32_t plan,
                                       cpk_error **error)
{
    cpk_user_params params = CPK_USER_PARAMS_INIT;
    cpk_status status;

    memset(person, 0, sizeof *person);
    params.email = "person@example.com";
    params.payment_plan = plan;
    if ((status = cpk_engine_open(options, &person->engine, error)) != CPK_OK ||
        (status = cpk_session_open_service(person->engine, &person->service, error)) != CPK_OK ||
        (status = cpk_user_create(person->service, &params, &person->user, error)) != CPK_OK ||
        (status = cpk_session_open_user(person->engine, cpk_user_id(person->user), &person->session, error)) !=
            CPK_OK) {
        return status;
    }
    return cpk_pack_create(person->session, NULL, &person->pack, error);
}

/* Closes the engine first: sessions and records must stay valid. */
static inline void person_free(struct person *person)
{
    cpk_engine_close(person->engine);
    cpk_pack_free(person->pack);
    cpk_user_free(person->user);
    cpk_session_close(person->service);
    cpk_session_close(person->session);
}

static inline cpk_status person_add(struct person *person, const char *path, int32_t *added, cpk_source **source,
                                    cpk_error **error)
{
    cpk_input input = CPK_INPUT_INIT;

    input.path = path;
    return cpk_source_add(person->session, cpk_pack_id(person->pack), &input, NULL, added, source, error);
}

/* Like person_free(), and checks that every balance equals its ledger. */
static inline void person_close(struct person *person)
{
    int64_t drifted = -1;
    cpk_error *error = NULL;

    assert_ok(cpk_credits_audit(person->service, NULL, NULL, &drifted, &error), error);
    assert_int_equal(drifted, 0);
    person_free(person);
}

static inline void person_has(const struct person *person, int64_t balance, int64_t held)
{
    int64_t has = -1;
    int64_t holds = -1;
    cpk_error *error = NULL;

    assert_ok(cpk_credits_balance(person->session, NULL, &has, &holds, &error), error);
    assert_int_equal(has, balance);
    assert_int_equal(holds, held);
}

#endif
