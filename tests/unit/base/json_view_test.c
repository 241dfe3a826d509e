#include "support/test.h"

#include "base/error.h"
#include "base/hash.h"
#include "base/json/json.h"
#include "base/json/json_view.h"
#include "base/memory.h"
#include "unit/extract/scarce.h"

#include <pthread.h>

#define DEPTH_MAX    64
#define VALUES_MAX   100000
#define STACK_BYTES  ((size_t)128 * 1024)
#define RANDOM_TEXTS 20000

static cpk_status read_text(struct json_doc *doc, const char *text)
{
    json_doc_init(doc, &memory_default);
    return json_doc_read(doc, text, strlen(text), DEPTH_MAX, VALUES_MAX);
}

/* The value that json-c's own parser makes of a whole text; 0 where it refuses. */
static int32_t json_c_parse(const char *text, size_t length, struct json_object **value)
{
    struct json_tokener *tokener = json_tokener_new_ex(DEPTH_MAX + 1);
    int32_t taken;

    assert_non_null(tokener);
    *value = json_tokener_parse_ex(tokener, text, (int)length);
    taken = json_tokener_get_error(tokener) == json_tokener_success;
    for (size_t at = json_tokener_get_parse_end(tokener); taken && at < length; at++) {
        taken = text[at] != '\0' && strchr(" \t\r\n", text[at]) != NULL;
    }
    json_tokener_free(tokener);
    if (!taken) {
        json_object_put(*value);
        *value = NULL;
    }
    return taken;
}

/* json-c's view of the same text, made compact; NULL where it refuses. Free with free(). */
static char *json_c_compact(const char *text, size_t length)
{
    struct json_object *value = NULL;
    char *copy = NULL;

    if (json_c_parse(text, length, &value)) {
        copy = strdup(json_object_to_json_string_ext(value, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
        json_object_put(value);
    }
    return copy;
}

static char *own_compact(const char *text, size_t length)
{
    struct json_doc doc;
    struct buffer target;
    char *copy = NULL;
    cpk_error *error = NULL;

    json_doc_init(&doc, &memory_default);
    buffer_init(&target, &memory_default);
    if (json_doc_read(&doc, text, length, DEPTH_MAX, VALUES_MAX) == CPK_OK) {
        assert_ok(json_append_compact(&target, json_doc_root(&doc), &error), error);
        copy = strdup(buffer_text(&target));
    }
    buffer_free(&target);
    json_doc_free(&doc);
    return copy;
}

static void valid_json_is_accepted(void **state)
{
    static const char *const texts[] = {
        "0", "-0", "12", "-1.5e3", "1E+2", "1e-2", "0.5", "\"\"", "\"a\\u0041\\n\\/\"", "true", "false", "null", "[]",
        "{}", " [ ] ", "\t{\r\n}\n", "[1,2,[3]]", "{\"a\":{\"b\":[]}}", "{\"\":0}", "[\"\\ud83d\\ude00\"]",
        "[\"\\ud83d\"]", "[\"\\ude00\\ud83d\"]", "[\"\\u0000\"]", "[1 , 2 ]", "{ \"a\" : 1 , \"b\" : 2 }",
        "[123456789012345678901234567890]", "[-123456789012345678901234567890]", "[18446744073709551615]",
        "[9223372036854775807,9223372036854775808]", "{\"a\":1,\"a\":2,\"b\":3,\"a\":4}", "[\"\xff\xfe\"]",
        /* what json-c takes besides */
        "[1,]", "{\"a\":1,}", "[\"a\tb\nc\"]", "[NaN,Infinity,-Infinity]", "[nAn,TRUE,False,NULL]", "[007]", "[1.]",
        "[-.5]", "[1e]", "[1e+]", "[1.+]", "[1.e5]"};

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        char *expected = json_c_compact(texts[i], strlen(texts[i]));
        char *got = own_compact(texts[i], strlen(texts[i]));

        if (strchr("[{\" \t", texts[i][0]) != NULL) { /* json-c wants more behind numbers and literals */
            assert_non_null(expected);
            assert_non_null(got);
            assert_string_equal(got, expected);
        }
        assert_non_null(got);
        free(expected);
        free(got);
    }
}

static void invalid_json_is_rejected(void **state)
{
    static const char *const texts[] = {"",
                                        " ",
                                        "[",
                                        "]",
                                        "{",
                                        "}",
                                        "[1",
                                        "[1,",
                                        "{\"a\"",
                                        "{\"a\":",
                                        "{\"a\":1",
                                        "{\"a\":1,",
                                        "[1 2]",
                                        "{\"a\" 1}",
                                        "{a:1}",
                                        "{1:2}",
                                        "[,]",
                                        "[,1]",
                                        "{,}",
                                        "[1,,2]",
                                        "\"",
                                        "\"a",
                                        "\"\\\"",
                                        "[\"\\x\"]",
                                        "[\"\\u12\"]",
                                        "[\"\\u12g4\"]",
                                        "[\"\\\"]",
                                        "[-]",
                                        "[+1]",
                                        "[.5]",
                                        "[.]",
                                        "[-.]",
                                        "[1.5.2]",
                                        "[1e5e5]",
                                        "[0x10]",
                                        "[--1]",
                                        "[1-]",
                                        "[tru]",
                                        "[truex]",
                                        "[nul]",
                                        "[Inf]",
                                        "[1}",
                                        "{\"a\":1]",
                                        "[] []",
                                        "{} 1",
                                        "[1]x",
                                        "['a']",
                                        "{'a':1}",
                                        "[/**/1]",
                                        "[1] // x",
                                        "[1.2.+]",
                                        "[-e5]",
                                        "{\"a\"::1}",
                                        "[:1]",
                                        "[\"a\":1]",
                                        "{\"a\",1}"};

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct json_doc doc;

        assert_int_equal(read_text(&doc, texts[i]), CPK_ERROR_INVALID_DATA);
        assert_non_null(doc.problem);
        assert_true(doc.problem_at <= strlen(texts[i]));
        json_doc_free(&doc);
    }
}

