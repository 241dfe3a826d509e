/* Which parts of a user's message are their own speech: code, quotes, pasted texts to work on, letters, job
 * advertisements, logs, role play and fiction are masked. */
#ifndef ANALYZE_SPEECH_H
#define ANALYZE_SPEECH_H

#include "analyze/lexicon.h"

/* What a conversation's earlier messages mean for the next one. Zero at the start of a conversation. */
struct speech_state {
    int32_t persona; /* a role play is on */
    int32_t pasting; /* the user said that a text to work on comes next */
};

struct speech {
    char *text;      /* as long as the message; masked bytes are MASK_BYTE, line feeds stay */
    int32_t persona; /* the assistant was given a role: what follows is less certainly about the user */
};

/* 0 without memory. */
int32_t speech_mask(struct arena *arena, const struct lexicon *lexicon, const char *text, size_t length,
                    struct speech_state *state, struct speech *speech);

#endif
