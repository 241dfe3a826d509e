#ifndef CONTEXTPACK_BUILD_H
#define CONTEXTPACK_BUILD_H

/**
 * Builds: from files to the documents of a pack, in one call.
 *
 * An example that builds a pack of an export, and writes out/standard.md and out/standard.json:
 *
 *     const char *paths[] = {"export.zip"};
 *     cpk_build_options build_options = CPK_BUILD_OPTIONS_INIT;
 *     cpk_build_result *result = NULL;
 *
 *     build_options.output = "out";
 *     if (cpk_build(session, paths, 1, &build_options, &result, &error) != CPK_OK) {
 *         fprintf(stderr, "%s\n", cpk_error_message(error));
 *         cpk_error_free(error);
 *     }
 *     cpk_build_result_free(result);
 *
 * In this header: what is built, the events of a build, the call, its result.
 */

#include <contextpack/export.h>
#include <contextpack/input.h>
#include <contextpack/pack.h>
#include <contextpack/source.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Which documents cpk_build() writes: bits of cpk_build_options.types. */
#define CPK_BUILD_COMPACT  (UINT32_C(1) << 0)
#define CPK_BUILD_STANDARD (UINT32_C(1) << 1)
#define CPK_BUILD_COMPLETE (UINT32_C(1) << 2)

/** In which forms: bits of cpk_build_options.formats. */
#define CPK_BUILD_MARKDOWN (UINT32_C(1) << 0) /* compact.md, standard.md, complete.md */
#define CPK_BUILD_JSON     (UINT32_C(1) << 1) /* compact.json, standard.json, complete.json */

/** Bits of cpk_build_options.flags. */
#define CPK_BUILD_STRICT                                                                                               \
    (UINT32_C(1) << 0) /* an input of which content would be lost fails with CPK_ERROR_INVALID_DATA and is not added   \
                        */

/** What came of an input. */
#define CPK_INPUT_NEW        1  /* imported */
#define CPK_INPUT_GROWN      2  /* the pack had a part of its messages */
#define CPK_INPUT_KNOWN      3  /* the pack had all of its messages */
#define CPK_INPUT_UNCHANGED  4  /* the pack had the same bytes */
#define CPK_INPUT_PARTIAL    5  /* a part of its chunks is analysed, as the options ask */
#define CPK_INPUT_RESUMED    6  /* an earlier build had left it unfinished */
#define CPK_INPUT_DEFERRED   7  /* an earlier build had left it unfinished, and it still is; the error says why */
#define CPK_INPUT_SKIPPED    8  /* a file of a folder that holds nothing usable */
#define CPK_INPUT_FAILED     9  /* the error says why */
#define CPK_INPUT_UNREADABLE 10 /* a folder that can't be read: its files are missing */

/** What a build tells while it works. */
#define CPK_BUILD_STARTED 1 /* bytes of `input` are read or analysed: progress and notes are about it until ENDED */
#define CPK_BUILD_ENDED   2 /* that is over; is_done tells whether something was done, and to its end */
#define CPK_BUILD_INPUT   3 /* `outcome` tells what came of `input` */
#define CPK_BUILD_PACK                                                                                                 \
    4 /* all inputs are done: `pack`, NULL if nothing was put into one. is_done: documents follow                      \
       */
#define CPK_BUILD_DOCUMENT 5 /* `document` is written; is_done tells whether it was made now */
#define CPK_BUILD_FAILED   6 /* something else failed, such as writing a document: `error` */

#define CPK_BUILD_FROM_EARLIER                                                                                         \
    (UINT32_C(1) << 0) /* the input is none of the paths, but what an earlier build left unfinished */
#define CPK_BUILD_FINISHED_BEFORE (UINT32_C(1) << 1) /* it was told before, FROM_EARLIER */
#define CPK_BUILD_INPUT_IS_BAD    (UINT32_C(1) << 2) /* CPK_INPUT_FAILED: the same will fail again; else it may not */

