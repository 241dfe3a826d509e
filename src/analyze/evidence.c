#include "analyze/evidence.h"

#include "analyze/language/own_text.h"
#include "analyze/language/words.h"
#include "base/error.h"

#include <string.h>

enum evidence_grade evidence_grade_of(const cpk_message *message)
{
    const int32_t is_current = (message->flags & CPK_MESSAGE_ACTIVE_BRANCH) != 0;

    switch (message->kind) {
    case CPK_KIND_TEXT:
    case CPK_KIND_TRANSCRIPT: /* other branches have what was edited or taken back */
        if (!is_current) {
            return EVIDENCE_NONE;
        }
        return message->role == CPK_ROLE_USER        ? EVIDENCE_PERSON
               : message->role == CPK_ROLE_ASSISTANT ? EVIDENCE_CONTEXT
                                                     : EVIDENCE_NONE;
    case CPK_KIND_INSTRUCTIONS:
    case CPK_KIND_MEMORY:
        return EVIDENCE_PERSON;
    case CPK_KIND_DOCUMENT:
        return message->role == CPK_ROLE_USER ? EVIDENCE_DOCUMENT : EVIDENCE_NONE;
    default:
        return EVIDENCE_NONE;
    }
}

/* Reads the person's own text in a message; `state` is that of its conversation. 0 if there is no memory. */
static int32_t read_own(struct arena *arena, const struct cue_table *cues, const cpk_message *message,
                        struct own_text_state *state, struct evidence_message *item)
{
    struct own_text own;

    if (item->grade == EVIDENCE_PERSON && (message->kind == CPK_KIND_TEXT || message->kind == CPK_KIND_TRANSCRIPT)) {
        if (!own_text_find(arena, cues, message->text, message->text_length, state, &own)) {
            return 0;
        }
        item->own = own.text;
    }
    return folded_text_make(arena, message->text, message->text_length, &item->folded);
}

cpk_status evidence_read(struct arena *arena, const struct cue_table *cues, const cpk_message *messages, size_t count,
                         struct evidence *evidence, cpk_error **error)
{
    struct own_text_state state;
    const char *conversation = NULL;

    memset(evidence, 0, sizeof *evidence);
    memset(&state, 0, sizeof state);
    evidence->messages = messages;
    evidence->items = arena_allocate_zeroed(arena, count + 1, sizeof *evidence->items);
    if (evidence->items == NULL) {
        return error_out_of_memory(error);
    }
    evidence->count = count;
    for (size_t i = 0; i < count; i++) {
        struct evidence_message *item = &evidence->items[i];

        if (conversation == NULL || strcmp(conversation, messages[i].conversation_id) != 0) {
            conversation = messages[i].conversation_id;
            memset(&state, 0, sizeof state);
        }
        item->grade = messages[i].text_length > 0 ? evidence_grade_of(&messages[i]) : EVIDENCE_NONE;
        if (item->grade >= EVIDENCE_DOCUMENT) {
            evidence->proving++;
            if (!read_own(arena, cues, &messages[i], &state, item)) {
                return error_out_of_memory(error);
            }
        }
    }
    return CPK_OK;
}

static int32_t is_own(const struct evidence_message *item, size_t start, size_t end)
{
    return item->own == NULL || memchr(item->own + start, MASK_BYTE, end - start) == NULL;
}

/* Looks for the quote in one message, preferring the person's own words. */
static int32_t find_in(const struct evidence *evidence, size_t index, const struct folded_text *quote,
                       struct evidence_place *place)
{
    const struct evidence_message *item = &evidence->items[index];
    int32_t result = EVIDENCE_MISSING;
    size_t at = 0;

    if (item->grade < EVIDENCE_DOCUMENT) {
        return result;
    }
    while ((at = folded_text_find(&item->folded, at, quote)) != SIZE_MAX) {
        size_t last = at + quote->length - 1;

        place->message = index;
        place->start = item->folded.offsets[at];
        while (last < item->folded.length &&
               item->folded.offsets[last] == item->folded.offsets[at + quote->length - 1]) {
            last++;
        }
        place->end = item->folded.offsets[last];
        while (place->end > place->start && (unsigned char)evidence->messages[index].text[place->end - 1] <= ' ') {
            place->end--;
        }
        if (is_own(item, place->start, place->end)) {
            return EVIDENCE_FOUND;
        }
        result = EVIDENCE_FOREIGN;
        at++;
    }
    return result;
}

int32_t evidence_find(const struct evidence *evidence, size_t likely, const struct folded_text *quote,
                      struct evidence_place *place)
{
    int32_t result = EVIDENCE_MISSING;

    if (likely < evidence->count) {
        result = find_in(evidence, likely, quote, place);
    }
    for (size_t i = 0; result != EVIDENCE_FOUND && i < evidence->count; i++) {
        int32_t here = i != likely ? find_in(evidence, i, quote, place) : EVIDENCE_MISSING;

        result = here != EVIDENCE_MISSING ? here : result;
    }
    return result;
}
