#ifndef CONTEXTPACK_QUOTE_H
#define CONTEXTPACK_QUOTE_H

/**
 * Quotes: what the analysis of a source, pack or job will cost, before it starts.
 *
 * An example:
 *
 *     cpk_quote quote = CPK_QUOTE_INIT;
 *
 *     const char *pack_id = "0b6f4a0e-5d0f-4c55-9d3c-0d3c6b6f1a11";
 *
 *     if (cpk_quote_pack(session, pack_id, &quote, &error) == CPK_OK && !quote.can_proceed) {
 *         printf("%d credits needed, %d available\n", (int)quote.credits_needed, (int)quote.balance);
 *     }
 */

#include <contextpack/session.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The cost of an analysis that has not started or not finished, as of one moment. Start from CPK_QUOTE_INIT. Later
 * versions add fields at the end. */
typedef struct cpk_quote {
    uint32_t struct_size;    /* sizeof(cpk_quote) as the caller was compiled */
    int32_t can_proceed;     /* 1: the balance covers the remaining chunks, and the account is not suspended */
    int32_t is_unlimited;    /* 1: on the unlimited plan, costs nothing */
    int32_t reserved;        /* 0 */
    int64_t sources;         /* number of sources in the quote */
    int64_t unknown_sources; /* sources not extracted yet: their chunks are not counted below */
    int64_t chunks_total;    /* all chunks; each costs 1 credit */
    int64_t chunks_done;     /* analysed and charged */
    int64_t chunks_left;     /* not analysed yet, or failed; failed chunks were not charged */
    int64_t credits_needed;  /* chunks_left, or 0 on the unlimited plan */
    int64_t balance;         /* credits that are free to use */
    int64_t held;            /* credits held for all running work of the user */
    int64_t held_here;       /* of these, held by an earlier run of this work: released when it runs again */
    int64_t chunks_covered;  /* chunks that balance and held_here pay for: what CPK_RUN_PARTIAL would analyse */
    int64_t price_micros; /* the price of a credit (setting billing.credit_price_micros), millionths of the currency's
                             unit */
    int64_t cost_micros;  /* credits_needed * price_micros; INT64_MAX on overflow */
    const char *currency; /* the setting billing.currency, or "usd"; valid as long as the engine */
} cpk_quote;

#define CPK_QUOTE_INIT                                                                                                 \
    {                                                                                                                  \
        sizeof(cpk_quote), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, NULL                                           \
    }

/** Sets *quote to CPK_QUOTE_INIT, for callers that cannot use macros. struct_size is the size of the
 * caller's struct in bytes. Since 0.2. */
CPK_API void cpk_quote_init(cpk_quote *quote, size_t struct_size);

/**
 * Computes the cost of analysing a source. Changes nothing and reserves nothing: the balance may have changed when the
 * work starts.
 *
 * @param session    a user's session
 * @param source_id  the source's id
 * @param quote      out; start from CPK_QUOTE_INIT
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND  there is no such source, or it belongs to another user
 * Since 0.2.
 */
CPK_API cpk_status cpk_quote_source(cpk_session *session, const char *source_id, cpk_quote *quote, cpk_error **error);

/**
 * Computes the cost of analysing all sources of a pack; see cpk_quote_source().
 *
 * @param session  a user's session
 * @param pack_id  the pack's id
 * @param quote    out; start from CPK_QUOTE_INIT
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND  there is no such pack, or it belongs to another user
 * Since 0.2.
 */
CPK_API cpk_status cpk_quote_pack(cpk_session *session, const char *pack_id, cpk_quote *quote, cpk_error **error);

/**
 * Computes the cost of analysing a V1 job; see cpk_quote_source().
 *
 * @param session  a user's session
 * @param job_id   the job's id
 * @param quote    out; start from CPK_QUOTE_INIT
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND  there is no such job, or it belongs to another user
 * Since 0.2.
 */
CPK_API cpk_status cpk_quote_job(cpk_session *session, const char *job_id, cpk_quote *quote, cpk_error **error);

#ifdef __cplusplus
}
#endif
#endif
