/* matrix.csv through the public API: what a principal may do to a user's rows, tried by every call that does it, on
 * SQLite (whose only wall is the library) and on PostgreSQL (which has one of its own). Each cell starts from a new
 * owner. anon has no session to try with: that none is opened is its row. */
#include "support/backend.h"
#include "support/person.h"

#define CELL_BYTES 64
#define ROLES      4
#define TEXT       "I live in Lisbon and I work as a marine biologist."

struct world {
    cpk_engine *engine;
    cpk_session *service;
    int32_t users;
};

/* The owner of a cell and the owner's rows. */
struct owned {
    cpk_session *owner;
    cpk_session *other;
    char user_id[40];
    char pack_id[80];
    char source_id[80];
    char export_id[40];
};

typedef cpk_status (*attempt_fn)(cpk_session *session, const struct owned *owned, cpk_error **error);

struct attempt {
    const char *table;
    const char *verb;
    const char *call;
    attempt_fn run;
    int32_t names_user;   /* the service and other principals can name the user */
    const char *own_step; /* why the owner may although the matrix gives no such right: the library does it for them */
};

static cpk_status user_get(cpk_session *session, const struct owned *owned, cpk_error **error)
{
    cpk_user *user = NULL;
    cpk_status status = cpk_user_get(session, owned->user_id, &user, error);

    cpk_user_free(user);
    return status;
}

static cpk_status user_create(cpk_session *session, const struct owned *owned, cpk_error **error)
{
    cpk_user_params params = CPK_USER_PARAMS_INIT;
    char email[64];
    cpk_user *user = NULL;
    cpk_status status;

    snprintf(email, sizeof email, "new-%s@example.org", owned->user_id);
    params.email = email;
    status = cpk_user_create(session, &params, &user, error);
    cpk_user_free(user);
    return status;
}

static cpk_status user_update(cpk_session *session, const struct owned *owned, cpk_error **error)
{
    return cpk_user_update(session, owned->user_id, "A name", NULL, NULL, error);
}

static cpk_status user_set_plan(cpk_session *session, const struct owned *owned, cpk_error **error)
{
    return cpk_user_set_plan(session, owned->user_id, CPK_PLAN_UNLIMITED, NULL, error);
}

static cpk_status user_set_email(cpk_session *session, const struct owned *owned, cpk_error **error)
{
    char email[64];

    snprintf(email, sizeof email, "other-%s@example.org", owned->user_id);
    return cpk_user_set_email(session, owned->user_id, email, NULL, error);
}

static cpk_status user_delete(cpk_session *session, const struct owned *owned, cpk_error **error)
{
    return cpk_user_delete(session, owned->user_id, NULL, error);
}

static cpk_status pack_get(cpk_session *session, const struct owned *owned, cpk_error **error)
{
    cpk_pack *pack = NULL;
    cpk_status status = cpk_pack_get(session, owned->pack_id, &pack, error);

    cpk_pack_free(pack);
    return status;
}

/* Of a pack that one does not see there are no sources. */
static cpk_status pack_progress(cpk_session *session, const struct owned *owned, cpk_error **error)
{
    cpk_pack_progress progress = {.struct_size = sizeof progress};
    cpk_status status = cpk_pack_get_progress(session, owned->pack_id, &progress, error);

    return status == CPK_OK && progress.sources == 0 ? CPK_ERROR_NOT_FOUND : status;
}

static cpk_status pack_update(cpk_session *session, const struct owned *owned, cpk_error **error)
{
    cpk_pack_params params = CPK_PACK_PARAMS_INIT;

    params.name = "Another name";
    return cpk_pack_update(session, owned->pack_id, &params, NULL, error);
}

static cpk_status pack_create(cpk_session *session, const struct owned *owned, cpk_error **error)
{
    cpk_pack *pack = NULL;
    cpk_status status = cpk_pack_create(session, NULL, &pack, error);

    (void)owned;
    cpk_pack_free(pack);
    return status;
}

static cpk_status pack_delete(cpk_session *session, const struct owned *owned, cpk_error **error)
{
    return cpk_pack_delete(session, owned->pack_id, error);
}

static cpk_status source_get(cpk_session *session, const struct owned *owned, cpk_error **error)
{
    cpk_source *source = NULL;
    cpk_status status = cpk_source_get(session, owned->source_id, &source, error);

    cpk_source_free(source);
    return status;
}

