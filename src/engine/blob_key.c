#include "engine/blob_key.h"

#include "base/error.h"

#include <stdio.h>
#include <string.h>

static cpk_status check_length(int length, cpk_error **error)
{
    if (length < 0 || length >= KEY_BYTES) {
        return error_set(error, CPK_ERROR_INTERNAL, "storage", "a storage key of %d bytes is too long", length);
    }
    return CPK_OK;
}

cpk_status blob_key_of_source(char key[KEY_BYTES], const char *directory, const char *source_id, const char *part,
                              cpk_error **error)
{
    return check_length(snprintf(key, KEY_BYTES, "%s/%s/%s", directory, source_id, part), error);
}

cpk_status blob_key_of_answer(char key[KEY_BYTES], const char *prefix, int64_t index, const char *name,
                              cpk_error **error)
{
    return check_length(snprintf(key, KEY_BYTES, "%s%06lld%s%s.json", prefix, (long long)index, name != NULL ? "-" : "",
                                 name != NULL ? name : ""),
                        error);
}

/* Returns the text after the prefix `start`, or NULL if it does not start with it. */
static const char *after(const char *text, const char *start)
{
    const size_t length = strlen(start);

    return strncmp(text, start, length) == 0 ? text + length : NULL;
}

static int32_t is_one_of(const char *text, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(text, names[i]) == 0) {
            return 1;
        }
    }
    return 0;
}

/* Matches names made by blob_key_of_answer(), without the KEY_ANALYZED prefix. */
static int32_t is_answer(const char *name)
{
    size_t digits = name != NULL ? strspn(name, "0123456789") : 0;

    if (digits < 6) {
        return 0;
    }
    name += digits;
    if (name[0] == '-' && strspn(name + 1, "0123456789abcdef") == KEY_NAME_DIGITS) {
        name += 1 + KEY_NAME_DIGITS;
    }
    return strcmp(name, ".json") == 0;
}

/* Matches "<export>/<type>.md", the part after "<pack>/exports/". */
static int32_t is_document(const char *rest)
{
    static const char *const names[] = {"compact.md",    "compact.json", "standard.md",
                                        "standard.json", "complete.md",  "complete.json"};
    const char *slash = rest != NULL ? strchr(rest, '/') : NULL;

    return slash != NULL && slash > rest && is_one_of(slash + 1, names, sizeof names / sizeof names[0]);
}

int32_t blob_key_layout(const char *path)
{
    static const char *const files[] = {KEY_RAW, KEY_TEXT, KEY_INDEX, KEY_PACK}; /* KEY_PACK occurs in jobs only */
    const char *second = strchr(path, '/');
    const char *third = second != NULL ? strchr(second + 1, '/') : NULL;
    const int32_t is_job = after(path, KEY_JOBS "/") != NULL;

    if (third == NULL || second == path || third == second + 1) {
        return KEY_LAYOUT_UNKNOWN;
    }
    if (!is_job && is_document(after(second, "/exports/"))) {
        return KEY_LAYOUT_EXPORT;
    }
    if (is_one_of(third + 1, files, is_job ? 4 : 3) || is_answer(after(third + 1, KEY_ANALYZED))) {
        return is_job ? KEY_LAYOUT_JOB : KEY_LAYOUT_SOURCE;
    }
    return KEY_LAYOUT_UNKNOWN;
}
