/* Blobs that the storage loses, cuts or changes, at every state of a source and of a job: the same calls with the same
 * input bring them back, nothing is charged twice, and the documents are the same. */
#include "base/memory.h"
#include "engine/session.h"
#include "support/person.h"
#include "support/scratch.h"

#define CREDITS    2000
#define TEXT_BYTES 4096
#define PARTIAL    2 /* chunks that are analysed of a source that is not finished */

enum state { STATE_PENDING, STATE_EXTRACTED, STATE_PARTIAL, STATE_COMPLETED, STATES };
enum part { PART_RAW, PART_TEXT, PART_INDEX, PART_ANSWER, PARTS };
enum damage { DAMAGE_LOST, DAMAGE_CUT, DAMAGE_CHANGED, DAMAGES };

static const char *const part_keys[PARTS] = {"raw", "text.md", "index.jsonl", "analyzed/000000.json"};

static int64_t calls; /* of the analyzer */

static const char *identity(void *self)
{
    (void)self;
    return "echo/1";
}

/* Records its input; the answer depends on the text only. */
static cpk_status analyze(void *self, const cpk_analyzer_request *request, cpk_write_fn write, void *user,
                          cpk_analyzer_usage *usage, cpk_error **error)
{
    (void)self;
    (void)error;
    calls++;
    usage->input_tokens = request->text_tokens;
    return write(user, request->text, request->text_length) == 0 ? CPK_OK : CPK_ERROR_CANCELLED;
}

static void open_person(struct person *person, const char *storage)
{
    static const cpk_setting setting = {"chunk.max_tokens", 16};
    cpk_analyzer_driver driver = {.abi_version = CPK_ANALYZER_ABI, .struct_size = sizeof driver};
    cpk_credit_params credits = CPK_CREDIT_PARAMS_INIT;
    cpk_engine_options options = person_options();
    cpk_error *error = NULL;

    driver.identity = identity;
    driver.analyze = analyze;
    options.storage = storage;
    options.settings = &setting;
    options.setting_count = 1;
    options.analyzer_driver = &driver;
    assert_ok(person_create(person, &options, CPK_PLAN_CREDITS, &error), error);
    credits.key = "gift";
    credits.credits = CREDITS;
    assert_ok(cpk_credits_grant(person->service, cpk_user_id(person->user), &credits, NULL, &error), error);
    assert_ok(session_need_storage(person->session, &error), error);
}

static int64_t balance_of(const struct person *person)
{
    int64_t balance = 0;
    int64_t held = 0;
    cpk_error *error = NULL;

    assert_ok(cpk_credits_balance(person->session, NULL, &balance, &held, &error), error);
    assert_int_equal(held, 0);
    return balance;
}

static cpk_input make_input(char text[TEXT_BYTES], int32_t salt)
{
    cpk_input input = CPK_INPUT_INIT;
    size_t length = 0;

    for (int32_t i = 0; i < 6; i++) {
        length += (size_t)snprintf(text + length, TEXT_BYTES - length,
                                   "Town number %d of %d is where I lived in year %d of my life, happily.\n\n", i, salt,
                                   i * 3);
    }
    input.data = text;
    input.length = length;
    input.name = "towns.txt";
    return input;
}

/* A pack of its own for each case, all of one name, so that equal content gives equal documents. */
static void create_pack(struct person *person)
{
    cpk_pack_params params = CPK_PACK_PARAMS_INIT;
    cpk_error *error = NULL;

    cpk_pack_free(person->pack);
    person->pack = NULL;
    params.name = "towns";
    assert_ok(cpk_pack_create(person->session, &params, &person->pack, &error), error);
}

static int32_t add(struct person *person, int32_t salt, char id[64])
{
    char text[TEXT_BYTES];
    cpk_input input = make_input(text, salt);
    cpk_source *source = NULL;
    cpk_error *error = NULL;
    int32_t added;

    assert_ok(cpk_source_add(person->session, cpk_pack_id(person->pack), &input, NULL, &added, &source, &error), error);
    snprintf(id, 64, "%s", cpk_source_id(source));
    cpk_source_free(source);
    return added;
}