static void raw_nul_is_rejected(void **state)
{
    struct json_doc doc;

    (void)state;
    json_doc_init(&doc, &memory_default);
    assert_int_equal(json_doc_read(&doc, "[\"a\0b\"]", 7, DEPTH_MAX, VALUES_MAX), CPK_ERROR_INVALID_DATA);
    assert_int_equal(json_doc_read(&doc, "[1\0]", 4, DEPTH_MAX, VALUES_MAX), CPK_ERROR_INVALID_DATA);
    json_doc_free(&doc);
}

static void limits_are_enforced(void **state)
{
    struct json_doc doc;

    (void)state;
    json_doc_init(&doc, &memory_default);
    assert_int_equal(json_doc_read(&doc, "[[[0]]]", 7, 3, 4), CPK_OK);
    assert_int_equal(doc.values, 4);
    assert_int_equal(json_doc_read(&doc, "[[[0]]]", 7, 2, 4), CPK_ERROR_LIMIT_EXCEEDED);
    assert_non_null(doc.problem);
    assert_int_equal(json_doc_read(&doc, "[[[0]]]", 7, 3, 3), CPK_ERROR_LIMIT_EXCEEDED);
    assert_null(doc.problem);
    json_doc_free(&doc);
}

static void members_are_found_by_name(void **state)
{
    static const struct json_name names[] = {JSON_NAME("a"), JSON_NAME("long name"), JSON_NAME("missing"),
                                             JSON_NAME("null")};
    struct json_doc doc;
    struct json_view root;
    struct json_view values[4];

    (void)state;
    assert_int_equal(read_text(&doc, "{\"x\":{\"a\":9},\"a\":1,\"long\\u0020name\":[7,8],\"null\":null,\"a\":true}"),
                     CPK_OK);
    root = json_doc_root(&doc);
    json_select(root, names, 4, values);
    assert_true(json_is_true(values[0])); /* the last of equal names */
    assert_int_equal(json_int64(json_item(values[1], 1), -1), 8);
    assert_int_equal(json_item(values[1], 2).type, JSON_VIEW_NONE);
    assert_int_equal(values[2].type, JSON_VIEW_NONE);
    assert_int_equal(values[3].type, JSON_VIEW_NONE);
    assert_int_equal(json_int64(json_get(json_get(root, "x"), "a"), -1), 9);
    assert_int_equal(json_get(values[1], "a").type, JSON_VIEW_NONE);
    assert_true(json_has_items(values[1], 2));
    assert_false(json_has_items(values[1], 3));
    assert_false(json_has_items(values[0], 1));
    json_doc_free(&doc);
}

