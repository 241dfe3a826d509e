#ifndef CONTEXTPACK_INPUT_H
#define CONTEXTPACK_INPUT_H

#include <contextpack/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What a source is, as the schema names it. */
#define CPK_SOURCE_CHAT_EXPORT 1
#define CPK_SOURCE_DOCUMENT    2
#define CPK_SOURCE_URL         3
#define CPK_SOURCE_TEXT        4 /* a direct paste */

/** Fills `buffer` with the next bytes; returns how many, 0 at the end, -1 when reading failed. */
typedef int64_t (*cpk_read_fn)(void *user, void *buffer, size_t capacity);

/**
 * Bytes to import: exactly one of `path`, `data` and `read`. Borrowed for the call. Grows only at its end.
 * The format is found by looking at the bytes; the name is for people.
 */
typedef struct cpk_input {
    uint32_t struct_size; /* sizeof(cpk_input) as the caller was compiled */
    int32_t source_type;  /* CPK_SOURCE_*; 0: found out (what `data` and `read` bring without a shape is TEXT).
                           * A chat export is stored as one whatever is said here, unless that is URL. */
    const char *name;     /* what to call it; NULL: the path's last part, or "Pasted text" */
    const char *path;     /* a file */
    const void *data;     /* `length` bytes in memory */
    size_t length;        /* bytes */
    cpk_read_fn read;     /* a stream, read once */
    void *read_user;      /* handed back to it */
} cpk_input;

#define CPK_INPUT_INIT                                                                                                 \
    {                                                                                                                  \
        sizeof(cpk_input), 0, NULL, NULL, NULL, 0, NULL, NULL                                                          \
    }

/** The same as the macro, for callers that can't see macros. Since 0.1. */
CPK_API void cpk_input_init(cpk_input *input, size_t struct_size);

#ifdef __cplusplus
}
#endif
#endif