static cpk_status run_source(const struct person *person, const char *id, int32_t until, int64_t max_chunks,
                             cpk_error **error)
{
    cpk_run_options options = CPK_RUN_OPTIONS_INIT;

    options.max_chunks = max_chunks;
    return cpk_source_run(person->session, id, until, &options, NULL, error);
}

static void bring_to(const struct person *person, const char *id, enum state state)
{
    cpk_error *error = NULL;

    if (state != STATE_PENDING) {
        assert_ok(run_source(person, id,
                             state == STATE_EXTRACTED ? CPK_SOURCE_READY_FOR_ANALYSIS : CPK_SOURCE_COMPLETED,
                             state == STATE_PARTIAL ? PARTIAL : 0, &error),
                  error);
    }
}

static void key_of(const struct person *person, const char *id, enum part part, char key[512])
{
    snprintf(key, 512, "%s/%s/%s/%s", cpk_user_storage_directory(person->user), cpk_pack_id(person->pack), id,
             part_keys[part]);
}

static void read_blob(const struct person *person, const char *key, struct buffer *target)
{
    cpk_error *error = NULL;

    buffer_init(target, &memory_default);
    assert_ok(storage_get(person->session->storage, key, target, &error), error);
}

static void damage_blob(const struct person *person, const char *key, enum damage damage)
{
    struct storage *storage = person->session->storage;
    cpk_error *error = NULL;
    struct buffer bytes;

    read_blob(person, key, &bytes);
    if (damage == DAMAGE_LOST) {
        assert_ok(storage_remove(storage, key, &error), error);
    } else {
        bytes.data[bytes.length / 2] ^= 1;
        assert_ok(storage_put(storage, key, bytes.data, damage == DAMAGE_CUT ? bytes.length / 2 : bytes.length, &error),
                  error);
    }
    buffer_free(&bytes);
}

static int32_t append(void *user, const void *data, size_t length)
{
    buffer_append(user, data, length);
    return 0;
}

static void make_document(const struct person *person, struct buffer *document)
{
    cpk_export *result = NULL;
    cpk_error *error = NULL;

    buffer_init(document, &memory_default);
    assert_ok(
        cpk_export_create(person->session, cpk_pack_id(person->pack), CPK_EXPORT_COMPLETE, NULL, NULL, &result, &error),
        error);
    assert_ok(cpk_export_read(person->session, cpk_export_id(result), CPK_FORMAT_JSON, append, document, &error),
              error);
    cpk_export_free(result);
}

static void assert_same(const struct buffer *left, const struct buffer *right)
{
    assert_int_equal(left->length, right->length);
    assert_memory_equal(left->data, right->data, left->length);
}

/* What a source that nothing happens to comes to. */
struct reference {
    int64_t cost;
    struct buffer document;
    struct buffer blobs[PARTS];
};

static void make_reference(struct person *person, struct reference *reference)
{
    int64_t before = balance_of(person);
    char key[512];
    char id[64];

    create_pack(person);
    assert_int_equal(add(person, 1, id), 1);
    bring_to(person, id, STATE_COMPLETED);
    make_document(person, &reference->document);
    for (int32_t part = 0; part < PARTS; part++) {
        key_of(person, id, (enum part)part, key);
        read_blob(person, key, &reference->blobs[part]);
    }
    reference->cost = before - balance_of(person);
    assert_true(reference->cost > PARTIAL);
}

static void free_reference(struct reference *reference)
{
    buffer_free(&reference->document);
    for (int32_t part = 0; part < PARTS; part++) {
        buffer_free(&reference->blobs[part]);
    }
}

static void assert_whole(const struct person *person, const char *id, const struct reference *reference, int64_t before)
{
    struct buffer bytes;
    char key[512];

    assert_int_equal(before - balance_of(person), reference->cost);
    for (int32_t part = 0; part < PARTS; part++) {
        key_of(person, id, (enum part)part, key);
        read_blob(person, key, &bytes);
        assert_same(&bytes, &reference->blobs[part]);
        buffer_free(&bytes);
    }
    make_document(person, &bytes);
    assert_same(&bytes, &reference->document);
    buffer_free(&bytes);
}

