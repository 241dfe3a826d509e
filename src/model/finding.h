/* What an analysis says about its user: findings with evidence. The one form between analyzers, merge and exports;
 * docs/findings.md describes its JSON. Pure data: everything points into the set's arena. */
#ifndef MODEL_FINDING_H
#define MODEL_FINDING_H

#include "base/arena.h"
#include "base/buffer.h"

#include <contextpack/error.h>

enum finding_category {
    FINDING_IDENTITY,   /* name, roles, age, where they live, languages */
    FINDING_BACKGROUND, /* education, past work, places lived before */
    FINDING_PERSON,     /* family, colleagues, pets: who they are to the user */
    FINDING_PROJECT,    /* what they work on */
    FINDING_SKILL,      /* skills and tools they use */
    FINDING_PREFERENCE, /* likes, dislikes, how they want answers */
    FINDING_GOAL,       /* what they want to reach */
    FINDING_CONSTRAINT, /* allergies, budgets, deadlines, must-nots */
    FINDING_EVENT,      /* something dated that happened or will */
    FINDING_TOPIC,      /* what they keep talking about */
    FINDING_STYLE,      /* how they write and ask */
    FINDING_REFERENCE,  /* what a document that they brought says */
    FINDING_NOTE,       /* prose of an analyzer that gives no structure */
    FINDING_CATEGORY_COUNT
};

const char *finding_category_name(enum finding_category category); /* "identity": static */

struct finding_evidence {
    const char *provider;           /* never NULL */
    const char *conversation_id;    /* never NULL */
    const char *conversation_title; /* "" when untitled */
    const char *message_id;         /* never NULL */
    int64_t time_us;                /* or CPK_TIME_UNKNOWN */
    const char *quote;              /* the user's own words, cut to a sentence; never NULL */
};

struct finding {
    enum finding_category category;
    const char *subject;   /* what it is about, normalised, for merging: "home", "project:atlas", "skill:rust" */
    const char *value;     /* what is said of the subject, as the user wrote it: "Berlin"; never NULL, may be "" */
    const char *text;      /* one statement for a reader, third person without a subject: "Lives in Berlin" */
    int32_t exclusive;     /* 1: a subject has one value at a time, the newest holds (a home, a name) */
    int32_t superseded;    /* 1: was true, a newer value holds now */
    int32_t confidence;    /* 0 to 1000 */
    int64_t mentions;      /* messages that say it */
    int64_t conversations; /* distinct conversations that say it */
    int64_t first_us;      /* of the mentions; CPK_TIME_UNKNOWN where no time is known */
    int64_t last_us;
    int64_t score; /* rank inside its category, higher first; set by merge */
    const struct finding_evidence *evidence;
    size_t evidence_count;
};

struct finding_set {
    struct arena arena;
    struct finding *items; /* grows by finding_set_add */
    size_t count;
    size_t capacity;
    int64_t user_messages; /* messages that the user wrote and the analysis read */
    int64_t first_us;      /* of all messages read, CPK_TIME_UNKNOWN where no time is known */
    int64_t last_us;
};

void finding_set_init(struct finding_set *set, const cpk_allocator *allocator);
/* Copies a finding, its texts and its evidence into the set; NULL without memory. */
struct finding *finding_set_add(struct finding_set *set, const struct finding *from);
void finding_set_free(struct finding_set *set);

/* The findings document, {"format":"contextpack-findings","version":1,...}. */
cpk_status finding_set_write_json(const struct finding_set *set, struct buffer *target, cpk_error **error);
/* Reads one, forgiving unknown members. Any other text becomes one FINDING_NOTE, so that prose is kept. */
cpk_status finding_set_read_answer(struct finding_set *set, const char *text, size_t length, cpk_error **error);

#endif
