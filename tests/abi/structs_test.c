/* Every struct that says its size, at the size of every older version, at its own, and at a newer one: what an older
 * caller does not have is not read, what a newer one leaves zero is accepted, and what it sets is refused. The table
 * of structs is made from bindings/api.json, so that none is forgotten. Blocks have just the size that they claim:
 * AddressSanitizer sees a byte read or written beyond. */
#include "support/person.h"

enum { GIVEN, ANSWER, DRIVER, SHOWN };

struct sized_struct {
    const char *name;
    int32_t purpose;
    uint32_t size_at; /* offset of its struct_size */
    const uint32_t *ages;
    size_t age_count;
    const uint32_t *cuts;
    size_t cut_count;
};

#include "abi_structs.inc"

#define TEXT "One line of text that somebody pasted."

/* Room for any struct with a tail of a version to come. */
#define STRUCT_BYTES_MAX 1024
#define TAIL_BYTES       64

struct world {
    struct person person;
    int32_t users;
    cpk_message message; /* the message of the extractor driver, of message_bytes bytes */
    uint32_t message_bytes;
    unsigned char *message_block;
    uint32_t seen_request, seen_usage, seen_actor, seen_reader, seen_sink, seen_blob_info, seen_chunk, seen_message,
        seen_event;
};

static struct world *shared; /* for functions with another `self` */

/* The contents of a struct before it is shortened or extended, and the call that takes it. */
struct struct_case {
    const char *name;
    size_t bytes;
    void (*make)(void *target);
    cpk_status (*call)(void *given, cpk_error **error);
    uint32_t *seen; /* SHOWN: the struct_size that was seen when `call` was made with NULL */
};

/* GIVEN */

static cpk_input text_input(void)
{
    cpk_input input = CPK_INPUT_INIT;

    input.data = TEXT;
    input.length = strlen(TEXT);
    return input;
}

static cpk_status open_and_close(const cpk_engine_options *options, cpk_error **error)
{
    cpk_engine *engine;
    cpk_status status = cpk_engine_open(options, &engine, error);

    cpk_engine_close(engine);
    return status;
}

static void make_engine_options(void *target)
{
    *(cpk_engine_options *)target = person_options();
}

static cpk_status call_engine_options(void *given, cpk_error **error)
{
    return open_and_close(given, error);
}

static void *allocate(void *user, size_t size_bytes)
{
    (void)user;
    return malloc(size_bytes);
}

static void *resize(void *user, void *block, size_t old_size_bytes, size_t new_size_bytes)
{
    (void)user;
    (void)old_size_bytes;
    return realloc(block, new_size_bytes);
}

static void release(void *user, void *block, size_t size_bytes)
{
    (void)user;
    (void)size_bytes;
    free(block);
}

static void make_allocator(void *target)
{
    *(cpk_allocator *)target = (cpk_allocator){sizeof(cpk_allocator), 0, NULL, allocate, resize, release};
}

static cpk_status call_allocator(void *given, cpk_error **error)
{
    cpk_engine_options options = person_options();

    options.allocator = given;
    return open_and_close(&options, error);
}

static void make_chunk_options(void *target)
{
    *(cpk_chunk_options *)target = (cpk_chunk_options){sizeof(cpk_chunk_options), CPK_ENCODING_CL100K_BASE, 16, 4};
}

static int32_t take_chunk(void *user, const cpk_chunk *chunk)
{
    ((struct world *)user)->seen_chunk = chunk->struct_size;
    return 0;
}

static cpk_status call_chunk_options(void *given, cpk_error **error)
{
    const cpk_input input = text_input();

    return cpk_chunk_input(shared->person.engine, &input, given, take_chunk, shared, NULL, NULL, error);
}

static void make_input(void *target)
{
    *(cpk_input *)target = text_input();
}

static cpk_status call_input(void *given, cpk_error **error)
{
    return cpk_extract(shared->person.engine, given, NULL, NULL, NULL, NULL, error);
}

static void make_pack_params(void *target)
{
    *(cpk_pack_params *)target = (cpk_pack_params){sizeof(cpk_pack_params), 0, "n", "d", "p"};
}

static cpk_status call_pack_params(void *given, cpk_error **error)
{
    cpk_pack *pack;
    cpk_status status = cpk_pack_create(shared->person.session, given, &pack, error);

    cpk_pack_free(pack);
    return status;
}

static void make_page(void *target)
{
    *(cpk_page *)target = (cpk_page){sizeof(cpk_page), 1, NULL};
}

static cpk_status call_page(void *given, cpk_error **error)
{
    cpk_pack_list *list;
    cpk_status status = cpk_pack_list_get(shared->person.session, given, &list, error);

    cpk_pack_list_free(list);
    return status;
}

static int32_t go_on(void *user, int32_t stage, int64_t done, int64_t total)
{
    (void)user;
    (void)stage;
    (void)done;
    (void)total;
    return 0;
}

static void make_run_options(void *target)
{
    *(cpk_run_options *)target =
        (cpk_run_options){sizeof(cpk_run_options), 0, go_on, NULL, NULL, NULL, NULL, 7, 300, "secret"};
}

static cpk_status call_run_options(void *given, cpk_error **error)
{
    const cpk_input input = text_input();

    return cpk_extract(shared->person.engine, &input, NULL, NULL, given, NULL, error);
}

