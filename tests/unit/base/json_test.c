#include "support/test.h"

#include "base/json/json.h"
#include "base/memory.h"

static void parsed_value_is_written_unchanged(void **state)
{
    static const char text[] = "quote \" slash \\ line\nfeed tab\t nul \0 bell \a end";
    struct buffer target;
    struct json_writer writer;
    struct json_object *value;
    size_t length;
    cpk_error *error = NULL;

    (void)state;
    buffer_init(&target, &memory_default);
    json_writer_init(&writer, &target);
    json_write_begin_object(&writer);
    json_write_key(&writer, "text");
    json_write_text(&writer, text, sizeof text - 1);
    json_write_key(&writer, "list");
    json_write_begin_array(&writer);
    json_write_int64(&writer, INT64_MIN);
    json_write_bool(&writer, 1);
    json_write_null(&writer);
    json_write_end_array(&writer);
    json_write_key(&writer, "time");
    json_write_time(&writer, 0);
    json_write_end_object(&writer);

    assert_ok(json_parse(target.data, target.length, 32, &value, &error), error);
    assert_memory_equal(json_member_text_length(value, "text", &length), text, sizeof text - 1);
    assert_int_equal(length, sizeof text - 1);
    assert_int_equal(json_object_array_length(json_member_array(value, "list")), 3);
    assert_int_equal(json_member_time(value, "time"), 0);
    json_object_put(value);
    buffer_free(&target);
}

/* Whatever stands at whichever place, over several pieces of a long text. */
static void texts_of_any_length_are_written(void **state)
{
    char text[2100];
    struct buffer target;

    (void)state;
    buffer_init(&target, &memory_default);
    for (size_t length = 0; length < sizeof text; length += length < 70 ? 1 : 677) {
        for (unsigned byte = 0; byte < 0x80; byte++) {
            const size_t at = length > 0 ? (length * 31 + byte * 7) % length : 0;
            struct json_object *value;
            struct json_writer writer;
            cpk_error *error = NULL;
            size_t got;

            memset(text, 'x', length);
            if (length > 0) {
                text[at] = (char)byte;
                text[length - 1] = (char)byte;
            }
            buffer_clear(&target);
            json_writer_init(&writer, &target);
            json_write_begin_object(&writer);
            json_write_key(&writer, "text");
            json_write_text(&writer, text, length);
            json_write_end_object(&writer);
            assert_int_equal(strlen(target.data), target.length);
            assert_ok(json_parse(target.data, target.length, 32, &value, &error), error);
            assert_memory_equal(json_member_text_length(value, "text", &got), text, length);
            assert_int_equal(got, length);
            json_object_put(value);
        }
    }
    buffer_free(&target);
}

static void member_access_returns_defaults_for_wrong_types(void **state)
{
    struct json_object *value;
    cpk_error *error = NULL;
    static const char json[] =
        "{\"a\":1.5,\"b\":\"1709208000.5\",\"c\":{\"$date\":{\"$numberLong\":\"1709208000250\"}}}";

    (void)state;
    assert_ok(json_parse(json, sizeof json - 1, 32, &value, &error), error);
    assert_null(json_member_text(value, "a"));
    assert_null(json_member(NULL, "a"));
    assert_null(json_member(json_member(value, "a"), "x"));
    assert_int_equal(json_member_int64(value, "a", 7), 1);
    assert_int_equal(json_member_int64(value, "b", 7), 7);
    assert_int_equal(json_member_time(value, "b"), INT64_C(1709208000500000));
    assert_int_equal(json_member_time(value, "c"), INT64_C(1709208000250000));
    json_object_put(value);
}

static void parse_error_names_the_position(void **state)
{
    struct json_object *value;
    cpk_error *error = NULL;

    (void)state;
    assert_int_equal(json_parse("{\"a\":", 5, 32, &value, &error), CPK_ERROR_INVALID_DATA);
    assert_non_null(strstr(cpk_error_message(error), "unexpected end"));
    cpk_error_free(error);
    error = NULL;
    assert_int_equal(json_parse("[[[[1]]]]", 9, 3, &value, &error), CPK_ERROR_LIMIT_EXCEEDED);
    assert_non_null(strstr(cpk_error_message(error), "import.max_json_depth"));
    cpk_error_free(error);
}

static void trailing_data_is_rejected(void **state)
{
    static const char *const whole[] = {"{}", " [1] \r\n\t", "{\"a\":[{}]}"};
    static const char *const broken[] = {"", "{", "[1] x", "{}{}", "{}\n[", "nul"};
    struct json_object *value;
    cpk_error *error = NULL;

    (void)state;
    for (size_t i = 0; i < sizeof whole / sizeof whole[0]; i++) {
        assert_ok(json_parse(whole[i], strlen(whole[i]), 8, &value, &error), error);
        json_object_put(value);
    }
    assert_int_equal(json_parse("{}", 3, 8, &value, NULL), CPK_ERROR_INVALID_DATA); /* with its NUL */
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
        assert_int_equal(json_parse(broken[i], strlen(broken[i]), 8, &value, NULL), CPK_ERROR_INVALID_DATA);
        assert_null(value);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parsed_value_is_written_unchanged),
        cmocka_unit_test(texts_of_any_length_are_written),
        cmocka_unit_test(member_access_returns_defaults_for_wrong_types),
        cmocka_unit_test(parse_error_names_the_position),
        cmocka_unit_test(trailing_data_is_rejected),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