static int32_t forget(void *user, const void *data, size_t length)
{
    (void)user;
    (void)data;
    (void)length;
    return 0;
}

static cpk_status source_read(cpk_session *session, const struct owned *owned, cpk_error **error)
{
    return cpk_source_read(session, owned->source_id, CPK_PART_EXTRACTED, forget, NULL, error);
}

static cpk_status source_add(cpk_session *session, const struct owned *owned, cpk_error **error)
{
    cpk_input input = CPK_INPUT_INIT;
    cpk_source *source = NULL;
    cpk_status status;

    input.data = "I like tea.";
    input.length = 11;
    status = cpk_source_add(session, owned->pack_id, &input, NULL, NULL, &source, error);
    cpk_source_free(source);
    return status;
}

static cpk_status source_run(cpk_session *session, const struct owned *owned, cpk_error **error)
{
    return cpk_source_run(session, owned->source_id, CPK_SOURCE_COMPLETED, NULL, NULL, error);
}

static cpk_status source_delete(cpk_session *session, const struct owned *owned, cpk_error **error)
{
    return cpk_source_delete(session, owned->source_id, error);
}

static cpk_status export_get(cpk_session *session, const struct owned *owned, cpk_error **error)
{
    cpk_export *export = NULL;
    cpk_status status = cpk_export_get(session, owned->export_id, &export, error);

    cpk_export_free(export);
    return status;
}

static cpk_status export_read(cpk_session *session, const struct owned *owned, cpk_error **error)
{
    return cpk_export_read(session, owned->export_id, CPK_FORMAT_MARKDOWN, forget, NULL, error);
}

static cpk_status export_create(cpk_session *session, const struct owned *owned, cpk_error **error)
{
    cpk_export *export = NULL;
    cpk_status status = cpk_export_create(session, owned->pack_id, CPK_EXPORT_COMPACT, NULL, NULL, &export, error);

    cpk_export_free(export);
    return status;
}

static cpk_status export_delete(cpk_session *session, const struct owned *owned, cpk_error **error)
{
    return cpk_export_delete(session, owned->export_id, error);
}

static cpk_status transaction_list(cpk_session *session, const struct owned *owned, cpk_error **error)
{
    cpk_transaction_list *list = NULL;
    cpk_status status = cpk_transaction_list_get(session, owned->user_id, NULL, &list, error);

    cpk_transaction_list_free(list);
    return status;
}

static cpk_status balance(cpk_session *session, const struct owned *owned, cpk_error **error)
{
    int64_t credits;

    return cpk_credits_balance(session, owned->user_id, &credits, NULL, error);
}

static int32_t ignore_bytes(void *user, const void *data, size_t length_bytes)
{
    (void)user;
    (void)data;
    (void)length_bytes;
    return 0;
}

static cpk_status statement(cpk_session *session, const struct owned *owned, cpk_error **error)
{
    return cpk_report_statement(session, owned->user_id, NULL, ignore_bytes, NULL, error);
}

static cpk_status pack_quote(cpk_session *session, const struct owned *owned, cpk_error **error)
{
    cpk_quote quote = CPK_QUOTE_INIT;

    return cpk_quote_pack(session, owned->pack_id, &quote, error);
}

static cpk_status source_quote(cpk_session *session, const struct owned *owned, cpk_error **error)
{
    cpk_quote quote = CPK_QUOTE_INIT;

    return cpk_quote_source(session, owned->source_id, &quote, error);
}

static cpk_status support_credit(cpk_session *session, const struct owned *owned, cpk_error **error)
{
    cpk_admin_params params = CPK_ADMIN_PARAMS_INIT;

    params.reason = "I want it";
    return cpk_admin_support_credit(session, owned->user_id, 1000, &params, NULL, error);
}

static cpk_status action_list(cpk_session *session, const struct owned *owned, cpk_error **error)
{
    cpk_admin_action_list *list = NULL;
    cpk_status status = cpk_admin_action_list_get(session, NULL, owned->user_id, NULL, &list, error);

    cpk_admin_action_list_free(list);
    return status;
}