static void make_build_options(void *target)
{
    *(cpk_build_options *)target = (cpk_build_options){sizeof(cpk_build_options),
                                                       CPK_BUILD_COMPACT,
                                                       CPK_BUILD_JSON,
                                                       0600,
                                                       "A",
                                                       "/no/such",
                                                       300,
                                                       NULL,
                                                       NULL,
                                                       target,
                                                       NULL,
                                                       target,
                                                       CPK_BUILD_STRICT,
                                                       0};
}

/* There is no such file, which the call reports after it has read the options. */
static cpk_status call_build_options(void *given, cpk_error **error)
{
    const char *const paths[] = {"/no/such/file"};
    cpk_status status = cpk_build(shared->person.session, paths, 1, given, NULL, error);

    if (status != CPK_ERROR_NOT_FOUND) {
        return status;
    }
    cpk_error_free(*error);
    *error = NULL;
    return CPK_OK;
}

static void make_token_options(void *target)
{
    *(cpk_token_options *)target = (cpk_token_options){sizeof(cpk_token_options), CPK_TOKEN_SERVICE};
}

/* The engine has no keys, which it reports after it has read the options. */
static cpk_status call_token_options(void *given, cpk_error **error)
{
    cpk_session *session;
    cpk_status status = cpk_session_open_token(shared->person.engine, "token", given, &session, error);

    if (strstr(cpk_error_message(*error), "no keys to verify tokens with") == NULL) {
        return status;
    }
    cpk_error_free(*error);
    *error = NULL;
    return CPK_OK;
}

static void make_user_params(void *target)
{
    static char email[64];

    snprintf(email, sizeof email, "user%d@example.com", ++shared->users);
    *(cpk_user_params *)target =
        (cpk_user_params){sizeof(cpk_user_params), CPK_PLAN_UNLIMITED, NULL, email, "Full Name", NULL};
}

static cpk_status call_user_params(void *given, cpk_error **error)
{
    return cpk_user_create(shared->person.service, given, NULL, error);
}

static void make_admin_params(void *target)
{
    *(cpk_admin_params *)target = (cpk_admin_params){sizeof(cpk_admin_params), 0, "because", "{\"case\":1}"};
}

static cpk_status call_admin_params(void *given, cpk_error **error)
{
    return cpk_admin_support_credit(shared->person.service, cpk_user_id(shared->person.user), 1, given, NULL, error);
}

/* A key is for one request. */
static const char *fresh_key(void)
{
    static char key[32];

    snprintf(key, sizeof key, "key-%d", ++shared->users);
    return key;
}

static void make_credit_params(void *target)
{
    *(cpk_credit_params *)target = (cpk_credit_params){.struct_size = sizeof(cpk_credit_params),
                                                       .type = CPK_TRANSACTION_BONUS,
                                                       .key = fresh_key(),
                                                       .credits = 1,
                                                       .description = "a gift"};
}

static cpk_status call_credit_params(void *given, cpk_error **error)
{
    return cpk_credits_grant(shared->person.service, cpk_user_id(shared->person.user), given, NULL, error);
}

static void make_hold_params(void *target)
{
    *(cpk_hold_params *)target = (cpk_hold_params){sizeof(cpk_hold_params), 0, fresh_key(), 1, 1000, "what it is for"};
}

static cpk_status call_hold_params(void *given, cpk_error **error)
{
    return cpk_hold_reserve(shared->person.service, cpk_user_id(shared->person.user), given, NULL, error);
}

static void make_report_options(void *target)
{
    *(cpk_report_options *)target = (cpk_report_options){sizeof(cpk_report_options), CPK_REPORT_JSON, 1, 2, 60, 0};
}

static int32_t take_report(void *user, const void *data, size_t length_bytes)
{
    (void)user;
    (void)data;
    (void)length_bytes;
    return 0;
}

static cpk_status call_report_options(void *given, cpk_error **error)
{
    return cpk_report_usage(shared->person.service, given, take_report, NULL, error);
}

static void make_redact_options(void *target)
{
    *(cpk_redact_options *)target = (cpk_redact_options){sizeof(cpk_redact_options), 0, "Ana Prado", "a key"};
}

static cpk_status call_redact_options(void *given, cpk_error **error)
{
    return cpk_redact(TEXT, strlen(TEXT), given, take_report, NULL, NULL, error);
}

static cpk_status call_redact_report(void *given, cpk_error **error)
{
    return cpk_redact(TEXT, strlen(TEXT), NULL, take_report, NULL, given, error);
}

/* No request reaches Stripe in this test: the error of the next step shows that the struct was accepted. */
static cpk_status taken(cpk_status status, cpk_status expected, cpk_error **error)
{
    if (status != expected) {
        return status;
    }
    cpk_error_free(*error);
    *error = NULL;
    return CPK_OK;
}

static void make_checkout_params(void *target)
{
    *(cpk_checkout_params *)target = (cpk_checkout_params){.struct_size = sizeof(cpk_checkout_params),
                                                           .package_id = "none",
                                                           .success_url = "https://example.org/done",
                                                           .user_agent = "a browser"};
}

