/* What of an input was not read, by reason. docs/formats.md describes the JSON form. */
#ifndef MODEL_LOSS_H
#define MODEL_LOSS_H

#include "base/buffer.h"
#include "base/json/json.h"

enum loss_kind {
    LOSS_EMPTY_CONVERSATIONS,      /* without content */
    LOSS_UNREADABLE_CONVERSATIONS, /* with an unknown structure */
    LOSS_LARGE_CONVERSATIONS,      /* over a limit */
    LOSS_EMPTY_MESSAGES,           /* without content */
    LOSS_DAMAGED_PLACES,           /* bytes that could not be parsed, also the end of a truncated file */
    LOSS_MISSING_FILES,            /* parts of the export that are not there */
    LOSS_UNREADABLE_FILES,         /* of an archive: encrypted, too large, ... */
    LOSS_UNKNOWN_FILES,            /* of an archive: of an unknown format */
    LOSS_UNREAD_PAGES,             /* ranges of a document's pages: without a text layer, damaged, over a limit */
    LOSS_KIND_COUNT
};

struct loss {
    int64_t conversations; /* that were read */
    int64_t of_kind[LOSS_KIND_COUNT];
};

/* Counts a CPK_NOTE_*, if it tells of something that was not read. */
void loss_count_note(struct loss *loss, int32_t note);
void loss_add(struct loss *sum, const struct loss *loss);
/* 1 if content was lost, not only left out because there was none. */
int32_t loss_is_partial(const struct loss *loss);

void loss_write_json(const struct loss *loss, struct buffer *target);
void loss_write_to(const struct loss *loss, struct json_writer *writer); /* as a value */
/* NULL or invalid JSON: nothing was lost. */
void loss_read_json(struct loss *loss, const char *json);

/* Appends one line: "3 of 33 conversations skipped: 2 without content, 1 unreadable; 1 file missing"; nothing if all
 * was read. only_lost 1: without what had no content and files of unknown formats. */
void loss_append_summary(const struct loss *loss, int32_t only_lost, struct buffer *target);

#endif
