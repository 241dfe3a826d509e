#ifndef CONTEXTPACK_PACK_H
#define CONTEXTPACK_PACK_H

/**
 * Packs: named sets of sources and the documents made from them.
 *
 * An example that creates a pack and lists the user's packs:
 *
 *     cpk_pack_params params = CPK_PACK_PARAMS_INIT;
 *     cpk_pack *pack = NULL;
 *     cpk_pack_list *list = NULL;
 *
 *     params.name = "Work";
 *     if (cpk_pack_create(session, &params, &pack, &error) != CPK_OK ||
 *         cpk_pack_list_get(session, NULL, &list, &error) != CPK_OK) {
 *         fprintf(stderr, "%s\n", cpk_error_message(error));
 *         cpk_error_free(error);
 *     }
 *     for (size_t i = 0; i < cpk_pack_list_count(list); i++) {
 *         printf("%s\n", cpk_pack_name(cpk_pack_list_at(list, i)));
 *     }
 *     cpk_pack_list_free(list);
 *     cpk_pack_free(pack);
 *
 * In this header: creating and finding packs, changing and deleting them, the record and its getters, lists, progress.
 */

#include <contextpack/session.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * A context pack: a named set of sources and the documents made from them.
 * An immutable record: any thread may read it. Its texts are valid until cpk_pack_free().
 */
typedef struct cpk_pack cpk_pack;

/* ---- Creating and finding ---- */

/** The longest texts of a pack, in bytes of UTF-8 without the NUL. */
#define CPK_PACK_NAME_BYTES_MAX        200
#define CPK_PACK_DESCRIPTION_BYTES_MAX 4000
#define CPK_PACK_PROMPT_BYTES_MAX      8000

/** The texts of a new pack; for cpk_pack_update() the texts to change. Start from CPK_PACK_PARAMS_INIT. */
typedef struct cpk_pack_params {
    uint32_t struct_size;    /* sizeof(cpk_pack_params) as the caller was compiled */
    uint32_t reserved;       /* 0 */
    const char *name;        /* 1 to 200 bytes after trimming; NULL: "Untitled pack", or in an update unchanged */
    const char *description; /* up to 4,000 bytes, or NULL */
    const char *custom_system_prompt; /* added to the analyzer's system prompt, for chunks not yet analysed; up to 8,000
                                         bytes, or NULL */
} cpk_pack_params;

#define CPK_PACK_PARAMS_INIT                                                                                           \
    {                                                                                                                  \
        sizeof(cpk_pack_params), 0, NULL, NULL, NULL                                                                   \
    }

/** Sets *params to CPK_PACK_PARAMS_INIT, for callers that cannot use macros. struct_size is the size of the
 * caller's struct in bytes. Since 0.2. */
CPK_API void cpk_pack_params_init(cpk_pack_params *params, size_t struct_size);

/**
 * Creates an empty pack owned by the session's user.
 *
 * @param session  a user's session
 * @param params   NULL: the defaults; copied
 * @param pack     out: free it with cpk_pack_free(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_INVALID_ARGUMENT   a text is too long or not UTF-8; the message names the field
 *         CPK_ERROR_PERMISSION_DENIED  the session is not a user's
 *         CPK_ERROR_DATABASE           the database reported an error or cannot be reached
 * Since 0.2.
 */
CPK_API cpk_status cpk_pack_create(cpk_session *session, const cpk_pack_params *params, cpk_pack **pack,
                                   cpk_error **error);

/**
 * Finds the user's pack named params->name, the newest if there are several, or creates it from `params`. Atomic: if
 * two processes call it at once, one of them creates the pack and both get it.
 *
 * @param session  a user's session
 * @param params   the name to find, and the texts of a new pack
 * @param created  out, may be NULL: 1 if the pack is new; 0 if it existed, and is unchanged
 * @param pack     out: free it with cpk_pack_free(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_INVALID_ARGUMENT   a text is too long or not UTF-8; the message names the field
 *         CPK_ERROR_PERMISSION_DENIED  the session is not a user's
 *         CPK_ERROR_DATABASE           the database reported an error or cannot be reached
 * Since 0.2.
 */
CPK_API cpk_status cpk_pack_ensure(cpk_session *session, const cpk_pack_params *params, int32_t *created,
                                   cpk_pack **pack, cpk_error **error);

/**
 * Reads a pack.
 *
 * @param session  a session that may see the pack
 * @param pack_id  the pack's id
 * @param pack     out: free it with cpk_pack_free(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND  there is no such pack, or it belongs to another user
 * Since 0.2.
 */
CPK_API cpk_status cpk_pack_get(cpk_session *session, const char *pack_id, cpk_pack **pack, cpk_error **error);

/**
 * Finds the user's pack of a name, the newest if there are several.
 *
 * @param session  a user's session
 * @param name     the exact name
 * @param pack     out: free it with cpk_pack_free(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND  the user has no pack of that name
 * Since 0.2.
 */
CPK_API cpk_status cpk_pack_find(cpk_session *session, const char *name, cpk_pack **pack, cpk_error **error);

/* ---- Changing and deleting ---- */