static cpk_status call_checkout_params(void *given, cpk_error **error)
{
    cpk_stripe_object *checkout;

    return taken(cpk_checkout_create(shared->person.session, NULL, given, NULL, &checkout, error), CPK_ERROR_NOT_FOUND,
                 error);
}

static void make_refund_params(void *target)
{
    *(cpk_refund_params *)target = (cpk_refund_params){sizeof(cpk_refund_params), 0, "key", "pi_1", 1, "duplicate"};
}

static cpk_status call_refund_params(void *given, cpk_error **error)
{
    return taken(cpk_stripe_refund(shared->person.session, given, NULL, NULL, error), CPK_ERROR_PERMISSION_DENIED,
                 error);
}

static void make_velocity_params(void *target)
{
    *(cpk_payment_velocity_params *)target =
        (cpk_payment_velocity_params){sizeof(cpk_payment_velocity_params), CPK_VELOCITY_BY_IP, 1, 1, 1};
}

static cpk_status call_velocity_params(void *given, cpk_error **error)
{
    cpk_payment_velocity_list *list;
    cpk_status status = cpk_payment_velocity_list_get(shared->person.service, given, &list, error);

    cpk_payment_velocity_list_free(list);
    return status;
}

/* ANSWER */

static void make_nothing(void *target)
{
    (void)target;
}

static cpk_status call_setting_details(void *given, cpk_error **error)
{
    return cpk_setting_info(0, given, error);
}

static cpk_status call_text_setting_details(void *given, cpk_error **error)
{
    return cpk_text_setting_info(0, given, error);
}

static cpk_status call_extract_report(void *given, cpk_error **error)
{
    const cpk_input input = text_input();

    return cpk_extract(shared->person.engine, &input, NULL, NULL, NULL, given, error);
}

static cpk_status call_pack_progress(void *given, cpk_error **error)
{
    return cpk_pack_get_progress(shared->person.session, cpk_pack_id(shared->person.pack), given, error);
}

static cpk_status call_quote(void *given, cpk_error **error)
{
    return cpk_quote_pack(shared->person.session, cpk_pack_id(shared->person.pack), given, error);
}

/* Somebody else is deleted each time. */
static cpk_status call_user_deletion(void *given, cpk_error **error)
{
    cpk_user_params params;
    cpk_user *user = NULL;
    cpk_status status;

    make_user_params(&params);
    if ((status = cpk_user_create(shared->person.service, &params, &user, error)) == CPK_OK) {
        status = cpk_user_delete(shared->person.service, cpk_user_id(user), given, error);
    }
    cpk_user_free(user);
    return status;
}

static cpk_status call_archive_report(void *given, cpk_error **error)
{
    return cpk_maintenance_archive(shared->person.service, NULL, given, error);
}

static cpk_status call_sweep_report(void *given, cpk_error **error)
{
    return cpk_maintenance_sweep(shared->person.service, 1, NULL, NULL, NULL, given, error);
}

static cpk_status call_statistics(void *given, cpk_error **error)
{
    return cpk_engine_statistics(shared->person.engine, given, error);
}

static cpk_status call_backup_report(void *given, cpk_error **error)
{
    char path[64];
    cpk_status status;

    snprintf(path, sizeof path, "/tmp/contextpack-structs-%ld.db", (long)getpid());
    status = cpk_engine_backup(shared->person.engine, path, NULL, 1, NULL, given, error);
    unlink(path);
    return status;
}

static cpk_status call_key_report(void *given, cpk_error **error)
{
    static const cpk_text_setting key = {"storage.master_key",
                                         "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"};
    cpk_engine_options options = CPK_ENGINE_OPTIONS_INIT;
    cpk_engine *engine = NULL;
    cpk_status status;

    options.storage = "encrypted+memory:";
    options.text_settings = &key;
    options.text_setting_count = 1;
    status = cpk_engine_open(&options, &engine, error);
    if (status == CPK_OK) {
        status = cpk_engine_rotate_keys(engine, -1, NULL, given, error);
    }
    cpk_engine_close(engine);
    return status;
}

static cpk_status call_storage_copy_report(void *given, cpk_error **error)
{
    return cpk_engine_copy_storage(shared->person.engine, "memory:", "memory:", 0, NULL, given, error);
}

static void make_work_options(void *target)
{
    *(cpk_work_options *)target = (cpk_work_options){sizeof(cpk_work_options), CPK_SOURCE_READY_FOR_ANALYSIS, 1};
}

static cpk_status call_work_options(void *given, cpk_error **error)
{
    const cpk_input input = text_input();
    cpk_source *source = NULL;
    cpk_status status =
        cpk_source_add(shared->person.session, cpk_pack_id(shared->person.pack), &input, NULL, NULL, &source, error);

    if (status == CPK_OK) {
        status = cpk_work_submit(shared->person.session, cpk_source_id(source), given, NULL, error);
    }
    cpk_source_free(source);
    return status;
}

static void make_worker_options(void *target)
{
    *(cpk_worker_options *)target =
        (cpk_worker_options){sizeof(cpk_worker_options), CPK_WORKER_UNTIL_EMPTY, 2, 0, NULL, NULL};
}

