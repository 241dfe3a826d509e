/* Reads statements about the user from sentences: by patterns of the sentence's language and of no other. Questions,
 * hypotheses, negations and reported speech state nothing. */
#ifndef ANALYZE_RULES_RULES_H
#define ANALYZE_RULES_RULES_H

#include "analyze/language/language.h"
#include "analyze/language/words.h"
#include "analyze/rules/statement.h"
#include "base/arena.h"

struct rules; /* the patterns of all languages, read-only */

struct rules *rules_create(struct arena *arena); /* NULL if there is no memory */

#define RULE_PERSON_BYTES 64

struct pending_statement;

/* State of reading one message: zero, then the members down to `emit_user`, before its first sentence. */
struct rule_reader {
    const struct rules *rules;
    struct arena *arena;    /* for the message */
    const char *text;       /* the masked message */
    int32_t told;           /* custom instructions or memories: a request in them takes nothing back */
    int64_t time_us;        /* of the message, or CPK_TIME_UNKNOWN */
    struct buffer *subject; /* scratch */
    struct buffer *value;   /* scratch */
    struct buffer *line;    /* scratch */
    statement_emit_fn emit;
    void *emit_user;

    char person[RULE_PERSON_BYTES]; /* English word for the person of the last statement; "" if none */
    char name[RULE_PERSON_BYTES];   /* and the name */
    int32_t people;                 /* number of persons that the message is about */
    int32_t scanning;               /* only look for a part that is played; state nothing */
    int32_t play;                   /* a part is played, or a text translated: the message states nothing */
    int32_t failed;                 /* there was no memory */
    struct pending_statement *first;
    struct pending_statement **last;
};

/* Reads words [0, count) of a sentence, `start` to `end` of the text. */
void rules_read(struct rule_reader *reader, enum language language, const struct word *words, size_t count,
                int32_t question);
/* Reads a sentence of a language without spaces between words, or with endings: Japanese, Chinese, Korean. */
void rules_read_frames(struct rule_reader *reader, enum language language, size_t start, size_t end, int32_t question);
/* Keeps a statement until the message has been read; for the readers. */
void rules_keep(struct rule_reader *reader, const struct statement *statement);
/* 1 if the message has made statements so far. */
int32_t rules_has_statements(const struct rule_reader *reader);
/* Emits the statements of the message whose quote ends at `end` of the text or before. Returns 0 if there was no
 * memory. */
int32_t rules_finish(struct rule_reader *reader, size_t end);

#endif