/* The document first, before anything else looks at the source. */
static void assert_whole_after_export(const struct person *person, const char *id, const struct reference *reference,
                                      int64_t before)
{
    struct buffer document;

    make_document(person, &document);
    assert_same(&document, &reference->document);
    buffer_free(&document);
    assert_whole(person, id, reference, before);
}

static void one_case(struct person *person, const struct reference *reference, enum state state, enum part part,
                     enum damage damage)
{
    int64_t before = balance_of(person);
    cpk_error *error = NULL;
    char key[512];
    char first[64];
    char second[64];

    create_pack(person);
    assert_int_equal(add(person, 1, first), 1);
    bring_to(person, first, state);
    key_of(person, first, part, key);
    damage_blob(person, key, damage);
    assert_int_equal(add(person, 1, second), 0);
    assert_string_equal(first, second);
    assert_ok(run_source(person, first, CPK_SOURCE_COMPLETED, 0, &error), error);
    assert_whole(person, first, reference, before);
}

static int32_t has_part(enum state state, enum part part)
{
    return part == PART_RAW || (part == PART_ANSWER ? state >= STATE_PARTIAL : state >= STATE_EXTRACTED);
}

/* On PostgreSQL, where each case takes longer and the storage is the same, one kind of damage each is tested;
 * CONTEXTPACK_TEST_FULL tests all. */
static int32_t is_left_out(int32_t state, int32_t part, int32_t damage)
{
    return backend_is_postgres() && getenv("CONTEXTPACK_TEST_FULL") == NULL && (state + part) % DAMAGES != damage;
}

static void every_case(const char *storage)
{
    struct reference reference;
    struct person person;

    open_person(&person, storage);
    make_reference(&person, &reference);
    for (int32_t state = 0; state < STATES; state++) {
        for (int32_t part = 0; part < PARTS; part++) {
            for (int32_t damage = 0; damage < DAMAGES && has_part((enum state)state, (enum part)part); damage++) {
                if (!is_left_out(state, part, damage)) {
                    one_case(&person, &reference, (enum state)state, (enum part)part, (enum damage)damage);
                }
            }
        }
    }
    free_reference(&reference);
    person_close(&person);
}

static void the_same_input_repairs_memory(void **state)
{
    (void)state;
    every_case("memory:");
}

static void the_same_input_repairs_a_folder(void **state)
{
    char folder[SCRATCH_SHORT_BYTES];
    char uri[SCRATCH_SHORT_BYTES + 8];
    char command[96];

    (void)state;
    scratch_make_short(folder);
    snprintf(uri, sizeof uri, "file:%s", folder);
    every_case(uri);
    snprintf(command, sizeof command, "rm -r %s", folder);
    assert_int_equal(system(command), 0);
}

/* With the raw bytes a run repairs by itself; without them it reports what to do, and succeeds afterwards. */
static void run_repairs_from_stored_bytes(void **state)
{
    struct reference reference;
    struct person person;

    (void)state;
    open_person(&person, "memory:");
    make_reference(&person, &reference);
    for (int32_t reached = STATE_EXTRACTED; reached < STATES; reached++) {
        int64_t before = balance_of(&person);
        cpk_error *error = NULL;
        char key[512];
        char id[64];

        create_pack(&person);
        add(&person, 1, id);
        bring_to(&person, id, (enum state)reached);
        key_of(&person, id, PART_INDEX, key);
        damage_blob(&person, key, DAMAGE_LOST);
        assert_ok(run_source(&person, id, CPK_SOURCE_COMPLETED, reached == STATE_EXTRACTED ? 1 : 0, &error), error);
        key_of(&person, id, PART_RAW, key);
        damage_blob(&person, key, DAMAGE_LOST);
        key_of(&person, id, PART_TEXT, key);
        damage_blob(&person, key, reached == STATE_PARTIAL ? DAMAGE_CUT : DAMAGE_LOST);
        assert_int_equal(run_source(&person, id, CPK_SOURCE_COMPLETED, 0, &error), CPK_ERROR_STORAGE);
        assert_non_null(strstr(cpk_error_message(error), "towns.txt"));
        assert_non_null(strstr(cpk_error_message(error), "add the same file again"));
        cpk_error_free(error);
        error = NULL;
        assert_int_equal(add(&person, 1, id), 0);
        assert_ok(run_source(&person, id, CPK_SOURCE_COMPLETED, 0, &error), error);
        assert_whole(&person, id, &reference, before);
    }
    free_reference(&reference);
    person_close(&person);
}

