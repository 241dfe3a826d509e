/* The format of an encrypted blob: a header, then frames of equal size, each encrypted and authenticated on its own.
 *
 *     header   64 bytes: magic "CPKENC", version 1, log2 of the frame's bytes (16); id of the data key, 16 bytes; salt,
 *              32 bytes; start of every nonce, 7 bytes; 0
 *     frame    65,536 bytes of the blob, encrypted, and the tag, 16 bytes; the last frame has 0 to 65,536 bytes, 0 only
 *              if the blob is empty
 *
 * A blob's key is HMAC-SHA-256 of the header under the data key. The nonce of a frame is the header's 7 bytes, the
 * frame's number (4 bytes, big-endian) and 1 for the last frame, else 0; the associated data are the header and the
 * name of the blob. So a frame is only accepted in its blob, at its place, and as the end only if it was the end. */
#ifndef STORAGE_ENCRYPTION_FRAME_H
#define STORAGE_ENCRYPTION_FRAME_H

#include "storage/encryption/aead.h"
#include "storage/encryption/data_keys.h"

#define FRAME_BYTES        65536
#define FRAME_SEALED_BYTES (FRAME_BYTES + AEAD_TAG_BYTES)
#define FRAME_HEADER_BYTES 64
#define FRAME_COUNT_MAX    UINT32_MAX

/* The cipher of one blob. */
struct frame_cipher {
    struct aead aead;
    struct aead second; /* the same key, for a second thread */
    unsigned char header[FRAME_HEADER_BYTES];
    struct buffer associated; /* header and name */
};

/* Makes a new header for a blob and its cipher. End it with frame_cipher_end() in either case. */
cpk_status frame_cipher_create(const struct context *context, struct frame_cipher *cipher, const struct data_key *key,
                               const char *name, cpk_error **error);
/* The cipher that opens a blob with the header in cipher->header. */
cpk_status frame_cipher_open(const struct context *context, struct frame_cipher *cipher, const struct data_key *key,
                             const char *name, cpk_error **error);
void frame_cipher_end(struct frame_cipher *cipher);

/* NULL if the bytes can be a header; otherwise the problem. */
const char *frame_header_problem(const unsigned char *header, size_t length);
/* Id of the data key in a header. */
const unsigned char *frame_header_key_id(const unsigned char *header);

cpk_status frame_seal(const struct frame_cipher *cipher, uint64_t number, int32_t is_last, const void *plain,
                      size_t length, void *sealed, cpk_error **error); /* writes length + AEAD_TAG_BYTES */
/* CPK_ERROR_INVALID_DATA if the frame is not authentic. `length` includes the tag. */
cpk_status frame_open(const struct frame_cipher *cipher, uint64_t number, int32_t is_last, const void *sealed,
                      size_t length, void *plain, cpk_error **error);

/* Size of a blob from that of its encrypted form; -1 if nothing encrypted has that size. */
int64_t frame_plain_bytes(int64_t sealed_bytes);
/* The reverse; -1 for -1 and for sizes out of range. */
int64_t frame_sealed_bytes(int64_t plain_bytes);

#endif
