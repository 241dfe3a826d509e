#ifndef CONTEXTPACK_BACKEND_ANALYZER_H
#define CONTEXTPACK_BACKEND_ANALYZER_H

/**
 * Analyzer drivers: what turns a chunk of text into findings, for hosts that provide their own analysis or model.
 *
 * Fill a cpk_analyzer_driver and pass it in cpk_engine_options.analyzer_driver. An example of its two functions:
 *
 *     static const char *echo_identity(void *self)
 *     {
 *         (void)self;
 *         return "echo/1";
 *     }
 *
 *     static cpk_status echo_analyze(void *self, const cpk_analyzer_request *request, cpk_write_fn write,
 *                                    void *write_user, cpk_analyzer_usage *usage, cpk_error **failure)
 *     {
 *         (void)self;
 *         (void)failure;
 *         usage->input_tokens = request->text_tokens;
 *         return write(write_user, request->text, request->text_length) == 0 ? CPK_OK : CPK_ERROR_CANCELLED;
 *     }
 *
 *     cpk_analyzer_driver driver = CPK_ANALYZER_DRIVER_INIT;
 *
 *     driver.identity = echo_identity;
 *     driver.analyze = echo_analyze;
 */

#include <contextpack/cancel.h>
#include <contextpack/message.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The version of cpk_analyzer_driver, for its field abi_version. */
#define CPK_ANALYZER_ABI 1u

/* Capabilities of an analyzer. */

/** It follows the system prompt and the response schema of a request, as a language model does: set it if the request
 * is handed to one. Its answers are checked against the chunk. Without it the library asks for nothing but the analysis
 * of chunks. Since 0.2. */
#define CPK_ANALYZER_IS_MODEL UINT64_C(0x1)
/** What it is given leaves this machine. Since 0.2. */
#define CPK_ANALYZER_IS_REMOTE UINT64_C(0x2)

/* How an answer ended: cpk_analyzer_usage.outcome. */

#define CPK_ANSWER_COMPLETE         0 /* the answer is whole; also what a driver leaves that knows nothing of outcomes */
#define CPK_ANSWER_LENGTH           1 /* cut off at max_output_tokens or the model's own limit; what came was written */
#define CPK_ANSWER_REFUSED          2 /* the model declined to answer */
#define CPK_ANSWER_FILTERED         3 /* a content filter of the server stopped the request or the answer */
#define CPK_ANSWER_CONTEXT_OVERFLOW 4 /* prompt and text don't fit the model's context: ask with less text */
#define CPK_ANSWER_UNAUTHENTICATED  5 /* the server accepts no request with this key, or there is none */
#define CPK_ANSWER_QUOTA_EXHAUSTED  6 /* the account at the server has nothing left to spend */
#define CPK_ANSWER_RATE_LIMITED     7 /* too many requests or tokens; retries did not help */
#define CPK_ANSWER_OVERLOADED       8 /* the server has no capacity; retries did not help */
#define CPK_ANSWER_UNREADABLE       9 /* what came is not what was asked for: no JSON, a wrong type, nothing at all */

/** One chunk to analyse. Everything is valid until `analyze` returns. Later versions add fields at the end. */
typedef struct cpk_analyzer_request {
    uint32_t struct_size;      /* sizeof(cpk_analyzer_request) as the library was compiled */
    uint32_t reserved;         /* 0 */
    const char *system_prompt; /* the library's prompt, then the pack's custom prompt; never NULL */
    const char *text;    /* the chunk: readable text, UTF-8 without NULs; with CPK_ANALYZER_IS_MODEL what to send: its
                          * messages with numbers and authors between boundaries, or a part of them (docs/findings.md) */
    size_t text_length;  /* bytes */
    int64_t text_tokens; /* exact o200k_base tokens of the text */
    const cpk_message
        *messages; /* the same chunk as messages; of a message at its border, only the part in the chunk */
    size_t message_count;
    int64_t max_output_tokens;   /* 0: no limit */
    const cpk_cancel *cancel;    /* requested when the answer is not needed any more; may be NULL */
    const char *response_schema; /* the JSON schema of the answer, as JSON; NULL: none. Only with CPK_ANALYZER_IS_MODEL.
                                  * Since 0.2 */
    const char *response_name; /* names the schema for the server: letters, digits, '_', '-', at most 64; NULL if there
                                * is no schema. Since 0.2 */
} cpk_analyzer_request;

