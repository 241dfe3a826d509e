#include "processing/chunk_messages.h"

#include "base/error.h"

#include <string.h>

static size_t count_lines(const char *index, size_t length)
{
    const char *at = index;
    const char *end = index + length;
    size_t count = 0;

    while (at < end && (at = memchr(at, '\n', (size_t)(end - at))) != NULL) {
        count++;
        at++;
    }
    return count;
}

/* Points the message at its part inside the chunk; returns 0 if that is empty. */
static int32_t place_text(cpk_message *message, const struct message_record_place *place,
                          const struct chunk_bytes *chunk)
{
    int64_t from = place->offset + place->body_offset - chunk->text_offset;
    int64_t to = from + place->body_length;

    if (from < 0) {
        from = 0;
    }
    if (to > (int64_t)chunk->text_length) {
        to = (int64_t)chunk->text_length;
    }
    if (to < from || (to == from && place->body_length > 0)) {
        return 0;
    }
    message->text_length = (size_t)(to - from);
    message->text = to > from ? chunk->text + from : "";
    return 1;
}

cpk_status chunk_messages_read(struct arena *arena, const struct chunk_bytes *chunk, struct chunk_messages *messages,
                               cpk_error **error)
{
    const char *at = chunk->index;
    const char *end = chunk->index + chunk->index_length;
    size_t lines = count_lines(chunk->index, chunk->index_length) + 1;

    messages->count = 0;
    messages->items = arena_allocate_zeroed(arena, lines, sizeof *messages->items);
    messages->places = arena_allocate_zeroed(arena, lines, sizeof *messages->places);
    if (messages->items == NULL || messages->places == NULL) {
        return error_out_of_memory(error);
    }
    while (at < end) {
        const char *feed = memchr(at, '\n', (size_t)(end - at));
        size_t length = feed != NULL ? (size_t)(feed - at) : (size_t)(end - at);
        cpk_message *message = &messages->items[messages->count];
        struct message_record_place place;

        CPK_TRY(message_record_read_index(arena, at, length, message, &place, error));
        if (place_text(message, &place, chunk)) {
            messages->places[messages->count] = place;
            messages->count++;
        }
        at = feed != NULL ? feed + 1 : end;
    }
    return CPK_OK;
}
