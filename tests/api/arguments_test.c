#include "support/person.h"

static void missing_arguments_are_named(void **state)
{
    cpk_error *error = NULL;
    cpk_session *session;
    int64_t count;

    (void)state;
    assert_int_equal(cpk_session_open_service(NULL, &session, &error), CPK_ERROR_INVALID_ARGUMENT);
    assert_non_null(strstr(cpk_error_message(error), "engine"));
    cpk_error_free(error);
    error = NULL;
    assert_int_equal(cpk_engine_open(NULL, NULL, &error), CPK_ERROR_INVALID_ARGUMENT);
    cpk_error_free(error);
    assert_int_equal(cpk_tokens_count(99, "x", 1, &count, NULL), CPK_ERROR_INVALID_ARGUMENT);
    assert_int_equal(cpk_engine_open(NULL, NULL, NULL), CPK_ERROR_INVALID_ARGUMENT);
}

static void engine_without_database_reports_it(void **state)
{
    cpk_engine *engine;
    cpk_session *session;
    cpk_error *error = NULL;

    (void)state;
    assert_ok(cpk_engine_open(NULL, &engine, &error), error);
    assert_int_equal(cpk_session_open_service(engine, &session, &error), CPK_ERROR_INVALID_ARGUMENT);
    assert_null(session);
    cpk_error_free(error);
    cpk_engine_close(engine);
}

/* An option struct of an older caller is shorter, one of a newer caller longer with a tail that must be zero. */
static void option_structs_of_older_and_newer_callers_are_accepted(void **state)
{
    struct {
        cpk_pack_params known;
        int64_t tail;
    } newer;
    cpk_engine_options options = person_options();
    cpk_error *error = NULL;
    cpk_pack *pack;
    struct person person;

    (void)state;
    assert_ok(person_create(&person, &options, 0, &error), error);
    memset(&newer, 0, sizeof newer);
    newer.known.struct_size = sizeof newer;
    newer.known.name = "Newer";
    assert_ok(cpk_pack_create(person.session, &newer.known, &pack, &error), error);
    assert_string_equal(cpk_pack_name(pack), "Newer");
    cpk_pack_free(pack);
    newer.tail = 1;
    assert_int_equal(cpk_pack_create(person.session, &newer.known, &pack, &error), CPK_ERROR_UNSUPPORTED);
    assert_null(pack);
    cpk_error_free(error);
    error = NULL;
    newer.known.struct_size = offsetof(cpk_pack_params, description);
    newer.known.description = (const char *)1; /* beyond the struct of an older caller: must not be read */
    assert_ok(cpk_pack_create(person.session, &newer.known, &pack, &error), error);
    assert_null(cpk_pack_description(pack));
    cpk_pack_free(pack);
    newer.known.struct_size = 0;
    assert_int_equal(cpk_pack_create(person.session, &newer.known, &pack, &error), CPK_ERROR_INVALID_ARGUMENT);
    cpk_error_free(error);
    person_free(&person);
}

static void ensuring_a_pack_twice_creates_it_once(void **state)
{
    cpk_engine_options options = person_options();
    struct person person;
    cpk_pack_params params = CPK_PACK_PARAMS_INIT;
    cpk_error *error = NULL;
    cpk_pack *first;
    cpk_pack *second;
    int32_t created = -1;

    (void)state;
    assert_ok(person_create(&person, &options, CPK_PLAN_CREDITS, &error), error);
    params.name = "Mine";
    assert_ok(cpk_pack_ensure(person.session, &params, &created, &first, &error), error);
    assert_int_equal(created, 1);
    params.name = " Mine\n";
    params.description = "not used: the pack is there";
    assert_ok(cpk_pack_ensure(person.session, &params, &created, &second, &error), error);
    assert_int_equal(created, 0);
    assert_string_equal(cpk_pack_id(second), cpk_pack_id(first));
    assert_null(cpk_pack_description(second));
    cpk_pack_free(second);
    assert_ok(cpk_pack_ensure(person.session, NULL, NULL, &second, &error), error);
    assert_string_equal(cpk_pack_name(second), "Untitled pack");
    cpk_pack_free(second);
    assert_int_equal(cpk_pack_ensure(NULL, &params, NULL, &second, NULL), CPK_ERROR_INVALID_ARGUMENT);
    assert_null(second);
    cpk_pack_free(first);
    person_free(&person);
}

static void assert_valid_initial_message(const cpk_message *message)
{
    assert_int_equal(message->struct_size, sizeof *message);
    assert_int_equal(message->flags, CPK_MESSAGE_ACTIVE_BRANCH);
    assert_int_equal(message->role, CPK_ROLE_UNKNOWN);
    assert_int_equal(message->kind, CPK_KIND_TEXT);
    assert_true(message->time_us == CPK_TIME_UNKNOWN);
    assert_string_equal(message->provider, "");
    assert_string_equal(message->conversation_id, "");
    assert_string_equal(message->conversation_title, "");
    assert_string_equal(message->message_id, "");
    assert_null(message->parent_id);
    assert_null(message->model);
    assert_string_equal(message->text, "");
    assert_int_equal(message->text_length, 0);
    assert_null(message->attachments);
    assert_int_equal(message->attachment_count, 0);
}