/* A struct that ends before its flags does not say "until empty": the worker is told to stop before it starts. */
static cpk_status call_worker_options(void *given, cpk_error **error)
{
    cpk_run_options options = CPK_RUN_OPTIONS_INIT;
    cpk_cancel *cancel = NULL;
    cpk_status status = cpk_cancel_create(&cancel, error);

    if (status == CPK_OK) {
        cpk_cancel_request(cancel);
        options.cancel = cancel;
        status = cpk_worker_run(shared->person.service, given, &options, NULL, error);
    }
    cpk_cancel_free(cancel);
    return status;
}

static cpk_status call_worker_report(void *given, cpk_error **error)
{
    cpk_worker_options options = CPK_WORKER_OPTIONS_INIT;

    options.flags = CPK_WORKER_UNTIL_EMPTY;
    return cpk_worker_run(shared->person.service, &options, NULL, given, error);
}

/* DRIVER, and the structs that its functions get */

static const char *identity(void *self)
{
    (void)self;
    return "test/1";
}

static cpk_status analyze(void *self, const cpk_analyzer_request *request, cpk_write_fn write, void *write_user,
                          cpk_analyzer_usage *usage, cpk_error **error)
{
    (void)self;
    (void)error;
    shared->seen_request = request->struct_size;
    shared->seen_usage = usage->struct_size;
    return write(write_user, "A note.", 7) == 0 ? CPK_OK : CPK_ERROR_CANCELLED;
}

static void make_analyzer_driver(void *target)
{
    *(cpk_analyzer_driver *)target =
        (cpk_analyzer_driver){CPK_ANALYZER_ABI, sizeof(cpk_analyzer_driver), 0, NULL, NULL, identity, analyze, NULL};
}

static cpk_status call_analyzer_driver(void *given, cpk_error **error)
{
    cpk_engine_options options = person_options();

    options.analyzer_driver = given;
    return open_and_close(&options, error);
}

static cpk_status session_open(void *self, const cpk_actor *actor, void **session, cpk_error **error)
{
    (void)self;
    (void)session;
    shared->seen_actor = actor->struct_size;
    if (error != NULL) {
        *error = cpk_error_new(CPK_ERROR_DATABASE, "database", "closed", NULL, 0);
    }
    return CPK_ERROR_DATABASE;
}

static void end(void *self, void *handle)
{
    (void)self;
    (void)handle;
}

static cpk_status begin(void *self, void *session, int32_t mode, cpk_error **error)
{
    (void)self;
    (void)session;
    (void)mode;
    (void)error;
    return CPK_ERROR_DATABASE;
}

static cpk_status finish(void *self, void *session, cpk_error **error)
{
    return begin(self, session, 0, error);
}

static cpk_status exec(void *self, void *session, uint32_t statement_id, const char *sql, const cpk_value *values,
                       size_t value_count, void **cursor, cpk_error **error)
{
    (void)statement_id;
    (void)sql;
    (void)values;
    (void)value_count;
    (void)cursor;
    return begin(self, session, 0, error);
}

static cpk_status cursor_next(void *self, void *cursor, const cpk_value **columns, size_t *column_count,
                              cpk_error **error)
{
    (void)columns;
    (void)column_count;
    return begin(self, cursor, 0, error);
}

static void make_database_driver(void *target)
{
    *(cpk_database_driver *)target = (cpk_database_driver){.abi_version = CPK_DATABASE_ABI,
                                                           .struct_size = sizeof(cpk_database_driver),
                                                           .dialect = CPK_DIALECT_SQLITE,
                                                           .session_open = session_open,
                                                           .session_close = end,
                                                           .begin = begin,
                                                           .commit = finish,
                                                           .rollback = finish,
                                                           .exec = exec,
                                                           .cursor_next = cursor_next,
                                                           .cursor_close = end};
}

static cpk_status call_database_driver(void *given, cpk_error **error)
{
    cpk_engine_options options = CPK_ENGINE_OPTIONS_INIT;

    options.flags = CPK_ENGINE_NO_MIGRATE;
    options.database_driver = given;
    return open_and_close(&options, error);
}

static const char *name(void *self)
{
    (void)self;
    return "test";
}

static int32_t sniff(void *self, const void *head, size_t length, const char *name_hint)
{
    (void)self;
    (void)head;
    (void)length;
    (void)name_hint;
    return 100;
}

static cpk_status extract(void *self, const cpk_reader *reader, const cpk_sink *sink, cpk_error **error)
{
    (void)self;
    shared->seen_reader = reader->struct_size;
    shared->seen_sink = sink->struct_size;
    return sink->message(sink->self, (const cpk_message *)(void *)shared->message_block, error);
}

static void make_extractor_driver(void *target)
{
    *(cpk_extractor_driver *)target =
        (cpk_extractor_driver){CPK_EXTRACTOR_ABI, sizeof(cpk_extractor_driver), 0, NULL, NULL, name, sniff, extract};
}

static cpk_status call_extractor_driver(void *given, cpk_error **error)
{
    const cpk_extractor_driver *const drivers[] = {given};
    cpk_engine_options options = person_options();

    options.extractor_drivers = drivers;
    options.extractor_driver_count = 1;
    return open_and_close(&options, error);
}

static cpk_status write_open(void *self, const char *key, int64_t size_hint, void **writer, cpk_error **error)
{
    (void)self;
    (void)key;
    (void)size_hint;
    (void)error;
    *writer = shared;
    return CPK_OK;
}

