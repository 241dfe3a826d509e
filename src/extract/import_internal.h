/* What import.c and the archive side share while one input is read. */
#ifndef EXTRACT_IMPORT_INTERNAL_H
#define EXTRACT_IMPORT_INTERNAL_H

#include "extract/import.h"

/* One import_read() under way; it travels through archives inside archives. */
struct import_run {
    const struct import_options *options;
    const cpk_sink *outer; /* the caller's */
    cpk_sink sink;         /* what formats and archives write to: counts, checks for cancellation, passes on */
    struct import_report *report;
    cpk_status sink_status;     /* not CPK_OK: the caller's sink refused, it was cancelled, or an archive is beyond its
                                   limits; return that at once */
    struct archive *archive;    /* the one whose entry is being read; NULL outside of archives */
    int64_t archive_position;   /* >= 0: what sink.progress reports instead of the position in an archive's entry */
    char last_loss[256];        /* the last note of something skipped or damaged, to explain an empty result */
    uint64_t last_conversation; /* hash of (provider, conversation id), to count conversations */
};

/* Reads one file, which may be an entry of an archive or an archive itself (`depth` archives around it). Statuses as
 * import_read(); CPK_ERROR_NO_CONTENT when this file gave no message. While run->sink_status is CPK_OK, a failure is
 * the file's own, and an archive may note it and go on. */
cpk_status import_read_file(struct import_run *run, const cpk_reader *reader, int32_t depth, cpk_error **error);

/* In bundle.c: reads an archive, calling import_read_file() with depth + 1 for the entries that hold conversations. */
cpk_status bundle_read(struct import_run *run, const cpk_reader *reader, int32_t depth, cpk_error **error);

#endif
