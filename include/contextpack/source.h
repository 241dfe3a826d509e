#ifndef CONTEXTPACK_SOURCE_H
#define CONTEXTPACK_SOURCE_H

/**
 * Sources: the exports, documents, links and texts inside a pack.
 *
 * Add an input to a pack, then run it: extraction, chunking and analysis. Both calls can be repeated: nothing is
 * stored, charged or analysed twice. An example:
 *
 *     cpk_input input = CPK_INPUT_INIT;
 *     cpk_pack *pack = NULL;
 *     cpk_source *source = NULL;
 *
 *     input.path = "conversations.json";
 *     if (cpk_pack_create(session, NULL, &pack, &error) != CPK_OK ||
 *         cpk_source_add(session, cpk_pack_id(pack), &input, NULL, NULL, &source, &error) != CPK_OK ||
 *         cpk_source_run(session, cpk_source_id(source), CPK_SOURCE_COMPLETED, NULL, NULL, &error) != CPK_OK) {
 *         fprintf(stderr, "%s\n", cpk_error_message(error));
 *         cpk_error_free(error);
 *     }
 *     cpk_source_free(source);
 *     cpk_pack_free(pack);
 *
 * In this header: adding and running, reading and deleting, the record and its getters, lists.
 */

#include <contextpack/input.h>
#include <contextpack/session.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * One export, document, link or pasted text inside a pack.
 * An immutable record: any thread may read it. Its texts are valid until cpk_source_free().
 */
typedef struct cpk_source cpk_source;

/** The status of a source. */
#define CPK_SOURCE_PENDING            1 /* its raw bytes are stored or being stored */
#define CPK_SOURCE_PROCESSING         2 /* text is being extracted and cut into chunks */
#define CPK_SOURCE_READY_FOR_ANALYSIS 3 /* its text and its chunks are stored */
#define CPK_SOURCE_ANALYZING          4 /* some chunks are analysed */
#define CPK_SOURCE_COMPLETED          5 /* all chunks are analysed */
#define CPK_SOURCE_FAILED             6 /* see its error message; cpk_source_run() tries again */

/* ---- Adding and running ---- */

/**
 * Adds an input to a pack: stores its bytes with their SHA-256 and creates a source with the status pending.
 *
 * Adding the same bytes to the same pack again returns the existing source, with *added 0.
 *
 * @param session  a user's session
 * @param pack_id  the pack's id
 * @param input    the bytes to import
 * @param options  may be NULL; progress in bytes, CPK_STAGE_STORE
 * @param added    out, may be NULL: 1 if the source is new, 0 if the pack had it
 * @param source   out: free it with cpk_source_free(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND          there is no such pack or file
 *         CPK_ERROR_UNSUPPORTED        the path names a directory
 *         CPK_ERROR_NO_CONTENT         the input is empty
 *         CPK_ERROR_LIMIT_EXCEEDED     the setting import.max_file_bytes or pack.max_sources
 *         CPK_ERROR_BUSY               another process stores the same bytes, or the input changed while it was read;
 *                                      retryable
 *         CPK_ERROR_PERMISSION_DENIED  the account is suspended, the file is not readable, or the session is not a
 *                                      user's
 *         CPK_ERROR_NO_SPACE           the disk or a quota is full
 *         CPK_ERROR_IO                 the file could not be read
 *         CPK_ERROR_STORAGE            the storage reported an error or cannot be reached
 *         CPK_ERROR_CANCELLED          the call was stopped: call again to continue
 * Since 0.2.
 */
CPK_API cpk_status cpk_source_add(cpk_session *session, const char *pack_id, const cpk_input *input,
                                  const cpk_run_options *options, int32_t *added, cpk_source **source,
                                  cpk_error **error);

