/* Any JSON: read, every typed look at every member, and the strict reader beside the lenient one. */
#include "base/json/json.h"
#include "base/memory.h"
#include "base/time.h"
#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX 32

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int32_t holds)
{
    if (!holds) {
        abort();
    }
}

static void check_time(int64_t time_us)
{
    char text[TIME_TEXT_BYTES];

    require(time_us == CPK_TIME_UNKNOWN || time_is_shown(time_us));
    time_format_iso(time_us, text);
    require(time_parse_iso(text, strlen(text)) == time_us);
}

static void look_at(struct json_object *value)
{
    if (json_object_is_type(value, json_type_array)) {
        for (size_t i = 0; i < json_object_array_length(value); i++) {
            look_at(json_object_array_get_idx(value, i));
        }
    }
    if (!json_object_is_type(value, json_type_object)) {
        return;
    }
    json_object_object_foreach(value, name, member)
    {
        size_t length;

        check_time(json_member_time(value, name));
        require(json_member_int64(value, name, 1) == json_member_int64(value, name, 1));
        require(json_member_text_length(value, name, &length) != NULL || length == 0);
        require(json_member_true(value, name) == 0 || json_member_true(value, name) == 1);
        look_at(member);
    }
}

/* A text of any valid UTF-8 comes back as it was written. */
static void write_and_read(const char *text, size_t length)
{
    struct json_object *array = NULL;
    struct json_object *read;
    struct json_writer writer;
    struct buffer repaired;
    struct buffer json;

    buffer_init(&repaired, &memory_default);
    buffer_init(&json, &memory_default);
    utf8_append_repaired(&repaired, text, length);
    json_writer_init(&writer, &json);
    json_write_begin_array(&writer);
    json_write_text(&writer, buffer_text(&repaired), repaired.length);
    json_write_end_array(&writer);
    require(json_parse(json.data, json.length, DEPTH_MAX, &array, NULL) == CPK_OK);
    read = json_object_array_get_idx(array, 0);
    require((size_t)json_object_get_string_len(read) == repaired.length);
    require(memcmp(json_object_get_string(read), buffer_text(&repaired), repaired.length) == 0);
    json_object_put(array);
    buffer_free(&json);
    buffer_free(&repaired);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    struct json_object *value = NULL;
    struct json_object *strict = NULL;

    if (json_parse_strict(text, size, DEPTH_MAX, &strict, NULL) == CPK_OK) {
        require(json_parse(text, size, DEPTH_MAX, &value, NULL) == CPK_OK);
        require(json_object_equal(value, strict));
        json_object_put(value);
        json_object_put(strict);
    }
    if (json_parse(text, size, DEPTH_MAX, &value, NULL) == CPK_OK) {
        look_at(value);
        json_object_put(value);
    }
    check_time(time_parse_iso(text, size));
    write_and_read(text, size);
    return 0;
}
