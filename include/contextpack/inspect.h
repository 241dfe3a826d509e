#ifndef CONTEXTPACK_INSPECT_H
#define CONTEXTPACK_INSPECT_H

/**
 * Inspections: what an input contains and what importing it would cost, before anything is stored.
 *
 * An example:
 *
 *     cpk_input input = CPK_INPUT_INIT;
 *     cpk_inspection *inspection = NULL;
 *
 *     input.path = "chatgpt-export.zip";
 *     if (cpk_inspect(engine, &input, NULL, &inspection, &error) != CPK_OK) {
 *         fprintf(stderr, "%s\n", cpk_error_message(error));
 *         cpk_error_free(error);
 *     }
 *     printf("%d messages, %d credits\n", (int)cpk_inspection_messages(inspection),
 *            (int)cpk_inspection_credits(inspection));
 *     cpk_inspection_free(inspection);
 */

#include <contextpack/input.h>
#include <contextpack/session.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * What an input contains. Immutable: any thread may read it; its texts live until cpk_inspection_free().
 */
typedef struct cpk_inspection cpk_inspection;

/**
 * Reads an input as an import into an empty pack would, and stores nothing. Memory use is bounded by the largest
 * conversation, not by the input.
 *
 * @param engine      for settings and memory; needs neither database nor storage
 * @param input       the bytes to read
 * @param options     may be NULL; its notes are also kept in the inspection
 * @param inspection  out: free it with cpk_inspection_free(); NULL on failure
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
CPK_API cpk_status cpk_inspect(cpk_engine *engine, const cpk_input *input, const cpk_run_options *options,
                               cpk_inspection **inspection, cpk_error **error);

/** What the inspection holds; texts are borrowed from it. Since 0.2. */
CPK_API int32_t cpk_inspection_source_type(const cpk_inspection *inspection); /* the type that the source would have */
CPK_API const char *cpk_inspection_format(
    const cpk_inspection *inspection); /* the format of the first file with messages: "chatgpt", "claude"  */
CPK_API const char *cpk_inspection_era(
    const cpk_inspection *inspection); /* how the export is divided into files, and since when; NULL: not known */
CPK_API int64_t
cpk_inspection_conversations(const cpk_inspection *inspection); /* conversations that would be imported */
CPK_API int64_t cpk_inspection_messages(
    const cpk_inspection *inspection); /* messages that would be imported; those by author add up to this */
CPK_API int64_t cpk_inspection_user_messages(const cpk_inspection *inspection);      /* messages of the user */
CPK_API int64_t cpk_inspection_assistant_messages(const cpk_inspection *inspection); /* messages of the assistant */
CPK_API int64_t
cpk_inspection_system_messages(const cpk_inspection *inspection); /* instructions of the provider or application */
CPK_API int64_t cpk_inspection_tool_messages(const cpk_inspection *inspection);    /* messages of tools */
CPK_API int64_t cpk_inspection_unknown_messages(const cpk_inspection *inspection); /* messages of an unknown author */
CPK_API int64_t
cpk_inspection_hidden_messages(const cpk_inspection *inspection); /* messages that the provider does not show */
CPK_API int64_t cpk_inspection_other_branches(
    const cpk_inspection *inspection); /* messages on branches that were not open; packs do not use them */
CPK_API int64_t cpk_inspection_attachments(const cpk_inspection *inspection); /* files that messages name */
CPK_API int64_t cpk_inspection_first_time(
    const cpk_inspection *inspection); /* the time of the earliest message; CPK_TIME_UNKNOWN if no message has one */
CPK_API int64_t cpk_inspection_last_time(
    const cpk_inspection *inspection); /* the time of the latest message; CPK_TIME_UNKNOWN if no message has one */
CPK_API int64_t
cpk_inspection_files(const cpk_inspection *inspection); /* files of an archive that were read; 1 for any other input */
CPK_API int64_t
cpk_inspection_shards(const cpk_inspection *inspection); /* of these, the numbered parts of the conversations */
CPK_API int64_t
cpk_inspection_skipped(const cpk_inspection *inspection); /* messages and conversations without usable content */
CPK_API int64_t cpk_inspection_damaged(const cpk_inspection *inspection); /* places that could not be parsed */
CPK_API int64_t cpk_inspection_missing_files(
    const cpk_inspection *inspection); /* files that the export refers to but does not contain */
CPK_API int64_t
cpk_inspection_tokens(const cpk_inspection *inspection); /* exact o200k_base tokens of the extracted text */
CPK_API int64_t
cpk_inspection_chunks(const cpk_inspection *inspection); /* chunks that the text would be cut into by the settings */
CPK_API int64_t
cpk_inspection_credits(const cpk_inspection *inspection); /* what analysing all chunks would cost on the plan credits */
CPK_API const char *cpk_inspection_loss_summary(
    const cpk_inspection *inspection); /* what would not be read, and why, in words; NULL if all is read */
CPK_API int32_t cpk_inspection_is_partial(
    const cpk_inspection *inspection); /* whether content would be lost: damaged, missing, unreadable or over a limit */
CPK_API int32_t cpk_inspection_provider_count(const cpk_inspection *inspection); /* providers that were recognised */

/** Its providers: `provider` is an index, from 0. Since 0.2. */
CPK_API const char *cpk_inspection_provider_name(const cpk_inspection *inspection,
                                                 int32_t provider); /* the provider: "chatgpt", "grok"  */
CPK_API int64_t cpk_inspection_provider_conversations(const cpk_inspection *inspection,
                                                      int32_t provider); /* conversations of the provider */
CPK_API int64_t cpk_inspection_provider_messages(const cpk_inspection *inspection,
                                                 int32_t provider); /* messages of the provider */

/** What was noted of the input, at most 1,000 times: `note` is an index, from 0. Since 0.2. */
CPK_API int32_t cpk_inspection_note_count(const cpk_inspection *inspection);
CPK_API int32_t cpk_inspection_note_kind(const cpk_inspection *inspection, int32_t note); /* CPK_NOTE_* */
CPK_API const char *
cpk_inspection_note_kind_name(const cpk_inspection *inspection,
                              int32_t note); /* the same as a word: "skipped_message", "missing_file"  */
CPK_API const char *cpk_inspection_note_place(const cpk_inspection *inspection,
                                              int32_t note); /* the file or conversation */
CPK_API const char *
cpk_inspection_note_text(const cpk_inspection *inspection,
                         int32_t note); /* what would be skipped or repaired, or is missing, and why */
CPK_API int64_t cpk_inspection_notes_left_out(const cpk_inspection *inspection); /* notes that are not kept */

/** Releases the inspection. NULL is allowed. Since 0.2. */
CPK_API void cpk_inspection_free(cpk_inspection *inspection);

#ifdef __cplusplus
}
#endif
#endif
