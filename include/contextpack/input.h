#ifndef CONTEXTPACK_INPUT_H
#define CONTEXTPACK_INPUT_H

/**
 * Inputs: the bytes to import, from a file, from memory, from a stream or from a link.
 *
 * The format is recognised from the bytes. An example that imports from memory:
 *
 *     cpk_input input = CPK_INPUT_INIT;
 *     const char text[] = "I prefer short answers.";
 *
 *     input.name = "Preferences";
 *     input.data = text;
 *     input.length = sizeof text - 1;
 *     if (cpk_extract(engine, &input, NULL, NULL, NULL, NULL, &error) != CPK_OK) {
 *         fprintf(stderr, "%s\n", cpk_error_message(error));
 *         cpk_error_free(error);
 *     }
 */

#include <contextpack/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Types of sources. */
#define CPK_SOURCE_CHAT_EXPORT 1 /* an export of an AI chat service */
#define CPK_SOURCE_DOCUMENT    2 /* a document */
#define CPK_SOURCE_URL         3 /* a linked page */
#define CPK_SOURCE_TEXT        4 /* pasted text */

/** Reads the next bytes of a stream into `buffer`. Returns their number, at most `capacity`; 0 at the end; -1 on error.
 */
typedef int64_t (*cpk_read_fn)(void *user, void *buffer, size_t capacity);

/**
 * The bytes to import. Set exactly one of `path`, `data`, `read` and `url`. Start from CPK_INPUT_INIT. Everything is
 * borrowed until the call returns. Later versions add fields at the end.
 */
typedef struct cpk_input {
    uint32_t struct_size; /* sizeof(cpk_input) as the caller was compiled */
    int32_t source_type;  /* CPK_SOURCE_*; 0: detected from the bytes; plain text from `data` or `read` is then TEXT.
                           * A chat export is always stored as CHAT_EXPORT, unless this is URL. */
    const char *name;     /* the name to show; NULL: the last part of the path, or "Pasted text" */
    const char *path;     /* name of a file */
    const void *data;     /* `length` bytes in memory */
    size_t length;        /* of `data`, in bytes */
    cpk_read_fn read;     /* a stream, read once from start to end */
    void *read_user;      /* passed to `read` */
    const char *url;      /* the http:// or https:// address of a page or of a shared conversation, which is fetched;
                           * the source is then of the type URL. Only public addresses: see docs/links.md. Since 0.2. */
} cpk_input;

#define CPK_INPUT_INIT                                                                                                 \
    {                                                                                                                  \
        sizeof(cpk_input), 0, NULL, NULL, NULL, 0, NULL, NULL, NULL                                                    \
    }

/** Sets *input to CPK_INPUT_INIT, for callers that cannot use macros. struct_size is the size of the
 * caller's struct in bytes. Since 0.2. */
CPK_API void cpk_input_init(cpk_input *input, size_t struct_size);

#ifdef __cplusplus
}
#endif
#endif
