#ifndef CONTEXTPACK_QUOTE_H
#define CONTEXTPACK_QUOTE_H

#include <contextpack/session.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What an analysis that was not started yet, or not finished, will cost: as of one moment. Grows only at its end. */
typedef struct cpk_quote {
    uint32_t struct_size;    /* sizeof(cpk_quote) as the caller was compiled */
    int32_t can_proceed;     /* 1: what is known to be left is covered, and the account is not suspended */
    int32_t is_unlimited;    /* 1: on the unlimited plan, costs nothing */
    int32_t reserved;        /* 0 */
    int64_t sources;         /* that the quote is for: 1, or all of a pack's */
    int64_t unknown_sources; /* of them, not extracted yet: their chunks are in none of the numbers below */
    int64_t chunks_total;    /* 1 credit each */
    int64_t chunks_done;     /* and paid */
    int64_t chunks_left;     /* also those that failed: they were not paid */
    int64_t credits_needed;  /* to finish: chunks_left, or 0 on the unlimited plan */
    int64_t balance;         /* credits that are free to use */
    int64_t held;            /* set aside for work of this user's, all of it */
    int64_t held_here;       /* of it, by an earlier run of this very work: given back before more is set aside */
    int64_t chunks_covered;  /* that balance and held_here pay: what CPK_RUN_PARTIAL would do; at most chunks_left */
    int64_t price_micros;    /* of one credit (billing.credit_price_micros), in millionths of the currency's unit */
    int64_t cost_micros;     /* credits_needed at that price; INT64_MAX where it does not fit */
    const char *currency;    /* billing.currency, "usd" when it is not set; lives as long as the engine */
} cpk_quote;

#define CPK_QUOTE_INIT                                                                                                 \
    {                                                                                                                  \
        sizeof(cpk_quote), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, NULL                                           \
    }

/** The same as the macro, for callers that can't see macros. Since 0.2. */
CPK_API void cpk_quote_init(cpk_quote *quote, size_t struct_size);

/**
 * What analysing a source will cost. Changes nothing and sets nothing aside: by the time the work starts, the balance
 * may be another.
 *
 * @param session  a user's session
 * @param quote    out; start from CPK_QUOTE_INIT
 * @return CPK_OK, CPK_ERROR_NOT_FOUND (no such source, or somebody else's), _DATABASE
 * Since 0.2.
 */
CPK_API cpk_status cpk_quote_source(cpk_session *session, const char *source_id, cpk_quote *quote, cpk_error **error);

/** The same of all sources of a pack. Since 0.2. */
CPK_API cpk_status cpk_quote_pack(cpk_session *session, const char *pack_id, cpk_quote *quote, cpk_error **error);

/** The same of a V1 job. Since 0.2. */
CPK_API cpk_status cpk_quote_job(cpk_session *session, const char *job_id, cpk_quote *quote, cpk_error **error);

#ifdef __cplusplus
}
#endif
#endif
