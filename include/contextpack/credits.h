#ifndef CONTEXTPACK_CREDITS_H
#define CONTEXTPACK_CREDITS_H

/**
 * Changing balances: grants, holds and the audit of the ledger, for hosts that sell and spend credits themselves.
 *
 * Analysing packs and receiving payments use the ledger without these calls. Credits for work that may fail are first
 * held, then committed or released. An example:
 *
 *     cpk_hold_params params = CPK_HOLD_PARAMS_INIT;
 *     const char *user_id = "0b6f4a0e-5d0f-4c55-9d3c-0d3c6b6f1a11";
 *
 *     params.key = "translation 17";
 *     params.credits = 20;
 *     if (cpk_hold_reserve(service, user_id, &params, NULL, &error) != CPK_OK ||
 *         cpk_hold_commit(service, user_id, "translation 17", "translation 17 done", 15, CPK_HOLD_RELEASE_REST, NULL,
 *                         &error) != CPK_OK) {
 *         fprintf(stderr, "%s\n", cpk_error_message(error));
 *         cpk_error_free(error);
 *     }
 *
 * Keys make requests idempotent: the same key with the same request has one effect, however often and from however many
 * processes it is sent, and returns the same result. A request that failed leaves no trace; its key can be used again.
 *
 * In this header: granting and taking back credits, holds, expiry of holds, the audit.
 *
 * @errors of a ledger change
 *   CPK_ERROR_PERMISSION_DENIED  the session is a user's
 *   CPK_ERROR_NOT_FOUND          there is no such user
 *   CPK_ERROR_INVALID_ARGUMENT   a number is out of range, or a text is missing or too long
 *   CPK_ERROR_CONFLICT           the key was used for another request before
 *   CPK_ERROR_LIMIT_EXCEEDED     the balance would exceed 2,147,483,647 in amount
 */

#include <contextpack/transaction.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Granting and taking back ---- */

/** Limits of a request. */
#define CPK_CREDITS_MAX           2147483647 /* credits */
#define CPK_LEDGER_KEY_BYTES_MAX  200        /* bytes of a key */
#define CPK_LEDGER_TEXT_BYTES_MAX 2000       /* bytes of a description */

/** One change of a balance. Start from CPK_CREDIT_PARAMS_INIT. Later versions add fields at the end. */
typedef struct cpk_credit_params {
    uint32_t struct_size;          /* sizeof(cpk_credit_params) as the caller was compiled */
    int32_t type;                  /* for cpk_credits_grant(): CPK_TRANSACTION_PURCHASE, _REFUND or _BONUS; 0: bonus */
    const char *key;               /* required: identifies the request, 1 to 200 bytes of UTF-8 */
    int64_t credits;               /* 1 to CPK_CREDITS_MAX */
    int64_t amount_micros;         /* the money paid, in millionths of the currency's unit; 0: none */
    const char *package_id;        /* the package bought: up to 200 bytes, or NULL */
    const char *job_id;            /* the source or job: up to 200 bytes, or NULL */
    const char *stripe_payment_id; /* the payment: up to 200 bytes, or NULL */
    const char *description;       /* up to 2,000 bytes, or NULL */
    const char *metadata;          /* a JSON object (RFC 8259, without U+0000) of up to 16,000 bytes, or NULL */
} cpk_credit_params;

#define CPK_CREDIT_PARAMS_INIT                                                                                         \
    {                                                                                                                  \
        sizeof(cpk_credit_params), 0, NULL, 0, 0, NULL, NULL, NULL, NULL, NULL                                         \
    }

/** Sets *params to CPK_CREDIT_PARAMS_INIT, for callers that cannot use macros. struct_size is the size of the
 * caller's struct in bytes. Since 0.2. */
CPK_API void cpk_credit_params_init(cpk_credit_params *params, size_t struct_size);

/**
 * Adds credits to a balance: a purchase, a refund of usage, or a bonus.
 *
 * @param session      the service's or an administrator's
 * @param user_id      the user's id
 * @param params       the change; copied
 * @param transaction  out, may be NULL: the ledger entry; free it with cpk_transaction_free()
 * @return CPK_OK
 *         @errors of a ledger change
 * Since 0.2.
 */
