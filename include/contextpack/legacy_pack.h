#ifndef CONTEXTPACK_LEGACY_PACK_H
#define CONTEXTPACK_LEGACY_PACK_H

/**
 * V1 packs: documents that the V1 service or a V1 job made.
 *
 * They are read as they are, and can be copied into packs of this version. An example:
 *
 *     cpk_pack *copy = NULL;
 *
 *     if (cpk_legacy_pack_copy(session, "0b6f4a0e-5d0f-4c55-9d3c-0d3c6b6f1a11", NULL, NULL, &copy, &error) == CPK_OK) {
 *         printf("copied to %s\n", cpk_pack_id(copy));
 *     }
 *     cpk_pack_free(copy);
 */

#include <contextpack/pack.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * A V1 pack: the document made by a V1 job or by the V1 service.
 * An immutable record: any thread may read it. Its texts are valid until cpk_legacy_pack_free().
 */
typedef struct cpk_legacy_pack cpk_legacy_pack;

/**
 * Reads a V1 pack.
 *
 * @param session         a session that may see the V1 pack
 * @param legacy_pack_id  the V1 pack's id
 * @param pack            out: free it with cpk_legacy_pack_free(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND  there is no such V1 pack, or it belongs to another user
 * Since 0.2.
 */
CPK_API cpk_status cpk_legacy_pack_get(cpk_session *session, const char *legacy_pack_id, cpk_legacy_pack **pack,
                                       cpk_error **error);

/**
 * Finds the V1 pack of a job.
 *
 * @param session  a session that may see the V1 pack
 * @param job_id   the job's id
 * @param pack     out: free it with cpk_legacy_pack_free(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND  the job has no V1 pack
 * Since 0.2.
 */
CPK_API cpk_status cpk_legacy_pack_find(cpk_session *session, const char *job_id, cpk_legacy_pack **pack,
                                        cpk_error **error);

/**
 * Streams the document of a V1 pack.
 *
 * @param session         a session that may see the V1 pack
 * @param legacy_pack_id  the V1 pack's id
 * @param write           receives the bytes in order
 * @param write_user      passed to `write`
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND  there is no such V1 pack, or it belongs to another user
 *         CPK_ERROR_STORAGE    the storage does not have the document; the message names its key
 *         CPK_ERROR_CANCELLED  `write` returned non-zero
 * Since 0.2.
 */
CPK_API cpk_status cpk_legacy_pack_read(cpk_session *session, const char *legacy_pack_id, cpk_write_fn write,
                                        void *write_user, cpk_error **error);

/**
 * Deletes a V1 pack with its document. Its job, and a pack that was copied from it, are kept.
 *
 * @param session         the owner's session
 * @param legacy_pack_id  the V1 pack's id
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND  there is no such V1 pack, or it belongs to another user
 *         CPK_ERROR_STORAGE    the document could not be removed: call again to continue
 * Since 0.2.
 */
CPK_API cpk_status cpk_legacy_pack_delete(cpk_session *session, const char *legacy_pack_id, cpk_error **error);

/**
 * Copies a V1 pack to a new pack of the same name, with one source: the file of the job, or the V1 document if that
 * file is not stored any more. The description names the V1 pack. The source is pending: nothing is charged until it
 * is run. The V1 pack is unchanged, and cpk_legacy_pack_undo_copy() deletes the copy.
 *
 * @param session         the owner's session
 * @param legacy_pack_id  the V1 pack's id
 * @param options         may be NULL; progress in bytes, CPK_STAGE_STORE
 * @param copied          out, may be NULL: 1 if the copy is new, 0 if it existed
 * @param pack            out: the copy; free it with cpk_pack_free(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND  there is no such V1 pack, or neither of its files is stored
 *         CPK_ERROR_STORAGE    the storage reported an error or cannot be reached
 *         CPK_ERROR_CANCELLED  the call was stopped
 * Since 0.2.
 */
