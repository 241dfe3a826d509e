/* Frames that are encrypted or decrypted together, in place; those of large blobs on two threads, while the caller
 * reads or writes the next ones. */
#ifndef STORAGE_ENCRYPTION_BATCH_H
#define STORAGE_ENCRYPTION_BATCH_H

#include "storage/encryption/frame.h"

#include <pthread.h>

/* Frames of a batch: 512 KiB take a processor about as long as waking a thread does ten times. */
#define BATCH_FRAMES ((size_t)8)

struct frame_batch {
    unsigned char *bytes; /* `slots` times FRAME_SEALED_BYTES, and one byte more */
    size_t slots;
    size_t count;       /* frames */
    size_t last_length; /* bytes of the last frame: sealed, or of the plain text that will be sealed */
    uint64_t first;     /* number of the first frame */
    int32_t ends;       /* the last frame is the last one of the blob */
};

/* Makes room for `slots` frames in an empty batch; what it had is lost. */
cpk_status batch_reserve(const struct context *context, struct frame_batch *batch, size_t slots, cpk_error **error);
/* Wipes and frees the bytes. */
void batch_end(const struct context *context, struct frame_batch *batch);

/* The caller's thread and at most one more. All zeros: without the other thread. */
struct batch_crew {
    const struct frame_cipher *cipher;
    struct frame_cipher second; /* *cipher with an AES context of its own; owns nothing */
    int32_t opens;              /* 1: decrypts, 0: encrypts */
    struct frame_batch *batch;  /* being encrypted or decrypted; NULL: none */
    size_t next;                /* frame that is taken next */
    size_t failed;              /* the first frame that failed */
    cpk_status status;          /* of that frame */
    int32_t is_busy;            /* the other thread is at a frame */
    int32_t has_thread;
    int32_t stops;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t posted;
    pthread_cond_t idle;
};

void crew_init(struct batch_crew *crew, const struct frame_cipher *cipher, int32_t opens);
/* Starts the other thread, unless it runs; without one the caller's thread does everything. */
void crew_start_thread(struct batch_crew *crew);
/* Begins the work on a batch. Neither it nor the crew may be touched before crew_finish(). */
void crew_post(struct batch_crew *crew, struct frame_batch *batch);
/* Takes part in the work on the posted batch until it is done. *failed is the number of the first frame that failed:
 * CPK_ERROR_INVALID_DATA if it is not authentic, which sets no error. Then nothing of the batch may be used. */
cpk_status crew_finish(struct batch_crew *crew, uint64_t *failed, cpk_error **error);
/* Ends the other thread; what is posted is not finished. */
void crew_end(struct batch_crew *crew);

#endif