/** What the analysis of one chunk used, for statistics, and how it ended. 0 if not applicable; filled also by a call
 * that fails, as far as it is known. Tokens below 0 or above 10^9, or a cost below 0 or above 1,000 dollars, fail the
 * chunk with CPK_ERROR_ANALYZER. */
typedef struct cpk_analyzer_usage {
    uint32_t struct_size; /* sizeof(cpk_analyzer_usage) as the library was compiled */
    uint32_t reserved;    /* 0 */
    int64_t input_tokens;
    int64_t output_tokens;
    int64_t cached_input_tokens;
    int64_t cost_micros;             /* millionths of a US dollar */
    int64_t reasoning_output_tokens; /* those of output_tokens that are hidden reasoning; since 0.2 */
    int32_t outcome;                 /* CPK_ANSWER_*: how the answer ended; anything but COMPLETE comes with an error.
                                      * Since 0.2 */
    int32_t request_count;           /* requests sent to a server, with retries; since 0.2 */
} cpk_analyzer_usage;

/**
 * The functions of an analyzer. Start from CPK_ANALYZER_DRIVER_INIT. Later versions add fields at the end.
 *
 * The answer to a chunk is UTF-8: either a findings document (JSON, see docs/findings.md), or prose, which is stored as
 * one note. The answer of a driver with CPK_ANALYZER_IS_MODEL is checked instead: what it says is kept if words of the
 * person in the chunk prove it, beside what the offline analyzer finds; a chunk that does not fit the model
 * (CPK_ANSWER_CONTEXT_OVERFLOW, CPK_ANSWER_LENGTH, or CPK_ERROR_LIMIT_EXCEEDED) is asked in parts. A driver is called
 * from several threads at once; for one source on the thread of the call, unless the setting `analyze.threads` allows
 * more. `error` may be NULL; otherwise a failure may set it with cpk_error_new().
 */
typedef struct cpk_analyzer_driver {
    uint32_t abi_version;  /* CPK_ANALYZER_ABI */
    uint32_t struct_size;  /* sizeof(cpk_analyzer_driver) as the driver was compiled */
    uint64_t capabilities; /* CPK_ANALYZER_* */
    void *self;            /* the first argument of every function */

    void (*destroy)(void *self); /* may be NULL; called once, after the last call */

    /* required */
    /* Names the analyzer and everything that changes its answers: "extractive/1". The name is stored with each chunk;
     * analysed chunks keep their answers if the analyzer changes. Never NULL, and the same text in every call. */
    const char *(*identity)(void *self);
    /* Passes the answer to `write`, in pieces and in order, and fills `usage`, which is zeroed before the call. If
     * `write` returns non-zero, return CPK_ERROR_CANCELLED. Each piece renews the lease on the source, an empty one
     * too: write one now and then if the answer takes longer than the setting pipeline.lease_timeout_ms. Check
     * request->cancel while waiting.
     * CPK_ERROR_ANALYZER, CPK_ERROR_NETWORK, CPK_ERROR_TIMEOUT, CPK_ERROR_LIMIT_EXCEEDED and CPK_ERROR_INVALID_DATA
     * fail this chunk, and the next one is analysed; any other status ends the run. */
    cpk_status (*analyze)(void *self, const cpk_analyzer_request *request, cpk_write_fn write, void *write_user,
                          cpk_analyzer_usage *usage, cpk_error **error);

    /* optional */
    /* The most calls of `analyze` at the same time that are of use, for one source when the setting analyze.threads is
     * 0; 1 if NULL. Since 0.2. */
    int64_t (*concurrency)(void *self);
} cpk_analyzer_driver;

#define CPK_ANALYZER_DRIVER_INIT                                                                                       \
    {                                                                                                                  \
        CPK_ANALYZER_ABI, sizeof(cpk_analyzer_driver), 0, NULL, NULL, NULL, NULL, NULL                                 \
    }

#ifdef __cplusplus
}
#endif
#endif
