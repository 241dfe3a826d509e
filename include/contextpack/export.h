#ifndef CONTEXTPACK_EXPORT_H
#define CONTEXTPACK_EXPORT_H

#include <contextpack/session.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * A document made from a pack, in Markdown and JSON.
 * An immutable snapshot of one row: any thread may read it; its texts live until cpk_export_free().
 */
typedef struct cpk_export cpk_export;

/** How much a document holds. */
#define CPK_EXPORT_COMPACT  1 /* the essentials, export.compact_max_tokens (2,000) */
#define CPK_EXPORT_STANDARD 2 /* full context with evidence, export.standard_max_tokens (16,000) */
#define CPK_EXPORT_COMPLETE 3 /* everything, with all metadata; no budget */

/** How far a document is. */
#define CPK_EXPORT_GENERATING 1 /* being made, or its process died: make it again */
#define CPK_EXPORT_READY      2 /* cpk_export_read() gives it */
#define CPK_EXPORT_FAILED     3 /* its error message says why */

/** The two forms of a document. */
#define CPK_FORMAT_MARKDOWN 1 /* for people and assistants */
#define CPK_FORMAT_JSON     2 /* for programs; docs/export.md */

/**
 * Makes a document of a pack from what has been analysed so far. When nothing changed since the last one of that
 * type, that one is returned, with *made 0. The whole document, the pack's findings and its list of conversations are
 * in memory while it is made.
 *
 * @param session  a user's session
 * @param type     CPK_EXPORT_COMPACT, ...
 * @param options  may be NULL
 * @param made     out, may be NULL: 1 a new document, 0 the one that was there
 * @param result   out: free it with cpk_export_free(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND   no such pack
 *         CPK_ERROR_NO_CONTENT  the pack has no analysed source
 *         CPK_ERROR_BUSY        another process makes the same document; retryable
 *         CPK_ERROR_CONFLICT    this process was silent for pipeline.lease_timeout_ms and another one took over
 *         CPK_ERROR_NO_SPACE, _IO, _STORAGE, _DATABASE, _CANCELLED
 * Since 0.1.
 */
CPK_API cpk_status cpk_export_create(cpk_session *session, const char *pack_id, int32_t type,
                                     const cpk_run_options *options, int32_t *made, cpk_export **result,
                                     cpk_error **error);

/** An export by its id. CPK_ERROR_NOT_FOUND also when it is somebody else's. Since 0.1. */
CPK_API cpk_status cpk_export_get(cpk_session *session, const char *export_id, cpk_export **result, cpk_error **error);

/** Streams a ready export's document. CPK_ERROR_CONFLICT when it is not ready. Since 0.1. */
CPK_API cpk_status cpk_export_read(cpk_session *session, const char *export_id, int32_t format, cpk_write_fn write,
                                   void *write_user, cpk_error **error);

/** Deletes an export with its blobs. CPK_ERROR_BUSY while another process makes it. Since 0.1. */
CPK_API cpk_status cpk_export_delete(cpk_session *session, const char *export_id, cpk_error **error);

/** What the snapshot holds; texts are borrowed from it. Since 0.1. */
CPK_API const char *cpk_export_id(const cpk_export *result); /* a UUID in lower case */
CPK_API const char *cpk_export_pack_id(const cpk_export *result);
CPK_API int32_t cpk_export_type(const cpk_export *result);              /* CPK_EXPORT_COMPACT, ... */
CPK_API const char *cpk_export_type_name(const cpk_export *result);     /* "compact", ... */
CPK_API int32_t cpk_export_status(const cpk_export *result);            /* CPK_EXPORT_READY, ... */
CPK_API const char *cpk_export_status_name(const cpk_export *result);   /* "ready", ... */
CPK_API const char *cpk_export_error_message(const cpk_export *result); /* NULL unless failed */
CPK_API int64_t
cpk_export_token_count(const cpk_export *result); /* exact o200k_base tokens of the Markdown; -1 until ready */
CPK_API int64_t cpk_export_file_size(const cpk_export *result);  /* bytes of the Markdown; -1 until ready */
CPK_API int64_t cpk_export_created_at(const cpk_export *result); /* microseconds since 1970 UTC */
CPK_API int64_t cpk_export_updated_at(const cpk_export *result);

/** Releases the snapshot. NULL is allowed. Since 0.1. */
CPK_API void cpk_export_free(cpk_export *result);

/** CPK_EXPORT_* for "compact", "standard" or "complete"; 0 for any other name or NULL. Since 0.1. */
CPK_API int32_t cpk_export_type_from_name(const char *name);

/** A page of a pack's exports, newest first. Immutable. */
typedef struct cpk_export_list cpk_export_list;

/** A page of the exports of a pack. CPK_ERROR_INVALID_ARGUMENT for a page.after that no list gave. `page` may be NULL.
 * Since 0.1. */
CPK_API cpk_status cpk_export_list_get(cpk_session *session, const char *pack_id, const cpk_page *page,
                                       cpk_export_list **list, cpk_error **error);

/** What a page holds. NULL gives none; borrowed texts and items live as long as the list. Since 0.1. */
CPK_API size_t cpk_export_list_count(const cpk_export_list *list);
CPK_API const cpk_export *cpk_export_list_at(const cpk_export_list *list, size_t index); /* borrowed */
CPK_API const char *cpk_export_list_next(const cpk_export_list *list); /* for cpk_page.after; NULL: the last page */

/** Writes the whole page into `buffer` as cpk_list_head tells, when `capacity` bytes are enough. Returns the bytes that
 * it takes, also when nothing was written; 0 for NULL. `buffer` may be NULL. Since 0.2. */
CPK_API size_t cpk_export_list_copy(const cpk_export_list *list, void *buffer, size_t capacity);

/** Releases the page with its items. NULL is allowed. Since 0.1. */
CPK_API void cpk_export_list_free(cpk_export_list *list);

#ifdef __cplusplus
}
#endif
#endif