CPK_API cpk_status cpk_legacy_pack_copy(cpk_session *session, const char *legacy_pack_id,
                                        const cpk_run_options *options, int32_t *copied, cpk_pack **pack,
                                        cpk_error **error);

/**
 * Deletes the pack that cpk_legacy_pack_copy() made, with everything that was added to it.
 *
 * @param session         the owner's session
 * @param legacy_pack_id  the V1 pack's id
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND  there is no copy of this V1 pack
 *         CPK_ERROR_BUSY       another process works on the copy; retryable
 *         CPK_ERROR_STORAGE    a blob could not be removed: call again to continue
 * Since 0.2.
 */
CPK_API cpk_status cpk_legacy_pack_undo_copy(cpk_session *session, const char *legacy_pack_id, cpk_error **error);

/** Getters; texts are borrowed from the record. Since 0.2. */
CPK_API const char *cpk_legacy_pack_id(const cpk_legacy_pack *pack); /* a UUID in lower case */
CPK_API const char *cpk_legacy_pack_job_id(const cpk_legacy_pack *pack);
CPK_API const char *cpk_legacy_pack_name(const cpk_legacy_pack *pack);
CPK_API const char *cpk_legacy_pack_extraction_stats(const cpk_legacy_pack *pack); /* JSON as stored; NULL if none */
CPK_API const char *cpk_legacy_pack_chunk_stats(const cpk_legacy_pack *pack);      /* JSON as stored; NULL if none */
CPK_API const char *cpk_legacy_pack_analysis_stats(const cpk_legacy_pack *pack);   /* JSON as stored; NULL if none */
CPK_API int64_t cpk_legacy_pack_file_size(const cpk_legacy_pack *pack);            /* bytes; -1 when not known */
CPK_API int64_t cpk_legacy_pack_created_at(const cpk_legacy_pack *pack);           /* microseconds since 1970 UTC */
CPK_API const char *cpk_legacy_pack_copy_id(const cpk_legacy_pack *pack); /* the pack copied from it; NULL if none */

/** Frees the record. NULL is allowed. Since 0.2. */
CPK_API void cpk_legacy_pack_free(cpk_legacy_pack *pack);

/** A page of the user's V1 packs, newest first. Immutable. */
typedef struct cpk_legacy_pack_list cpk_legacy_pack_list;

/**
 * Reads a page of the user's V1 packs, newest first.
 *
 * @param session  a user's session
 * @param page     may be NULL: the first page with the default limit
 * @param list     out: free it with cpk_legacy_pack_list_free(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_INVALID_ARGUMENT  page->limit is out of range, or page->after is not from this list
 * Since 0.2.
 */
CPK_API cpk_status cpk_legacy_pack_list_get(cpk_session *session, const cpk_page *page, cpk_legacy_pack_list **list,
                                            cpk_error **error);

/** Getters of a list; NULL is an empty list. Items and texts are borrowed from the list. Since 0.2. */
CPK_API size_t cpk_legacy_pack_list_count(const cpk_legacy_pack_list *list);
CPK_API const cpk_legacy_pack *cpk_legacy_pack_list_at(const cpk_legacy_pack_list *list, size_t index); /* borrowed */
CPK_API const char *cpk_legacy_pack_list_next(const cpk_legacy_pack_list *list);

/** Copies the page to `buffer` in the layout of cpk_list_head, if `capacity` bytes are enough. Returns the number
 * of bytes needed, whether or not they were written; 0 for NULL. `buffer` may be NULL. Since 0.2. */
CPK_API size_t cpk_legacy_pack_list_copy(const cpk_legacy_pack_list *list, void *buffer, size_t capacity);

/** Frees the page with its items. NULL is allowed. Since 0.2. */
CPK_API void cpk_legacy_pack_list_free(cpk_legacy_pack_list *list);

#ifdef __cplusplus
}
#endif
#endif
