/* The content_hash of a conversation's row: the bytes that it was read from, and what the pack knew of it afterwards. A
 * later import need not read these bytes again while the pack still knows exactly the same messages of it. */
#ifndef INGEST_CONTENT_HASH_H
#define INGEST_CONTENT_HASH_H

#include "extract/import_types.h"

#define CONTENT_HASH_BYTES 128 /* as a text, with the NUL */

struct content_hash {
    struct import_element element;
    uint64_t known_sum;  /* of the hashes of all messages that the pack knows of the conversation */
    int64_t known_count; /* their number */
    int64_t messages;    /* that the bytes gave */
};

void content_hash_write(const struct content_hash *hash, char text[CONTENT_HASH_BYTES]);
/* 0 if the text is NULL or of another version. */
int32_t content_hash_read(const char *text, struct content_hash *hash);
uint64_t content_hash_sum(uint64_t sum, const uint64_t *hashes, size_t count); /* in any order */

#endif