/* A document needs the answers: those that are lost or damaged are made once more, free of charge. */
static void export_repairs_lost_answers(void **state)
{
    struct reference reference;
    struct person person;

    (void)state;
    open_person(&person, "memory:");
    make_reference(&person, &reference);
    for (int32_t damage = 0; damage < DAMAGES; damage++) {
        int64_t before = balance_of(&person);
        int64_t calls_before;
        char key[512];
        char id[64];

        create_pack(&person);
        add(&person, 1, id);
        bring_to(&person, id, STATE_COMPLETED);
        key_of(&person, id, PART_ANSWER, key);
        damage_blob(&person, key, (enum damage)damage);
        if (damage == DAMAGE_LOST) {
            key_of(&person, id, PART_TEXT, key);
            damage_blob(&person, key, DAMAGE_CHANGED);
        }
        calls_before = calls;
        assert_whole_after_export(&person, id, &reference, before);
        assert_int_equal(calls - calls_before, 1);
    }
    free_reference(&reference);
    person_close(&person);
}

#define CHAT(extra)                                                                                                    \
    "[{\"uuid\":\"c1\",\"name\":\"Towns\",\"created_at\":\"2024-03-01T10:00:00Z\",\"chat_messages\":["                 \
    "{\"uuid\":\"m1\",\"sender\":\"human\",\"text\":\"I live in the small town of Porto.\"},"                          \
    "{\"uuid\":\"m2\",\"sender\":\"assistant\",\"text\":\"A fine town by the sea it is.\"}" extra "]}]"

static void add_chat(struct person *person, const char *json, char id[64])
{
    cpk_input input = CPK_INPUT_INIT;
    cpk_source *source = NULL;
    cpk_error *error = NULL;

    input.data = json;
    input.length = strlen(json);
    input.name = "conversations.json";
    assert_ok(cpk_source_add(person->session, cpk_pack_id(person->pack), &input, NULL, NULL, &source, &error), error);
    snprintf(id, 64, "%s", cpk_source_id(source));
    cpk_source_free(source);
    assert_ok(run_source(person, id, CPK_SOURCE_COMPLETED, 0, &error), error);
}

/* A newer export omitted messages that the pack had. The repair omits the same ones, although that source was deleted.
 */
static void repair_restores_only_data_of_the_input(void **state)
{
    static const char old[] = CHAT("");
    static const char grown[] = CHAT(",{\"uuid\":\"m3\",\"sender\":\"human\",\"text\":\"I moved to Leeds last May.\"}");
    cpk_error *error = NULL;
    struct person person;
    char first[64];
    char second[64];
    char key[512];
    struct buffer before;
    struct buffer after;

    (void)state;
    open_person(&person, "memory:");
    add_chat(&person, old, first);
    add_chat(&person, grown, second);
    key_of(&person, second, PART_TEXT, key);
    read_blob(&person, key, &before);
    assert_null(strstr(buffer_text(&before), "Porto"));
    assert_ok(cpk_source_delete(person.session, first, &error), error);
    damage_blob(&person, key, DAMAGE_LOST);
    assert_ok(run_source(&person, second, CPK_SOURCE_COMPLETED, 0, &error), error);
    read_blob(&person, key, &after);
    assert_true(after.length > before.length); /* followed by what only the deleted source had given */
    assert_memory_equal(before.data, after.data, before.length);
    assert_non_null(strstr(buffer_text(&after) + before.length, "Porto"));
    assert_null(strstr(buffer_text(&after) + before.length, "Leeds"));
    buffer_free(&before);
    buffer_free(&after);
    person_close(&person);
}

static void job_key(const struct person *person, const char *id, enum part part, char key[512])
{
    snprintf(key, 512, "%s/jobs/%s/%s", cpk_user_storage_directory(person->user), id, part_keys[part]);
}

