#ifndef CONTEXTPACK_SOURCE_H
#define CONTEXTPACK_SOURCE_H

#include <contextpack/input.h>
#include <contextpack/session.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * A source: one export, document, link or paste inside a pack.
 * An immutable snapshot of one row: any thread may read it; its texts live until cpk_source_free().
 */
typedef struct cpk_source cpk_source;

/** How far a source is. */
#define CPK_SOURCE_PENDING            1 /* raw bytes are stored or on their way */
#define CPK_SOURCE_PROCESSING         2 /* being extracted and chunked */
#define CPK_SOURCE_READY_FOR_ANALYSIS 3 /* its text and its chunks are stored */
#define CPK_SOURCE_ANALYZING          4 /* some chunks are analysed */
#define CPK_SOURCE_COMPLETED          5 /* all chunks are analysed */
#define CPK_SOURCE_FAILED             6 /* its error message says why; cpk_source_run() tries again */

/**
 * Adds an input to a pack: stores its bytes under their SHA-256, status pending.
 *
 * The same bytes added to the same pack again give the source that is there, with *added 0: finish it with
 * cpk_source_run(), which does only what is left.
 *
 * @param session  a user's session
 * @param options  may be NULL; progress in bytes, CPK_STAGE_STORE
 * @param added    out, may be NULL: 1 a new source, 0 the pack had it
 * @param source   out: free it with cpk_source_free(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND         no such pack, or no such file
 *         CPK_ERROR_UNSUPPORTED       the path is a folder's
 *         CPK_ERROR_NO_CONTENT        the input is empty
 *         CPK_ERROR_LIMIT_EXCEEDED    import.max_file_bytes or pack.max_sources
 *         CPK_ERROR_BUSY              another process stores the same bytes, or the input changed while it was read;
 *                                     retryable
 *         CPK_ERROR_PERMISSION_DENIED, _NO_SPACE, _IO, _STORAGE, _DATABASE, _CANCELLED
 * Since 0.1.
 */
CPK_API cpk_status cpk_source_add(cpk_session *session, const char *pack_id, const cpk_input *input,
                                  const cpk_run_options *options, int32_t *added, cpk_source **source,
                                  cpk_error **error);

/**
 * Takes a source as far as `until`: extraction and chunking, then analysis. Does only what is left, repeats at most
 * the unit that was in flight when a process died, and charges each chunk once. Conversations and messages that
 * earlier sources of the pack brought are recognised and not imported again.
 *
 * What is done stays as it was made: a source that is extracted keeps its chunks when chunk.max_tokens changes, a chunk
 * that is analysed keeps its answer when the analyzer or the pack's prompt does. Only what is left is done the new way;
 * to have all of it made anew, delete the source and add it again.
 *
 * Credits for all chunks that are left are set aside before the first is analysed; when the balance is short, nothing
 * is done. Less than all is done when it is asked for: options->max_chunks bounds how many chunks this call analyses
 * (and so what it sets aside), and CPK_RUN_PARTIAL takes as many as the balance covers when it is short. The call then
 * gives CPK_OK with the source still CPK_SOURCE_ANALYZING, its processed chunks below its total chunks; every CPK_OK of
 * a source that was not completed brought it on by a chunk at least. Going on later pays only for what is left.
 * cpk_quote_source() tells beforehand.
 *
 * @param until    CPK_SOURCE_READY_FOR_ANALYSIS or CPK_SOURCE_COMPLETED
 * @param options  may be NULL
 * @param source   out, may be NULL: the source as it is afterwards, also when the call fails
 * @return CPK_OK
 *         CPK_ERROR_UNSUPPORTED, _INVALID_DATA, _NO_CONTENT, _ENCRYPTED, _LIMIT_EXCEEDED
 *                                     the input can't be used: the source is failed, with the message
 *         CPK_ERROR_INSUFFICIENT_CREDITS  the balance does not cover the chunks that are left, with
 *                                     CPK_RUN_PARTIAL not even one; nothing was charged
 *         CPK_ERROR_NOT_FOUND         no such source, or its bytes were never stored whole: add them again
 *         CPK_ERROR_BUSY              another process works on it; retryable
 *         CPK_ERROR_CONFLICT          this process was silent for pipeline.lease_timeout_ms and another one took over
 *         CPK_ERROR_CANCELLED         what was committed stays; call again to go on
 *         CPK_ERROR_ANALYZER          a chunk failed; the others stay analysed
 * Since 0.1.
 */
CPK_API cpk_status cpk_source_run(cpk_session *session, const char *source_id, int32_t until,
                                  const cpk_run_options *options, cpk_source **source, cpk_error **error);

/** A source by its public identifier. CPK_ERROR_NOT_FOUND also when it is somebody else's. Since 0.1. */
CPK_API cpk_status cpk_source_get(cpk_session *session, const char *source_id, cpk_source **source, cpk_error **error);