/** One event. All pointers are borrowed for the callback. The library may append fields. */
typedef struct cpk_build_event {
    uint32_t struct_size; /* bytes that the library filled */
    int32_t event;        /* CPK_BUILD_STARTED ... */
    int32_t outcome;      /* CPK_INPUT_*; 0 unless CPK_BUILD_INPUT */
    int32_t is_done;
    uint32_t flags;           /* CPK_BUILD_FROM_EARLIER ... */
    uint32_t reserved;        /* 0 */
    const char *input;        /* a path, or the name of a source of an earlier build; may be NULL */
    const cpk_source *source; /* as it is now; NULL where none was added */
    const cpk_pack *pack;
    const cpk_export *document;
    const char *markdown_path; /* NULL: that form was not asked for */
    const char *json_path;
    const cpk_error *error; /* NULL unless something failed */
} cpk_build_event;

/** Takes an event. No call on the session is running: the callback may use it. */
typedef void (*cpk_build_event_fn)(void *user, const cpk_build_event *event);

/**
 * Opens a path that can be read only once (a pipe, or "-"): sets input->read or ->data, and ->name. The path is read as
 * a file when the callback leaves `input` as it is.
 */
typedef void (*cpk_build_open_fn)(void *user, const char *path, cpk_input *input);

/** What is built, and how. Start from CPK_BUILD_OPTIONS_INIT. Grows only at its end. Since 0.2. */
typedef struct cpk_build_options {
    uint32_t struct_size; /* sizeof(cpk_build_options) as the caller was compiled */
    uint32_t types;       /* CPK_BUILD_COMPACT | ...; 0: CPK_BUILD_STANDARD */
    uint32_t formats;     /* CPK_BUILD_MARKDOWN | CPK_BUILD_JSON; 0: both */
    uint32_t file_mode; /* permissions of the files, 0400 at least; 0: 0600. Folders get the same for looking inside. */
    const char *name;   /* of the pack, found or created; NULL: of the first path's file or folder, if that tells one
                           pack from another, else "Context pack" */
    const char *output; /* folder for the documents, made if missing; NULL: one named after the pack */
    int64_t
        max_tokens; /* of compact and standard documents, 400 at least (compact alone: 200); 0: what the settings say */
    const cpk_run_options *run_options; /* progress, notes, cancel; max_chunks is of all inputs together; may be NULL */
    cpk_build_event_fn event;           /* may be NULL */
    void *event_user;                   /* handed back to it */
    cpk_build_open_fn open;             /* may be NULL */
    void *open_user;                    /* handed back to it */
    uint32_t flags;                     /* CPK_BUILD_STRICT or 0 */
    uint32_t reserved;                  /* 0 */
} cpk_build_options;

#define CPK_BUILD_OPTIONS_INIT                                                                                         \
    {                                                                                                                  \
        sizeof(cpk_build_options), 0, 0, 0, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL, 0, 0                          \
    }

/** The same as the macro, for callers that can't see macros. Since 0.2. */
CPK_API void cpk_build_options_init(cpk_build_options *options, size_t struct_size);

/**
 * What came of a build: a line for each input, and the documents. Immutable: any thread may read it; its texts live
 * until cpk_build_result_free().
 */
typedef struct cpk_build_result cpk_build_result;

/**
 * Builds a pack: reads the inputs, analyses what is new in them, and writes the pack's documents to a folder. The same
 * call again, also with a newer export, does only what is new; a build that was killed or cancelled goes on where it
 * was.
 *
 * A path names a file, or a folder, whose files are taken, those of the folders below it, too: what holds nothing
 * usable there is skipped. An input that can't be used does not stop the others: the call succeeds if one of them was
 * good. A file appears whole or not at all.
 *
 * @param session     a user's; NULL: the machine's own user in the person's own installation, as
 * cpk_session_open_local() and CPK_ENGINE_LOCAL say
 * @param paths       at least one
 * @param path_count  how many
 * @param options     may be NULL
 * @param result      out, may be NULL: free it with cpk_build_result_free(); also set when the call fails after it has
 *                    begun with the inputs
 * @return CPK_OK
 *         CPK_ERROR_NO_CONTENT            no path led to anything usable
 *         CPK_ERROR_NOT_FOUND, _UNSUPPORTED, _INVALID_DATA, _ENCRYPTED, _LIMIT_EXCEEDED
 *                                         of the first input, when none was good
 *         CPK_ERROR_INSUFFICIENT_CREDITS  an input is not analysed, unless run_options->flags has CPK_RUN_PARTIAL
 *         CPK_ERROR_BUSY                  another process works on an input or a document, for longer than 30 s
 *         CPK_ERROR_CANCELLED             what is done stays; call again to go on
 *         CPK_ERROR_PERMISSION_DENIED, _NO_SPACE, _IO, _STORAGE, _DATABASE, _ANALYZER
 *         Of several failures that are no input's fault, the first; the others' documents are written all the same.
 * Since 0.2.
 */