static const struct attempt ATTEMPTS[] = {
    {"user_profiles", "SELECT", "cpk_user_get", user_get, 1, NULL},
    {"user_profiles", "INSERT", "cpk_user_create", user_create, 1, NULL},
    {"user_profiles", "UPDATE", "cpk_user_update", user_update, 1, NULL},
    {"user_profiles", "DELETE", "cpk_user_delete", user_delete, 1, "leaving is everybody's own decision"},
    {"packs_v2", "SELECT", "cpk_pack_get", pack_get, 0, NULL},
    {"packs_v2", "SELECT", "cpk_pack_get_progress", pack_progress, 0, NULL},
    {"packs_v2", "SELECT", "cpk_quote_pack", pack_quote, 0, NULL},
    {"packs_v2", "UPDATE", "cpk_pack_update", pack_update, 0, NULL},
    {"packs_v2", "DELETE", "cpk_pack_delete", pack_delete, 0, NULL},
    {"pack_sources", "SELECT", "cpk_source_get", source_get, 0, NULL},
    {"pack_sources", "SELECT", "cpk_source_read", source_read, 0, NULL},
    {"pack_sources", "SELECT", "cpk_quote_source", source_quote, 0, NULL},
    {"pack_sources", "INSERT", "cpk_source_add", source_add, 0, NULL},
    {"pack_sources", "UPDATE", "cpk_source_run", source_run, 0, NULL},
    {"pack_sources", "DELETE", "cpk_source_delete", source_delete, 0, NULL},
    {"pack_exports", "SELECT", "cpk_export_get", export_get, 0, NULL},
    {"pack_exports", "SELECT", "cpk_export_read", export_read, 0, NULL},
    {"pack_exports", "INSERT", "cpk_export_create", export_create, 0, NULL},
    {"pack_exports", "DELETE", "cpk_export_delete", export_delete, 0,
     "it goes with its blobs, which a row alone can't"},
    {"credit_transactions", "SELECT", "cpk_transaction_list_get", transaction_list, 1, NULL},
    {"credit_transactions", "SELECT", "cpk_credits_balance", balance, 1, NULL},
    {"credit_transactions", "SELECT", "cpk_report_statement", statement, 1, NULL},
    {"credit_transactions", "INSERT", "cpk_admin_support_credit", support_credit, 0, NULL},
    {"admin_actions", "INSERT", "cpk_admin_support_credit", support_credit, 0, NULL},
    {"admin_actions", "SELECT", "cpk_admin_action_list_get", action_list, 1, NULL},
};

static void person_make(struct world *world, cpk_session **session, char user_id[40], cpk_error **error)
{
    cpk_user_params params = CPK_USER_PARAMS_INIT;
    char email[64];
    cpk_user *user;

    snprintf(email, sizeof email, "user%d@example.org", world->users++);
    params.email = email;
    assert_ok(cpk_user_create(world->service, &params, &user, error), *error);
    snprintf(user_id, 40, "%s", cpk_user_id(user));
    assert_ok(cpk_session_open_user(world->engine, user_id, session, error), *error);
    cpk_user_free(user);
}

/* An owner with a completed source and an export, and another user. */
static void owned_make(struct world *world, struct owned *owned, cpk_error **error)
{
    cpk_input input = CPK_INPUT_INIT;
    char other_id[40];
    cpk_pack *pack;
    cpk_source *source;
    cpk_export *export;

    person_make(world, &owned->owner, owned->user_id, error);
    person_make(world, &owned->other, other_id, error);
    assert_ok(cpk_pack_create(owned->owner, NULL, &pack, error), *error);
    snprintf(owned->pack_id, sizeof owned->pack_id, "%s", cpk_pack_id(pack));
    input.data = TEXT;
    input.length = sizeof TEXT - 1;
    assert_ok(cpk_source_add(owned->owner, owned->pack_id, &input, NULL, NULL, &source, error), *error);
    snprintf(owned->source_id, sizeof owned->source_id, "%s", cpk_source_id(source));
    assert_ok(cpk_source_run(owned->owner, owned->source_id, CPK_SOURCE_COMPLETED, NULL, NULL, error), *error);
    assert_ok(cpk_export_create(owned->owner, owned->pack_id, CPK_EXPORT_STANDARD, NULL, NULL, &export, error), *error);
    snprintf(owned->export_id, sizeof owned->export_id, "%s", cpk_export_id(export));
    cpk_export_free(export);
    cpk_source_free(source);
    cpk_pack_free(pack);
}

