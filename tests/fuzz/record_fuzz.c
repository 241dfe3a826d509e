/* Any lines as a source's index, and any bytes as its extracted text: what is read back for an analyzer. */
#include "base/memory.h"
#include "model/message_record.h"
#include "processing/chunk_messages.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int32_t holds)
{
    if (!holds) {
        abort();
    }
}

/* What was read can be written, and is then the same. */
static void check_line(struct arena *arena, const char *line, size_t length)
{
    cpk_message message;
    cpk_message again;
    struct message_record_place place;
    struct message_record_place place_again;
    struct buffer written;

    if (message_record_read_index(arena, line, length, &message, &place, NULL) != CPK_OK) {
        return;
    }
    buffer_init(&written, &memory_default);
    message_record_write_index(&written, &message, &place);
    require(!written.failed && written.length > 0);
    require(message_record_read_index(arena, written.data, written.length - 1, &again, &place_again, NULL) == CPK_OK);
    require(memcmp(&place, &place_again, sizeof place) == 0);
    require(again.time_us == message.time_us && again.role == message.role && again.kind == message.kind);
    require(strcmp(again.message_id, message.message_id) == 0 && strcmp(again.provider, message.provider) == 0);
    buffer_free(&written);
}

/* The input is the index and the text that it tells of. */
static void check_chunk(struct arena *arena, const char *data, size_t size, int64_t offset)
{
    struct chunk_messages messages;

    if (chunk_messages_read(arena, &(struct chunk_bytes){data, size, offset, data, size}, &messages, NULL) != CPK_OK) {
        return;
    }
    for (size_t i = 0; i < messages.count; i++) {
        require(messages.items[i].text != NULL && messages.items[i].text_length <= size);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    size_t start = 0;
    struct arena arena;

    arena_init(&arena, &memory_default);
    for (size_t at = 0; at <= size; at++) {
        if (at == size || text[at] == '\n') {
            check_line(&arena, text + start, at - start);
            start = at + 1;
        }
    }
    check_chunk(&arena, text, size, 0);
    check_chunk(&arena, text, size, (int64_t)size / 2);
    arena_free(&arena);
    return 0;
}
