/* Sources of a pack that share messages, one of which is deleted: what another one contains too stays in the pack,
 * once, and nothing that was analysed is charged again. */
#include "base/memory.h"
#include "engine/session.h"
#include "support/person.h"

#define CREDITS       100000
#define SOURCES       5
#define CONVERSATIONS 4
#define MESSAGES_MAX  6
#define STEPS         14

static const char *identity(void *self)
{
    (void)self;
    return "echo/1";
}

static cpk_status analyze(void *self, const cpk_analyzer_request *request, cpk_write_fn write, void *user,
                          cpk_analyzer_usage *usage, cpk_error **error)
{
    (void)self;
    (void)error;
    usage->input_tokens = request->text_tokens;
    return write(user, request->text, request->text_length) == 0 ? CPK_OK : CPK_ERROR_CANCELLED;
}

static void open_person(struct person *person)
{
    static const cpk_setting setting = {"chunk.max_tokens", 64};
    cpk_analyzer_driver driver = {.abi_version = CPK_ANALYZER_ABI, .struct_size = sizeof driver};
    cpk_credit_params credits = CPK_CREDIT_PARAMS_INIT;
    cpk_engine_options options = person_options();
    cpk_error *error = NULL;

    driver.identity = identity;
    driver.analyze = analyze;
    options.settings = &setting;
    options.setting_count = 1;
    options.analyzer_driver = &driver;
    assert_ok(person_create(person, &options, CPK_PLAN_CREDITS, &error), error);
    credits.key = "gift";
    credits.credits = CREDITS;
    assert_ok(cpk_credits_grant(person->service, cpk_user_id(person->user), &credits, NULL, &error), error);
    assert_ok(session_need_storage(person->session, &error), error);
}

static void create_pack(struct person *person)
{
    cpk_error *error = NULL;

    cpk_pack_free(person->pack);
    person->pack = NULL;
    assert_ok(cpk_pack_create(person->session, NULL, &person->pack, &error), error);
}

/* An export: the number of messages of each conversation. */
struct plan {
    int counts[CONVERSATIONS];
};

static const char *message_text(int conversation, int message)
{
    static char text[64];

    snprintf(text, sizeof text, "Message %d of conversation %d is about my garden.", message, conversation);
    return text;
}

static const char *write_export(const struct plan *plan)
{
    static char json[16384];
    size_t used = (size_t)snprintf(json, sizeof json, "[");
    const char *comma = "";

#define ADD(...) used += (size_t)snprintf(json + used, sizeof json - used, __VA_ARGS__)
    for (int c = 0; c < CONVERSATIONS; c++) {
        char parent[32] = "null";

        if (plan->counts[c] == 0) {
            continue;
        }
        ADD("%s{\"title\":\"Chat %d\",\"padding\":\"%0250d\",\"conversation_id\":\"c%d\",\"mapping\":{", comma, c, 0,
            c);
        comma = ",";
        for (int i = 0; i < plan->counts[c]; i++) {
            ADD("%s\"c%d-%d\":{\"parent\":%s,\"message\":{\"author\":{\"role\":\"user\"},\"create_time\":%d,"
                "\"content\":{"
                "\"content_type\":\"text\",\"parts\":[\"%s\"]}}}",
                i > 0 ? "," : "", c, i, parent, 1700000000 + c * 100 + i, message_text(c, i));
            snprintf(parent, sizeof parent, "\"c%d-%d\"", c, i);
        }
        ADD("}}");
    }
    ADD("]");
#undef ADD
    return json;
}

/* 1 if the pack had no source with these bytes. */
static int32_t add(const struct person *person, const struct plan *plan, char id[64])
{
    cpk_input input = CPK_INPUT_INIT;
    cpk_source *source;
    cpk_error *error = NULL;
    int32_t added;

    input.data = write_export(plan);
    input.length = strlen(input.data);
    input.name = "conversations.json";
    assert_ok(cpk_source_add(person->session, cpk_pack_id(person->pack), &input, NULL, &added, &source, &error), error);
    snprintf(id, 64, "%s", cpk_source_id(source));
    cpk_source_free(source);
    return added;
}

