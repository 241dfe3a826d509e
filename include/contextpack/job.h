#ifndef CONTEXTPACK_JOB_H
#define CONTEXTPACK_JOB_H

#include <contextpack/input.h>
#include <contextpack/session.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * A V1 job: one file on its way to one V1 pack. Kept for what was built on V1; new work takes packs and sources.
 * An immutable snapshot of one row: any thread may read it; its texts live until cpk_job_free().
 */
typedef struct cpk_job cpk_job;

#define CPK_JOB_CREATED            1 /* the file's bytes are stored or on their way */
#define CPK_JOB_PROCESSING         2 /* being extracted and chunked */
#define CPK_JOB_READY_FOR_ANALYSIS 3
#define CPK_JOB_ANALYZING          4
#define CPK_JOB_COMPLETED          5
#define CPK_JOB_FAILED             6

/**
 * Creates a job of an input: stores its bytes. The same bytes again are another job.
 *
 * @param session  a user's session
 * @param options  may be NULL; progress in bytes, CPK_STAGE_STORE
 * @param job      out: free it with cpk_job_free(); NULL on failure
 * @return CPK_OK, CPK_ERROR_NOT_FOUND (no such file), _NO_CONTENT (the input is empty), _LIMIT_EXCEEDED
 *         (import.max_file_bytes), _BUSY (the input changed while it was read), _CANCELLED
 * Since 0.2.
 */
CPK_API cpk_status cpk_job_create(cpk_session *session, const cpk_input *input, const cpk_run_options *options,
                                  cpk_job **job, cpk_error **error);

/**
 * Takes a job to its V1 pack: extraction, chunking, analysis, one document. Does only what is left, also after a
 * process died, and charges each chunk once. A chunk that fails is listed in the job's failed chunks and the others go
 * on; a completed job that has some tries them again and makes its pack anew. Jobs of other programs are taken up as
 * they are: what is completed stays, what is not is done from its stored file.
 *
 * options->max_chunks and CPK_RUN_PARTIAL do less than all, as in cpk_source_run(): CPK_OK with the job still
 * CPK_JOB_ANALYZING. Its V1 pack is made once no chunk is left that was not tried.
 *
 * @param options  may be NULL
 * @param job  out, may be NULL: the job as it is afterwards, also when the call fails
 * @return CPK_OK, also when some chunks failed
 *         CPK_ERROR_UNSUPPORTED, _INVALID_DATA, _NO_CONTENT, _ENCRYPTED, _LIMIT_EXCEEDED
 *                                         the input can't be used: the job is failed, with the message
 *         CPK_ERROR_INSUFFICIENT_CREDITS  the balance does not cover the chunks that are left, with
 *                                         CPK_RUN_PARTIAL not even one; nothing was charged
 *         CPK_ERROR_PERMISSION_DENIED     the account is suspended
 *         CPK_ERROR_NOT_FOUND             no such job, or its bytes are not stored
 *         CPK_ERROR_BUSY, _CONFLICT, _CANCELLED  as in cpk_source_run()
 *         CPK_ERROR_ANALYZER              every chunk failed: the job is failed
 * Since 0.2.
 */
CPK_API cpk_status cpk_job_run(cpk_session *session, const char *job_id, const cpk_run_options *options, cpk_job **job,
                               cpk_error **error);

/** A job by its public identifier. CPK_ERROR_NOT_FOUND also when it is somebody else's. Since 0.2. */
CPK_API cpk_status cpk_job_get(cpk_session *session, const char *job_id, cpk_job **job, cpk_error **error);

/**
 * Deletes a job with its V1 pack and its blobs. Credits that were used stay used. CPK_ERROR_BUSY while another process
 * works on it. Since 0.2.
 */
CPK_API cpk_status cpk_job_delete(cpk_session *session, const char *job_id, cpk_error **error);

/** What the snapshot holds; texts are borrowed from it. Since 0.2. */
CPK_API const char *cpk_job_id(const cpk_job *job);          /* the public identifier that every call takes */
CPK_API int32_t cpk_job_status(const cpk_job *job);          /* CPK_JOB_*; 0: another program's word */
CPK_API const char *cpk_job_status_name(const cpk_job *job); /* "created", ... */
CPK_API const char *cpk_job_file_name(const cpk_job *job);
CPK_API int64_t cpk_job_file_size(const cpk_job *job);         /* bytes; -1 for NULL */
CPK_API int32_t cpk_job_progress(const cpk_job *job);          /* 0 to 100; never goes back */
CPK_API const char *cpk_job_error_message(const cpk_job *job); /* NULL unless failed */
CPK_API int64_t cpk_job_extracted_count(const cpk_job *job);   /* messages */
CPK_API int64_t cpk_job_total_chunks(const cpk_job *job);
CPK_API int64_t cpk_job_processed_chunks(const cpk_job *job);
CPK_API const char *cpk_job_failed_chunks(const cpk_job *job); /* a JSON array of indexes from 0: "[3,7]" */
CPK_API int64_t cpk_job_input_tokens(const cpk_job *job);
CPK_API int64_t cpk_job_output_tokens(const cpk_job *job);
CPK_API int64_t cpk_job_cost_micros(const cpk_job *job); /* millionths of a US dollar */
CPK_API int64_t cpk_job_created_at(const cpk_job *job);  /* microseconds since 1970 UTC */
CPK_API int64_t cpk_job_updated_at(const cpk_job *job);
CPK_API int64_t cpk_job_completed_at(const cpk_job *job); /* CPK_TIME_UNKNOWN until completed */

/** Releases the snapshot. NULL is allowed. Since 0.2. */
CPK_API void cpk_job_free(cpk_job *job);

/** A page of the user's jobs, newest first. Immutable. */
typedef struct cpk_job_list cpk_job_list;

/** A page of the session's own jobs. `page` may be NULL. Since 0.2. */
CPK_API cpk_status cpk_job_list_get(cpk_session *session, const cpk_page *page, cpk_job_list **list, cpk_error **error);

/** What a page holds. NULL gives none; borrowed texts and items live as long as the list. Since 0.2. */
CPK_API size_t cpk_job_list_count(const cpk_job_list *list);
CPK_API const cpk_job *cpk_job_list_at(const cpk_job_list *list, size_t index); /* borrowed; NULL past the end */
CPK_API const char *cpk_job_list_next(const cpk_job_list *list); /* for cpk_page.after; NULL: the last page */

/** Writes the whole page into `buffer` as cpk_list_head tells, when `capacity` bytes are enough. Returns the bytes that
 * it takes, also when nothing was written; 0 for NULL. `buffer` may be NULL. Since 0.2. */
CPK_API size_t cpk_job_list_copy(const cpk_job_list *list, void *buffer, size_t capacity);

/** Releases the page with its items. NULL is allowed. Since 0.2. */
CPK_API void cpk_job_list_free(cpk_job_list *list);

#ifdef __cplusplus
}
#endif
#endif