static cpk_status write_data(void *self, void *writer, const void *data, size_t length, cpk_error **error)
{
    (void)self;
    (void)writer;
    (void)data;
    (void)length;
    (void)error;
    return CPK_OK;
}

static cpk_status write_close(void *self, void *writer, int32_t commit, cpk_error **error)
{
    (void)self;
    (void)writer;
    (void)commit;
    (void)error;
    return CPK_OK;
}

static cpk_status read_open(void *self, const char *key, int64_t offset, int64_t length, void **reader,
                            cpk_error **error)
{
    (void)self;
    (void)key;
    (void)offset;
    (void)length;
    (void)reader;
    (void)error;
    return CPK_ERROR_NOT_FOUND;
}

static cpk_status read_data(void *self, void *reader, void *buffer, size_t capacity, size_t *got, cpk_error **error)
{
    (void)self;
    (void)reader;
    (void)buffer;
    (void)capacity;
    (void)error;
    *got = 0;
    return CPK_OK;
}

static cpk_status stat_blob(void *self, const char *key, cpk_blob_info *info, cpk_error **error)
{
    (void)self;
    (void)key;
    (void)error;
    shared->seen_blob_info = info->struct_size;
    return CPK_ERROR_NOT_FOUND;
}

static cpk_status remove_blob(void *self, const char *key, cpk_error **error)
{
    (void)self;
    (void)key;
    (void)error;
    return CPK_OK;
}

static cpk_status list_blobs(void *self, const char *prefix, cpk_list_fn each, void *user, cpk_error **error)
{
    (void)self;
    (void)prefix;
    (void)each;
    (void)user;
    (void)error;
    return CPK_OK;
}

static void make_storage_driver(void *target)
{
    *(cpk_storage_driver *)target = (cpk_storage_driver){CPK_STORAGE_ABI,
                                                         sizeof(cpk_storage_driver),
                                                         0,
                                                         NULL,
                                                         NULL,
                                                         write_open,
                                                         write_data,
                                                         write_close,
                                                         read_open,
                                                         read_data,
                                                         end,
                                                         stat_blob,
                                                         remove_blob,
                                                         list_blobs,
                                                         NULL,
                                                         NULL};
}

static cpk_status call_storage_driver(void *given, cpk_error **error)
{
    cpk_engine_options options = person_options();

    options.storage = NULL;
    options.storage_driver = given;
    return open_and_close(&options, error);
}

/* SHOWN */

static void take_event(void *user, const cpk_build_event *event)
{
    ((struct world *)user)->seen_event = event->struct_size;
}

static cpk_status show_event(void *given, cpk_error **error)
{
    const char *const paths[] = {"/no/such/file"};
    cpk_build_options options = CPK_BUILD_OPTIONS_INIT;

    (void)given;
    options.event = take_event;
    options.event_user = shared;
    (void)cpk_build(shared->person.session, paths, 1, &options, NULL, error);
    cpk_error_free(*error);
    *error = NULL;
    return CPK_OK;
}

static int32_t take_message(void *user, const cpk_message *message)
{
    ((struct world *)user)->seen_message = message->struct_size;
    return 0;
}

static cpk_status show_message(void *given, cpk_error **error)
{
    const cpk_input input = text_input();

    (void)given;
    return cpk_extract(shared->person.engine, &input, take_message, shared, NULL, NULL, error);
}

static cpk_status show_chunk(void *given, cpk_error **error)
{
    (void)given;
    return call_chunk_options(NULL, error);
}

static cpk_status show_request(void *given, cpk_error **error)
{
    cpk_engine_options options = person_options();
    cpk_analyzer_driver driver;
    const cpk_input input = text_input();
    cpk_source *source = NULL;
    cpk_status status;
    struct person person;

    (void)given;
    make_analyzer_driver(&driver);
    options.analyzer_driver = &driver;
    if ((status = person_create(&person, &options, CPK_PLAN_UNLIMITED, error)) == CPK_OK &&
        (status = cpk_source_add(person.session, cpk_pack_id(person.pack), &input, NULL, NULL, &source, error)) ==
            CPK_OK) {
        status = cpk_source_run(person.session, cpk_source_id(source), CPK_SOURCE_COMPLETED, NULL, NULL, error);
    }
    cpk_source_free(source);
    person_free(&person);
    return status;
}

static cpk_status show_actor(void *given, cpk_error **error)
{
    cpk_engine_options options = CPK_ENGINE_OPTIONS_INIT;
    cpk_database_driver driver;

    (void)given;
    make_database_driver(&driver);
    options.database_driver = &driver;
    (void)error;
    return open_and_close(&options, NULL) == CPK_ERROR_DATABASE ? CPK_OK : CPK_ERROR_INTERNAL;
}

static cpk_status hand_message_over(uint32_t struct_size, cpk_error **error)
{
    const cpk_extractor_driver *drivers[1];
    cpk_extractor_driver driver;
    cpk_engine_options options = CPK_ENGINE_OPTIONS_INIT;
    const cpk_input input = text_input();
    cpk_engine *engine;
    cpk_status status;

    make_extractor_driver(&driver);
    drivers[0] = &driver;
    options.extractor_drivers = drivers;
    options.extractor_driver_count = 1;
    memcpy(shared->message_block, &struct_size, sizeof struct_size);
    status = cpk_engine_open(&options, &engine, error);
    if (status == CPK_OK) {
        status = cpk_extract(engine, &input, take_message, shared, NULL, NULL, error);
    }
    cpk_engine_close(engine);
    return status;
}

