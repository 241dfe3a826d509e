#include "analyze/models/answer_text.h"

#include "base/error.h"
#include "base/json/json_view.h"

#include <string.h>

#define DEPTH_MAX    128
#define VALUES_MAX   1000000
#define ATTEMPTS_MAX 64 /* brackets that are tried as the start: each costs at most the rest of the text */
#define THINK_START  "<think>"
#define THINK_END    "</think>"

static int32_t is_space(char byte)
{
    return byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t';
}

static void trim_space(const char **text, size_t *length)
{
    while (*length > 0 && is_space((*text)[0])) {
        (*text)++;
        (*length)--;
    }
    while (*length > 0 && is_space((*text)[*length - 1])) {
        (*length)--;
    }
}

void answer_text_trim(const char **text, size_t *length)
{
    const char *end;

    trim_space(text, length);
    if (*length >= strlen(THINK_START) && memcmp(*text, THINK_START, strlen(THINK_START)) == 0) {
        end = memmem(*text, *length, THINK_END, strlen(THINK_END));
        if (end != NULL) {
            *length -= (size_t)(end - *text) + strlen(THINK_END);
            *text = end + strlen(THINK_END);
            trim_space(text, length);
        }
    }
}

/* Tries each opening bracket of one kind in turn. */
static cpk_status find_from(const char *text, size_t length, char bracket, struct buffer *target, int32_t *found)
{
    const char *const end = text + length;
    const char *at = text;
    cpk_status status = CPK_OK;
    struct json_doc doc;

    json_doc_init(&doc, target->allocator);
    for (int32_t i = 0; i < ATTEMPTS_MAX && !*found && status == CPK_OK; i++) {
        at = at < end ? memchr(at, bracket, (size_t)(end - at)) : NULL;
        if (at == NULL) {
            break;
        }
        status = json_doc_read_first(&doc, at, (size_t)(end - at), DEPTH_MAX, VALUES_MAX);
        if (status == CPK_OK) {
            *found = 1;
            status = json_append_compact(target, json_doc_root(&doc), NULL);
        } else if (status != CPK_ERROR_OUT_OF_MEMORY) {
            status = CPK_OK;
        }
        at++;
    }
    json_doc_free(&doc);
    return status;
}

cpk_status answer_text_find_json(const char *text, size_t length, struct buffer *target, int32_t *found)
{
    cpk_status status;

    *found = 0;
    answer_text_trim(&text, &length);
    if (length > 0 && text[0] == '[') {
        status = find_from(text, length, '[', target, found);
        if (status != CPK_OK || *found) {
            return status;
        }
    }
    status = find_from(text, length, '{', target, found);
    return status != CPK_OK || *found ? status : find_from(text, length, '[', target, found);
}
