/* A small, complete input of a document: what a few years of chats would come to. */
#ifndef TESTS_UNIT_EXPORT_SAMPLE_H
#define TESTS_UNIT_EXPORT_SAMPLE_H

#include "export/document.h"

struct export_sample {
    struct finding_set findings;
    struct document_input input;
};

void export_sample_init(struct export_sample *sample, const cpk_allocator *allocator);
void export_sample_free(struct export_sample *sample);

/* Adds a finding with a quote per mention, at most three. Score: the more mentions, the higher. */
void export_sample_add(struct finding_set *set, enum finding_category category, const char *text, int32_t superseded,
                       int64_t mentions, const char *first_date, const char *last_date, const char *quote);
/* Adds an instruction or excerpt, verbatim words that were written at one time. */
void export_sample_add_words(struct finding_set *set, enum finding_category category, const char *subject,
                             const char *text, int32_t superseded, const char *date, int64_t score);

#endif
