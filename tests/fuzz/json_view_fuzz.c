/* Any text: taken or refused as json-c does, and the same values in it; every way of looking into it. */
#include "base/json/json.h"
#include "base/json/json_view.h"
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX  32
#define VALUES_MAX 100000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int32_t holds)
{
    if (!holds) {
        abort();
    }
}

static void look_at(struct json_view view)
{
    static const struct json_name names[] = {JSON_NAME("a"), JSON_NAME("mapping"), JSON_NAME("text")};
    struct json_view values[3];
    uint64_t hash = 0;
    struct json_iter iter;
    double number;
    uint32_t hint = 0;
    struct json_view again = json_doc_at(view.doc, view.start, &hint);

    require(again.end == view.end && again.type == view.type && again.span == view.span);
    require(json_is_text(view, "a") == 0 || json_starts_text(view, "a"));
    require(json_number(view, &number) == (view.type == JSON_VIEW_NUMBER));
    json_time(view);
    json_int64(view, 0);
    json_select(view, names, 3, values);
    require(json_hash_compact(view, &memory_default, &hash, NULL) == CPK_OK);
    json_iter_init(&iter, view);
    while (json_iter_next(&iter)) {
        require(iter.value.start < iter.value.end && iter.value.end <= view.end);
    }
}

/* Comments and single quotes, which json-c takes, are refused here. */
static int32_t is_foreign(const char *text, size_t length)
{
    return memchr(text, '/', length) != NULL || memchr(text, '\'', length) != NULL ||
           memchr(text, '\0', length) != NULL;
}

/* Names that hold a NUL are cut there by json-c, and one text is a name or a value. */
static int32_t may_hold_nul(const char *text, size_t length)
{
    return memmem(text, length, "\\u0000", 6) != NULL;
}

/* The value that json-c's own parser makes of a whole text; 0 where it refuses. */
static int32_t json_c_parse(const char *text, size_t length, struct json_object **value)
{
    struct json_tokener *tokener = json_tokener_new_ex(DEPTH_MAX + 1);
    int32_t taken;

    require(tokener != NULL);
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

static void compare(const struct json_doc *doc, cpk_status status, const char *text, size_t length)
{
    struct json_object *value = NULL;
    int32_t taken = json_c_parse(text, length, &value);
    struct buffer target;

    require((status == CPK_OK) == taken);
    if (status == CPK_OK && !may_hold_nul(text, length)) {
        buffer_init(&target, &memory_default);
        require(json_append_compact(&target, json_doc_root(doc), NULL) == CPK_OK);
        require(strcmp(buffer_text(&target), json_object_to_json_string_ext(
                                                 value, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE)) == 0);
        buffer_free(&target);
    }
    json_object_put(value);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1); /* so that the sanitizer sees the end */
    struct json_members members;
    struct json_doc doc;
    cpk_status status;

    require(text != NULL);
    memcpy(text, data, size);
    json_doc_init(&doc, &memory_default);
    json_members_init(&members, &memory_default);
    status = json_doc_read(&doc, text, size, DEPTH_MAX, VALUES_MAX);
    if (status == CPK_OK) {
        look_at(json_doc_root(&doc));
        require(json_members_read(&members, json_doc_root(&doc), NULL) == CPK_OK);
        for (size_t i = 0; i < members.count; i++) {
            look_at(json_members_value(&members, i));
        }
    }
    if (size > 0 && (data[0] == '[' || data[0] == '{') && !is_foreign(text, size)) {
        compare(&doc, status, text, size);
    }
    json_members_free(&members);
    json_doc_free(&doc);
    free(text);
    return 0;
}
