/* Cues of requests that a person makes to an assistant: "from now on", "always", "no more", "answers", in many
 * languages and scripts. A sentence becomes a row of tokens with their classes; analyze/rules/instruction.h decides on
 * them. */
#ifndef ANALYZE_LANGUAGE_REQUEST_H
#define ANALYZE_LANGUAGE_REQUEST_H

#include "base/arena.h"

#define REQUEST_LASTING   (UINT64_C(1) << 0)  /* from now on, by default */
#define REQUEST_ALWAYS    (UINT64_C(1) << 1)  /* always, never */
#define REQUEST_WHEN      (UINT64_C(1) << 2)  /* when I ask, if you are not sure */
#define REQUEST_WHEN_I    (UINT64_C(1) << 3)  /* wenn ich, cuando: a condition if a verb of asking follows */
#define REQUEST_ASKING    (UINT64_C(1) << 4)  /* frage, escriba: the verb of such a condition */
#define REQUEST_NOT       (UINT64_C(1) << 5)  /* don't, no, without */
#define REQUEST_MORE      (UINT64_C(1) << 6)  /* anymore, mehr, plus: after a negation */
#define REQUEST_STOP      (UINT64_C(1) << 7)  /* no more, stop */
#define REQUEST_GERUND    (UINT64_C(1) << 8)  /* using, apologising: after "stop" */
#define REQUEST_VERB      (UINT64_C(1) << 9)  /* imperatives that address an assistant: answer, cite, give me */
#define REQUEST_DO        (UINT64_C(1) << 10) /* other imperatives: use, keep, write */
#define REQUEST_AMBIGUOUS (UINT64_C(1) << 11) /* imperatives that may also be statements: usa, responde */
#define REQUEST_FINAL     (UINT64_C(1) << 12) /* request forms that stand at the end: ver, してください */
#define REQUEST_ASK       (UINT64_C(1) << 13) /* I want you to, could you, you should */
#define REQUEST_WANT      (UINT64_C(1) << 14) /* I prefer, I hate */
#define REQUEST_FORM      (UINT64_C(1) << 15) /* features of answers: emojis, bullet points, metric units */
#define REQUEST_REPLY     (UINT64_C(1) << 16) /* answers in general: your answers, replies */
#define REQUEST_MANNER    (UINT64_C(1) << 17) /* short, detailed, formal */
#define REQUEST_LANGUAGE  (UINT64_C(1) << 18) /* in German */
#define REQUEST_ONCE      (UINT64_C(1) << 19) /* this email, here, for now */
#define REQUEST_HERE      (UINT64_C(1) << 20) /* this chat: not lasting, whatever else is said */
#define REQUEST_PERSON    (UINT64_C(1) << 21) /* subjects other than the assistant: I, he, my */
#define REQUEST_TASK      (UINT64_C(1) << 22) /* write, translate: a text for others is wanted */
#define REQUEST_TEXT      (UINT64_C(1) << 23) /* email, story, policy: what is written */
#define REQUEST_HYPO      (UINT64_C(1) << 24) /* pretend, act as: role play */
#define REQUEST_REPORT    (UINT64_C(1) << 25) /* said, wrote: words of others */
#define REQUEST_FIXED     (UINT64_C(1) << 26) /* whole requests: give me one version, tutéame */
#define REQUEST_CALL      (UINT64_C(1) << 27) /* call me */
#define REQUEST_PERMIT    (UINT64_C(1) << 28) /* are fine now, again */
#define REQUEST_SKIP      (UINT64_C(1) << 29) /* please, also, and: a request may follow */
#define REQUEST_REMEMBER  (UINT64_C(1) << 30) /* remember that I */
#define REQUEST_FORGET    (UINT64_C(1) << 31) /* forget that I */
#define REQUEST_ANSWER    (UINT64_C(1) << 32) /* imperatives of answering: answer, respond, speak */
#define REQUEST_LATER     (UINT64_C(1) << 34) /* in future, every time: lasting only where a request begins or ends */
#define REQUEST_QUESTION  (UINT64_C(1) << 35) /* how, why: begins a question */
#define REQUEST_PLEASE    (UINT64_C(1) << 36) /* please, so: a request follows, wherever it stands */
#define REQUEST_ABOUT     (UINT64_C(1) << 37) /* for, about: "for recipes always use grams" */
#define REQUEST_PLAIN     (UINT64_C(1) << 33) /* phrases that only look like requests: give up */

/* Without any of these, a sentence is neither a lasting request nor the start of a text for others. */
#define REQUEST_MATTERS                                                                                                \
    (REQUEST_LASTING | REQUEST_LATER | REQUEST_ALWAYS | REQUEST_WHEN | REQUEST_WHEN_I | REQUEST_STOP | REQUEST_NOT |   \
     REQUEST_REPLY | REQUEST_FIXED | REQUEST_CALL | REQUEST_PERMIT | REQUEST_REMEMBER | REQUEST_FORGET |               \
     REQUEST_ANSWER | REQUEST_TASK | REQUEST_HYPO)
#define REQUEST_ANY UINT64_MAX

/* What a cue is about; two requests about the same that differ in sign contradict each other. */
enum request_topic {
    TOPIC_NONE,
    TOPIC_SHORT, /* length of answers */
    TOPIC_LONG,
    TOPIC_EMOJI,
    TOPIC_LIST,
    TOPIC_TABLE,
    TOPIC_MARKUP,
    TOPIC_OPENING,
    TOPIC_CLOSING,
    TOPIC_CAVEAT,
    TOPIC_PUNCTUATION,
    TOPIC_CODE,
    TOPIC_SOURCE,
    TOPIC_METRIC,
    TOPIC_IMPERIAL,
    TOPIC_UNIT,
    TOPIC_BRITISH,
    TOPIC_AMERICAN,
    TOPIC_TONE,
    TOPIC_FORMAL,
    TOPIC_FAMILIAR,
    TOPIC_STEP,
    TOPIC_CHOICE,
    TOPIC_QUESTION,
    TOPIC_LANGUAGE, /* the token's text says which */
    TOPIC_NAME,     /* the words after the token */
    TOPIC_COUNT
};

#define REQUEST_TOKENS_MAX 160 /* per sentence; longer ones are not requests */

struct request_token {
    uint64_t classes; /* REQUEST_*; 0 for another word */
    uint32_t topics;  /* bits of enum request_topic */
    size_t start;     /* in the folded text */
    size_t end;
    size_t source_start; /* in the text itself */
    size_t source_end;
    int32_t breaks;  /* punctuation before it */
    int32_t colon;   /* a colon before it */
    int32_t capital; /* starts with a capital letter */
    int32_t masked;  /* other people's text before it */
};

struct request_sentence {
    const char *folded; /* lower case, without diacritics */
    struct request_token tokens[REQUEST_TOKENS_MAX];
    size_t count;
    uint64_t classes; /* of all tokens */
    uint32_t topics;
};

/* Reads a sentence; it has no tokens if no cue is of the classes `wanted`. The folded text lives in the arena. 0 if
 * there is no memory. */
int32_t request_read(struct arena *arena, const char *text, size_t length, uint64_t wanted,
                     struct request_sentence *sentence);
/* The number of cues, and how many there is space for: for a test. */
size_t request_cue_count(size_t *capacity);

#endif
