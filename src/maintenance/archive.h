/* Archives rows month by month as gzip-compressed JSON lines in the storage. Each file has a manifest:
 *
 *     archive/<table>/<YYYY-MM>/<32 digits of its SHA-256>.jsonl.gz
 *     archive/<table>/<YYYY-MM>/<the same digits>.json */
#ifndef MAINTENANCE_ARCHIVE_H
#define MAINTENANCE_ARCHIVE_H

#include "engine/op_context.h"
#include "engine/session.h"
#include "model/words.h"

#include <contextpack/maintenance.h>

#define ARCHIVE_PREFIX STORAGE_ARCHIVE "/"

/* Archives every completed month of credit_transactions and admin_actions, and webhook_logs older than
 * maintenance.webhook_days. The latter are deleted after their file was read back and its hash verified. */
cpk_status archive_run(cpk_session *session, const struct op_context *op, cpk_archive_report *report,
                       cpk_error **error);

/* Inserts the archived rows that are missing in the database. table NULL: all tables. dry_run 1: counts only. A damaged
 * file is counted, reported in a note and skipped. */
cpk_status archive_restore(cpk_session *session, const char *table, int32_t dry_run, const struct op_context *op,
                           cpk_archive_report *report, cpk_error **error);

#endif