/**
 * Processes a source up to the status `until`: extraction and chunking, then analysis of each chunk.
 *
 * The call continues where an earlier one stopped. After a crash at most the chunk in progress is repeated, and each
 * chunk is charged once. Conversations and messages that earlier sources of the pack contained are not imported again.
 *
 * Finished work is kept: an extracted source keeps its chunks if chunk.max_tokens changes, and an analysed chunk keeps
 * its answer if the analyzer or the pack's prompt changes. To process everything again, delete the source and add it
 * again.
 *
 * Credits for all remaining chunks are reserved before the first is analysed; if the balance is too low, nothing is
 * analysed. To analyse a part, set options->max_chunks, which also limits the reservation, or CPK_RUN_PARTIAL, which
 * analyses as many chunks as the balance covers. The call then returns CPK_OK with the source in the status
 * CPK_SOURCE_ANALYZING and at least one more chunk processed. A later call charges only for the chunks that it
 * analyses. cpk_quote_source() returns the price beforehand.
 *
 * @param session    a user's session
 * @param source_id  the source's id
 * @param until      CPK_SOURCE_READY_FOR_ANALYSIS or CPK_SOURCE_COMPLETED
 * @param options    may be NULL
 * @param source     out, may be NULL: the source after the call, also if the call fails
 * @return CPK_OK
 *         CPK_ERROR_UNSUPPORTED           the input's format is not supported: the source is now failed
 *         CPK_ERROR_INVALID_DATA          the input is damaged: the source is now failed
 *         CPK_ERROR_NO_CONTENT            the input has no usable content: the source is now failed
 *         CPK_ERROR_ENCRYPTED             the input is encrypted: the source is now failed
 *         CPK_ERROR_LIMIT_EXCEEDED        the input exceeds a limit: the source is now failed
 *         CPK_ERROR_INSUFFICIENT_CREDITS  the balance does not cover the remaining chunks, or with CPK_RUN_PARTIAL not
 *                                         even one; nothing was charged
 *         CPK_ERROR_NOT_FOUND             there is no such source, or its bytes were not stored completely: add it
 *                                         again
 *         CPK_ERROR_BUSY                  another process works on the source; retryable
 *         CPK_ERROR_CONFLICT              this process did not respond for pipeline.lease_timeout_ms, and another one
 *                                         took over
 *         CPK_ERROR_CANCELLED             the call was stopped; what was committed is kept
 *         CPK_ERROR_ANALYZER              the analysis of a chunk failed; the other chunks are analysed
 *         CPK_ERROR_PERMISSION_DENIED     the account is suspended
 * Since 0.2.
 */
CPK_API cpk_status cpk_source_run(cpk_session *session, const char *source_id, int32_t until,
                                  const cpk_run_options *options, cpk_source **source, cpk_error **error);

/* ---- Reading and deleting ---- */

/**
 * Reads a source.
 *
 * @param session    a session that may see the source
 * @param source_id  the source's id
 * @param source     out: free it with cpk_source_free(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND  there is no such source, or it belongs to another user
 * Since 0.2.
 */
CPK_API cpk_status cpk_source_get(cpk_session *session, const char *source_id, cpk_source **source, cpk_error **error);

/**
 * Deletes a source with its blobs. Credits that were spent on it are not refunded. Other sources of the pack that may
 * contain the same messages get the status CPK_SOURCE_READY_FOR_ANALYSIS: their next run adds those messages to them.
 * Work on the source ends as cpk_source_request_cancel() says.
 *
 * @param session    the owner's session
 * @param source_id  the source's id
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND  there is no such source, or it belongs to another user
 *         CPK_ERROR_BUSY       another process began to work on the source meanwhile; retryable
 *         CPK_ERROR_STORAGE    a blob could not be removed: call again to continue
 * Since 0.2.
 */
CPK_API cpk_status cpk_source_delete(cpk_session *session, const char *source_id, cpk_error **error);

/**
 * Asks whoever works on a source to stop, in any process: a worker stops within about a second, another call at its
 * next chunk. From this call on, nothing more is charged for the source and its reserved credits are back; chunks that
 * were analysed before stay. It also succeeds if nobody works on the source. Work that was submitted is cancelled;
 * submitting or running the source again goes on with it.
 *
 * @param session    the owner's session, the service's or an administrator's
 * @param source_id  the source's id
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND  there is no such source, or it belongs to another user
 * Since 0.2.
 */
CPK_API cpk_status cpk_source_request_cancel(cpk_session *session, const char *source_id, cpk_error **error);

/** The parts of a source, for cpk_source_read(). */
#define CPK_PART_RAW       1 /* the bytes that were added */
#define CPK_PART_EXTRACTED 2 /* the extracted text: Markdown-like, UTF-8 */
#define CPK_PART_WITHHELD                                                                                              \
    3 /* counts of what was withheld from analyzers, by kind, as JSON: {"api_key":1}; since 0.2                        \
       */

/**
 * Streams one part of a source.
 *
 * @param session     a session that may see the source
 * @param source_id   the source's id
 * @param part        CPK_PART_*
 * @param write       receives the bytes in order
 * @param write_user  passed to `write`
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND  there is no such source, or it belongs to another user
 *         CPK_ERROR_CONFLICT   the part does not exist yet
 *         CPK_ERROR_CANCELLED  `write` returned non-zero
 *         CPK_ERROR_STORAGE    the storage reported an error or cannot be reached
 * Since 0.2.
 */
CPK_API cpk_status cpk_source_read(cpk_session *session, const char *source_id, int32_t part, cpk_write_fn write,
                                   void *write_user, cpk_error **error);

