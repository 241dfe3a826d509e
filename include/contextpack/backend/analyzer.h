#ifndef CONTEXTPACK_BACKEND_ANALYZER_H
#define CONTEXTPACK_BACKEND_ANALYZER_H

#include <contextpack/cancel.h>
#include <contextpack/message.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The version of the analyzer table, for cpk_analyzer_driver.abi_version. */
#define CPK_ANALYZER_ABI 1u

/** What an analyzer is asked: everything is borrowed for the call. Grows only at its end. */
typedef struct cpk_analyzer_request {
    uint32_t struct_size;        /* sizeof(cpk_analyzer_request) as the library was compiled */
    uint32_t reserved;           /* 0 */
    const char *system_prompt;   /* the library's frame with the pack's own prompt in it; never NULL */
    const char *text;            /* the chunk: extracted text as a person would read it, UTF-8 without NULs */
    size_t text_length;          /* bytes */
    int64_t text_tokens;         /* exact o200k_base count */
    const cpk_message *messages; /* the same chunk, message by message; a message cut by a chunk has its part here */
    size_t message_count;
    int64_t max_output_tokens; /* 0: no limit */
    const cpk_cancel *cancel;  /* may be NULL */
} cpk_analyzer_request;

/** What an analyzer used for one chunk, for the records. Zero where it does not apply. Tokens below zero or above 10^9,
 * or a cost below zero or above 1,000 dollars, fail the chunk with CPK_ERROR_ANALYZER. */
typedef struct cpk_analyzer_usage {
    uint32_t struct_size; /* sizeof(cpk_analyzer_usage) as the library was compiled */
    uint32_t reserved;    /* 0 */
    int64_t input_tokens;
    int64_t output_tokens;
    int64_t cached_input_tokens;
    int64_t cost_micros; /* millionths of a US dollar */
} cpk_analyzer_usage;

/**
 * An analyzer: a chunk in, what it says about its user out. Grows only at its end.
 *
 * The answer is UTF-8: either a findings document (JSON, see docs/findings.md) or any prose, which is then kept
 * as one note. A driver is called from several threads at once. `error` may be NULL; where it is not, a failure may
 * set it with cpk_error_new().
 */
typedef struct cpk_analyzer_driver {
    uint32_t abi_version;  /* CPK_ANALYZER_ABI */
    uint32_t struct_size;  /* sizeof(cpk_analyzer_driver) as the driver was compiled */
    uint64_t capabilities; /* 0 */
    void *self;            /* handed back as the first argument of every slot */

    void (*destroy)(void *self); /* may be NULL; called once, after the last call */

    /* required */
    /* Names the analyzer with all that changes its answers, "extractive/1". It is kept with each chunk; a chunk that is
     * done keeps its answer when another analyzer goes on. Never NULL, and the same text in every call. */
    const char *(*identity)(void *self);
    /* Writes the answer through `write` (in pieces, in order; non-zero: return CPK_ERROR_CANCELLED) and fills `usage`,
     * which comes zeroed. Each piece renews the lease on the source, so one that takes longer than
     * pipeline.lease_timeout_ms for its first piece needs a larger setting. Look at request->cancel while waiting.
     * CPK_ERROR_ANALYZER, _NETWORK, _TIMEOUT, _LIMIT_EXCEEDED and _INVALID_DATA fail this chunk and go on with the
     * next; any other status ends the run. */
    cpk_status (*analyze)(void *self, const cpk_analyzer_request *request, cpk_write_fn write, void *write_user,
                          cpk_analyzer_usage *usage, cpk_error **error);
} cpk_analyzer_driver;

#ifdef __cplusplus
}
#endif
#endif