/* Objects and arrays long enough for the index, at all levels, are passed over to the right place. */
static void long_values_are_skipped(void **state)
{
    char inside[1200];
    char text[8192];
    struct json_doc doc;
    struct json_view view;
    uint32_t hint = 0;

    (void)state;
    memset(inside, 'x', sizeof inside - 1);
    inside[sizeof inside - 1] = '\0';
    snprintf(
        text, sizeof text,
        "{\"a\":[[[[[[[[[[\"%s\"]]],[\"%.200s\"]]]]]],{\"y\":\"%.130s\"}]],\"b\":{\"c\":[\"%.120s\"],\"d\":5},\"e\":6}",
        inside, inside, inside, inside);
    assert_int_equal(read_text(&doc, text), CPK_OK);
    assert_true(doc.span_count > 4);
    view = json_doc_root(&doc);
    assert_int_equal(json_int64(json_get(view, "e"), -1), 6);
    assert_int_equal(json_int64(json_get(json_get(view, "b"), "d"), -1), 5);
    view = json_get(view, "b");
    assert_int_equal(json_doc_at(&doc, view.start, &hint).span, view.span);
    assert_int_equal(json_doc_at(&doc, view.start, &hint).end, view.end);
    view = json_get(json_doc_root(&doc), "a");
    assert_int_equal(json_get(json_item(json_item(view, 0), 1), "y").type, JSON_VIEW_STRING);
    json_doc_free(&doc);
}

/* Long strings, in lists and objects down to deeper levels than ends are kept of, with and without escapes. */
static void long_strings_are_skipped(void **state)
{
    static const size_t lengths[] = {0, 1, 125, 126, 127, 128, 129, 300};
    char plain[512];
    char text[16384];

    (void)state;
    memset(plain, 'x', sizeof plain);
    for (size_t depth = 0; depth < 12; depth++) {
        for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
            const int length = (int)lengths[i];
            struct json_view view;
            struct json_doc doc;
            size_t used = 0;
            struct buffer found;

            for (size_t level = 0; level < depth; level++) {
                used += (size_t)snprintf(text + used, sizeof text - used, "{\"%.*s\":[\"%.*s\\\"\",", length, plain,
                                         length, plain);
            }
            used += (size_t)snprintf(text + used, sizeof text - used,
                                     "{\"a\":\"%.*s\",\"b\":\"%.*s\\n\",\"c\":\"end\"}", length, plain, length, plain);
            for (size_t level = 0; level < depth; level++) {
                used += (size_t)snprintf(text + used, sizeof text - used, ",\"%.*s\"]}", length, plain);
            }
            assert_true(used < sizeof text);
            assert_int_equal(read_text(&doc, text), CPK_OK);
            view = json_doc_root(&doc);
            for (size_t level = 0; level < depth; level++) {
                struct json_iter iter;

                json_iter_init(&iter, view);
                assert_int_equal(json_iter_next(&iter), 1);
                assert_true(json_is_text(json_item(iter.value, 2), "") == (length == 0));
                view = json_item(iter.value, 1);
            }
            buffer_init(&found, &memory_default);
            json_append_text(&found, json_get(view, "b"));
            assert_int_equal(found.length, length + 1);
            assert_int_equal(found.data[length], '\n');
            assert_int_equal(json_text_bound(json_get(view, "a")), length);
            assert_true(json_is_text(json_get(view, "c"), "end"));
            assert_false(json_same_text(json_get(view, "a"), json_get(view, "b")));
            buffer_free(&found);
            json_doc_free(&doc);
        }
    }
}

