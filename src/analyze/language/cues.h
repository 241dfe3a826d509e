/* Cues: words and short phrases of many languages that tell whose text follows or precedes ("translate this", "my boss
 * said", "Sehr geehrte", "ロールプレイ"). The table is data, see cues.def. A sentence is read once into tokens with the
 * bits of their cues; text without spaces between words (Chinese, Japanese, Korean) is searched for the longest cue at
 * each character. */
#ifndef ANALYZE_LANGUAGE_CUES_H
#define ANALYZE_LANGUAGE_CUES_H

#include "base/arena.h"

/* Requests. */
#define CUE_REWRITE   (UINT64_C(1) << 0) /* proofread, summarise, rephrase: the object is always a text */
#define CUE_TRANSLATE (UINT64_C(1) << 1)
#define CUE_RETOUCH   (UINT64_C(1) << 2) /* fix, check, shorten, rate: a text if the object is one */
#define CUE_REPLY     (UINT64_C(1) << 3)
#define CUE_MAKE      (UINT64_C(1) << 4) /* make it, turn it into */
#define CUE_MANNER    (UINT64_C(1) << 5) /* shorter, formal, friendlier: how a text should be */
#define CUE_JUDGE     (UINT64_C(1) << 6) /* thoughts, what do you think of, how does this sound */
#define CUE_WRITE     (UINT64_C(1) << 7)
#define CUE_REQUEST   (UINT64_C(1) << 8) /* other imperatives to the assistant: tell him, explain, keep */
#define CUE_GRAMMAR   (UINT64_C(1) << 9) /* spelling, mistakes */
/* Objects. */
#define CUE_TEXT     (UINT64_C(1) << 10) /* email, letter, paragraph, message */
#define CUE_OWN_DOC  (UINT64_C(1) << 11) /* texts about their owner: CV, bio, profile */
#define CUE_FICTION  (UINT64_C(1) << 12) /* story, poem, chapter, lyrics */
#define CUE_POINT    (UINT64_C(1) << 13) /* this, these, below, following, above */
#define CUE_IT       (UINT64_C(1) << 14)
#define CUE_LANGUAGE (UINT64_C(1) << 15)
#define CUE_INTO     (UINT64_C(1) << 16) /* into, in, to */
/* People. */
#define CUE_ME     (UINT64_C(1) << 17) /* the first person as a subject */
#define CUE_MY     (UINT64_C(1) << 18)
#define CUE_YOU    (UINT64_C(1) << 19)
#define CUE_NEED   (UINT64_C(1) << 20) /* need, want, would like: "I need you to" */
#define CUE_PERSON (UINT64_C(1) << 21) /* friend, boss, mum: others */
#define CUE_THIRD  (UINT64_C(1) << 22) /* he, she, they, him, her */
#define CUE_TELL   (UINT64_C(1) << 23) /* said, wrote, texted */
/* What is not meant. */
#define CUE_PLAY    (UINT64_C(1) << 24) /* role play, pretend: everything after it is played */
#define CUE_ACT     (UINT64_C(1) << 25) /* act as: a role for the assistant alone */
#define CUE_LEAVE   (UINT64_C(1) << 26) /* stop pretending, out of character */
#define CUE_SUPPOSE (UINT64_C(1) << 27) /* suppose, imagine, let's say */
#define CUE_IF      (UINT64_C(1) << 28)
#define CUE_UNREAL  (UINT64_C(1) << 29) /* were, would be, were to: unreal after "if I"; "I wish I" alone */
#define CUE_BUT     (UINT64_C(1) << 30) /* but, actually, in reality: ends a supposition */
#define CUE_IRONY   (UINT64_C(1) << 31) /* "oh sure", "na klar": with CUE_LOVE */
#define CUE_LOVE    (UINT64_C(1) << 32)
/* Frames of texts. */
#define CUE_TURN         (UINT64_C(1) << 33) /* also, by the way, context: a paragraph turns to the assistant again */
#define CUE_ABOUT_ME     (UINT64_C(1) << 34) /* about me, my situation, background: what follows is the person's own */
#define CUE_GREETING     (UINT64_C(1) << 35)
#define CUE_FORMAL       (UINT64_C(1) << 36) /* greetings that occur in letters alone: dear, estimado */
#define CUE_SIGN_OFF     (UINT64_C(1) << 37)
#define CUE_ASSISTANT    (UINT64_C(1) << 38) /* chatgpt, claude; everybody */
#define CUE_AD           (UINT64_C(1) << 39) /* phrases of job advertisements */
#define CUE_LEGAL        (UINT64_C(1) << 40)
#define CUE_EXAM         (UINT64_C(1) << 41)
#define CUE_HERE         (UINT64_C(1) << 42) /* here is, this is the */
#define CUE_ASK          (UINT64_C(1) << 43) /* interrogatives */
#define CUE_RECEIVE      (UINT64_C(1) << 44) /* got, received, found, copied from */
#define CUE_SKIP         (UINT64_C(1) << 45) /* please, can, just: before a request verb */
#define CUE_CHARACTER    (UINT64_C(1) << 46) /* character, dungeon master: roles in a game */
#define CUE_EXAMPLE      (UINT64_C(1) << 47) /* correct, grammatical, difference: example sentences */
#define CUE_LEARN        (UINT64_C(1) << 48) /* learn, speak, answer in: a language is not asked for */
#define CUE_OR           (UINT64_C(1) << 49)
#define CUE_BE           (UINT64_C(1) << 50)
#define CUE_POST         (UINT64_C(1) << 51) /* marks of posts in forums */
#define CUE_THIRD_PERSON (UINT64_C(1) << 52) /* "in the third person" */
#define CUE_RIDDLE       (UINT64_C(1) << 53)
#define CUE_FOR          (UINT64_C(1) << 54) /* for, from, about, on: "three headlines for:" */
#define CUE_A            (UINT64_C(1) << 55) /* a, an, the, my: a role follows "I am" */
#define CUE_ONE          (UINT64_C(1) << 56) /* the work of a profession whose adviser the assistant is: "act as a coach" */
#define CUE_CAST                                                                                                       \
    (UINT64_C(1) << 57) /* a role for the assistant, if the person takes one too: "you ask, I'll answer as" */
