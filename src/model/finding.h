/* Findings of an analysis about the user, with evidence: the data that analyzers, merge and exports exchange.
 * docs/findings.md describes the JSON form. All pointers point into the set's arena. */
#ifndef MODEL_FINDING_H
#define MODEL_FINDING_H

#include "base/arena.h"
#include "base/buffer.h"

#include <contextpack/error.h>

enum finding_category {
    FINDING_INSTRUCTION, /* verbatim: how they want answers, what an assistant was told to remember */
    FINDING_IDENTITY,    /* name, roles, age, where they live, languages */
    FINDING_BACKGROUND,  /* education, past work, places lived before */
    FINDING_PERSON,      /* family, colleagues, pets and their relation to the user */
    FINDING_PROJECT,     /* what they work on */
    FINDING_SKILL,       /* skills and tools they use */
    FINDING_PREFERENCE,  /* likes, dislikes, how they want answers */
    FINDING_GOAL,        /* what they want to achieve */
    FINDING_CONSTRAINT,  /* allergies, budgets, deadlines, prohibitions */
    FINDING_EVENT,       /* a dated past or future event */
    FINDING_EXCERPT,     /* verbatim: a sentence or two of the user's that tell about them */
    FINDING_TOPIC,       /* recurring subjects */
    FINDING_STYLE,       /* how they write and ask */
    FINDING_REFERENCE,   /* content of a document that they added */
    FINDING_NOTE,        /* prose of an analyzer without structured output */
    FINDING_CATEGORY_COUNT
};

const char *finding_category_name(enum finding_category category); /* static string such as "identity" */

struct finding_evidence {
    const char *provider;           /* never NULL */
    const char *conversation_id;    /* never NULL */
    const char *conversation_title; /* "" if untitled */
    const char *message_id;         /* never NULL */
    int64_t time_us;                /* or CPK_TIME_UNKNOWN */
    const char *quote;              /* the user's words, cut to a sentence; never NULL */
};

struct finding {
    enum finding_category category;
    const char *subject;   /* normalised key for merging: "home", "project:atlas", "skill:rust" */
    const char *value;     /* value as the user wrote it: "Berlin"; never NULL, may be "" */
    const char *text;      /* statement for readers, third person without a subject: "Lives in Berlin" */
    int32_t exclusive;     /* 1: the subject has one value at a time (a home, a name); the newest is current */
    int32_t superseded;    /* 1: a newer value has replaced it */
    int32_t confidence;    /* 0 to 1000 */
    int64_t mentions;      /* number of messages that state it */
    int64_t conversations; /* number of distinct conversations that state it */
    int64_t first_us;      /* first mention, or CPK_TIME_UNKNOWN */
    int64_t last_us;       /* last mention, or CPK_TIME_UNKNOWN */
    int64_t until_us;      /* true until then: an appointment, a leave; CPK_TIME_UNKNOWN: lasting */
    int64_t score;         /* rank within its category, higher is first; set by merge */
    const struct finding_evidence *evidence;
    size_t evidence_count;
};

/* Why a finding of a language model was not kept, see analyze/answer.h. */
enum finding_drop {
    FINDING_DROP_NO_QUOTE,    /* it has no quote, or one that does not stand in the chunk */
    FINDING_DROP_FOREIGN,     /* the quote stands in words that are not the person's */
    FINDING_DROP_UNSUPPORTED, /* it says more than the quote or its message */
    FINDING_DROP_CATEGORY,    /* a category that models are not asked for */
    FINDING_DROP_TOO_LONG,
    FINDING_DROP_UNSURE,   /* its confidence is too low */
    FINDING_DROP_TOO_MANY, /* more findings than one chunk may have */
    FINDING_DROP_COUNT
};

const char *finding_drop_name(enum finding_drop why); /* static string such as "no_quote" */

struct finding_set {
    struct arena arena;
    struct finding *items; /* extended by finding_set_add() */
    size_t count;
    size_t capacity;
    int64_t user_messages; /* user messages that were analysed */
    int64_t first_us;      /* of all analysed messages, or CPK_TIME_UNKNOWN */
    int64_t last_us;
    /* Of a language model. */
    int64_t dropped[FINDING_DROP_COUNT]; /* findings that were not kept */
    int64_t input_tokens;                /* what its answer took; 0: unknown */
    int64_t output_tokens;
    int64_t cost_micros;
};

void finding_set_init(struct finding_set *set, const cpk_allocator *allocator);
/* Copies a finding with its texts and evidence into the set; NULL if there is no memory. */
struct finding *finding_set_add(struct finding_set *set, const struct finding *source);
void finding_set_free(struct finding_set *set);

/* Writes the findings document, {"format":"contextpack-findings","version":1,...}. */
cpk_status finding_set_write_json(const struct finding_set *set, struct buffer *target, cpk_error **error);
/* Reads a findings document, ignoring unknown members. Any other text becomes one FINDING_NOTE. */
cpk_status finding_set_read_answer(struct finding_set *set, const char *text, size_t length, cpk_error **error);

#endif