static void owned_free(struct owned *owned)
{
    cpk_session_close(owned->owner);
    cpk_session_close(owned->other);
}

static void check_refused(cpk_status status, const struct attempt *attempt, const char *role, const cpk_error *error)
{
    if (status != CPK_ERROR_PERMISSION_DENIED && status != CPK_ERROR_NOT_FOUND) {
        fail_msg("%s: %s may not %s %s, but got %d: %s", attempt->call, role, attempt->verb, attempt->table, status,
                 cpk_error_message(error));
    }
}

static void try_cell(struct world *world, const struct attempt *attempt, const char *role, int32_t may)
{
    int32_t is_owner = strcmp(role, "owner") == 0;
    int32_t is_service = strcmp(role, "service_role") == 0;
    cpk_error *error = NULL;
    cpk_status status;
    struct owned owned;

    if (is_service && !attempt->names_user) {
        return; /* these calls take a user's session */
    }
    owned_make(world, &owned, &error);
    status = attempt->run(is_owner ? owned.owner : is_service ? world->service : owned.other, &owned, &error);
    if (may || (is_owner && attempt->own_step != NULL)) {
        if (status != CPK_OK) {
            fail_msg("%s: %s may %s %s, but got: %s", attempt->call, role, attempt->verb, attempt->table,
                     cpk_error_message(error));
        }
    } else {
        check_refused(status, attempt, role, error);
    }
    cpk_error_free(error);
    owned_free(&owned);
}

static void world_open(struct world *world, char uri[BACKEND_URI_BYTES])
{
    cpk_engine_options options = CPK_ENGINE_OPTIONS_INIT;
    cpk_error *error = NULL;

    memset(world, 0, sizeof *world);
    options.database = backend_database(uri);
    options.storage = "memory:";
    assert_ok(cpk_engine_open(&options, &world->engine, &error), error);
    assert_ok(cpk_session_open_service(world->engine, &world->service, &error), error);
}

static void world_close(struct world *world)
{
    cpk_session_close(world->service);
    cpk_engine_close(world->engine);
}

static int32_t cells_of(char *line, char *cells[1 + ROLES])
{
    int32_t count = 0;

    line[strcspn(line, "\r\n")] = '\0';
    while (line != NULL && count < 1 + ROLES) {
        cells[count++] = strsep(&line, ",");
    }
    return count;
}

static void access_matrix_is_enforced(void **state)
{
    static const char *const roles[ROLES] = {"anon", "owner", "another user", "service_role"};
    FILE *file = fopen(PROJECT_DIR "/tests/rls/matrix.csv", "r");
    char uri[BACKEND_URI_BYTES];
    char line[512];
    size_t tried = 0;
    struct world world;

    (void)state;
    assert_non_null(file);
    world_open(&world, uri);
    while (fgets(line, sizeof line, file) != NULL) {
        char *cells[1 + ROLES];

        assert_int_equal(cells_of(line, cells), 1 + ROLES);
        for (size_t i = 0; i < sizeof ATTEMPTS / sizeof ATTEMPTS[0]; i++) {
            if (strcmp(ATTEMPTS[i].table, cells[0]) != 0) {
                continue;
            }
            for (int role = 1; role < ROLES; role++) { /* anon has no session */
                try_cell(&world, &ATTEMPTS[i], roles[role], strstr(cells[1 + role], ATTEMPTS[i].verb) != NULL);
            }
            tried++;
        }
    }
    fclose(file);
    assert_int_equal(tried, sizeof ATTEMPTS / sizeof ATTEMPTS[0]);
    world_close(&world);
}

/* A new pack is its maker's: others neither see it nor is it made for them. */
static void packs_are_private_to_their_owners(void **state)
{
    char uri[BACKEND_URI_BYTES];
    cpk_error *error = NULL;
    cpk_pack_list *list;
    struct world world;
    struct owned owned;

    (void)state;
    world_open(&world, uri);
    owned_make(&world, &owned, &error);
    assert_ok(pack_create(owned.other, &owned, &error), error);
    assert_ok(cpk_pack_list_get(owned.owner, NULL, &list, &error), error);
    assert_int_equal(cpk_pack_list_count(list), 1);
    cpk_pack_list_free(list);
    owned_free(&owned);
    world_close(&world);
}

