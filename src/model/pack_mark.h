/* How the documents of a pack begin: exports write it, and imports know by it a document that an earlier export made,
 * which is no source. */
#ifndef MODEL_PACK_MARK_H
#define MODEL_PACK_MARK_H

#include <stddef.h>
#include <stdint.h>

#define PACK_MARK_HEADING "# Context pack: "
#define PACK_MARK_ABOUT   "About the person you are talking with, from their own AI chats and documents ("
#define PACK_MARK_NOTHING "Nothing about the person you are talking with was found in what they imported ("
#define PACK_MARK_FORMAT  "contextpack" /* the value of "format" */

/* Native code of the error about such a document. */
#define PACK_MARK_NATIVE "context pack"
#define PACK_MARK_TEXT   "a context pack of this library: give the chats and documents that it was made from"

/* Bytes from the beginning that are enough, unless the keys of the JSON were sorted by another program. */
#define PACK_MARK_BYTES ((size_t)4096)

/* 1 for the first bytes of a document of a pack, Markdown or JSON. */
int32_t pack_mark_is(const char *head, size_t length);

#endif