/* A V1 job shares the stages. */
static void a_job_is_repaired(void **state)
{
    char text[TEXT_BYTES];
    cpk_input input = make_input(text, 7);
    cpk_error *error = NULL;
    struct person person;

    (void)state;
    open_person(&person, "memory:");
    for (int32_t reached = 0; reached < 2; reached++) {
        cpk_run_options options = CPK_RUN_OPTIONS_INIT;
        int64_t balance;
        cpk_job *job = NULL;

        assert_ok(cpk_job_create(person.session, &input, NULL, &job, &error), error);
        options.max_chunks = reached == 0 ? PARTIAL : 0;
        assert_ok(cpk_job_run(person.session, cpk_job_id(job), &options, NULL, &error), error);
        balance = balance_of(&person);
        for (int32_t part = PART_TEXT; part < PARTS; part++) {
            char key[512];
            struct buffer before;
            struct buffer after;

            job_key(&person, cpk_job_id(job), (enum part)part, key);
            read_blob(&person, key, &before);
            damage_blob(&person, key, part == PART_TEXT ? DAMAGE_CUT : DAMAGE_LOST);
            options.max_chunks = reached == 0 ? 1 : 0;
            assert_ok(cpk_job_run(person.session, cpk_job_id(job), &options, NULL, &error), error);
            read_blob(&person, key, &after);
            assert_same(&before, &after);
            buffer_free(&before);
            buffer_free(&after);
        }
        assert_int_equal(balance - balance_of(&person), reached == 0 ? PARTS - PART_TEXT : 0);
        cpk_job_free(job);
    }
    person_close(&person);
}

/* A copy that was broken off while the bytes were stored is finished by the next. */
static void copied_source_gets_its_bytes(void **state)
{
    char text[TEXT_BYTES];
    cpk_input input = make_input(text, 8);
    cpk_legacy_pack *legacy = NULL;
    cpk_pack *copies[2] = {NULL, NULL};
    cpk_source_list *sources = NULL;
    cpk_job *job = NULL;
    cpk_error *error = NULL;
    struct person person;
    char key[512];

    (void)state;
    open_person(&person, "memory:");
    assert_ok(cpk_job_create(person.session, &input, NULL, &job, &error), error);
    assert_ok(cpk_job_run(person.session, cpk_job_id(job), NULL, NULL, &error), error);
    assert_ok(cpk_legacy_pack_find(person.session, cpk_job_id(job), &legacy, &error), error);
    assert_ok(cpk_legacy_pack_copy(person.session, cpk_legacy_pack_id(legacy), NULL, NULL, &copies[0], &error), error);
    assert_ok(cpk_source_list_get(person.session, cpk_pack_id(copies[0]), NULL, &sources, &error), error);
    assert_int_equal(cpk_source_list_count(sources), 1);
    snprintf(key, sizeof key, "%s/%s/%s/raw", cpk_user_storage_directory(person.user), cpk_pack_id(copies[0]),
             cpk_source_id(cpk_source_list_at(sources, 0)));
    damage_blob(&person, key, DAMAGE_LOST);
    assert_ok(cpk_legacy_pack_copy(person.session, cpk_legacy_pack_id(legacy), NULL, NULL, &copies[1], &error), error);
    assert_string_equal(cpk_pack_id(copies[0]), cpk_pack_id(copies[1]));
    damage_blob(&person, key, DAMAGE_LOST); /* it is there again */
    for (size_t i = 0; i < 2; i++) {
        cpk_pack_free(copies[i]);
    }
    cpk_source_list_free(sources);
    cpk_legacy_pack_free(legacy);
    cpk_job_free(job);
    person_close(&person);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_input_repairs_memory),
        cmocka_unit_test(the_same_input_repairs_a_folder),
        cmocka_unit_test(run_repairs_from_stored_bytes),
        cmocka_unit_test(export_repairs_lost_answers),
        cmocka_unit_test(repair_restores_only_data_of_the_input),
        cmocka_unit_test(copied_source_gets_its_bytes),
        cmocka_unit_test(a_job_is_repaired),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