/**
 * Changes the name, description or prompt of a pack.
 *
 * @param session  the owner's session
 * @param pack_id  the pack's id
 * @param params   the new texts: NULL leaves a text unchanged, "" clears the description or the prompt
 * @param pack     out, may be NULL: the changed pack; free it with cpk_pack_free()
 * @return CPK_OK
 *         CPK_ERROR_INVALID_ARGUMENT  a text is too long or not UTF-8; the message names the field
 *         CPK_ERROR_NOT_FOUND         there is no such pack, or it belongs to another user
 * Since 0.2.
 */
CPK_API cpk_status cpk_pack_update(cpk_session *session, const char *pack_id, const cpk_pack_params *params,
                                   cpk_pack **pack, cpk_error **error);

/**
 * Deletes a pack with its sources, exports and blobs. Credits that were spent on it are not refunded.
 *
 * @param session  the owner's session
 * @param pack_id  the pack's id
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND  there is no such pack, or it belongs to another user
 *         CPK_ERROR_BUSY       another process works on one of its sources or exports; those deleted before are gone;
 *                              retryable
 *         CPK_ERROR_STORAGE    a blob could not be removed: call again to continue
 * Since 0.2.
 */
CPK_API cpk_status cpk_pack_delete(cpk_session *session, const char *pack_id, cpk_error **error);

/** Getters; texts are borrowed from the record. Since 0.2. */
CPK_API const char *cpk_pack_id(const cpk_pack *pack); /* the public identifier that every call takes */
CPK_API const char *cpk_pack_name(const cpk_pack *pack);
CPK_API const char *cpk_pack_description(const cpk_pack *pack);          /* NULL when unset */
CPK_API const char *cpk_pack_custom_system_prompt(const cpk_pack *pack); /* NULL when unset */
CPK_API int64_t cpk_pack_total_sources(const cpk_pack *pack);
CPK_API int64_t cpk_pack_total_tokens(const cpk_pack *pack); /* exact o200k_base tokens of all extracted text */
CPK_API int64_t cpk_pack_created_at(const cpk_pack *pack);   /* microseconds since 1970 UTC */
CPK_API int64_t cpk_pack_updated_at(const cpk_pack *pack);

/** Frees the record; the stored pack is unchanged. NULL is allowed. Since 0.2. */
CPK_API void cpk_pack_free(cpk_pack *pack);

/** A page of the user's packs, most recently changed first. Immutable. */
typedef struct cpk_pack_list cpk_pack_list;

/**
 * Reads a page of the user's packs, most recently changed first.
 *
 * @param session  a user's session
 * @param page     may be NULL: the first page with the default limit
 * @param list     out: free it with cpk_pack_list_free(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_INVALID_ARGUMENT  page->limit is out of range, or page->after is not from this list
 * Since 0.2.
 */
CPK_API cpk_status cpk_pack_list_get(cpk_session *session, const cpk_page *page, cpk_pack_list **list,
                                     cpk_error **error);

/** Getters of a list; NULL is an empty list. Items and texts are borrowed from the list. Since 0.2. */
CPK_API size_t cpk_pack_list_count(const cpk_pack_list *list);
CPK_API const cpk_pack *cpk_pack_list_at(const cpk_pack_list *list, size_t index); /* borrowed; NULL past the end */
CPK_API const char *cpk_pack_list_next(const cpk_pack_list *list); /* for cpk_page.after; NULL: the last page */

/** Copies the page to `buffer` in the layout of cpk_list_head, if `capacity` bytes are enough. Returns the number
 * of bytes needed, whether or not they were written; 0 for NULL. `buffer` may be NULL. Since 0.2. */
CPK_API size_t cpk_pack_list_copy(const cpk_pack_list *list, void *buffer, size_t capacity);

/** Frees the page with its items. NULL is allowed. Since 0.2. */
CPK_API void cpk_pack_list_free(cpk_pack_list *list);

/* ---- Progress ---- */

/** The progress of a pack. Start from CPK_PACK_PROGRESS_INIT. Later versions add fields at the end. */
typedef struct cpk_pack_progress {
    uint32_t struct_size; /* sizeof(cpk_pack_progress) as the caller was compiled */
    uint32_t reserved;    /* 0 */
    int64_t sources;      /* number of sources, in any status */
    int64_t completed_sources;
    int64_t failed_sources;
    int64_t analysis_tokens; /* input and output tokens of all analyses so far */
} cpk_pack_progress;

#define CPK_PACK_PROGRESS_INIT                                                                                         \
    {                                                                                                                  \
        sizeof(cpk_pack_progress), 0, 0, 0, 0, 0                                                                       \
    }

/**
 * Counts the sources of a pack by status.
 *
 * @param session   a session that may see the pack
 * @param pack_id   the pack's id
 * @param progress  out; start from CPK_PACK_PROGRESS_INIT
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND  there is no such pack, or it belongs to another user
 * Since 0.2.
 */
CPK_API cpk_status cpk_pack_get_progress(cpk_session *session, const char *pack_id, cpk_pack_progress *progress,
                                         cpk_error **error);

#ifdef __cplusplus
}
#endif
#endif