static cpk_message whole_message(void)
{
    const cpk_message message = {.struct_size = sizeof message,
                                 .role = CPK_ROLE_USER,
                                 .kind = CPK_KIND_TEXT,
                                 .time_us = CPK_TIME_UNKNOWN,
                                 .provider = "test",
                                 .conversation_id = "c",
                                 .conversation_title = "",
                                 .message_id = "m",
                                 .text = TEXT,
                                 .text_length = strlen(TEXT)};

    return message;
}

static cpk_status show_reader(void *given, cpk_error **error)
{
    const cpk_message message = whole_message();
    cpk_status status;

    (void)given;
    shared->message_block = malloc(sizeof message);
    memcpy(shared->message_block, &message, sizeof message);
    status = hand_message_over(sizeof message, error);
    free(shared->message_block);
    return status;
}

/* The second call continues with the bytes of the first. */
static cpk_status show_blob_info(void *given, cpk_error **error)
{
    cpk_engine_options options = person_options();
    cpk_storage_driver driver;
    cpk_status status;
    struct person person;

    (void)given;
    make_storage_driver(&driver);
    options.storage = NULL;
    options.storage_driver = &driver;
    status = person_create(&person, &options, CPK_PLAN_UNLIMITED, error);
    for (int32_t i = 0; i < 2 && status == CPK_OK; i++) {
        const cpk_input input = text_input();
        cpk_source *source;

        status = cpk_source_add(person.session, cpk_pack_id(person.pack), &input, NULL, NULL, &source, error);
        cpk_source_free(source);
    }
    person_free(&person);
    return status;
}

static struct world the_world;

static const struct struct_case cases[] = {
    {"cpk_engine_options", sizeof(cpk_engine_options), make_engine_options, call_engine_options, NULL},
    {"cpk_allocator", sizeof(cpk_allocator), make_allocator, call_allocator, NULL},
    {"cpk_chunk_options", sizeof(cpk_chunk_options), make_chunk_options, call_chunk_options, NULL},
    {"cpk_input", sizeof(cpk_input), make_input, call_input, NULL},
    {"cpk_pack_params", sizeof(cpk_pack_params), make_pack_params, call_pack_params, NULL},
    {"cpk_page", sizeof(cpk_page), make_page, call_page, NULL},
    {"cpk_run_options", sizeof(cpk_run_options), make_run_options, call_run_options, NULL},
    {"cpk_build_options", sizeof(cpk_build_options), make_build_options, call_build_options, NULL},
    {"cpk_token_options", sizeof(cpk_token_options), make_token_options, call_token_options, NULL},
    {"cpk_user_params", sizeof(cpk_user_params), make_user_params, call_user_params, NULL},
    {"cpk_admin_params", sizeof(cpk_admin_params), make_admin_params, call_admin_params, NULL},
    {"cpk_user_deletion", sizeof(cpk_user_deletion), make_nothing, call_user_deletion, NULL},
    {"cpk_credit_params", sizeof(cpk_credit_params), make_credit_params, call_credit_params, NULL},
    {"cpk_hold_params", sizeof(cpk_hold_params), make_hold_params, call_hold_params, NULL},
    {"cpk_checkout_params", sizeof(cpk_checkout_params), make_checkout_params, call_checkout_params, NULL},
    {"cpk_refund_params", sizeof(cpk_refund_params), make_refund_params, call_refund_params, NULL},
    {"cpk_payment_velocity_params", sizeof(cpk_payment_velocity_params), make_velocity_params, call_velocity_params,
     NULL},
    {"cpk_archive_report", sizeof(cpk_archive_report), make_nothing, call_archive_report, NULL},
    {"cpk_sweep_report", sizeof(cpk_sweep_report), make_nothing, call_sweep_report, NULL},
    {"cpk_statistics", sizeof(cpk_statistics), make_nothing, call_statistics, NULL},
    {"cpk_backup_report", sizeof(cpk_backup_report), make_nothing, call_backup_report, NULL},
    {"cpk_storage_copy_report", sizeof(cpk_storage_copy_report), make_nothing, call_storage_copy_report, NULL},
    {"cpk_key_report", sizeof(cpk_key_report), make_nothing, call_key_report, NULL},
    {"cpk_work_options", sizeof(cpk_work_options), make_work_options, call_work_options, NULL},
    {"cpk_worker_options", sizeof(cpk_worker_options), make_worker_options, call_worker_options, NULL},
    {"cpk_worker_report", sizeof(cpk_worker_report), make_nothing, call_worker_report, NULL},
    {"cpk_report_options", sizeof(cpk_report_options), make_report_options, call_report_options, NULL},
    {"cpk_redact_options", sizeof(cpk_redact_options), make_redact_options, call_redact_options, NULL},
    {"cpk_redact_report", sizeof(cpk_redact_report), make_nothing, call_redact_report, NULL},
    {"cpk_quote", sizeof(cpk_quote), make_nothing, call_quote, NULL},
    {"cpk_setting_details", sizeof(cpk_setting_details), make_nothing, call_setting_details, NULL},
    {"cpk_text_setting_details", sizeof(cpk_text_setting_details), make_nothing, call_text_setting_details, NULL},
    {"cpk_extract_report", sizeof(cpk_extract_report), make_nothing, call_extract_report, NULL},
    {"cpk_pack_progress", sizeof(cpk_pack_progress), make_nothing, call_pack_progress, NULL},
    {"cpk_analyzer_driver", sizeof(cpk_analyzer_driver), make_analyzer_driver, call_analyzer_driver, NULL},
    {"cpk_database_driver", sizeof(cpk_database_driver), make_database_driver, call_database_driver, NULL},
    {"cpk_extractor_driver", sizeof(cpk_extractor_driver), make_extractor_driver, call_extractor_driver, NULL},
    {"cpk_storage_driver", sizeof(cpk_storage_driver), make_storage_driver, call_storage_driver, NULL},
    {"cpk_analyzer_request", sizeof(cpk_analyzer_request), NULL, show_request, &the_world.seen_request},
    {"cpk_analyzer_usage", sizeof(cpk_analyzer_usage), NULL, show_request, &the_world.seen_usage},
    {"cpk_actor", sizeof(cpk_actor), NULL, show_actor, &the_world.seen_actor},
    {"cpk_reader", sizeof(cpk_reader), NULL, show_reader, &the_world.seen_reader},
    {"cpk_sink", sizeof(cpk_sink), NULL, show_reader, &the_world.seen_sink},
    {"cpk_blob_info", sizeof(cpk_blob_info), NULL, show_blob_info, &the_world.seen_blob_info},
    {"cpk_build_event", sizeof(cpk_build_event), NULL, show_event, &the_world.seen_event},
    {"cpk_chunk", sizeof(cpk_chunk), NULL, show_chunk, &the_world.seen_chunk},
    {"cpk_message", sizeof(cpk_message), NULL, show_message, &the_world.seen_message},
};

