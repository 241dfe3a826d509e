#include "payments/stripe/reader.h"

#define MICROS_PER_SECOND INT64_C(1000000)

const char *reader_copy(struct reader *reader, const char *text)
{
    const char *copy;

    if (text == NULL || text[0] == '\0') {
        return NULL;
    }
    copy = arena_copy_text(reader->arena, text);
    reader->out_of_memory |= copy == NULL;
    return copy;
}

const char *reader_text(struct reader *reader, struct json_object *object, const char *key)
{
    return reader_copy(reader, json_member_text(object, key));
}

const char *reader_id(struct reader *reader, struct json_object *object, const char *key)
{
    struct json_object *expanded = json_member_object(object, key);

    return expanded != NULL ? reader_text(reader, expanded, "id") : reader_text(reader, object, key);
}

int64_t reader_time(struct json_object *object, const char *key)
{
    int64_t seconds = json_member_int64(object, key, FACT_UNKNOWN);

    return seconds < 0 || seconds > INT64_MAX / MICROS_PER_SECOND ? FACT_UNKNOWN : seconds * MICROS_PER_SECOND;
}
