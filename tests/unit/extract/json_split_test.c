#include "support/test.h"

#include "extract/json/json_split.h"
#include "unit/extract/input.h"

#define ELEMENTS_MAX 32
#define MODES        4

struct scanned {
    struct context context;
    struct recorder recorder;
    char *elements[ELEMENTS_MAX];
    int32_t uncertain[ELEMENTS_MAX];
    size_t count;
    size_t read_count; /* of elements that came validated */
    int32_t mode; /* 1: elements are validated where possible; 2: and known ones are expected; 3: and more is expected
                     of all than there is */
    const char *const *known;
    size_t known_count;
    size_t expected_count; /* of elements that came as expected */
    struct json_doc doc;
    cpk_error *error;
    cpk_status status;
};

static cpk_status keep_element(void *user, struct json_element *element, cpk_error **error)
{
    struct scanned *scanned = user;

    (void)error;
    assert_true(scanned->count < ELEMENTS_MAX);
    scanned->expected_count += element->is_expected != 0;
    if (element->is_read) {
        scanned->read_count++;
        assert_ptr_equal(scanned->doc.text, element->json);
        assert_int_equal(scanned->doc.length, element->length);
        assert_int_equal(json_doc_root(&scanned->doc).end, element->length);
    }
    scanned->uncertain[scanned->count] = element->uncertain;
    scanned->elements[scanned->count++] = strndup(element->json, element->length);
    element->accepted = memmem(element->json, element->length, "\"id\"", 4) != NULL;
    return CPK_OK;
}

static cpk_status expect_element(void *user, const char *json, size_t length, size_t *expected, cpk_error **error)
{
    struct scanned *scanned = user;

    (void)error;
    *expected = scanned->mode == 3 ? length + 7 : 0;
    for (size_t i = 0; i < scanned->known_count && scanned->mode == 2; i++) {
        size_t known = strlen(scanned->known[i]);

        if (memcmp(json, scanned->known[i], known < length ? known : length) == 0) {
            *expected = known;
        }
    }
    return CPK_OK;
}

static void scan_start(struct scanned *scanned)
{
    memset(scanned, 0, sizeof *scanned);
    context_init(&scanned->context);
    recorder_init(&scanned->recorder);
}

static void scan_bytes(struct scanned *scanned, const char *json, size_t length, size_t step)
{
    struct slow_source source;
    cpk_reader reader = bytes_reader(&source.bytes, json, length, "file.json");
    struct json_split_options options = {0, NULL, NULL};

    source.step = step;
    reader.self = &source;
    reader.read = slow_read;
    reader.read_at = NULL;
    json_doc_init(&scanned->doc, &scanned->context.allocator);
    options.doc = scanned->mode > 0 ? &scanned->doc : NULL;
    options.expect = scanned->mode > 1 ? expect_element : NULL;
    scanned->status = json_split_read_with(&scanned->context, &reader, &scanned->recorder.sink, &options, keep_element,
                                           scanned, &scanned->error);
    json_doc_free(&scanned->doc);
}

static void scan_free(struct scanned *scanned)
{
    for (size_t i = 0; i < scanned->count; i++) {
        free(scanned->elements[i]);
    }
    recorder_free(&scanned->recorder);
    cpk_error_free(scanned->error);
}

/* Scans with blocks of every small size, in all modes: what comes out must not depend on them. */
static void assert_elements(const char *json, size_t notes, size_t count, const char *const *expected)
{
    for (size_t i = MODES; i < MODES * (strlen(json) + 2); i++) {
        size_t step = i / MODES;
        struct scanned scanned;

        scan_start(&scanned);
        scanned.mode = (int32_t)(i % MODES);
        scanned.known = expected;
        scanned.known_count = count;
        scan_bytes(&scanned, json, strlen(json), step);
        assert_ok(scanned.status, scanned.error);
        assert_int_equal(scanned.count, count);
        for (size_t element = 0; element < count; element++) {
            assert_string_equal(scanned.elements[element], expected[element]);
        }
        assert_int_equal(scanned.recorder.note_count, notes);
        scan_free(&scanned);
    }
}

#define ELEMENTS(json, notes, ...)                                                                                     \
    do {                                                                                                               \
        const char *const expected_[] = {__VA_ARGS__};                                                                 \
        assert_elements(json, notes, sizeof expected_ / sizeof expected_[0], expected_);                               \
    } while (0)

