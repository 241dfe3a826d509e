/* Cuts a JSON file into the elements of its list without parsing them: one element at a time in one reused buffer, so
 * that memory follows the largest element and not the file.
 *
 * The list is a top-level array; or the array under "conversations", "chats", "data" or "items" of a top-level object;
 * or the top-level values themselves, one or many (JSON Lines). Strings, escapes and brackets are tracked, nothing else
 * is checked. Damage costs the elements that it touches: scanning goes on at the next one that looks like the first. */
#ifndef EXTRACT_JSON_JSON_SPLIT_H
#define EXTRACT_JSON_JSON_SPLIT_H

#include "base/context.h"

#include <contextpack/backend/extractor.h>

struct json_element {
    const char *json; /* borrowed: until the callback returns; not NUL-terminated */
    size_t length;
    int64_t offset;    /* of its first byte in the file */
    int64_t index;     /* 0, 1, ...: counts also elements that were skipped */
    int32_t uncertain; /* found by searching after damage: what is not a conversation is dropped without a note */
    int32_t accepted;  /* out: set to 1 for a conversation, so that what follows an uncertain one is trusted again */
};

/* Takes one element; anything but CPK_OK stops the scan with that status. */
typedef cpk_status (*scan_element_fn)(void *user, struct json_element *element, cpk_error **error);

/* Reads all of `reader`. Elements longer than import.max_conversation_bytes or deeper than import.max_json_depth are
 * skipped with a note that names the setting; damage is told in notes of CPK_NOTE_DAMAGED; progress is reported for
 * each block. CPK_ERROR_UNSUPPORTED: the file is UTF-16 or UTF-32. */
cpk_status json_split_read(const struct context *context, const cpk_reader *reader, const cpk_sink *sink,
                           scan_element_fn each, void *user, cpk_error **error);

#endif
