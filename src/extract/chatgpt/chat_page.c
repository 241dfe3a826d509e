#include "extract/chatgpt/chat_page.h"

#include "base/error.h"

#include <string.h>

enum state { STATE_SEARCH, STATE_BEFORE, STATE_JSON, STATE_STRING, STATE_ESCAPE, STATE_END };

static const char variable[] = "jsonData";

int32_t chat_page_is(const void *head, size_t length)
{
    const char *found = length > 0 ? memmem(head, length, variable, sizeof variable - 1) : NULL;
    const char *end = (const char *)head + length;

    if (found == NULL || memmem(head, length, "<html", 5) == NULL) {
        return 0;
    }
    for (found += sizeof variable - 1; found < end && strchr(" \t\r\n=", *found) != NULL && *found != '\0'; found++) {
    }
    return found < end && *found == '[' && found[-1] != 'a';
}

/* Moves on by one byte; 1 if it is part of the JSON. */
static int32_t take_byte(struct chat_page *page, char byte)
{
    switch (page->state) {
    case STATE_SEARCH:
        page->matched = byte == variable[page->matched] ? page->matched + 1 : byte == variable[0];
        if (page->matched == sizeof variable - 1) {
            page->state = STATE_BEFORE;
        }
        return 0;
    case STATE_BEFORE:
        if (byte == '[') {
            page->state = STATE_JSON;
            page->depth = 1;
            return 1;
        }
        if (strchr(" \t\r\n=", byte) == NULL || byte == '\0') {
            page->state = STATE_SEARCH;
            page->matched = 0;
        }
        return 0;
    case STATE_STRING:
        page->state = byte == '\\' ? STATE_ESCAPE : byte == '"' ? STATE_JSON : STATE_STRING;
        return 1;
    case STATE_ESCAPE:
        page->state = STATE_STRING;
        return 1;
    case STATE_JSON:
        page->depth += (byte == '[' || byte == '{') - (byte == ']' || byte == '}');
        page->state = byte == '"' ? STATE_STRING : page->depth == 0 ? STATE_END : STATE_JSON;
        return 1;
    default:
        return 0;
    }
}

static cpk_status page_read(void *self, void *buffer, size_t capacity, size_t *got, cpk_error **error)
{
    struct chat_page *page = self;
    char *out = buffer;

    *got = 0;
    while (*got < capacity && page->state != STATE_END) {
        if (page->held_at == page->held_length) {
            page->held_at = 0;
            CPK_TRY(page->inner->read(page->inner->self, page->held, sizeof page->held, &page->held_length, error));
            if (page->held_length == 0) {
                return CPK_OK;
            }
        }
        while (*got < capacity && page->held_at < page->held_length) {
            char byte = page->held[page->held_at++];

            if (take_byte(page, byte)) {
                out[(*got)++] = byte;
            }
        }
    }
    return CPK_OK;
}

void chat_page_open(struct chat_page *page, const cpk_reader *inner)
{
    memset(page, 0, sizeof *page);
    page->inner = inner;
    page->reader.struct_size = sizeof page->reader;
    page->reader.self = page;
    page->reader.name = inner->name;
    page->reader.size_bytes = -1;
    page->reader.read = page_read;
}