static void escaped_and_plain_strings_compare_equal(void **state)
{
    struct json_doc doc;
    struct json_view plain;
    struct json_view escaped;
    struct buffer text;

    (void)state;
    assert_int_equal(read_text(&doc, "[\"caf\xc3\xa9 au\",\"c\\u0061f\\u00e9\\u0020au\",\"caf\",1]"), CPK_OK);
    plain = json_item(json_doc_root(&doc), 0);
    escaped = json_item(json_doc_root(&doc), 1);
    assert_true(json_same_text(plain, escaped));
    assert_false(json_same_text(plain, json_item(json_doc_root(&doc), 2)));
    assert_false(json_same_text(plain, json_item(json_doc_root(&doc), 3)));
    assert_true(json_is_text(escaped, "caf\xc3\xa9 au"));
    assert_false(json_is_text(escaped, "caf\xc3\xa9"));
    assert_false(json_is_text(escaped, "caf\xc3\xa9 au lait"));
    assert_true(json_starts_text(escaped, "caf\xc3\xa9"));
    assert_true(json_starts_text(plain, ""));
    assert_false(json_starts_text(plain, "x"));
    assert_int_equal(json_hash_text(5, escaped), hash_bytes(5, "caf\xc3\xa9 au", 8));
    buffer_init(&text, &memory_default);
    json_append_start(&text, plain, 4); /* not half of a character */
    assert_string_equal(buffer_text(&text), "caf");
    buffer_clear(&text);
    json_append_text(&text, escaped);
    assert_string_equal(buffer_text(&text), "caf\xc3\xa9 au");
    buffer_free(&text);
    json_doc_free(&doc);
}

/* Every number and time as json.h reads it. */
static void numbers_and_times_match_json_c(void **state)
{
    static const char *const values[] = {"0",
                                         "-1",
                                         "1700000000",
                                         "1700000000.123456",
                                         "1700000000123",
                                         "17e8",
                                         "1.7e9",
                                         "9223372036854775807",
                                         "9223372036854775808",
                                         "-9223372036854775809",
                                         "18446744073709551616",
                                         "1e300",
                                         "-1e300",
                                         "1e-300",
                                         "0.1",
                                         "123.999",
                                         "9007199254740993",
                                         "\"2024-03-01T10:22:05Z\"",
                                         "\"1700000000\"",
                                         "\"1700000000.5\"",
                                         "\"17x\"",
                                         "\"\"",
                                         "null",
                                         "true",
                                         "[]",
                                         "{\"$date\":\"2024-03-01\"}",
                                         "{\"$date\":{\"$numberLong\":\"1700000000000\"}}",
                                         "{\"$date\":null,\"$numberLong\":1700000000}",
                                         "{\"x\":1}",
                                         "NaN",
                                         "Infinity"};

    (void)state;
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        struct json_object *object;
        char text[256];
        struct json_doc doc;
        struct json_view value;

        snprintf(text, sizeof text, "{\"v\":%s}", values[i]);
        assert_true(json_c_parse(text, strlen(text), &object));
        assert_int_equal(read_text(&doc, text), CPK_OK);
        value = json_get(json_doc_root(&doc), "v");
        assert_int_equal(json_int64(value, -7), json_member_int64(object, "v", -7));
        assert_int_equal(json_time(value), json_member_time(object, "v"));
        json_doc_free(&doc);
        json_object_put(object);
    }
}

