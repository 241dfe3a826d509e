/* Statements of one user's ledger, and revenue and usage by day, written as CSV or JSON. */
#ifndef MAINTENANCE_REPORT_H
#define MAINTENANCE_REPORT_H

#include "engine/session.h"

#include <contextpack/report.h>

/* The options must be valid: the callers in api/ check them. user_id NULL: the session's own user. */
cpk_status report_statement(cpk_session *session, const char *user_id, const cpk_report_options *options,
                            cpk_write_fn write, void *write_user, cpk_error **error);
cpk_status report_revenue(cpk_session *session, const cpk_report_options *options, cpk_write_fn write, void *write_user,
                          cpk_error **error);
cpk_status report_usage(cpk_session *session, const cpk_report_options *options, cpk_write_fn write, void *write_user,
                        cpk_error **error);

#endif
