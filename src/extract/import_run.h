/* State of one import, shared by import.c and the reader of archives. */
#ifndef EXTRACT_IMPORT_RUN_H
#define EXTRACT_IMPORT_RUN_H

#include "extract/import_types.h"

struct archive;

/* State of one import_read() call, passed through nested archives. */
struct import_run {
    const struct import_options *options;
    const cpk_sink *outer; /* the caller's sink */
    cpk_sink sink;         /* sink of formats and archives: counts, checks for cancellation, passes on */
    struct import_report *report;
    cpk_status sink_status;     /* not CPK_OK: the import must stop with this status: the caller's sink failed, the call
                                   was cancelled, or an archive exceeds its limits */
    struct archive *archive;    /* the archive whose entry is being read; NULL outside of archives */
    int64_t archive_position;   /* >= 0: reported by sink.progress instead of the position in an entry */
    char last_loss[256];        /* the last note about skipped or damaged data, to explain an empty result */
    char provider[32];          /* of the first message */
    uint64_t last_conversation; /* import_conversation_key(), to count conversations */
    int32_t mail_depth;         /* messages of mail whose attachments are being read */

    /* Reads one file, which may be an entry of an archive or an archive (`depth` archives contain it). Statuses as for
     * import_read(); CPK_ERROR_NO_CONTENT if this file had no messages. While sink_status is CPK_OK, a failure concerns
     * only this file, and the reader of an archive may continue with the next one. */
    cpk_status (*read_file)(struct import_run *run, const cpk_reader *reader, int32_t depth, cpk_error **error);
};

/* The run that a built-in extractor writes to; NULL if the sink is another one. */
struct import_run *import_run_of(const cpk_sink *sink);
/* Counts the messages of an element that the caller knows. */
void import_run_count_known(struct import_run *run, uint64_t conversation, int64_t messages);

#endif
