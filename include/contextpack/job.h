#ifndef CONTEXTPACK_JOB_H
#define CONTEXTPACK_JOB_H

/**
 * V1 jobs: one file processed into one V1 pack. For programs that were built on V1; new programs use packs and sources.
 *
 * An example:
 *
 *     cpk_input input = CPK_INPUT_INIT;
 *     cpk_job *job = NULL;
 *
 *     input.path = "conversations.json";
 *     if (cpk_job_create(session, &input, NULL, &job, &error) != CPK_OK ||
 *         cpk_job_run(session, cpk_job_id(job), NULL, NULL, &error) != CPK_OK) {
 *         fprintf(stderr, "%s\n", cpk_error_message(error));
 *         cpk_error_free(error);
 *     }
 *     cpk_job_free(job);
 */

#include <contextpack/input.h>
#include <contextpack/session.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * One file that is processed into one V1 pack.
 * An immutable record: any thread may read it. Its texts are valid until cpk_job_free().
 */
typedef struct cpk_job cpk_job;

/** The status of a job. */
#define CPK_JOB_CREATED            1 /* the file is stored or being stored */
#define CPK_JOB_PROCESSING         2 /* text is being extracted and cut into chunks */
#define CPK_JOB_READY_FOR_ANALYSIS 3 /* its text and its chunks are stored */
#define CPK_JOB_ANALYZING          4 /* some chunks are analysed */
#define CPK_JOB_COMPLETED          5 /* all chunks were tried; its V1 pack is stored */
#define CPK_JOB_FAILED             6 /* see its error message; cpk_job_run() tries again */

/**
 * Stores an input and creates a job for it. The same bytes again make another job.
 *
 * @param session  a user's session
 * @param input    the bytes to import
 * @param options  may be NULL; progress in bytes, CPK_STAGE_STORE
 * @param job      out: free it with cpk_job_free(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND          there is no such file
 *         CPK_ERROR_NO_CONTENT         the input is empty
 *         CPK_ERROR_LIMIT_EXCEEDED     the setting import.max_file_bytes
 *         CPK_ERROR_PERMISSION_DENIED  the account is suspended
 *         CPK_ERROR_BUSY               the input changed while it was read; retryable
 *         CPK_ERROR_STORAGE            the storage reported an error or cannot be reached
 *         CPK_ERROR_CANCELLED          the call was stopped
 * Since 0.2.
 */
CPK_API cpk_status cpk_job_create(cpk_session *session, const cpk_input *input, const cpk_run_options *options,
                                  cpk_job **job, cpk_error **error);

/**
 * Processes a job into its V1 pack: extraction, chunking, analysis, one document. The call continues where an earlier
 * one stopped, and each chunk is charged once. A chunk that fails is listed in cpk_job_failed_chunks() and the others
 * are analysed; running a completed job tries its failed chunks again and rebuilds the pack. Jobs of other programs
 * continue from their stored file; completed ones are left unchanged.
 *
 * With options->max_chunks or CPK_RUN_PARTIAL a part is analysed, as in cpk_source_run(): the call returns CPK_OK with
 * the job in the status CPK_JOB_ANALYZING. The V1 pack is made when every chunk was tried. CPK_OK is also returned if
 * some chunks failed.
 *
 * @param session  a user's session
 * @param job_id   the job's id
 * @param options  may be NULL
 * @param job      out, may be NULL: the job after the call, also if the call fails
 * @return CPK_OK
 *         CPK_ERROR_UNSUPPORTED           the input's format is not supported: the job is now failed
 *         CPK_ERROR_INVALID_DATA          the input is damaged: the job is now failed
 *         CPK_ERROR_NO_CONTENT            the input has no usable content: the job is now failed
 *         CPK_ERROR_ENCRYPTED             the input is encrypted: the job is now failed
 *         CPK_ERROR_LIMIT_EXCEEDED        the input exceeds a limit: the job is now failed
 *         CPK_ERROR_INSUFFICIENT_CREDITS  the balance does not cover the remaining chunks, or with CPK_RUN_PARTIAL not
 *                                         even one; nothing was charged
 *         CPK_ERROR_PERMISSION_DENIED     the account is suspended
 *         CPK_ERROR_NOT_FOUND             there is no such job, or its file is not stored
 *         CPK_ERROR_BUSY                  another process works on the job; retryable
 *         CPK_ERROR_CONFLICT              this process did not respond for pipeline.lease_timeout_ms, and another one
 *                                         took over
 *         CPK_ERROR_CANCELLED             the call was stopped; what was committed is kept
 *         CPK_ERROR_ANALYZER              every chunk failed: the job is now failed
 * Since 0.2.
 */