/* The struct of an older caller is shorter, that of a newer one longer. */
static void initial_message_has_unknown_time_and_valid_texts(void **state)
{
    cpk_message message = CPK_MESSAGE_INIT;
    struct {
        cpk_message known;
        int64_t tail;
    } newer;
    size_t older_bytes = offsetof(cpk_message, provider);

    (void)state;
    assert_valid_initial_message(&message);
    memset(&message, 0xa5, sizeof message);
    cpk_message_init(&message, sizeof message);
    assert_valid_initial_message(&message);
    memset(&newer, 0xa5, sizeof newer);
    cpk_message_init(&newer.known, sizeof newer);
    assert_int_equal(newer.known.struct_size, sizeof newer);
    assert_true(newer.known.time_us == CPK_TIME_UNKNOWN && newer.tail == 0);
    memset(&message, 0xa5, sizeof message);
    cpk_message_init(&message, older_bytes);
    assert_int_equal(message.struct_size, older_bytes);
    assert_true(message.time_us == CPK_TIME_UNKNOWN);
    assert_int_equal(((unsigned char *)&message)[older_bytes], 0xa5);
}

static void invalid_texts_are_rejected(void **state)
{
    cpk_engine_options options = person_options();
    cpk_pack_params params = CPK_PACK_PARAMS_INIT;
    char longer[CPK_PACK_NAME_BYTES_MAX + 2];
    cpk_error *error = NULL;
    cpk_pack *pack;
    struct person person;

    (void)state;
    assert_ok(person_create(&person, &options, 0, &error), error);
    memset(longer, 'x', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    params.name = longer;
    assert_int_equal(cpk_pack_create(person.session, &params, &pack, NULL), CPK_ERROR_INVALID_ARGUMENT);
    params.name = "bad \xFF bytes";
    assert_int_equal(cpk_pack_create(person.session, &params, &pack, NULL), CPK_ERROR_INVALID_ARGUMENT);
    params.name = " \t ";
    assert_int_equal(cpk_pack_create(person.session, &params, &pack, NULL), CPK_ERROR_INVALID_ARGUMENT);
    params.name = "  trimmed ";
    assert_ok(cpk_pack_create(person.session, &params, &pack, &error), error);
    assert_string_equal(cpk_pack_name(pack), "trimmed");
    cpk_pack_free(pack);
    assert_ok(cpk_pack_find(person.session, " trimmed ", &pack, &error), error);
    cpk_pack_free(pack);
    person_free(&person);
}

static void pages_list_every_item_once(void **state)
{
    cpk_engine_options options = person_options();
    cpk_page page = CPK_PAGE_INIT;
    cpk_error *error = NULL;
    char after[256] = "";
    size_t seen = 0;
    struct person person;

    (void)state;
    assert_ok(person_create(&person, &options, 0, &error), error);
    for (int32_t i = 0; i < 24; i++) {
        cpk_pack *pack;

        assert_ok(cpk_pack_create(person.session, NULL, &pack, &error), error);
        cpk_pack_free(pack);
    }
    page.limit = 7;
    for (;;) {
        cpk_pack_list *list;

        assert_ok(cpk_pack_list_get(person.session, &page, &list, &error), error);
        seen += cpk_pack_list_count(list);
        assert_null(cpk_pack_list_at(list, cpk_pack_list_count(list)));
        if (cpk_pack_list_next(list) == NULL) {
            cpk_pack_list_free(list);
            break;
        }
        snprintf(after, sizeof after, "%s", cpk_pack_list_next(list));
        cpk_pack_list_free(list);
        page.after = after;
    }
    assert_int_equal(seen, 25);
    page.after = "nonsense";
    assert_int_equal(cpk_pack_list_get(person.session, &page, &(cpk_pack_list *){NULL}, NULL),
                     CPK_ERROR_INVALID_ARGUMENT);
    person_free(&person);
}

static void settings_out_of_bounds_are_rejected(void **state)
{
    cpk_setting wrong = {"chunk.max_tokens", 3};
    cpk_engine_options options = person_options();
    cpk_setting_details details = {sizeof details, 0, NULL, NULL, 0, 0, 0};
    cpk_engine *engine;
    cpk_error *error = NULL;
    size_t known = 0;

    (void)state;
    options.settings = &wrong;
    options.setting_count = 1;
    assert_int_equal(cpk_engine_open(&options, &engine, &error), CPK_ERROR_INVALID_ARGUMENT);
    assert_non_null(strstr(cpk_error_message(error), "chunk.max_tokens must be from 16"));
    cpk_error_free(error);
    while (cpk_setting_info(known, &details, NULL) == CPK_OK) {
        assert_true(details.minimum <= details.default_value && details.default_value <= details.maximum);
        known++;
    }
    assert_int_equal(known, cpk_setting_count());
}

static void text_settings_are_checked_and_not_readable(void **state)
{
    cpk_text_setting text = {"auth.no_such", "hunter2"};
    cpk_engine_options options = person_options();
    cpk_text_setting_details details = {sizeof details, 0, NULL, NULL};
    const char *const refused[] = {"hunter2\n", "hunter2\x7f", "hunter2\xff"};
    cpk_engine *engine;
    cpk_error *error = NULL;
    size_t known = 0;

    (void)state;
    options.text_settings = &text;
    options.text_setting_count = 1;
    assert_int_equal(cpk_engine_open(&options, &engine, &error), CPK_ERROR_INVALID_ARGUMENT);
    assert_non_null(strstr(cpk_error_message(error), "auth.no_such"));
    cpk_error_free(error);
    error = NULL;
    text.name = "auth.jwt_secret";
    for (size_t i = 0; i < 3; i++) {
        text.value = refused[i];
        assert_int_equal(cpk_engine_open(&options, &engine, &error), CPK_ERROR_INVALID_ARGUMENT);
        assert_non_null(strstr(cpk_error_message(error), "auth.jwt_secret"));
        assert_null(strstr(cpk_error_message(error), "hunter2"));
        cpk_error_free(error);
        error = NULL;
    }
    text.value = "hunter2";
    assert_ok(cpk_engine_open(&options, &engine, &error), error);
    cpk_engine_close(engine);
    text.name = NULL;
    assert_int_equal(cpk_engine_open(&options, &engine, NULL), CPK_ERROR_INVALID_ARGUMENT);
    while (cpk_text_setting_info(known, &details, NULL) == CPK_OK) {
        assert_int_equal(details.is_secret,
                         strstr(details.name, "_file") == NULL &&
                             (strstr(details.name, "secret") != NULL || strstr(details.name, "key") != NULL ||
                              strstr(details.name, "token") != NULL || strstr(details.name, "password") != NULL));
        known++;
    }
    assert_int_equal(known, cpk_text_setting_count());
}

static void count_destroy(void *self)
{
    ++*(int32_t *)self;
}

static const char *nobody(void *self)
{
    (void)self;
    return "nobody/1";
}

static cpk_status say_nothing(void *self, const cpk_analyzer_request *request, cpk_write_fn write, void *write_user,
                              cpk_analyzer_usage *usage, cpk_error **error)
{
    (void)self;
    (void)request;
    (void)write;
    (void)write_user;
    (void)usage;
    (void)error;
    return CPK_OK;
}

/* A failed open leaves the host's drivers to the host; an engine that was open ends them. */
static void driver_is_destroyed_once_by_its_owner(void **state)
{
    int32_t destroyed = 0;
    cpk_analyzer_driver driver = {.abi_version = CPK_ANALYZER_ABI, .struct_size = sizeof driver, .self = &destroyed};
    cpk_engine_options options = person_options();
    cpk_engine *engine;
    cpk_error *error = NULL;

    (void)state;
    driver.destroy = count_destroy;
    driver.identity = nobody;
    driver.analyze = say_nothing;
    options.analyzer_driver = &driver;
    options.storage = "nowhere:";
    assert_int_equal(cpk_engine_open(&options, &engine, &error), CPK_ERROR_UNSUPPORTED);
    cpk_error_free(error);
    error = NULL;
    assert_int_equal(destroyed, 0);
    options.storage = "memory:";
    driver.abi_version = 99;
    assert_int_equal(cpk_engine_open(&options, &engine, &error), CPK_ERROR_UNSUPPORTED);
    cpk_error_free(error);
    error = NULL;
    driver.abi_version = CPK_ANALYZER_ABI;
    assert_ok(cpk_engine_open(&options, &engine, &error), error);
    cpk_engine_close(engine);
    assert_int_equal(destroyed, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(missing_arguments_are_named),
        cmocka_unit_test(engine_without_database_reports_it),
        cmocka_unit_test(option_structs_of_older_and_newer_callers_are_accepted),
        cmocka_unit_test(initial_message_has_unknown_time_and_valid_texts),
        cmocka_unit_test(invalid_texts_are_rejected),
        cmocka_unit_test(ensuring_a_pack_twice_creates_it_once),
        cmocka_unit_test(pages_list_every_item_once),
        cmocka_unit_test(settings_out_of_bounds_are_rejected),
        cmocka_unit_test(text_settings_are_checked_and_not_readable),
        cmocka_unit_test(driver_is_destroyed_once_by_its_owner),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