static void run_until(const struct person *person, const char *id, int32_t until)
{
    cpk_error *error = NULL;

    assert_ok(cpk_source_run(person->session, id, until, NULL, NULL, &error), error);
}

static void delete_source(const struct person *person, const char *id)
{
    cpk_error *error = NULL;

    assert_ok(cpk_source_delete(person->session, id, &error), error);
}

static cpk_source *get(const struct person *person, const char *id)
{
    cpk_source *source;
    cpk_error *error = NULL;

    assert_ok(cpk_source_get(person->session, id, &source, &error), error);
    return source;
}

static void key_of(const struct person *person, const char *id, const char *part, char key[512])
{
    snprintf(key, 512, "%s/%s/%s/%s", cpk_user_storage_directory(person->user), cpk_pack_id(person->pack), id, part);
}

static void read_blob(const struct person *person, const char *id, const char *part, struct buffer *target)
{
    cpk_error *error = NULL;
    char key[512];

    key_of(person, id, part, key);
    assert_ok(storage_get(person->session->storage, key, target, &error), error);
}

static int count_in(const char *text, const char *what)
{
    int count = 0;

    for (const char *at = strstr(text, what); at != NULL; at = strstr(at + 1, what)) {
        count++;
    }
    return count;
}

/* The texts of all sources together have these messages, each once, and their rows say so. */
static void assert_pack(const struct person *person, char ids[][64], const struct plan *plans, const int *is_there)
{
    struct buffer text;
    int64_t messages = 0;
    int64_t expected = 0;

    buffer_init(&text, &memory_default);
    for (int i = 0; i < SOURCES; i++) {
        if (is_there[i]) {
            cpk_source *source = get(person, ids[i]);

            messages += cpk_source_message_count(source);
            cpk_source_free(source);
            read_blob(person, ids[i], "text.md", &text);
        }
    }
    for (int c = 0; c < CONVERSATIONS; c++) {
        for (int m = 0; m < MESSAGES_MAX; m++) {
            int has = 0;

            for (int i = 0; i < SOURCES; i++) {
                has = has || (is_there[i] && m < plans[i].counts[c]);
            }
            assert_int_equal(count_in(buffer_text(&text), message_text(c, m)), has);
            expected += has;
        }
    }
    assert_int_equal(messages, expected);
    buffer_free(&text);
}

/* --- by example --- */

struct two {
    struct person person;
    struct plan plans[SOURCES];
    char ids[SOURCES][64];
    int is_there[SOURCES];
};

/* An older and a newer export of the same account, both completed. */
static void open_two(struct two *two)
{
    memset(two, 0, sizeof *two);
    open_person(&two->person);
    two->plans[0] = (struct plan){{5, 3, 0, 0}};
    two->plans[1] = (struct plan){{6, 3, 2, 0}};
    for (int i = 0; i < 2; i++) {
        assert_int_equal(add(&two->person, &two->plans[i], two->ids[i]), 1);
        run_until(&two->person, two->ids[i], CPK_SOURCE_COMPLETED);
        two->is_there[i] = 1;
    }
}

static int64_t balance_of(const struct person *person)
{
    int64_t balance;
    cpk_error *error = NULL;

    assert_ok(cpk_credits_balance(person->session, NULL, &balance, NULL, &error), error);
    return balance;
}