static void duplicate_members_are_merged(void **state)
{
    struct json_members members;
    struct json_doc doc;
    struct buffer text;
    size_t index;
    cpk_error *error = NULL;

    (void)state;
    buffer_init(&text, &memory_default);
    buffer_append_byte(&text, '{');
    for (int32_t i = 0; i < 3000; i++) {
        buffer_append_format(&text, "%s\"k%d\":%d,\"\\u006b%d\":[%d]", i > 0 ? "," : "", i % 1000, i, i % 1000, i);
    }
    buffer_append_byte(&text, '}');
    json_doc_init(&doc, &memory_default);
    assert_int_equal(json_doc_read(&doc, text.data, text.length, DEPTH_MAX, VALUES_MAX), CPK_OK);
    json_members_init(&members, &memory_default);
    assert_ok(json_members_read(&members, json_doc_root(&doc), &error), error);
    assert_int_equal(members.count, 1000);
    for (size_t i = 0; i < members.count; i++) {
        assert_ok(json_members_find(&members, json_members_name(&members, i), &index, &error), error);
        assert_int_equal(index, i);
        assert_int_equal(json_int64(json_item(json_members_value(&members, i), 0), -1), 2000 + (int64_t)i);
    }
    json_members_free(&members);
    json_doc_free(&doc);
    buffer_free(&text);
}

static uint64_t random_state = 88172645463325252u;

static uint32_t random_below(uint32_t limit)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (uint32_t)(random_state >> 33) % limit;
}

/* Pieces of JSON at random: most texts are broken somewhere. */
static void make_text(struct buffer *text)
{
    static const char *const pieces[] = {"{",
                                         "}",
                                         "[",
                                         "]",
                                         ",",
                                         ":",
                                         "\"a\"",
                                         "\"b\\n\"",
                                         "\"\\u00e9\"",
                                         "1",
                                         "-2.5e3",
                                         "true",
                                         "null",
                                         " ",
                                         "\"a\":",
                                         "{\"a\":1}",
                                         "[1,2]",
                                         "\"",
                                         "\\",
                                         "0",
                                         "e",
                                         ".",
                                         "{\"a\":",
                                         "[[",
                                         "]]",
                                         "\"\\ud83d\\ude00\"",
                                         "\"\\ud83d\"",
                                         "NaN",
                                         "-"};
    uint32_t count = 1 + random_below(12);

    buffer_clear(text);
    buffer_append_byte(text, random_below(2) ? '[' : '{');
    for (uint32_t i = 0; i < count; i++) {
        buffer_append_text(text, pieces[random_below(sizeof pieces / sizeof pieces[0])]);
    }
    buffer_append_byte(text, text->data[0] == '[' ? ']' : '}');
}

static void random_documents_match_json_c(void **state)
{
    size_t taken = 0;
    struct buffer text;

    (void)state;
    buffer_init(&text, &memory_default);
    for (size_t i = 0; i < RANDOM_TEXTS; i++) {
        char *expected;
        char *got;

        make_text(&text);
        expected = json_c_compact(text.data, text.length);
        got = own_compact(text.data, text.length);
        if ((expected == NULL) != (got == NULL) || (got != NULL && strcmp(got, expected) != 0)) {
            fail_msg("%s is %s here and %s in json-c", text.data, got != NULL ? got : "refused",
                     expected != NULL ? expected : "refused");
        }
        taken += got != NULL;
        free(expected);
        free(got);
    }
    assert_true(taken > RANDOM_TEXTS / 100);
    buffer_free(&text);
}

static void *read_deep(void *user)
{
    const struct buffer *text = user;
    static const struct json_view none;
    struct json_doc doc;
    struct buffer target;
    struct json_view view;
    size_t depth = 0;

    json_doc_init(&doc, &memory_default);
    buffer_init(&target, &memory_default);
    if (json_doc_read(&doc, text->data, text->length, JSON_DEPTH_MAX, VALUES_MAX) != CPK_OK ||
        json_append_compact(&target, json_doc_root(&doc), NULL) != CPK_OK || target.length != text->length) {
        return NULL;
    }
    for (view = json_doc_root(&doc); view.type != JSON_VIEW_NONE; depth++) {
        view = view.type == JSON_VIEW_ARRAY    ? json_item(view, 0)
               : view.type == JSON_VIEW_OBJECT ? json_get(view, "a")
                                               : none;
    }
    buffer_free(&target);
    json_doc_free(&doc);
    return depth == JSON_DEPTH_MAX + 1 ? user : NULL;
}

