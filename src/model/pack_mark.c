#include "model/pack_mark.h"

#include <string.h>

#define BOM "\xEF\xBB\xBF"

static int32_t is_space(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

static size_t skip_spaces(const char *head, size_t length, size_t at)
{
    while (at < length && is_space(head[at])) {
        at++;
    }
    return at;
}

static int32_t begins(const char *head, size_t length, size_t at, const char *text)
{
    return length - at >= strlen(text) && memcmp(head + at, text, strlen(text)) == 0;
}

/* The heading, then one of the two sentences. */
static int32_t is_markdown(const char *head, size_t length, size_t at)
{
    const char *end;

    if (!begins(head, length, at, PACK_MARK_HEADING)) {
        return 0;
    }
    end = memchr(head + at, '\n', length - at);
    if (end == NULL) {
        return 0;
    }
    at = skip_spaces(head, length, (size_t)(end - head));
    return begins(head, length, at, PACK_MARK_ABOUT) || begins(head, length, at, PACK_MARK_NOTHING);
}

/* An object with "format": "contextpack" and with a "notice", which no export of chats has. */
static int32_t is_json(const char *head, size_t length, size_t at)
{
    static const char KEY[] = "\"format\"";
    const char *found = head + at;

    if (!begins(head, length, at, "{") || memmem(head, length, "\"notice\"", strlen("\"notice\"")) == NULL) {
        return 0;
    }
    while ((found = memmem(found, length - (size_t)(found - head), KEY, strlen(KEY))) != NULL) {
        size_t value = skip_spaces(head, length, (size_t)(found - head) + strlen(KEY));

        found++;
        if (begins(head, length, value, ":")) {
            value = skip_spaces(head, length, value + 1);
            if (begins(head, length, value, "\"" PACK_MARK_FORMAT "\"")) {
                return 1;
            }
        }
    }
    return 0;
}

int32_t pack_mark_is(const char *head, size_t length)
{
    size_t at = skip_spaces(head, length, begins(head, length, 0, BOM) ? strlen(BOM) : 0);

    return is_markdown(head, length, at) || is_json(head, length, at);
}