static const struct struct_case *case_of(const struct sized_struct *sized)
{
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (strcmp(cases[i].name, sized->name) == 0) {
            assert_int_equal(cases[i].bytes, sized->ages[sized->age_count - 1]);
            return &cases[i];
        }
    }
    fail_msg("%s is not tested: add it to `cases` in tests/abi/structs_test.c", sized->name);
    return NULL;
}

/* A call with the struct at some size: its first `bytes` bytes as made, then zeros, the last byte as told. */
static cpk_status call_at(const struct sized_struct *sized, uint32_t claimed, uint32_t bytes, unsigned char last_byte)
{
    const struct struct_case *tested = case_of(sized);
    unsigned char made[STRUCT_BYTES_MAX] = {0};
    unsigned char *block = malloc(bytes);
    cpk_error *error = NULL;
    cpk_status status;

    assert_true(tested->bytes + TAIL_BYTES <= sizeof made);
    tested->make(made);
    memcpy(made + sized->size_at, &claimed, sizeof claimed);
    memcpy(block, made, bytes);
    if (last_byte != 0) {
        block[bytes - 1] = last_byte;
    }
    status = tested->call(block, &error);
    if (status == CPK_OK ? error != NULL : cpk_error_message(error)[0] == '\0') {
        fail_msg("%s of %u bytes: %s without a message", sized->name, bytes, cpk_status_name(status));
    }
    cpk_error_free(error);
    free(block);
    return status;
}

static void expect_at(const struct sized_struct *sized, uint32_t claimed, uint32_t bytes, unsigned char last_byte,
                      cpk_status expected)
{
    cpk_status status = call_at(sized, claimed, bytes, last_byte);

    if (status != expected) {
        fail_msg("%s, struct_size %u of %u bytes: %s, not %s", sized->name, claimed, bytes, cpk_status_name(status),
                 cpk_status_name(expected));
    }
}

/* A struct_size that cuts a field in two would have a half pointer or number read, or half of one written. */
static void try_inside_fields(const struct sized_struct *sized)
{
    uint32_t own = sized->ages[sized->age_count - 1];
    size_t refused = 0;

    for (uint32_t size = sized->size_at + (uint32_t)sizeof size; size < own; size++) {
        int32_t is_between = size == sized->size_at + sizeof size;

        for (size_t i = 0; i < sized->cut_count; i++) {
            is_between |= size == sized->cuts[i];
        }
        for (size_t i = 0; i < sized->age_count; i++) {
            is_between |= size == sized->ages[i] || size + sizeof size == sized->ages[i]; /* or before its padding */
        }
        if (!is_between) {
            expect_at(sized, size, own, 0, CPK_ERROR_INVALID_ARGUMENT);
            refused++;
        }
    }
    assert_true(refused >= (own - 8) / 2);
}

