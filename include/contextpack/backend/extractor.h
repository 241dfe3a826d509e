#ifndef CONTEXTPACK_BACKEND_EXTRACTOR_H
#define CONTEXTPACK_BACKEND_EXTRACTOR_H

/**
 * Extractor drivers: input formats that the host adds.
 *
 * An extractor reads bytes and passes messages to a sink. Pass it in cpk_engine_options.extractor_drivers. An example
 * of its three functions:
 *
 *     static const char *notes_name(void *self)
 *     {
 *         (void)self;
 *         return "notes";
 *     }
 *
 *     static int32_t notes_sniff(void *self, const void *head, size_t length, const char *name)
 *     {
 *         (void)self;
 *         (void)name;
 *         return length > 0 && *(const char *)head == '#' ? 60 : 0;
 *     }
 *
 *     static cpk_status notes_extract(void *self, const cpk_reader *reader, const cpk_sink *sink, cpk_error **failure)
 *     {
 *         static char text[65536];
 *         cpk_message message = CPK_MESSAGE_INIT;
 *         cpk_status status = reader->read(reader->self, text, sizeof text - 1, &message.text_length, failure);
 *
 *         (void)self;
 *         if (status != CPK_OK) {
 *             return status;
 *         }
 *         message.provider = "notes";
 *         message.conversation_id = reader->name;
 *         message.message_id = "1";
 *         message.role = CPK_ROLE_USER;
 *         message.text = text;
 *         return sink->message(sink->self, &message, failure);
 *     }
 *
 *     cpk_extractor_driver driver = CPK_EXTRACTOR_DRIVER_INIT;
 *
 *     driver.name = notes_name;
 *     driver.sniff = notes_sniff;
 *     driver.extract = notes_extract;
 */

#include <contextpack/error.h>
#include <contextpack/message.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The version of cpk_extractor_driver, for its field abi_version. */
#define CPK_EXTRACTOR_ABI 1u

/**
 * The bytes of an input. `read` reads forward from the start. `read_at`, if it is not NULL, reads at any offset and
 * does not move `read`. Both return fewer bytes than requested only at the end, where `*got` is 0. Confined to one
 * thread. To make one, start from CPK_READER_INIT.
 */
typedef struct cpk_reader {
    uint32_t struct_size; /* sizeof(cpk_reader) as the program that fills it was compiled */
    uint32_t reserved;    /* 0 */
    void *self;
    const char *name;   /* the file's name without folders, for messages and for recognising the format; never NULL */
    int64_t size_bytes; /* -1: not known */
    cpk_status (*read)(void *self, void *buffer, size_t capacity, size_t *got, cpk_error **error);
    cpk_status (*read_at)(void *self, int64_t offset, void *buffer, size_t capacity, size_t *got, cpk_error **error);
    const char *password; /* of the call's cpk_run_options, for encrypted documents; NULL: none was given */
} cpk_reader;

#define CPK_READER_INIT                                                                                                \
    {                                                                                                                  \
        sizeof(cpk_reader), 0, NULL, "", -1, NULL, NULL, NULL                                                          \
    }

/** Notes about something that was skipped, damaged or missing. The import continues. */
#define CPK_NOTE_SKIPPED_MESSAGE         1 /* a message without usable content */
#define CPK_NOTE_SKIPPED_CONVERSATION    2 /* a conversation without content */
#define CPK_NOTE_DAMAGED                 3 /* bytes that could not be parsed; the rest was used */
#define CPK_NOTE_MISSING_FILE            4 /* a file that a manifest names or a numbering implies is missing */
#define CPK_NOTE_SKIPPED_FILE            5 /* a file of an archive was not used */
#define CPK_NOTE_REPAIRED                6 /* broken structure was repaired: cycles, missing parents, lone surrogates, ... */
#define CPK_NOTE_OVER_LIMIT              7 /* a conversation was skipped because of a limit; the text names the setting */
#define CPK_NOTE_KEPT                    8 /* something was not deleted; the text says why */
#define CPK_NOTE_UNREADABLE_CONVERSATION 9 /* a conversation was skipped because it can't be read; since 0.2 */
#define CPK_NOTE_UNREADABLE_FILE         10 /* a file of an archive can't be read: encrypted, too large, ...; since 0.2 */
#define CPK_NOTE_UNKNOWN_FILE            11 /* a file of an archive is of an unknown format; since 0.2 */
#define CPK_NOTE_UNKNOWN_SPEAKERS        12 /* a transcript whose speakers can't be told apart; since 0.2 */
#define CPK_NOTE_UNREAD_PAGES            13 /* pages of a document were not read; the text says why; since 0.2 */
#define CPK_NOTE_NOT_READ                14 /* how many files of an archive were not read, by reason; since 0.2 */
#define CPK_NOTE_WORK                    15 /* work of a worker changed its state; since 0.2 */
#define CPK_NOTE_REDACTED                16 /* how often an analysis used placeholders, by kind; since 0.2 */

/** Receives what an extractor finds. If one of its functions returns another status than CPK_OK, the extractor must
 * return that status immediately. */
typedef struct cpk_sink {
    uint32_t struct_size; /* sizeof(cpk_sink) as the program that fills it was compiled */
    uint32_t reserved;    /* 0 */
    void *self;
    /* Receives the next message. All messages of a conversation come one after another, parents before children. */
    cpk_status (*message)(void *self, const cpk_message *message, cpk_error **error);
    /* Receives a CPK_NOTE_*: `where` is the file or conversation, `text` one sentence that says what happened. */
    cpk_status (*note)(void *self, int32_t note, const char *where, const char *text, cpk_error **error);
    /* Receives the number of bytes read so far. Returns CPK_ERROR_CANCELLED if the call was cancelled. */
    cpk_status (*progress)(void *self, int64_t done_bytes, cpk_error **error);
} cpk_sink;

/**
 * The functions of an extractor for one input format. Start from CPK_EXTRACTOR_DRIVER_INIT. Later versions add fields
 * at the end. A driver is called from several threads at once and keeps its state in `self`.
 */
typedef struct cpk_extractor_driver {
    uint32_t abi_version;  /* CPK_EXTRACTOR_ABI */
    uint32_t struct_size;  /* sizeof(cpk_extractor_driver) as the driver was compiled */
    uint64_t capabilities; /* 0 */
    void *self;            /* the first argument of every function */

    void (*destroy)(void *self); /* may be NULL; called once, after the last call */

    /* required */
    const char *(*name)(void *self); /* the format's name: a static string of [a-z0-9-]+, "chatgpt" */
    /* Recognises the format from the first bytes (up to 64 KiB); the name is a hint. Returns the confidence, 0 to 100.
     */
    int32_t (*sniff)(void *self, const void *head, size_t length, const char *name);
    /* Reads the whole input and passes every message to the sink, in order. A status that the sink or the reader
     * returned is returned immediately. For an input without messages return CPK_OK: the library reports the error.
     * `error` may be NULL; otherwise a failure may set it with cpk_error_new(). */
    cpk_status (*extract)(void *self, const cpk_reader *reader, const cpk_sink *sink, cpk_error **error);
} cpk_extractor_driver;

#define CPK_EXTRACTOR_DRIVER_INIT                                                                                      \
    {                                                                                                                  \
        CPK_EXTRACTOR_ABI, sizeof(cpk_extractor_driver), 0, NULL, NULL, NULL, NULL, NULL                               \
    }

#ifdef __cplusplus
}
#endif
#endif
