#ifndef CONTEXTPACK_EXTRACT_H
#define CONTEXTPACK_EXTRACT_H

/**
 * Extraction: reads an export or document of any known format into messages or text, without a database.
 *
 * An example that prints each message:
 *
 *     static int32_t print_message(void *user, const cpk_message *message)
 *     {
 *         (void)user;
 *         printf("%s: %s\n", cpk_role_name(message->role), message->text);
 *         return 0;
 *     }
 *
 *     cpk_input input = CPK_INPUT_INIT;
 *     cpk_extract_report report = CPK_EXTRACT_REPORT_INIT;
 *
 *     input.path = "conversations.json";
 *     if (cpk_extract(engine, &input, print_message, NULL, NULL, &report, &error) != CPK_OK) {
 *         fprintf(stderr, "%s\n", cpk_error_message(error));
 *         cpk_error_free(error);
 *     }
 *     printf("%d conversations\n", (int)report.conversations);
 */

#include <contextpack/input.h>
#include <contextpack/message.h>
#include <contextpack/session.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Called for each message, which is valid until it returns. A non-zero result stops the call with CPK_ERROR_CANCELLED.
 */
typedef int32_t (*cpk_message_fn)(void *user, const cpk_message *message);

/** What an input contained. Start from CPK_EXTRACT_REPORT_INIT. Later versions add fields at the end. */
typedef struct cpk_extract_report {
    uint32_t struct_size;   /* sizeof(cpk_extract_report) as the caller was compiled */
    int32_t source_type;    /* CPK_SOURCE_*: the type of the input */
    char format[32];        /* "chatgpt", "claude", "text", "markdown", ... */
    int64_t conversations;  /* extracted */
    int64_t messages;       /* extracted */
    int64_t skipped;        /* messages and conversations without usable content */
    int64_t damaged;        /* places that could not be parsed; the rest was extracted */
    int64_t missing_files;  /* files that the export refers to but does not contain */
    char loss_summary[160]; /* what was not read and why, in words; "": all was read */
    int32_t is_partial;     /* 1: content was lost: damaged, missing, unreadable or over a limit */
    int32_t reserved;       /* 0 */
} cpk_extract_report;

#define CPK_EXTRACT_REPORT_INIT                                                                                        \
    {                                                                                                                  \
        sizeof(cpk_extract_report), 0, {0}, 0, 0, 0, 0, 0, {0}, 0, 0                                                   \
    }

/**
 * Reads an input of any known format message by message. Memory use is bounded by the largest conversation, not by the
 * input.
 *
 * @param engine        for settings and memory; needs neither database nor storage
 * @param input         the bytes to read
 * @param message       called for each message; NULL: only the report is made
 * @param message_user  passed to `message`
 * @param options       may be NULL
 * @param report        out, may be NULL; start from CPK_EXTRACT_REPORT_INIT
 * @return CPK_OK
 *         CPK_ERROR_UNSUPPORTED        no format recognises the input; the message says what it looks like
 *         CPK_ERROR_NO_CONTENT         the input is empty or has no message
 *         CPK_ERROR_INVALID_DATA       the input is damaged before its first message
 *         CPK_ERROR_ENCRYPTED          the input is an encrypted archive
 *         CPK_ERROR_LIMIT_EXCEEDED     the input exceeds a limit; the message names the setting
 *         CPK_ERROR_NOT_FOUND          there is no such file
 *         CPK_ERROR_PERMISSION_DENIED  the file is not readable
 *         CPK_ERROR_IO                 the file could not be read
 *         CPK_ERROR_CANCELLED          a callback or the cancel token stopped the call
 * Since 0.2.
 */
CPK_API cpk_status cpk_extract(cpk_engine *engine, const cpk_input *input, cpk_message_fn message, void *message_user,
                               const cpk_run_options *options, cpk_extract_report *report, cpk_error **error);

/**
 * Reads an input into normalised text: the text that chunks are cut from and that cpk_source_read() returns.
 *
 * @param engine      for settings and memory; needs neither database nor storage
 * @param input       the bytes to read
 * @param write       receives the text in pieces, in order
 * @param write_user  passed to `write`
 * @param options     may be NULL
 * @param report      out, may be NULL; start from CPK_EXTRACT_REPORT_INIT
 * @return CPK_OK
 *         CPK_ERROR_UNSUPPORTED        no format recognises the input; the message says what it looks like
 *         CPK_ERROR_NO_CONTENT         the input is empty or has no message
 *         CPK_ERROR_INVALID_DATA       the input is damaged before its first message
 *         CPK_ERROR_ENCRYPTED          the input is an encrypted archive
 *         CPK_ERROR_LIMIT_EXCEEDED     the input exceeds a limit; the message names the setting
 *         CPK_ERROR_NOT_FOUND          there is no such file
 *         CPK_ERROR_PERMISSION_DENIED  the file is not readable
 *         CPK_ERROR_IO                 the file could not be read
 *         CPK_ERROR_CANCELLED          a callback or the cancel token stopped the call
 * Since 0.2.
 */
CPK_API cpk_status cpk_extract_text(cpk_engine *engine, const cpk_input *input, cpk_write_fn write, void *write_user,
                                    const cpk_run_options *options, cpk_extract_report *report, cpk_error **error);

#ifdef __cplusplus
}
#endif
#endif
