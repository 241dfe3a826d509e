#ifndef CONTEXTPACK_CREDITS_H
#define CONTEXTPACK_CREDITS_H

#include <contextpack/transaction.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * The credit ledger, for hosts that sell and spend credits themselves; analysing packs and taking in payments use it
 * by themselves. All calls that change something are for the service's and an admin's session and answer
 *   CPK_ERROR_PERMISSION_DENIED  for a user's session
 *   CPK_ERROR_NOT_FOUND          no such user
 *   CPK_ERROR_INVALID_ARGUMENT   a number out of range, a missing or too long text
 *   CPK_ERROR_CONFLICT           the key was used for another request before
 *   CPK_ERROR_LIMIT_EXCEEDED     the balance would be beyond 2,147,483,647, or as far below zero
 *
 * Keys make requests safe to repeat: the same key with the same request has one effect, however often and from however
 * many processes it comes, and gives the same answer. What was refused leaves no trace: its key is free again.
 */

#define CPK_CREDITS_MAX           2147483647 /* of one request */
#define CPK_LEDGER_KEY_BYTES_MAX  200
#define CPK_LEDGER_TEXT_BYTES_MAX 2000 /* of a description */

/** One change of a balance. Start from CPK_CREDIT_PARAMS_INIT. Grows only at its end. */
typedef struct cpk_credit_params {
    uint32_t struct_size;   /* sizeof(cpk_credit_params) as the caller was compiled */
    int32_t type;           /* for cpk_credits_grant(): CPK_TRANSACTION_PURCHASE, _REFUND or _BONUS; 0: bonus */
    const char *key;        /* required: names the request, 1 to 200 bytes of UTF-8 */
    int64_t credits;        /* 1 to CPK_CREDITS_MAX */
    int64_t amount_micros;  /* money that belongs to it, millionths of a unit; 0: none */
    const char *package_id; /* up to 200 bytes, or NULL, as are the two below */
    const char *job_id;
    const char *stripe_payment_id;
    const char *description; /* up to 2,000 bytes, or NULL */
    const char *metadata;    /* a JSON object of up to 16,000 bytes, or NULL */
} cpk_credit_params;

#define CPK_CREDIT_PARAMS_INIT                                                                                         \
    {                                                                                                                  \
        sizeof(cpk_credit_params), 0, NULL, 0, 0, NULL, NULL, NULL, NULL, NULL                                         \
    }

/** The same as the macro, for callers that can't see macros. Since 0.2. */
CPK_API void cpk_credit_params_init(cpk_credit_params *params, size_t struct_size);

/** Adds credits to a balance: what was bought, given back or given. *transaction may be NULL. Since 0.2. */
CPK_API cpk_status cpk_credits_grant(cpk_session *session, const char *user_id, const cpk_credit_params *params,
                                     cpk_transaction **transaction, cpk_error **error);

/**
 * Takes back credits whose money went back; the ledger gets a `refund` entry below zero. The balance may go below zero
 * by it: what was spent is owed. *transaction may be NULL. Since 0.2.
 */
CPK_API cpk_status cpk_credits_clawback(cpk_session *session, const char *user_id, const cpk_credit_params *params,
                                        cpk_transaction **transaction, cpk_error **error);

/**
 * Credits that are set aside for work that may come to nothing. They are out of the balance until they are committed
 * (the ledger gets a `usage` entry) or given back.
 * An immutable snapshot: any thread may read it; its texts live until cpk_hold_free().
 */
typedef struct cpk_hold cpk_hold;

#define CPK_HOLD_OPEN   1 /* something may still be committed */
#define CPK_HOLD_CLOSED 2 /* all was committed or given back */

/** What is set aside. Start from CPK_HOLD_PARAMS_INIT. Grows only at its end. */
typedef struct cpk_hold_params {
    uint32_t struct_size;  /* sizeof(cpk_hold_params) as the caller was compiled */
    uint32_t flags;        /* 0 */
    const char *key;       /* required: names the hold and the request, 1 to 200 bytes of UTF-8 */
    int64_t credits;       /* 1 to CPK_CREDITS_MAX */
    int64_t lifetime_ms;   /* after it the hold is given back; 0: the setting credits.hold_lifetime_ms */
    const char *reference; /* what it is for, the job_id of its transactions: up to 200 bytes; NULL: the key */
} cpk_hold_params;

#define CPK_HOLD_PARAMS_INIT                                                                                           \
    {                                                                                                                  \
        sizeof(cpk_hold_params), 0, NULL, 0, 0, NULL                                                                   \
    }