static void lists_are_split(void **state)
{
    (void)state;
    ELEMENTS("[{\"id\":1},{\"id\":2}]", 0, "{\"id\":1}", "{\"id\":2}");
    ELEMENTS("\xEF\xBB\xBF [ {\"id\": [1, {}]} ,\n\t{} , ]\r\n", 0, "{\"id\": [1, {}]}", "{}");
    ELEMENTS("[{\"id\":TRUE},{\"id\":NaN},{\"id\":-Infinity}]", 0, "{\"id\":TRUE}", "{\"id\":NaN}",
             "{\"id\":-Infinity}");
    ELEMENTS("[{\"id\":\"a\tb\"}{\"id\":2}, {\"id\":3,} ,{\"id\":}]", 0, "{\"id\":\"a\tb\"}", "{\"id\":2}",
             "{\"id\":3,}", "{\"id\":}");
    ELEMENTS("[null, 12,true,\"a]b\",[1]]", 0, "null", "12", "true", "\"a]b\"", "[1]");
    ELEMENTS("{\"id\":1}", 0, "{\"id\":1}");
    ELEMENTS("{\"id\":1}\n{\"id\":2}\n", 0, "{\"id\":1}", "{\"id\":2}");
    assert_elements("[]", 0, 0, NULL);
}

static void brackets_in_strings_are_ignored(void **state)
{
    (void)state;
    ELEMENTS("[{\"a\\\"]}\":\"\\\\\"},{\"b\":\"\\\\\\\"}\"}]", 0, "{\"a\\\"]}\":\"\\\\\"}", "{\"b\":\"\\\\\\\"}\"}");
    ELEMENTS("[\"\\\\\\\\\",{\"x\":\"\\u0022[\"}]", 0, "\"\\\\\\\\\"", "{\"x\":\"\\u0022[\"}");
}

static void wrapper_objects_are_opened(void **state)
{
    (void)state;
    ELEMENTS("{\"v\":1,\"conversations\" : [{\"id\":1},{\"id\":2}],\"x\":{\"data\":[3]}}", 0, "{\"id\":1}",
             "{\"id\":2}");
    ELEMENTS("{\"data\":[{\"id\":1}]}", 0, "{\"id\":1}");
    /* deeper down it is no wrapper */
    ELEMENTS("{\"x\":{\"data\":[1]}}", 0, "{\"x\":{\"data\":[1]}}");
    ELEMENTS("[{\"data\":[1]}]", 0, "{\"data\":[1]}");
    ELEMENTS("{\"mydata\":[1]}", 0, "{\"mydata\":[1]}");
}

static void intact_elements_of_damaged_files_are_read(void **state)
{
    (void)state;
    ELEMENTS("[{\"id\":1},{\"id\":2", 1, "{\"id\":1}");
    ELEMENTS("[{\"id\":1},{\"id\":2}", 1, "{\"id\":1}", "{\"id\":2}");
    ELEMENTS("[{\"id\":1},{\"id\":\"2", 1, "{\"id\":1}");
    ELEMENTS("[{\"id\":1},{\"id\":2}] trailing words", 1, "{\"id\":1}", "{\"id\":2}");
}

static void scan_continues_after_damage(void **state)
{
    (void)state;
    /* a bracket of the wrong kind */
    ELEMENTS("[{\"id\":1},{\"id\":[2},{\"id\":3},{\"id\":4}]", 1, "{\"id\":1}", "{\"id\":3}", "{\"id\":4}");
    /* a lost quote: what follows is inside out until something impossible comes */
    ELEMENTS("[{\"id\":1},{\"id\":2\"},{\"id\":3},{\"id\":4}]", 1, "{\"id\":1}", "{\"id\":3}", "{\"id\":4}");
    /* bytes that are not JSON between elements */
    ELEMENTS("[{\"id\":1},@@@@,{\"id\":3}]", 1, "{\"id\":1}", "{\"id\":3}");
}

