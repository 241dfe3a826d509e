#ifndef CONTEXTPACK_CONTEXTPACK_H
#define CONTEXTPACK_CONTEXTPACK_H

/**
 * The whole public API. Include this header, or only those you need.
 *
 * Where to begin:
 * - read an export, count tokens, cut chunks, mask personal data, without a database: extract.h, chunk.h, tokens.h,
 *   redact.h
 * - keep packs in a database and a storage: engine.h, session.h, pack.h, source.h, export.h
 * - run a service with users, credits and payments: user.h, transaction.h, quote.h, credits.h, package.h, checkout.h,
 *   stripe.h, payment_attempt.h
 * - administer it: admin.h, report.h, maintenance.h
 * - data of the V1 service: job.h, legacy_pack.h
 * - replace the database, the storage, the analyzer or an input format: contextpack/backend/
 *
 * The rules for ownership, errors, threads, texts and times are in base.h and hold everywhere.
 *
 * Each header begins with an example. In the examples `engine` is an open engine, `session` a session of a user,
 * `service` a session of the service, and `error` a `cpk_error *` that is NULL; <stdio.h> is included. An example:
 *
 *     cpk_input input = CPK_INPUT_INIT;
 *     cpk_extract_report report = CPK_EXTRACT_REPORT_INIT;
 *
 *     input.path = "conversations.json";
 *     if (cpk_extract(engine, &input, NULL, NULL, NULL, &report, &error) != CPK_OK) {
 *         fprintf(stderr, "%s\n", cpk_error_message(error));
 *         cpk_error_free(error);
 *     }
 *     printf("%s: %d messages\n", report.format, (int)report.messages);
 */

#include <contextpack/admin.h>
#include <contextpack/base.h>
#include <contextpack/build.h>
#include <contextpack/cancel.h>
#include <contextpack/checkout.h>
#include <contextpack/chunk.h>
#include <contextpack/credits.h>
#include <contextpack/engine.h>
#include <contextpack/error.h>
#include <contextpack/export.h>
#include <contextpack/extract.h>
#include <contextpack/input.h>
#include <contextpack/inspect.h>
#include <contextpack/job.h>
#include <contextpack/legacy_pack.h>
#include <contextpack/maintenance.h>
#include <contextpack/message.h>
#include <contextpack/pack.h>
#include <contextpack/package.h>
#include <contextpack/payment_attempt.h>
#include <contextpack/quote.h>
#include <contextpack/redact.h>
#include <contextpack/report.h>
#include <contextpack/session.h>
#include <contextpack/source.h>
#include <contextpack/stripe.h>
#include <contextpack/tokens.h>
#include <contextpack/transaction.h>
#include <contextpack/user.h>
#include <contextpack/work.h>

#endif