/** Getters; texts are borrowed from the record. Since 0.2. */
CPK_API const char *cpk_source_id(const cpk_source *source); /* the public identifier that every call takes */
CPK_API const char *cpk_source_pack_id(const cpk_source *source);
CPK_API const char *cpk_source_name(const cpk_source *source);
CPK_API int32_t cpk_source_type(const cpk_source *source);              /* CPK_SOURCE_CHAT_EXPORT ... */
CPK_API const char *cpk_source_type_name(const cpk_source *source);     /* "chat_export", ... */
CPK_API int32_t cpk_source_status(const cpk_source *source);            /* CPK_SOURCE_PENDING ... */
CPK_API const char *cpk_source_status_name(const cpk_source *source);   /* "ready_for_analysis", ... */
CPK_API int32_t cpk_source_progress(const cpk_source *source);          /* 0 to 100; never goes back */
CPK_API const char *cpk_source_error_message(const cpk_source *source); /* NULL unless failed */
CPK_API const char *cpk_source_file_name(const cpk_source *source);     /* NULL for a paste */
CPK_API int64_t cpk_source_file_size(const cpk_source *source);         /* bytes; -1 until stored */
CPK_API const char *cpk_source_format(const cpk_source *source);        /* "chatgpt", ...; "" until extracted */
CPK_API const char *cpk_source_sha256(const cpk_source *source);        /* of the raw bytes, hex */
CPK_API int64_t cpk_source_conversation_count(
    const cpk_source *source); /* conversations that were new to the pack or got new messages */
CPK_API int64_t cpk_source_message_count(const cpk_source *source);  /* messages that were new to the pack */
CPK_API int64_t cpk_source_known_messages(const cpk_source *source); /* messages that the pack had already: skipped */
CPK_API int64_t cpk_source_text_tokens(const cpk_source *source);    /* exact o200k_base tokens of the new text */
CPK_API int64_t cpk_source_total_chunks(const cpk_source *source);
CPK_API int64_t cpk_source_processed_chunks(const cpk_source *source);
CPK_API int64_t cpk_source_input_tokens(const cpk_source *source);
CPK_API int64_t cpk_source_output_tokens(const cpk_source *source);
CPK_API int64_t cpk_source_cost_micros(const cpk_source *source); /* millionths of a US dollar */
CPK_API int64_t cpk_source_created_at(const cpk_source *source);  /* microseconds since 1970 UTC */
CPK_API int64_t cpk_source_updated_at(const cpk_source *source);
CPK_API int64_t cpk_source_completed_at(const cpk_source *source);  /* CPK_TIME_UNKNOWN until completed */
CPK_API const char *cpk_source_extractor(const cpk_source *source); /* "chatgpt 0.2.0"; NULL until extracted */
CPK_API const char *cpk_source_losses(
    const cpk_source *source); /* JSON: counts of what was not read, by reason: docs/formats.md; "{}" until extracted */
CPK_API const char *cpk_source_loss_summary(const cpk_source *source); /* the same in words; NULL: all was read */
CPK_API int32_t
cpk_source_is_partial(const cpk_source *source); /* 1: content was lost: damaged, missing, unreadable or over a limit */
CPK_API const char *cpk_source_user_id(const cpk_source *source);
CPK_API const char *
cpk_source_stalled_reason(const cpk_source *source); /* why it stands still: "credits", "suspended", "lease", "error",
                                                        "kind", "cancelled"; NULL: it does not, or nothing is known */
CPK_API int64_t cpk_source_lease_until(const cpk_source *source); /* when whoever works on it must have renewed its
                                                                     lease; CPK_TIME_UNKNOWN: nobody does */
CPK_API int64_t cpk_source_attempts(const cpk_source *source);    /* of workers since the last progress */

/** Frees the record. NULL is allowed. Since 0.2. */
CPK_API void cpk_source_free(cpk_source *source);

/** A page of a pack's sources, newest first. Immutable. */
typedef struct cpk_source_list cpk_source_list;

/**
 * Reads a page of a pack's sources, newest first.
 *
 * @param session  a user's session
 * @param pack_id  the pack's id
 * @param page     may be NULL: the first page with the default limit
 * @param list     out: free it with cpk_source_list_free(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_INVALID_ARGUMENT  page->limit is out of range, or page->after is not from this list
 * Since 0.2.
 */
CPK_API cpk_status cpk_source_list_get(cpk_session *session, const char *pack_id, const cpk_page *page,
                                       cpk_source_list **list, cpk_error **error);

/** Getters of a list; NULL is an empty list. Items and texts are borrowed from the list. Since 0.2. */
CPK_API size_t cpk_source_list_count(const cpk_source_list *list);
CPK_API const cpk_source *cpk_source_list_at(const cpk_source_list *list, size_t index); /* borrowed */
CPK_API const char *cpk_source_list_next(const cpk_source_list *list); /* for cpk_page.after; NULL: the last page */

/** Copies the page to `buffer` in the layout of cpk_list_head, if `capacity` bytes are enough. Returns the number
 * of bytes needed, whether or not they were written; 0 for NULL. `buffer` may be NULL. Since 0.2. */
CPK_API size_t cpk_source_list_copy(const cpk_source_list *list, void *buffer, size_t capacity);

/** Frees the page with its items. NULL is allowed. Since 0.2. */
CPK_API void cpk_source_list_free(cpk_source_list *list);

#ifdef __cplusplus
}
#endif
#endif
