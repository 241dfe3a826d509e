/* Words that show whether a sentence is about its author (disclosure.def), by language. */
#ifndef ANALYZE_LANGUAGE_DISCLOSURE_H
#define ANALYZE_LANGUAGE_DISCLOSURE_H

#include "analyze/language/language.h"

enum disclosure {
    TELLS_SELF,         /* the author: I, me, and verb forms that say "I" */
    TELLS_OWN,          /* my */
    TELLS_WE,           /* we, our */
    TELLS_RELATION,     /* wife, son, boss, dog */
    TELLS_ACQUAINTANCE, /* friend, colleague, neighbour */
    TELLS_IF,           /* if, suppose */
    TELLS_WOULD,        /* would, could */
    TELLS_LIFE,         /* home, work, studies, health, belongings, changes */
    TELLS_LIKE,         /* likes, dislikes, choices, goals */
    TELLS_NEED,         /* what they are after at the moment */
    TELLS_PREFER,       /* stated preferences */
    TELLS_CHANGE,       /* values that changed */
    TELLS_HABIT,        /* what lasts or returns, points in time */
    TELLS_REQUEST,      /* opens a request to the assistant */
    TELLS_TASK,         /* the matter of a task: code, homework, texts */
    TELLS_YOU,          /* the assistant */
    TELLS_CHAT,         /* reactions: thanks, ok */
    TELLS_HEALTH,       /* the body, illnesses, medicines */
    TELLS_DATE,         /* days, months, seasons */
    TELLS_STUDY,        /* the matter of homework */
    TELLS_SHOP,         /* of shopping */
    TELLS_COOK,         /* of cooking */
    TELLS_TEXT,         /* of texts that are written or translated */
    TELLS_ASK,          /* asking, anywhere in a sentence */
    TELLS_HE,           /* somebody else: he, she */
    DISCLOSURE_COUNT
};

#define DISCLOSURE_BIT(cue) (UINT32_C(1) << (cue))

struct disclosure_table;

/* Builds the table in an arena; read-only afterwards. NULL if there is no memory. */
struct disclosure_table *disclosure_table_create(struct arena *arena);
/* Bits of the cues of a word in lower case, in a language; of an unknown language in English. Words of scripts that
 * few languages use count in any. */
uint32_t disclosure_find_word(const struct disclosure_table *table, enum language language, const char *word,
                              size_t length);
/* The same for text of a script without spaces that begins at `text`: sets *taken to the bytes of the longest cue. */
uint32_t disclosure_find_prefix(const struct disclosure_table *table, const char *text, size_t length, size_t *taken);

#endif