CPK_API cpk_status cpk_build(cpk_session *session, const char *const *paths, size_t path_count,
                             const cpk_build_options *options, cpk_build_result **result, cpk_error **error);

/** What the result holds; texts are borrowed from it. Since 0.2. */
CPK_API const char *cpk_build_result_pack_id(const cpk_build_result *result);   /* NULL: nothing was put into a pack */
CPK_API const char *cpk_build_result_pack_name(const cpk_build_result *result); /* as it is, or would have been */
CPK_API const char *cpk_build_result_output(const cpk_build_result *result);    /* the folder */
CPK_API int32_t cpk_build_result_good_count(const cpk_build_result *result);    /* inputs that the pack has now */
CPK_API int32_t cpk_build_result_failed_count(const cpk_build_result *result);  /* inputs that can't be used */
CPK_API int32_t cpk_build_result_skipped_count(const cpk_build_result *result); /* files of folders */
CPK_API int32_t
cpk_build_result_partial_count(const cpk_build_result *result); /* inputs whose content was read in part */
CPK_API int64_t cpk_build_result_analyzed_chunks(const cpk_build_result *result); /* by this build */

/** Its inputs, those of earlier builds that it finished among them: `input` is an index, from 0. Since 0.2. */
CPK_API int32_t cpk_build_result_input_count(const cpk_build_result *result);
CPK_API const char *cpk_build_result_input_path(const cpk_build_result *result, int32_t input);
CPK_API int32_t cpk_build_result_input_outcome(const cpk_build_result *result, int32_t input); /* CPK_INPUT_NEW ... */
CPK_API const char *cpk_build_result_input_outcome_name(const cpk_build_result *result, int32_t input); /* "new" ... */
CPK_API const char *cpk_build_result_input_source_id(const cpk_build_result *result, int32_t input); /* may be NULL */
CPK_API int32_t cpk_build_result_input_error_code(const cpk_build_result *result, int32_t input); /* CPK_OK: no error */
CPK_API const char *cpk_build_result_input_error_message(const cpk_build_result *result, int32_t input); /* or NULL */
CPK_API const char *
cpk_build_result_input_loss_summary(const cpk_build_result *result,
                                    int32_t input); /* what of it was not read; NULL: all was read */
CPK_API int32_t cpk_build_result_input_is_partial(const cpk_build_result *result,
                                                  int32_t input); /* 1: content was lost */

/** The documents that it wrote: `document` is an index, from 0. Since 0.2. */
CPK_API int32_t cpk_build_result_document_count(const cpk_build_result *result);
CPK_API int32_t cpk_build_result_document_type(const cpk_build_result *result, int32_t document); /* CPK_EXPORT_* */
CPK_API const char *cpk_build_result_document_type_name(const cpk_build_result *result, int32_t document);
CPK_API const char *cpk_build_result_document_export_id(const cpk_build_result *result, int32_t document);
CPK_API const char *cpk_build_result_document_markdown_path(const cpk_build_result *result, int32_t document);
CPK_API const char *cpk_build_result_document_json_path(const cpk_build_result *result, int32_t document);
CPK_API int64_t cpk_build_result_document_token_count(const cpk_build_result *result, int32_t document);
CPK_API int32_t cpk_build_result_document_is_new(const cpk_build_result *result, int32_t document); /* made now: 1 */

/** "new", "grown" ... for CPK_INPUT_*; "unknown" for any other value. Since 0.2. */
CPK_API const char *cpk_input_outcome_name(int32_t outcome);

/** Releases the result. NULL is allowed. Since 0.2. */
CPK_API void cpk_build_result_free(cpk_build_result *result);

#ifdef __cplusplus
}
#endif
#endif