/* Every depth that a setting allows, on a small stack. */
static void nesting_uses_no_stack(void **state)
{
    pthread_attr_t attributes;
    pthread_t thread;
    void *result = NULL;
    struct buffer text;

    (void)state;
    buffer_init(&text, &memory_default);
    for (size_t i = 0; i < JSON_DEPTH_MAX; i++) {
        buffer_append_text(&text, i % 2 == 0 ? "[" : "{\"a\":");
    }
    buffer_append_text(&text, "1");
    for (size_t i = JSON_DEPTH_MAX; i > 0; i--) {
        buffer_append_text(&text, i % 2 == 1 ? "]" : "}");
    }
    assert_int_equal(pthread_attr_init(&attributes), 0);
    assert_int_equal(pthread_attr_setstacksize(&attributes, STACK_BYTES), 0);
    assert_int_equal(pthread_create(&thread, &attributes, read_deep, &text), 0);
    assert_int_equal(pthread_join(thread, &result), 0);
    assert_ptr_equal(result, &text);
    pthread_attr_destroy(&attributes);
    buffer_free(&text);
}

static cpk_status use_scarce_memory(const cpk_allocator *allocator, const struct buffer *text)
{
    struct json_members members;
    struct json_doc doc;
    struct buffer target;
    cpk_status status;

    json_doc_init(&doc, allocator);
    json_members_init(&members, allocator);
    buffer_init(&target, allocator);
    status = json_doc_read(&doc, text->data, text->length, DEPTH_MAX, VALUES_MAX);
    if (status == CPK_OK) {
        status = json_members_read(&members, json_doc_root(&doc), NULL);
    }
    if (status == CPK_OK) {
        status = json_append_compact(&target, json_doc_root(&doc), NULL);
    }
    buffer_free(&target);
    json_members_free(&members);
    json_doc_free(&doc);
    return status;
}

static void failed_allocation_is_reported(void **state)
{
    struct scarce scarce;
    cpk_allocator allocator = scarce_allocator(&scarce);
    cpk_status status = CPK_ERROR_OUT_OF_MEMORY;
    long calls = 0;
    struct buffer text;

    (void)state;
    buffer_init(&text, &memory_default);
    buffer_append_byte(&text, '{');
    for (int32_t i = 0; i < 40; i++) {
        buffer_append_format(&text, "%s\"\\u006b%d\":[{\"a\":\"%0200d\"}]", i > 0 ? "," : "", i, i);
    }
    buffer_append_byte(&text, '}');
    for (; status != CPK_OK; calls++) {
        scarce.left = calls;
        status = use_scarce_memory(&allocator, &text);
        assert_true(status == CPK_OK || status == CPK_ERROR_OUT_OF_MEMORY);
    }
    assert_true(calls > 5);
    buffer_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(valid_json_is_accepted),
        cmocka_unit_test(invalid_json_is_rejected),
        cmocka_unit_test(raw_nul_is_rejected),
        cmocka_unit_test(limits_are_enforced),
        cmocka_unit_test(members_are_found_by_name),
        cmocka_unit_test(long_values_are_skipped),
        cmocka_unit_test(long_strings_are_skipped),
        cmocka_unit_test(escaped_and_plain_strings_compare_equal),
        cmocka_unit_test(numbers_and_times_match_json_c),
        cmocka_unit_test(duplicate_members_are_merged),
        cmocka_unit_test(random_documents_match_json_c),
        cmocka_unit_test(nesting_uses_no_stack),
        cmocka_unit_test(failed_allocation_is_reported),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