static void expect(cpk_status status, cpk_status expected, cpk_error **error)
{
    assert_int_equal(status, expected);
    cpk_error_free(*error);
    *error = NULL;
}

static void users_may_not_raise_their_privileges(void **state)
{
    cpk_admin_params params = CPK_ADMIN_PARAMS_INIT;
    char uri[BACKEND_URI_BYTES];
    cpk_error *error = NULL;
    cpk_user *user;
    int64_t before;
    struct world world;
    struct owned owned;

    (void)state;
    world_open(&world, uri);
    owned_make(&world, &owned, &error);
    assert_ok(cpk_credits_balance(owned.owner, NULL, &before, NULL, &error), error);
    params.reason = "It is mine";
    expect(support_credit(owned.owner, &owned, &error), CPK_ERROR_PERMISSION_DENIED, &error);
    expect(user_set_plan(owned.owner, &owned, &error), CPK_ERROR_PERMISSION_DENIED, &error);
    expect(user_set_email(owned.owner, &owned, &error), CPK_ERROR_PERMISSION_DENIED, &error);
    expect(cpk_admin_adjust_credits(owned.owner, owned.user_id, 1000, &params, NULL, &error),
           CPK_ERROR_PERMISSION_DENIED, &error);
    expect(cpk_admin_override_plan(owned.owner, owned.user_id, CPK_PLAN_UNLIMITED, &params, NULL, &error),
           CPK_ERROR_PERMISSION_DENIED, &error);
    assert_ok(cpk_user_get(owned.owner, NULL, &user, &error), error);
    assert_int_equal(cpk_user_credits_balance(user), before);
    assert_int_equal(cpk_user_payment_plan(user), CPK_PLAN_CREDITS);
    cpk_user_free(user);
    owned_free(&owned);
    world_close(&world);
}

/* The error about others' rows is the one about rows that are not there. */
static void errors_reveal_nothing_about_other_users(void **state)
{
    static const attempt_fn attempts[] = {pack_get,   pack_update, pack_delete, source_get,    source_read,
                                          source_run, source_add,  export_get,  export_create, export_delete};
    char uri[BACKEND_URI_BYTES];
    cpk_error *error = NULL;
    struct world world;
    struct owned owned;
    struct owned absent;

    (void)state;
    world_open(&world, uri);
    owned_make(&world, &owned, &error);
    absent = owned;
    memset(absent.pack_id, '0', 8);
    memset(absent.source_id, '0', 8);
    memset(absent.export_id, '0', 8);
    for (size_t i = 0; i < sizeof attempts / sizeof attempts[0]; i++) {
        cpk_error *of_others = NULL;
        cpk_error *of_none = NULL;

        assert_int_equal(attempts[i](owned.other, &owned, &of_others), attempts[i](owned.other, &absent, &of_none));
        assert_int_not_equal(cpk_error_code(of_others), CPK_OK);
        if (strlen(cpk_error_message(of_others)) != strlen(cpk_error_message(of_none))) {
            fail_msg("\"%s\" is not \"%s\"", cpk_error_message(of_others), cpk_error_message(of_none));
        }
        cpk_error_free(of_others);
        cpk_error_free(of_none);
    }
    owned_free(&owned);
    world_close(&world);
}

static void unknown_principal_is_rejected(void **state)
{
    static const char *const nobodies[] = {"", "anon", "00000000-0000-0000-0000-000000000000",
                                           "12345678-1234-4234-8234-123456789012"};
    char uri[BACKEND_URI_BYTES];
    struct world world;

    (void)state;
    world_open(&world, uri);
    for (size_t i = 0; i < sizeof nobodies / sizeof nobodies[0]; i++) {
        cpk_session *session = NULL;
        cpk_error *error = NULL;

        assert_int_not_equal(cpk_session_open_user(world.engine, nobodies[i], &session, &error), CPK_OK);
        assert_null(session);
        cpk_error_free(error);
    }
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(access_matrix_is_enforced),
        cmocka_unit_test(packs_are_private_to_their_owners),
        cmocka_unit_test(users_may_not_raise_their_privileges),
        cmocka_unit_test(errors_reveal_nothing_about_other_users),
        cmocka_unit_test(unknown_principal_is_rejected),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
