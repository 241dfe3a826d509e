/* Personal data are replaced in what an analyzer on another machine gets, and put back into its answer. */
#ifndef PROCESSING_REDACTION_H
#define PROCESSING_REDACTION_H

#include "engine/job_target.h"
#include "text/personal/placeholders.h"

#include <contextpack/backend/analyzer.h>

/* What the chunks of a run share; not changed while they run. */
struct redaction {
    int32_t is_on;
    struct personal_names *names;
    unsigned char key[HASH_SHA256_BYTES]; /* of the pack */
    const char *prompt;                   /* the pack's own prompt before it was masked, borrowed; or NULL */
};

/* One request at a time. */
struct redacted_request {
    struct placeholders placeholders;
    struct buffer text;
    struct buffer answer;
    struct arena arena; /* of the messages */
};

/* Reads the setting analyze.redact, and the names of the person and of analyze.redact_names. */
cpk_status redaction_init(struct redaction *redaction, const struct job_target *target, cpk_error **error);
void redaction_free(struct redaction *redaction);
/* Masks the pack's own prompt; `masked` is appended to. */
cpk_status redaction_mask_prompt(struct redaction *redaction, const cpk_allocator *allocator, const char *prompt,
                                 struct buffer *masked, cpk_error **error);

void redacted_request_init(struct redacted_request *redacted, const cpk_allocator *allocator,
                           const struct redaction *redaction);
void redacted_request_free(struct redacted_request *redacted);
/* Points a request at masked copies of its text and messages; they live until the next call. */
cpk_status redacted_request_mask(struct redacted_request *redacted, const struct redaction *redaction,
                                 cpk_analyzer_request *request, cpk_error **error);
/* Puts the values back into an answer. */
cpk_status redacted_request_restore(struct redacted_request *redacted, struct buffer *answer, cpk_error **error);
/* Appends "2 person, 1 email": how often each kind was masked, as placeholders.of_kind counts. */
void redaction_report(const int64_t of_kind[PERSONAL_KIND_COUNT], struct buffer *report);

#endif