static void newer_export_brings_what_the_older_had(void **state)
{
    struct two two;
    cpk_source *before;
    cpk_source *after;
    int64_t balance;

    (void)state;
    open_two(&two);
    before = get(&two.person, two.ids[1]);
    assert_int_equal(cpk_source_message_count(before), 3);
    assert_int_equal(cpk_source_known_messages(before), 8);
    delete_source(&two.person, two.ids[0]);
    two.is_there[0] = 0;
    after = get(&two.person, two.ids[1]);
    assert_int_equal(cpk_source_status(after), CPK_SOURCE_READY_FOR_ANALYSIS);
    assert_int_equal(cpk_source_processed_chunks(after),
                     cpk_source_processed_chunks(before)); /* it keeps what it has */
    cpk_source_free(after);
    assert_int_equal(add(&two.person, &two.plans[1], two.ids[1]), 0);
    balance = balance_of(&two.person);
    run_until(&two.person, two.ids[1], CPK_SOURCE_COMPLETED);
    after = get(&two.person, two.ids[1]);
    assert_int_equal(cpk_source_status(after), CPK_SOURCE_COMPLETED);
    assert_int_equal(cpk_source_message_count(after), 11);
    assert_int_equal(cpk_source_known_messages(after), 0);
    assert_int_equal(cpk_source_conversation_count(after), 3);
    assert_int_equal(cpk_source_total_chunks(after), cpk_source_processed_chunks(after));
    assert_int_equal(balance - balance_of(&two.person),
                     cpk_source_total_chunks(after) - cpk_source_total_chunks(before));
    assert_true(cpk_source_total_chunks(after) > cpk_source_total_chunks(before));
    assert_true(cpk_source_text_tokens(after) > cpk_source_text_tokens(before));
    assert_pack(&two.person, two.ids, two.plans, two.is_there);
    balance = balance_of(&two.person);
    run_until(&two.person, two.ids[1], CPK_SOURCE_COMPLETED); /* nothing is left to do */
    assert_int_equal(balance, balance_of(&two.person));
    cpk_source_free(before);
    cpk_source_free(after);
    person_close(&two.person);
}

static void older_export_may_come_back(void **state)
{
    struct two two;

    (void)state;
    open_two(&two);
    delete_source(&two.person, two.ids[0]);
    assert_int_equal(add(&two.person, &two.plans[0], two.ids[0]), 1);
    run_until(&two.person, two.ids[0], CPK_SOURCE_COMPLETED); /* has all of it again, before the other one runs */
    run_until(&two.person, two.ids[1], CPK_SOURCE_COMPLETED);
    assert_pack(&two.person, two.ids, two.plans, two.is_there);
    person_close(&two.person);
}

static void deletion_of_the_newer_export_takes_nothing_from_the_older(void **state)
{
    struct two two;
    cpk_source *after;

    (void)state;
    open_two(&two);
    delete_source(&two.person, two.ids[1]);
    two.is_there[1] = 0;
    after = get(&two.person, two.ids[0]);
    assert_int_equal(cpk_source_status(after), CPK_SOURCE_COMPLETED); /* it left nothing to the newer one */
    cpk_source_free(after);
    assert_pack(&two.person, two.ids, two.plans, two.is_there);
    person_close(&two.person);
}

static void interrupted_deletion_is_repeated(void **state)
{
    struct two two;
    cpk_error *error = NULL;
    char key[512];

    (void)state;
    open_two(&two);
    key_of(&two.person, two.ids[0], "raw", key); /* the first thing that a deletion removes */
    assert_ok(storage_remove(two.person.session->storage, key, &error), error);
    run_until(&two.person, two.ids[1], CPK_SOURCE_COMPLETED);
    assert_pack(&two.person, two.ids, two.plans, two.is_there);
    delete_source(&two.person, two.ids[0]);
    two.is_there[0] = 0;
    run_until(&two.person, two.ids[1], CPK_SOURCE_COMPLETED);
    assert_pack(&two.person, two.ids, two.plans, two.is_there);
    person_close(&two.person);
}

/* The blobs of an addition are stored before its rows. */
static void interrupted_addition_is_repeated(void **state)
{
    static const char *const parts[] = {"text.md", "index.jsonl"};

    (void)state;
    for (int cut = 0; cut < 2; cut++) {
        struct buffer blobs[2];
        struct two two;
        cpk_error *error = NULL;

        open_two(&two);
        delete_source(&two.person, two.ids[0]);
        two.is_there[0] = 0;
        for (int i = 0; i <= cut; i++) {
            char key[512];

            buffer_init(&blobs[i], &memory_default);
            read_blob(&two.person, two.ids[1], parts[i], &blobs[i]);
            buffer_append_text(&blobs[i], "# what a process added that was killed\n");
            key_of(&two.person, two.ids[1], parts[i], key);
            assert_ok(storage_put(two.person.session->storage, key, blobs[i].data, blobs[i].length, &error), error);
            buffer_free(&blobs[i]);
        }
        run_until(&two.person, two.ids[1], CPK_SOURCE_COMPLETED);
        assert_pack(&two.person, two.ids, two.plans, two.is_there);
        person_close(&two.person);
    }
}

