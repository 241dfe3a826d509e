/* Word classes, as far as reading statements about oneself needs them: a lookup gives all classes of a word, its base
 * form and its inflection. Built in an arena for one analysis; read-only afterwards. */
#ifndef ANALYZE_LANGUAGE_LEXICON_H
#define ANALYZE_LANGUAGE_LEXICON_H

#include "base/arena.h"

#define LEX_DETERMINER    (UINT64_C(1) << 0)
#define LEX_PREPOSITION   (UINT64_C(1) << 1)
#define LEX_ADVERB        (UINT64_C(1) << 2)
#define LEX_FILLER        (UINT64_C(1) << 3) /* adverbs without content: really, actually */
#define LEX_BE            (UINT64_C(1) << 4)
#define LEX_HAVE          (UINT64_C(1) << 5)
#define LEX_DO            (UINT64_C(1) << 6)
#define LEX_MODAL         (UINT64_C(1) << 7)
#define LEX_NEGATION      (UINT64_C(1) << 8)
#define LEX_CONJUNCTION   (UINT64_C(1) << 9)  /* a new clause may begin: and, but, because */
#define LEX_SUBORDINATOR  (UINT64_C(1) << 10) /* when, while, since, after */
#define LEX_INTERROGATIVE (UINT64_C(1) << 11) /* what, how, which */
#define LEX_PRONOUN       (UINT64_C(1) << 12) /* subjects other than the speaker: he, you, it, there */
#define LEX_HYPOTHETICAL  (UINT64_C(1) << 13) /* if, suppose, imagine, wish */
#define LEX_VERB          (UINT64_C(1) << 14)
#define LEX_LIVE          (UINT64_C(1) << 15)
#define LEX_MOVE          (UINT64_C(1) << 16)
#define LEX_WORK          (UINT64_C(1) << 17)
#define LEX_JOIN          (UINT64_C(1) << 18) /* join, start, begin */
#define LEX_LEAVE         (UINT64_C(1) << 19) /* quit, leave, stop */
#define LEX_STUDY         (UINT64_C(1) << 20)
#define LEX_BUILD         (UINT64_C(1) << 21)
#define LEX_USE           (UINT64_C(1) << 22)
#define LEX_LIKE          (UINT64_C(1) << 23)
#define LEX_DISLIKE       (UINT64_C(1) << 24)
#define LEX_GOAL          (UINT64_C(1) << 25) /* want, plan, hope, learn, train */
#define LEX_AVOID         (UINT64_C(1) << 26)
#define LEX_LIFE          (UINT64_C(1) << 27) /* marry, buy, win, graduate: life events */
#define LEX_OWN           (UINT64_C(1) << 28)
#define LEX_HABIT         (UINT64_C(1) << 29) /* play, run, volunteer, collect */
#define LEX_MENTAL        (UINT64_C(1) << 30) /* think, wonder: nothing lasting */
#define LEX_REQUEST       (UINT64_C(1) << 31) /* ask, paste, try: about the chat itself */
#define LEX_FAMILY        (UINT64_C(1) << 32)
#define LEX_RELATIVE      (UINT64_C(1) << 33)
#define LEX_ACQUAINTANCE  (UINT64_C(1) << 34)
#define LEX_PET           (UINT64_C(1) << 35)
#define LEX_PROJECT       (UINT64_C(1) << 36)
#define LEX_CONTENT       (UINT64_C(1) << 37) /* texts that users paste: email, essay, posting */
#define LEX_CONDITION     (UINT64_C(1) << 38) /* allergies, illnesses, diets */
#define LEX_EPHEMERAL     (UINT64_C(1) << 39) /* temporary: question, stuck */
#define LEX_ANSWER        (UINT64_C(1) << 40) /* related to answers of the assistant: answer, tone, emoji */
#define LEX_EDUCATION     (UINT64_C(1) << 41)
#define LEX_FICTION       (UINT64_C(1) << 42)
#define LEX_JOB           (UINT64_C(1) << 43) /* nouns of working life: job, shift, clinic */
#define LEX_AIM           (UINT64_C(1) << 44) /* goal, dream, plan */
#define LEX_LIMIT         (UINT64_C(1) << 45) /* budget, deadline */
#define LEX_MONTH         (UINT64_C(1) << 46)
#define LEX_LANGUAGE      (UINT64_C(1) << 47) /* natural languages */
#define LEX_NUMBER        (UINT64_C(1) << 48)
#define LEX_DURATION      (UINT64_C(1) << 49) /* year, month, week */
#define LEX_IMPERATIVE    (UINT64_C(1) << 50) /* requests to the assistant: help, suggest, write */
#define LEX_MANNER        (UINT64_C(1) << 51) /* properties of answers: short, concise, metric */
#define LEX_REWRITE       (UINT64_C(1) << 52) /* translate, proofread */
#define LEX_RETOUCH       (UINT64_C(1) << 53) /* improve, fix: rewriting if the object is a text */
#define LEX_STOP          (UINT64_C(1) << 54) /* too common to be a topic, in several languages */
#define LEX_ATTRIBUTE     (UINT64_C(1) << 55) /* lasting in "my X is Y": hometown, stack */
#define LEX_DEMONYM       (UINT64_C(1) << 56)
#define LEX_TELL          (UINT64_C(1) << 57) /* say, claim, write: may introduce words of others */
#define LEX_STANDING      (UINT64_C(1) << 58) /* always, never, whenever: a lasting request */
#define LEX_GREETING      (UINT64_C(1) << 59)
#define LEX_PERSONA       (UINT64_C(1) << 60) /* pretend, roleplay, act */
#define LEX_HOBBY         (UINT64_C(1) << 61) /* activities: climbing, chess */

enum word_form { FORM_BASE, FORM_S, FORM_ING, FORM_PAST };

struct lexicon;

struct lexicon_word {
    uint64_t classes;    /* LEX_*; 0 for an unknown word */
    enum word_form form; /* inflection of a verb */
    const char *base;    /* listed form of a known word, otherwise ""; valid as long as the lexicon */
};

struct lexicon *lexicon_create(struct arena *arena); /* NULL if there is no memory */
/* Looks up a lower-case word. Inflected verbs and plural nouns give their base form. */
struct lexicon_word lexicon_find(const struct lexicon *lexicon, const char *key, size_t length);

#endif
