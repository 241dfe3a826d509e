/* Finds the user's own text in a message: masks code, quotes, pasted texts, letters, job advertisements, logs, role
 * play and fiction. */
#ifndef ANALYZE_LANGUAGE_SPEECH_H
#define ANALYZE_LANGUAGE_SPEECH_H

#include "analyze/language/lexicon.h"

/* Context from earlier messages of the conversation. Zero at its start. */
struct speech_state {
    int32_t persona; /* a role play is active */
    int32_t pasting; /* the user announced that a text follows */
};

struct speech {
    char *text;      /* same length as the message; masked bytes are MASK_BYTE, line feeds are unchanged */
    int32_t persona; /* the assistant has a role: statements are less likely about the user */
};

/* 0 if there is no memory. */
int32_t speech_mask(struct arena *arena, const struct lexicon *lexicon, const char *text, size_t length,
                    struct speech_state *state, struct speech *speech);

#endif
