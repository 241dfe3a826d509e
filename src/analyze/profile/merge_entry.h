/* Entries of a merge, shared by the files that decide what is current and what repeats. */
#ifndef ANALYZE_PROFILE_MERGE_ENTRY_H
#define ANALYZE_PROFILE_MERGE_ENTRY_H

#include "analyze/profile/selection.h"
#include "analyze/profile/subject.h"
#include "base/buffer.h"
#include "model/finding.h"

#define MERGE_EVIDENCE      8                  /* evidence per finding, the most recent */
#define MERGE_CONVERSATIONS 64                 /* tracked exactly; beyond, counts are added */
#define MERGE_SURE          600                /* values below this confidence never replace values above it */
#define MERGE_COUNT_MAX     (INT64_C(1) << 50) /* limit of sums; a hundred times this fits into an int64 */

struct merge_entry {
    uint64_t hash;
    struct finding item; /* owns its texts and evidence */
    char *key;           /* normalised value, for comparison */
    struct finding_evidence evidence[MERGE_EVIDENCE];
    size_t evidence_count;              /* owned evidence; item.evidence may point to another entry's */
    uint64_t seen[MERGE_CONVERSATIONS]; /* the smallest hashes of conversations, sorted */
    size_t seen_count;
    int64_t unseen;   /* conversations known only by number */
    int32_t hint;     /* while finishing: an ending that is only effective if the ended value is known */
    int32_t gone;     /* a statement that the value has ended; statements that it is current are a separate entry */
    int64_t until_us; /* while finishing: when a superseded value was known to have ended */

    int64_t number;        /* counters: sum of the values */
    struct word_set words; /* while finishing: words of the text */
    int32_t dropped;       /* while finishing: redundant */
};

struct finding_merge {
    cpk_allocator allocator;
    struct merge_entry **entries;
    size_t count;
    size_t capacity;
    size_t *slots; /* index + 1 of an entry, 0 when empty */
    size_t slot_count;
    struct buffer scratch;
    struct selection *excerpts;
    int64_t user_messages;
    int64_t first_us;
    int64_t last_us;
};

/* An entry without mentions, with copies of the finding's texts; NULL if there is no memory. */
struct merge_entry *merge_entry_create(struct finding_merge *merge, const struct finding *item, uint64_t hash,
                                       const char *key);
/* Adds a finding of the same subject and value; 0 if there is no memory. */
int32_t merge_entry_add(struct finding_merge *merge, struct merge_entry *entry, const struct finding *item);
void merge_entry_free(const cpk_allocator *allocator, struct merge_entry *entry);
/* Replaces an owned text by a copy of `with`; 0 if there is no memory. */
int32_t merge_replace_text(const struct finding_merge *merge, const char **text, const char *with);
/* Adds the counts of `from` to `to`; `from` is dropped. */
void merge_absorb(struct merge_entry *to, struct merge_entry *from);
int32_t merge_is_same_subject(const struct merge_entry *left, const struct merge_entry *right);
int32_t merge_is_counter(const struct finding *item); /* 1 for a counter of style.h */
/* 1 for an assertion about the user: neither verbatim text nor topic, style, document or note. */
int32_t merge_is_statement(const struct finding *item);
int merge_compare_times(int64_t left, int64_t right);
int64_t merge_earlier(int64_t left, int64_t right); /* either may be CPK_TIME_UNKNOWN */
int64_t merge_later(int64_t left, int64_t right);
int64_t merge_at_most(int64_t value, int64_t limit);
int64_t merge_sum(int64_t left, int64_t right); /* of counts from 0 to MERGE_COUNT_MAX */

#endif
