/* One chunk on its way through the analyzer: its text and messages with secrets masked, and the answer. */
#ifndef PROCESSING_CHUNK_TASK_H
#define PROCESSING_CHUNK_TASK_H

#include "engine/blob_key.h"
#include "engine/job_target.h"
#include "processing/chunk_messages.h"
#include "processing/redaction.h"
#include "processing/withhold.h"
#include "store/chunk.h"

#include <contextpack/backend/analyzer.h>
#include <contextpack/cancel.h>

#define MODEL_ANSWER_BYTES_MAX ((size_t)4 * 1024 * 1024) /* a longer one fails the chunk */

/* What all chunks of a run share. */
struct chunk_context {
    cpk_session *session;
    const struct job_target *target;
    const char *prompt;
    const char *schema;         /* of the answer of a language model; NULL: the analyzer is none */
    const char *answers_prefix; /* of the blobs of the answers */
    const struct redaction *redaction;
    const cpk_cancel *cancel; /* passed to the analyzer; or NULL */
    /* Called for each piece of an answer, on the thread that asks; a failure breaks the answer off. May be NULL. */
    cpk_status (*keep)(void *user, cpk_error **error);
    void *keep_user;
};

struct chunk_task {
    const struct chunk_context *context;
    int64_t index; /* of the chunk, and */
    int64_t tokens;
    struct buffer records; /* the chunk's part of the index blob */
    struct buffer text;    /* the chunk with the text around it, from messages that it cuts; see text_start */
    struct buffer margin;  /* the text before it */
    size_t text_start;     /* of the chunk in `text`; the bytes before it are its margin, or not used */
    size_t text_length;    /* of the chunk */
    struct withhold_chunk part;
    struct buffer masked; /* the text with secrets masked, as sent to the analyzer */
    struct buffer answer;
    struct buffer withheld; /* JSON counts of the secrets that were masked */
    struct arena arena;     /* of the messages */
    struct chunk_messages messages;
    struct redacted_request redacted;      /* only used if context->redaction is on */
    int64_t replaced[PERSONAL_KIND_COUNT]; /* by placeholders, in all requests about the chunk */
    cpk_analyzer_usage usage;
    /* Of chunk, prompt and model, for the key of the answer; "" without a model. */
    char answer_name[KEY_NAME_DIGITS + 1];
    int32_t is_kept;                     /* an earlier run stored the answer of this name: nothing is asked */
    size_t findings;                     /* of a language model that were kept, and those that were not */
    int64_t dropped[FINDING_DROP_COUNT]; /* in an answer */
    cpk_status refused;                  /* error from a piece of the answer, kept in case the analyzer ignores it */
    cpk_error *refusal;
    cpk_status status; /* of the step that failed, or CPK_OK */
    cpk_error *error;  /* its error, owned */
};

void chunk_task_init(struct chunk_task *task, const struct chunk_context *context);
void chunk_task_free(struct chunk_task *task);
/* Reads the chunk from storage and checks it; of a language model also the answer of an earlier run that ended before
 * the chunk's row had it. Sets status and error. */
void chunk_task_load(struct chunk_task *task, const struct store_chunk *chunk);
/* Masks secrets in the chunk and its messages before the analyzer gets them. */
cpk_status chunk_task_withhold(struct chunk_task *task, cpk_error **error);
/* Asks the analyzer about a text of `tokens` tokens: the answer replaces task->answer, and the usage task->usage. Sets
 * task->error. */
cpk_status chunk_task_ask(struct chunk_task *task, const struct buffer *text, int64_t tokens);
int32_t chunk_task_usage_is_possible(const cpk_analyzer_usage *usage); /* of one chunk */

#endif
