#ifndef CONTEXTPACK_EXTRACT_H
#define CONTEXTPACK_EXTRACT_H

#include <contextpack/input.h>
#include <contextpack/message.h>
#include <contextpack/session.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Takes one message; borrowed for the call. Non-zero stops with CPK_ERROR_CANCELLED. */
typedef int32_t (*cpk_message_fn)(void *user, const cpk_message *message);

/** What was found in an input. Grows only at its end. */
typedef struct cpk_extract_report {
    uint32_t struct_size; /* sizeof(cpk_extract_report) as the caller was compiled */
    int32_t source_type;  /* CPK_SOURCE_* that the input is */
    char format[32];      /* "chatgpt", "claude", "text", "markdown", ... */
    int64_t conversations;
    int64_t messages;
    int64_t skipped;       /* messages and conversations that held nothing usable */
    int64_t damaged;       /* places that could not be read; what is whole was kept */
    int64_t missing_files; /* files that the export promises and does not hold */
} cpk_extract_report;

#define CPK_EXTRACT_REPORT_INIT                                                                                        \
    {                                                                                                                  \
        sizeof(cpk_extract_report), 0, {0}, 0, 0, 0, 0, 0                                                              \
    }

/**
 * Reads an input of any known format, message by message, without a database. Memory is bounded by the largest
 * conversation, not by the input.
 *
 * @param engine   for settings and memory; needs neither database nor storage
 * @param message  NULL: only the report is wanted
 * @param options  may be NULL
 * @param report   out, may be NULL
 * @return CPK_OK
 *         CPK_ERROR_UNSUPPORTED   no format recognises it; the message says what it looks like
 *         CPK_ERROR_NO_CONTENT    empty, or not one message in it
 *         CPK_ERROR_INVALID_DATA  damaged before the first message
 *         CPK_ERROR_ENCRYPTED     an archive with a password
 *         CPK_ERROR_LIMIT_EXCEEDED, _NOT_FOUND, _PERMISSION_DENIED, _IO, _CANCELLED
 * Since 0.1.
 */
CPK_API cpk_status cpk_extract(cpk_engine *engine, const cpk_input *input, cpk_message_fn message, void *message_user,
                               const cpk_run_options *options, cpk_extract_report *report, cpk_error **error);

/**
 * The same as normalised text, as chunks are cut from it and as cpk_source_read() gives it.
 *
 * @param write    takes the text in pieces, in order
 * @return as cpk_extract()
 * Since 0.1.
 */
CPK_API cpk_status cpk_extract_text(cpk_engine *engine, const cpk_input *input, cpk_write_fn write, void *write_user,
                                    const cpk_run_options *options, cpk_extract_report *report, cpk_error **error);

#ifdef __cplusplus
}
#endif
#endif
