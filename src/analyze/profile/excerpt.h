/* Excerpts: the sentences of a message that tell most about its author, verbatim. */
#ifndef ANALYZE_PROFILE_EXCERPT_H
#define ANALYZE_PROFILE_EXCERPT_H

#include "analyze/language/disclosure.h"
#include "base/buffer.h"

#define EXCERPT_SCORE_MAX 1000

/* What is counted in an excerpt: the kinds of disclosure.h, then these. */
enum excerpt_feature {
    EXCERPT_NAMES = DISCLOSURE_COUNT, /* capitals inside a sentence */
    EXCERPT_NUMBERS,
    EXCERPT_CODE_MARKS,
    EXCERPT_ASKS, /* opens with a request */
    EXCERPT_QUESTION,
    EXCERPT_STATES,       /* neither */
    EXCERPT_OWN_RELATION, /* "my sister" */
    EXCERPT_OWN_ALONE,    /* "my" without "I" */
    EXCERPT_SELF_LIFE,    /* "I work" */
    EXCERPT_SELF_TASK,    /* "I get an error" */
    EXCERPT_IMPERSONAL,   /* neither "I" nor "we" nor a person */
    EXCERPT_DROPPED,      /* no subject in a language where none is usual */
    EXCERPT_OTHERS,       /* a friend's life, without "I" */
    EXCERPT_NEW_VALUE,    /* a changed value with its number */
    EXCERPT_CHOICE,       /* a stated preference of some words */
    EXCERPT_HYPOTHETICAL, /* "if I moved, would I" */
    EXCERPT_SPLICED,      /* other people's text inside */
    EXCERPT_NEED_ALONE,   /* wants something, without a person or a circumstance */
    EXCERPT_TINY,         /* fewer than 4 words */
    EXCERPT_SHORT,        /* 4 to 7 words */
    EXCERPT_LONG,         /* more than 24 words */
    EXCERPT_ERRAND,       /* the matter of a task, without a life */
    EXCERPT_BARE,         /* no life, name or date */
    EXCERPT_RICH,         /* several words of a life */
    EXCERPT_LIFELESS,     /* nothing of a life in the whole message */
    EXCERPT_CHORE,        /* nor anything else than a task */
    EXCERPT_NOBODY,       /* nor the author, in the whole message */
    EXCERPT_THIRD,        /* somebody's relatives, in such a message */
    EXCERPT_MATTER,       /* after "subtitle, 16 characters:" or "exercise 7:" */
    EXCERPT_WHOLE,        /* all that the message says */
    EXCERPT_OPENING,      /* in the first message of a conversation */
    EXCERPT_PARAGRAPHS,   /* in a message of several paragraphs */
    EXCERPT_LATER,        /* not in its first one */
    EXCERPT_PASTES,       /* in a message with other people's text */
    EXCERPT_NEWS,         /* in an opening message that asks nothing, and has no task */
    EXCERPT_EXCLAIMS,     /* "!!" */
    EXCERPT_THING,        /* a chore of which nobody in the message speaks as theirs: "quick dinner with tofu" */
    EXCERPT_LESSON,       /* opens with an article, in such a message: "The mitochondrion is an organelle" */
    EXCERPT_LOWER,        /* in a message without capitals: its names are not told by them */
    EXCERPT_AROUND,       /* from here on: the kinds of disclosure.h in the rest of the message */
    EXCERPT_FEATURES = EXCERPT_AROUND + DISCLOSURE_COUNT
};

struct excerpt_message {
    const char *masked; /* its text, with other people's as MASK_BYTE */
    const char *sure;   /* the same, with what is perhaps other people's masked too; scores less */
    size_t length;
    enum language language;
    int32_t is_opening;  /* the first of its conversation */
    int32_t is_complete; /* excerpts that tell nothing are wanted as well */
    int32_t weight;      /* of its scores, in thousandths: less than 1000 for text that is hardly the person's */
};

/* Called for each excerpt: one line, white space collapsed, masked text as an ellipsis. `score` is from 1 to
 * EXCERPT_SCORE_MAX, made from the counts. */
typedef void (*excerpt_fn)(void *user, const char *text, int32_t score, const int32_t counts[EXCERPT_FEATURES]);

/* Reads a message. `line` is scratch space; its `failed` tells of missing memory. */
void excerpts_read(const struct disclosure_table *disclosures, const struct excerpt_message *message,
                   struct buffer *line, excerpt_fn emit, void *user);

#endif
