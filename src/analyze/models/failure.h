/* What an error of a model's server means: its outcome, whether a retry can help, and the server's own words. */
#ifndef ANALYZE_MODELS_FAILURE_H
#define ANALYZE_MODELS_FAILURE_H

#include "base/json/json_view.h"

#include <contextpack/backend/analyzer.h>

#define FAILURE_WORD_BYTES    64
#define FAILURE_MESSAGE_BYTES 256

struct failure {
    int32_t status;  /* of the HTTP response; of an error inside a stream the one that it stands for */
    int32_t outcome; /* CPK_ANSWER_*; COMPLETE: none of them, see the status */
    char code[FAILURE_WORD_BYTES];
    char type[FAILURE_WORD_BYTES];
    char param[FAILURE_WORD_BYTES];
    char message[FAILURE_MESSAGE_BYTES]; /* one clean line, cut off; "" if there is none */
};

/* Reads the body of a response with an error status, whatever it holds. Fails only with CPK_ERROR_OUT_OF_MEMORY. */
cpk_status failure_read(struct failure *failure, int32_t status, const char *body, size_t length,
                        const cpk_allocator *allocator);
/* Reads an error object, or a text, that came inside a response with status 200. */
void failure_read_event(struct failure *failure, struct json_view error);

/* 1 if another attempt may succeed, by status and outcome; a server's own verdict is above it. */
int32_t failure_is_transient(const struct failure *failure);
/* 1 if the failure is about a parameter of this name. */
int32_t failure_names(const struct failure *failure, const char *parameter);
/* The word for an outcome, "context_overflow"; NULL for COMPLETE. */
const char *failure_outcome_name(int32_t outcome);

#endif