#define CUE_WOULD  (UINT64_C(1) << 58) /* I'd, I would: after "if I" */
#define CUE_ADVICE (UINT64_C(1) << 59) /* advice, ideas: about the person's own matter */
#define CUE_AGAIN  (UINT64_C(1) << 60)
#define CUE_TIME   (UINT64_C(1) << 61) /* this week, this time: does not point to a text */
#define CUE_AS_IF  (UINT64_C(1) << 62) /* as if, even if: no supposition */
#define CUE_OH     (UINT64_C(1) << 63) /* oh, great: mocking only before a strong phrase, "just love" */

/* Of both bits. */
#define CUE_CALLED     (CUE_ME | CUE_MY)      /* my name is, I am called */
#define CUE_PAIN       (CUE_AGAIN | CUE_TIME) /* overtime, tax return: what nobody loves */
#define CUE_TAKES_BACK (CUE_IRONY | CUE_BUT)  /* "só que não" at the end: the opposite is meant */

#define CUE_TOKENS_MAX 128 /* per sentence; later words are not read */

#define CUE_GAP_COMMA  (UINT32_C(1) << 0)
#define CUE_GAP_COLON  (UINT32_C(1) << 1)
#define CUE_GAP_MASK   (UINT32_C(1) << 2)
#define CUE_GAP_STOP   (UINT32_C(1) << 3) /* dashes, brackets, stops */
#define CUE_GAP_ANY    (CUE_GAP_COMMA | CUE_GAP_COLON | CUE_GAP_MASK | CUE_GAP_STOP)

struct cue_token {
    size_t start;
    size_t end;
    uint64_t bits;
    uint32_t gap; /* marks before it */
    int32_t capital;
};

struct cue_sentence {
    size_t start;
    size_t end;
    int32_t question; /* ends with a question mark */
    int32_t colon;    /* ends with a colon and a line break */
    int32_t line_end; /* a line break follows */
    int32_t dense;    /* has text without spaces between words */
    uint64_t all;     /* bits of all tokens */
    size_t count;
    struct cue_token tokens[CUE_TOKENS_MAX];
};

struct cue_table;

struct cue_table *cue_table_create(struct arena *arena); /* NULL if there is no memory; read-only afterwards */
/* Reads the tokens of text[start, end) into *sentence, and sets its start, end, all and count. */
void cue_sentence_read(const struct cue_table *table, const char *text, size_t start, size_t end,
                       struct cue_sentence *sentence);

#endif