static void a_bad_line_costs_nothing_but_itself(void **state)
{
    (void)state;
    ELEMENTS("garbage\n{\"id\":1}\n{\"id\":2}\n", 1, "{\"id\":1}", "{\"id\":2}");
    ELEMENTS("{\"id\":1}\n{\"id\":\"cut \n{\"id\":2}\n\n{\"id\":3}", 1, "{\"id\":1}", "{\"id\":2}", "{\"id\":3}");
    ELEMENTS("{\"id\":1}\r\n{\"id\":[{}\r\n{\"id\":2}\r\n", 1, "{\"id\":1}", "{\"id\":2}");
    ELEMENTS("{\"id\":1}\n{\"id\":2}}\n{\"id\":3}\n", 1, "{\"id\":1}", "{\"id\":2}", "{\"id\":3}");
    ELEMENTS("{\"id\":1}\n]}\n{\"id\":3}\nNOTE: end\n{\"id\":4}\n", 2, "{\"id\":1}", "{\"id\":3}", "{\"id\":4}");
    ELEMENTS("{\"id\":1}\n{\"id\":2}\n{\"id\":\"trunc", 1, "{\"id\":1}", "{\"id\":2}");
    ELEMENTS("[{\"id\":1}]\n[{\"id\":2},\n[{\"id\":3}]\n", 1, "{\"id\":1}", "{\"id\":2}", "{\"id\":3}");
    /* values over several lines are no JSON Lines */
    ELEMENTS("{\"id\":\n1}\n{\"id\":2}\n", 0, "{\"id\":\n1}", "{\"id\":2}");
    ELEMENTS("[\n{\"id\":1},\n{\"id\":2}\n]\n", 0, "{\"id\":1}", "{\"id\":2}");
    ELEMENTS("{\"data\":[\n{\"id\":1}\n,\n{\"id\":2}\n]}", 0, "{\"id\":1}", "{\"id\":2}");
}

static void a_line_over_the_limit_is_skipped(void **state)
{
    static const char start[] = "{\"id\":1}\n{\"id\":2}\n{\"id\":\"";
    static const char end[] = "\"}\n{\"id\":3}\n";
    const size_t length = 3 << 20;
    char *text = malloc(sizeof start + length + sizeof end);
    struct scanned scanned;

    (void)state;
    memcpy(text, start, sizeof start - 1);
    memset(text + sizeof start - 1, 'x', length);
    memcpy(text + sizeof start - 1 + length, end, sizeof end);
    scan_start(&scanned);
    scanned.context.settings.values[SETTING_IMPORT_MAX_CONVERSATION_BYTES] = 1 << 20;
    scan_bytes(&scanned, text, strlen(text), 65536);
    assert_ok(scanned.status, scanned.error);
    assert_int_equal(scanned.count, 3);
    assert_string_equal(scanned.elements[2], "{\"id\":3}");
    assert_int_equal(recorder_count_notes(&scanned.recorder, CPK_NOTE_OVER_LIMIT), 1);
    assert_int_equal(scanned.recorder.note_count, 1);
    scan_free(&scanned);
    free(text);
}

static void damage_note_has_the_position(void **state)
{
    static const char json[] = "[{\"id\":1},{\"id\":[2},{\"id\":3}]";
    struct scanned scanned;

    (void)state;
    scan_start(&scanned);
    scan_bytes(&scanned, json, strlen(json), 4096);
    assert_int_equal(scanned.uncertain[1], 1);
    assert_int_equal(scanned.recorder.notes[0].note, CPK_NOTE_DAMAGED);
    assert_says(scanned.recorder.notes[0].text, "bytes 10 to 20");
    scan_free(&scanned);
}

static void too_long_element_is_skipped(void **state)
{
    char json[8192];
    struct scanned scanned;
    size_t length;

    (void)state;
    memset(json, 'x', sizeof json);
    length = (size_t)snprintf(json, sizeof json, "[{\"id\":1},{\"id\":\"%04000d\\\"]\"},{\"id\":3}]", 0);
    for (size_t step = 1; step < 6000; step += 97) {
        scan_start(&scanned);
        scanned.context.settings.values[SETTING_IMPORT_MAX_CONVERSATION_BYTES] = 1024;
        scan_bytes(&scanned, json, length, step);
        assert_ok(scanned.status, scanned.error);
        assert_int_equal(scanned.count, 2);
        assert_string_equal(scanned.elements[1], "{\"id\":3}");
        assert_int_equal(scanned.recorder.note_count, 1);
        assert_int_equal(scanned.recorder.notes[0].note, CPK_NOTE_OVER_LIMIT);
        assert_says(scanned.recorder.notes[0].text, "import.max_conversation_bytes");
        scan_free(&scanned);
    }
}

static void too_deep_element_is_skipped(void **state)
{
    static char json[200000];
    struct scanned scanned;
    size_t length = 0;

    (void)state;
    length += (size_t)sprintf(json, "[{\"id\":");
    memset(json + length, '[', 50000);
    memset(json + length + 50000, ']', 50000);
    length += 100000;
    length += (size_t)sprintf(json + length, "},{\"id\":2}]");
    scan_start(&scanned);
    scan_bytes(&scanned, json, length, 1000);
    assert_ok(scanned.status, scanned.error);
    assert_int_equal(scanned.count, 1);
    assert_string_equal(scanned.elements[0], "{\"id\":2}");
    assert_says(scanned.recorder.notes[0].text, "import.max_json_depth");
    scan_free(&scanned);
}

