#ifndef CONTEXTPACK_CONTEXTPACK_H
#define CONTEXTPACK_CONTEXTPACK_H

/**
 * The whole library: include this one. Hosts that write drivers find the seams in contextpack/backend/.
 */

#include <contextpack/admin.h>
#include <contextpack/base.h>
#include <contextpack/cancel.h>
#include <contextpack/checkout.h>
#include <contextpack/chunk.h>
#include <contextpack/credits.h>
#include <contextpack/engine.h>
#include <contextpack/error.h>
#include <contextpack/export.h>
#include <contextpack/extract.h>
#include <contextpack/input.h>
#include <contextpack/job.h>
#include <contextpack/legacy_pack.h>
#include <contextpack/maintenance.h>
#include <contextpack/message.h>
#include <contextpack/pack.h>
#include <contextpack/package.h>
#include <contextpack/payment_attempt.h>
#include <contextpack/quote.h>
#include <contextpack/report.h>
#include <contextpack/session.h>
#include <contextpack/source.h>
#include <contextpack/stripe.h>
#include <contextpack/tokens.h>
#include <contextpack/transaction.h>
#include <contextpack/user.h>

#endif