CPK_API cpk_status cpk_credits_grant(cpk_session *session, const char *user_id, const cpk_credit_params *params,
                                     cpk_transaction **transaction, cpk_error **error);

/**
 * Takes back credits whose payment was refunded: writes a negative `refund` transaction. The balance may become
 * negative if the credits were already spent.
 *
 * @param session      the service's or an administrator's
 * @param user_id      the user's id
 * @param params       the change, with a positive number of credits; copied
 * @param transaction  out, may be NULL: the ledger entry; free it with cpk_transaction_free()
 * @return CPK_OK
 *         @errors of a ledger change
 * Since 0.2.
 */
CPK_API cpk_status cpk_credits_clawback(cpk_session *session, const char *user_id, const cpk_credit_params *params,
                                        cpk_transaction **transaction, cpk_error **error);

/* ---- Holds ---- */

/**
 * Credits that are reserved for work that may fail. They are subtracted from the balance until they are committed,
 * which writes a `usage` transaction, or released. An immutable record: any thread may read it. Its texts are valid
 * until cpk_hold_free().
 */
typedef struct cpk_hold cpk_hold;

/** The status of a hold. */
#define CPK_HOLD_OPEN   1 /* credits can still be committed */
#define CPK_HOLD_CLOSED 2 /* all credits were committed or released */

/** What to reserve. Start from CPK_HOLD_PARAMS_INIT. Later versions add fields at the end. */
typedef struct cpk_hold_params {
    uint32_t struct_size;  /* sizeof(cpk_hold_params) as the caller was compiled */
    uint32_t flags;        /* 0 */
    const char *key;       /* required: identifies the hold and the request, 1 to 200 bytes of UTF-8 */
    int64_t credits;       /* 1 to CPK_CREDITS_MAX */
    int64_t lifetime_ms;   /* milliseconds until the hold expires; 0: the setting credits.hold_lifetime_ms */
    const char *reference; /* what it is for, the job_id of its transactions; up to 200 bytes; NULL: the key */
} cpk_hold_params;

#define CPK_HOLD_PARAMS_INIT                                                                                           \
    {                                                                                                                  \
        sizeof(cpk_hold_params), 0, NULL, 0, 0, NULL                                                                   \
    }

/** Sets *params to CPK_HOLD_PARAMS_INIT, for callers that cannot use macros. struct_size is the size of the
 * caller's struct in bytes. Since 0.2. */
CPK_API void cpk_hold_params_init(cpk_hold_params *params, size_t struct_size);

/**
 * Reserves credits. For a user on the unlimited plan the hold has 0 credits, and its commits are recorded as
 * `unlimited_usage`. Repeating the request returns the hold as it is now.
 *
 * @param session  the service's or an administrator's
 * @param user_id  the user's id
 * @param params   what to reserve; copied
 * @param hold     out, may be NULL: free it with cpk_hold_free()
 * @return CPK_OK
 *         CPK_ERROR_INSUFFICIENT_CREDITS  the balance is too low; the message names both numbers
 *         CPK_ERROR_PERMISSION_DENIED     the account is suspended or deleted
 *         @errors of a ledger change
 * Since 0.2.
 */
CPK_API cpk_status cpk_hold_reserve(cpk_session *session, const char *user_id, const cpk_hold_params *params,
                                    cpk_hold **hold, cpk_error **error);

/** Flags of cpk_hold_commit(). */
#define CPK_HOLD_RELEASE_REST (UINT32_C(1) << 0) /* release the credits that remain after this commit */

/**
 * Spends all or some credits of a hold.
 *
 * @param session   the service's or an administrator's
 * @param user_id   the user's id
 * @param hold_key  the key of the hold
 * @param key       identifies this request, 1 to 200 bytes of UTF-8
 * @param credits   1 to the credits that remain in the hold
 * @param flags     CPK_HOLD_RELEASE_REST or 0
 * @param hold      out, may be NULL: the hold afterwards; free it with cpk_hold_free()
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND  there is no such hold
 *         CPK_ERROR_CONFLICT   the hold is closed (committed, released or expired), or fewer credits remain in it
 *         @errors of a ledger change
 * Since 0.2.
 */
