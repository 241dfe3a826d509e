#ifndef CONTEXTPACK_PACK_H
#define CONTEXTPACK_PACK_H

#include <contextpack/session.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * A context pack: a named set of sources and the documents made from them.
 * An immutable snapshot of one row: any thread may read it; its texts live until cpk_pack_free().
 */
typedef struct cpk_pack cpk_pack;

/** The longest texts of a pack, in bytes of UTF-8 without the NUL. */
#define CPK_PACK_NAME_BYTES_MAX        200
#define CPK_PACK_DESCRIPTION_BYTES_MAX 4000
#define CPK_PACK_PROMPT_BYTES_MAX      8000

/** What a new pack is made of, or in cpk_pack_update() what changes. Start from CPK_PACK_PARAMS_INIT. */
typedef struct cpk_pack_params {
    uint32_t struct_size;    /* sizeof(cpk_pack_params) as the caller was compiled */
    uint32_t reserved;       /* 0 */
    const char *name;        /* 1 to 200 bytes after trimming; NULL: "Untitled pack", or unchanged */
    const char *description; /* up to 4,000 bytes, or NULL */
    const char
        *custom_system_prompt; /* added to the analyzer's frame, for chunks to come; up to 8,000 bytes, or NULL */
} cpk_pack_params;

#define CPK_PACK_PARAMS_INIT                                                                                           \
    {                                                                                                                  \
        sizeof(cpk_pack_params), 0, NULL, NULL, NULL                                                                   \
    }

/** The same as the macro, for callers that can't see macros. Since 0.1. */
CPK_API void cpk_pack_params_init(cpk_pack_params *params, size_t struct_size);

/**
 * Creates an empty pack owned by the session's user.
 *
 * @param session  a user's session
 * @param params   not kept; NULL: the defaults
 * @param pack     out: free it with cpk_pack_free(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_INVALID_ARGUMENT  a text is too long or not UTF-8; the message names the field
 *         CPK_ERROR_PERMISSION_DENIED the session is not a user's
 *         CPK_ERROR_DATABASE          the database refused or is away; cpk_error_retryable() tells
 * Since 0.1.
 */
CPK_API cpk_status cpk_pack_create(cpk_session *session, const cpk_pack_params *params, cpk_pack **pack,
                                   cpk_error **error);

/**
 * The user's pack of params->name, the newest when there are several, or a new one made of the params when there is
 * none. One transaction: of two processes at once one makes it and both get it.
 *
 * @param created  out, may be NULL: 1 a new pack, 0 the one that was there, unchanged
 * @return as cpk_pack_create()
 * Since 0.1.
 */
CPK_API cpk_status cpk_pack_ensure(cpk_session *session, const cpk_pack_params *params, int32_t *created,
                                   cpk_pack **pack, cpk_error **error);

/** A pack by its public identifier. CPK_ERROR_NOT_FOUND also when it is somebody else's. Since 0.1. */
CPK_API cpk_status cpk_pack_get(cpk_session *session, const char *pack_id, cpk_pack **pack, cpk_error **error);

/** The user's pack of that name, the newest when there are several. Since 0.1. */
CPK_API cpk_status cpk_pack_find(cpk_session *session, const char *name, cpk_pack **pack, cpk_error **error);

/** Changes name, description or prompt: NULL leaves a field, "" empties description or prompt. *pack may be NULL. Since
 * 0.1. */
CPK_API cpk_status cpk_pack_update(cpk_session *session, const char *pack_id, const cpk_pack_params *params,
                                   cpk_pack **pack, cpk_error **error);

/**
 * Deletes a pack with its sources, exports and blobs. Credits that were used stay used. CPK_ERROR_BUSY while another
 * process works on one of them: what was deleted until then is gone. Since 0.1.
 */
CPK_API cpk_status cpk_pack_delete(cpk_session *session, const char *pack_id, cpk_error **error);

/** What the snapshot holds; texts are borrowed from it. Since 0.1. */
CPK_API const char *cpk_pack_id(const cpk_pack *pack); /* the public identifier that every call takes */
CPK_API const char *cpk_pack_name(const cpk_pack *pack);
CPK_API const char *cpk_pack_description(const cpk_pack *pack);          /* NULL when unset */
CPK_API const char *cpk_pack_custom_system_prompt(const cpk_pack *pack); /* NULL when unset */
CPK_API int64_t cpk_pack_total_sources(const cpk_pack *pack);
CPK_API int64_t cpk_pack_total_tokens(const cpk_pack *pack); /* exact o200k_base tokens of all extracted text */
CPK_API int64_t cpk_pack_created_at(const cpk_pack *pack);   /* microseconds since 1970 UTC */
CPK_API int64_t cpk_pack_updated_at(const cpk_pack *pack);

/** Releases the snapshot; the stored pack is untouched. NULL is allowed. Since 0.1. */
CPK_API void cpk_pack_free(cpk_pack *pack);

/** A page of the user's packs, most recently changed first. Immutable. */
typedef struct cpk_pack_list cpk_pack_list;

/** A page of the session's own packs. CPK_ERROR_INVALID_ARGUMENT for a page.after that no list gave. `page` may be
 * NULL. Since 0.1. */
CPK_API cpk_status cpk_pack_list_get(cpk_session *session, const cpk_page *page, cpk_pack_list **list,
                                     cpk_error **error);

/** What a page holds. NULL gives none; borrowed texts and items live as long as the list. Since 0.1. */
CPK_API size_t cpk_pack_list_count(const cpk_pack_list *list);
CPK_API const cpk_pack *cpk_pack_list_at(const cpk_pack_list *list, size_t index); /* borrowed; NULL past the end */
CPK_API const char *cpk_pack_list_next(const cpk_pack_list *list); /* for cpk_page.after; NULL: the last page */

/** Writes the whole page into `buffer` as cpk_list_head tells, when `capacity` bytes are enough. Returns the bytes that
 * it takes, also when nothing was written; 0 for NULL. `buffer` may be NULL. Since 0.2. */
CPK_API size_t cpk_pack_list_copy(const cpk_pack_list *list, void *buffer, size_t capacity);

/** Releases the page with its items. NULL is allowed. Since 0.1. */
CPK_API void cpk_pack_list_free(cpk_pack_list *list);

/** How far a pack's sources are. Grows only at its end. */
typedef struct cpk_pack_progress {
    uint32_t struct_size; /* sizeof(cpk_pack_progress) as the caller was compiled */
    uint32_t reserved;    /* 0 */
    int64_t sources;      /* in any state */
    int64_t completed_sources;
    int64_t failed_sources;
    int64_t analysis_tokens; /* input and output of all analyses so far */
} cpk_pack_progress;

/** Sums up the sources of a pack. Since 0.1. */
CPK_API cpk_status cpk_pack_get_progress(cpk_session *session, const char *pack_id, cpk_pack_progress *progress,
                                         cpk_error **error);

#ifdef __cplusplus
}
#endif
#endif