/* A third export knows what the second got by the deletion of the first; that goes as well. The texts made of two
 * readings are made again from the file. */
static void additions_are_restored(void **state)
{
    static const char *const parts[] = {"text.md", "index.jsonl"};
    struct two two;
    cpk_error *error = NULL;

    (void)state;
    open_two(&two);
    two.plans[2] = (struct plan){{6, 4, 2, 5}};
    two.is_there[2] = add(&two.person, &two.plans[2], two.ids[2]);
    run_until(&two.person, two.ids[2], CPK_SOURCE_COMPLETED);
    for (int i = 0; i < 2; i++) {
        delete_source(&two.person, two.ids[i]);
        two.is_there[i] = 0;
        for (int j = i + 1; j < 3; j++) {
            run_until(&two.person, two.ids[j], CPK_SOURCE_COMPLETED);
        }
        assert_pack(&two.person, two.ids, two.plans, two.is_there);
    }
    for (int i = 0; i < 2; i++) {
        struct buffer before;
        struct buffer after;
        char key[512];

        buffer_init(&before, &memory_default);
        buffer_init(&after, &memory_default);
        read_blob(&two.person, two.ids[2], parts[i], &before);
        key_of(&two.person, two.ids[2], parts[i], key);
        assert_ok(storage_remove(two.person.session->storage, key, &error), error);
        run_until(&two.person, two.ids[2], CPK_SOURCE_COMPLETED);
        read_blob(&two.person, two.ids[2], parts[i], &after);
        assert_int_equal(before.length, after.length);
        assert_memory_equal(before.data, after.data, after.length);
        buffer_free(&before);
        buffer_free(&after);
    }
    person_close(&two.person);
}

/* --- in any order --- */

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525 + 1013904223;
    return *seed >> 16;
}

static void run_some_order(struct person *person, uint32_t seed)
{
    struct plan plans[SOURCES] = {0};
    char ids[SOURCES][64];
    int is_there[SOURCES] = {0};

    create_pack(person);
    for (int i = 0; i < SOURCES; i++) {
        for (int c = 0; c < CONVERSATIONS; c++) {
            plans[i].counts[c] = (int)(next_random(&seed) % (MESSAGES_MAX + 1));
        }
        plans[i].counts[i % CONVERSATIONS] += plans[i].counts[i % CONVERSATIONS] == 0;
    }
    for (int step = 0; step < STEPS; step++) {
        int i = (int)(next_random(&seed) % SOURCES);
        uint32_t what = next_random(&seed) % 4;

        if (!is_there[i]) {
            is_there[i] = add(person, &plans[i], ids[i]); /* two equal exports are one source */
        } else if (what == 0) {
            delete_source(person, ids[i]);
            is_there[i] = 0;
        }
        if (is_there[i] && what > 1) {
            run_until(person, ids[i], what == 2 ? CPK_SOURCE_READY_FOR_ANALYSIS : CPK_SOURCE_COMPLETED);
        }
    }
    for (int i = 0; i < SOURCES; i++) {
        if (is_there[i]) {
            run_until(person, ids[i], CPK_SOURCE_COMPLETED);
        }
    }
    assert_pack(person, ids, plans, is_there);
    for (int i = 0; i < SOURCES; i++) {
        if (is_there[i]) {
            cpk_source *source = get(person, ids[i]);

            assert_int_equal(cpk_source_status(source), CPK_SOURCE_COMPLETED);
            cpk_source_free(source);
        }
    }
}

static void any_order_keeps_every_message_once(void **state)
{
    const uint32_t orders = backend_is_postgres() ? 12 : 60;
    struct person person;

    (void)state;
    open_person(&person);
    for (uint32_t seed = 1; seed <= orders; seed++) {
        run_some_order(&person, seed * 7919);
    }
    person_close(&person);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(newer_export_brings_what_the_older_had),
        cmocka_unit_test(older_export_may_come_back),
        cmocka_unit_test(deletion_of_the_newer_export_takes_nothing_from_the_older),
        cmocka_unit_test(interrupted_deletion_is_repeated),
        cmocka_unit_test(interrupted_addition_is_repeated),
        cmocka_unit_test(additions_are_restored),
        cmocka_unit_test(any_order_keeps_every_message_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