/**
 * Deletes a source with its blobs. Credits that were used stay used. CPK_ERROR_BUSY while another process works on it.
 * Since 0.1.
 */
CPK_API cpk_status cpk_source_delete(cpk_session *session, const char *source_id, cpk_error **error);

#define CPK_PART_RAW       1 /* the bytes as they came */
#define CPK_PART_EXTRACTED 2 /* normalised text, Markdown-like, UTF-8 */
#define CPK_PART_WITHHELD  3 /* what no analyzer was shown so far, counted by kind: JSON, {"api_key":1}; since 0.2 */

/** Streams one part of a source. CPK_ERROR_CONFLICT when it is not made yet. Since 0.1. */
CPK_API cpk_status cpk_source_read(cpk_session *session, const char *source_id, int32_t part, cpk_write_fn write,
                                   void *write_user, cpk_error **error);

/** What the snapshot holds; texts are borrowed from it. Since 0.1. */
CPK_API const char *cpk_source_id(const cpk_source *source); /* the public identifier that every call takes */
CPK_API const char *cpk_source_pack_id(const cpk_source *source);
CPK_API const char *cpk_source_name(const cpk_source *source);
CPK_API int32_t cpk_source_type(const cpk_source *source);              /* CPK_SOURCE_CHAT_EXPORT ... */
CPK_API int32_t cpk_source_status(const cpk_source *source);            /* CPK_SOURCE_PENDING ... */
CPK_API const char *cpk_source_status_name(const cpk_source *source);   /* "ready_for_analysis", ... */
CPK_API const char *cpk_source_type_name(const cpk_source *source);     /* "chat_export", ... */
CPK_API int32_t cpk_source_progress(const cpk_source *source);          /* 0 to 100; never goes back */
CPK_API const char *cpk_source_error_message(const cpk_source *source); /* NULL unless failed */
CPK_API const char *cpk_source_file_name(const cpk_source *source);     /* NULL for a paste */
CPK_API int64_t cpk_source_file_size(const cpk_source *source);         /* bytes; -1 until stored */
CPK_API const char *cpk_source_format(const cpk_source *source);        /* "chatgpt", ...; "" until extracted */
CPK_API const char *cpk_source_sha256(const cpk_source *source);        /* of the raw bytes, hex */
CPK_API int64_t cpk_source_message_count(const cpk_source *source);     /* messages that this source brought */
CPK_API int64_t
cpk_source_conversation_count(const cpk_source *source); /* conversations that this source brought or grew */
CPK_API int64_t cpk_source_known_messages(const cpk_source *source); /* messages that the pack had already */
CPK_API int64_t cpk_source_text_tokens(const cpk_source *source);    /* exact o200k_base tokens of the new text */
CPK_API int64_t cpk_source_total_chunks(const cpk_source *source);
CPK_API int64_t cpk_source_processed_chunks(const cpk_source *source);
CPK_API int64_t cpk_source_input_tokens(const cpk_source *source);
CPK_API int64_t cpk_source_output_tokens(const cpk_source *source);
CPK_API int64_t cpk_source_cost_micros(const cpk_source *source); /* millionths of a US dollar */
CPK_API int64_t cpk_source_created_at(const cpk_source *source);  /* microseconds since 1970 UTC */
CPK_API int64_t cpk_source_updated_at(const cpk_source *source);
CPK_API int64_t cpk_source_completed_at(const cpk_source *source); /* CPK_TIME_UNKNOWN until completed */

/** Releases the snapshot. NULL is allowed. Since 0.1. */
CPK_API void cpk_source_free(cpk_source *source);

/** A page of a pack's sources, newest first. Immutable. */
typedef struct cpk_source_list cpk_source_list;

/** A page of the sources of a pack. CPK_ERROR_INVALID_ARGUMENT for a page.after that no list gave. `page` may be NULL.
 * Since 0.1. */
CPK_API cpk_status cpk_source_list_get(cpk_session *session, const char *pack_id, const cpk_page *page,
                                       cpk_source_list **list, cpk_error **error);

/** What a page holds. NULL gives none; borrowed texts and items live as long as the list. Since 0.1. */
CPK_API size_t cpk_source_list_count(const cpk_source_list *list);
CPK_API const cpk_source *cpk_source_list_at(const cpk_source_list *list, size_t index); /* borrowed */
CPK_API const char *cpk_source_list_next(const cpk_source_list *list); /* for cpk_page.after; NULL: the last page */

/** Writes the whole page into `buffer` as cpk_list_head tells, when `capacity` bytes are enough. Returns the bytes that
 * it takes, also when nothing was written; 0 for NULL. `buffer` may be NULL. Since 0.2. */
CPK_API size_t cpk_source_list_copy(const cpk_source_list *list, void *buffer, size_t capacity);

/** Releases the page with its items. NULL is allowed. Since 0.1. */
CPK_API void cpk_source_list_free(cpk_source_list *list);

#ifdef __cplusplus
}
#endif
#endif