static void try_given(const struct sized_struct *sized)
{
    uint32_t own = sized->ages[sized->age_count - 1];

    try_inside_fields(sized);

    for (size_t i = 0; i < sized->age_count; i++) {
        expect_at(sized, sized->ages[i], sized->ages[i], 0, CPK_OK);
    }
    expect_at(sized, own + TAIL_BYTES, own + TAIL_BYTES, 0, CPK_OK);
    expect_at(sized, own + 1, own + 1, 1, CPK_ERROR_UNSUPPORTED);
    expect_at(sized, own + TAIL_BYTES, own + TAIL_BYTES, 1, CPK_ERROR_UNSUPPORTED);
    expect_at(sized, 0, own, 0, CPK_ERROR_INVALID_ARGUMENT);
    expect_at(sized, sized->size_at, own, 0, CPK_ERROR_INVALID_ARGUMENT);
    expect_at(sized, UINT32_MAX, own, 0, CPK_ERROR_INVALID_ARGUMENT);
    /* A struct that ends between two fields is accepted, or the missing field is named. */
    for (size_t i = 0; i < sized->cut_count; i++) {
        cpk_status status = call_at(sized, sized->cuts[i], sized->cuts[i], 0);

        if (status != CPK_OK && status != CPK_ERROR_INVALID_ARGUMENT && status != CPK_ERROR_NO_CONTENT) {
            fail_msg("%s cut to %u bytes: %s", sized->name, sized->cuts[i], cpk_status_name(status));
        }
    }
}

/* Writes only the fields that fit, and leaves struct_size unchanged. */
static void try_answer(const struct sized_struct *sized)
{
    const struct struct_case *tested = case_of(sized);
    uint32_t own = sized->ages[sized->age_count - 1];
    uint32_t sizes[64];
    size_t count = 0;

    assert_true(sized->cut_count + sized->age_count + 1 <= sizeof sizes / sizeof sizes[0]);
    for (size_t i = 0; i < sized->cut_count; i++) {
        sizes[count++] = sized->cuts[i];
    }
    for (size_t i = 0; i < sized->age_count; i++) {
        sizes[count++] = sized->ages[i];
    }
    sizes[count++] = own + TAIL_BYTES;
    for (size_t i = 0; i < count; i++) {
        unsigned char *block = malloc(sizes[i]);
        cpk_error *error = NULL;
        uint32_t left;

        memset(block, 0xA5, sizes[i]);
        memcpy(block, &sizes[i], sizeof sizes[i]);
        assert_ok(tested->call(block, &error), error);
        memcpy(&left, block, sizeof left);
        assert_int_equal(left, sizes[i]);
        for (uint32_t at = own; at < sizes[i]; at++) {
            assert_int_equal(block[at], 0xA5);
        }
        free(block);
    }
    expect_at(sized, 0, own, 0, CPK_ERROR_INVALID_ARGUMENT);
    try_inside_fields(sized);
}

static void try_shown(const struct sized_struct *sized)
{
    const struct struct_case *tested = case_of(sized);
    cpk_error *error = NULL;

    *tested->seen = 0;
    assert_ok(tested->call(NULL, &error), error);
    if (*tested->seen != tested->bytes) {
        fail_msg("%s is shown with struct_size %u, not %zu", sized->name, *tested->seen, tested->bytes);
    }
}

static void structs_of_older_and_newer_callers_are_accepted(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof sized_structs / sizeof sized_structs[0]; i++) {
        const struct sized_struct *sized = &sized_structs[i];

        switch (sized->purpose) {
        case ANSWER:
            try_answer(sized);
            break;
        case SHOWN:
            try_shown(sized);
            break;
        default:
            try_given(sized);
            break;
        }
    }
}

/* A host's extractor fills messages itself, as it was compiled. */
static void messages_of_older_and_newer_extractors_are_accepted(void **state)
{
    const struct {
        uint32_t size;
        unsigned char last_byte;
        cpk_status expected;
    } tries[] = {
        {104, 0, CPK_OK}, /* without the last fields */
        {sizeof(cpk_message) + TAIL_BYTES, 0, CPK_OK},
        {sizeof(cpk_message) + TAIL_BYTES, 1, CPK_ERROR_UNSUPPORTED},
        {offsetof(cpk_message, text), 0, CPK_ERROR_INVALID_ARGUMENT},
    };

    (void)state;
    for (size_t i = 0; i < sizeof tries / sizeof tries[0]; i++) {
        const cpk_message message = whole_message();
        cpk_error *error = NULL;
        cpk_status status;

        shared->message_block = calloc(1, tries[i].size);
        memcpy(shared->message_block, &message, tries[i].size < sizeof message ? tries[i].size : sizeof message);
        if (tries[i].last_byte != 0) {
            shared->message_block[tries[i].size - 1] = tries[i].last_byte;
        }
        shared->seen_message = 0;
        status = hand_message_over(tries[i].size, &error);
        if (status != tries[i].expected) {
            fail_msg("a message of %u bytes: %s: %s", tries[i].size, cpk_status_name(status), cpk_error_message(error));
        }
        assert_int_equal(shared->seen_message, status == CPK_OK ? sizeof(cpk_message) : 0);
        cpk_error_free(error);
        free(shared->message_block);
    }
}

static int setup(void **state)
{
    cpk_engine_options options = person_options();
    cpk_error *error = NULL;

    (void)state;
    shared = &the_world;
    assert_ok(person_create(&shared->person, &options, CPK_PLAN_UNLIMITED, &error), error);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    person_free(&shared->person);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(structs_of_older_and_newer_callers_are_accepted),
        cmocka_unit_test(messages_of_older_and_newer_extractors_are_accepted),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