CPK_API cpk_status cpk_hold_commit(cpk_session *session, const char *user_id, const char *hold_key, const char *key,
                                   int64_t credits, uint32_t flags, cpk_hold **hold, cpk_error **error);

/**
 * Releases the credits that remain in a hold. A closed hold is left unchanged, with CPK_OK.
 *
 * @param session   the service's or an administrator's
 * @param user_id   the user's id
 * @param hold_key  the key of the hold
 * @param hold      out, may be NULL: the hold afterwards; free it with cpk_hold_free()
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND  there is no such hold
 *         @errors of a ledger change
 * Since 0.2.
 */
CPK_API cpk_status cpk_hold_release(cpk_session *session, const char *user_id, const char *hold_key, cpk_hold **hold,
                                    cpk_error **error);

/**
 * Reads a hold.
 *
 * @param session   any session; a user's may only read its own user
 * @param user_id   NULL: the session's own user
 * @param hold_key  the key of the hold
 * @param hold      out: free it with cpk_hold_free(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND          there is no such hold
 *         CPK_ERROR_PERMISSION_DENIED  another user's data, in a user's session
 * Since 0.2.
 */
CPK_API cpk_status cpk_hold_get(cpk_session *session, const char *user_id, const char *hold_key, cpk_hold **hold,
                                cpk_error **error);

/**
 * Releases expired holds, which dead processes left. Holds of packs and jobs that a live process works on are skipped.
 * To be called from a timer. A hold that cannot be released, because the balance would exceed 32 bits, is skipped and
 * logged; cpk_engine_check() reports it.
 *
 * @param session  the service's or an administrator's
 * @param limit    the number of holds to examine, 1 to 1,000, those expired longest first
 * @param expired  out: the number of released holds
 * @return CPK_OK
 *         CPK_ERROR_INVALID_ARGUMENT   the limit is out of range
 *         CPK_ERROR_PERMISSION_DENIED  the session is a user's
 * Since 0.2.
 */
CPK_API cpk_status cpk_holds_expire(cpk_session *session, int32_t limit, int64_t *expired, cpk_error **error);

/** Getters; texts are borrowed from the record. Since 0.2. */
CPK_API const char *cpk_hold_key(const cpk_hold *hold);
CPK_API const char *
cpk_hold_reference(const cpk_hold *hold);              /* the source, the job, or the reference that the host gave */
CPK_API int32_t cpk_hold_status(const cpk_hold *hold); /* CPK_HOLD_* */
CPK_API int32_t cpk_hold_is_unlimited(const cpk_hold *hold); /* 1: on the unlimited plan, costs nothing */
CPK_API int64_t cpk_hold_credits(const cpk_hold *hold);      /* reserved at first */
CPK_API int64_t cpk_hold_remaining(const cpk_hold *hold);    /* neither committed nor released yet */
CPK_API int64_t cpk_hold_committed(const cpk_hold *hold);    /* spent */
CPK_API int64_t cpk_hold_expires_at(const cpk_hold *hold);   /* microseconds since 1970 UTC, or CPK_TIME_UNKNOWN */

/** Frees the record. NULL is allowed. Since 0.2. */
CPK_API void cpk_hold_free(cpk_hold *hold);

/* ---- Audit ---- */

/** Called for each user whose balance differs from the ledger: from opening + transactions - holds. All numbers are
 * credits. */
typedef void (*cpk_drift_fn)(void *user, const char *user_id, int64_t balance, int64_t opening, int64_t transactions,
                             int64_t holds);

/**
 * Compares the balance of every user with the ledger. Changes nothing.
 *
 * @param session  the service's or an administrator's
 * @param each     called for each balance that differs; may be NULL
 * @param user     passed to `each`
 * @param drifted  out: the number of balances that differ
 * @return CPK_OK
 *         CPK_ERROR_PERMISSION_DENIED  the session is a user's
 * Since 0.2.
 */
CPK_API cpk_status cpk_credits_audit(cpk_session *session, cpk_drift_fn each, void *user, int64_t *drifted,
                                     cpk_error **error);

#ifdef __cplusplus
}
#endif
#endif
