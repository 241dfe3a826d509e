#ifndef CONTEXTPACK_EXPORT_H
#define CONTEXTPACK_EXPORT_H

/**
 * Exports: the documents made from a pack, in Markdown and in JSON.
 *
 * An example that makes the compact document and writes it to standard output:
 *
 *     static int32_t print_piece(void *user, const void *data, size_t length_bytes)
 *     {
 *         return fwrite(data, 1, length_bytes, (FILE *)user) != length_bytes;
 *     }
 *
 *     cpk_export *document = NULL;
 *     const char *pack_id = "0b6f4a0e-5d0f-4c55-9d3c-0d3c6b6f1a11";
 *
 *     if (cpk_export_create(session, pack_id, CPK_EXPORT_COMPACT, NULL, NULL, &document, &error) != CPK_OK ||
 *         cpk_export_read(session, cpk_export_id(document), CPK_FORMAT_MARKDOWN, print_piece, stdout, &error) != 0) {
 *         fprintf(stderr, "%s\n", cpk_error_message(error));
 *         cpk_error_free(error);
 *     }
 *     cpk_export_free(document);
 *
 * In this header: making, reading and deleting documents, the record and its getters, lists.
 */

#include <contextpack/session.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * A document made from a pack, in Markdown and JSON.
 * An immutable record: any thread may read it. Its texts are valid until cpk_export_free().
 */
typedef struct cpk_export cpk_export;

/** Types of documents, by size. */
#define CPK_EXPORT_COMPACT  1 /* the essentials, at most export.compact_max_tokens (2,000) tokens */
#define CPK_EXPORT_STANDARD 2 /* full context with evidence, at most export.standard_max_tokens (16,000) tokens */
#define CPK_EXPORT_COMPLETE 3 /* everything, with all metadata; no limit */

/** The status of a document. */
#define CPK_EXPORT_GENERATING 1 /* being made; if its process died, call cpk_export_create() again */
#define CPK_EXPORT_READY      2 /* can be read */
#define CPK_EXPORT_FAILED     3 /* see its error message */

/** Formats of a document. */
#define CPK_FORMAT_MARKDOWN 1 /* for people and assistants */
#define CPK_FORMAT_JSON     2 /* for programs; described in docs/export.md */

/* ---- Making, reading and deleting ---- */

/**
 * Makes a document of a pack from what has been analysed so far. If nothing changed since the last document of that
 * type, that one is returned, with *made 0. The whole document, the pack's findings and its list of conversations are
 * in memory meanwhile.
 *
 * @param session  a user's session
 * @param pack_id  the pack's id
 * @param type     CPK_EXPORT_COMPACT, CPK_EXPORT_STANDARD or CPK_EXPORT_COMPLETE
 * @param options  may be NULL; max_tokens is the document's budget
 * @param made     out, may be NULL: 1 if the document is new, 0 if it existed
 * @param result   out: free it with cpk_export_free(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND   there is no such pack, or it belongs to another user
 *         CPK_ERROR_NO_CONTENT  the pack has no analysed source
 *         CPK_ERROR_BUSY        another process makes the same document; retryable
 *         CPK_ERROR_CONFLICT    this process did not respond for pipeline.lease_timeout_ms, and another one took over
 *         CPK_ERROR_NO_SPACE    the disk or a quota is full
 *         CPK_ERROR_STORAGE     the storage reported an error or cannot be reached
 *         CPK_ERROR_CANCELLED   the call was stopped: call again to make the document
 * Since 0.2.
 */
CPK_API cpk_status cpk_export_create(cpk_session *session, const char *pack_id, int32_t type,
                                     const cpk_run_options *options, int32_t *made, cpk_export **result,
                                     cpk_error **error);

/**
 * Reads an export's record.
 *
 * @param session    a session that may see the export
 * @param export_id  the export's id
 * @param result     out: free it with cpk_export_free(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND  there is no such export, or it belongs to another user
 * Since 0.2.
 */
CPK_API cpk_status cpk_export_get(cpk_session *session, const char *export_id, cpk_export **result, cpk_error **error);

/**
 * Streams the document of an export whose status is ready.
 *
 * @param session     a session that may see the export
 * @param export_id   the export's id
 * @param format      CPK_FORMAT_MARKDOWN or CPK_FORMAT_JSON
 * @param write       receives the bytes in order
 * @param write_user  passed to `write`
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND  there is no such export, or it belongs to another user
 *         CPK_ERROR_CONFLICT   the document is not ready
 *         CPK_ERROR_CANCELLED  `write` returned non-zero
 *         CPK_ERROR_STORAGE    the storage reported an error or cannot be reached
 * Since 0.2.
 */
CPK_API cpk_status cpk_export_read(cpk_session *session, const char *export_id, int32_t format, cpk_write_fn write,
                                   void *write_user, cpk_error **error);

/**
 * Deletes an export with its blobs.
 *
 * @param session    the owner's session
 * @param export_id  the export's id
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND  there is no such export, or it belongs to another user
 *         CPK_ERROR_BUSY       another process is making the document; retryable
 *         CPK_ERROR_STORAGE    a blob could not be removed: call again to continue
 * Since 0.2.
 */
CPK_API cpk_status cpk_export_delete(cpk_session *session, const char *export_id, cpk_error **error);

/** Getters; texts are borrowed from the record. Since 0.2. */
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

/** Frees the record. NULL is allowed. Since 0.2. */
CPK_API void cpk_export_free(cpk_export *result);

/** The CPK_EXPORT_* type named "compact", "standard" or "complete"; 0 for other names and NULL. Since 0.2. */
CPK_API int32_t cpk_export_type_from_name(const char *name);

/** A page of a pack's exports, newest first. Immutable. */
typedef struct cpk_export_list cpk_export_list;

/**
 * Reads a page of a pack's exports, newest first.
 *
 * @param session  a user's session
 * @param pack_id  the pack's id
 * @param page     may be NULL: the first page with the default limit
 * @param list     out: free it with cpk_export_list_free(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_INVALID_ARGUMENT  page->limit is out of range, or page->after is not from this list
 * Since 0.2.
 */
CPK_API cpk_status cpk_export_list_get(cpk_session *session, const char *pack_id, const cpk_page *page,
                                       cpk_export_list **list, cpk_error **error);

/** Getters of a list; NULL is an empty list. Items and texts are borrowed from the list. Since 0.2. */
CPK_API size_t cpk_export_list_count(const cpk_export_list *list);
CPK_API const cpk_export *cpk_export_list_at(const cpk_export_list *list, size_t index); /* borrowed */
CPK_API const char *cpk_export_list_next(const cpk_export_list *list); /* for cpk_page.after; NULL: the last page */

/** Copies the page to `buffer` in the layout of cpk_list_head, if `capacity` bytes are enough. Returns the number
 * of bytes needed, whether or not they were written; 0 for NULL. `buffer` may be NULL. Since 0.2. */
CPK_API size_t cpk_export_list_copy(const cpk_export_list *list, void *buffer, size_t capacity);

/** Frees the page with its items. NULL is allowed. Since 0.2. */
CPK_API void cpk_export_list_free(cpk_export_list *list);

#ifdef __cplusplus
}
#endif
#endif
