/* Finds the person's own words in a message of theirs. Masked are texts of others: pasted to be rewritten, translated,
 * judged or answered; quotes, letters, transcripts, advertisements, fiction, exams, contracts; code, logs, tables;
 * role play, suppositions and irony. Which words tell this, in which language, is data: cues.def. */
#ifndef ANALYZE_LANGUAGE_OWN_TEXT_H
#define ANALYZE_LANGUAGE_OWN_TEXT_H

#include "analyze/language/cues.h"

enum own_grade {
    OWN_TEXT,      /* the person's own words about themselves */
    OWN_DOUBTFUL,  /* perhaps theirs: may be quoted, no assertion may rest on it */
    OWN_OF_OTHERS, /* somebody else's, or not meant */
};

/* Context from earlier messages of the conversation. Zero at its start. */
struct own_text_state {
    enum own_grade role;    /* of everything said since a role play began, until it is left */
    enum own_grade pasting; /* of the next message, if this one only announces a text */
};

/* A copy of the message, where masked bytes are MASK_BYTE (words.h); line feeds are unchanged, so are offsets. */
struct own_text {
    char *text;      /* the person's own text alone: for assertions */
    char *quotable;  /* with doubtful text: for excerpts; the same pointer as `text` if nothing is doubtful */
    int32_t persona; /* the assistant has a role: statements are less likely about the person */
};

/* 0 if there is no memory. The copies are in the arena. Time and memory are linear in the length. */
int32_t own_text_find(struct arena *arena, const struct cue_table *cues, const char *text, size_t length,
                      struct own_text_state *state, struct own_text *own);
/* End of what the person may state about themselves in the message, whatever is masked in it: of a first line or
 * paragraph that introduces a text, of a text above an arrow. */
size_t own_text_introduction(const char *text, size_t length);

#endif