CPK_API cpk_status cpk_job_run(cpk_session *session, const char *job_id, const cpk_run_options *options, cpk_job **job,
                               cpk_error **error);

/**
 * Reads a job.
 *
 * @param session  a session that may see the job
 * @param job_id   the job's id
 * @param job      out: free it with cpk_job_free(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND  there is no such job, or it belongs to another user
 * Since 0.2.
 */
CPK_API cpk_status cpk_job_get(cpk_session *session, const char *job_id, cpk_job **job, cpk_error **error);

/**
 * Deletes a job with its V1 pack and its blobs. Credits that were spent on it are not refunded.
 *
 * @param session  the owner's session
 * @param job_id   the job's id
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND  there is no such job, or it belongs to another user
 *         CPK_ERROR_BUSY       another process works on the job; retryable
 *         CPK_ERROR_STORAGE    a blob could not be removed: call again to continue
 * Since 0.2.
 */
CPK_API cpk_status cpk_job_delete(cpk_session *session, const char *job_id, cpk_error **error);

/** Getters; texts are borrowed from the record. Since 0.2. */
CPK_API const char *cpk_job_id(const cpk_job *job); /* the public identifier that every call takes */
CPK_API int32_t cpk_job_status(const cpk_job *job); /* CPK_JOB_*; 0: a status that only another program knows */
CPK_API const char *cpk_job_status_name(const cpk_job *job);   /* "created", ... */
CPK_API int32_t cpk_job_progress(const cpk_job *job);          /* 0 to 100; never goes back */
CPK_API const char *cpk_job_error_message(const cpk_job *job); /* NULL unless failed */
CPK_API const char *cpk_job_file_name(const cpk_job *job);
CPK_API int64_t cpk_job_file_size(const cpk_job *job);       /* bytes; -1 for NULL */
CPK_API int64_t cpk_job_extracted_count(const cpk_job *job); /* messages */
CPK_API int64_t cpk_job_total_chunks(const cpk_job *job);
CPK_API int64_t cpk_job_processed_chunks(const cpk_job *job);
CPK_API const char *cpk_job_failed_chunks(const cpk_job *job); /* a JSON array of indexes from 0: "[3,7]" */
CPK_API int64_t cpk_job_input_tokens(const cpk_job *job);
CPK_API int64_t cpk_job_output_tokens(const cpk_job *job);
CPK_API int64_t cpk_job_cost_micros(const cpk_job *job); /* millionths of a US dollar */
CPK_API int64_t cpk_job_created_at(const cpk_job *job);  /* microseconds since 1970 UTC */
CPK_API int64_t cpk_job_updated_at(const cpk_job *job);
CPK_API int64_t cpk_job_completed_at(const cpk_job *job); /* CPK_TIME_UNKNOWN until completed */

/** Frees the record. NULL is allowed. Since 0.2. */
CPK_API void cpk_job_free(cpk_job *job);

/** A page of the user's jobs, newest first. Immutable. */
typedef struct cpk_job_list cpk_job_list;

/**
 * Reads a page of the user's jobs, newest first.
 *
 * @param session  a user's session
 * @param page     may be NULL: the first page with the default limit
 * @param list     out: free it with cpk_job_list_free(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_INVALID_ARGUMENT  page->limit is out of range, or page->after is not from this list
 * Since 0.2.
 */
CPK_API cpk_status cpk_job_list_get(cpk_session *session, const cpk_page *page, cpk_job_list **list, cpk_error **error);

/** Getters of a list; NULL is an empty list. Items and texts are borrowed from the list. Since 0.2. */
CPK_API size_t cpk_job_list_count(const cpk_job_list *list);
CPK_API const cpk_job *cpk_job_list_at(const cpk_job_list *list, size_t index); /* borrowed; NULL past the end */
CPK_API const char *cpk_job_list_next(const cpk_job_list *list); /* for cpk_page.after; NULL: the last page */

/** Copies the page to `buffer` in the layout of cpk_list_head, if `capacity` bytes are enough. Returns the number
 * of bytes needed, whether or not they were written; 0 for NULL. `buffer` may be NULL. Since 0.2. */
CPK_API size_t cpk_job_list_copy(const cpk_job_list *list, void *buffer, size_t capacity);

/** Frees the page with its items. NULL is allowed. Since 0.2. */
CPK_API void cpk_job_list_free(cpk_job_list *list);

#ifdef __cplusplus
}
#endif
#endif
