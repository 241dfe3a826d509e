/* Archives: rows of a month as compressed lines of JSON in the storage, each file with a manifest beside it.
 *
 *     archive/<table>/<YYYY-MM>/<32 digits of its SHA-256>.jsonl.gz
 *     archive/<table>/<YYYY-MM>/<the same>.json */
#ifndef MAINTENANCE_ARCHIVE_H
#define MAINTENANCE_ARCHIVE_H

#include "engine/op_context.h"
#include "engine/session.h"
#include "model/words.h"

#define ARCHIVE_PREFIX STORAGE_ARCHIVE "/"

struct archive_report {
    int64_t files;
    int64_t rows;
    int64_t bytes;         /* compressed */
    int64_t known_files;   /* of months that were archived before */
    int64_t deleted_rows;  /* of webhook_logs */
    int64_t restored_rows; /* by archive_restore */
    int64_t damaged_files;
};

/* Every month that is over, of credit_transactions and admin_actions; webhook_logs older than maintenance.webhook_days,
 * which are deleted once their file was read back and found to be whole. */
cpk_status archive_run(cpk_session *session, const struct op_context *op, struct archive_report *report,
                       cpk_error **error);

/* Puts back the rows that are missing. table NULL: all. dry_run 1: only tells. A damaged file is told in a note,
 * counted and passed by. */
cpk_status archive_restore(cpk_session *session, const char *table, int32_t dry_run, const struct op_context *op,
                           struct archive_report *report, cpk_error **error);

#endif