/** The same as the macro, for callers that can't see macros. Since 0.2. */
CPK_API void cpk_hold_params_init(cpk_hold_params *params, size_t struct_size);

/**
 * Sets credits aside. A user on the unlimited plan gets a hold of none, whose commits are recorded as
 * `unlimited_usage`.
 *
 * @param hold  out, may be NULL: free it with cpk_hold_free(). The same request again gives the hold as it is now.
 * @return CPK_OK
 *         CPK_ERROR_INSUFFICIENT_CREDITS  the balance does not cover it; the message names both
 *         CPK_ERROR_PERMISSION_DENIED     the account is suspended or deleted, too
 * Since 0.2.
 */
CPK_API cpk_status cpk_hold_reserve(cpk_session *session, const char *user_id, const cpk_hold_params *params,
                                    cpk_hold **hold, cpk_error **error);

#define CPK_HOLD_RELEASE_REST (UINT32_C(1) << 0) /* what is not committed now goes back to the balance */

/**
 * Spends credits of a hold, all or a part.
 *
 * @param hold_key  the key that the hold was made with
 * @param key       names this request, 1 to 200 bytes of UTF-8
 * @param credits   1 to what is left in the hold
 * @param flags     CPK_HOLD_RELEASE_REST or 0
 * @param hold      out, may be NULL
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND  no such hold
 *         CPK_ERROR_CONFLICT   it is closed (committed, given back or expired), or less is left in it
 * Since 0.2.
 */
CPK_API cpk_status cpk_hold_commit(cpk_session *session, const char *user_id, const char *hold_key, const char *key,
                                   int64_t credits, uint32_t flags, cpk_hold **hold, cpk_error **error);

/** Gives back what is left of a hold. One that is closed stays as it is, and that is no error. Since 0.2. */
CPK_API cpk_status cpk_hold_release(cpk_session *session, const char *user_id, const char *hold_key, cpk_hold **hold,
                                    cpk_error **error);

/** A hold by its key. NULL user_id: the session's own user. Since 0.2. */
CPK_API cpk_status cpk_hold_get(cpk_session *session, const char *user_id, const char *hold_key, cpk_hold **hold,
                                cpk_error **error);

/**
 * Gives back holds whose time is over: what a process that died left. Holds of packs and jobs that a live process still
 * works on are left alone. For hosts to call now and then. A hold that can't be given back, because the balance has 32
 * bits, is passed by and logged, and cpk_engine_check() names it.
 *
 * @param limit    holds looked at, 1 to 1,000, the longest over first
 * @param expired  out: how many were given back
 * Since 0.2.
 */
CPK_API cpk_status cpk_holds_expire(cpk_session *session, int32_t limit, int64_t *expired, cpk_error **error);

/** What the snapshot holds; texts are borrowed from it. Since 0.2. */
CPK_API const char *cpk_hold_key(const cpk_hold *hold);
CPK_API const char *cpk_hold_reference(const cpk_hold *hold); /* the source, the job or what the host named */
CPK_API int32_t cpk_hold_status(const cpk_hold *hold);        /* CPK_HOLD_* */
CPK_API int32_t cpk_hold_is_unlimited(const cpk_hold *hold);  /* 1: on the unlimited plan, costs nothing */
CPK_API int64_t cpk_hold_credits(const cpk_hold *hold);       /* set aside at first */
CPK_API int64_t cpk_hold_remaining(const cpk_hold *hold);     /* of them, neither committed nor given back */
CPK_API int64_t cpk_hold_committed(const cpk_hold *hold);     /* spent */
CPK_API int64_t cpk_hold_expires_at(const cpk_hold *hold);    /* microseconds since 1970 UTC, or CPK_TIME_UNKNOWN */

/** Releases the snapshot. NULL is allowed. Since 0.2. */
CPK_API void cpk_hold_free(cpk_hold *hold);

/** Takes a user whose balance is not opening + transactions - holds. */
typedef void (*cpk_drift_fn)(void *user, const char *user_id, int64_t balance, int64_t opening, int64_t transactions,
                             int64_t holds);

/**
 * Compares every user's balance with the ledger. Changes nothing.
 *
 * @param each     called for each that differs, inside the call; may be NULL
 * @param drifted  out: how many differ
 * Since 0.2.
 */
CPK_API cpk_status cpk_credits_audit(cpk_session *session, cpk_drift_fn each, void *user, int64_t *drifted,
                                     cpk_error **error);

#ifdef __cplusplus
}
#endif
#endif
