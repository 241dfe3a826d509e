#ifndef CONTEXTPACK_LEGACY_PACK_H
#define CONTEXTPACK_LEGACY_PACK_H

#include <contextpack/pack.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * A V1 pack: the one document that came of a job. Those that the old service made are read as they are.
 * An immutable snapshot of one row: any thread may read it; its texts live until cpk_legacy_pack_free().
 */
typedef struct cpk_legacy_pack cpk_legacy_pack;

/** A V1 pack by its id. CPK_ERROR_NOT_FOUND also when it is somebody else's. Since 0.2. */
CPK_API cpk_status cpk_legacy_pack_get(cpk_session *session, const char *legacy_pack_id, cpk_legacy_pack **pack,
                                       cpk_error **error);

/** The V1 pack of a job. CPK_ERROR_NOT_FOUND when it has none. Since 0.2. */
CPK_API cpk_status cpk_legacy_pack_find(cpk_session *session, const char *job_id, cpk_legacy_pack **pack,
                                        cpk_error **error);

/**
 * Streams the document of a V1 pack. CPK_ERROR_STORAGE names the key when the storage does not have it: the row stays,
 * and so does what it tells. Since 0.2.
 */
CPK_API cpk_status cpk_legacy_pack_read(cpk_session *session, const char *legacy_pack_id, cpk_write_fn write,
                                        void *write_user, cpk_error **error);

/** Deletes a V1 pack with its document; its job and a copy in V2 stay. Since 0.2. */
CPK_API cpk_status cpk_legacy_pack_delete(cpk_session *session, const char *legacy_pack_id, cpk_error **error);

/**
 * Copies a V1 pack into V2: a new pack of the same name, whose description says where it comes from, with one source:
 * the file that the job was made of, or the V1 document where that file is gone. The source is pending: nothing is
 * charged until it is run. V1 stays untouched, and cpk_legacy_pack_undo_copy() takes the copy back.
 *
 * @param options  may be NULL; progress in bytes, CPK_STAGE_STORE
 * @param copied   out, may be NULL: 1 a new copy, 0 the one that was there
 * @param pack     out: the V2 pack; free it with cpk_pack_free()
 * @return CPK_OK, CPK_ERROR_NOT_FOUND (no such V1 pack, or neither of its files is stored), _CANCELLED
 * Since 0.2.
 */
CPK_API cpk_status cpk_legacy_pack_copy(cpk_session *session, const char *legacy_pack_id,
                                        const cpk_run_options *options, int32_t *copied, cpk_pack **pack,
                                        cpk_error **error);

/** Deletes the V2 pack that was made of a V1 pack, with all that was added to it. CPK_ERROR_NOT_FOUND when there is
 * none, CPK_ERROR_BUSY while a process works on it. Since 0.2. */
CPK_API cpk_status cpk_legacy_pack_undo_copy(cpk_session *session, const char *legacy_pack_id, cpk_error **error);

/** What the snapshot holds; texts are borrowed from it. Since 0.2. */
CPK_API const char *cpk_legacy_pack_id(const cpk_legacy_pack *pack); /* a UUID in lower case */
CPK_API const char *cpk_legacy_pack_job_id(const cpk_legacy_pack *pack);
CPK_API const char *cpk_legacy_pack_name(const cpk_legacy_pack *pack);
CPK_API const char *cpk_legacy_pack_extraction_stats(const cpk_legacy_pack *pack); /* JSON as stored; NULL if none */
CPK_API const char *cpk_legacy_pack_chunk_stats(const cpk_legacy_pack *pack);      /* JSON as stored; NULL if none */
CPK_API const char *cpk_legacy_pack_analysis_stats(const cpk_legacy_pack *pack);   /* JSON as stored; NULL if none */
CPK_API int64_t cpk_legacy_pack_file_size(const cpk_legacy_pack *pack);            /* bytes; -1 when not known */
CPK_API int64_t cpk_legacy_pack_created_at(const cpk_legacy_pack *pack);           /* microseconds since 1970 UTC */
CPK_API const char *cpk_legacy_pack_copy_id(const cpk_legacy_pack *pack);          /* its V2 pack; NULL if none */

/** Releases the snapshot. NULL is allowed. Since 0.2. */
CPK_API void cpk_legacy_pack_free(cpk_legacy_pack *pack);

/** A page of the user's V1 packs, newest first. Immutable. */
typedef struct cpk_legacy_pack_list cpk_legacy_pack_list;

/** A page of the session's own V1 packs. `page` may be NULL. Since 0.2. */
CPK_API cpk_status cpk_legacy_pack_list_get(cpk_session *session, const cpk_page *page, cpk_legacy_pack_list **list,
                                            cpk_error **error);

/** What a page holds. NULL gives none; borrowed texts and items live as long as the list. Since 0.2. */
CPK_API size_t cpk_legacy_pack_list_count(const cpk_legacy_pack_list *list);
CPK_API const cpk_legacy_pack *cpk_legacy_pack_list_at(const cpk_legacy_pack_list *list, size_t index); /* borrowed */
CPK_API const char *cpk_legacy_pack_list_next(const cpk_legacy_pack_list *list);

/** Writes the whole page into `buffer` as cpk_list_head tells, when `capacity` bytes are enough. Returns the bytes that
 * it takes, also when nothing was written; 0 for NULL. `buffer` may be NULL. Since 0.2. */
CPK_API size_t cpk_legacy_pack_list_copy(const cpk_legacy_pack_list *list, void *buffer, size_t capacity);

/** Releases the page with its items. NULL is allowed. Since 0.2. */
CPK_API void cpk_legacy_pack_list_free(cpk_legacy_pack_list *list);

#ifdef __cplusplus
}
#endif
#endif
