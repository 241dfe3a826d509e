#ifndef CONTEXTPACK_BACKEND_EXTRACTOR_H
#define CONTEXTPACK_BACKEND_EXTRACTOR_H

#include <contextpack/error.h>
#include <contextpack/message.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The version of the extractor table, for cpk_extractor_driver.abi_version. */
#define CPK_EXTRACTOR_ABI 1u

/**
 * Bytes to read. `read` goes forward from the start; `read_at`, where it is not NULL, reads anywhere and does not
 * move `read`. Both give fewer bytes than asked only at the end, where `*got` is 0. Confined to one thread.
 */
typedef struct cpk_reader {
    uint32_t struct_size; /* sizeof(cpk_reader) as whoever fills it was compiled */
    uint32_t reserved;    /* 0 */
    void *self;
    const char *name;   /* the file's name without folders, for messages and as a hint; never NULL */
    int64_t size_bytes; /* -1: not known */
    cpk_status (*read)(void *self, void *buffer, size_t capacity, size_t *got, cpk_error **error);
    cpk_status (*read_at)(void *self, int64_t offset, void *buffer, size_t capacity, size_t *got, cpk_error **error);
} cpk_reader;

/** What an extractor has to say beside messages: something skipped, lost or missing. The import goes on. */
#define CPK_NOTE_SKIPPED_MESSAGE      1 /* a message that holds nothing usable */
#define CPK_NOTE_SKIPPED_CONVERSATION 2 /* a conversation that is not one: null, no messages */
#define CPK_NOTE_DAMAGED              3 /* bytes that could not be parsed; what is whole was kept */
#define CPK_NOTE_MISSING_FILE         4 /* a file or shard that a manifest or a numbering promises */
#define CPK_NOTE_SKIPPED_FILE         5 /* a file of an archive that is not used */
#define CPK_NOTE_REPAIRED             6 /* a tree with cycles or dangling parents, text with lone surrogates, ... */
#define CPK_NOTE_OVER_LIMIT           7 /* a conversation left out because of a limit; the text names its setting */
#define CPK_NOTE_KEPT                 8 /* what a deletion or a sweep left where it is, and why */

/** Where an extractor puts what it finds. Any status but CPK_OK must be returned at once. */
typedef struct cpk_sink {
    uint32_t struct_size; /* sizeof(cpk_sink) as whoever fills it was compiled */
    uint32_t reserved;    /* 0 */
    void *self;
    /* Takes the next message. Messages of one conversation come together, parents before children. */
    cpk_status (*message)(void *self, const cpk_message *message, cpk_error **error);
    /* Takes a CPK_NOTE_*: the file or conversation it is about, and a sentence that says what. */
    cpk_status (*note)(void *self, int32_t note, const char *where, const char *text, cpk_error **error);
    /* Tells how far the input is read, in bytes; the place where cancellation is noticed. */
    cpk_status (*progress)(void *self, int64_t done_bytes, cpk_error **error);
} cpk_sink;

/**
 * An extractor: one format's way from bytes to messages. Grows only at its end.
 * A driver is called from several threads at once; it keeps no state between calls outside `self`.
 */
typedef struct cpk_extractor_driver {
    uint32_t abi_version;  /* CPK_EXTRACTOR_ABI */
    uint32_t struct_size;  /* sizeof(cpk_extractor_driver) as the driver was compiled */
    uint64_t capabilities; /* 0 */
    void *self;            /* handed back as the first argument of every slot */

    void (*destroy)(void *self); /* may be NULL; called once, after the last call */

    /* required */
    const char *(*name)(void *self); /* "chatgpt": static, [a-z0-9-]+ */
    /* How sure it is, 0 (no) to 100, from the first bytes (up to 64 KiB) and the name, which proves nothing. */
    int32_t (*sniff)(void *self, const void *head, size_t length, const char *name);
    /* Reads the whole input and puts every message into the sink, in order. A status that the sink or the reader
     * returned is returned at once. Input that gives no message at all ends with CPK_OK: the library explains it.
     * `error` may be NULL; where it is not, a failure may set it with cpk_error_new(). */
    cpk_status (*extract)(void *self, const cpk_reader *reader, const cpk_sink *sink, cpk_error **error);
} cpk_extractor_driver;

#ifdef __cplusplus
}
#endif
#endif
