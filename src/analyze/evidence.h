/* Which messages of a chunk may prove a statement, and which words in them are the person's own. */
#ifndef ANALYZE_EVIDENCE_H
#define ANALYZE_EVIDENCE_H

#include "analyze/folded_text.h"
#include "analyze/language/cues.h"

#include <contextpack/error.h>
#include <contextpack/message.h>

enum evidence_grade {
    EVIDENCE_NONE,     /* left out: tool calls, attachments, reasoning, other branches */
    EVIDENCE_CONTEXT,  /* an assistant's message: makes answers clear, proves nothing */
    EVIDENCE_DOCUMENT, /* a document of the person: proves what the document says */
    EVIDENCE_PERSON,   /* the person's own message, instructions and memories: proves statements about the person */
};

struct evidence_message {
    enum evidence_grade grade;
    const char *own;           /* a copy in which text of others is masked (own_text.h); NULL: all is the person's */
    struct folded_text folded; /* empty unless it may prove something */
};

struct evidence {
    const cpk_message *messages;    /* of the chunk; borrowed */
    struct evidence_message *items; /* one for each */
    size_t count;
    size_t proving; /* messages that may prove something */
};

enum evidence_grade evidence_grade_of(const cpk_message *message);
/* Reads the messages; everything is allocated in the arena. */
cpk_status evidence_read(struct arena *arena, const struct cue_table *cues, const cpk_message *messages, size_t count,
                         struct evidence *evidence, cpk_error **error);

struct evidence_place {
    size_t message; /* index */
    size_t start;   /* byte range of the message's text */
    size_t end;
};

#define EVIDENCE_FOUND   0
#define EVIDENCE_MISSING 1 /* the words stand in no message that proves something */
#define EVIDENCE_FOREIGN 2 /* they stand only in text that is not the person's own */

/* Finds a quote: in message `likely` (an index; any other number: none) if it is there, otherwise in the first that
 * has it. */
int32_t evidence_find(const struct evidence *evidence, size_t likely, const struct folded_text *quote,
                      struct evidence_place *place);

#endif