/* Damage that looks like a start at every step must not make the scan slow: two passes at most. */
static void time_is_linear(void **state)
{
    size_t length = 0;
    size_t capacity = 6000000;
    char *json = malloc(capacity);
    struct scanned scanned;

    (void)state;
    assert_non_null(json);
    length += (size_t)sprintf(json, "[{\"id\":1},");
    while (length + 16 < capacity) {
        memcpy(json + length, "{\"id\":[{\"x\":", 12);
        length += 12;
    }
    json[length++] = '@';
    scan_start(&scanned);
    scan_bytes(&scanned, json, length, 65536);
    assert_ok(scanned.status, scanned.error);
    assert_int_equal(scanned.count, 1);
    scan_free(&scanned);
    free(json);
}

static void utf16_is_rejected(void **state)
{
    static const char little[] = "\xFF\xFE[\0{\0";
    static const char plain[] = "[\0{\0}\0]";
    struct scanned scanned;

    (void)state;
    scan_start(&scanned);
    scan_bytes(&scanned, little, sizeof little - 1, 64);
    assert_int_equal(scanned.status, CPK_ERROR_UNSUPPORTED);
    assert_says(cpk_error_message(scanned.error), "UTF-8");
    scan_free(&scanned);
    scan_start(&scanned);
    scan_bytes(&scanned, plain, sizeof plain - 1, 64);
    assert_int_equal(scanned.status, CPK_ERROR_UNSUPPORTED);
    scan_free(&scanned);
}

static void objects_of_a_list_come_validated(void **state)
{
    static const char json[] = "[{\"id\":1},{\"id\":[true,NULL]},2,{\"id\":tree},{\"id\":3}]";
    struct scanned scanned;

    (void)state;
    scan_start(&scanned);
    scanned.mode = 1;
    scan_bytes(&scanned, json, sizeof json - 1, sizeof json);
    assert_ok(scanned.status, scanned.error);
    assert_int_equal(scanned.count, 5);
    assert_int_equal(scanned.read_count, 3);
    scan_free(&scanned);
}

static void known_objects_of_a_list_are_expected(void **state)
{
    static const char json[] = "[{\"id\":1},{\"id\":[true]},2,{\"id\":tree},{\"id\":3}]";
    static const char *const known[] = {"{\"id\":1}", "{\"id\":3}"};

    (void)state;
    for (size_t step = 1; step <= sizeof json; step++) {
        struct scanned scanned;

        scan_start(&scanned);
        scanned.mode = 2;
        scanned.known = known;
        scanned.known_count = 2;
        scan_bytes(&scanned, json, sizeof json - 1, step);
        assert_ok(scanned.status, scanned.error);
        assert_int_equal(scanned.count, 5);
        assert_true(scanned.expected_count == 2 || step < sizeof json - 1); /* only those that were read whole */
        assert_string_equal(scanned.elements[4], "{\"id\":3}");
        scan_free(&scanned);
    }
}

static void error_of_the_reader_is_returned(void **state)
{
    struct bytes_source source;
    cpk_reader reader = bytes_reader(&source, "[{\"id\":1}]", 10, "file.json");
    struct scanned scanned;

    (void)state;
    source.fail_at = 5;
    scan_start(&scanned);
    assert_int_equal(
        json_split_read(&scanned.context, &reader, &scanned.recorder.sink, keep_element, &scanned, &scanned.error),
        CPK_ERROR_IO);
    scan_free(&scanned);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_are_split),
        cmocka_unit_test(brackets_in_strings_are_ignored),
        cmocka_unit_test(wrapper_objects_are_opened),
        cmocka_unit_test(intact_elements_of_damaged_files_are_read),
        cmocka_unit_test(scan_continues_after_damage),
        cmocka_unit_test(a_bad_line_costs_nothing_but_itself),
        cmocka_unit_test(a_line_over_the_limit_is_skipped),
        cmocka_unit_test(damage_note_has_the_position),
        cmocka_unit_test(too_long_element_is_skipped),
        cmocka_unit_test(too_deep_element_is_skipped),
        cmocka_unit_test(time_is_linear),
        cmocka_unit_test(utf16_is_rejected),
        cmocka_unit_test(objects_of_a_list_come_validated),
        cmocka_unit_test(known_objects_of_a_list_are_expected),
        cmocka_unit_test(error_of_the_reader_is_returned),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
